//! Extra names of the policy, by whom they are for: of many names and many servers not every pair is looked at.

use std::collections::HashMap;

use lyncert_ingest::name::DnsName;
use lyncert_ingest::topology::{Machine, Pool, Site};

use crate::facts::{ExtraName, ExtraNameFor, Facts};
use crate::holder::HolderKind;
use crate::usage::CertificateUsage;

/// The extra names of a policy.
pub(super) struct Extras<'a> {
    all: &'a [ExtraName],
    of_pools: HashMap<&'a DnsName, Vec<usize>>,
    of_servers: HashMap<&'a DnsName, Vec<usize>>,
    /// Those for sites, and for all that fit.
    of_many: Vec<usize>,
}

impl<'a> Extras<'a> {
    pub(super) fn new(facts: &'a Facts) -> Self {
        let all = facts.extra_names.as_slice();
        let mut extras =
            Self { all, of_pools: HashMap::new(), of_servers: HashMap::new(), of_many: Vec::new() };
        for (index, extra) in all.iter().enumerate() {
            match &extra.holder {
                ExtraNameFor::Pool(named) => extras.of_pools.entry(named).or_default().push(index),
                ExtraNameFor::Server(named) => extras.of_servers.entry(named).or_default().push(index),
                ExtraNameFor::Site(_) | ExtraNameFor::AllThatFit => extras.of_many.push(index),
            }
        }
        extras
    }

    /// Those that belong on the certificates of a holder, in the order of the policy. A certificate of a whole pool needs those of each of
    /// its servers.
    pub(super) fn of(
        &self,
        pool: Option<&Pool>,
        machine: Option<&Machine>,
        sites: &[&Site],
    ) -> impl Iterator<Item = &'a ExtraName> + use<'a> {
        let servers: Vec<&DnsName> = match (machine, pool) {
            (Some(machine), _) => vec![&machine.fqdn],
            // Most policies name no server.
            (None, Some(pool)) if !self.of_servers.is_empty() => {
                pool.machines.iter().map(|machine| &machine.fqdn).collect()
            }
            (None, _) => Vec::new(),
        };
        let of_pool = pool.and_then(|pool| self.of_pools.get(&pool.fqdn)).into_iter().flatten();
        let of_servers = servers.into_iter().filter_map(|server| self.of_servers.get(server)).flatten();
        let is_its =
            |index: &&usize| self.all.get(**index).is_some_and(|extra| is_of_many(extra, pool, sites));
        let of_many = self.of_many.iter().filter(is_its);
        let mut indices: Vec<usize> = of_pool.chain(of_servers).chain(of_many).copied().collect();
        indices.sort_unstable();
        let all = self.all;
        indices.into_iter().filter_map(move |index| all.get(index))
    }
}

/// Whether a name that is for many belongs on the certificate of this holder.
fn is_of_many(extra: &ExtraName, pool: Option<&Pool>, sites: &[&Site]) -> bool {
    match &extra.holder {
        ExtraNameFor::AllThatFit => {
            extra.usage != CertificateUsage::Default
                || pool.is_some_and(|pool| HolderKind::Pool(pool.kind).signs_users_in())
        }
        ExtraNameFor::Site(named) => sites.iter().any(|site| site.is_named(named)),
        ExtraNameFor::Pool(_) | ExtraNameFor::Server(_) => false,
    }
}
