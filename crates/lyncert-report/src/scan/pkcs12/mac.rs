//! What shows that a password is the right one: the MAC of RFC 7292, and PBMAC1 of RFC 9579.

use std::borrow::Cow;
use std::num::NonZeroU32;

use hmac::digest::block_api::BlockSizeUser;
use hmac::digest::{Digest, FixedOutputReset, OutputSizeUser};
use hmac::{KeyInit as _, Mac as _, SimpleHmac};
use pkcs12::kdf::{Pkcs12KeyType, derive_key};
use ring::pbkdf2;
use x509_parser::asn1_rs::{Tag, oid};
use zeroize::Zeroizing;

use super::cipher::algorithm_name;
use super::{Budget, Password, Refusal};
use crate::scan::asn1::Element;

const PBMAC1: &[u8] = &oid!(raw 1.2.840.113549.1.5.14);
const PBKDF2: &[u8] = &oid!(raw 1.2.840.113549.1.5.12);
const SHA1: &[u8] = &oid!(raw 1.3.14.3.2.26);
const SHA224: &[u8] = &oid!(raw 2.16.840.1.101.3.4.2.4);
const SHA256: &[u8] = &oid!(raw 2.16.840.1.101.3.4.2.1);
const SHA384: &[u8] = &oid!(raw 2.16.840.1.101.3.4.2.2);
const SHA512: &[u8] = &oid!(raw 2.16.840.1.101.3.4.2.3);
const SHA512_224: &[u8] = &oid!(raw 2.16.840.1.101.3.4.2.5);
const SHA512_256: &[u8] = &oid!(raw 2.16.840.1.101.3.4.2.6);
const HMAC_SHA1: &[u8] = &oid!(raw 1.2.840.113549.2.7);
const HMAC_SHA256: &[u8] = &oid!(raw 1.2.840.113549.2.9);
const HMAC_SHA384: &[u8] = &oid!(raw 1.2.840.113549.2.10);
const HMAC_SHA512: &[u8] = &oid!(raw 1.2.840.113549.2.11);

/// What authenticates an archive.
pub(super) struct Mac<'a> {
    algorithm: Element<'a>,
    digest: Cow<'a, [u8]>,
    salt: Cow<'a, [u8]>,
    rounds: u64,
}

/// What came of the passwords.
pub(super) enum Checked {
    /// The one at this index is right.
    Fits(usize),
    NoneFits,
    /// The algorithm is not known: nothing was checked.
    Unknown(String),
    /// To check it would take too much.
    Costs(String),
}

impl<'a> Mac<'a> {
    pub(super) fn read(mac: &Element<'a>) -> Option<Self> {
        let fields = mac.children();
        let [info, salt, rest @ ..] = fields.as_slice() else { return None };
        let info = info.children();
        let [algorithm, digest] = info.as_slice() else { return None };
        let rounds = match rest.first() {
            Some(rounds) => rounds.integer()?,
            None => 1,
        };
        Some(Self { algorithm: algorithm.clone(), digest: digest.octets()?, salt: salt.octets()?, rounds })
    }

    pub(super) fn check(
        &self,
        content: &[u8],
        tries: &[Password<'_>],
        budgets: &mut [Budget<'_>],
    ) -> Checked {
        for (index, (password, budget)) in tries.iter().zip(budgets).enumerate() {
            match self.fits(content, password, budget) {
                Ok(true) => return Checked::Fits(index),
                Ok(false) | Err(Refusal::Password) => {}
                Err(Refusal::Algorithm(name)) => return Checked::Unknown(name),
                Err(Refusal::Cost(reason)) => return Checked::Costs(reason),
            }
        }
        Checked::NoneFits
    }

    fn fits(
        &self,
        content: &[u8],
        password: &Password<'_>,
        budget: &mut Budget<'_>,
    ) -> Result<bool, Refusal> {
        let fields = self.algorithm.children();
        let [id, parameters @ ..] = fields.as_slice() else {
            return Err(Refusal::Algorithm("none is named".to_owned()));
        };
        let unknown = || Refusal::Algorithm(algorithm_name(id));
        if id.data() == PBMAC1 {
            return self.fits_pbmac1(parameters.first().ok_or_else(unknown)?, content, password, budget);
        }
        let check = match id.data() {
            SHA1 => Self::fits_with::<sha1::Sha1>,
            SHA224 => Self::fits_with::<sha2::Sha224>,
            SHA256 => Self::fits_with::<sha2::Sha256>,
            SHA384 => Self::fits_with::<sha2::Sha384>,
            SHA512 => Self::fits_with::<sha2::Sha512>,
            SHA512_224 => Self::fits_with::<sha2::Sha512_224>,
            SHA512_256 => Self::fits_with::<sha2::Sha512_256>,
            _ => return Err(unknown()),
        };
        budget.take_rounds(self.rounds)?;
        Ok(check(self, content, password))
    }

    fn fits_with<D: Digest + FixedOutputReset + BlockSizeUser>(
        &self,
        content: &[u8],
        password: &Password<'_>,
    ) -> bool {
        let size = <D as OutputSizeUser>::output_size();
        // Whoever calls this has held the rounds against a limit.
        let rounds = i32::try_from(self.rounds).unwrap_or(i32::MAX);
        let key = derive_key::<D>(&password.utf16, &self.salt, Pkcs12KeyType::Mac, rounds, size);
        let key = Zeroizing::new(key);
        let Ok(mut mac) = SimpleHmac::<D>::new_from_slice(&key) else { return false };
        mac.update(content);
        mac.verify_slice(&self.digest).is_ok()
    }

    /// The salt and rounds of the archive say nothing here: those of PBKDF2 count.
    fn fits_pbmac1(
        &self,
        parameters: &Element<'_>,
        content: &[u8],
        password: &Password<'_>,
        budget: &mut Budget<'_>,
    ) -> Result<bool, Refusal> {
        /// Keys are as long as what a hash gives; more would only cost.
        const MAX_KEY: u64 = 64;
        let unknown = |what: String| Refusal::Algorithm(format!("PBMAC1 with {what}"));
        let damaged = || unknown("damaged parameters".to_owned());
        let schemes = parameters.children();
        let [derivation, scheme] = schemes.as_slice() else { return Err(damaged()) };
        let derivation = derivation.children();
        let [id, values] = derivation.as_slice() else { return Err(damaged()) };
        if id.data() != PBKDF2 {
            return Err(unknown(algorithm_name(id)));
        }
        let values = values.children();
        let [salt, rounds, rest @ ..] = values.as_slice() else { return Err(damaged()) };
        let length = rest.iter().find(|value| value.is(Tag::Integer)).and_then(Element::integer);
        let length = length.filter(|length| (1..=MAX_KEY).contains(length)).ok_or_else(damaged)?;
        let function = rest.iter().find(|value| value.is(Tag::Sequence));
        let function = match function.and_then(|function| Element::first(function.data())) {
            None => pbkdf2::PBKDF2_HMAC_SHA1,
            Some((id, _)) => match id.data() {
                HMAC_SHA1 => pbkdf2::PBKDF2_HMAC_SHA1,
                HMAC_SHA256 => pbkdf2::PBKDF2_HMAC_SHA256,
                HMAC_SHA384 => pbkdf2::PBKDF2_HMAC_SHA384,
                HMAC_SHA512 => pbkdf2::PBKDF2_HMAC_SHA512,
                _ => return Err(unknown(algorithm_name(&id))),
            },
        };
        let (id, _) = Element::first(scheme.data()).ok_or_else(damaged)?;
        let algorithm = match id.data() {
            HMAC_SHA1 => ring::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            HMAC_SHA256 => ring::hmac::HMAC_SHA256,
            HMAC_SHA384 => ring::hmac::HMAC_SHA384,
            HMAC_SHA512 => ring::hmac::HMAC_SHA512,
            _ => return Err(unknown(algorithm_name(&id))),
        };
        let rounds = rounds.integer().ok_or_else(damaged)?;
        budget.take_rounds(rounds)?;
        let rounds = u32::try_from(rounds).ok().and_then(NonZeroU32::new).ok_or_else(damaged)?;
        let mut key = Zeroizing::new(vec![0; usize::try_from(length).map_err(|_| damaged())?]);
        let salt = salt.octets().ok_or_else(damaged)?;
        pbkdf2::derive(function, rounds, &salt, password.utf8.as_bytes(), &mut key);
        Ok(ring::hmac::verify(&ring::hmac::Key::new(algorithm, &key), content, &self.digest).is_ok())
    }
}
