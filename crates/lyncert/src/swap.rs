//! Folders that change as a whole.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::anyhow;

use crate::location::shown;
use crate::output::TEMPORARY_PREFIX;
use crate::read::sha256_of_file;
use crate::replace::{
    Change, Disk, OLD_PREFIX, Refused, StagedFile, is_temporary, journal, patiently, replace_together,
};

/// What follows the start of temporary names for a run of the history: all that is in it is ours.
pub(crate) const HISTORY_PREFIX: &str = "history-";

/// Whether a file is one that lyncert wrote, by its path.
type IsOurs<'a> = &'a dyn Fn(&Path) -> bool;

/// Checks that a folder can take this place: nothing is there, or a folder itself and no link.
pub(crate) fn check_folder_place(target: &Path) -> anyhow::Result<()> {
    let shown = shown(target);
    match fs::symlink_metadata(target) {
        Ok(metadata) if metadata.file_type().is_symlink() => {
            Err(anyhow!("`{shown}` is a link, and nothing is written through links; remove it"))
        }
        Ok(metadata) if !metadata.is_dir() => {
            Err(anyhow!("`{shown}` is a file where a folder is written; move it away"))
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Puts what is in a finished folder in the place of another one, which may not be there. Where that one holds nothing but ours
/// and the system can, a reader sees either the old folder or the new one; else its files change together, and those of others
/// are not touched. Of our own files none stays that is not in the new folder.
pub(crate) fn replace_folder(
    disk: &dyn Disk,
    staged: &Path,
    target: &Path,
    is_ours: IsOurs<'_>,
) -> anyhow::Result<()> {
    check_folder_place(target)?;
    let refused =
        |error: io::Error| Refused { target: target.to_owned(), is_held: disk.is_held(&error), error };
    if fs::symlink_metadata(target).is_err() {
        return Ok(patiently(disk, || disk.rename(staged, target)).map_err(refused)?);
    }
    let names = |folder: &Path| -> io::Result<Vec<PathBuf>> {
        let entries = fs::read_dir(folder)?;
        entries.map(|entry| Ok(entry?.path())).collect()
    };
    let old = names(target).map_err(refused)?;
    // Else the old files could be given another folder and never be removed from there.
    tempfile::Builder::new().prefix(TEMPORARY_PREFIX).tempfile_in(target).map_err(refused)?;
    if old.iter().all(|path| is_ours(path)) && disk.exchange(staged, target).is_ok() {
        // The new files are in their place. All that is left of the old ones is ours, or came in this moment and goes back; what
        // cannot be removed now is tried again by the next run.
        let _ = give_back(staged, target, is_ours);
        return Ok(());
    }
    let mut changes = Vec::new();
    let outcome = move_beside(disk, &names(staged).map_err(refused)?, target, &mut changes)
        .map_err(refused)
        .and_then(|()| {
            let is_replaced = |path: &Path| changes.iter().any(|change| change.target == *path);
            let gone: Vec<_> = old.into_iter().filter(|path| is_ours(path) && !is_replaced(path)).collect();
            changes.extend(gone.into_iter().map(|target| Change { staged: None, target }));
            replace_together(disk, &changes)
        });
    for staged in changes.iter().filter_map(|change| change.staged.as_ref()) {
        // There only where nothing was changed.
        let _ = fs::remove_file(&staged.path);
    }
    outcome?;
    Ok(remove_ours(staged, is_ours).map_err(refused)?)
}

/// Moves new files beside the old ones, so that a run that is killed can be finished from there.
fn move_beside(disk: &dyn Disk, new: &[PathBuf], target: &Path, changes: &mut Vec<Change>) -> io::Result<()> {
    for path in new {
        let Some(name) = path.file_name() else { continue };
        let beside = target.join(format!("{TEMPORARY_PREFIX}new-{}", name.to_string_lossy()));
        let sha256 = sha256_of_file(path)?;
        patiently(disk, || disk.rename(path, &beside))?;
        let staged = StagedFile { path: beside, sha256 };
        changes.push(Change { staged: Some(staged), target: target.join(name) });
    }
    Ok(())
}

/// Moves what is not ours into the new folder, unless something of that name is there.
fn take_over(old: &Path, target: &Path, is_ours: IsOurs<'_>) -> io::Result<()> {
    for entry in fs::read_dir(old)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_foreign = !is_ours(&entry.path()) && !is_temporary(&name.to_string_lossy());
        if is_foreign && fs::symlink_metadata(target.join(&name)).is_err() {
            fs::rename(entry.path(), target.join(&name))?;
        }
    }
    Ok(())
}

/// Clears what a run that was stopped has left behind, after what it was about to finish: all that has the name of a temporary
/// file, which is lyncert's own. Only while the folder's lock is held. What is not ours goes back to the folder that it was in.
pub(crate) fn clear_leftovers(folder: &Path, is_ours: IsOurs<'_>) -> io::Result<()> {
    journal::finish(folder, is_ours)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let Some(rest) = name.strip_prefix(TEMPORARY_PREFIX) else { continue };
        let kind = entry.file_type()?;
        if let Some(target) = name.strip_prefix(OLD_PREFIX) {
            let target = folder.join(target);
            if fs::symlink_metadata(&target).is_err() {
                // It was stopped between the two steps: what was there before comes back.
                fs::rename(path, target)?;
            } else if kind.is_dir() {
                give_back(&path, &target, is_ours)?;
            } else {
                fs::remove_file(path)?;
            }
        } else if !kind.is_dir() {
            fs::remove_file(path)?;
        } else if rest.starts_with(HISTORY_PREFIX) {
            fs::remove_dir_all(path)?;
        } else {
            // Between the prefix and the name is the number of the process.
            let target = rest.split_once('-').map_or(rest, |(_, target)| target);
            give_back(&path, &folder.join(target), is_ours)?;
        }
    }
    Ok(())
}

/// Takes a folder that is of no use any more away, and gives what is not ours to another one, unless that is a link.
fn give_back(old: &Path, target: &Path, is_ours: IsOurs<'_>) -> io::Result<()> {
    if fs::symlink_metadata(target).is_ok_and(|metadata| metadata.is_dir()) {
        take_over(old, target, is_ours)?;
    }
    remove_ours(old, is_ours)
}

/// Removes the files that `is_ours` knows from a folder, and the folder if nothing else is in it.
pub(crate) fn remove_ours(folder: &Path, is_ours: IsOurs<'_>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_file() && (is_ours(&entry.path()) || is_temporary(&name)) {
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
    use std::cell::Cell;

    use super::*;
    use crate::replace::RealDisk;
    use crate::replace::testing::HeldFile;

    fn is_ours(path: &Path) -> bool {
        path.file_name().is_some_and(|name| name == "report.json")
    }

    fn folder(root: &Path, name: &str, files: &[(&str, &str)]) -> PathBuf {
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
        replace_folder(&RealDisk, &folder(root.path(), "a", &[("report.json", "1")]), &target, &is_ours)
            .unwrap();
        fs::write(target.join("notes.txt"), "mine").unwrap();
        replace_folder(&RealDisk, &folder(root.path(), "b", &[("report.json", "2")]), &target, &is_ours)
            .unwrap();
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

    #[test]
    fn a_folder_with_a_file_that_is_held_open_stays_as_it_is() {
        for foreign in [&[][..], &[("notes.txt", "mine")]] {
            let root = tempfile::tempdir().unwrap();
            let target = folder(root.path(), "contoso", &[&[("report.json", "1")], foreign].concat());
            let staged = || {
                let path = root.path().join(".lyncert-tmp-1-contoso");
                fs::create_dir_all(&path).unwrap();
                fs::write(path.join("report.json"), "2").unwrap();
                path
            };
            let held =
                |attempts| HeldFile { name: "report.json", attempts: Cell::new(attempts), exchanges: false };
            let refused = replace_folder(&held(usize::MAX), &staged(), &target, &is_ours).unwrap_err();
            assert!(format!("{refused:#}").contains("is open in another program"), "{refused:#}");
            assert_eq!(fs::read_to_string(target.join("report.json")).unwrap(), "1");
            replace_folder(&held(2), &staged(), &target, &is_ours).unwrap();
            assert_eq!(fs::read_to_string(target.join("report.json")).unwrap(), "2");
            assert_eq!(fs::read_dir(&target).unwrap().count(), 1 + foreign.len());
            assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
        }
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_moved_or_deleted_through_a_link() {
        let root = tempfile::tempdir().unwrap();
        let victim = folder(root.path(), "victim", &[("report.json", "mine"), ("notes.txt", "mine")]);
        let out = folder(root.path(), "out", &[]);
        std::os::unix::fs::symlink(&victim, out.join("contoso")).unwrap();
        let staged = folder(&out, &format!("{TEMPORARY_PREFIX}1-contoso"), &[("report.json", "2")]);
        let refused = replace_folder(&RealDisk, &staged, &out.join("contoso"), &is_ours).unwrap_err();
        assert!(refused.to_string().ends_with("is a link, and nothing is written through links; remove it"));
        fs::write(staged.join("ticket.txt"), "mine").unwrap();
        clear_leftovers(&out, &is_ours).unwrap();
        assert_eq!(fs::read_dir(&victim).unwrap().count(), 2);
        assert!(staged.join("ticket.txt").is_file(), "it goes nowhere through a link");
    }
}
