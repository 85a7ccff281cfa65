//! Runs that nobody watches: what a scheduler needs to know. Nothing is registered here.

mod collector;
mod cron;
mod systemd;
mod windows;

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use clap::Parser;
use lyncert_report::render::escape::{acts, visible};

use crate::args::{
    Args, AuditArgs, BatchArgs, CertsArgs, Command, ExportArgs, FilesArgs, GateArgs, HistoryArgs,
    OverwriteArgs, PolicyArgs, RedactArgs, ScanArgs, Scheduler, ScopeArgs, ShownArgs, TimeArgs,
};
use crate::exit::Failure;
use crate::ownership::LOG_FILE;
use crate::windows_paths;

/// What a job is, as far as schedulers treat it differently.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum JobKind {
    /// lyncert itself, which needs to read its inputs and to write its folders.
    Lyncert,
    /// The collector, which asks servers: by their stores, which takes an elevated process, and over the network.
    Collector,
}

/// A command that a scheduler runs every day.
#[derive(Debug)]
pub(crate) struct Job {
    /// Name of the task, unit or comment.
    pub(crate) name: String,
    /// What it is.
    pub(crate) kind: JobKind,
    /// Path of the program.
    pub(crate) program: String,
    /// Its arguments.
    pub(crate) arguments: Vec<String>,
    /// Hour and minute.
    pub(crate) time: (u8, u8),
    /// The account it runs as, where one is said.
    pub(crate) user: Option<String>,
    /// By how many minutes the start varies.
    pub(crate) random_delay: u16,
}

impl Job {
    /// What the scheduler is given.
    pub(crate) fn text(&self, scheduler: Scheduler) -> String {
        match scheduler {
            Scheduler::Windows => windows::task_definition(self),
            Scheduler::Systemd => systemd::unit_files(self),
            Scheduler::Cron => cron::crontab_line(self),
        }
    }
}

pub(crate) use collector::{POWERSHELL, collector_arguments};

/// The arguments of an unattended run: those given, which have to be complete and independent of where and when they are
/// read, and what such a run needs besides.
pub(crate) fn unattended(scheduler: Scheduler, given: &[String]) -> Result<Vec<String>, Failure> {
    let parsed = parse_arguments(given)?;
    let PathsOfRun { paths, out } = paths_of_run(&parsed.command)?;
    let log = parsed.log.log_file.as_deref();
    for path in paths.into_iter().chain(log) {
        check_path(scheduler, path)?;
    }
    given.iter().try_for_each(|argument| check_text(argument))?;
    let mut arguments = given.to_vec();
    let has = |flags: &[&str]| given.iter().any(|argument| flags.contains(&argument.as_str()));
    for (flag, spellings) in [("--no-progress", &["--no-progress"][..]), ("--quiet", &["--quiet", "-q"])] {
        if !has(spellings) {
            arguments.push(flag.to_owned());
        }
    }
    if log.is_none() {
        let out = out.display().to_string();
        let separator = if scheduler == Scheduler::Windows { '\\' } else { '/' };
        arguments.push("--log-file".to_owned());
        arguments.push(format!("{}{separator}{LOG_FILE}", out.trim_end_matches(['/', '\\'])));
    }
    Ok(arguments)
}

/// Nothing in an argument may end a line of a crontab or a directive of a unit, or act on the terminal of whoever reads it.
pub(crate) fn check_text(argument: &str) -> Result<(), Failure> {
    match argument.chars().find(|c| acts(*c)) {
        Some(c) => Err(Failure::usage(anyhow!(
            "`{}` has a `{}` in it; expected a text without line ends, control characters and marks of direction",
            visible(argument),
            c.escape_unicode()
        ))),
        None => Ok(()),
    }
}

fn parse_arguments(given: &[String]) -> Result<Args, Failure> {
    Args::try_parse_from(std::iter::once("lyncert").chain(given.iter().map(String::as_str))).map_err(
        |error| {
            let text = error.to_string();
            let reason = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
            Failure::usage(anyhow!("the arguments after `--` are not those of lyncert: {reason}"))
        },
    )
}

/// The paths that a run reads and writes.
struct PathsOfRun<'a> {
    /// All of them.
    paths: Vec<&'a Path>,
    /// The folder that it writes to, which is one of them.
    out: &'a Path,
}

fn paths_of_run(command: &Command) -> Result<PathsOfRun<'_>, Failure> {
    match command {
        Command::Audit(audit) => paths_of_audit(audit),
        Command::Batch(batch) => paths_of_batch(batch),
        Command::Check(_)
        | Command::Collector(_)
        | Command::Completions(_)
        | Command::Diff(_)
        | Command::Doctor(_)
        | Command::Explain(_)
        | Command::Forecast(_)
        | Command::Init(_)
        | Command::Inspect(_)
        | Command::Man(_)
        | Command::Plan(_)
        | Command::Report(_)
        | Command::Schedule(_)
        | Command::Topology(_)
        | Command::Verify(_) => Err(Failure::usage(anyhow!(
            "expected `audit` or `batch` and its arguments after `--`, or `collector` and the script with its arguments"
        ))),
    }
}

/// The arguments are taken apart in full, here and below: an option that is added does not compile before it is said whether it
/// is a path. One that is not looked at would be taken below whatever folder the scheduler starts in.
fn paths_of_audit(audit: &AuditArgs) -> Result<PathsOfRun<'_>, Failure> {
    let AuditArgs {
        exports: ExportArgs { topology },
        certs: CertsArgs { certs },
        scan,
        out,
        evidence,
        overwrite: OverwriteArgs { overwrite: _ },
        files: FilesArgs { format: _ },
        shown: ShownArgs { min_severity: _ },
        policy: PolicyArgs { policy, no_policy: _, estate: _ },
        time: TimeArgs { at: _ },
        scope: ScopeArgs { pool: _, site: _ },
        baseline,
        history: HistoryArgs { history, keep: _, keep_days: _ },
        gate: GateArgs { fail_on: _, fail_on_new: _, exit_zero: _, strict: _ },
        quiet: _,
        redact: RedactArgs { redact: _, redact_map },
    } = audit;
    let scan = paths_of_scan(scan)?;
    if topology.iter().any(|path| path == Path::new("-")) {
        return Err(no_standard_input());
    }
    let Some(out) = out else {
        return Err(Failure::usage(anyhow!("nobody reads what is printed; expected `--out` with a folder")));
    };
    let options = [baseline, evidence, history, policy, redact_map].into_iter().flatten();
    let paths = topology.iter().chain(certs).chain([out]).chain(options).chain(scan);
    Ok(PathsOfRun { paths: paths.map(AsRef::as_ref).collect(), out })
}

fn paths_of_batch(batch: &BatchArgs) -> Result<PathsOfRun<'_>, Failure> {
    let BatchArgs {
        path,
        out,
        overwrite: OverwriteArgs { overwrite: _ },
        from_reports,
        scan,
        format: _,
        shown: ShownArgs { min_severity: _ },
        policy,
        no_policy: _,
        time: TimeArgs { at: _ },
        jobs: _,
        history: HistoryArgs { history, keep: _, keep_days: _ },
        gate: GateArgs { fail_on: _, fail_on_new: _, exit_zero: _, strict: _ },
        quiet: _,
        redact: RedactArgs { redact: _, redact_map },
    } = batch;
    let options = [path, history, policy, redact_map].into_iter().flatten();
    let paths = from_reports.iter().chain([out]).chain(options).chain(paths_of_scan(scan)?);
    Ok(PathsOfRun { paths: paths.map(AsRef::as_ref).collect(), out })
}

fn paths_of_scan(scan: &ScanArgs) -> Result<impl Iterator<Item = &PathBuf>, Failure> {
    let ScanArgs { pfx_password_file, pfx_password_stdin, roots, no_progress: _, time_limit: _ } = scan;
    if *pfx_password_stdin {
        return Err(no_standard_input());
    }
    Ok([pfx_password_file, roots].into_iter().flatten())
}

fn no_standard_input() -> Failure {
    Failure::usage(anyhow!("nobody is there to write to standard input; expected a file"))
}

/// A scheduled run starts in a folder of the scheduler, so a path has to be absolute.
pub(crate) fn check_path(scheduler: Scheduler, path: &Path) -> Result<(), Failure> {
    let shown = path.display().to_string();
    let on_windows = windows_paths::is_absolute(&shown);
    let on_unix = shown.starts_with('/') && !on_windows;
    let (is_absolute, is_elsewhere, here, there, example) = match scheduler {
        Scheduler::Windows => (on_windows, on_unix, "Windows", "Unix", r"C:\lyncert\out"),
        Scheduler::Systemd | Scheduler::Cron => {
            (shown.starts_with('/'), on_windows, "Unix", "Windows", "/srv/lyncert/out")
        }
    };
    if !is_absolute && is_elsewhere {
        return Err(Failure::usage(anyhow!(
            "`{shown}` is an absolute path of {there}; expected one of {here}, such as `{example}`"
        )));
    }
    if !is_absolute {
        return Err(Failure::usage(anyhow!(
            "`{shown}` depends on where the run starts; expected an absolute path such as `{example}`"
        )));
    }
    // What no path of these systems holds could end a line or a value.
    let forbidden = |c: char| {
        c.is_control() || (scheduler == Scheduler::Windows && matches!(c, '"' | '<' | '>' | '|' | '?' | '*'))
    };
    match shown.chars().find(|c| forbidden(*c)) {
        Some(c) => {
            let c = c.escape_default();
            Err(Failure::usage(anyhow!(
                "`{}` has a `{c}` in it, which no path can have",
                shown.escape_debug()
            )))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
