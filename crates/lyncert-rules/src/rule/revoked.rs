use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::certificate::{Revocation, SelfSigned};
use crate::citation::RFC5280;
use crate::lacking::Lacking;
use crate::timestamp::moment_in_finding;

/// A revocation list in the folder names the certificate, no newer one takes that back, and the issuer's signature on the list is not
/// wrong.
pub(super) static RULE: Rule = Rule {
    id: "revoked",
    summary: "The certificate is revoked",
    severity: Severity::Error,
    rationale: "everybody who checks revocation refuses it",
    remedy: "Request a new certificate with a new key and assign it",
    sources: &[&RFC5280],
    judges_own_quality: true,
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let certificate = view.certificate;
    let own = deviation("the certificate", certificate.revocation.entry());
    let issuers = certificate.chain.issuers_at(view.now).iter().filter_map(|issuer| {
        let who = format!("the certificate of its CA `{}`", issuer.subject);
        Some(deviation(&who, issuer.revocation.entry())?.name(&*issuer.subject))
    });
    let outcome: RuleOutcome = own.into_iter().chain(issuers).collect();
    let is_own_issuer = certificate.self_signed != SelfSigned::No;
    if outcome == RuleOutcome::Pass && is_own_issuer {
        return RuleOutcome::NotApplicable;
    }
    outcome.unless_lacking((!view.has_revocation_list).then_some(Lacking::RevocationLists))
}

fn deviation(who: &str, revocation: Option<&Revocation>) -> Option<Deviation> {
    let revocation = revocation?;
    let reason = revocation.reason.as_deref().unwrap_or("no reason given");
    let message = format!("{who} was revoked on {} ({reason})", moment_in_finding(revocation.at));
    Some(Deviation::new(
        message,
        "no entry in a revocation list",
        format!("an entry in `{}`", revocation.list),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::RevocationStatus;
    use crate::testing::{NOW, certificate, check_certificate, front_end, requirement_of};

    fn revoked(reason: Option<&str>) -> RevocationStatus {
        let reason = reason.map(str::to_owned);
        RevocationStatus::Revoked(Box::new(Revocation { at: NOW, reason, list: "ca.crl".to_owned() }))
    }

    #[test]
    fn an_entry_fails_and_a_list_without_one_does_not() {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        for (revocation, fails) in [
            (RevocationStatus::Unknown, false),
            (RevocationStatus::NotRevoked("ca.crl".into()), false),
            (revoked(Some("keyCompromise")), true),
            (revoked(None), true),
            (revoked(Some("certificateHold")), true),
        ] {
            certificate.revocation = revocation;
            let outcome = check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]);
            assert_eq!(outcome.severity(), fails.then_some(Severity::Error));
        }
    }

    #[test]
    fn a_revoked_ca_takes_what_it_issued_with_it() {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        let mut issuer = crate::certificate::Issuer::from(&certificate);
        issuer.revocation = revoked(None);
        certificate.chain = crate::certificate::Chain::verified(vec![issuer], String::new()).into();
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).fails_with(
            Severity::Error,
            "the certificate of its CA `CN=pool.contoso.com` was revoked on 2026-06-30 12:00 UTC (no reason given)",
        );
    }
}
