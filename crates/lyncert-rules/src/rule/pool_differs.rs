use super::{Check, Deviation, RequirementView, Rule, Severity, Verdict};
use crate::CertificateUsage;
use crate::citation::{L13_EXT, L13_PLAN, S15_EDGE, UCMA};

/// Servers that share a certificate hold the same one (EDGE-EXT-06, EDGE-AV-01, EDGE-INT-03, TAP-02). A/V authentication
/// breaks when they do not, since one Edge Server checks the tokens that another has signed.
pub(super) static RULE: Rule = Rule {
    id: "pool-differs",
    summary: "Members of one pool hold different certificates",
    severity: Severity::Warning,
    rationale: "sign-in and meetings work or fail depending on which server answers",
    remedy: "Export one certificate with its private key, import it on every server of the pool and assign it there",
    sources: &[&L13_PLAN, &L13_EXT, &S15_EDGE, &UCMA],
    clauses: &["EDGE-AV-01", "EDGE-EXT-06", "EDGE-INT-03", "TAP-02"],
    check: Check::Requirement(check),
};

fn check(view: &RequirementView<'_>) -> Verdict {
    let requirement = view.requirement;
    let shared =
        !requirement.shared_by.is_empty() && !requirement.has_usage(CertificateUsage::OAuthTokenIssuer);
    if !shared || view.holdings.is_empty() {
        return Verdict::NotApplicable;
    }
    requirement.usages.iter().filter_map(|usage| deviation(view, *usage)).reduce(worse).into_iter().collect()
}

/// One finding for all usages: the gravest.
fn worse(one: Deviation, other: Deviation) -> Deviation {
    if other.severity > one.severity { other } else { one }
}

fn deviation(view: &RequirementView<'_>, usage: CertificateUsage) -> Option<Deviation> {
    let mut holders: Vec<(usize, Vec<String>)> = Vec::new();
    for holding in view.holdings.iter().filter(|holding| holding.usages.contains(&usage)) {
        let servers = holding.servers.iter().map(ToString::to_string);
        match holders.iter_mut().find(|(certificate, _)| *certificate == holding.certificate) {
            Some((_, known)) => known.extend(servers),
            None => holders.push((holding.certificate, servers.collect())),
        }
    }
    if holders.len() < 2 {
        return None;
    }
    let found: Vec<String> = holders
        .iter()
        .filter_map(|(index, servers)| {
            Some(format!("{} on {}", view.certificates.get(*index)?.sha1, servers.join(", ")))
        })
        .collect();
    let (clause, severity, consequence) = clause(usage);
    Some(
        Deviation::new(
            format!("the servers of the pool hold {} different certificates for {usage}", holders.len()),
            "one certificate with one key on every server",
            found.join("; "),
        )
        .clause(clause)
        .severity(severity)
        .consequence(consequence),
    )
}

fn clause(usage: CertificateUsage) -> (&'static str, Severity, &'static str) {
    const BY_CHANCE: &str = "connections work or fail depending on which server answers";
    match usage {
        CertificateUsage::AudioVideoAuthentication => (
            "EDGE-AV-01",
            Severity::Error,
            "audio and video with people outside fail whenever another Edge Server than the one that signed the token \
             checks it",
        ),
        CertificateUsage::AccessEdgeExternal
        | CertificateUsage::DataEdgeExternal
        | CertificateUsage::XmppServer => ("EDGE-EXT-06", Severity::Warning, BY_CHANCE),
        CertificateUsage::Internal => ("EDGE-INT-03", Severity::Warning, BY_CHANCE),
        CertificateUsage::Default
        | CertificateUsage::WebServicesInternal
        | CertificateUsage::WebServicesExternal
        | CertificateUsage::OAuthTokenIssuer
        | CertificateUsage::ReverseProxy
        | CertificateUsage::OfficeWebApps => ("TAP-02", Severity::Warning, BY_CHANCE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{certificate, check_requirement, edge_external, edge_pool, fingerprint};

    #[test]
    fn different_certificates_in_an_edge_pool_are_an_error_for_av_authentication() {
        let mut one = certificate("sip.contoso.com", &["sip.contoso.com"]);
        one.paths = vec!["edge1.contoso.com/AccessEdgeExternal.cer".into()];
        let mut other = certificate("sip.contoso.com", &["sip.contoso.com"]);
        other.paths = vec!["edge2.contoso.com/AccessEdgeExternal.cer".into()];
        other.sha256 = fingerprint("other");
        check_requirement(&RULE, &[one, other], &edge_external(&edge_pool()), &edge_pool()).fails_with(
            Severity::Error,
            "the servers of the pool hold 2 different certificates for AudioVideoAuthentication",
        );
    }

    #[test]
    fn different_internal_certificates_are_a_warning() {
        let mut one = certificate("edge.contoso.com", &[]);
        one.paths = vec!["edge1.contoso.com/Internal.cer".into()];
        let mut other = certificate("edge.contoso.com", &[]);
        other.paths = vec!["edge2.contoso.com/Internal.cer".into()];
        let internal = crate::testing::requirement_of(&edge_pool(), "Internal");
        check_requirement(&RULE, &[one, other], &internal, &edge_pool()).fails_with(
            Severity::Warning,
            "the servers of the pool hold 2 different certificates for Internal",
        );
    }

    #[test]
    fn one_certificate_on_all_servers_passes() {
        let mut one = certificate("sip.contoso.com", &["sip.contoso.com"]);
        one.paths = vec![
            "edge1.contoso.com/AccessEdgeExternal.cer".into(),
            "edge2.contoso.com/AccessEdgeExternal.cer".into(),
        ];
        check_requirement(&RULE, &[one], &edge_external(&edge_pool()), &edge_pool()).passes();
    }
}
