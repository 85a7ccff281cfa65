use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::citation::ISSUE_1696;
use crate::matching::DnsPattern;
use crate::usage::CertificateUsage;

/// A `sip.` name on the external Edge certificate whose domain is no SIP domain of the deployment, nor one that lives online
/// (GEN-STALE-01).
pub(super) static RULE: Rule = Rule {
    id: "san-stale",
    summary: "A sip. name of a domain that is no SIP domain any more",
    severity: Severity::Warning,
    rationale: "the Edge Server takes the domain for one of its own: federation with it fails",
    remedy: "Request the certificate without the name, or add the domain to the topology or to online_sip_domains in the policy",
    sources: &[&ISSUE_1696],
    clauses: &["GEN-STALE-01"],
    check: Check::Certificate(check),
    judges_requests: true,
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    if !view.serves(CertificateUsage::AccessEdgeExternal) {
        return RuleOutcome::NotApplicable;
    }
    let needed = view.needed();
    let entries = view.names.patterns.iter();
    let entries = entries.filter(|entry| is_sip_entry(entry) && !needed.has_covered_by(entry));
    entries
        .map(|entry| {
            let name = entry.as_str();
            Deviation::new(
                format!("`{name}` belongs to no SIP domain of the deployment"),
                "sip. names of SIP domains only",
                name,
            )
            .clause("GEN-STALE-01")
            .name(name)
        })
        .collect()
}

/// Whether it is spelled `sip.<domain>`.
pub(super) fn is_sip_entry(entry: &DnsPattern) -> bool {
    let name = entry.as_str().to_ascii_lowercase();
    name.strip_prefix("sip.").is_some_and(|domain| domain.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{
        certificate, check_certificate, edge, edge_external, front_end, name, requirement_of,
    };

    #[test]
    fn the_name_of_a_former_sip_domain_is_a_warning() {
        let certificate = certificate("sip.contoso.com", &["sip.contoso.com", "sip.litware.com"]);
        check_certificate(&RULE, &certificate, &[edge_external(&edge())])
            .fails_with(Severity::Warning, "`sip.litware.com` belongs to no SIP domain of the deployment");
    }

    #[test]
    fn sip_domains_here_and_online_pass() {
        let mut estate = edge();
        estate.facts.online_sip_domains = vec![name("litware.com")];
        let certificate =
            certificate("sip.contoso.com", &["sip.contoso.com", "sip.fabrikam.com", "sip.litware.com"]);
        check_certificate(&RULE, &certificate, &[edge_external(&estate)]).passes();
    }

    #[test]
    fn other_certificates_are_not_judged() {
        let certificate = certificate("pool.contoso.com", &["pool.contoso.com", "sip.litware.com"]);
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).does_not_apply();
    }
}
