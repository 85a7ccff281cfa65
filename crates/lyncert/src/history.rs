//! Dated runs: what the baseline and the trend come from. Several estates may keep their runs in one folder: each has its own
//! baseline, trend and retention there.

mod run;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use anyhow::Context;
use lyncert_report::model::{IndexView, Report, TrendPoint};
use lyncert_report::render;
use time::{Duration, OffsetDateTime};

use self::run::{INDEX_FILE, MARKER_FILE, Run, clear_stopped_deletion, delete_run, mark, read_run, run_name};
use crate::exit::Failure;
use crate::log::{Event, Level};
use crate::output::TEMPORARY_PREFIX;
use crate::ownership::REPORT;
use crate::read::read_report;
use crate::retention::Retention;
use crate::swap::HISTORY_PREFIX;

/// How many runs a trend shows: a month of daily runs.
const MAX_TREND_RUNS: usize = 30;
/// The clocks of two machines may differ, and dates without a time may be a day ahead: only what is later than this counts as the
/// future.
const CLOCK_TOLERANCE: Duration = Duration::days(1);

/// The runs in a folder, the oldest first.
pub(crate) struct History {
    folder: PathBuf,
    runs: Vec<Run>,
}

impl History {
    /// Reads the runs before a time. Folders that lyncert did not write, or did not finish, are left alone; a run that cannot be
    /// read is told. Only while the folder's lock is held: what a run that was stopped has half deleted goes.
    pub(crate) fn read(folder: &Path, before: OffsetDateTime) -> Result<Self, Failure> {
        let failure = |error: io::Error| {
            let context = format!("cannot read the history `{}`", folder.display());
            Failure::usage(anyhow::Error::new(error).context(context))
        };
        fs::create_dir_all(folder).map_err(failure)?;
        let mut runs = Vec::new();
        for entry in fs::read_dir(folder).map_err(failure)? {
            let path = entry.map_err(failure)?.path();
            if clear_stopped_deletion(&path).map_err(failure)? {
                continue;
            }
            match read_run(&path) {
                Ok(run) => runs.extend(run.filter(|run| run.at < before)),
                Err(reason) => tell_unreadable(&path, &reason),
            }
        }
        runs.sort_by(|one, other| (one.at, &one.folder).cmp(&(other.at, &other.folder)));
        Ok(Self { folder: folder.to_owned(), runs })
    }

    /// The newest report on an estate.
    pub(crate) fn baseline(&self, estate: &str) -> Option<Report> {
        self.runs.iter().rev().find_map(|run| {
            let row = run.index.estates.iter().find(|row| row.estate == estate && row.is_judged())?;
            let below = Path::new(row.folder.as_ref()?);
            if !below.components().all(|part| matches!(part, Component::Normal(_))) {
                tell_unreadable(&run.folder, "its index leads out of it");
                return None;
            }
            read_report(&run.folder.join(below).join(REPORT))
                .inspect_err(|failure| tell_unreadable(&run.folder, &failure.message()))
                .ok()
        })
    }

    /// The state of every estate over its runs, the oldest first.
    pub(crate) fn trends(&self) -> BTreeMap<&str, Vec<TrendPoint>> {
        let mut trends: BTreeMap<&str, Vec<TrendPoint>> = BTreeMap::new();
        for run in &self.runs {
            for row in &run.index.estates {
                trends.entry(&row.estate).or_default().push(row.point());
            }
        }
        for points in trends.values_mut() {
            // The run that is being made is one more.
            points.drain(..points.len().saturating_sub(MAX_TREND_RUNS - 1));
        }
        trends
    }

    /// Starts a run, which is part of the history once it is committed.
    pub(crate) fn start(&self, at: OffsetDateTime) -> Result<NewRun, Failure> {
        let folder = self.folder.join(format!("{TEMPORARY_PREFIX}{HISTORY_PREFIX}{}", std::process::id()));
        let run = NewRun { history: self.folder.clone(), folder, at };
        // What is there already is not ours: what runs that were stopped have left is gone.
        fs::create_dir(&run.folder).map_err(|error| run.failure(error))?;
        Ok(run)
    }

    /// Deletes what is beyond the retention, counting the run on these estates that was just added. A run goes when it holds one of
    /// them and is beyond the retention for every estate in it: what others keep here is theirs. A run that was judged by a time in
    /// the future, be it that the clock is wrong, deletes nothing that is not in the future too.
    pub(crate) fn prune(
        &self,
        retention: Retention,
        added: &IndexView,
        at: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<(), Failure> {
        let future = now.saturating_add(CLOCK_TOLERANCE);
        for (index, run) in self.runs.iter().enumerate() {
            let is_before_its_time = at > future && run.at <= future;
            let is_of_others = !run.estates().any(|estate| holds(added, estate));
            if is_before_its_time || is_of_others {
                continue;
            }
            let newer = self.runs.get(index + 1..).unwrap_or_default();
            if run.estates().all(|estate| is_surplus(run, newer, estate, retention, added)) {
                delete_run(&run.folder)
                    .with_context(|| format!("cannot delete the old run `{}`", run.folder.display()))
                    .map_err(Failure::usage)?;
            }
        }
        Ok(())
    }
}

/// Whether a run is beyond the retention for one of its estates. `newer` are the runs after it, the last one left out.
fn is_surplus(run: &Run, newer: &[Run], estate: &str, retention: Retention, added: &IndexView) -> bool {
    let is_added = holds(added, estate);
    let mut of_estate = newer.iter().filter(|run| run.estates().any(|known| known == estate));
    let count = of_estate.clone().count() + usize::from(is_added);
    // Days are counted from the newest earlier run and not from now: one wrong clock, or months without a run, empty nothing.
    let newest = of_estate.next_back();
    retention.runs.is_some_and(|runs| count >= runs.max(1))
        || retention.days.is_some_and(|days| {
            newest.is_some_and(|newest| newest.at - run.at > Duration::days(i64::from(days)))
        })
}

fn holds(index: &IndexView, estate: &str) -> bool {
    index.estates.iter().any(|row| row.estate == estate)
}

/// A run that cannot be read is no reason to stop; that it is missing from baseline and trend has to be known.
fn tell_unreadable(run: &Path, reason: &str) {
    let message = format!("the run `{}` of the history is left out: {reason}", run.display());
    Event::new(Level::Warning, "history-unreadable", &message).say();
}

/// A run that is being written.
pub(crate) struct NewRun {
    history: PathBuf,
    folder: PathBuf,
    at: OffsetDateTime,
}

impl NewRun {
    /// Adds the report on an estate.
    pub(crate) fn add(&self, estate: &str, report: &Report) -> Result<(), Failure> {
        self.add_file(estate, |path| {
            let mut sink = io::BufWriter::new(fs::File::create_new(path)?);
            render::json::write_rows(report, &mut sink)?;
            sink.flush()
        })
    }

    /// Adds the report on an estate that stands in a file already: nothing is made twice.
    pub(crate) fn add_copy(&self, estate: &str, report: &Path) -> Result<(), Failure> {
        self.add_file(estate, |path| fs::copy(report, path).map(|_| ()))
    }

    fn add_file(&self, estate: &str, write: impl FnOnce(&Path) -> io::Result<()>) -> Result<(), Failure> {
        let folder = self.folder.join(estate);
        let written = fs::create_dir_all(&folder).and_then(|()| write(&folder.join(REPORT)));
        written.map_err(|error| self.failure(error))
    }

    /// Makes it a part of the history, as a whole.
    pub(crate) fn commit(self, index: &IndexView) -> Result<PathBuf, Failure> {
        self.finish(index).map_err(|error| self.failure(error))
    }

    fn finish(&self, index: &IndexView) -> io::Result<PathBuf> {
        let mut bytes = Vec::new();
        render::json::write(index, &mut bytes)?;
        fs::write(self.folder.join(INDEX_FILE), bytes)?;
        let mut bytes = Vec::new();
        render::json::write(&mark(&self.folder, self.at)?, &mut bytes)?;
        let mut file = fs::File::create_new(self.folder.join(MARKER_FILE))?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        self.take_place(index)
    }

    /// Gives the run its name. An earlier run of the same moment whose estates are all in this one goes, once this one is there;
    /// any other keeps its name, and this one gets a number.
    fn take_place(&self, index: &IndexView) -> io::Result<PathBuf> {
        let path = |number| self.history.join(run_name(self.at, number));
        let is_free = |path: &PathBuf| fs::symlink_metadata(path).is_err();
        let count = (1..).find(|number| is_free(&path(*number))).unwrap_or(1);
        let own = path(count);
        fs::rename(&self.folder, &own)?;
        let is_in_this = |estate: &str| holds(index, estate);
        for earlier in (1..count).map(path) {
            if read_run(&earlier).ok().flatten().is_some_and(|run| run.estates().all(is_in_this)) {
                delete_run(&earlier)?;
            }
        }
        match (1..count).map(path).find(is_free) {
            Some(free) => fs::rename(own, &free).map(|()| free),
            None => Ok(own),
        }
    }

    fn failure(&self, error: io::Error) -> Failure {
        let context = format!("cannot write the history `{}`", self.history.display());
        Failure::usage(anyhow::Error::new(error).context(context))
    }
}

impl Drop for NewRun {
    fn drop(&mut self) {
        // After a commit the folder has moved and there is nothing to clear.
        if self.folder.exists() {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}
