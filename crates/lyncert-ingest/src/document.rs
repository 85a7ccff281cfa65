//! What one document holds.

use std::collections::HashSet;
use std::sync::Arc;

use crate::assigned::AssignedExport;
use crate::collection::CollectedFacts;
use crate::place::Place;
use crate::problem::Problem;
use crate::topology::{Pool, SimpleUrl, Topology};

/// A document that was read.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its name, without folders.
    pub name: Arc<str>,
    /// What kind of export it is.
    pub format: Format,
    /// The topology, if it holds one.
    pub topology: Option<Topology>,
    /// Simple URLs outside of the topology, as in the central store; global ones and those of sites.
    pub simple_urls: Option<Vec<SimpleUrl>>,
    /// Certificates and what they are assigned to, if it is the output of `Get-CsCertificate` or the log of an assignment.
    pub assigned: Option<AssignedExport>,
    /// Federation and XMPP partners and providers.
    pub federation: Vec<FederationFact>,
    /// Settings of the deployment, from a collection.
    pub collected: Option<CollectedFacts>,
    /// What an edit changed that may not be published yet.
    pub pending: Option<PendingChanges>,
    /// What was not understood.
    pub problems: Vec<Problem>,
    /// Remarks on what was understood, each one sentence without a final period.
    pub notes: Vec<String>,
}

impl Document {
    pub(crate) fn new(name: Arc<str>, format: Format) -> Self {
        Self {
            name,
            format,
            topology: None,
            simple_urls: None,
            assigned: None,
            federation: Vec::new(),
            collected: None,
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
    /// `Get-CsCertificate` as it is printed: as a list or as a table.
    ListText,
    /// `facts.json` of a collection.
    CollectedFacts,
    /// A collection in a ZIP.
    CollectionZip,
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
            Self::CollectedFacts => "collected-facts",
            Self::CollectionZip => "collection-zip",
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
    /// The setting's element.
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
        Self { added: only_in(edited, original), removed: only_in(original, edited) }
    }
}

/// What `one` has and `other` lacks, in words, in export order. Of a pool that is missing altogether the parts are not listed.
/// Simple URLs count only where both documents can hold them.
pub(crate) fn only_in(one: &Topology, other: &Topology) -> Vec<String> {
    let has_urls = one.simple_urls.is_some() && other.simple_urls.is_some();
    let others: HashSet<Item> = inventory(other, has_urls).into_iter().collect();
    let missing: Vec<Item> =
        inventory(one, has_urls).into_iter().filter(|item| !others.contains(item)).collect();
    let missing_pools: HashSet<&String> =
        missing.iter().filter(|item| item.is_pool).filter_map(|item| item.pool.as_ref()).collect();
    let is_listed = |item: &&Item| match (&item.pool, item.is_pool) {
        (Some(pool), false) => !missing_pools.contains(pool),
        (Some(_), true) | (None, _) => true,
    };
    missing.iter().filter(is_listed).map(|item| item.text.clone()).collect()
}

/// What one document says and the other does not.
pub(crate) fn disagreements(
    name: &Arc<str>,
    first: &Topology,
    other_name: &Arc<str>,
    other: &Topology,
) -> Vec<Problem> {
    let missing = only_in(first, other).into_iter();
    let missing = missing
        .map(|item| format!("`{name}` has the {item}, which `{other_name}` lacks; the first one counts"));
    let further = only_in(other, first).into_iter();
    let further = further
        .map(|item| format!("`{other_name}` has the {item}, which `{name}` lacks; the first one counts"));
    let place = Place { document: Arc::clone(other_name), path: "Topology".into(), line: 1, column: 1 };
    missing.chain(further).map(|text| Problem { place: place.clone(), text }).collect()
}

/// A name of a topology in words.
#[derive(Eq, Hash, PartialEq)]
struct Item {
    text: String,
    /// The pool that it belongs to.
    pool: Option<String>,
    /// Whether it is the pool itself.
    is_pool: bool,
}

fn inventory(topology: &Topology, with_urls: bool) -> Vec<Item> {
    let of_all = |text: String| Item { text, pool: None, is_pool: false };
    let mut items: Vec<Item> = topology
        .sip_domains
        .iter()
        .map(|domain| of_all(format!("SIP domain {}", domain.name.key())))
        .collect();
    if let Some(default) = &topology.default_sip_domain {
        items.push(of_all(format!("default SIP domain {}", default.value.key())));
    }
    for url in topology.simple_urls.iter().flatten().filter(|_| with_urls) {
        let component = url.component.as_str();
        items.extend(url.hosts().map(|host| of_all(format!("{component} simple URL {}", host.key()))));
    }
    items.extend(topology.pools().flat_map(pool_inventory));
    items
}

fn pool_inventory(pool: &Pool) -> Vec<Item> {
    let fqdn = pool.fqdn.key();
    let of_pool = |text: String| Item { text, pool: Some(fqdn.to_owned()), is_pool: false };
    let mut items = vec![Item { is_pool: true, ..of_pool(format!("pool {fqdn} ({})", pool.kind.title())) }];
    items.extend(
        pool.machines.iter().map(|machine| of_pool(format!("server {} in {fqdn}", machine.fqdn.key()))),
    );
    let edge = [
        ("Access Edge FQDN", &pool.access_edge_fqdn),
        ("Web Conferencing Edge FQDN", &pool.web_conferencing_edge_fqdn),
        ("A/V Edge FQDN", &pool.av_edge_fqdn),
    ];
    for (what, name) in edge {
        items.extend(name.iter().map(|name| of_pool(format!("{what} {} of {fqdn}", name.value.key()))));
    }
    for (side, names) in [("external", &pool.external_web_fqdns), ("internal", &pool.internal_web_fqdns)] {
        items.extend(
            names.iter().map(|name| of_pool(format!("{side} web FQDN {} of {fqdn}", name.value.key()))),
        );
    }
    items.extend(pool.xmpp_proxy.iter().map(|_| of_pool(format!("XMPP proxy of {fqdn}"))));
    items
}
