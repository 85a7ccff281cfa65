//! `Export-Clixml`: objects with typed properties.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::AssignedCertificate;
use super::object::{Object, Value};
use crate::lowering::{Lowering, Path};
use crate::xml::Element;

/// Every certificate object of an `Objs` document.
pub(crate) fn read_clixml(lowering: &mut Lowering<'_>, root: &Element) -> Vec<AssignedCertificate> {
    let path = Path::root(root);
    let mut known = References { targets: BTreeMap::new(), bytes_left: Cell::new(MAX_REFERENCED_BYTES) };
    collect_references(root, &mut known.targets);
    let mut certificates = Vec::new();
    let mut is_told = false;
    for element in root.children_named("Obj") {
        let path = path.child(element);
        match read_object(element, &known).certificate(path.place(lowering.source)) {
            Ok(certificate) => certificates.push(certificate),
            Err(reason) => lowering.problem(&path, reason),
        }
        if known.bytes_left.get() == 0 && !is_told {
            is_told = true;
            lowering.problem(
                &path,
                format!(
                    "what objects refer to has more than {MAX_REFERENCED_BYTES} bytes in all; from here on it is left out"
                ),
            );
        }
    }
    certificates
}

/// Objects by the ids that others refer to them by. One that is referred to many times is read as often: in all no more is read
/// than lists of certificates come to, which refer to next to nothing.
struct References<'a> {
    targets: BTreeMap<&'a str, &'a Element>,
    bytes_left: Cell<usize>,
}

/// What is read of objects that are referred to, in all.
const MAX_REFERENCED_BYTES: usize = 16 << 20;

impl References<'_> {
    fn value(&self, id: &str) -> Option<Value> {
        if self.bytes_left.get() == 0 {
            return None;
        }
        let value = read_object_value(self.targets.get(id)?)?;
        let bytes = match &value {
            Value::Text(text) => text.len(),
            Value::List(items) => items.iter().map(|item| item.len() + size_of::<String>()).sum(),
        };
        self.bytes_left.set(self.bytes_left.get().saturating_sub(bytes));
        Some(value)
    }
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

fn read_object(element: &Element, known: &References<'_>) -> Object {
    let mut object = Object::default();
    let groups = element.children.iter().filter(|child| matches!(&*child.name, "Props" | "MS"));
    for property in groups.flat_map(|group| &group.children) {
        if let (Some(name), Some(value)) = (property.attribute("N"), read_value(property, known)) {
            object.push(name, value);
        }
    }
    object
}

fn read_value(property: &Element, known: &References<'_>) -> Option<Value> {
    match &*property.name {
        "Nil" => None,
        "Ref" => known.value(property.attribute("RefId")?),
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

#[cfg(test)]
mod tests {
    use crate::format::read;

    /// A list whose certificates all refer to one text of this many bytes, and what is not understood of it.
    fn list(certificates: usize, bytes: usize) -> (usize, Vec<String>) {
        let first = format!(
            r#"<Obj RefId="0"><MS><S N="Thumbprint">{:040X}</S><Obj N="Use" RefId="9"><ToString>Default</ToString></Obj><Obj N="Subject" RefId="1"><ToString>{}</ToString></Obj></MS></Obj>"#,
            0,
            "x".repeat(bytes)
        );
        let more: String = (1..certificates)
            .map(|index| {
                format!(
                    r#"<Obj RefId="r{index}"><MS><S N="Thumbprint">{index:040X}</S><Ref N="Use" RefId="9"/><Ref N="Subject" RefId="1"/></MS></Obj>"#
                )
            })
            .collect();
        let text = format!(
            r#"<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">{first}{more}</Objs>"#
        );
        let document = read("a.xml", text.as_bytes()).unwrap();
        let certificates = document.assigned.unwrap().certificates;
        let with_subject = certificates.iter().filter(|certificate| certificate.subject.is_some()).count();
        (with_subject, document.problems.into_iter().map(|problem| problem.text).collect())
    }

    #[test]
    fn what_many_objects_refer_to_is_read_up_to_a_limit_in_all() {
        const MIB: usize = 1 << 20;
        assert_eq!(list(16, MIB), (16, Vec::new()), "fifteen refer to it");
        let (with_subject, problems) = list(40, MIB);
        assert_eq!(with_subject, 17, "sixteen refer to it before it is too much");
        assert_eq!(
            problems.len(),
            24,
            "a certificate without its usages is none, and that it was too much is told: {problems:?}"
        );
        assert!(problems.iter().any(|text| text.contains("more than 16777216 bytes in all")), "{problems:?}");
    }
}
