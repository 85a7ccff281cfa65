use super::{Check, Deviation, HoldingView, Rule, RuleOutcome, Severity};
use crate::citation::{L13_EXT, L13_INT, S15_ENV};

/// Every table of the vendor gives the subject a common name.
pub(super) static RULE: Rule = Rule {
    id: "cn-missing",
    summary: "No common name in the subject",
    severity: Severity::Error,
    rationale: "the product compares the subject with the computed name and older clients look at it",
    remedy: "Request a certificate whose subject has the expected common name",
    sources: &[&L13_INT, &L13_EXT, &S15_ENV],
    check: Check::Holding(check),
    ..Rule::DEFAULTS
};

fn check(view: &HoldingView<'_>) -> RuleOutcome {
    if view.is_oauth() || view.has_no_names_to_check() {
        return RuleOutcome::NotApplicable;
    }
    RuleOutcome::from_deviation(view.certificate.common_names.is_empty().then(|| {
        let expected = &view.requirement.subject;
        Deviation::new(
            "the subject has no common name",
            format!("CN={expected}"),
            view.certificate.subject.clone(),
        )
        .clause(view.requirement.subject_clause)
        .name(expected.to_string())
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{certificate, check_holding, front_end, requirement_of};

    #[test]
    fn a_subject_without_common_name_fails() {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        certificate.common_names.clear();
        check_holding(&RULE, &certificate, &requirement_of(&front_end(), "Default"))
            .fails_with(Severity::Error, "the subject has no common name");
    }

    #[test]
    fn a_common_name_passes() {
        let certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        check_holding(&RULE, &certificate, &requirement_of(&front_end(), "Default")).passes();
    }
}
