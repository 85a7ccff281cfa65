use lyncert_ingest::name::said;

use super::{Check, Cure, Deviation, RequirementView, Rule, RuleOutcome, Severity};
use crate::assign::Stored;
use crate::citation::{CMD_GET, CMD_IMP};
use crate::rule::view::usages_on_servers;

/// A certificate serves with its private key only (GEN-CNT-01). One that was imported without it looks the same in most lists.
pub(super) static RULE: Rule = Rule {
    id: "key-missing",
    summary: "An assigned certificate without its private key",
    severity: Severity::Error,
    rationale: "the services that it is assigned to cannot prove who they are, and do not start or are refused",
    remedy: "Import the certificate again with its private key (`Import-CsCertificate -PrivateKeyExportable`, or `certutil -repairstore my` where the key is on the server)",
    sources: &[&CMD_GET, &CMD_IMP],
    cure: Cure::Elsewhere,
    check: Check::Requirement(check),
    ..Rule::DEFAULTS
};

fn check(view: &RequirementView<'_>) -> RuleOutcome {
    let observed = &view.assignment.observed;
    let is_there = |stored: Option<Stored>| match stored {
        Some(Stored::WithKey | Stored::WithoutKey) => true,
        Some(Stored::NotThere) | None => false,
    };
    if !observed.iter().any(|one| is_there(one.stored)) {
        return view.without_collection();
    }
    let without_key = observed.iter().filter(|one| one.stored == Some(Stored::WithoutKey));
    usages_on_servers(without_key)
        .map(|(server, thumbprint, usages, words)| {
            Deviation::new(
                format!(
                    "the certificate {thumbprint} that serves {words} on {} has no private key there",
                    said(server)
                ),
                "the certificate with its private key in `LocalMachine\\My`",
                "the certificate alone",
            )
            .name(thumbprint.to_string())
            .on_server(server, usages)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lacking::Lacking;
    use crate::testing::{assigned, certificate, check_requirement_in, collected, front_end, requirement_of};

    #[test]
    fn an_assigned_certificate_needs_its_key_on_the_server_itself() {
        let estate = front_end();
        let requirement = requirement_of(&estate, "Default");
        let own =
            certificate("pool.contoso.com", &["pool.contoso.com", "fe1.contoso.com", "fe2.contoso.com"]);
        let thumbprint = own.sha1.to_string();
        let servers = ["fe1.contoso.com", "fe2.contoso.com"];
        let records = servers.map(|server| assigned(server, &["Default"], &thumbprint));
        let check = |with_key: bool| {
            let stored =
                [("fe1.contoso.com", &*thumbprint, with_key), ("fe2.contoso.com", &thumbprint, true)];
            let collections = collected(&servers, "complete", &stored, &[]);
            check_requirement_in(
                &RULE,
                std::slice::from_ref(&own),
                &records,
                &collections,
                &requirement,
                &estate,
            )
        };
        check(true).passes();
        check(false).fails_with(
            Severity::Error,
            &format!(
                "the certificate {thumbprint} that serves Default on fe1.contoso.com has no private key there"
            ),
        );
    }

    #[test]
    fn what_is_not_in_the_store_is_another_matter() {
        let estate = front_end();
        let requirement = requirement_of(&estate, "Default");
        let records = [assigned("fe1.contoso.com", &["Default"], &"AB".repeat(20))];
        let collections = collected(&["fe1.contoso.com"], "complete", &[], &[]);
        check_requirement_in(&RULE, &[], &records, &collections, &requirement, &estate)
            .has_nothing_to_look_at(Lacking::Collections);
    }
}
