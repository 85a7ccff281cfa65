use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::citation::{CMD_REQ, L13_INT, L13_NAT1, L13_SURL, S15_EDGE};
use crate::matching::DnsPattern;
use crate::usage::CertificateUsage;

/// A name that nothing the certificate serves asks for (GEN-EXTRA-01). The product accepts it; it costs money, and it may
/// show servers that are gone. Wildcards and left-over `sip.` names on the external
/// Edge are matters of other rules.
pub(super) static RULE: Rule = Rule {
    id: "san-extra",
    summary: "A name that nothing needs",
    severity: Severity::Info,
    rationale: "nothing breaks; the name reveals another server or a former one, and may cost money",
    remedy: "Leave the name out of the next request, or say in the policy what needs it",
    sources: &[&L13_INT, &L13_NAT1, &S15_EDGE, &CMD_REQ, &L13_SURL],
    clauses: &["EDGE-INT-02", "EDGE-XMPP-02", "GEN-EXTRA-01", "RP-11"],
    check: Check::Certificate(check),
    judges_requests: true,
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    // A/V authentication and OAuth certificates may carry any names: no client checks them.
    let judged = view.roles.iter().any(|role| {
        role.usages.iter().any(|usage| {
            !matches!(usage, CertificateUsage::AudioVideoAuthentication | CertificateUsage::OAuthTokenIssuer)
        })
    });
    // While the simple URLs are not known, or the topology has an impossible name in the place of another, any name may be meant.
    let is_open = view
        .roles
        .iter()
        .any(|role| role.requirement.needs_unknown_urls || !role.requirement.unfit_names.is_empty());
    if !judged || is_open || view.certificate.dns_names.is_empty() {
        return RuleOutcome::NotApplicable;
    }
    let on_edge = view.serves(CertificateUsage::AccessEdgeExternal);
    let needed = view.needed();
    view.names
        .patterns
        .iter()
        // What is no host name is told by `san-bad-name`.
        .filter(|entry| entry.defect().is_none() && !needed.has_covered_by(entry))
        .filter(|entry| !on_edge || !(entry.is_wildcard() || super::san_stale::is_sip_entry(entry)))
        .map(|entry| deviation(view, entry))
        .collect()
}

fn deviation(view: &CertificateView<'_>, entry: &DnsPattern) -> Deviation {
    let name = entry.as_str();
    Deviation::new(
        format!("nothing that the certificate serves needs `{name}`"),
        "names that the topology or the policy asks for",
        name,
    )
    .of_request(format!("nothing that the request is for needs `{name}`"))
    .clause(clause(view, name))
    .name(name)
}

fn clause(view: &CertificateView<'_>, name: &str) -> &'static str {
    if view.serves(CertificateUsage::AccessEdgeExternal) && name.to_ascii_lowercase().starts_with("xmpp.") {
        "EDGE-XMPP-02"
    } else if view.serves(CertificateUsage::Internal) {
        "EDGE-INT-02"
    } else if view.serves(CertificateUsage::ReverseProxy) && name.to_ascii_lowercase().starts_with("admin.") {
        "RP-11"
    } else {
        "GEN-EXTRA-01"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{certificate, check_certificate, edge, edge_external, front_end, requirement_of};

    #[test]
    fn a_name_that_nothing_needs_is_information() {
        let certificate = certificate("sip.contoso.com", &["sip.contoso.com", "old.contoso.com"]);
        check_certificate(&RULE, &certificate, &[edge_external(&edge())])
            .fails_with(Severity::Info, "nothing that the certificate serves needs `old.contoso.com`");
    }

    #[test]
    fn an_external_name_on_the_internal_edge_has_its_own_clause() {
        let certificate = certificate("edge.contoso.com", &["edge.contoso.com", "sip.contoso.com"]);
        let outcome = check_certificate(&RULE, &certificate, &[requirement_of(&edge(), "Internal")]);
        assert_eq!(outcome.clause(), Some("EDGE-INT-02"));
    }

    #[test]
    fn while_the_simple_urls_are_not_known_no_name_is_called_extra() {
        let mut estate = front_end();
        estate.topology.simple_urls = None;
        let certificate = certificate("pool.contoso.com", &["pool.contoso.com", "lobby.contoso.com"]);
        check_certificate(&RULE, &certificate, &[requirement_of(&estate, "WebServicesInternal")])
            .does_not_apply();
    }

    #[test]
    fn needed_and_accepted_names_pass() {
        let certificate =
            certificate("sip.contoso.com", &["sip.contoso.com", "webcon.contoso.com", "av.contoso.com"]);
        check_certificate(&RULE, &certificate, &[edge_external(&edge())]).passes();
    }
}
