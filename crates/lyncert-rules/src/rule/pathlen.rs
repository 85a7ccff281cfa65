use super::{CertificateView, Check, Deviation, Rule, Severity, Verdict};
use crate::ChainFault;
use crate::citation::RFC5280;

/// No more CAs follow an issuer than it allows (RFC 5280 section 4.2.1.9).
pub(super) static RULE: Rule = Rule {
    id: "pathlen",
    summary: "A chain that is longer than allowed",
    severity: Severity::Error,
    rationale: "nobody who checks the chain accepts the certificate",
    remedy: "Request the certificate from a CA higher up, or have the chain of CAs issued anew",
    sources: &[&RFC5280],
    clauses: &[],
    check: Check::Certificate(check),
};

fn check(view: &CertificateView<'_>) -> Verdict {
    let chain = &view.certificate.chain;
    let is_fault = matches!(chain.fault, Some(ChainFault::PathLength | ChainFault::TooLong));
    Verdict::from_deviation(is_fault.then(|| {
        Deviation::new(
            format!("the chain is longer than allowed: {}", chain.reason),
            "a chain within the path lengths of its CAs",
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
        for fault in [ChainFault::PathLength, ChainFault::TooLong] {
            check_certificate(&RULE, &broken(fault), &[requirement_of(&front_end(), "Default")])
                .fails_with(Severity::Error, "the chain is longer than allowed: a reason");
        }
        for fault in [
            ChainFault::Incomplete,
            ChainFault::Signature,
            ChainFault::NoAuthority,
            ChainFault::NameConstraint,
            ChainFault::UntrustedRoot,
        ] {
            check_certificate(&RULE, &broken(fault), &[requirement_of(&front_end(), "Default")]).passes();
        }
        let sound = certificate("pool.contoso.com", &["pool.contoso.com"]);
        check_certificate(&RULE, &sound, &[requirement_of(&front_end(), "Default")]).passes();
    }
}
