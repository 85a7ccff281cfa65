//! Holders and sources as data, for programs that must not parse sentences.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{HolderKind, PoolKind};

/// The holder of a certificate. The text field `holder` says the same for people.
#[derive(Clone, Debug, Deserialize, Eq, Hash, JsonSchema, Ord, PartialEq, PartialOrd, Serialize)]
pub struct HolderRef {
    /// A pool kind, `ReverseProxy` or `Deployment`.
    pub kind: HolderKind,
    /// Pool FQDN, or the name of one of several reverse proxies among pools; `null` for OAuth and for the only reverse proxy.
    pub pool: Option<String>,
    /// Server FQDN; `null` where all servers of the pool are meant.
    pub server: Option<String>,
}

impl From<&lyncert_rules::holder::Holder> for HolderRef {
    fn from(holder: &lyncert_rules::holder::Holder) -> Self {
        Self {
            kind: holder.kind.into(),
            pool: holder.pool_name(),
            server: holder.server.as_ref().map(ToString::to_string),
        }
    }
}

impl HolderRef {
    /// All servers of a pool.
    pub(super) fn of_pool(kind: PoolKind, pool: &str) -> Self {
        Self { kind: kind.into(), pool: Some(pool.to_owned()), server: None }
    }

    /// The holders that no pool has.
    pub(super) fn outside_of_pools() -> impl Iterator<Item = Self> {
        let kinds = [HolderKind::Deployment, HolderKind::ReverseProxy];
        kinds.into_iter().map(|kind| Self { kind, pool: None, server: None })
    }

    /// Whether another holder is this one or, where this one is a whole pool, one of its servers.
    pub fn includes(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.pool == other.pool
            && (self.server.is_none() || self.server == other.server)
    }
}

/// A document that a statement rests on.
#[derive(Clone, Debug, Deserialize, Eq, Hash, JsonSchema, Ord, PartialEq, PartialOrd, Serialize)]
pub struct SourceRef {
    /// Title of the page or book, as the publisher has it.
    pub title: String,
    /// Where it is found.
    pub url: String,
}

/// A place in an export of the topology.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, JsonSchema)]
pub struct PlaceRef {
    /// Name of the document.
    pub document: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl From<&lyncert_ingest::place::Place> for PlaceRef {
    fn from(place: &lyncert_ingest::place::Place) -> Self {
        Self { document: place.document.to_string(), line: place.line, column: place.column }
    }
}
