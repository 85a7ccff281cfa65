//! PKCS#12 archives (.pfx, .p12), with the passwords that were given and the empty one.

use lyncert_rules::folder::ArchiveWeakness;
use p12_keystore::Pkcs12Archive;
use x509_parser::asn1_rs::{Tag, oid};
use zeroize::Zeroizing;

use super::asn1::{Element, parse_children};
use super::item::{FoundCertificate, Item};
use super::key::Key;
use crate::x509;

/// More rounds of key derivation than this are not tried: a hostile file could ask for hours.
const MAX_ITERATIONS: u64 = 1_000_000;
/// Where an Active Directory principal's protection is named.
const PROTECTED_TO_PRINCIPAL: &[u8] = &oid!(raw 1.3.6.1.4.1.311.74.1);
/// The attribute in which Windows names the provider of a key.
const KEY_PROVIDER_NAME: &[u8] = &oid!(raw 1.3.6.1.4.1.311.17.1);
/// The common prefix of the modes of AES.
const AES: &[u8] = &oid!(raw 2.16.840.1.101.3.4.1);
/// The common prefix of PKCS#12's own encryption algorithms.
const PASSWORD_ENCRYPTION: &[u8] = &oid!(raw 1.2.840.113549.1.12.1);

/// The certificates of an archive, and that it holds keys.
pub(super) fn read_archive(bytes: &[u8], passwords: &[Zeroizing<String>]) -> Vec<Item> {
    let reason = |text: String| vec![Item::not_read(text)];
    if let Some(rounds) = most_iterations(bytes).filter(|rounds| *rounds > MAX_ITERATIONS) {
        return reason(format!(
            "is a PKCS#12 file whose password takes {rounds} rounds to try, more than the {MAX_ITERATIONS} that are tried"
        ));
    }
    let empty = Zeroizing::new(String::new());
    for password in std::iter::once(&empty).chain(passwords) {
        if let Ok(archive) = Pkcs12Archive::from_pkcs12(bytes, password) {
            return archive_items(archive, bytes, password.is_empty());
        }
    }
    let is_protected = bytes.windows(PROTECTED_TO_PRINCIPAL.len()).any(|part| part == PROTECTED_TO_PRINCIPAL);
    if is_protected {
        return reason(
            "is a PKCS#12 file that is protected to an Active Directory account: only that account opens it"
                .to_owned(),
        );
    }
    if bytes.get(1) == Some(&0x80) {
        return reason(
            "is a PKCS#12 file with indefinite lengths, which are not read; export it again".to_owned(),
        );
    }
    reason(match passwords.len() {
        0 => "is a PKCS#12 file that is locked: its password was not given".to_owned(),
        1 => "is a PKCS#12 file that is locked: the password that was given does not open it".to_owned(),
        count => format!(
            "is a PKCS#12 file that is locked: none of the {count} passwords that were given opens it"
        ),
    })
}

fn archive_items(archive: Pkcs12Archive, bytes: &[u8], is_open: bool) -> Vec<Item> {
    let is_old = has_old_encryption(bytes);
    let provider = key_provider(bytes);
    let key_ids: Vec<Vec<u8>> =
        archive.keys.iter().filter_map(|key| Some(key.local_key_id.as_ref()?.0.clone())).collect();
    let has_keys = !archive.keys.is_empty();
    let mut items = Vec::new();
    for bag in archive.certs {
        let has_private_key = bag.local_key_id.as_ref().is_some_and(|id| key_ids.contains(id));
        items.push(match x509::certificate(bag.cert.as_der()) {
            Ok(parsed) => Item::Certificate(Box::new(FoundCertificate {
                friendly_name: bag.friendly_name,
                provider: provider.clone().filter(|_| has_private_key),
                has_private_key,
                // What lies in an archive was exported.
                exportable: has_private_key.then_some(true),
                ..FoundCertificate::new(parsed)
            })),
            Err(reason) => Item::not_read(format!(
                "is a PKCS#12 file with a certificate that cannot be parsed: {reason}"
            )),
        });
    }
    if has_keys {
        let kind = if is_open { "PKCS#12 with an empty password" } else { "PKCS#12" };
        let weakness = match (is_open, is_old) {
            (true, _) => Some(ArchiveWeakness::EmptyPassword),
            (false, true) => Some(ArchiveWeakness::OldEncryption),
            (false, false) => None,
        };
        items.push(Item::Key(Key {
            encrypted: Some(!is_open),
            kind,
            public_sha256: None,
            weakness,
            is_aes: has_aes(bytes),
        }));
    }
    if items.is_empty() {
        items.push(Item::not_read("is a PKCS#12 file without any certificate"));
    }
    items
}

/// The provider that Windows names with a key, where the key bags are not encrypted, as in archives
/// that Windows writes. Of several keys the first one counts.
fn key_provider(bytes: &[u8]) -> Option<String> {
    let found = bytes.windows(KEY_PROVIDER_NAME.len()).position(|part| part == KEY_PROVIDER_NAME)?;
    let start = found + KEY_PROVIDER_NAME.len();
    let (set, _) = Element::first(bytes.get(start..)?)?;
    let name = set.children().into_iter().next().filter(|name| name.is(Tag::BmpString))?;
    let units =
        name.data().chunks_exact(2).filter_map(|pair| Some(u16::from_be_bytes(pair.try_into().ok()?)));
    Some(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

/// Whether some part is encrypted with RC2 or Triple DES, the algorithms 3 to 6 of PKCS#12. Algorithm identifiers are in
/// clear text in front of what they encrypt.
fn has_old_encryption(bytes: &[u8]) -> bool {
    let is_old =
        |part: &[u8]| part.strip_prefix(PASSWORD_ENCRYPTION).is_some_and(|last| matches!(last, [3..=6]));
    bytes.windows(PASSWORD_ENCRYPTION.len() + 1).any(is_old)
}

/// Whether some part is encrypted with AES, of whatever key length and mode.
fn has_aes(bytes: &[u8]) -> bool {
    bytes.windows(AES.len()).any(|part| part == AES)
}

/// The greatest number of rounds that the archive asks for: everywhere a salt, an octet string, is followed by a number.
fn most_iterations(bytes: &[u8]) -> Option<u64> {
    let mut budget = 20_000;
    greatest_rounds(&parse_children(bytes), 16, &mut budget)
}

fn greatest_rounds(elements: &[Element<'_>], depth: usize, budget: &mut usize) -> Option<u64> {
    let pairs = elements.windows(2).filter_map(|pair| match pair {
        [salt, rounds] if salt.is(Tag::OctetString) => rounds.integer(),
        _ => None,
    });
    let mut greatest_here = pairs.max();
    for element in elements {
        *budget = budget.saturating_sub(1);
        // Archives are wrapped in octet strings, several deep.
        let has_content = element.is_constructed() || element.is(Tag::OctetString);
        if depth == 0 || *budget == 0 || !has_content {
            continue;
        }
        greatest_here = greatest_here.max(greatest_rounds(&element.children(), depth - 1, budget));
    }
    greatest_here
}
