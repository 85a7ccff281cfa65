//! How many names a topology asks for. Each server of a front end needs names for each SIP domain and simple URL, so that a small export can
//! ask for more names than fit into any memory.

use lyncert_ingest::topology::Topology;

use crate::facts::Facts;
use crate::holder::HolderKind;

/// More than so many names that follow from SIP domains and simple URLs are not worked out: a hundred servers with a thousand domains
/// are within it, and one server with a hundred thousand. Each takes some 8 KB until it is judged and told, two gigabytes for all.
pub const MAX_SHARED_NAMES: usize = 250_000;

/// A topology that asks for too many names.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "the topology has {servers} servers and {names} SIP domains and simple URLs, and each server needs names for each of them; more than \
     {MAX_SHARED_NAMES} in all are not worked out"
)]
pub struct TooManyNames {
    /// The servers that need them.
    pub servers: usize,
    /// The SIP domains and hosts of simple URLs that each of them needs names for.
    pub names: usize,
}

/// Whether the names that a topology asks for can be worked out.
///
/// # Errors
///
/// There are too many of them.
pub fn check_size(topology: &Topology, facts: &Facts) -> Result<(), TooManyNames> {
    let front_ends = topology.pools().filter(|pool| HolderKind::Pool(pool.kind).is_front_end());
    let proxies = facts.reverse_proxies.len().max(1);
    let servers = front_ends.map(|pool| pool.machines.len()).sum::<usize>().saturating_add(proxies);
    let urls = topology.simple_urls.iter().flatten().map(|url| url.hosts().count()).sum::<usize>();
    let names = [topology.sip_domains.len(), facts.online_sip_domains.len(), urls, facts.simple_urls.len()];
    let names = names.iter().sum::<usize>();
    if servers.saturating_mul(names) > MAX_SHARED_NAMES {
        return Err(TooManyNames { servers, names });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use lyncert_ingest::topology::SipDomain;

    use super::*;
    use crate::testing::front_end;

    #[test]
    fn names_are_worked_out_up_to_a_limit() {
        let estate = front_end();
        let mut topology = estate.topology.clone();
        topology.simple_urls = None;
        let place = topology.sip_domains[0].place.clone();
        // Two servers and a reverse proxy.
        let most = MAX_SHARED_NAMES / 3;
        topology.sip_domains = (0..most)
            .map(|number| SipDomain {
                name: format!("d{number}.contoso.com").parse().unwrap(),
                place: place.clone(),
            })
            .collect();
        assert_eq!(check_size(&topology, &estate.facts), Ok(()));
        topology.sip_domains.push(SipDomain { name: "one-more.contoso.com".parse().unwrap(), place });
        let error = check_size(&topology, &estate.facts).unwrap_err();
        assert_eq!((error.servers, error.names), (3, most + 1));
        assert!(error.to_string().contains(&format!("3 servers and {} SIP domains", most + 1)), "{error}");
    }
}
