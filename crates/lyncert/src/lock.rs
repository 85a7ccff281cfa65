//! One run at a time on one output folder, or on one file.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use lyncert_rules::timestamp::timestamp;

use crate::exit::Failure;
use crate::location::{folder_of, name_of, no_follow};
use crate::log::{Event, Level};
use crate::output::SINGLE_PREFIX;
use crate::ownership::is_report;
use crate::{clock, output, swap};

/// The lock file. The operating system frees it when its process ends, however it ends.
const LOCK_FILE: &str = ".lyncert.lock";
/// Who holds it; a file of its own, since Windows does not let others read a locked one.
const HOLDER_FILE: &str = ".lyncert.lock.txt";
/// What the names of all that lyncert keeps for itself start with.
pub(crate) const OWN_PREFIX: &str = ".lyncert";

/// A lock on a folder or a file, until it is dropped.
pub(crate) struct Lock {
    place: Place,
    file: Option<File>,
    /// Whether this run wrote who holds it.
    has_holder: bool,
}

/// What is locked.
#[derive(Clone)]
struct Place {
    /// The folder or file, for messages.
    shown: PathBuf,
    /// The folder that the lock file is in.
    folder: PathBuf,
    lock_file: PathBuf,
    holder_file: PathBuf,
    /// The name of the file that is locked; `None` for the whole folder.
    file: Option<String>,
}

impl Place {
    fn of_folder(folder: &Path) -> Self {
        Self {
            shown: folder.to_owned(),
            folder: folder.to_owned(),
            lock_file: folder.join(LOCK_FILE),
            holder_file: folder.join(HOLDER_FILE),
            file: None,
        }
    }

    fn of_file(path: &Path) -> Self {
        let folder = folder_of(path).to_owned();
        let name = name_of(path);
        Self {
            shown: path.to_owned(),
            lock_file: folder.join(format!("{LOCK_FILE}-{name}")),
            holder_file: folder.join(format!("{LOCK_FILE}-{name}.txt")),
            folder,
            file: Some(name),
        }
    }

    /// Clears what runs that were stopped have left. Only while the lock is held.
    fn clear(&self) -> io::Result<()> {
        let Some(name) = &self.file else {
            swap::clear_leftovers(&self.folder, &is_report)?;
            return Ok(());
        };
        let ending = format!("-{name}");
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let found = entry.file_name().to_string_lossy().into_owned();
            if found.starts_with(SINGLE_PREFIX) && found.ends_with(&ending) && entry.file_type()?.is_file() {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

/// A file and what lyncert keeps beside it while it writes it.
pub(crate) fn files_beside(path: &Path) -> [PathBuf; 3] {
    let Place { lock_file, holder_file, .. } = Place::of_file(path);
    [path.to_owned(), lock_file, holder_file]
}

impl Lock {
    /// Takes the lock of a folder, which is made if need be, and clears what a run that was stopped has left there.
    pub(crate) fn take(folder: &Path) -> Result<Self, Failure> {
        Self::take_place(Place::of_folder(folder))
    }

    /// Takes the lock of one file, and clears what a run that was stopped while it wrote it has left beside.
    pub(crate) fn take_file(path: &Path) -> Result<Self, Failure> {
        Self::take_place(Place::of_file(path))
    }

    fn take_place(place: Place) -> Result<Self, Failure> {
        output::make_folder(&place.folder)?;
        let path = place.lock_file.clone();
        loop {
            let file = open_lock(&path)?;
            match file.try_lock() {
                // The process that held it before may have taken the file away after we opened it.
                Ok(()) if !is_still(&file, &path) => {}
                Ok(()) => {
                    let has_holder = write_holder(&place.holder_file).is_ok();
                    let lock = Self { place, file: Some(file), has_holder };
                    if let Err(error) = lock.place.clear() {
                        tell_not_cleared(&lock.place.folder, &error);
                    }
                    return Ok(lock);
                }
                Err(TryLockError::WouldBlock) => return Err(already_locked(&place)),
                Err(TryLockError::Error(error)) if is_without_locks(&error) => {
                    let message = format!(
                        "`{}` is on a file system without locks; runs at the same time are not kept apart",
                        place.folder.display()
                    );
                    Event::new(Level::Warning, "no-locks", &message).say();
                    return Ok(Self { place, file: Some(file), has_holder: false });
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
        let _ = self.place.clear();
        if self.has_holder {
            let _ = fs::remove_file(&self.place.holder_file);
        }
        let _ = fs::remove_file(&self.place.lock_file);
        drop(self.file.take());
    }
}

/// Opens the lock file, which is made if need be. A link would lead to somebody's file, and a pipe would make the run wait for
/// ever: both are refused.
fn open_lock(path: &Path) -> Result<File, Failure> {
    let shown = path.display();
    let foreign =
        || Failure::usage(anyhow!("`{shown}` stands where the lock of lyncert is and is no file; remove it"));
    let is_foreign = |metadata: fs::Metadata| !metadata.is_file();
    if fs::symlink_metadata(path).is_ok_and(is_foreign) {
        return Err(foreign());
    }
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(false);
    no_follow(&mut options);
    let file = options.open(path);
    let file = file.with_context(|| format!("cannot write `{shown}`")).map_err(Failure::usage)?;
    // What was there a moment ago may have been replaced.
    match file.metadata() {
        Ok(metadata) if metadata.is_file() => Ok(file),
        Ok(_) | Err(_) => Err(foreign()),
    }
}

/// What a stopped run has left and cannot be removed is in nobody's way: names are never used twice.
pub(crate) fn tell_not_cleared(folder: &Path, error: &io::Error) {
    let message = format!("cannot clear what an earlier run has left in `{}`: {error}", folder.display());
    Event::new(Level::Warning, "not-cleared", &message).say();
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

/// Who is at work, as text for the next one. The lock holds without it, so what is no file of ours stays. The file is made anew:
/// nobody planted it since.
fn write_holder(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file()) {
        fs::remove_file(path)?;
    }
    let text = format!("process {} since {}\n", std::process::id(), timestamp(clock::now()));
    File::create_new(path)?.write_all(text.as_bytes())
}

fn already_locked(place: &Place) -> Failure {
    let holder = read_holder(&place.holder_file).unwrap_or_default();
    let holder = if holder.trim().is_empty() { "somebody" } else { holder.trim() };
    Failure::locked(anyhow!("another run is at work on `{}`: {holder} holds its lock", place.shown.display()))
}

/// What the holder wrote, if it is a file and short.
fn read_holder(path: &Path) -> Option<String> {
    const MAX_BYTES: u64 = 200;
    let metadata = fs::symlink_metadata(path).ok()?;
    if !metadata.is_file() || metadata.len() > MAX_BYTES {
        return None;
    }
    fs::read_to_string(path).ok()
}

/// Whether a path still leads to an open file.
#[cfg(unix)]
fn is_still(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(own), Ok(there)) = (file.metadata(), fs::symlink_metadata(path)) else { return false };
    (own.dev(), own.ino()) == (there.dev(), there.ino())
}

/// Whether a path still leads to an open file.
#[cfg(not(unix))]
fn is_still(_: &File, path: &Path) -> bool {
    path.exists()
}
