//! Which kind of document it is, decided by content.

use std::sync::Arc;

use crate::decode::{Decoded, decode};
use crate::source::Source;
use crate::xml::{self, Element};
use crate::{Problem, ReadError, Topology, lower};

/// Larger than any export: the largest known are a few megabytes.
const SIZE_LIMIT: usize = 64 * 1024 * 1024;

/// What the namespaces of the product start with.
const PRODUCT: &str = "urn:schema:Microsoft.Rtc.Management.";

/// A topology that was read.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its name, without folders.
    pub name: Arc<str>,
    /// Its kind.
    pub format: Format,
    /// What was understood.
    pub topology: Topology,
    /// What was not.
    pub problems: Vec<Problem>,
    /// Remarks that are no problem, each one sentence without a final period.
    pub notes: Vec<String>,
}

/// Kind of a document.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Format {
    /// A Topology Builder file.
    Tbxml,
    /// `Get-CsTopology -AsXml`, or the backup that `Publish-CsTopology` makes.
    Published,
}

impl Format {
    /// The name that programs read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tbxml => "tbxml",
            Self::Published => "published",
        }
    }
}

/// Reads one export. `name` is what the user calls it: a file's path, or a word for standard input.
///
/// Parts that are not understood become [`Problem`]s of the document.
///
/// # Errors
///
/// Input that is no topology, was cut off, or is beyond the limits. Never panics.
pub fn read(name: &str, bytes: &[u8]) -> Result<Document, ReadError> {
    if bytes.len() > SIZE_LIMIT {
        return Err(ReadError::Limit {
            document: Source::new(name, String::new()).name.to_string(),
            excess: format!("has {} bytes", bytes.len()),
            limit: format!("{SIZE_LIMIT} bytes"),
        });
    }
    let Decoded { text, encoding, note } = decode(bytes);
    let source = Source::new(name, text);
    refuse_other_files(&source)?;
    let root = xml::parse(&source, |root| accept(&source, root))?;
    let mut notes: Vec<String> = note.into_iter().collect();
    notes.extend(declaration_note(&source.text, encoding));
    let (format, topology, problems) = lower::document(&source, &root, &mut notes)?;
    Ok(Document { name: Arc::clone(&source.name), format, topology, problems, notes })
}

/// Says of files that are no XML what they seem to be.
fn refuse_other_files(source: &Source) -> Result<(), ReadError> {
    let text = &source.text;
    let document = source.name.to_string();
    if text.trim_matches(|c: char| c.is_whitespace() || c == '\0').is_empty() {
        return Err(ReadError::Empty { document });
    }
    if text.starts_with('<') {
        return Ok(());
    }
    let found = match text {
        text if text.starts_with("PK\u{3}\u{4}") => {
            "it is a ZIP archive, such as `Export-CsConfiguration` makes; this version reads the XML in it only when it is \
             unpacked"
                .to_owned()
        }
        text if text.starts_with("-----BEGIN") => "it is a PEM text, such as a certificate".to_owned(),
        text if text.starts_with(['{', '[']) => "it starts like JSON".to_owned(),
        text if text.chars().take(64).any(|c| c.is_control() && !c.is_whitespace()) => "it is a binary file".to_owned(),
        text => {
            let start: String = text.chars().take(24).map(|c| if c.is_control() { ' ' } else { c }).collect();
            format!("it starts with `{}`", start.trim_end())
        }
    };
    Err(ReadError::NotXml { document, found })
}

/// Whether the root is that of a topology; otherwise says what it is.
fn accept(source: &Source, root: &Element) -> Result<(), ReadError> {
    let ours = root.namespace.starts_with(PRODUCT) || root.namespace.is_empty();
    match &*root.name {
        "TopologyBuilder" | "PartialTopology" | "Topology" if ours => return Ok(()),
        _ => {}
    }
    let hint = match &*root.name {
        "CsMgmtLog" => ", the log that a cmdlet writes with `-Report`",
        "Objs" => ", the output of `Export-Clixml`; save the topology with `Get-CsTopology -AsXml` instead",
        "DocItemSet" | "AnchoredXml" => ", a part of the central store; this version reads topologies alone",
        "SimpleUrlConfiguration" => ", simple URLs without a topology",
        "TopologyInput" => ", the input of an OCS merge",
        "html" | "HTML" => ", a web page",
        _ => "",
    };
    Err(ReadError::NoTopology {
        document: source.name.to_string(),
        root: root.name.to_string(),
        hint: format!("{hint}; expected `<TopologyBuilder>` or `<Topology>`"),
    })
}

/// A note when the XML declaration names another encoding than the bytes have.
fn declaration_note(text: &str, encoding: &str) -> Option<String> {
    let declaration = text.strip_prefix("<?xml")?.split("?>").next()?;
    let declared = declaration.split("encoding=").nth(1)?.split(['"', '\'']).nth(1)?;
    let is_same = declared.to_ascii_uppercase().starts_with(encoding)
        || (encoding == "UTF-8" && declared.eq_ignore_ascii_case("us-ascii"));
    (!is_same).then(|| {
        format!("the file declares the encoding `{declared}` but is {encoding}; it was read as {encoding}")
    })
}
