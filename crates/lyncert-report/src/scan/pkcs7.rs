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
    for member in fields.iter().filter(|field| field.is_field(0)).flat_map(Element::children) {
        items.push(match x509::certificate(member.raw) {
            Ok(certificate) => Item::certificate(certificate),
            Err(reason) => {
                Item::not_read(format!("is a PKCS#7 bundle with a member that cannot be parsed: {reason}"))
            }
        });
    }
    for member in fields.iter().filter(|field| field.is_field(1)).flat_map(Element::children) {
        items.push(match x509::revocation_list(member.raw) {
            Ok(list) => Item::List(Box::new(list)),
            Err(reason) => Item::not_read(format!(
                "is a PKCS#7 bundle with a revocation list that cannot be parsed: {reason}"
            )),
        });
    }
    if items.is_empty() {
        let reason = match kind {
            Some(DATA) => "is a PKCS#7 bundle without any certificate",
            _ => "is a PKCS#7 message without any certificate",
        };
        items.push(Item::not_read(reason));
    }
    Some(items)
}
