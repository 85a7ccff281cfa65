use lyncert_ingest::topology::ProductVersion;

use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::citation::{PERFICIENT, S15_ENV};
use crate::lacking::Lacking;

/// Lync Server 2010 and 2013 cannot use a key that a CNG key storage provider holds; for Skype for Business Server 2015 a later
/// edition of the page says the same (GEN-KEY-03).
pub(super) static RULE: Rule = Rule {
    id: "cng-provider",
    summary: "A key in a CNG key storage provider",
    severity: Severity::Warning,
    rationale: "to assign the certificate fails with \"The buffer supplied to a function was too small\", or services cannot open the key",
    remedy: "Request the certificate with the Microsoft RSA SChannel Cryptographic Provider, or import the PFX with `certutil -csp`",
    sources: &[&S15_ENV, &PERFICIENT],
    clauses: &["GEN-KEY-03"],
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let is_old = view.roles.iter().any(|role| {
        let holder = &role.requirement.holder;
        holder.kind.is_managed() && holder.version < ProductVersion::Sfb2019
    });
    if !is_old {
        return RuleOutcome::NotApplicable;
    }
    let Some(provider) = &view.certificate.key_provider else {
        return RuleOutcome::NothingToLookAt(Lacking::StoreListings);
    };
    let is_cng = provider.to_ascii_lowercase().contains("key storage provider");
    RuleOutcome::from_deviation(is_cng.then(|| {
        Deviation::new("the key is held by a CNG key storage provider", "a CryptoAPI provider", &**provider)
            .clause("GEN-KEY-03")
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{certificate, check_certificate, front_end, requirement_of};

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
}
