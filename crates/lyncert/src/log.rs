//! What a run says while it works, for people and for machines.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use anyhow::{Context, anyhow};
use lyncert_report::model::{Report, ReportState};
use lyncert_report::render::escape::visible;
use lyncert_report::render::text::{Look, paragraphs};
use lyncert_rules::timestamp::timestamp;
use serde::Serialize;

use crate::args::{LogArgs, LogFormat};
use crate::exit::Failure;
use crate::location::{folder_of, no_follow};
use crate::ownership::{Kind, is_ours};
use crate::{clock, output};

static LOG: OnceLock<Log> = OnceLock::new();
/// What every message goes through before it is said, if anything.
static FILTER: OnceLock<fn(&str) -> String> = OnceLock::new();
/// Whether it was said that the log cannot be written; once is enough.
static LOG_FAILED: AtomicBool = AtomicBool::new(false);

/// Where messages go.
struct Log {
    format: LogFormat,
    /// One message a line, after those of earlier runs.
    file: Option<Mutex<File>>,
    path: Option<PathBuf>,
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Line<'a> {
    time: String,
    level: &'static str,
    event: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    estate: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exit_code: Option<u8>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    counts: Option<Counts>,
    message: &'a str,
}

/// What came of an estate, in numbers.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Counts {
    /// How it stands.
    state: ReportState,
    /// Open errors.
    errors: usize,
    /// Open warnings.
    warnings: usize,
    /// Open findings that are advice.
    infos: usize,
    /// Waived findings.
    waived: usize,
    /// What was not judged.
    not_judged: usize,
}

impl Counts {
    /// Those of a report.
    pub(crate) fn of(report: &Report) -> Self {
        let summary = &report.summary;
        Self {
            state: summary.state,
            errors: summary.errors,
            warnings: summary.warnings,
            infos: summary.infos,
            waived: summary.waived,
            not_judged: summary.counting_unjudged().count(),
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { state, errors, warnings, infos, waived, not_judged } = self;
        write!(
            f,
            " (state={state} errors={errors} warnings={warnings} infos={infos} waived={waived} not_judged={not_judged})"
        )
    }
}

/// A message.
#[derive(Clone, Copy, Debug)]
#[must_use = "it is said by `say`"]
pub(crate) struct Event<'a> {
    level: Level,
    /// Kebab-case name of what happened.
    event: &'a str,
    estate: Option<&'a str>,
    exit_code: Option<u8>,
    counts: Option<Counts>,
    message: &'a str,
}

impl<'a> Event<'a> {
    /// What happened, by a kebab-case name for machines and a sentence for people.
    pub(crate) fn new(level: Level, event: &'a str, message: &'a str) -> Self {
        Self { level, event, estate: None, exit_code: None, counts: None, message }
    }

    /// The estate that it happened to.
    pub(crate) fn of_estate(self, estate: &'a str) -> Self {
        Self { estate: Some(estate), ..self }
    }

    /// The exit code that it stands for.
    pub(crate) fn with_exit_code(self, code: u8) -> Self {
        Self { exit_code: Some(code), ..self }
    }

    /// The numbers that it tells.
    pub(crate) fn with_counts(self, counts: Counts) -> Self {
        Self { counts: Some(counts), ..self }
    }

    /// Writes it to where messages go.
    pub(crate) fn say(self) {
        let Some(filter) = FILTER.get() else { return self.say_as_it_is() };
        let (message, estate) = (filter(self.message), self.estate.map(filter));
        Event { message: &message, estate: estate.as_deref(), ..self }.say_as_it_is();
    }

    fn say_as_it_is(self) {
        let log = LOG.get();
        let format = log.map_or(LogFormat::Text, |log| log.format);
        let line = match format {
            LogFormat::Json => json_line(&self),
            LogFormat::Text => text_line(&self),
        };
        // When this fails, there is no other place to say so.
        if format == LogFormat::Json {
            let _ = writeln!(io::stderr().lock(), "{line}");
        } else if self.level != Level::Info {
            let _ =
                io::stderr().lock().write_all(&for_people(&message_text(&self), output::columns_of_errors()));
        }
        if let Some(file) = log.and_then(|log| log.file.as_ref()) {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            if let Err(error) = writeln!(file, "{line}")
                && !LOG_FAILED.swap(true, Ordering::Relaxed)
            {
                let _ = writeln!(io::stderr().lock(), "lyncert: error: cannot write to the log: {error}");
            }
        }
    }
}

/// A message on standard error: one line, and in a window so many that they fit.
fn for_people(message: &str, columns: Option<u16>) -> Vec<u8> {
    let mut text = Vec::new();
    if columns.is_some() {
        // Memory takes it.
        let _ = paragraphs([(LEAD, message)], Look::of_window(columns, false), &mut text);
    } else {
        text.extend_from_slice(format!("{LEAD}{message}\n").as_bytes());
    }
    text
}

/// What messages begin with.
const LEAD: &str = "lyncert: ";

/// Opens the log that the arguments ask for.
pub(crate) fn start(args: &LogArgs) -> Result<(), Failure> {
    let file = args.log_file.as_deref().map(open_log).transpose()?.map(Mutex::new);
    // A second call would change nothing; there is none.
    let _ = LOG.set(Log { format: args.log_format, file, path: args.log_file.clone() });
    Ok(())
}

/// From here on every message goes through this first.
pub(crate) fn filter_by(filter: fn(&str) -> String) {
    // A second call would change nothing; there is none.
    let _ = FILTER.set(filter);
}

/// Where the log is, if there is one.
pub(crate) fn path() -> Option<&'static Path> {
    LOG.get()?.path.as_deref()
}

/// Opens a log to append to: one that is not there yet, or one of lyncert. To what is somebody else's nothing is added.
fn open_log(path: &Path) -> Result<File, Failure> {
    let shown = path.display();
    output::make_folder(folder_of(path))?;
    if !is_ours(path, Kind::Log) {
        return Err(Failure::usage(anyhow!(
            "`{shown}` is no log of lyncert; expected a path where no file is, or a log of an earlier run"
        )));
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    no_follow(&mut options);
    let file = options.open(path);
    file.with_context(|| format!("cannot write the log file `{shown}`")).map_err(Failure::usage)
}

fn message_text(event: &Event<'_>) -> String {
    let prefix = match event.level {
        Level::Error => "error: ",
        Level::Info | Level::Warning => "",
    };
    let estate = event.estate.map(|estate| format!("{estate}: ")).unwrap_or_default();
    let counts = event.counts.map(|counts| counts.to_string()).unwrap_or_default();
    visible(&format!("{prefix}{estate}{}{counts}", event.message)).into_owned()
}

fn text_line(event: &Event<'_>) -> String {
    format!("{} {:<7} {}", timestamp(clock::now()), level_name(event.level), message_text(event))
}

fn json_line(event: &Event<'_>) -> String {
    let line = Line {
        time: timestamp(clock::now()),
        level: level_name(event.level),
        event: event.event,
        estate: event.estate,
        exit_code: event.exit_code,
        counts: event.counts,
        message: event.message,
    };
    lyncert_report::render::json::line(&line)
}

fn level_name(level: Level) -> &'static str {
    match level {
        Level::Info => "info",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}

#[cfg(test)]
mod tests {
    use lyncert_report::schemas::DocumentSchema;

    use super::*;
    use crate::schema_files::golden;

    #[test]
    fn a_message_is_one_line_and_in_a_window_as_many_as_fit() {
        let message = "error: cannot read the certificates in `certs`: it does not exist";
        let told = |columns| String::from_utf8(for_people(message, columns)).unwrap();
        assert_eq!(told(None), format!("lyncert: {message}\n"));
        assert_eq!(told(Some(120)), told(None));
        assert_eq!(
            told(Some(40)),
            "lyncert: error: cannot read the\n         certificates in `certs`: it\n         does not exist\n"
        );
    }

    #[test]
    fn the_schema_of_a_line_is_published_and_lines_are_of_it() {
        let schema = DocumentSchema::named::<Line<'_>>("lyncert-log/1");
        golden(&schema);
        let event = Event::new(Level::Warning, "estate-not-judged", "a message")
            .of_estate("contoso")
            .with_exit_code(3);
        for event in [event, Event::new(Level::Info, "ended", "ended with exit code 0")] {
            let line = serde_json::from_str(&json_line(&event)).unwrap();
            assert!(jsonschema::is_valid(&schema.schema, &line), "{line}");
        }
        let other = serde_json::json!({"time": "2026-11-22T12:00:00Z", "level": "info"});
        assert!(!jsonschema::is_valid(&schema.schema, &other));
    }
}
