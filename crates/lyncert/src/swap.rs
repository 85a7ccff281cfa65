//! Folders that change as a whole.

use std::fs;
use std::io;
use std::path::Path;

use crate::output::TEMPORARY_PREFIX;

/// What a folder is called while it is replaced where that takes two steps.
const OLD_PREFIX: &str = ".lyncert-tmp-old-";
/// What follows the start of temporary names for a run of the history: all that is in it is ours.
pub(crate) const HISTORY_PREFIX: &str = "history-";

/// Puts a finished folder in the place of another one, which may not be there. On Linux a reader sees either the old folder or the
/// new one; elsewhere there is no folder for a moment. What `is_ours` does not know is taken over from the old folder, the rest
/// of which is removed.
pub(crate) fn replace_folder(staged: &Path, target: &Path, is_ours: &dyn Fn(&str) -> bool) -> io::Result<()> {
    if !target.exists() {
        return fs::rename(staged, target);
    }
    let old = match exchange(staged, target) {
        Ok(()) => staged.to_owned(),
        Err(_) => {
            let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let old = target.with_file_name(format!("{OLD_PREFIX}{name}"));
            fs::rename(target, &old)?;
            fs::rename(staged, target)?;
            old
        }
    };
    take_over(&old, target, is_ours)?;
    remove_ours(&old, is_ours)
}

/// Moves what is not ours into the new folder, unless something of that name is there.
fn take_over(old: &Path, target: &Path, is_ours: &dyn Fn(&str) -> bool) -> io::Result<()> {
    for entry in fs::read_dir(old)? {
        let name = entry?.file_name();
        let shown = name.to_string_lossy();
        let is_foreign = !is_ours(&shown) && !shown.starts_with(TEMPORARY_PREFIX);
        if is_foreign && !target.join(&name).exists() {
            fs::rename(old.join(&name), target.join(&name))?;
        }
    }
    Ok(())
}

#[cfg(target_os = "linux")]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).map_err(Into::into)
}

#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Clears what a run that was stopped has left behind. Only while the folder's lock is held. What is not ours goes back to the
/// folder that it was in.
pub(crate) fn clear_leftovers(folder: &Path, is_ours: &dyn Fn(&str) -> bool) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let Some(rest) = name.strip_prefix(TEMPORARY_PREFIX) else { continue };
        if !entry.file_type()?.is_dir() {
            fs::remove_file(path)?;
        } else if rest.starts_with(HISTORY_PREFIX) {
            fs::remove_dir_all(path)?;
        } else if let Some(target) = name.strip_prefix(OLD_PREFIX) {
            let target = folder.join(target);
            if target.exists() {
                give_back(&path, &target, is_ours)?;
            } else {
                // It was stopped between the two steps: what was there before comes back.
                fs::rename(path, target)?;
            }
        } else {
            // Between the prefix and the name is the number of the process.
            let target = rest.split_once('-').map_or(rest, |(_, target)| target);
            give_back(&path, &folder.join(target), is_ours)?;
        }
    }
    Ok(())
}

/// Takes a folder that is of no use any more away, and gives what is not ours to another one.
fn give_back(old: &Path, target: &Path, is_ours: &dyn Fn(&str) -> bool) -> io::Result<()> {
    if target.is_dir() {
        take_over(old, target, is_ours)?;
    }
    remove_ours(old, is_ours)
}

/// Removes the files that `is_ours` knows from a folder, and the folder if nothing else is in it.
pub(crate) fn remove_ours(folder: &Path, is_ours: &dyn Fn(&str) -> bool) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_file() && (is_ours(&name) || name.starts_with(TEMPORARY_PREFIX)) {
            fs::remove_file(entry.path())?;
        }
    }
    match fs::remove_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_ours(name: &str) -> bool {
        name == "report.json"
    }

    fn folder(root: &Path, name: &str, files: &[(&str, &str)]) -> std::path::PathBuf {
        let folder = root.join(name);
        fs::create_dir(&folder).unwrap();
        for (name, text) in files {
            fs::write(folder.join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn a_folder_is_replaced_and_what_is_not_ours_stays() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("contoso");
        replace_folder(&folder(root.path(), "a", &[("report.json", "1")]), &target, &is_ours).unwrap();
        fs::write(target.join("notes.txt"), "mine").unwrap();
        replace_folder(&folder(root.path(), "b", &[("report.json", "2")]), &target, &is_ours).unwrap();
        assert_eq!(fs::read_to_string(target.join("report.json")).unwrap(), "2");
        assert_eq!(fs::read_to_string(target.join("notes.txt")).unwrap(), "mine");
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
    }

    #[test]
    fn leftovers_go_and_what_was_half_replaced_comes_back() {
        let root = tempfile::tempdir().unwrap();
        folder(root.path(), &format!("{TEMPORARY_PREFIX}1-contoso"), &[("report.json", "3")]);
        folder(root.path(), &format!("{OLD_PREFIX}contoso"), &[("report.json", "1")]);
        folder(root.path(), "fabrikam", &[("report.json", "2")]);
        folder(root.path(), &format!("{OLD_PREFIX}fabrikam"), &[("report.json", "1")]);
        let killed = folder(
            root.path(),
            &format!("{TEMPORARY_PREFIX}2-fabrikam"),
            &[("report.json", "1"), ("notes.txt", "mine")],
        );
        fs::write(killed.join(format!("{TEMPORARY_PREFIX}2-report.html")), "half").unwrap();
        let run = folder(root.path(), &format!("{TEMPORARY_PREFIX}{HISTORY_PREFIX}3"), &[]);
        folder(&run, "contoso", &[("report.json", "1")]);
        clear_leftovers(root.path(), &is_ours).unwrap();
        assert_eq!(fs::read_to_string(root.path().join("fabrikam/notes.txt")).unwrap(), "mine");
        assert_eq!(fs::read_to_string(root.path().join("contoso/report.json")).unwrap(), "1");
        assert_eq!(fs::read_to_string(root.path().join("fabrikam/report.json")).unwrap(), "2");
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 2);
    }

    #[test]
    fn only_ours_is_removed() {
        let root = tempfile::tempdir().unwrap();
        let mixed = folder(root.path(), "mixed", &[("report.json", "1"), ("notes.txt", "mine")]);
        let own = folder(root.path(), "own", &[("report.json", "1")]);
        remove_ours(&mixed, &is_ours).unwrap();
        remove_ours(&own, &is_ours).unwrap();
        assert!(mixed.join("notes.txt").is_file() && !mixed.join("report.json").exists() && !own.exists());
    }
}
