use super::view::Roots;
use super::{CertificateView, Check, Rule, RuleOutcome, Severity};
use crate::certificate::{Signature, SignatureHash};
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
    judges_own_quality: true,
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let is_wrong = |signature: &Signature| signature.hash == Some(SignatureHash::Md5);
    // Windows refuses a root that is signed with MD5 too.
    view.signed_with(is_wrong, "MD5", "SHA-256 or stronger", Roots::Judged)
        .into_iter()
        .map(|deviation| deviation.clause("GEN-SIG-03"))
        .collect()
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
    fn md5_on_a_ca_fails_too_even_on_a_root() {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        let mut root =
            crate::certificate::Issuer { is_root: true, ..crate::certificate::Issuer::from(&certificate) };
        "CN=Old Root".clone_into(&mut root.subject);
        Arc::make_mut(&mut root.signature).hash = Some(SignatureHash::Md5);
        certificate.chain = crate::certificate::Chain::verified(vec![root], String::new()).into();
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")])
            .fails_with(Severity::Error, "the certificate of its CA `CN=Old Root` is signed with MD5");
    }

    #[test]
    fn sha256_passes() {
        let certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).passes();
    }
}
