//! What the sentences of a report speak of, as data beside them.

use serde::{Deserialize, Serialize};

/// Whose certificate something is about. What stands in `holder` says the same to people.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct HolderRef {
    /// A pool kind, `ReverseProxy` or `Deployment`.
    pub kind: String,
    /// Pool FQDN; `null` for the reverse proxy and OAuth.
    pub pool: Option<String>,
    /// Server FQDN; `null` where all servers of the pool are meant.
    pub server: Option<String>,
}

/// A document that a statement rests on.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct SourceRef {
    /// Its title.
    pub title: String,
    /// Where it is found.
    pub url: String,
}
