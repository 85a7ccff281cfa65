//! `lyncert batch`: many estates, one index.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::{Context, anyhow};
use lyncert_report::model::Timestamp;
use lyncert_report::render::Format;
use lyncert_report::{DeadlineRow, EstateRow, IndexView, Report, UnreadableRow, deadlines, render};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::args::BatchArgs;
use crate::batch::{self, Batch, Conditions, Done, Entry, locked, unlocked};
use crate::commands::audit;
use crate::exit::{Failure, worst};
use crate::files::{self, FAILURE, is_report_file};
use crate::history::{History, NewRun};
use crate::input::{self, POLICY_FILE, PolicyLayer};
use crate::lock::Lock;
use crate::log::{self, Event, Level};
use crate::output::{self, Staged, TEMPORARY};
use crate::progress::Progress;
use crate::swap;

pub(crate) fn run(args: &BatchArgs) -> Result<u8, Failure> {
    let at = args.at.unwrap_or_else(input::now);
    let _lock = Lock::take(&args.out)?;
    let _history_lock = args.history.history.as_deref().map(Lock::take).transpose()?;
    let gathered = if args.from_reports.is_empty() { judge(args, at)? } else { merge(args)? };
    let Gathered { mut rows, deadlines, skipped, staged, run } = gathered;
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
    let code = rows.iter().map(|row| row.exit_code).reduce(worst).unwrap_or_default();
    // With reports made elsewhere the newest of them is the time of the index.
    let newest = rows.iter().map(|row| row.at).max().filter(|_| !args.from_reports.is_empty());
    let index = IndexView::new(newest.unwrap_or_else(|| at.into()), rows, deadlines, skipped);
    let mut written = commit(args, &index, &staged)?;
    if let Some(Running { history, new }) = run {
        written.push(new.commit(&index)?);
        history.prune(args.history.retention(), at)?;
    }
    if !args.quiet {
        output::print(|sink| {
            render::text::index(&index, sink)?;
            for path in &written {
                writeln!(sink, "Wrote {}", path.display())?;
            }
            Ok(())
        })?;
    }
    Ok(code)
}

/// What the index is made from.
struct Gathered {
    rows: Vec<EstateRow>,
    deadlines: Vec<DeadlineRow>,
    skipped: Vec<UnreadableRow>,
    /// Finished folders of estates: name, and path for now.
    staged: Vec<(String, PathBuf)>,
    run: Option<Running>,
}

/// The history, and the run that is being added to it.
struct Running {
    history: History,
    new: NewRun,
}

/// Reads and judges every estate.
fn judge(args: &BatchArgs, at: OffsetDateTime) -> Result<Gathered, Failure> {
    let (Batch { entries, skipped }, base) = estates(args)?;
    let conditions = Conditions {
        base: base.as_deref().map(PolicyLayer::read).transpose()?,
        no_policy: args.no_policy,
        options: input::scan_options(&args.scan)?,
        at,
        time_limit: args.time_limit,
        jobs: args.jobs.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)),
    };
    let run = match &args.history.history {
        Some(folder) => {
            let history = History::read(folder, at)?;
            let new = history.start(at)?;
            Some(Running { history, new })
        }
        None => None,
    };
    let folders = folder_names(&entries);
    let progress = Progress::of("estates judged", args.scan.no_progress || args.quiet);
    let (total, done) = (entries.len(), Mutex::new(0));
    let gathered = Mutex::new(Vec::new());
    let failure = Mutex::new(None);
    batch::judge_all(entries, conditions, &|entry, Done { index, outcome }| {
        let Some(folder) = folders.get(index) else { return false };
        let finished = finish(args, at, entry, folder, outcome, run.as_ref());
        let count = locked(&done, |done| {
            *done += 1;
            *done
        });
        lyncert_report::Progress::files(&progress, count, total);
        match finished {
            Ok(finished) => {
                locked(&gathered, |gathered| gathered.push(finished));
                true
            }
            // The output cannot be written: the first reason is told when all threads are back.
            Err(error) => {
                locked(&failure, |failure| failure.get_or_insert(error).code);
                false
            }
        }
    });
    progress.finish();
    let gathered = unlocked(gathered);
    if let Some(failure) = unlocked(failure) {
        return Err(failure);
    }
    let staged: Vec<_> = gathered.iter().map(|one: &Finished| one.staged.clone()).collect();
    let (rows, deadlines): (Vec<_>, Vec<_>) =
        gathered.into_iter().map(|one| (one.row, one.deadlines)).unzip();
    Ok(Gathered { rows, deadlines: deadlines.into_iter().flatten().collect(), skipped, staged, run })
}

/// The estates, and the policy that holds for all.
fn estates(args: &BatchArgs) -> Result<(Batch, Option<PathBuf>), Failure> {
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

/// Names of folders for the estates; none is that of a file of the index.
fn folder_names(entries: &[Entry]) -> Vec<String> {
    let names = entries.iter().map(|entry| entry.name.as_str());
    let taken: Vec<&str> = files::names_beside_estates().collect();
    let count = taken.len();
    render::file_names(taken.into_iter().chain(names), "").split_off(count)
}

/// An estate whose files are written, and not yet at their place.
struct Finished {
    row: EstateRow,
    deadlines: Vec<DeadlineRow>,
    staged: (String, PathBuf),
}

/// `failure.json`: an estate that could not be judged.
#[derive(Debug, Deserialize, Serialize)]
struct FailureView {
    schema: String,
    estate: String,
    at: Timestamp,
    exit_code: u8,
    reason: String,
}

const FAILURE_SCHEMA: &str = "lyncert-failure/1";

fn finish(
    args: &BatchArgs,
    at: OffsetDateTime,
    entry: &Entry,
    folder: &str,
    outcome: Result<Report, Failure>,
    run: Option<&Running>,
) -> Result<Finished, Failure> {
    let path = args.out.join(format!("{TEMPORARY}{}-{folder}", std::process::id()));
    let mut staged = Staged::for_later(&path, &args.out.join(folder))?;
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
            told(entry, code, &report.summary.verdict);
            (EstateRow::of_report(&report, Some(folder.to_owned()), code), deadlines(&report))
        }
        Err(failure) => {
            let messages = std::iter::once(format!("{:#}", failure.error)).chain(failure.more);
            let reason = messages.collect::<Vec<_>>().join("; ");
            told(entry, failure.code, &reason);
            let at = Timestamp::from(at);
            let row = EstateRow::not_judged(&entry.name, at, Some(folder.to_owned()), failure.code, &reason);
            let schema = FAILURE_SCHEMA.to_owned();
            let estate = entry.name.clone();
            let view = FailureView { schema, estate, at, exit_code: failure.code, reason };
            staged.file(FAILURE, |sink| render::json::write(&view, sink))?;
            (row, Vec::new())
        }
    };
    staged.commit()?;
    Ok(Finished { row, deadlines, staged: (folder.to_owned(), path) })
}

fn told(entry: &Entry, code: u8, message: &str) {
    let (level, event) = match code {
        0 => (Level::Info, "estate-judged"),
        1 | 4 => (Level::Info, "estate-has-findings"),
        _ => (Level::Warning, "estate-not-judged"),
    };
    log::event(Event { level, event, estate: Some(&entry.name), exit_code: Some(code), message });
}

/// Gives everything its place: the folders of the estates first, each as a whole, then the index.
fn commit(
    args: &BatchArgs,
    index: &IndexView,
    staged: &[(String, PathBuf)],
) -> Result<Vec<PathBuf>, Failure> {
    let mut index_files = Staged::new(&args.out)?;
    files::index(index, &mut index_files)?;
    let before = known_folders(&args.out);
    for (folder, path) in staged {
        let target = args.out.join(folder);
        swap::put(path, &target, &is_report_file)
            .with_context(|| format!("cannot write `{}`", target.display()))
            .map_err(Failure::usage)?;
    }
    let written = index_files.commit()?;
    if args.from_reports.is_empty() {
        // Estates that are no more should not be found by who merges reports.
        let now: BTreeSet<&String> = staged.iter().map(|(folder, _)| folder).collect();
        for folder in before.iter().filter(|folder| !now.contains(folder)) {
            let path = args.out.join(folder);
            if path.is_dir() {
                swap::remove_ours(&path, &is_report_file)
                    .with_context(|| format!("cannot clear `{}`", path.display()))
                    .map_err(Failure::usage)?;
            }
        }
    }
    Ok(written)
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

/// Makes the index from reports that were made elsewhere.
fn merge(args: &BatchArgs) -> Result<Gathered, Failure> {
    let mut found: BTreeMap<PathBuf, bool> = BTreeMap::new();
    for root in &args.from_reports {
        if !root.is_dir() {
            return Err(Failure::no_input(anyhow!("`{}` is no folder of reports", root.display())));
        }
        collect(root, 0, &mut found);
    }
    let mut newest: BTreeMap<String, (EstateRow, Vec<DeadlineRow>, PathBuf)> = BTreeMap::new();
    let mut skipped = Vec::new();
    let mut skip = |path: &Path, reason: String| {
        skipped.push(UnreadableRow { path: path.display().to_string(), reason });
    };
    for (path, is_report) in found {
        match merged(args, &path, is_report) {
            Err(failure) => skip(&path, format!("{:#}", failure.error)),
            Ok((row, ends)) => {
                // Of two reports on one estate the newer one counts.
                let estate = row.estate.clone();
                let is_newer = newest.get(&estate).is_none_or(|(known, ..)| known.at < row.at);
                let older = if is_newer {
                    newest.insert(estate.clone(), (row, ends, path)).map(|(.., path)| path)
                } else {
                    Some(path)
                };
                if let Some(older) = older {
                    skip(&older, format!("is not the newest report on `{estate}`"));
                }
            }
        }
    }
    let (rows, ends): (Vec<_>, Vec<_>) = newest.into_values().map(|(row, ends, _)| (row, ends)).unzip();
    let ends = ends.into_iter().flatten().collect();
    if rows.is_empty() {
        return Err(Failure::no_input(anyhow!("there is no report.json of lyncert below the given folders")));
    }
    Ok(Gathered { rows, deadlines: ends, skipped, staged: Vec::new(), run: None })
}

/// What a report or a failure that was made elsewhere tells the index.
fn merged(args: &BatchArgs, path: &Path, is_report: bool) -> Result<(EstateRow, Vec<DeadlineRow>), Failure> {
    let folder = path.parent().and_then(|folder| relative(folder, &args.out));
    if is_report {
        let report = input::report(path)?;
        let row = EstateRow::of_report(&report, folder, audit::code(&args.gate, &report));
        return Ok((row, deadlines(&report)));
    }
    let FailureView { estate, at, exit_code, reason, .. } = failure_of(path)?;
    Ok((EstateRow::not_judged(&estate, at, folder, exit_code, &reason), Vec::new()))
}

/// Every report and every failure below a folder; links are not followed.
fn collect(folder: &Path, depth: usize, found: &mut BTreeMap<PathBuf, bool>) {
    const DEPTH: usize = 16;
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let (name, path) = (entry.file_name(), entry.path());
        let Ok(kind) = entry.file_type() else { continue };
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        if kind.is_dir() && depth < DEPTH {
            collect(&path, depth + 1, found);
        } else if kind.is_file() && (name == "report.json" || name == FAILURE) {
            found.insert(path, name == "report.json");
        }
    }
}

fn failure_of(path: &Path) -> Result<FailureView, Failure> {
    let shown = path.display();
    let bytes =
        fs::read(path).with_context(|| format!("cannot read `{shown}`")).map_err(Failure::no_input)?;
    let view: FailureView = serde_json::from_slice(&bytes)
        .with_context(|| format!("`{shown}` is no failure that lyncert wrote"))
        .map_err(Failure::no_input)?;
    if view.schema == FAILURE_SCHEMA {
        Ok(view)
    } else {
        let schema = &view.schema;
        Err(Failure::no_input(anyhow!("`{shown}` has the schema `{schema}`; expected `{FAILURE_SCHEMA}`")))
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
