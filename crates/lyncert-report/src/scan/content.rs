//! What the bytes of one file hold, by content alone.

use lyncert_ingest::decode;
use lyncert_rules::Certificate;

use super::{der, pem};

/// One thing in a file.
#[derive(Debug)]
pub(super) enum Item {
    /// A certificate; its paths are filled in later.
    Certificate(Box<Certificate>),
    /// A private key, which is not decoded.
    Key {
        /// Whether it is encrypted, if that can be told.
        encrypted: Option<bool>,
    },
    /// Something that is not read, and why.
    NotRead(String),
}

/// Everything that a file holds; never empty.
pub(super) fn read(bytes: &[u8]) -> Vec<Item> {
    if bytes.is_empty() {
        return vec![Item::NotRead("is empty".to_owned())];
    }
    if bytes.first() == Some(&0x30)
        && let Some(items) = der::read(bytes)
    {
        return items;
    }
    if let Some(reason) = binary_kind(bytes) {
        return vec![Item::NotRead(reason.to_owned())];
    }
    let text = decode(bytes).text;
    let blocks = pem::blocks(&text);
    if !blocks.is_empty() {
        return blocks.into_iter().flat_map(block).collect();
    }
    if let Some(bytes) = pem::raw_base64(&text) {
        return der::read(&bytes).unwrap_or_else(|| {
            vec![Item::NotRead("is base64 text, but what it encodes is no certificate".to_owned())]
        });
    }
    vec![Item::NotRead(text_kind(&text))]
}

fn block(block: pem::Block) -> Vec<Item> {
    let pem::Block { label, line, data, encrypted, .. } = block;
    if label.contains("PRIVATE KEY") {
        return vec![Item::Key { encrypted: Some(encrypted || label.contains("ENCRYPTED")) }];
    }
    let bytes = match data {
        Ok(bytes) => bytes,
        Err(reason) => {
            return vec![Item::NotRead(format!(
                "has a block `{label}` at line {line} that cannot be decoded: {reason}"
            ))];
        }
    };
    // OpenSSL's trusted certificates carry settings behind the certificate.
    let items = if label.contains("TRUSTED") { der::read_with_trailer(&bytes) } else { der::read(&bytes) };
    let items = items.unwrap_or_else(|| {
        vec![Item::NotRead(format!("has a block `{label}` at line {line} that holds no certificate"))]
    });
    items.into_iter().map(|item| located(item, &label, line)).collect()
}

/// Adds the block to a reason that speaks of a whole file.
fn located(item: Item, label: &str, line: usize) -> Item {
    match item {
        Item::NotRead(reason) if !reason.starts_with("has a block") => {
            Item::NotRead(format!("has a block `{label}` at line {line} that {reason}"))
        }
        item => item,
    }
}

/// Files that are recognized by their first bytes and not read.
fn binary_kind(bytes: &[u8]) -> Option<&'static str> {
    let kinds: [(&[u8], &str); 8] = [
        (b"PK\x03\x04", "is a ZIP archive; unpack it into the folder"),
        (
            b"\0\0\0\0CERT",
            "is a serialized certificate store (.sst), which this version does not read; export the certificates as DER \
             or Base-64",
        ),
        (
            b"\xFE\xED\xFE\xED",
            "is a Java key store, which is not read; export the certificates as DER or Base-64",
        ),
        (
            b"\xCE\xCE\xCE\xCE",
            "is a Java key store (JCEKS), which is not read; export the certificates as DER or Base-64",
        ),
        (b"MZ", "is a Windows program"),
        (b"\x89PNG", "is a picture"),
        (b"%PDF", "is a PDF document"),
        (b"\xD0\xCF\x11\xE0", "is an Office document or mail message; save its attachments into the folder"),
    ];
    kinds.into_iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, reason)| reason)
}

/// What a text without certificates seems to be.
fn text_kind(text: &str) -> String {
    let start: String = text.chars().take(4096).collect();
    let has = |word: &str| start.contains(word);
    let kind = if text.starts_with('<') {
        if has("http://schemas.microsoft.com/powershell/2004/04") {
            "is the output of `Export-Clixml`, which this version does not read; export the certificates as DER or Base-64"
        } else if has("Deploy.Topology.2008") || has("Deploy.TopologyBuilder.2008") {
            "is a topology export; give it as the topology, not as a certificate"
        } else if has("<CsMgmtLog") {
            "is the log of a cmdlet (`-Report`), which this version does not read"
        } else if has("<html") || has("<HTML") {
            "is a web page"
        } else {
            "is an XML document without certificates"
        }
    } else if start.contains("================ Certificate") || has("X509 Certificate:") {
        "is a text dump of certutil, not a certificate; export the certificates as DER or Base-64"
    } else if text.trim().is_empty() {
        "holds nothing but white space"
    } else if start.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        "is a binary file of an unknown kind"
    } else {
        "is a text without a certificate"
    };
    kind.to_owned()
}
