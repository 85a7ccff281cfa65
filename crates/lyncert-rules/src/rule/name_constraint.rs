use super::{CertificateView, Check, Rule, RuleOutcome, Severity};
use crate::certificate::ChainFault;
use crate::citation::RFC5280;

/// The names lie within what every CA of the chain may certify (RFC 5280 section 4.2.1.10).
pub(super) static RULE: Rule = Rule {
    id: "name-constraint",
    summary: "A name that the CA may not certify",
    severity: Severity::Error,
    rationale: "clients that check name constraints refuse the certificate",
    remedy: "Request the certificate from a CA that may certify the name, or have the constraints changed",
    sources: &[&RFC5280],
    judges_own_quality: true,
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    view.chain_breaks_at(
        &[ChainFault::NameConstraint],
        "a name is outside of what the CA may certify",
        "names within the constraints of every CA",
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
            &[ChainFault::NameConstraint],
            "a name is outside of what the CA may certify: a reason",
        );
    }
}
