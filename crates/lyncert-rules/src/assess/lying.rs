//! Certificates that lie in the place of a server or pool of the topology and serve nothing: gateways, databases, what is left over.
//!
//! Nothing asks for their names. But somebody put them there, so that their own qualities are judged: expiry, key, signature and
//! chain. Where the topology calls for no certificate at all, that is the only judgment there is, and it counts as it stands. Where
//! it calls for one, and another certificate is in use, it is advice.

use std::collections::{HashMap, HashSet};

use lyncert_ingest::name::DnsName;
use lyncert_ingest::topology::{Pool, ProductVersion, Site, Topology};
use rayon::prelude::*;

use crate::certificate::Certificate;
use crate::holder::{Holder, HolderKind};
use crate::ids::CertificateId;
use crate::matching::lower_case;
use crate::placement::{PlacedFor, PlacementReader};
use crate::profile::{newest_version, site_title};
use crate::requirement::Requirement;

/// A certificate in the place of a server or pool.
pub(super) struct Lying {
    pub(super) certificate: CertificateId,
    pub(super) holder: Holder,
    /// Whether the topology calls for a certificate there.
    pub(super) is_called_for: bool,
}

/// All that lie in such places, whether they serve something or not, each once for each place.
pub(super) fn lying<'r>(
    topology: &Topology,
    certificates: &[Certificate],
    reader: &PlacementReader,
    requirements: impl Iterator<Item = &'r Requirement>,
) -> Vec<Lying> {
    let holders = holders(topology);
    let mut called_for: HashSet<&DnsName> = HashSet::new();
    for requirement in requirements {
        called_for.extend(&requirement.holder.pool);
        called_for.extend(requirement.install_on());
    }
    let hosts_of = |facts: &Certificate| {
        let paths = facts.paths.iter().filter(|_| facts.is_end_entity());
        let mut known: HashSet<DnsName> = HashSet::new();
        let hosts = paths.filter_map(|path| match reader.read(path)?.holder {
            PlacedFor::Host(host) => {
                (holders.contains_key(&host) && known.insert(host.clone())).then_some(host)
            }
            PlacedFor::Unnamed
            | PlacedFor::ReverseProxy
            | PlacedFor::NamedReverseProxy(_)
            | PlacedFor::OAuth => None,
        });
        hosts.collect::<Vec<DnsName>>()
    };
    let hosts: Vec<Vec<DnsName>> = certificates.par_iter().map(hosts_of).collect();
    let mut lying = Vec::new();
    for ((certificate, _), hosts) in CertificateId::enumerate(certificates).zip(hosts) {
        for host in hosts {
            let Some(holder) = holders.get(&host) else { continue };
            let is_called_for = called_for.contains(&host);
            lying.push(Lying { certificate, holder: holder.clone(), is_called_for });
        }
    }
    lying
}

/// Those that serve nothing, each with its place in the list. An older certificate with the subject of one in use is what `superseded` tells of.
pub(super) fn idle<'l>(
    lying: &'l [Lying],
    certificates: &[Certificate],
    used: impl Iterator<Item = CertificateId>,
) -> Vec<(usize, &'l Lying)> {
    let used: HashSet<CertificateId> = used.collect();
    let subject = |id: CertificateId| lower_case(&id.of(certificates).subject);
    let subjects: HashSet<_> = used.iter().map(|id| subject(*id)).collect();
    let is_idle = |one: &&Lying| {
        let is_older = || one.is_called_for && subjects.contains(&subject(one.certificate));
        !used.contains(&one.certificate) && !is_older()
    };
    lying.iter().enumerate().filter(|(_, one)| is_idle(one)).collect()
}

/// A pool, or one of its servers. `newest` is the generation of the deployment, for a pool that does not say its own.
pub(super) fn holder_of_pool(
    site: &Site,
    pool: &Pool,
    server: Option<&DnsName>,
    newest: ProductVersion,
) -> Holder {
    Holder {
        site: Some(site_title(site)),
        pool: Some(pool.fqdn.clone()),
        server: server.cloned(),
        kind: HolderKind::Pool(pool.kind),
        has_cmdlets: HolderKind::Pool(pool.kind).has_cmdlets(Some(pool)),
        name: None,
        version: pool.version().unwrap_or(newest),
    }
}

/// Every pool and server by its name; of several with one name the first.
fn holders(topology: &Topology) -> HashMap<DnsName, Holder> {
    let mut holders: HashMap<DnsName, Holder> = HashMap::new();
    let newest = newest_version(topology);
    for site in &topology.sites {
        for pool in &site.pools {
            let holder = |server: Option<&DnsName>| holder_of_pool(site, pool, server, newest);
            for machine in &pool.machines {
                holders.entry(machine.fqdn.clone()).or_insert_with(|| holder(Some(&machine.fqdn)));
            }
            holders.entry(pool.fqdn.clone()).or_insert_with(|| holder(None));
        }
    }
    holders
}
