use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::certificate::WeakKey;
use crate::citation::{BR_WEAK_KEYS, ROCA};

/// Some keys are long and open all the same: their primes lie so close together that Fermat's method finds them, their
/// modulus has a small factor, or a broken library made them (ROCA, CVE-2017-15361).
pub(super) static RULE: Rule = Rule {
    id: "rsa-weak",
    summary: "An RSA key that can be factored",
    severity: Severity::Error,
    rationale: "whoever computes the private key from the public one can pose as the server and read what clients send to it",
    remedy: "Request a new certificate with a new key, made by Windows or another current program",
    sources: &[&BR_WEAK_KEYS, &ROCA],
    judges_own_quality: true,
    check: Check::Certificate(check),
    judges_requests: true,
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    RuleOutcome::from_deviation(view.certificate.weak_key.map(|weakness| {
        let message = match weakness {
            WeakKey::ClosePrimes => "the primes of the RSA key lie close together",
            WeakKey::SmallFactor => "the modulus of the RSA key is even or has a small factor",
            WeakKey::Roca => "the RSA key was made by a broken library (ROCA)",
        };
        Deviation::new(message, "a key that cannot be computed", view.certificate.key.to_string())
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{certificate, check_certificate, front_end, requirement_of};

    #[test]
    fn a_weak_key_fails_and_a_sound_one_passes() {
        for (weak_key, message) in [
            (WeakKey::ClosePrimes, "the primes of the RSA key lie close together"),
            (WeakKey::SmallFactor, "the modulus of the RSA key is even or has a small factor"),
            (WeakKey::Roca, "the RSA key was made by a broken library (ROCA)"),
        ] {
            let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
            check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).passes();
            certificate.weak_key = Some(weak_key);
            check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")])
                .fails_with(Severity::Error, message);
        }
    }
}
