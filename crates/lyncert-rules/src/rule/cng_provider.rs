use lyncert_ingest::topology::ProductVersion;

use super::{CertificateView, Check, Deviation, Role, Rule, RuleOutcome, Severity};
use crate::certificate::KeyAlgorithm;
use crate::citation::{PERFICIENT, S15_ENV, S15_ENV_2020};
use crate::lacking::Lacking;
use crate::usage::CertificateUsage;

/// Lync Server 2010 and 2013 cannot use a key that a CNG key storage provider holds; for Skype for Business Server 2015 a later
/// edition of the page says the same (GEN-KEY-03). On Windows a key on an elliptic curve always lies in one.
pub(super) static RULE: Rule = Rule {
    id: "cng-provider",
    summary: "A key in a CNG key storage provider",
    severity: Severity::Warning,
    rationale: "to assign the certificate fails with \"The buffer supplied to a function was too small\", or services cannot open the key",
    remedy: "Request the certificate with the Microsoft RSA SChannel Cryptographic Provider, or import the PFX with `certutil -csp`",
    sources: &[&S15_ENV_2020, &PERFICIENT, &S15_ENV],
    clauses: &["GEN-KEY-03"],
    check: Check::Certificate(check),
    judges_requests: true,
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let is_old = |role: &Role<'_>| {
        let holder = &role.requirement.holder;
        holder.kind.is_managed() && holder.version < ProductVersion::Sfb2019
    };
    let mut old = view.roles.iter().filter(|role| is_old(role)).peekable();
    if old.peek().is_none() {
        return RuleOutcome::NotApplicable;
    }
    let is_on_curve = view.certificate.key.algorithm == KeyAlgorithm::Ec;
    if is_on_curve && old.any(|role| role.usages.iter().any(|usage| OPENS_ITS_KEY.contains(usage))) {
        let deviation = Deviation::new(
            "the key is one on an elliptic curve, which a CNG key storage provider holds",
            "an RSA key in a CryptoAPI provider",
            "EC",
        );
        return RuleOutcome::Fail(vec![deviation.clause("GEN-KEY-03").only(&OPENS_ITS_KEY)]);
    }
    let Some(provider) = &view.certificate.key_provider else {
        return RuleOutcome::NothingToLookAt(Lacking::KeyFacts);
    };
    let is_cng = provider.to_ascii_lowercase().contains("key storage provider");
    RuleOutcome::from_deviation(is_cng.then(|| {
        Deviation::new("the key is held by a CNG key storage provider", "a CryptoAPI provider", &**provider)
            .clause("GEN-KEY-03")
    }))
}

/// The usages whose services of the product open the key themselves; web services leave that to IIS.
const OPENS_ITS_KEY: [CertificateUsage; 6] = [
    CertificateUsage::Default,
    CertificateUsage::Internal,
    CertificateUsage::AccessEdgeExternal,
    CertificateUsage::DataEdgeExternal,
    CertificateUsage::AudioVideoAuthentication,
    CertificateUsage::XmppServer,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::PublicKey;
    use crate::requirement::Requirement;
    use crate::testing::{certificate, check_certificate, edge, edge_external, front_end, requirement_of};

    fn outcome(provider: Option<&str>, version: ProductVersion) -> Option<Severity> {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        certificate.key_provider = provider.map(Into::into);
        let mut requirement = requirement_of(&front_end(), "Default");
        requirement.holder.version = version;
        check_certificate(&RULE, &certificate, &[requirement]).severity()
    }

    #[test]
    fn a_key_storage_provider_fails_before_the_2019_generation() {
        const CNG: Option<&str> = Some("Microsoft Software Key Storage Provider");
        const CAPI: Option<&str> = Some("Microsoft RSA SChannel Cryptographic Provider");
        assert_eq!(outcome(CNG, ProductVersion::Lync2013), Some(Severity::Warning));
        assert_eq!(outcome(CNG, ProductVersion::Sfb2015), Some(Severity::Warning));
        assert_eq!(outcome(CNG, ProductVersion::Sfb2019), None);
        assert_eq!(outcome(CAPI, ProductVersion::Lync2013), None);
        assert_eq!(outcome(None, ProductVersion::Lync2013), None);
    }

    #[test]
    fn a_key_on_an_elliptic_curve_fails_where_the_product_opens_it_itself() {
        let on_curve = |requirement: Requirement, version| {
            let mut certificate = certificate(requirement.subject.as_str(), &[requirement.subject.as_str()]);
            certificate.key = PublicKey {
                algorithm: KeyAlgorithm::Ec,
                bits: Some(256),
                curve: Some("P-256".to_owned()),
                exponent: None,
            }
            .into();
            let holder = crate::holder::Holder { version, ..requirement.holder.clone() };
            check_certificate(&RULE, &certificate, &[Requirement { holder, ..requirement }]).severity()
        };
        let (old, new) = (ProductVersion::Sfb2015, ProductVersion::Sfb2019);
        for (requirement, severity) in [
            (requirement_of(&front_end(), "Default"), Some(Severity::Warning)),
            (requirement_of(&edge(), "Internal"), Some(Severity::Warning)),
            (edge_external(&edge()), Some(Severity::Warning)),
            (requirement_of(&front_end(), "WebServicesExternal"), None),
            (requirement_of(&front_end(), "ReverseProxy"), None),
        ] {
            assert_eq!(on_curve(requirement.clone(), old), severity, "{}", requirement.id);
            assert_eq!(on_curve(requirement, new), None);
        }
    }
}
