//! Holders and sources as data, for programs that must not parse sentences.

use serde::{Deserialize, Serialize};

/// The holder of a certificate. The text field `holder` says the same for people.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct HolderRef {
    /// A pool kind, `ReverseProxy` or `Deployment`.
    pub kind: String,
    /// Pool FQDN; `null` for the reverse proxy and OAuth.
    pub pool: Option<String>,
    /// Server FQDN; `null` where all servers of the pool are meant.
    pub server: Option<String>,
}

impl From<&lyncert_rules::holder::Holder> for HolderRef {
    fn from(holder: &lyncert_rules::holder::Holder) -> Self {
        Self {
            kind: holder.kind.as_str().to_owned(),
            pool: holder.pool.as_ref().map(ToString::to_string),
            server: holder.server.as_ref().map(ToString::to_string),
        }
    }
}

impl HolderRef {
    /// Whether another holder is this one or, where this one is a whole pool, one of its servers.
    pub fn includes(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.pool == other.pool
            && (self.server.is_none() || self.server == other.server)
    }
}

/// A document that a statement rests on.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct SourceRef {
    /// Its title.
    pub title: String,
    /// Where it is found.
    pub url: String,
}
