//! `Get-CsCertificate` as it is printed, or copied from the screen: `Name : value` lines in blocks.

use super::AssignedCertificate;
use super::object::{Object, Value};
use super::plain::is_error;
use crate::place::Place;
use crate::problem::Problem;
use crate::source::Source;

/// Whether a text has a line for a thumbprint.
pub(crate) fn is_list(text: &str) -> bool {
    text.lines()
        .any(|line| parse_property(line).is_some_and(|(name, _)| name.eq_ignore_ascii_case("Thumbprint")))
}

/// The name and value of a line; a name is one word.
fn parse_property(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then(|| (name, value.trim()))
}

/// Every certificate of the text; a block without a thumbprint is a problem at its first line.
pub(crate) fn read_list(source: &Source, problems: &mut Vec<Problem>) -> Vec<AssignedCertificate> {
    let place = |line| Place {
        document: std::sync::Arc::clone(&source.name),
        path: format!("block[{line}]").into(),
        line,
        column: 1,
    };
    let mut blocks = read_blocks(&source.text, Blank::EndsBlock);
    if fall_apart(&blocks) {
        blocks = read_blocks(&source.text, Blank::MeansNothing);
    }
    blocks
        .into_iter()
        .filter_map(|(object, line)| match object.certificate(place(line)) {
            Ok(certificate) => Some(certificate),
            Err(text) => {
                problems.push(Problem { place: place(line), text });
                None
            }
        })
        .collect()
}

/// What a blank line means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Blank {
    /// The block is over.
    EndsBlock,
    /// A mail program or console put one after every line.
    MeansNothing,
}

/// Whether what belongs together stands in blocks of its own: a blank line after every line.
fn fall_apart(blocks: &[(Object, u32)]) -> bool {
    let has_only = |own: &str, other: &str| {
        blocks.iter().any(|(object, _)| object.value(own).is_some() && object.value(other).is_none())
    };
    has_only("Thumbprint", "Use") && has_only("Use", "Thumbprint")
}

/// The objects of a text and the lines that they start in. A block ends where a property comes again, or with a blank line.
fn read_blocks(text: &str, blank: Blank) -> Vec<(Object, u32)> {
    let mut blocks: Vec<(Object, u32)> = Vec::new();
    let mut is_open = false;
    let mut last: Option<(String, String)> = None;
    for (line, number) in text.lines().zip(1..) {
        if line.trim().is_empty() || is_error(line) {
            push_last(&mut blocks, &mut last);
            is_open &= blank == Blank::MeansNothing || !line.trim().is_empty();
            continue;
        }
        match parse_property(line) {
            Some((name, value)) => {
                push_last(&mut blocks, &mut last);
                let comes_again = blocks.last().is_some_and(|(object, _)| object.value(name).is_some());
                if !is_open || comes_again {
                    blocks.push((Object::default(), number));
                    is_open = true;
                }
                last = Some((name.to_owned(), value.to_owned()));
            }
            // A long value goes on in the next line, indented to its column.
            None if line.starts_with([' ', '\t']) => {
                if let Some((_, value)) = &mut last {
                    value.push_str(line.trim());
                }
            }
            None => {}
        }
    }
    push_last(&mut blocks, &mut last);
    blocks.retain(|(object, _)| {
        ["Thumbprint", "Use", "Issuer"].iter().any(|name| object.value(name).is_some())
    });
    blocks
}

fn push_last(blocks: &mut [(Object, u32)], last: &mut Option<(String, String)>) {
    if let (Some((object, _)), Some((name, value))) = (blocks.last_mut(), last.take()) {
        object.push(&name, parse_value(&value));
    }
}

/// `{a, b, c...}` is a list.
fn parse_value(text: &str) -> Value {
    match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
        Some(items) => Value::List(items.split(',').map(|item| item.trim().to_owned()).collect()),
        None => Value::Text(text.to_owned()),
    }
}
