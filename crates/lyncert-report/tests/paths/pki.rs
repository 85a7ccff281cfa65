//! Certificates and revocation lists of any form, written byte by byte and signed with real keys.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::rc::Rc;

use lyncert_report::scan::{Inventory, ScanOptions, scan};
use lyncert_rules::certificate::{Certificate, ChainState};
use rcgen::{KeyPair, PublicKeyData, SigningKey};
use sha1::{Digest, Sha1};
use time::OffsetDateTime;
use time::macros::datetime;

/// The time that all is judged at.
pub(crate) const AT: OffsetDateTime = datetime!(2026-11-22 00:00:00 UTC);

pub(crate) const UTF8: u8 = 0x0C;
pub(crate) const PRINTABLE: u8 = 0x13;
const ECDSA_SHA256: &[u8] = &[0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02];

pub(crate) const BASIC_CONSTRAINTS: &str = "551d13";
pub(crate) const KEY_USAGE: &str = "551d0f";
pub(crate) const SUBJECT_KEY_ID: &str = "551d0e";
pub(crate) const AUTHORITY_KEY_ID: &str = "551d23";
pub(crate) const SAN: &str = "551d11";
pub(crate) const NAME_CONSTRAINTS: &str = "551d1e";
pub(crate) const POLICY_CONSTRAINTS: &str = "551d24";
pub(crate) const EKU: &str = "551d25";
pub(crate) const CERT_SIGN: u8 = 0x04;
pub(crate) const CRL_SIGN: u8 = 0x02;

/// One element of DER.
pub(crate) fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = content.len();
    let mut bytes = vec![tag];
    match length {
        0..=0x7F => bytes.push(u8::try_from(length).unwrap()),
        0x80..=0xFF => bytes.extend([0x81, u8::try_from(length).unwrap()]),
        _ => {
            bytes.push(0x82);
            bytes.extend(u16::try_from(length).unwrap().to_be_bytes());
        }
    }
    bytes.extend(content);
    bytes
}

pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(0x30, parts)
}

pub(crate) fn integer(digits: &[u8]) -> Vec<u8> {
    element(0x02, &[digits])
}

/// A name of one organization and a common name in a string type.
pub(crate) fn name(tag: u8, common_name: &str) -> Vec<u8> {
    let part = |kind: u8, text: &str| {
        element(
            0x31,
            &[&sequence(&[&element(0x06, &[&[0x55, 0x04, kind]]), &element(tag, &[text.as_bytes()])])],
        )
    };
    sequence(&[&part(10, "Contoso"), &part(3, common_name)])
}

fn time(text: &str) -> Vec<u8> {
    element(0x17, &[text.as_bytes()])
}

fn extension(id: &str, critical: bool, value: &[u8]) -> Vec<u8> {
    let id = data_encoding::HEXLOWER.decode(id.as_bytes()).unwrap();
    let critical = if critical { element(0x01, &[&[0xFF]]) } else { Vec::new() };
    sequence(&[&element(0x06, &[&id]), &critical, &element(0x04, &[value])])
}

/// Keys by their labels; each is made when it is first asked for.
#[derive(Default)]
pub(crate) struct Keys {
    known: RefCell<BTreeMap<String, Rc<KeyPair>>>,
}

impl Keys {
    pub(crate) fn get(&self, label: &str) -> Rc<KeyPair> {
        let mut known = self.known.borrow_mut();
        Rc::clone(known.entry(label.to_owned()).or_insert_with(|| Rc::new(KeyPair::generate().unwrap())))
    }

    pub(crate) fn id(&self, label: &str) -> Vec<u8> {
        Sha1::digest(self.get(label).der_bytes()).to_vec()
    }

    fn signed(&self, signer: &str, body: &[u8]) -> Vec<u8> {
        let signature = self.get(signer).sign(body).unwrap();
        sequence(&[body, &sequence(&[ECDSA_SHA256]), &element(0x03, &[&[0], &signature])])
    }
}

/// A certificate to make. Names and keys go by labels, which are equal unless they are set apart.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    subject: Vec<u8>,
    issuer: Vec<u8>,
    key: String,
    signer: String,
    version: u8,
    serial: Vec<u8>,
    validity: (&'static str, &'static str),
    /// Object identifier, whether it is critical, value.
    extensions: Vec<(String, bool, Vec<u8>)>,
    has_subject_key_id: bool,
    has_authority_key_id: bool,
    is_damaged: bool,
}

fn made(label: &str) -> Made {
    Made {
        subject: name(UTF8, label),
        issuer: name(UTF8, label),
        key: label.to_owned(),
        signer: label.to_owned(),
        version: 3,
        serial: vec![1],
        validity: ("200101000000Z", "401231235959Z"),
        extensions: Vec::new(),
        has_subject_key_id: true,
        has_authority_key_id: true,
        is_damaged: false,
    }
}

/// A CA that signed itself, until [`Made::by`] says otherwise.
pub(crate) fn ca(label: &str) -> Made {
    made(label).with(BASIC_CONSTRAINTS, true, ca_constraints(None)).with(
        KEY_USAGE,
        true,
        usage(CERT_SIGN | CRL_SIGN),
    )
}

pub(crate) fn leaf(issuer: &str) -> Made {
    let host = sequence(&[&element(0x82, &[b"leaf.contoso.com"])]);
    made("leaf.contoso.com").by(issuer).with(SAN, false, host).with(KEY_USAGE, true, usage(0x80))
}

/// The value of basic constraints of a CA.
pub(crate) fn ca_constraints(length: Option<u8>) -> Vec<u8> {
    let length = length.map(|length| integer(&[length])).unwrap_or_default();
    sequence(&[&element(0x01, &[&[0xFF]]), &length])
}

/// The value of a key usage whose bits lie in its first byte.
pub(crate) fn usage(bits: u8) -> Vec<u8> {
    element(0x03, &[&[u8::try_from(bits.trailing_zeros().min(7)).unwrap(), bits]])
}

/// Name constraints: general names by tag and value.
pub(crate) fn constraints(permitted: &[(u8, &[u8])], excluded: &[(u8, &[u8])]) -> Vec<u8> {
    let list = |tag: u8, trees: &[(u8, &[u8])]| {
        let trees: Vec<Vec<u8>> =
            trees.iter().map(|(tag, value)| sequence(&[&element(*tag, &[value])])).collect();
        if trees.is_empty() { Vec::new() } else { element(tag, &[&trees.concat()]) }
    };
    sequence(&[&list(0xA0, permitted), &list(0xA1, excluded)])
}

impl Made {
    /// Issued by this CA.
    pub(crate) fn by(self, issuer: &str) -> Self {
        Self { issuer: name(UTF8, issuer), signer: issuer.to_owned(), ..self }
    }

    pub(crate) fn is_by(&self, issuer: &str) -> bool {
        self.signer == issuer
    }

    pub(crate) fn subject(self, subject: Vec<u8>) -> Self {
        Self { subject, ..self }
    }

    pub(crate) fn issuer(self, issuer: Vec<u8>) -> Self {
        Self { issuer, ..self }
    }

    pub(crate) fn key(self, key: &str) -> Self {
        Self { key: key.to_owned(), ..self }
    }

    pub(crate) fn signer(self, signer: &str) -> Self {
        Self { signer: signer.to_owned(), ..self }
    }

    pub(crate) fn version_1(self) -> Self {
        Self { version: 1, ..self }
    }

    pub(crate) fn serial(self, serial: &[u8]) -> Self {
        Self { serial: serial.to_vec(), ..self }
    }

    pub(crate) fn valid(self, from: &'static str, to: &'static str) -> Self {
        Self { validity: (from, to), ..self }
    }

    pub(crate) fn ended(self) -> Self {
        self.valid("200101000000Z", "250101000000Z")
    }

    pub(crate) fn not_yet(self) -> Self {
        self.valid("270601000000Z", "401231235959Z")
    }

    /// With this extension, in place of one that is there.
    pub(crate) fn with(self, id: &str, critical: bool, value: Vec<u8>) -> Self {
        let mut without = self.without(id);
        without.extensions.push((id.to_owned(), critical, value));
        without
    }

    pub(crate) fn without(mut self, id: &str) -> Self {
        self.has_subject_key_id &= id != SUBJECT_KEY_ID;
        self.has_authority_key_id &= id != AUTHORITY_KEY_ID;
        self.extensions.retain(|(known, ..)| known != id);
        self
    }

    pub(crate) fn damaged(self) -> Self {
        Self { is_damaged: true, ..self }
    }

    pub(crate) fn der(&self, keys: &Keys) -> Vec<u8> {
        let mut extensions: Vec<Vec<u8>> =
            self.extensions.iter().map(|(id, critical, value)| extension(id, *critical, value)).collect();
        if self.has_subject_key_id {
            extensions.push(extension(SUBJECT_KEY_ID, false, &element(0x04, &[&keys.id(&self.key)])));
        }
        if self.has_authority_key_id {
            let value = sequence(&[&element(0x80, &[&keys.id(&self.signer)])]);
            extensions.push(extension(AUTHORITY_KEY_ID, false, &value));
        }
        let (version, extensions) = if self.version == 1 {
            (Vec::new(), Vec::new())
        } else {
            (element(0xA0, &[&integer(&[2])]), element(0xA3, &[&sequence(&[&extensions.concat()])]))
        };
        let body = sequence(&[
            &version,
            &integer(&self.serial),
            &sequence(&[ECDSA_SHA256]),
            &self.issuer,
            &sequence(&[&time(self.validity.0), &time(self.validity.1)]),
            &self.subject,
            &keys.get(&self.key).subject_public_key_info(),
            &extensions,
        ]);
        let mut der = keys.signed(&self.signer, &body);
        if self.is_damaged {
            // The last byte belongs to the second number of the signature.
            *der.last_mut().unwrap() ^= 1;
        }
        der
    }
}

/// A revocation list to make.
#[derive(Clone, Debug)]
pub(crate) struct MadeList {
    issuer: Vec<u8>,
    signer: String,
    made: &'static str,
    /// Serial number and reason; a reason of 0 is not written.
    entries: Vec<(Vec<u8>, u8)>,
    entry_extension: Option<Vec<u8>>,
    extensions: Vec<Vec<u8>>,
    is_damaged: bool,
}

pub(crate) fn list(issuer: &str, number: u8) -> MadeList {
    MadeList {
        issuer: name(UTF8, issuer),
        signer: issuer.to_owned(),
        made: "261101000000Z",
        entries: Vec::new(),
        entry_extension: None,
        extensions: vec![extension("551d14", false, &integer(&[number]))],
        is_damaged: false,
    }
}

impl MadeList {
    pub(crate) fn signer(self, signer: &str) -> Self {
        Self { signer: signer.to_owned(), ..self }
    }

    pub(crate) fn issuer(self, issuer: Vec<u8>) -> Self {
        Self { issuer, ..self }
    }

    pub(crate) fn made(self, made: &'static str) -> Self {
        Self { made, ..self }
    }

    pub(crate) fn revokes(mut self, serial: &[u8], reason: u8) -> Self {
        self.entries.push((serial.to_vec(), reason));
        self
    }

    pub(crate) fn delta_to(self, base: u8) -> Self {
        self.with("551d1b", true, &integer(&[base]))
    }

    pub(crate) fn with(mut self, id: &str, critical: bool, value: &[u8]) -> Self {
        self.extensions.push(extension(id, critical, value));
        self
    }

    pub(crate) fn with_entry_extension(self, id: &str, critical: bool, value: &[u8]) -> Self {
        Self { entry_extension: Some(extension(id, critical, value)), ..self }
    }

    pub(crate) fn damaged(self) -> Self {
        Self { is_damaged: true, ..self }
    }

    pub(crate) fn der(&self, keys: &Keys) -> Vec<u8> {
        let entry = |(serial, reason): &(Vec<u8>, u8)| {
            let reason = match reason {
                0 => Vec::new(),
                reason => extension("551d15", false, &element(0x0A, &[&[*reason]])),
            };
            let extensions = [reason, self.entry_extension.clone().unwrap_or_default()].concat();
            let extensions = if extensions.is_empty() { extensions } else { sequence(&[&extensions]) };
            sequence(&[&integer(serial), &time("261015000000Z"), &extensions])
        };
        let entries: Vec<Vec<u8>> = self.entries.iter().map(entry).collect();
        let entries = if entries.is_empty() { Vec::new() } else { sequence(&[&entries.concat()]) };
        let signer = sequence(&[&element(0x80, &[&keys.id(&self.signer)])]);
        let extensions = [self.extensions.concat(), extension(AUTHORITY_KEY_ID, false, &signer)].concat();
        let body = sequence(&[
            &integer(&[1]),
            &sequence(&[ECDSA_SHA256]),
            &self.issuer,
            &time(self.made),
            &time("261231235959Z"),
            &entries,
            &element(0xA0, &[&sequence(&[&extensions])]),
        ]);
        let mut der = keys.signed(&self.signer, &body);
        if self.is_damaged {
            *der.last_mut().unwrap() ^= 1;
        }
        der
    }
}

/// What a scan of these files gives; `roots` are given with `--roots`, if there are any. The first file is the certificate that is
/// asked about.
pub(crate) fn scanned(files: &[Vec<u8>], roots: &[Vec<u8>]) -> Inventory {
    let folder = tempfile::tempdir().unwrap();
    let (certificates, given) = (folder.path().join("certs"), folder.path().join("roots"));
    for (folder, files) in [(&certificates, files), (&given, roots)] {
        fs::create_dir(folder).unwrap();
        for (index, bytes) in files.iter().enumerate() {
            fs::write(folder.join(format!("{index:05}.der")), bytes).unwrap();
        }
    }
    let mut options = ScanOptions::default();
    options.at = Some(AT);
    options.roots = (!roots.is_empty()).then_some(given);
    scan(&certificates, &options).unwrap()
}

/// The certificate in the first file.
pub(crate) fn first(inventory: &Inventory) -> &Certificate {
    inventory.certificates.iter().find(|facts| facts.first_path() == "00000.der").unwrap()
}

/// The state of its chain at the time of judgment, and why.
pub(crate) fn state(inventory: &Inventory) -> (ChainState, String) {
    let (state, reason) = first(inventory).chain.judged_at(AT);
    (state, reason.into_owned())
}

/// All made, in their order.
pub(crate) fn ders(keys: &Keys, made: &[Made]) -> Vec<Vec<u8>> {
    made.iter().map(|made| made.der(keys)).collect()
}
