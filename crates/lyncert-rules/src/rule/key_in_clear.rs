use super::{Check, Cure, Deviation, FolderView, Rule, RuleOutcome, Severity};
use crate::citation::OWASP_KEYS;

/// A private key is not encrypted: anyone who can read the folder can pose as the server.
pub(super) static RULE: Rule = Rule {
    id: "key-in-clear",
    summary: "A private key that is not encrypted",
    severity: Severity::Warning,
    rationale: "whoever copies the file can pose as the server and read what clients send to it",
    remedy: "Delete the file, or keep the key in a PFX file with a strong password; request a new certificate if others could read it",
    sources: &[&OWASP_KEYS],
    cure: Cure::Elsewhere,
    check: Check::Folder(check),
    ..Rule::DEFAULTS
};

fn check(view: &FolderView<'_>) -> RuleOutcome {
    if view.keys.is_empty() {
        return RuleOutcome::NotApplicable;
    }
    let clear = view.keys.iter().filter(|key| key.encrypted == Some(false) && !key.is_archive());
    clear
        .map(|key| {
            Deviation::new(
                format!("`{}` holds a private key that is not encrypted", key.path),
                "no private key, or an encrypted one",
                key.kind,
            )
            .file(&key.path)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::KeyFile;
    use crate::testing::{Folder, check_folder};

    #[test]
    fn only_a_key_in_clear_is_told() {
        let key = |encrypted, kind| KeyFile { encrypted, kind, ..KeyFile::unread("fe1/Default.key") };
        for (encrypted, kind, fails) in [
            (Some(false), "PKCS#8", true),
            (Some(true), "PKCS#8", false),
            (None, "PEM", false),
            (Some(false), "PKCS#12 with an empty password", false),
        ] {
            let outcome = check_folder(&RULE, Folder { keys: &[key(encrypted, kind)], ..Folder::default() });
            assert_eq!(outcome.severity(), fails.then_some(Severity::Warning), "{kind}");
        }
        check_folder(&RULE, Folder::default()).does_not_apply();
    }
}
