//! DER: a certificate, or one of the other structures found with certificates.

use lyncert_rules::certificate::{Oddity, OddityKind};
use x509_parser::asn1_rs::Tag;

use super::asn1::{Element, parse_children};
use super::item::{Item, Secrets};
use super::{key, pkcs7};
use crate::x509;

/// What DER bytes hold; `None` when they are no ASN.1 sequence at all.
pub(super) fn read_der(secrets: Secrets<'_>, bytes: &[u8]) -> Option<Vec<Item>> {
    read_as(secrets, bytes, false)
}

/// The same where something may follow the certificate.
pub(super) fn read_der_with_trailer(secrets: Secrets<'_>, bytes: &[u8]) -> Option<Vec<Item>> {
    read_as(secrets, bytes, true)
}

fn read_as(secrets: Secrets<'_>, bytes: &[u8], with_trailer: bool) -> Option<Vec<Item>> {
    if bytes.first() != Some(&0x30) {
        return None;
    }
    if let Some(missing) = missing_bytes(bytes) {
        let reason = format!("is cut off: {missing} of its bytes are missing");
        return Some(vec![Item::not_read(reason)]);
    }
    let (sequence, rest) = Element::first(bytes)?;
    if !is_certificate(&sequence)
        && let Some(others) = other_kind(secrets, &sequence)
    {
        return Some(others);
    }
    match x509::certificate(sequence.raw) {
        Ok(mut certificate) => {
            if !rest.is_empty() && !with_trailer {
                let oddity = format!("{} bytes follow the certificate and were ignored", rest.len());
                certificate.facts.oddities.push(Oddity::new(OddityKind::TrailingBytes, oddity));
            }
            Some(vec![Item::certificate(certificate)])
        }
        Err(reason) => Some(vec![Item::not_read(format!("is no certificate that can be parsed: {reason}"))]),
    }
}

/// Whether it starts as a certificate with a version does, which is most of what there is to read.
fn is_certificate(sequence: &Element<'_>) -> bool {
    let inner = Element::first(sequence.data()).filter(|(inner, _)| inner.is(Tag::Sequence));
    inner.and_then(|(inner, _)| Element::first(inner.data())).is_some_and(|(version, _)| version.is_field(0))
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

/// Structures other than a certificate, recognized by their first elements.
fn other_kind(secrets: Secrets<'_>, sequence: &Element<'_>) -> Option<Vec<Item>> {
    let fields = sequence.children();
    let [first, second, ..] = fields.as_slice() else { return None };
    if first.is(Tag::Oid) && first.data() == pkcs7::SIGNED_DATA {
        return Some(pkcs7::read_bundle(sequence));
    }
    if first.integer() == Some(3) && second.is(Tag::Sequence) {
        return Some(read_archive(secrets, sequence.raw));
    }
    if let Some(key) = key::read_key(sequence) {
        return Some(vec![Item::Key(key)]);
    }
    if !first.is(Tag::Sequence) {
        return None;
    }
    // A request starts with version 0 and a subject, a revocation list with version 1 or an algorithm.
    let inner = parse_children(first.data());
    if inner.first().and_then(Element::integer) == Some(0)
        && inner.get(3).is_none_or(|attributes| attributes.is_field(0))
    {
        return Some(vec![match x509::request(sequence.raw) {
            Ok(request) => Item::Request(Box::new(request)),
            Err(reason) => Item::not_read(format!("is a damaged certificate request: {reason}")),
        }]);
    }
    is_revocation_list(&inner).then(|| {
        vec![match x509::revocation_list(sequence.raw) {
            Ok(list) => Item::List(Box::new(list)),
            Err(reason) => Item::not_read(format!("is a damaged revocation list: {reason}")),
        }]
    })
}

#[cfg(feature = "pfx")]
fn read_archive(secrets: Secrets<'_>, bytes: &[u8]) -> Vec<Item> {
    super::pkcs12::read_archive(bytes, secrets.passwords)
}

#[cfg(not(feature = "pfx"))]
fn read_archive(_secrets: Secrets<'_>, _bytes: &[u8]) -> Vec<Item> {
    vec![Item::not_read("is a PKCS#12 file, which this build does not read")]
}

/// A revocation list has an algorithm, an issuer and a time, in front of them perhaps a version; a certificate has its serial
/// number in that place, and both times in one sequence.
fn is_revocation_list(fields: &[Element<'_>]) -> bool {
    let fields = match fields {
        [version, rest @ ..] if version.integer() == Some(1) => rest,
        all => all,
    };
    let is_time = |time: &Element<'_>| time.is(Tag::UtcTime) || time.is(Tag::GeneralizedTime);
    matches!(fields, [algorithm, issuer, time, ..]
        if algorithm.is(Tag::Sequence) && issuer.is(Tag::Sequence) && is_time(time))
}
