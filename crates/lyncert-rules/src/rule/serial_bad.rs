use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::citation::{RFC5280, ZLINT_SERIAL};

/// A serial number is positive and has at most 20 octets (RFC 5280 section 4.1.2.2); that of a public certificate is random
/// with at least 64 bits (CA/Browser Forum).
pub(super) static RULE: Rule = Rule {
    id: "serial-bad",
    summary: "A serial number against the standard",
    severity: Severity::Warning,
    rationale: "revocation lists and certificate stores can take it for another certificate",
    remedy: "Have the CA issue the certificate anew",
    sources: &[&RFC5280, &ZLINT_SERIAL],
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    // RFC 5280 section 4.1.2.2; public CAs have to put in 64 random bits.
    const MAX_BYTES: usize = 20;
    const MIN_PUBLIC_BYTES: usize = 8;
    let certificate = view.certificate;
    // A positive number whose first bit is set has a zero in front of it, which is not shown and counts.
    let has_zero = !certificate.has_negative_serial && certificate.serial.starts_with(is_high);
    let octets = certificate.serial.len() / 2 + usize::from(has_zero);
    let message = if certificate.has_negative_serial {
        "the serial number is negative".to_owned()
    } else if certificate.serial.bytes().all(|digit| digit == b'0') {
        "the serial number is zero".to_owned()
    } else if octets > MAX_BYTES {
        format!("the serial number has {octets} octets")
    } else if octets < MIN_PUBLIC_BYTES && view.is_public() {
        format!("the serial number of a public certificate has {octets} octets only")
    } else {
        return RuleOutcome::Pass;
    };
    let expected = if view.is_public() { "8 to 20 octets, positive" } else { "at most 20 octets, positive" };
    RuleOutcome::Fail(vec![Deviation::new(message, expected, certificate.serial.as_str())])
}

/// Whether the first bit of a digit is set.
fn is_high(digit: char) -> bool {
    digit.to_digit(16).is_some_and(|digit| digit >= 8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::CaKind;
    use crate::testing::{certificate, check_certificate, front_end, requirement_of};

    #[test]
    fn serial_numbers_are_judged_by_sign_and_length() {
        for (serial, negative, kind, fails) in [
            ("01", false, CaKind::Internal, false),
            ("01", false, CaKind::Public, true),
            ("0102030405060708", false, CaKind::Public, false),
            ("00", false, CaKind::Internal, true),
            ("", false, CaKind::Internal, true),
            ("ff01", true, CaKind::Internal, true),
            ("ff01", false, CaKind::Internal, false),
            (&"7f".repeat(20), false, CaKind::Public, false),
            (&"7f".repeat(21), false, CaKind::Internal, true),
            (&"ff".repeat(20), false, CaKind::Internal, true),
        ] {
            let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
            certificate.serial = serial.to_owned();
            certificate.has_negative_serial = negative;
            certificate.ca_kind = kind;
            let outcome = check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]);
            assert_eq!(outcome.severity(), fails.then_some(Severity::Warning), "{serial} {kind:?}");
        }
    }
}
