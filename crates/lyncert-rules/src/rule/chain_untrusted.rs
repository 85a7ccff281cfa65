use super::{CertificateView, Check, Cure, Rule, RuleOutcome, Severity};
use crate::certificate::ChainFault;
use crate::citation::{L13_EDGEEXT, RFC5280};
use crate::lacking::Lacking;

/// The chain ends in a root that the computers trust (GEN-CHAIN-01): one of those that `--roots` gives.
pub(super) static RULE: Rule = Rule {
    id: "chain-untrusted",
    summary: "A chain that ends in another root than those given",
    severity: Severity::Error,
    rationale: "the wizard does not offer the certificate, and clients do not trust it",
    remedy: "Install the root in the trusted roots of every server and client, or request the certificate from a CA that they trust",
    sources: &[&RFC5280, &L13_EDGEEXT],
    clauses: &["GEN-CHAIN-01"],
    judges_own_quality: true,
    cure: Cure::Elsewhere,
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let breaks = view.chain_breaks_at(
        &[ChainFault::UntrustedRoot],
        "the chain ends in a root that is not trusted",
        "a chain that ends in one of the given roots",
    );
    let outcome: RuleOutcome = breaks.map(|deviation| deviation.clause("GEN-CHAIN-01")).collect();
    let lacks_roots = (!view.has_given_roots).then_some(Lacking::GivenRoots);
    let ends_nowhere = view.certificate.chain.fault == Some(ChainFault::Incomplete);
    outcome.unless_lacking(lacks_roots.or_else(|| ends_nowhere.then_some(Lacking::Issuers)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::fails_at_chain_faults_only;

    #[test]
    fn a_chain_that_breaks_there_fails_and_others_are_left_to_their_rules() {
        fails_at_chain_faults_only(
            &RULE,
            &[ChainFault::UntrustedRoot],
            "the chain ends in a root that is not trusted: a reason",
        );
    }
}
