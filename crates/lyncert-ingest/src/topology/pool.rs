//! Pools, their servers and services.

use std::net::IpAddr;

use crate::name::DnsName;
use crate::place::Place;
use crate::topology::{PoolKind, ProductVersion, ServiceRole};

/// A value and the element that gives it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Placed<T> {
    /// What the export says.
    pub value: T,
    /// The element that says so.
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
    /// The addresses of its interfaces, each once: those that are set at all, and not what stands for any address.
    pub addresses: Vec<IpAddr>,
    /// Where it is declared.
    pub place: Place,
}

/// A service installed on a pool.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Service {
    /// Role name as exported.
    pub role_name: String,
    /// The role that the name stands for.
    pub role: ServiceRole,
    /// `ServiceVersion` as exported.
    pub version: Option<u32>,
    /// Where it is declared.
    pub place: Place,
}
