use super::{CertificateView, Check, Rule, RuleOutcome, Severity};
use crate::certificate::OddityKind;
use crate::citation::{RFC5280, ZLINT};

/// A certificate with extensions is of version 3 (RFC 5280 section 4.1.2.1); one of an earlier version has no subject
/// alternative name and no usages.
pub(super) static RULE: Rule = Rule {
    id: "version-not-3",
    summary: "A certificate that is not of version 3",
    severity: Severity::Error,
    rationale: "clients find no subject alternative name and refuse it",
    remedy: "Request a certificate from a CA of this century",
    sources: &[&RFC5280, &ZLINT],
    judges_own_quality: true,
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    view.oddities_of(OddityKind::Version, "version 3")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::fails_at_oddities_only;

    #[test]
    fn the_oddity_fails_and_others_pass() {
        fails_at_oddities_only(
            &RULE,
            Severity::Error,
            OddityKind::Version,
            "it is an X.509 certificate of version 1, not 3",
        );
    }
}
