use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::citation::RFC5280;
use crate::timestamp::moment_in_finding;

/// A certificate that ends before it begins is valid at no time (RFC 5280 section 4.1.2.5).
pub(super) static RULE: Rule = Rule {
    id: "validity-inverted",
    summary: "The certificate ends before it begins",
    severity: Severity::Error,
    rationale: "no client and no server accepts it at any time",
    remedy: "Request a new certificate",
    sources: &[&RFC5280],
    judges_own_quality: true,
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let (start, end) = (view.certificate.not_before, view.certificate.not_after);
    RuleOutcome::from_deviation((end < start).then(|| {
        Deviation::new(
            "the certificate ends before it begins",
            format!("an end after {}", moment_in_finding(start)),
            format!("an end at {}", moment_in_finding(end)),
        )
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{certificate, check_certificate, front_end, requirement_of};

    #[test]
    fn an_end_before_the_beginning_fails() {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        std::mem::swap(&mut certificate.not_before, &mut certificate.not_after);
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")])
            .fails_with(Severity::Error, "the certificate ends before it begins");
    }

    #[test]
    fn one_second_is_a_validity() {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        certificate.not_after = certificate.not_before;
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).passes();
    }
}
