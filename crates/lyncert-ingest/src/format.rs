//! Which kind of document it is, decided by content.

use std::sync::Arc;

use crate::assigned::AssignedExport;
use crate::collection::{self, CollectedFacts, Part};
use crate::decode::{Decoded, decode};
use crate::document::{Document, Format, disagreements};
use crate::error::{ReadError, shortened};
use crate::lowering::Path;
use crate::problem::Problem;
use crate::source::Source;
use crate::stranger::{describe_root, describe_text, is_web_page};
use crate::xml::{self, Element};
use crate::{assigned, container, lower};

/// The largest exports known have a few megabytes. What is larger than this is refused before it is decoded.
pub const MAX_DOCUMENT_BYTES: usize = 64 * 1024 * 1024;

/// What the namespaces of the product start with.
const PRODUCT_NAMESPACE: &str = "urn:schema:Microsoft.Rtc.Management.";

/// Reads one export. `name` is what the user calls it: a file's path, or a word for standard input.
///
/// Parts that are not understood become [problems](crate::problem::Problem) of the document.
///
/// # Errors
///
/// Input that is not an export of the product, was cut off, or is beyond the limits. Never panics.
pub fn read(name: &str, bytes: &[u8]) -> Result<Document, ReadError> {
    if bytes.len() > MAX_DOCUMENT_BYTES {
        return Err(ReadError::Limit {
            document: Source::new(name, String::new()).name.to_string(),
            excess: format!("has {} bytes", bytes.len()),
            limit: format!("{MAX_DOCUMENT_BYTES} bytes"),
        });
    }
    if container::is_zip(bytes) {
        return match collection::read_archive(name, bytes) {
            Some(archive) => read_collection(name, &archive?),
            None => read_archive(name, bytes),
        };
    }
    let Decoded { text, encoding, note } = decode(bytes);
    if let Some(part) = collection::read_part(&text) {
        return read_part(&Source::new(name, text), part);
    }
    let declared = declaration_note(&text, encoding);
    let plain = assigned::plain_text(&text);
    let mut document = match detect_text_format(&plain) {
        Some(format) => read_assigned(&Source::new(name, plain.into_owned()), format),
        None => {
            let source = Source::new(name, plain.into_owned());
            refuse_other_files(&source)?;
            let root = xml::parse(&source, |root| detect_xml_format(&source, root).map(|_| ()))?;
            let mut document = lower::lower_document(&source, &root, detect_xml_format(&source, &root)?)?;
            if matches!(document.format, Format::Tbxml | Format::Published) {
                document.problems.extend(foreign_parts(&source, &root));
            }
            document
        }
    };
    // What of it was not understood is not in it.
    if let Some(export) = &mut document.assigned {
        export.errors.extend(document.problems.iter().map(|problem| problem.text.clone()));
    }
    document.notes.splice(0..0, note.into_iter().chain(declared));
    Ok(document)
}

/// Why a document that has more than [`MAX_DOCUMENT_BYTES`] is not even looked at.
#[must_use]
pub fn too_large(name: &str) -> ReadError {
    ReadError::Limit {
        document: Source::new(name, String::new()).name.to_string(),
        excess: "is too large".to_owned(),
        limit: format!("{MAX_DOCUMENT_BYTES} bytes"),
    }
}

/// What documents of the product start with where their namespace is lost.
const PRODUCT_ROOTS: [&str; 5] =
    ["<TopologyBuilder", "<PartialTopology", "<DocItemSet", "<AnchoredXml", "<SimpleUrlConfiguration"];

/// Whether the first bytes of a file, some thousands, look like an export: a document of the product in any encoding, or an archive.
/// [`read`] decides.
pub fn looks_like_export(head: &[u8]) -> bool {
    // In UTF-16 every other byte of the product's name is zero.
    let narrow: Vec<u8> = head.iter().copied().filter(|byte| *byte != 0).collect();
    let has = |text: &str| narrow.windows(text.len()).any(|window| window == text.as_bytes());
    container::is_zip(head) || has(PRODUCT_NAMESPACE) || PRODUCT_ROOTS.iter().any(|root| has(root))
}

/// What a file of a collection says of the deployment: only its facts do.
fn read_part(source: &Source, part: Result<Part, String>) -> Result<Document, ReadError> {
    let found = match part {
        Ok(Part::Facts(facts)) => return Ok(read_facts(source, *facts)),
        Ok(Part::Manifest(_)) => "it is the manifest of a collection".to_owned(),
        Ok(Part::Bindings(_)) => "it is a list of bindings".to_owned(),
        Ok(Part::Log) => "it is a log".to_owned(),
        Err(reason) => format!("it {reason}"),
    };
    Err(ReadError::NotXml { document: source.name.to_string(), found })
}

/// A document of collected facts: its simple URLs count as those of any export.
fn read_facts(source: &Source, facts: CollectedFacts) -> Document {
    let mut document = Document::new(Arc::clone(&source.name), Format::CollectedFacts);
    if let Some((urls, problems)) = facts.simple_urls(source) {
        document.simple_urls = Some(urls);
        document.problems = problems;
    }
    let mut facts = facts;
    facts.document = Arc::clone(&source.name);
    document.collected = Some(facts);
    document
}

/// The topology of a collection in an archive, and its facts. What else lies there is read with the certificates.
fn read_collection(name: &str, archive: &collection::CollectionArchive) -> Result<Document, ReadError> {
    let shown = Source::new(name, String::new()).name;
    let mut whole = Document::new(Arc::clone(&shown), Format::CollectionZip);
    for file in [collection::TOPOLOGY_FILE, collection::FACTS_FILE] {
        if let Some(error) = archive.damage_of(file) {
            return Err(error.clone());
        }
        let Some(entry) = archive.file(file) else { continue };
        // An archive can be made that holds itself.
        if container::is_zip(&entry.bytes) {
            let found = format!("its `{file}` is an archive itself");
            return Err(ReadError::NotXml { document: shown.to_string(), found });
        }
        let part = read(&format!("{shown}:{file}"), &entry.bytes)?;
        whole.notes.extend(part.notes);
        whole.problems.extend(part.problems);
        whole.topology = whole.topology.or(part.topology);
        whole.simple_urls = whole.simple_urls.or(part.simple_urls);
        whole.collected = whole.collected.or(part.collected);
    }
    Ok(whole)
}

/// The parts of a configuration ZIP: every XML entry is looked into, whatever it is called.
fn read_archive(name: &str, bytes: &[u8]) -> Result<Document, ReadError> {
    let shown = Source::new(name, String::new()).name;
    let mut whole = Document::new(Arc::clone(&shown), Format::ConfigurationZip);
    let mut left_out = Vec::new();
    for entry in container::read_entries(&shown, bytes, container::MAX_ENTRIES)? {
        let is_packaging = entry.name.starts_with("[Content_Types]") || entry.name.starts_with("_rels/");
        if is_packaging {
            continue;
        }
        let Decoded { text, note, .. } = decode(&entry.bytes);
        let file = entry.name.rsplit(['/', '\\']).next().unwrap_or_default();
        let source = Source::new(&format!("{shown}:{file}"), text);
        if !source.text.starts_with('<') || is_web_page(&source.text) {
            let kind = if container::is_zip(&entry.bytes) { "an archive itself" } else { "no XML" };
            left_out.push(format!("the entry `{file}` is {kind} and was left out"));
            continue;
        }
        let root = xml::parse(&source, |_| Ok(()))?;
        // Somebody packed a file of Topology Builder, or a published topology.
        let format = detect_xml_format(&source, &root)
            .ok()
            .filter(|format| matches!(format, Format::Tbxml | Format::Published));
        let part = lower::lower_document(&source, &root, format.unwrap_or(Format::DocItemSet))?;
        whole.notes.extend(note);
        whole.problems.extend(part.problems);
        whole.federation.extend(part.federation);
        if let Some(urls) = part.simple_urls {
            whole.simple_urls.get_or_insert_default().extend(urls);
        }
        let Some(topology) = part.topology else { continue };
        match &whole.topology {
            None => whole.topology = Some(topology),
            Some(first) => {
                // As between two files: each disagreement is told.
                whole.problems.extend(disagreements(&shown, first, &source.name, &topology));
            }
        }
    }
    whole.notes.extend(left_out);
    if whole.topology.is_none() {
        whole
            .notes
            .push("the archive holds no topology; `Export-CsConfiguration` makes one that does".to_owned());
    }
    Ok(whole)
}

/// The kind of a text, other than XML, that lists assigned certificates.
fn detect_text_format(text: &str) -> Option<Format> {
    if text.starts_with('<') {
        None
    } else if assigned::is_json(text) {
        Some(Format::Json)
    } else if assigned::is_csv(text) {
        Some(Format::Csv)
    } else if assigned::is_list(text) || assigned::is_table(text) {
        Some(Format::ListText)
    } else {
        None
    }
}

fn read_assigned(source: &Source, format: Format) -> Document {
    let mut document = Document::new(Arc::clone(&source.name), format);
    let (problems, notes) = (&mut document.problems, &mut document.notes);
    let certificates = match format {
        Format::Json => assigned::read_json(source, problems),
        Format::Csv => assigned::read_csv(source, problems, notes),
        // A session that somebody copied can have both.
        Format::ListText => {
            let mut certificates = Vec::new();
            if assigned::is_list(&source.text) {
                certificates.extend(assigned::read_list(source, problems));
            }
            if assigned::is_table(&source.text) {
                certificates.extend(assigned::read_table(source, problems));
            }
            certificates
        }
        // All others are XML or archives and are read elsewhere.
        Format::Tbxml
        | Format::Published
        | Format::ConfigurationZip
        | Format::DocItemSet
        | Format::AnchoredXml
        | Format::SimpleUrls
        | Format::MergeInput
        | Format::CmdletLog
        | Format::Clixml
        | Format::CollectedFacts
        | Format::CollectionZip => Vec::new(),
    };
    let errors = assigned::errors_of(&source.text);
    document.assigned =
        Some(AssignedExport { errors, ..AssignedExport::list(Arc::clone(&source.name), certificates) });
    document
}

/// Refuses files that are not XML, and says what they seem to be.
fn refuse_other_files(source: &Source) -> Result<(), ReadError> {
    let text = &source.text;
    let document = source.name.to_string();
    if text.trim_matches(|c: char| c.is_whitespace() || c == '\0').is_empty() {
        return Err(ReadError::Empty { document });
    }
    if text.starts_with('<') && !is_web_page(text) {
        return Ok(());
    }
    let found = if text.starts_with('<') { "it is a web page".to_owned() } else { describe_text(text) };
    Err(ReadError::NotXml { document, found })
}

/// The kind of an XML document, by its root.
fn detect_xml_format(source: &Source, root: &Element) -> Result<Format, ReadError> {
    let ours = root.namespace.starts_with(PRODUCT_NAMESPACE) || root.namespace.is_empty();
    match &*root.name {
        "TopologyBuilder" | "PartialTopology" if ours => return Ok(Format::Tbxml),
        "Topology" if ours => return Ok(Format::Published),
        "DocItemSet" => return Ok(Format::DocItemSet),
        "AnchoredXml" if ours => return Ok(Format::AnchoredXml),
        "SimpleUrlConfiguration" if ours => return Ok(Format::SimpleUrls),
        "TopologyInput" if ours => return Ok(Format::MergeInput),
        "CsMgmtLog" if root.namespace.is_empty() => return Ok(Format::CmdletLog),
        "Objs"
            if root.namespace.is_empty() || root.namespace.contains("schemas.microsoft.com/powershell") =>
        {
            return Ok(Format::Clixml);
        }
        _ => {}
    }
    let kind = shortened(&describe_root(&root.name, &root.namespace));
    Err(ReadError::NoTopology {
        document: source.name.to_string(),
        root: shortened(&root.name),
        hint: format!("{kind}; expected `<TopologyBuilder>` or `<Topology>`"),
    })
}

/// What is no part of an export as the product writes it: texts between elements, where somebody shortened it or wrote into it, and
/// names with a variable that nothing was put in for.
fn foreign_parts(source: &Source, root: &Element) -> Vec<Problem> {
    /// More than these say nothing more.
    const MAX_TOLD: usize = 20;
    let mut problems = Vec::new();
    let mut open = vec![root];
    while let Some(element) = open.pop()
        && problems.len() < MAX_TOLD
    {
        let mut tell = |text| problems.push(Problem { place: Path::root(element).place(source), text });
        let text = element.text.trim();
        if !element.children.is_empty() && !text.is_empty() {
            tell(format!(
                "the text `{}` stands between its elements; something may have been taken out there",
                shortened(text)
            ));
        }
        if let Some(name) = names_of(element).find(|name| has_variable(name)) {
            tell(format!(
                "`{}` has a variable that nothing was put in for; expected the export of a deployment",
                shortened(name)
            ));
        }
        open.extend(element.children.iter().rev());
    }
    problems
}

/// The attributes of an element that hold DNS names.
fn names_of(element: &Element) -> impl Iterator<Item = &str> {
    let domain = if &*element.name == "InternalDomain" { "Name" } else { "Domain" };
    ["Fqdn", "DefaultDomain", domain].into_iter().filter_map(|name| element.attribute(name))
}

/// Whether a name has a sign that PowerShell, batch files and templates write variables with, and no name has.
fn has_variable(name: &str) -> bool {
    name.contains(['$', '%', '{', '}', '<', '>', '@', '[', ']'])
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
