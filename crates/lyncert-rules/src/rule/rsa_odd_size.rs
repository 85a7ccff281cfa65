use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::certificate::KeyAlgorithm;
use crate::citation::{BR_KEY_SIZES, L13_INFRA, S15_ENV};

/// The documents list RSA keys of 1024, 2048 and 4096 bits (GEN-KEY-01). Others work, as far as is known, but nobody has
/// promised so.
pub(super) static RULE: Rule = Rule {
    id: "rsa-odd-size",
    summary: "An RSA key of an unusual size",
    severity: Severity::Info,
    rationale: "nothing as long as every client and server takes such a key; the documents list 1024, 2048 and 4096 bits only",
    remedy: "Request the next certificate with a key of 2048 or 4096 bits",
    sources: &[&L13_INFRA, &S15_ENV, &BR_KEY_SIZES],
    clauses: &["GEN-KEY-01"],
    judges_own_quality: true,
    check: Check::Certificate(check),
    judges_requests: true,
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let key = &view.certificate.key;
    let (KeyAlgorithm::Rsa | KeyAlgorithm::RsaPss, Some(bits)) = (&key.algorithm, key.bits) else {
        return RuleOutcome::NotApplicable;
    };
    // What is too short is said by `rsa-short`.
    let is_odd = bits > 2048 && bits != 4096;
    RuleOutcome::from_deviation(is_odd.then(|| {
        Deviation::new(format!("the RSA key has {bits} bits"), "2048 or 4096 bits", format!("{bits} bits"))
            .clause("GEN-KEY-01")
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{certificate, check_certificate, front_end, requirement_of, rsa};

    #[test]
    fn sizes_that_no_document_lists_are_told() {
        for (bits, severity) in [
            (1024, None),
            (2047, None),
            (2048, None),
            (2052, Some(Severity::Info)),
            (3072, Some(Severity::Info)),
            (4096, None),
            (16_384, Some(Severity::Info)),
        ] {
            let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
            certificate.key = rsa(bits).into();
            let outcome = check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]);
            assert_eq!(outcome.severity(), severity, "{bits} bits");
        }
    }
}
