use super::{CertificateView, Check, Rule, RuleOutcome, Severity};
use crate::certificate::OddityKind;
use crate::citation::{RFC5280, ZLINT};

/// Both fields that name the signature algorithm are the same (RFC 5280 section 4.1.1.2).
pub(super) static RULE: Rule = Rule {
    id: "sigalg-mismatch",
    summary: "Two signature algorithms in one certificate",
    severity: Severity::Error,
    rationale: "strict clients refuse the certificate as damaged",
    remedy: "Have the CA issue the certificate anew",
    sources: &[&RFC5280, &ZLINT],
    judges_own_quality: true,
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    view.oddities_of(OddityKind::SignatureAlgorithm, "one signature algorithm")
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
            OddityKind::SignatureAlgorithm,
            "the signature algorithm that is signed is not the one that stands outside",
        );
    }
}
