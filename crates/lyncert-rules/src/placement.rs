//! What the path of a file says of its certificate: where it was placed in the folder, by the names of servers and usages.

use std::collections::{HashMap, HashSet};

use lyncert_ingest::name::DnsName;
use lyncert_ingest::topology::{Pool, PoolKind, Topology};

use crate::holder::HolderKind;
use crate::matching::lower_case;
use crate::requirement::Requirement;
use crate::usage::CertificateUsage;

/// What a path says of its certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Placement {
    pub(crate) holder: PlacedFor,
    /// `None`: the path names no usage.
    pub(crate) usages: Option<Vec<CertificateUsage>>,
}

/// Whose certificate a path says it is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum PlacedFor {
    /// The path names usages, but no holder of this topology.
    Unnamed,
    /// This server or pool.
    Host(DnsName),
    ReverseProxy,
    OAuth,
}

/// Reads paths: it knows the names of the topology that a path can hold.
#[derive(Clone, Debug)]
pub(crate) struct PlacementReader {
    /// By the form that names are compared by ([`DnsName::key`]).
    hosts: HashMap<String, DnsName>,
    /// Farms of Office Web Apps and their servers, by the same form.
    farms: HashSet<String>,
}

impl PlacementReader {
    pub(crate) fn new(topology: &Topology) -> Self {
        let hosts_of = |pool: &'_ Pool| -> Vec<DnsName> {
            let machines = pool.machines.iter().map(|machine| machine.fqdn.clone());
            std::iter::once(pool.fqdn.clone()).chain(machines).collect()
        };
        let farms = topology.pools().filter(|pool| pool.kind == PoolKind::OfficeWebApps);
        Self {
            farms: farms.flat_map(hosts_of).map(|host| host.key().to_owned()).collect(),
            hosts: topology.pools().flat_map(hosts_of).map(|host| (host.key().to_owned(), host)).collect(),
        }
    }

    /// The innermost folder or the file name that names a holder, and usages from there on.
    pub(crate) fn read(&self, path: &str) -> Option<Placement> {
        let parts: Vec<&str> = path.split('/').collect();
        let (file, folders) = parts.split_last()?;
        let stem = file.rsplit_once('.').map_or(*file, |(stem, _)| stem);
        let holder_of_file = self.read_holder(file).or_else(|| self.read_holder(stem));
        if let Some(holder) = holder_of_file {
            return Some(Placement { holder, usages: None });
        }
        let found = folders
            .iter()
            .enumerate()
            .rev()
            .find_map(|(depth, folder)| Some((depth, self.read_holder(folder)?)));
        match found {
            Some((depth, holder)) => {
                let below = folders.iter().skip(depth + 1).copied().chain([stem]);
                Some(Placement { holder, usages: below.rev().find_map(parse_usages) })
            }
            None => parse_usages(stem)
                .map(|usages| Placement { holder: PlacedFor::Unnamed, usages: Some(usages) }),
        }
    }

    /// The same placement, where the computer is known to serve the certificate to browsers: for a holder that the product does not
    /// manage, that is its usage. Others have lists of what is assigned.
    pub(crate) fn as_served(&self, placement: Placement) -> Placement {
        let usage = match &placement.holder {
            PlacedFor::ReverseProxy => Some(CertificateUsage::ReverseProxy),
            PlacedFor::Host(host) => {
                self.farms.contains(host.key()).then_some(CertificateUsage::OfficeWebApps)
            }
            PlacedFor::Unnamed | PlacedFor::OAuth => None,
        };
        match usage {
            Some(usage) => Placement { usages: Some(vec![usage]), ..placement },
            None => placement,
        }
    }

    fn read_holder(&self, part: &str) -> Option<PlacedFor> {
        if part.eq_ignore_ascii_case("reverse-proxy") {
            return Some(PlacedFor::ReverseProxy);
        }
        if part.eq_ignore_ascii_case("oauth") {
            return Some(PlacedFor::OAuth);
        }
        let key = if part.is_ascii() {
            // What `DnsName` makes of it, without the cost of reading parts that are no names.
            let part = part.trim();
            lower_case(part.strip_suffix('.').unwrap_or(part))
        } else {
            part.parse::<DnsName>().ok()?.key().to_owned().into()
        };
        self.hosts.get(&*key).cloned().map(PlacedFor::Host)
    }
}

/// The usages that a name such as `AccessEdgeExternal+DataEdgeExternal` lists.
fn parse_usages(part: &str) -> Option<Vec<CertificateUsage>> {
    part.split('+').map(|usage| usage.parse().ok()).collect()
}

impl Placement {
    /// Whether it can be about a requirement: about its holder, one of its servers or no holder at all, and about one of its
    /// usages or none.
    pub(crate) fn may_mean(&self, requirement: &Requirement) -> bool {
        let is_here = self.holder == PlacedFor::Unnamed
            || self.is_on(requirement, None, false)
            || requirement.install_on().iter().any(|server| self.is_on(requirement, Some(server), true));
        let is_for_usage = (self.usages.as_ref())
            .is_none_or(|usages| usages.iter().any(|usage| requirement.has_usage(*usage)));
        is_here && is_for_usage
    }

    /// Whether it says that the requirement's certificate lies there: for this server, or for the holder as a whole.
    pub(crate) fn is_on(&self, requirement: &Requirement, server: Option<&DnsName>, on_server: bool) -> bool {
        match &self.holder {
            PlacedFor::Unnamed => false,
            PlacedFor::ReverseProxy => requirement.holder.kind == HolderKind::ReverseProxy && !on_server,
            PlacedFor::OAuth => requirement.holder.kind == HolderKind::Deployment && !on_server,
            PlacedFor::Host(host) if on_server => server == Some(host),
            PlacedFor::Host(host) => requirement.holder.pool.as_ref() == Some(host),
        }
    }
}
