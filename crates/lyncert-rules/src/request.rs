//! Facts about one certificate request (PKCS#10), and the certificate that would come of it.

use std::sync::Arc;

use time::{Duration, OffsetDateTime};

use crate::certificate::{
    CaKind, Certificate, Chain, Eku, KeyUsage, PublicKey, RevocationStatus, SelfSigned, Signature, WeakKey,
};
use crate::digest::{Fingerprint, Thumbprint};

/// A certificate request (PKCS#10).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CertificateRequest {
    /// Path below the scanned folder; filled in by the scan.
    pub path: String,
    /// The subject in display form.
    pub subject: String,
    /// Every common name of the subject.
    pub common_names: Vec<String>,
    /// Whether it asks for a subject alternative name, however damaged.
    pub has_san: bool,
    /// The DNS names that it asks for, in its order.
    pub dns_names: Vec<String>,
    /// Other names that it asks for.
    pub other_names: Vec<String>,
    /// Octets of the subject alternative name that it asks for; 0 where it asks for none.
    pub san_octets: usize,
    /// Extended key usages that it asks for; `None` where it asks for none.
    pub eku: Option<Vec<Eku>>,
    /// The key usage that it asks for; `None` where it asks for none.
    pub key_usage: Option<KeyUsage>,
    /// The public key.
    pub key: PublicKey,
    /// How the private key can be found from the public one.
    pub weak_key: Option<WeakKey>,
    /// SHA-256 over the SubjectPublicKeyInfo.
    pub key_sha256: Fingerprint,
    /// The signature algorithm.
    pub signature: Signature,
    /// Whether its own key verifies its signature; `None` where that cannot be checked.
    pub is_self_signed: Option<bool>,
    /// The provider that holds the key, where a program of Windows wrote it.
    pub provider: Option<String>,
    /// How many days the certificate should live, where it says so in the way of Windows.
    pub lifetime_days: Option<i64>,
    /// The certificate template that it asks for.
    pub template: Option<String>,
    /// Thumbprints of the certificates here that have its key: it was answered. Filled in by the scan.
    pub answered_by: Vec<Thumbprint>,
    /// Oddities met while it was read.
    pub oddities: Vec<String>,
}

impl CertificateRequest {
    /// The certificate that a CA of this kind would issue if it did all that is asked for and nothing else, at this time. What a
    /// request does not decide, such as chain, validity and revocation, is without a fault.
    pub(crate) fn as_issued(&self, ca_kind: CaKind, now: OffsetDateTime) -> Certificate {
        Certificate {
            sha1: [0; 20].into(),
            sha256: self.key_sha256,
            paths: vec![self.path.as_str().into()],
            subject: self.subject.clone(),
            common_names: self.common_names.clone(),
            has_san: self.has_san,
            dns_names: self.dns_names.clone(),
            other_names: self.other_names.clone(),
            issuer: Arc::default(),
            serial: String::new(),
            has_negative_serial: false,
            not_before: now,
            not_after: now.saturating_add(Duration::DAY),
            key: Arc::new(self.key.clone()),
            weak_key: self.weak_key,
            key_sha256: self.key_sha256,
            signature: Arc::new(self.signature.clone()),
            eku: self.eku.clone().map(Arc::from),
            key_usage: self.key_usage.clone().map(Arc::new),
            is_ca: false,
            self_signed: SelfSigned::No,
            ca_kind,
            ca_evidence: Arc::default(),
            crl_distribution_points: None,
            authority_information: None,
            subject_key_id: None,
            authority_key_id: None,
            path_length: None,
            template: self.template.as_deref().map(Arc::from),
            friendly_names: Vec::new(),
            key_provider: self.provider.as_deref().map(Arc::from),
            has_private_key: false,
            key_exportable: None,
            stores: Vec::new(),
            chain: Chain::not_examined(),
            revocation: RevocationStatus::Unknown,
            oddities: Vec::new(),
        }
    }
}
