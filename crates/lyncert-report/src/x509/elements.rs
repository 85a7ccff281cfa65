//! Elements of ASN.1 within extensions and names.

use x509_parser::asn1_rs::{Any, Class, FromBer, Tag};

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
    (any.class() == Class::Universal && any.tag() == Tag::Oid).then(|| dotted(any.data))
}

/// An object identifier in dots (X.690 section 8.19). The library takes the first number for one byte, which it is below 2.48 only.
pub(crate) fn dotted(content: &[u8]) -> String {
    /// Numbers of more bits are told by the bytes that they have.
    const MAX_BITS: u32 = 126;
    let mut shown = String::new();
    let (mut number, mut bits) = (0_u128, 0);
    for byte in content {
        number = number << 7 | u128::from(byte & 0x7F);
        bits += 7;
        if bits > MAX_BITS {
            return format!("(hex {})", data_encoding::HEXLOWER.encode(content));
        }
        if byte & 0x80 != 0 {
            continue;
        }
        if shown.is_empty() {
            let root = (number / 40).min(2);
            shown = format!("{root}.{}", number - 40 * root);
        } else {
            shown.push('.');
            shown.push_str(&number.to_string());
        }
        (number, bits) = (0, 0);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::dotted;

    #[test]
    fn object_identifiers_are_shown_as_they_are_assigned() {
        for (content, shown) in [
            (&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D][..], "1.2.840.113549"),
            (&[0x27], "0.39"),
            (&[0x4F], "1.39"),
            (&[0x50], "2.0"),
            (&[0x7F], "2.47"),
            (&[0x81, 0x00], "2.48"),
            (&[0x88, 0x37, 0x0A], "2.999.10"),
            (&[0xB4, 0x04, 0x03], "2.6580.3"),
            (&[0x2A, 0x80], "1.2"),
            (&[], ""),
        ] {
            assert_eq!(dotted(content), shown);
        }
        assert!(dotted(&[0xFF; 40]).starts_with("(hex ff"));
    }
}
