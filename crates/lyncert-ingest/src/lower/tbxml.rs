//! Topology Builder documents.

use std::collections::btree_map::Entry;

use super::pool::{self, read_machine};
use super::raw::{Raw, RawCluster, RawService, RawSite, join_key};
use super::{domain, url};
use crate::document::Document;
use crate::error::ReadError;
use crate::lowering::{Lowering, Path};
use crate::topology::{Machine, SiteKind, Topology};
use crate::xml::Element;

/// Lowers `<TopologyBuilder>`: its `NewTopology` only, since `OriginalTopology` is the same deployment before the edit. What
/// differs between them is the pending change.
pub(super) fn read_builder(
    lowering: &mut Lowering<'_>,
    root: &Element,
    document: &mut Document,
) -> Result<(), ReadError> {
    let path = Path::root(root);
    lowering.unknown_children(&path, &["OriginalTopology", "NewTopology"]);
    let part = |name: &str| root.child(name).and_then(|part| part.child("PartialTopology"));
    let Some(edited) = part("NewTopology") else {
        return Err(ReadError::NoTopology {
            document: lowering.source.name.to_string(),
            root: root.name.to_string(),
            hint: ", but there is no `<PartialTopology>` in a `<NewTopology>` in it".to_owned(),
        });
    };
    let topology = read_partial(lowering, &Path::root(edited));
    document.notes.push(match part("OriginalTopology") {
        Some(original) => {
            let pending = super::pending_changes(lowering.source, original, &topology);
            let is_same = pending.added.is_empty() && pending.removed.is_empty();
            document.pending = Some(pending);
            if is_same {
                "the document was downloaded and not edited since".to_owned()
            } else {
                "the document was edited after it was downloaded; the edited topology was read".to_owned()
            }
        }
        None => "a Topology Builder document may describe changes that are not published yet; give the output of `Get-CsTopology -AsXml` too, and the two are compared".to_owned(),
    });
    document.topology = Some(topology);
    Ok(())
}

/// Lowers `<PartialTopology>`.
pub(super) fn read_partial(lowering: &mut Lowering<'_>, path: &Path<'_>) -> Topology {
    lowering
        .unknown_children(path, &["InternalDomains", "SimpleUrlConfiguration", "CentralSites", "Services"]);
    let mut topology = Topology::default();
    domain::read_domains(lowering, path, &mut topology);
    topology.simple_urls = url::read_simple_urls(lowering, path);
    let mut raw = Raw::default();
    for (name, what) in [("CentralSites", "sites and pools"), ("Services", "services")] {
        if path.element.child(name).is_none() {
            lowering.problem(path, format!("there is no `<{name}>`; expected the {what} of the deployment"));
        }
    }
    if let Some(sites) = path.element.child("CentralSites") {
        let sites_path = path.child(sites);
        lowering.unknown_children(&sites_path, &["CentralSite"]);
        for site in sites.children_named("CentralSite") {
            read_site(lowering, &sites_path.child(site), None, &mut raw);
        }
    }
    let services_path = path.element.child("Services").map(|services| path.child(services));
    if let Some(services_path) = &services_path {
        lowering.unknown_children(services_path, &["Service"]);
        for service in services_path.element.children_named("Service") {
            let service = services_path.child(service);
            raw.services.extend(read_service(lowering, service, &raw));
        }
    }
    pool::assemble(lowering, path, &raw, &mut topology);
    topology
}

/// A central site with its branch sites, or one of those. They nest no deeper.
fn read_site(lowering: &mut Lowering<'_>, path: &Path<'_>, parent: Option<&str>, raw: &mut Raw<'_>) {
    let element = path.element;
    let id = element.filled("SiteId").or_else(|| element.filled("OriginalSiteId"));
    // The site is kept: its pools matter more than its key.
    let id = id.map_or_else(|| format!("site {}", raw.sites.len() + 1), str::to_owned);
    if element.filled("SiteId").is_none() {
        lowering.problem(path, "the site has no `SiteId`");
    }
    raw.sites.push(RawSite {
        id: id.clone(),
        name: element.child("Name").map(|name| name.text.trim().to_owned()).unwrap_or_default(),
        kind: if parent.is_none() { SiteKind::Central } else { SiteKind::Branch },
        parent: parent.map(str::to_owned),
        place: path.place(lowering.source),
    });
    if let Some(clusters) = element.child("Clusters") {
        let clusters_path = path.child(clusters);
        lowering.unknown_children(&clusters_path, &["Cluster"]);
        for cluster in clusters.children_named("Cluster") {
            read_cluster(lowering, &clusters_path.child(cluster), &id, raw);
        }
    }
    if let (Some(remote), None) = (element.child("RemoteSites"), parent) {
        let remote_path = path.child(remote);
        lowering.unknown_children(&remote_path, &["RemoteSite"]);
        for branch in remote.children_named("RemoteSite") {
            read_site(lowering, &remote_path.child(branch), Some(&id), raw);
        }
    }
}

fn read_cluster(lowering: &mut Lowering<'_>, path: &Path<'_>, site: &str, raw: &mut Raw<'_>) {
    let element = path.element;
    lowering.unknown_children(path, &["Machines", "SqlInstances"]);
    let Some(fqdn) = pool::read_fqdn(lowering, path) else { return };
    let machines_path = element.child("Machines").map(|machines| path.child(machines));
    let mut found: Vec<Machine> = Vec::new();
    if let Some(machines_path) = &machines_path {
        lowering.unknown_children(machines_path, &["Machine"]);
        for child in machines_path.element.children_named("Machine") {
            found.extend(read_machine(lowering, &machines_path.child(child), &fqdn));
        }
    }
    let machines = pool::machines_or_pool(lowering, path, found, &fqdn);
    let index = raw.clusters.len();
    register(lowering, path, index, raw);
    let mut has_sql = false;
    if let Some(instances) = element.child("SqlInstances") {
        let instances_path = path.child(instances);
        for instance in instances.children_named("SqlInstance") {
            has_sql = true;
            register(lowering, &instances_path.child(instance), index, raw);
        }
    }
    raw.clusters.push(RawCluster {
        site: site.to_owned(),
        fqdn,
        machines,
        requires_setup: element.boolean("RequiresSetup").unwrap_or(true),
        requires_replication: element.boolean("RequiresReplication").unwrap_or(true),
        has_sql,
        place: path.place(lowering.source),
    });
}

/// Notes that the `UniqueId` of the element refers to the cluster with this index.
fn register(lowering: &mut Lowering<'_>, path: &Path<'_>, index: usize, raw: &mut Raw<'_>) {
    let Some(id) = path.element.filled("UniqueId") else {
        lowering.problem(
            path,
            format!("`<{}>` has no `UniqueId`, so no service can refer to it", path.element.name),
        );
        return;
    };
    let key = join_key(&[id]);
    match raw.hosts.entry(key) {
        Entry::Vacant(free) => {
            free.insert(index);
        }
        Entry::Occupied(_) => {
            lowering.problem(
                path,
                format!("the `UniqueId` `{id}` is used twice; references go to the first one"),
            );
        }
    }
}

fn read_service<'a>(lowering: &mut Lowering<'_>, path: Path<'a>, raw: &Raw<'_>) -> Option<RawService<'a>> {
    let element = path.element;
    let Some(role_name) = element.filled("RoleName") else {
        lowering.problem(&path, "the service has no `RoleName`; it is left out");
        return None;
    };
    let host = element.filled("InstalledOn").map(|id| join_key(&[id]));
    let cluster = pool::cluster_of(lowering, &path, role_name, host.as_deref(), raw)?;
    let dependencies =
        element.child("DependsOn").into_iter().flat_map(|depends| depends.children_named("Dependency"));
    Some(RawService {
        key: element.filled("UniqueId").map(|id| join_key(&[id])),
        role_name: role_name.to_owned(),
        version: pool::read_service_version(lowering, &path),
        cluster,
        depends_on: dependencies
            .filter_map(|dependency| dependency.filled("ServiceUniqueId"))
            .map(|id| join_key(&[id]))
            .collect(),
        place: path.place(lowering.source),
        path,
    })
}
