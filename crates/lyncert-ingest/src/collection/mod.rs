//! What the collector writes beside exports and certificates: the manifest of a run (`collected.json`), facts of the deployment
//! (`facts.json`), the bindings of a server (`bindings.json`), and its log.
//!
//! All are recognized by what is in them. Fields that are not known are passed over, so that a newer collector of the same schema is
//! read; a schema that is not known is refused, since nobody knows what it leaves unsaid.

mod archive;
mod facts;
mod manifest;

use serde::Deserialize;

use crate::source::Source;

pub use archive::{ArchiveEntry, CollectionArchive, read_archive};
pub use facts::{CollectedFacts, CollectedFarm, HostingProvider, PublicProvider, ResolvedName};
pub use manifest::{
    CollectedFile, CollectedServer, CollectedStore, Manifest, Mode, ServerStatus, TopologySource,
};

/// A file that the collector wrote beside exports and certificates.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// `collected.json`: what was asked for, and what came of it.
    Manifest(Box<Manifest>),
    /// `facts.json`: what is set in the central store.
    Facts(Box<CollectedFacts>),
    /// `bindings.json`: which certificates HTTP.sys serves.
    Bindings(Vec<Binding>),
    /// `collect.log`: one event a line.
    Log,
}

/// A certificate that HTTP.sys serves at an address or to a name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Binding {
    /// The address and port, or the key of a binding to a name, as the registry has it.
    pub endpoint: String,
    /// The name that clients have to ask for, for a binding to a name.
    pub sni: Option<String>,
    /// The store that the certificate lies in.
    pub store: Option<String>,
    /// SHA-1 thumbprint, 40 upper-case hexadecimal digits.
    pub thumbprint: String,
}

impl Binding {
    /// The port, as far as the endpoint has one.
    pub fn port(&self) -> Option<u16> {
        let of_text = |text: &str| text.rsplit_once(':').and_then(|(_, port)| port.trim().parse().ok());
        of_text(&self.endpoint).or_else(|| self.sni.as_deref().and_then(of_text))
    }
}

/// What a text is if the collector wrote it; `None` for other texts, and a reason for one that cannot be read, which continues
/// "this file …".
pub fn read_part(text: &str) -> Option<Result<Part, String>> {
    match schema_of(text) {
        Some(schema) if schema.kind == MANIFEST => {
            Some(manifest::read_manifest(text, schema).map(|manifest| Part::Manifest(Box::new(manifest))))
        }
        Some(schema) if schema.kind == FACTS => {
            Some(facts::read_facts(text, schema).map(|facts| Part::Facts(Box::new(facts))))
        }
        Some(_) => None,
        None if looks_like_bindings(text) => Some(manifest::read_bindings(text).map(Part::Bindings)),
        None => is_log(text).then_some(Ok(Part::Log)),
    }
}

/// What the collector calls the topology, below its folder.
pub const TOPOLOGY_FILE: &str = "topology.xml";
/// What the collector calls the facts, below its folder.
pub const FACTS_FILE: &str = "facts.json";
/// What the collector calls the manifest, below its folder.
pub const MANIFEST_FILE: &str = "collected.json";
/// What the collector calls its log, below its folder.
pub const LOG_FILE: &str = "collect.log";
/// The folder of certificates, below the collector's.
pub const CERTIFICATES_FOLDER: &str = "certs";

const MANIFEST: &str = "lyncert-collected";
const FACTS: &str = "lyncert-facts";
/// The version of both schemas that is read.
const VERSION: &str = "1";

/// What a document says that it is, such as `lyncert-facts/1`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Schema<'a> {
    kind: &'a str,
    version: &'a str,
}

impl Schema<'_> {
    /// Refuses a version that nothing is known of.
    fn check(self) -> Result<(), String> {
        let Self { kind, version } = self;
        if version == VERSION {
            return Ok(());
        }
        let shown = crate::error::shortened(version);
        Err(format!(
            "has the schema `{kind}/{shown}`, which this lyncert does not know; expected `{kind}/{VERSION}`"
        ))
    }
}

/// The schema of a JSON object. Of one that is damaged it is known where it comes first, which is where the collector writes it.
fn schema_of(text: &str) -> Option<Schema<'_>> {
    #[derive(Deserialize)]
    struct Head<'a> {
        #[serde(borrow)]
        schema: &'a str,
    }
    if !text.starts_with('{') || !text.contains("\"lyncert-") {
        return None;
    }
    let schema = match serde_json::from_str::<Head<'_>>(text) {
        Ok(head) => head.schema,
        Err(_) => {
            let start = text.strip_prefix('{')?.trim_start().strip_prefix("\"schema\"")?;
            let value = start.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
            value.split_once('"')?.0
        }
    };
    let (kind, version) = schema.split_once('/')?;
    Some(Schema { kind, version })
}

/// Whether a text is a list of bindings: they have endpoints, which no list of assigned certificates has.
fn looks_like_bindings(text: &str) -> bool {
    text.starts_with('[') && text.contains("\"endpoint\"") && text.contains("\"thumbprint\"")
}

/// Whether a text is a log of events: its first line starts with a time in UTC.
fn is_log(text: &str) -> bool {
    let line = text.lines().next().unwrap_or_default();
    let is_time = |time: &str| {
        let shape = b"0000-00-00T00:00:00Z";
        time.len() == shape.len()
            && time.bytes().zip(shape).all(|(found, shape)| match shape {
                b'0' => found.is_ascii_digit(),
                _ => found == *shape,
            })
    };
    line.split_whitespace().next().is_some_and(is_time)
}

/// A path as the manifest or an archive has it, with `/` and without parts that lead nowhere or up: `\` stands between folders where
/// Windows PowerShell has packed them.
pub fn plain_path(path: &str) -> String {
    let parts = path.split(['/', '\\']).filter(|part| !matches!(*part, "" | "." | ".."));
    parts.collect::<Vec<_>>().join("/")
}

/// Why a text of a known kind cannot be read, in words that continue "this file …".
fn unreadable(what: &str, error: &serde_json::Error) -> String {
    format!("is {what} that cannot be read: {}", crate::error::json_fault(error))
}

/// For places in documents that have no lines worth naming.
fn place(source: &Source, path: String) -> crate::place::Place {
    crate::place::Place {
        document: std::sync::Arc::clone(&source.name),
        path: path.into(),
        line: 1,
        column: 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_recognized_by_what_is_in_them() {
        let log = "2026-11-20T04:00:00Z\tfe1.contoso.com\tstores\tstarted\r\n";
        assert_eq!(read_part(log), Some(Ok(Part::Log)));
        assert_eq!(read_part("2026-11-20 04:00 we renewed it"), None);
        let bindings = r#"[{"endpoint":"0.0.0.0:443","sni":null,"store":"MY","thumbprint":"0aff10"}]"#;
        assert!(matches!(read_part(bindings), Some(Err(reason)) if reason.contains("0aff10")));
        assert_eq!(read_part(r#"[{"Thumbprint":"AB","Use":"Default"}]"#), None);
        assert_eq!(read_part(r#"{"schema":"lyncert-report/2"}"#), None);
        assert_eq!(read_part(""), None);
    }

    #[test]
    fn a_schema_that_is_not_known_is_refused() {
        for kind in [MANIFEST, FACTS] {
            let text = format!(r#"{{ "schema" : "{kind}/2", "servers": [] }}"#);
            let Some(Err(reason)) = read_part(&text) else { panic!("{text}") };
            assert_eq!(
                reason,
                format!("has the schema `{kind}/2`, which this lyncert does not know; expected `{kind}/1`")
            );
        }
    }

    #[test]
    fn the_port_of_a_binding_is_behind_its_address_or_name() {
        let binding = |endpoint: &str, sni: Option<&str>| Binding {
            endpoint: endpoint.to_owned(),
            sni: sni.map(str::to_owned),
            store: None,
            thumbprint: String::new(),
        };
        assert_eq!(binding("0.0.0.0:443", None).port(), Some(443));
        assert_eq!(binding("[::]:4443", None).port(), Some(4443));
        assert_eq!(binding("{guid}", Some("meet.contoso.com:443")).port(), Some(443));
        assert_eq!(binding("none", None).port(), None);
    }

    #[test]
    fn paths_are_plain() {
        for (path, plain) in [
            (r"certs\fe1.contoso.com\assigned.xml", "certs/fe1.contoso.com/assigned.xml"),
            ("./certs//a", "certs/a"),
            ("../../etc/passwd", "etc/passwd"),
            (r"C:\x", "C:/x"),
        ] {
            assert_eq!(plain_path(path), plain);
        }
    }
}
