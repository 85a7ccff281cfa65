//! What was not judged, and how it is known what is in use.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{HolderRef, UnjudgedKind, first_few};

/// Something that was not judged.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct UnjudgedRow {
    /// Why.
    pub kind: UnjudgedKind,
    /// What was not judged or is not known.
    pub what: String,
    /// Why, in one sentence.
    pub why: String,
    /// What would make it judged, in one sentence.
    pub remedy: String,
    /// The holders concerned, in words; empty where it is about the estate as a whole.
    pub holders: Vec<String>,
    /// The same as data.
    #[serde(default)]
    pub holder_refs: Vec<HolderRef>,
}

impl UnjudgedRow {
    /// Whom it concerns, to be put behind a sentence without its full stop: so many holders by name, and how many more there are.
    pub(crate) fn concerns(&self, shown: usize) -> String {
        match self.holders.as_slice() {
            [] => String::new(),
            some => format!(". Concerns {}", first_few(some, shown, "; ", "more")),
        }
    }
}

/// How it is known which certificates are in use: numbers of holdings.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct AssignmentCounts {
    /// An export of what is assigned says so.
    pub assigned: usize,
    /// The place of the file says so.
    pub placed: usize,
    /// It fits best, and nothing says so.
    pub assumed: usize,
}

impl AssignmentCounts {
    /// All together.
    pub fn total(self) -> usize {
        self.assigned + self.placed + self.assumed
    }
}
