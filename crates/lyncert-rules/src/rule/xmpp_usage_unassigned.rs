use lyncert_ingest::name::said;

use super::{Check, Cure, Deviation, RequirementView, Rule, RuleOutcome, Severity};
use crate::citation::{CMD_IMP, GREIG};
use crate::usage::CertificateUsage;

/// XMPP has a usage of its own, which even good renewal tools forget (EDGE-XMPP-03). Only where an export lists what is assigned
/// to an Edge Server can it be seen to be missing.
pub(super) static RULE: Rule = Rule {
    id: "xmpp-usage-unassigned",
    summary: "No certificate is assigned for XMPP",
    severity: Severity::Warning,
    rationale: "XMPP federation stops, while everything else on the Edge Server works",
    remedy: "Assign the external certificate for XMPP too: `Set-CsCertificate -Type XmppServer -Thumbprint ...`",
    sources: &[&CMD_IMP, &GREIG],
    clauses: &["EDGE-XMPP-03"],
    cure: Cure::Assignment,
    check: Check::Requirement(check),
    ..Rule::DEFAULTS
};

fn check(view: &RequirementView<'_>) -> RuleOutcome {
    if !view.requirement.has_usage(CertificateUsage::XmppServer) {
        return RuleOutcome::NotApplicable;
    }
    let outcome: RuleOutcome = view
        .assignment
        .without_xmpp
        .iter()
        .map(|server| {
            Deviation::new(
                format!("no certificate is assigned for XmppServer on {}", said(server)),
                "the external certificate",
                "none",
            )
            .name(server.to_string())
            .clause("EDGE-XMPP-03")
            .only(&[CertificateUsage::XmppServer])
        })
        .collect();
    outcome.unless_lacking(view.lacks_exports())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::Certificate;
    use crate::lacking::Lacking;
    use crate::testing::{
        assigned, certificate, check_requirement, check_requirement_by, edge, edge_external,
    };

    fn estate() -> (crate::testing::Estate, Certificate) {
        let names = ["sip.contoso.com", "webcon.contoso.com", "sip.fabrikam.com", "contoso.com"];
        (crate::testing::edge_with_xmpp(), certificate("sip.contoso.com", &names))
    }

    #[test]
    fn a_list_without_the_usage_is_told_and_one_with_it_passes() {
        let (estate, certificate) = estate();
        let requirement = edge_external(&estate);
        let server = requirement.install_on()[0].to_string();
        let external = ["AccessEdgeExternal", "DataEdgeExternal", "AudioVideoAuthentication"];
        let thumbprint = certificate.sha1.to_string();
        let certificates = [certificate];
        check_requirement_by(
            &RULE,
            &certificates,
            &[assigned(&server, &external, &thumbprint)],
            &requirement,
            &estate,
        )
        .fails_with(Severity::Warning, &format!("no certificate is assigned for XmppServer on {server}"));
        let all = [&external[..], &["XmppServer"]].concat();
        check_requirement_by(
            &RULE,
            &certificates,
            &[assigned(&server, &all, &thumbprint)],
            &requirement,
            &estate,
        )
        .passes();
        check_requirement(&RULE, &certificates, &requirement, &estate)
            .has_nothing_to_look_at(Lacking::AssignmentExports);
    }

    #[test]
    fn an_edge_without_xmpp_is_no_matter_of_this_rule() {
        check_requirement(&RULE, &[], &edge_external(&edge()), &edge()).does_not_apply();
    }
}
