use super::{CertificateView, Check, Cure, Deviation, Rule, RuleOutcome, Severity};
use crate::citation::RFC5280;
use crate::timestamp::moment_in_finding;

/// `notBefore` itself is valid (RFC 5280 section 4.1.2.5).
pub(super) static RULE: Rule = Rule {
    id: "not-yet-valid",
    summary: "The certificate is not valid yet",
    severity: Severity::Error,
    rationale: "until that time clients and servers refuse the connection",
    remedy: "Keep the current certificate assigned until then, and check the clock of the server and of the CA",
    sources: &[&RFC5280],
    changes_with_time: true,
    judges_own_quality: true,
    cure: Cure::Elsewhere,
    check: Check::Certificate(check),
    prominence: 4,
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let start = view.certificate.not_before;
    RuleOutcome::from_deviation((view.now < start).then(|| {
        let deviation = Deviation::new(
            format!("the certificate is not valid before {}", moment_in_finding(start)),
            format!("valid at {}", moment_in_finding(view.now)),
            format!("valid from {}", moment_in_finding(start)),
        );
        match view.stops() {
            Some(stops) => deviation.consequence(format!("until that time {stops}")),
            None => deviation,
        }
    }))
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::testing::{NOW, certificate, check_certificate, front_end, requirement_of};

    fn starting(not_before: time::OffsetDateTime) -> crate::certificate::Certificate {
        crate::certificate::Certificate {
            not_before,
            ..certificate("pool.contoso.com", &["pool.contoso.com"])
        }
    }

    #[test]
    fn one_second_before_its_start_it_fails() {
        check_certificate(
            &RULE,
            &starting(NOW + Duration::SECOND),
            &[requirement_of(&front_end(), "Default")],
        )
        .fails_with(Severity::Error, "the certificate is not valid before 2026-06-30 12:00 UTC");
    }

    #[test]
    fn in_its_first_second_it_passes() {
        check_certificate(&RULE, &starting(NOW), &[requirement_of(&front_end(), "Default")]).passes();
    }
}
