use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::citation::{L13_INFRA, S15_ENV, S19_SYS};

/// Every server certificate has a CRL distribution point (GEN-CDP-01). A public CA may leave it out where it offers OCSP;
/// the product asks for it all the same.
pub(super) static RULE: Rule = Rule {
    id: "cdp-missing",
    summary: "No CRL distribution point",
    severity: Severity::Error,
    rationale: "servers and clients that check revocation cannot find the list and may refuse the connection",
    remedy: "Ask the CA for a certificate with an HTTP CRL distribution point",
    sources: &[&L13_INFRA, &S15_ENV, &S19_SYS],
    clauses: &["GEN-CDP-01"],
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let points = view.certificate.crl_distribution_points.as_deref().unwrap_or_default();
    RuleOutcome::from_deviation(points.is_empty().then(|| {
        Deviation::new(
            "the certificate has no CRL distribution point",
            "at least one CRL distribution point",
            if view.certificate.crl_distribution_points.is_some() {
                "an extension without a URL"
            } else {
                "no extension"
            },
        )
        .clause("GEN-CDP-01")
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{certificate, check_certificate, front_end, requirement_of};

    #[test]
    fn a_certificate_without_distribution_point_fails() {
        for points in [None, Some(Vec::new())] {
            let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
            certificate.crl_distribution_points = points.map(Vec::into);
            check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")])
                .fails_with(Severity::Error, "the certificate has no CRL distribution point");
        }
    }

    #[test]
    fn a_certificate_with_one_passes() {
        let certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).passes();
    }
}
