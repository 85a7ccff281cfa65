//! `lyncert batch`: many estates, one index.

mod merge;

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use lyncert_report::model::{
    DeadlineRow, EstateRow, FailureView, IndexView, Report, Timestamp, UnreadableRow,
};
use lyncert_report::render;
use lyncert_report::render::{FORMATS, Format, INDEX_FILES};
use lyncert_report::scan::Progress as _;
use lyncert_report::view::deadlines;
use time::OffsetDateTime;

use self::merge::merge_reports;
use crate::args::BatchArgs;
use crate::batch::{self, Batch, Conditions, Done, Entry, Origin};
use crate::clock;
use crate::commands::audit;
use crate::exit::{Failure, USAGE, worse_code};
use crate::files;
use crate::history::{History, NewRun};
use crate::location::is_same;
use crate::lock::{Lock, tell_not_cleared};
use crate::log::{Event, Level};
use crate::output::{self, TEMPORARY_PREFIX};
use crate::ownership::{FAILURE, check_places, is_report, is_report_file, names_beside_estates};
use crate::paths::Paths;
use crate::progress::Progress;
use crate::read::{POLICY_FILE, PolicyFile, read_scan_options};
use crate::replace::RealDisk;
use crate::staged::Staged;
use crate::swap;

pub(crate) fn run(args: &BatchArgs) -> Result<u8, Failure> {
    let at = args.at.unwrap_or_else(clock::now);
    let names = INDEX_FILES.iter().map(|(name, _)| *name);
    check_places(&args.out, names, args.overwrite.overwrite)?;
    let _lock = Lock::take(&args.out)?;
    let _history_lock = args.history.history.as_deref().map(Lock::take).transpose()?;
    clear_folders(&args.out);
    let gathered =
        if args.from_reports.is_empty() { judge_estates(args, at)? } else { merge_reports(args, at)? };
    let Gathered { mut rows, deadlines, skipped, folders, staged, run } = gathered;
    if rows.is_empty() {
        return Err(Failure::no_input(anyhow!("there is no estate: no folder holds a topology export")));
    }
    if let Some(run) = &run {
        let trends = run.history.trends();
        for row in &mut rows {
            row.trend = trends.get(row.estate.as_str()).cloned().unwrap_or_default();
            row.trend.push(row.point());
        }
    }
    // With reports made elsewhere the newest of them is the time of the index.
    let newest = rows.iter().map(|row| row.at).max().filter(|_| !args.from_reports.is_empty());
    let index = |rows: &[EstateRow]| {
        let at = newest.unwrap_or_else(|| at.into());
        IndexView::new(at, rows.to_vec(), deadlines.clone(), skipped.clone())
    };
    // Staged before anything gets its place: where the disk is full, all stays as it was.
    let mut index_files = stage_index(args, &index(&rows))?;
    let before = known_folders(&args.out);
    let refused = put_in_place(args, &staged);
    if !refused.is_empty() {
        for (folder, reason) in &refused {
            let is_it = |row: &&mut EstateRow| row.folder.as_deref() == Some(folder);
            if let Some(row) = rows.iter_mut().find(is_it) {
                *row = not_written(row, reason);
            }
        }
        index_files = stage_index(args, &index(&rows))?;
    }
    let mut written = index_files.commit()?;
    if args.from_reports.is_empty() {
        clear_gone(args, &before, &folders)?;
    }
    let code = rows.iter().map(|row| row.exit_code).reduce(worse_code).unwrap_or_default();
    let index = index(&rows);
    if let Some(HistoryRun { history, new }) = run {
        written.push(new.commit(&index)?);
        history.prune(args.history.retention(), &index, at, clock::now())?;
    }
    if !args.quiet {
        output::print(|sink| {
            render::text::index(&index, sink)?;
            output::list_written(&written, sink)
        })?;
    }
    Ok(code)
}

/// What the index is made from.
struct Gathered {
    rows: Vec<EstateRow>,
    deadlines: Vec<DeadlineRow>,
    skipped: Vec<UnreadableRow>,
    /// The names of the folders of all estates.
    folders: Vec<String>,
    /// Finished folders of estates: name, and path for now.
    staged: Vec<(String, PathBuf)>,
    run: Option<HistoryRun>,
}

/// The history, and the run that is being added to it.
struct HistoryRun {
    history: History,
    new: NewRun,
}

/// Reads and judges every estate.
fn judge_estates(args: &BatchArgs, at: OffsetDateTime) -> Result<Gathered, Failure> {
    let (Batch { entries, skipped }, base) = find_estates(args)?;
    let mut options = read_scan_options(&args.scan)?;
    options.left_out.extend(Paths::of_batch(args).written());
    Paths::of_batch(args).tell_left_out(true);
    let conditions = Conditions {
        base: base.as_deref().map(PolicyFile::read).transpose()?,
        no_policy: args.no_policy,
        options,
        at,
        time_limit: args.time_limit,
        jobs: args.jobs.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)),
    };
    let run = match &args.history.history {
        Some(folder) => {
            let history = History::read(folder, at)?;
            let new = history.start(at)?;
            Some(HistoryRun { history, new })
        }
        None => None,
    };
    let folders = folder_names(args, &entries);
    let progress = Progress::of("estates judged", args.scan.no_progress || args.quiet);
    let total = entries.len();
    let (mut gathered, mut failure) = (Vec::new(), None);
    let finish = |entry: &Entry, Done { index, outcome }| match folders.get(index) {
        Some(folder) => finish_estate(args, at, entry, folder, outcome, run.as_ref()),
        None => Err(Failure::internal(anyhow!("the estate `{}` has no folder", entry.name))),
    };
    batch::judge_all(entries, conditions, finish, |finished| match finished {
        Ok(finished) => {
            gathered.push(finished);
            progress.files(gathered.len(), total);
            ControlFlow::Continue(())
        }
        // The output cannot be written.
        Err(error) => {
            failure = Some(error);
            ControlFlow::Break(())
        }
    });
    progress.finish();
    if let Some(failure) = failure {
        return Err(failure);
    }
    let staged: Vec<_> = gathered.iter().filter_map(|one| one.staged.clone()).collect();
    let (rows, deadlines): (Vec<_>, Vec<_>) =
        gathered.into_iter().map(|one| (one.row, one.deadlines)).unzip();
    let deadlines = deadlines.into_iter().flatten().collect();
    Ok(Gathered { rows, deadlines, skipped, folders, staged, run })
}

/// The estates, and the policy that holds for all.
fn find_estates(args: &BatchArgs) -> Result<(Batch, Option<PathBuf>), Failure> {
    let Some(path) = &args.path else {
        return Err(Failure::usage(anyhow!("expected a folder of estates, a manifest, or --from-reports")));
    };
    let (batch, of_batch) = if path.is_dir() {
        let mut except = vec![args.out.clone()];
        except.extend(args.history.history.clone());
        let own = path.join(POLICY_FILE);
        (batch::discover(path, &except)?, own.is_file().then_some(own))
    } else {
        batch::read_manifest(path)?
    };
    let base = match &args.policy {
        Some(policy) => Some(policy.clone()),
        None if args.no_policy => None,
        None => of_batch,
    };
    Ok((batch, base))
}

/// Names of folders for the estates; none is that of a file of the index, or leads to an input, the history or the log.
fn folder_names(args: &BatchArgs, entries: &[Entry]) -> Vec<String> {
    let names = entries.iter().map(|entry| entry.name.as_str());
    let mut taken: Vec<String> = names_beside_estates().map(str::to_owned).collect();
    taken.extend(Paths::of_batch(args).names_within(&args.out));
    let count = taken.len();
    render::file_names(taken.iter().map(String::as_str).chain(names), "").split_off(count)
}

/// An estate whose files are written, and not yet at their place.
struct Finished {
    row: EstateRow,
    deadlines: Vec<DeadlineRow>,
    /// `None`: nothing may be written to its place.
    staged: Option<(String, PathBuf)>,
}

/// Writes the files of an estate, or why there are none, to a folder beside its own. Where nothing may be written to its place,
/// that is the estate's failure and no other's.
fn finish_estate(
    args: &BatchArgs,
    at: OffsetDateTime,
    entry: &Entry,
    folder: &str,
    outcome: Result<Report, Failure>,
    run: Option<&HistoryRun>,
) -> Result<Finished, Failure> {
    let target = args.out.join(folder);
    if let Err(failure) = check_estate_place(args, entry, &target) {
        let reason = format!("{:#}", failure.error);
        log_estate(entry, failure.code, &reason);
        let row = EstateRow::not_judged(&entry.name, at.into(), None, failure.code, &reason);
        return Ok(Finished { row, deadlines: Vec::new(), staged: None });
    }
    let path = args.out.join(format!("{TEMPORARY_PREFIX}{}-{folder}", std::process::id()));
    let mut staged = Staged::for_later(&path, &target)?;
    let (row, deadlines) = match outcome {
        Ok(mut report) => {
            if let Some(baseline) = run.and_then(|run| run.history.baseline(&entry.name)) {
                report.compare_with(&baseline);
            }
            // The index of a fleet is made of these.
            let formats: Vec<_> = args.format.iter().copied().chain(Format::named("json")).collect();
            files::report(&report, &formats, &mut staged)?;
            if let Some(run) = run {
                run.new.add(folder, &report)?;
            }
            let code = audit::code(&args.gate, &report);
            log_estate(entry, code, &report.summary.verdict);
            (EstateRow::of_report(&report, Some(folder.to_owned()), code), deadlines(&report))
        }
        Err(failure) => {
            let messages = std::iter::once(format!("{:#}", failure.error)).chain(failure.more);
            let reason = messages.collect::<Vec<_>>().join("; ");
            log_estate(entry, failure.code, &reason);
            let at = Timestamp::from(at);
            let row = EstateRow::not_judged(&entry.name, at, Some(folder.to_owned()), failure.code, &reason);
            let view = FailureView::new(&entry.name, at, failure.code, &reason);
            staged.file(FAILURE, |sink| render::json::write(&view, sink))?;
            (row, Vec::new())
        }
    };
    staged.commit()?;
    Ok(Finished { row, deadlines, staged: Some((folder.to_owned(), path)) })
}

fn log_estate(entry: &Entry, code: u8, message: &str) {
    let (level, event) = match code {
        0 => (Level::Info, "estate-judged"),
        1 | 4 => (Level::Info, "estate-has-findings"),
        _ => (Level::Warning, "estate-not-judged"),
    };
    Event::new(level, event, message).of_estate(&entry.name).with_exit_code(code).say();
}

/// Checks that the folder of an estate can take its place, and its files theirs, and that it is not what the estate is read from.
fn check_estate_place(args: &BatchArgs, entry: &Entry, target: &Path) -> Result<(), Failure> {
    let read = match &entry.origin {
        Origin::Folder(folder) => folder,
        Origin::Named { certs, .. } => certs,
    };
    let written = [Some(target), Some(&args.out), args.history.history.as_deref()];
    if let Some(written) = written.into_iter().flatten().find(|written| is_same(written, read)) {
        return Err(Failure::usage(anyhow!(
            "`{}` is an input; expected --out and --history where nothing is read",
            written.display()
        )));
    }
    swap::check_folder_place(target).map_err(Failure::usage)?;
    let names = FORMATS.iter().flat_map(|format| format.files).map(|(name, _)| *name).chain([FAILURE]);
    check_places(target, names, args.overwrite.overwrite)
}

/// The row of an estate that was judged, and whose files could not get their place: the older ones stand there.
fn not_written(row: &EstateRow, reason: &str) -> EstateRow {
    let event = Event::new(Level::Error, "estate-not-written", reason).of_estate(&row.estate);
    event.with_exit_code(USAGE).say();
    EstateRow::not_judged(&row.estate, row.at, row.folder.clone(), USAGE, reason)
}

/// Writes the files of the index, yet without their names.
fn stage_index(args: &BatchArgs, index: &IndexView) -> Result<Staged, Failure> {
    let mut staged = Staged::new(&args.out)?;
    files::index(index, &mut staged)?;
    Ok(staged)
}

/// Gives the folders of the estates their place, each as a whole. Those that cannot get it are returned with the reason.
fn put_in_place(args: &BatchArgs, staged: &[(String, PathBuf)]) -> Vec<(String, String)> {
    let overwrite = args.overwrite.overwrite;
    let is_ours = |path: &Path| {
        let is_named = path.file_name().is_some_and(|name| is_report_file(&name.to_string_lossy()));
        is_report(path) || (overwrite && is_named && !path.is_dir())
    };
    let put = |(folder, path): &(String, PathBuf)| {
        let target = args.out.join(folder);
        let refused = swap::replace_folder(&RealDisk, path, &target, &is_ours).err()?;
        Some((folder.clone(), format!("{refused:#}")))
    };
    staged.iter().filter_map(put).collect()
}

/// Clears the folders of estates that are gone: a report on one of them should not be found when reports are merged.
fn clear_gone(args: &BatchArgs, before: &[String], now: &[String]) -> Result<(), Failure> {
    for folder in before.iter().filter(|folder| !now.contains(folder)) {
        let path = args.out.join(folder);
        if is_folder(&path) {
            swap::remove_ours(&path, &is_report)
                .with_context(|| format!("cannot clear `{}`", path.display()))
                .map_err(Failure::usage)?;
        }
    }
    Ok(())
}

/// Clears what a run that was stopped has left in the folders of estates, while their files were changing.
fn clear_folders(out: &Path) {
    for path in known_folders(out).iter().map(|folder| out.join(folder)).filter(|path| is_folder(path)) {
        if let Err(error) = swap::clear_leftovers(&path, &is_report) {
            tell_not_cleared(&path, &error);
        }
    }
}

/// Whether a path is a folder, and no link to one.
fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

/// The folders that the index before this one names.
fn known_folders(out: &Path) -> Vec<String> {
    let index = fs::read(out.join("index.json")).ok();
    let index = index.and_then(|bytes| IndexView::read(&bytes).ok());
    let folders = index.map(|index| index.estates.into_iter().filter_map(|row| row.folder).collect());
    let is_plain = |folder: &String| render::file_names([folder.as_str()], "") == [folder.as_str()];
    let mut folders: Vec<String> = folders.unwrap_or_default();
    folders.retain(is_plain);
    folders
}
