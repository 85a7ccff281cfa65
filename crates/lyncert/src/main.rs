//! `lyncert` audits Lync Server and Skype for Business Server certificates against an exported topology.
//!
//! This program is glue: it reads files, calls the libraries and writes what they give.

// A word, state or kind that comes later has to be named wherever it decides something.
#![warn(clippy::wildcard_enum_match_arm)]

mod args;
mod batch;
mod clock;
mod commands;
mod did_you_mean;
mod double_click;
mod estate;
mod exit;
mod files;
mod hashed_file;
mod history;
mod inputs;
mod location;
mod lock;
mod log;
mod output;
mod ownership;
mod paths;
mod policy_file;
mod progress;
mod read;
mod redaction;
mod replace;
mod retention;
mod schedule;
#[cfg(test)]
mod schema_files;
mod scope;
mod staged;
mod swap;
mod time_limit;
mod toml_reader;
mod windows_paths;

use std::io::{self, ErrorKind, Write};
use std::panic::{self, UnwindSafe};
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};
use lyncert_report::render::escape::{acts, visible};

use crate::args::{Args, Command};
use crate::exit::{Failure, INTERNAL_ERROR, SUCCESS, USAGE};
use crate::log::{Event, Level};
use crate::windows_paths::{STRAY_QUOTE, has_stray_quote};

/// Facts about certificates are many small texts, made on all cores: with this allocator a scan takes a quarter less time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let start = double_click::Start::now();
    let words = || std::env::args_os();
    let parsed = Args::command().color(output::color_of_help(words())).try_get_matches_from(words());
    let args = match parsed.and_then(|matches| Args::from_arg_matches(&matches)) {
        Ok(args) => args,
        Err(error) => {
            let code = print_help_or_mistake(&error);
            if start.is_by_double_click() {
                double_click::wait();
            }
            return ExitCode::from(code);
        }
    };
    panic::set_hook(Box::new(|panic| {
        log_error("internal-error", &format!("internal error: {panic}; please report this as a bug"));
    }));
    // From here on nothing is said that was not looked at.
    redaction::start(&args.command);
    let code = exit_code(|| {
        paths::check(&args)?;
        redaction::go_on(&args.command)?;
        log::start(&args.log)?;
        let code = run(&args);
        redaction::finish(&args.command)?;
        code
    });
    log_end(code);
    ExitCode::from(code)
}

/// What the argument parser has to say: the help or the version on standard output, a mistake on standard error.
fn print_help_or_mistake(parsed: &clap::Error) -> u8 {
    let is_redacted = redaction::is_asked_for(std::env::args_os());
    let said = parsed.to_string();
    if parsed.use_stderr() && (is_redacted || said.chars().any(|c| c != '\n' && acts(c))) {
        // It repeats what it was given: that would act on the terminal, or tell what must not be told.
        let said = if is_redacted { redaction::without_names(&said) } else { said };
        let shown: Vec<_> = said.lines().map(|line| visible(line).into_owned()).collect();
        // When this fails, there is no other place to say so.
        let _ = writeln!(io::stderr().lock(), "{}", shown.join("\n"));
        return USAGE;
    }
    let printed = parsed.print();
    if parsed.use_stderr() && cfg!(windows) && has_stray_quote(std::env::args_os()) {
        let _ = writeln!(io::stderr().lock(), "\n  tip: an argument {STRAY_QUOTE}");
    }
    match printed {
        Err(failed) if !parsed.use_stderr() && failed.kind() != ErrorKind::BrokenPipe => {
            log_error("failed", &format!("cannot write to standard output: {failed}"));
            USAGE
        }
        Ok(()) | Err(_) if parsed.use_stderr() => USAGE,
        Ok(()) | Err(_) => SUCCESS,
    }
}

/// The exit code of a run, whose failure is told. A panic is a defect of the program; its message was told when it happened.
fn exit_code(run: impl FnOnce() -> Result<u8, Failure> + UnwindSafe) -> u8 {
    match panic::catch_unwind(run) {
        Ok(Ok(code)) => code,
        Ok(Err(failure)) => {
            log_error("failed", &failure.message());
            for more in &failure.more {
                log_error("failed", more);
            }
            failure.code
        }
        Err(_) => INTERNAL_ERROR,
    }
}

fn log_error(event: &str, message: &str) {
    Event::new(Level::Error, event, message).say();
}

/// For those who follow a run.
fn log_end(code: u8) {
    let message = format!("ended with exit code {code}");
    Event::new(Level::Info, "ended", &message).with_exit_code(code).say();
}

fn run(args: &Args) -> Result<u8, Failure> {
    let look = output::look(args.color);
    match &args.command {
        Command::Audit(audit) => commands::audit::run(audit, look),
        Command::Batch(batch) => commands::batch::run(batch, look),
        Command::Completions(completions) => commands::completions::run(completions),
        Command::Check(check) => commands::check::run(check, look),
        Command::Collector(collector) => commands::collector::run(collector),
        Command::Diff(diff) => commands::diff::run(diff, look),
        Command::Doctor(doctor) => commands::doctor::run(doctor, look),
        Command::Explain(explain) => commands::explain::run(explain, look),
        Command::Forecast(forecast) => commands::forecast::run(forecast, look),
        Command::Init(init) => commands::init::run(init),
        Command::Inspect(inspect) => commands::inspect::run(inspect, look),
        Command::Man(man) => commands::man::run(man),
        Command::Plan(plan) => commands::plan::run(plan, look),
        Command::Report(report) => commands::report::run(report),
        Command::Schedule(schedule) => commands::schedule::run(schedule),
        Command::Topology(topology) => commands::topology::run(topology, look),
        Command::Verify(verify) => commands::verify::run(verify, look),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_internal_error_and_a_failure_has_its_own_code() {
        assert_eq!(exit_code(|| panic!("a defect of the program")), INTERNAL_ERROR);
        assert_eq!(exit_code(|| Err(Failure::output(anyhow::anyhow!("the disk is full")))), USAGE);
        assert_eq!(exit_code(|| Ok(SUCCESS)), SUCCESS);
    }
}
