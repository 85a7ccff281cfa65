//! One digest for each public key, however it is written.

use lyncert_rules::digest::Fingerprint;
use x509_parser::asn1_rs::{Any, Class, FromBer, Tag, oid};

use super::elements::{any, elements};
use super::sha256;

const RSA: &[u8] = &oid!(raw 1.2.840.113549.1.1.1);
const EC: &[u8] = &oid!(raw 1.2.840.10045.2.1);

/// SHA-256 over a SubjectPublicKeyInfo: without the parameters of an RSA key, which are nothing or NULL, and with the point of an
/// elliptic curve in short.
pub(crate) fn public_key_sha256(info: &[u8]) -> Fingerprint {
    let normal = normal_key(info).unwrap_or_else(|| info.to_vec());
    sha256(&normal)
}

/// The parts that make the key; `None` for one that is taken as it is written.
fn normal_key(info: &[u8]) -> Option<Vec<u8>> {
    let fields = elements(any(info)?.data)?;
    let [algorithm, key] = fields.as_slice() else { return None };
    let (parameters, kind) = Any::from_ber(algorithm.data).ok()?;
    let is_bits = key.class() == Class::Universal && key.tag() == Tag::BitString;
    if !is_bits || kind.tag() != Tag::Oid {
        return None;
    }
    match kind.data {
        RSA => Some([b"RSA", key.data].concat()),
        EC => Some([b"EC ".as_slice(), parameters, &short_point(key.data)].concat()),
        _ => None,
    }
}

/// A point by its first coordinate and the sign of the second (SEC 1 section 2.3.3), after the count of unused bits.
fn short_point(bits: &[u8]) -> Vec<u8> {
    let [unused, 0x04, point @ ..] = bits else { return bits.to_vec() };
    let (x, y) = point.split_at(point.len() / 2);
    let sign = y.last().map_or(0, |last| last & 1);
    [&[*unused, 0x02 | sign], x].concat()
}

#[cfg(test)]
mod tests {
    use super::super::making::{element, public_key, rsa_key};
    use super::*;

    #[test]
    fn one_key_has_one_digest_however_it_is_written() {
        const RSA_KEY: &str = "1.2.840.113549.1.1.1";
        const EC_KEY: &str = "1.2.840.10045.2.1";
        let with_null = rsa_key(2048, &[1, 0, 1]);
        let bare_key = any(&with_null).and_then(|info| elements(info.data)).unwrap()[1].data[1..].to_vec();
        let without_null = public_key(RSA_KEY, &[], &bare_key);
        assert_ne!(with_null, without_null);
        assert_eq!(public_key_sha256(&with_null), public_key_sha256(&without_null));
        assert_ne!(public_key_sha256(&with_null), public_key_sha256(&rsa_key(2048, &[3])));

        let curve = element(0x06, &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]);
        let (x, y) = ([7; 32], [9; 32]);
        let whole = public_key(EC_KEY, &curve, &[&[4][..], &x, &y].concat());
        let short = public_key(EC_KEY, &curve, &[&[3][..], &x].concat());
        assert_eq!(public_key_sha256(&whole), public_key_sha256(&short));
        let other = public_key(EC_KEY, &curve, &[&[2][..], &x].concat());
        assert_ne!(public_key_sha256(&whole), public_key_sha256(&other), "the other sign is another key");
    }
}
