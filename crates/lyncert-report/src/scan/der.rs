//! DER: a certificate, or one of the other structures that lie beside certificates.

use x509_parser::asn1_rs::{Any, Class, FromBer, Tag};

use super::content::Item;
use crate::x509;

const PKCS7_SIGNED_DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];

/// What DER bytes hold; `None` when they are no ASN.1 sequence at all.
pub(super) fn read(bytes: &[u8]) -> Option<Vec<Item>> {
    read_as(bytes, false)
}

/// The same where something may follow the certificate.
pub(super) fn read_with_trailer(bytes: &[u8]) -> Option<Vec<Item>> {
    read_as(bytes, true)
}

fn read_as(bytes: &[u8], with_trailer: bool) -> Option<Vec<Item>> {
    if bytes.first() != Some(&0x30) {
        return None;
    }
    if let Some(missing) = missing_bytes(bytes) {
        let reason = format!("is cut off: {missing} of its bytes are missing");
        return Some(vec![Item::NotRead(reason)]);
    }
    let (rest, sequence) = Any::from_ber(bytes).ok()?;
    if let Some(other) = other_kind(&sequence) {
        return Some(vec![other]);
    }
    match x509::certificate(bytes.get(..bytes.len() - rest.len()).unwrap_or(bytes)) {
        Ok(mut certificate) => {
            if !rest.is_empty() && !with_trailer {
                certificate
                    .oddities
                    .push(format!("{} bytes follow the certificate and were ignored", rest.len()));
            }
            Some(vec![Item::Certificate(Box::new(certificate))])
        }
        Err(reason) => Some(vec![Item::NotRead(format!("is no certificate that can be parsed: {reason}"))]),
    }
}

/// How many bytes a definite length promises beyond those that are there.
fn missing_bytes(bytes: &[u8]) -> Option<usize> {
    let first = *bytes.get(1)?;
    let (header, length) = match first {
        0..=0x7F => (2, usize::from(first)),
        0x81..=0x84 => {
            let count = usize::from(first & 0x7F);
            let digits = bytes.get(2..2 + count)?;
            (2 + count, digits.iter().fold(0usize, |length, digit| length << 8 | usize::from(*digit)))
        }
        _ => return None,
    };
    let promised = header.checked_add(length)?;
    // A length beyond any file is no length but other data.
    (promised > bytes.len() && promised < 0x0100_0000).then(|| promised - bytes.len())
}

/// Structures other than a certificate, told by their first elements.
fn other_kind(sequence: &Any<'_>) -> Option<Item> {
    let mut elements = Vec::new();
    let mut data = sequence.data;
    while elements.len() < 3 && !data.is_empty() {
        let Ok((rest, element)) = Any::from_ber(data) else { break };
        elements.push(element);
        data = rest;
    }
    let universal = |index: usize, tag: Tag| {
        elements
            .get(index)
            .is_some_and(|element: &Any<'_>| element.class() == Class::Universal && element.tag() == tag)
    };
    let first = elements.first()?;
    if universal(0, Tag::Oid) && first.data == PKCS7_SIGNED_DATA {
        return not_read(
            "is a PKCS#7 bundle (.p7b), which this version does not read; export the certificates as DER or Base-64",
        );
    }
    if universal(0, Tag::Integer) {
        return match first.data {
            [3] if universal(1, Tag::Sequence) => not_read(
                "is a PKCS#12 file (.pfx), which this version does not read; export its certificate without the private key",
            ),
            [0] if universal(1, Tag::Sequence) || universal(1, Tag::Integer) => {
                Some(Item::Key { encrypted: Some(false) })
            }
            [1] if universal(1, Tag::OctetString) => Some(Item::Key { encrypted: Some(false) }),
            _ => None,
        };
    }
    if universal(0, Tag::Sequence) {
        let inner = first_element(first.data);
        if universal(1, Tag::OctetString) && inner.is_some_and(|inner| inner.tag() == Tag::Oid) {
            return Some(Item::Key { encrypted: Some(true) });
        }
        // A request starts with version 0 and a subject, a revocation list with version 1 or an algorithm.
        return match first_element(first.data) {
            Some(version) if version.class() == Class::Universal && version.tag() == Tag::Integer => {
                match version.data {
                    [0] => not_read("is a certificate request (PKCS#10), which this version does not read"),
                    [1] if is_revocation_list(first.data) => {
                        not_read("is a revocation list (CRL), which this version does not read")
                    }
                    _ => None,
                }
            }
            Some(_) | None => None,
        };
    }
    None
}

fn first_element(data: &[u8]) -> Option<Any<'_>> {
    Any::from_ber(data).ok().map(|(_, element)| element)
}

/// A revocation list has an algorithm after its version; a certificate without explicit version has its serial number first
/// and an algorithm too, so the time after the issuer decides.
fn is_revocation_list(data: &[u8]) -> bool {
    let mut rest = data;
    let mut tags = Vec::new();
    while tags.len() < 4 {
        let Ok((next, element)) = Any::from_ber(rest) else { return false };
        tags.push(element.tag());
        rest = next;
    }
    matches!(
        tags.as_slice(),
        [Tag::Integer, Tag::Sequence, Tag::Sequence, Tag::UtcTime | Tag::GeneralizedTime]
    )
}

fn not_read(reason: &str) -> Option<Item> {
    Some(Item::NotRead(reason.to_owned()))
}
