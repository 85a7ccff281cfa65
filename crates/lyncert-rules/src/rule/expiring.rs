use lyncert_ingest::topology::ProductVersion;
use time::Duration;

use super::{CertificateView, Check, Cure, Deviation, Role, Rule, RuleOutcome, Severity};
use crate::citation::{L13_ROLL, RFC5280};
use crate::timestamp::end_in_finding;
use crate::usage::CertificateUsage;

/// 30 days before the end it is a warning, 60 days before information. A certificate that lives less than 100 days is
/// reported in the last third of its life instead, or it would be from its first day. The policy may say other days, or shares
/// of the lifetime.
pub(super) static RULE: Rule = Rule {
    id: "expiring",
    summary: "The certificate expires soon",
    severity: Severity::Warning,
    rationale: "after that day whatever the certificate serves stops",
    remedy: "Request the successor now and put it into use; stage A/V and OAuth certificates with `Set-CsCertificate -Roll`",
    sources: &[&RFC5280, &L13_ROLL],
    changes_with_time: true,
    becomes: Some("expired"),
    judges_own_quality: true,
    cure: Cure::Successor,
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

const SECONDS_OF_DAY: i64 = 86_400;

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let end = view.certificate.not_after;
    if view.now > end {
        return RuleOutcome::NotApplicable;
    }
    let left = end.unix_timestamp() - view.now.unix_timestamp();
    let (warning, info) = view.expiry.seconds_before_end(view.certificate.lifetime_seconds());
    let severity = match left {
        left if left <= warning => Severity::Warning,
        left if left <= info => Severity::Info,
        _ => return RuleOutcome::Pass,
    };
    let days = Duration::seconds(left).whole_days();
    let deviation = Deviation::new(
        format!("the certificate expires {}", end_in_finding(end, view.now)),
        format!(
            "more than {} left",
            day_count(if severity == Severity::Warning {
                warning / SECONDS_OF_DAY
            } else {
                info / SECONDS_OF_DAY
            })
        ),
        format!("{} left", day_count(days)),
    )
    .severity(severity);
    let deviation = match view.stops() {
        Some(stops) if severity == Severity::Info => {
            deviation.consequence(format!("nothing before that day; then {stops}"))
        }
        Some(stops) => deviation.consequence(format!("after that day {stops}")),
        None => deviation,
    };
    RuleOutcome::Fail(vec![deviation.remedy(remedy(view))])
}

fn remedy(view: &CertificateView<'_>) -> String {
    let mut text = format!("Request the successor now and {}", view.assign_successor());
    let has_av = view.serves(CertificateUsage::AudioVideoAuthentication);
    // Lync Server 2010 has no staging (ROLL clauses).
    let can_stage = |role: &Role<'_>| role.requirement.holder.version > ProductVersion::Lync2010;
    let is_staged = has_av || view.serves(CertificateUsage::OAuthTokenIssuer);
    if is_staged && view.roles.iter().any(can_stage) {
        text.push_str("; stage it with `-Roll` for A/V authentication and OAuth, so that tokens of the old one stay valid");
    }
    // EDGE-AV-02: only a certificate of its own can be rolled over without cutting off the other services.
    if has_av && view.serves(CertificateUsage::AccessEdgeExternal) {
        text.push_str("; the vendor advises a certificate of its own for A/V authentication (`av_certificate` in the policy)");
    }
    text
}

fn day_count(days: i64) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{
        NOW, certificate, check_certificate, check_certificate_of_hybrid, edge, edge_external, front_end,
        requirement_of,
    };

    fn with(lifetime: i64, left: Duration) -> crate::certificate::Certificate {
        let not_after = NOW + left;
        let not_before = not_after - Duration::days(lifetime);
        crate::certificate::Certificate {
            not_before,
            not_after,
            ..certificate("pool.contoso.com", &["pool.contoso.com"])
        }
    }

    #[test]
    fn the_thresholds_are_exact() {
        for (lifetime, left, severity) in [
            (365, Duration::days(60) + Duration::SECOND, None),
            (365, Duration::days(60), Some(Severity::Info)),
            (365, Duration::days(30) + Duration::SECOND, Some(Severity::Info)),
            (365, Duration::days(30), Some(Severity::Warning)),
            (365, Duration::ZERO, Some(Severity::Warning)),
            (90, Duration::days(31), None),
            (90, Duration::days(30), Some(Severity::Warning)),
            (47, Duration::days(16), None),
            (47, Duration::days(15), Some(Severity::Warning)),
        ] {
            let outcome =
                check_certificate(&RULE, &with(lifetime, left), &[requirement_of(&front_end(), "Default")]);
            assert_eq!(outcome.severity(), severity, "{left} left of {lifetime} days");
        }
    }

    #[test]
    fn the_remedy_fits_the_holder() {
        let ending = with(365, Duration::days(20));
        let remedy =
            |requirement| check_certificate(&RULE, &ending, &[requirement]).remedy().unwrap_or_default();
        let shared = remedy(edge_external(&edge()));
        assert!(shared.contains("Set-CsCertificate") && shared.contains("-Roll"), "{shared}");
        assert!(shared.contains("a certificate of its own for A/V authentication"), "{shared}");
        let default = remedy(requirement_of(&front_end(), "Default"));
        assert!(default.ends_with("assign it (`Set-CsCertificate`)"), "{default}");
        let proxy = remedy(requirement_of(&front_end(), "ReverseProxy"));
        assert!(proxy.contains("listener") && !proxy.contains("Set-CsCertificate"), "{proxy}");
    }

    #[test]
    fn in_a_hybrid_deployment_the_public_key_of_the_oauth_certificate_is_uploaded() {
        let oauth = requirement_of(&front_end(), "OAuthTokenIssuer");
        let ending = with(365, Duration::days(20));
        let text = |is_hybrid| {
            check_certificate_of_hybrid(&RULE, &ending, std::slice::from_ref(&oauth), is_hybrid).remedy()
        };
        assert!(text(true).is_some_and(|remedy| remedy.contains("service principal")));
        assert!(text(false).is_some_and(|remedy| !remedy.contains("service principal")));
    }

    #[test]
    fn an_expired_certificate_is_no_matter_of_this_rule() {
        let certificate = with(365, -Duration::SECOND);
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).does_not_apply();
    }
}
