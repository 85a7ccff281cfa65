use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::certificate::SelfSigned;
use crate::citation::{L13_CERTSRV, L13_INT};
use crate::usage::CertificateUsage;

/// A server certificate comes from a CA that clients and servers trust. OAuth only signs tokens that the product's own
/// servers check, so there it is a warning.
pub(super) static RULE: Rule = Rule {
    id: "self-signed",
    summary: "A self-signed certificate",
    severity: Severity::Error,
    rationale: "no client and no other server trusts it",
    remedy: "Request a certificate from a CA",
    sources: &[&L13_CERTSRV, &L13_INT],
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let message = match view.certificate.self_signed {
        SelfSigned::No => return RuleOutcome::Pass,
        SelfSigned::Yes => "the certificate is signed with its own key",
        SelfSigned::NotCheckable => {
            "the certificate names itself as its issuer; its signature cannot be checked here"
        }
    };
    let oauth_only = view.roles.iter().all(|role| role.usages == [CertificateUsage::OAuthTokenIssuer]);
    RuleOutcome::Fail(vec![
        Deviation::new(message, "a certificate issued by a CA", &*view.certificate.issuer)
            .severity(if oauth_only { Severity::Warning } else { Severity::Error }),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{certificate, check_certificate, front_end, requirement_of};

    #[test]
    fn a_self_signed_server_certificate_fails_and_is_a_warning_for_oauth() {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        for self_signed in [SelfSigned::Yes, SelfSigned::NotCheckable] {
            certificate.self_signed = self_signed;
            for (usage, severity) in [("Default", Severity::Error), ("OAuthTokenIssuer", Severity::Warning)] {
                let outcome = check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), usage)]);
                assert_eq!(outcome.severity(), Some(severity), "{usage}");
            }
        }
    }

    #[test]
    fn an_issued_certificate_passes() {
        let certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).passes();
    }
}
