use super::sharing::{self, Difference, HeldCertificate};
use super::{Check, Cure, Deviation, RequirementView, Rule, RuleOutcome, Severity};
use crate::citation::{L13_PLAN, S15_EDGE};
use crate::usage::CertificateUsage;

/// Servers that share a certificate share its key. Certificates with the same names and keys of their own look right on every
/// server, one by one (EDGE-EXT-06, EDGE-AV-01).
pub(super) static RULE: Rule = Rule {
    id: "pool-same-names-other-key",
    summary: "The same names with another key on servers of one pool",
    severity: Severity::Error,
    rationale: "calls with people outside fail at random: one Edge Server signs the token, another checks it",
    remedy: "Export one of the certificates with its private key, import it on every server of the pool and assign it there",
    sources: &[&L13_PLAN, &S15_EDGE],
    clauses: &["EDGE-EXT-06", "EDGE-AV-01", "EDGE-INT-03"],
    cure: Cure::Assignment,
    check: Check::Requirement(check),
    ..Rule::DEFAULTS
};

fn check(view: &RequirementView<'_>) -> RuleOutcome {
    if !sharing::is_shared(view) {
        return RuleOutcome::NotApplicable;
    }
    let usages = view.requirement.usages.iter();
    let deviations = usages.filter_map(|usage| {
        let held = sharing::certificates_held(view, *usage);
        (sharing::difference(&held) == Some(Difference::OtherKey)).then(|| deviation(&held, *usage))
    });
    deviations
        .reduce(|one, other| if other.severity > one.severity { other } else { one })
        .into_iter()
        .collect::<RuleOutcome>()
        .unless_lacking(view.lacks_places())
}

fn deviation(held: &[HeldCertificate<'_>], usage: CertificateUsage) -> Deviation {
    let (clause, severity) = match usage {
        CertificateUsage::AudioVideoAuthentication => ("EDGE-AV-01", Severity::Error),
        CertificateUsage::Internal => ("EDGE-INT-03", Severity::Warning),
        CertificateUsage::AccessEdgeExternal
        | CertificateUsage::DataEdgeExternal
        | CertificateUsage::XmppServer
        // Other roles that share a certificate: no clause of their own says so.
        | CertificateUsage::Default
        | CertificateUsage::WebServicesInternal
        | CertificateUsage::WebServicesExternal
        | CertificateUsage::OAuthTokenIssuer
        | CertificateUsage::ReverseProxy
        | CertificateUsage::OfficeWebApps
        | CertificateUsage::Gateway => ("EDGE-EXT-06", Severity::Warning),
    };
    let message =
        format!("the certificates for {usage} have the same names, but {} different keys", held.len());
    Deviation::new(message, "one certificate with one key on every server", sharing::list_servers(held))
        .clause(clause)
        .severity(severity)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::Certificate;
    use crate::testing::{certificate, check_requirement, edge, edge_external, edge_pool, fingerprint};

    fn on(server: &str, key: &str) -> Certificate {
        let names = ["sip.contoso.com", "webcon.contoso.com", "sip.fabrikam.com"];
        Certificate {
            sha1: [key.len() as u8; 20].into(),
            sha256: fingerprint(&format!("{server} {key}")),
            key_sha256: fingerprint(key),
            paths: vec![format!("{server}/AccessEdgeExternal.cer").into()],
            ..certificate("sip.contoso.com", &names)
        }
    }

    #[test]
    fn own_keys_with_the_same_names_fail() {
        let certificates = [on("edge1.contoso.com", "one"), on("edge2.contoso.com", "other")];
        check_requirement(&RULE, &certificates, &edge_external(&edge_pool()), &edge_pool()).fails_with(
            Severity::Error,
            "the certificates for AudioVideoAuthentication have the same names, but 2 different keys",
        );
    }

    #[test]
    fn one_key_passes_and_so_does_one_certificate() {
        let renewed = [on("edge1.contoso.com", "one"), on("edge2.contoso.com", "one")];
        check_requirement(&RULE, &renewed, &edge_external(&edge_pool()), &edge_pool()).passes();
        let mut shared = on("edge1.contoso.com", "one");
        shared.paths.push("edge2.contoso.com/AccessEdgeExternal.cer".into());
        check_requirement(&RULE, &[shared], &edge_external(&edge_pool()), &edge_pool()).passes();
        check_requirement(&RULE, &[], &edge_external(&edge()), &edge()).does_not_apply();
    }
}
