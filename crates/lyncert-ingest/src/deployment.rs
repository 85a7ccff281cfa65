//! Several documents of one deployment, put together.

use std::sync::Arc;

use crate::assigned::AssignedExport;
use crate::collection::CollectedFacts;
use crate::document::{Document, FederationFact, Format, PendingChanges, disagreements};
use crate::error::ReadError;
use crate::problem::Problem;
use crate::topology::{SimpleUrl, Topology};

/// A deployment as one or several documents describe it. Every fact keeps the document that it comes from in its place.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// The documents, in the order given.
    pub documents: Vec<(Arc<str>, Format)>,
    /// Kind of the document that the topology comes from.
    pub format: Format,
    /// The topology, completed with simple URLs from the other documents.
    pub topology: Topology,
    /// What exports say of assigned certificates.
    pub assigned: Vec<AssignedExport>,
    /// Federation and XMPP partners and providers.
    pub federation: Vec<FederationFact>,
    /// Settings of the deployment, from a collection.
    pub collected: Option<CollectedFacts>,
    /// What an edit changed that may not be published yet.
    pub pending: Option<PendingChanges>,
    /// What was not understood, and in what the documents disagree.
    pub problems: Vec<Problem>,
    /// Remarks on what was understood.
    pub notes: Vec<String>,
}

/// Reads and puts together the documents of one deployment.
///
/// # Errors
///
/// The first document that cannot be read, or that none of them holds a topology.
pub fn read_deployment(files: &[(&str, &[u8])]) -> Result<Deployment, ReadError> {
    let documents =
        files.iter().map(|(name, bytes)| crate::format::read(name, bytes)).collect::<Result<Vec<_>, _>>()?;
    combine(documents)
}

/// Puts documents of one deployment together. The first topology counts; the others are compared with it, and each
/// disagreement is a problem. Simple URLs come from the first document that holds any.
///
/// # Errors
///
/// None of the documents holds a topology.
pub fn combine(documents: Vec<Document>) -> Result<Deployment, ReadError> {
    let names: Vec<(Arc<str>, Format)> =
        documents.iter().map(|document| (Arc::clone(&document.name), document.format)).collect();
    let mut topologies: Vec<(Arc<str>, Format, Topology)> = Vec::new();
    let mut simple_urls: Option<Vec<SimpleUrl>> = None;
    let mut deployment = Parts::default();
    for document in documents {
        simple_urls = simple_urls.or_else(|| document.simple_urls.filter(|urls| !urls.is_empty()));
        deployment.assigned.extend(document.assigned);
        deployment.federation.extend(document.federation);
        deployment.collected = deployment.collected.or(document.collected);
        deployment.pending = deployment.pending.or(document.pending);
        deployment.problems.extend(document.problems);
        let is_one_of_many = names.len() > 1;
        let name = &document.name;
        deployment.notes.extend(
            document.notes.into_iter().map(
                |note| {
                    if is_one_of_many { format!("{name}: {note}") } else { note }
                },
            ),
        );
        topologies.extend(document.topology.map(|topology| (document.name, document.format, topology)));
    }
    // A configuration without any URL is no sign that there are none.
    let has_none = |topology: &Topology| topology.simple_urls.as_ref().is_none_or(Vec::is_empty);
    let mut topologies = topologies.into_iter();
    let Some((name, format, mut topology)) = topologies.next() else {
        let documents: Vec<String> = names.iter().map(|(name, format)| described(name, *format)).collect();
        return Err(ReadError::WithoutTopology { documents: documents.join(", ") });
    };
    for (other_name, _, other) in topologies {
        deployment.problems.extend(disagreements(&name, &topology, &other_name, &other));
        if has_none(&topology) {
            topology.simple_urls = other.simple_urls.or(topology.simple_urls);
        }
    }
    if has_none(&topology) {
        topology.simple_urls = simple_urls.or(topology.simple_urls);
    }
    deployment.problems.extend(name_sites_by_id(&mut topology));
    let Parts { assigned, federation, collected, pending, problems, notes } = deployment;
    Ok(Deployment {
        documents: names,
        format,
        topology,
        assigned,
        federation,
        collected,
        pending,
        problems,
        notes,
    })
}

/// Simple URLs of sites have the site's id in some documents and its name in others: in a topology they have the id. Gives what is
/// wrong with those of sites that are not there.
fn name_sites_by_id(topology: &mut Topology) -> Vec<Problem> {
    let Topology { simple_urls, sites, .. } = topology;
    let mut problems = Vec::new();
    for url in simple_urls.iter_mut().flatten() {
        let Some(named) = &mut url.site else { continue };
        match sites.iter().find(|site| site.is_named(named)) {
            Some(site) => named.clone_from(&site.id),
            None => {
                let shown = crate::error::shortened(named);
                let text = format!(
                    "the simple URL is of the site `{shown}`, which the topology does not have; it counts nowhere"
                );
                problems.push(Problem { place: url.place.clone(), text });
            }
        }
    }
    problems
}

/// A document without a topology, and what it is where that tells what was mistaken for what.
fn described(name: &str, format: Format) -> String {
    let kind = match format {
        Format::Clixml => ", the output of `Export-Clixml`",
        Format::Json => ", the output of `ConvertTo-Json`",
        Format::Csv => ", the output of `Export-Csv`",
        Format::ListText => ", a list of assigned certificates",
        Format::CmdletLog => ", the log of a cmdlet",
        Format::CollectedFacts => ", the facts of a collection",
        Format::MergeInput => ", the input of a merge",
        Format::Tbxml
        | Format::Published
        | Format::ConfigurationZip
        | Format::CollectionZip
        | Format::DocItemSet
        | Format::AnchoredXml
        | Format::SimpleUrls => "",
    };
    format!("`{name}`{kind}")
}

#[derive(Default)]
struct Parts {
    assigned: Vec<AssignedExport>,
    federation: Vec<FederationFact>,
    collected: Option<CollectedFacts>,
    pending: Option<PendingChanges>,
    problems: Vec<Problem>,
    notes: Vec<String>,
}
