use super::{Check, Deviation, HoldingView, Rule, RuleOutcome, Severity};
use crate::citation::{L10_WILD, L13_WILD};

/// The subject is a wildcard on no role (WILD-01).
pub(super) static RULE: Rule = Rule {
    id: "cn-wildcard",
    summary: "A wildcard as the subject",
    severity: Severity::Error,
    rationale: "no role supports it: servers and phones that look at the subject refuse the connection",
    remedy: "Request a certificate whose subject is spelled out",
    sources: &[&L13_WILD, &L10_WILD],
    clauses: &["WILD-01"],
    check: Check::Holding(check),
    judges_requests: true,
    ..Rule::DEFAULTS
};

fn check(view: &HoldingView<'_>) -> RuleOutcome {
    let wildcards = view.certificate.common_names.iter().filter(|name| name.contains('*'));
    wildcards
        .map(|name| {
            Deviation::new(
                format!("the subject `CN={name}` is a wildcard"),
                format!("CN={}", view.requirement.subject),
                format!("CN={name}"),
            )
            .clause("WILD-01")
            .name(name)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{certificate, check_holding, edge, edge_external};

    #[test]
    fn a_wildcard_subject_fails() {
        let certificate = certificate("*.contoso.com", &["*.contoso.com"]);
        check_holding(&RULE, &certificate, &edge_external(&edge()))
            .fails_with(Severity::Error, "the subject `CN=*.contoso.com` is a wildcard");
    }

    #[test]
    fn a_spelled_out_subject_passes() {
        let certificate = certificate("sip.contoso.com", &["sip.contoso.com"]);
        check_holding(&RULE, &certificate, &edge_external(&edge())).passes();
    }
}
