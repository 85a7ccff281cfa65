use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::citation::{L13_RPREQ, RFC5280};

/// Without a key usage extension every use is allowed (RFC 5280 section 4.2.1.3); CAs have written one for decades.
pub(super) static RULE: Rule = Rule {
    id: "ku-absent",
    summary: "No key usage",
    severity: Severity::Info,
    rationale: "nothing: every use of the key is allowed",
    remedy: "Use a web server template for the next certificate",
    sources: &[&RFC5280, &L13_RPREQ],
    clauses: &["GEN-KU-01"],
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    RuleOutcome::from_deviation(view.certificate.key_usage.is_none().then(|| {
        Deviation::new(
            "the certificate has no key usage",
            "digitalSignature, keyEncipherment",
            "no extension",
        )
        .clause("GEN-KU-01")
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{certificate, check_certificate, front_end, requirement_of};

    #[test]
    fn a_missing_extension_is_told_and_one_that_is_there_passes() {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).passes();
        certificate.key_usage = None;
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")])
            .fails_with(Severity::Info, "the certificate has no key usage");
    }
}
