use super::view::Roots;
use super::{CertificateView, Check, Rule, RuleOutcome, Severity};
use crate::certificate::{Signature, SignatureHash};
use crate::citation::{L13_INFRA, RFC6151};

/// MD2 is outside of the supported list (GEN-SIG-03) and broken for good.
pub(super) static RULE: Rule = Rule {
    id: "sig-md2",
    summary: "An MD2 signature",
    severity: Severity::Error,
    rationale: "Windows refuses it: services do not start",
    remedy: "Request a new certificate from a CA that signs with SHA-256",
    sources: &[&L13_INFRA, &RFC6151],
    clauses: &["GEN-SIG-03"],
    judges_own_quality: true,
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let is_wrong = |signature: &Signature| signature.hash == Some(SignatureHash::Md2);
    view.signed_with(is_wrong, "MD2", "SHA-256 or stronger", Roots::Judged)
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
    fn md2_fails_and_sha256_passes() {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).passes();
        Arc::make_mut(&mut certificate.signature).hash = Some(SignatureHash::Md2);
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")])
            .fails_with(Severity::Error, "the certificate is signed with MD2");
    }
}
