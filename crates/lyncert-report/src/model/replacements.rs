//! Which certificates have to be replaced or requested: the action plan.

use serde::{Deserialize, Serialize};

use super::{Day, ReplacementAction, Usage};

/// What has to be done about one certificate.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ReplacementRow {
    /// Stable id, made of names.
    pub id: String,
    /// SHA-1 thumbprint of the present certificate; `null` where there is none.
    pub certificate: Option<String>,
    /// Id of the order, in `orders`, that says what to request.
    pub order: String,
    /// Who holds the certificate, in words: the order's holder first, then whom else the present certificate serves.
    pub holders: Vec<String>,
    /// The servers that need the new certificate, in the same order.
    pub servers: Vec<String>,
    /// The usages that the certificate serves, in the same order.
    pub usages: Vec<Usage>,
    /// When it should begin; what is broken already is due at the time of the report.
    pub due: Day,
    /// What to do.
    pub action: ReplacementAction,
    /// Ids of the findings that ask for it, worst first; empty where an end comes near that no rule reports yet.
    pub why: Vec<String>,
    /// The same in words.
    pub reason: String,
    /// Names that the present certificate has and the new one needs too.
    pub keep_names: Vec<String>,
    /// Names that the new certificate needs besides.
    pub add_names: Vec<String>,
    /// Entries of the present certificate that should not be requested again: nothing needs them, and an open error or
    /// warning is about them.
    pub drop_names: Vec<String>,
    /// The cmdlet line that requests it; `null` where no cmdlet does, or where a name cannot be written into one.
    pub command: Option<String>,
}
