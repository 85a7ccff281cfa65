//! Reading what lyncert wrote: of this version and of earlier ones, and nothing else.
//!
//! A word that is not known, a time that is none or a field that is missing is an error, and so is a summary that says other than
//! the rest. Nothing is guessed, since a guess would make a report look better than it is.
//!
//! What another program wrote under the name of a report is no concern of lyncert's. It has to be seen for certain: it is
//! well-formed JSON that names a schema of another program, or an object without a schema and without any field by which a report
//! is known. A file that was cut off, or that an editor saved in another encoding, may be a report with errors in it.

mod check;
mod older;
mod reason;
mod references;

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

use super::schema::{FAILURE_SCHEMA, INDEX_SCHEMA, REPORT_SCHEMA};
use super::{FailureView, IndexView, Report};

/// Reports of this version have no `state`.
const REPORT_SCHEMA_1: &str = "lyncert-report/1";
/// Rows of this version have a status in other words.
const INDEX_SCHEMA_1: &str = "lyncert-index/1";

/// Why a document cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadViewError {
    /// It is JSON from another program.
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
    /// lyncert wrote it, and it is something else.
    #[error("is not {expected} of lyncert: it is `{found}`")]
    OtherKind {
        /// What was expected, with its article.
        expected: &'static str,
        /// The schema that it names.
        found: String,
    },
    /// It may be lyncert's, and does not hold what lyncert writes.
    #[error("is not {expected} of lyncert: {reason}")]
    Damaged {
        /// What was expected, with its article.
        expected: &'static str,
        /// The field and what the parser met there, with line and column; or in what it contradicts itself.
        reason: String,
    },
}

impl ReadViewError {
    /// Whether the document is another program's for certain.
    pub fn is_foreign(&self) -> bool {
        match self {
            Self::Foreign { .. } => true,
            Self::OtherKind { .. } | Self::UnknownSchema { .. } | Self::Damaged { .. } => false,
        }
    }

    /// Whether the same document, made again, would be what was expected.
    pub fn can_be_made_again(&self) -> bool {
        match self {
            Self::UnknownSchema { .. } | Self::Damaged { .. } => true,
            Self::Foreign { .. } | Self::OtherKind { .. } => false,
        }
    }
}

/// The fields by which a document is known.
#[derive(Deserialize)]
struct Claim {
    /// Not every program names its schema by a text.
    schema: Option<Value>,
    tool: Option<Value>,
    estate: Option<IgnoredAny>,
    estates: Option<IgnoredAny>,
    findings: Option<IgnoredAny>,
}

impl Claim {
    /// Whether it has a field that documents of lyncert have.
    fn looks_like_ours(&self) -> bool {
        self.tool.is_some() || self.estate.is_some() || self.estates.is_some() || self.findings.is_some()
    }

    /// Whether it says that lyncert made it.
    fn is_by_lyncert(&self) -> bool {
        let name = self.tool.as_ref().and_then(|tool| tool.get("name"));
        name.and_then(Value::as_str) == Some("lyncert")
    }
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

/// What all schemas of lyncert begin with.
const OUR_PREFIX: &str = "lyncert-";

impl Kind {
    /// The schema that a document names, if it is one that can be read.
    fn schema(&self, bytes: &[u8]) -> Result<String, ReadViewError> {
        let claim: Claim = self.parse(bytes)?;
        match &claim.schema {
            Some(Value::String(schema)) => self.known_schema(schema, claim.is_by_lyncert()),
            Some(_) | None if claim.looks_like_ours() => Err(self.damaged("it names no schema")),
            Some(_) | None => Err(ReadViewError::Foreign { expected: self.title }),
        }
    }

    fn known_schema(&self, schema: &str, is_by_lyncert: bool) -> Result<String, ReadViewError> {
        if schema == self.current || Some(schema) == self.older {
            Ok(schema.to_owned())
        } else if schema.starts_with(self.prefix) {
            let found = format!("`{}`", reason::shortened(schema));
            Err(ReadViewError::UnknownSchema { found, expected: self.current })
        } else if is_by_lyncert || schema.starts_with(OUR_PREFIX) {
            Err(ReadViewError::OtherKind { expected: self.title, found: reason::shortened(schema) })
        } else {
            Err(ReadViewError::Foreign { expected: self.title })
        }
    }

    /// Parses a document. Where it is wrong is looked for in a second pass, since nearly none is.
    fn parse<T: DeserializeOwned>(&self, bytes: &[u8]) -> Result<T, ReadViewError> {
        serde_json::from_slice(bytes).map_err(|error: serde_json::Error| {
            if !error.is_data() {
                let (line, column) = (error.line(), error.column());
                return self.damaged(format!("it is no whole JSON text, at line {line}, column {column}"));
            }
            let place =
                serde_path_to_error::deserialize::<_, T>(&mut serde_json::Deserializer::from_slice(bytes));
            self.damaged(place.map_or_else(|error| error.to_string(), |_| error.to_string()))
        })
    }

    fn damaged(&self, reason: impl Into<String>) -> ReadViewError {
        ReadViewError::Damaged { expected: self.title, reason: reason::plain(&reason.into()) }
    }
}

/// The bytes without the mark that some editors put before UTF-8.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

impl Report {
    /// Reads a `report.json`.
    ///
    /// # Errors
    ///
    /// It is none, it is of an unknown version, it holds a word, time or structure that lyncert does not write, its summary says
    /// other than its findings and requirements, or it names what it does not hold.
    pub fn read(bytes: &[u8]) -> Result<Self, ReadViewError> {
        let bytes = without_mark(bytes);
        let is_older = REPORT.schema(bytes)? != REPORT_SCHEMA;
        let mut report: Self = if !is_older {
            REPORT.parse(bytes)?
        } else {
            older::read_report(REPORT.parse(bytes)?).map_err(|reason| REPORT.damaged(reason))?
        };
        older::take_out_reasons(&mut report);
        let may_lack = is_older && report.consequences.is_empty();
        match check::contradiction(&report).or_else(|| references::broken(&report, may_lack)) {
            Some(contradiction) => Err(REPORT.damaged(contradiction)),
            None => Ok(report),
        }
    }
}

impl IndexView {
    /// Reads an `index.json`.
    ///
    /// # Errors
    ///
    /// It is none, it is of an unknown version, or it holds a word, time or structure that lyncert does not write.
    pub fn read(bytes: &[u8]) -> Result<Self, ReadViewError> {
        let bytes = without_mark(bytes);
        if INDEX.schema(bytes)? == INDEX_SCHEMA {
            INDEX.parse(bytes)
        } else {
            older::read_index(INDEX.parse(bytes)?).map_err(|reason| INDEX.damaged(reason))
        }
    }
}

impl FailureView {
    /// Reads a `failure.json`.
    ///
    /// # Errors
    ///
    /// It is none, it is of an unknown version, it holds a time or structure that lyncert does not write, or an exit code that is
    /// none of a failure.
    pub fn read(bytes: &[u8]) -> Result<Self, ReadViewError> {
        let bytes = without_mark(bytes);
        FAILURE.schema(bytes)?;
        let failure: Self = FAILURE.parse(bytes)?;
        if Self::EXIT_CODES.contains(&failure.exit_code) {
            Ok(failure)
        } else {
            Err(FAILURE.damaged(format!("exit_code: {} is none of a failure", failure.exit_code)))
        }
    }
}

#[cfg(test)]
mod tests;
