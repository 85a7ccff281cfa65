use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::citation::{L13_INFRA, S15_ENV};

/// Without the extension Windows takes a certificate for any purpose; the product's pages ask for the server EKU.
pub(super) static RULE: Rule = Rule {
    id: "eku-absent",
    summary: "No extended key usage",
    severity: Severity::Warning,
    rationale: "strict clients and gateways refuse a server certificate that does not say what it is for",
    remedy: "Request a certificate with the server EKU, such as from a web server template",
    sources: &[&L13_INFRA, &S15_ENV],
    clauses: &["GEN-EKU-01"],
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    if view.serves_office_web_apps_only() {
        return RuleOutcome::NotApplicable;
    }
    RuleOutcome::from_deviation(view.certificate.eku.is_none().then(|| {
        Deviation::new("the certificate has no extended key usage", "serverAuth", "no extension")
            .clause("GEN-EKU-01")
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{certificate, check_certificate, front_end, requirement_of};

    #[test]
    fn a_certificate_without_extended_key_usage_fails() {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        certificate.eku = None;
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")])
            .fails_with(Severity::Warning, "the certificate has no extended key usage");
    }

    #[test]
    fn a_certificate_with_one_passes() {
        let certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).passes();
    }
}
