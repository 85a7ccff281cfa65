//! Elements of ASN.1 within extensions and names.

use x509_parser::asn1_rs::{Any, Class, FromBer, Oid, Tag};

/// The first element of `value`.
pub(super) fn any(value: &[u8]) -> Option<Any<'_>> {
    Any::from_ber(value).ok().map(|(_, any)| any)
}

/// All elements of `data`; `None` when one is damaged.
pub(super) fn elements(mut data: &[u8]) -> Option<Vec<Any<'_>>> {
    let mut elements = Vec::new();
    while !data.is_empty() {
        let (rest, element) = Any::from_ber(data).ok()?;
        elements.push(element);
        data = rest;
    }
    Some(elements)
}

/// The object identifier that an element is.
pub(super) fn oid_of(any: &Any<'_>) -> Option<String> {
    (any.class() == Class::Universal && any.tag() == Tag::Oid)
        .then(|| Oid::new(any.data.into()).to_id_string())
}
