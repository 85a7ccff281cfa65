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
    /// What names the element. Kept, since looking for it takes as long as the element has attributes and children, and each child
    /// that has a place asks again.
    label: Label<'a>,
}

/// What names an element, in brackets behind its own name.
#[derive(Clone, Copy)]
struct Label<'a> {
    name: Option<&'a str>,
    domain: Option<&'a str>,
}

/// A name has at most 253 characters. What is longer than this is no name, and every place below the element would repeat it.
const MAX_LABEL_CHARACTERS: usize = 300;

impl<'a> Path<'a> {
    pub(crate) fn root(element: &'a Element) -> Self {
        Path { parent: None, element, label: Label::of(element) }
    }

    pub(crate) fn child<'b>(&'b self, element: &'b Element) -> Path<'b> {
        Path { parent: Some(self), element, label: Label::of(element) }
    }

    /// The place, with the path below the root.
    pub(crate) fn place(&self, source: &Source) -> Place {
        let mut steps = Vec::new();
        let mut path = *self;
        while let Some(parent) = path.parent {
            steps.push(path.step());
            path = *parent;
        }
        if steps.is_empty() {
            steps.push(path.element.name.to_string());
        }
        steps.reverse();
        let (line, column) = source.line_column(self.element.offset);
        Place { document: Arc::clone(&source.name), path: steps.join("/").into(), line, column }
    }

    /// The element's name, with what names it in brackets.
    fn step(&self) -> String {
        let Label { name, domain } = self.label;
        let element = short(&self.element.name);
        match (name, domain) {
            (Some(name), Some(domain)) => format!("{element}[{} {}]", short(name), short(domain)),
            (Some(name), None) => format!("{element}[{}]", short(name)),
            (None, _) => element.to_owned(),
        }
    }
}

impl<'a> Label<'a> {
    fn of(element: &'a Element) -> Self {
        let own = ["Fqdn", "RoleName", "Component", "Owner", "Name", "Url", "SiteId"];
        let of_service = || element.child("ServiceId").and_then(|id| id.filled("RoleName"));
        let name = own.iter().find_map(|name| element.filled(name)).or_else(of_service);
        Self { name, domain: element.filled("Domain") }
    }
}

/// The beginning of a label that is too long for a name.
fn short(label: &str) -> &str {
    label.char_indices().nth(MAX_LABEL_CHARACTERS).map_or(label, |(end, _)| label.get(..end).unwrap_or(label))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (Source, Element) {
        let source = Source::new("t.xml", text.to_owned());
        let root = crate::xml::parse(&source, |_| Ok(())).unwrap();
        (source, root)
    }

    #[test]
    fn a_place_repeats_names_up_to_a_limit() {
        for (length, shown) in
            [(MAX_LABEL_CHARACTERS, MAX_LABEL_CHARACTERS), (MAX_LABEL_CHARACTERS + 1, MAX_LABEL_CHARACTERS)]
        {
            let (source, root) = parsed(&format!("<R><Pool Fqdn='{}'><A/></Pool></R>", "ü".repeat(length)));
            let (top, pool) = (Path::root(&root), root.child("Pool").unwrap());
            let pool_path = top.child(pool);
            let place = pool_path.child(pool.child("A").unwrap()).place(&source);
            assert_eq!(&*place.path, format!("Pool[{}]/A", "ü".repeat(shown)));
        }
    }

    #[test]
    fn a_service_of_a_published_topology_is_named_by_its_role() {
        let (source, root) =
            parsed("<R><Service><ServiceId RoleName='Registrar'/><Port Owner='o' Domain='d'/></Service></R>");
        let (top, service) = (Path::root(&root), root.child("Service").unwrap());
        let service_path = top.child(service);
        let place = service_path.child(service.child("Port").unwrap()).place(&source);
        assert_eq!(&*place.path, "Service[Registrar]/Port[o d]");
    }
}
