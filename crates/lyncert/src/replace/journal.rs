//! What a set of changes is about to do, written down beside it: a run that is killed in the middle is finished by the next one.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use super::{Change, is_temporary};
use crate::location::name_of;
use crate::read::sha256_of_file;

/// The name of the list, among other temporary ones.
const JOURNAL_FILE: &str = ".lyncert-tmp-set";
/// In the place of a hash and a staged file: what is at the target goes.
const NOTHING: &str = "-";

/// Writes down changes of files within one folder: the hash of the new file, its name for now, and the name that it gets.
pub(super) fn write(folder: &Path, changes: &[Change]) -> io::Result<()> {
    let mut text = String::new();
    for Change { staged, target } in changes {
        let (hash, staged) = match staged {
            Some(staged) => (staged.sha256.as_str(), name_of(&staged.path)),
            None => (NOTHING, NOTHING.to_owned()),
        };
        text.push_str(&[hash, &staged, &name_of(target)].join("\t"));
        text.push('\n');
    }
    // One that is there already belongs to a run that was killed, and was finished when the folder was locked.
    let mut file = File::create_new(folder.join(JOURNAL_FILE))?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// The changes are made, or undone.
pub(super) fn remove(folder: &Path) {
    // One that is left makes the next run look at files that are as they should be.
    let _ = fs::remove_file(folder.join(JOURNAL_FILE));
}

/// Finishes what a run that was killed has begun: every new file was whole before the first one changed.
pub(crate) fn finish(folder: &Path, is_ours: &dyn Fn(&Path) -> bool) -> io::Result<()> {
    let path = folder.join(JOURNAL_FILE);
    if !fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file()) {
        return Ok(());
    }
    for line in fs::read_to_string(&path).unwrap_or_default().lines() {
        let parts: Vec<&str> = line.split('\t').collect();
        let &[hash, staged, target] = parts.as_slice() else { continue };
        if !is_plain(target) || !(staged == NOTHING || (is_plain(staged) && is_temporary(staged))) {
            continue;
        }
        let (staged_path, target_path) = (folder.join(staged), folder.join(target));
        let is_new = |path: &Path| is_file(path) && sha256_of_file(path).is_ok_and(|found| found == hash);
        if staged == NOTHING {
            if is_file(&target_path) && is_ours(&target_path) {
                fs::remove_file(&target_path)?;
            }
        } else if !is_new(&target_path) && is_new(&staged_path) {
            fs::rename(&staged_path, &target_path)?;
        }
    }
    fs::remove_file(path)
}

/// A name within the folder.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.contains(['/', '\\', ':']) && name != "." && name != ".."
}

fn is_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replace::StagedFile;

    #[test]
    fn a_set_that_was_changing_when_the_run_was_killed_is_finished() {
        for changed in 0..=3 {
            let folder = tempfile::tempdir().unwrap();
            let at = |name: &str| folder.path().join(name);
            let mut changes = Vec::new();
            for name in ["a.html", "b.csv", "c.json"] {
                fs::write(at(name), "old").unwrap();
                let staged = at(&format!(".lyncert-tmp-1-{name}"));
                fs::write(&staged, format!("new {name}")).unwrap();
                let sha256 = sha256_of_file(&staged).unwrap();
                changes.push(Change { staged: Some(StagedFile { path: staged, sha256 }), target: at(name) });
            }
            fs::write(at("gone.json"), "old").unwrap();
            changes.push(Change { staged: None, target: at("gone.json") });
            write(folder.path(), &changes).unwrap();
            for Change { staged, target } in changes.iter().take(changed) {
                fs::rename(&staged.as_ref().unwrap().path, target).unwrap();
            }
            finish(folder.path(), &|_| true).unwrap();
            for name in ["a.html", "b.csv", "c.json"] {
                assert_eq!(fs::read_to_string(at(name)).unwrap(), format!("new {name}"));
            }
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
        }
    }

    #[test]
    fn a_list_that_somebody_planted_leads_nowhere() {
        let place = tempfile::tempdir().unwrap();
        let at = |name: &str| place.path().join(name);
        fs::create_dir(at("out")).unwrap();
        fs::write(at("victim"), "mine").unwrap();
        fs::write(at("out/mine.txt"), "mine").unwrap();
        let lines = ["-\t-\t../victim", "-\t-\tmine.txt", "x\tmine.txt\treport.json", "-\t-", ""].join("\n");
        fs::write(at("out").join(JOURNAL_FILE), lines).unwrap();
        finish(&at("out"), &|_| false).unwrap();
        assert!(at("victim").is_file() && at("out/mine.txt").is_file());
        assert_eq!(fs::read_dir(at("out")).unwrap().count(), 1);
    }
}
