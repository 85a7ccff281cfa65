use super::{Check, Deviation, FolderView, Rule, RuleOutcome, Severity};
use std::collections::HashMap;

use crate::certificate::Certificate;
use crate::citation::RFC5280;
use crate::digest::Thumbprint;
use crate::ids::CertificateId;

/// A key that lies with a certificate of another public key: installing the pair gives a certificate without a key.
pub(super) static RULE: Rule = Rule {
    id: "key-mismatch",
    summary: "A private key that does not fit its certificate",
    severity: Severity::Error,
    rationale: "the certificate cannot be used with this key: the import fails, or the service does not start",
    remedy: "Find the key that the certificate was requested with, or request a new certificate",
    sources: &[&RFC5280],
    check: Check::Folder(check),
    ..Rule::DEFAULTS
};

fn check(view: &FolderView<'_>) -> RuleOutcome {
    if view.keys.is_empty() {
        return RuleOutcome::NotApplicable;
    }
    let mut beside: HashMap<&str, Vec<(CertificateId, &Certificate)>> = HashMap::new();
    if !view.keys.is_empty() {
        let all = CertificateId::enumerate(view.certificates);
        for (id, certificate) in all.filter(|(_, certificate)| certificate.is_end_entity()) {
            for path in &certificate.paths {
                beside.entry(stem(path)).or_default().push((id, certificate));
            }
        }
    }
    let mut deviations = Vec::new();
    for key in view.keys {
        let Some(public) = key.public_sha256 else { continue };
        let neighbors = beside.get(stem(&key.path)).map_or(&[][..], Vec::as_slice);
        if neighbors.iter().any(|(_, certificate)| certificate.key_sha256 == public) {
            continue;
        }
        let Some((id, certificate)) = neighbors.first() else { continue };
        let found = if key.certificates.is_empty() {
            "a key of no certificate here".to_owned()
        } else {
            format!("the key of {}", texts(&key.certificates))
        };
        let message =
            format!("the key in `{}` is not that of the certificate `{}`", key.path, certificate.subject);
        deviations.push(
            Deviation::new(message, "the certificate's own key", found).certificate(*id).file(&key.path),
        );
    }
    deviations.into_iter().collect()
}

/// The path without the extension of its file: what a certificate and its key have in common.
fn stem(path: &str) -> &str {
    match path.rsplit_once('.') {
        Some((stem, extension)) if !extension.contains('/') => stem,
        Some(_) | None => path,
    }
}

fn texts(thumbprints: &[Thumbprint]) -> String {
    thumbprints.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::KeyFile;
    use crate::testing::{Folder, certificate, check_folder, fingerprint};

    fn at(path: &str) -> Certificate {
        Certificate { paths: vec![path.into()], ..certificate("pool.contoso.com", &["pool.contoso.com"]) }
    }

    fn key(path: &str, public: &str) -> KeyFile {
        KeyFile { public_sha256: Some(fingerprint(public)), ..KeyFile::unread(path) }
    }

    #[test]
    fn another_key_beside_the_certificate_fails() {
        let (certificates, keys) =
            ([at("fe1.contoso.com/Default.cer")], [key("fe1.contoso.com/Default.key", "other")]);
        let folder = Folder { certificates: &certificates, keys: &keys, ..Folder::default() };
        check_folder(&RULE, folder).fails_with(
            Severity::Error,
            "the key in `fe1.contoso.com/Default.key` is not that of the certificate `CN=pool.contoso.com`",
        );
    }

    #[test]
    fn its_own_key_and_a_key_that_lies_apart_pass() {
        let certificates = [at("fe1.contoso.com/Default.cer")];
        for key in [
            key("fe1.contoso.com/Default.key", "pool.contoso.com"),
            key("elsewhere/old.key", "other"),
            KeyFile::unread("fe1.contoso.com/Default.key"),
        ] {
            let folder = Folder { certificates: &certificates, keys: &[key], ..Folder::default() };
            check_folder(&RULE, folder).passes();
        }
    }
}
