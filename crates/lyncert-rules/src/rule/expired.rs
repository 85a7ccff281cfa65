use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::citation::{L13_INFRA, RFC5280};
use crate::timestamp::{end_in_finding, moment_in_finding};

/// `notAfter` itself is still valid (RFC 5280 section 4.1.2.5).
pub(super) static RULE: Rule = Rule {
    id: "expired",
    summary: "The certificate has expired",
    severity: Severity::Error,
    rationale: "whatever the certificate serves stops: clients and servers refuse the connection",
    remedy: "Renew the certificate and put the new one into use",
    sources: &[&RFC5280, &L13_INFRA],
    changes_with_time: true,
    judges_own_quality: true,
    check: Check::Certificate(check),
    prominence: 7,
    comes_by_time: true,
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let end = view.certificate.not_after;
    RuleOutcome::from_deviation((view.now > end).then(|| {
        let deviation = Deviation::new(
            format!("the certificate expired {}", end_in_finding(end, view.now)),
            format!("valid at {}", moment_in_finding(view.now)),
            format!("valid until {}", moment_in_finding(end)),
        )
        .remedy(format!("Renew the certificate and {}", view.assign_successor()));
        match view.stops() {
            Some(stops) => deviation.consequence(stops),
            None => deviation,
        }
    }))
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::testing::{NOW, certificate, check_certificate, front_end, requirement_of};

    fn ending(not_after: time::OffsetDateTime) -> crate::certificate::Certificate {
        crate::certificate::Certificate {
            not_after,
            ..certificate("pool.contoso.com", &["pool.contoso.com"])
        }
    }

    #[test]
    fn one_second_after_its_end_it_fails() {
        check_certificate(&RULE, &ending(NOW - Duration::SECOND), &[requirement_of(&front_end(), "Default")])
            .fails_with(
                Severity::Error,
                "the certificate expired on 2026-06-30 at 11:59 UTC, less than a day ago",
            );
    }

    #[test]
    fn in_its_last_second_it_passes() {
        check_certificate(&RULE, &ending(NOW), &[requirement_of(&front_end(), "Default")]).passes();
    }
}
