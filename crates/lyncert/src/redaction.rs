//! Runs whose results leave the house: every view is redacted before anything is written or printed, and every message before it is
//! said.

use std::ffi::OsString;
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

use anyhow::{Context, anyhow};
use lyncert_report::model::Report;
use lyncert_report::redact::{RedactError, RedactionMap, Redactor};
use lyncert_report::render;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::args::Command;
use crate::did_you_mean::short_hint;
use crate::exit::Failure;
use crate::log;
use crate::ownership::Kind;
use crate::read::{ReadFor, read_file};
use crate::staged::write_file;

/// The pseudonyms of a run; not there where names are shown.
static PSEUDONYMS: OnceLock<Mutex<Redactor>> = OnceLock::new();

/// Whether a command line asks for redaction, even where it is not understood.
pub(crate) fn is_asked_for(words: impl IntoIterator<Item = OsString>) -> bool {
    words.into_iter().any(|word| word == "--redact")
}

/// A text in which no name is known: of it stays what the program itself says.
pub(crate) fn without_names(text: &str) -> String {
    Redactor::default().text(text)
}

/// Lets no message pass as it is, where the command line asks for redaction.
pub(crate) fn start(command: &Command) {
    if command.redaction().is_some_and(|args| args.redact) {
        // A second call would change nothing; there is none.
        let _ = PSEUDONYMS.set(Mutex::default());
        log::filter_by(message);
    }
}

/// Whether these are pseudonyms of this run, or of the earlier runs that it goes on with.
pub(crate) fn has_given_all<'n>(names: impl Iterator<Item = &'n str>) -> bool {
    pseudonyms().is_some_and(|redactor| redactor.has_given_all(names))
}

/// Reads the pseudonyms of earlier runs.
pub(crate) fn go_on(command: &Command) -> Result<(), Failure> {
    let map = command.redaction().filter(|args| args.redact).and_then(|args| args.redact_map.as_ref());
    if let Some(path) = map.filter(|path| path.exists()) {
        let redactor = read_map(path)?;
        if let Some(mut pseudonyms) = pseudonyms() {
            *pseudonyms = redactor;
        }
    }
    Ok(())
}

fn read_map(path: &Path) -> Result<Redactor, Failure> {
    let shown = path.display();
    let bytes = read_file(path, ReadFor::Report);
    let bytes =
        bytes.with_context(|| format!("cannot read the redaction map `{shown}`")).map_err(Failure::usage)?;
    if bytes.is_empty() {
        return Ok(Redactor::default());
    }
    RedactionMap::read(&bytes).with_context(|| format!("cannot go on with `{shown}`")).map_err(Failure::usage)
}

/// Writes the pseudonyms where the command line asks for them.
pub(crate) fn finish(command: &Command) -> Result<(), Failure> {
    let Some(path) = command.redaction().and_then(|args| args.redact_map.as_ref()) else { return Ok(()) };
    let Some(redactor) = pseudonyms() else { return Ok(()) };
    let map = RedactionMap::of(&redactor);
    drop(redactor);
    write_file(path, Kind::RedactionMap, false, |sink| render::json::write(&map, sink)).map(drop)
}

/// Refuses an option that does not go with redaction.
pub(crate) fn check_goes_with(option: &str, is_given: bool, why: &str) -> Result<(), Failure> {
    if is_given {
        return Err(Failure::usage(anyhow!("{option} does not go with --redact: {why}")));
    }
    Ok(())
}

/// Tells what the estate of the run holds: views of it that are shown next may name it in sentences alone.
pub(crate) fn know<T: Serialize>(view: impl FnOnce() -> T) -> Result<(), Failure> {
    if !is_on() {
        return Ok(());
    }
    let view = view();
    pseudonyms().map_or(Ok(()), |mut redactor| redactor.know(&view)).map_err(failed)
}

/// A view as it may be shown.
pub(crate) fn view<T: Serialize + DeserializeOwned>(view: T) -> Result<T, Failure> {
    match pseudonyms() {
        Some(mut redactor) => redactor.document(&view).map_err(failed),
        None => Ok(view),
    }
}

/// A report as it may be shown.
pub(crate) fn report(report: Report) -> Result<Report, Failure> {
    match pseudonyms() {
        Some(mut redactor) => redactor.report(&report).map_err(failed),
        None => Ok(report),
    }
}

/// What came of an estate of a batch, as it may be shown.
pub(crate) fn outcome(outcome: Result<Report, Failure>) -> Result<Report, Failure> {
    match outcome {
        Ok(judged) => report(judged),
        Err(failure) if is_on() => {
            let Failure { code, .. } = failure;
            let more = failure.more.iter().map(|more| message(more)).collect();
            Err(Failure { code, error: anyhow!("{}", message(&failure.message())), more })
        }
        Err(failure) => Err(failure),
    }
}

/// What an estate is called in results.
pub(crate) fn estate(name: &str) -> String {
    pseudonyms().map_or_else(|| name.to_owned(), |mut redactor| redactor.estate(name))
}

/// What may have been meant by a name that is not known, out of names of an estate, which a redacted message does not tell: they may be words of the program.
pub(crate) fn hint_of_names<'k>(text: &str, known: impl IntoIterator<Item = &'k str> + Clone) -> String {
    if is_on() {
        return format!("there are {}, which --redact leaves out here", known.into_iter().count());
    }
    short_hint(text, known)
}

/// A message as it may be said.
fn message(text: &str) -> String {
    pseudonyms().map_or_else(|| text.to_owned(), |mut redactor| redactor.text(text))
}

fn is_on() -> bool {
    PSEUDONYMS.get().is_some()
}

fn pseudonyms() -> Option<MutexGuard<'static, Redactor>> {
    PSEUDONYMS.get().map(|redactor| redactor.lock().unwrap_or_else(PoisonError::into_inner))
}

fn failed(error: RedactError) -> Failure {
    Failure::internal(error)
}

/// Lets the estates of a batch get their pseudonyms in their order, whichever is done first: the numbers are the same in every run.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    next: Mutex<usize>,
    passed: Condvar,
}

impl Turns {
    /// Does it when all before it have had their turn; at once where nothing is redacted.
    pub(crate) fn take<T>(&self, index: usize, work: impl FnOnce() -> T) -> T {
        if !is_on() {
            return work();
        }
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        while *next < index {
            next = self.passed.wait(next).unwrap_or_else(PoisonError::into_inner);
        }
        drop(next);
        let _turn = Turn(self);
        work()
    }
}

/// Goes on to the next when it ends, however it does.
struct Turn<'a>(&'a Turns);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.0.next.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.passed.notify_all();
    }
}
