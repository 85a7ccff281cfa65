//! What a change of the topology asks of the certificates.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schema::PLAN_DIFF_SCHEMA;
use super::{NameRow, PlanAction, Usage};

/// `lyncert plan --diff --format json`.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct PlanDiff {
    /// `lyncert-plan-diff/1`.
    #[schemars(extend("const" = PLAN_DIFF_SCHEMA))]
    pub schema: String,
    /// Name of the estate.
    pub estate: String,
    /// The documents of the old topology.
    pub old: Vec<String>,
    /// The documents of the new topology.
    pub new: Vec<String>,
    /// What to do for each certificate, the new topology's in its order, then those that nothing needs any more.
    pub changes: Vec<ChangeRow>,
}

/// What to do with one certificate.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct ChangeRow {
    /// Id of the order in the new topology; in the old one where nothing needs it any more.
    pub order: String,
    /// Holder in words.
    pub holder: String,
    /// Usages.
    pub usages: Vec<Usage>,
    /// What to do with it.
    pub action: PlanAction,
    /// Why, in sentences; empty for `keep` without any change.
    pub reasons: Vec<String>,
    /// Common name in the new topology.
    pub subject: String,
    /// Names that the new topology needs besides.
    pub added: Vec<NameRow>,
    /// Names that it does not need any more.
    pub removed: Vec<String>,
}
