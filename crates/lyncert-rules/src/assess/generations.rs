//! Pools of generations that no table describes, and pools that do not say of which generation they are.

use lyncert_ingest::name::DnsName;
use lyncert_ingest::topology::{Pool, ProductVersion, Site, Topology};

use super::lying::holder_of_pool;
use crate::holder::{Holder, HolderKind};
use crate::policy::{Scope, exception};
use crate::profile::{has_profile, newest_version};
use crate::unjudged::{Unjudged, UnjudgedKind};

/// How much is known of what the certificates of a pool need, by its generation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Known {
    /// The tables have it.
    Described,
    /// It is older than the tables: nothing is asked of it.
    Older,
    /// It is newer than the tables: what the newest of them say was asked of it.
    Newer,
    /// The export does not say: what the newest generation of the deployment needs was asked of it.
    Untold,
}

/// What of the pools in scope was not judged, or not by tables of its own: one entry a reason.
pub(super) fn of_unknown_generations(topology: &Topology, scope: &Scope) -> Vec<Unjudged> {
    [Known::Older, Known::Newer, Known::Untold]
        .into_iter()
        .filter_map(|wanted| {
            // What others than the product manage has generations of its own, which decide nothing.
            let is_concerned = |_: &Site, pool: &Pool| {
                has_profile(pool.kind) && HolderKind::Pool(pool.kind).is_managed() && known(pool) == wanted
            };
            entry(wanted, pools_in_scope(topology, scope, is_concerned))
        })
        .collect()
}

/// The pools in scope that are of some kind.
pub(super) fn pools_in_scope(
    topology: &Topology,
    scope: &Scope,
    is_concerned: impl Fn(&Site, &Pool) -> bool,
) -> Vec<Holder> {
    let newest = newest_version(topology);
    let pools = topology.sites.iter().flat_map(|site| site.pools.iter().map(move |pool| (site, pool)));
    pools
        .filter(|(site, pool)| is_concerned(site, pool))
        .map(|(site, pool)| holder_of_pool(site, pool, None, newest))
        .filter(|holder| scope.includes(holder))
        .collect()
}

/// The names of the pools.
pub(super) fn pools_of(holders: &[Holder]) -> impl Iterator<Item = &DnsName> {
    holders.iter().filter_map(|holder| holder.pool.as_ref())
}

fn known(pool: &Pool) -> Known {
    match pool.version() {
        Some(ProductVersion::BeforeLync(_)) => Known::Older,
        Some(
            ProductVersion::Lync2010
            | ProductVersion::Lync2013
            | ProductVersion::Sfb2015
            | ProductVersion::Sfb2019,
        ) => Known::Described,
        Some(ProductVersion::NewerThanKnown(_)) => Known::Newer,
        None => Known::Untold,
    }
}

fn entry(known: Known, holders: Vec<Holder>) -> Option<Unjudged> {
    let first = holders.first()?;
    let (what, why, remedy) = match known {
        Known::Described => return None,
        Known::Older => (
            "the certificates of pools from before Lync Server 2010",
            "Office Communications Server has tables of its own, which lyncert does not have, so that nothing was asked of these pools"
                .to_owned(),
            format!("Look at their certificates by other means, and leave them out by {}", exception(pools_of(&holders))),
        ),
        Known::Newer => (
            "what a generation that is newer than known needs",
            format!("{} has no table, so that those of the newest known one were taken", first.version),
            "Use a newer lyncert".to_owned(),
        ),
        Known::Untold => (
            "of which generation pools are",
            format!("no service of theirs has a `ServiceVersion`, so that the tables of {} were taken", first.version),
            "Export the topology again, with a tool of the product".to_owned(),
        ),
    };
    Some(Unjudged { kind: UnjudgedKind::InputNotUnderstood, what: what.to_owned(), why, remedy, holders })
}
