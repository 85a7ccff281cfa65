//! What the bytes of one file hold, by content alone.

use lyncert_ingest::assigned::{ClixmlCertificate, read_clixml_certificates};
use lyncert_ingest::collection::read_part;
use lyncert_ingest::decode::{Decoded, decode};

use super::binary::binary_kind;
use super::hex::{Shown, read_hex};
use super::item::{Item, Secrets};
use super::key::Key;
use super::{der, pem, store, text};

/// Everything that a file holds; never empty.
pub(super) fn read_content(secrets: Secrets<'_>, bytes: &[u8]) -> Vec<Item> {
    if bytes.is_empty() {
        return vec![Item::not_read("is empty")];
    }
    if bytes.first() == Some(&0x30)
        && !is_like_text(bytes)
        && !is_old_event_log(bytes)
        && let Some(items) = der::read_der(secrets, bytes)
    {
        return items;
    }
    if store::is_store(bytes) {
        return store::read_store(bytes);
    }
    if let Some(items) = store::read_single_certificate(bytes) {
        return items;
    }
    if let Some(item) = binary_kind(bytes) {
        return vec![item];
    }
    let Decoded { text, note, .. } = decode(bytes);
    let mut items = read_text(secrets, bytes, &text);
    if let Some(note) = note
        && items.iter().any(has_words)
    {
        items.push(Item::harmless(format!("has words in it that may be wrong: {note}")));
    }
    items
}

/// Whether the first bytes are all letters and blanks: a text that starts with a zero is no ASN.1.
fn is_like_text(bytes: &[u8]) -> bool {
    /// A key of Ed25519, the shortest structure that lies in files, is longer, and has other bytes in it.
    const LOOKED_AT: usize = 32;
    let head = bytes.get(..LOOKED_AT.min(bytes.len())).unwrap_or_default();
    head.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace())
}

/// Logs of old Windows start with the length of their header, which is the number of a sequence.
fn is_old_event_log(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x30\0\0\0LfLe")
}

/// Whether words were read that depend on the encoding.
fn has_words(item: &Item) -> bool {
    match item {
        Item::Assigned(_) | Item::Collected(_) => true,
        Item::Certificate(found) => found.friendly_name.as_ref().is_some_and(|name| !name.is_ascii()),
        Item::Request(_) | Item::List(_) | Item::Key(_) | Item::NotRead(_) => false,
    }
}

fn read_text(secrets: Secrets<'_>, bytes: &[u8], text: &str) -> Vec<Item> {
    if text.starts_with("<Objs") || (text.starts_with("<?xml") && text.contains("<Objs")) {
        return read_clixml(secrets, bytes, text);
    }
    // Before anything is looked for in them: messages of servers stand in them as they came.
    if text.starts_with(['{', '['])
        && let Some(items) = read_collected(text)
    {
        return items;
    }
    let blocks = pem::parse_blocks(text);
    if !blocks.is_empty() {
        return blocks.into_iter().flat_map(|block| read_block(secrets, block)).collect();
    }
    if let Some(key) = text_key(text) {
        return vec![Item::Key(key)];
    }
    if let Some(shown) = read_hex(text) {
        return read_shown(secrets, shown);
    }
    if let Some(bytes) = pem::raw_base64(text) {
        return der::read_der(secrets, &bytes).unwrap_or_else(|| {
            vec![Item::not_read("is base64 text, but what it encodes is no certificate")]
        });
    }
    if let Some(items) = read_collected(text) {
        return items;
    }
    text::read_assigned(bytes, text).unwrap_or_else(|| vec![text::kind(text)])
}

/// Private keys in texts of other programs. Nothing of them is kept.
fn text_key(text: &str) -> Option<Key> {
    if text.starts_with("PuTTY-User-Key-File-") {
        let clear = text.lines().any(|line| line.trim_end() == "Encryption: none");
        return Some(Key { kind: "PuTTY", ..Key::of_block(Some(!clear)) });
    }
    let has_private_part = text.starts_with("<RSAKeyValue") && text.contains("<D>");
    has_private_part.then(|| Key { kind: "XML", ..Key::of_block(Some(false)) })
}

/// What a text of hexadecimal digits shows.
fn read_shown(secrets: Secrets<'_>, shown: Shown) -> Vec<Item> {
    match shown {
        Shown::Whole(bytes) => der::read_der(secrets, &bytes).unwrap_or_else(|| {
            vec![Item::not_read("shows a file in hexadecimal digits that is nothing known")]
        }),
        Shown::Part => vec![Item::not_read(
            "shows a part of a file in hexadecimal digits; export the certificate as DER or Base-64",
        )],
    }
}

/// What the collector wrote; `None` for other texts.
fn read_collected(text: &str) -> Option<Vec<Item>> {
    Some(vec![match read_part(text)? {
        Ok(part) => Item::Collected(part),
        Err(reason) => Item::not_read(reason),
    }])
}

/// Blocks of what stands beside keys and certificates and says nothing of them.
const HARMLESS_LABELS: [&str; 14] = [
    "PUBLIC KEY",
    "RSA PUBLIC KEY",
    "EC PUBLIC KEY",
    "DSA PUBLIC KEY",
    "SSH2 PUBLIC KEY",
    "DH PARAMETERS",
    "X9.42 DH PARAMETERS",
    "EC PARAMETERS",
    "DSA PARAMETERS",
    "PGP PUBLIC KEY BLOCK",
    "PGP SIGNATURE",
    "PGP MESSAGE",
    "PGP SIGNED MESSAGE",
    "OCSP RESPONSE",
];

fn read_block(secrets: Secrets<'_>, block: pem::Block) -> Vec<Item> {
    let pem::Block { label, line, data, encrypted, friendly_name } = block;
    if HARMLESS_LABELS.contains(&label.as_str()) {
        return vec![Item::harmless(format!(
            "has a block `{label}` at line {line}, which is no certificate"
        ))];
    }
    if encrypted {
        return vec![Item::Key(Key::of_block(Some(true)))];
    }
    let bytes = match data {
        Ok(bytes) => bytes,
        Err(_) if label.contains("PRIVATE KEY") => {
            return vec![Item::Key(Key::of_block(None))];
        }
        Err(reason) => {
            return vec![Item::part_not_read(format!(
                "has a block `{label}` at line {line} that cannot be decoded: {reason}"
            ))];
        }
    };
    // OpenSSL's trusted certificates carry settings behind the certificate.
    let items = if label.contains("TRUSTED") {
        der::read_der_with_trailer(secrets, &bytes)
    } else {
        der::read_der(secrets, &bytes)
    };
    if label.contains("PRIVATE KEY") {
        // Its content is never reported, only that it is a key.
        let key = items.into_iter().flatten().find(|item| matches!(item, Item::Key(_)));
        let unknown = || Item::Key(Key::of_block(is_encrypted_key(&label, &bytes)));
        return vec![key.unwrap_or_else(unknown)];
    }
    let items = items.unwrap_or_else(|| {
        vec![Item::part_not_read(format!("has a block `{label}` at line {line} that holds no certificate"))]
    });
    let place = format!("has a block `{label}` at line {line}");
    let named = |mut item: Item| {
        if let Item::Certificate(found) = &mut item {
            found.friendly_name = found.friendly_name.take().or_else(|| friendly_name.clone());
        }
        item.in_part(&place)
    };
    items.into_iter().map(named).collect()
}

/// Whether a key is encrypted that is in none of the forms that are taken apart; `None` where that is not known.
fn is_encrypted_key(label: &str, bytes: &[u8]) -> Option<bool> {
    /// How keys of OpenSSH start; the name of their cipher follows.
    const OPENSSH: &[u8] = b"openssh-key-v1\0";
    if let Some(rest) = bytes.strip_prefix(OPENSSH) {
        return Some(!rest.starts_with(b"\0\0\0\x04none"));
    }
    (!label.contains("OPENSSH")).then_some(false)
}

/// The certificates of an `Export-Clixml` file.
fn read_clixml(secrets: Secrets<'_>, bytes: &[u8], text: &str) -> Vec<Item> {
    let certificates = match read_clixml_certificates(text) {
        Ok(certificates) => certificates,
        Err(error) => return vec![Item::not_read(format!("is a damaged `Export-Clixml` file: {error}"))],
    };
    if certificates.is_empty() {
        let reason = "is the output of `Export-Clixml` without certificates (no RawData)";
        return text::read_assigned(bytes, text).unwrap_or_else(|| vec![Item::harmless(reason)]);
    }
    certificates.into_iter().flat_map(|certificate| read_clixml_certificate(secrets, &certificate)).collect()
}

fn read_clixml_certificate(secrets: Secrets<'_>, certificate: &ClixmlCertificate) -> Vec<Item> {
    let line = certificate.line;
    let bytes = match pem::decode_text(&certificate.base64) {
        Ok(bytes) => bytes,
        Err(reason) => {
            return vec![Item::part_not_read(format!(
                "has a property `RawData` at line {line} that cannot be decoded: {reason}"
            ))];
        }
    };
    let items = der::read_der(secrets, &bytes).unwrap_or_else(|| {
        vec![Item::part_not_read(format!(
            "has a property `RawData` at line {line} that holds no certificate"
        ))]
    });
    let named = |mut item: Item| {
        if let Item::Certificate(found) = &mut item {
            found.friendly_name.clone_from(&certificate.friendly_name);
            found.has_private_key |= certificate.has_private_key;
            found.provider.clone_from(&certificate.provider);
            found.exportable = certificate.exportable;
            found.store.clone_from(&certificate.store);
        }
        item
    };
    items.into_iter().map(named).collect()
}
