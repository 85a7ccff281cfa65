use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::certificate::KeyAlgorithm;
use crate::citation::{L13_RPREQ, RFC5280};

/// A server signs its part of the handshake, and with RSA it may have to decrypt the client's: digitalSignature for every key,
/// keyEncipherment for RSA (GEN-KU-01).
pub(super) static RULE: Rule = Rule {
    id: "ku-missing-bits",
    summary: "A key usage bit that servers need is missing",
    severity: Severity::Warning,
    rationale: "TLS fails with those clients and cipher suites that need the missing use of the key",
    remedy: "Request the certificate from a web server template, with digitalSignature and keyEncipherment",
    sources: &[&RFC5280, &L13_RPREQ],
    clauses: &["GEN-KU-01"],
    check: Check::Certificate(check),
    judges_requests: true,
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let certificate = view.certificate;
    let Some(usage) = &certificate.key_usage else { return RuleOutcome::NotApplicable };
    let wanted: &[&str] = match certificate.key.algorithm {
        KeyAlgorithm::Rsa | KeyAlgorithm::RsaPss => &["digitalSignature", "keyEncipherment"],
        KeyAlgorithm::Ec => &["digitalSignature"],
        KeyAlgorithm::Ed25519 | KeyAlgorithm::Ed448 | KeyAlgorithm::Dsa | KeyAlgorithm::Other(_) => {
            return RuleOutcome::NotApplicable;
        }
    };
    let missing: Vec<&str> = wanted.iter().copied().filter(|bit| !usage.bits.contains(bit)).collect();
    RuleOutcome::from_deviation((!missing.is_empty()).then(|| {
        let found = if usage.bits.is_empty() { "no bit".to_owned() } else { usage.bits.join(", ") };
        Deviation::new(format!("the key usage lacks {}", missing.join(" and ")), wanted.join(", "), found)
            .clause("GEN-KU-01")
    }))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::certificate::{KeyUsage, PublicKey};
    use crate::testing::{certificate, check_certificate, front_end, requirement_of, rsa};

    fn outcome(algorithm: KeyAlgorithm, bits: &[&'static str]) -> Option<Severity> {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        certificate.key = PublicKey { algorithm, ..rsa(2048) }.into();
        certificate.key_usage = Some(Arc::new(KeyUsage { bits: bits.to_vec(), critical: true }));
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).severity()
    }

    #[test]
    fn the_bits_wanted_follow_the_kind_of_key() {
        const SIGN: &str = "digitalSignature";
        const ENCIPHER: &str = "keyEncipherment";
        assert_eq!(outcome(KeyAlgorithm::Rsa, &[SIGN, ENCIPHER]), None);
        assert_eq!(outcome(KeyAlgorithm::Rsa, &[SIGN]), Some(Severity::Warning));
        assert_eq!(outcome(KeyAlgorithm::Rsa, &[ENCIPHER]), Some(Severity::Warning));
        assert_eq!(outcome(KeyAlgorithm::Rsa, &[]), Some(Severity::Warning));
        assert_eq!(outcome(KeyAlgorithm::Ec, &[SIGN]), None);
        assert_eq!(outcome(KeyAlgorithm::Ec, &["keyAgreement"]), Some(Severity::Warning));
        assert_eq!(outcome(KeyAlgorithm::Ed25519, &[]), None, "reported by `key-type`");
    }
}
