//! Who holds a certificate, and what is known of each kind of holder: one table that all judgments by role read.

use std::fmt;

use lyncert_ingest::name::DnsName;
use lyncert_ingest::topology::{POOL_KINDS, Pool, PoolKind, ProductVersion};

use crate::severity::Severity;
use crate::workload::Workload;

/// Who holds a certificate.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Holder {
    /// Display name of the site.
    pub site: Option<String>,
    /// Pool FQDN.
    pub pool: Option<DnsName>,
    /// Server FQDN, where it is for one server.
    pub server: Option<DnsName>,
    /// Kind of the holder.
    pub kind: HolderKind,
    /// Whether `Request-CsCertificate` and `Set-CsCertificate` are there: the product manages it, or is installed on it.
    pub has_cmdlets: bool,
    /// What it is called, where several of its kind are outside of pools: one of several reverse proxies.
    pub name: Option<String>,
    /// Product generation of the pool; for holders outside of pools, the newest of the deployment.
    pub version: ProductVersion,
}

impl Holder {
    /// Its name among pools: the pool FQDN, or that of one of several reverse proxies.
    pub fn pool_name(&self) -> Option<String> {
        let proxy = || self.name.as_deref().map(|name| reverse_proxy_folder(Some(name)));
        self.pool.as_ref().map(ToString::to_string).or_else(proxy)
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind.title();
        match (&self.pool, &self.server) {
            (Some(pool), Some(server)) if pool != server => write!(f, "{kind} {pool}, server {server}"),
            (Some(pool), _) => write!(f, "{kind} {pool}"),
            (None, _) => match &self.name {
                Some(name) => write!(f, "{kind} {name}"),
                None => f.write_str(kind),
            },
        }
    }
}

/// The name of the folder of a reverse proxy's certificate, and of the proxy among pools.
pub fn reverse_proxy_folder(name: Option<&str>) -> String {
    match name {
        Some(name) => format!("{REVERSE_PROXY}-{name}"),
        None => REVERSE_PROXY.to_owned(),
    }
}

/// The name of the reverse proxy among folders and pools, where there is one.
const REVERSE_PROXY: &str = "reverse-proxy";

/// The name of one of several reverse proxies, as its folder is called: what follows on `reverse-proxy-`.
pub fn reverse_proxy_name(folder: &str) -> Option<&str> {
    let (start, rest) = folder.split_at_checked(REVERSE_PROXY.len())?;
    rest.strip_prefix('-').filter(|name| start.eq_ignore_ascii_case(REVERSE_PROXY) && !name.is_empty())
}

/// Kind of a holder.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum HolderKind {
    /// A pool of the topology.
    Pool(PoolKind),
    /// The reverse proxy, which the topology does not name.
    ReverseProxy,
    /// The deployment as a whole: the OAuth certificate.
    Deployment,
}

/// What is known of a kind of holder. A kind of pool has its names and what shows it in [`POOL_KINDS`], and all else here.
#[derive(Debug)]
pub(crate) struct HolderFacts {
    /// The kind that the row is about.
    pub(crate) kind: HolderKind,
    /// Whether the product itself manages its certificates, by `Request-CsCertificate` and `Set-CsCertificate`.
    pub(crate) is_managed: bool,
    /// Whether it is a front end, and of which sort.
    pub(crate) front_end: Option<FrontEnd>,
    /// Whether people or servers from outside of the domain meet its certificate.
    pub(crate) is_met_outside: bool,
    /// For which of its names a wildcard may stand.
    pub(crate) wildcards: WildcardRule,
    /// What users do with its `Default` certificate; empty where it has none. For all other usages
    /// it does not depend on the holder.
    pub(crate) default_workloads: &'static [Workload],
    /// A remark for the person who orders its certificate.
    pub(crate) remark: Option<&'static str>,
}

/// A server that signs users in and has web services of its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum FrontEnd {
    /// It is home to users.
    HomesUsers,
    /// It sends users on to their pools.
    Director,
}

/// For which names of a holder a wildcard may stand (clauses WILD-01 to WILD-12).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum WildcardRule {
    /// For any.
    AnyName,
    /// For the names of web services that may be covered (WILD-03).
    WebNames,
    /// The same on a certificate that serves web services; for none on another (WILD-04).
    WebNamesOnWebUsages,
    /// For none that is checked, by one clause inside and by another outside (WILD-02, WILD-07).
    Edge,
    /// For none, by this clause; pool and server FQDN are compared letter for letter.
    None(&'static str),
    /// For none, by this clause and with this severity.
    NoneBut(&'static str, Severity),
}

/// All kinds of holders, one row each: the kinds of pools in the order of [`POOL_KINDS`], then those outside of pools.
pub(crate) static HOLDER_KINDS: [HolderFacts; POOL_KINDS.len() + 2] = [
    front_end(PoolKind::FrontEndPool, FrontEnd::HomesUsers),
    front_end(PoolKind::StandardEdition, FrontEnd::HomesUsers),
    front_end(PoolKind::Director, FrontEnd::Director),
    HolderFacts { is_met_outside: true, wildcards: WildcardRule::Edge, ..managed(PoolKind::Edge, &[]) },
    managed(PoolKind::Mediation, &[Workload::Telephony]),
    managed(PoolKind::SurvivableBranch, &[Workload::InternalSignIn, Workload::Phones, Workload::Telephony]),
    HolderFacts {
        default_workloads: &[Workload::Applications],
        remark: Some("the application's own documentation comes first"),
        ..unmanaged(PoolKind::TrustedApplication)
    },
    HolderFacts {
        wildcards: WildcardRule::NoneBut("WILD-04", Severity::Info),
        remark: Some("where a load balancer ends TLS, the certificate belongs there and not on the servers"),
        ..unmanaged(PoolKind::OfficeWebApps)
    },
    managed(PoolKind::PersistentChat, &[Workload::ChatRooms]),
    managed(PoolKind::VideoInterop, &[Workload::OutsideAudioVideo]),
    managed(PoolKind::AvConferencing, &[Workload::OutsideAudioVideo]),
    HolderFacts {
        wildcards: WildcardRule::NoneBut("GW-01", Severity::Warning),
        ..unmanaged(PoolKind::Gateway)
    },
    unmanaged(PoolKind::Database),
    unmanaged(PoolKind::FileStore),
    unmanaged(PoolKind::Other),
    HolderFacts {
        kind: HolderKind::Deployment,
        is_managed: true,
        front_end: None,
        is_met_outside: false,
        wildcards: WildcardRule::AnyName,
        default_workloads: &[],
        remark: None,
    },
    HolderFacts {
        kind: HolderKind::ReverseProxy,
        is_managed: false,
        front_end: None,
        is_met_outside: true,
        wildcards: WildcardRule::WebNames,
        default_workloads: &[],
        remark: None,
    },
];

// A kind of pool without a row, or a row in the wrong place, does not compile.
const _: () = {
    let mut index = 0;
    while index < HOLDER_KINDS.len() {
        assert!(HOLDER_KINDS[index].kind.index() == index);
        index += 1;
    }
};

const SIGN_IN_INSIDE: &[Workload] =
    &[Workload::InternalSignIn, Workload::Phones, Workload::ServerToServer, Workload::Federation];

// Short forms, so that the table reads like a table.
const fn front_end(kind: PoolKind, sort: FrontEnd) -> HolderFacts {
    HolderFacts {
        front_end: Some(sort),
        wildcards: WildcardRule::WebNamesOnWebUsages,
        ..managed(kind, SIGN_IN_INSIDE)
    }
}

const fn managed(kind: PoolKind, default_workloads: &'static [Workload]) -> HolderFacts {
    HolderFacts { is_managed: true, default_workloads, ..unmanaged(kind) }
}

/// An internal server that honors no wildcard, and whose certificates the product does not manage, if it has any.
const fn unmanaged(kind: PoolKind) -> HolderFacts {
    HolderFacts {
        kind: HolderKind::Pool(kind),
        is_managed: false,
        front_end: None,
        is_met_outside: false,
        wildcards: WildcardRule::None("WILD-06"),
        default_workloads: &[],
        remark: None,
    }
}

impl HolderKind {
    /// All kinds, in the order of [`HOLDER_KINDS`].
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        HOLDER_KINDS.iter().map(|facts| facts.kind)
    }

    /// What is known of the kind.
    pub(crate) fn facts(self) -> &'static HolderFacts {
        &HOLDER_KINDS[self.index()]
    }

    const fn index(self) -> usize {
        match self {
            Self::Pool(kind) => kind as usize,
            Self::Deployment => POOL_KINDS.len(),
            Self::ReverseProxy => POOL_KINDS.len() + 1,
        }
    }

    /// The name that programs read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pool(kind) => kind.as_str(),
            Self::ReverseProxy => "ReverseProxy",
            Self::Deployment => "Deployment",
        }
    }

    /// The name that people read.
    pub fn title(self) -> &'static str {
        match self {
            Self::Pool(kind) => kind.title(),
            Self::ReverseProxy => "reverse proxy",
            Self::Deployment => "OAuth (whole deployment)",
        }
    }

    /// Whether the product's cmdlets are there. On the servers of an application they are where its configuration is replicated.
    pub(crate) fn has_cmdlets(self, pool: Option<&Pool>) -> bool {
        let is_replicated = || pool.is_some_and(|pool| pool.requires_replication);
        self.is_managed() || self == Self::Pool(PoolKind::TrustedApplication) && is_replicated()
    }

    /// Whether the product itself manages its certificates, by `Request-CsCertificate` and `Set-CsCertificate`.
    pub fn is_managed(self) -> bool {
        self.facts().is_managed
    }

    /// Whether users sign in there: a front end, or a server in a branch.
    pub(crate) fn signs_users_in(self) -> bool {
        self.is_front_end() || self == Self::Pool(PoolKind::SurvivableBranch)
    }

    /// Whether it is a front end: a Front End pool, a Standard Edition server or a Director.
    pub fn is_front_end(self) -> bool {
        self.facts().front_end.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_are_found_by_their_kinds() {
        assert_eq!(HolderKind::all().count(), POOL_KINDS.len() + 2);
        for kind in HolderKind::all() {
            assert_eq!(kind.facts().kind, kind);
        }
    }

    #[test]
    fn front_ends_and_what_is_met_outside_are_those_of_the_documents() {
        let names = |holds: fn(&HolderFacts) -> bool| -> Vec<&str> {
            HOLDER_KINDS.iter().filter(|facts| holds(facts)).map(|facts| facts.kind.as_str()).collect()
        };
        assert_eq!(names(|facts| facts.front_end.is_some()), ["FrontEndPool", "StandardEdition", "Director"]);
        assert_eq!(names(|facts| facts.is_met_outside), ["Edge", "ReverseProxy"]);
        assert_eq!(
            names(|facts| !facts.is_managed),
            [
                "TrustedApplication",
                "OfficeWebApps",
                "Gateway",
                "Database",
                "FileStore",
                "Other",
                "ReverseProxy"
            ]
        );
    }
}
