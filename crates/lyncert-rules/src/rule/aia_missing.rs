use super::{CertificateView, Check, Cure, Deviation, Rule, RuleOutcome, Severity};
use crate::certificate::SelfSigned;
use crate::citation::{RFC5280, ZLINT_AIA};

/// The authority information access says where the issuer's certificate and its OCSP responder are (RFC 5280 section
/// 4.2.2.1). Without it a client has to know the chain already.
pub(super) static RULE: Rule = Rule {
    id: "aia-missing",
    summary: "No authority information access",
    severity: Severity::Info,
    rationale: "nothing where servers send the whole chain; without it clients find no intermediate certificate by themselves",
    remedy: "Have the server send its whole chain, and let the CA write the extension into the next certificate",
    sources: &[&RFC5280, &ZLINT_AIA],
    cure: Cure::Elsewhere,
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let addresses = view.certificate.authority_information.as_deref().unwrap_or_default();
    if view.certificate.self_signed != SelfSigned::No {
        return RuleOutcome::NotApplicable;
    }
    RuleOutcome::from_deviation(addresses.is_empty().then(|| {
        Deviation::new(
            "the certificate does not tell where its issuer's certificate is",
            "an authority information access",
            if view.certificate.authority_information.is_some() {
                "an extension without a URL"
            } else {
                "no extension"
            },
        )
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{certificate, check_certificate, front_end, requirement_of};

    #[test]
    fn a_missing_or_empty_extension_is_told() {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).passes();
        for addresses in [None, Some([].into())] {
            certificate.authority_information = addresses;
            check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).fails_with(
                Severity::Info,
                "the certificate does not tell where its issuer's certificate is",
            );
        }
        certificate.self_signed = SelfSigned::Yes;
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).does_not_apply();
    }
}
