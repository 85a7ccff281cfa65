use super::{CertificateView, Check, Cure, Deviation, Rule, RuleOutcome, Severity};
use crate::certificate::LapseKind;
use crate::citation::RFC5280;
use crate::timestamp::moment_in_finding;

/// Every certificate of the chain is valid at the time (RFC 5280 section 6.1.3), so also a CA's that was issued for later. A
/// certificate that began before its CA's was issued under an earlier one of the same key: servers may well have that, so that
/// this is no more than advice to look.
pub(super) static RULE: Rule = Rule {
    id: "issuer-not-yet-valid",
    summary: "A CA certificate of the chain is not valid yet",
    severity: Severity::Error,
    rationale: "nobody who checks the chain accepts the certificate before that day",
    remedy: "Install the certificate of the CA that is valid now; check the clocks of the CA and of the servers",
    sources: &[&RFC5280],
    changes_with_time: true,
    judges_own_quality: true,
    cure: Cure::Elsewhere,
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let chain = &view.certificate.chain;
    if chain.issuers.is_empty() {
        return match view.lacks_issuers() {
            Some(lacking) => RuleOutcome::NothingToLookAt(lacking),
            None => RuleOutcome::NotApplicable,
        };
    }
    let not_yet = chain.lapses_at(view.now).filter(|lapse| lapse.kind == LapseKind::NotYetValid);
    not_yet
        .map(|lapse| {
            let (subject, start) = (&lapse.issuer.subject, moment_in_finding(lapse.issuer.not_before));
            let message = format!("the certificate of its CA `{subject}` is not valid before {start}");
            let deviation = Deviation::new(message, "CA certificates that are valid", start).name(&**subject);
            if view.certificate.not_before >= lapse.issuer.not_before {
                return deviation;
            }
            deviation
                .severity(Severity::Info)
                .consequence("nothing where servers and clients have the CA's earlier certificate, under which it was issued; else nobody accepts it before that day")
                .remedy("Put the CA's certificate that is valid now into the folder too, and see that servers have it; check the clock of the CA")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use time::{Duration, OffsetDateTime};

    use super::*;
    use crate::certificate::{Certificate, Chain, Issuer};
    use crate::testing::{NOW, certificate, check_certificate, front_end, requirement_of};

    fn below(starts: OffsetDateTime) -> Certificate {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        let issuer = Issuer {
            not_before: starts,
            subject: "CN=Contoso Issuing CA".to_owned(),
            ..Issuer::from(&certificate)
        };
        certificate.chain = Chain::verified(vec![issuer], String::new()).into();
        certificate
    }

    const SAID: &str =
        "the certificate of its CA `CN=Contoso Issuing CA` is not valid before 2026-06-30 12:00 UTC";

    #[test]
    fn a_ca_that_begins_later_fails_until_then() {
        let requirements = [requirement_of(&front_end(), "Default")];
        check_certificate(&RULE, &below(NOW), &requirements).passes();
        let issued_then = Certificate { not_before: NOW + Duration::SECOND, ..below(NOW + Duration::SECOND) };
        check_certificate(&RULE, &issued_then, &requirements).fails_with(Severity::Error, SAID);
    }

    #[test]
    fn what_is_older_than_its_ca_was_issued_under_an_earlier_certificate_of_it() {
        let requirements = [requirement_of(&front_end(), "Default")];
        let older = below(NOW + Duration::SECOND);
        check_certificate(&RULE, &older, &requirements).fails_with(Severity::Info, SAID);
    }

    #[test]
    fn another_path_that_is_valid_is_enough() {
        let mut later = below(NOW + Duration::DAY);
        let mut chain = Chain::clone(&later.chain);
        chain.other_paths.push(below(NOW).chain.issuers.clone());
        later.chain = chain.into();
        check_certificate(&RULE, &later, &[requirement_of(&front_end(), "Default")]).passes();
    }
}
