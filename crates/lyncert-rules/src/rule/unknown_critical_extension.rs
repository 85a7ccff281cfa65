use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::certificate::{ChainFault, OddityKind};
use crate::citation::RFC5280;

/// Whoever does not know a critical extension has to refuse the certificate (RFC 5280 section 4.2), anywhere in the chain. A CA's
/// certificate is also refused for an extension that is damaged or stands twice, and for two signature algorithms.
pub(super) static RULE: Rule = Rule {
    id: "unknown-critical-extension",
    summary: "A critical extension that nobody knows",
    severity: Severity::Error,
    rationale: "Windows and other clients refuse the certificate",
    remedy: "Have the CA issue the certificate without the extension, or not as critical",
    sources: &[&RFC5280],
    judges_own_quality: true,
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    const EXPECTED: &str = "no critical extension that is not known";
    let own = view.certificate.oddities.iter().filter(|oddity| oddity.kind == OddityKind::CriticalExtension);
    let own = own.map(|oddity| Deviation::new(&*oddity.text, EXPECTED, &*oddity.text));
    let of_chain =
        view.chain_breaks_at(&[ChainFault::Refused], "a CA certificate of the chain is refused", EXPECTED);
    own.chain(of_chain).collect::<RuleOutcome>().unless_lacking(view.lacks_issuers())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{fails_at_chain_faults_only, fails_at_oddities_only};

    #[test]
    fn the_oddity_fails_and_others_pass() {
        fails_at_oddities_only(
            &RULE,
            Severity::Error,
            OddityKind::CriticalExtension,
            "the extension 1.2.3.4 is critical and not known",
        );
    }

    #[test]
    fn a_ca_that_has_one_fails_too() {
        fails_at_chain_faults_only(
            &RULE,
            &[ChainFault::Refused],
            "a CA certificate of the chain is refused: a reason",
        );
    }
}
