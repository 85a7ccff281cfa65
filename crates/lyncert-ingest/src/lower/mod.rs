//! From elements to the topology.

mod domain;
mod duplicates;
mod edge;
mod gateway;
mod kind;
mod merge_input;
mod pool;
mod published;
mod raw;
mod store;
mod tbxml;
mod url;
mod web;

use std::sync::Arc;

use crate::assigned::{self, AssignedExport};
use crate::document::{Document, Format, PendingChanges};
use crate::error::ReadError;
use crate::source::Source;
use crate::topology::Topology;
use crate::xml::Element;

use crate::lowering::{Lowering, Path};

/// Lowers a document whose root is known to be one of ours.
///
/// # Errors
///
/// A Topology Builder document without `NewTopology` holds nothing to import.
pub(crate) fn lower_document(source: &Source, root: &Element, format: Format) -> Result<Document, ReadError> {
    let mut lowering = Lowering::new(source);
    let mut document = Document::new(Arc::clone(&source.name), format);
    if root.namespace.is_empty() && !matches!(format, Format::CmdletLog | Format::DocItemSet) {
        document
            .notes
            .push("the document has no namespaces; its elements were recognized by their names".to_owned());
    }
    match format {
        Format::Tbxml if &*root.name == "PartialTopology" => {
            document.topology = Some(tbxml::read_partial(&mut lowering, &Path::root(root)));
        }
        Format::Tbxml => tbxml::read_builder(&mut lowering, root, &mut document)?,
        Format::Published => {
            document.topology = Some(published::read_topology(&mut lowering, &Path::root(root)));
        }
        Format::DocItemSet | Format::AnchoredXml | Format::ConfigurationZip => {
            store::read_documents(&mut lowering, root, &mut document);
        }
        Format::SimpleUrls => {
            document.simple_urls = Some(url::read_configuration(&mut lowering, &Path::root(root), None));
        }
        Format::MergeInput => {
            document.notes.extend(merge_input::read_notes(&mut lowering, &Path::root(root)));
        }
        Format::CmdletLog => document.assigned = assigned::read_log(&mut lowering, root),
        Format::Clixml => {
            let certificates = assigned::read_clixml(&mut lowering, root);
            document.assigned = Some(AssignedExport::list(Arc::clone(&source.name), certificates));
        }
        // What is no XML does not come here.
        Format::Json | Format::Csv | Format::ListText | Format::CollectedFacts | Format::CollectionZip => {}
    }
    lowering.problems.sort();
    lowering.problems.dedup();
    document.problems = lowering.problems;
    Ok(document)
}

/// What an edit changed.
fn pending_changes(source: &Source, original: &Element, edited: &Topology) -> PendingChanges {
    // What is not understood in the original is in the edited topology too, and is reported there.
    let mut lowering = Lowering::new(source);
    PendingChanges::between(&tbxml::read_partial(&mut lowering, &Path::root(original)), edited)
}
