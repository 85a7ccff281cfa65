//! PKCS#12 archives (.pfx, .p12), with the passwords that were given, the empty one and none at all.
//!
//! Libraries for that give all of an archive or nothing. Here each part and each bag is read by itself: what is damaged or encrypted in
//! an unknown way is told, and the rest is kept. What a file may cost is limited in sum.

mod cipher;
mod mac;

use std::borrow::Cow;
use std::collections::HashSet;

use lyncert_rules::folder::ArchiveWeakness;
use x509_parser::asn1_rs::{Tag, oid};
use zeroize::Zeroizing;

use super::asn1::{Element, parse_children, parse_children_and_rest};
use super::effort::Effort;
use super::item::{FoundCertificate, Item, Secrets};
use super::key::Key;
use crate::x509;
use cipher::decrypt;
use mac::{Checked, Mac};

/// More rounds of one key derivation than this are not tried: a hostile file could ask for hours.
const MAX_ITERATIONS: u64 = 1_000_000;
/// More rounds in all than this are not tried with one password. Honest archives derive keys three times.
const MAX_ROUNDS: u64 = 2_000_000;
/// More memory than this is not given to scrypt; OpenSSL asks for 16 MiB.
const MAX_SCRYPT_MEMORY: u64 = 64 << 20;
/// More memory than this is not walked through by scrypt with one password, in all.
const MAX_SCRYPT_WORK: u64 = 256 << 20;
/// Safes lie in safes; deeper than this they are not read.
const MAX_DEPTH: usize = 8;
/// Where an Active Directory principal's protection is named.
const PROTECTED_TO_PRINCIPAL: &[u8] = &oid!(raw 1.3.6.1.4.1.311.74.1);
/// The attribute in which Windows names the provider of a key.
const KEY_PROVIDER_NAME: &[u8] = &oid!(raw 1.3.6.1.4.1.311.17.1);
/// The identifier of RC2, with its tag and length.
const RC2_IN_PBES2: &[u8] = &[0x06, 0x08, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x03, 0x02];
/// The common prefix of the modes of AES.
const AES: &[u8] = &oid!(raw 2.16.840.1.101.3.4.1);
/// The common prefix of PKCS#12's own encryption algorithms.
const PASSWORD_ENCRYPTION: &[u8] = &oid!(raw 1.2.840.113549.1.12.1);
const DATA: &[u8] = &oid!(raw 1.2.840.113549.1.7.1);
const ENCRYPTED_DATA: &[u8] = &oid!(raw 1.2.840.113549.1.7.6);
const KEY_BAG: &[u8] = &oid!(raw 1.2.840.113549.1.12.10.1.1);
const SHROUDED_KEY_BAG: &[u8] = &oid!(raw 1.2.840.113549.1.12.10.1.2);
const CERTIFICATE_BAG: &[u8] = &oid!(raw 1.2.840.113549.1.12.10.1.3);
const LIST_BAG: &[u8] = &oid!(raw 1.2.840.113549.1.12.10.1.4);
const SECRET_BAG: &[u8] = &oid!(raw 1.2.840.113549.1.12.10.1.5);
const SAFE_BAG: &[u8] = &oid!(raw 1.2.840.113549.1.12.10.1.6);
const X509_CERTIFICATE: &[u8] = &oid!(raw 1.2.840.113549.1.9.22.1);
const X509_LIST: &[u8] = &oid!(raw 1.2.840.113549.1.9.23.1);
const FRIENDLY_NAME: &[u8] = &oid!(raw 1.2.840.113549.1.9.20);
const LOCAL_KEY_ID: &[u8] = &oid!(raw 1.2.840.113549.1.9.21);

/// Why something does not open.
#[derive(Debug)]
enum Refusal {
    /// Not with this password.
    Password,
    /// Its algorithm is not known, or its parameters make no sense; continues "that is encrypted with …".
    Algorithm(String),
    /// It would take too much; continues "is a PKCS#12 file …".
    Cost(String),
}

/// What may still be spent on one password.
struct Budget<'a> {
    rounds: u64,
    scrypt: u64,
    /// What may be spent on all passwords and archives; nothing where it is only reckoned what it would be.
    effort: Option<&'a Effort>,
}

impl<'a> Budget<'a> {
    fn new(effort: Option<&'a Effort>) -> Self {
        Self { rounds: MAX_ROUNDS, scrypt: MAX_SCRYPT_WORK, effort }
    }

    fn take_rounds(&mut self, rounds: u64) -> Result<(), Refusal> {
        if rounds > MAX_ITERATIONS {
            return Err(Refusal::Cost(format!(
                "whose password takes {rounds} rounds to try, more than the {MAX_ITERATIONS} that are tried"
            )));
        }
        match self.rounds.checked_sub(rounds) {
            Some(left) => self.rounds = left,
            None => {
                self.rounds = 0;
                return Err(Refusal::Cost(format!(
                    "whose parts take more than the {MAX_ROUNDS} rounds in all that are tried with a password"
                )));
            }
        }
        self.effort.map_or(Ok(()), |effort| effort.take_rounds(rounds)).map_err(Refusal::Cost)
    }

    /// What scrypt takes: its memory, and how often it walks through it.
    fn take_scrypt(&mut self, memory: u64, passes: u64) -> Result<(), Refusal> {
        const MIB: u64 = 1 << 20;
        if memory > MAX_SCRYPT_MEMORY {
            return Err(Refusal::Cost(format!(
                "whose password takes {} MiB of memory to try (scrypt), more than the {} that are used",
                memory.div_ceil(MIB),
                MAX_SCRYPT_MEMORY / MIB
            )));
        }
        match self.scrypt.checked_sub(memory.saturating_mul(passes)) {
            Some(left) => self.scrypt = left,
            None => {
                self.scrypt = 0;
                return Err(Refusal::Cost(format!(
                    "whose parts take more than the {} MiB of memory in all that scrypt is given with a password",
                    MAX_SCRYPT_WORK / MIB
                )));
            }
        }
        let bytes = memory.saturating_mul(passes);
        self.effort.map_or(Ok(()), |effort| effort.take_scrypt(bytes)).map_err(Refusal::Cost)
    }
}

/// A password in the two forms that key derivations take.
struct Password<'a> {
    utf8: &'a str,
    /// UTF-16 with its closing zero; nothing at all for no password, which is another one than the empty one.
    utf16: Zeroizing<Vec<u8>>,
}

impl<'a> Password<'a> {
    fn new(utf8: &'a str) -> Self {
        let units = utf8.encode_utf16().chain(std::iter::once(0));
        Self { utf8, utf16: Zeroizing::new(units.flat_map(u16::to_be_bytes).collect()) }
    }

    /// That of archives that were written with no password.
    fn none() -> Self {
        Self { utf8: "", utf16: Zeroizing::default() }
    }
}

/// The certificates of an archive, and that it holds keys.
pub(super) fn read_archive(bytes: &[u8], secrets: Secrets<'_>) -> Vec<Item> {
    let Secrets { passwords, effort } = secrets;
    let whole = |reason: String| vec![Item::not_read(format!("is a PKCS#12 file {reason}"))];
    let Some((content, mac)) = content_and_mac(bytes) else {
        let why = if is_for_principal(bytes) { FOR_PRINCIPAL } else { "that is damaged" };
        return whole(why.to_owned());
    };
    let (sum, greatest) = rounds_in_sight(bytes);
    if let Err(Refusal::Cost(reason)) = Budget::new(None).take_rounds(greatest) {
        return whole(reason);
    }
    if sum > MAX_ROUNDS {
        return whole(format!(
            "whose parts take {sum} rounds to try, more than the {MAX_ROUNDS} in all that are tried with a password"
        ));
    }
    let mut tries = vec![Password::new(""), Password::none()];
    tries.extend(passwords.iter().filter(|password| !password.is_empty()).map(|given| Password::new(given)));
    let mut budgets: Vec<Budget<'_>> = tries.iter().map(|_| Budget::new(Some(effort))).collect();
    let mut unknown_mac = None;
    match mac.as_ref().map(|mac| mac.check(&content, &tries, &mut budgets)) {
        Some(Checked::Fits(index)) => {
            tries = tries.drain(index..=index).collect();
            budgets = budgets.drain(index..=index).collect();
        }
        Some(Checked::NoneFits) => return whole(why_locked(bytes, passwords.len())),
        Some(Checked::Costs(reason)) => return whole(reason),
        Some(Checked::Unknown(algorithm)) => unknown_mac = Some(algorithm),
        None => {}
    }
    let mut reader = Reader { tries, budgets, ..Reader::default() };
    if reader.read_parts(&content).is_none() {
        reader.items.push(Item::not_read("is a PKCS#12 file with damaged contents"));
    }
    if reader.locked > 0 {
        let is_all = reader.items.is_empty() && reader.keys.is_empty();
        let locked = match unknown_mac {
            Some(algorithm) => format!(
                "with a MAC that is not known here ({algorithm}), and no password that was tried decrypts what is in it"
            ),
            None if is_all => why_locked(bytes, passwords.len()),
            None => format!("with a part {}", why_locked(bytes, passwords.len())),
        };
        reader.items.push(Item::not_read(format!("is a PKCS#12 file {locked}")));
    }
    reader.finish(bytes)
}

const FOR_PRINCIPAL: &str = "that is protected to an Active Directory account: only that account opens it";

fn is_for_principal(bytes: &[u8]) -> bool {
    bytes.windows(PROTECTED_TO_PRINCIPAL.len()).any(|part| part == PROTECTED_TO_PRINCIPAL)
}

fn why_locked(bytes: &[u8], passwords: usize) -> String {
    if is_for_principal(bytes) {
        return FOR_PRINCIPAL.to_owned();
    }
    match passwords {
        0 => "that is locked: its password was not given".to_owned(),
        1 => "that is locked: the password that was given does not open it".to_owned(),
        count => format!("that is locked: none of the {count} passwords that were given opens it"),
    }
}

/// The parts of an archive as one sequence of bytes, and what authenticates them.
fn content_and_mac(bytes: &[u8]) -> Option<(Cow<'_, [u8]>, Option<Mac<'_>>)> {
    let (archive, _) = Element::first(bytes)?;
    let fields = archive.children();
    let [_version, safe, rest @ ..] = fields.as_slice() else { return None };
    let safe = safe.children();
    let [kind, content] = safe.as_slice() else { return None };
    if !kind.is(Tag::Oid) || kind.data() != DATA || !content.is_field(0) {
        return None;
    }
    let content = Element::first(content.data())?.0;
    let content = if content.is(Tag::OctetString) { content.octets()? } else { return None };
    let mac = match rest {
        [] => None,
        [mac, ..] => Some(Mac::read(mac)?),
    };
    Some((content, mac))
}

/// What is read of one archive so far.
#[derive(Default)]
struct Reader<'a> {
    tries: Vec<Password<'a>>,
    budgets: Vec<Budget<'a>>,
    items: Vec<Item>,
    /// Certificates with the identifier that ties them to their key.
    certificates: Vec<(FoundCertificate, Option<Vec<u8>>)>,
    keys: Vec<FoundKey>,
    /// How many parts no password opens.
    locked: usize,
}

struct FoundKey {
    id: Option<Vec<u8>>,
    protection: Protection,
}

/// What keeps a key from whoever has the file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Protection {
    Password,
    EmptyPassword,
    Nothing,
    Unknown,
}

/// How the bytes of a part were come by.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Opened {
    InClear,
    WithEmptyPassword,
    WithPassword,
}

impl Reader<'_> {
    fn read_parts(&mut self, content: &[u8]) -> Option<()> {
        let (sequence, _) = Element::first(content)?;
        let (parts, rest) = parse_children_and_rest(sequence.data());
        for part in &parts {
            if self.read_part(part).is_none() {
                self.items.push(Item::not_read("is a PKCS#12 file with a damaged part"));
            }
        }
        rest.is_empty().then_some(())
    }

    fn read_part(&mut self, part: &Element<'_>) -> Option<()> {
        let fields = part.children();
        let [kind, content, ..] = fields.as_slice() else { return None };
        let content = Element::first(content.data())?.0;
        match kind.data() {
            DATA => self.read_safe(&content.octets()?, Opened::InClear, MAX_DEPTH),
            ENCRYPTED_DATA => {
                let fields = content.children();
                let info = fields.iter().find(|field| field.is(Tag::Sequence))?.children();
                let [_kind, algorithm, encrypted, ..] = info.as_slice() else { return None };
                let encrypted = encrypted.octets()?;
                match self.open(algorithm, &encrypted, is_safe) {
                    Ok((safe, opened)) => self.read_safe(&safe, opened, MAX_DEPTH)?,
                    Err(Refusal::Password) => self.locked += 1,
                    Err(refusal) => self.tell(refusal, "part"),
                }
                Some(())
            }
            _ => {
                self.items.push(Item::not_read(
                    "is a PKCS#12 file with a part that is encrypted for a key and not by a password",
                ));
                Some(())
            }
        }
    }

    /// Decrypts with the first password that gives what is expected.
    fn open(
        &mut self,
        algorithm: &Element<'_>,
        encrypted: &[u8],
        is_expected: fn(&[u8]) -> bool,
    ) -> Result<(Zeroizing<Vec<u8>>, Opened), Refusal> {
        for (password, budget) in self.tries.iter().zip(&mut self.budgets) {
            match decrypt(algorithm, encrypted, password, budget) {
                Ok(bytes) if is_expected(&bytes) => {
                    let is_empty = password.utf8.is_empty();
                    return Ok((
                        bytes,
                        if is_empty { Opened::WithEmptyPassword } else { Opened::WithPassword },
                    ));
                }
                Ok(_) | Err(Refusal::Password) => {}
                Err(refusal) => return Err(refusal),
            }
        }
        Err(Refusal::Password)
    }

    fn tell(&mut self, refusal: Refusal, what: &str) {
        let reason = match refusal {
            Refusal::Password => format!("with a {what} that is locked"),
            Refusal::Algorithm(name) => {
                format!("with a {what} that is encrypted in a way that is not known here ({name})")
            }
            Refusal::Cost(reason) => reason,
        };
        let text = format!("is a PKCS#12 file {reason}");
        let is_told = |item: &Item| matches!(item, Item::NotRead(not_read) if not_read.reason == text);
        if !self.items.iter().rev().take(8).any(is_told) {
            self.items.push(Item::not_read(text));
        }
    }

    fn read_safe(&mut self, bytes: &[u8], opened: Opened, depth: usize) -> Option<()> {
        let (sequence, _) = Element::first(bytes)?;
        let (bags, rest) = parse_children_and_rest(sequence.data());
        for bag in &bags {
            if self.read_bag(bag, opened, depth).is_none() {
                self.items.push(Item::not_read("is a PKCS#12 file with a damaged entry"));
            }
        }
        rest.is_empty().then_some(())
    }

    fn read_bag(&mut self, bag: &Element<'_>, opened: Opened, depth: usize) -> Option<()> {
        let fields = bag.children();
        let [kind, value, attributes @ ..] = fields.as_slice() else { return None };
        let attributes = attributes.first().map(Element::children).unwrap_or_default();
        let id = attribute(&attributes, LOCAL_KEY_ID).and_then(|id| Some(id.octets()?.into_owned()));
        let (content, _) = Element::first(value.data())?;
        match kind.data() {
            KEY_BAG => {
                let protection = match opened {
                    Opened::InClear if self.tries.iter().all(|password| password.utf8.is_empty()) => {
                        Protection::EmptyPassword
                    }
                    Opened::InClear => Protection::Nothing,
                    Opened::WithEmptyPassword => Protection::EmptyPassword,
                    Opened::WithPassword => Protection::Password,
                };
                self.keys.push(FoundKey { id, protection });
            }
            SHROUDED_KEY_BAG => {
                let protection = self.protection(&content)?;
                self.keys.push(FoundKey { id, protection });
            }
            CERTIFICATE_BAG => {
                let parts = content.children();
                let [kind, value] = parts.as_slice() else { return None };
                if kind.data() != X509_CERTIFICATE {
                    self.items
                        .push(Item::not_read("is a PKCS#12 file with a certificate that is none of X.509"));
                    return Some(());
                }
                let der = Element::first(value.data())?.0.octets()?;
                match x509::certificate(&der) {
                    Ok(parsed) => {
                        let friendly_name =
                            attribute(&attributes, FRIENDLY_NAME).and_then(|name| utf16_text(&name));
                        self.certificates
                            .push((FoundCertificate { friendly_name, ..FoundCertificate::new(parsed) }, id));
                    }
                    Err(reason) => self.items.push(Item::not_read(format!(
                        "is a PKCS#12 file with a certificate that cannot be parsed: {reason}"
                    ))),
                }
            }
            LIST_BAG => {
                let parts = content.children();
                let [kind, value] = parts.as_slice() else { return None };
                if kind.data() == X509_LIST {
                    let der = Element::first(value.data())?.0.octets()?;
                    self.items.push(match x509::revocation_list(&der) {
                        Ok(list) => Item::List(Box::new(list)),
                        Err(reason) => Item::not_read(format!(
                            "is a PKCS#12 file with a revocation list that cannot be parsed: {reason}"
                        )),
                    });
                }
            }
            SAFE_BAG if depth > 0 => self.read_safe(content.raw, opened, depth - 1)?,
            SAFE_BAG => {
                self.items.push(Item::not_read("is a PKCS#12 file with safes in safes, too deep to be read"));
            }
            // A key of another kind than certificates have.
            SECRET_BAG => {}
            _ => {
                self.items
                    .push(Item::not_read("is a PKCS#12 file with an entry of a kind that is not known"));
            }
        }
        Some(())
    }

    /// Whether the empty password opens a key; no other one is tried, since nothing of the key is wanted.
    fn protection(&mut self, shrouded: &Element<'_>) -> Option<Protection> {
        let fields = shrouded.children();
        let [algorithm, encrypted] = fields.as_slice() else { return None };
        let encrypted = encrypted.octets()?;
        if !self.tries.iter().any(|password| password.utf8.is_empty()) {
            return Some(Protection::Password);
        }
        Some(match self.open(algorithm, &encrypted, is_key) {
            Ok((_, Opened::WithPassword)) | Err(Refusal::Password) => Protection::Password,
            Ok((_, Opened::WithEmptyPassword | Opened::InClear)) => Protection::EmptyPassword,
            Err(refusal) => {
                self.tell(refusal, "key");
                Protection::Unknown
            }
        })
    }

    fn finish(self, bytes: &[u8]) -> Vec<Item> {
        let provider = key_provider(bytes);
        let key_ids: HashSet<&[u8]> = self.keys.iter().filter_map(|key| key.id.as_deref()).collect();
        let mut items = Vec::new();
        for (mut found, id) in self.certificates {
            found.has_private_key = id.is_some_and(|id| key_ids.contains(id.as_slice()));
            if found.has_private_key {
                found.provider.clone_from(&provider);
                // What lies in an archive was exported.
                found.exportable = Some(true);
            }
            items.push(Item::Certificate(Box::new(found)));
        }
        let mut told = Vec::new();
        for key in &self.keys {
            if !told.contains(&key.protection) {
                told.push(key.protection);
                items.push(Item::Key(archive_key(key.protection, bytes)));
            }
        }
        items.extend(self.items);
        if items.is_empty() {
            items.push(Item::not_read("is a PKCS#12 file without any certificate"));
        }
        items
    }
}

fn archive_key(protection: Protection, bytes: &[u8]) -> Key {
    let (encrypted, kind, weakness) = match protection {
        Protection::Password if has_old_encryption(bytes) => {
            (Some(true), "PKCS#12", Some(ArchiveWeakness::OldEncryption))
        }
        Protection::Password => (Some(true), "PKCS#12", None),
        Protection::Unknown => (None, "PKCS#12", None),
        Protection::EmptyPassword => {
            (Some(false), "PKCS#12 with an empty password", Some(ArchiveWeakness::EmptyPassword))
        }
        Protection::Nothing => {
            (Some(false), "PKCS#12 without encryption", Some(ArchiveWeakness::NotEncrypted))
        }
    };
    Key { encrypted, kind, public_sha256: None, weakness, is_aes: has_aes(bytes) }
}

/// How many rounds the archive asks for where that is not encrypted itself, in all and at most at one place: everywhere a salt, an octet
/// string, is followed by a number. So what costs too much is known before anything is spent.
fn rounds_in_sight(bytes: &[u8]) -> (u64, u64) {
    fn add(elements: &[Element<'_>], depth: usize, budget: &mut usize, found: &mut (u64, u64)) {
        for (index, salt) in elements.iter().enumerate() {
            // The three numbers of scrypt are others.
            let numbers = elements.iter().skip(index + 1).take(3);
            if salt.is(Tag::OctetString)
                && numbers.filter(|number| number.is(Tag::Integer)).count() < 3
                && let Some(rounds) = elements.get(index + 1)
                && let Some(rounds) = rounds.integer()
            {
                *found = (found.0.saturating_add(rounds), found.1.max(rounds));
            }
        }
        for element in elements {
            *budget = budget.saturating_sub(1);
            // Archives are wrapped in octet strings, several deep.
            let has_content = element.is_constructed() || element.is(Tag::OctetString);
            if depth > 0 && *budget > 0 && has_content {
                add(&element.children(), depth - 1, budget, found);
            }
        }
    }
    let (mut budget, mut found) = (20_000, (0, 0));
    add(&parse_children(bytes), 16, &mut budget, &mut found);
    found
}

/// Whether decrypted bytes are a sequence of bags and nothing else: a wrong password gives this by chance only.
fn is_safe(bytes: &[u8]) -> bool {
    Element::first(bytes).is_some_and(|(sequence, rest)| {
        let is_bag = |bag: &Element<'_>| {
            bag.is(Tag::Sequence) && Element::first(bag.data()).is_some_and(|(kind, _)| kind.is(Tag::Oid))
        };
        sequence.is(Tag::Sequence) && rest.is_empty() && sequence.children().iter().all(is_bag)
    })
}

/// Whether decrypted bytes are a private key in PKCS#8.
fn is_key(bytes: &[u8]) -> bool {
    Element::first(bytes).is_some_and(|(sequence, rest)| {
        sequence.is(Tag::Sequence)
            && rest.is_empty()
            && Element::first(sequence.data()).is_some_and(|(version, _)| version.is(Tag::Integer))
    })
}

/// The first value of an attribute.
fn attribute<'a>(attributes: &[Element<'a>], id: &[u8]) -> Option<Element<'a>> {
    attributes.iter().find_map(|attribute| {
        let fields = attribute.children();
        let [kind, values] = fields.as_slice() else { return None };
        (kind.data() == id).then(|| values.children().into_iter().next())?
    })
}

/// A text in UTF-16 without the zero that some programs close it with; `None` for an empty one.
fn utf16_text(text: &Element<'_>) -> Option<String> {
    let bytes = text.octets()?;
    let units = bytes.chunks_exact(2).filter_map(|pair| Some(u16::from_be_bytes(pair.try_into().ok()?)));
    let text: String =
        char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    let text = text.trim_end_matches('\0');
    (!text.is_empty()).then(|| text.to_owned())
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

/// Whether some part is encrypted with RC2 or Triple DES, the algorithms 3 to 6 of PKCS#12, or with RC2 in PBES2. Algorithm identifiers
/// are in clear text in front of what they encrypt.
fn has_old_encryption(bytes: &[u8]) -> bool {
    let is_old =
        |part: &[u8]| part.strip_prefix(PASSWORD_ENCRYPTION).is_some_and(|last| matches!(last, [3..=6]));
    bytes.windows(PASSWORD_ENCRYPTION.len() + 1).any(is_old)
        || bytes.windows(RC2_IN_PBES2.len()).any(|part| part == RC2_IN_PBES2)
}

/// Whether some part is encrypted with AES, of whatever key length and mode.
fn has_aes(bytes: &[u8]) -> bool {
    bytes.windows(AES.len()).any(|part| part == AES)
}

#[cfg(test)]
mod tests;
