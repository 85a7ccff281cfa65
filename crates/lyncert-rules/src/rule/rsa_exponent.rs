use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::citation::{BR_KEY_QUALITY, ZLINT_EXPONENT};

/// An exponent of 1 encrypts nothing, an even one fits no key. Small odd ones are weak where padding is checked badly; the
/// usual 65537 is what public CAs ask for at least.
pub(super) static RULE: Rule = Rule {
    id: "rsa-exponent",
    summary: "A weak RSA exponent",
    severity: Severity::Warning,
    rationale: "an exponent of 1 or an even one makes the key useless or open to anyone; small ones have let forged signatures pass",
    remedy: "Request a new certificate with a new key; Windows makes keys with the exponent 65537",
    sources: &[&BR_KEY_QUALITY, &ZLINT_EXPONENT],
    judges_own_quality: true,
    check: Check::Certificate(check),
    judges_requests: true,
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let Some(exponent) = view.certificate.key.exponent else { return RuleOutcome::NotApplicable };
    let severity = match exponent {
        65_537.. if !exponent.is_multiple_of(2) => return RuleOutcome::Pass,
        0 | 1 => Severity::Error,
        even if even.is_multiple_of(2) => Severity::Error,
        _ => Severity::Warning,
    };
    let deviation =
        Deviation::new(format!("the RSA key has the exponent {exponent}"), "65537", exponent.to_string());
    RuleOutcome::Fail(vec![deviation.severity(severity)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::PublicKey;
    use crate::testing::{certificate, check_certificate, front_end, requirement_of, rsa};

    #[test]
    fn exponents_are_judged_by_size_and_parity() {
        for (exponent, severity) in [
            (0, Some(Severity::Error)),
            (1, Some(Severity::Error)),
            (2, Some(Severity::Error)),
            (3, Some(Severity::Warning)),
            (65_535, Some(Severity::Warning)),
            (65_536, Some(Severity::Error)),
            (65_537, None),
            (65_538, Some(Severity::Error)),
            (u64::MAX, None),
        ] {
            let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
            certificate.key = PublicKey { exponent: Some(exponent), ..rsa(2048) }.into();
            let outcome = check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]);
            assert_eq!(outcome.severity(), severity, "{exponent}");
        }
    }

    #[test]
    fn a_key_without_exponent_is_no_matter_of_this_rule() {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        certificate.key = PublicKey { exponent: None, ..rsa(2048) }.into();
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).does_not_apply();
    }
}
