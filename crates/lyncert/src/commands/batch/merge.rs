//! An index from reports that were made elsewhere.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use lyncert_report::model::{DeadlineRow, EstateRow, FailureView, Report, Timestamp, UnreadableRow};
use lyncert_report::view::deadlines;
use time::OffsetDateTime;

use super::Gathered;
use crate::args::BatchArgs;
use crate::commands::audit;
use crate::exit::{Failure, NO_INPUT};
use crate::log::{Event, Level};
use crate::ownership::FAILURE;
use crate::read::read_report_bytes;

/// The file of a report that an index is made from.
const REPORT: &str = "report.json";

/// What a file below the folders of reports is.
#[derive(Clone, Copy)]
enum FoundKind {
    Report,
    Failure,
}

/// What came of reading a file.
enum Merged {
    /// It says how an estate stands.
    Estate(Box<Candidate>),
    /// It is lyncert's and cannot be read: its estate could not be judged, whatever else is known of it.
    Unreadable(Unreadable),
    /// It is not lyncert's, and why.
    Foreign(String),
}

/// A report that cannot be read.
struct Unreadable {
    /// Its folder relative to the index.
    folder: Option<String>,
    path: PathBuf,
    reason: String,
}

impl Unreadable {
    /// Says so at once, since an index is long.
    fn tell(&self) {
        let event = Event::new(Level::Error, "estate-not-judged", &self.reason);
        event.of_estate(&self.estate()).with_exit_code(NO_INPUT).say();
    }

    /// The name of its folder, since nothing in the file can be relied on.
    fn estate(&self) -> String {
        let name = self.path.parent().and_then(Path::file_name).unwrap_or(self.path.as_os_str());
        name.to_string_lossy().into_owned()
    }

    /// Its row in the index.
    fn row(&self, at: Timestamp) -> EstateRow {
        EstateRow::not_judged(&self.estate(), at, self.folder.clone(), NO_INPUT, &self.reason)
    }
}

/// What a file says of one estate.
struct Candidate {
    row: EstateRow,
    deadlines: Vec<DeadlineRow>,
    path: PathBuf,
}

/// Makes the index from reports that were made elsewhere; `now` is the time of an index without any report that can be read.
pub(super) fn merge_reports(args: &BatchArgs, now: OffsetDateTime) -> Result<Gathered, Failure> {
    let mut found = BTreeMap::new();
    for root in &args.from_reports {
        if !root.is_dir() {
            return Err(Failure::no_input(anyhow!("`{}` is no folder of reports", root.display())));
        }
        find_reports(root, 0, &mut found);
    }
    let mut newest: BTreeMap<String, Candidate> = BTreeMap::new();
    let (mut unreadable, mut skipped): (Vec<Unreadable>, _) = (Vec::new(), Vec::new());
    let mut skip = |path: &Path, reason: String| {
        skipped.push(UnreadableRow { path: path.display().to_string(), reason });
    };
    for (path, kind) in found {
        match read_merged(args, path.clone(), kind) {
            Merged::Estate(candidate) => {
                let estate = candidate.row.estate.clone();
                if let Some(older) = keep_newer(&mut newest, *candidate) {
                    skip(&older.path, format!("is not the newest report on `{estate}`"));
                }
            }
            Merged::Unreadable(report) => {
                report.tell();
                unreadable.push(report);
            }
            Merged::Foreign(reason) => skip(&path, reason),
        }
    }
    let (mut rows, deadlines): (Vec<_>, Vec<_>) =
        newest.into_values().map(|candidate| (candidate.row, candidate.deadlines)).unzip();
    let at = rows.iter().map(|row: &EstateRow| row.at).max().unwrap_or_else(|| now.into());
    rows.extend(unreadable.iter().map(|report| report.row(at)));
    if rows.is_empty() {
        return Err(Failure::no_input(anyhow!("there is no report.json of lyncert below the given folders")));
    }
    let deadlines = deadlines.into_iter().flatten().collect();
    Ok(Gathered { rows, deadlines, skipped, folders: Vec::new(), staged: Vec::new(), run: None })
}

/// Of two reports on one estate the newer one counts; the older one is returned. Of two of the same time the first one counts.
fn keep_newer(newest: &mut BTreeMap<String, Candidate>, candidate: Candidate) -> Option<Candidate> {
    match newest.get(&candidate.row.estate) {
        Some(known) if known.row.at >= candidate.row.at => Some(candidate),
        Some(_) | None => newest.insert(candidate.row.estate.clone(), candidate),
    }
}

/// Reads what a report or a failure says of its estate.
fn read_merged(args: &BatchArgs, path: PathBuf, kind: FoundKind) -> Merged {
    let folder = path.parent().and_then(|folder| relative(folder, &args.out));
    let parse = |bytes: &[u8]| match kind {
        FoundKind::Report => Report::read(bytes).map(|report| {
            let row = EstateRow::of_report(&report, folder.clone(), audit::code(&args.gate, &report));
            (row, deadlines(&report))
        }),
        FoundKind::Failure => FailureView::read(bytes).map(|failure| {
            let FailureView { estate, at, exit_code, reason, .. } = failure;
            (EstateRow::not_judged(&estate, at, folder.clone(), exit_code, &reason), Vec::new())
        }),
    };
    let read = read_report_bytes(&path).map(|bytes| parse(&bytes));
    match read {
        Ok(Ok((row, deadlines))) => Merged::Estate(Box::new(Candidate { row, deadlines, path })),
        Ok(Err(error)) if error.is_foreign() => Merged::Foreign(error.to_string()),
        Ok(Err(error)) => {
            let reason = format!("`{}` {error}", path.display());
            Merged::Unreadable(Unreadable { folder, path, reason })
        }
        Err(failure) => {
            Merged::Unreadable(Unreadable { folder, path, reason: format!("{:#}", failure.error) })
        }
    }
}

/// Every report and every failure below a folder; links are not followed.
fn find_reports(folder: &Path, depth: usize, found: &mut BTreeMap<PathBuf, FoundKind>) {
    /// No output of a batch is that deep, and no shard adds more than a folder or two.
    const MAX_DEPTH: usize = 16;
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let (name, path) = (entry.file_name(), entry.path());
        let Ok(kind) = entry.file_type() else { continue };
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        if kind.is_dir() && depth < MAX_DEPTH {
            find_reports(&path, depth + 1, found);
        } else if kind.is_file() && name == REPORT {
            found.insert(path, FoundKind::Report);
        } else if kind.is_file() && name == FAILURE {
            found.insert(path, FoundKind::Failure);
        }
    }
}

/// The path from one folder to another, with `/`; none between two drives.
fn relative(path: &Path, from: &Path) -> Option<String> {
    let (path, from) = (fs::canonicalize(path).ok()?, fs::canonicalize(from).ok()?);
    let same = path.components().zip(from.components()).take_while(|(one, other)| one == other).count();
    if same == 0 {
        return None;
    }
    let up = from.components().skip(same).map(|_| "..".to_owned());
    let down = path.components().skip(same).map(|part| part.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<String> = up.chain(down).collect();
    Some(if parts.is_empty() { ".".to_owned() } else { parts.join("/") })
}
