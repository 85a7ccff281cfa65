use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::certificate::KeyAlgorithm;
use crate::citation::{BR_KEY_SIZES, CMD_REQ, L13_INFRA, ZLINT_KEY_TYPE};

/// Keys of other kinds than RSA and elliptic curves are unknown to the Windows versions that the product runs on
/// (GEN-KEY-02).
pub(super) static RULE: Rule = Rule {
    id: "key-type",
    summary: "A key of a kind that is not supported",
    severity: Severity::Error,
    rationale: "Windows cannot use the key, so the service does not start or refuses every connection",
    remedy: "Request a new certificate with an RSA key of 2048 bits",
    sources: &[&L13_INFRA, &CMD_REQ, &BR_KEY_SIZES, &ZLINT_KEY_TYPE],
    clauses: &["GEN-KEY-02"],
    judges_own_quality: true,
    check: Check::Certificate(check),
    judges_requests: true,
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let key = &view.certificate.key;
    let is_supported = match &key.algorithm {
        // A key for RSASSA-PSS only is reported by `sig-rsassa-pss`.
        KeyAlgorithm::Rsa | KeyAlgorithm::RsaPss | KeyAlgorithm::Ec => true,
        KeyAlgorithm::Ed25519 | KeyAlgorithm::Ed448 | KeyAlgorithm::Dsa | KeyAlgorithm::Other(_) => false,
    };
    RuleOutcome::from_deviation((!is_supported).then(|| {
        let found = key.algorithm.as_str();
        Deviation::new(format!("the key is of the kind {found}"), "RSA, or an elliptic curve", found)
            .clause("GEN-KEY-02")
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::PublicKey;
    use crate::testing::{certificate, check_certificate, front_end, requirement_of, rsa};

    #[test]
    fn kinds_of_keys_that_windows_does_not_know_fail() {
        for (algorithm, severity) in [
            (KeyAlgorithm::Rsa, None),
            (KeyAlgorithm::Ec, None),
            (KeyAlgorithm::RsaPss, None),
            (KeyAlgorithm::Dsa, Some(Severity::Error)),
            (KeyAlgorithm::Ed25519, Some(Severity::Error)),
            (KeyAlgorithm::Ed448, Some(Severity::Error)),
            (KeyAlgorithm::Other("2.16.840.1.101.3.4.3.18".to_owned()), Some(Severity::Error)),
        ] {
            let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
            certificate.key = PublicKey { algorithm: algorithm.clone(), ..rsa(2048) }.into();
            let outcome = check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]);
            assert_eq!(outcome.severity(), severity, "{algorithm:?}");
        }
    }
}
