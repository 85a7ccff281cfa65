use super::{CertificateView, Check, Rule, RuleOutcome, Severity};
use crate::certificate::ChainFault;
use crate::citation::RFC5280;

/// Every signature in the chain is verified with its issuer's key (RFC 5280 section 6.1.3). Only where the certificate names that key
/// by its identifier: of a CA that has the right name and another key, nothing is known but that it is another.
pub(super) static RULE: Rule = Rule {
    id: "chain-signature-bad",
    summary: "A signature in the chain is wrong",
    severity: Severity::Error,
    rationale: "nobody accepts the certificate: it was damaged, or it is forged",
    remedy: "Install the certificate as the CA issued it, with the CA certificate that signed it",
    sources: &[&RFC5280],
    judges_own_quality: true,
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    view.chain_breaks_at(
        &[ChainFault::Signature],
        "a signature in the chain is wrong",
        "signatures that the issuers' keys verify",
    )
    .collect::<RuleOutcome>()
    .unless_lacking(view.lacks_issuers())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::fails_at_chain_faults_only;

    #[test]
    fn a_chain_that_breaks_there_fails_and_others_are_left_to_their_rules() {
        fails_at_chain_faults_only(
            &RULE,
            &[ChainFault::Signature],
            "a signature in the chain is wrong: a reason",
        );
    }
}
