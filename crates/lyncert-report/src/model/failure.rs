//! What a batch says of an estate that could not be judged.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Timestamp;
use super::schema::FAILURE_SCHEMA;

/// `failure.json`, in the place of a report.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct FailureView {
    /// `lyncert-failure/1`.
    #[schemars(extend("const" = FAILURE_SCHEMA))]
    pub schema: String,
    /// Name of the estate.
    pub estate: String,
    /// The time that it should have been judged by.
    pub at: Timestamp,
    /// The exit code that an audit of it alone would have.
    pub exit_code: u8,
    /// What went wrong, in one sentence.
    pub reason: String,
}

impl FailureView {
    /// The exit codes of an audit that gives no report: a wrong command line or policy, no usable input, a defect of the program, and
    /// another run at work. With any other there is a report.
    pub(super) const EXIT_CODES: [u8; 4] = [2, 3, 70, 75];

    /// The failure of one estate.
    pub fn new(estate: &str, at: Timestamp, exit_code: u8, reason: &str) -> Self {
        let (estate, reason) = (estate.to_owned(), reason.to_owned());
        Self { schema: FAILURE_SCHEMA.to_owned(), estate, at, exit_code, reason }
    }
}
