use super::view::Roots;
use super::{CertificateView, Check, Rule, RuleOutcome, Severity};
use crate::certificate::{SelfSigned, Signature, SignatureHash};
use crate::citation::{L13_INFRA, S15_ENV, ZLINT};

/// SHA-1 is supported by the product, but no public CA may issue it since 2016-01-01 (GEN-SIG-01). What signs a
/// self-signed certificate proves nothing and is not judged.
pub(super) static RULE: Rule = Rule {
    id: "sig-sha1",
    summary: "A SHA-1 signature",
    severity: Severity::Warning,
    rationale: "current browsers and operating systems refuse it; one server left on SHA-1 gives presence and meeting faults",
    remedy: "Move the CA to SHA-256 and request a new certificate",
    sources: &[&L13_INFRA, &S15_ENV, &ZLINT],
    clauses: &["GEN-SIG-01"],
    judges_own_quality: true,
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let certificate = view.certificate;
    if certificate.self_signed != SelfSigned::No {
        return RuleOutcome::NotApplicable;
    }
    let is_wrong = |signature: &Signature| signature.hash == Some(SignatureHash::Sha1);
    let severity = if view.is_public() { Severity::Error } else { Severity::Warning };
    view.signed_with(is_wrong, "SHA-1", "SHA-256 or stronger", Roots::Skipped)
        .into_iter()
        .map(|deviation| deviation.clause("GEN-SIG-01").severity(severity))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::certificate::{CaKind, Certificate};
    use crate::testing::{certificate, check_certificate, front_end, requirement_of};

    fn sha1(ca_kind: CaKind) -> Certificate {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        Arc::make_mut(&mut certificate.signature).hash = Some(SignatureHash::Sha1);
        Certificate { ca_kind, ..certificate }
    }

    #[test]
    fn sha1_is_an_error_from_a_public_ca_and_a_warning_from_others() {
        for (kind, severity) in [
            (CaKind::Public, Severity::Error),
            (CaKind::Internal, Severity::Warning),
            (CaKind::Unknown, Severity::Warning),
        ] {
            check_certificate(&RULE, &sha1(kind), &[requirement_of(&front_end(), "Default")])
                .fails_with(severity, "the certificate is signed with SHA-1");
        }
    }

    #[test]
    fn a_self_signed_certificate_is_left_to_its_own_rule() {
        let certificate = Certificate { self_signed: SelfSigned::Yes, ..sha1(CaKind::Internal) };
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).does_not_apply();
    }

    #[test]
    fn sha1_on_an_intermediate_is_told_and_on_a_root_not() {
        for is_root in [false, true] {
            let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
            let mut issuer =
                crate::certificate::Issuer { is_root, ..crate::certificate::Issuer::from(&certificate) };
            Arc::make_mut(&mut issuer.signature).hash = Some(SignatureHash::Sha1);
            certificate.chain = crate::certificate::Chain::verified(vec![issuer], String::new()).into();
            let outcome = check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]);
            assert_eq!(outcome.severity(), (!is_root).then_some(Severity::Warning));
        }
    }

    #[test]
    fn sha256_passes() {
        let certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).passes();
    }
}
