//! Pools, their servers and services.

use crate::{DnsName, Place, ProductVersion, ServiceRole};

/// A value and where it stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub place: Place,
}

/// A pool, also one of a single server, a database server, a gateway or an Office Web Apps farm: the export calls
/// each of them a cluster.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pool {
    /// Pool FQDN; for an Edge pool the internal one.
    pub fqdn: DnsName,
    /// What it is, derived from the services installed on it.
    pub kind: PoolKind,
    /// Its servers in export order.
    pub machines: Vec<Machine>,
    /// The services installed on it, in export order.
    pub services: Vec<Service>,
    /// Whether the product's own setup runs on its servers: `false` for databases, file shares, gateways, Office Web
    /// Apps farms and most trusted applications.
    pub requires_setup: bool,
    /// Internal web services FQDNs that override the pool FQDN. Empty: the pool FQDN is used.
    pub internal_web_fqdns: Vec<Placed<DnsName>>,
    /// External web services FQDNs.
    pub external_web_fqdns: Vec<Placed<DnsName>>,
    /// External FQDN of the Access Edge service.
    pub access_edge_fqdn: Option<Placed<DnsName>>,
    /// External FQDN of the Web Conferencing Edge service.
    pub web_conferencing_edge_fqdn: Option<Placed<DnsName>>,
    /// External FQDN of the A/V Edge service.
    pub av_edge_fqdn: Option<Placed<DnsName>>,
    /// Where the XMPP proxy of an Edge pool is declared, if it has one.
    pub xmpp_proxy: Option<Place>,
    /// The pool that an Edge pool passes requests on to.
    pub next_hop: Option<DnsName>,
    /// Discovery URL of an Office Web Apps farm.
    pub office_web_apps_url: Option<Placed<String>>,
    /// Host of that URL.
    pub office_web_apps_host: Option<DnsName>,
    /// Whether the Office Web Apps farm is marked as external.
    pub office_web_apps_external: bool,
    /// Where it is declared.
    pub place: Place,
}

impl Pool {
    /// `ServiceVersion` of the pool: that of its Registrar, Edge or Mediation service, else the highest among its
    /// services other than stores, else the highest of all.
    pub fn service_version(&self) -> Option<u32> {
        let version_of = |wanted: fn(&ServiceRole) -> bool| {
            self.services
                .iter()
                .filter(|service| wanted(&service.role))
                .filter_map(|service| service.version)
                .max()
        };
        version_of(|role| *role == ServiceRole::Registrar)
            .or_else(|| version_of(|role| *role == ServiceRole::EdgeServer))
            .or_else(|| version_of(|role| *role == ServiceRole::MediationServer))
            .or_else(|| version_of(|role| !role.is_store()))
            .or_else(|| version_of(|_| true))
    }

    /// The product generation of the pool.
    pub fn version(&self) -> Option<ProductVersion> {
        self.service_version().map(ProductVersion::from_service_version)
    }

    /// Whether a service with this role is installed on it.
    pub fn has_role(&self, role: &ServiceRole) -> bool {
        self.services.iter().any(|service| service.role == *role)
    }
}

/// A server.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Machine {
    /// Its FQDN; where the export gives none, that of the pool.
    pub fqdn: DnsName,
    /// Where it is declared.
    pub place: Place,
}

/// A service installed on a pool.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Service {
    /// Role name as exported.
    pub role_name: String,
    /// Its role.
    pub role: ServiceRole,
    /// `ServiceVersion` as exported.
    pub version: Option<u32>,
    /// Where it is declared.
    pub place: Place,
}

/// Kind of a pool.
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
    /// Anything else.
    Other,
}

impl PoolKind {
    /// All kinds, in the order in which reports list them.
    pub const ALL: [Self; 15] = [
        Self::FrontEndPool,
        Self::StandardEdition,
        Self::Director,
        Self::Edge,
        Self::Mediation,
        Self::SurvivableBranch,
        Self::TrustedApplication,
        Self::OfficeWebApps,
        Self::PersistentChat,
        Self::VideoInterop,
        Self::AvConferencing,
        Self::Gateway,
        Self::Database,
        Self::FileStore,
        Self::Other,
    ];

    /// The name that programs read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FrontEndPool => "FrontEndPool",
            Self::StandardEdition => "StandardEdition",
            Self::Director => "Director",
            Self::Edge => "Edge",
            Self::Mediation => "Mediation",
            Self::SurvivableBranch => "SurvivableBranch",
            Self::TrustedApplication => "TrustedApplication",
            Self::OfficeWebApps => "OfficeWebApps",
            Self::PersistentChat => "PersistentChat",
            Self::VideoInterop => "VideoInterop",
            Self::AvConferencing => "AvConferencing",
            Self::Gateway => "Gateway",
            Self::Database => "Database",
            Self::FileStore => "FileStore",
            Self::Other => "Other",
        }
    }

    /// The name that people read.
    pub fn title(self) -> &'static str {
        match self {
            Self::FrontEndPool => "Front End pool",
            Self::StandardEdition => "Standard Edition server",
            Self::Director => "Director",
            Self::Edge => "Edge",
            Self::Mediation => "Mediation Server",
            Self::SurvivableBranch => "Survivable Branch Appliance",
            Self::TrustedApplication => "trusted application pool",
            Self::OfficeWebApps => "Office Web Apps farm",
            Self::PersistentChat => "Persistent Chat Server",
            Self::VideoInterop => "Video Interop Server",
            Self::AvConferencing => "A/V Conferencing Server",
            Self::Gateway => "gateway",
            Self::Database => "database server",
            Self::FileStore => "file store",
            Self::Other => "other",
        }
    }
}
