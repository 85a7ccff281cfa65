use super::{Check, Deviation, FolderView, Rule, RuleOutcome, Severity};
use crate::citation::OWASP_KEYS;
use crate::folder::ArchiveWeakness;

/// An archive with an empty password protects nothing; RC2 with 40 bits and Triple DES are what Windows wrote before it learned
/// AES, and a short password in front of them is guessed quickly.
pub(super) static RULE: Rule = Rule {
    id: "pfx-weak",
    summary: "An archive that protects its key badly",
    severity: Severity::Info,
    rationale: "whoever copies the file gets at the private key with little effort",
    remedy: "Export it again with a strong password and AES (Windows Server 2019 and later: `AES256-SHA256`)",
    sources: &[&OWASP_KEYS],
    check: Check::Folder(check),
    ..Rule::DEFAULTS
};

fn check(view: &FolderView<'_>) -> RuleOutcome {
    if view.keys.is_empty() {
        return RuleOutcome::NotApplicable;
    }
    view.keys
        .iter()
        .filter_map(|key| {
            let weakness = key.weakness?;
            let (message, severity) = match weakness {
                ArchiveWeakness::EmptyPassword => ("has an empty password", Severity::Warning),
                ArchiveWeakness::OldEncryption => ("is encrypted with RC2 or Triple DES", Severity::Info),
            };
            Some(
                Deviation::new(
                    format!("the archive `{}` {message}", key.path),
                    "a strong password and AES",
                    key.kind,
                )
                .severity(severity)
                .file(&key.path),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::KeyFile;
    use crate::testing::{Folder, check_folder};

    #[test]
    fn each_weakness_has_its_severity() {
        for (weakness, severity) in [
            (None, None),
            (Some(ArchiveWeakness::EmptyPassword), Some(Severity::Warning)),
            (Some(ArchiveWeakness::OldEncryption), Some(Severity::Info)),
        ] {
            let key = KeyFile { weakness, kind: "PKCS#12", ..KeyFile::unread("fe1/Default.pfx") };
            assert_eq!(
                check_folder(&RULE, Folder { keys: &[key], ..Folder::default() }).severity(),
                severity
            );
        }
    }
}
