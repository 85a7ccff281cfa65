//! What a folder holds apart from certificates, as far as it says something about them.

use time::OffsetDateTime;

use crate::certificate::ChainState;
use crate::digest::{Fingerprint, Thumbprint};

/// A certificate revocation list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RevocationList {
    /// Path below the scanned folder.
    pub path: String,
    /// The issuer in display form.
    pub issuer: String,
    /// When it was made.
    pub this_update: OffsetDateTime,
    /// When the next one is due.
    pub next_update: Option<OffsetDateTime>,
    /// Its number, in hexadecimal.
    pub number: Option<String>,
    /// Whether it lists changes since another list only.
    pub is_delta: bool,
    /// How many certificates it revokes.
    pub entries: usize,
    /// The signature algorithm.
    pub signature: String,
    /// Whether the key of its issuer verifies its signature, as far as the issuer is here.
    pub state: ChainState,
    /// Why nothing of it counts, if so.
    pub unread: Option<UnreadList>,
    /// Whether it is a part of its issuer's list, so that a certificate which it does not name may be revoked.
    pub is_part: bool,
    /// Lists with the same number here are by one key and tell of the same certificates: the newest takes the place of the others.
    pub series: usize,
}

/// Why a revocation list is not read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum UnreadList {
    /// It lists certificates of other issuers.
    Indirect,
    /// It lists attribute certificates.
    AttributeCertificates,
    /// It has a critical extension that is not known or is damaged, so that nobody may go by it.
    CriticalExtension,
}

impl RevocationList {
    /// An empty list of this issuer, made at this time, whose signature was not checked.
    pub fn unchecked(issuer: impl Into<String>, this_update: OffsetDateTime) -> Self {
        Self {
            path: String::new(),
            issuer: issuer.into(),
            this_update,
            next_update: None,
            number: None,
            is_delta: false,
            entries: 0,
            signature: String::new(),
            state: ChainState::NotCheckable,
            unread: None,
            is_part: false,
            series: 0,
        }
    }
}

/// A file that holds a private key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeyFile {
    /// Path below the scanned folder.
    pub path: String,
    /// Whether the key is encrypted; `None` when the file does not show it.
    pub encrypted: Option<bool>,
    /// How it is encoded: `PKCS#8`, `PKCS#1`, `SEC1`, `PKCS#12`, or `PEM` where only its block is known.
    pub kind: &'static str,
    /// SHA-256 over its SubjectPublicKeyInfo, where the file has its public part.
    pub public_sha256: Option<Fingerprint>,
    /// Thumbprints of the certificates here that have its public key.
    pub certificates: Vec<Thumbprint>,
    /// How badly an archive protects it, if so.
    pub weakness: Option<ArchiveWeakness>,
    /// Whether an archive is encrypted with AES, which older generations of Windows Server cannot open.
    pub is_aes: bool,
}

impl KeyFile {
    /// A file with a key of which nothing is known.
    pub fn unread(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            encrypted: None,
            kind: "PEM",
            public_sha256: None,
            certificates: Vec::new(),
            weakness: None,
            is_aes: false,
        }
    }

    /// Whether it is an archive of certificates and keys.
    pub(crate) fn is_archive(&self) -> bool {
        self.kind.starts_with("PKCS#12")
    }
}

/// How an archive fails to protect its key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ArchiveWeakness {
    /// It opens with the empty password.
    EmptyPassword,
    /// Its key is not encrypted, whatever password the archive has.
    NotEncrypted,
    /// It is encrypted with RC2 or Triple DES.
    OldEncryption,
}
