//! What both formats have in common before references are resolved.

use std::collections::BTreeMap;

use crate::lowering::Path;
use crate::name::DnsName;
use crate::place::Place;
use crate::topology::{Machine, SiteKind};

/// A topology with unresolved references. Keys are opaque, trimmed and in lower case.
#[derive(Default)]
pub(super) struct Raw<'a> {
    pub(super) sites: Vec<RawSite>,
    pub(super) clusters: Vec<RawCluster>,
    /// Clusters and SQL instances, to the index of the cluster.
    pub(super) hosts: BTreeMap<String, usize>,
    pub(super) services: Vec<RawService<'a>>,
}

pub(super) struct RawSite {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: SiteKind,
    pub(super) parent: Option<String>,
    pub(super) place: Place,
}

pub(super) struct RawCluster {
    /// Key of its site.
    pub(super) site: String,
    pub(super) fqdn: DnsName,
    pub(super) machines: Vec<Machine>,
    pub(super) requires_setup: bool,
    pub(super) requires_replication: bool,
    pub(super) has_sql: bool,
    pub(super) place: Place,
}

pub(super) struct RawService<'a> {
    pub(super) key: Option<String>,
    pub(super) role_name: String,
    pub(super) version: Option<u32>,
    /// Index of the cluster that it runs on.
    pub(super) cluster: usize,
    pub(super) depends_on: Vec<String>,
    pub(super) path: Path<'a>,
    pub(super) place: Place,
}

/// A key as it is compared.
pub(super) fn join_key(parts: &[&str]) -> String {
    let parts: Vec<_> = parts.iter().map(|part| part.trim().to_lowercase()).collect();
    parts.join("\u{1f}")
}
