use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::certificate::KeyAlgorithm;
use crate::citation::{BR_KEY_SIZES, CMD_REQ, L13_INFRA, ZLINT_CURVES};

/// The product supports keys on P-256, P-384 and P-521 (GEN-KEY-02). Windows knows no curve that is spelled out.
pub(super) static RULE: Rule = Rule {
    id: "ec-curve",
    summary: "An elliptic curve that is not supported",
    severity: Severity::Error,
    rationale: "Windows cannot use the key, so the service does not start or refuses every connection",
    remedy: "Request a new certificate with an RSA key of 2048 bits, or on P-256, P-384 or P-521",
    sources: &[&L13_INFRA, &CMD_REQ, &BR_KEY_SIZES, &ZLINT_CURVES],
    clauses: &["GEN-KEY-02"],
    judges_own_quality: true,
    check: Check::Certificate(check),
    judges_requests: true,
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let key = &view.certificate.key;
    if key.algorithm != KeyAlgorithm::Ec {
        return RuleOutcome::NotApplicable;
    }
    let curve = key.curve.as_deref().unwrap_or("no curve");
    RuleOutcome::from_deviation((!matches!(curve, "P-256" | "P-384" | "P-521")).then(|| {
        Deviation::new(format!("the key is on {curve}"), "P-256, P-384 or P-521", curve).clause("GEN-KEY-02")
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::{Certificate, PublicKey};
    use crate::testing::{certificate, check_certificate, front_end, requirement_of};

    fn on(curve: Option<&str>) -> Certificate {
        let key = PublicKey {
            algorithm: KeyAlgorithm::Ec,
            bits: None,
            curve: curve.map(str::to_owned),
            exponent: None,
        };
        Certificate { key: key.into(), ..certificate("pool.contoso.com", &["pool.contoso.com"]) }
    }

    #[test]
    fn curves_of_the_list_pass_and_others_fail() {
        for (curve, severity) in [
            (Some("P-256"), None),
            (Some("P-384"), None),
            (Some("P-521"), None),
            (Some("P-192"), Some(Severity::Error)),
            (Some("P-224"), Some(Severity::Error)),
            (Some("secp256k1"), Some(Severity::Error)),
            (Some("explicit parameters"), Some(Severity::Error)),
            (None, Some(Severity::Error)),
        ] {
            let outcome = check_certificate(&RULE, &on(curve), &[requirement_of(&front_end(), "Default")]);
            assert_eq!(outcome.severity(), severity, "{curve:?}");
        }
    }

    #[test]
    fn an_rsa_key_is_no_matter_of_this_rule() {
        let certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).does_not_apply();
    }
}
