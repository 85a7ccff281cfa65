use lyncert_ingest::name::said;

use super::{Check, Cure, Deviation, RequirementView, Rule, RuleOutcome, Severity};
use crate::citation::{CMD_GET, CMD_SET};
use crate::usage::CertificateUsage;

/// A complete list of what is assigned to a server lacks a usage that the server needs: then nothing is assigned for it, whatever fits
/// and lies in the folder. The product starts its services by what is assigned, and by nothing else.
pub(super) static RULE: Rule = Rule {
    id: "usage-unassigned",
    summary: "No certificate is assigned for a usage",
    severity: Severity::Error,
    rationale: "the services that need it do not start on that server, or refuse every connection",
    remedy: "Assign a certificate for it: `Set-CsCertificate -Type ... -Thumbprint ...`, and restart the services",
    sources: &[&CMD_GET, &CMD_SET],
    cure: Cure::Assignment,
    check: Check::Requirement(check),
    prominence: 5,
    ..Rule::DEFAULTS
};

fn check(view: &RequirementView<'_>) -> RuleOutcome {
    if !view.is_assigned_by_cmdlet() {
        return RuleOutcome::NotApplicable;
    }
    let outcome: RuleOutcome = view
        .assignment
        .unassigned
        .iter()
        .map(|unassigned| {
            let (usage, server) = (unassigned.usage, &unassigned.server);
            Deviation::new(
                format!("no certificate is assigned for {usage} on {}", said(server)),
                "an assigned certificate",
                format!("none in `{}`, which lists all that is assigned there", unassigned.source),
            )
            .name(format!("{usage} on {server}"))
            .only(just(usage))
            .remedy(format!(
                "Assign a certificate for it on {}: Set-CsCertificate -Type {usage} -Thumbprint ..., and restart the services",
                said(server)
            ))
        })
        .collect();
    outcome.unless_lacking(view.lacks_exports())
}

/// The usage alone.
fn just(usage: CertificateUsage) -> &'static [CertificateUsage] {
    static ALL: [CertificateUsage; CertificateUsage::ALL.len()] = CertificateUsage::ALL;
    ALL.iter().position(|known| *known == usage).and_then(|at| ALL.get(at..=at)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assignment_record::AssignmentRecord;
    use crate::certificate::Certificate;
    use crate::lacking::Lacking;
    use crate::testing::{
        Outcome, assigned, assigned_in, certificate, check_requirement_by, edge_external, edge_with_xmpp,
        front_end, requirement_of,
    };

    fn own() -> Certificate {
        certificate("pool.contoso.com", &["pool.contoso.com", "fe1.contoso.com"])
    }

    fn check_front_end(exports: &[AssignmentRecord]) -> Outcome {
        let requirement = requirement_of(&front_end(), "WebServicesExternal");
        check_requirement_by(&RULE, &[own()], exports, &requirement, &front_end())
    }

    #[test]
    fn a_complete_list_without_a_usage_is_an_error_whatever_fits() {
        let list = assigned("fe1.contoso.com", &["Default", "WebServicesInternal"], &own().sha1.to_string());
        check_front_end(&[list]).fails_with(
            Severity::Error,
            "no certificate is assigned for WebServicesExternal on fe1.contoso.com",
        );
    }

    #[test]
    fn a_list_of_one_usage_or_with_an_error_says_nothing_of_others() {
        let thumbprint = own().sha1.to_string();
        check_front_end(&[assigned("fe1.contoso.com", &["Default"], &thumbprint)]).says_nothing();
        let mut spoiled = assigned("fe1.contoso.com", &["Default", "WebServicesInternal"], &thumbprint);
        spoiled.export.errors.push("Get-CsCertificate : not found".to_owned());
        check_front_end(&[spoiled]).says_nothing();
        check_front_end(&[]).has_nothing_to_look_at(Lacking::AssignmentExports);
    }

    #[test]
    fn a_list_that_a_collection_calls_complete_needs_no_second_usage() {
        let mut list = assigned("fe1.contoso.com", &["Default"], &own().sha1.to_string());
        list.export.is_complete = Some(true);
        assert_eq!(check_front_end(&[list]).severity(), Some(Severity::Error));
        let mut nothing = assigned_in("fe1.contoso.com/assigned.xml", "fe1.contoso.com", &[]);
        nothing.export.is_complete = Some(true);
        assert_eq!(check_front_end(&[nothing]).severity(), Some(Severity::Error));
    }

    #[test]
    fn the_neighbors_list_says_nothing_of_a_server() {
        let usages = ["Default", "WebServicesInternal"];
        check_front_end(&[assigned("fe2.contoso.com", &usages, &own().sha1.to_string())]).says_nothing();
        check_front_end(&[assigned("pool.contoso.com", &usages, &own().sha1.to_string())]).says_nothing();
    }

    #[test]
    fn a_later_log_that_assigns_the_usage_counts() {
        let thumbprint = own().sha1.to_string();
        let mut list = assigned("fe1.contoso.com", &["Default", "WebServicesInternal"], &thumbprint);
        let mut log = assigned("fe1.contoso.com", &["WebServicesExternal"], &thumbprint);
        log.export.kind = lyncert_ingest::assigned::ExportKind::Log;
        log.export.time = Some("2026-06-01 10:00:00Z".to_owned());
        list.export.time = Some("2026-05-01T10:00:00Z".to_owned());
        check_front_end(&[list.clone(), log.clone()]).passes();
        list.export.time = Some("2026-06-02T10:00:00Z".to_owned());
        assert_eq!(check_front_end(&[list, log]).severity(), Some(Severity::Error));
    }

    #[test]
    fn xmpp_and_oauth_are_left_to_their_own_rules() {
        let estate = edge_with_xmpp();
        let external = ["AccessEdgeExternal", "DataEdgeExternal", "AudioVideoAuthentication"];
        let requirement = edge_external(&estate);
        let list = assigned("edge.contoso.com", &external, &"AB".repeat(20));
        check_requirement_by(&RULE, &[], std::slice::from_ref(&list), &requirement, &estate).says_nothing();
        let oauth = requirement_of(&front_end(), "OAuthTokenIssuer");
        check_requirement_by(&RULE, &[], &[list], &oauth, &front_end()).says_nothing();
    }
}
