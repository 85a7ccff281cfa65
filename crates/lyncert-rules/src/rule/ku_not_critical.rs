use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::citation::{L13_RPREQ, RFC5280};

/// Key usage should be critical (RFC 5280 section 4.2.1.3; GEN-KU-01).
pub(super) static RULE: Rule = Rule {
    id: "ku-not-critical",
    summary: "Key usage that is not critical",
    severity: Severity::Info,
    rationale: "nothing: a client that does not know the extension ignores it",
    remedy: "Mark key usage as critical in the template for the next certificate",
    sources: &[&RFC5280, &L13_RPREQ],
    clauses: &["GEN-KU-01"],
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let Some(usage) = &view.certificate.key_usage else { return RuleOutcome::NotApplicable };
    RuleOutcome::from_deviation((!usage.critical).then(|| {
        Deviation::new("the key usage is not critical", "critical", "not critical").clause("GEN-KU-01")
    }))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::certificate::KeyUsage;
    use crate::testing::{certificate, check_certificate, front_end, requirement_of};

    #[test]
    fn only_a_key_usage_that_is_there_and_not_critical_is_told() {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).passes();
        let bits = vec!["digitalSignature", "keyEncipherment"];
        certificate.key_usage = Some(Arc::new(KeyUsage { bits, critical: false }));
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")])
            .fails_with(Severity::Info, "the key usage is not critical");
        certificate.key_usage = None;
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).does_not_apply();
    }
}
