use super::{CertificateView, Check, Deviation, Rule, Severity, Verdict};
use crate::ChainFault;
use crate::citation::{L13_EDGEEXT, RFC5280};

/// The chain ends in a root that the computers trust (GEN-CHAIN-01): one of those that `--roots` gives.
pub(super) static RULE: Rule = Rule {
    id: "chain-untrusted",
    summary: "A chain that ends in another root than those given",
    severity: Severity::Error,
    rationale: "the wizard does not offer the certificate, and clients do not trust it",
    remedy: "Install the root in the trusted roots of every server and client, or request the certificate from a CA that they trust",
    sources: &[&RFC5280, &L13_EDGEEXT],
    clauses: &["GEN-CHAIN-01"],
    check: Check::Certificate(check),
};

fn check(view: &CertificateView<'_>) -> Verdict {
    let chain = &view.certificate.chain;
    let is_fault = matches!(chain.fault, Some(ChainFault::UntrustedRoot));
    Verdict::from_deviation(is_fault.then(|| {
        Deviation::new(
            format!("the chain ends in a root that is not trusted: {}", chain.reason),
            "a chain that ends in one of the given roots",
            &*chain.reason,
        )
        .clause("GEN-CHAIN-01")
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
            &broken(ChainFault::UntrustedRoot),
            &[requirement_of(&front_end(), "Default")],
        )
        .fails_with(Severity::Error, "the chain ends in a root that is not trusted: a reason");
        for fault in [
            ChainFault::Incomplete,
            ChainFault::Signature,
            ChainFault::NoAuthority,
            ChainFault::PathLength,
            ChainFault::NameConstraint,
        ] {
            check_certificate(&RULE, &broken(fault), &[requirement_of(&front_end(), "Default")]).passes();
        }
        let sound = certificate("pool.contoso.com", &["pool.contoso.com"]);
        check_certificate(&RULE, &sound, &[requirement_of(&front_end(), "Default")]).passes();
    }
}
