use super::{CertificateView, Check, Deviation, Rule, Severity, Verdict};
use crate::ChainFault;
use crate::citation::RFC5280;

/// Only a CA issues certificates, and only if its key usage allows it (RFC 5280 sections 4.2.1.3 and 4.2.1.9).
pub(super) static RULE: Rule = Rule {
    id: "issuer-not-ca",
    summary: "An issuer that is no CA",
    severity: Severity::Error,
    rationale: "nobody who checks the chain accepts the certificate",
    remedy: "Request the certificate from a CA",
    sources: &[&RFC5280],
    clauses: &[],
    check: Check::Certificate(check),
};

fn check(view: &CertificateView<'_>) -> Verdict {
    let chain = &view.certificate.chain;
    let is_fault = matches!(chain.fault, Some(ChainFault::NoAuthority));
    Verdict::from_deviation(is_fault.then(|| {
        Deviation::new(
            format!("the chain breaks at an issuer that may not issue certificates: {}", chain.reason),
            "issuers that are CAs",
            &*chain.reason,
        )
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{certificate, check_certificate, front_end, requirement_of};
    use crate::{Certificate, Chain};

    fn broken(fault: ChainFault) -> Certificate {
        let chain = Chain::broken(Vec::new(), fault, "a reason".to_owned());
        Certificate { chain: chain.into(), ..certificate("pool.contoso.com", &["pool.contoso.com"]) }
    }

    #[test]
    fn a_chain_that_breaks_there_fails_and_others_are_left_to_their_rules() {
        check_certificate(
            &RULE,
            &broken(ChainFault::NoAuthority),
            &[requirement_of(&front_end(), "Default")],
        )
        .fails_with(
            Severity::Error,
            "the chain breaks at an issuer that may not issue certificates: a reason",
        );
        for fault in [
            ChainFault::Incomplete,
            ChainFault::Signature,
            ChainFault::PathLength,
            ChainFault::NameConstraint,
            ChainFault::UntrustedRoot,
        ] {
            check_certificate(&RULE, &broken(fault), &[requirement_of(&front_end(), "Default")]).passes();
        }
        let sound = certificate("pool.contoso.com", &["pool.contoso.com"]);
        check_certificate(&RULE, &sound, &[requirement_of(&front_end(), "Default")]).passes();
    }
}
