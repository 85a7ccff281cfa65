//! What will turn red, and when.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schema::FORECAST_SCHEMA;
use super::{ForecastSeverity, ScopeRow, SourceRef, Timestamp, Tool};

/// `lyncert forecast --format json`.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct ForecastView {
    /// `lyncert-forecast/1`.
    #[schemars(extend("const" = FORECAST_SCHEMA))]
    pub schema: String,
    /// The program.
    pub tool: Tool,
    /// Name of the estate.
    pub estate: String,
    /// The time that it starts from.
    pub at: Timestamp,
    /// The time that it ends at.
    pub until: Timestamp,
    /// What was judged, where not all was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<ScopeRow>,
    /// Errors and warnings that are open already; they are not part of the forecast.
    pub standing: usize,
    /// What comes, the first first.
    pub events: Vec<ForecastRow>,
}

/// Something that will happen if nothing is changed.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct ForecastRow {
    /// The first moment at which it holds.
    pub at: Timestamp,
    /// Whole days from the start.
    pub days: i64,
    /// How bad it will be.
    pub severity: ForecastSeverity,
    /// Rule id, or the id of the dated policy.
    pub rule: String,
    /// Whom it concerns; empty for all.
    pub holder: String,
    /// SHA-1 thumbprint.
    pub certificate: Option<String>,
    /// The certificate's file.
    pub certificate_file: Option<String>,
    /// What will be said.
    pub message: String,
    /// What users will notice.
    pub consequence: String,
    /// What to do before.
    pub remedy: String,
    /// The document: title and URL in one text.
    pub source: String,
    /// The same as data.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
}
