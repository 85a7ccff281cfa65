use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::certificate::KeyAlgorithm;
use crate::citation::{BR_KEY_SIZES, CMD_REQ, L13_INFRA, L13_OAUTH, S15_ENV};
use crate::usage::CertificateUsage;

/// 1024 bits are supported by the product and not recommended (GEN-KEY-01); OAuth needs 2048 (OAUTH-04), and no public CA
/// may issue less since 2014.
pub(super) static RULE: Rule = Rule {
    id: "rsa-short",
    summary: "An RSA key that is too short",
    severity: Severity::Error,
    rationale: "current clients and operating systems refuse such keys, and the key can be broken",
    remedy: "Request a new certificate with a key of 2048 bits",
    sources: &[&L13_INFRA, &S15_ENV, &CMD_REQ, &L13_OAUTH, &BR_KEY_SIZES],
    clauses: &["GEN-KEY-01", "OAUTH-04"],
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
    if bits >= 2048 {
        return RuleOutcome::Pass;
    }
    let oauth = view.serves(CertificateUsage::OAuthTokenIssuer);
    let severity =
        if bits == 1024 && !oauth && !view.is_public() { Severity::Warning } else { Severity::Error };
    RuleOutcome::Fail(vec![
        Deviation::new(format!("the RSA key has {bits} bits"), "2048 bits or more", format!("{bits} bits"))
            .clause(if oauth { "OAUTH-04" } else { "GEN-KEY-01" })
            .severity(severity),
    ])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::certificate::{CaKind, Certificate};
    use crate::testing::{certificate, check_certificate, front_end, requirement_of};

    fn with_bits(bits: u32) -> Certificate {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        Arc::make_mut(&mut certificate.key).bits = Some(bits);
        certificate
    }

    #[test]
    fn short_keys_fail_by_length_and_role() {
        let default = requirement_of(&front_end(), "Default");
        let oauth = requirement_of(&front_end(), "OAuthTokenIssuer");
        for (bits, requirement, severity) in [
            (512, &default, Some(Severity::Error)),
            (1024, &default, Some(Severity::Warning)),
            (1024, &oauth, Some(Severity::Error)),
            (2047, &default, Some(Severity::Error)),
            (2048, &default, None),
            (2048, &oauth, None),
            (4096, &default, None),
        ] {
            let outcome = check_certificate(&RULE, &with_bits(bits), std::slice::from_ref(requirement));
            assert_eq!(outcome.severity(), severity, "{bits} bits for {:?}", requirement.usages);
        }
    }

    #[test]
    fn a_public_certificate_with_1024_bits_is_an_error() {
        let certificate = Certificate { ca_kind: CaKind::Public, ..with_bits(1024) };
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")])
            .fails_with(Severity::Error, "the RSA key has 1024 bits");
    }

    #[test]
    fn elliptic_curves_are_no_matter_of_this_rule() {
        let mut certificate = with_bits(256);
        Arc::make_mut(&mut certificate.key).algorithm = KeyAlgorithm::Ec;
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).does_not_apply();
    }
}
