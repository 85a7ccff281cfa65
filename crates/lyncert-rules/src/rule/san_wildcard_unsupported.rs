use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::citation::{L13_PLAN, L13_WILD};
use crate::usage::CertificateUsage;

/// No wildcard belongs on the external Edge certificate, whatever it covers (WILD-02).
pub(super) static RULE: Rule = Rule {
    id: "san-wildcard-unsupported",
    summary: "A wildcard where none is supported",
    severity: Severity::Warning,
    rationale: "the vendor does not support it there; partners and devices may refuse the certificate",
    remedy: "Request a certificate that spells all names out",
    sources: &[&L13_PLAN, &L13_WILD],
    clauses: &["WILD-02"],
    check: Check::Certificate(check),
    judges_requests: true,
    ..Rule::DEFAULTS
};

const ON_EDGE: &[CertificateUsage] =
    &[CertificateUsage::AccessEdgeExternal, CertificateUsage::DataEdgeExternal, CertificateUsage::XmppServer];

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    if !ON_EDGE.iter().any(|usage| view.serves(*usage)) {
        return RuleOutcome::NotApplicable;
    }
    let names = view.certificate.dns_names.iter().filter(|name| name.contains('*'));
    names
        .map(|name| {
            Deviation::new(
                format!("the wildcard `{name}` stands on an external Edge certificate"),
                "names that are spelled out",
                name,
            )
            .clause("WILD-02")
            .only(ON_EDGE)
            .name(name)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{certificate, check_certificate, edge, edge_external, front_end, requirement_of};

    #[test]
    fn a_wildcard_on_the_external_edge_fails_whatever_it_covers() {
        let certificate = certificate("sip.contoso.com", &["sip.contoso.com", "*.litware.com"]);
        check_certificate(&RULE, &certificate, &[edge_external(&edge())]).fails_with(
            Severity::Warning,
            "the wildcard `*.litware.com` stands on an external Edge certificate",
        );
    }

    #[test]
    fn spelled_out_names_pass() {
        let certificate = certificate("sip.contoso.com", &["sip.contoso.com"]);
        check_certificate(&RULE, &certificate, &[edge_external(&edge())]).passes();
    }

    #[test]
    fn wildcards_on_web_services_are_no_matter_of_this_rule() {
        let certificate = certificate("pool.contoso.com", &["*.contoso.com"]);
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "WebServicesExternal")])
            .does_not_apply();
    }
}
