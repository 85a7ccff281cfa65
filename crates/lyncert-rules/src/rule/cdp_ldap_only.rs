use super::view::list_or_none;
use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::citation::{L13_INFRA, ZLINT_CDP};

/// Computers outside of the domain cannot ask its directory: Edge Servers, clients at home, partners. They need an HTTP
/// address of the revocation list (GEN-CDP-01).
pub(super) static RULE: Rule = Rule {
    id: "cdp-ldap-only",
    summary: "A revocation list that only domain members can fetch",
    severity: Severity::Warning,
    rationale: "clients and servers outside of the domain cannot check revocation: sign-in is slow or refused",
    remedy: "Publish the revocation list over HTTP too (extensions of the CA), and request a new certificate",
    sources: &[&L13_INFRA, &ZLINT_CDP],
    clauses: &["GEN-CDP-01"],
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let points = view.certificate.crl_distribution_points.as_deref().unwrap_or_default();
    // No point at all is reported by `cdp-missing`.
    if points.is_empty() || !view.is_met_outside() {
        return RuleOutcome::NotApplicable;
    }
    let is_ldap = |point: &String| point.to_ascii_lowercase().starts_with("ldap:");
    RuleOutcome::from_deviation(points.iter().all(is_ldap).then(|| {
        Deviation::new(
            "the revocation list is published over LDAP only",
            "an HTTP address",
            list_or_none(points),
        )
        .clause("GEN-CDP-01")
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::Certificate;
    use crate::testing::{certificate, check_certificate, edge, edge_external, front_end, requirement_of};

    fn with(points: &[&str]) -> Certificate {
        let points = points.iter().map(ToString::to_string).collect();
        Certificate {
            crl_distribution_points: Some(points),
            ..certificate("edge.contoso.com", &["edge.contoso.com"])
        }
    }

    const LDAP: &str = "ldap:///CN=Contoso%20CA,CN=CDP,DC=contoso,DC=com?certificateRevocationList";

    #[test]
    fn ldap_alone_fails_where_the_certificate_is_met_outside() {
        for requirement in [
            edge_external(&edge()),
            requirement_of(&edge(), "Internal"),
            requirement_of(&front_end(), "ReverseProxy"),
        ] {
            check_certificate(&RULE, &with(&[LDAP]), &[requirement])
                .fails_with(Severity::Warning, "the revocation list is published over LDAP only");
        }
    }

    #[test]
    fn an_http_address_beside_it_passes_and_inside_ldap_will_do() {
        let both = with(&[LDAP, "http://pki.contoso.com/ca.crl"]);
        check_certificate(&RULE, &both, &[edge_external(&edge())]).passes();
        check_certificate(&RULE, &with(&[LDAP]), &[requirement_of(&front_end(), "Default")]).does_not_apply();
        check_certificate(&RULE, &with(&[]), &[edge_external(&edge())]).does_not_apply();
    }
}
