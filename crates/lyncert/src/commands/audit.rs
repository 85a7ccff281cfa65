//! `lyncert audit`: certificates against topology.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use lyncert_report::evidence::write_evidence;
use lyncert_report::model::{EstateRow, IndexView, Report};
use lyncert_report::render;
use lyncert_report::view::deadlines;
use time::OffsetDateTime;

use crate::args::{AuditArgs, GateArgs};
use crate::clock;
use crate::estate::{Estate, no_certificate};
use crate::exit::{FINDINGS, Failure, PARTIAL, SUCCESS};
use crate::files;
use crate::history::History;
use crate::lock::Lock;
use crate::output::{self, Staged};
use crate::read::{file_name, read_report, read_scan_options};
use crate::scope::scope_of_args;

pub(crate) fn run(args: &AuditArgs) -> Result<u8, Failure> {
    let estate = Estate::read(&args.exports.topology, &args.policy, scope_of_args(&args.scope)?)?;
    let options = read_scan_options(&args.scan)?;
    let at = args.at.unwrap_or_else(clock::now);
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
    let _lock = args.out.as_deref().map(Lock::take).transpose()?;
    let scanned = estate.scan_with_progress(&args.certs, &options, args.scan.no_progress || args.quiet)?;
    let mut report = scanned.report(at);
    if let Some(baseline) = &baseline {
        report.compare_with(baseline);
    }
    let written = match &args.out {
        Some(folder) => {
            let mut staged = Staged::new(folder)?;
            files::report(&report, &args.format, &mut staged)?;
            staged.commit()?
        }
        None => Vec::new(),
    };
    let written = match &args.evidence {
        Some(path) => written.into_iter().chain([write_evidence_file(path, &report, &estate)?]).collect(),
        None => written,
    };
    if let Some(history) = &history {
        add_to_history(args, history, &report, at)?;
    }
    if !args.quiet {
        print_summary(&report, &written)?;
    }
    if report.certificates.is_empty() {
        return Err(no_certificate(&args.certs));
    }
    Ok(code(&args.gate, &report))
}

/// Writes the evidence, whole or not at all.
fn write_evidence_file(path: &Path, report: &Report, estate: &Estate) -> Result<PathBuf, Failure> {
    let mut bytes = Vec::new();
    write_evidence(report, estate.policy_texts(), &mut bytes)
        .with_context(|| format!("cannot write the evidence `{}`", path.display()))
        .map_err(Failure::usage)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    output::write_file(folder.unwrap_or_else(|| Path::new(".")), &file_name(path), |sink| {
        sink.write_all(&bytes)
    })?;
    Ok(path.to_owned())
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
    run.commit(&IndexView::new(report.at, vec![row], deadlines(report), Vec::new()))?;
    history.prune(args.history.retention(), at)
}

fn print_summary(report: &Report, written: &[PathBuf]) -> Result<(), Failure> {
    output::print(|sink| {
        render::text::summary(report, sink)?;
        for path in written {
            writeln!(sink, "Wrote {}", path.display())?;
        }
        Ok(())
    })
}

/// The exit code that a report stands for.
pub(crate) fn code(gate: &GateArgs, report: &Report) -> u8 {
    let fails = report.findings.iter().any(|finding| {
        finding.is_open()
            && gate.fail_on.fails_on(finding.severity)
            && (!gate.fail_on_new || finding.is_news())
    });
    let partial = !report.unreadable.is_empty() || !report.problems.is_empty();
    if fails && !gate.exit_zero {
        FINDINGS
    } else if partial && gate.strict {
        PARTIAL
    } else {
        SUCCESS
    }
}
