use super::{CertificateView, Check, Rule, RuleOutcome, Severity};
use crate::certificate::ChainFault;
use crate::citation::RFC5280;

/// Only a CA issues certificates, and only if its key usage allows it (RFC 5280 sections 4.2.1.3 and 4.2.1.9).
pub(super) static RULE: Rule = Rule {
    id: "issuer-not-ca",
    summary: "An issuer that is no CA",
    severity: Severity::Error,
    rationale: "nobody who checks the chain accepts the certificate",
    remedy: "Request the certificate from a CA",
    sources: &[&RFC5280],
    judges_own_quality: true,
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    view.chain_breaks_at(
        &[ChainFault::NoAuthority],
        "the chain breaks at an issuer that may not issue certificates",
        "issuers that are CAs",
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
            &[ChainFault::NoAuthority],
            "the chain breaks at an issuer that may not issue certificates: a reason",
        );
    }
}
