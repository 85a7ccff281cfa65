//! What archives are encrypted with: PBES2, and PKCS#12's own ways with Triple DES and RC2.

use std::num::NonZeroU32;

use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipherDecrypt, BlockModeDecrypt, InnerIvInit, KeyInit};
use des::{TdesEde2, TdesEde3};
use pkcs5::EncryptionScheme;
use pkcs12::kdf::{Pkcs12KeyType, derive_key};
use rc2::Rc2;
use ring::pbkdf2;
use sha1::Sha1;
use x509_parser::asn1_rs::{Tag, oid};
use zeroize::Zeroizing;

use super::{AES, Budget, Password, Refusal};
use crate::scan::asn1::Element;

const PBES2: &[u8] = &oid!(raw 1.2.840.113549.1.5.13);
const PBKDF2: &[u8] = &oid!(raw 1.2.840.113549.1.5.12);
const SCRYPT: &[u8] = &oid!(raw 1.3.6.1.4.1.11591.4.11);
const TRIPLE_DES: &[u8] = &oid!(raw 1.2.840.113549.1.12.1.3);
const DOUBLE_DES: &[u8] = &oid!(raw 1.2.840.113549.1.12.1.4);
const RC2_128: &[u8] = &oid!(raw 1.2.840.113549.1.12.1.5);
const TRIPLE_DES_CBC: &[u8] = &oid!(raw 1.2.840.113549.3.7);
const RC2_CBC: &[u8] = &oid!(raw 1.2.840.113549.3.2);
const HMAC_SHA1: &[u8] = &oid!(raw 1.2.840.113549.2.7);
const HMAC_SHA256: &[u8] = &oid!(raw 1.2.840.113549.2.9);
const HMAC_SHA384: &[u8] = &oid!(raw 1.2.840.113549.2.10);
const HMAC_SHA512: &[u8] = &oid!(raw 1.2.840.113549.2.11);
const RC2_40: &[u8] = &oid!(raw 1.2.840.113549.1.12.1.6);

/// What people call algorithms that are not known here, and those that name others.
const NAMES: [(&str, &str); 23] = [
    ("1.2.840.113549.1.12.1.1", "RC4 with 128 bits"),
    ("1.2.840.113549.1.12.1.2", "RC4 with 40 bits"),
    ("1.2.840.113549.1.5.1", "DES with MD2"),
    ("1.2.840.113549.1.5.3", "DES with MD5"),
    ("1.2.840.113549.1.5.6", "RC2 with MD5"),
    ("1.2.840.113549.1.5.10", "DES with SHA-1"),
    ("1.2.840.113549.1.5.11", "RC2 with SHA-1"),
    ("1.2.840.113549.1.5.14", "PBMAC1"),
    ("1.2.840.113549.2.5", "MD5"),
    ("1.2.840.113549.3.4", "RC4"),
    ("1.2.392.200011.61.1.1.1.2", "Camellia with 128 bits"),
    ("1.2.392.200011.61.1.1.1.3", "Camellia with 192 bits"),
    ("1.2.392.200011.61.1.1.1.4", "Camellia with 256 bits"),
    ("1.2.410.200004.1.4", "SEED"),
    ("1.2.643.2.2.21", "GOST 28147-89"),
    ("1.2.643.7.1.1.2.2", "GOST R 34.11-2012 with 256 bits"),
    ("1.2.643.7.1.1.2.3", "GOST R 34.11-2012 with 512 bits"),
    ("1.3.6.1.4.1.1722.12.2.1.16", "BLAKE2b"),
    ("1.3.6.1.4.1.1722.12.2.2.8", "BLAKE2s"),
    ("1.3.14.3.2.7", "DES"),
    ("2.16.840.1.101.3.4.2.8", "SHA3-256"),
    ("2.16.840.1.101.3.4.2.9", "SHA3-384"),
    ("2.16.840.1.101.3.4.2.10", "SHA3-512"),
];

/// The name of an algorithm, or its object identifier.
pub(super) fn algorithm_name(id: &Element<'_>) -> String {
    let dotted = id.dotted();
    let name = NAMES.iter().find(|(known, _)| *known == dotted).map(|(_, name)| (*name).to_owned());
    name.unwrap_or(dotted)
}

/// What `encrypted` is with this password.
pub(super) fn decrypt(
    algorithm: &Element<'_>,
    encrypted: &[u8],
    password: &Password<'_>,
    budget: &mut Budget<'_>,
) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    let fields = algorithm.children();
    let [id, parameters, ..] = fields.as_slice() else {
        return Err(Refusal::Algorithm("without parameters".to_owned()));
    };
    let unknown = || Refusal::Algorithm(algorithm_name(id));
    if id.data() == PBES2 {
        take_cost(parameters, budget)?;
        if let Some(cipher) = rc2_of(parameters) {
            return decrypt_rc2(parameters, &cipher, encrypted, password);
        }
        let unknown = || Refusal::Algorithm(unknown_part(parameters).unwrap_or_else(strange_parameters));
        let scheme = EncryptionScheme::try_from(algorithm.raw).map_err(|_| unknown())?;
        return match scheme.decrypt(password.utf8.as_bytes(), encrypted) {
            Ok(bytes) => Ok(Zeroizing::new(bytes)),
            Err(pkcs5::Error::DecryptFailed) => Err(Refusal::Password),
            Err(_) => Err(unknown()),
        };
    }
    let decipher = match id.data() {
        TRIPLE_DES => derived::<TdesEde3, 24>,
        DOUBLE_DES => derived::<TdesEde2, 16>,
        RC2_128 => derived::<Rc2, 16>,
        RC2_40 => derived::<Rc2, 5>,
        _ => return Err(unknown()),
    };
    let parts = parameters.children();
    let [salt, rounds] = parts.as_slice() else { return Err(unknown()) };
    let salt = salt.octets().ok_or_else(unknown)?;
    let rounds = rounds.integer().ok_or_else(unknown)?;
    budget.take_rounds(rounds)?;
    let rounds = i32::try_from(rounds).map_err(|_| unknown())?;
    decipher(password, &salt, rounds, encrypted)
}

/// Decrypts with key and initial vector from the derivation of PKCS#12 (RFC 7292 appendix B).
fn derived<C: KeyInit + BlockCipherDecrypt, const KEY: usize>(
    password: &Password<'_>,
    salt: &[u8],
    rounds: i32,
    encrypted: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    let derive = |kind, size| Zeroizing::new(derive_key::<Sha1>(&password.utf16, salt, kind, rounds, size));
    let (key, vector) = (derive(Pkcs12KeyType::EncryptionKey, KEY), derive(Pkcs12KeyType::Iv, 8));
    let cipher = C::new_from_slice(&key).map_err(|_| Refusal::Password)?;
    let decryptor = cbc::Decryptor::inner_iv_slice_init(cipher, &vector).map_err(|_| Refusal::Password)?;
    decryptor.decrypt_padded_vec::<Pkcs7>(encrypted).map(Zeroizing::new).map_err(|_| Refusal::Password)
}

/// The parameters of RC2 in those of PBES2; `None` for another cipher.
fn rc2_of<'a>(parameters: &Element<'a>) -> Option<Element<'a>> {
    let schemes = parameters.children();
    let [_, cipher] = schemes.as_slice() else { return None };
    let parts = cipher.children();
    let [id, values] = parts.as_slice() else { return None };
    (id.data() == RC2_CBC).then(|| values.clone())
}

/// RC2 in PBES2 (RFC 8018 appendix B.2.3), which the library for PBES2 does not have. A version says how many bits of the key count.
fn decrypt_rc2(
    parameters: &Element<'_>,
    cipher: &Element<'_>,
    encrypted: &[u8],
    password: &Password<'_>,
) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    let unknown = || Refusal::Algorithm("PBES2 with RC2 and parameters that are not understood".to_owned());
    let cipher = cipher.children();
    let [version, vector] = cipher.as_slice() else { return Err(unknown()) };
    let bits = match version.integer().ok_or_else(unknown)? {
        160 => 40,
        120 => 64,
        58 => 128,
        _ => return Err(unknown()),
    };
    let vector = vector.octets().ok_or_else(unknown)?;
    let mut key = Zeroizing::new(vec![0; bits / 8]);
    derive_by_pbkdf2(parameters, password, &mut key).ok_or_else(unknown)?;
    let decryptor = cbc::Decryptor::inner_iv_slice_init(Rc2::new_with_eff_key_len(&key, bits), &vector)
        .map_err(|_| unknown())?;
    decryptor.decrypt_padded_vec::<Pkcs7>(encrypted).map(Zeroizing::new).map_err(|_| Refusal::Password)
}

/// The key that PBKDF2 gives (RFC 8018 appendix A.2); `None` where its parameters are not understood, or are for a key of another length.
fn derive_by_pbkdf2(parameters: &Element<'_>, password: &Password<'_>, key: &mut [u8]) -> Option<()> {
    let schemes = parameters.children();
    let derivation = schemes.first()?.children();
    let [id, values] = derivation.as_slice() else { return None };
    if id.data() != PBKDF2 {
        return None;
    }
    let values = values.children();
    let (salt, rounds) = (values.first()?.octets()?, values.get(1)?.integer()?);
    let mut rest = values.get(2..)?.iter().peekable();
    if let Some(length) = rest.next_if(|value| value.is(Tag::Integer))
        && length.integer() != Some(key.len() as u64)
    {
        return None;
    }
    let digest = match rest.next() {
        None => pbkdf2::PBKDF2_HMAC_SHA1,
        Some(algorithm) => match algorithm.children().first()?.data() {
            HMAC_SHA1 => pbkdf2::PBKDF2_HMAC_SHA1,
            HMAC_SHA256 => pbkdf2::PBKDF2_HMAC_SHA256,
            HMAC_SHA384 => pbkdf2::PBKDF2_HMAC_SHA384,
            HMAC_SHA512 => pbkdf2::PBKDF2_HMAC_SHA512,
            _ => return None,
        },
    };
    let rounds = NonZeroU32::new(u32::try_from(rounds).ok()?)?;
    pbkdf2::derive(digest, rounds, &salt, password.utf8.as_bytes(), key);
    Some(())
}

/// Takes what the key derivation of PBES2 costs, before it is done.
fn take_cost(parameters: &Element<'_>, budget: &mut Budget<'_>) -> Result<(), Refusal> {
    let unknown = || Refusal::Algorithm(strange_parameters());
    let schemes = parameters.children();
    let [derivation, ..] = schemes.as_slice() else { return Err(unknown()) };
    let derivation = derivation.children();
    let [id, values] = derivation.as_slice() else { return Err(unknown()) };
    let values = values.children();
    let number = |index: usize| values.get(index).and_then(Element::integer).ok_or_else(unknown);
    match id.data() {
        PBKDF2 => budget.take_rounds(number(1)?),
        SCRYPT => {
            let (cost, block, passes) = (number(1)?, number(2)?, number(3)?);
            // The library panics over a cost of 0.
            if !cost.is_power_of_two() || block == 0 || passes == 0 {
                return Err(unknown());
            }
            budget.take_scrypt(cost.saturating_mul(block).saturating_mul(128), passes)
        }
        _ => Err(Refusal::Algorithm(algorithm_name(id))),
    }
}

/// The name of the cipher in the parameters of PBES2 that is not known.
fn unknown_part(parameters: &Element<'_>) -> Option<String> {
    let schemes = parameters.children();
    let [_, cipher] = schemes.as_slice() else { return None };
    let (id, _) = Element::first(cipher.data())?;
    let is_known = id.data().starts_with(AES) || id.data() == TRIPLE_DES_CBC;
    (id.is(Tag::Oid) && !is_known).then(|| format!("PBES2 with {}", algorithm_name(&id)))
}

fn strange_parameters() -> String {
    "PBES2 with parameters that are not understood".to_owned()
}
