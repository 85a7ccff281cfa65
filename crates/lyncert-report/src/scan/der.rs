//! DER: a certificate, or one of the other structures found with certificates.

use lyncert_rules::certificate::{Oddity, OddityKind};
use x509_parser::asn1_rs::{Tag, oid};

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
    let (sequence, mut rest) = Element::first(bytes)?;
    let mut items = read_structure(secrets, &sequence);
    // Several files that were copied into one.
    while !with_trailer && rest.first() == Some(&0x30) {
        let position = bytes.len() - rest.len();
        let Some((next, behind)) = Element::first(rest).filter(|_| missing_bytes(rest).is_none()) else {
            if starts_like_certificate(rest) {
                items.push(Item::part_not_read(format!(
                    "holds a second certificate at byte {position} that is damaged or cut off"
                )));
                rest = &[];
            }
            break;
        };
        let read = read_structure(secrets, &next);
        if read.iter().all(|item| matches!(item, Item::NotRead(_))) && !is_certificate(&next) {
            break;
        }
        let place = format!("holds something at byte {position}");
        items.extend(read.into_iter().map(|item| item.in_part(&place)));
        rest = behind;
    }
    if !rest.is_empty()
        && !with_trailer
        && let Some(Item::Certificate(found)) = items.last_mut()
    {
        let oddity = format!("{} bytes follow the certificate and were ignored", rest.len());
        found.parsed.facts.oddities.push(Oddity::new(OddityKind::TrailingBytes, oddity));
    } else if rest.iter().any(|byte| !byte.is_ascii_whitespace() && *byte != 0)
        && !with_trailer
        && !items.iter().all(|item| matches!(item, Item::NotRead(_)))
    {
        items.push(Item::part_not_read(format!(
            "holds {} bytes behind what was read that are nothing known",
            rest.len()
        )));
    }
    Some(items)
}

/// Whether bytes are sequences of ASN.1 and nothing else.
pub(super) fn is_whole(mut bytes: &[u8]) -> bool {
    while bytes.first() == Some(&0x30)
        && missing_bytes(bytes).is_none()
        && let Some((_, rest)) = Element::first(bytes)
    {
        if rest.is_empty() {
            return true;
        }
        bytes = rest;
    }
    false
}

/// What one structure is; never empty.
fn read_structure(secrets: Secrets<'_>, sequence: &Element<'_>) -> Vec<Item> {
    if !is_certificate(sequence)
        && let Some(others) = other_kind(secrets, sequence)
    {
        return others;
    }
    match x509::certificate(sequence.raw) {
        Ok(certificate) => vec![Item::certificate(certificate)],
        Err(_) if !has_form_of_certificate(sequence) => vec![Item::not_read(
            "is no certificate that can be parsed: it is ASN.1 of another kind, or damaged",
        )],
        Err(reason) => vec![Item::not_read(format!("is no certificate that can be parsed: {reason}"))],
    }
}

/// Whether the bytes are the start of a certificate, even one that is cut off.
fn starts_like_certificate(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(32)).unwrap_or_default();
    head.windows(5).any(|part| part == [0xA0, 0x03, 0x02, 0x01, 0x02])
}

/// Whether it is made of what is signed, an algorithm and a signature.
fn has_form_of_certificate(sequence: &Element<'_>) -> bool {
    let fields = sequence.children();
    matches!(fields.as_slice(), [signed, algorithm, signature]
        if signed.is(Tag::Sequence) && algorithm.is(Tag::Sequence) && signature.is(Tag::BitString))
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
    let [first, second, ..] = fields.as_slice() else { return named_kind(&fields).map(|item| vec![item]) };
    if first.is(Tag::Oid) && first.data() == pkcs7::SIGNED_DATA {
        return Some(pkcs7::read_bundle(sequence));
    }
    if let Some(item) = named_kind(&fields) {
        return Some(vec![item]);
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

/// Structures that hold no certificate, and are known by what they start with.
fn named_kind(fields: &[Element<'_>]) -> Option<Item> {
    const OCSP_BASIC: &[u8] = &oid!(raw 1.3.6.1.5.5.7.48.1.1);
    let has_oid =
        |element: &Element<'_>| Element::first(element.data()).is_some_and(|(oid, _)| oid.is(Tag::Oid));
    let [first, rest @ ..] = fields else { return None };
    match rest {
        // Why an OCSP service gives no answer.
        [] if first.is(Tag::Enumerated) => Some(Item::harmless("is an OCSP answer, which is not read")),
        [] if is_ocsp_request(first) => Some(Item::harmless("is an OCSP request, which is not read")),
        [key] if first.is(Tag::Sequence) && has_oid(first) && key.is(Tag::BitString) => {
            Some(Item::harmless("is a public key without a certificate"))
        }
        [exponent] if first.is(Tag::Integer) && exponent.is(Tag::Integer) => {
            Some(Item::harmless("is a public key, or parameters of keys, without a certificate"))
        }
        [one, other] if [first, one, other].iter().all(|number| number.is(Tag::Integer)) => {
            Some(Item::harmless("holds parameters of keys and no certificate"))
        }
        [field, curve, point, order, ..]
            if first.integer() == Some(1)
                && has_oid(field)
                && curve.is(Tag::Sequence)
                && point.is(Tag::OctetString)
                && order.is(Tag::Integer) =>
        {
            Some(Item::harmless("holds parameters of keys and no certificate"))
        }
        [imprint, ..] if first.integer() == Some(1) && is_imprint(imprint) => {
            Some(Item::harmless("is a request for a time stamp, which is not read"))
        }
        [token] if first.is(Tag::Sequence) && is_status(first) && has_signed_data(token) => {
            Some(Item::harmless("is an answer of a time stamping service, which is not read"))
        }
        [content] if first.is(Tag::Oid) && content.is_field(0) => {
            Some(match pkcs7::message_kind(first.data()) {
                Some(kind) => Item::not_read(format!("is a CMS message ({kind}), which is not read")),
                None => Item::not_read("is a CMS message of a kind that is not known"),
            })
        }
        [answer] if first.is(Tag::Enumerated) && answer.is_field(0) => {
            let kind = answer.children().first().map(Element::children).unwrap_or_default();
            let is_basic = kind.first().is_some_and(|oid| oid.is(Tag::Oid) && oid.data() == OCSP_BASIC);
            is_basic.then(|| Item::harmless("is an OCSP answer, which is not read"))
        }
        _ => None,
    }
}

/// Whether it asks an OCSP service: a list of certificates, each named by two hashes and a serial number.
fn is_ocsp_request(asked: &Element<'_>) -> bool {
    let list = asked.children().into_iter().find(|field| field.is(Tag::Sequence));
    let first = list.and_then(|list| list.children().into_iter().next());
    let id = first.and_then(|one| one.children().into_iter().next()).map(|id| id.children());
    id.is_some_and(|id| {
        matches!(id.as_slice(), [hash, name, key, serial]
            if hash.is(Tag::Sequence)
                && name.is(Tag::OctetString)
                && key.is(Tag::OctetString)
                && serial.is(Tag::Integer))
    })
}

/// Whether it is the hash of what a time stamp is asked for.
fn is_imprint(imprint: &Element<'_>) -> bool {
    matches!(imprint.children().as_slice(), [algorithm, hash]
        if algorithm.is(Tag::Sequence) && hash.is(Tag::OctetString))
}

/// Whether it is the status in front of a time stamp.
fn is_status(status: &Element<'_>) -> bool {
    status.children().first().is_some_and(|number| number.integer().is_some())
}

fn has_signed_data(content: &Element<'_>) -> bool {
    let id = content.children().into_iter().next();
    id.is_some_and(|id| id.is(Tag::Oid) && id.data() == pkcs7::SIGNED_DATA)
}

#[cfg(feature = "pfx")]
fn read_archive(secrets: Secrets<'_>, bytes: &[u8]) -> Vec<Item> {
    super::pkcs12::read_archive(bytes, secrets)
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
