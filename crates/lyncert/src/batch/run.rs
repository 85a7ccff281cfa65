//! Judging estates side by side, each for itself.

use std::ops::ControlFlow;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::anyhow;
use lyncert_report::model::Report;
use lyncert_report::scan::ScanOptions;
use time::OffsetDateTime;

use super::{Entry, Origin};
use crate::estate::{Estate, no_certificate};
use crate::exit::Failure;
use crate::inputs::Inputs;
use crate::read::{PolicyFile, PolicyInput, file_name};

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
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// Judges all estates on threads side by side. `finish` makes of each what is kept, on the thread that waited for it; `take` gets that
/// on this thread, in the order in which they are done, until it says not to go on. What goes wrong in one estate, even a defect
/// of the program, is its outcome and touches no other.
pub(crate) fn judge_all<T: Send>(
    entries: Vec<Entry>,
    conditions: Conditions,
    finish: impl Fn(&Entry, Done) -> T + Sync,
    mut take: impl FnMut(T) -> ControlFlow<()>,
) {
    let entries: Arc<Vec<Entry>> = Arc::new(entries);
    let conditions = Arc::new(conditions);
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..conditions.jobs.min(entries.len()).max(1) {
            let (sender, next, finish) = (sender.clone(), &next, &finish);
            let (entries, conditions) = (&entries, &conditions);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(entry) = entries.get(index) else { return };
                    let outcome = judge_one(entries, index, conditions);
                    if sender.send(finish(entry, Done { index, outcome })).is_err() {
                        // Nothing more is taken.
                        return;
                    }
                }
            });
        }
        // The threads hold the other ends: when the last one is back, there is nothing more to take.
        drop(sender);
        for done in receiver {
            if take(done).is_break() {
                return;
            }
        }
    });
}

fn judge_one(
    entries: &Arc<Vec<Entry>>,
    index: usize,
    conditions: &Arc<Conditions>,
) -> Result<Report, Failure> {
    let (entries, shared) = (Arc::clone(entries), Arc::clone(conditions));
    run_in_time(conditions.time_limit, move |given_up| match entries.get(index) {
        Some(entry) => judge(entry, &shared, given_up),
        None => Err(Failure::no_input(anyhow!("there is no such estate"))),
    })
}

/// Does work on a thread that can be left behind when the time is over. The work gets a flag that is set then.
fn run_in_time<T: Send + 'static>(
    limit: Option<Duration>,
    work: impl FnOnce(Arc<AtomicBool>) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let (sender, receiver) = mpsc::channel();
    let given_up = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&given_up);
    let spawned = thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
        let done = panic::catch_unwind(AssertUnwindSafe(|| work(flag)));
        // When the time was over, the receiver is gone.
        let _ = sender.send(done);
    });
    if let Err(error) = spawned {
        return Err(Failure::internal(anyhow::Error::new(error).context("cannot start a thread")));
    }
    let done = match limit {
        Some(limit) => receiver.recv_timeout(limit),
        None => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
    };
    match done {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => {
            Err(Failure::internal(anyhow!("internal error; please report this as a bug")))
        }
        Err(RecvTimeoutError::Timeout) => {
            given_up.store(true, Ordering::Relaxed);
            let limit = limit.unwrap_or_default().as_secs_f64();
            Err(Failure::no_input(anyhow!("it was not judged within the time limit of {limit} seconds")))
        }
    }
}

fn judge(entry: &Entry, conditions: &Conditions, given_up: Arc<AtomicBool>) -> Result<Report, Failure> {
    let mut policies: Vec<PolicyFile> = conditions.base.iter().cloned().collect();
    let is_forbidden = conditions.base.as_ref().is_some_and(PolicyFile::forbids_local);
    if !conditions.no_policy && !is_forbidden {
        for path in &entry.policies {
            policies.push(PolicyFile::read(path, "found in the estate's folder")?);
        }
    }
    let mut policy = PolicyInput::of_files(policies);
    if is_forbidden {
        policy.forbidden = entry.policies.iter().map(|path| file_name(path)).collect();
    }
    let mut options = conditions.options.clone();
    options.given_up = Some(given_up);
    options.at = Some(conditions.at);
    let (topology, certs) = match &entry.origin {
        Origin::Folder(folder) => {
            let Inputs { topology, certificates } = Inputs::of_folder(folder)?;
            (topology, certificates)
        }
        Origin::Unreadable(reason) => return Err(Failure::no_input(anyhow!("{reason}"))),
        Origin::Named { topology, certs } => {
            let Inputs { topology, certificates } = Inputs::read(topology, std::slice::from_ref(certs))?;
            (topology, certificates)
        }
    };
    let estate = Estate::new(Some(entry.name.clone()), topology, policy)?;
    let report = estate.scan(&certs, &options, &())?.report(conditions.at);
    if report.certificates.is_empty() {
        // The index is read on other machines: what the folder is called there is of no use.
        let names: Vec<String> = certs.paths.iter().map(|path| format!("`{}`", file_name(path))).collect();
        return Err(no_certificate(&names.join(", ")));
    }
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::{INTERNAL_ERROR, NO_INPUT};

    fn conditions() -> Conditions {
        Conditions {
            base: None,
            no_policy: true,
            options: ScanOptions::default(),
            at: OffsetDateTime::UNIX_EPOCH,
            time_limit: None,
            jobs: 2,
        }
    }

    fn entries(count: usize) -> Vec<Entry> {
        let origin = |index| Origin::Folder(format!("no/such/folder/{index}").into());
        let entry =
            |index: usize| Entry { name: index.to_string(), origin: origin(index), policies: Vec::new() };
        (0..count).map(entry).collect()
    }

    #[test]
    fn an_estate_whose_folder_cannot_be_read_has_no_usable_input() {
        let origin = Origin::Unreadable("cannot read the folder `locked`".to_owned());
        let entry =
            Entry { name: "locked".to_owned(), origin, policies: vec!["no/such/lyncert.toml".into()] };
        let failure = judge(&entry, &conditions(), Arc::default()).unwrap_err();
        assert_eq!(
            (failure.code, failure.error.to_string().as_str()),
            (NO_INPUT, "cannot read the folder `locked`")
        );
    }

    #[test]
    fn a_panic_is_an_internal_error_of_this_work_alone() {
        let outcome = run_in_time(None, |_| -> Result<(), Failure> { panic!("a defect of the program") });
        assert_eq!(outcome.unwrap_err().code, INTERNAL_ERROR);
        assert_eq!(run_in_time(None, |_| Ok(3)).unwrap(), 3);
    }

    #[test]
    fn work_that_takes_too_long_is_left_behind_and_told_to_stop() {
        let (sender, receiver) = mpsc::channel();
        let outcome = run_in_time(Some(Duration::from_millis(10)), move |given_up| {
            while !given_up.load(Ordering::Relaxed) {
                thread::yield_now();
            }
            sender.send(()).unwrap();
            Ok(())
        });
        assert_eq!(outcome.unwrap_err().code, NO_INPUT);
        receiver.recv_timeout(Duration::from_secs(60)).unwrap();
    }

    #[test]
    fn every_estate_is_taken_once() {
        let mut taken = Vec::new();
        judge_all(
            entries(20),
            conditions(),
            |entry, done| (entry.name.clone(), done.index),
            |done| {
                taken.push(done);
                ControlFlow::Continue(())
            },
        );
        taken.sort_by_key(|(_, index)| *index);
        let expected: Vec<_> = (0..20).map(|index| (index.to_string(), index)).collect();
        assert_eq!(taken, expected);
    }

    #[test]
    fn nothing_more_is_taken_once_it_was_said_so() {
        let mut taken = 0;
        judge_all(
            entries(20),
            conditions(),
            |_, done| done.index,
            |_| {
                taken += 1;
                ControlFlow::Break(())
            },
        );
        assert_eq!(taken, 1);
    }
}
