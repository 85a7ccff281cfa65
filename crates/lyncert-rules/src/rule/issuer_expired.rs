use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::citation::RFC5280;
use crate::timestamp::timestamp;

/// A chain is valid while all of it is. Renewals of CAs are forgotten more easily than those of servers.
pub(super) static RULE: Rule = Rule {
    id: "issuer-expired",
    summary: "A CA certificate of the chain ends before the certificate",
    severity: Severity::Error,
    rationale: "when the CA certificate ends, everything that it issued stops at once",
    remedy: "Renew the CA certificate with the same key, install it on servers and clients, and then renew what it issued",
    sources: &[&RFC5280],
    changes_with_time: true,
    judges_own_quality: true,
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let certificate = view.certificate;
    let first = certificate.chain.issuers.iter().min_by_key(|issuer| issuer.not_after);
    let Some(issuer) = first else {
        return match view.lacks_issuers() {
            Some(lacking) => RuleOutcome::NothingToLookAt(lacking),
            None => RuleOutcome::NotApplicable,
        };
    };
    let (subject, end) = (&issuer.subject, timestamp(issuer.not_after));
    let (message, severity) = if issuer.not_after < view.now {
        (format!("the certificate of its CA `{subject}` has ended on {end}"), Severity::Error)
    } else if issuer.not_after < certificate.not_after {
        let message =
            format!("the certificate of its CA `{subject}` ends on {end}, before the certificate itself");
        (message, Severity::Warning)
    } else {
        return RuleOutcome::Pass;
    };
    let deviation =
        Deviation::new(message, "CA certificates that outlive the certificate", end).severity(severity);
    RuleOutcome::Fail(vec![match view.stops() {
        Some(stops) => deviation.consequence(format!("on that day {stops}")),
        None => deviation,
    }])
}

#[cfg(test)]
mod tests {
    use time::{Duration, OffsetDateTime};

    use super::*;
    use crate::certificate::{Certificate, Chain, Issuer};
    use crate::testing::{NOW, certificate, check_certificate, front_end, requirement_of};

    fn below(ca_ends: OffsetDateTime) -> Certificate {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        let root = Issuer { not_after: NOW + Duration::days(5000), ..Issuer::from(&certificate) };
        let issuing =
            Issuer { not_after: ca_ends, subject: "CN=Contoso Issuing CA".to_owned(), ..root.clone() };
        certificate.chain = Chain::verified(vec![issuing, root], String::new()).into();
        certificate
    }

    #[test]
    fn a_ca_that_has_ended_is_an_error_and_one_that_ends_first_a_warning() {
        let own_end = certificate("pool.contoso.com", &["pool.contoso.com"]).not_after;
        for (end, severity) in [
            (NOW - Duration::SECOND, Some(Severity::Error)),
            (NOW, Some(Severity::Warning)),
            (own_end - Duration::SECOND, Some(Severity::Warning)),
            (own_end, None),
        ] {
            let outcome = check_certificate(&RULE, &below(end), &[requirement_of(&front_end(), "Default")]);
            assert_eq!(outcome.severity(), severity, "{end}");
        }
    }

    #[test]
    fn without_a_chain_nothing_is_said() {
        let certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).does_not_apply();
    }
}
