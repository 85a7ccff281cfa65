//! Reading what lyncert wrote: of this version and of earlier ones, and nothing else.
//!
//! A word that is not known, a time that is none or a field that is missing is an error. Nothing is guessed, since a guess would
//! make a report look better than it is.

use serde::Deserialize;
use serde_json::Value;

use super::schema::{FAILURE_SCHEMA, INDEX_SCHEMA, REPORT_SCHEMA};
use super::{EstateState, FailureView, IndexView, Report, ReportState, Severity};

/// Reports of this version have no `state`.
const REPORT_SCHEMA_1: &str = "lyncert-report/1";
/// Rows of this version have a status in other words.
const INDEX_SCHEMA_1: &str = "lyncert-index/1";

/// Why a document cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadViewError {
    /// It is JSON from another program, or no JSON.
    #[error("is not {expected} of lyncert")]
    Foreign {
        /// What was expected, with its article.
        expected: &'static str,
    },
    /// lyncert wrote such documents, but not this version of them.
    #[error("is {found}, which this version of lyncert does not know; expected `{expected}`")]
    UnknownSchema {
        /// What it says of itself.
        found: String,
        /// The version that is written now.
        expected: &'static str,
    },
    /// It says that lyncert wrote it, and does not hold what lyncert writes.
    #[error("is not {expected} of lyncert: {reason}")]
    Damaged {
        /// What was expected, with its article.
        expected: &'static str,
        /// What the parser met, with line and column.
        reason: String,
    },
}

impl ReadViewError {
    /// Whether the document never claimed to be lyncert's.
    pub fn is_foreign(&self) -> bool {
        match self {
            Self::Foreign { .. } => true,
            Self::UnknownSchema { .. } | Self::Damaged { .. } => false,
        }
    }
}

/// The part of every document that says what it is.
#[derive(Deserialize)]
struct Schema {
    schema: String,
}

/// What documents of one kind are called, and the versions of them that can be read.
#[derive(Clone, Copy)]
struct Kind {
    /// With its article.
    title: &'static str,
    /// What stands before the version.
    prefix: &'static str,
    current: &'static str,
    older: Option<&'static str>,
}

const REPORT: Kind = Kind {
    title: "a report",
    prefix: "lyncert-report/",
    current: REPORT_SCHEMA,
    older: Some(REPORT_SCHEMA_1),
};

const INDEX: Kind =
    Kind { title: "an index", prefix: "lyncert-index/", current: INDEX_SCHEMA, older: Some(INDEX_SCHEMA_1) };

const FAILURE: Kind =
    Kind { title: "a failure", prefix: "lyncert-failure/", current: FAILURE_SCHEMA, older: None };

impl Kind {
    /// The schema that a document names, if it is one that can be read.
    fn schema(&self, bytes: &[u8]) -> Result<String, ReadViewError> {
        let foreign = ReadViewError::Foreign { expected: self.title };
        let Ok(Schema { schema }) = serde_json::from_slice(bytes) else { return Err(foreign) };
        if !schema.starts_with(self.prefix) {
            return Err(foreign);
        }
        if schema == self.current || Some(schema.as_str()) == self.older {
            Ok(schema)
        } else {
            Err(ReadViewError::UnknownSchema { found: format!("`{schema}`"), expected: self.current })
        }
    }

    fn damaged(&self, error: &serde_json::Error) -> ReadViewError {
        ReadViewError::Damaged { expected: self.title, reason: error.to_string() }
    }
}

impl Report {
    /// Reads a `report.json`.
    ///
    /// # Errors
    ///
    /// It is none, it is of an unknown version, or it holds a word, time or structure that lyncert does not write.
    pub fn read(bytes: &[u8]) -> Result<Self, ReadViewError> {
        let schema = REPORT.schema(bytes)?;
        let mut report: Self = serde_json::from_slice(bytes).map_err(|error| REPORT.damaged(&error))?;
        if schema == REPORT_SCHEMA_1 {
            report.summary.state = report.state_by_findings();
        }
        Ok(report)
    }

    /// The state of a report that does not list what was not judged: never in order.
    fn state_by_findings(&self) -> ReportState {
        let count = |severity| {
            self.findings.iter().filter(|finding| finding.is_open() && finding.severity == severity).count()
        };
        ReportState::new(count(Severity::Error), count(Severity::Warning), false)
    }
}

impl IndexView {
    /// Reads an `index.json`.
    ///
    /// # Errors
    ///
    /// It is none, it is of an unknown version, or it holds a word, time or structure that lyncert does not write.
    pub fn read(bytes: &[u8]) -> Result<Self, ReadViewError> {
        let schema = INDEX.schema(bytes)?;
        let damaged = |error| INDEX.damaged(&error);
        if schema == INDEX_SCHEMA {
            return serde_json::from_slice(bytes).map_err(damaged);
        }
        let mut index: Value = serde_json::from_slice(bytes).map_err(damaged)?;
        for row in index.get_mut("estates").and_then(Value::as_array_mut).into_iter().flatten() {
            name_state(row).map_err(damaged)?;
        }
        serde_json::from_value(index).map_err(damaged)
    }
}

impl FailureView {
    /// Reads a `failure.json`.
    ///
    /// # Errors
    ///
    /// It is none, it is of an unknown version, or it holds a time or structure that lyncert does not write.
    pub fn read(bytes: &[u8]) -> Result<Self, ReadViewError> {
        FAILURE.schema(bytes)?;
        serde_json::from_slice(bytes).map_err(|error| FAILURE.damaged(&error))
    }
}

/// Gives a row of the first version its state, by the status that it has in its place.
fn name_state(row: &mut Value) -> Result<(), serde_json::Error> {
    /// The worst open finding, or that there was no report.
    #[derive(Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Status {
        None,
        Info,
        Warning,
        Error,
        Failed,
    }

    let status = row.get("status").cloned().unwrap_or_default();
    let state = match Status::deserialize(status)? {
        Status::None | Status::Info => EstateState::NotFullyJudged,
        Status::Warning => EstateState::Warnings,
        Status::Error => EstateState::Errors,
        Status::Failed => EstateState::CouldNotBeJudged,
    };
    if let Some(row) = row.as_object_mut() {
        row.insert("state".to_owned(), serde_json::to_value(state)?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::testing::plain_report;

    fn json(view: &impl serde::Serialize) -> Value {
        serde_json::to_value(view).unwrap()
    }

    fn read_report(value: &Value) -> Result<Report, String> {
        Report::read(&serde_json::to_vec(value).unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_report_is_read_as_it_was_written() {
        let report = plain_report(2);
        assert_eq!(read_report(&json(&report)).unwrap(), report);
    }

    #[test]
    fn an_older_report_is_never_in_order() {
        let mut report = plain_report(3);
        let state = |report: &Report| {
            let mut older = json(report);
            older["schema"] = REPORT_SCHEMA_1.into();
            older["summary"].as_object_mut().unwrap().remove("state");
            read_report(&older).unwrap().summary.state
        };
        assert_eq!(state(&report), ReportState::Errors);
        report.findings.remove(0);
        assert_eq!(state(&report), ReportState::Warnings);
        report.findings.clear();
        assert_eq!(state(&report), ReportState::NotFullyJudged);
    }

    #[test]
    fn what_lyncert_does_not_write_is_refused() {
        let good = json(&plain_report(2));
        for (pointer, value, expected) in [
            ("/schema", "lyncert-report/3", "`lyncert-report/3`, which this version"),
            ("/schema", "other-report/1", "is not a report of lyncert"),
            ("/summary/state", "fine", "unknown variant `fine`"),
            ("/summary/worst", "critical", "unknown variant `critical`"),
            ("/findings/0/severity", "critical", "unknown variant `critical`"),
            ("/findings/0/change", "better", "unknown variant `better`"),
            ("/requirements/0/verdict", "fine", "unknown variant `fine`"),
            ("/requirements/0/assigned_by", "somebody", "unknown variant `somebody`"),
            ("/requirements/0/names/0/need", "must", "unknown variant `must`"),
            ("/requirements/0/names/0/added_by", "magic", "unknown variant `magic`"),
            ("/requirements/0/names/0/status", "nearly", "unknown variant `nearly`"),
            ("/certificates/0/chain/state", "probably", "unknown variant `probably`"),
            ("/certificates/0/ca_kind", "secret", "unknown variant `secret`"),
            ("/certificates/0/not_after", "soon", "a time such as"),
            ("/waivers/0/state", "eternal", "unknown variant `eternal`"),
            ("/policy/rules/0/severity", "loud", "unknown variant `loud`"),
        ] {
            let mut report = good.clone();
            match report.pointer_mut(pointer) {
                Some(place) => *place = value.into(),
                None => report["findings"][0]["change"] = value.into(),
            }
            let error = read_report(&report).unwrap_err();
            assert!(error.contains(expected), "{pointer}: {error}");
        }
    }

    #[test]
    fn a_failure_is_read_as_it_was_written_and_nothing_else_is() {
        let at = time::macros::datetime!(2026-11-22 12:00:00 UTC).into();
        let failure = FailureView::new("contoso", at, 3, "the export was cut off");
        assert_eq!(FailureView::read(&serde_json::to_vec(&failure).unwrap()).unwrap(), failure);
        let damaged = b"{\"schema\": \"lyncert-failure/1\", \"estate\": \"contoso\"}";
        assert!(!FailureView::read(damaged).unwrap_err().is_foreign());
        assert!(FailureView::read(b"{\"estate\": \"contoso\"}").unwrap_err().is_foreign());
    }

    #[test]
    fn what_is_no_json_of_lyncert_is_foreign() {
        for bytes in [&b"{}"[..], b"", b"[1]", b"{\"schema\": 1}", b"{\"schema\": \"x\"}"] {
            assert!(Report::read(bytes).unwrap_err().is_foreign());
            assert!(IndexView::read(bytes).unwrap_err().is_foreign());
        }
        assert!(!Report::read(b"{\"schema\": \"lyncert-report/2\"}").unwrap_err().is_foreign());
    }

    #[test]
    fn an_index_of_the_first_version_gets_its_states_and_none_is_in_order() {
        let index = IndexView::of_report(&plain_report(1));
        assert_eq!(IndexView::read(&serde_json::to_vec(&index).unwrap()).unwrap(), index);
        let read = |status: &str| {
            let mut older = json(&index);
            older["schema"] = INDEX_SCHEMA_1.into();
            let row = older["estates"][0].as_object_mut().unwrap();
            row.remove("state");
            row.insert("status".to_owned(), status.into());
            IndexView::read(&serde_json::to_vec(&older).unwrap())
                .map(|index| index.estates[0].state)
                .map_err(|error| error.to_string())
        };
        assert_eq!(read("none"), Ok(EstateState::NotFullyJudged));
        assert_eq!(read("info"), Ok(EstateState::NotFullyJudged));
        assert_eq!(read("warning"), Ok(EstateState::Warnings));
        assert_eq!(read("error"), Ok(EstateState::Errors));
        assert_eq!(read("failed"), Ok(EstateState::CouldNotBeJudged));
        assert!(read("critical").unwrap_err().contains("unknown variant `critical`"));
    }
}
