use super::{CertificateView, Check, Deviation, Rule, Severity, Verdict};
use crate::ChainFault;
use crate::citation::RFC5280;

/// Every signature in the chain is verified with its issuer's key (RFC 5280 section 6.1.3).
pub(super) static RULE: Rule = Rule {
    id: "chain-signature-bad",
    summary: "A signature in the chain is wrong",
    severity: Severity::Error,
    rationale: "nobody accepts the certificate: it was damaged, or it is forged",
    remedy: "Install the certificate as the CA issued it, with the CA certificate that signed it",
    sources: &[&RFC5280],
    clauses: &[],
    check: Check::Certificate(check),
};

fn check(view: &CertificateView<'_>) -> Verdict {
    let chain = &view.certificate.chain;
    let is_fault = matches!(chain.fault, Some(ChainFault::Signature));
    Verdict::from_deviation(is_fault.then(|| {
        Deviation::new(
            format!("a signature in the chain is wrong: {}", chain.reason),
            "signatures that the issuers' keys verify",
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
        check_certificate(&RULE, &broken(ChainFault::Signature), &[requirement_of(&front_end(), "Default")])
            .fails_with(Severity::Error, "a signature in the chain is wrong: a reason");
        for fault in [
            ChainFault::Incomplete,
            ChainFault::NoAuthority,
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
