use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::certificate::Eku;
use crate::citation::{L13_INFRA, S15_ENV, S19_SYS};

/// Every server certificate has the server EKU (GEN-EKU-01); an Office Web Apps farm needs no particular one.
pub(super) static RULE: Rule = Rule {
    id: "eku-server-missing",
    summary: "No server EKU",
    severity: Severity::Error,
    rationale: "the wizard does not offer the certificate, and clients refuse the server",
    remedy: "Request a certificate with the server EKU (1.3.6.1.5.5.7.3.1), such as from a web server template",
    sources: &[&L13_INFRA, &S15_ENV, &S19_SYS],
    clauses: &["GEN-EKU-01"],
    check: Check::Certificate(check),
    prominence: 2,
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let Some(ekus) = &view.certificate.eku else { return RuleOutcome::NotApplicable };
    if view.serves_office_web_apps_only() {
        return RuleOutcome::NotApplicable;
    }
    let has_it = ekus.iter().any(|eku| matches!(eku, Eku::ServerAuth | Eku::Any));
    RuleOutcome::from_deviation((!has_it).then(|| {
        let found = ekus.iter().map(Eku::as_str).collect::<Vec<_>>().join(", ");
        let found = if found.is_empty() { "an extension without any usage".to_owned() } else { found };
        Deviation::new("the certificate has no server EKU", "serverAuth", found).clause("GEN-EKU-01")
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{certificate, check_certificate, front_end, requirement_of};

    #[test]
    fn a_certificate_for_clients_only_fails() {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        certificate.eku = Some([Eku::ClientAuth].into());
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")])
            .fails_with(Severity::Error, "the certificate has no server EKU");
    }

    #[test]
    fn server_or_any_purpose_passes() {
        for eku in [Eku::ServerAuth, Eku::Any] {
            let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
            certificate.eku = Some([eku].into());
            check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).passes();
        }
    }

    #[test]
    fn without_the_extension_another_rule_speaks() {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        certificate.eku = None;
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).does_not_apply();
    }
}
