//! PKCS#7 bundles (.p7b, .p7c, .spc): certificates and revocation lists without a signature that matters.
//!
//! In DER, or in BER with indefinite lengths, as some producers write them.

use x509_parser::asn1_rs::{Tag, oid};

use super::asn1::Element;
use super::item::Item;
use crate::x509;

pub(super) const SIGNED_DATA: &[u8] = &oid!(raw 1.2.840.113549.1.7.2);
const DATA: &[u8] = &oid!(raw 1.2.840.113549.1.7.1);
/// Trust lists and catalogs of Windows.
const TRUST_LIST: &[u8] = &oid!(raw 1.3.6.1.4.1.311.10.1);
/// What a time stamping service signs.
const TIME_STAMP: &[u8] = &oid!(raw 1.2.840.113549.1.9.16.1.4);

/// What messages of CMS other than signed ones hold.
pub(super) fn message_kind(id: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 8] = [
        (DATA, "plain data"),
        (&oid!(raw 1.2.840.113549.1.7.3), "encrypted for recipients"),
        (&oid!(raw 1.2.840.113549.1.7.4), "signed and encrypted for recipients"),
        (&oid!(raw 1.2.840.113549.1.7.5), "data with a digest"),
        (&oid!(raw 1.2.840.113549.1.7.6), "encrypted"),
        (&oid!(raw 1.2.840.113549.1.9.16.1.2), "authenticated data"),
        (&oid!(raw 1.2.840.113549.1.9.16.1.9), "compressed data"),
        (&oid!(raw 1.2.840.113549.1.9.16.1.23), "encrypted for recipients"),
    ];
    KINDS.iter().find(|(known, _)| *known == id).map(|(_, kind)| *kind)
}

/// What a content info with signed data holds; the signers' own certificates count like others.
pub(super) fn read_bundle(content_info: &Element<'_>) -> Vec<Item> {
    bundle_items(content_info).unwrap_or_else(|| vec![Item::not_read("is a damaged PKCS#7 bundle")])
}

fn bundle_items(content_info: &Element<'_>) -> Option<Vec<Item>> {
    let fields = content_info.children();
    let explicit = fields.iter().find(|field| field.is_field(0))?;
    let signed = explicit.children().into_iter().next().filter(|signed| signed.is(Tag::Sequence))?;
    let fields = signed.children();
    let content = fields.iter().find(|field| field.is(Tag::Sequence))?.children();
    let kind = content.first().map(Element::data);
    if kind == Some(TRUST_LIST) {
        let reason = "is a trust list or catalog of Windows, which holds no certificates of servers";
        return Some(vec![Item::harmless(reason)]);
    }
    let mut items = Vec::new();
    for set in fields.iter().filter(|field| field.is_field(0)) {
        read_members(
            set.data(),
            &mut items,
            Member { name: "member", is_one: is_certificate_start },
            |raw| x509::certificate(raw).map(Item::certificate),
        );
    }
    for set in fields.iter().filter(|field| field.is_field(1)) {
        read_members(set.data(), &mut items, Member { name: "revocation list", is_one: |_| false }, |raw| {
            x509::revocation_list(raw).map(|list| Item::List(Box::new(list)))
        });
    }
    if items.is_empty() {
        let signers = fields.last().filter(|set| set.is(Tag::Set)).map(Element::children);
        let reason = match kind {
            Some(TIME_STAMP) => "is a time stamp without any certificate",
            Some(DATA) if signers.is_none_or(|signers| signers.is_empty()) => {
                "is a PKCS#7 bundle without any certificate"
            }
            _ => "is a signed message (PKCS#7) without any certificate",
        };
        items.push(Item::not_read(reason));
    }
    Some(items)
}

/// What members of a set are called, and whether bytes start as one of them does.
#[derive(Clone, Copy)]
struct Member {
    name: &'static str,
    is_one: fn(&[u8]) -> bool,
}

/// Reads the members of a set. One whose length is damaged hides where the next one starts: that is looked for.
fn read_members(
    mut data: &[u8],
    items: &mut Vec<Item>,
    member: Member,
    read: impl Fn(&[u8]) -> Result<Item, String>,
) {
    /// More damage than this is told by its count.
    const MAX_TOLD: usize = 20;
    /// More damage than this is not looked behind.
    const MAX_DAMAGE: usize = 10_000;
    let name = member.name;
    let mut unread = 0_usize;
    while !data.is_empty() && unread < MAX_DAMAGE {
        let (reason, damaged, rest) = match Element::first(data) {
            Some((end, rest)) if end.is(Tag::EndOfContent) => {
                data = rest;
                continue;
            }
            Some((element, rest)) => match read(element.raw) {
                Ok(item) => {
                    items.push(item);
                    data = rest;
                    continue;
                }
                Err(reason) => (reason, element.raw, rest),
            },
            None => ("its length is damaged".to_owned(), data, &[][..]),
        };
        unread += 1;
        if unread <= MAX_TOLD {
            let reason = format!("is a PKCS#7 bundle with a {name} that cannot be parsed: {reason}");
            items.push(Item::not_read(reason));
        }
        let hidden = (1..damaged.len()).find(|start| damaged.get(*start..).is_some_and(member.is_one));
        data = hidden.and_then(|start| data.get(start..)).unwrap_or(rest);
    }
    if unread > MAX_TOLD {
        let more = unread - MAX_TOLD;
        let reason = format!("is a PKCS#7 bundle with {more} more of its {name}s that cannot be parsed");
        items.push(Item::not_read(reason));
    }
    if !data.is_empty() {
        let left = data.len();
        items.push(Item::not_read(format!(
            "is a PKCS#7 bundle with so much damage that {left} bytes were left"
        )));
    }
}

/// Whether bytes start as a certificate with a version does: two sequences, then the version.
fn is_certificate_start(bytes: &[u8]) -> bool {
    let inside = |bytes: &[u8]| -> Option<usize> {
        match bytes {
            [0x30, 0x81, ..] => Some(3),
            [0x30, 0x82, ..] => Some(4),
            [0x30, 0x83, ..] => Some(5),
            [0x30, 0..=0x7F, ..] => Some(2),
            _ => None,
        }
    };
    let version = inside(bytes).and_then(|start| {
        let signed = bytes.get(start..)?;
        signed.get(inside(signed)?..)
    });
    version.is_some_and(|version| version.starts_with(&[0xA0, 0x03, 0x02, 0x01]))
}
