use lyncert_ingest::name::said_list;

use super::sharing::{self, Difference};
use super::{Check, Cure, Deviation, RequirementView, Rule, RuleOutcome, Severity};
use crate::citation::{L13_EXT, L13_PLAN, S15_EDGE, UCMA};
use crate::usage::CertificateUsage;

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
    cure: Cure::Assignment,
    check: Check::Requirement(check),
    prominence: 3,
    ..Rule::DEFAULTS
};

fn check(view: &RequirementView<'_>) -> RuleOutcome {
    if !sharing::is_shared(view) {
        return RuleOutcome::NotApplicable;
    }
    let deviations = view.requirement.usages.iter().filter_map(|usage| deviation(view, *usage));
    // One finding for all usages: the most severe.
    deviations
        .reduce(|one, other| if other.severity > one.severity { other } else { one })
        .into_iter()
        .collect::<RuleOutcome>()
        .unless_lacking(view.lacks_places())
}

fn deviation(view: &RequirementView<'_>, usage: CertificateUsage) -> Option<Deviation> {
    let held = sharing::certificates_held(view, usage);
    let (clause, severity, consequence) = clause(usage);
    let (message, severity, consequence) = match sharing::difference(&held)? {
        Difference::OtherNames => {
            let count = held.len();
            (
                format!("the servers of the pool hold {count} different certificates for {usage}"),
                severity,
                consequence,
            )
        }
        Difference::Forgotten => {
            let forgotten: Vec<String> =
                sharing::forgotten(&held).iter().flat_map(|held| held.servers.clone()).collect();
            let message = format!(
                "{} still holds an older certificate for {usage} than the rest of the pool",
                said_list(&forgotten)
            );
            (message, severity, consequence)
        }
        Difference::SameKey => {
            let message =
                format!("the certificate for {usage} was renewed with the same key on some servers only");
            (
                message,
                Severity::Warning,
                "nothing while both certificates are valid; the older one ends first",
            )
        }
        // Told by `pool-same-names-other-key`.
        Difference::OtherKey => return None,
    };
    Some(
        Deviation::new(message, "one certificate with one key on every server", sharing::list_servers(&held))
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
            "calls with people outside fail at random: one Edge Server signs the token, another checks it",
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
        | CertificateUsage::OfficeWebApps
        | CertificateUsage::Gateway => ("TAP-02", Severity::Warning, BY_CHANCE),
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::certificate::Certificate;
    use crate::testing::{
        certificate, check_requirement, edge_external, edge_pool, fingerprint, requirement_of,
    };

    const NAMES: &[&str] = &["sip.contoso.com", "webcon.contoso.com", "sip.fabrikam.com"];

    fn on(server: &str, usage: &str, key: &str, names: &[&str]) -> Certificate {
        let subject = names.first().copied().unwrap_or("edge.contoso.com");
        Certificate {
            sha256: fingerprint(&format!("{server} {key}")),
            key_sha256: fingerprint(key),
            paths: vec![format!("{server}.contoso.com/{usage}.cer").into()],
            ..certificate(subject, names)
        }
    }

    #[test]
    fn different_names_in_an_edge_pool_are_an_error_for_av_authentication() {
        let (one, other) = (
            on("edge1", "AccessEdgeExternal", "one", NAMES),
            on("edge2", "AccessEdgeExternal", "other", &NAMES[..2]),
        );
        check_requirement(&RULE, &[one, other], &edge_external(&edge_pool()), &edge_pool()).fails_with(
            Severity::Error,
            "the servers of the pool hold 2 different certificates for AudioVideoAuthentication",
        );
    }

    #[test]
    fn different_internal_certificates_are_a_warning() {
        let names = ["edge.contoso.com", "other.contoso.com"];
        let (one, other) =
            (on("edge1", "Internal", "one", &names[..1]), on("edge2", "Internal", "other", &names));
        check_requirement(&RULE, &[one, other], &requirement_of(&edge_pool(), "Internal"), &edge_pool())
            .fails_with(
                Severity::Warning,
                "the servers of the pool hold 2 different certificates for Internal",
            );
    }

    #[test]
    fn a_server_that_a_renewal_left_out_is_named() {
        let (new, mut old) = (
            on("edge1", "AccessEdgeExternal", "new", NAMES),
            on("edge2", "AccessEdgeExternal", "old", NAMES),
        );
        old.not_before -= Duration::days(350);
        check_requirement(&RULE, &[new, old], &edge_external(&edge_pool()), &edge_pool()).fails_with(
            Severity::Error,
            "edge2.contoso.com still holds an older certificate for AudioVideoAuthentication than the rest of the pool",
        );
    }

    #[test]
    fn a_renewal_with_the_same_key_is_a_warning() {
        let (new, old) = (
            on("edge1", "AccessEdgeExternal", "key", NAMES),
            on("edge2", "AccessEdgeExternal", "key", NAMES),
        );
        let outcome = check_requirement(&RULE, &[new, old], &edge_external(&edge_pool()), &edge_pool());
        assert_eq!(outcome.severity(), Some(Severity::Warning));
    }

    #[test]
    fn one_certificate_on_all_servers_passes_and_other_keys_have_a_rule_of_their_own() {
        let mut one = on("edge1", "AccessEdgeExternal", "key", NAMES);
        one.paths.push("edge2.contoso.com/AccessEdgeExternal.cer".into());
        check_requirement(&RULE, &[one.clone()], &edge_external(&edge_pool()), &edge_pool()).passes();
        one.paths.truncate(1);
        let other = on("edge2", "AccessEdgeExternal", "other", NAMES);
        check_requirement(&RULE, &[one, other], &edge_external(&edge_pool()), &edge_pool()).passes();
    }
}
