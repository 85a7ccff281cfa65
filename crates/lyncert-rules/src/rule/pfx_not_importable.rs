use super::{Check, Cure, Deviation, FolderView, Rule, RuleOutcome, Severity};
use crate::citation::{EXPORT_PFX, PFX_AES};

/// Windows Server opens archives with AES from 2019 on, and takes them for a wrong password before. Generations before Skype for
/// Business Server 2019 run on nothing newer than Windows Server 2016.
pub(super) static RULE: Rule = Rule {
    id: "pfx-not-importable",
    summary: "An archive that the servers cannot import",
    severity: Severity::Warning,
    rationale: "the import fails with \"The password you entered is incorrect\", although it is right",
    remedy: "Export it again with Triple DES for these servers (`Export-PfxCertificate -CryptoAlgorithmOption TripleDES_SHA1`, or \
             `openssl pkcs12 -export -legacy`), and delete the archive once it is imported",
    sources: &[&PFX_AES, &EXPORT_PFX],
    cure: Cure::Elsewhere,
    check: Check::Folder(check),
    ..Rule::DEFAULTS
};

fn check(view: &FolderView<'_>) -> RuleOutcome {
    let mut archives = view.keys.iter().filter(|key| key.is_archive()).peekable();
    if archives.peek().is_none() {
        return RuleOutcome::NotApplicable;
    }
    let before_aes = view.servers_before_aes();
    archives
        .filter(|key| key.is_aes && before_aes.have(&key.path))
        .map(|key| {
            Deviation::new(
                format!(
                    "the archive `{}` is encrypted with AES, which Windows Server 2016 and older cannot import",
                    key.path
                ),
                "Triple DES, for the Windows Server of this product generation",
                "AES",
            )
            .file(&key.path)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::KeyFile;
    use crate::testing::{Folder, Outcome, check_folder};

    fn outcome(path: &str, is_aes: bool, version: u32) -> Outcome {
        let key = KeyFile { kind: "PKCS#12", is_aes, ..KeyFile::unread(path) };
        check_folder(&RULE, Folder { keys: &[key], version: Some(version), ..Folder::default() })
    }

    #[test]
    fn aes_is_a_warning_before_the_2019_generation() {
        for version in [5, 6, 7] {
            outcome("pool.contoso.com/a.pfx", true, version).fails_with(
                Severity::Warning,
                "the archive `pool.contoso.com/a.pfx` is encrypted with AES, which Windows Server 2016 and older cannot import",
            );
            outcome("anywhere/a.pfx", true, version).fails_with(
                Severity::Warning,
                "the archive `anywhere/a.pfx` is encrypted with AES, which Windows Server 2016 and older cannot import",
            );
        }
    }

    #[test]
    fn aes_on_newer_servers_and_triple_des_on_any_pass() {
        outcome("pool.contoso.com/a.pfx", true, 8).passes();
        outcome("pool.contoso.com/a.pfx", false, 6).passes();
    }

    #[test]
    fn without_archives_there_is_nothing_to_look_at() {
        check_folder(&RULE, Folder::default()).does_not_apply();
    }
}
