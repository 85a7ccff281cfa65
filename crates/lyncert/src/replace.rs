//! Files that change together or not at all.

pub(crate) mod journal;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::location::{name_of, shown};
use crate::output::TEMPORARY_PREFIX;

/// What a file or folder is called while it is replaced where that takes two steps.
pub(crate) const OLD_PREFIX: &str = ".lyncert-tmp-old-";
/// How often something that is held open is tried again, and after which pause: a virus scanner is done by then, and a person
/// who has a table open is not.
const ATTEMPTS: usize = 12;
const PAUSE: Duration = Duration::from_millis(250);

/// A finished file that is to take a place.
#[derive(Debug)]
pub(crate) struct StagedFile {
    /// Where it is until then.
    pub(crate) path: PathBuf,
    /// SHA-256 of what is in it, in upper-case hexadecimal.
    pub(crate) sha256: String,
}

/// One file that changes.
#[derive(Debug)]
pub(crate) struct Change {
    /// The finished file that takes the place; `None`: what is there goes.
    pub(crate) staged: Option<StagedFile>,
    /// The place.
    pub(crate) target: PathBuf,
}

/// Why nothing was changed.
#[derive(Debug)]
pub(crate) struct Refused {
    /// What could not be replaced.
    pub(crate) target: PathBuf,
    /// Why.
    pub(crate) error: io::Error,
    /// Whether another program holds it.
    pub(crate) is_held: bool,
}

impl From<Refused> for anyhow::Error {
    fn from(Refused { target, error, is_held }: Refused) -> Self {
        let shown = shown(&target);
        let context = if is_held {
            format!("`{shown}` is open in another program; close it there and run again")
        } else {
            format!("cannot write `{shown}`")
        };
        Self::new(error).context(context)
    }
}

/// What the file system does, so that tests can let it fail.
pub(crate) trait Disk {
    /// Two files or folders get each other's names in one step; where that cannot be done it is an error.
    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()>;
    /// A file or folder gets another name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Whether an error means that another program holds the file, which may end soon.
    fn is_held(&self, error: &io::Error) -> bool;
    /// Waits before another attempt.
    fn pause(&self);
}

/// The file system of the machine.
pub(crate) struct RealDisk;

impl Disk for RealDisk {
    #[cfg(target_os = "linux")]
    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).map_err(Into::into)
    }

    #[cfg(not(target_os = "linux"))]
    fn exchange(&self, _: &Path, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn is_held(&self, error: &io::Error) -> bool {
        /// Access denied, which is also said of a file that is being deleted; a sharing violation; a locked part.
        const HELD_ON_WINDOWS: [i32; 3] = [5, 32, 33];
        cfg!(windows) && error.raw_os_error().is_some_and(|code| HELD_ON_WINDOWS.contains(&code))
    }

    fn pause(&self) {
        std::thread::sleep(PAUSE);
    }
}

/// What is done, and how it is undone.
enum Done<'a> {
    /// The old file has the name of the staged one.
    Exchanged(&'a Path, &'a Path),
    /// The old file has a name for now, and the new one, if any, its place.
    Moved { old: PathBuf, staged: Option<&'a Path>, target: &'a Path },
    /// Nothing was there before.
    Added(&'a Path, &'a Path),
}

/// Makes all changes of files within one folder, or none of them. Where the system exchanges files in one step, every file is
/// there at any moment; a run that is killed in the middle is finished by the next one.
pub(crate) fn replace_together(disk: &dyn Disk, changes: &[Change]) -> Result<(), Refused> {
    let folder = changes.first().and_then(|change| change.target.parent()).filter(|_| changes.len() > 1);
    if let Some(folder) = folder {
        journal::write(folder, changes).map_err(|error| {
            journal::remove(folder);
            Refused { target: folder.to_owned(), is_held: disk.is_held(&error), error }
        })?;
    }
    let outcome = replace_all(disk, changes);
    if let Some(folder) = folder {
        journal::remove(folder);
    }
    outcome
}

fn replace_all(disk: &dyn Disk, changes: &[Change]) -> Result<(), Refused> {
    let mut done = Vec::new();
    for change in changes {
        match patiently(disk, || replace(disk, change)) {
            Ok(step) => done.extend(step),
            Err(error) => {
                let is_held = disk.is_held(&error);
                for step in done.iter().rev() {
                    // What cannot go back stays beside under its temporary name.
                    let _ = patiently(disk, || undo(disk, step));
                }
                return Err(Refused { target: change.target.clone(), error, is_held });
            }
        }
    }
    done.iter().for_each(remove_old);
    Ok(())
}

/// Removes what was replaced; a leftover is cleared by the next run.
fn remove_old(step: &Done<'_>) {
    let old = match step {
        Done::Exchanged(staged, _) => staged,
        Done::Moved { old, .. } => old.as_path(),
        Done::Added(..) => return,
    };
    let _ = fs::remove_file(old);
}

/// Tries again for a few seconds what another program prevents.
pub(crate) fn patiently<T>(disk: &dyn Disk, mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    for _ in 1..ATTEMPTS {
        match attempt() {
            Err(error) if disk.is_held(&error) => disk.pause(),
            outcome => return outcome,
        }
    }
    attempt()
}

/// Makes one change; nothing is to do where nothing is there to go.
fn replace<'a>(disk: &dyn Disk, change: &'a Change) -> io::Result<Option<Done<'a>>> {
    let Change { staged, target } = change;
    let is_there = fs::symlink_metadata(target).is_ok();
    match staged.as_ref().map(|staged| staged.path.as_path()) {
        None if !is_there => Ok(None),
        Some(staged) if !is_there => {
            disk.rename(staged, target)?;
            Ok(Some(Done::Added(staged, target)))
        }
        Some(staged) if disk.exchange(staged, target).is_ok() => Ok(Some(Done::Exchanged(staged, target))),
        staged => {
            let old = old_name(target);
            disk.rename(target, &old)?;
            if let Some(staged) = staged
                && let Err(error) = disk.rename(staged, target)
            {
                disk.rename(&old, target)?;
                return Err(error);
            }
            Ok(Some(Done::Moved { old, staged, target }))
        }
    }
}

fn undo(disk: &dyn Disk, step: &Done<'_>) -> io::Result<()> {
    match step {
        Done::Exchanged(staged, target) => disk.exchange(staged, target),
        Done::Added(staged, target) => disk.rename(target, staged),
        Done::Moved { old, staged, target } => {
            if let Some(staged) = staged
                && fs::symlink_metadata(target).is_ok()
            {
                disk.rename(target, staged)?;
            }
            disk.rename(old, target)
        }
    }
}

/// What something is called between the two steps.
fn old_name(target: &Path) -> PathBuf {
    let name = name_of(target);
    target.with_file_name(format!("{OLD_PREFIX}{name}"))
}

/// Whether a name is one that is used for a while only.
pub(crate) fn is_temporary(name: &str) -> bool {
    name.starts_with(TEMPORARY_PREFIX)
}

#[cfg(test)]
pub(crate) mod testing {
    use std::cell::Cell;

    use super::*;

    /// A file system on which one file is held open by another program, for a number of attempts.
    pub(crate) struct HeldFile {
        pub(crate) name: &'static str,
        pub(crate) attempts: Cell<usize>,
        /// Whether two names are exchanged in one step.
        pub(crate) exchanges: bool,
    }

    impl HeldFile {
        fn check(&self, paths: [&Path; 2]) -> io::Result<()> {
            let is_it = |path: &&Path| path.file_name().is_some_and(|name| name == self.name);
            if self.attempts.get() > 0 && paths.iter().any(is_it) {
                return Err(io::ErrorKind::PermissionDenied.into());
            }
            Ok(())
        }
    }

    impl Disk for HeldFile {
        fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
            if !self.exchanges {
                return Err(io::ErrorKind::Unsupported.into());
            }
            self.check([one, other])?;
            RealDisk.exchange(one, other)
        }

        fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
            self.check([from, to])?;
            RealDisk.rename(from, to)
        }

        fn is_held(&self, error: &io::Error) -> bool {
            error.kind() == io::ErrorKind::PermissionDenied
        }

        fn pause(&self) {
            self.attempts.set(self.attempts.get().saturating_sub(1));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use lyncert_report::view::sha256_of;

    use super::testing::HeldFile;
    use super::*;

    const NAMES: [&str; 3] = ["a.html", "b.csv", "c.json"];

    /// A folder of old files with new ones beside them; the last one is new altogether.
    fn old_and_new() -> (tempfile::TempDir, Vec<Change>) {
        let folder = tempfile::tempdir().unwrap();
        let mut changes = Vec::new();
        for name in NAMES.into_iter().chain(["d.prom"]) {
            let target = folder.path().join(name);
            if name != "d.prom" {
                fs::write(&target, "old").unwrap();
            }
            let staged = folder.path().join(format!("{TEMPORARY_PREFIX}1-{name}"));
            fs::write(&staged, "new").unwrap();
            let sha256 = sha256_of(b"new");
            changes.push(Change { staged: Some(StagedFile { path: staged, sha256 }), target });
        }
        let gone = folder.path().join("gone.json");
        fs::write(&gone, "old").unwrap();
        changes.push(Change { staged: None, target: gone });
        (folder, changes)
    }

    fn texts(folder: &Path) -> Vec<(String, String)> {
        let mut texts: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .flatten()
            .map(|entry| {
                (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap())
            })
            .filter(|(name, _)| !(is_temporary(name) && name.contains("-1-")))
            .collect();
        texts.sort();
        texts
    }

    #[test]
    fn all_files_change_together() {
        for exchanges in [true, false] {
            let (folder, changes) = old_and_new();
            let disk = HeldFile { name: "", attempts: Cell::new(0), exchanges };
            replace_together(&disk, &changes).unwrap();
            let expected =
                NAMES.into_iter().chain(["d.prom"]).map(|name| (name.to_owned(), "new".to_owned()));
            assert_eq!(texts(folder.path()), expected.collect::<Vec<_>>());
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4, "nothing is left over");
        }
    }

    #[test]
    fn where_one_file_is_held_open_none_changes() {
        for exchanges in [true, false] {
            for held in ["a.html", "b.csv", "c.json", "gone.json"] {
                let (folder, changes) = old_and_new();
                let before = texts(folder.path());
                let disk = HeldFile { name: held, attempts: Cell::new(usize::MAX), exchanges };
                let refused = replace_together(&disk, &changes).unwrap_err();
                assert_eq!(refused.target, folder.path().join(held));
                assert_eq!(texts(folder.path()), before, "{held}");
                let message = format!("{:#}", anyhow::Error::from(refused));
                assert!(message.contains("is open in another program; close it there"), "{message}");
            }
        }
    }

    #[test]
    fn a_file_that_is_held_for_a_moment_is_waited_for() {
        let (folder, changes) = old_and_new();
        let disk = HeldFile { name: "b.csv", attempts: Cell::new(3), exchanges: false };
        replace_together(&disk, &changes).unwrap();
        assert!(texts(folder.path()).iter().all(|(_, text)| text == "new"));
    }
}
