//! A bounded reader for ASN.1 structures other than certificates.

#[cfg(feature = "pfx")]
use std::borrow::Cow;

use x509_parser::asn1_rs::{Any, Class, FromBer, Tag};

#[cfg(feature = "pfx")]
use crate::x509;

/// An element and the bytes that encode it.
#[derive(Clone, Debug)]
pub(super) struct Element<'a> {
    any: Any<'a>,
    pub(super) raw: &'a [u8],
}

impl<'a> Element<'a> {
    /// The first element of `data`, and what follows it.
    pub(super) fn first(data: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (rest, any) = Any::from_ber(data).ok()?;
        let raw = data.get(..data.len().checked_sub(rest.len())?)?;
        Some((Self { any, raw }, rest))
    }

    /// Its content.
    pub(super) fn data(&self) -> &'a [u8] {
        self.any.data
    }

    /// Its elements up to the first that is damaged, without marks of an end.
    pub(super) fn children(&self) -> Vec<Self> {
        parse_children(self.any.data)
    }

    pub(super) fn is(&self, tag: Tag) -> bool {
        self.any.class() == Class::Universal && self.any.tag() == tag
    }

    /// Whether it is the context-specific field of this number.
    pub(super) fn is_field(&self, number: u32) -> bool {
        self.any.class() == Class::ContextSpecific && self.any.tag().0 == number
    }

    #[cfg(feature = "pfx")]
    pub(super) fn is_constructed(&self) -> bool {
        self.any.header.is_constructed()
    }

    /// The bytes of a string, whatever its tag, that may be written in pieces as BER allows.
    #[cfg(feature = "pfx")]
    pub(super) fn octets(&self) -> Option<Cow<'a, [u8]>> {
        fn collect(element: &Element<'_>, depth: usize, bytes: &mut Vec<u8>) -> Option<()> {
            if !element.any.header.is_constructed() {
                bytes.extend(element.data());
                return Some(());
            }
            let (pieces, rest) = parse_children_and_rest(element.data());
            if depth == 0 || !rest.is_empty() {
                return None;
            }
            pieces.iter().try_for_each(|piece| collect(piece, depth - 1, bytes))
        }
        if !self.any.header.is_constructed() {
            return Some(Cow::Borrowed(self.data()));
        }
        let mut bytes = Vec::new();
        collect(self, 4, &mut bytes)?;
        Some(Cow::Owned(bytes))
    }

    /// The object identifier that it is, in dots.
    #[cfg(feature = "pfx")]
    pub(super) fn dotted(&self) -> String {
        x509::dotted(self.data())
    }

    /// The value of a short integer that is not negative.
    pub(super) fn integer(&self) -> Option<u64> {
        let digits = self.data();
        let is_short = self.is(Tag::Integer) && !digits.is_empty() && digits.len() <= 8;
        let value = digits.iter().fold(0_u64, |value, digit| value << 8 | u64::from(*digit));
        (is_short && digits.first().is_some_and(|first| first & 0x80 == 0)).then_some(value)
    }
}

/// The elements of `data` up to the first that is damaged, at most some thousands. Where it matters that there are more, or that
/// bytes are left, [`parse_children_and_rest`] tells.
pub(super) fn parse_children(data: &[u8]) -> Vec<Element<'_>> {
    parse_children_and_rest(data).0
}

/// The same, with the bytes that were not taken apart.
pub(super) fn parse_children_and_rest(mut data: &[u8]) -> (Vec<Element<'_>>, &[u8]) {
    // A bundle holds thousands of certificates at most; more elements than these are an attack on time.
    const MAX_ELEMENTS: usize = 65_536;
    let mut elements = Vec::new();
    while elements.len() < MAX_ELEMENTS
        && let Some((element, rest)) = Element::first(data)
    {
        let is_end = element.is(Tag::EndOfContent);
        data = rest;
        if !is_end {
            elements.push(element);
        }
    }
    (elements, data)
}
