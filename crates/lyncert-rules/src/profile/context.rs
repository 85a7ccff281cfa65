//! What a table row needs to become names: the deployment, the pool, the server.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use lyncert_ingest::name::{DnsName, said};
use lyncert_ingest::place::Place;
use lyncert_ingest::topology::{Machine, Placed, Pool, ProductVersion, SimpleUrlComponent, Site, Topology};

use super::extras::Extras;
use super::{DomainLabel, NameFrom, SubjectFrom};
use crate::facts::{AutoLogonPool, Autodiscover, ExtraName, Facts, ReverseProxyFact};
use crate::holder::{FrontEnd, HolderKind};
use crate::requirement::{Cause, NameKind, ServerSet};
use crate::simple_urls::without_meet;

/// The deployment as a whole.
pub(super) struct DeploymentContext<'a> {
    pub(super) topology: &'a Topology,
    pub(super) facts: &'a Facts,
    urls: Vec<Url>,
    /// The keys of the sites that have simple URLs of their own.
    sites_with_urls: BTreeSet<String>,
    /// The sets of simple URLs of which some are not known, by the site that has them; `None` is the set for all sites.
    unknown_urls: HashSet<Option<String>>,
    extras: Extras<'a>,
    /// The pools that the policy says answer automatic sign-in, by themselves or through one of their servers.
    signing_in: HashSet<&'a DnsName>,
    /// The newest product generation among the pools.
    pub(super) version: ProductVersion,
}

/// A simple URL from the topology or the policy.
pub(super) struct Url {
    component: SimpleUrlComponent,
    /// The SIP domain that it is for; `*` for all.
    domain: String,
    site: Option<String>,
    active: DnsName,
    further: Vec<DnsName>,
    cause: Cause,
    /// Whether an export has it, and not the policy.
    is_exported: bool,
}

/// A name and what asks for it.
pub(super) struct FoundName {
    pub(super) name: DnsName,
    pub(super) kind: NameKind,
    pub(super) cause: Cause,
    /// The SIP or XMPP domain that it follows from.
    pub(super) domain: Option<DnsName>,
}

/// One holder: a pool, a server of it, or neither.
pub(super) struct HolderContext<'a> {
    pub(super) deployment: &'a DeploymentContext<'a>,
    pub(super) site: Option<&'a Site>,
    pub(super) pool: Option<&'a Pool>,
    pub(super) machine: Option<&'a Machine>,
    pub(super) version: ProductVersion,
    /// The servers of the pool that each have a certificate of their own.
    pub(super) siblings: Arc<ServerSet>,
    /// The reverse proxy, where it is one.
    pub(super) proxy: Option<&'a ProxyContext<'a>>,
}

impl<'a> HolderContext<'a> {
    /// A holder that is no pool: a reverse proxy, or the deployment as a whole.
    pub(super) fn outside_of_pools(
        deployment: &'a DeploymentContext<'a>,
        proxy: Option<&'a ProxyContext<'a>>,
    ) -> Self {
        Self {
            deployment,
            site: None,
            pool: None,
            machine: None,
            version: deployment.version,
            siblings: Arc::default(),
            proxy,
        }
    }
}

/// A reverse proxy and the sites that it publishes.
pub(super) struct ProxyContext<'a> {
    /// What it is called, where there are several.
    pub(super) name: Option<&'a str>,
    pub(super) sites: Vec<&'a Site>,
}

impl<'a> DeploymentContext<'a> {
    pub(super) fn new(topology: &'a Topology, facts: &'a Facts) -> Self {
        let version = newest_version(topology);
        let urls = collect_urls(topology, facts);
        let sites_with_urls = urls.iter().filter_map(|url| url.site.clone()).collect();
        let unknown_urls = unknown_urls(&urls, topology);
        let signing_in = match &facts.auto_logon_pool {
            Some(AutoLogonPool::Pool(named)) => {
                let is_named = |pool: &&Pool| {
                    pool.fqdn == *named || pool.machines.iter().any(|machine| machine.fqdn == *named)
                };
                topology.pools().filter(is_named).map(|pool| &pool.fqdn).collect()
            }
            Some(AutoLogonPool::Nobody) | None => HashSet::new(),
        };
        let extras = Extras::new(facts);
        Self { topology, facts, urls, sites_with_urls, unknown_urls, extras, signing_in, version }
    }

    /// Whether the policy says that this pool answers automatic sign-in.
    pub(super) fn signs_in(&self, pool: &Pool) -> bool {
        self.signing_in.contains(&pool.fqdn)
    }

    /// The reverse proxies: those that the policy tells of, else one for all sites.
    pub(super) fn proxies(&self) -> Vec<ProxyContext<'a>> {
        let facts = &self.facts.reverse_proxies;
        if facts.is_empty() {
            return vec![ProxyContext { name: None, sites: self.topology.sites.iter().collect() }];
        }
        let is_one = facts.len() == 1;
        let mut by_name: HashMap<String, BTreeSet<usize>> = HashMap::new();
        for (index, site) in self.topology.sites.iter().enumerate() {
            by_name.entry(format!("id {}", site.id)).or_default().insert(index);
            if !site.name.is_empty() {
                by_name.entry(format!("name {}", site.name.to_ascii_lowercase())).or_default().insert(index);
            }
        }
        let named = |text: &String| {
            let text = text.trim();
            let [id, name] = [format!("id {text}"), format!("name {}", text.to_ascii_lowercase())];
            [by_name.get(&id), by_name.get(&name)]
                .into_iter()
                .flatten()
                .flatten()
                .copied()
                .collect::<Vec<_>>()
        };
        let proxy = |fact: &'a ReverseProxyFact| {
            let sites = if fact.sites.is_empty() {
                self.topology.sites.iter().collect()
            } else {
                let own: BTreeSet<usize> = fact.sites.iter().flat_map(named).collect();
                own.into_iter().filter_map(|index| self.topology.sites.get(index)).collect()
            };
            ProxyContext { name: (!is_one).then_some(fact.name.as_str()), sites }
        };
        facts.iter().map(proxy).collect()
    }

    /// Whether the pool is the only one that signs users in.
    pub(super) fn is_only_front_end(&self, pool: &Pool) -> bool {
        let mut front_ends = self.front_ends();
        front_ends.next().is_some_and(|only| only.fqdn == pool.fqdn) && front_ends.next().is_none()
    }

    fn has_own_urls(&self, site: &Site) -> bool {
        self.sites_with_urls.contains(&site.id)
    }

    /// Front End pools, Standard Edition servers and Directors, in export order.
    pub(super) fn front_ends(&self) -> impl Iterator<Item = &'a Pool> {
        self.topology.pools().filter(|pool| HolderKind::Pool(pool.kind).is_front_end())
    }

    pub(super) fn default_domain(&self) -> Option<&'a DnsName> {
        let declared = self.topology.default_sip_domain.as_ref().map(|placed| &placed.value);
        declared.or_else(|| self.topology.sip_domains.first().map(|domain| &domain.name))
    }

    pub(super) fn is_default_domain(&self, domain: &DnsName) -> bool {
        self.default_domain() == Some(domain)
    }
}

/// The external web FQDNs of the front ends of one sort.
fn web_fqdns<'a>(
    pools: impl Iterator<Item = &'a Pool>,
    of: FrontEnd,
) -> Vec<(&'a Pool, &'a Placed<DnsName>)> {
    pools
        .filter(|pool| HolderKind::Pool(pool.kind).facts().front_end == Some(of))
        .flat_map(|pool| pool.external_web_fqdns.iter().map(move |fqdn| (pool, fqdn)))
        .collect()
}

/// Whether a site has web services: a front end.
fn has_web_services(site: &Site) -> bool {
    site.pools.iter().any(|pool| HolderKind::Pool(pool.kind).is_front_end())
}

impl<'a> HolderContext<'a> {
    /// The extra names of the policy that belong on its certificates.
    pub(super) fn extras(&self) -> impl Iterator<Item = &'a ExtraName> + use<'a> {
        let published = self.proxy.map_or(&[][..], |proxy| &proxy.sites);
        let sites: Vec<&Site> = self.site.iter().chain(published).copied().collect();
        self.deployment.extras.of(self.pool, self.machine, &sites)
    }

    /// The pools that a holder outside of pools is about: those of the sites that a reverse proxy publishes, else all.
    fn pools_here(&self) -> impl Iterator<Item = &'a Pool> {
        let sites: Vec<&'a Site> = match self.proxy {
            Some(proxy) => proxy.sites.clone(),
            None => self.deployment.topology.sites.iter().collect(),
        };
        sites.into_iter().flat_map(|site| &site.pools)
    }

    pub(super) fn autodiscover(&self) -> Autodiscover {
        // Lync Server 2010 has Autodiscover only after the cumulative update of November 2011 (clauses DISC-…).
        let default =
            if self.version <= ProductVersion::Lync2010 { Autodiscover::None } else { Autodiscover::Https };
        self.deployment.facts.autodiscover.unwrap_or(default)
    }

    /// The expected common name, if the topology gives one.
    pub(super) fn subject(&self, from: SubjectFrom) -> Option<DnsName> {
        self.subjects(from).into_iter().next()
    }

    /// Every common name that the row gives for this holder.
    pub(super) fn subjects(&self, from: SubjectFrom) -> Vec<DnsName> {
        let deployment = self.deployment;
        match from {
            SubjectFrom::PoolFqdn => self.pool.iter().map(|pool| pool.fqdn.clone()).collect(),
            SubjectFrom::MachineFqdn => self.machine.iter().map(|machine| machine.fqdn.clone()).collect(),
            // A port without a configured FQDN presents the pool FQDN.
            SubjectFrom::AccessEdgeFqdn => self.pool.iter().map(|pool| access_edge(pool).0.clone()).collect(),
            SubjectFrom::GatewayFqdn => {
                self.pool.iter().map(|pool| gateway_names(pool).swap_remove(0).name).collect()
            }
            SubjectFrom::FarmHost => self.pool.iter().map(|pool| farm_host(pool).clone()).collect(),
            SubjectFrom::DefaultSipDomain => deployment.default_domain().into_iter().cloned().collect(),
            SubjectFrom::AnySipDomainOrServer => {
                let domains = deployment.topology.sip_domains.iter().map(|domain| domain.name.clone());
                let servers = deployment.front_ends().flat_map(|pool| {
                    std::iter::once(pool.fqdn.clone())
                        .chain(pool.machines.iter().map(|machine| machine.fqdn.clone()))
                });
                domains.chain(servers).collect()
            }
            SubjectFrom::FirstExternalWebFqdn | SubjectFrom::AnyExternalWebFqdn => {
                let front_ends = web_fqdns(self.pools_here(), FrontEnd::HomesUsers).into_iter();
                front_ends
                    .chain(web_fqdns(self.pools_here(), FrontEnd::Director))
                    .map(|(_, fqdn)| fqdn.value.clone())
                    .collect()
            }
        }
    }

    /// Every name that the row gives for this holder.
    pub(super) fn names_from(&self, from: NameFrom) -> Vec<FoundName> {
        let deployment = self.deployment;
        match from {
            NameFrom::PoolFqdn => self.pool_names("pool FQDN", NameKind::Pool),
            NameFrom::MachineFqdn => self.machine.iter().map(|machine| found_machine(machine)).collect(),
            NameFrom::EachMachineFqdn => {
                self.pool.iter().flat_map(|pool| &pool.machines).map(found_machine).collect()
            }
            NameFrom::InternalWebFqdn => self.internal_web_names(),
            NameFrom::ExternalWebFqdn => {
                let fqdns = self.pool.iter().flat_map(|pool| &pool.external_web_fqdns);
                fqdns.map(|fqdn| found_fqdn("external web FQDN", NameKind::ExternalWeb, fqdn)).collect()
            }
            NameFrom::EveryExternalWebFqdn => {
                found_web_fqdns(web_fqdns(self.pools_here(), FrontEnd::HomesUsers))
            }
            NameFrom::EveryDirectorWebFqdn => {
                found_web_fqdns(web_fqdns(self.pools_here(), FrontEnd::Director))
            }
            NameFrom::MeetUrl => {
                self.url_names(|component| *component == SimpleUrlComponent::Meet, NameKind::Meet)
            }
            NameFrom::DialinUrl => {
                self.url_names(|component| *component == SimpleUrlComponent::Dialin, NameKind::Dialin)
            }
            NameFrom::AdminUrl => {
                self.url_names(|component| *component == SimpleUrlComponent::Admin, NameKind::Admin)
            }
            NameFrom::OtherUrl => self.url_names(
                |component| {
                    matches!(component, SimpleUrlComponent::WebScheduler | SimpleUrlComponent::Other(_))
                },
                NameKind::OtherUrl,
            ),
            NameFrom::FurtherUrl => self.further_url_names(),
            NameFrom::GlobalUrl => self.global_url_names(),
            NameFrom::EachSipDomain(label) => self.domain_names(label),
            NameFrom::EachOnlineSipDomain(label) => self.online_names(label),
            NameFrom::BareSipDomain => {
                let domains = deployment.topology.sip_domains.iter();
                domains
                    .map(|domain| found_name(&domain.name, NameKind::Sip, "SIP domain", Some(&domain.place)))
                    .collect()
            }
            NameFrom::XmppDomain => self.xmpp_names(),
            NameFrom::XmppFirstDomain => {
                let proxy =
                    self.pool.and_then(|pool| pool.xmpp_proxy.as_ref()).filter(|_| has_xmpp(self.version));
                let first = proxy.and_then(|proxy| Some((proxy, deployment.default_domain()?)));
                first
                    .into_iter()
                    .map(|(proxy, domain)| {
                        found_name(
                            domain,
                            NameKind::Xmpp,
                            "default SIP domain, and the Edge pool has an XMPP proxy",
                            Some(proxy),
                        )
                    })
                    .collect()
            }
            NameFrom::AccessEdgeFqdn => self.pool.iter().map(|pool| found_access_edge(pool)).collect(),
            NameFrom::WebConferencingEdgeFqdn => {
                let fqdns = self.pool.iter().filter_map(|pool| pool.web_conferencing_edge_fqdn.as_ref());
                fqdns
                    .map(|fqdn| found_fqdn("Web Conferencing Edge FQDN", NameKind::WebConferencing, fqdn))
                    .collect()
            }
            NameFrom::AvEdgeFqdn => {
                let fqdns = self.pool.iter().filter_map(|pool| pool.av_edge_fqdn.as_ref());
                fqdns.map(|fqdn| found_fqdn("A/V Edge FQDN", NameKind::AvEdge, fqdn)).collect()
            }
            NameFrom::FarmHost => {
                let pools = self.pool.iter();
                pools.map(|pool| found_farm_host(pool, "host of the Office Web Apps discovery URL")).collect()
            }
            NameFrom::GatewayFqdn => self.pool.iter().flat_map(|pool| gateway_names(pool)).collect(),
            NameFrom::OfficeWebAppsExternal => self.office_web_apps_names(),
        }
    }

    fn pool_names(&self, text: &str, kind: NameKind) -> Vec<FoundName> {
        self.pool.iter().map(|pool| found_name(&pool.fqdn, kind, text, Some(&pool.place))).collect()
    }

    fn internal_web_names(&self) -> Vec<FoundName> {
        let overrides: Vec<_> = self.pool.iter().flat_map(|pool| &pool.internal_web_fqdns).collect();
        if overrides.is_empty() {
            return self.pool_names(
                "internal web FQDN, which is the pool FQDN as no override is set",
                NameKind::InternalWeb,
            );
        }
        overrides
            .into_iter()
            .map(|fqdn| found_fqdn("internal web FQDN (override)", NameKind::InternalWeb, fqdn))
            .collect()
    }

    /// The simple URLs that count here: those of the pool's site where it has any, else the global ones (URL-04). For a reverse
    /// proxy the sets of all of its sites: the own ones, and the global one where a site with web services has none of its own
    /// (RP-03).
    fn urls_here(&self) -> impl Iterator<Item = &'a Url> {
        let sites = self.sites_here();
        let uses_global = self.uses_global_urls();
        let counts = move |url: &&Url| match &url.site {
            Some(own) => sites.contains(own.as_str()),
            None => uses_global,
        };
        self.deployment.urls.iter().filter(counts)
    }

    /// The ids of the sites whose own URLs would count here.
    fn sites_here(&self) -> BTreeSet<&'a str> {
        match (self.site, self.proxy) {
            (Some(site), _) => BTreeSet::from([site.id.as_str()]),
            (None, Some(proxy)) => proxy.sites.iter().map(|site| site.id.as_str()).collect(),
            (None, None) => BTreeSet::new(),
        }
    }

    fn uses_global_urls(&self) -> bool {
        match (self.site, self.proxy) {
            (Some(site), _) => !self.deployment.has_own_urls(site),
            (None, Some(proxy)) => {
                proxy.sites.iter().any(|site| has_web_services(site) && !self.deployment.has_own_urls(site))
            }
            (None, None) => true,
        }
    }

    /// Whether simple URLs count here that neither export nor policy gives. What a set of an export lacks is a fault of the topology;
    /// where the policy alone tells of a set, it is what was not told.
    pub(super) fn has_unknown_urls(&self) -> bool {
        let of_sites =
            self.sites_here().into_iter().filter(|id| self.deployment.sites_with_urls.contains(*id));
        let mut scopes =
            of_sites.map(|id| Some(id.to_owned())).chain(self.uses_global_urls().then_some(None));
        scopes.any(|scope| self.deployment.unknown_urls.contains(&scope))
    }

    fn url_names(&self, wanted: fn(&SimpleUrlComponent) -> bool, kind: NameKind) -> Vec<FoundName> {
        let urls = self.urls_here().filter(|url| wanted(&url.component));
        urls.map(|url| FoundName { name: url.active.clone(), kind, cause: url.cause.clone(), domain: None })
            .collect()
    }

    fn further_url_names(&self) -> Vec<FoundName> {
        let urls = self.urls_here().filter(|url| url.component != SimpleUrlComponent::Admin);
        urls.flat_map(|url| {
            url.further.iter().map(|host| FoundName {
                name: host.clone(),
                kind: NameKind::OtherUrl,
                cause: Cause::new(
                    format!("further {} URL, still accepted", url.component.as_str()),
                    url.cause.place.clone(),
                ),
                domain: None,
            })
        })
        .collect()
    }

    fn global_url_names(&self) -> Vec<FoundName> {
        if self.uses_global_urls() {
            return Vec::new();
        }
        // The control panel is for the inside only (RP-11).
        let is_accepted = |url: &&Url| {
            url.site.is_none() && (self.proxy.is_none() || url.component != SimpleUrlComponent::Admin)
        };
        let urls = self.deployment.urls.iter().filter(is_accepted);
        urls.map(|url| FoundName {
            name: url.active.clone(),
            kind: NameKind::OtherUrl,
            cause: url.cause.clone(),
            domain: None,
        })
        .collect()
    }

    fn domain_names(&self, label: DomainLabel) -> Vec<FoundName> {
        let domains = self.deployment.topology.sip_domains.iter();
        domains
            .map(|domain| FoundName {
                name: domain.name.with_label(label.text),
                kind: label.kind,
                cause: Cause::new(format!("SIP domain {}", said(&domain.name)), Some(domain.place.clone())),
                domain: Some(domain.name.clone()),
            })
            .collect()
    }

    fn online_names(&self, label: DomainLabel) -> Vec<FoundName> {
        let domains = self.deployment.facts.online_sip_domains.iter();
        domains
            .filter(|domain| !domain.key().ends_with(".onmicrosoft.com"))
            .map(|domain| FoundName {
                name: domain.with_label(label.text),
                kind: label.kind,
                cause: Cause::new(format!("SIP domain {} of the online tenant (policy)", said(domain)), None),
                domain: Some(domain.clone()),
            })
            .collect()
    }

    fn xmpp_names(&self) -> Vec<FoundName> {
        let Some(proxy) = self.pool.and_then(|pool| pool.xmpp_proxy.as_ref()) else { return Vec::new() };
        let listed = self.deployment.facts.xmpp_domains.as_ref();
        let domains: Vec<(&DnsName, String)> = match listed {
            Some(domains) => domains
                .iter()
                .map(|domain| (domain, "XMPP domain of the policy; XMPP proxy".to_owned()))
                .collect(),
            None => {
                let domains = self.deployment.topology.sip_domains.iter();
                let text = "SIP domain, and the Edge pool has an XMPP proxy";
                domains.map(|domain| (&domain.name, text.to_owned())).collect()
            }
        };
        domains
            .into_iter()
            .map(|(domain, text)| FoundName {
                name: domain.clone(),
                kind: NameKind::Xmpp,
                cause: Cause::new(text, Some(proxy.clone())),
                domain: Some(domain.clone()),
            })
            .collect()
    }

    /// The hosts of Office Web Apps that the policy says are published, else those of all farms. A host of the policy that is
    /// known to belong to a farm elsewhere is published there.
    fn office_web_apps_names(&self) -> Vec<FoundName> {
        let farms = |pools: &mut dyn Iterator<Item = &'a Pool>| -> Vec<&'a Pool> {
            pools.filter(|pool| pool.office_web_apps_host.is_some()).collect()
        };
        let here = farms(&mut self.pools_here());
        let Some(hosts) = &self.deployment.facts.office_web_apps_external else {
            let text = "discovery host of an Office Web Apps farm";
            return here.into_iter().map(|pool| found_farm_host(pool, text)).collect();
        };
        let everywhere = farms(&mut self.deployment.topology.pools());
        let [hosts_here, hosts_everywhere] = [&here, &everywhere]
            .map(|farms| farms.iter().map(|farm| farm_host(farm)).collect::<HashSet<&DnsName>>());
        let text = "published Office Web Apps host (policy)";
        hosts
            .iter()
            .filter(|host| hosts_here.contains(host) || !hosts_everywhere.contains(host))
            .map(|host| found_name(host, NameKind::OfficeWebApps, text, None))
            .collect()
    }
}

/// Whether the generation has an XMPP proxy (VER-01, VER-05).
/// The newest generation of a deployment. A topology without any version is judged by the newest rules known.
pub(crate) fn newest_version(topology: &Topology) -> ProductVersion {
    topology.product_versions().pop().unwrap_or(ProductVersion::Sfb2019)
}

pub(super) fn has_xmpp(version: ProductVersion) -> bool {
    matches!(version, ProductVersion::Lync2013 | ProductVersion::Sfb2015)
}

fn found_name(name: &DnsName, kind: NameKind, text: &str, place: Option<&Place>) -> FoundName {
    FoundName { name: name.clone(), kind, cause: Cause::new(text, place.cloned()), domain: None }
}

fn found_fqdn(text: &str, kind: NameKind, fqdn: &Placed<DnsName>) -> FoundName {
    found_name(&fqdn.value, kind, text, Some(&fqdn.place))
}

fn found_machine(machine: &Machine) -> FoundName {
    found_name(&machine.fqdn, NameKind::Machine, "server FQDN", Some(&machine.place))
}

fn found_web_fqdns(fqdns: Vec<(&Pool, &Placed<DnsName>)>) -> Vec<FoundName> {
    fqdns
        .into_iter()
        .map(|(pool, fqdn)| {
            found_fqdn(&format!("external web FQDN of {}", said(&pool.fqdn)), NameKind::ExternalWeb, fqdn)
        })
        .collect()
}

fn access_edge(pool: &Pool) -> (&DnsName, &Place) {
    pool.access_edge_fqdn.as_ref().map_or((&pool.fqdn, &pool.place), |fqdn| (&fqdn.value, &fqdn.place))
}

fn found_access_edge(pool: &Pool) -> FoundName {
    let (name, place) = access_edge(pool);
    let text = if pool.access_edge_fqdn.is_some() {
        "Access Edge FQDN"
    } else {
        "pool FQDN, as no Access Edge FQDN is configured"
    };
    found_name(name, NameKind::AccessEdge, text, Some(place))
}

/// The names of a gateway; never empty.
fn gateway_names(pool: &Pool) -> Vec<FoundName> {
    let fqdns = pool.trunk.iter().flat_map(|trunk| &trunk.fqdns);
    let configured: Vec<FoundName> =
        fqdns.map(|fqdn| found_fqdn("FQDN of the gateway's TLS link", NameKind::Machine, fqdn)).collect();
    if configured.is_empty() {
        return vec![found_name(&pool.fqdn, NameKind::Machine, "FQDN of the gateway", Some(&pool.place))];
    }
    configured
}

fn farm_host(pool: &Pool) -> &DnsName {
    pool.office_web_apps_host.as_ref().unwrap_or(&pool.fqdn)
}

fn found_farm_host(pool: &Pool, text: &str) -> FoundName {
    let place = pool.office_web_apps_url.as_ref().map_or(&pool.place, |url| &url.place);
    found_name(farm_host(pool), NameKind::OfficeWebApps, text, Some(place))
}

/// The sets, by their sites, that the policy alone tells of and that lack what every deployment has. Without any URL that is the set for
/// all sites.
fn unknown_urls(urls: &[Url], topology: &Topology) -> HashSet<Option<String>> {
    let mut sets: HashMap<Option<&str>, Vec<&Url>> = HashMap::from([(None, Vec::new())]);
    for url in urls {
        sets.entry(url.site.as_deref()).or_default().push(url);
    }
    let lacks_some = |set: &[&Url]| {
        let meet = set.iter().filter(|url| url.component == SimpleUrlComponent::Meet);
        set.iter().all(|url| url.component != SimpleUrlComponent::Dialin)
            || without_meet(&topology.sip_domains, meet.map(|url| url.domain.as_str())).next().is_some()
    };
    let unknown =
        sets.into_iter().filter(|(_, set)| !set.iter().any(|url| url.is_exported) && lacks_some(set));
    unknown.map(|(site, _)| site.map(str::to_owned)).collect()
}

fn collect_urls(topology: &Topology, facts: &Facts) -> Vec<Url> {
    let exported = topology.simple_urls.iter().flatten().map(|url| Url {
        component: url.component.clone(),
        domain: url.domain.clone(),
        site: url.site.clone(),
        active: url.active_host.clone(),
        further: url.other_hosts.clone(),
        cause: Cause::new(url_text(&url.component, &url.domain), Some(url.place.clone())),
        is_exported: true,
    });
    let of_policy = facts.simple_urls.iter().map(|url| Url {
        component: url.component.clone(),
        domain: url.domain.clone(),
        // A site that no topology has is refused with the policy.
        site: url.site.as_ref().map(|named| {
            let site = topology.sites.iter().find(|site| site.is_named(named));
            site.map_or_else(|| named.clone(), |site| site.id.clone())
        }),
        active: url.host.clone(),
        further: Vec::new(),
        cause: Cause::new(format!("{} (policy)", url_text(&url.component, &url.domain)), None),
        is_exported: false,
    });
    exported.chain(of_policy).collect()
}

fn url_text(component: &SimpleUrlComponent, domain: &str) -> String {
    match domain {
        "*" | "" => format!("{} simple URL", component.as_str()),
        domain => format!("{} simple URL of {}", component.as_str(), said(domain)),
    }
}
