use super::{CertificateView, Check, Cure, Deviation, Rule, RuleOutcome, Severity};
use crate::certificate::Eku;
use crate::citation::{CHROME, CISCO, DIGICERT, L13_PKI, ZLINT_CLIENT_EKU};
use crate::dated::CLIENT_EKU_ENDS;
use crate::facts::WITHOUT_AOL;
use crate::timestamp::day_in_words;

/// Public CAs give up the client EKU (EKU-01): the root programs allow none on certificates issued from 2027-03-15, and
/// single CAs stopped earlier. A certificate from before keeps what it has; its renewal will not have it.
pub(super) static RULE: Rule = Rule {
    id: "eku-client-public",
    summary: "The client EKU in a public certificate",
    severity: Severity::Info,
    rationale: "nothing today; the renewed certificate has the server EKU only, which a partner that asks for the client EKU on federation may refuse",
    remedy: "Ask partners with third-party gateways whether they need the client EKU; the product needs none between Edge Servers",
    sources: &[&CHROME, &DIGICERT, &ZLINT_CLIENT_EKU, &L13_PKI, &CISCO],
    clauses: &["EKU-01"],
    cure: Cure::Elsewhere,
    check: Check::Certificate(check),
    judges_requests: true,
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let certificate = view.certificate;
    let has_client = certificate.eku.as_ref().is_some_and(|ekus| ekus.contains(&Eku::ClientAuth));
    if !view.is_public() || !has_client {
        return RuleOutcome::NotApplicable;
    }
    let (end, day) = (CLIENT_EKU_ENDS, day_in_words(CLIENT_EKU_ENDS));
    let deviation = if certificate.not_before >= end.midnight().assume_utc() {
        let message = format!("a public certificate issued from {day} on may not have the client EKU");
        Deviation::new(message, "serverAuth only", "serverAuth, clientAuth")
            .severity(Severity::Error)
            .consequence("the root programs refuse it and the CA has to revoke it")
    } else {
        let message =
            format!("the client EKU will be missing from the renewal: public CAs stop issuing it by {day}");
        // The order goes on asking for it as long as the policy does, so the findings say one thing: that the policy need not.
        let is_asked_for = view.roles.iter().any(|role| role.requirement.eku.contains(&Eku::ClientAuth));
        if is_asked_for {
            Deviation::new(message, "no need for the client EKU", "serverAuth, clientAuth")
                .remedy(WITHOUT_AOL)
        } else {
            Deviation::new(message, "serverAuth only, when it is renewed", "serverAuth, clientAuth")
        }
    };
    RuleOutcome::Fail(vec![deviation.clause("EKU-01")])
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;
    use time::macros::datetime;

    use super::*;
    use crate::certificate::{CaKind, Certificate};
    use crate::testing::{NOW, certificate, check_certificate, edge, edge_external};

    fn public(not_before: OffsetDateTime) -> Certificate {
        let certificate = certificate("sip.contoso.com", &["sip.contoso.com"]);
        Certificate { ca_kind: CaKind::Public, not_before, ..certificate }
    }

    #[test]
    fn the_day_of_issue_decides_between_advice_and_error() {
        for (issued, severity) in [
            (datetime!(2027-03-14 23:59:59 UTC), Severity::Info),
            (datetime!(2027-03-15 00:00:00 UTC), Severity::Error),
        ] {
            let outcome = check_certificate(&RULE, &public(issued), &[edge_external(&edge())]);
            assert_eq!(outcome.severity(), Some(severity), "{issued}");
            assert_eq!(outcome.clause(), Some("EKU-01"));
        }
    }

    #[test]
    fn private_cas_and_certificates_without_it_are_free() {
        let private = Certificate { ca_kind: CaKind::Internal, ..public(NOW) };
        check_certificate(&RULE, &private, &[edge_external(&edge())]).does_not_apply();
        let without = Certificate { eku: Some([Eku::ServerAuth].into()), ..public(NOW) };
        check_certificate(&RULE, &without, &[edge_external(&edge())]).does_not_apply();
    }
}
