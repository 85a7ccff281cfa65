//! Judging estates side by side, each for itself.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::anyhow;
use lyncert_report::model::Report;
use lyncert_report::scan::ScanOptions;
use lyncert_rules::stop::Stop;
use time::OffsetDateTime;

use super::{Entry, Origin};
use crate::estate::{Estate, no_certificate};
use crate::exit::Failure;
use crate::inputs::Inputs;
use crate::read::{PolicyFile, PolicyInput, file_name};
use crate::time_limit::{TimeLimit, Workers};

/// What came of one estate.
pub(crate) struct Done {
    /// Its place among the entries.
    pub(crate) index: usize,
    /// Its report, or why there is none.
    pub(crate) outcome: Result<Report, Failure>,
    /// How long it may take, its files included.
    pub(crate) limit: TimeLimit,
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
                let mut workers = None;
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(entry) = entries.get(index) else { return };
                    let limit = TimeLimit::from_now(conditions.time_limit);
                    let outcome = judge_one(entries, index, conditions, limit, &mut workers);
                    if sender.send(finish(entry, Done { index, outcome, limit })).is_err() {
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

/// Judges an estate on threads of its own, which the next one gets too where it was done in time.
fn judge_one(
    entries: &Arc<Vec<Entry>>,
    index: usize,
    conditions: &Arc<Conditions>,
    limit: TimeLimit,
    workers: &mut Option<Workers>,
) -> Result<Report, Failure> {
    let (entries, shared) = (Arc::clone(entries), Arc::clone(conditions));
    let workers = match workers {
        Some(workers) => workers,
        None => workers.insert(Workers::new()?),
    };
    workers.run(limit, "it was not judged", move |stop| match entries.get(index) {
        Some(entry) => judge(entry, &shared, stop),
        None => Err(Failure::no_input(anyhow!("there is no such estate"))),
    })
}

fn judge(entry: &Entry, conditions: &Conditions, stop: &Stop) -> Result<Report, Failure> {
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
    options.stop = stop.clone();
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
    use crate::exit::NO_INPUT;

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
        let failure = judge(&entry, &conditions(), &Stop::never()).unwrap_err();
        assert_eq!(
            (failure.code, failure.error.to_string().as_str()),
            (NO_INPUT, "cannot read the folder `locked`")
        );
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
