//! The manifest of a collection, and the bindings of a server.

use serde::Deserialize;

use super::{Binding, Schema, plain_path, unreadable};
use crate::assigned::thumbprint;
use crate::name::{DnsName, said};

/// No deployment has so many servers; the collector stops at 200.
const MAX_SERVERS: usize = 10_000;
/// Ten times what so many servers come to.
const MAX_FILES: usize = 200_000;

/// What a run of the collector says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// When it was started, as written.
    pub started: Option<String>,
    /// When it was finished, as written.
    pub finished: Option<String>,
    /// Whether it looked at a deployment or at its own computer only.
    pub mode: Mode,
    /// The computer that it ran on.
    pub computer: Option<DnsName>,
    /// Where the topology comes from.
    pub topology_source: TopologySource,
    /// The signature of the topology that it saw.
    pub topology_signature: Option<String>,
    /// Every server that was asked for.
    pub servers: Vec<CollectedServer>,
    /// The files that it wrote, with their hashes.
    pub files: Vec<CollectedFile>,
}

/// What a run of the collector was about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mode {
    /// All servers of a deployment, and its topology.
    Central,
    /// One computer.
    Local,
}

/// Where a topology was read from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TopologySource {
    /// The central store.
    Store,
    /// The computer's own copy of it.
    Replica,
    /// Nowhere.
    None,
}

/// What came of a server.
#[derive(Clone, Debug, PartialEq)]
pub struct CollectedServer {
    /// Its name, as the topology has it.
    pub fqdn: DnsName,
    /// Its folder, as written, with `/`: below the collection, or below its `certs`.
    pub folder: String,
    /// Whether it is an Edge Server.
    pub is_edge: bool,
    /// What came of it.
    pub status: ServerStatus,
    /// A code that says why not everything was taken.
    pub reason: Option<String>,
    /// The same in words.
    pub message: Option<String>,
    /// How far its clock is before that of the collecting computer.
    pub clock_offset_seconds: Option<f64>,
    /// Whether the list of what is assigned to it is whole.
    pub has_all_assigned: bool,
    /// Its stores.
    pub stores: Vec<CollectedStore>,
    /// Whether the list of its bindings is whole.
    pub has_all_bindings: bool,
}

impl CollectedServer {
    /// Whether this store was taken in full.
    pub fn has_all_of(&self, store: &str) -> bool {
        let mut named = self.stores.iter().filter(|known| known.name.eq_ignore_ascii_case(store)).peekable();
        named.peek().is_some() && named.all(|known| known.is_complete)
    }
}

/// What came of a server.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum ServerStatus {
    /// It was left out on purpose.
    Skipped,
    /// It did not answer, or refused.
    NotReached,
    /// Something of it was taken.
    Partial,
    /// Everything asked for was taken.
    Collected,
}

impl ServerStatus {
    /// The name that programs read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Skipped => "skipped",
            Self::NotReached => "not-reached",
            Self::Partial => "partial",
            Self::Collected => "collected",
        }
    }

    /// Whether the collector was there at all.
    pub fn is_reached(self) -> bool {
        match self {
            Self::Skipped | Self::NotReached => false,
            Self::Partial | Self::Collected => true,
        }
    }
}

/// A store of a server.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CollectedStore {
    /// Its name, such as `My`.
    pub name: String,
    /// Whether all of it was taken.
    pub is_complete: bool,
}

/// A file of a collection.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CollectedFile {
    /// Its path below the collection, with `/`.
    pub path: String,
    /// SHA-256 of its bytes, as written.
    pub sha256: String,
}

/// The word for something that was taken in full.
const COMPLETE: &str = "complete";

/// The reason for a part where the disk or the limit of the collection was full: then the other words say what was read on the server,
/// and not what came to be written.
const NOT_WRITTEN: &str = "not-written";

#[derive(Deserialize)]
struct RawManifest {
    started: Option<String>,
    finished: Option<String>,
    mode: String,
    by: Option<RawComputer>,
    topology: Option<RawTopology>,
    servers: Option<Vec<RawServer>>,
    files: Option<Vec<RawFile>>,
}

#[derive(Deserialize)]
struct RawComputer {
    computer: Option<String>,
}

#[derive(Deserialize)]
struct RawTopology {
    source: Option<String>,
    signature: Option<String>,
}

#[derive(Deserialize)]
struct RawServer {
    fqdn: String,
    folder: Option<String>,
    edge: Option<bool>,
    status: String,
    reason: Option<String>,
    message: Option<String>,
    clock_offset_seconds: Option<f64>,
    assigned: Option<RawTaken>,
    stores: Option<Vec<RawStore>>,
    bindings: Option<RawTaken>,
}

#[derive(Deserialize)]
struct RawTaken {
    status: Option<String>,
}

#[derive(Deserialize)]
struct RawStore {
    name: String,
    status: Option<String>,
}

#[derive(Deserialize)]
struct RawFile {
    path: String,
    sha256: String,
}

#[derive(Deserialize)]
struct RawBinding {
    endpoint: String,
    sni: Option<String>,
    store: Option<String>,
    thumbprint: String,
}

/// The manifest in a text of this schema.
pub(super) fn read_manifest(text: &str, schema: Schema<'_>) -> Result<Manifest, String> {
    schema.check()?;
    let what = "the manifest of a collection";
    let raw: RawManifest = serde_json::from_str(text).map_err(|error| unreadable(what, &error))?;
    let mode = match raw.mode.as_str() {
        "central" => Mode::Central,
        "local" => Mode::Local,
        other => return Err(unknown_word(what, "the mode", other, "`central` or `local`")),
    };
    let (topology_source, topology_signature) = match raw.topology {
        Some(topology) => (read_source(topology.source.as_deref())?, filled(topology.signature)),
        None => (TopologySource::None, None),
    };
    let servers = raw.servers.unwrap_or_default();
    let files = raw.files.unwrap_or_default();
    for (count, limit, of) in [(servers.len(), MAX_SERVERS, "servers"), (files.len(), MAX_FILES, "files")] {
        if count > limit {
            return Err(format!("is {what} of {count} {of}; the limit is {limit}"));
        }
    }
    Ok(Manifest {
        started: filled(raw.started),
        finished: filled(raw.finished),
        mode,
        computer: raw.by.and_then(|by| by.computer?.parse().ok()),
        topology_source,
        topology_signature,
        servers: servers.into_iter().map(read_server).collect::<Result<_, _>>()?,
        files: files
            .into_iter()
            .map(|file| CollectedFile { path: plain_path(&file.path), sha256: file.sha256 })
            .collect(),
    })
}

fn read_source(source: Option<&str>) -> Result<TopologySource, String> {
    match source {
        Some("store") => Ok(TopologySource::Store),
        Some("replica") => Ok(TopologySource::Replica),
        Some("none") | None => Ok(TopologySource::None),
        Some(other) => {
            let what = "the manifest of a collection";
            Err(unknown_word(what, "the source of the topology", other, "`store`, `replica` or `none`"))
        }
    }
}

fn read_server(raw: RawServer) -> Result<CollectedServer, String> {
    let what = "the manifest of a collection";
    let fqdn: DnsName =
        raw.fqdn.parse().map_err(|error| format!("is {what} with a server that has no name: {error}"))?;
    let status = match raw.status.as_str() {
        "collected" => ServerStatus::Collected,
        "partial" => ServerStatus::Partial,
        "not-reached" => ServerStatus::NotReached,
        "skipped" => ServerStatus::Skipped,
        other => {
            let expected = "`collected`, `partial`, `not-reached` or `skipped`";
            return Err(unknown_word(what, &format!("the status of {}", said(&fqdn)), other, expected));
        }
    };
    let reason = filled(raw.reason);
    let is_written = reason.as_deref() != Some(NOT_WRITTEN);
    let is_complete = |taken: &Option<String>| is_written && taken.as_deref() == Some(COMPLETE);
    let has_all = |taken: Option<RawTaken>| taken.is_some_and(|taken| is_complete(&taken.status));
    let stores = raw.stores.unwrap_or_default().into_iter();
    Ok(CollectedServer {
        folder: filled(raw.folder).map_or_else(|| fqdn.key().to_owned(), |folder| plain_path(&folder)),
        fqdn,
        is_edge: raw.edge.unwrap_or(false),
        status,
        reason,
        message: filled(raw.message),
        clock_offset_seconds: raw.clock_offset_seconds,
        has_all_assigned: has_all(raw.assigned),
        stores: stores
            .map(|store| CollectedStore { is_complete: is_complete(&store.status), name: store.name })
            .collect(),
        has_all_bindings: has_all(raw.bindings),
    })
}

/// The bindings in a text.
pub(super) fn read_bindings(text: &str) -> Result<Vec<Binding>, String> {
    let what = "a list of bindings";
    let raw: Vec<RawBinding> = serde_json::from_str(text).map_err(|error| unreadable(what, &error))?;
    let binding = |raw: RawBinding| {
        let Some(thumbprint) = thumbprint(&raw.thumbprint) else {
            let shown = crate::error::shortened(&raw.thumbprint);
            return Err(format!(
                "is {what} with `{shown}`, which is no thumbprint; expected 40 hexadecimal digits"
            ));
        };
        Ok(Binding { endpoint: raw.endpoint, sni: filled(raw.sni), store: filled(raw.store), thumbprint })
    };
    raw.into_iter().map(binding).collect()
}

/// A word that is not known may stand for anything.
fn unknown_word(what: &str, of: &str, found: &str, expected: &str) -> String {
    let shown = crate::error::shortened(found);
    format!("is {what} in which {of} is `{shown}`; expected {expected}")
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::{Part, read_part};
    use super::*;

    fn manifest(text: &str) -> Result<Manifest, String> {
        match read_part(text) {
            Some(Ok(Part::Manifest(manifest))) => Ok(*manifest),
            Some(Err(reason)) => Err(reason),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_manifest_says_what_was_taken_of_each_server() {
        let text = r#"{"schema": "lyncert-collected/1", "script": {"name": "x", "version": "1", "sha256": "AB"},
            "started": "2026-11-20T04:00:00Z", "finished": "2026-11-20T04:05:00Z", "mode": "central",
            "by": {"computer": "fe1.contoso.com", "elevated": true}, "unheard_of": {"a": [1, {"b": null}]},
            "topology": {"status": "complete", "source": "store", "signature": "abc", "message": ""},
            "servers": [
              {"fqdn": "FE1.contoso.com", "folder": "certs\\fe1.contoso.com", "edge": false, "status": "collected",
               "reason": null, "via": "local", "clock_offset_seconds": -1.5, "assigned": {"status": "complete", "count": 4, "errors": []},
               "stores": [{"name": "My", "status": "complete", "count": 2}, {"name": "Root", "status": "partial", "count": 1}],
               "bindings": {"status": "complete", "count": 3}},
              {"fqdn": "edge1.contoso.com", "edge": true, "status": "skipped", "reason": "edge-local-run", "assigned": null}],
            "files": [{"path": "certs\\fe1.contoso.com\\assigned.xml", "size": 3, "sha256": "AB"}]}"#;
        let read = manifest(text).unwrap();
        assert_eq!((read.mode, read.topology_source), (Mode::Central, TopologySource::Store));
        assert_eq!(read.computer.as_ref().unwrap().key(), "fe1.contoso.com");
        let [first, edge] = read.servers.as_slice() else { panic!("{:?}", read.servers) };
        assert_eq!((first.status, first.folder.as_str()), (ServerStatus::Collected, "certs/fe1.contoso.com"));
        assert!(first.has_all_assigned && first.has_all_bindings);
        assert_eq!(
            [first.has_all_of("my"), first.has_all_of("Root"), first.has_all_of("CA")],
            [true, false, false]
        );
        assert_eq!((edge.status, edge.reason.as_deref()), (ServerStatus::Skipped, Some("edge-local-run")));
        assert_eq!((edge.folder.as_str(), edge.is_edge), ("edge1.contoso.com", true));
        assert!(!edge.has_all_assigned && !edge.has_all_bindings && !edge.has_all_of("My"));
        assert_eq!(read.files[0].path, "certs/fe1.contoso.com/assigned.xml");
    }

    #[test]
    fn what_was_read_and_not_written_is_not_there() {
        let of = |reason: &str| {
            let text = format!(
                r#"{{"schema":"lyncert-collected/1","mode":"local","servers":[{{"fqdn":"a.contoso.com","status":"partial","reason":"{reason}",
                "assigned":{{"status":"complete","count":4}},"stores":[{{"name":"My","status":"complete","count":2}}],"bindings":{{"status":"complete","count":3}}}}]}}"#
            );
            let server = manifest(&text).unwrap().servers.remove(0);
            [server.has_all_assigned, server.has_all_of("My"), server.has_all_bindings]
        };
        assert_eq!(of("key-facts"), [true; 3]);
        assert_eq!(of("not-written"), [false; 3]);
    }

    #[test]
    fn words_that_are_not_known_and_hostile_texts_are_refused() {
        let with = |rest: &str| format!(r#"{{"schema":"lyncert-collected/1",{rest}}}"#);
        let server = r#"{"fqdn":"a.contoso.com","status":"skipped"}"#;
        let many = vec![server; MAX_SERVERS + 1].join(",");
        let deep = format!(r#""mode":"local","x":{}{}"#, "[".repeat(100_000), "]".repeat(100_000));
        for (text, words) in [
            (with(r#""mode":"remote""#), "the mode is `remote`"),
            (with(r#""mode":"local","servers":[{"fqdn":"a.contoso.com","status":"fine"}]"#), "is `fine`"),
            (with(r#""mode":"local","servers":[{"fqdn":"","status":"skipped"}]"#), "has no name"),
            (with(r#""mode":"local","topology":{"source":"moon"}"#), "is `moon`"),
            (with(r#""mode":"local","servers":7"#), "cannot be read"),
            (with(&format!(r#""mode":"local","servers":[{many}]"#)), "the limit is 10000"),
            (with(r#""mode":"loc"#), "cannot be read"),
        ] {
            let reason = manifest(&text).unwrap_err();
            assert!(reason.contains(words), "{words}: {reason}");
        }
        // Nothing that is passed over can be so deep as to harm.
        let _ = manifest(&with(&deep));
    }
}
