//! The collector's script, read as PowerShell reads it. No PowerShell is needed: a grammar makes a tree of it, and what stands in the
//! tree is held against closed lists. What the script does cannot be seen so; that it does nothing else can.

mod allowed;
mod forms;
mod printed;
mod written;

use std::fs;
use std::ops::Range;

use tree_sitter::{Node, Parser};

use crate::support::root;

/// The script, as it lies in the repository.
fn text() -> String {
    let path = root().join("scripts/Export-LyncertCollection.ps1");
    String::from_utf8(fs::read(path).unwrap()).expect("the script is ASCII")
}

/// Something in the script.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Found {
    /// How it is written.
    text: String,
    /// The function that it stands in; empty outside of all.
    function: String,
    /// Its line, from 1.
    line: usize,
}

/// A part of the tree, as far as tests look at it.
#[derive(Clone, Debug)]
struct Part {
    kind: String,
    bytes: Range<usize>,
    found: Found,
    /// The parts that it consists of, in their order.
    children: Vec<Self>,
}

impl Part {
    /// All parts below it, itself among them.
    fn all(&self) -> Vec<&Self> {
        let below = self.children.iter().flat_map(Self::all);
        std::iter::once(self).chain(below).collect()
    }

    /// The parts of one kind, in the order of the text.
    fn of_kind(&self, kind: &str) -> Vec<&Self> {
        self.all().into_iter().filter(|part| part.kind == kind).collect()
    }

    fn child(&self, kind: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.kind == kind)
    }

    fn text(&self) -> &str {
        &self.found.text
    }
}

/// The tree of a script.
fn tree(script: &str) -> Part {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_powershell::LANGUAGE.into()).unwrap();
    let parsed = parser.parse(script, None).unwrap();
    part(parsed.root_node(), script, "")
}

fn part(node: Node<'_>, script: &str, function: &str) -> Part {
    let text = |node: Node<'_>| node.utf8_text(script.as_bytes()).unwrap().to_owned();
    let kind = if node.is_missing() { "MISSING" } else { node.kind() };
    let own = match kind {
        "function_statement" => {
            let mut cursor = node.walk();
            let name = node.children(&mut cursor).find(|child| child.kind() == "function_name");
            name.map(text)
        }
        _ => None,
    };
    let function = own.as_deref().unwrap_or(function);
    let mut cursor = node.walk();
    let children = node.children(&mut cursor).map(|child| part(child, script, function)).collect();
    let line = node.start_position().row + 1;
    Part {
        kind: kind.to_owned(),
        bytes: node.byte_range(),
        found: Found { text: text(node), function: function.to_owned(), line },
        children,
    }
}

/// The script's own functions.
fn functions(tree: &Part) -> Vec<String> {
    tree.of_kind("function_name").iter().map(|name| name.text().to_owned()).collect()
}

/// The invocations of members: the name, and what stands in the parentheses.
fn invocations(tree: &Part) -> Vec<(&Part, String, String)> {
    let invoked = tree.of_kind("invokation_expression").into_iter();
    let member = |part: &Part| part.child("member_name").map(|name| name.text().to_owned());
    let arguments =
        |part: &Part| part.child("argument_list").map(|list| list.text().to_owned()).unwrap_or_default();
    invoked.map(|part| (part, member(part).unwrap_or_default(), arguments(part))).collect()
}

#[test]
fn the_script_is_powershell_without_a_fault() {
    let tree = tree(&text());
    let faults: Vec<&Found> = tree
        .all()
        .into_iter()
        .filter(|part| matches!(part.kind.as_str(), "ERROR" | "MISSING"))
        .map(|part| &part.found)
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(functions(&tree).len() > 50, "the tree has the functions in it");
}

#[test]
fn a_fault_would_be_seen() {
    for broken in ["if ($a {\r\n    1\r\n}\r\n", "function X {\r\n    $a = @{ b = \r\n}\r\n"] {
        let tree = tree(broken);
        assert!(tree.all().iter().any(|part| matches!(part.kind.as_str(), "ERROR" | "MISSING")), "{broken}");
    }
}
