//! What a run says while it works, for people and for machines.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

use anyhow::Context;
use lyncert_report::render::escape::visible;
use lyncert_rules::timestamp;
use serde::Serialize;

use crate::args::{LogArgs, LogFormat};
use crate::exit::Failure;
use crate::{clock, output};

static LOG: OnceLock<Log> = OnceLock::new();

/// Where messages go.
struct Log {
    format: LogFormat,
    /// One message a line, after those of earlier runs.
    file: Option<Mutex<File>>,
}

/// How important a message is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Level {
    /// For those who follow a run: to the log file, and to standard error as JSON.
    Info,
    /// For everybody.
    Warning,
    /// For everybody.
    Error,
}

/// A message as a machine reads it.
#[derive(Serialize)]
struct Line<'a> {
    time: String,
    level: &'static str,
    event: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    estate: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exit_code: Option<u8>,
    message: &'a str,
}

/// A message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Event<'a> {
    pub(crate) level: Level,
    /// Kebab-case name of what happened.
    pub(crate) event: &'a str,
    pub(crate) estate: Option<&'a str>,
    pub(crate) exit_code: Option<u8>,
    pub(crate) message: &'a str,
}

/// Opens the log that the arguments ask for.
pub(crate) fn start(args: &LogArgs) -> Result<(), Failure> {
    let file = args.log_file.as_deref().map(open).transpose()?.map(Mutex::new);
    // A second call would change nothing; there is none.
    let _ = LOG.set(Log { format: args.log_format, file });
    Ok(())
}

fn open(path: &Path) -> Result<File, Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        output::make_folder(folder)?;
    }
    let file = OpenOptions::new().create(true).append(true).open(path);
    file.with_context(|| format!("cannot write the log file `{}`", path.display())).map_err(Failure::usage)
}

/// Says something.
pub(crate) fn event(event: Event<'_>) {
    let log = LOG.get();
    let format = log.map_or(LogFormat::Text, |log| log.format);
    let line = match format {
        LogFormat::Json => json(&event),
        LogFormat::Text => text(&event),
    };
    // Nobody is left to tell when this fails.
    if format == LogFormat::Json {
        let _ = writeln!(io::stderr().lock(), "{line}");
    } else if event.level != Level::Info {
        let _ = writeln!(io::stderr().lock(), "lyncert: {}", message(&event));
    }
    if let Some(file) = log.and_then(|log| log.file.as_ref()) {
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = writeln!(file, "{line}");
    }
}

fn message(event: &Event<'_>) -> String {
    let prefix = match event.level {
        Level::Error => "error: ",
        Level::Info | Level::Warning => "",
    };
    let estate = event.estate.map(|estate| format!("{estate}: ")).unwrap_or_default();
    visible(&format!("{prefix}{estate}{}", event.message)).into_owned()
}

fn text(event: &Event<'_>) -> String {
    format!("{} {:<7} {}", timestamp(clock::now()), level(event.level), message(event))
}

fn json(event: &Event<'_>) -> String {
    let line = Line {
        time: timestamp(clock::now()),
        level: level(event.level),
        event: event.event,
        estate: event.estate,
        exit_code: event.exit_code,
        message: event.message,
    };
    serde_json::to_string(&line).unwrap_or_default()
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Info => "info",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}
