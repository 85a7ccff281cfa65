//! The published topology: `Get-CsTopology -AsXml`.

use std::collections::btree_map::Entry;

use super::pool::{self, read_machine};
use super::raw::{Raw, RawCluster, RawService, RawSite, join_key};
use super::{domain, url};
use crate::lowering::{Lowering, Path};
use crate::topology::{Machine, SiteKind, Topology};
use crate::xml::Element;

/// Lowers `<Topology>`.
pub(super) fn read_topology(lowering: &mut Lowering<'_>, path: &Path<'_>) -> Topology {
    let known =
        ["InternalDomains", "Sites", "Clusters", "SqlInstances", "Services", "SimpleUrlConfiguration"];
    lowering.unknown_children(path, &known);
    let mut topology = Topology::default();
    domain::read_domains(lowering, path, &mut topology);
    topology.simple_urls = url::read_simple_urls(lowering, path);
    let mut raw = Raw::default();
    for (name, what) in [("Sites", "sites"), ("Clusters", "pools"), ("Services", "services")] {
        if path.element.child(name).is_none() {
            lowering.problem(path, format!("there is no `<{name}>`; expected the {what} of the deployment"));
        }
    }
    let part = |name: &str| path.element.child(name);
    if let Some(sites) = part("Sites") {
        let sites_path = path.child(sites);
        raw.sites =
            sites.children.iter().filter_map(|site| read_site(lowering, &sites_path.child(site))).collect();
    }
    if let Some(clusters) = part("Clusters") {
        let clusters_path = path.child(clusters);
        lowering.unknown_children(&clusters_path, &["Cluster"]);
        for cluster in clusters.children_named("Cluster") {
            read_cluster(lowering, &clusters_path.child(cluster), &mut raw);
        }
    }
    if let Some(instances) = part("SqlInstances") {
        let instances_path = path.child(instances);
        for instance in instances.children_named("SqlInstance") {
            read_sql_instance(lowering, &instances_path.child(instance), &mut raw);
        }
    }
    let services = part("Services");
    let services_path = services.map(|services| path.child(services));
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

/// Every child with a `SiteId` is a site. Branch sites of this form were never seen in a real export: that their element is
/// called `RemoteSite`, or otherwise ends in `Site`, and names its parent in an attribute is inferred.
fn read_site(lowering: &mut Lowering<'_>, path: &Path<'_>) -> Option<RawSite> {
    let element = path.element;
    let Some(id) = element.filled("SiteId") else {
        lowering.problem(path, format!("`<{}>` has no `SiteId`; expected a site", element.name));
        return None;
    };
    let kind = if &*element.name == "CentralSite" { SiteKind::Central } else { SiteKind::Branch };
    let parent = ["ParentSiteId", "CentralSiteId", "ParentSite"].iter().find_map(|name| element.filled(name));
    Some(RawSite {
        id: id.to_owned(),
        name: element.child("Name").map(|name| name.text.trim().to_owned()).unwrap_or_default(),
        kind,
        parent: parent.map(str::to_owned),
        place: path.place(lowering.source),
    })
}

fn read_cluster(lowering: &mut Lowering<'_>, path: &Path<'_>, raw: &mut Raw<'_>) {
    let element = path.element;
    lowering.unknown_children(path, &["ClusterId", "Machine"]);
    let Some(fqdn) = pool::read_fqdn(lowering, path) else { return };
    let id = element.child("ClusterId").and_then(cluster_key);
    let Some((site, key)) = id else {
        lowering.problem(path, "the cluster has no `<ClusterId SiteId=… Number=…>`; it is left out");
        return;
    };
    let found: Vec<Machine> = element
        .children_named("Machine")
        .filter_map(|child| read_machine(lowering, &path.child(child), &fqdn))
        .collect();
    let machines = pool::machines_or_pool(lowering, path, found, &fqdn);
    let index = raw.clusters.len();
    match raw.hosts.entry(key) {
        Entry::Vacant(free) => {
            free.insert(index);
        }
        Entry::Occupied(_) => {
            lowering
                .problem(path, "another cluster has the same `ClusterId`; references go to the first one");
        }
    }
    raw.clusters.push(RawCluster {
        site,
        fqdn,
        machines,
        requires_setup: element.boolean("RequiresSetup").unwrap_or(true),
        requires_replication: element.boolean("RequiresReplication").unwrap_or(true),
        has_sql: false,
        place: path.place(lowering.source),
    });
}

/// Site and key of a `ClusterId`.
fn cluster_key(id: &Element) -> Option<(String, String)> {
    let (site, number) = (id.filled("SiteId")?, id.filled("Number")?);
    Some((site.to_owned(), join_key(&["cluster", site, number])))
}

fn read_sql_instance(lowering: &mut Lowering<'_>, path: &Path<'_>, raw: &mut Raw<'_>) {
    let key = path.element.child("SqlInstanceId").and_then(sql_key);
    let Some((cluster, key)) = key else {
        lowering
            .problem(path, "the SQL instance has no `<SqlInstanceId>` with a `<ClusterId>`; it is left out");
        return;
    };
    match raw.hosts.get(&cluster).copied() {
        Some(index) => {
            raw.hosts.insert(key, index);
            if let Some(cluster) = raw.clusters.get_mut(index) {
                cluster.has_sql = true;
            }
        }
        None => lowering.problem(path, "the SQL instance lies on a cluster that is not in the export"),
    }
}

/// Keys of the cluster and of the instance.
fn sql_key(id: &Element) -> Option<(String, String)> {
    let (_, cluster) = cluster_key(id.child("ClusterId")?)?;
    let instance = join_key(&["sql", &cluster, id.attribute("Name").unwrap_or_default()]);
    Some((cluster, instance))
}

fn read_service<'a>(lowering: &mut Lowering<'_>, path: Path<'a>, raw: &Raw<'_>) -> Option<RawService<'a>> {
    let element = path.element;
    let id = element.child("ServiceId");
    let Some(role_name) = id.and_then(|id| id.filled("RoleName")) else {
        lowering.problem(&path, "the service has no `<ServiceId RoleName=…>`; it is left out");
        return None;
    };
    let host = element.child("InstalledOn").and_then(host_key);
    let cluster = pool::cluster_of(lowering, &path, role_name, host.as_deref(), raw)?;
    let dependencies =
        element.child("DependsOn").into_iter().flat_map(|depends| depends.children_named("Dependency"));
    Some(RawService {
        key: id.and_then(service_key),
        role_name: role_name.to_owned(),
        version: pool::read_service_version(lowering, &path),
        cluster,
        depends_on: dependencies
            .filter_map(|dependency| service_key(dependency.child("ServiceId")?))
            .collect(),
        place: path.place(lowering.source),
        path,
    })
}

fn host_key(installed_on: &Element) -> Option<String> {
    if let Some(instance) = installed_on.child("SqlInstanceId") {
        return sql_key(instance).map(|(cluster, _)| cluster);
    }
    cluster_key(installed_on.child("ClusterId")?).map(|(_, key)| key)
}

fn service_key(id: &Element) -> Option<String> {
    Some(join_key(&["service", id.filled("SiteId")?, id.filled("RoleName")?, id.filled("Instance")?]))
}
