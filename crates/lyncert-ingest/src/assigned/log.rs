//! The log that cmdlets write with `-Report`. Its texts are English only.

use super::object::{Object, Value};
use super::{AssignedExport, EXPORT_COMMAND, ExportKind, thumbprint};
use crate::lowering::{Lowering, Path};
use crate::xml::Element;

/// What the log of a cmdlet says of assigned certificates. A request assigns nothing, nor do most cmdlets: theirs give `None`. A log
/// that does not say that it succeeded is a problem: what is assigned after it nobody knows.
pub(crate) fn read_log(lowering: &mut Lowering<'_>, root: &Element) -> Option<AssignedExport> {
    let path = Path::root(root);
    match Cmdlet::of(root) {
        Cmdlet::Set => {}
        Cmdlet::Remove => {
            let text = format!(
                "the log of `Remove-CsCertificate` does not list what is left; list that by `{EXPORT_COMMAND}`"
            );
            lowering.problem(&path, text);
            return None;
        }
        Cmdlet::Other => return None,
        Cmdlet::Untold => {
            let mut told = Told::default();
            collect(lowering, &path, &mut told);
            if !told.certificates.is_empty() {
                let text = format!(
                    "the log does not say which cmdlet made it, and tells of an assignment; list what is assigned now by `{EXPORT_COMMAND}`"
                );
                lowering.problem(&path, text);
            }
            return None;
        }
    }
    let mut told = Told::default();
    collect(lowering, &path, &mut told);
    if let Some(reason) = told.failure() {
        let text = format!(
            "the log of `Set-CsCertificate` {reason}; list what is assigned now by `{EXPORT_COMMAND}`"
        );
        lowering.problem(&path, text);
        return None;
    }
    Some(AssignedExport {
        document: std::sync::Arc::clone(&lowering.source.name),
        kind: ExportKind::Log,
        time: told.saved.or(told.last),
        is_complete: None,
        errors: Vec::new(),
        certificates: told.certificates,
    })
}

/// Whose log it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Cmdlet {
    Set,
    Remove,
    Other,
    /// The name is lost.
    Untold,
}

impl Cmdlet {
    /// By the name at the root; where that is lost by that of its first action.
    fn of(root: &Element) -> Self {
        let action = || root.children.iter().find_map(|child| child.attribute("Name"));
        let name = root.attribute("Name").or_else(action).unwrap_or_default();
        let is = |names: [&str; 2]| names.iter().any(|known| known.eq_ignore_ascii_case(name.trim()));
        if is(["Set-CsCertificate", "Set Certificate"]) {
            Self::Set
        } else if is(["Remove-CsCertificate", "Remove Certificate"]) {
            Self::Remove
        } else if root.attribute("Name").is_none() {
            Self::Untold
        } else {
            Self::Other
        }
    }
}

/// What the log of an assignment tells.
#[derive(Default)]
struct Told {
    certificates: Vec<super::AssignedCertificate>,
    /// The first error.
    error: Option<String>,
    is_saved: bool,
    /// When the store was saved.
    saved: Option<String>,
    /// The last time of all.
    last: Option<String>,
}

impl Told {
    /// Why it does not count.
    fn failure(&self) -> Option<String> {
        match &self.error {
            Some(error) if error.is_empty() => Some("tells of an error".to_owned()),
            Some(error) => Some(format!("tells of an error, `{}`", crate::error::shortened(error))),
            None if !self.is_saved => Some("does not say that the assignment was saved".to_owned()),
            None if self.certificates.is_empty() => Some("names no certificate that was assigned".to_owned()),
            None => None,
        }
    }
}

fn collect(lowering: &Lowering<'_>, path: &Path<'_>, told: &mut Told) {
    for child in &path.element.children {
        let path = path.child(child);
        let text = child.text.trim();
        if let Some(time) = child.attribute("Time") {
            told.last = Some(time.to_owned());
        }
        match &*child.name {
            "Info" => {
                if let Some(object) = parse_assignment(text) {
                    told.certificates.extend(object.certificate(path.place(lowering.source)));
                }
                if is_saved(child, text) {
                    told.is_saved = true;
                    told.saved = child.attribute("Time").map(str::to_owned);
                }
            }
            "Error" | "Exception" => {
                let message = child.attribute("Message").unwrap_or(text);
                told.error.get_or_insert_with(|| message.to_owned());
            }
            _ => {}
        }
        collect(lowering, &path, told);
    }
}

/// `"[{urn:…Settings.Certificates.2008}Certificates,Host{…},Global]" status "Okay"`: the store has taken it.
fn is_saved(element: &Element, text: &str) -> bool {
    element.attribute("Title") == Some("write status")
        && text.contains("Certificates")
        && text.ends_with("status \"Okay\"")
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
