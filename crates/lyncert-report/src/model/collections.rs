//! When the inputs were collected, and from which servers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CollectionStatus, Timestamp};

/// A run of the collector.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct CollectionRow {
    /// The path of its manifest below the scanned folder.
    pub path: String,
    /// When it was started; `null` where it does not say.
    pub started: Option<Timestamp>,
    /// When it was finished; `null` where it does not say.
    pub finished: Option<Timestamp>,
    /// Every server that it was about.
    pub servers: Vec<CollectedServerRow>,
}

/// A server that a collection was about.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct CollectedServerRow {
    /// Its name.
    pub fqdn: String,
    /// What came of it.
    pub status: CollectionStatus,
    /// Why not everything was taken, as the collector says.
    pub reason: Option<String>,
}

/// What all collections together come to.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct CollectedRow {
    /// When what counts was collected: the oldest of it.
    pub as_of: Option<Timestamp>,
    /// The servers of which everything was taken.
    pub collected: usize,
    /// All servers that the collections were about.
    pub servers: usize,
    /// The same in words.
    pub text: String,
}
