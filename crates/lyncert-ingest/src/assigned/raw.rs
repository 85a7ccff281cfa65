//! Certificates inside `Export-Clixml` files: every property `RawData` is one.

use crate::error::ReadError;
use crate::source::Source;
use crate::xml::{self, Element};

/// A certificate object of an `Export-Clixml` file, such as `Get-ChildItem Cert:\LocalMachine\My` gives.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ClixmlCertificate {
    /// Its `RawData`: the certificate in base64.
    pub base64: String,
    /// Its `FriendlyName`.
    pub friendly_name: Option<String>,
    /// Its `HasPrivateKey`.
    pub has_private_key: bool,
    /// `Exportable` of its private key, where the export is deep enough to have it.
    pub exportable: Option<bool>,
    /// `ProviderName` of its private key, likewise.
    pub provider: Option<String>,
    /// The store that it lies in, such as `LocalMachine\My`, from its `PSParentPath`.
    pub store: Option<String>,
    /// Line of the `RawData`, from 1.
    pub line: u32,
}

/// Every certificate of an `Export-Clixml` text, at any depth, in its order.
///
/// # Errors
///
/// For XML that is not well-formed, cut off, or beyond the limits that all documents have.
pub fn read_clixml_certificates(text: &str) -> Result<Vec<ClixmlCertificate>, ReadError> {
    let source = Source::new("Export-Clixml", text.to_owned());
    let root = xml::parse(&source, |_| Ok(()))?;
    let mut certificates = Vec::new();
    collect_certificates(&source, &root, &root, &mut certificates);
    Ok(certificates)
}

/// Looks for groups of properties; the nesting is limited by the parser. What PowerShell adds to an object is found next to its
/// properties, within `object`.
fn collect_certificates(
    source: &Source,
    object: &Element,
    element: &Element,
    certificates: &mut Vec<ClixmlCertificate>,
) {
    let property = |name: &str| element.children.iter().find(|child| child.attribute("N") == Some(name));
    if let Some(raw) = property("RawData").filter(|raw| &*raw.name == "BA") {
        let friendly_name = property("FriendlyName").map(|name| name.text.trim().to_owned());
        certificates.push(ClixmlCertificate {
            base64: raw.text.clone(),
            friendly_name: friendly_name.filter(|name| !name.is_empty()),
            has_private_key: property("HasPrivateKey").is_some_and(|flag| flag.text.trim() == "true"),
            exportable: find_deep(element, "Exportable").and_then(|text| text.parse().ok()),
            provider: find_deep(element, "ProviderName").map(str::to_owned),
            store: find_deep(object, "PSParentPath")
                .and_then(|path| Some(path.rsplit_once("::")?.1.to_owned())),
            line: source.line_column(raw.offset).0,
        });
    }
    for child in &element.children {
        // The element that holds the properties is not the object itself.
        let object = if &*child.name == "Obj" { child } else { object };
        collect_certificates(source, object, child, certificates);
    }
}

/// The text of the first property of this name at any depth.
fn find_deep<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    let own =
        (element.attribute("N") == Some(name)).then(|| element.text.trim()).filter(|text| !text.is_empty());
    own.or_else(|| element.children.iter().find_map(|child| find_deep(child, name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_are_found_at_any_depth_with_their_properties() {
        let text = r#"<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">
<Obj RefId="0"><LST><Obj RefId="1"><Props><S N="FriendlyName">Edge external</S>
<BA N="RawData">MIIB</BA><B N="HasPrivateKey">true</B></Props></Obj></LST></Obj>
<Obj RefId="2"><Props><BA N="RawData">MIIC</BA><S N="RawData">no bytes</S></Props></Obj></Objs>"#;
        let found = read_clixml_certificates(text).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].friendly_name.as_deref(), Some("Edge external"));
        assert!(found[0].has_private_key && !found[1].has_private_key);
        assert_eq!((found[0].base64.as_str(), found[0].line), ("MIIB", 3));
    }

    #[test]
    fn store_provider_and_exportability_are_those_of_the_certificate() {
        let certificate = |number: u32, exportable: bool, store: &str| {
            format!(
                r#"<Obj RefId="{number}"><Props><BA N="RawData">MIIB</BA><Obj N="PrivateKey"><Props><Obj N="CspKeyContainerInfo"><Props><S N="ProviderName">Provider {number}</S><B N="Exportable">{exportable}</B></Props></Obj></Props></Obj></Props><MS><S N="PSParentPath">Microsoft.PowerShell.Security\Certificate::LocalMachine\{store}</S></MS></Obj>"#
            )
        };
        let text = format!(
            "<Objs>{}{}<Obj><Props><BA N=\"RawData\">MIIC</BA></Props></Obj></Objs>",
            certificate(1, true, "My"),
            certificate(2, false, "Root")
        );
        let found = read_clixml_certificates(&text).unwrap();
        let facts: Vec<_> =
            found.iter().map(|one| (one.exportable, one.provider.as_deref(), one.store.as_deref())).collect();
        assert_eq!(
            facts,
            [
                (Some(true), Some("Provider 1"), Some("LocalMachine\\My")),
                (Some(false), Some("Provider 2"), Some("LocalMachine\\Root")),
                (None, None, None)
            ]
        );
    }

    #[test]
    fn a_cut_off_file_is_an_error() {
        assert!(read_clixml_certificates("<Objs><Obj>").is_err());
    }
}
