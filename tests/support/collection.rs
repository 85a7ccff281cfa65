//! Collections as the collector writes them, of the estate of the clean sample: whole, or with something that went wrong.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Write as _};

use data_encoding::BASE64;
use lyncert_report::scan::{ScanOptions, scan_bytes};
use lyncert_report::view::sha256_of;
use serde_json::{Value, json};

use super::sample;

/// Two days before the samples are judged.
pub(crate) const COLLECTED: &str = "2026-11-20T04:05:00Z";
/// The same for people.
pub(crate) const COLLECTED_IN_WORDS: &str = "20 November 2026, 04:05 UTC";

/// How `Export-Clixml` writes the properties of objects: those that were added, or those of objects that came by remoting.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    Ms,
    Props,
}

/// How text files are encoded.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Encoding {
    Utf8,
    Utf16,
}

/// A certificate of the sample.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Certificate {
    der: Vec<u8>,
    pub(crate) thumbprint: String,
}

impl Certificate {
    /// The one in a file of the sample's certificates.
    pub(crate) fn of_sample(path: &str) -> Self {
        let bytes = fs::read(sample("fabrikam/certs").join(path)).unwrap();
        let der = match x509_parser::pem::parse_x509_pem(&bytes) {
            Ok((_, pem)) => pem.contents,
            Err(_) => bytes,
        };
        let found = scan_bytes(&[("one.cer", &der)], &ScanOptions::default());
        Self { thumbprint: found.certificates[0].sha1.to_string(), der }
    }

    fn pem(&self) -> String {
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", BASE64.encode(&self.der))
    }
}

/// What of a server is collected.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub(crate) fqdn: &'static str,
    /// The folder above that of the computer, for a holder that is no pool.
    pub(crate) holder: Option<&'static str>,
    pub(crate) is_edge: bool,
    pub(crate) status: &'static str,
    pub(crate) reason: Option<&'static str>,
    /// Usages, each with its certificate.
    pub(crate) assigned: Vec<(&'static str, Certificate)>,
    /// The certificates of its own store, and whether each has its private key.
    pub(crate) my: Vec<(Certificate, bool)>,
    pub(crate) root: Vec<Certificate>,
    /// Endpoints, each with the certificate that HTTP.sys serves there.
    pub(crate) bindings: Vec<(&'static str, Certificate)>,
    pub(crate) clock_offset_seconds: f64,
}

impl Server {
    /// Its folder below the collection.
    fn folder(&self) -> String {
        match self.holder {
            Some(holder) => format!("certs/{holder}/{}", self.fqdn),
            None => format!("certs/{}", self.fqdn),
        }
    }

    /// The same, not reached.
    pub(crate) fn not_reached(self, status: &'static str, reason: &'static str) -> Self {
        let nothing = Self { assigned: Vec::new(), my: Vec::new(), root: Vec::new(), ..self };
        Self { status, reason: Some(reason), bindings: Vec::new(), ..nothing }
    }
}

/// A run of the collector.
#[derive(Clone, Debug)]
pub(crate) struct Collection {
    pub(crate) mode: &'static str,
    pub(crate) servers: Vec<Server>,
    pub(crate) finished: &'static str,
    pub(crate) signature: &'static str,
    pub(crate) form: Form,
    pub(crate) encoding: Encoding,
}

pub(crate) const STANDARD: &str = "se01.fabrikam.com";
pub(crate) const EDGE: &str = "edge01.fabrikam.com";
const OAUTH: &str = "oauth/OAuthTokenIssuer.pem";
const EXTERNAL: [&str; 3] = ["AccessEdgeExternal", "DataEdgeExternal", "AudioVideoAuthentication"];

/// The Standard Edition server of the sample.
pub(crate) fn standard() -> Server {
    let own = Certificate::of_sample("se01.fabrikam.com.cer");
    let oauth = Certificate::of_sample(OAUTH);
    let usages = ["Default", "WebServicesInternal", "WebServicesExternal"];
    let ports = ["0.0.0.0:443", "0.0.0.0:444", "0.0.0.0:4443"];
    Server {
        fqdn: STANDARD,
        holder: None,
        is_edge: false,
        status: "collected",
        reason: None,
        assigned: usages
            .iter()
            .map(|usage| (*usage, own.clone()))
            .chain([("OAuthTokenIssuer", oauth.clone())])
            .collect(),
        bindings: ports.iter().map(|port| (*port, own.clone())).collect(),
        my: vec![(own, true), (oauth, true)],
        root: vec![Certificate::of_sample("ca/enterprise-ca.cer")],
        clock_offset_seconds: 0.5,
    }
}

/// Its Edge Server.
pub(crate) fn edge() -> Server {
    let internal = Certificate::of_sample("edge01.fabrikam.com/Internal.cer");
    let external = Certificate::of_sample(&format!("edge01.fabrikam.com/{}.cer", EXTERNAL.join("+")));
    Server {
        fqdn: EDGE,
        holder: None,
        is_edge: true,
        status: "collected",
        reason: None,
        assigned: EXTERNAL
            .iter()
            .map(|usage| (*usage, external.clone()))
            .chain([("Internal", internal.clone())])
            .collect(),
        bindings: vec![("0.0.0.0:4443", internal.clone())],
        my: vec![(internal, true), (external, true)],
        // The sample has no certificate of the public CA: beside other roots it would be missed.
        root: Vec::new(),
        clock_offset_seconds: -2.0,
    }
}

impl Collection {
    /// A run over these servers.
    pub(crate) fn of(servers: impl IntoIterator<Item = Server>) -> Self {
        Self {
            mode: "central",
            servers: servers.into_iter().collect(),
            finished: COLLECTED,
            signature: "C29tZXRoaW5n",
            form: Form::Ms,
            encoding: Encoding::Utf8,
        }
    }

    /// A run on one computer.
    pub(crate) fn local(server: Server) -> Self {
        Self { mode: "local", ..Self::of([server]) }
    }

    /// All that it writes, by path; the manifest with the hashes of all other files.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        let log = format!("{COLLECTED}\t{STANDARD}\ttopology\tsource: store\r\n{COLLECTED}\t\tend\tdone\r\n");
        files.insert("collect.log".to_owned(), log.into_bytes());
        if self.mode == "central" {
            files.insert("topology.xml".to_owned(), fs::read(sample("fabrikam/topology.xml")).unwrap());
            files.insert("facts.json".to_owned(), facts().to_string().into_bytes());
            let oauth = Certificate::of_sample(OAUTH);
            let assigned = self.clixml(&[self.assigned(None, &[("OAuthTokenIssuer", oauth)])].concat());
            files.insert("certs/oauth/assigned.xml".to_owned(), assigned);
            let listener = Certificate::of_sample("reverse-proxy/ReverseProxy.cer").pem();
            let path = "certs/reverse-proxy/ReverseProxy/meet.fabrikam.com_443.pem";
            files.insert(path.to_owned(), listener.into_bytes());
        }
        for server in &self.servers {
            self.add_server(server, &mut files);
        }
        let manifest = self.manifest(&files);
        files.insert("collected.json".to_owned(), manifest.to_string().into_bytes());
        files
    }

    fn add_server(&self, server: &Server, files: &mut BTreeMap<String, Vec<u8>>) {
        let mut add = |name: &str, bytes: Vec<u8>| files.insert(format!("{}/{name}", server.folder()), bytes);
        if !server.assigned.is_empty() {
            add("assigned.xml", self.clixml(&self.assigned(Some(server.fqdn), &server.assigned)));
        }
        // There is no file for an empty store.
        if !server.my.is_empty() {
            let stored = server.my.iter().map(|(certificate, key)| self.stored(certificate, *key, "My"));
            add("LocalMachine/My.xml", self.clixml(&stored.collect::<String>()));
            add("LocalMachine/My.sst", serialized(&server.my));
        }
        if !server.root.is_empty() {
            let stored = server.root.iter().map(|certificate| self.stored(certificate, false, "Root"));
            add("LocalMachine/Root.xml", self.clixml(&stored.collect::<String>()));
        }
        if !server.bindings.is_empty() {
            let bindings: Vec<Value> = server
                .bindings
                .iter()
                .map(|(endpoint, bound)| {
                    json!({"endpoint": endpoint, "sni": null, "store": "MY", "thumbprint": bound.thumbprint})
                })
                .collect();
            add("bindings.json", Value::from(bindings).to_string().into_bytes());
        }
    }

    fn manifest(&self, files: &BTreeMap<String, Vec<u8>>) -> Value {
        let servers: Vec<Value> = self.servers.iter().map(server_entry).collect();
        let files: Vec<Value> = files
            .iter()
            .map(|(path, bytes)| json!({"path": path, "size": bytes.len(), "sha256": sha256_of(bytes)}))
            .collect();
        let source = if self.mode == "central" { "store" } else { "replica" };
        let rest = json!({
            "script": {"name": "Export-LyncertCollection.ps1", "version": "1.0", "sha256": "AB"},
            "started": self.finished, "finished": self.finished, "mode": self.mode,
            "by": {"computer": STANDARD, "elevated": true, "powershell": "5.1", "culture": "de-DE"},
            "topology": {"status": "complete", "source": source, "signature": self.signature, "message": null},
            "servers": servers, "facts": [], "listeners": [], "contacted": [], "errors": [], "files": files,
        });
        // The collector writes the schema first.
        let mut manifest = serde_json::Map::new();
        manifest.insert("schema".to_owned(), "lyncert-collected/1".into());
        manifest.extend(rest.as_object().unwrap().clone());
        Value::Object(manifest)
    }

    /// What `Get-CsCertificate` says, an object for each usage.
    fn assigned(&self, computer: Option<&str>, assigned: &[(&str, Certificate)]) -> String {
        let object = |(usage, certificate): &(&str, Certificate)| {
            let mut properties = format!(
                r#"<S N="Use">{usage}</S><S N="Subject">CN=as printed</S><S N="Thumbprint">{}</S><S N="NotAfter">2027-11-20T04:05:00Z</S>"#,
                certificate.thumbprint
            );
            properties
                .push_str(r#"<Obj N="AlternativeNames" RefId="9"><LST><S>a.fabrikam.com</S></LST></Obj>"#);
            if let Some(computer) = computer {
                write!(properties, r#"<S N="PSComputerName">{computer}</S>"#).unwrap();
            }
            self.object(&properties)
        };
        assigned.iter().map(object).collect()
    }

    fn stored(&self, certificate: &Certificate, has_key: bool, store: &str) -> String {
        self.object(&format!(
            r#"<BA N="RawData">{}</BA><S N="Thumbprint">{}</S><S N="FriendlyName"></S><B N="HasPrivateKey">{has_key}</B><S N="PSParentPath">Microsoft.PowerShell.Security\Certificate::LocalMachine\{store}</S>"#,
            BASE64.encode(&certificate.der),
            certificate.thumbprint
        ))
    }

    fn object(&self, properties: &str) -> String {
        match self.form {
            Form::Ms => format!(r#"<Obj RefId="0"><MS>{properties}</MS></Obj>"#),
            Form::Props => format!(r#"<Obj RefId="0"><Props>{properties}</Props></Obj>"#),
        }
    }

    fn clixml(&self, objects: &str) -> Vec<u8> {
        let text = format!(
            "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">\r\n{objects}\r\n</Objs>"
        );
        match self.encoding {
            Encoding::Utf8 => format!("\u{feff}{text}").into_bytes(),
            Encoding::Utf16 => format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect(),
        }
    }
}

fn server_entry(server: &Server) -> Value {
    let is_reached = ["collected", "partial"].contains(&server.status);
    let taken = |count: usize| {
        if is_reached { json!({"status": "complete", "count": count, "errors": []}) } else { Value::Null }
    };
    let stores = [("My", server.my.len()), ("CA", 0), ("Root", server.root.len())];
    let stores = stores.map(|(name, count)| json!({"name": name, "status": "complete", "count": count}));
    json!({
        "fqdn": server.fqdn, "folder": server.folder(), "edge": server.is_edge,
        "status": server.status, "reason": server.reason, "message": null, "via": "remoting",
        "clock_offset_seconds": server.clock_offset_seconds, "module": "SkypeForBusiness",
        "assigned": taken(server.assigned.len()),
        "stores": if is_reached { Value::from(stores.to_vec()) } else { json!([]) },
        "key_facts": null,
        "bindings": taken(server.bindings.len()),
    })
}

/// A store as `X509Certificate2Collection.Export` serializes it: a certificate with a key has a property that says who keeps it.
fn serialized(certificates: &[(Certificate, bool)]) -> Vec<u8> {
    let element = |id: u32, data: &[u8]| {
        let head = [id, 1, u32::try_from(data.len()).unwrap()];
        [head.iter().flat_map(|number| number.to_le_bytes()).collect(), data.to_vec()].concat()
    };
    let utf16 = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let (container, provider) =
        (utf16("container\0"), utf16("Microsoft RSA SChannel Cryptographic Provider\0"));
    let start = 28;
    let numbers = [start, start + u32::try_from(container.len()).unwrap(), 12, 0x20, 0, 0, 1];
    let numbers: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    let key = element(2, &[numbers, container, provider].concat());
    let mut store = b"\0\0\0\0CERT".to_vec();
    for (certificate, has_key) in certificates {
        if *has_key {
            store.extend(&key);
        }
        store.extend(element(32, &certificate.der));
    }
    store.extend([0; 12]);
    store
}

/// The simple URLs of the sample, which its published topology does not hold, and what is set for its Edge.
fn facts() -> Value {
    let url = |component: &str, domain: &str, url: &str| json!({"scope": "global", "site": null, "component": component, "domain": domain, "active_url": url, "urls": [url]});
    let mut facts = serde_json::Map::new();
    facts.insert("schema".to_owned(), "lyncert-facts/1".into());
    facts.extend([
        (
            "simple_urls".to_owned(),
            json!([
                url("Meet", "fabrikam.com", "https://meet.fabrikam.com"),
                url("Dialin", "*", "https://dialin.fabrikam.com")
            ]),
        ),
        (
            "access_edge".to_owned(),
            json!({"allow_outside_users": true, "allow_federated_users": true, "routing_method": "UseDnsSrvRouting"}),
        ),
        ("public_providers".to_owned(), json!([{"name": "AOL", "enabled": false}])),
        ("hosting_providers".to_owned(), json!([])),
        ("xmpp_partners".to_owned(), json!(0)),
        ("office_web_apps".to_owned(), json!([])),
        ("dns".to_owned(), json!([])),
    ]);
    Value::Object(facts)
}

/// Packs files, with this between folders.
pub(crate) fn packed(files: &BTreeMap<String, Vec<u8>>, separator: char) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        let name = path.replace('/', &separator.to_string());
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
