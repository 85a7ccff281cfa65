//! What is judged: pools and sites, by the policy or the arguments; and whether the topology has what a policy names.

use std::collections::{HashMap, HashSet};

use anyhow::anyhow;
use lyncert_ingest::name::{DnsName, NameError};
use lyncert_ingest::topology::{PoolKind, Topology};
use lyncert_rules::facts::{AutoLogonPool, ExtraNameFor, Facts, ReverseProxyFact, is_front_end};
use lyncert_rules::holder::{HolderKind, reverse_proxy_folder};
use lyncert_rules::policy::{Scope, ScopeName};
use lyncert_rules::profile::PROFILES;
use lyncert_rules::usage::CertificateUsage;

use crate::args::ScopeArgs;
use crate::exit::Failure;
use crate::log::{Event, Level};
use crate::redaction::hint_of_names;

/// The scope that the arguments give, which takes the place of the policy's.
pub(crate) fn scope_of_args(args: &ScopeArgs) -> Result<Option<Scope>, Failure> {
    if args.pool.is_empty() && args.site.is_empty() {
        return Ok(None);
    }
    let read = |text: &String| {
        let name: Result<ScopeName, NameError> = text.parse();
        name.map_err(|error| Failure::usage(anyhow!("--pool: {error}")))
    };
    let holders = args.pool.iter().map(read).collect::<Result<_, Failure>>()?;
    Ok(Some(Scope { holders, sites: args.site.clone(), except: Vec::new() }))
}

/// What a policy says of a topology has to be there in one of these: a name that none has would leave something out unseen.
pub(crate) fn check_policy(scope: &Scope, facts: &Facts, topologies: &[&Topology]) -> Result<(), Failure> {
    let names = KnownNames::new(facts, topologies);
    for named in scope.holders.iter().chain(&scope.except) {
        names.check_scope_name(named)?;
    }
    for site in &scope.sites {
        if !names.site_names.contains(&site.to_ascii_lowercase()) {
            return Err(unknown_name("the scope", site, "site", &names.sites));
        }
    }
    names.check_facts(facts)
}

/// The names that a policy can use.
struct KnownNames<'a> {
    topologies: &'a [&'a Topology],
    pools: Vec<&'a DnsName>,
    sites: Vec<&'a str>,
    /// What kind of pool each name means; documents of a migration may have two of one name.
    pool_kinds: HashMap<&'a DnsName, HashSet<PoolKind>>,
    /// The kinds of the pools that each server is in.
    server_kinds: HashMap<&'a DnsName, HashSet<PoolKind>>,
    /// The names of sites in lower case.
    site_names: HashSet<String>,
    site_ids: HashSet<&'a str>,
    /// The holders that are no pools, by the names that folders of certificates have too.
    others: Vec<String>,
}

impl<'a> KnownNames<'a> {
    fn new(facts: &Facts, topologies: &'a [&'a Topology]) -> Self {
        let all_pools = || topologies.iter().flat_map(|topology| topology.pools());
        let all_sites = || topologies.iter().flat_map(|topology| &topology.sites);
        let pools: Vec<&DnsName> = all_pools().map(|pool| &pool.fqdn).collect();
        let sites: Vec<&str> = all_sites().map(|site| site.name.as_str()).collect();
        let several = facts.reverse_proxies.iter().filter(|_| facts.reverse_proxies.len() > 1);
        let proxies = several.map(|proxy| reverse_proxy_folder(Some(&proxy.name)));
        let others = [reverse_proxy_folder(None), "oauth".to_owned()].into_iter().chain(proxies);
        Self {
            topologies,
            pool_kinds: kinds(all_pools().map(|pool| (&pool.fqdn, pool.kind))),
            server_kinds: kinds(
                all_pools()
                    .flat_map(|pool| pool.machines.iter().map(move |machine| (&machine.fqdn, pool.kind))),
            ),
            site_names: sites.iter().map(|name| name.to_ascii_lowercase()).collect(),
            site_ids: all_sites().map(|site| site.id.as_str()).collect(),
            pools,
            sites,
            others: others.collect(),
        }
    }

    fn check_scope_name(&self, named: &ScopeName) -> Result<(), Failure> {
        let text = named.to_string();
        let is_known = match named {
            ScopeName::Pool(pool) => self.pool_kinds.contains_key(pool),
            ScopeName::NamedReverseProxy(_) => {
                self.others.iter().any(|known| known.eq_ignore_ascii_case(&text))
            }
            ScopeName::ReverseProxy | ScopeName::OAuth => true,
        };
        if is_known {
            return Ok(());
        }
        let pools = self.pools.iter().map(|pool| pool.as_str());
        let known: Vec<&str> = pools.chain(self.others.iter().map(String::as_str)).collect();
        Err(unknown_name("the scope", &text, "pool", &known))
    }

    fn check_facts(&self, facts: &Facts) -> Result<(), Failure> {
        for site in facts.simple_urls.iter().filter_map(|url| url.site.as_deref()) {
            self.check_site("[[facts.simple_url]]", site)?;
        }
        let mut proxies = HashSet::new();
        for ReverseProxyFact { name, .. } in &facts.reverse_proxies {
            if !proxies.insert(name.to_ascii_lowercase()) {
                return Err(Failure::usage(anyhow!(
                    "[[facts.reverse_proxy]] has two proxies named `{name}`"
                )));
            }
        }
        for site in facts.reverse_proxies.iter().flat_map(|proxy| &proxy.sites) {
            self.check_site("[[facts.reverse_proxy]]", site)?;
        }
        if let Some(AutoLogonPool::Pool(named)) = &facts.auto_logon_pool {
            self.check_auto_logon_pool(named)?;
        }
        for edge in &facts.edges {
            self.check_pool("[[facts.edge]]", &edge.pool, "Edge pool", |kind| kind == PoolKind::Edge)?;
        }
        for extra in &facts.extra_names {
            const WHERE: &str = "[[facts.extra_name]]";
            let has_usage = |kind: PoolKind| has_usage(kind, extra.usage);
            match &extra.holder {
                ExtraNameFor::AllThatFit => {}
                ExtraNameFor::Pool(pool) => {
                    let with_usage = format!("pool with a certificate for {}", extra.usage.as_str());
                    self.check_pool(WHERE, pool, &with_usage, has_usage)?;
                }
                ExtraNameFor::Site(site) => self.check_site(WHERE, site)?,
                ExtraNameFor::Server(server) => {
                    let Some(kinds) = self.server_kinds.get(server) else {
                        return Err(unknown_name(WHERE, server.as_str(), "server", &self.servers(|_| true)));
                    };
                    if !kinds.iter().any(|kind| has_usage(*kind)) {
                        let with_usage = format!("server with a certificate for {}", extra.usage.as_str());
                        let known = self.servers(has_usage);
                        return Err(unknown_name(WHERE, server.as_str(), &with_usage, &known));
                    }
                }
            }
        }
        Ok(())
    }

    /// A name that no front end has would mean that none of them answers sign-in: then no `sip.<domain>` is asked for anywhere.
    fn check_auto_logon_pool(&self, named: &DnsName) -> Result<(), Failure> {
        const WHAT: &str = "Front End pool, Standard Edition server or Director";
        if self.topologies.iter().any(|topology| is_front_end(topology, named)) {
            return Ok(());
        }
        let known = self.pools_that(|kind| HolderKind::Pool(kind).is_front_end());
        Err(unknown_name("auto_logon_pool", named.as_str(), WHAT, &known))
    }

    fn check_site(&self, place: &str, named: &str) -> Result<(), Failure> {
        let text = named.trim();
        if self.site_ids.contains(text)
            || (!text.is_empty() && self.site_names.contains(&text.to_ascii_lowercase()))
        {
            return Ok(());
        }
        Err(unknown_name(place, named, "site", &self.sites))
    }

    /// A pool of this kind has to be there: what is said of another one would be asked of nobody.
    fn check_pool(
        &self,
        place: &str,
        named: &DnsName,
        what: &str,
        fits: impl Fn(PoolKind) -> bool,
    ) -> Result<(), Failure> {
        match self.pool_kinds.get(named) {
            None => Err(unknown_name(place, named.as_str(), "pool", &self.pools_that(|_| true))),
            Some(kinds) if kinds.iter().any(|kind| fits(*kind)) => Ok(()),
            Some(_) => Err(unknown_name(place, named.as_str(), what, &self.pools_that(fits))),
        }
    }

    fn pools_that(&self, fits: impl Fn(PoolKind) -> bool) -> Vec<&'a str> {
        let pools = self.topologies.iter().flat_map(|topology| topology.pools());
        pools.filter(|pool| fits(pool.kind)).map(|pool| pool.fqdn.as_str()).collect()
    }

    fn servers(&self, fits: impl Fn(PoolKind) -> bool) -> Vec<&'a str> {
        let pools = self.topologies.iter().flat_map(|topology| topology.pools());
        let machines = pools.filter(|pool| fits(pool.kind)).flat_map(|pool| &pool.machines);
        machines.map(|machine| machine.fqdn.as_str()).collect()
    }
}

fn kinds<'a>(
    named: impl Iterator<Item = (&'a DnsName, PoolKind)>,
) -> HashMap<&'a DnsName, HashSet<PoolKind>> {
    let mut kinds: HashMap<&DnsName, HashSet<PoolKind>> = HashMap::new();
    for (name, kind) in named {
        kinds.entry(name).or_default().insert(kind);
    }
    kinds
}

/// Whether pools of this kind have a certificate for a usage, in some generation.
fn has_usage(kind: PoolKind, usage: CertificateUsage) -> bool {
    let profiles = PROFILES.iter().flat_map(|table| table.iter());
    let of_kind = profiles.into_iter().filter(|profile| profile.holder == HolderKind::Pool(kind));
    of_kind.into_iter().any(|profile| profile.usages.contains(&usage))
}

fn unknown_name(place: &str, name: &str, kind: &str, known: &[&str]) -> Failure {
    let hinted = hint_of_names(name, known.iter().copied());
    Failure::usage(anyhow!("{place} has `{name}`, which is no {kind} of this topology; {hinted}"))
}

/// Says on standard error that an output is about more than the scope: otherwise it could be taken for narrowed.
pub(crate) fn tell_scope_is_not_applied(scope: &Scope, what: &str) {
    if scope.is_everything() {
        return;
    }
    let message = format!("note: the policy has a scope, which is about what is judged; {what}");
    Event::new(Level::Warning, "scope-not-applied", &message).say();
}
