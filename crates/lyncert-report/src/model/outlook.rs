//! What would come of a request.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Fits, Usage};

/// What would come of a request of a folder: a part of its row in a report.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct OutlookRow {
    /// Whether the certificate would do.
    pub fits: Fits,
    /// Id of the order that it would answer.
    pub requirement: String,
    /// Ids of the requirements that it would meet.
    pub requirements: Vec<String>,
    /// The holder in words.
    pub holder: String,
    /// The usages that it would be for.
    pub usages: Vec<Usage>,
    /// The required and recommended names that it lacks.
    pub missing: Vec<String>,
    /// What else is wrong with it, in a few words each.
    pub faults: Vec<String>,
    /// All of it in words; continues "this file …".
    pub text: String,
}
