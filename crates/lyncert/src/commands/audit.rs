//! `lyncert audit`: certificates against topology.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use lyncert_report::evidence;
use lyncert_report::model::{EstateRow, IndexView, Report};
use lyncert_report::render::text::Look;
use lyncert_report::render::{self, Format};
use lyncert_report::view::deadlines;
use time::OffsetDateTime;

use crate::args::{AuditArgs, GateArgs};
use crate::clock;
use crate::estate::{Estate, no_certificate};
use crate::exit::{FINDINGS, Failure, PARTIAL, SUCCESS};
use crate::files;
use crate::history::History;
use crate::inputs::Certificates;
use crate::location::shown;
use crate::lock::Lock;
use crate::log::{Counts, Event, Level};
use crate::output;
use crate::ownership::{Kind, check_place, check_places};
use crate::paths::Paths;
use crate::read::{read_report, read_scan_options};
use crate::redaction;
use crate::scope::scope_of_args;
use crate::staged::{NOT_WRITTEN, Staged, write_file};
use crate::time_limit::TimeLimit;

pub(crate) fn run(args: &AuditArgs, look: Look) -> Result<u8, Failure> {
    let prints_report = prints_report(args.out.as_deref(), &args.files.format)?;
    redaction::check_goes_with(
        "--evidence",
        args.redact.redact && args.evidence.is_some(),
        EVIDENCE_IS_REAL,
    )?;
    redaction::check_goes_with(
        "--history",
        args.redact.redact && args.history.history.is_some(),
        HISTORY_IS_REAL,
    )?;
    let limit = TimeLimit::from_now(args.scan.time_limit);
    let paths = Paths::of_audit(args);
    let scope = scope_of_args(&args.scope)?;
    let (estate, certificates) =
        Estate::read_with_certificates(&args.exports.topology, &args.certs.certs, &args.policy, scope)?;
    let mut options = read_scan_options(&args.scan)?;
    options.left_out.extend(paths.written());
    let at = args.time.at.unwrap_or_else(clock::now);
    options.at = Some(at);
    check_before(args, &estate)?;
    paths.tell_left_out(args.quiet);
    let history = args.history.history.as_deref();
    let _history_lock = history.map(Lock::take).transpose()?;
    let history = history.map(|folder| History::read(folder, at)).transpose()?;
    if args.gate.fail_on_new && args.baseline.is_none() && history.is_none() {
        return Err(Failure::usage(anyhow!("--fail-on-new needs --baseline or --history")));
    }
    let baseline = match &args.baseline {
        Some(path) => Some(read_report(path)?),
        None => history.as_ref().and_then(|history| history.baseline(&estate.name)),
    };
    let is_of_pseudonyms = baseline.as_ref().is_some_and(Report::is_redacted);
    if let Some(baseline) = baseline.as_ref().filter(|_| is_of_pseudonyms) {
        check_has_pseudonyms(baseline)?;
    }
    let _lock = args.out.as_deref().map(Lock::take).transpose()?;
    let is_hidden = args.scan.no_progress || args.quiet;
    let (estate, certificates, mut report) = limit.run("the estate was not judged", move |stop| {
        options.stop = stop.clone();
        let report = estate.scan_with_progress(&certificates, &options, is_hidden)?.report(at);
        Ok((estate, certificates, report))
    })?;
    // Pseudonyms are compared with pseudonyms, and names with names.
    if is_of_pseudonyms {
        report = redaction::report(report)?;
    }
    if let Some(baseline) = &baseline {
        report.compare_with(baseline);
    }
    if !is_of_pseudonyms {
        report = redaction::report(report)?;
    }
    // All is made before any of it gets its name: what takes too long is given up without a trace.
    let staged = match &args.out {
        Some(folder) => {
            let mut staged = Staged::new(folder)?.within(limit);
            files::report(&report, &args.files.formats(), args.shown.least(), &mut staged)?;
            Some((folder, staged))
        }
        None => None,
    };
    let evidence = match &args.evidence {
        Some(path) => Some((path, evidence_of(args, path, &report, &estate, &certificates, limit)?)),
        None => None,
    };
    let mut written = Vec::new();
    if let Some((folder, staged)) = staged {
        // Something may have come there meanwhile.
        check_places(folder, files::names_of(&args.files.formats()), args.overwrite.overwrite)?;
        written.extend(staged.commit()?);
        tell_older_files(args, folder);
    }
    if let Some((path, bytes)) = evidence {
        let overwrite = args.overwrite.overwrite;
        written.push(write_file(path, Kind::Evidence, overwrite, |sink| sink.write_all(&bytes))?);
    }
    if let Some(history) = &history {
        add_to_history(args, history, &report, at)?;
    }
    if prints_report {
        output::print(|sink| render::json::write_rows(&report, sink))?;
    } else if !args.quiet {
        print_summary(&files::shown(&report, args.shown.least()), &written, look)?;
    }
    if report.certificates.is_empty() {
        return Err(no_certificate(&certificates.shown()));
    }
    let code = code(&args.gate, &report);
    let judged = Event::new(Level::Info, "judged", &report.summary.verdict).of_estate(&report.estate);
    judged.with_counts(Counts::of(&report)).say();
    // Its memory goes with the process; to free what is kept of many thousands of certificates one by one takes time.
    std::mem::forget(report);
    Ok(code)
}

/// Refuses a redacted baseline where this run does not go on with its pseudonyms: new ones would mean other names.
fn check_has_pseudonyms(baseline: &Report) -> Result<(), Failure> {
    let sites = &baseline.topology.sites;
    if redaction::has_given_all(sites.iter().flat_map(|site| &site.pools).map(|pool| pool.fqdn.as_str())) {
        return Ok(());
    }
    Err(Failure::usage(anyhow!(
        "the baseline is redacted, and its pseudonyms mean nothing in this run; expected a baseline that is not redacted, or --redact with \
         the file of --redact-map that it was made with"
    )))
}

/// Why there is no redacted evidence.
const EVIDENCE_IS_REAL: &str = "evidence is held against the inputs as they are";
/// Why there is no redacted history.
pub(super) const HISTORY_IS_REAL: &str = "the next run is compared with it by the real names";

/// Whether the report itself goes to standard output, and nothing else does: JSON was asked for, and no folder. Other formats are files.
pub(crate) fn prints_report(out: Option<&Path>, asked: &[&Format]) -> Result<bool, Failure> {
    if out.is_some() || asked.is_empty() {
        return Ok(false);
    }
    match asked.iter().find(|format| format.id != "json") {
        None => Ok(true),
        Some(format) => Err(Failure::usage(anyhow!(
            "--format {} writes {}; expected `--out` with a folder for it",
            format.id,
            format.help
        ))),
    }
}

/// What would stop the writing is told before anything is read or touched.
fn check_before(args: &AuditArgs, estate: &Estate) -> Result<(), Failure> {
    let overwrite = args.overwrite.overwrite;
    if let Some(folder) = &args.out {
        check_places(folder, files::names_of(&args.files.formats()), overwrite)?;
    }
    if let Some(path) = &args.evidence {
        check_place(path, Kind::Evidence, overwrite)?;
        evidence::check_policies(estate.policy_texts()).map_err(Failure::usage)?;
    }
    Ok(())
}

/// Files of an earlier run in formats that this one does not write are left, and told.
fn tell_older_files(args: &AuditArgs, folder: &Path) {
    let older = files::older_beside(folder, &args.files.formats());
    if !older.is_empty() {
        let level = if args.quiet { Level::Info } else { Level::Warning };
        let (names, shown) = (older.join(", "), shown(folder));
        let message =
            format!("note: this run does not write {names}: what lies in `{shown}` is of an earlier one");
        Event::new(level, "older-files", &message).say();
    }
}

/// The bytes of the evidence.
fn evidence_of(
    args: &AuditArgs,
    path: &Path,
    report: &Report,
    estate: &Estate,
    certificates: &Certificates,
    limit: TimeLimit,
) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let paths = Paths::of_audit(args);
    let mut left_out: Vec<String> =
        certificates.paths.iter().flat_map(|folder| paths.written_below(folder)).collect();
    left_out.sort();
    left_out.dedup();
    let made =
        evidence::write_evidence(report, estate.policy_texts(), &left_out, &mut limit.sink(&mut bytes));
    if let Some(late) = limit.lateness(NOT_WRITTEN) {
        return Err(late);
    }
    made.with_context(|| format!("cannot write the evidence `{}`", path.display()))
        .map_err(Failure::usage)?;
    Ok(bytes)
}

/// Adds the run to the history.
fn add_to_history(
    args: &AuditArgs,
    history: &History,
    report: &Report,
    at: OffsetDateTime,
) -> Result<(), Failure> {
    let folder = render::file_names([report.estate.as_str()], "").concat();
    let run = history.start(at)?;
    run.add(&folder, report)?;
    let row = EstateRow::of_report(report, Some(folder), code(&args.gate, report));
    let index = IndexView::new(report.at, vec![row], deadlines(report), Vec::new());
    run.commit(&index)?;
    history.prune(args.history.retention(), &index, at, clock::now())
}

/// The summary, what was written, and what to look at next.
fn print_summary(report: &Report, written: &[PathBuf], look: Look) -> Result<(), Failure> {
    let file = |name: &str| {
        let path = written.iter().find(|path| path.file_name().is_some_and(|file| file == name));
        path.map(|path| shown(path))
    };
    output::print(|sink| {
        render::text::summary(report, file("findings.csv").as_deref(), look, sink)?;
        writeln!(sink)?;
        output::list_written(written, sink)?;
        let page = file("report.html").or_else(|| written.first().map(|path| shown(path)));
        render::text::next_step(page.as_deref(), look, sink)
    })
}

/// The exit code that a report stands for.
pub(crate) fn code(gate: &GateArgs, report: &Report) -> u8 {
    let fails = report.findings.iter().any(|finding| {
        finding.is_open()
            && gate.fail_on.fails_on(finding.severity)
            && (!gate.fail_on_new || finding.is_news())
    });
    let partial = report.summary.counting_unjudged().next().is_some();
    if fails && !gate.exit_zero {
        FINDINGS
    } else if partial && gate.strict {
        PARTIAL
    } else {
        SUCCESS
    }
}
