//! A line for cron.

use super::Job;

/// The line, with what it is for as a comment in front.
pub(super) fn crontab_line(job: &Job) -> String {
    let (hour, minute) = job.time;
    let command: Vec<String> =
        std::iter::once(&job.program).chain(&job.arguments).map(|argument| quoted(argument)).collect();
    let command = command.join(" ");
    let wait = match job.random_delay {
        0 => String::new(),
        // cron's shell has no random numbers; the process number varies from run to run.
        minutes => format!("sleep $(($$ \\% {})) && ", u32::from(minutes) * 60),
    };
    let user = job.user.as_ref().map(|user| format!("{user} ")).unwrap_or_default();
    let place = if job.user.is_some() { "/etc/cron.d" } else { "crontab -e" };
    format!(
        "# {}: for {place}. Exit code 1 means findings; the report is there.\n{minute} {hour} * * * {user}{wait}nice -n 19 {command}\n",
        job.name
    )
}

/// An argument for the shell, with what cron itself would take for a line end escaped.
pub(super) fn quoted(argument: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:,=+@".contains(c);
    if !argument.is_empty() && argument.chars().all(is_plain) {
        return argument.to_owned();
    }
    // Within single quotes cron still takes `%` for the end; outside, the backslash is cron's.
    let quoted = argument.replace('\'', "'\\''").replace('%', "'\\%'");
    format!("'{quoted}'")
}
