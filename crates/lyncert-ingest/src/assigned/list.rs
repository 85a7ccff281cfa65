//! `Get-CsCertificate` as it is printed, or copied from the screen: `Name : value` lines in blocks.

use super::{AssignedCertificate, Object, Value};
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
    let lines = source.text.lines().zip(1..);
    let place = |line| Place {
        document: std::sync::Arc::clone(&source.name),
        path: format!("block[{line}]").into(),
        line,
        column: 1,
    };
    read_blocks(lines)
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

/// The objects of a text and the lines that they start in. A block ends with a blank line, or where a property comes again.
pub(super) fn read_blocks<'a>(lines: impl Iterator<Item = (&'a str, u32)>) -> Vec<(Object, u32)> {
    let mut blocks: Vec<(Object, u32)> = Vec::new();
    let mut is_open = false;
    let mut last: Option<(String, String)> = None;
    for (line, number) in lines {
        if line.trim().is_empty() {
            push_last(&mut blocks, &mut last);
            is_open = false;
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
