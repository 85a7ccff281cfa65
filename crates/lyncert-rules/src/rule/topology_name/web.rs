//! The web services FQDNs of pools: each its own, and another inside than outside (FE-WEXT-02, FE-WEXT-03, FE-WINT-03, DIR-WEXT-02).

use std::collections::{BTreeMap, HashSet};

use lyncert_ingest::name::{DnsName, said};
use lyncert_ingest::place::Place;
use lyncert_ingest::topology::Pool;

use crate::holder::{FrontEnd, HolderKind};
use crate::rule::{Deviation, JudgedTopology};
use crate::severity::Severity;

pub(super) fn check(view: &JudgedTopology<'_>) -> Vec<Deviation> {
    let pools = || view.topology.pools().filter(|pool| HolderKind::Pool(pool.kind).is_front_end());
    let mut deviations = shared_names(pools());
    deviations.extend(pools().filter_map(same_inside_and_outside));
    deviations.extend(pools().filter_map(without_override));
    deviations.extend(view.topology.pools().filter_map(farm_without_tls));
    deviations
}

/// The names by which clients reach the web services of a pool, each with its place: inside the pool FQDN, where no override is set.
fn web_names(pool: &Pool) -> impl Iterator<Item = (&DnsName, &Place)> {
    let implicit = pool.internal_web_fqdns.is_empty().then_some((&pool.fqdn, &pool.place));
    let fqdns = pool.external_web_fqdns.iter().chain(&pool.internal_web_fqdns);
    fqdns.map(|fqdn| (&fqdn.value, &fqdn.place)).chain(implicit)
}

/// Web services FQDNs that more than one pool claims.
fn shared_names<'a>(pools: impl Iterator<Item = &'a Pool>) -> Vec<Deviation> {
    let mut owners: BTreeMap<&DnsName, Vec<(&Pool, &Place)>> = BTreeMap::new();
    for pool in pools {
        for (name, place) in web_names(pool) {
            let of_name = owners.entry(name).or_default();
            // Pools come one after the other, so the last one is this one or another.
            if of_name.last().is_none_or(|(known, _)| known.fqdn != pool.fqdn) {
                of_name.push((pool, place));
            }
        }
    }
    owners.iter().filter_map(|(name, pools)| shared_name(name, pools)).collect()
}

fn shared_name(name: &DnsName, pools: &[(&Pool, &Place)]) -> Option<Deviation> {
    let [(first, _), (second, place), ..] = pools else { return None };
    let is_director = |(pool, _): &(&Pool, &Place)| {
        HolderKind::Pool(pool.kind).facts().front_end == Some(FrontEnd::Director)
    };
    let mixed = pools.iter().any(is_director) && !pools.iter().all(is_director);
    let deviation = Deviation::new(
        format!("the web services FQDN `{name}` is that of {} and of {} ({place})", first.fqdn, second.fqdn),
        "web services FQDNs that differ from pool to pool",
        name.to_string(),
    )
    .consequence(
        "the reverse proxy cannot tell the pools apart: clients of one reach the web services of the other",
    )
    .clause(if mixed { "DIR-WEXT-02" } else { "FE-WEXT-02" })
    .severity(Severity::Warning);
    Some(deviation.name(name.to_string()).pool(&second.fqdn))
}

/// A pool whose web services have one FQDN inside and outside.
fn same_inside_and_outside(pool: &Pool) -> Option<Deviation> {
    let inside: HashSet<&DnsName> = if pool.internal_web_fqdns.is_empty() {
        HashSet::from([&pool.fqdn])
    } else {
        pool.internal_web_fqdns.iter().map(|fqdn| &fqdn.value).collect()
    };
    let same = pool.external_web_fqdns.iter().find(|fqdn| inside.contains(&fqdn.value))?;
    let what = if pool.internal_web_fqdns.is_empty() {
        "its pool FQDN, which is the internal one as no override is set"
    } else {
        "the internal one"
    };
    let (name, place) = (&same.value, &same.place);
    let deviation = Deviation::new(
        format!("the external web FQDN `{name}` of {} is {what} ({place})", pool.fqdn),
        "an external web FQDN that differs from the internal one",
        name.to_string(),
    )
    .consequence(
        "mobile clients cannot tell whether they are inside: their sign-in and meetings fail on one side",
    );
    Some(deviation.clause("FE-WEXT-03").severity(Severity::Warning).name(name.to_string()).pool(&pool.fqdn))
}

/// A pool of several servers whose internal web FQDN is its pool FQDN.
fn without_override(pool: &Pool) -> Option<Deviation> {
    let lacks = pool.machines.len() > 1 && pool.internal_web_fqdns.is_empty();
    lacks.then(|| {
        let deviation = Deviation::new(
            format!(
                "{} has several servers and no internal web FQDN of its own ({})",
                said(&pool.fqdn),
                pool.place
            ),
            "an override of the internal web FQDN, where DNS balances the load of the pool",
            "none",
        )
        .consequence("nothing where hardware balances all of its load; DNS cannot balance web traffic");
        deviation
            .clause("FE-WINT-03")
            .severity(Severity::Info)
            .name(pool.fqdn.to_string())
            .pool(&pool.fqdn)
            .remedy(
                "Where DNS balances the load, set the internal web FQDN in Topology Builder, publish the topology, and request the \
                 certificates of the pool again",
            )
    })
}

/// A farm that is found over HTTP.
fn farm_without_tls(pool: &Pool) -> Option<Deviation> {
    let url = pool.office_web_apps_url.as_ref()?;
    let is_https = url.value.trim().get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"));
    (!is_https).then(|| {
        let (text, place) = (&url.value, &url.place);
        let deviation = Deviation::new(
            format!("the discovery URL `{text}` of {} does not start with https:// ({place})", pool.fqdn),
            "a discovery URL over HTTPS",
            &**text,
        )
        .consequence("presentations do not open in meetings: the product talks to the farm over HTTPS only");
        deviation.clause("OOS-01").severity(Severity::Warning).name(pool.fqdn.to_string()).pool(&pool.fqdn)
    })
}
