use super::{CertificateView, Check, Deviation, Rule, Severity, Verdict};
use crate::ChainFault;
use crate::citation::RFC5280;

/// The names lie within what every CA of the chain may certify (RFC 5280 section 4.2.1.10).
pub(super) static RULE: Rule = Rule {
    id: "name-constraint",
    summary: "A name that the CA may not certify",
    severity: Severity::Error,
    rationale: "clients that check name constraints refuse the certificate",
    remedy: "Request the certificate from a CA that may certify the name, or have the constraints changed",
    sources: &[&RFC5280],
    clauses: &[],
    check: Check::Certificate(check),
};

fn check(view: &CertificateView<'_>) -> Verdict {
    let chain = &view.certificate.chain;
    let is_fault = matches!(chain.fault, Some(ChainFault::NameConstraint));
    Verdict::from_deviation(is_fault.then(|| {
        Deviation::new(
            format!("a name is outside of what the CA may certify: {}", chain.reason),
            "names within the constraints of every CA",
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
            &broken(ChainFault::NameConstraint),
            &[requirement_of(&front_end(), "Default")],
        )
        .fails_with(Severity::Error, "a name is outside of what the CA may certify: a reason");
        for fault in [
            ChainFault::Incomplete,
            ChainFault::Signature,
            ChainFault::NoAuthority,
            ChainFault::PathLength,
            ChainFault::UntrustedRoot,
        ] {
            check_certificate(&RULE, &broken(fault), &[requirement_of(&front_end(), "Default")]).passes();
        }
        let sound = certificate("pool.contoso.com", &["pool.contoso.com"]);
        check_certificate(&RULE, &sound, &[requirement_of(&front_end(), "Default")]).passes();
    }
}
