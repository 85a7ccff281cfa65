//! Private keys: that they are there, whether they are encrypted, and which public key they belong to.
//!
//! Of an unencrypted key the public part is read, to find its certificate. No byte of a private part leaves this module, and
//! what was decoded is overwritten when it is dropped.

use lyncert_rules::digest::Fingerprint;
use lyncert_rules::folder::ArchiveWeakness;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use x509_parser::asn1_rs::{Tag, oid};

use super::asn1::Element;
use crate::x509;

/// A private key in a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Key {
    /// Whether it is encrypted; `None` where the file does not show it.
    pub(super) encrypted: Option<bool>,
    /// How it is encoded.
    pub(super) kind: &'static str,
    /// SHA-256 over its SubjectPublicKeyInfo, if the file contains its public part.
    pub(super) public_sha256: Option<Fingerprint>,
    /// How badly its archive protects it.
    pub(super) weakness: Option<ArchiveWeakness>,
    /// Whether its archive is encrypted with AES.
    pub(super) is_aes: bool,
}

impl Key {
    /// A key of which only its PEM block is known.
    pub(super) fn of_block(encrypted: Option<bool>) -> Self {
        Self { encrypted, kind: "PEM", public_sha256: None, weakness: None, is_aes: false }
    }
}

const RSA: &[u8] = &oid!(raw 1.2.840.113549.1.1.1);
const RSA_PSS: &[u8] = &oid!(raw 1.2.840.113549.1.1.10);
const EC: &[u8] = &oid!(raw 1.2.840.10045.2.1);
const DSA: &[u8] = &oid!(raw 1.2.840.10040.4.1);
const ED25519: &[u8] = &oid!(raw 1.3.101.112);

/// The key in DER bytes, if they are one.
pub(super) fn read_key(element: &Element<'_>) -> Option<Key> {
    let fields = element.children();
    let [first, second, ..] = fields.as_slice() else { return None };
    let clear = |kind, public: Option<Vec<u8>>| Key {
        encrypted: Some(false),
        kind,
        public_sha256: public.map(|info| x509::public_key_sha256(&info)),
        weakness: None,
        is_aes: false,
    };
    match first.integer() {
        Some(0 | 1)
            if second.is(Tag::Sequence) && fields.get(2).is_some_and(|key| key.is(Tag::OctetString)) =>
        {
            Some(clear("PKCS#8", pkcs8_public(second, &fields)))
        }
        Some(0) if second.is(Tag::Integer) && fields.len() >= 9 => Some(clear("PKCS#1", rsa_public(&fields))),
        Some(0) if fields.len() == 6 && fields.iter().all(|field| field.is(Tag::Integer)) => {
            Some(clear("DSA", dsa_public(&fields)))
        }
        Some(1) if second.is(Tag::OctetString) => Some(clear("SEC1", sec1_public(&fields, None))),
        None if first.is(Tag::Sequence)
            && second.is(Tag::OctetString)
            && fields.len() == 2
            && first.children().first().is_some_and(|oid| oid.is(Tag::Oid)) =>
        {
            Some(Key {
                encrypted: Some(true),
                kind: "PKCS#8",
                public_sha256: None,
                weakness: None,
                is_aes: false,
            })
        }
        _ => None,
    }
}

fn pkcs8_public(algorithm: &Element<'_>, fields: &[Element<'_>]) -> Option<Vec<u8>> {
    // RFC 5958: the public part may stand beside the private one.
    if let Some(public) = fields.iter().skip(3).find(|field| field.is_field(1)) {
        return Some(encode_sequence(&[algorithm.raw, &encode_element(0x03, public.data())]));
    }
    let inner = fields.get(2)?.data();
    let (key, _) = Element::first(inner)?;
    let parts = algorithm.children();
    match parts.first()?.data() {
        RSA => rsa_public(&key.children()),
        RSA_PSS => Some(encode_sequence(&[algorithm.raw, &rsa_key(&key.children())?])),
        EC => sec1_public(&key.children(), parts.get(1)),
        ED25519 => Some(encode_sequence(&[algorithm.raw, &ed25519_public(key.data())?])),
        // Of a DSA key only the private number stands here.
        _ => None,
    }
}

/// The public key that belongs to a seed. What the library derives on the way lies on the stack for that long.
fn ed25519_public(seed: &[u8]) -> Option<Vec<u8>> {
    let pair = Ed25519KeyPair::from_seed_unchecked(seed).ok()?;
    Some(encode_bit_string(pair.public_key().as_ref()))
}

/// The SubjectPublicKeyInfo of a DSA key: version, three parameters, the public and the private number.
fn dsa_public(fields: &[Element<'_>]) -> Option<Vec<u8>> {
    let [_, p, q, g, public, _] = fields else { return None };
    let parameters = encode_sequence(&[p.raw, q.raw, g.raw]);
    let algorithm = encode_sequence(&[&encode_element(0x06, DSA), &parameters]);
    Some(encode_sequence(&[&algorithm, &encode_bit_string(public.raw)]))
}

/// The SubjectPublicKeyInfo of an RSA key: modulus and exponent are its second and third number.
fn rsa_public(fields: &[Element<'_>]) -> Option<Vec<u8>> {
    let algorithm = encode_sequence(&[&encode_element(0x06, RSA), &[0x05, 0x00]]);
    Some(encode_sequence(&[&algorithm, &rsa_key(fields)?]))
}

fn rsa_key(fields: &[Element<'_>]) -> Option<Vec<u8>> {
    let (modulus, exponent) = (fields.get(1)?, fields.get(2)?);
    Some(encode_bit_string(&encode_sequence(&[modulus.raw, exponent.raw])))
}

/// That of an elliptic curve key: the curve, here or in the key, and the public point, which may be left out.
fn sec1_public(fields: &[Element<'_>], curve: Option<&Element<'_>>) -> Option<Vec<u8>> {
    let field = |number| fields.iter().find(|field| field.is_field(number))?.children().into_iter().next();
    let own = field(0);
    let curve = curve.or(own.as_ref())?;
    let point = field(1).filter(|point| point.is(Tag::BitString))?;
    let algorithm = encode_sequence(&[&encode_element(0x06, EC), curve.raw]);
    Some(encode_sequence(&[&algorithm, point.raw]))
}

fn encode_sequence(parts: &[&[u8]]) -> Vec<u8> {
    encode_element(0x30, &parts.concat())
}

fn encode_bit_string(content: &[u8]) -> Vec<u8> {
    encode_element(0x03, &[&[0], content].concat())
}

/// DER of one element.
fn encode_element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut bytes = vec![tag];
    if let Ok(short @ 0..=0x7F) = u8::try_from(length) {
        bytes.push(short);
    } else {
        let digits = length.to_be_bytes();
        let digits: Vec<u8> = digits.into_iter().skip_while(|digit| *digit == 0).collect();
        // A length has at most eight digits.
        bytes.push(0x80 | u8::try_from(digits.len()).unwrap_or(8));
        bytes.extend(digits);
    }
    bytes.extend(content);
    bytes
}
