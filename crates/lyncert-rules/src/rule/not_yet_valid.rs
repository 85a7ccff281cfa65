use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::citation::RFC5280;
use crate::timestamp::timestamp;

/// `notBefore` itself is valid (RFC 5280 section 4.1.2.5). Of the certificate and the CAs above it the last to begin counts: before
/// that the chain is not valid.
pub(super) static RULE: Rule = Rule {
    id: "not-yet-valid",
    summary: "The certificate is not valid yet",
    severity: Severity::Error,
    rationale: "until that time clients and servers refuse the connection",
    remedy: "Keep the current certificate assigned until then, and check the clock of the server and of the CA",
    sources: &[&RFC5280],
    changes_with_time: true,
    judges_own_quality: true,
    check: Check::Certificate(check),
    prominence: 4,
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let certificate = view.certificate;
    let last = certificate.chain.issuers.iter().max_by_key(|issuer| issuer.not_before);
    let last = last.filter(|issuer| issuer.not_before > certificate.not_before);
    let start = last.map_or(certificate.not_before, |issuer| issuer.not_before);
    RuleOutcome::from_deviation((view.now < start).then(|| {
        let what = match last {
            Some(issuer) => format!("the certificate of its CA `{}`", issuer.subject),
            None => "the certificate".to_owned(),
        };
        let deviation = Deviation::new(
            format!("{what} is not valid before {}", timestamp(start)),
            format!("valid at {}", timestamp(view.now)),
            format!("valid from {}", timestamp(start)),
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
        .fails_with(Severity::Error, "the certificate is not valid before 2026-06-30T12:00:01Z");
    }

    #[test]
    fn a_ca_that_begins_later_holds_up_what_it_issued() {
        let above = |not_before| {
            let mut issuer = crate::certificate::Issuer::from(&starting(not_before));
            issuer.subject = "CN=Contoso CA".to_owned();
            let chain = crate::certificate::Chain::verified(vec![issuer], String::new()).into();
            crate::certificate::Certificate { chain, ..starting(NOW - Duration::DAY) }
        };
        let requirements = [requirement_of(&front_end(), "Default")];
        check_certificate(&RULE, &above(NOW + Duration::SECOND), &requirements).fails_with(
            Severity::Error,
            "the certificate of its CA `CN=Contoso CA` is not valid before 2026-06-30T12:00:01Z",
        );
        check_certificate(&RULE, &above(NOW), &requirements).passes();
    }

    #[test]
    fn in_its_first_second_it_passes() {
        check_certificate(&RULE, &starting(NOW), &[requirement_of(&front_end(), "Default")]).passes();
    }
}
