//! `Export-Clixml`: objects with typed properties.

use std::collections::BTreeMap;

use super::AssignedCertificate;
use super::object::{Object, Value};
use crate::lowering::{Lowering, Path};
use crate::xml::Element;

/// Every certificate object of an `Objs` document.
pub(crate) fn read_clixml(lowering: &mut Lowering<'_>, root: &Element) -> Vec<AssignedCertificate> {
    let path = Path::root(root);
    let mut known = BTreeMap::new();
    collect_references(root, &mut known);
    let mut certificates = Vec::new();
    for element in root.children_named("Obj") {
        let path = path.child(element);
        match read_object(element, &known).certificate(path.place(lowering.source)) {
            Ok(certificate) => certificates.push(certificate),
            Err(reason) => lowering.problem(&path, reason),
        }
    }
    certificates
}

/// Objects that others refer to by `RefId`.
fn collect_references<'a>(element: &'a Element, known: &mut BTreeMap<&'a str, &'a Element>) {
    for child in &element.children {
        if let (Some(id), "Obj") = (child.attribute("RefId"), &*child.name) {
            known.insert(id, child);
        }
        collect_references(child, known);
    }
}

fn read_object(element: &Element, known: &BTreeMap<&str, &Element>) -> Object {
    let mut object = Object::default();
    let groups = element.children.iter().filter(|child| matches!(&*child.name, "Props" | "MS"));
    for property in groups.flat_map(|group| &group.children) {
        if let (Some(name), Some(value)) = (property.attribute("N"), read_value(property, known)) {
            object.push(name, value);
        }
    }
    object
}

fn read_value(property: &Element, known: &BTreeMap<&str, &Element>) -> Option<Value> {
    match &*property.name {
        "Nil" => None,
        "Ref" => known.get(property.attribute("RefId")?).and_then(|target| read_object_value(target)),
        "Obj" => read_object_value(property),
        _ => Some(Value::Text(unescape(&property.text))),
    }
}

/// A list by its items, an enumeration by its words.
fn read_object_value(element: &Element) -> Option<Value> {
    let list = element.children.iter().find(|child| matches!(&*child.name, "LST" | "IE" | "QUE" | "STK"));
    if let Some(list) = list {
        return Some(Value::List(list.children.iter().filter_map(read_item).collect()));
    }
    element.child("ToString").map(|words| Value::Text(unescape(&words.text)))
}

fn read_item(element: &Element) -> Option<String> {
    match element.child("ToString") {
        Some(words) => Some(unescape(&words.text)),
        None => Some(unescape(&element.text)).filter(|text| !text.is_empty()),
    }
}

/// Undoes `_x000A_`, which stands for a character that XML cannot hold.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("_x") {
        plain.push_str(before);
        let decoded = after.split_once('_').and_then(|(digits, behind)| {
            let is_code = digits.len() == 4;
            let code = u32::from_str_radix(digits, 16).ok().filter(|_| is_code)?;
            Some((char::from_u32(code)?, behind))
        });
        match decoded {
            Some((character, behind)) => {
                plain.push(character);
                rest = behind;
            }
            None => {
                plain.push_str("_x");
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}
