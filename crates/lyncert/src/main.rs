//! `lyncert` audits Lync Server and Skype for Business Server certificates against an exported topology.
//!
//! This program is glue: it reads files, calls the libraries and writes what they give.

mod args;
mod batch;
mod clock;
mod commands;
mod estate;
mod exit;
mod files;
mod history;
mod lock;
mod log;
mod output;
mod policy_file;
mod progress;
mod read;
mod retention;
mod schedule;
mod scope;
mod swap;
mod toml_reader;

use std::panic;
use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Command};
use crate::exit::{Failure, INTERNAL_ERROR};
use crate::log::{Event, Level};

/// Facts about certificates are many small texts, made on all cores: with this allocator a scan takes a quarter less time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = Args::parse();
    panic::set_hook(Box::new(|panic| {
        error("internal-error", &format!("internal error: {panic}; please report this as a bug"));
    }));
    let outcome = panic::catch_unwind(|| log::start(&args.log).and_then(|()| run(&args)));
    match outcome {
        Ok(Ok(code)) => {
            ended(code);
            ExitCode::from(code)
        }
        Ok(Err(failure)) => {
            error("failed", &format!("{:#}", failure.error));
            for more in &failure.more {
                error("failed", more);
            }
            ended(failure.code);
            ExitCode::from(failure.code)
        }
        Err(_) => {
            ended(INTERNAL_ERROR);
            ExitCode::from(INTERNAL_ERROR)
        }
    }
}

fn error(event: &str, message: &str) {
    log::event(Event { level: Level::Error, event, estate: None, exit_code: None, message });
}

/// For those who follow a run.
fn ended(code: u8) {
    let message = format!("ended with exit code {code}");
    let exit_code = Some(code);
    log::event(Event { level: Level::Info, event: "ended", estate: None, exit_code, message: &message });
}

fn run(args: &Args) -> Result<u8, Failure> {
    match &args.command {
        Command::Audit(audit) => commands::audit::run(audit),
        Command::Batch(batch) => commands::batch::run(batch),
        Command::Diff(diff) => commands::diff::run(diff),
        Command::Doctor(doctor) => commands::doctor::run(doctor),
        Command::Explain(explain) => commands::explain::run(explain),
        Command::Forecast(forecast) => commands::forecast::run(forecast),
        Command::Init(init) => commands::init::run(init),
        Command::Inspect(inspect) => commands::inspect::run(inspect),
        Command::Plan(plan) => commands::plan::run(plan),
        Command::Schedule(schedule) => commands::schedule::run(schedule),
        Command::Topology(topology) => commands::topology::run(topology),
        Command::Verify(verify) => commands::verify::run(verify),
    }
}
