//! Files that are recognized by their first bytes and not read: what they are, and what to do about them.

use std::io::Cursor;

use super::item::Item;
use super::key::Key;
use crate::evidence::looks_like_evidence;
use crate::render::xlsx::is_as_written;

/// What is known of a kind of file.
#[derive(Clone, Copy)]
enum Means {
    /// It holds nothing that would be judged.
    Harmless,
    /// A certificate may be in it.
    MayHoldCertificates,
}

use Means::{Harmless, MayHoldCertificates};

/// The first bytes of files, what stands in them further on, and what they are.
const KINDS: [(usize, &[u8], Means, &str); 60] = [
    (0, b"MZ", Harmless, "is a Windows program"),
    (0, b"\x7FELF", Harmless, "is a program"),
    (0, b"\xCA\xFE\xBA\xBE", Harmless, "is a program"),
    (0, b"!<arch>\n", Harmless, "is a program library"),
    (0, b"\x89PNG", Harmless, "is a picture"),
    (0, b"\xFF\xD8\xFF", Harmless, "is a picture"),
    (0, b"GIF8", Harmless, "is a picture"),
    (0, b"II*\0", Harmless, "is a picture"),
    (0, b"MM\0*", Harmless, "is a picture"),
    (0, b"\0\0\x01\0", Harmless, "is a picture"),
    (8, b"WEBP", Harmless, "is a picture"),
    (40, b" EMF", Harmless, "is a picture"),
    (4, b"ftyp", Harmless, "is a picture or a film"),
    (0, b"OggS", Harmless, "is a sound or a film"),
    (8, b"WAVE", Harmless, "is a sound"),
    (0, b"\0\x01\0\0\0", Harmless, "is a font"),
    (0, b"%PDF", Harmless, "is a PDF document"),
    (0, b"%!PS", Harmless, "is a PostScript document"),
    (0, b"{\\rtf", Harmless, "is a document (RTF)"),
    (0, b"ITSF", Harmless, "is a help file of Windows"),
    (0, b"L\0\0\0\x01\x14\x02\0", Harmless, "is a shortcut of Windows"),
    (0, b"ElfFile\0", Harmless, "is an event log of Windows"),
    (4, b"LfLe", Harmless, "is an event log of Windows"),
    (0, b"\xD4\xC3\xB2\xA1", Harmless, "is a network capture"),
    (0, b"\xA1\xB2\xC3\xD4", Harmless, "is a network capture"),
    (0, b"\n\r\r\n", Harmless, "is a network capture"),
    (0, b"GMBU", Harmless, "is a network capture"),
    (0, b"MDMP", Harmless, "is a memory dump of Windows"),
    (0, b"PAGEDU", Harmless, "is a memory dump of Windows"),
    (0, b"MSCF", Harmless, "is a cabinet file of Windows, such as its trust list"),
    (0, b"\x06\x02\0\0", Harmless, "is a public key of Windows (a blob) without a certificate"),
    (0, b"RSA1", Harmless, "is a public key of Windows (a blob) without a certificate"),
    (
        0,
        b"regf",
        MayHoldCertificates,
        "is a registry hive of Windows; export the certificates as DER or Base-64",
    ),
    (4, b"\xEF\xCD\xAB\x89", Harmless, "is a database of Windows"),
    (
        0,
        b"SQLite format 3\0",
        MayHoldCertificates,
        "is an SQLite database, such as the certificates of a browser; export the certificates as DER or Base-64",
    ),
    (
        0,
        b"\0\x06\x15\x61",
        MayHoldCertificates,
        "is a certificate database of a browser; export the certificates as DER or Base-64",
    ),
    (0, b"7z\xBC\xAF\x27\x1C", MayHoldCertificates, "is a 7-Zip archive; unpack it into the folder"),
    (0, b"Rar!\x1A\x07", MayHoldCertificates, "is a RAR archive; unpack it into the folder"),
    (0, b"\x1F\x8B", MayHoldCertificates, "is a gzip archive; unpack it into the folder"),
    (0, b"\xFD7zXZ\0", MayHoldCertificates, "is an xz archive; unpack it into the folder"),
    (0, b"BZh", MayHoldCertificates, "is a bzip2 archive; unpack it into the folder"),
    (0, b"\x28\xB5\x2F\xFD", MayHoldCertificates, "is a Zstandard archive; unpack it into the folder"),
    (257, b"ustar", MayHoldCertificates, "is a tar archive; unpack it into the folder"),
    (
        0,
        b"MSWIM\0\0\0",
        MayHoldCertificates,
        "is an image of a Windows disk; copy the certificates out of it",
    ),
    (0, b"vhdxfile", MayHoldCertificates, "is an image of a disk; copy the certificates out of it"),
    (0, b"conectix", MayHoldCertificates, "is an image of a disk; copy the certificates out of it"),
    (0x8001, b"CD001", MayHoldCertificates, "is an image of a disk; copy the certificates out of it"),
    (
        0,
        b"\xFE\xED\xFE\xED",
        MayHoldCertificates,
        "is a Java key store, which is not read; export the certificates as DER or Base-64",
    ),
    (
        0,
        b"\xCE\xCE\xCE\xCE",
        MayHoldCertificates,
        "is a Java key store (JCEKS), which is not read; export the certificates as DER or Base-64",
    ),
    (0, b"\0\0\0\x01\0\0\0\x14", MayHoldCertificates, BOUNCY_CASTLE),
    (0, b"\0\0\0\x02\0\0\0\x14", MayHoldCertificates, BOUNCY_CASTLE),
    (0, b"\x99\x01", Harmless, "is a key of PGP"),
    (0, b"\x85\x01\x0C\x03", Harmless, "is a message of PGP"),
    (0, b"\x85\x02\x0C\x03", Harmless, "is a message of PGP"),
    (0, b"\0\0\0\x0CjP  ", Harmless, "is a picture"),
    (0, b"wOFF", Harmless, "is a font"),
    (0, b"wOF2", Harmless, "is a font"),
    (0, b"OTTO", Harmless, "is a font"),
    (0, b"LZIP", MayHoldCertificates, "is an lzip archive; unpack it into the folder"),
    (0, b"\x04\x22\x4D\x18", MayHoldCertificates, "is an LZ4 archive; unpack it into the folder"),
];

const BOUNCY_CASTLE: &str =
    "is a key store of Bouncy Castle (BKS), which is not read; export the certificates as DER or Base-64";

/// What a file is that is known by its first bytes.
pub(super) fn binary_kind(bytes: &[u8]) -> Option<Item> {
    if let Some(key) = private_key(bytes) {
        return Some(Item::Key(key));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Some(zip_kind(bytes));
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Some(compound_kind(bytes));
    }
    if is_bitmap(bytes) {
        return Some(Item::harmless("is a picture"));
    }
    // A mark further on counts in binary files only: in texts anything can stand anywhere.
    let is_control = |byte: &u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
    let is_at = |at: usize, mark: &[u8]| {
        let is_binary = |front: &[u8]| at == 0 || front.iter().any(is_control);
        bytes.get(at..).is_some_and(|rest| rest.starts_with(mark)) && bytes.get(..at).is_some_and(is_binary)
    };
    let (_, _, means, reason) = KINDS.iter().find(|(at, mark, _, _)| is_at(*at, mark))?;
    Some(match means {
        Harmless => Item::harmless(*reason),
        MayHoldCertificates => Item::not_read(*reason),
    })
}

/// Two letters are too little to know a picture by: the length of its header stands there too.
fn is_bitmap(bytes: &[u8]) -> bool {
    bytes.starts_with(b"BM") && bytes.get(6..10) == Some(&[0; 4])
}

/// Private keys in forms of Windows that are no ASN.1. Nothing of them is kept.
fn private_key(bytes: &[u8]) -> Option<Key> {
    let is_at = |at: usize, mark: &[u8]| bytes.get(at..).is_some_and(|rest| rest.starts_with(mark));
    if is_at(0, b"\x1E\xF1\xB5\xB0") {
        // The fourth number says how it is encrypted.
        let encryption = bytes.get(12..16).map(|kind| kind != [0; 4]);
        return Some(Key { kind: "PVK", ..Key::of_block(encryption) });
    }
    let is_blob = is_at(0, b"\x07\x02\0\0") && is_at(8, b"RSA2");
    let is_modern = [&b"RSA2"[..], b"RSA3"].iter().any(|mark| is_at(0, mark)) && is_at(6, b"\0\0");
    (is_blob || is_modern).then(|| Key { kind: "key blob of Windows", ..Key::of_block(Some(false)) })
}

/// What packs its parts as ZIP does.
fn zip_kind(bytes: &[u8]) -> Item {
    if looks_like_evidence(bytes) || is_as_written(Cursor::new(bytes)) {
        return Item::harmless("is a file that lyncert wrote");
    }
    // The name of the first entry stands behind 30 bytes; that of documents is fixed.
    let first = bytes.get(30..).unwrap_or_default();
    if first.starts_with(b"[Content_Types].xml")
        || first.starts_with(b"_rels/")
        || first.starts_with(b"mimetype")
    {
        return Item::harmless("is an Office document");
    }
    if first.starts_with(b"META-INF/") {
        return Item::harmless("is a program (Java)");
    }
    Item::not_read("is a ZIP archive; unpack it into the folder")
}

/// What lies in the compound files of older programs, by the names in their directory.
fn compound_kind(bytes: &[u8]) -> Item {
    let has = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(name.len()).any(|part| part == name)
    };
    if has("__substg1.0_") {
        return Item::not_read("is a mail message of Outlook; save its attachments into the folder");
    }
    if ["WordDocument", "Workbook", "PowerPoint Document", "VisioDocument"].into_iter().any(has) {
        return Item::harmless("is an Office document");
    }
    Item::not_read("is an Office document or mail message; save its attachments into the folder")
}
