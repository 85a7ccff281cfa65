//! From elements to the topology.

mod domain;
mod edge;
mod kind;
mod path;
mod pool;
mod published;
mod raw;
mod tbxml;
mod url;
mod web;

use crate::source::Source;
use crate::xml::Element;
use crate::{Format, Problem, ReadError, Topology};

use path::Path;
pub use url::url_host;

/// Where problems are collected.
struct Lowering<'a> {
    source: &'a Source,
    problems: Vec<Problem>,
}

impl Lowering<'_> {
    fn problem(&mut self, path: &Path<'_>, text: impl Into<String>) {
        self.problems.push(Problem { place: path.place(self.source), text: text.into() });
    }

    /// Reports every child that is not among the known ones.
    fn unknown_children(&mut self, path: &Path<'_>, known: &[&str]) {
        for child in path.element.children.iter().filter(|child| !known.contains(&&*child.name)) {
            let text = format!("`<{}>` is not known here; expected {}", child.name, one_of(known));
            self.problem(&path.child(child), text);
        }
    }
}

fn one_of(names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`<{name}>`")).collect();
    names.join(" or ")
}

/// Lowers a document whose root is known to be that of a topology.
///
/// # Errors
///
/// A Topology Builder document without `NewTopology` holds nothing to import.
pub(crate) fn document(
    source: &Source,
    root: &Element,
    notes: &mut Vec<String>,
) -> Result<(Format, Topology, Vec<Problem>), ReadError> {
    let mut lowering = Lowering { source, problems: Vec::new() };
    if root.namespace.is_empty() {
        notes.push("the document has no namespaces; its elements were recognized by their names".to_owned());
    }
    let (format, topology) = match &*root.name {
        "TopologyBuilder" => (Format::Tbxml, tbxml::builder(&mut lowering, root, notes)?),
        "PartialTopology" => (Format::Tbxml, tbxml::partial(&mut lowering, &Path::root(root))),
        _ => (Format::Published, published::topology(&mut lowering, &Path::root(root))),
    };
    lowering.problems.sort();
    lowering.problems.dedup();
    Ok((format, topology, lowering.problems))
}
