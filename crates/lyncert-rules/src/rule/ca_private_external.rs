use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::certificate::CaKind;
use crate::citation::{L13_EXT, L13_RP, S15_EDGE, SEED};
use crate::usage::CertificateUsage;

/// External Edge and reverse proxy certificates come from a public CA (GEN-CHAIN-03). Only evidence of an internal CA
/// counts; a certificate that shows neither is left alone.
pub(super) static RULE: Rule = Rule {
    id: "ca-private-external",
    summary: "An external certificate from a private CA",
    severity: Severity::Warning,
    rationale: "partners and devices outside of the organization do not trust its CA: federation and mobile sign-in fail",
    remedy: "Request the certificate from a public CA",
    sources: &[&SEED, &L13_EXT, &L13_RP, &S15_EDGE],
    clauses: &["GEN-CHAIN-03"],
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

const EXTERNAL: &[CertificateUsage] = &[
    CertificateUsage::AccessEdgeExternal,
    CertificateUsage::DataEdgeExternal,
    CertificateUsage::XmppServer,
    CertificateUsage::ReverseProxy,
];

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    // Nobody outside checks the certificate of A/V authentication by itself.
    if !EXTERNAL.iter().any(|usage| view.serves(*usage)) {
        return RuleOutcome::NotApplicable;
    }
    let certificate = view.certificate;
    RuleOutcome::from_deviation((certificate.ca_kind == CaKind::Internal).then(|| {
        Deviation::new("the certificate comes from a private CA", "a public CA", &*certificate.ca_evidence)
            .clause("GEN-CHAIN-03")
            .only(EXTERNAL)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{certificate, check_certificate, edge, edge_external};

    #[test]
    fn an_internal_ca_on_the_external_edge_fails() {
        let mut certificate = certificate("sip.contoso.com", &["sip.contoso.com"]);
        certificate.ca_kind = CaKind::Internal;
        certificate.ca_evidence = "certificate template 1.2.3".into();
        check_certificate(&RULE, &certificate, &[edge_external(&edge())])
            .fails_with(Severity::Warning, "the certificate comes from a private CA");
    }

    #[test]
    fn a_public_or_unknown_ca_passes() {
        for kind in [CaKind::Public, CaKind::Unknown] {
            let mut certificate = certificate("sip.contoso.com", &["sip.contoso.com"]);
            certificate.ca_kind = kind;
            check_certificate(&RULE, &certificate, &[edge_external(&edge())]).passes();
        }
    }
}
