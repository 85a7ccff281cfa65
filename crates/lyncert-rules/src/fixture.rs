//! A certificate without any defect, for the tests of this crate and of those that use it.
//!
//! Only with the feature `testing`: a crate of its own could not serve the unit tests here, which would see two types
//! of every name.

use std::sync::Arc;

use time::OffsetDateTime;
use time::macros::datetime;

use crate::certificate::{
    CaKind, Certificate, Chain, Eku, KeyAlgorithm, KeyUsage, PublicKey, RevocationStatus, SelfSigned,
    Signature, SignatureHash,
};
use crate::digest::Fingerprint;
use crate::request::CertificateRequest;

/// The time that tests judge by.
pub const NOW: OffsetDateTime = datetime!(2026-06-30 12:00:00 UTC);

/// A digest that stands for a text.
pub fn fingerprint(text: &str) -> Fingerprint {
    let mut bytes = [0; 32];
    bytes.iter_mut().zip(text.bytes()).for_each(|(byte, of_text)| *byte = of_text);
    bytes.into()
}

/// An RSA key of this size.
pub fn rsa(bits: u32) -> PublicKey {
    PublicKey { algorithm: KeyAlgorithm::Rsa, bits: Some(bits), curve: None, exponent: Some(65_537) }
}

/// A request, `new.req`, with an RSA key of this size, that asks for these names and no more.
pub fn request(common_name: &str, dns_names: &[&str], bits: u32) -> CertificateRequest {
    CertificateRequest {
        path: "new.req".to_owned(),
        subject: format!("CN={common_name}"),
        common_names: vec![common_name.to_owned()],
        has_san: !dns_names.is_empty(),
        dns_names: dns_names.iter().map(ToString::to_string).collect(),
        other_names: Vec::new(),
        san_octets: dns_names.iter().map(|name| name.len() + 2).sum(),
        eku: None,
        key_usage: None,
        key: rsa(bits),
        weak_key: None,
        key_sha256: fingerprint(common_name),
        signature: Signature {
            name: "sha256WithRSAEncryption".into(),
            hash: Some(SignatureHash::Sha256),
            is_pss: false,
        },
        is_self_signed: Some(true),
        provider: None,
        lifetime_days: None,
        template: None,
        answered_by: Vec::new(),
        oddities: Vec::new(),
    }
}

/// A certificate without any defect of its own.
pub fn certificate(common_name: &str, dns_names: &[&str]) -> Certificate {
    Certificate {
        sha1: [0; 20].into(),
        sha256: fingerprint(common_name),
        paths: vec!["test.cer".into()],
        subject: format!("CN={common_name}"),
        common_names: vec![common_name.to_owned()],
        has_san: !dns_names.is_empty(),
        dns_names: dns_names.iter().map(ToString::to_string).collect(),
        other_names: Vec::new(),
        issuer: "CN=Contoso Issuing CA".into(),
        serial: "01".to_owned(),
        has_negative_serial: false,
        not_before: datetime!(2026-01-01 00:00:00 UTC),
        not_after: datetime!(2027-12-31 23:59:59 UTC),
        key: Arc::new(rsa(2048)),
        weak_key: None,
        key_sha256: fingerprint(common_name),
        signature: Arc::new(Signature {
            name: "sha256WithRSAEncryption".into(),
            hash: Some(SignatureHash::Sha256),
            is_pss: false,
        }),
        eku: Some([Eku::ServerAuth, Eku::ClientAuth].into()),
        key_usage: Some(Arc::new(KeyUsage {
            bits: vec!["digitalSignature", "keyEncipherment"],
            critical: true,
        })),
        is_ca: false,
        self_signed: SelfSigned::No,
        ca_kind: CaKind::Unknown,
        ca_evidence: Arc::default(),
        crl_distribution_points: Some(["http://crl.contoso.com/ca.crl".to_owned()].into()),
        authority_information: Some(["http://crl.contoso.com/ca.crt".to_owned()].into()),
        subject_key_id: None,
        authority_key_id: None,
        path_length: None,
        template: None,
        friendly_names: Vec::new(),
        key_provider: None,
        has_private_key: false,
        key_exportable: None,
        stores: Vec::new(),
        chain: Chain::not_examined(),
        revocation: RevocationStatus::Unknown,
        oddities: Vec::new(),
    }
}
