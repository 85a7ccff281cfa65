//! Distinguished names and their string types.

use std::borrow::Cow;

use x509_parser::asn1_rs::{Any, Tag, oid};
use x509_parser::x509::{RelativeDistinguishedName, X509Name};

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
                None => shown.push_str(&oid.to_id_string()),
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

/// In double quotes where a character would read as a separator.
fn escape_value(text: &str) -> Cow<'_, str> {
    let needs_quotes =
        text.bytes().any(|byte| matches!(byte, b',' | b'+' | b'=' | b'"' | b'<' | b'>' | b';' | b'#'))
            || text.starts_with(' ')
            || text.ends_with(' ');
    if needs_quotes { format!("\"{}\"", text.replace('"', "\"\"")).into() } else { text.into() }
}
