use super::{CertificateView, Check, Rule, RuleOutcome, Severity};
use crate::certificate::OddityKind;
use crate::citation::{RFC5280, ZLINT};

/// No extension occurs twice (RFC 5280 section 4.2).
pub(super) static RULE: Rule = Rule {
    id: "dup-extension",
    summary: "An extension stands twice",
    severity: Severity::Error,
    rationale: "some clients take the first, some the last, and strict ones refuse the certificate",
    remedy: "Have the CA issue the certificate anew",
    sources: &[&RFC5280, &ZLINT],
    judges_own_quality: true,
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    view.oddities_of(OddityKind::DuplicateExtension, "each extension once")
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
            OddityKind::DuplicateExtension,
            "the extension 2.5.29.17 stands twice; the first one counts",
        );
    }
}
