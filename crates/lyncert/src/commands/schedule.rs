//! `lyncert schedule`: what a scheduler needs to run an audit every day.

use std::path::Path;

use anyhow::{Context, anyhow};

use crate::args::{ScheduleArgs, Scheduler};
use crate::exit::{Failure, SUCCESS};
use crate::output;
use crate::schedule::{Job, check_path, check_text, unattended};

pub(crate) fn run(args: &ScheduleArgs) -> Result<u8, Failure> {
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
    let arguments = unattended(args.scheduler, &args.arguments)?;
    if let Some(user) = &args.user {
        check_user(args.scheduler, user)?;
    }
    let job = Job {
        name: args.name.clone(),
        program,
        arguments,
        time: args.time,
        user: args.user.clone(),
        random_delay: args.random_delay,
    };
    output::print(|sink| sink.write_all(job.text(args.scheduler).as_bytes()))?;
    Ok(SUCCESS)
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
