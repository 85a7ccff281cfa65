//! Kinds of pools, and what an export says of each.

use crate::topology::ServiceRole;

/// Kind of a pool: the role that its servers play. Each variant has its row in [`POOL_KINDS`], in the same order.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum PoolKind {
    /// An Enterprise pool of Front End servers.
    FrontEndPool,
    /// A Standard Edition server: a front end whose user store lies on the same computer.
    StandardEdition,
    /// A Director or Director pool.
    Director,
    /// An Edge server or Edge pool.
    Edge,
    /// A stand-alone Mediation server or pool.
    Mediation,
    /// A Survivable Branch Appliance or Survivable Branch Server.
    SurvivableBranch,
    /// A trusted application pool.
    TrustedApplication,
    /// An Office Web Apps or Office Online Server farm.
    OfficeWebApps,
    /// A Persistent Chat pool.
    PersistentChat,
    /// A Video Interop pool.
    VideoInterop,
    /// A stand-alone A/V Conferencing pool (Lync Server 2010).
    AvConferencing,
    /// A gateway to the telephone network or to video systems.
    Gateway,
    /// A database server.
    Database,
    /// A file share.
    FileStore,
    /// Anything else. Stays the last variant: the length of the table is checked against it.
    Other,
}

/// What is known of a kind of pool, apart from its certificates.
#[derive(Debug)]
pub struct PoolKindFacts {
    /// The kind that the row is about.
    pub kind: PoolKind,
    /// The name that programs read, as JSON reports have it. Never changed once it is published.
    pub id: &'static str,
    /// The name that people read.
    pub title: &'static str,
    /// How an export shows that a pool is of this kind.
    pub shown_by: ShownBy,
}

/// How an export shows that a pool is of some kind.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ShownBy {
    /// By more than the names of its services: which of them run together, and what their settings are.
    Structure,
    /// By one of these services. Where services of several kinds run on one pool, the kind with the lowest precedence
    /// counts: a role that a server exists for comes before one that other servers take on as well.
    Services {
        /// Any of them shows it.
        any_of: &'static [ServiceRole],
        /// Its place among the kinds that are shown by services, from 1; no two have the same.
        precedence: u8,
    },
}

/// All kinds, one row each, in the order of [`PoolKind`], which is the order in which reports list them.
pub static POOL_KINDS: [PoolKindFacts; 15] = [
    facts(PoolKind::FrontEndPool, "FrontEndPool", "Front End pool", ShownBy::Structure),
    facts(PoolKind::StandardEdition, "StandardEdition", "Standard Edition server", ShownBy::Structure),
    facts(PoolKind::Director, "Director", "Director", ShownBy::Structure),
    facts(PoolKind::Edge, "Edge", "Edge", ShownBy::Structure),
    facts(PoolKind::Mediation, "Mediation", "Mediation Server", services(4, &[ServiceRole::MediationServer])),
    facts(PoolKind::SurvivableBranch, "SurvivableBranch", "Survivable Branch Appliance", ShownBy::Structure),
    facts(
        PoolKind::TrustedApplication,
        "TrustedApplication",
        "trusted application pool",
        services(5, &[ServiceRole::ExternalServer]),
    ),
    facts(PoolKind::OfficeWebApps, "OfficeWebApps", "Office Web Apps farm", services(6, &[ServiceRole::Wac])),
    facts(
        PoolKind::PersistentChat,
        "PersistentChat",
        "Persistent Chat Server",
        services(1, &[ServiceRole::PersistentChat]),
    ),
    facts(
        PoolKind::VideoInterop,
        "VideoInterop",
        "Video Interop Server",
        services(2, &[ServiceRole::VideoInterop]),
    ),
    facts(
        PoolKind::AvConferencing,
        "AvConferencing",
        "A/V Conferencing Server",
        services(3, &[ServiceRole::AvConferencing]),
    ),
    facts(
        PoolKind::Gateway,
        "Gateway",
        "gateway",
        services(7, &[ServiceRole::PstnGateway, ServiceRole::VideoGateway]),
    ),
    facts(
        PoolKind::Database,
        "Database",
        "database server",
        services(8, &[ServiceRole::UserStore, ServiceRole::Store]),
    ),
    facts(PoolKind::FileStore, "FileStore", "file store", services(9, &[ServiceRole::FileStore])),
    facts(PoolKind::Other, "Other", "other", ShownBy::Structure),
];

// A variant without a row, or a row in the wrong place, does not compile.
const _: () = {
    assert!(POOL_KINDS.len() == PoolKind::Other as usize + 1);
    let mut index = 0;
    while index < POOL_KINDS.len() {
        assert!(POOL_KINDS[index].kind as usize == index);
        index += 1;
    }
};

// Short forms, so that the table reads like a table.
const fn facts(kind: PoolKind, id: &'static str, title: &'static str, shown_by: ShownBy) -> PoolKindFacts {
    PoolKindFacts { kind, id, title, shown_by }
}

const fn services(precedence: u8, any_of: &'static [ServiceRole]) -> ShownBy {
    ShownBy::Services { any_of, precedence }
}

impl PoolKind {
    /// All kinds, in the order in which reports list them.
    pub fn all() -> impl Iterator<Item = Self> {
        POOL_KINDS.iter().map(|facts| facts.kind)
    }

    /// What is known of the kind.
    pub fn facts(self) -> &'static PoolKindFacts {
        &POOL_KINDS[self as usize]
    }

    /// The name that programs read.
    pub fn as_str(self) -> &'static str {
        self.facts().id
    }

    /// The name that people read.
    pub fn title(self) -> &'static str {
        self.facts().title
    }

    /// The kind that these services show by themselves, if they do.
    pub(crate) fn shown_by_services(has: impl Fn(&ServiceRole) -> bool) -> Option<Self> {
        let shown = POOL_KINDS.iter().filter_map(|facts| match facts.shown_by {
            ShownBy::Services { any_of, precedence } if any_of.iter().any(&has) => {
                Some((precedence, facts.kind))
            }
            ShownBy::Services { .. } | ShownBy::Structure => None,
        });
        shown.min_by_key(|(precedence, _)| *precedence).map(|(_, kind)| kind)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_has_names_of_its_own() {
        let ids: BTreeSet<_> = POOL_KINDS.iter().map(|facts| facts.id).collect();
        let titles: BTreeSet<_> = POOL_KINDS.iter().map(|facts| facts.title).collect();
        assert_eq!((ids.len(), titles.len()), (POOL_KINDS.len(), POOL_KINDS.len()));
        assert!(ids.iter().all(|id| id.chars().all(|c| c.is_ascii_alphanumeric())), "{ids:?}");
    }

    #[test]
    fn no_service_shows_two_kinds_and_no_two_kinds_have_the_same_precedence() {
        let (mut roles, mut precedences) = (Vec::new(), BTreeSet::new());
        for facts in &POOL_KINDS {
            let ShownBy::Services { any_of, precedence } = facts.shown_by else { continue };
            assert!(!any_of.is_empty() && precedences.insert(precedence), "{}", facts.id);
            for role in any_of {
                assert!(!roles.contains(role), "{role} shows {} and another kind", facts.id);
                roles.push(role.clone());
            }
        }
    }

    #[test]
    fn of_several_services_the_one_that_a_server_exists_for_shows_its_kind() {
        let kind = |installed: &[ServiceRole]| PoolKind::shown_by_services(|role| installed.contains(role));
        assert_eq!(
            kind(&[ServiceRole::MediationServer, ServiceRole::VideoInterop]),
            Some(PoolKind::VideoInterop)
        );
        assert_eq!(kind(&[ServiceRole::FileStore, ServiceRole::Store]), Some(PoolKind::Database));
        assert_eq!(kind(&[ServiceRole::ManagementServices]), None);
    }
}
