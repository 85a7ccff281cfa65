//! What is damaged: files of every kind, from the containers and samples of the project.

use std::fs;
use std::io::{Cursor, Write};
use std::ops::Range;
use std::path::Path;

use data_encoding::BASE64;
use zip::write::SimpleFileOptions;

/// A file by its ending and bytes.
type Sample = (&'static str, Vec<u8>);

fn container(name: &str) -> Vec<u8> {
    read(&format!("tests/containers/{name}"))
}

fn read(below: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(below);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn pem(der: &[u8]) -> String {
    let text = BASE64.encode(der);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

fn pem_bundle() -> String {
    ["leaf.cer", "ec.cer", "root.cer"].map(|name| pem(&container(name))).concat()
}

/// Every kind of file that lies among certificates.
pub(crate) fn kinds() -> Vec<(&'static str, Vec<Sample>)> {
    let of = |ending: &'static str, names: &[&str]| -> Vec<Sample> {
        names.iter().map(|name| (ending, container(name))).collect()
    };
    vec![
        (
            "PEM",
            [
                vec![("pem", pem_bundle().into_bytes())],
                of(
                    "pem",
                    &["archive-with-comments.pem", "issuing-list.pem", "key-pkcs8.pem", "key-encrypted.pem"],
                ),
            ]
            .concat(),
        ),
        ("DER", of("cer", &["leaf.cer", "ec.cer", "root.cer", "below.cer", "p521.cer"])),
        ("PKCS#7", of("p7b", &["bundle.p7b", "bundle-pem.p7b", "signed-indefinite.p7m"])),
        ("PKCS#12", of("pfx", &["archive-few-rounds.pfx"])),
        ("stores", [of("sst", &["store.sst", "single-serialized"]), of("xml", &["store.clixml"])].concat()),
        ("requests", of("req", &["request.req", "request-windows.der", "request-asks-nothing.req"])),
        ("revocation lists", of("crl", &["issuing-list.crl", "issuing-list.pem", "forged-list.crl"])),
        ("evidence", evidence()),
        ("archives", vec![("zip", packed().bytes)]),
        (
            "exports",
            vec![
                ("tbxml", read("../../samples/contoso/topology.tbxml")),
                ("xml", read("../../samples/fabrikam/topology.xml")),
            ],
        ),
    ]
}

const THUMBPRINT: &str = "AD1C8766FD0ED1A0FC10417089A565D48FF52CC0";

fn evidence() -> Vec<Sample> {
    let uses = ["Default", "WebServicesInternal", "WebServicesExternal"];
    let rows: String =
        uses.map(|usage| format!("\"{usage}\",\"{THUMBPRINT}\",\"CN=fe1.contoso.com\"\r\n")).concat();
    let printed = uses.map(|usage| {
        format!("Issuer     : CN=Contoso CA\r\nSubject    : CN=fe1.contoso.com\r\nThumbprint : {THUMBPRINT}\r\nUse        : {usage}\r\n\r\n")
    });
    let objects = uses.map(|usage| format!("{{\"Use\": \"{usage}\", \"Thumbprint\": \"{THUMBPRINT}\"}}"));
    let log = format!(
        r#"<CsMgmtLog><Action Name="Set-CsCertificate" Time="2026-11-20T10:00:00"><Action Name="Set"><Info><Title>The following certificate was assigned for the type "Default":</Title><Detail>Default: {THUMBPRINT} CN=fe1.contoso.com</Detail></Info></Action></Action></CsMgmtLog>"#
    );
    let utf16: Vec<u8> =
        std::iter::once(0xFEFF).chain(printed.concat().encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let mut samples = vec![
        ("csv", format!("\"Use\",\"Thumbprint\",\"Subject\"\r\n{rows}").into_bytes()),
        ("txt", printed.concat().into_bytes()),
        ("txt", utf16),
        ("json", format!("[{}]", objects.join(", ")).into_bytes()),
    ];
    if lyncert_ingest::format::read("log.xml", log.as_bytes()).is_ok_and(|read| read.assigned.is_some()) {
        samples.push(("xml", log.into_bytes()));
    }
    samples
}

/// A file with several certificates, of which one is damaged.
pub(crate) struct Bundle {
    pub(crate) kind: &'static str,
    pub(crate) ending: &'static str,
    pub(crate) bytes: Vec<u8>,
    /// What is damaged: a part of one member.
    pub(crate) damaged: Range<usize>,
    /// What the damaged bytes become; nothing for any byte.
    pub(crate) alphabet: &'static [u8],
    /// The common names of the others.
    pub(crate) neighbors: Vec<&'static str>,
}

const MEMBERS: [&str; 3] = ["leaf.cer", "ec.cer", "root.cer"];
/// Whom the first and the last of these are for; the one between them is damaged.
const NEIGHBORS: [&str; 2] = ["sip.contoso.com", "Contoso Root CA"];
const BASE64_LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bundles of every kind, of whose members the second one is damaged.
pub(crate) fn bundles() -> Vec<Bundle> {
    let text = BASE64.encode(&container("ec.cer"));
    let first_line = &text.as_bytes()[..64];
    vec![
        of_members("PEM", "pem", pem_bundle().into_bytes(), first_line, BASE64_LETTERS),
        of_members("PEM, any byte", "pem", pem_bundle().into_bytes(), first_line, &[]),
        of_members("PKCS#7", "p7b", container("bundle.p7b"), &container("issuing.cer")[8..], &[]),
        of_members("serialized store", "sst", store(), &container("ec.cer")[4..], &[]),
        of_members("Export-Clixml", "xml", clixml(), text.as_bytes(), BASE64_LETTERS),
        packed(),
    ]
}

/// The bundle whose damaged part is where these bytes stand.
fn of_members(
    kind: &'static str,
    ending: &'static str,
    bytes: Vec<u8>,
    member: &[u8],
    alphabet: &'static [u8],
) -> Bundle {
    let start = bytes.windows(member.len()).position(|window| window == member);
    let start = start.unwrap_or_else(|| panic!("{kind}: the member is there"));
    Bundle {
        kind,
        ending,
        bytes,
        damaged: start..start + member.len(),
        alphabet,
        neighbors: NEIGHBORS.to_vec(),
    }
}

/// A serialized store as [MS-OSHARED] describes it.
fn store() -> Vec<u8> {
    let element = |id: u32, content: &[u8]| {
        let length = u32::try_from(content.len()).unwrap();
        [&id.to_le_bytes()[..], &1_u32.to_le_bytes(), &length.to_le_bytes(), content].concat()
    };
    let members = MEMBERS.map(|name| element(32, &container(name))).concat();
    [&b"\0\0\0\0CERT"[..], &members, &[0; 12]].concat()
}

fn clixml() -> Vec<u8> {
    let object = |name: &str| {
        let data = BASE64.encode(&container(name));
        format!(
            "<Obj RefId=\"0\"><TN RefId=\"0\"><T>System.Security.Cryptography.X509Certificates.X509Certificate2</T></TN>\
             <Props><BA N=\"RawData\">{data}</BA></Props></Obj>\n"
        )
    };
    let objects = MEMBERS.map(object).concat();
    format!(
        "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">\n{objects}</Objs>"
    )
    .into_bytes()
}

/// A packed collection.
fn packed() -> Bundle {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut add = |name: &str, bytes: &[u8]| {
        archive.start_file(name, stored).unwrap();
        archive.write_all(bytes).unwrap();
    };
    add(lyncert_ingest::collection::FACTS_FILE, b"{}");
    for name in MEMBERS {
        add(&format!("certs/{name}"), &container(name));
    }
    let bytes = archive.finish().unwrap().into_inner();
    of_members("packed collection", "zip", bytes, &container("ec.cer"), &[])
}

/// Exports of topologies, each kind with its samples.
pub(crate) fn exports() -> Vec<(&'static str, Vec<Vec<u8>>)> {
    let (tbxml, published) =
        (read("../../samples/contoso/topology.tbxml"), read("../../samples/fabrikam/topology.xml"));
    let zipped = |bytes: &[u8], method| {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("topology.xml", SimpleFileOptions::default().compression_method(method)).unwrap();
        archive.write_all(bytes).unwrap();
        archive.finish().unwrap().into_inner()
    };
    let methods = [zip::CompressionMethod::Stored, zip::CompressionMethod::Deflated];
    vec![
        ("tbxml", vec![tbxml.clone()]),
        ("published", vec![published]),
        ("archives", methods.map(|method| zipped(&tbxml, method)).to_vec()),
    ]
}
