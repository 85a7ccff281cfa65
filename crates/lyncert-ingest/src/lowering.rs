//! What everything that reads elements needs: where they are in the document, and a place to report problems.

use std::sync::Arc;

use crate::place::Place;
use crate::problem::Problem;
use crate::source::Source;
use crate::xml::Element;

/// What everything that reads elements is given: the document, for places, and a list for what is not understood.
pub(crate) struct Lowering<'a> {
    pub(crate) source: &'a Source,
    pub(crate) problems: Vec<Problem>,
}

impl<'a> Lowering<'a> {
    pub(crate) fn new(source: &'a Source) -> Self {
        Self { source, problems: Vec::new() }
    }

    /// Reports what was not understood of an element.
    pub(crate) fn problem(&mut self, path: &Path<'_>, text: impl Into<String>) {
        self.problems.push(Problem { place: path.place(self.source), text: text.into() });
    }

    /// Reports every child that is not among the known ones.
    pub(crate) fn unknown_children(&mut self, path: &Path<'_>, known: &[&str]) {
        for child in path.element.children.iter().filter(|child| !known.contains(&&*child.name)) {
            let text = format!("`<{}>` is not known here; expected {}", child.name, alternatives(known));
            self.problem(&path.child(child), text);
        }
    }
}

fn alternatives(names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`<{name}>`")).collect();
    names.join(" or ")
}

/// An element and its ancestors below the root of the topology.
#[derive(Clone, Copy)]
pub(crate) struct Path<'a> {
    parent: Option<&'a Self>,
    pub(crate) element: &'a Element,
}

impl<'a> Path<'a> {
    pub(crate) fn root(element: &'a Element) -> Self {
        Path { parent: None, element }
    }

    pub(crate) fn child<'b>(&'b self, element: &'b Element) -> Path<'b> {
        Path { parent: Some(self), element }
    }

    /// The place, with the path below the root.
    pub(crate) fn place(&self, source: &Source) -> Place {
        let mut steps = Vec::new();
        let mut path = *self;
        while let Some(parent) = path.parent {
            steps.push(step_of(path.element));
            path = *parent;
        }
        if steps.is_empty() {
            steps.push(path.element.name.to_string());
        }
        steps.reverse();
        let (line, column) = source.line_column(self.element.offset);
        Place { document: Arc::clone(&source.name), path: steps.join("/").into(), line, column }
    }
}

/// The element's name, with the attribute that names it in brackets.
fn step_of(element: &Element) -> String {
    let own = ["Fqdn", "RoleName", "Component", "Owner", "Name", "Url", "SiteId"];
    let label = own.iter().find_map(|name| element.filled(name));
    let of_service = || element.child("ServiceId").and_then(|id| id.filled("RoleName"));
    match (label.or_else(of_service), element.filled("Domain")) {
        (Some(label), Some(domain)) => format!("{}[{label} {domain}]", element.name),
        (Some(label), None) => format!("{}[{label}]", element.name),
        (None, _) => element.name.to_string(),
    }
}
