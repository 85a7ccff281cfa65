use super::{CertificateView, Check, Deviation, Rule, Severity, Verdict};
use crate::SignatureHash;
use crate::citation::{L13_INFRA, RFC6151};

/// MD5 is outside of the supported list (GEN-SIG-03).
pub(super) static RULE: Rule = Rule {
    id: "sig-md5",
    summary: "An MD5 signature",
    severity: Severity::Error,
    rationale: "Windows refuses it: services do not start, with Schannel events 36874 and 36888",
    remedy: "Request a new certificate from a CA that signs with SHA-256",
    sources: &[&L13_INFRA, &RFC6151],
    clauses: &["GEN-SIG-03"],
    check: Check::Certificate(check),
};

fn check(view: &CertificateView<'_>) -> Verdict {
    let signature = &view.certificate.signature;
    Verdict::from_deviation((signature.hash == Some(SignatureHash::Md5)).then(|| {
        Deviation::new("the certificate is signed with MD5", "SHA-256 or stronger", &*signature.name)
            .clause("GEN-SIG-03")
    }))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::testing::{certificate, check_certificate, front_end, requirement_of};

    #[test]
    fn md5_fails() {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        Arc::make_mut(&mut certificate.signature).hash = Some(SignatureHash::Md5);
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")])
            .fails_with(Severity::Error, "the certificate is signed with MD5");
    }

    #[test]
    fn sha256_passes() {
        let certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).passes();
    }
}
