use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::citation::{RFC5280, ZLINT_CERT_SIGN};

/// A certificate that may sign others is no server certificate (RFC 5280 section 4.2.1.3).
pub(super) static RULE: Rule = Rule {
    id: "ku-certsign-leaf",
    summary: "A server certificate that may sign certificates",
    severity: Severity::Error,
    rationale: "whoever gets its key can issue certificates for any name; strict clients refuse it",
    remedy: "Request a server certificate from a web server template, and keep the CA certificate on the CA",
    sources: &[&RFC5280, &ZLINT_CERT_SIGN],
    check: Check::Certificate(check),
    judges_requests: true,
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let certificate = view.certificate;
    let Some(usage) = &certificate.key_usage else { return RuleOutcome::NotApplicable };
    // The certificate of a CA is reported by `ca-as-leaf`.
    RuleOutcome::from_deviation((usage.bits.contains(&"keyCertSign") && !certificate.is_ca).then(|| {
        Deviation::new("the key usage allows to sign certificates", "no keyCertSign", usage.bits.join(", "))
    }))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::certificate::KeyUsage;
    use crate::testing::{certificate, check_certificate, front_end, requirement_of};

    #[test]
    fn a_server_that_may_sign_certificates_fails() {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        let bits = vec!["digitalSignature", "keyEncipherment", "keyCertSign"];
        certificate.key_usage = Some(Arc::new(KeyUsage { bits, critical: true }));
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")])
            .fails_with(Severity::Error, "the key usage allows to sign certificates");
    }

    #[test]
    fn an_ordinary_one_passes_and_one_without_key_usage_is_left_to_its_own_rule() {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).passes();
        certificate.key_usage = None;
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).does_not_apply();
    }
}
