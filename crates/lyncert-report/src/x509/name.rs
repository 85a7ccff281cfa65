//! Distinguished names and their string types.

use std::borrow::Cow;

use x509_parser::asn1_rs::{Any, Tag};
use x509_parser::x509::X509Name;

/// 2.5.4.3
const COMMON_NAME: &[u8] = b"\x55\x04\x03";

/// Short names as Windows prints them, by object identifiers as they are encoded.
const SHORT_NAMES: &[(&[u8], &str)] = &[
    (COMMON_NAME, "CN"),
    (b"\x55\x04\x04", "SN"),
    (b"\x55\x04\x05", "SERIALNUMBER"),
    (b"\x55\x04\x06", "C"),
    (b"\x55\x04\x07", "L"),
    (b"\x55\x04\x08", "S"),
    (b"\x55\x04\x09", "STREET"),
    (b"\x55\x04\x0A", "O"),
    (b"\x55\x04\x0B", "OU"),
    (b"\x55\x04\x0C", "T"),
    (b"\x55\x04\x2A", "G"),
    (b"\x09\x92\x26\x89\x93\xF2\x2C\x64\x01\x19", "DC"),
    (b"\x2A\x86\x48\x86\xF7\x0D\x01\x09\x01", "E"),
];

/// The name as Windows prints it: the most specific part first.
pub(super) fn display(name: &X509Name<'_>) -> String {
    let mut parts: Vec<String> = Vec::new();
    for relative in name.iter_rdn() {
        let attributes: Vec<String> = relative
            .iter()
            .map(|attribute| {
                let oid = attribute.attr_type();
                let short = SHORT_NAMES.iter().find(|(known, _)| *known == oid.as_bytes());
                let short =
                    short.map_or_else(|| oid.to_id_string().into(), |(_, short)| Cow::Borrowed(*short));
                format!("{short}={}", quoted(&text(attribute.attr_value())))
            })
            .collect();
        parts.push(attributes.join(" + "));
    }
    parts.reverse();
    parts.join(", ")
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
fn quoted(text: &str) -> Cow<'_, str> {
    let needs_quotes = text.contains([',', '+', '=', '"', '<', '>', ';', '#'])
        || text.starts_with(' ')
        || text.ends_with(' ');
    if needs_quotes { format!("\"{}\"", text.replace('"', "\"\"")).into() } else { text.into() }
}
