//! Judging estates side by side, each for itself.

use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::anyhow;
use lyncert_report::{Report, ScanOptions};
use time::OffsetDateTime;

use super::discover::FolderFiles;
use super::{Entry, Origin};
use crate::estate::{Estate, no_certificate};
use crate::exit::Failure;
use crate::read::{PolicyFile, PolicyInput, file_name, parse_topology, read_topology};

/// What came of one estate.
pub(crate) struct Done {
    /// Its place among the entries.
    pub(crate) index: usize,
    /// Its report, or why there is none.
    pub(crate) outcome: Result<Report, Failure>,
}

/// How a batch is judged.
pub(crate) struct Conditions {
    /// The policy below those of the estates.
    pub(crate) base: Option<PolicyFile>,
    /// Whether policy files of estates are left aside.
    pub(crate) no_policy: bool,
    /// How folders are scanned.
    pub(crate) options: ScanOptions,
    /// The time to judge by.
    pub(crate) at: OffsetDateTime,
    /// How long one estate may take.
    pub(crate) time_limit: Option<Duration>,
    /// How many estates are judged at a time.
    pub(crate) jobs: usize,
}

/// Documents nest; a thread of its own has less room by default than the first one.
const STACK: usize = 16 * 1024 * 1024;

/// Judges all estates, and gives each to `finish` as soon as it is done, on the thread that waited for it, until `finish` says not to
/// go on. What goes wrong in one estate, even a defect of the program, is its outcome and touches no other.
pub(crate) fn judge_all(
    entries: Vec<Entry>,
    conditions: Conditions,
    finish: &(dyn Fn(&Entry, Done) -> bool + Sync),
) {
    let entries: Arc<Vec<Entry>> = Arc::new(entries);
    let conditions = Arc::new(conditions);
    let (next, has_ended) = (AtomicUsize::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        for _ in 0..conditions.jobs.min(entries.len()).max(1) {
            scope.spawn(|| {
                while !has_ended.load(Ordering::Relaxed) {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(entry) = entries.get(index) else { return };
                    let outcome = judge_in_time(&entries, index, &conditions);
                    if !finish(entry, Done { index, outcome }) {
                        has_ended.store(true, Ordering::Relaxed);
                    }
                }
            });
        }
    });
}

/// Judges an estate on a thread that can be left behind when the time is over.
fn judge_in_time(
    entries: &Arc<Vec<Entry>>,
    index: usize,
    conditions: &Arc<Conditions>,
) -> Result<Report, Failure> {
    let (sender, receiver) = mpsc::channel();
    let given_up = Arc::new(AtomicBool::new(false));
    let (entries, shared, flag) = (Arc::clone(entries), Arc::clone(conditions), Arc::clone(&given_up));
    let spawned = thread::Builder::new().stack_size(STACK).spawn(move || {
        let judged = panic::catch_unwind(AssertUnwindSafe(|| match entries.get(index) {
            Some(entry) => judge(entry, &shared, flag),
            None => Err(Failure::no_input(anyhow!("there is no such estate"))),
        }));
        // Nobody listens any more when the time was over.
        let _ = sender.send(judged);
    });
    if let Err(error) = spawned {
        return Err(Failure::internal(anyhow::Error::new(error).context("cannot start a thread")));
    }
    let judged = match conditions.time_limit {
        Some(limit) => receiver.recv_timeout(limit),
        None => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
    };
    match judged {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => {
            Err(Failure::internal(anyhow!("internal error; please report this as a bug")))
        }
        Err(RecvTimeoutError::Timeout) => {
            given_up.store(true, Ordering::Relaxed);
            let limit = conditions.time_limit.unwrap_or_default().as_secs_f64();
            Err(Failure::no_input(anyhow!("it was not judged within the time limit of {limit} seconds")))
        }
    }
}

fn judge(entry: &Entry, conditions: &Conditions, given_up: Arc<AtomicBool>) -> Result<Report, Failure> {
    let mut policies: Vec<PolicyFile> = conditions.base.iter().cloned().collect();
    if !conditions.no_policy {
        for path in &entry.policies {
            policies.push(PolicyFile::read(path)?);
        }
    }
    let policy = PolicyInput::of_files(policies);
    let mut options = conditions.options.clone();
    options.given_up = Some(given_up);
    let (topology, certs) = match &entry.origin {
        Origin::Folder(folder) => {
            let files = FolderFiles::read(folder)?;
            if files.certs == *folder {
                options.already_read = files.already_read;
            }
            (parse_topology(files.exports)?, files.certs)
        }
        Origin::Named { topology, certs } => (read_topology(topology)?, certs.clone()),
    };
    let estate = Estate::new(Some(entry.name.clone()), topology, policy)?;
    let report = estate.scan(&certs, &options, &())?.report(conditions.at);
    if report.certificates.is_empty() {
        // The index is read on other machines: what the folder is called there is of no use.
        return Err(no_certificate(Path::new(&file_name(&certs))));
    }
    Ok(report)
}

/// What several threads gather.
pub(crate) fn locked<T, R>(gathered: &Mutex<T>, change: impl FnOnce(&mut T) -> R) -> R {
    // A thread that broke off in the middle has left whole values behind.
    change(&mut gathered.lock().unwrap_or_else(PoisonError::into_inner))
}

/// What was gathered, when all threads are back.
pub(crate) fn unlocked<T>(gathered: Mutex<T>) -> T {
    gathered.into_inner().unwrap_or_else(PoisonError::into_inner)
}
