//! `lyncert audit`: certificates against topology.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use lyncert_report::{EstateRow, IndexView, Report, deadlines, render, write_evidence};
use lyncert_rules::Scope;
use time::OffsetDateTime;

use crate::args::{AuditArgs, GateArgs, ScopeArgs};
use crate::estate::Estate;
use crate::exit::{FINDINGS, Failure, PARTIAL, SUCCESS};
use crate::files;
use crate::history::History;
use crate::input;
use crate::lock::Lock;
use crate::output::{self, Staged};
use crate::policy_file::add_to_scope;

pub(crate) fn run(args: &AuditArgs) -> Result<u8, Failure> {
    let estate = estate(args)?;
    let history = args.history.history.as_deref();
    let _history_lock = history.map(Lock::take).transpose()?;
    let history = history.map(|folder| History::read(folder, estate.at)).transpose()?;
    if args.gate.fail_on_new && args.baseline.is_none() && history.is_none() {
        return Err(Failure::usage(anyhow!("--fail-on-new needs --baseline or --history")));
    }
    let baseline = match &args.baseline {
        Some(path) => Some(input::report(path)?),
        None => history.as_ref().and_then(|history| history.baseline(&estate.name)),
    };
    let _lock = args.out.as_deref().map(Lock::take).transpose()?;
    let mut report = estate.report_with_progress(args.scan.no_progress || args.quiet)?;
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
        Some(path) => written.into_iter().chain([evidence(path, &report, &estate)?]).collect(),
        None => written,
    };
    if let Some(history) = &history {
        remember(args, history, &report, estate.at)?;
    }
    if !args.quiet {
        print(&report, &written)?;
    }
    if report.certificates.is_empty() {
        return Err(input::no_certificate(&args.certs));
    }
    Ok(code(&args.gate, &report))
}

/// Writes the evidence, whole or not at all.
fn evidence(path: &Path, report: &Report, estate: &Estate) -> Result<PathBuf, Failure> {
    let mut bytes = Vec::new();
    write_evidence(report, &estate.policy.texts, &mut bytes)
        .with_context(|| format!("cannot write the evidence `{}`", path.display()))
        .map_err(Failure::usage)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    output::file(folder.unwrap_or_else(|| Path::new(".")), &input::file_name(path), |sink| {
        sink.write_all(&bytes)
    })?;
    Ok(path.to_owned())
}

/// Adds the run to the history.
fn remember(args: &AuditArgs, history: &History, report: &Report, at: OffsetDateTime) -> Result<(), Failure> {
    let folder = render::file_names([report.estate.as_str()], "").concat();
    let run = history.start(at)?;
    run.add(&folder, report)?;
    let row = EstateRow::of_report(report, Some(folder), code(&args.gate, report));
    run.commit(&IndexView::new(report.at, vec![row], deadlines(report), Vec::new()))?;
    history.prune(args.history.retention(), at)
}

fn estate(args: &AuditArgs) -> Result<Estate, Failure> {
    let mut estate = Estate::read(&args.exports.topology, &args.certs, &args.policy, &args.scan, args.at)?;
    if let Some(scope) = scope(&args.scope)? {
        estate.policy.settled.policy.scope = scope;
    }
    Ok(estate)
}

/// The scope that the arguments give, which takes the place of the policy's.
fn scope(args: &ScopeArgs) -> Result<Option<Scope>, Failure> {
    if args.pool.is_empty() && args.site.is_empty() {
        return Ok(None);
    }
    let mut scope = Scope { sites: args.site.clone(), ..Scope::default() };
    for pool in &args.pool {
        add_to_scope(&mut scope, pool).map_err(|error| Failure::usage(anyhow!("--pool: {error}")))?;
    }
    Ok(Some(scope))
}

fn print(report: &Report, written: &[PathBuf]) -> Result<(), Failure> {
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
