use std::collections::BTreeMap;

use super::{Check, Cure, Deviation, FolderView, Rule, RuleOutcome, Severity};
use crate::citation::L13_INT;

/// One certificate in two files of one folder, of one kind and without a word on what each is for.
pub(super) static RULE: Rule = Rule {
    id: "duplicate-file",
    summary: "The same certificate in several files",
    severity: Severity::Info,
    rationale: "nothing; two files that look different invite somebody to replace only one of them",
    remedy: "Keep one of the files",
    sources: &[&L13_INT],
    cure: Cure::Elsewhere,
    check: Check::Folder(check),
    ..Rule::DEFAULTS
};

fn check(view: &FolderView<'_>) -> RuleOutcome {
    view.in_use()
        .filter_map(|(index, certificate)| {
            let mut groups: BTreeMap<(&str, String), Vec<&str>> = BTreeMap::new();
            for path in certificate.paths.iter().filter(|path| !view.is_placement(path)) {
                let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
                let extension =
                    file.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
                groups.entry((folder, extension)).or_default().push(path);
            }
            let (_, files) = groups.into_iter().find(|(_, files)| files.len() > 1)?;
            let listed: Vec<_> = files.iter().map(|file| format!("`{file}`")).collect();
            let message = format!("the same certificate is in {}", listed.join(" and "));
            Some(Deviation::new(message, "one file", format!("{} files", files.len())).certificate(index))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{certificate, check_folder, in_use};

    fn at(paths: &[&str]) -> Option<Severity> {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        certificate.paths = paths.iter().map(|path| (*path).into()).collect();
        check_folder(&RULE, in_use(&[certificate])).severity()
    }

    #[test]
    fn two_files_of_one_kind_in_one_folder_are_told() {
        assert_eq!(at(&["new.cer", "old.cer"]), Some(Severity::Info));
        assert_eq!(at(&["a/new.cer", "a/copy.CER"]), Some(Severity::Info));
    }

    #[test]
    fn files_that_say_what_they_are_for_and_files_of_other_kinds_are_not() {
        assert_eq!(at(&["fe1.contoso.com/Default.cer", "fe1.contoso.com/WebServicesInternal.cer"]), None);
        assert_eq!(at(&["a/new.cer", "b/new.cer"]), None);
        assert_eq!(at(&["a/new.cer", "a/new.pfx"]), None);
        assert_eq!(at(&["new.cer"]), None);
    }
}
