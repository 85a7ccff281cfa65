//! An index from reports that were made elsewhere.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use lyncert_report::model::{
    DeadlineRow, EstateRow, FailureView, Report, Timestamp, UnreadKind, UnreadableRow,
};
use lyncert_report::view::deadlines;
use time::OffsetDateTime;

use super::Gathered;
use crate::args::BatchArgs;
use crate::batch::{IS_LINK, Listing, MAX_DEPTH, is_too_deep, list_folder};
use crate::commands::audit;
use crate::exit::{Failure, NO_INPUT};
use crate::log::{Event, Level};
use crate::ownership::{BEING_WRITTEN, FAILURE, REPORT};
use crate::read::read_report_bytes;

/// What a file below the folders of reports is. Of two of the same time the later one in this order counts.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum FoundKind {
    Report,
    Failure,
}

/// What came of reading a file.
enum Merged {
    /// It says how an estate stands.
    Estate(Box<MergedEstate>),
    /// It may be lyncert's and cannot be read: its estate could not be judged, whatever else is known of it.
    Unread(Unread),
    /// It is not lyncert's, and why.
    Foreign(String),
}

/// A report, or a folder that may hold reports, that cannot be read.
#[derive(Debug)]
struct Unread {
    /// The name of the folder, since nothing in a file can be relied on.
    estate: String,
    /// Its folder relative to the index.
    folder: Option<String>,
    reason: String,
}

impl Unread {
    /// A file in a folder; `folder` is that folder relative to the index.
    fn file(path: &Path, folder: Option<String>, reason: String) -> Self {
        Self { estate: folder_name(path.parent().unwrap_or(path)), folder, reason }
    }

    fn folder(path: &Path, error: &io::Error) -> Self {
        let reason = format!("cannot read the folder `{}`: {error}", path.display());
        Self { estate: folder_name(path), folder: None, reason }
    }

    /// Says so at once, since an index is long.
    fn tell(&self) {
        let event = Event::new(Level::Error, "estate-not-judged", &self.reason);
        event.of_estate(&self.estate).with_exit_code(NO_INPUT).say();
    }

    /// Its row in the index.
    fn row(&self, at: Timestamp) -> EstateRow {
        EstateRow::not_judged(&self.estate, at, self.folder.clone(), NO_INPUT, &self.reason)
    }
}

fn folder_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// What a file says of one estate.
struct MergedEstate {
    row: EstateRow,
    deadlines: Vec<DeadlineRow>,
    path: PathBuf,
    kind: FoundKind,
}

/// Makes the index from reports that were made elsewhere; `now` is the time of an index without any report that can be read.
pub(super) fn merge_reports(args: &BatchArgs, now: OffsetDateTime) -> Result<Gathered, Failure> {
    let mut search = Search::default();
    for root in &args.from_reports {
        if !root.is_dir() {
            return Err(Failure::no_input(anyhow!("`{}` is no folder of reports", root.display())));
        }
        search.folder(root, 0, &list_folder);
    }
    let Search { found, mut unread, mut skipped } = search;
    let mut newest: BTreeMap<String, MergedEstate> = BTreeMap::new();
    let mut skip = |path: &Path, reason: String| skipped.push(skipped_row(path, reason));
    for (path, kind) in found {
        match read_merged(args, path.clone(), kind) {
            Merged::Estate(merged) => {
                let estate = merged.row.estate.clone();
                if let Some(older) = keep_newer(&mut newest, *merged) {
                    skip(&older.path, format!("is not the newest report on `{estate}`"));
                }
            }
            Merged::Unread(report) => unread.push(report),
            Merged::Foreign(reason) => skip(&path, reason),
        }
    }
    unread.iter().for_each(Unread::tell);
    let (mut rows, deadlines): (Vec<_>, Vec<_>) =
        newest.into_values().map(|merged| (merged.row, merged.deadlines)).unzip();
    let at = rows.iter().map(|row: &EstateRow| row.at).max().unwrap_or_else(|| now.into());
    rows.extend(unread.iter().map(|report| report.row(at)));
    if rows.is_empty() {
        return Err(Failure::no_input(anyhow!("there is no report.json of lyncert below the given folders")));
    }
    let deadlines = deadlines.into_iter().flatten().collect();
    Ok(Gathered { rows, deadlines, skipped, folders: Vec::new(), staged: Vec::new(), run: None })
}

/// Of two reports on one estate the newer one counts; the older one is returned. Of two of the same time a failure counts, since a run
/// that was given up may leave the report of a run before, and else the first one.
fn keep_newer(newest: &mut BTreeMap<String, MergedEstate>, merged: MergedEstate) -> Option<MergedEstate> {
    let rank = |merged: &MergedEstate| (merged.row.at, merged.kind);
    match newest.get(&merged.row.estate) {
        Some(known) if rank(known) >= rank(&merged) => Some(merged),
        Some(_) | None => newest.insert(merged.row.estate.clone(), merged),
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
        Ok(Ok((row, deadlines))) => Merged::Estate(Box::new(MergedEstate { row, deadlines, path, kind })),
        Ok(Err(error)) if error.is_foreign() => Merged::Foreign(error.to_string()),
        Ok(Err(error)) => {
            let advice = "make it again with this version of lyncert, or take it out of the folder";
            let reason = format!("`{}` {error}; {advice}", path.display());
            Merged::Unread(Unread::file(&path, folder, reason))
        }
        Err(failure) => Merged::Unread(Unread::file(&path, folder, failure.message())),
    }
}

/// What lies below the folders of reports.
#[derive(Debug, Default)]
struct Search {
    found: BTreeMap<PathBuf, FoundKind>,
    unread: Vec<Unread>,
    skipped: Vec<UnreadableRow>,
}

impl Search {
    /// Finds every report and every failure below a folder; links are not followed. `list` lists a folder.
    fn folder(&mut self, folder: &Path, depth: usize, list: &dyn Fn(&Path) -> io::Result<Listing>) {
        let Listing { files, folders, links, others } = match list(folder) {
            Ok(listing) => listing,
            Err(error) => return self.unread.push(Unread::folder(folder, &error)),
        };
        self.skipped.extend(links.iter().map(|link| skipped_row(link, IS_LINK.to_owned())));
        for path in files {
            let name = path.file_name().unwrap_or_default();
            if name == REPORT {
                self.found.insert(path, FoundKind::Report);
            } else if name == FAILURE {
                self.found.insert(path, FoundKind::Failure);
            } else if name == BEING_WRITTEN {
                self.skipped.push(skipped_row(&path, IS_BEING_WRITTEN.to_owned()));
            }
        }
        // What has the name of a report, and cannot be one, hides the report that should be there.
        let hides = |path: &&PathBuf| path.file_name().is_some_and(|name| name == REPORT || name == FAILURE);
        for path in folders.iter().chain(&others).filter(hides) {
            let reason = format!("`{}` is no regular file; expected the report itself", path.display());
            self.unread.push(Unread::file(path, None, reason));
        }
        for below in folders {
            if depth < MAX_DEPTH {
                self.folder(&below, depth + 1, list);
            } else {
                self.skipped.push(skipped_row(&below, is_too_deep()));
            }
        }
    }
}

/// Why reports that are read may not belong together.
const IS_BEING_WRITTEN: &str =
    "says that a batch is being written, or was stopped there: its reports may be of two runs";

fn skipped_row(path: &Path, reason: String) -> UnreadableRow {
    UnreadableRow { path: path.display().to_string(), reason, kind: UnreadKind::NotUnderstood }
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

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn search(root: &Path) -> Search {
        let mut search = Search::default();
        search.folder(root, 0, &|folder| {
            if folder.ends_with("locked") {
                Err(io::ErrorKind::PermissionDenied.into())
            } else {
                list_folder(folder)
            }
        });
        search
    }

    #[test]
    fn what_hides_a_report_is_an_estate_that_could_not_be_judged() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("contoso").join(REPORT)).unwrap();
        let search = search(root.path());
        let [unread] = search.unread.as_slice() else { panic!("one, not {:?}", search.unread) };
        assert_eq!(unread.estate, "contoso");
        assert!(
            unread.reason.ends_with("is no regular file; expected the report itself"),
            "{}",
            unread.reason
        );
    }

    #[test]
    fn a_folder_that_cannot_be_read_is_an_estate_that_could_not_be_judged() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("emea/locked")).unwrap();
        fs::create_dir_all(root.path().join("contoso")).unwrap();
        fs::write(root.path().join("contoso/report.json"), "{}").unwrap();
        let Search { found, unread, skipped } = search(root.path());
        assert_eq!((found.len(), skipped.len(), unread.len()), (1, 0, 1));
        let at = datetime!(2026-11-22 12:00:00 UTC).into();
        let row = unread[0].row(at);
        assert_eq!((row.estate.as_str(), row.exit_code, row.is_judged()), ("locked", NO_INPUT, false));
        assert!(row.verdict.starts_with("cannot read the folder `"), "{}", row.verdict);
    }

    #[test]
    fn what_lies_too_deep_and_every_link_is_told() {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("a/".repeat(MAX_DEPTH + 1));
        fs::create_dir_all(&deep).unwrap();
        fs::write(deep.join("report.json"), "{}").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("nowhere", root.path().join("report.json")).unwrap();
        let Search { found, unread, skipped } = search(root.path());
        assert_eq!((found.len(), unread.len()), (0, 0));
        let reasons: Vec<&str> = skipped.iter().map(|row| row.reason.as_str()).collect();
        let deep = "lies deeper than 16 folders; nothing below it was looked at";
        let expected = if cfg!(unix) { vec!["is a link; links are not followed", deep] } else { vec![deep] };
        assert_eq!(reasons, expected);
    }

    #[test]
    fn the_newer_one_counts_and_of_the_same_time_the_failure() {
        let merged = |kind, day: u8, path: &str| {
            let at = datetime!(2026-11-01 00:00:00 UTC).replace_day(day).unwrap();
            let row = EstateRow::not_judged("contoso", at.into(), None, NO_INPUT, "cut off");
            MergedEstate { row, deadlines: Vec::new(), path: path.into(), kind }
        };
        let kept = |files: Vec<MergedEstate>| {
            let mut newest = BTreeMap::new();
            files.into_iter().for_each(|file| drop(keep_newer(&mut newest, file)));
            newest.remove("contoso").unwrap().path
        };
        use FoundKind::{Failure, Report};
        for (files, expected) in [
            ([(Report, 1, "a"), (Report, 2, "b")], "b"),
            ([(Report, 2, "a"), (Report, 1, "b")], "a"),
            ([(Report, 1, "a"), (Report, 1, "b")], "a"),
            ([(Report, 1, "a"), (Failure, 1, "b")], "b"),
            ([(Failure, 1, "a"), (Report, 1, "b")], "a"),
            ([(Failure, 1, "a"), (Report, 2, "b")], "b"),
        ] {
            let files = files.map(|(kind, day, path)| merged(kind, day, path));
            assert_eq!(kept(files.into()), Path::new(expected));
        }
    }
}
