use super::{Check, Deviation, HoldingView, Rule, RuleOutcome, Severity};
use crate::citation::{L13_EXT, L13_INT, S15_EDGE, S15_ENV};
use crate::holder::HolderKind;
use crate::matching::Cover;
use crate::requirement::AcceptedSubject;
use crate::usage::CertificateUsage;

/// The subject is the one that the tables give. How bad another one is differs by role: the external Edge and web
/// certificates are looked at by their names, an internal Edge needs the name in either place, OAuth in none.
pub(super) static RULE: Rule = Rule {
    id: "cn-wrong",
    summary: "Another subject than expected",
    severity: Severity::Error,
    rationale: "the product compares the subject with the computed name: servers may refuse each other",
    remedy: "Request a certificate with the expected subject",
    sources: &[&L13_INT, &L13_EXT, &S15_ENV, &S15_EDGE],
    clauses: &["EDGE-EXT-02"],
    check: Check::Holding(check),
    judges_requests: true,
    ..Rule::DEFAULTS
};

fn check(view: &HoldingView<'_>) -> RuleOutcome {
    let certificate = view.certificate;
    // A wildcard or a missing subject is what the rules of that name report.
    let is_other_rules =
        certificate.common_names.is_empty() || certificate.common_names.iter().any(|name| name.contains('*'));
    if is_other_rules || view.has_no_names_to_check() || view.requirement.has_unfit_subject {
        return RuleOutcome::NotApplicable;
    }
    let requirement = view.requirement;
    if view.names.has_common_name(&requirement.subject) || is_named_after_another_service(view) {
        return RuleOutcome::Pass;
    }
    let mut accepted = requirement.accepted_subjects.iter();
    match accepted.find(|accepted| view.names.has_common_name(&accepted.name)) {
        Some(AcceptedSubject { severity: None, .. }) => RuleOutcome::Pass,
        Some(AcceptedSubject { clause, severity: Some(severity), .. }) => {
            RuleOutcome::Fail(vec![deviation(view, clause, *severity)])
        }
        None => {
            let (clause, severity) = clause_and_severity(view);
            RuleOutcome::Fail(vec![deviation(view, clause, severity)])
        }
    }
}

/// The Access Edge FQDN is the subject of what serves the Access Edge. A certificate of its own for another external service of the Edge
/// has the name of that one by rights.
fn is_named_after_another_service(view: &HoldingView<'_>) -> bool {
    let is_of_access_edge = view.usages.contains(&CertificateUsage::AccessEdgeExternal);
    view.is_edge_external()
        && !is_of_access_edge
        && view.required().any(|(required, _)| view.names.has_common_name(&required.name))
}

fn deviation(view: &HoldingView<'_>, clause: &'static str, severity: Severity) -> Deviation {
    let found = view.common_name_list();
    let deviation = Deviation::new(
        format!("the subject is `CN={found}`, not `CN={}`", view.requirement.subject),
        format!("CN={}", view.requirement.subject),
        format!("CN={found}"),
    )
    .clause(clause)
    .severity(severity)
    .name(found);
    // Nobody compares the subject there: clients look at the names.
    if view.requirement.holder.kind.is_managed() || view.requirement.has_usage(CertificateUsage::Default) {
        deviation
    } else {
        deviation
            .consequence("nothing where all names are there: clients look at the names, not at the subject")
    }
}

fn clause_and_severity(view: &HoldingView<'_>) -> (&'static str, Severity) {
    let requirement = view.requirement;
    let clause = requirement.subject_clause;
    let is_among_names =
        view.names.cover(&requirement.subject).is_some_and(|cover| cover.cover == Cover::Exact);
    let severity = if view.is_oauth()
        || view.is_reverse_proxy()
        || ((view.is_edge_internal() || view.is_gateway()) && is_among_names)
    {
        Severity::Info
    } else if view.is_edge_internal() {
        Severity::Error
    } else if clause == "EDGE-EXT-02" || view.usages.iter().any(|usage| usage.is_web()) {
        Severity::Warning
    } else {
        match requirement.holder.kind {
            HolderKind::Pool(_) => Severity::Error,
            HolderKind::ReverseProxy | HolderKind::Deployment => Severity::Info,
        }
    };
    (clause, severity)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::CertificateNames;
    use crate::testing::{certificate, check_holding, edge, edge_external, front_end, requirement_of};

    #[test]
    fn another_subject_on_the_external_edge_is_a_warning() {
        let certificate = certificate("webcon.contoso.com", &["sip.contoso.com", "webcon.contoso.com"]);
        check_holding(&RULE, &certificate, &edge_external(&edge())).fails_with(
            Severity::Warning,
            "the subject is `CN=webcon.contoso.com`, not `CN=sip.contoso.com`",
        );
    }

    #[test]
    fn another_subject_on_a_default_certificate_is_an_error() {
        let certificate = certificate("fe1.contoso.com", &["fe1.contoso.com", "pool.contoso.com"]);
        check_holding(&RULE, &certificate, &requirement_of(&front_end(), "Default"))
            .fails_with(Severity::Error, "the subject is `CN=fe1.contoso.com`, not `CN=pool.contoso.com`");
    }

    #[test]
    fn the_server_as_subject_of_a_web_certificate_is_information() {
        let certificate = certificate("fe1.contoso.com", &["fe1.contoso.com"]);
        check_holding(&RULE, &certificate, &requirement_of(&front_end(), "WebServicesInternal"))
            .fails_with(Severity::Info, "the subject is `CN=fe1.contoso.com`, not `CN=pool.contoso.com`");
    }

    #[test]
    fn an_internal_edge_needs_its_name_in_subject_or_names() {
        let internal = requirement_of(&edge(), "Internal");
        check_holding(&RULE, &certificate("other.contoso.com", &["other.contoso.com"]), &internal)
            .fails_with(Severity::Error, "the subject is `CN=other.contoso.com`, not `CN=edge.contoso.com`");
        check_holding(&RULE, &certificate("other.contoso.com", &["edge.contoso.com"]), &internal)
            .fails_with(Severity::Info, "the subject is `CN=other.contoso.com`, not `CN=edge.contoso.com`");
    }

    #[test]
    fn the_expected_subject_passes_in_any_case() {
        let certificate = certificate("SIP.contoso.com", &["sip.contoso.com"]);
        check_holding(&RULE, &certificate, &edge_external(&edge())).passes();
    }

    #[test]
    fn a_certificate_for_web_conferencing_alone_has_the_name_of_that_service() {
        let requirement = edge_external(&edge());
        let serving = |usages: &[CertificateUsage], subject: &str| {
            let certificate = certificate(subject, &["webcon.contoso.com"]);
            let names = CertificateNames::new(&certificate);
            check(&HoldingView {
                requirement: &requirement,
                usages,
                certificate: &certificate,
                names: &names,
            })
        };
        let alone = [CertificateUsage::DataEdgeExternal];
        let both = [CertificateUsage::AccessEdgeExternal, CertificateUsage::DataEdgeExternal];
        assert_eq!(serving(&alone, "webcon.contoso.com"), RuleOutcome::Pass);
        assert!(matches!(serving(&alone, "av.contoso.com"), RuleOutcome::Fail(_)));
        assert!(matches!(serving(&both, "webcon.contoso.com"), RuleOutcome::Fail(_)));
    }
}
