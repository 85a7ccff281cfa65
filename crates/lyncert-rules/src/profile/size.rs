//! How many names a topology asks for. Each server of a front end needs names for each SIP domain and simple URL, so that a small export can
//! ask for more names than fit into any memory; and what a policy adds for many holders multiplies in the same way.

use std::collections::{HashMap, HashSet};

use lyncert_ingest::topology::{Pool, Site, Topology};

use crate::facts::{ExtraNameFor, Facts, ReverseProxyFact};
use crate::holder::HolderKind;

/// More than so many names that follow from SIP domains and simple URLs are not worked out: a hundred servers with a thousand domains
/// are within it, and one server with a hundred thousand. Each takes some 8 KB until it is judged and told, two gigabytes for all.
pub const MAX_SHARED_NAMES: usize = 250_000;

/// A topology that asks for too many names.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "the topology has {holders} {} and {names} {}, and each {} needs names for each of them; more than {MAX_SHARED_NAMES} in all are not \
     worked out",
    kind.words().holders,
    kind.words().names,
    kind.words().holder
)]
pub struct TooManyNames {
    /// What multiplies.
    pub kind: Product,
    /// Those that need names.
    pub holders: usize,
    /// What each of them needs names for.
    pub names: usize,
}

/// Two things that multiply.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Product {
    /// Servers that sign users in, with reverse proxies, and SIP domains with simple URLs.
    ServersAndDomains,
    /// Servers, pools and reverse proxies, and extra names of the policy that are for many.
    HoldersAndExtraNames,
    /// Reverse proxies of the policy, and what the sites publish that each of them stands before.
    ProxiesAndSites,
    /// Sites with simple URLs of their own, which lack one for each SIP domain.
    SitesAndDomains,
}

struct Words {
    holders: &'static str,
    holder: &'static str,
    names: &'static str,
}

impl Product {
    fn words(self) -> Words {
        let (holders, holder, names) = match self {
            Self::ServersAndDomains => ("servers", "server", "SIP domains and simple URLs"),
            Self::HoldersAndExtraNames => {
                ("servers, pools and reverse proxies", "of them", "extra names of the policy for many")
            }
            Self::ProxiesAndSites => ("reverse proxies", "reverse proxy", "sites and published names"),
            Self::SitesAndDomains => ("sites with simple URLs of their own", "site", "SIP domains"),
        };
        Words { holders, holder, names }
    }
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
    check(Product::ServersAndDomains, servers, names.iter().sum::<usize>())?;
    let holders = topology.pools().map(|pool| pool.machines.len().saturating_add(1)).sum::<usize>();
    let is_for_many = |holder: &ExtraNameFor| match holder {
        ExtraNameFor::AllThatFit | ExtraNameFor::Site(_) => true,
        ExtraNameFor::Pool(_) | ExtraNameFor::Server(_) => false,
    };
    let extras = facts.extra_names.iter().filter(|extra| is_for_many(&extra.holder)).count();
    check(Product::HoldersAndExtraNames, holders.saturating_add(proxies), extras)?;
    check_proxies(topology, facts)?;
    let own_urls: HashSet<&str> =
        topology.simple_urls.iter().flatten().filter_map(|url| url.site.as_deref()).collect();
    check(Product::SitesAndDomains, own_urls.len(), topology.sip_domains.len())
}

fn check(kind: Product, holders: usize, names: usize) -> Result<(), TooManyNames> {
    if holders.saturating_mul(names) > MAX_SHARED_NAMES {
        return Err(TooManyNames { kind, holders, names });
    }
    Ok(())
}

/// Each reverse proxy publishes the sites that the policy names, or all of them.
fn check_proxies(topology: &Topology, facts: &Facts) -> Result<(), TooManyNames> {
    let proxies = &facts.reverse_proxies;
    if proxies.len() < 2 {
        return Ok(());
    }
    let of_site = |site: &Site| {
        let hosts =
            |pool: &Pool| pool.external_web_fqdns.len() + usize::from(pool.office_web_apps_host.is_some());
        site.pools.iter().map(hosts).sum::<usize>().saturating_add(1)
    };
    let all: usize = topology.sites.iter().map(of_site).sum();
    let mut by_name: HashMap<String, usize> = HashMap::new();
    for site in &topology.sites {
        for name in [site.id.clone(), site.name.to_ascii_lowercase()] {
            *by_name.entry(name).or_default() += of_site(site);
        }
    }
    let named = |text: &String| {
        let text = text.trim();
        by_name.get(text).or_else(|| by_name.get(&text.to_ascii_lowercase())).copied().unwrap_or_default()
    };
    let published = |proxy: &ReverseProxyFact| {
        if proxy.sites.is_empty() { all } else { proxy.sites.iter().map(named).sum() }
    };
    let sum = proxies.iter().map(published).fold(0_usize, usize::saturating_add);
    if sum > MAX_SHARED_NAMES {
        return Err(TooManyNames { kind: Product::ProxiesAndSites, holders: proxies.len(), names: all });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use lyncert_ingest::topology::{SimpleUrl, SipDomain};

    use super::*;
    use crate::facts::ExtraName;
    use crate::testing::front_end;
    use crate::usage::CertificateUsage;

    fn domains(estate: &Topology, count: usize) -> Vec<SipDomain> {
        let place = &estate.sip_domains[0].place;
        let domain = |number| SipDomain {
            name: format!("d{number}.contoso.com").parse().unwrap(),
            place: place.clone(),
        };
        (0..count).map(domain).collect()
    }

    #[test]
    fn names_are_worked_out_up_to_a_limit() {
        let estate = front_end();
        let mut topology = estate.topology.clone();
        topology.simple_urls = None;
        // Two servers and a reverse proxy.
        let most = MAX_SHARED_NAMES / 3;
        topology.sip_domains = domains(&topology, most);
        assert_eq!(check_size(&topology, &estate.facts), Ok(()));
        topology.sip_domains = domains(&topology, most + 1);
        let error = check_size(&topology, &estate.facts).unwrap_err();
        assert_eq!((error.kind, error.holders, error.names), (Product::ServersAndDomains, 3, most + 1));
        assert!(error.to_string().contains(&format!("3 servers and {} SIP domains", most + 1)), "{error}");
    }

    #[test]
    fn extra_names_for_many_holders_are_counted_and_those_of_one_are_not() {
        let estate = front_end();
        let extras = |count: usize, holder: &ExtraNameFor| -> Facts {
            let extra = |number| ExtraName {
                name: format!("n{number}.contoso.com").parse().unwrap(),
                usage: CertificateUsage::Default,
                holder: holder.clone(),
                reason: "it is ours".to_owned(),
            };
            Facts { extra_names: (0..count).map(extra).collect(), ..estate.facts.clone() }
        };
        // Two servers, their pool, and a reverse proxy.
        let most = MAX_SHARED_NAMES / 4;
        let for_all = ExtraNameFor::AllThatFit;
        assert_eq!(check_size(&estate.topology, &extras(most, &for_all)), Ok(()));
        let error = check_size(&estate.topology, &extras(most + 1, &for_all)).unwrap_err();
        assert_eq!((error.kind, error.holders), (Product::HoldersAndExtraNames, 4));
        let for_one = ExtraNameFor::Server(estate.topology.pools().next().unwrap().machines[0].fqdn.clone());
        assert_eq!(check_size(&estate.topology, &extras(most + 1, &for_one)), Ok(()));
    }

    #[test]
    fn reverse_proxies_are_counted_by_the_sites_that_they_publish() {
        let estate = front_end();
        let pool = estate.topology.pools().next().unwrap();
        let mut topology = estate.topology.clone();
        let fqdn = pool.external_web_fqdns[0].clone();
        // A site counts too.
        topology.sites[0].pools[0].external_web_fqdns = vec![fqdn; 999];
        topology.sites[0].pools.truncate(1);
        topology.sip_domains.clear();
        topology.simple_urls = None;
        let proxies = |count: usize, sites: &[&str]| -> Facts {
            let proxy = |number| ReverseProxyFact {
                name: format!("proxy{number}"),
                sites: sites.iter().map(|site| (*site).to_owned()).collect(),
            };
            Facts { reverse_proxies: (0..count).map(proxy).collect(), ..estate.facts.clone() }
        };
        let site = topology.sites[0].id.clone();
        for sites in [&[][..], &[site.as_str()]] {
            assert_eq!(check_size(&topology, &proxies(MAX_SHARED_NAMES / 1_000, sites)), Ok(()));
            let error = check_size(&topology, &proxies(MAX_SHARED_NAMES / 1_000 + 1, sites)).unwrap_err();
            assert_eq!((error.kind, error.names), (Product::ProxiesAndSites, 1_000));
        }
    }

    #[test]
    fn sites_with_urls_of_their_own_are_counted_by_the_domains_that_they_may_lack() {
        let estate = front_end();
        let mut topology = estate.topology.clone();
        let url = topology.simple_urls.clone().unwrap().remove(0);
        let own = |number: usize| SimpleUrl { site: Some(number.to_string()), ..url.clone() };
        topology.sites[0].pools.clear();
        topology.simple_urls = Some((0..500).map(own).collect());
        topology.sip_domains = domains(&topology, 500);
        assert_eq!(check_size(&topology, &estate.facts), Ok(()));
        topology.sip_domains = domains(&topology, 501);
        let error = check_size(&topology, &estate.facts).unwrap_err();
        assert_eq!((error.kind, error.holders), (Product::SitesAndDomains, 500));
    }
}
