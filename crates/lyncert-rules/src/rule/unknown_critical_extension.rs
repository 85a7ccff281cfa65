use super::{CertificateView, Check, Rule, RuleOutcome, Severity};
use crate::certificate::OddityKind;
use crate::citation::{RFC5280, ZLINT};

/// Whoever does not know a critical extension has to refuse the certificate (RFC 5280 section 4.2).
pub(super) static RULE: Rule = Rule {
    id: "unknown-critical-extension",
    summary: "A critical extension that nobody knows",
    severity: Severity::Error,
    rationale: "Windows and other clients refuse the certificate",
    remedy: "Have the CA issue the certificate without the extension, or not as critical",
    sources: &[&RFC5280, &ZLINT],
    judges_own_quality: true,
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    view.oddities_of(OddityKind::CriticalExtension, "no critical extension that is not known")
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
            OddityKind::CriticalExtension,
            "the extension 1.2.3.4 is critical and not known",
        );
    }
}
