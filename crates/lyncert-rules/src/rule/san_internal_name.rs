use std::net::IpAddr;

use lyncert_ingest::name::DnsName;

use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::citation::{BR_NAMES, BR_SAN};
use crate::issuable::{internal_reason, is_internal};

/// A public certificate names what only its owner can reach (CAB-02). Judged with evidence of a public CA only: a private
/// one may issue what it likes.
pub(super) static RULE: Rule = Rule {
    id: "san-internal-name",
    summary: "An internal name on a public certificate",
    severity: Severity::Error,
    rationale: "public CAs have not issued such names since 2015-11-01 and revoke what is left: it cannot be renewed as it is",
    remedy: "Leave the internal name out, and take the certificate that needs it from an internal CA",
    sources: &[&BR_NAMES, &BR_SAN],
    clauses: &["CAB-02"],
    check: Check::Certificate(check),
    judges_requests: true,
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    if !view.is_public() {
        return RuleOutcome::NotApplicable;
    }
    let names = view.certificate.dns_names.iter().filter_map(|entry| {
        let name: DnsName = entry.strip_prefix("*.").unwrap_or(entry).parse().ok()?;
        // What is no host name is told by `san-bad-name`.
        let is_name = name.host_name_defect().is_none() || name.key().contains('_');
        (is_name && is_internal(&name)).then(|| deviation(entry, &internal_reason(&name)))
    });
    let addresses = view.certificate.other_names.iter().filter_map(|entry| {
        let address: IpAddr = entry.strip_prefix("IP ")?.parse().ok()?;
        is_reserved(address).then(|| deviation(entry, "the address is reserved"))
    });
    names.chain(addresses).collect()
}

fn deviation(entry: &str, reason: &str) -> Deviation {
    Deviation::new(
        format!("the public certificate names `{entry}`: {reason}"),
        "names that everybody can resolve",
        entry,
    )
    .of_request(format!("a public CA refuses the name `{entry}`: {reason}"))
    .clause("CAB-02")
    .name(entry)
}

/// Addresses that no public CA may certify: private, local and documentation ranges.
fn is_reserved(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_documentation()
                || v4.is_unspecified()
                || v4.is_broadcast()
        }
        IpAddr::V6(v6) => {
            v6.is_loopback() || v6.is_unspecified() || v6.is_unique_local() || v6.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::CaKind;
    use crate::testing::{certificate, check_certificate, edge, edge_external};

    #[test]
    fn internal_names_on_a_public_certificate_fail() {
        let mut certificate = certificate("sip.contoso.com", &["sip.contoso.com", "edge1.contoso.local"]);
        certificate.ca_kind = CaKind::Public;
        check_certificate(&RULE, &certificate, &[edge_external(&edge())]).fails_with(
            Severity::Error,
            "the public certificate names `edge1.contoso.local`: `.local` is no public top-level domain",
        );
        certificate.dns_names.pop();
        certificate.other_names = vec!["IP 10.0.0.1".to_owned(), "IP 1.1.1.1".to_owned()];
        check_certificate(&RULE, &certificate, &[edge_external(&edge())]).fails_with(
            Severity::Error,
            "the public certificate names `IP 10.0.0.1`: the address is reserved",
        );
    }

    #[test]
    fn public_names_pass_and_other_certificates_are_not_judged() {
        let mut certificate = certificate("sip.contoso.com", &["sip.contoso.com", "*.contoso.com"]);
        certificate.ca_kind = CaKind::Public;
        check_certificate(&RULE, &certificate, &[edge_external(&edge())]).passes();
        certificate.ca_kind = CaKind::Unknown;
        certificate.dns_names.push("edge1.contoso.local".to_owned());
        check_certificate(&RULE, &certificate, &[edge_external(&edge())]).does_not_apply();
    }
}
