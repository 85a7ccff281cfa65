//! Does a key verify a certificate's signature?

use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use x509_parser::certificate::X509Certificate;
use x509_parser::x509::SubjectPublicKeyInfo;

use super::algorithm::{self, PSS};

/// The answer. What cannot be checked is never called bad.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Outcome {
    Good,
    Bad,
    /// An algorithm, curve, key or salt length that the cryptographic library does not know.
    NotCheckable,
}

/// Checks the signature of `certificate` with `key`.
pub(super) fn verify(certificate: &X509Certificate<'_>, key: &SubjectPublicKeyInfo<'_>) -> Outcome {
    let signature = algorithm::signature(&certificate.signature_algorithm);
    let public = algorithm::public_key(key);
    let oid = certificate.signature_algorithm.algorithm.to_id_string();
    let Some(verification) = verification(&signature.name, signature.hash, public.curve.as_deref()) else {
        return Outcome::NotCheckable;
    };
    let is_rsa = public.curve.is_none() && public.bits.is_some();
    let range =
        if signature.name == "sha384WithRSAEncryption" || oid == PSS { 2048..=8192 } else { 1024..=8192 };
    if is_rsa && !public.bits.is_some_and(|bits| range.contains(&bits)) {
        return Outcome::NotCheckable;
    }
    let verified = UnparsedPublicKey::new(verification, &key.subject_public_key.data)
        .verify(certificate.tbs_certificate.as_ref(), &certificate.signature_value.data);
    match verified {
        Ok(()) => Outcome::Good,
        // The library knows one salt length only, so a failure says nothing.
        Err(_) if oid == PSS => Outcome::NotCheckable,
        Err(_) => Outcome::Bad,
    }
}

fn verification(
    name: &str,
    hash: Option<lyncert_rules::SignatureHash>,
    curve: Option<&str>,
) -> Option<&'static dyn VerificationAlgorithm> {
    use lyncert_rules::SignatureHash::{Sha256, Sha384, Sha512};
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
