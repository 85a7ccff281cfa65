//! Files that are written whole before any of them gets its name.

use std::fs;
use std::io::{self, Write};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread::scope;

use anyhow::Context;
use tempfile::TempPath;

use crate::exit::Failure;
use crate::hashed_file::write_hashed;
use crate::location::{self, folder_of, name_of};
use crate::lock::Lock;
use crate::output::{self, SINGLE_PREFIX, TEMPORARY_PREFIX};
use crate::ownership::{Kind, check_place};
use crate::replace::{Change, RealDisk, StagedFile, replace_together};
use crate::time_limit::TimeLimit;

/// Writes one file that no other goes with, such as evidence, under a temporary name first, so that no reader ever sees half of
/// one. One run at a time does so; what a killed one has left goes.
pub(crate) fn write_file(
    path: &Path,
    kind: Kind,
    overwrite: bool,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<PathBuf, Failure> {
    let _lock = Lock::take_file(path)?;
    check_place(path, kind, overwrite)?;
    let name = name_of(path);
    let mut staged = Staged::new(folder_of(path))?;
    staged.prefix = SINGLE_PREFIX;
    staged.is_private = kind == Kind::RedactionMap;
    staged.file(&name, write)?;
    staged.commit()?;
    Ok(path.to_owned())
}

/// Files that are written whole under temporary names first and get their own names together, at the end: a disk that is full
/// or a run that is stopped leaves what was there before.
pub(crate) struct Staged {
    folder: PathBuf,
    /// Where the files will be, for messages.
    shown: PathBuf,
    files: Vec<Finished>,
    prefix: &'static str,
    limit: TimeLimit,
    /// Whether nobody else may read the files.
    is_private: bool,
}

/// What is said where the time is over.
pub(crate) const NOT_WRITTEN: &str = "the files were not written";

/// A temporary file, which goes away when it is dropped.
struct Finished {
    temporary: TempPath,
    sha256: String,
    /// What it will be called.
    name: String,
}

impl Staged {
    /// Makes the folder if need be.
    pub(crate) fn new(path: &Path) -> Result<Self, Failure> {
        output::make_folder(path)?;
        Ok(Self::inside(path, path))
    }

    /// The same for a folder that will get another path as a whole. It must not be there yet: one that was planted could lead
    /// elsewhere.
    pub(crate) fn for_later(path: &Path, shown: &Path) -> Result<Self, Failure> {
        fs::create_dir(path)
            .with_context(|| format!("cannot make the folder `{}`", location::shown(path)))
            .map_err(Failure::usage)?;
        Ok(Self::inside(path, shown))
    }

    fn inside(folder: &Path, shown: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            shown: shown.to_owned(),
            files: Vec::new(),
            prefix: TEMPORARY_PREFIX,
            limit: TimeLimit::from_now(None),
            is_private: false,
        }
    }

    /// Gives up what is not written when the time is over. That files get their names is not stopped.
    pub(crate) fn within(self, limit: TimeLimit) -> Self {
        Self { limit, ..self }
    }

    /// Writes a file, yet without its name.
    pub(crate) fn file(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let finished = self.finished(name, write)?;
        self.files.push(finished);
        Ok(())
    }

    /// Writes several files side by side: all or none. Each has a thread of its own, since most wait for the disk in the end, and a
    /// place in the pool that waits is a core that does nothing. Of those that cannot be written the first is told.
    pub(crate) fn files<T: Sync>(
        &mut self,
        files: &[T],
        name: impl Fn(&T) -> &str + Sync,
        write: impl Fn(&T, &mut dyn Write) -> io::Result<()> + Sync,
    ) -> Result<(), Failure> {
        let finish = &|file| self.finished(name(file), |sink| write(file, sink));
        let finished: Vec<Result<Finished, Failure>> = scope(|scope| {
            let start = |file| scope.spawn(move || finish(file));
            let threads: Vec<_> = files.iter().map(start).collect();
            threads.into_iter().map(|one| one.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
        });
        self.files.extend(finished.into_iter().collect::<Result<Vec<_>, _>>()?);
        Ok(())
    }

    fn finished(
        &self,
        name: &str,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<Finished, Failure> {
        let written = write_temporary(&self.folder, self.prefix, self.is_private, name, |sink| {
            write(&mut self.limit.sink(sink))
        });
        if let Some(late) = self.limit.lateness(NOT_WRITTEN) {
            return Err(late);
        }
        written
            .map(|(temporary, sha256)| Finished { temporary, sha256, name: name.to_owned() })
            .with_context(|| format!("cannot write `{}`", location::shown(&self.shown.join(name))))
            .map_err(Failure::usage)
    }

    /// Where a file is until it has its name.
    pub(crate) fn path_of(&self, name: &str) -> Option<&Path> {
        self.files.iter().find(|file| file.name == name).map(|file| file.temporary.as_ref())
    }

    /// Gives all files their names, or none, and returns their paths.
    pub(crate) fn commit(self) -> Result<Vec<PathBuf>, Failure> {
        let target = |file: &Finished| self.folder.join(&file.name);
        let written: Vec<PathBuf> = self.files.iter().map(target).collect();
        let change = |file: &Finished| {
            let staged = StagedFile { path: file.temporary.to_path_buf(), sha256: file.sha256.clone() };
            Change { staged: Some(staged), target: target(file) }
        };
        let changes: Vec<Change> = self.files.iter().map(change).collect();
        replace_together(&RealDisk, &changes).map_err(Failure::usage)?;
        Ok(written)
    }
}

/// Writes a file under a name that cannot be foreseen and that was free, and tells its hash: in a folder that others may write to,
/// a link planted there would lead elsewhere. It is closed then, since Windows renames no open file and a batch has many.
fn write_temporary(
    folder: &Path,
    prefix: &str,
    is_private: bool,
    name: &str,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<(TempPath, String)> {
    let suffix = format!("-{name}");
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix).suffix(&suffix);
    if !is_private {
        readable_by_others(&mut builder);
    }
    let file = builder.tempfile_in(folder)?;
    let sha256 = write_hashed(file.as_file(), write)?;
    Ok((file.into_temp_path(), sha256))
}

/// Reports are read by others than who made them: the permissions are those of any new file, which the umask narrows, and not
/// the owner's alone as usual for temporary files.
#[cfg(unix)]
fn readable_by_others(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    const NEW_FILE_MODE: u32 = 0o666;
    builder.permissions(fs::Permissions::from_mode(NEW_FILE_MODE));
}

/// On Windows a file has the permissions of its folder, and keeps them when it is renamed.
#[cfg(not(unix))]
fn readable_by_others(_: &mut tempfile::Builder<'_, '_>) {}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;

    fn names_in(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn files_get_their_names_together_and_replace_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("report.html"), "old").unwrap();
        let mut staged = Staged::new(folder.path()).unwrap();
        staged.file("report.html", |sink| sink.write_all(b"new")).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("report.html")).unwrap(), "old");
        assert_eq!(
            names_in(folder.path()).iter().filter(|name| name.starts_with(TEMPORARY_PREFIX)).count(),
            1
        );
        assert_eq!(staged.commit().unwrap(), [folder.path().join("report.html")]);
        assert_eq!(names_in(folder.path()), ["report.html"]);
        assert_eq!(fs::read_to_string(folder.path().join("report.html")).unwrap(), "new");
    }

    #[test]
    fn what_is_not_finished_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let mut staged = Staged::new(folder.path()).unwrap();
        staged.file("a", |sink| sink.write_all(b"a")).unwrap();
        let full = staged.file("b", |_| Err(ErrorKind::StorageFull.into())).unwrap_err();
        assert!(format!("{:#}", full.error).starts_with("cannot write `"), "{:#}", full.error);
        drop(staged);
        assert_eq!(names_in(folder.path()), [""; 0]);
    }

    #[test]
    fn what_takes_too_long_leaves_nothing_behind_and_does_not_stop_what_comes_after() {
        let folder = tempfile::tempdir().unwrap();
        let mut staged = Staged::new(folder.path()).unwrap();
        staged = staged.within(TimeLimit::from_now(Some(std::time::Duration::ZERO)));
        let late = staged.files(&["a", "b"], |name| name, |_, sink| sink.write_all(b"late")).unwrap_err();
        assert_eq!(late.code, crate::exit::NO_INPUT);
        assert_eq!(late.error.to_string(), "the files were not written within the time limit of 0 seconds");
        assert_eq!(names_in(folder.path()), [""; 0]);
        let mut staged = staged.within(TimeLimit::from_now(None));
        staged.file("why.txt", |sink| sink.write_all(b"it took too long")).unwrap();
        assert_eq!(staged.commit().unwrap(), [folder.path().join("why.txt")]);
    }

    #[test]
    fn what_a_killed_run_leaves_behind_is_known_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let mut staged = Staged::new(folder.path()).unwrap();
        staged.file("report.html", |sink| sink.write_all(b"half")).unwrap();
        // A killed process drops nothing.
        std::mem::forget(staged);
        assert_eq!(names_in(folder.path()).len(), 1);
        crate::swap::clear_leftovers(folder.path(), &|_| false).unwrap();
        assert_eq!(names_in(folder.path()), [""; 0]);
    }

    #[cfg(unix)]
    #[test]
    fn a_report_has_the_permissions_of_any_new_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        let path = folder.path().join("report.html");
        let path = write_file(&path, Kind::ByName, true, |sink| sink.write_all(b"new")).unwrap();
        let usual = folder.path().join("usual");
        fs::write(&usual, "usual").unwrap();
        assert_eq!(mode(&path), mode(&usual));
    }

    #[cfg(unix)]
    #[test]
    fn links_that_were_planted_are_replaced_and_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let foreign = folder.path().join("foreign");
        fs::write(&foreign, "foreign").unwrap();
        for name in
            ["report.html".to_owned(), format!("{TEMPORARY_PREFIX}{}-report.html", std::process::id())]
        {
            std::os::unix::fs::symlink(&foreign, folder.path().join(name)).unwrap();
        }
        let path = folder.path().join("report.html");
        let path = write_file(&path, Kind::ByName, true, |sink| sink.write_all(b"new")).unwrap();
        assert_eq!(fs::read_to_string(&foreign).unwrap(), "foreign");
        assert!(fs::symlink_metadata(&path).unwrap().is_file());
    }
}
