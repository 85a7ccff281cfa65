//! Does a key verify a certificate's signature?

use lyncert_rules::certificate::{PublicKey, Signature};
use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};

use super::algorithm::modulus_and_exponent;

/// The answer. What cannot be checked is never called bad.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Outcome {
    Good,
    Bad,
    /// An algorithm, curve, key or salt length that the cryptographic library does not know.
    NotCheckable,
}

/// A signature, what it is over, and the key that should verify it.
pub(super) struct Signed<'a> {
    pub(super) algorithm: &'a Signature,
    pub(super) message: &'a [u8],
    pub(super) signature: &'a [u8],
    pub(super) key: &'a PublicKey,
    /// The content of the key's bit string.
    pub(super) key_bytes: &'a [u8],
}

/// Checks a signature.
pub(super) fn verify(signed: &Signed<'_>) -> Outcome {
    let Signed { algorithm, message, signature, key, key_bytes } = signed;
    let Some(verification) = verification(&algorithm.name, algorithm.hash, key.curve.as_deref()) else {
        return Outcome::NotCheckable;
    };
    let is_rsa = key.curve.is_none() && key.bits.is_some();
    let from_2048 = algorithm.name == "sha384WithRSAEncryption" || algorithm.is_pss;
    let range = if from_2048 { 2048..=8192 } else { 1024..=8192 };
    if is_rsa && !(key.bits.is_some_and(|bits| range.contains(&bits)) && is_usual_rsa_key(key_bytes)) {
        return Outcome::NotCheckable;
    }
    // The library takes points in full only.
    if key.curve.is_some() && key_bytes.first() != Some(&0x04) {
        return Outcome::NotCheckable;
    }
    match UnparsedPublicKey::new(verification, key_bytes).verify(message, signature) {
        Ok(()) => Outcome::Good,
        // The library knows one salt length only, so a failure says nothing.
        Err(_) if algorithm.is_pss => Outcome::NotCheckable,
        Err(_) => Outcome::Bad,
    }
}

/// Whether the library takes the key. Of one that it refuses, a failure would say nothing: of odd exponents from 3 to 33 bits, of
/// moduli that are odd, and of numbers as DER writes them.
fn is_usual_rsa_key(key: &[u8]) -> bool {
    let Some((modulus, exponent)) = modulus_and_exponent(key) else { return false };
    let is_positive = |number: &[u8]| match number {
        [0, next, ..] => next & 0x80 != 0,
        [first, ..] => (1..0x80).contains(first),
        [] => false,
    };
    let is_odd = |number: &[u8]| number.last().is_some_and(|last| last & 1 == 1);
    let value = exponent.iter().take(6).fold(0_u64, |value, digit| value << 8 | u64::from(*digit));
    [modulus, exponent].into_iter().all(|number| is_positive(number) && is_odd(number))
        && exponent.len() <= 5
        && (3..1 << 33).contains(&value)
}

fn verification(
    name: &str,
    hash: Option<lyncert_rules::certificate::SignatureHash>,
    curve: Option<&str>,
) -> Option<&'static dyn VerificationAlgorithm> {
    use lyncert_rules::certificate::SignatureHash::{Sha256, Sha384, Sha512};
    let algorithm: &'static dyn VerificationAlgorithm = match (name, curve) {
        ("sha1WithRSAEncryption", None) => &signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
        ("sha256WithRSAEncryption", None) => &signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
        ("sha384WithRSAEncryption", None) => &signature::RSA_PKCS1_2048_8192_SHA384,
        ("sha512WithRSAEncryption", None) => &signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
        ("RSASSA-PSS", None) => match hash {
            Some(Sha256) => &signature::RSA_PSS_2048_8192_SHA256,
            Some(Sha384) => &signature::RSA_PSS_2048_8192_SHA384,
            Some(Sha512) => &signature::RSA_PSS_2048_8192_SHA512,
            _ => return None,
        },
        ("ecdsa-with-SHA256", Some("P-256")) => &signature::ECDSA_P256_SHA256_ASN1,
        ("ecdsa-with-SHA384", Some("P-256")) => &signature::ECDSA_P256_SHA384_ASN1,
        ("ecdsa-with-SHA256", Some("P-384")) => &signature::ECDSA_P384_SHA256_ASN1,
        ("ecdsa-with-SHA384", Some("P-384")) => &signature::ECDSA_P384_SHA384_ASN1,
        ("Ed25519", None) => &signature::ED25519,
        _ => return None,
    };
    Some(algorithm)
}

#[cfg(test)]
mod tests {
    use super::super::making::element;
    use super::*;

    fn key(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
        element(0x30, &[element(0x02, modulus), element(0x02, exponent)].concat())
    }

    #[test]
    fn keys_that_the_library_refuses_are_not_checkable() {
        let modulus = [&[0, 0xC5][..], &[7; 255]].concat();
        for (exponent, is_usual) in [
            (&[3][..], true),
            (&[1, 0, 1], true),
            (&[1, 0xFF, 0xFF, 0xFF, 0xFF], true),
            (&[2, 0, 0, 0, 1], false),
            (&[1, 0, 0, 0, 0, 1], false),
            (&[1], false),
            (&[4], false),
            (&[0, 3], false),
            (&[], false),
        ] {
            assert_eq!(is_usual_rsa_key(&key(&modulus, exponent)), is_usual, "{exponent:?}");
        }
        let even = [&[0, 0xC5][..], &[8; 255]].concat();
        assert!(!is_usual_rsa_key(&key(&even, &[3])));
        assert!(!is_usual_rsa_key(b"no key"));
    }
}
