//! Writing to the terminal and to files.

use std::fs;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

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
pub(crate) fn folder(path: &Path) -> Result<(), Failure> {
    fs::create_dir_all(path)
        .with_context(|| format!("cannot make the folder `{}`", path.display()))
        .map_err(Failure::usage)
}

/// Writes one file under a temporary name beside it and renames it, so that nobody ever sees half of one.
pub(crate) fn file(
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
    /// Temporary path and name.
    files: Vec<(PathBuf, String)>,
}

/// What temporary files and folders start with.
pub(crate) const TEMPORARY: &str = ".lyncert-tmp-";

impl Staged {
    /// Makes the folder if need be.
    pub(crate) fn new(path: &Path) -> Result<Self, Failure> {
        Self::for_later(path, path)
    }

    /// The same for a folder that will get another path as a whole.
    pub(crate) fn for_later(path: &Path, shown: &Path) -> Result<Self, Failure> {
        folder(path)?;
        Ok(Self { folder: path.to_owned(), shown: shown.to_owned(), files: Vec::new() })
    }

    /// Writes a file, yet without its name.
    pub(crate) fn file(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let temporary = self.folder.join(format!("{TEMPORARY}{}-{name}", std::process::id()));
        self.files.push((temporary.clone(), name.to_owned()));
        let written = fs::File::create(&temporary).and_then(|file| {
            let mut sink = BufWriter::new(file);
            write(&mut sink)?;
            sink.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
        });
        written
            .with_context(|| format!("cannot write `{}`", self.shown.join(name).display()))
            .map_err(Failure::usage)
    }

    /// Gives all files their names, and tells their paths.
    pub(crate) fn commit(mut self) -> Result<Vec<PathBuf>, Failure> {
        let mut written = Vec::new();
        for (temporary, name) in std::mem::take(&mut self.files) {
            let path = self.folder.join(name);
            fs::rename(&temporary, &path)
                .with_context(|| format!("cannot write `{}`", path.display()))
                .map_err(Failure::usage)?;
            written.push(path);
        }
        Ok(written)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        for (temporary, _) in &self.files {
            // The error that matters was the first one.
            let _ = fs::remove_file(temporary);
        }
    }
}
