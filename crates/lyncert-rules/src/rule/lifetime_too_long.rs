use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::citation::BR_LIFETIME;
use crate::dated::longest_lifetime;
use crate::timestamp::moment_in_finding;

/// The CA/Browser Forum limits how long a public certificate may live, by the day of its issue (CAB-01). Both ends count:
/// 200 days are 200 times 86,400 seconds, and one second more is too long. Private CAs are free.
pub(super) static RULE: Rule = Rule {
    id: "lifetime-too-long",
    summary: "A public certificate lives longer than allowed",
    severity: Severity::Warning,
    rationale: "browsers and mobile clients refuse it, and the CA has to revoke it",
    remedy: "Request a new certificate from the CA; renew in good time, since lifetimes become shorter",
    sources: &[&BR_LIFETIME],
    clauses: &["CAB-01"],
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    const SECONDS_OF_DAY: i64 = 86_400;
    if !view.is_public() {
        return RuleOutcome::NotApplicable;
    }
    let certificate = view.certificate;
    let Some((policy, limit)) = longest_lifetime(certificate.not_before) else {
        return RuleOutcome::NotApplicable;
    };
    let lifetime = certificate.lifetime_seconds();
    RuleOutcome::from_deviation((lifetime > limit * SECONDS_OF_DAY).then(|| {
        let days = lifetime.saturating_add(SECONDS_OF_DAY - 1) / SECONDS_OF_DAY;
        Deviation::new(
            format!("the certificate lives {days} days, but {policy}"),
            format!("at most {limit} days"),
            format!(
                "{lifetime} seconds, from {} to {}",
                moment_in_finding(certificate.not_before),
                moment_in_finding(certificate.not_after)
            ),
        )
        .clause("CAB-01")
    }))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;
    use time::{Duration, OffsetDateTime};

    use super::*;
    use crate::certificate::{CaKind, Certificate};
    use crate::testing::{NOW, certificate, check_certificate, edge, edge_external};

    /// A public certificate from this time that lives so many seconds.
    fn living(from: OffsetDateTime, seconds: i64) -> Certificate {
        Certificate {
            ca_kind: CaKind::Public,
            not_before: from,
            not_after: from + Duration::seconds(seconds - 1),
            ..certificate("pool.contoso.com", &["pool.contoso.com"])
        }
    }

    #[test]
    fn the_limit_follows_the_day_of_issue_to_the_second() {
        for (from, days) in [
            (datetime!(2018-03-01 00:00:00 UTC), 825),
            (datetime!(2020-08-31 23:59:59 UTC), 825),
            (datetime!(2020-09-01 00:00:00 UTC), 398),
            (datetime!(2026-03-14 23:59:59 UTC), 398),
            (datetime!(2026-03-15 00:00:00 UTC), 200),
            (datetime!(2027-03-14 23:59:59 UTC), 200),
            (datetime!(2027-03-15 00:00:00 UTC), 100),
            (datetime!(2029-03-15 00:00:00 UTC), 47),
        ] {
            let requirements = [edge_external(&edge())];
            check_certificate(&RULE, &living(from, days * 86_400), &requirements).passes();
            let outcome = check_certificate(&RULE, &living(from, days * 86_400 + 1), &requirements);
            assert_eq!(outcome.severity(), Some(Severity::Warning), "{days} days and a second from {from}");
            assert_eq!(outcome.clause(), Some("CAB-01"));
        }
    }

    #[test]
    fn before_there_was_a_limit_and_for_private_cas_there_is_none() {
        let old = living(datetime!(2018-02-28 23:59:59 UTC), 2000 * 86_400);
        check_certificate(&RULE, &old, &[edge_external(&edge())]).does_not_apply();
        let private = Certificate { ca_kind: CaKind::Internal, ..living(NOW, 2000 * 86_400) };
        check_certificate(&RULE, &private, &[edge_external(&edge())]).does_not_apply();
    }
}
