//! One run at a time on one output folder.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use lyncert_rules::timestamp::timestamp;

use crate::exit::Failure;
use crate::files::is_report_file;
use crate::log::{Event, Level};
use crate::{clock, output, swap};

/// The lock file. The operating system frees it when its process ends, however it ends.
const LOCK_FILE: &str = ".lyncert.lock";
/// Who holds it; a file of its own, since Windows does not let others read a locked one.
const HOLDER_FILE: &str = ".lyncert.lock.txt";

/// A lock on a folder, until it is dropped.
pub(crate) struct Lock {
    folder: PathBuf,
    file: Option<File>,
}

impl Lock {
    /// Takes the lock of a folder, which is made if need be, and clears what a run that was stopped has left there.
    pub(crate) fn take(folder: &Path) -> Result<Self, Failure> {
        output::make_folder(folder)?;
        let path = folder.join(LOCK_FILE);
        loop {
            let file = OpenOptions::new().create(true).write(true).truncate(false).open(&path);
            let file =
                file.with_context(|| format!("cannot write `{}`", path.display())).map_err(Failure::usage)?;
            match file.try_lock() {
                // The process that held it before may have taken the file away after we opened it.
                Ok(()) if !is_still(&file, &path) => {}
                Ok(()) => {
                    write_holder(&folder.join(HOLDER_FILE));
                    let lock = Self { folder: folder.to_owned(), file: Some(file) };
                    swap::clear_leftovers(folder, &is_report_file)
                        .with_context(|| format!("cannot clear `{}`", folder.display()))
                        .map_err(Failure::usage)?;
                    return Ok(lock);
                }
                Err(TryLockError::WouldBlock) => return Err(already_locked(folder)),
                Err(TryLockError::Error(error)) if is_without_locks(&error) => {
                    let message = format!(
                        "`{}` is on a file system without locks; runs at the same time are not kept apart",
                        folder.display()
                    );
                    Event::new(Level::Warning, "no-locks", &message).say();
                    return Ok(Self { folder: folder.to_owned(), file: Some(file) });
                }
                Err(TryLockError::Error(error)) => {
                    let context = format!("cannot lock `{}`", path.display());
                    return Err(Failure::usage(anyhow::Error::new(error).context(context)));
                }
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // While it is still ours; there is no other place to say so when this fails. A run that failed leaves nothing behind either.
        let _ = swap::clear_leftovers(&self.folder, &is_report_file);
        let _ = fs::remove_file(self.folder.join(HOLDER_FILE));
        let _ = fs::remove_file(self.folder.join(LOCK_FILE));
        drop(self.file.take());
    }
}

/// Some network file systems know no locks, and a report on them is better than none.
fn is_without_locks(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Unsupported || is_no_lock_error(error)
}

#[cfg(target_os = "linux")]
fn is_no_lock_error(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::NOLCK.raw_os_error())
}

#[cfg(not(target_os = "linux"))]
fn is_no_lock_error(_: &io::Error) -> bool {
    false
}

/// Who is at work, as text for the next one.
fn write_holder(path: &Path) {
    let text = format!("process {} since {}\n", std::process::id(), timestamp(clock::now()));
    // The lock holds without it.
    let _: io::Result<()> = File::create(path).and_then(|mut file| file.write_all(text.as_bytes()));
}

fn already_locked(folder: &Path) -> Failure {
    let holder = fs::read_to_string(folder.join(HOLDER_FILE)).unwrap_or_default();
    let holder = if holder.trim().is_empty() { "somebody" } else { holder.trim() };
    Failure::locked(anyhow!("another run is at work on `{}`: {holder} holds its lock", folder.display()))
}

/// Whether a path still leads to an open file.
#[cfg(unix)]
fn is_still(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(own), Ok(there)) = (file.metadata(), fs::metadata(path)) else { return false };
    (own.dev(), own.ino()) == (there.dev(), there.ino())
}

/// Whether a path still leads to an open file.
#[cfg(not(unix))]
fn is_still(_: &File, path: &Path) -> bool {
    path.exists()
}
