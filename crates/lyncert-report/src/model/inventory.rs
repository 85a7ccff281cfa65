//! What a folder of certificates holds, without any topology.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schema::INVENTORY_SCHEMA;
use super::{AssignedRow, CertificateRow, KeyRow, ListRow, RequestRow, Timestamp, Tool, UnreadableRow};

/// `lyncert inspect --format json`.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct InventoryView {
    /// `lyncert-inventory/1`.
    #[schemars(extend("const" = INVENTORY_SCHEMA))]
    pub schema: String,
    /// The program.
    pub tool: Tool,
    /// The time that days are counted from.
    pub at: Timestamp,
    /// How many files were read.
    pub files: usize,
    /// Certificates, by path.
    pub certificates: Vec<CertificateRow>,
    /// Certificate requests.
    pub requests: Vec<RequestRow>,
    /// Revocation lists.
    pub crls: Vec<ListRow>,
    /// Private keys. Their private part is never shown.
    pub keys: Vec<KeyRow>,
    /// What exports say of assigned certificates.
    #[serde(default)]
    pub assigned: Vec<AssignedRow>,
    /// What was not understood, and why.
    pub unreadable: Vec<UnreadableRow>,
}
