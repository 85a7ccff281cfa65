//! The servers and pools of a topology, by what people call them.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use lyncert_ingest::name::DnsName;
use lyncert_ingest::topology::{PoolKind, Topology};

use crate::matching::lower_case;

/// Finds servers and pools by their FQDN, by a short name or by an address.
#[derive(Clone, Debug)]
pub(crate) struct Hosts {
    /// By the form that names are compared by ([`DnsName::key`]).
    by_fqdn: HashMap<String, DnsName>,
    /// By the first label in that form, and by address; `None` for what several of them have.
    by_alias: HashMap<String, Option<DnsName>>,
    /// The servers, in that form.
    servers: HashSet<String>,
    /// The pools of several servers, in that form.
    shared: HashSet<String>,
    /// Edge pools and their servers, and all others, in that form.
    edges: HashSet<String>,
    others: HashSet<String>,
    /// The domains that hosts are in, in that form.
    domains: HashSet<String>,
}

impl Hosts {
    pub(crate) fn new(topology: &Topology) -> Self {
        let mut hosts = Self {
            by_fqdn: HashMap::new(),
            by_alias: HashMap::new(),
            servers: HashSet::new(),
            shared: HashSet::new(),
            edges: HashSet::new(),
            others: HashSet::new(),
            domains: HashSet::new(),
        };
        for pool in topology.pools() {
            hosts.add(&pool.fqdn);
            let of_kind = if pool.kind == PoolKind::Edge { &mut hosts.edges } else { &mut hosts.others };
            of_kind.insert(pool.fqdn.key().to_owned());
            of_kind.extend(pool.machines.iter().map(|machine| machine.fqdn.key().to_owned()));
            if pool.machines.len() > 1 {
                hosts.shared.insert(pool.fqdn.key().to_owned());
            }
            for machine in &pool.machines {
                hosts.add(&machine.fqdn);
                hosts.servers.insert(machine.fqdn.key().to_owned());
                for address in &machine.addresses {
                    hosts.add_alias(address.to_string(), &machine.fqdn);
                }
            }
        }
        hosts
    }

    fn add(&mut self, host: &DnsName) {
        self.by_fqdn.entry(host.key().to_owned()).or_insert_with(|| host.clone());
        if let Some((label, domain)) = host.key().split_once('.') {
            self.domains.insert(domain.to_owned());
            self.add_alias(label.to_owned(), host);
        }
    }

    fn add_alias(&mut self, alias: String, host: &DnsName) {
        let known = self.by_alias.entry(alias).or_insert_with(|| Some(host.clone()));
        if known.as_ref().is_some_and(|known| known != host) {
            *known = None;
        }
    }

    /// The computer that a text names in full or by an address, where no host is called so: it is beside the hosts in their domain.
    pub(crate) fn foreign(&self, text: &str) -> Option<DnsName> {
        if self.find(text).is_some() {
            return None;
        }
        let name: DnsName = text.trim().parse().ok()?;
        let is_beside_hosts = || {
            let domain = name.key().split_once('.').map(|(_, domain)| domain);
            domain.is_some_and(|domain| self.domains.contains(domain)) && !self.domains.contains(name.key())
        };
        (text.trim().parse::<IpAddr>().is_ok() || is_beside_hosts()).then_some(name)
    }

    /// Whether a host is one server, and not the name of several.
    pub(crate) fn is_server(&self, host: &DnsName) -> bool {
        self.servers.contains(host.key())
    }

    /// Whether a host is an Edge Server or one of their pools; `None` where the topology says both.
    pub(crate) fn is_edge(&self, host: &DnsName) -> Option<bool> {
        match (self.edges.contains(host.key()), self.others.contains(host.key())) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            (true, true) | (false, false) => None,
        }
    }

    /// Whether a host is a pool of several servers.
    pub(crate) fn is_shared(&self, host: &DnsName) -> bool {
        self.shared.contains(host.key()) && !self.is_server(host)
    }

    /// The host with this FQDN.
    pub(crate) fn with_fqdn(&self, text: &str) -> Option<&DnsName> {
        if text.is_ascii() {
            // What `DnsName` makes of it, without the cost of reading parts that are no names.
            let text = text.trim();
            self.by_fqdn.get(&*lower_case(text.strip_suffix('.').unwrap_or(text)))
        } else {
            self.by_fqdn.get(text.parse::<DnsName>().ok()?.key())
        }
    }

    /// The one host with this FQDN, short name or address.
    pub(crate) fn find(&self, text: &str) -> Option<&DnsName> {
        let of_alias = || {
            let text = text.trim();
            let address = text.parse::<IpAddr>().map(|address| address.to_string());
            self.by_alias.get(&address.unwrap_or_else(|_| lower_case(text).into_owned()))?.as_ref()
        };
        self.with_fqdn(text).or_else(of_alias)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{estate, front_end, name, pool};

    #[test]
    fn a_host_is_found_by_what_people_call_it() {
        let mut estate = front_end();
        estate.topology.sites[0].pools[0].machines[0].addresses = vec!["10.0.0.5".parse().unwrap()];
        let hosts = Hosts::new(&estate.topology);
        for text in ["fe1.contoso.com", "FE1.Contoso.com.", "fe1", " FE1 ", "10.0.0.5"] {
            assert_eq!(hosts.find(text), Some(&name("fe1.contoso.com")), "{text}");
        }
        for text in ["", ".", "fe3", "fe1.fabrikam.com", "10.0.0.6", "localhost"] {
            assert_eq!(hosts.find(text), None, "{text}");
        }
        assert_eq!(hosts.with_fqdn("fe1"), None);
    }

    #[test]
    fn a_neighbor_that_the_topology_does_not_have_is_a_computer_of_its_own() {
        let mut estate = front_end();
        estate.topology.sites[0].pools[0].machines[0].addresses = vec!["10.0.0.5".parse().unwrap()];
        let hosts = Hosts::new(&estate.topology);
        for text in ["fe9.contoso.com", "FE9.Contoso.com", "10.0.0.6"] {
            assert_eq!(hosts.foreign(text), Some(name(&text.to_lowercase())), "{text}");
        }
        for text in ["fe1.contoso.com", "fe1", "10.0.0.5", "fe9", "contoso.com", "assigned.txt", "v1.2.3", ""]
        {
            assert_eq!(hosts.foreign(text), None, "{text}");
        }
    }

    #[test]
    fn a_short_name_or_address_of_two_hosts_is_nobodys() {
        let mut pool =
            pool(PoolKind::FrontEndPool, "pool.contoso.com", &["fe1.contoso.com", "fe1.fabrikam.com"]);
        for machine in &mut pool.machines {
            machine.addresses = vec!["10.0.0.5".parse().unwrap()];
        }
        let hosts = Hosts::new(&estate(pool).topology);
        assert_eq!((hosts.find("fe1"), hosts.find("10.0.0.5")), (None, None));
        assert_eq!(hosts.find("fe1.fabrikam.com"), Some(&name("fe1.fabrikam.com")));
    }

    #[test]
    fn a_pool_of_one_server_is_one_host() {
        let pool = pool(PoolKind::StandardEdition, "se.contoso.com", &["se.contoso.com"]);
        assert_eq!(Hosts::new(&estate(pool).topology).find("se"), Some(&name("se.contoso.com")));
    }
}
