//! Pools that lack what exports have of every pool of their kind: a part of it may be lost, and what follows from that was not worked out.

use lyncert_ingest::topology::{Pool, PoolKind, Site, SiteKind, Topology};

use super::generations::{pools_in_scope, pools_of};
use crate::holder::HolderKind;
use crate::policy::{Scope, exception};
use crate::unjudged::{Unjudged, UnjudgedKind};

/// What a pool lacks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Lack {
    /// The external web FQDN of a front end. Topology Builder fills one in where nobody does.
    ExternalWebFqdn,
    /// The user services of a front end, or the branch site of a survivable branch, which lies in no other.
    UserServices,
    /// The protocol of a gateway's link.
    Protocol,
}

/// What of the pools in scope was not judged, as a part of it is not there: one entry a reason.
pub(super) fn of_incomplete_pools(topology: &Topology, scope: &Scope) -> Vec<Unjudged> {
    [Lack::ExternalWebFqdn, Lack::UserServices, Lack::Protocol]
        .into_iter()
        .filter_map(|lack| entry(lack, topology, scope))
        .collect()
}

fn lacks(lack: Lack, site: &Site, pool: &Pool) -> bool {
    match lack {
        Lack::ExternalWebFqdn => {
            HolderKind::Pool(pool.kind).is_front_end() && pool.external_web_fqdns.is_empty()
        }
        Lack::UserServices => pool.kind == PoolKind::SurvivableBranch && site.kind != SiteKind::Branch,
        Lack::Protocol => pool.kind == PoolKind::Gateway && pool.trunk.is_none(),
    }
}

fn entry(lack: Lack, topology: &Topology, scope: &Scope) -> Option<Unjudged> {
    let holders = pools_in_scope(topology, scope, |site, pool| lacks(lack, site, pool));
    if holders.is_empty() {
        return None;
    }
    let (what, why) = match lack {
        Lack::ExternalWebFqdn => (
            "names of the external web services",
            "these pools have no external web FQDN (`ExternalSettings` with `Host`), as every front end has, so that nothing asked for one",
        ),
        Lack::UserServices => (
            "what kind of pool it is",
            "these have a Registrar and no UserServices, and lie in no branch site: they were taken for survivable branches",
        ),
        Lack::Protocol => (
            "whether gateways need a certificate",
            "not every port of theirs has a `Protocol`, so that it is not known whether their link is TLS, and nothing was asked of them",
        ),
    };
    Some(Unjudged {
        kind: UnjudgedKind::InputNotUnderstood,
        what: what.to_owned(),
        why: why.to_owned(),
        remedy: format!(
            "Export the topology again; if that changes nothing, look at them by other means, and leave them out by {}",
            exception(pools_of(&holders))
        ),
        holders,
    })
}
