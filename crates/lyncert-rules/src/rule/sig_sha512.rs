use lyncert_ingest::topology::ProductVersion;

use super::view::Roots;
use super::{CertificateView, Check, Role, Rule, RuleOutcome, Severity};
use crate::certificate::{Signature, SignatureHash};
use crate::citation::{L13_INFRA, SHA512};

/// The product supports SHA-512 (GEN-SIG-01), but Windows versions before 2016 leave it out of TLS 1.2 until an update is
/// installed; then every Front End Server but the first fails to start.
pub(super) static RULE: Rule = Rule {
    id: "sig-sha512",
    summary: "A SHA-512 signature on an old Windows",
    severity: Severity::Info,
    rationale: "nothing where Windows Server 2012 R2 and earlier have the update that Front End Servers need for it (KB2973337, KB2975719)",
    remedy: "Check that the servers have the update, or request a certificate signed with SHA-256",
    sources: &[&L13_INFRA, &SHA512],
    clauses: &["GEN-SIG-01"],
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    // The 2019 generation needs Windows Server 2016 at least.
    let is_old = |role: &Role<'_>| {
        role.requirement.holder.kind.is_managed() && role.requirement.holder.version < ProductVersion::Sfb2019
    };
    if !view.roles.iter().any(is_old) {
        return RuleOutcome::NotApplicable;
    }
    let is_sha512 = |signature: &Signature| signature.hash == Some(SignatureHash::Sha512);
    view.signed_with(is_sha512, "SHA-512", "SHA-256, or the Windows update", Roots::Skipped)
        .into_iter()
        .map(|deviation| deviation.clause("GEN-SIG-01"))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::testing::{certificate, check_certificate, front_end, requirement_of};

    #[test]
    fn sha512_is_told_for_generations_that_run_on_old_windows() {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        let mut requirement = requirement_of(&front_end(), "Default");
        requirement.holder.version = ProductVersion::Lync2013;
        check_certificate(&RULE, &certificate, std::slice::from_ref(&requirement)).passes();
        Arc::make_mut(&mut certificate.signature).hash = Some(SignatureHash::Sha512);
        check_certificate(&RULE, &certificate, std::slice::from_ref(&requirement))
            .fails_with(Severity::Info, "the certificate is signed with SHA-512");
        requirement.holder.version = ProductVersion::Sfb2019;
        check_certificate(&RULE, &certificate, &[requirement]).does_not_apply();
    }
}
