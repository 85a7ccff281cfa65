//! `ConvertTo-Json`: one object or an array, by either PowerShell generation.

use crate::error::json_fault;
use serde_json::Value as Json;

use super::AssignedCertificate;
use super::object::{Object, Value};
use crate::place::Place;
use crate::problem::Problem;
use crate::source::Source;

/// Whether a text is JSON that names a thumbprint.
pub(crate) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) && text.to_ascii_lowercase().contains("\"thumbprint\"")
}

/// Every certificate object of the text; JSON that is not well-formed is a problem at its place.
pub(crate) fn read_json(source: &Source, problems: &mut Vec<Problem>) -> Vec<AssignedCertificate> {
    let objects = match serde_json::from_str::<Json>(&source.text) {
        Ok(Json::Array(items)) => items,
        Ok(object) => vec![object],
        Err(error) => {
            let place = place_at(source, "the JSON text", error.line(), error.column());
            problems
                .push(Problem { place, text: format!("the list cannot be read: {}", json_fault(&error)) });
            return Vec::new();
        }
    };
    let mut certificates = Vec::new();
    for (index, item) in objects.iter().enumerate() {
        // The parser keeps no lines; the object's number identifies it.
        let place = place_at(source, &format!("object[{}]", index + 1), 1, 1);
        match read_object(item).certificate(place.clone()) {
            Ok(certificate) => certificates.push(certificate),
            Err(text) => problems.push(Problem { place, text }),
        }
    }
    certificates
}

fn place_at(source: &Source, path: &str, line: usize, column: usize) -> Place {
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).max(1);
    Place {
        document: std::sync::Arc::clone(&source.name),
        path: path.into(),
        line: number(line),
        column: number(column),
    }
}

fn read_object(json: &Json) -> Object {
    let mut object = Object::default();
    for (name, value) in json.as_object().into_iter().flatten() {
        match value {
            Json::Null => {}
            // Windows PowerShell wraps lists that have members added: {"value": [...], "Count": n}.
            Json::Object(inner) => {
                if let Some(Json::Array(items)) = inner.get("value") {
                    object.push(name, Value::List(items.iter().map(text_of).collect()));
                }
            }
            Json::Array(items) => object.push(name, Value::List(items.iter().map(text_of).collect())),
            Json::Bool(_) | Json::Number(_) | Json::String(_) => {
                object.push(name, Value::Text(text_of(value)));
            }
        }
    }
    object
}

/// An enumeration may be a number; its meaning is not known, so it is kept as it is.
fn text_of(json: &Json) -> String {
    json.as_str().map_or_else(|| json.to_string(), str::to_owned)
}
