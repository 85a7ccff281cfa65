//! What made a document.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The program that made a document.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct Tool {
    /// `lyncert`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The version of its rule tables; `null` in documents that do not say.
    #[serde(default)]
    pub rules: Option<u32>,
}

impl Tool {
    /// This program.
    pub(crate) fn this() -> Self {
        Self {
            name: "lyncert".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            rules: Some(crate::RULES_VERSION),
        }
    }
}
