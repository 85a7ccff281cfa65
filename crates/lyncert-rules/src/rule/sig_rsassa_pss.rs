use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::certificate::KeyAlgorithm;
use crate::citation::{L13_INFRA, S15_ENV, S19_SYS};

/// RSASSA-PSS is not supported, neither as the CA's signature nor as the kind of key (GEN-SIG-02).
pub(super) static RULE: Rule = Rule {
    id: "sig-rsassa-pss",
    summary: "An RSASSA-PSS signature or key",
    severity: Severity::Error,
    rationale: "sign-in and call forwarding fail in ways that do not point at the certificate",
    remedy: "Have the CA sign with sha256RSA: set AlternateSignatureAlgorithm=0 in its CAPolicy.inf, or turn the discrete \
             signature off in the template, and request a new certificate",
    sources: &[&L13_INFRA, &S15_ENV, &S19_SYS],
    clauses: &["GEN-SIG-02"],
    judges_own_quality: true,
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let certificate = view.certificate;
    let message = match (certificate.signature.is_pss, &certificate.key.algorithm) {
        (true, _) => "the certificate is signed with RSASSA-PSS",
        (false, KeyAlgorithm::RsaPss) => "the key is for RSASSA-PSS only",
        (
            false,
            KeyAlgorithm::Rsa
            | KeyAlgorithm::Ec
            | KeyAlgorithm::Ed25519
            | KeyAlgorithm::Ed448
            | KeyAlgorithm::Dsa
            | KeyAlgorithm::Other(_),
        ) => return RuleOutcome::Pass,
    };
    RuleOutcome::Fail(vec![
        Deviation::new(message, "a PKCS#1 v1.5 signature such as sha256RSA", &*certificate.signature.name)
            .clause("GEN-SIG-02"),
    ])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::testing::{certificate, check_certificate, front_end, requirement_of};

    #[test]
    fn a_pss_signature_or_key_fails() {
        let mut signed = certificate("pool.contoso.com", &["pool.contoso.com"]);
        Arc::make_mut(&mut signed.signature).is_pss = true;
        check_certificate(&RULE, &signed, &[requirement_of(&front_end(), "Default")])
            .fails_with(Severity::Error, "the certificate is signed with RSASSA-PSS");
        let mut keyed = certificate("pool.contoso.com", &["pool.contoso.com"]);
        Arc::make_mut(&mut keyed.key).algorithm = KeyAlgorithm::RsaPss;
        check_certificate(&RULE, &keyed, &[requirement_of(&front_end(), "Default")])
            .fails_with(Severity::Error, "the key is for RSASSA-PSS only");
    }

    #[test]
    fn a_plain_rsa_signature_passes() {
        let certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).passes();
    }
}
