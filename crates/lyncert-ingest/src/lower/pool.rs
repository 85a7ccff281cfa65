//! From clusters and services to pools.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use super::duplicates::report_duplicates;
use super::raw::{Raw, RawCluster, RawService, RawSite, ServiceIndex};
use super::web::WebNames;
use super::{edge, gateway, kind, web};
use crate::lowering::{Lowering, Path};
use crate::name::DnsName;
use crate::place::Place;
use crate::topology::{Machine, Pool, PoolKind, Service, ServiceRole, Site, SiteKind, Topology};

/// The FQDN of a cluster; a cluster without one is reported and left out.
pub(super) fn read_fqdn(lowering: &mut Lowering<'_>, path: &Path<'_>) -> Option<DnsName> {
    match path.element.filled("Fqdn").map(str::parse) {
        Some(Ok(fqdn)) => Some(fqdn),
        Some(Err(error)) => {
            lowering.problem(path, format!("{error}; the cluster is left out"));
            None
        }
        None => {
            lowering.problem(path, "the cluster has no `Fqdn`; it is left out");
            None
        }
    }
}

/// A server; without a name of its own it has that of its pool, as Topology Builder writes pools of one server.
pub(super) fn read_machine(lowering: &mut Lowering<'_>, path: &Path<'_>, pool: &DnsName) -> Option<Machine> {
    let fqdn = match path.element.filled("Fqdn").map(str::parse) {
        Some(Ok(fqdn)) => fqdn,
        Some(Err(error)) => {
            lowering.problem(path, format!("{error}; the server is left out"));
            return None;
        }
        None => pool.clone(),
    };
    Some(Machine { fqdn, addresses: read_addresses(path), place: path.place(lowering.source) })
}

/// No name of a certificate follows from an address, so one that is none is no problem.
fn read_addresses(path: &Path<'_>) -> Vec<IpAddr> {
    let interfaces = path.element.children_named("NetInterface");
    let mut addresses: Vec<IpAddr> = interfaces
        .filter_map(|interface| interface.filled("IPAddress")?.trim().parse().ok())
        .filter(|address: &IpAddr| !address.is_unspecified() && !address.is_loopback())
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses
}

/// The servers found, each once; without any, one with the pool's name.
pub(super) fn machines_or_pool(
    lowering: &mut Lowering<'_>,
    path: &Path<'_>,
    found: Vec<Machine>,
    pool: &DnsName,
) -> Vec<Machine> {
    let mut machines: Vec<Machine> = Vec::new();
    let mut known: HashSet<String> = HashSet::new();
    let are_several = found.len() > 1;
    for machine in found {
        let Machine { fqdn, addresses: _, place } = &machine;
        if !known.insert(fqdn.key().to_owned()) {
            lowering.problem(path, format!("the server `{fqdn}` stands twice in its pool"));
            continue;
        }
        if are_several && fqdn == pool {
            let text = format!(
                "a server of the pool `{pool}` has no FQDN of its own, but the pool has several servers"
            );
            lowering.problems.push(crate::problem::Problem { place: place.clone(), text });
        }
        machines.push(machine);
    }
    if machines.is_empty() {
        lowering.problem(path, "the cluster has no server; one with the name of the pool is assumed");
        machines.push(Machine {
            fqdn: pool.clone(),
            addresses: Vec::new(),
            place: path.place(lowering.source),
        });
    }
    machines
}

/// The cluster that a service runs on; a service without one is reported and left out.
pub(super) fn cluster_of(
    lowering: &mut Lowering<'_>,
    path: &Path<'_>,
    role: &str,
    host: Option<&str>,
    raw: &Raw<'_>,
) -> Option<usize> {
    let Some(host) = host else {
        lowering.problem(
            path,
            format!("the service `{role}` does not say where it is installed; it is left out"),
        );
        return None;
    };
    let cluster = raw.hosts.get(host).copied();
    if cluster.is_none() {
        lowering.problem(
            path,
            format!(
                "the service `{role}` is installed on a cluster that is not in the export; it is left out"
            ),
        );
    }
    cluster
}

/// `ServiceVersion`; what is no number is reported.
pub(super) fn read_service_version(lowering: &mut Lowering<'_>, path: &Path<'_>) -> Option<u32> {
    let text = path.element.filled("ServiceVersion")?;
    let version = text.parse().ok();
    if version.is_none() {
        lowering.problem(path, format!("`ServiceVersion` is `{text}`; expected a number"));
    }
    version
}

/// Puts sites, pools and services together.
pub(super) fn assemble(lowering: &mut Lowering<'_>, root: &Path<'_>, raw: &Raw<'_>, topology: &mut Topology) {
    report_dangling_dependencies(lowering, raw);
    report_duplicates(lowering, raw);
    topology.sites = raw.sites.iter().map(build_site).collect();
    let mut installed: Vec<Vec<&RawService<'_>>> = vec![Vec::new(); raw.clusters.len()];
    for service in &raw.services {
        if let Some(on_cluster) = installed.get_mut(service.cluster) {
            on_cluster.push(service);
        }
    }
    let by_key = ServiceIndex::new(&raw.services);
    let site_key = |id: &str| id.trim().to_ascii_lowercase();
    // Backwards, so that of equal ids the first one stays.
    let numbered = topology.sites.iter().enumerate().rev();
    let mut site_of: HashMap<String, usize> =
        numbered.map(|(index, site)| (site_key(&site.id), index)).collect();
    for ((index, cluster), services) in raw.clusters.iter().enumerate().zip(&installed) {
        let pool = build_pool(lowering, raw, &by_key, index, cluster, services);
        let key = site_key(&cluster.site);
        match site_of.get(&key).and_then(|index| topology.sites.get_mut(*index)) {
            Some(site) => site.pools.push(pool),
            None => {
                site_of.insert(key, topology.sites.len());
                topology.sites.push(build_unknown_site(lowering, cluster, pool));
            }
        }
    }
    if raw.clusters.is_empty() {
        lowering.problem(root, "there is no pool in the export");
    }
}

fn build_site(raw: &RawSite) -> Site {
    Site {
        id: raw.id.clone(),
        name: raw.name.clone(),
        kind: raw.kind,
        parent: raw.parent.clone(),
        pools: Vec::new(),
        place: raw.place.clone(),
    }
}

fn build_unknown_site(lowering: &mut Lowering<'_>, cluster: &RawCluster, pool: Pool) -> Site {
    let text = format!(
        "the pool `{}` lies in the site `{}`, which is not in the export",
        cluster.fqdn, cluster.site
    );
    lowering.problems.push(crate::problem::Problem { place: cluster.place.clone(), text });
    Site {
        id: cluster.site.clone(),
        name: String::new(),
        kind: SiteKind::Central,
        parent: None,
        pools: vec![pool],
        place: cluster.place.clone(),
    }
}

fn report_dangling_dependencies(lowering: &mut Lowering<'_>, raw: &Raw<'_>) {
    let mut keys: Vec<&str> = raw.services.iter().filter_map(|service| service.key.as_deref()).collect();
    keys.sort_unstable();
    for service in &raw.services {
        if service.depends_on.iter().any(|key| keys.binary_search(&key.as_str()).is_err()) {
            let text =
                format!("the service `{}` depends on a service that is not in the export", service.role_name);
            lowering.problem(&service.path, text);
        }
    }
}

fn build_pool(
    lowering: &mut Lowering<'_>,
    raw: &Raw<'_>,
    by_key: &ServiceIndex<'_>,
    index: usize,
    cluster: &RawCluster,
    services: &[&RawService<'_>],
) -> Pool {
    let services_of_pool: Vec<Service> = services.iter().map(|raw| build_service(lowering, raw)).collect();
    let kind = kind::kind_of_pool(raw, by_key, index, services, &services_of_pool);
    let mut pool = Pool {
        fqdn: cluster.fqdn.clone(),
        kind,
        machines: cluster.machines.clone(),
        services: services_of_pool,
        requires_setup: cluster.requires_setup,
        internal_web_fqdns: Vec::new(),
        external_web_fqdns: Vec::new(),
        access_edge_fqdn: None,
        web_conferencing_edge_fqdn: None,
        av_edge_fqdn: None,
        xmpp_proxy: None,
        next_hop: None,
        office_web_apps_url: None,
        office_web_apps_host: None,
        office_web_apps_external: false,
        trunk: None,
        requires_replication: cluster.requires_replication,
        place: cluster.place.clone(),
    };
    let (mut web_names, mut trunk_names) = (WebNames::default(), HashSet::new());
    for service in services {
        web::read_web_service(lowering, &service.path, &mut pool, &mut web_names);
        web::read_office_web_apps(lowering, &service.path, &mut pool);
        if ServiceRole::from_name(&service.role_name) == ServiceRole::EdgeServer {
            edge::read_edge_server(lowering, &service.path, &mut pool);
            pool.next_hop = find_next_hop(raw, by_key, service);
        }
        if kind == PoolKind::Gateway {
            gateway::read_trunk(lowering, &service.path, &mut pool, &mut trunk_names);
        }
    }
    if kind == PoolKind::Other && cluster.requires_setup {
        report_unknown_role(lowering, &cluster.place, &pool);
    }
    pool
}

fn build_service(lowering: &mut Lowering<'_>, raw: &RawService<'_>) -> Service {
    let role = ServiceRole::from_name(&raw.role_name);
    if role == ServiceRole::Other {
        let text =
            format!("`{}` is not a known role; the service is kept, its certificates are not", raw.role_name);
        lowering.problem(&raw.path, text);
    }
    Service { role_name: raw.role_name.clone(), role, version: raw.version, place: raw.place.clone() }
}

/// A server that the product sets up should have a role that says what for.
fn report_unknown_role(lowering: &mut Lowering<'_>, place: &Place, pool: &Pool) {
    let roles: Vec<_> = pool.services.iter().map(|service| service.role_name.as_str()).collect();
    let roles = if roles.is_empty() { "no service".to_owned() } else { format!("only {}", roles.join(", ")) };
    let text = format!(
        "the pool `{}` has {roles}, so its kind is not known and no certificate is worked out",
        pool.fqdn
    );
    lowering.problems.push(crate::problem::Problem { place: place.clone(), text });
}

fn find_next_hop(raw: &Raw<'_>, by_key: &ServiceIndex<'_>, edge: &RawService<'_>) -> Option<DnsName> {
    let target = raw.services.get(by_key.first_registrar(&edge.depends_on)?)?;
    raw.clusters.get(target.cluster).map(|cluster| cluster.fqdn.clone())
}
