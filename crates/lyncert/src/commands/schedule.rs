//! `lyncert schedule`: what a scheduler needs to run an audit every day.

use std::path::Path;

use anyhow::{Context, anyhow};

use crate::args::{ScheduleArgs, Scheduler};
use crate::exit::{Failure, SUCCESS};
use crate::output;
use crate::schedule::{Job, JobKind, POWERSHELL, check_path, check_text, collector_arguments, unattended};

pub(crate) fn run(args: &ScheduleArgs) -> Result<u8, Failure> {
    if let Some(user) = &args.user {
        check_user(args.scheduler, user)?;
    }
    let job = |kind, program, arguments| Job {
        name: args.name.clone(),
        kind,
        program,
        arguments,
        time: args.time,
        user: args.user.clone(),
        random_delay: args.random_delay,
    };
    let job = match args.arguments.split_first() {
        Some((command, rest)) if command == COLLECTOR => {
            if args.program.is_some() {
                return Err(Failure::usage(anyhow!("the collector runs in PowerShell, not in `--program`")));
            }
            let arguments = collector_arguments(args.scheduler, rest, args.user.as_deref())?;
            job(JobKind::Collector, POWERSHELL.to_owned(), arguments)
        }
        Some(_) | None => {
            let program = program(args)?;
            job(JobKind::Lyncert, program, unattended(args.scheduler, &args.arguments)?)
        }
    };
    output::print(|sink| sink.write_all(job.text(args.scheduler).as_bytes()))?;
    Ok(SUCCESS)
}

/// The command whose script is run in place of lyncert.
const COLLECTOR: &str = "collector";

/// The path of lyncert where it will run.
fn program(args: &ScheduleArgs) -> Result<String, Failure> {
    let program = match &args.program {
        Some(program) => program.clone(),
        None => std::env::current_exe()
            .context("cannot tell the path of this program; expected `--program`")
            .map_err(Failure::usage)?,
    };
    let program = program.to_str().map(str::to_owned).ok_or_else(|| {
        Failure::usage(anyhow!(
            "`{}` is no text; expected a path that can be written down",
            program.display()
        ))
    })?;
    check_path(args.scheduler, Path::new(&program)).map_err(|failure| match args.program {
        Some(_) => failure,
        // The task may be for another machine than this one.
        None => {
            Failure::usage(failure.error.context("give the path of lyncert where it will run by `--program`"))
        }
    })?;
    check_text(&program)?;
    Ok(program)
}

/// The name of an account is written into a unit or task unquoted, so only plain names are taken.
fn check_user(scheduler: Scheduler, user: &str) -> Result<(), Failure> {
    let is_plain = |c: char| {
        c.is_alphanumeric()
            || "_-.$".contains(c)
            || (scheduler == Scheduler::Windows && matches!(c, '\\' | '@' | ' '))
    };
    if user.is_empty() || !user.chars().all(is_plain) {
        return Err(Failure::usage(anyhow!("`{}` is no name of an account", user.escape_debug())));
    }
    Ok(())
}
