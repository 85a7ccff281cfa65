//! Distinguished names and their string types.

use std::borrow::Cow;

use data_encoding::HEXLOWER;
use x509_parser::asn1_rs::{Any, Class, Tag, oid};
use x509_parser::x509::{RelativeDistinguishedName, X509Name};

use super::elements::{any, dotted, elements};

const COMMON_NAME: &[u8] = &oid!(raw 2.5.4.3);

/// Short names as Windows prints them, by object identifiers as they are encoded.
const SHORT_NAMES: &[(&[u8], &str)] = &[
    (COMMON_NAME, "CN"),
    (&oid!(raw 2.5.4.4), "SN"),
    (&oid!(raw 2.5.4.5), "SERIALNUMBER"),
    (&oid!(raw 2.5.4.6), "C"),
    (&oid!(raw 2.5.4.7), "L"),
    (&oid!(raw 2.5.4.8), "S"),
    (&oid!(raw 2.5.4.9), "STREET"),
    (&oid!(raw 2.5.4.10), "O"),
    (&oid!(raw 2.5.4.11), "OU"),
    (&oid!(raw 2.5.4.12), "T"),
    (&oid!(raw 2.5.4.42), "G"),
    (&oid!(raw 0.9.2342.19200300.100.1.25), "DC"),
    (&oid!(raw 1.2.840.113549.1.9.1), "E"),
];

/// The name as Windows prints it: the most specific part first.
pub(super) fn display(name: &X509Name<'_>) -> String {
    let relatives: Vec<&RelativeDistinguishedName<'_>> = name.iter_rdn().collect();
    // What is shown is mostly shorter than what is encoded.
    let mut shown = String::with_capacity(name.as_raw().len());
    for (index, relative) in relatives.into_iter().rev().enumerate() {
        if index > 0 {
            shown.push_str(", ");
        }
        for (place, attribute) in relative.iter().enumerate() {
            if place > 0 {
                shown.push_str(" + ");
            }
            let oid = attribute.attr_type();
            match SHORT_NAMES.iter().find(|(known, _)| *known == oid.as_bytes()) {
                Some((_, short)) => shown.push_str(short),
                None => shown.push_str(&dotted(oid.as_bytes())),
            }
            shown.push('=');
            shown.push_str(&escape_value(&text(attribute.attr_value())));
        }
    }
    shown
}

/// Every common name, in the certificate's order.
pub(super) fn common_names(name: &X509Name<'_>) -> Vec<String> {
    let attributes =
        name.iter_attributes().filter(|attribute| attribute.attr_type().as_bytes() == COMMON_NAME);
    attributes.map(|attribute| text(attribute.attr_value()).into_owned()).collect()
}

/// The text of a string of any type. Teletex strings are read as Latin-1, which is what their writers mean.
pub(super) fn text<'a>(value: &Any<'a>) -> Cow<'a, str> {
    match value.tag() {
        Tag::BmpString => {
            let units =
                value.data.chunks_exact(2).filter_map(|pair| Some(u16::from_be_bytes(pair.try_into().ok()?)));
            char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        Tag::UniversalString => {
            let units =
                value.data.chunks_exact(4).filter_map(|unit| Some(u32::from_be_bytes(unit.try_into().ok()?)));
            units.map(|unit| char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        Tag::T61String => value.data.iter().copied().map(char::from).collect(),
        _ => String::from_utf8_lossy(value.data),
    }
}

/// Separates the parts of a name that is made to be compared.
const SEPARATOR: &str = "\u{0}";

/// The name in `der` in a form that is equal for names that are the same (RFC 5280 section 7.1): whatever the string types, case,
/// blanks and the order within a part. `None` for what is no name.
pub(super) fn comparable(der: &[u8]) -> Option<String> {
    Some(relative_names(any(der)?.data)?.join(SEPARATOR))
}

/// The parts of such a name, the most general first. `name` is the content of its sequence.
pub(super) fn relative_names(name: &[u8]) -> Option<Vec<String>> {
    elements(name)?
        .iter()
        .map(|relative| {
            let attributes = elements(relative.data)?;
            let mut attributes: Vec<String> =
                attributes.iter().map(comparable_attribute).collect::<Option<_>>()?;
            attributes.sort_unstable();
            Some(attributes.join("+"))
        })
        .collect()
}

fn comparable_attribute(attribute: &Any<'_>) -> Option<String> {
    let parts = elements(attribute.data)?;
    let [kind, value] = parts.as_slice() else { return None };
    let is_text = value.class() == Class::Universal
        && matches!(
            value.tag(),
            Tag::Utf8String
                | Tag::PrintableString
                | Tag::Ia5String
                | Tag::T61String
                | Tag::BmpString
                | Tag::UniversalString
                | Tag::VisibleString
                | Tag::NumericString
        );
    // What is no text is compared byte by byte.
    let value = if is_text { folded(&text(value)) } else { format!("#{}", HEXLOWER.encode(value.data)) };
    Some(format!("{}={}", HEXLOWER.encode(kind.data), value.replace(SEPARATOR, "\u{FFFD}")))
}

/// Without regard to case, with single blanks, none at the ends.
pub(crate) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(word.chars().flat_map(char::to_lowercase));
    }
    folded
}

/// In double quotes where a character would read as a separator.
fn escape_value(text: &str) -> Cow<'_, str> {
    let needs_quotes =
        text.bytes().any(|byte| matches!(byte, b',' | b'+' | b'=' | b'"' | b'<' | b'>' | b';' | b'#'))
            || text.starts_with(' ')
            || text.ends_with(' ');
    if needs_quotes { format!("\"{}\"", text.replace('"', "\"\"")).into() } else { text.into() }
}
