//! Dated runs: what the baseline and the trend come from.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use lyncert_report::model::{IndexView, Report, TrendPoint};
use lyncert_report::render;
use lyncert_report::view::InputFile;
use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Duration, OffsetDateTime};

use crate::exit::Failure;
use crate::output::TEMPORARY_PREFIX;
use crate::read::read_report;
use crate::retention::Retention;
use crate::swap::HISTORY_PREFIX;

/// What the folder of a run starts with.
const RUN_PREFIX: &str = "run-";
/// The list of the files that lyncert wrote into the folder of a run; without it the folder is not one of ours.
const MARKER_FILE: &str = "lyncert-run.json";
const MARKER_SCHEMA: &str = "lyncert-run/1";
const INDEX_FILE: &str = "index.json";
/// How many runs a trend shows: a month of daily runs.
const MAX_TREND_RUNS: usize = 30;

/// The marker of a run.
#[derive(Debug, Deserialize, Serialize)]
struct Marker {
    schema: String,
    /// The time that it judged by.
    at: String,
    files: Vec<MarkedFile>,
}

#[derive(Debug, Deserialize, Serialize)]
struct MarkedFile {
    /// Path below the run's folder, with `/`.
    path: String,
    /// SHA-256 of its bytes: a file that was changed since is not ours to delete.
    sha256: String,
}

/// A run that was read.
struct Run {
    folder: PathBuf,
    at: OffsetDateTime,
    index: IndexView,
}

/// The runs in a folder, the oldest first.
pub(crate) struct History {
    folder: PathBuf,
    runs: Vec<Run>,
}

impl History {
    /// Reads the runs before a time. Folders that lyncert did not write, or did not finish, are left alone.
    pub(crate) fn read(folder: &Path, before: OffsetDateTime) -> Result<Self, Failure> {
        let failure = |error: io::Error| {
            let context = format!("cannot read the history `{}`", folder.display());
            Failure::usage(anyhow::Error::new(error).context(context))
        };
        fs::create_dir_all(folder).map_err(failure)?;
        let mut runs = Vec::new();
        for entry in fs::read_dir(folder).map_err(failure)? {
            let path = entry.map_err(failure)?.path();
            runs.extend(read_run(&path).filter(|run| run.at < before));
        }
        runs.sort_by_key(|run| run.at);
        Ok(Self { folder: folder.to_owned(), runs })
    }

    /// The newest report on an estate.
    pub(crate) fn baseline(&self, estate: &str) -> Option<Report> {
        self.runs.iter().rev().find_map(|run| {
            let row = run.index.estates.iter().find(|row| row.estate == estate && row.is_judged())?;
            read_report(&run.folder.join(row.folder.as_ref()?).join("report.json")).ok()
        })
    }

    /// The state of every estate over the runs, the oldest first.
    pub(crate) fn trends(&self) -> BTreeMap<&str, Vec<TrendPoint>> {
        let mut trends: BTreeMap<&str, Vec<TrendPoint>> = BTreeMap::new();
        let shown = self.runs.len().saturating_sub(MAX_TREND_RUNS - 1);
        for run in self.runs.iter().skip(shown) {
            for row in &run.index.estates {
                trends.entry(&row.estate).or_default().push(row.point());
            }
        }
        trends
    }

    /// Starts a run, which is part of the history once it is committed.
    pub(crate) fn start(&self, at: OffsetDateTime) -> Result<NewRun, Failure> {
        let folder = self.folder.join(format!("{TEMPORARY_PREFIX}{HISTORY_PREFIX}{}", std::process::id()));
        let run = NewRun { history: self.folder.clone(), folder, at };
        run.clear().and_then(|()| fs::create_dir(&run.folder)).map_err(|error| run.failure(error))?;
        Ok(run)
    }

    /// Deletes what is beyond the retention, counting the run that was just added.
    pub(crate) fn prune(&self, retention: Retention, at: OffsetDateTime) -> Result<(), Failure> {
        let count = self.runs.len() + 1;
        for (index, run) in self.runs.iter().enumerate() {
            let is_surplus = retention.runs.is_some_and(|runs| count - index > runs.max(1));
            let is_old = retention.days.is_some_and(|days| at - run.at > Duration::days(i64::from(days)));
            if is_surplus || is_old {
                delete_run(&run.folder)
                    .with_context(|| format!("cannot delete the old run `{}`", run.folder.display()))
                    .map_err(Failure::usage)?;
            }
        }
        Ok(())
    }
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
        let folder = self.folder.join(estate);
        let written = fs::create_dir_all(&folder).and_then(|()| {
            let mut bytes = Vec::new();
            render::json::write(report, &mut bytes)?;
            fs::write(folder.join("report.json"), bytes)
        });
        written.map_err(|error| self.failure(error))
    }

    /// Makes it a part of the history, as a whole.
    pub(crate) fn commit(self, index: &IndexView) -> Result<PathBuf, Failure> {
        let path = self.history.join(run_name(self.at));
        self.finish(index, &path).map_err(|error| self.failure(error))?;
        Ok(path)
    }

    fn finish(&self, index: &IndexView, path: &Path) -> io::Result<()> {
        let mut bytes = Vec::new();
        render::json::write(index, &mut bytes)?;
        fs::write(self.folder.join(INDEX_FILE), bytes)?;
        let mut files = Vec::new();
        list_files(&self.folder, "", &mut files)?;
        let at = lyncert_rules::timestamp::timestamp(self.at);
        let marker = Marker { schema: MARKER_SCHEMA.to_owned(), at, files };
        let mut file = fs::File::create(self.folder.join(MARKER_FILE))?;
        serde_json::to_writer_pretty(&mut file, &marker).map_err(io::Error::other)?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        if path.exists() {
            // The same moment was judged before: this run takes its place.
            delete_run(path)?;
        }
        fs::rename(&self.folder, path)
    }

    fn clear(&self) -> io::Result<()> {
        if self.folder.exists() { fs::remove_dir_all(&self.folder) } else { Ok(()) }
    }

    fn failure(&self, error: io::Error) -> Failure {
        let context = format!("cannot write the history `{}`", self.history.display());
        Failure::usage(anyhow::Error::new(error).context(context))
    }
}

impl Drop for NewRun {
    fn drop(&mut self) {
        // After a commit the folder has moved and there is nothing to clear.
        let _ = self.clear();
    }
}

fn run_name(at: OffsetDateTime) -> String {
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    let at = at.to_offset(time::UtcOffset::UTC).format(format).unwrap_or_default();
    format!("{RUN_PREFIX}{at}")
}

/// A run, if the folder is one.
fn read_run(folder: &Path) -> Option<Run> {
    if !folder.file_name()?.to_string_lossy().starts_with(RUN_PREFIX) {
        return None;
    }
    let marker = read_marker(folder)?;
    let index = IndexView::read(&fs::read(folder.join(INDEX_FILE)).ok()?).ok()?;
    let at = OffsetDateTime::parse(&marker.at, &Rfc3339).ok()?;
    Some(Run { folder: folder.to_owned(), at, index })
}

fn read_marker(folder: &Path) -> Option<Marker> {
    let marker: Marker = serde_json::from_slice(&fs::read(folder.join(MARKER_FILE)).ok()?).ok()?;
    (marker.schema == MARKER_SCHEMA).then_some(marker)
}

/// Lists every file below a folder.
fn list_files(folder: &Path, above: &str, files: &mut Vec<MarkedFile>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = format!("{above}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            list_files(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.push(MarkedFile { path, sha256: sha256_of_file(&entry.path())? });
        }
    }
    Ok(())
}

fn sha256_of_file(path: &Path) -> io::Result<String> {
    Ok(InputFile::new("", lyncert_report::model::InputKind::Certificates, &fs::read(path)?).sha256)
}

/// Deletes the files of a run that are as lyncert wrote them, and the folders that are empty then.
fn delete_run(folder: &Path) -> io::Result<()> {
    let Some(marker) = read_marker(folder) else { return Ok(()) };
    let mut folders = vec![folder.to_owned()];
    // The index goes last: a deletion that is stopped is found again, and finished, the next time.
    let (last, first): (Vec<_>, Vec<_>) = marker.files.iter().partition(|file| file.path == INDEX_FILE);
    for MarkedFile { path, sha256: expected } in first.into_iter().chain(last) {
        // Marked paths never leave the folder; a marker that says otherwise was not written by lyncert.
        let parts: Vec<&str> = path.split('/').collect();
        if parts.iter().any(|part| matches!(*part, "" | "." | "..") || part.contains(['\\', ':'])) {
            continue;
        }
        let file = folder.join(path);
        if sha256_of_file(&file).is_ok_and(|found| found == *expected) {
            fs::remove_file(&file)?;
        }
        folders.extend(file.parent().map(Path::to_owned));
    }
    fs::remove_file(folder.join(MARKER_FILE))?;
    folders.sort_by_key(|folder| std::cmp::Reverse(folder.as_os_str().len()));
    folders.dedup();
    for folder in folders {
        match fs::remove_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {}
            result => result?,
        }
    }
    Ok(())
}
