//! What collections saw of assigned certificates on the servers: in their stores, and at their bindings.

use lyncert_ingest::name::DnsName;

use super::Candidates;
use crate::assignment_record::{Answer, Recorded};
use crate::collection::{BoundCertificate, ServerState};
use crate::digest::Thumbprint;
use crate::requirement::Requirement;
use crate::usage::CertificateUsage;

/// A certificate that is assigned on a server of which a collection tells.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ObservedUse {
    /// The server.
    pub server: DnsName,
    /// The usage that it is assigned for.
    pub usage: CertificateUsage,
    /// The certificate.
    pub thumbprint: Thumbprint,
    /// What the server's own store says of it; `None` where the store is not known in full.
    pub stored: Option<Stored>,
    /// What HTTP.sys serves where this usage is served.
    pub bound: Vec<BoundAt>,
}

/// What a store says of a certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stored {
    /// It is there with its private key.
    WithKey,
    /// It is there without a private key.
    WithoutKey,
    /// It is not there.
    NotThere,
}

/// A certificate that HTTP.sys serves.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BoundAt {
    /// The address and port.
    pub endpoint: String,
    /// The certificate.
    pub thumbprint: Thumbprint,
}

impl Candidates<'_> {
    /// What collections saw of the certificates that are assigned for a requirement.
    pub(super) fn observed(&self, requirement: &Requirement) -> Vec<ObservedUse> {
        let mut observed = Vec::new();
        for server in requirement.install_on() {
            let Some(state) = self.collections.state_of(server) else { continue };
            for &usage in &requirement.usages {
                let asked = self.on_server(requirement, Some(server), usage);
                let Answer::Assigned(decision) = self.records.answer(&asked) else { continue };
                let thumbprint = match &decision.record.certificate {
                    Recorded::InFolder(id) => id.of(self.names.certificates()).sha1,
                    Recorded::Missing(thumbprint) => *thumbprint,
                };
                observed.push(ObservedUse {
                    server: server.clone(),
                    usage,
                    thumbprint,
                    stored: stored(state, thumbprint),
                    bound: bound_for(state, requirement, usage),
                });
            }
        }
        observed
    }
}

fn stored(state: &ServerState, thumbprint: Thumbprint) -> Option<Stored> {
    let store = state.own_store()?;
    Some(match store.get(&thumbprint) {
        Some(true) => Stored::WithKey,
        Some(false) => Stored::WithoutKey,
        None => Stored::NotThere,
    })
}

/// What HTTP.sys serves at the port of a usage. A binding to all addresses is what the product makes; where there is none, those to one
/// address count. Bindings to names are somebody else's.
fn bound_for(state: &ServerState, requirement: &Requirement, usage: CertificateUsage) -> Vec<BoundAt> {
    let Some(port) = port_of(requirement, usage) else { return Vec::new() };
    let at_port =
        |bound: &&BoundCertificate| bound.binding.sni.is_none() && bound.binding.port() == Some(port);
    let (of_all, of_one): (Vec<_>, Vec<_>) =
        state.bindings().iter().filter(at_port).partition(|bound| {
            ["0.0.0.0:", "[::]:"].iter().any(|all| bound.binding.endpoint.starts_with(all))
        });
    let counting = if of_all.is_empty() { of_one } else { of_all };
    let bound = |bound: &BoundCertificate| BoundAt {
        endpoint: bound.binding.endpoint.clone(),
        thumbprint: bound.thumbprint,
    };
    counting.into_iter().map(bound).collect()
}

/// Whether HTTP.sys serves a certificate for some usage of a requirement.
pub(crate) fn is_served_by_http(requirement: &Requirement) -> bool {
    requirement.usages.iter().any(|usage| port_of(requirement, *usage).is_some())
}

/// The port at which HTTP.sys serves a usage, where it does: the internal and the external web site, conferencing on a front end, and
/// replication on an Edge Server.
fn port_of(requirement: &Requirement, usage: CertificateUsage) -> Option<u16> {
    match usage {
        CertificateUsage::WebServicesInternal => Some(443),
        CertificateUsage::WebServicesExternal => Some(4443),
        CertificateUsage::Default => requirement.holder.kind.is_front_end().then_some(444),
        CertificateUsage::Internal => Some(4443),
        CertificateUsage::AccessEdgeExternal
        | CertificateUsage::DataEdgeExternal
        | CertificateUsage::AudioVideoAuthentication
        | CertificateUsage::XmppServer
        | CertificateUsage::OAuthTokenIssuer
        | CertificateUsage::ReverseProxy
        | CertificateUsage::OfficeWebApps
        | CertificateUsage::Gateway => None,
    }
}
