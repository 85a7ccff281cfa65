//! Pools of a generation that no table describes, or that lack a part, are not judged in full, and that is said.

#![expect(clippy::unwrap_used, reason = "helpers of tests lie outside of test functions")]

mod common;

use lyncert_ingest::topology::{Pool, PoolKind, Topology};
use lyncert_rules::assess::{Case, assess};
use lyncert_rules::facts::Facts;
use lyncert_rules::policy::{Policy, Scope};
use lyncert_rules::profile::expect;
use lyncert_rules::unjudged::{Unjudged, UnjudgedKind};

use common::{case, deployment};

const POOL: &str = "pool.contoso.com";

fn not_understood(topology: &Topology, scope: Scope) -> Vec<Unjudged> {
    let facts = Facts::default();
    let case = Case { policy: &Policy { scope, ..Policy::default() }, ..case(topology, &facts) };
    let unjudged = assess(&case, expect(topology, &facts)).unjudged.into_iter();
    unjudged.filter(|one| one.kind == UnjudgedKind::InputNotUnderstood).collect()
}

/// A deployment of 2015 whose Front End pool is of another generation.
fn with_pool_of(version: Option<u32>) -> Topology {
    let mut topology = deployment(&["contoso.com"], 7);
    let pools = &mut topology.sites[0].pools;
    let pool = pools.iter_mut().find(|pool| pool.kind == PoolKind::FrontEndPool).unwrap();
    assert_eq!(pool.fqdn.as_str(), POOL);
    for service in &mut pool.services {
        service.version = version;
    }
    topology
}

#[test]
fn generations_that_the_tables_describe_are_judged() {
    for version in 5..=8 {
        assert_eq!(not_understood(&with_pool_of(Some(version)), Scope::default()), [], "{version}");
    }
}

#[test]
fn a_pool_of_another_generation_is_told_with_what_was_asked_of_it() {
    for (version, expected) in [
        (Some(4), "Office Communications Server has tables of its own"),
        (Some(9), "version 9 (newer than known) has no table"),
        (None, "the tables of Skype for Business Server 2015 were taken"),
    ] {
        let [told] = not_understood(&with_pool_of(version), Scope::default()).try_into().unwrap();
        assert!(told.why.contains(expected), "{version:?}: {}", told.why);
        let holders: Vec<&str> =
            told.holders.iter().filter_map(|holder| Some(holder.pool.as_ref()?.as_str())).collect();
        assert_eq!(holders, [POOL], "{version:?}");
    }
}

#[test]
fn what_is_out_of_scope_is_not_told() {
    let scope = Scope { except: vec![POOL.parse().unwrap()], ..Scope::default() };
    assert_eq!(not_understood(&with_pool_of(Some(4)), scope), []);
}

#[test]
fn a_database_needs_no_generation() {
    let mut topology = deployment(&["contoso.com"], 7);
    let mut store = with_pool_of(None).sites[0].pools[0].clone();
    store.kind = PoolKind::Database;
    topology.sites[0].pools.push(store);
    assert_eq!(not_understood(&topology, Scope::default()), []);
}

#[test]
fn a_pool_without_what_all_of_its_kind_have_is_told_unless_it_is_out_of_scope() {
    let lacking = |lack: fn(&mut Topology)| {
        let mut topology = deployment(&["contoso.com"], 7);
        lack(&mut topology);
        let except = Scope { except: vec![POOL.parse().unwrap()], ..Scope::default() };
        assert_eq!(not_understood(&topology, except), []);
        let [told] = not_understood(&topology, Scope::default()).try_into().unwrap();
        assert!(told.remedy.ends_with("by `[scope] except = [\"pool.contoso.com\"]`"), "{}", told.remedy);
        told.why
    };
    fn pool(topology: &mut Topology) -> &mut Pool {
        topology.sites[0].pools.iter_mut().find(|pool| pool.fqdn.as_str() == POOL).unwrap()
    }
    let why = lacking(|topology| pool(topology).external_web_fqdns.clear());
    assert!(why.contains("no external web FQDN"), "{why}");
    let why = lacking(|topology| pool(topology).kind = PoolKind::SurvivableBranch);
    assert!(why.contains("taken for survivable branches"), "{why}");
    let why = lacking(|topology| pool(topology).kind = PoolKind::Gateway);
    assert!(why.contains("whether their link is TLS"), "{why}");
}

#[test]
fn generations_of_what_others_manage_decide_nothing() {
    let mut topology = with_pool_of(None);
    for kind in [PoolKind::OfficeWebApps, PoolKind::TrustedApplication] {
        topology.sites[0].pools.iter_mut().find(|pool| pool.fqdn.as_str() == POOL).unwrap().kind = kind;
        assert_eq!(not_understood(&topology, Scope::default()), [], "{kind:?}");
    }
}
