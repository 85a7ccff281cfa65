use std::collections::BTreeMap;

use super::{Check, Deviation, FolderView, Rule, RuleOutcome, Severity};
use time::OffsetDateTime;

use crate::citation::OWASP_KEYS;
use crate::digest::Fingerprint;
use crate::ids::CertificateId;

/// Certificates with one key fall together when the key is lost; one key was asked for again and again, or copied.
pub(super) static RULE: Rule = Rule {
    id: "key-shared",
    summary: "One key under several certificates",
    severity: Severity::Info,
    rationale: "nothing until the key is lost: then all of them have to be replaced at once",
    remedy: "Request each certificate with a key of its own (`Request-CsCertificate -New`)",
    sources: &[&OWASP_KEYS],
    check: Check::FolderAt(check),
    ..Rule::DEFAULTS
};

fn check(view: &FolderView<'_>, now: OffsetDateTime) -> RuleOutcome {
    let mut by_key: BTreeMap<Fingerprint, Vec<CertificateId>> = BTreeMap::new();
    for (index, certificate) in view.in_use() {
        // An older certificate that was renewed with its key is no second use of it.
        if certificate.is_valid_at(now) {
            by_key.entry(certificate.key_sha256).or_default().push(index);
        }
    }
    let subject = |id: CertificateId| &*id.of(view.certificates).subject;
    let shared = by_key.into_values().filter_map(|mut indices| {
        // Members of a pool that hold different certificates with one name are reported by `pool-differs`.
        indices.sort_by_key(|&id| (subject(id), id.of(view.certificates).sha256));
        indices.dedup_by_key(|index| subject(*index).to_ascii_lowercase());
        (indices.len() > 1).then_some(indices)
    });
    shared
        .filter_map(|indices| {
            let (&first, others) = indices.split_first()?;
            let others: Vec<_> = others.iter().map(|index| format!("`{}`", subject(*index))).collect();
            let message = format!("`{}` has the same key as {}", subject(first), others.join(", "));
            Some(
                Deviation::new(
                    message,
                    "a key of its own for each certificate",
                    format!("{} certificates", indices.len()),
                )
                .certificate(first),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::Certificate;
    use crate::testing::{Folder, certificate, check_folder, in_use};

    fn pair(same_key: bool) -> [Certificate; 2] {
        let one = certificate("pool.contoso.com", &["pool.contoso.com"]);
        let mut other = certificate("sip.contoso.com", &["sip.contoso.com"]);
        if same_key {
            other.key_sha256 = one.key_sha256;
        }
        [one, other]
    }

    #[test]
    fn certificates_in_use_with_one_key_are_told_once() {
        check_folder(&RULE, in_use(&pair(true)))
            .fails_with(Severity::Info, "`CN=pool.contoso.com` has the same key as `CN=sip.contoso.com`");
    }

    #[test]
    fn own_keys_pass_and_so_does_what_is_not_in_use() {
        check_folder(&RULE, in_use(&pair(false))).passes();
        let unused = pair(true);
        check_folder(&RULE, Folder { certificates: &unused, ..Folder::default() }).passes();
    }
}
