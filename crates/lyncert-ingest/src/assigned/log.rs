//! The log that `Request-CsCertificate` and `Set-CsCertificate` write with `-Report`. Its texts are English only.

use super::{AssignedCertificate, Object, Value, list, thumbprint};
use crate::lowering::{Lowering, Path};
use crate::xml::Element;

/// Every assignment that the log records. A request alone assigns nothing, but its output names the certificate and the uses
/// that it is for.
pub(crate) fn read_log(lowering: &mut Lowering<'_>, root: &Element) -> Vec<AssignedCertificate> {
    let mut certificates = Vec::new();
    read_below(lowering, &Path::root(root), &mut certificates);
    certificates
}

fn read_below(lowering: &mut Lowering<'_>, path: &Path<'_>, certificates: &mut Vec<AssignedCertificate>) {
    for child in &path.element.children {
        let path = path.child(child);
        if &*child.name == "Info" {
            certificates.extend(read_info(lowering, &path));
        }
        read_below(lowering, &path, certificates);
    }
}

fn read_info(lowering: &mut Lowering<'_>, path: &Path<'_>) -> Vec<AssignedCertificate> {
    let text = path.element.text.trim();
    if let Some(object) = parse_assignment(text) {
        return object.certificate(path.place(lowering.source)).into_iter().collect();
    }
    if path.element.attribute("Title") != Some("Output") {
        return Vec::new();
    }
    let mut certificates = Vec::new();
    for (object, _) in list::read_blocks(text.lines().zip(1..)) {
        match object.certificate(path.place(lowering.source)) {
            Ok(certificate) => certificates.push(certificate),
            Err(reason) => lowering.problem(path, reason),
        }
    }
    certificates
}

/// `Certificate "AD1C…" has been added to the local data store with the usage type "Default".`
fn parse_assignment(text: &str) -> Option<Object> {
    let (digits, rest) = text.strip_prefix("Certificate \"")?.split_once('"')?;
    let (_, usage) = rest.split_once("has been added to the ")?;
    let (usage, _) = usage.split_once("usage type \"")?.1.split_once('"')?;
    let mut object = Object::default();
    object.push("Thumbprint", Value::Text(thumbprint(digits)?));
    object.push("Use", Value::Text(usage.to_owned()));
    Some(object)
}
