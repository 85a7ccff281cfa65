//! Keys and signature algorithms, by object identifier.

use super::elements::dotted;
use lyncert_rules::certificate::{KeyAlgorithm, PublicKey, Signature, SignatureHash};
use x509_parser::asn1_rs::{Any, Class, FromBer, Tag, oid};
use x509_parser::x509::{AlgorithmIdentifier, SubjectPublicKeyInfo};

// Object identifiers as they are encoded: to make a text of each would take longer than all else that is read of an algorithm.
const RSA: &[u8] = &oid!(raw 1.2.840.113549.1.1.1);
const RSASSA_PSS: &[u8] = &oid!(raw 1.2.840.113549.1.1.10);
const EC: &[u8] = &oid!(raw 1.2.840.10045.2.1);
const ED25519: &[u8] = &oid!(raw 1.3.101.112);
const ED448: &[u8] = &oid!(raw 1.3.101.113);
const DSA: &[u8] = &oid!(raw 1.2.840.10040.4.1);

/// The public key. The size of an RSA key is the bit length of its modulus, that of an elliptic curve key its field's.
pub(super) fn public_key(info: &SubjectPublicKeyInfo<'_>) -> PublicKey {
    let oid = &info.algorithm.algorithm;
    let key = |algorithm| PublicKey { algorithm, bits: None, curve: None, exponent: None };
    match oid.as_bytes() {
        RSA => rsa_key(KeyAlgorithm::Rsa, info),
        RSASSA_PSS => rsa_key(KeyAlgorithm::RsaPss, info),
        EC => elliptic_curve(info.algorithm.parameters.as_ref()),
        ED25519 => key(KeyAlgorithm::Ed25519),
        ED448 => key(KeyAlgorithm::Ed448),
        DSA => key(KeyAlgorithm::Dsa),
        _ => key(KeyAlgorithm::Other(dotted(oid.as_bytes()))),
    }
}

/// A key of modulus and exponent, as far as they can be read.
fn rsa_key(algorithm: KeyAlgorithm, info: &SubjectPublicKeyInfo<'_>) -> PublicKey {
    let numbers = modulus_and_exponent(&info.subject_public_key.data);
    let bits = numbers.and_then(|(modulus, _)| bit_length(modulus));
    let exponent = numbers.map(|(_, exponent)| biguint_bits(exponent));
    PublicKey { algorithm, bits, curve: None, exponent }
}

/// The two integers of an RSA key.
pub(super) fn modulus_and_exponent(key: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_, sequence) = Any::from_ber(key).ok()?;
    let (rest, modulus) = Any::from_ber(sequence.data).ok()?;
    let (_, exponent) = Any::from_ber(rest).ok()?;
    Some((modulus.data, exponent.data))
}

fn bit_length(integer: &[u8]) -> Option<u32> {
    let start = integer.iter().position(|byte| *byte != 0)?;
    let digits = integer.get(start..)?;
    let bits = digits.len().checked_mul(8)?.checked_sub(digits.first()?.leading_zeros() as usize)?;
    u32::try_from(bits).ok()
}

/// The number; one that is too large becomes the largest odd or even one.
fn biguint_bits(integer: &[u8]) -> u64 {
    let digits = integer.iter().position(|byte| *byte != 0).and_then(|start| integer.get(start..));
    let digits = digits.unwrap_or_default();
    if digits.len() > size_of::<u64>() {
        return u64::MAX - u64::from(digits.last().is_some_and(|last| last.is_multiple_of(2)));
    }
    digits.iter().fold(0, |number, digit| number << 8 | u64::from(*digit))
}

fn elliptic_curve(parameters: Option<&Any<'_>>) -> PublicKey {
    let named = parameters.filter(|any| any.class() == Class::Universal && any.tag() == Tag::Oid);
    let Some(any) = named else {
        return PublicKey {
            algorithm: KeyAlgorithm::Ec,
            bits: None,
            curve: Some("explicit parameters".to_owned()),
            exponent: None,
        };
    };
    let oid = dotted(any.data);
    let (name, bits) = match oid.as_str() {
        "1.2.840.10045.3.1.1" => ("P-192", Some(192)),
        "1.3.132.0.33" => ("P-224", Some(224)),
        "1.2.840.10045.3.1.7" => ("P-256", Some(256)),
        "1.3.132.0.34" => ("P-384", Some(384)),
        "1.3.132.0.35" => ("P-521", Some(521)),
        "1.3.132.0.10" => ("secp256k1", Some(256)),
        other => (other, None),
    };
    PublicKey { algorithm: KeyAlgorithm::Ec, bits, curve: Some(name.to_owned()), exponent: None }
}

/// The signature algorithm.
pub(super) fn signature(algorithm: &AlgorithmIdentifier<'_>) -> Signature {
    let oid = &algorithm.algorithm;
    if oid.as_bytes() == RSASSA_PSS {
        let hash = pss_hash(algorithm.parameters.as_ref());
        return Signature { name: "RSASSA-PSS".into(), hash, is_pss: true };
    }
    match SIGNATURES.iter().find(|(known, ..)| *known == oid.as_bytes()) {
        Some((_, name, hash)) => Signature { name: (*name).into(), hash: *hash, is_pss: false },
        None => Signature { name: dotted(oid.as_bytes()).into(), hash: None, is_pss: false },
    }
}

/// (object identifier, name, hash)
const SIGNATURES: &[(&[u8], &str, Option<SignatureHash>)] = &[
    (&oid!(raw 1.2.840.113549.1.1.2), "md2WithRSAEncryption", Some(SignatureHash::Md2)),
    (&oid!(raw 1.2.840.113549.1.1.3), "md4WithRSAEncryption", Some(SignatureHash::Md4)),
    (&oid!(raw 1.2.840.113549.1.1.4), "md5WithRSAEncryption", Some(SignatureHash::Md5)),
    (&oid!(raw 1.2.840.113549.1.1.5), "sha1WithRSAEncryption", Some(SignatureHash::Sha1)),
    (&oid!(raw 1.3.14.3.2.29), "sha1WithRSASignature", Some(SignatureHash::Sha1)),
    (&oid!(raw 1.2.840.113549.1.1.14), "sha224WithRSAEncryption", Some(SignatureHash::Sha224)),
    (&oid!(raw 1.2.840.113549.1.1.11), "sha256WithRSAEncryption", Some(SignatureHash::Sha256)),
    (&oid!(raw 1.2.840.113549.1.1.12), "sha384WithRSAEncryption", Some(SignatureHash::Sha384)),
    (&oid!(raw 1.2.840.113549.1.1.13), "sha512WithRSAEncryption", Some(SignatureHash::Sha512)),
    (&oid!(raw 1.2.840.10045.4.1), "ecdsa-with-SHA1", Some(SignatureHash::Sha1)),
    (&oid!(raw 1.2.840.10045.4.3.1), "ecdsa-with-SHA224", Some(SignatureHash::Sha224)),
    (&oid!(raw 1.2.840.10045.4.3.2), "ecdsa-with-SHA256", Some(SignatureHash::Sha256)),
    (&oid!(raw 1.2.840.10045.4.3.3), "ecdsa-with-SHA384", Some(SignatureHash::Sha384)),
    (&oid!(raw 1.2.840.10045.4.3.4), "ecdsa-with-SHA512", Some(SignatureHash::Sha512)),
    (&oid!(raw 1.2.840.10040.4.3), "dsa-with-SHA1", Some(SignatureHash::Sha1)),
    (&oid!(raw 2.16.840.1.101.3.4.3.2), "dsa-with-SHA256", Some(SignatureHash::Sha256)),
    (ED25519, "Ed25519", None),
    (ED448, "Ed448", None),
];

/// The hash of an RSASSA-PSS signature: field 0 of its parameters, SHA-1 when absent (RFC 4055 section 3.1).
fn pss_hash(parameters: Option<&Any<'_>>) -> Option<SignatureHash> {
    let mut data = parameters?.data;
    while let Ok((rest, field)) = Any::from_ber(data) {
        if field.class() == Class::ContextSpecific && field.tag().0 == 0 {
            let (_, algorithm) = Any::from_ber(field.data).ok()?;
            let (_, oid) = Any::from_ber(algorithm.data).ok()?;
            return match dotted(oid.data).as_str() {
                "1.3.14.3.2.26" => Some(SignatureHash::Sha1),
                "2.16.840.1.101.3.4.2.4" => Some(SignatureHash::Sha224),
                "2.16.840.1.101.3.4.2.1" => Some(SignatureHash::Sha256),
                "2.16.840.1.101.3.4.2.2" => Some(SignatureHash::Sha384),
                "2.16.840.1.101.3.4.2.3" => Some(SignatureHash::Sha512),
                _ => None,
            };
        }
        data = rest;
    }
    Some(SignatureHash::Sha1)
}
