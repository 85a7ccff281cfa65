use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::certificate::Eku;
use crate::citation::{L13_INFRA, RFC5280, S15_ENV, S19_SYS};

/// Every server certificate has the server EKU (GEN-EKU-01). An Office Web Apps farm needs no EKU at all, but one that is there limits
/// the certificate (OOS-01; RFC 5280 section 4.2.1.12).
pub(super) static RULE: Rule = Rule {
    id: "eku-server-missing",
    summary: "No server EKU",
    severity: Severity::Error,
    rationale: "the wizard does not offer the certificate, and clients refuse the server",
    remedy: "Request a certificate with the server EKU (1.3.6.1.5.5.7.3.1), such as from a web server template",
    sources: &[&L13_INFRA, &S15_ENV, &S19_SYS, &RFC5280],
    clauses: &["GEN-EKU-01", "OOS-01"],
    check: Check::Certificate(check),
    prominence: 2,
    judges_requests: true,
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let Some(ekus) = &view.certificate.eku else { return RuleOutcome::NotApplicable };
    let has_it = ekus.iter().any(|eku| matches!(eku, Eku::ServerAuth | Eku::Any));
    RuleOutcome::from_deviation((!has_it).then(|| {
        let found = ekus.iter().map(Eku::as_str).collect::<Vec<_>>().join(", ");
        let found = if found.is_empty() { "an extension without any usage".to_owned() } else { found };
        Deviation::new("the certificate has no server EKU", "serverAuth", found)
            .of_request("the request asks for no server EKU")
            .clause(if view.serves_office_web_apps_only() { "OOS-01" } else { "GEN-EKU-01" })
    }))
}

#[cfg(test)]
mod tests {
    use lyncert_ingest::topology::PoolKind;

    use super::*;
    use crate::testing::{certificate, check_certificate, estate, front_end, pool, requirement_of};

    #[test]
    fn a_certificate_for_clients_only_fails() {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        certificate.eku = Some([Eku::ClientAuth].into());
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")])
            .fails_with(Severity::Error, "the certificate has no server EKU");
    }

    #[test]
    fn a_farm_needs_no_eku_but_one_for_clients_only_makes_its_certificate_useless() {
        let farm = estate(pool(PoolKind::OfficeWebApps, "owa.contoso.com", &["owa.contoso.com"]));
        let requirement = [requirement_of(&farm, "OfficeWebApps")];
        let mut certificate = certificate("owa.contoso.com", &["owa.contoso.com"]);
        certificate.eku = Some([Eku::ClientAuth].into());
        let outcome = check_certificate(&RULE, &certificate, &requirement);
        outcome.fails_with(Severity::Error, "the certificate has no server EKU");
        assert_eq!(outcome.clause(), Some("OOS-01"));
        certificate.eku = None;
        check_certificate(&RULE, &certificate, &requirement).does_not_apply();
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
