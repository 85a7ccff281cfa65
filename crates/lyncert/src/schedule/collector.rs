//! The collector's task: Windows PowerShell with the script and its arguments.

use std::path::Path;

use anyhow::anyhow;

use super::{check_path, check_text};
use crate::args::Scheduler;
use crate::exit::Failure;

/// Windows PowerShell of 64 bits, on every version of Windows; the Task Scheduler puts in the folder of Windows.
pub(crate) const POWERSHELL: &str = r"%SystemRoot%\System32\WindowsPowerShell\v1.0\powershell.exe";

/// What it is started with: no profile, no prompt, and no policy of its own.
const START: [&str; 5] = ["-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-File"];

/// The arguments of PowerShell for the script and the arguments that are given after `collector`.
pub(crate) fn collector_arguments(
    scheduler: Scheduler,
    given: &[String],
    user: Option<&str>,
) -> Result<Vec<String>, Failure> {
    match scheduler {
        Scheduler::Windows => {}
        Scheduler::Systemd | Scheduler::Cron => {
            return Err(Failure::usage(anyhow!("the collector runs on Windows; expected `windows`")));
        }
    }
    given.iter().try_for_each(|argument| check_text(argument))?;
    let Some((script, rest)) = given.split_first() else {
        return Err(Failure::usage(anyhow!(
            "expected the path of the script after `collector`, and its arguments"
        )));
    };
    check_path(scheduler, Path::new(script))?;
    let has = |name: &str| rest.iter().any(|argument| is_switch(argument, name));
    match value_of(rest, "-OutputPath") {
        Some(output) => check_path(scheduler, Path::new(output))?,
        None => return Err(Failure::usage(anyhow!("expected `-OutputPath` with the folder to write"))),
    }
    for (switch, reason) in [
        ("-Session", "nobody is there to open sessions"),
        ("-WhatIf", "it writes nothing"),
        ("-Zip", "a ZIP that is there already is never overwritten"),
    ] {
        if has(switch) {
            return Err(Failure::usage(anyhow!("`{switch}` is of no use to a scheduler: {reason}")));
        }
    }
    if !has("-Replace") {
        return Err(Failure::usage(anyhow!(
            "the second run would find the folder of the first; expected `-Replace` too"
        )));
    }
    if user.is_none() && !has("-LocalOnly") {
        return Err(Failure::usage(anyhow!(
            "the collector asks other servers, as somebody who may; expected `--user` with a domain account, or `-LocalOnly`"
        )));
    }
    Ok(START.iter().map(ToString::to_string).chain(given.iter().cloned()).collect())
}

/// Whether an argument is this switch; PowerShell takes the case of letters for nothing.
fn is_switch(argument: &str, name: &str) -> bool {
    argument.eq_ignore_ascii_case(name)
}

fn value_of<'a>(arguments: &'a [String], name: &str) -> Option<&'a str> {
    let place = arguments.iter().position(|argument| is_switch(argument, name))?;
    arguments.get(place + 1).map(String::as_str)
}
