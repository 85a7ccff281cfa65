//! `lyncert batch`: many estates, one index.

mod merge;
mod placing;

use std::ops::ControlFlow;
use std::path::PathBuf;

use anyhow::anyhow;
use lyncert_report::model::{DeadlineRow, EstateRow, FailureView, IndexView, Timestamp, UnreadableRow};
use lyncert_report::render;
use lyncert_report::render::text::Look;
use lyncert_report::render::{FAILURE_FILES, Format, INDEX_FILES};
use lyncert_report::scan::Progress as _;
use lyncert_report::view::deadlines;
use time::OffsetDateTime;

use self::merge::merge_reports;
use self::placing::{check_estate_place, clear_folders, place_all};
use crate::args::BatchArgs;
use crate::batch::{self, Batch, Conditions, Done, Entry};
use crate::clock;
use crate::commands::audit;
use crate::exit::{Failure, NO_INPUT, worse_code};
use crate::files;
use crate::history::{History, NewRun};
use crate::location::shown;
use crate::lock::Lock;
use crate::log::{Counts, Event, Level};
use crate::output::{self, TEMPORARY_PREFIX};
use crate::ownership::{REPORT, check_places, names_beside_estates};
use crate::paths::Paths;
use crate::progress::ShownProgress;
use crate::read::{PolicyFile, policy_in, read_scan_options};
use crate::redaction::{self, Turns};
use crate::staged::Staged;
use crate::time_limit::TimeLimit;

pub(crate) fn run(args: &BatchArgs, look: Look) -> Result<u8, Failure> {
    let at = args.time.at.unwrap_or_else(clock::now);
    let redacts = args.redact.redact;
    redaction::check_goes_with(
        "--history",
        redacts && args.history.history.is_some(),
        audit::HISTORY_IS_REAL,
    )?;
    redaction::check_goes_with("--from-reports", redacts && !args.from_reports.is_empty(), REPORTS_ARE_READ)?;
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
    let index_of = |rows: &[EstateRow]| {
        let at = newest.unwrap_or_else(|| at.into());
        IndexView::new(at, rows.to_vec(), deadlines.clone(), skipped.clone())
    };
    let mut written = place_all(args, &mut rows, &index_of, &folders, &staged)?;
    let code = rows.iter().map(|row| row.exit_code).reduce(worse_code).unwrap_or_default();
    let index = index_of(&rows);
    if let Some(HistoryRun { history, new }) = run {
        written.push(new.commit(&index)?);
        history.prune(args.history.retention(), &index, at, clock::now())?;
    }
    if !args.quiet {
        output::print(|sink| {
            render::text::index(&index, look, sink)?;
            writeln!(sink)?;
            output::list_written(&written, sink)?;
            let page = written.iter().find(|path| path.file_name().is_some_and(|name| name == "index.html"));
            let page = page.map(|path| shown(path));
            render::text::next_step(page.as_deref(), look, sink)
        })?;
    }
    Ok(code)
}

/// Why an index of reports is not redacted.
const REPORTS_ARE_READ: &str =
    "an index shows what its reports say; give `--redact` to the runs that write them";

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
    // What each is called in results, by their order, whichever is judged first.
    let names: Vec<String> = entries.iter().map(|entry| redaction::estate(&entry.name)).collect();
    let skipped = skipped.into_iter().map(redaction::view).collect::<Result<Vec<_>, _>>()?;
    let turns = Turns::default();
    let mut options = read_scan_options(&args.scan)?;
    options.left_out.extend(Paths::of_batch(args).written());
    Paths::of_batch(args).tell_left_out(true);
    let conditions = Conditions {
        base: base.as_deref().map(|path| PolicyFile::read(path, "the policy of the batch")).transpose()?,
        no_policy: args.no_policy,
        options,
        at,
        time_limit: args.scan.time_limit,
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
    let folders = folder_names(args, &names);
    let progress = ShownProgress::of("estates judged", args.scan.no_progress || args.quiet);
    let total = entries.len();
    let (mut gathered, mut failure) = (Vec::new(), None);
    let finish = |entry: &Entry, done: Done| match names.get(done.index).zip(folders.get(done.index)) {
        Some((name, folder)) => {
            let outcome = turns.take(done.index, || redaction::outcome(done.outcome));
            let shown = Shown { name, folder };
            finish_estate(args, at, entry, shown, Done { outcome, ..done }, run.as_ref())
        }
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
        (batch::discover(path, &except)?, policy_in(path))
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
fn folder_names(args: &BatchArgs, names: &[String]) -> Vec<String> {
    let names = names.iter().map(String::as_str);
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

/// What an estate is called in results, and its folder there.
#[derive(Clone, Copy)]
struct Shown<'a> {
    name: &'a str,
    folder: &'a str,
}

/// Writes the files of an estate, or why there are none, to a folder beside its own. Where nothing may be written to its place,
/// that is the estate's failure and no other's.
fn finish_estate(
    args: &BatchArgs,
    at: OffsetDateTime,
    entry: &Entry,
    Shown { name, folder }: Shown<'_>,
    done: Done,
    run: Option<&HistoryRun>,
) -> Result<Finished, Failure> {
    let target = args.out.join(folder);
    if let Err(failure) = check_estate_place(args, entry, &target) {
        let reason = failure.message();
        log_estate(name, failure.code, None, &reason);
        let row = EstateRow::not_judged(name, at.into(), None, failure.code, &reason);
        return Ok(Finished { row, deadlines: Vec::new(), staged: None });
    }
    let path = args.out.join(format!("{TEMPORARY_PREFIX}{}-{folder}", std::process::id()));
    let mut staged = Staged::for_later(&path, &target)?.within(done.limit);
    let outcome = match done.outcome {
        Ok(mut report) => {
            if let Some(baseline) = run.and_then(|run| run.history.baseline(name)) {
                report.compare_with(&baseline);
            }
            // The index of a fleet is made of these.
            let formats: Vec<_> = args.format.iter().copied().chain(Format::named("json")).collect();
            match files::report(&report, &formats, args.shown.least(), &mut staged) {
                Ok(()) => Ok(report),
                // It took too long, which touches no other estate.
                Err(late) if late.code == NO_INPUT => Err(late),
                Err(failure) => return Err(failure),
            }
        }
        Err(failure) => Err(failure),
    };
    let (row, deadlines) = match outcome {
        Ok(report) => {
            if let Some(run) = run {
                match staged.path_of(REPORT) {
                    Some(written) => run.new.add_copy(folder, written)?,
                    None => run.new.add(folder, &report)?,
                }
            }
            let code = audit::code(&args.gate, &report);
            log_estate(name, code, Some(Counts::of(&report)), &report.summary.verdict);
            (EstateRow::of_report(&report, Some(folder.to_owned()), code), deadlines(&report))
        }
        Err(failure) => {
            let messages = std::iter::once(failure.message()).chain(failure.more);
            let reason = messages.collect::<Vec<_>>().join("; ");
            log_estate(name, failure.code, None, &reason);
            let at = Timestamp::from(at);
            let row = EstateRow::not_judged(name, at, Some(folder.to_owned()), failure.code, &reason);
            let view = FailureView::new(name, at, failure.code, &reason);
            // Why there is no report is a page, whatever the time.
            staged = staged.within(TimeLimit::from_now(None));
            for (name, write) in FAILURE_FILES {
                staged.file(name, |sink| write(&view, sink))?;
            }
            (row, Vec::new())
        }
    };
    staged.commit()?;
    Ok(Finished { row, deadlines, staged: Some((folder.to_owned(), path)) })
}

fn log_estate(name: &str, code: u8, counts: Option<Counts>, message: &str) {
    let (level, event) = match code {
        0 => (Level::Info, "estate-judged"),
        1 | 4 => (Level::Info, "estate-has-findings"),
        _ => (Level::Warning, "estate-not-judged"),
    };
    let event = Event::new(level, event, message).of_estate(name).with_exit_code(code);
    counts.map_or(event, |counts| event.with_counts(counts)).say();
}
