//! The certification authority of made-up estates.

use std::fs;
use std::path::Path;

use rcgen::{
    BasicConstraints, CertificateParams, CrlDistributionPoint, CustomExtension, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256, PublicKeyData,
    SerialNumber, SignatureAlgorithm,
};
use time::OffsetDateTime;
use time::macros::datetime;

/// A certificate to issue.
pub(super) struct Leaf<'a> {
    pub(super) common_name: &'a str,
    pub(super) dns_names: &'a [String],
    /// Whether it is for clients too.
    pub(super) client: bool,
    pub(super) not_before: OffsetDateTime,
    pub(super) not_after: OffsetDateTime,
    /// Its serial number and its key follow from this.
    pub(super) number: usize,
}

pub(super) struct Authority {
    root: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub(super) fn new() -> Self {
        let mut root = CertificateParams::default();
        root.distinguished_name = name("Adatum Root CA");
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        root.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        (root.not_before, root.not_after) =
            (datetime!(2015-01-01 08:00:00 UTC), datetime!(2040-01-01 08:00:00 UTC));
        let key = key();
        let der = root.self_signed(&key).expect("a root can be signed").der().to_vec();
        Self { root: der, issuer: Issuer::new(root, key) }
    }

    pub(super) fn root(&self) -> &[u8] {
        &self.root
    }

    pub(super) fn issue(&self, leaf: &Leaf<'_>) -> Vec<u8> {
        let mut server = CertificateParams::new(leaf.dns_names).expect("names are ASCII");
        server.distinguished_name = name(leaf.common_name);
        server.serial_number = Some(SerialNumber::from_slice(&serial(leaf.number)));
        (server.not_before, server.not_after) = (leaf.not_before, leaf.not_after);
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        if leaf.client {
            server.extended_key_usages.push(ExtendedKeyUsagePurpose::ClientAuth);
        }
        server.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
        server.crl_distribution_points =
            vec![CrlDistributionPoint { uris: vec!["http://pki.adatum.com/root.crl".to_owned()] }];
        server.custom_extensions = vec![issuer_access()];
        server.use_authority_key_identifier_extension = true;
        let signed = server.signed_by(&PublicKey::new(leaf.number), &self.issuer);
        signed.expect("a certificate can be signed").der().to_vec()
    }
}

/// The throwaway RSA key of the tests: RSA is what such estates have.
fn key() -> KeyPair {
    let path = "../lyncert-report/tests/containers/key-pkcs8.der";
    let der = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("the key is there");
    KeyPair::from_pkcs8_der_and_sign_algo(&der.as_slice().into(), &PKCS_RSA_SHA256).expect("the key is whole")
}

fn name(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CountryName, "US");
    name.push(DnType::OrganizationName, "A. Datum Corporation");
    name.push(DnType::OrganizationalUnitName, "Information Technology");
    name.push(DnType::CommonName, common_name);
    name
}

/// A key of its own for each certificate, of which nobody knows the private part: to make real ones would take hours.
struct PublicKey {
    der: Vec<u8>,
}

impl PublicKey {
    fn new(number: usize) -> Self {
        let mut state = number as u64 + 1;
        let mut modulus: Vec<u8> = (0..32).flat_map(|_| random(&mut state).to_be_bytes()).collect();
        // A modulus of 2,048 bits is that long and odd.
        if let [first, .., last] = modulus.as_mut_slice() {
            (*first, *last) = (*first | 0x80, *last | 1);
        }
        let mut der = vec![0x30, 0x82, 0x01, 0x0A, 0x02, 0x82, 0x01, 0x01, 0x00];
        der.extend(modulus);
        der.extend([0x02, 0x03, 0x01, 0x00, 0x01]);
        Self { der }
    }
}

impl PublicKeyData for PublicKey {
    fn der_bytes(&self) -> &[u8] {
        &self.der
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_RSA_SHA256
    }
}

/// Sixteen bytes that begin with a positive one.
fn serial(number: usize) -> Vec<u8> {
    let mut state = !(number as u64);
    let mut bytes: Vec<u8> = (0..2).flat_map(|_| random(&mut state).to_be_bytes()).collect();
    if let Some(first) = bytes.first_mut() {
        *first = 0x40 | *first >> 2;
    }
    bytes
}

/// SplitMix64: small, and the same everywhere.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// Where the certificate of the issuer can be had (authority information access).
fn issuer_access() -> CustomExtension {
    let url = b"http://pki.adatum.com/root.crt";
    let method = [0x06, 0x08, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02];
    let access = [&method, &*tagged(0x86, url)].concat();
    CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], tagged(0x30, &tagged(0x30, &access)))
}

fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).expect("contents are short");
    [&[tag, length], content].concat()
}
