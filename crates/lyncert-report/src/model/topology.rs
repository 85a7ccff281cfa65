//! What was understood from the topology exports.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::PoolKind;
use super::schema::TOPOLOGY_SCHEMA;

/// `lyncert topology --format json`, and a part of plans and reports.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct TopologyView {
    /// `lyncert-topology/1`.
    #[schemars(extend("const" = TOPOLOGY_SCHEMA))]
    pub schema: String,
    /// Kind of the export: `tbxml` or `published`.
    pub format: String,
    /// Names of the documents that it was read from.
    pub documents: Vec<String>,
    /// Product generations of the pools, oldest first, joined by `, `.
    pub product_version: String,
    /// SIP domains in export order.
    pub sip_domains: Vec<String>,
    /// The default SIP domain.
    pub default_sip_domain: Option<String>,
    /// Simple URLs in export order; `null` when this kind of export contains none.
    pub simple_urls: Option<Vec<SimpleUrlRow>>,
    /// Sites in export order.
    pub sites: Vec<SiteRow>,
    /// What differs between the downloaded and the edited topology of one document; `null` when it holds only one.
    pub pending_changes: Option<PendingRow>,
    /// Federation and XMPP partners and providers that the central store names.
    pub federation: Vec<FederationRow>,
    /// Certificates that cmdlet output says are assigned.
    pub assigned: Vec<AssignedRow>,
    /// Remarks about the documents that are no problem, such as an encoding that differs from the declared one.
    pub notes: Vec<String>,
    /// What was not understood.
    pub problems: Vec<ProblemRow>,
}

/// A simple URL.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct SimpleUrlRow {
    /// `Meet`, `Dialin`, `Admin`, `WebScheduler` or another, as written.
    pub component: String,
    /// The SIP domain that it is for, or `*`.
    pub domain: String,
    /// The URL in use.
    pub active_url: String,
    /// Key of the site that it is for; `null` for the global set.
    #[serde(deserialize_with = "Option::deserialize")]
    pub site: Option<String>,
    /// Hosts of all accepted URLs, that of the active one first.
    pub hosts: Vec<String>,
}

/// A site with its pools.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct SiteRow {
    /// Its key in the export.
    pub id: String,
    /// Display name.
    pub name: String,
    /// `central` or `branch`.
    pub kind: String,
    /// Pools in export order.
    pub pools: Vec<PoolRow>,
}

/// A pool with its servers.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct PoolRow {
    /// Pool FQDN.
    pub fqdn: String,
    /// Kind, such as `FrontEndPool`.
    pub kind: PoolKind,
    /// Kind in words, such as `Front End pool`.
    pub kind_title: String,
    /// Role names of its services as exported.
    pub services: Vec<String>,
    /// `ServiceVersion` of the pool.
    pub service_version: Option<u32>,
    /// Product generation in words.
    pub product: Option<String>,
    /// Server FQDNs.
    pub servers: Vec<String>,
    /// Internal web services FQDN, where it overrides the pool FQDN.
    pub internal_web_fqdn: Option<String>,
    /// External web services FQDN.
    pub external_web_fqdn: Option<String>,
    /// Access Edge FQDN.
    pub access_edge_fqdn: Option<String>,
    /// Web Conferencing Edge FQDN.
    pub web_conferencing_edge_fqdn: Option<String>,
    /// A/V Edge FQDN.
    pub av_edge_fqdn: Option<String>,
    /// Whether there is an XMPP proxy.
    pub xmpp: bool,
    /// The pool that an Edge pool passes requests on to.
    pub next_hop: Option<String>,
    /// Discovery URL of an Office Web Apps farm.
    pub office_web_apps_url: Option<String>,
}

/// A part of a topology document that was not understood.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct ProblemRow {
    /// Name of the document.
    pub document: String,
    /// The way to the element.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// What was found and what was expected.
    pub text: String,
}

/// What an edit changed that may not be published yet.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct PendingRow {
    /// What it added, in words.
    pub added: Vec<String>,
    /// What it removed, in words.
    pub removed: Vec<String>,
}

/// A partner or provider.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct FederationRow {
    /// Kind of the setting, as its element is called.
    pub kind: String,
    /// The domain or provider.
    pub name: String,
}

/// A certificate that cmdlet output says is assigned.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct AssignedRow {
    /// Name of the document that says so.
    pub document: String,
    /// The computer, where the output names it.
    pub computer: Option<String>,
    /// The uses.
    pub uses: Vec<String>,
    /// SHA-1 thumbprint.
    pub thumbprint: String,
    /// Subject as printed.
    pub subject: Option<String>,
    /// Subject alternative names, as far as printed.
    pub names: Vec<String>,
    /// Whether that is the whole list.
    pub names_complete: bool,
    /// End of validity as printed, in the culture of the computer that printed it.
    pub not_after: Option<String>,
    /// Thumbprint of the certificate before, during a staged roll-over.
    pub previous_thumbprint: Option<String>,
    /// When a staged certificate takes effect, as printed.
    pub effective_date: Option<String>,
    /// The server or pool of the topology that it is about, where that was found out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Whether it counted: what it says is what was judged, for a usage at least. `None` where nothing was judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<bool>,
}

impl AssignedRow {
    /// In words; continues "this file ...".
    pub fn text(&self) -> String {
        let computer = self.host.as_ref().or(self.computer.as_ref());
        let on = computer.map(|computer| format!(" on {computer}")).unwrap_or_default();
        let uses = if self.uses.is_empty() { "nothing".to_owned() } else { self.uses.join(", ") };
        let counted = if self.counted == Some(false) { ", which did not count" } else { "" };
        format!("says that {} serves {uses}{on}{counted}", self.thumbprint)
    }
}
