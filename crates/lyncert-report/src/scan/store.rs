//! Serialized stores of Windows (.sst), and single serialized certificates as they lie in a user's profile.
//!
//! [MS-OSHARED] sections 2.3.9.1 and 2.3.2.5: a header, then elements of id, encoding, length and bytes, all little-endian;
//! the elements before a certificate are its properties.

use super::item::{FoundCertificate, Item};
use crate::x509;

const HEADER: &[u8] = b"\0\0\0\0CERT";
const KEY_PROVIDER: u32 = 2;
const FRIENDLY_NAME: u32 = 11;
const CERTIFICATE: u32 = 32;
const REVOCATION_LIST: u32 = 33;
const TRUST_LIST: u32 = 34;

pub(super) fn is_store(bytes: &[u8]) -> bool {
    bytes.starts_with(HEADER)
}

/// The members of a store.
pub(super) fn read_store(bytes: &[u8]) -> Vec<Item> {
    let mut reader = Reader { bytes, position: HEADER.len() };
    let (mut items, end) = read_members(&mut reader);
    if !matches!(end, End::Marked) {
        items.push(Item::not_read(format!(
            "is a serialized certificate store that is damaged or cut off at byte {}",
            reader.position
        )));
    } else if items.is_empty() {
        items.push(Item::not_read("is a serialized certificate store without any certificate"));
    }
    items
}

/// A certificate without a store's header; `None` when the bytes are something else.
pub(super) fn read_single_certificate(bytes: &[u8]) -> Option<Vec<Item>> {
    let mut reader = Reader { bytes, position: 0 };
    let (items, _) = read_members(&mut reader);
    items.iter().any(|item| matches!(item, Item::Certificate(_))).then_some(items)
}

enum End {
    /// The element that ends a store.
    Marked,
    /// The bytes were over between two elements.
    Bytes,
    /// An element is damaged or cut off.
    Damage,
}

/// Every certificate and list, with the properties in front of it.
fn read_members(reader: &mut Reader<'_>) -> (Vec<Item>, End) {
    let mut items = Vec::new();
    let (mut friendly_name, mut provider, mut has_key) = (None, None, false);
    loop {
        if reader.position == reader.bytes.len() {
            return (items, End::Bytes);
        }
        let Some((id, data)) = reader.element() else { return (items, End::Damage) };
        match id {
            0 => return (items, End::Marked),
            FRIENDLY_NAME => friendly_name = Some(utf16_text(data)).filter(|name| !name.is_empty()),
            // The property says where the private key is: there is one.
            KEY_PROVIDER => (provider, has_key) = (provider_name(data), true),
            CERTIFICATE => items.push(match x509::certificate(data) {
                Ok(parsed) => Item::Certificate(Box::new(FoundCertificate {
                    friendly_name: friendly_name.take(),
                    provider: provider.take(),
                    has_private_key: has_key,
                    ..FoundCertificate::new(parsed)
                })),
                Err(reason) => Item::not_read(format!(
                    "is a serialized certificate store with a member that cannot be parsed: {reason}"
                )),
            }),
            REVOCATION_LIST => items.push(match x509::revocation_list(data) {
                Ok(list) => Item::List(Box::new(list)),
                Err(reason) => Item::not_read(format!(
                    "is a serialized certificate store with a revocation list that cannot be parsed: {reason}"
                )),
            }),
            TRUST_LIST => items.push(Item::harmless(
                "is a serialized certificate store with a trust list in it, which is not read",
            )),
            _ => {}
        }
        if matches!(id, CERTIFICATE | REVOCATION_LIST | TRUST_LIST) {
            (friendly_name, provider, has_key) = (None, None, false);
        }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Reader<'a> {
    /// The next element; the reader stays where it is when that is damaged.
    fn element(&mut self) -> Option<(u32, &'a [u8])> {
        let number = |at: usize| {
            let bytes = self.bytes.get(self.position + at..self.position + at + 4)?;
            bytes.try_into().ok().map(u32::from_le_bytes)
        };
        let (id, encoding, length) = (number(0)?, number(4)?, usize::try_from(number(8)?).ok()?);
        // X.509 is encoding 1; the element that ends a store has none.
        if encoding > 0x0001_0001 || id > 0xFFFF {
            return None;
        }
        let start = self.position + 12;
        let data = self.bytes.get(start..start.checked_add(length)?)?;
        self.position = start + length;
        Some((id, data))
    }
}

/// Text up to its first zero.
fn utf16_text(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).filter_map(|pair| Some(u16::from_le_bytes(pair.try_into().ok()?)));
    let units = units.take_while(|unit| *unit != 0);
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// The second number of the property is the offset of the provider's name in it.
fn provider_name(data: &[u8]) -> Option<String> {
    let offset = u32::from_le_bytes(data.get(4..8)?.try_into().ok()?);
    let name = utf16_text(data.get(usize::try_from(offset).ok()?..)?);
    (!name.is_empty()).then_some(name)
}
