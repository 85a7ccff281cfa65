//! What both formats have in common before references are resolved.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::lowering::Path;
use crate::name::DnsName;
use crate::place::Place;
use crate::topology::{Machine, ServiceRole, SiteKind};

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

/// Services by their keys, for those that others depend on.
pub(super) struct ServiceIndex<'r> {
    /// The clusters of the user stores with each key.
    user_stores: HashMap<&'r str, HashSet<usize>>,
    /// The first registrar with each key, by its place among the services.
    registrars: HashMap<&'r str, usize>,
}

impl<'r> ServiceIndex<'r> {
    pub(super) fn new(services: &'r [RawService<'_>]) -> Self {
        let mut index = Self { user_stores: HashMap::new(), registrars: HashMap::new() };
        for (place, service) in services.iter().enumerate() {
            let Some(key) = service.key.as_deref() else { continue };
            let role = ServiceRole::from_name(&service.role_name);
            if role == ServiceRole::UserStore {
                index.user_stores.entry(key).or_default().insert(service.cluster);
            } else if role == ServiceRole::Registrar {
                index.registrars.entry(key).or_insert(place);
            }
        }
        index
    }

    /// The clusters of the user stores with this key.
    pub(super) fn user_stores(&self, key: &str) -> Option<&HashSet<usize>> {
        self.user_stores.get(key)
    }

    /// The first registrar, in the order of the export, that has one of these keys.
    pub(super) fn first_registrar(&self, keys: &[String]) -> Option<usize> {
        keys.iter().filter_map(|key| self.registrars.get(key.as_str()).copied()).min()
    }
}

/// A key as it is compared.
pub(super) fn join_key(parts: &[&str]) -> String {
    let parts: Vec<_> = parts.iter().map(|part| part.trim().to_lowercase()).collect();
    parts.join("\u{1f}")
}
