use super::{CertificateView, Check, Rule, Severity, Verdict};
use crate::OddityKind;
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
    clauses: &[],
    check: Check::Certificate(check),
};

fn check(view: &CertificateView<'_>) -> Verdict {
    view.odd(OddityKind::Version, "version 3")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Oddity;
    use crate::testing::{certificate, check_certificate, front_end, requirement_of};

    #[test]
    fn the_oddity_fails_and_a_sound_certificate_passes() {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        certificate.oddities = vec![Oddity::new(OddityKind::TrailingBytes, "3 bytes follow")];
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).passes();
        let text = "it is an X.509 certificate of version 1, not 3";
        certificate.oddities.push(Oddity::new(OddityKind::Version, text));
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")])
            .fails_with(Severity::Error, text);
    }
}
