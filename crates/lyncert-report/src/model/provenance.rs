//! What a report rests on: what an auditor reads first.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Timestamp, counted};

/// The option of a report whose names are pseudonyms.
pub const REDACTED: &str = "names are pseudonyms, and texts of people are left out (`--redact`)";

/// By what, when and with what a report was made. The hashes of the files stand in the report's inputs.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct Provenance {
    /// The time that it judges by.
    pub judged_at: Timestamp,
    /// When what counts was collected, the oldest of it; `null` where no collector says so.
    pub collected: Option<Timestamp>,
    /// The servers of which everything was taken; `null` without a collection.
    pub servers_collected: Option<usize>,
    /// All servers that the collections were about; `null` without a collection.
    pub servers: Option<usize>,
    /// Files of trusted roots, without their folders.
    pub roots: Vec<String>,
    /// Files with revocation lists.
    pub revocation_lists: Vec<String>,
    /// Files that say which certificates are assigned.
    pub assigned_exports: Vec<String>,
    /// What rules had nothing to look at for.
    pub not_looked_at: Vec<String>,
    /// Name and version of the program.
    pub tool: String,
    /// The version of its rule tables.
    pub rules: Option<u32>,
    /// What was chosen that changes what is judged, in words; neither secrets nor paths of the machine.
    pub options: Vec<String>,
}

impl Provenance {
    /// All of it as items and values, for tables; moments are written by `moment`. Every item has a value, so that nothing is
    /// missing unseen.
    pub(crate) fn items(&self, moment: fn(Timestamp) -> String) -> Vec<(&'static str, Vec<String>)> {
        let one = |value: String| vec![value];
        let or_none = |values: &[String], none: &str| match values {
            [] => vec![none.to_owned()],
            values => values.to_vec(),
        };
        let servers = match (self.servers_collected, self.servers) {
            (Some(collected), Some(all)) => format!("{collected} of {}", counted(all, "server")),
            (Some(_) | None, _) => NOT_SAID.to_owned(),
        };
        let collected = self.collected.map_or_else(|| NOT_SAID.to_owned(), moment);
        let rules = self.rules.map_or_else(|| NOT_SAID.to_owned(), |version| format!("version {version}"));
        vec![
            ("judged at", one(moment(self.judged_at))),
            ("collected at", one(collected)),
            ("servers collected", one(servers)),
            ("trusted roots", or_none(&self.roots, "none given")),
            ("revocation lists", or_none(&self.revocation_lists, "none in the folder")),
            ("exports of what is assigned", or_none(&self.assigned_exports, "none in the folder")),
            ("not looked at", or_none(&self.not_looked_at, "nothing")),
            ("program", one(self.tool.clone())),
            ("rule tables", one(rules)),
            ("options", or_none(&self.options, "none")),
        ]
    }
}

/// In the place of what no input says.
const NOT_SAID: &str = "not said by any input";
