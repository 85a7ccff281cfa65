//! Writing to the terminal and to files.

use std::fs;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use tempfile::TempPath;

use crate::exit::Failure;

/// Writes data to standard output. A reader that has gone away is no error.
pub(crate) fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut stdout = BufWriter::new(io::stdout().lock());
    match write(&mut stdout).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result.context("cannot write to standard output").map_err(Failure::output),
    }
}

/// Makes the folder for report files.
pub(crate) fn make_folder(path: &Path) -> Result<(), Failure> {
    fs::create_dir_all(path)
        .with_context(|| format!("cannot make the folder `{}`", path.display()))
        .map_err(Failure::usage)
}

/// Writes one file under a temporary name beside it and renames it, so that no reader ever sees half of one.
pub(crate) fn write_file(
    folder: &Path,
    name: &str,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<PathBuf, Failure> {
    let mut staged = Staged::new(folder)?;
    staged.file(name, write)?;
    staged.commit()?;
    Ok(folder.join(name))
}

/// Files that are written whole under temporary names first and get their own names together, at the end: a disk that is full
/// or a run that is stopped leaves what was there before.
pub(crate) struct Staged {
    folder: PathBuf,
    /// Where the files will be, for messages.
    shown: PathBuf,
    /// Temporary files, which go away when they are dropped, and the names that they will get.
    files: Vec<(TempPath, String)>,
}

/// What temporary files and folders start with, whatever follows: the next run knows the leftovers of a killed one by it.
pub(crate) const TEMPORARY_PREFIX: &str = ".lyncert-tmp-";

impl Staged {
    /// Makes the folder if need be.
    pub(crate) fn new(path: &Path) -> Result<Self, Failure> {
        Self::for_later(path, path)
    }

    /// The same for a folder that will get another path as a whole.
    pub(crate) fn for_later(path: &Path, shown: &Path) -> Result<Self, Failure> {
        make_folder(path)?;
        Ok(Self { folder: path.to_owned(), shown: shown.to_owned(), files: Vec::new() })
    }

    /// Writes a file, yet without its name.
    pub(crate) fn file(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let temporary = write_temporary(&self.folder, name, write)
            .with_context(|| format!("cannot write `{}`", self.shown.join(name).display()))
            .map_err(Failure::usage)?;
        self.files.push((temporary, name.to_owned()));
        Ok(())
    }

    /// Gives all files their names, and returns their paths.
    pub(crate) fn commit(self) -> Result<Vec<PathBuf>, Failure> {
        let mut written = Vec::new();
        for (temporary, name) in self.files {
            let path = self.folder.join(name);
            temporary
                .persist(&path)
                .map_err(|failed| failed.error)
                .with_context(|| format!("cannot write `{}`", path.display()))
                .map_err(Failure::usage)?;
            written.push(path);
        }
        Ok(written)
    }
}

/// Writes a file under a name that cannot be foreseen and that was free: in a folder that others may write to, a link planted
/// there would lead elsewhere. It is closed then, since Windows renames no open file and a batch has many.
fn write_temporary(
    folder: &Path,
    name: &str,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<TempPath> {
    let (prefix, suffix) = (TEMPORARY_PREFIX, format!("-{name}"));
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix).suffix(&suffix);
    readable_by_others(&mut builder);
    let mut sink = BufWriter::new(builder.tempfile_in(folder)?);
    write(&mut sink)?;
    let file = sink.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    Ok(file.into_temp_path())
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
        let path = write_file(folder.path(), "report.html", |sink| sink.write_all(b"new")).unwrap();
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
        let path = write_file(folder.path(), "report.html", |sink| sink.write_all(b"new")).unwrap();
        assert_eq!(fs::read_to_string(&foreign).unwrap(), "foreign");
        assert!(fs::symlink_metadata(&path).unwrap().is_file());
    }
}
