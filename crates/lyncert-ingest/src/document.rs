//! What one document holds.

use std::sync::Arc;

use crate::{AssignedCertificate, Place, Problem, SimpleUrl, Topology};

/// A document that was read.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its name, without folders.
    pub name: Arc<str>,
    /// Its kind.
    pub format: Format,
    /// The topology, if it holds one.
    pub topology: Option<Topology>,
    /// Simple URLs that stand beside the topology, as in the central store; global ones and those of sites.
    pub simple_urls: Option<Vec<SimpleUrl>>,
    /// Certificates and what they are assigned to, from the output of `Get-CsCertificate` and from logs.
    pub assigned: Vec<AssignedCertificate>,
    /// Federation and XMPP partners and providers.
    pub federation: Vec<FederationFact>,
    /// What an edit changed that may not be published yet.
    pub pending: Option<PendingChanges>,
    /// What was not understood.
    pub problems: Vec<Problem>,
    /// Remarks that are no problem, each one sentence without a final period.
    pub notes: Vec<String>,
}

impl Document {
    pub(crate) fn new(name: Arc<str>, format: Format) -> Self {
        Self {
            name,
            format,
            topology: None,
            simple_urls: None,
            assigned: Vec::new(),
            federation: Vec::new(),
            pending: None,
            problems: Vec::new(),
            notes: Vec::new(),
        }
    }
}

/// Kind of a document.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Format {
    /// A Topology Builder file.
    Tbxml,
    /// `Get-CsTopology -AsXml`, or the backup that `Publish-CsTopology` makes.
    Published,
    /// The archive that `Export-CsConfiguration` makes.
    ConfigurationZip,
    /// The document within that archive.
    DocItemSet,
    /// One document of the central store.
    AnchoredXml,
    /// Simple URLs alone.
    SimpleUrls,
    /// The input of an OCS merge.
    MergeInput,
    /// The log that a cmdlet writes with `-Report`.
    CmdletLog,
    /// `Get-CsCertificate | Export-Clixml`.
    Clixml,
    /// `Get-CsCertificate | ConvertTo-Json`.
    Json,
    /// `Get-CsCertificate | Export-Csv`.
    Csv,
    /// `Get-CsCertificate` as it is printed.
    ListText,
}

impl Format {
    /// The name that programs read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tbxml => "tbxml",
            Self::Published => "published",
            Self::ConfigurationZip => "configuration-zip",
            Self::DocItemSet => "doc-item-set",
            Self::AnchoredXml => "anchored-xml",
            Self::SimpleUrls => "simple-urls",
            Self::MergeInput => "merge-input",
            Self::CmdletLog => "cmdlet-log",
            Self::Clixml => "clixml",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::ListText => "list-text",
        }
    }
}

/// Something that the central store says of federation. Informative: no certificate follows from it by itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FederationFact {
    /// Kind of the setting, as its element is called, such as `AllowedDomain` or `XmppAllowedPartner`.
    pub kind: String,
    /// The domain or provider that it names.
    pub name: String,
    /// Where it stands.
    pub place: Place,
}

/// The difference between the topology as downloaded and as edited in one Topology Builder document.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct PendingChanges {
    /// What the edit added, in words such as `SIP domain fabrikam.com`.
    pub added: Vec<String>,
    /// What it removed.
    pub removed: Vec<String>,
}

impl PendingChanges {
    /// Compares two topologies by their names.
    pub(crate) fn between(original: &Topology, edited: &Topology) -> Self {
        let (before, after) = (inventory(original), inventory(edited));
        Self {
            added: after.iter().filter(|item| !before.contains(item)).cloned().collect(),
            removed: before.iter().filter(|item| !after.contains(item)).cloned().collect(),
        }
    }
}

/// Every name of a topology in words, in export order.
pub(crate) fn inventory(topology: &Topology) -> Vec<String> {
    let mut items: Vec<String> =
        topology.sip_domains.iter().map(|domain| format!("SIP domain {}", domain.name.key())).collect();
    if let Some(default) = &topology.default_sip_domain {
        items.push(format!("default SIP domain {}", default.value.key()));
    }
    for url in topology.simple_urls.iter().flatten() {
        items.extend(url.hosts().map(|host| format!("{} simple URL {}", url.component.as_str(), host.key())));
    }
    for pool in topology.pools() {
        let fqdn = pool.fqdn.key();
        items.push(format!("pool {fqdn} ({})", pool.kind.title()));
        items.extend(pool.machines.iter().map(|machine| format!("server {} in {fqdn}", machine.fqdn.key())));
        let names = [
            ("Access Edge FQDN", &pool.access_edge_fqdn),
            ("Web Conferencing Edge FQDN", &pool.web_conferencing_edge_fqdn),
            ("A/V Edge FQDN", &pool.av_edge_fqdn),
        ];
        for (what, name) in names {
            items.extend(name.iter().map(|name| format!("{what} {} of {fqdn}", name.value.key())));
        }
        let web = [("external", &pool.external_web_fqdns), ("internal", &pool.internal_web_fqdns)];
        for (side, names) in web {
            items.extend(names.iter().map(|name| format!("{side} web FQDN {} of {fqdn}", name.value.key())));
        }
        items.extend(pool.xmpp_proxy.iter().map(|_| format!("XMPP proxy of {fqdn}")));
    }
    items
}
