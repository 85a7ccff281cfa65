use super::{CertificateView, Check, Rule, RuleOutcome, Severity};
use crate::certificate::ChainFault;
use crate::citation::RFC5280;

/// No more CAs follow an issuer than it allows (RFC 5280 section 4.2.1.9).
pub(super) static RULE: Rule = Rule {
    id: "pathlen",
    summary: "A chain that is longer than allowed",
    severity: Severity::Error,
    rationale: "nobody who checks the chain accepts the certificate",
    remedy: "Request the certificate from a CA higher up, or have the chain of CAs issued anew",
    sources: &[&RFC5280],
    judges_own_quality: true,
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    view.chain_breaks_at(
        &[ChainFault::PathLength, ChainFault::TooLong],
        "the chain is longer than allowed",
        "a chain within the path lengths of its CAs",
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
            &[ChainFault::PathLength, ChainFault::TooLong],
            "the chain is longer than allowed: a reason",
        );
    }
}
