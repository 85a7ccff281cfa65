//! Facts about one certificate, free of any X.509 library.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, LazyLock};

use time::OffsetDateTime;

/// What is known of one X.509 certificate. Made by whoever reads certificate files; judged by the rules.
///
/// All times are UTC and exact to the second. Names are as the certificate spells them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Certificate {
    /// SHA-1 over the DER: the thumbprint that Windows shows, 40 upper-case hexadecimal digits.
    pub sha1: String,
    /// SHA-256 over the DER, 64 upper-case hexadecimal digits.
    pub sha256: String,
    /// The files that hold it, relative to the scanned folder, with `/`, sorted. Never empty.
    pub paths: Vec<String>,
    /// The subject in display form, such as `CN=sip.contoso.com, O=Contoso`.
    pub subject: String,
    /// Every common name of the subject, in the certificate's order.
    pub common_names: Vec<String>,
    /// Whether there is a subject alternative name extension, however damaged.
    pub has_san: bool,
    /// The `dNSName` entries of the subject alternative name, in the certificate's order, as written.
    pub dns_names: Vec<String>,
    /// Its other entries, such as `IP 10.0.0.1` or `UPN user@contoso.com`.
    pub other_names: Vec<String>,
    /// The issuer in display form.
    pub issuer: String,
    /// Serial number as Windows prints it: lower-case hexadecimal, without a leading `00`.
    pub serial: String,
    /// First second in which it is valid.
    pub not_before: OffsetDateTime,
    /// Last second in which it is valid (inclusive, RFC 5280 section 4.1.2.5).
    pub not_after: OffsetDateTime,
    /// The public key.
    pub key: PublicKey,
    /// SHA-256 over the SubjectPublicKeyInfo: equal for certificates renewed with the same key.
    pub key_sha256: String,
    /// The signature algorithm.
    pub signature: Signature,
    /// Extended key usages; `None` without the extension.
    pub eku: Option<Vec<Eku>>,
    /// Key usage; `None` without the extension.
    pub key_usage: Option<KeyUsage>,
    /// Whether basic constraints say CA.
    pub is_ca: bool,
    /// Whether it is signed with its own key.
    pub self_signed: SelfSigned,
    /// Whether a public or an internal CA issued it, by the evidence in the certificate.
    pub ca_kind: CaKind,
    /// The evidence for `ca_kind`, such as `CA/Browser Forum policy 2.23.140.1.2.2`; empty when unknown.
    pub ca_evidence: String,
    /// URLs of the CRL distribution points; `None` without the extension.
    pub crl_distribution_points: Option<Vec<String>>,
    /// Subject key identifier in hexadecimal.
    pub subject_key_id: Option<String>,
    /// Authority key identifier in hexadecimal.
    pub authority_key_id: Option<String>,
    /// How many CA certificates may follow it in a chain, if basic constraints say so.
    pub path_length: Option<u32>,
    /// Windows certificate template that it was made by: its name or object identifier.
    pub template: Option<String>,
    /// Friendly names that stores and archives give it, sorted.
    pub friendly_names: Vec<String>,
    /// Provider that holds its private key, where a store or archive names it.
    pub key_provider: Option<String>,
    /// Whether its private key came with it in an archive, or lies in the store that it was listed from.
    pub has_private_key: bool,
    /// Who issued it, as far as the certificates at hand tell. Certificates of one issuer share it.
    pub chain: Arc<Chain>,
    /// Its revocation, if a revocation list at hand names it.
    pub revocation: Option<Revocation>,
    /// Oddities met while it was read, such as an extension that could not be parsed; each one sentence.
    pub oddities: Vec<String>,
}

impl Certificate {
    /// Lifetime in seconds, both ends included.
    pub fn lifetime_seconds(&self) -> i64 {
        self.not_after.unix_timestamp().saturating_sub(self.not_before.unix_timestamp()).saturating_add(1)
    }

    /// Whether `now` lies within its validity, both ends included.
    pub fn is_valid_at(&self, now: OffsetDateTime) -> bool {
        self.not_before <= now && now <= self.not_after
    }

    /// Whether it can serve a server: not a CA certificate.
    pub fn is_end_entity(&self) -> bool {
        !self.is_ca
    }
}

/// The chain of a certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Chain {
    /// What is known of it.
    pub state: ChainState,
    /// The subjects of its issuers, the nearest first, as far as they are at hand.
    pub issuers: Vec<String>,
    /// Why the state is what it is, in words.
    pub reason: String,
}

impl Chain {
    /// That of a certificate whose chain nobody looked at; all of them share it.
    pub fn unasked() -> Arc<Self> {
        static UNASKED: LazyLock<Arc<Chain>> = LazyLock::new(Arc::default);
        Arc::clone(&UNASKED)
    }
}

impl Default for Chain {
    fn default() -> Self {
        Self {
            state: ChainState::NotCheckable,
            issuers: Vec::new(),
            reason: "it was not looked at, since the certificate serves nothing".to_owned(),
        }
    }
}

/// What is known of a chain.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ChainState {
    /// Every signature up to a root was verified.
    Verified,
    /// A signature, or what a certificate in it may do, is wrong.
    Wrong,
    /// A certificate is missing, or an algorithm is not known.
    NotCheckable,
}

impl ChainState {
    /// The name that programs read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Wrong => "wrong",
            Self::NotCheckable => "not-checkable",
        }
    }
}

/// An entry of a revocation list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Revocation {
    /// When it was revoked.
    pub at: OffsetDateTime,
    /// Why, in the words of RFC 5280 section 5.3.1, if the list says so.
    pub reason: Option<String>,
    /// The file with the list.
    pub list: String,
}

/// A public key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicKey {
    /// The algorithm.
    pub algorithm: KeyAlgorithm,
    /// Size: of the modulus for RSA, of the field for elliptic curves with a known curve.
    pub bits: Option<u32>,
    /// Name of the curve, such as `P-256`, or its object identifier.
    pub curve: Option<String>,
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.curve, self.bits) {
            (Some(curve), _) => write!(f, "{} {curve}", self.algorithm.as_str()),
            (None, Some(bits)) => write!(f, "{} {bits}", self.algorithm.as_str()),
            (None, None) => f.write_str(self.algorithm.as_str()),
        }
    }
}

/// Algorithm of a public key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum KeyAlgorithm {
    /// RSA.
    Rsa,
    /// RSA, restricted to RSASSA-PSS signatures.
    RsaPss,
    /// Elliptic curve.
    Ec,
    /// Ed25519.
    Ed25519,
    /// Ed448.
    Ed448,
    /// DSA.
    Dsa,
    /// Another, by its object identifier.
    Other(String),
}

impl KeyAlgorithm {
    /// The usual name, or the object identifier.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Rsa => "RSA",
            Self::RsaPss => "RSASSA-PSS",
            Self::Ec => "EC",
            Self::Ed25519 => "Ed25519",
            Self::Ed448 => "Ed448",
            Self::Dsa => "DSA",
            Self::Other(oid) => oid,
        }
    }
}

/// A signature algorithm.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Signature {
    /// Its usual name, such as `sha256WithRSAEncryption`, or its object identifier.
    pub name: Cow<'static, str>,
    /// The hash; `None` where the algorithm has none of its own or it is not known.
    pub hash: Option<SignatureHash>,
    /// Whether it is RSASSA-PSS.
    pub is_pss: bool,
}

/// Hash of a signature algorithm.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum SignatureHash {
    /// MD2.
    Md2,
    /// MD4.
    Md4,
    /// MD5.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// An extended key usage.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Eku {
    /// Server authentication, 1.3.6.1.5.5.7.3.1.
    ServerAuth,
    /// Client authentication, 1.3.6.1.5.5.7.3.2.
    ClientAuth,
    /// Any, 2.5.29.37.0.
    Any,
    /// Another, by its object identifier.
    Other(String),
}

impl Eku {
    /// Short name as in RFC 5280, or the object identifier.
    pub fn as_str(&self) -> &str {
        match self {
            Self::ServerAuth => "serverAuth",
            Self::ClientAuth => "clientAuth",
            Self::Any => "anyExtendedKeyUsage",
            Self::Other(oid) => oid,
        }
    }

    /// The usage that an object identifier in dotted form stands for.
    pub fn from_oid(oid: &str) -> Self {
        match oid {
            "1.3.6.1.5.5.7.3.1" => Self::ServerAuth,
            "1.3.6.1.5.5.7.3.2" => Self::ClientAuth,
            "2.5.29.37.0" => Self::Any,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// Key usage bits that matter to servers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeyUsage {
    /// Names of all bits that are set, as in RFC 5280.
    pub bits: Vec<&'static str>,
    /// Whether the extension is critical.
    pub critical: bool,
}

/// Whether a certificate is signed with its own key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SelfSigned {
    /// Issuer and subject differ, or the signature is not its own.
    No,
    /// Issuer and subject are equal and its own key verifies the signature.
    Yes,
    /// Issuer and subject are equal; the signature could not be checked (unsupported algorithm).
    NotCheckable,
}

/// Kind of the CA that issued a certificate.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum CaKind {
    /// A CA under the rules of the CA/Browser Forum.
    Public,
    /// A CA of the organization itself.
    Internal,
    /// Neither can be told from the certificate.
    #[default]
    Unknown,
}

impl CaKind {
    /// The name that programs read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Unknown => "unknown",
        }
    }
}
