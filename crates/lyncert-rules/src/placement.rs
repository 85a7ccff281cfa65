//! What the path of a file says of its certificate: where it was placed in the folder, by the names of servers and usages.

use std::collections::HashSet;

use lyncert_ingest::name::DnsName;
use lyncert_ingest::topology::{Pool, PoolKind, Topology};

use crate::holder::{HolderKind, reverse_proxy_name};
use crate::hosts::Hosts;
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
    /// The reverse proxy; where there are several, any of them.
    ReverseProxy,
    /// The reverse proxy with this name, in lower case.
    NamedReverseProxy(String),
    OAuth,
}

/// Reads paths: it knows the names of the topology that a path can hold.
#[derive(Clone, Debug)]
pub(crate) struct PlacementReader {
    hosts: Hosts,
    /// Farms of Office Web Apps and their servers, by the form that names are compared by.
    farms: HashSet<String>,
}

impl PlacementReader {
    pub(crate) fn new(topology: &Topology) -> Self {
        let hosts_of = |pool: &'_ Pool| -> Vec<DnsName> {
            let machines = pool.machines.iter().map(|machine| machine.fqdn.clone());
            std::iter::once(pool.fqdn.clone()).chain(machines).collect()
        };
        let farms = topology.pools().filter(|pool| pool.kind == PoolKind::OfficeWebApps);
        let farms = farms.flat_map(hosts_of).map(|host| host.key().to_owned()).collect();
        Self { hosts: Hosts::new(topology), farms }
    }

    /// The server or pool that this text calls.
    pub(crate) fn host(&self, text: &str) -> Option<&DnsName> {
        self.hosts.find(text)
    }

    /// Whether a host is one server, and not the name of several.
    pub(crate) fn is_server(&self, host: &DnsName) -> bool {
        self.hosts.is_server(host)
    }

    /// Whether no server of this host's kind is assigned a certificate for a usage: those of Edge Servers are theirs alone.
    pub(crate) fn has_no(&self, host: &DnsName, usage: CertificateUsage) -> bool {
        use CertificateUsage::{
            AccessEdgeExternal, AudioVideoAuthentication, DataEdgeExternal, Default, Gateway, Internal,
            OAuthTokenIssuer, OfficeWebApps, ReverseProxy, WebServicesExternal, WebServicesInternal,
            XmppServer,
        };
        let is_of_edges = match usage {
            Default | WebServicesInternal | WebServicesExternal => false,
            Internal | AccessEdgeExternal | DataEdgeExternal | AudioVideoAuthentication | XmppServer => true,
            OAuthTokenIssuer | ReverseProxy | OfficeWebApps | Gateway => return false,
        };
        self.hosts.is_edge(host).is_some_and(|is_edge| is_edge != is_of_edges)
    }

    /// Whether a host is a pool of several servers.
    pub(crate) fn is_shared(&self, host: &DnsName) -> bool {
        self.hosts.is_shared(host)
    }

    /// The computer that the path of an export says that it was made on: by the file's name, else by the innermost folder that
    /// names one. What is named in full counts before short names and addresses.
    pub(crate) fn computer_of(&self, path: &str) -> Option<DnsName> {
        let in_full = computer_names(path).find_map(|name| self.hosts.with_fqdn(name));
        in_full.or_else(|| computer_names(path).find_map(|name| self.hosts.find(name))).cloned()
    }

    /// The computer that the path names and that the topology does not have, where it names none that it has.
    pub(crate) fn foreign_computer_of(&self, path: &str) -> Option<DnsName> {
        computer_names(path).find_map(|name| self.hosts.foreign(name))
    }

    /// The file's name or the innermost folder that names a holder, and usages from there on. Short names and addresses are for
    /// folders, and only where nothing names a holder in full: a file `edge.cer` says no more than what it is.
    pub(crate) fn read(&self, path: &str) -> Option<Placement> {
        let parts: Vec<&str> = path.split('/').collect();
        let (file, folders) = parts.split_last()?;
        let stem = file.rsplit_once('.').map_or(*file, |(stem, _)| stem);
        let holder_of_file = self.read_holder(file).or_else(|| self.read_holder(stem));
        if let Some(holder) = holder_of_file {
            return Some(Placement { holder, usages: None });
        }
        let innermost = |read: &dyn Fn(&str) -> Option<PlacedFor>| {
            let inward = folders.iter().enumerate().rev();
            inward.into_iter().find_map(|(depth, folder)| Some((depth, read(folder)?)))
        };
        let in_full = innermost(&|folder| self.read_holder(folder));
        let found =
            in_full.or_else(|| innermost(&|folder| self.hosts.find(folder).cloned().map(PlacedFor::Host)));
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
            PlacedFor::ReverseProxy | PlacedFor::NamedReverseProxy(_) => Some(CertificateUsage::ReverseProxy),
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
        if let Some(name) = reverse_proxy_name(part) {
            return Some(PlacedFor::NamedReverseProxy(name.to_lowercase()));
        }
        if part.eq_ignore_ascii_case("oauth") {
            return Some(PlacedFor::OAuth);
        }
        self.hosts.with_fqdn(part).cloned().map(PlacedFor::Host)
    }
}

/// The parts of the path of an export that may name a computer: the file's name with and without its ending, and the folders from
/// the innermost on.
fn computer_names(path: &str) -> impl Iterator<Item = &str> {
    let mut parts = path.rsplit('/');
    let file = parts.next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    [file, stem].into_iter().chain(parts)
}

/// The usages that a name such as `AccessEdgeExternal+DataEdgeExternal` lists.
fn parse_usages(part: &str) -> Option<Vec<CertificateUsage>> {
    part.split('+').map(|usage| usage.parse().ok()).collect()
}

impl Placement {
    /// Whether it can be about a requirement: about its holder, one of its servers or no holder at all, and about one of its
    /// usages or none.
    pub(crate) fn may_mean(&self, requirement: &Requirement) -> bool {
        let is_only_proxy =
            requirement.holder.kind == HolderKind::ReverseProxy && requirement.holder.name.is_none();
        let is_open = match &self.holder {
            PlacedFor::Unnamed => true,
            // The only proxy may have a folder with more than its name.
            PlacedFor::NamedReverseProxy(_) => is_only_proxy,
            PlacedFor::ReverseProxy | PlacedFor::OAuth | PlacedFor::Host(_) => false,
        };
        let is_here = is_open
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
            PlacedFor::NamedReverseProxy(name) => {
                let own = requirement.holder.name.as_ref();
                own.is_some_and(|own| own.to_lowercase() == *name) && !on_server
            }
            PlacedFor::OAuth => requirement.holder.kind == HolderKind::Deployment && !on_server,
            PlacedFor::Host(host) if on_server => server == Some(host),
            PlacedFor::Host(host) => requirement.holder.pool.as_ref() == Some(host),
        }
    }
}
