use lyncert_ingest::name::said;

use super::{Check, Cure, Deviation, RequirementView, Rule, RuleOutcome, Severity};
use crate::assign::Stored;
use crate::citation::{CMD_GET, CMD_IMP, CMD_SET};
use crate::rule::view::usages_on_servers;

/// What is assigned has to be in the computer's own store (GEN-CNT-01). Only a collection that took the whole store shows that it is
/// not: elsewhere the file may just not be in the folder.
pub(super) static RULE: Rule = Rule {
    id: "assigned-not-in-store",
    summary: "An assigned certificate that is not in the server's store",
    severity: Severity::Error,
    rationale: "the services that it is assigned to do not start again, or have no certificate to show",
    remedy: "Import the certificate with its private key into the server's store (`Import-CsCertificate`), or assign one that is there (`Set-CsCertificate`)",
    sources: &[&CMD_GET, &CMD_IMP, &CMD_SET],
    cure: Cure::Assignment,
    check: Check::Requirement(check),
    ..Rule::DEFAULTS
};

fn check(view: &RequirementView<'_>) -> RuleOutcome {
    let observed = &view.assignment.observed;
    if observed.iter().all(|one| one.stored.is_none()) {
        return view.without_collection();
    }
    let not_there = observed.iter().filter(|one| one.stored == Some(Stored::NotThere));
    usages_on_servers(not_there)
        .map(|(server, thumbprint, usages, words)| {
            Deviation::new(
                format!(
                    "the certificate {thumbprint} that serves {words} on {} is not in its store",
                    said(server)
                ),
                "the certificate in `LocalMachine\\My`",
                "a store without it",
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
    fn a_whole_store_without_the_assigned_certificate_is_an_error_wherever_else_it_lies() {
        let estate = front_end();
        let requirement = requirement_of(&estate, "Default");
        let own =
            certificate("pool.contoso.com", &["pool.contoso.com", "fe1.contoso.com", "fe2.contoso.com"]);
        let thumbprint = own.sha1.to_string();
        let records =
            ["fe1.contoso.com", "fe2.contoso.com"].map(|server| assigned(server, &["Default"], &thumbprint));
        let servers = ["fe1.contoso.com", "fe2.contoso.com"];
        let check = |stored: &[(&str, &str, bool)]| {
            let collections = collected(&servers, "complete", stored, &[]);
            check_requirement_in(
                &RULE,
                std::slice::from_ref(&own),
                &records,
                &collections,
                &requirement,
                &estate,
            )
        };
        check(&[("fe2.contoso.com", &thumbprint, true)]).fails_with(
            Severity::Error,
            &format!(
                "the certificate {thumbprint} that serves Default on fe1.contoso.com is not in its store"
            ),
        );
        check(&[("fe1.contoso.com", &thumbprint, true), ("fe2.contoso.com", &thumbprint, false)]).passes();
    }

    #[test]
    fn of_a_store_that_was_not_taken_in_full_nothing_is_said() {
        let estate = front_end();
        let requirement = requirement_of(&estate, "Default");
        let records = [assigned("fe1.contoso.com", &["Default"], &"AB".repeat(20))];
        let collections = collected(&["fe1.contoso.com"], "partial", &[], &[]);
        check_requirement_in(&RULE, &[], &records, &collections, &requirement, &estate)
            .has_nothing_to_look_at(Lacking::Collections);
    }
}
