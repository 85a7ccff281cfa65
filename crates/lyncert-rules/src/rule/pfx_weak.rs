use super::{Check, Cure, Deviation, FolderView, Rule, RuleOutcome, Severity};
use crate::citation::OWASP_KEYS;
use crate::folder::ArchiveWeakness;

/// An archive with an empty password protects nothing; RC2 with 40 bits and Triple DES are what Windows wrote before it learned
/// AES, and a short password in front of them is guessed quickly. Servers that cannot open AES are not told to use it.
pub(super) static RULE: Rule = Rule {
    id: "pfx-weak",
    summary: "An archive that protects its key badly",
    severity: Severity::Info,
    rationale: "whoever copies the file gets at the private key with little effort",
    remedy: "Export it again with a strong password and AES (Windows Server 2019 and later: `AES256-SHA256`)",
    sources: &[&OWASP_KEYS],
    cure: Cure::Elsewhere,
    check: Check::Folder(check),
    ..Rule::DEFAULTS
};

fn check(view: &FolderView<'_>) -> RuleOutcome {
    if view.keys.is_empty() {
        return RuleOutcome::NotApplicable;
    }
    let before_aes = view.servers_before_aes();
    view.keys
        .iter()
        .filter_map(|key| {
            let weakness = key.weakness?;
            let (message, severity) = match weakness {
                ArchiveWeakness::EmptyPassword => ("has an empty password", Severity::Warning),
                ArchiveWeakness::NotEncrypted => ("does not encrypt its key", Severity::Warning),
                ArchiveWeakness::OldEncryption => ("is encrypted with RC2 or Triple DES", Severity::Info),
            };
            let is_before_aes = before_aes.have(&key.path);
            let expected = if is_before_aes { "a strong password" } else { "a strong password and AES" };
            let deviation =
                Deviation::new(format!("the archive `{}` {message}", key.path), expected, key.kind)
                    .severity(severity)
                    .file(&key.path);
            Some(if is_before_aes {
                deviation.remedy(
                    "Delete the archive once it is imported, and until then protect it with a strong password: the Windows Server of this \
                     product generation imports no stronger encryption",
                )
            } else {
                deviation
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::KeyFile;
    use crate::testing::{Folder, check_folder};

    #[test]
    fn older_servers_are_not_told_to_use_aes() {
        for (version, is_told) in [(6, false), (7, false), (8, true)] {
            let key = KeyFile {
                weakness: Some(ArchiveWeakness::OldEncryption),
                kind: "PKCS#12",
                ..KeyFile::unread("fe1.contoso.com/a.pfx")
            };
            let folder = Folder { keys: &[key], version: Some(version), ..Folder::default() };
            let own = check_folder(&RULE, folder).remedy();
            let remedy = own.as_deref().unwrap_or(RULE.remedy);
            assert_eq!(remedy.contains("AES"), is_told, "{version}: {remedy}");
        }
    }

    #[test]
    fn each_weakness_has_its_severity() {
        for (weakness, severity) in [
            (None, None),
            (Some(ArchiveWeakness::EmptyPassword), Some(Severity::Warning)),
            (Some(ArchiveWeakness::NotEncrypted), Some(Severity::Warning)),
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
