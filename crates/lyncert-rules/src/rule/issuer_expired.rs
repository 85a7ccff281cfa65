use super::{CertificateView, Check, Cure, Deviation, Rule, RuleOutcome, Severity};
use crate::certificate::{Lapse, LapseKind};
use crate::citation::{RFC4158, RFC5280};
use crate::timestamp::moment_in_finding;

/// A chain is valid while all of it is. Renewals of CAs are forgotten more easily than those of servers. A cross-certificate that
/// ends takes nothing with it while the CA that it certifies is a root, or has another: clients that know that root go on, and it is
/// the certificate that has to go.
pub(super) static RULE: Rule = Rule {
    id: "issuer-expired",
    summary: "A CA certificate of the chain ends before the certificate",
    severity: Severity::Error,
    rationale: "when the CA certificate ends, everything that it issued stops at once",
    remedy: "Put the current certificate of the CA in place of the one that ends, on servers and clients; where the CA has none, request the certificate from one that goes on, after an internal CA was renewed",
    sources: &[&RFC5280, &RFC4158],
    changes_with_time: true,
    judges_own_quality: true,
    cure: Cure::Elsewhere,
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let certificate = view.certificate;
    let Some(Lapse { issuer, kind }) = certificate.chain.first_end_from(view.now) else {
        return match view.lacks_issuers() {
            Some(lacking) => RuleOutcome::NothingToLookAt(lacking),
            None => RuleOutcome::NotApplicable,
        };
    };
    let (subject, end) = (&issuer.subject, moment_in_finding(issuer.not_after));
    let has_ended = issuer.not_after < view.now;
    if !has_ended && issuer.not_after >= certificate.not_after {
        return RuleOutcome::Pass;
    }
    let expected = "CA certificates that outlive the certificate";
    let deviation = match (kind, has_ended) {
        (LapseKind::BridgeEnded, _) => {
            let ends = if has_ended { "has ended" } else { "ends" };
            let message = format!(
                "`{subject}`, by which a cross-certificate leads to another root, {ends} on {end}; what lies below it lives longer and may have another path"
            );
            return RuleOutcome::Fail(vec![
                Deviation::new(message, expected, end)
                    .severity(Severity::Info)
                    .consequence("tools that follow this path only call the chain expired")
                    .remedy("Take the cross-certificate out of the chain that servers send, and put the CA's current certificate into the folder"),
            ]);
        }
        (LapseKind::Ended | LapseKind::NotYetValid, true) => {
            let message = format!("the certificate of its CA `{subject}` has ended on {end}");
            Deviation::new(message, expected, end).severity(Severity::Error)
        }
        (LapseKind::Ended | LapseKind::NotYetValid, false) => {
            let message =
                format!("the certificate of its CA `{subject}` ends on {end}, before the certificate itself");
            Deviation::new(message, expected, end).severity(Severity::Warning)
        }
    };
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
    fn a_cross_certificate_that_ended_is_told_as_what_it_is() {
        let mut certificate = below(NOW + Duration::days(3000));
        let [issuing, old_root] = certificate.chain.issuers.as_slice() else { panic!("two issuers") };
        let ended = NOW - Duration::days(100);
        let cross = Issuer { not_after: ended, subject: "CN=Fabrikam Root G5".to_owned(), ..issuing.clone() };
        let root = Issuer { is_root: true, not_after: ended, ..old_root.clone() };
        let path = vec![issuing.clone(), cross, root.clone()];
        certificate.chain = Chain::verified(path, String::new()).into();
        let requirements = [requirement_of(&front_end(), "Default")];
        let outcome = check_certificate(&RULE, &certificate, &requirements);
        assert_eq!(outcome.severity(), Some(Severity::Info));
        // A root that ended is no cross-certificate: what it issued ends with it.
        let issuing = certificate.chain.issuers[0].clone();
        certificate.chain = Chain::verified(vec![issuing, root], String::new()).into();
        let outcome = check_certificate(&RULE, &certificate, &requirements);
        assert_eq!(outcome.severity(), Some(Severity::Error));
    }

    #[test]
    fn an_end_is_no_matter_while_another_path_goes_on() {
        let mut certificate = below(NOW - Duration::SECOND);
        let other = below(NOW + Duration::days(3000)).chain.issuers.clone();
        let mut chain = Chain::clone(&certificate.chain);
        chain.other_paths.push(other);
        certificate.chain = chain.into();
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).passes();
    }

    #[test]
    fn without_a_chain_nothing_is_said() {
        let certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).does_not_apply();
    }
}
