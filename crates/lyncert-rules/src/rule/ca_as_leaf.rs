use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::citation::{BR_PROFILE, RFC5280};

/// A CA certificate in the place of a server certificate (RFC 5280 section 4.2.1.9).
pub(super) static RULE: Rule = Rule {
    id: "ca-as-leaf",
    summary: "A CA certificate in the place of a server certificate",
    severity: Severity::Error,
    rationale: "strict clients refuse it, and whoever gets its key from the server can issue certificates for any name",
    remedy: "Request a server certificate from that CA, assign it, and remove the CA key from the server",
    sources: &[&RFC5280, &BR_PROFILE],
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    RuleOutcome::from_deviation(view.certificate.is_ca.then(|| {
        Deviation::new(
            "a CA certificate serves as a server certificate",
            "basic constraints without CA",
            "CA:TRUE",
        )
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{certificate, check_certificate, front_end, requirement_of};

    #[test]
    fn a_ca_certificate_fails_and_a_server_certificate_passes() {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).passes();
        certificate.is_ca = true;
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")])
            .fails_with(Severity::Error, "a CA certificate serves as a server certificate");
    }
}
