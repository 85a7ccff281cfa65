use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::citation::{RFC5280, ZLINT_CN_LENGTH};
use crate::issuable::MAX_COMMON_NAME_CHARS;

/// A common name has 64 characters at most (RFC 5280 appendix A.1).
pub(super) static RULE: Rule = Rule {
    id: "cn-too-long",
    summary: "A common name of more than 64 characters",
    severity: Severity::Error,
    rationale: "CAs refuse to issue it and software may cut it off or refuse it",
    remedy: "Choose a shorter FQDN in the topology, publish it, and request the certificate again",
    sources: &[&RFC5280, &ZLINT_CN_LENGTH],
    check: Check::Certificate(check),
    judges_requests: true,
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let long =
        view.certificate.common_names.iter().filter(|name| name.chars().count() > MAX_COMMON_NAME_CHARS);
    long.map(|name| {
        let count = name.chars().count();
        Deviation::new(
            format!("the common name has {count} characters"),
            format!("at most {MAX_COMMON_NAME_CHARS} characters"),
            name,
        )
        .name(name)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{certificate, check_certificate, edge, edge_external};

    #[test]
    fn sixty_five_characters_fail() {
        let certificate = certificate(&"a".repeat(65), &[]);
        check_certificate(&RULE, &certificate, &[edge_external(&edge())])
            .fails_with(Severity::Error, "the common name has 65 characters");
    }

    #[test]
    fn sixty_four_characters_pass() {
        let certificate = certificate(&"a".repeat(64), &[]);
        check_certificate(&RULE, &certificate, &[edge_external(&edge())]).passes();
    }
}
