//! The topology as an administrator speaks of it: sites, pools, servers, services, names.

mod pool;
mod pool_kind;
mod role;
mod version;

pub use pool::{Machine, Placed, Pool, Service, Trunk};
pub use pool_kind::{POOL_KINDS, PoolKind, PoolKindFacts, ShownBy};
pub use role::ServiceRole;
pub use version::ProductVersion;

use crate::name::DnsName;
use crate::place::Place;

/// One deployment as an export describes it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Topology {
    /// The SIP domains in export order.
    pub sip_domains: Vec<SipDomain>,
    /// The default SIP domain.
    pub default_sip_domain: Option<Placed<DnsName>>,
    /// The simple URLs in export order. `None` means that this kind of export contains none (a published topology),
    /// which is not the same as a deployment without simple URLs.
    pub simple_urls: Option<Vec<SimpleUrl>>,
    /// Central sites and branch sites in export order.
    pub sites: Vec<Site>,
}

impl Topology {
    /// All pools of all sites, in export order.
    pub fn pools(&self) -> impl Iterator<Item = &Pool> {
        self.sites.iter().flat_map(|site| &site.pools)
    }

    /// The product generations of the pools that run the product's own services, oldest first, each once.
    pub fn product_versions(&self) -> Vec<ProductVersion> {
        let mut versions: Vec<_> =
            self.pools().filter(|pool| pool.requires_setup).filter_map(Pool::version).collect();
        versions.sort_unstable();
        versions.dedup();
        versions
    }
}

/// A SIP domain.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SipDomain {
    /// The domain, such as `contoso.com`.
    pub name: DnsName,
    /// Where it is declared.
    pub place: Place,
}

/// A central site or a branch site.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Site {
    /// The key that other parts of the export refer to it by. A string: it need not be a number.
    pub id: String,
    /// Display name; empty where the export has none.
    pub name: String,
    /// Central or branch.
    pub kind: SiteKind,
    /// Key of the central site that a branch site belongs to.
    pub parent: Option<String>,
    /// Its pools in export order.
    pub pools: Vec<Pool>,
    /// Where it is declared.
    pub place: Place,
}

impl Site {
    /// Whether a person who writes `text` means it: its id, or its name in any letter case.
    pub fn is_named(&self, text: &str) -> bool {
        let text = text.trim();
        self.id == text || (!self.name.is_empty() && self.name.eq_ignore_ascii_case(text))
    }
}

/// Kind of a site.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SiteKind {
    /// A site with Front End pools of its own.
    Central,
    /// A site that depends on a central one.
    Branch,
}

/// A simple URL: the short address of meetings, of dial-in conferencing or of the control panel.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SimpleUrl {
    /// What it leads to.
    pub component: SimpleUrlComponent,
    /// The SIP domain that it is for, or `*`.
    pub domain: String,
    /// The URL in use.
    pub active_url: String,
    /// Host of the URL in use.
    pub active_host: DnsName,
    /// Hosts of the further accepted URLs, without the active one and without repetitions. Old meeting links use them.
    pub other_hosts: Vec<DnsName>,
    /// Key of the site that it is for; `None` for the global set.
    pub site: Option<String>,
    /// Where it is declared.
    pub place: Place,
}

impl SimpleUrl {
    /// The hosts of all accepted URLs, the active one first.
    pub fn hosts(&self) -> impl Iterator<Item = &DnsName> {
        std::iter::once(&self.active_host).chain(&self.other_hosts)
    }
}

/// What a simple URL leads to.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum SimpleUrlComponent {
    /// Meetings; one URL for each SIP domain.
    Meet,
    /// Dial-in conferencing settings.
    Dialin,
    /// The control panel. Topology Builder writes `Cscp`.
    Admin,
    /// The web scheduler.
    WebScheduler,
    /// One that is not known, as written.
    Other(String),
}

impl SimpleUrlComponent {
    /// Reads the component's name as exports and scripts write it, in any letter case.
    pub fn from_name(name: &str) -> Self {
        match name.trim().to_ascii_lowercase().as_str() {
            "meet" => Self::Meet,
            "dialin" => Self::Dialin,
            "admin" | "cscp" => Self::Admin,
            "webscheduler" => Self::WebScheduler,
            _ => Self::Other(name.trim().to_owned()),
        }
    }

    /// The name as the vendor's cmdlets write it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Meet => "Meet",
            Self::Dialin => "Dialin",
            Self::Admin => "Admin",
            Self::WebScheduler => "WebScheduler",
            Self::Other(name) => name,
        }
    }
}
