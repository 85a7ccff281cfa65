use super::{Check, Deviation, HoldingView, Rule, RuleOutcome, Severity};
use crate::citation::{BR_PROFILE, L13_EXT, L13_INT, S15_ENV};
use crate::usage::CertificateUsage;

/// Every table of the vendor gives the subject a common name; public CAs leave it out more and more. None is no graver than a wrong one
/// (EDGE-EXT-02, RP-02).
pub(super) static RULE: Rule = Rule {
    id: "cn-missing",
    summary: "No common name in the subject",
    severity: Severity::Error,
    rationale: "the product compares the subject with the computed name and older clients look at it",
    remedy: "Request a certificate whose subject has the expected common name",
    sources: &[&L13_INT, &L13_EXT, &S15_ENV, &BR_PROFILE],
    check: Check::Holding(check),
    judges_requests: true,
    ..Rule::DEFAULTS
};

fn check(view: &HoldingView<'_>) -> RuleOutcome {
    if view.is_oauth() || view.has_no_names_to_check() {
        return RuleOutcome::NotApplicable;
    }
    let severity = if view.is_edge_external() {
        Severity::Warning
    } else {
        match (view.requirement.holder.kind.is_managed(), view.usages.iter().any(|usage| usage.is_web())) {
            (true, true) => Severity::Warning,
            (true, false) => Severity::Error,
            // What the product does not manage compares no subjects, save for applications of the vendor's own kind (TAP-01).
            (false, false) if view.requirement.has_usage(CertificateUsage::Default) => Severity::Error,
            (false, _) => Severity::Info,
        }
    };
    RuleOutcome::from_deviation(view.certificate.common_names.is_empty().then(|| {
        let expected = &view.requirement.subject;
        Deviation::new(
            "the subject has no common name",
            format!("CN={expected}"),
            view.certificate.subject.clone(),
        )
        .clause(view.requirement.subject_clause)
        .severity(severity)
        .name(expected.to_string())
    }))
}

#[cfg(test)]
mod tests {
    use lyncert_ingest::topology::PoolKind;

    use super::*;
    use crate::testing::{
        certificate, check_holding, edge, edge_external, estate, front_end, pool, requirement_of,
    };

    #[test]
    fn a_subject_without_common_name_fails() {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        certificate.common_names.clear();
        check_holding(&RULE, &certificate, &requirement_of(&front_end(), "Default"))
            .fails_with(Severity::Error, "the subject has no common name");
    }

    #[test]
    fn outside_and_on_web_services_none_is_no_graver_than_a_wrong_one() {
        let nameless = |name: &str| {
            let mut certificate = certificate(name, &[name]);
            certificate.common_names.clear();
            certificate
        };
        let farm = estate(pool(PoolKind::OfficeWebApps, "owa.contoso.com", &["owa.contoso.com"]));
        for (requirement, severity) in [
            (edge_external(&edge()), Severity::Warning),
            (requirement_of(&edge(), "Internal"), Severity::Error),
            (requirement_of(&front_end(), "WebServicesExternal"), Severity::Warning),
            (requirement_of(&front_end(), "ReverseProxy"), Severity::Info),
            (requirement_of(&farm, "OfficeWebApps"), Severity::Info),
        ] {
            let certificate = nameless(requirement.subject.as_str());
            check_holding(&RULE, &certificate, &requirement)
                .fails_with(severity, "the subject has no common name");
        }
    }

    #[test]
    fn a_common_name_passes() {
        let certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        check_holding(&RULE, &certificate, &requirement_of(&front_end(), "Default")).passes();
    }
}
