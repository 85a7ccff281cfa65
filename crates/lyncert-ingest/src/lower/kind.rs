//! What a pool is, derived from the services installed on it.

use super::raw::{Raw, RawService, ServiceIndex};
use crate::topology::{PoolKind, Service, ServiceRole};

/// The kind of the cluster with this index.
pub(super) fn kind_of_pool(
    raw: &Raw<'_>,
    by_key: &ServiceIndex<'_>,
    index: usize,
    raw_services: &[&RawService<'_>],
    services: &[Service],
) -> PoolKind {
    let has = |role: &ServiceRole| services.iter().any(|service| service.role == *role);
    if has(&ServiceRole::EdgeServer) {
        PoolKind::Edge
    } else if has(&ServiceRole::Registrar) && is_director(raw_services) {
        PoolKind::Director
    } else if has(&ServiceRole::Registrar) && has(&ServiceRole::UserServices) {
        if is_standard_edition(raw, by_key, index, raw_services) {
            PoolKind::StandardEdition
        } else {
            PoolKind::FrontEndPool
        }
    } else if has(&ServiceRole::Registrar) {
        PoolKind::SurvivableBranch
    } else {
        PoolKind::shown_by_services(has).unwrap_or(PoolKind::Other)
    }
}

fn is_director(services: &[&RawService<'_>]) -> bool {
    let registrars = services.iter().filter_map(|service| service.path.element.child("RegistrarService"));
    registrars.into_iter().any(|registrar| registrar.boolean("IsDirector") == Some(true))
}

/// A front end whose user store lies on the same computer. Where the export declares no user store for it, a SQL instance
/// of its own shows the same.
fn is_standard_edition(
    raw: &Raw<'_>,
    by_key: &ServiceIndex<'_>,
    index: usize,
    services: &[&RawService<'_>],
) -> bool {
    let is_user_store =
        |service: &&RawService<'_>| ServiceRole::from_name(&service.role_name) == ServiceRole::UserStore;
    let depends_on = services
        .iter()
        .filter(|service| ServiceRole::from_name(&service.role_name) == ServiceRole::UserServices)
        .flat_map(|service| &service.depends_on);
    let mut own_stores = depends_on.filter_map(|key| by_key.user_stores(key)).peekable();
    if own_stores.peek().is_some() {
        return own_stores.any(|clusters| clusters.contains(&index));
    }
    services.iter().any(is_user_store) || raw.clusters.get(index).is_some_and(|cluster| cluster.has_sql)
}
