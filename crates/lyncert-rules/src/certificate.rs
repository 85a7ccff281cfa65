//! Facts about one certificate, free of any X.509 library.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, LazyLock};

use time::OffsetDateTime;

use crate::digest::{Fingerprint, Thumbprint};

/// What is known of one X.509 certificate. The reader of certificate files makes it, the rules judge it.
///
/// All times are UTC and exact to the second. Names are as the certificate spells them. What the certificates of one CA
/// have in common is shared between them, since folders hold many thousands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Certificate {
    /// SHA-1 over the DER: the thumbprint that Windows shows.
    pub sha1: Thumbprint,
    /// SHA-256 over the DER.
    pub sha256: Fingerprint,
    /// The files that hold it, relative to the scanned folder, with `/`, sorted. Never empty.
    pub paths: Vec<Arc<str>>,
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
    pub issuer: Arc<str>,
    /// Serial number as Windows prints it: lower-case hexadecimal, without a leading `00`.
    pub serial: String,
    /// Whether the serial number is negative, which its hexadecimal digits do not show.
    pub has_negative_serial: bool,
    /// First second in which it is valid.
    pub not_before: OffsetDateTime,
    /// Last second in which it is valid (inclusive, RFC 5280 section 4.1.2.5).
    pub not_after: OffsetDateTime,
    /// The public key.
    pub key: Arc<PublicKey>,
    /// How the private key can be found from the public one; `None` where that is not known or was not examined.
    pub weak_key: Option<WeakKey>,
    /// SHA-256 over the SubjectPublicKeyInfo: equal for certificates renewed with the same key.
    pub key_sha256: Fingerprint,
    /// The signature algorithm.
    pub signature: Arc<Signature>,
    /// Extended key usages; `None` without the extension.
    pub eku: Option<Arc<[Eku]>>,
    /// Key usage; `None` without the extension.
    pub key_usage: Option<Arc<KeyUsage>>,
    /// Whether basic constraints say CA.
    pub is_ca: bool,
    /// Whether it is signed with its own key.
    pub self_signed: SelfSigned,
    /// Whether a public or an internal CA issued it, by the evidence in the certificate.
    pub ca_kind: CaKind,
    /// The evidence for `ca_kind`, such as `CA/Browser Forum policy 2.23.140.1.2.2`; empty when unknown.
    pub ca_evidence: Arc<str>,
    /// URLs of the CRL distribution points; `None` without the extension.
    pub crl_distribution_points: Option<Arc<[String]>>,
    /// URLs of the authority information access: where the CA's certificate and its OCSP responder are. `None` without the
    /// extension.
    pub authority_information: Option<Arc<[String]>>,
    /// Subject key identifier in hexadecimal.
    pub subject_key_id: Option<String>,
    /// Authority key identifier in hexadecimal.
    pub authority_key_id: Option<Arc<str>>,
    /// How many CA certificates may follow it in a chain, if basic constraints say so.
    pub path_length: Option<u32>,
    /// The names that it may certify as a CA, if it says so.
    pub name_constraints: Option<Arc<NameConstraints>>,
    /// Windows certificate template that it was made by: its name or object identifier.
    pub template: Option<Arc<str>>,
    /// Friendly names that stores and archives give it, sorted.
    pub friendly_names: Vec<String>,
    /// Provider that holds its private key, where a store or archive names it.
    pub key_provider: Option<Arc<str>>,
    /// Whether its private key came with it in an archive, or lies in the store that it was listed from.
    pub has_private_key: bool,
    /// Whether its private key can be exported, where an export of its store says so.
    pub key_exportable: Option<bool>,
    /// The stores of Windows that exports found it in, such as `LocalMachine\My`.
    pub stores: Vec<Arc<str>>,
    /// Who issued it, as far as the certificates at hand show. Certificates of one issuer share it.
    pub chain: Arc<Chain>,
    /// Its revocation, if a revocation list at hand names it.
    pub revocation: Option<Box<Revocation>>,
    /// Oddities met while it was read, such as an extension that could not be parsed.
    pub oddities: Vec<Oddity>,
}

impl Certificate {
    /// Lifetime in seconds, both ends included.
    pub fn lifetime_seconds(&self) -> i64 {
        self.not_after.unix_timestamp().saturating_sub(self.not_before.unix_timestamp()).saturating_add(1)
    }

    /// Whether `now` lies within its validity, both ends included.
    pub(crate) fn is_valid_at(&self, now: OffsetDateTime) -> bool {
        self.not_before <= now && now <= self.not_after
    }

    /// The first of its files.
    pub fn first_path(&self) -> &str {
        self.paths.first().map_or("", AsRef::as_ref)
    }

    /// Whether it can serve a server: not a CA certificate.
    pub(crate) fn is_end_entity(&self) -> bool {
        !self.is_ca
    }
}

/// The chain of a certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Chain {
    /// What is known of it.
    pub state: ChainState,
    /// Its issuers, the nearest first, as far as they are at hand.
    pub issuers: Vec<Issuer>,
    /// Where it breaks, if it does.
    pub fault: Option<ChainFault>,
    /// Why the state is what it is, in words.
    pub reason: String,
}

impl Chain {
    /// The chain of a certificate that was not examined; all such certificates share this one.
    pub fn not_examined() -> Arc<Self> {
        static UNASKED: LazyLock<Arc<Chain>> = LazyLock::new(Arc::default);
        Arc::clone(&UNASKED)
    }

    /// One that leads to a root.
    pub fn verified(issuers: Vec<Issuer>, reason: String) -> Self {
        Self { state: ChainState::Verified, issuers, fault: None, reason }
    }

    /// One that breaks above the last of its issuers.
    pub fn broken(issuers: Vec<Issuer>, fault: ChainFault, reason: String) -> Self {
        Self { state: fault.state(), issuers, fault: Some(fault), reason }
    }
}

impl Default for Chain {
    fn default() -> Self {
        Self {
            state: ChainState::NotCheckable,
            issuers: Vec::new(),
            fault: None,
            reason: "it was not looked at, since the certificate serves nothing".to_owned(),
        }
    }
}

/// An issuer in a chain.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Issuer {
    /// The subject in display form.
    pub subject: String,
    /// SHA-1 over its DER: the thumbprint that Windows shows.
    pub sha1: Thumbprint,
    /// First second in which it is valid.
    pub not_before: OffsetDateTime,
    /// Last second in which it is valid.
    pub not_after: OffsetDateTime,
    /// The public key.
    pub key: Arc<PublicKey>,
    /// The signature algorithm.
    pub signature: Arc<Signature>,
    /// Whether it is a root, whose own signature proves nothing.
    pub is_root: bool,
    /// Its revocation, if a revocation list at hand names it.
    pub revocation: Option<Box<Revocation>>,
}

impl From<&Certificate> for Issuer {
    fn from(facts: &Certificate) -> Self {
        Self {
            subject: facts.subject.clone(),
            sha1: facts.sha1,
            not_before: facts.not_before,
            not_after: facts.not_after,
            key: Arc::clone(&facts.key),
            signature: Arc::clone(&facts.signature),
            is_root: facts.self_signed != SelfSigned::No,
            revocation: facts.revocation.clone(),
        }
    }
}

/// Where a chain breaks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ChainFault {
    /// An issuer is not at hand.
    Incomplete,
    /// A signature is by an algorithm, or a key, that cannot be checked.
    Algorithm,
    /// The issuer's key does not verify a signature.
    Signature,
    /// An issuer is not a CA, or may not sign certificates.
    NoAuthority,
    /// More CAs follow an issuer than it allows.
    PathLength,
    /// A name is outside of what an issuer may certify.
    NameConstraint,
    /// It ends in another root than those given.
    UntrustedRoot,
    /// It is longer than any chain, or goes in a circle.
    TooLong,
}

impl ChainFault {
    /// All faults; each is reported by one rule.
    pub const ALL: [Self; 8] = [
        Self::Incomplete,
        Self::Algorithm,
        Self::Signature,
        Self::NoAuthority,
        Self::PathLength,
        Self::NameConstraint,
        Self::UntrustedRoot,
        Self::TooLong,
    ];

    /// The state of a chain that breaks at this fault.
    pub fn state(self) -> ChainState {
        match self {
            Self::Incomplete | Self::Algorithm => ChainState::NotCheckable,
            Self::Signature
            | Self::NoAuthority
            | Self::PathLength
            | Self::NameConstraint
            | Self::UntrustedRoot
            | Self::TooLong => ChainState::Wrong,
        }
    }
}

/// The DNS names that a CA may certify (RFC 5280 section 4.2.1.10). Constraints on other kinds of names are not read.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct NameConstraints {
    /// If not empty, a name has to be one of these or lie below one.
    pub permitted: Vec<String>,
    /// No name may be one of these or lie below one.
    pub excluded: Vec<String>,
}

impl NameConstraints {
    /// Whether a certificate may have this name.
    pub fn allow(&self, name: &str) -> bool {
        let is_below = |tree: &String| {
            // A leading dot, which the standard does not know, means only what lies below.
            let bare = tree.strip_prefix('.').unwrap_or(tree);
            let Some(start) = name.len().checked_sub(bare.len()) else { return false };
            let ends = name.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(bare));
            let is_same = start == 0 && !tree.starts_with('.');
            ends && (bare.is_empty() || is_same || name.get(..start).is_some_and(|rest| rest.ends_with('.')))
        };
        (self.permitted.is_empty() || self.permitted.iter().any(is_below))
            && !self.excluded.iter().any(is_below)
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

/// Something about a certificate's structure that is not as the standard has it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Oddity {
    /// What kind of thing it is.
    pub kind: OddityKind,
    /// What it is, in words; lower case, no final period.
    pub text: String,
}

impl Oddity {
    /// An oddity of this kind, in these words.
    pub fn new(kind: OddityKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }
}

impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Kind of an oddity.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OddityKind {
    /// It is of version 1 or 2, or of one that does not exist.
    Version,
    /// The signature algorithm that is signed is not the one outside.
    SignatureAlgorithm,
    /// Issuer and subject are equal, but its own key does not verify the signature.
    SelfSignature,
    /// An extension occurs twice.
    DuplicateExtension,
    /// An extension cannot be parsed.
    DamagedExtension,
    /// A critical extension is not known, so clients have to refuse the certificate.
    CriticalExtension,
    /// An entry of the subject alternative name cannot be used.
    AlternativeName,
    /// Bytes follow the certificate in its file.
    TrailingBytes,
}

impl OddityKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Version,
        Self::SignatureAlgorithm,
        Self::SelfSignature,
        Self::DuplicateExtension,
        Self::DamagedExtension,
        Self::CriticalExtension,
        Self::AlternativeName,
        Self::TrailingBytes,
    ];
}

/// A public key.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct PublicKey {
    /// The algorithm that the key is for.
    pub algorithm: KeyAlgorithm,
    /// Size: of the modulus for RSA, of the field for elliptic curves with a known curve.
    pub bits: Option<u32>,
    /// Name of the curve, such as `P-256`, or its object identifier.
    pub curve: Option<String>,
    /// The public exponent of an RSA key. One that is larger than the type becomes its largest odd or even number.
    pub exponent: Option<u64>,
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

/// How an RSA key can be factored.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WeakKey {
    /// Its primes lie close together.
    ClosePrimes,
    /// It was made by the library of CVE-2017-15361.
    Roca,
}

/// Algorithm of a public key.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
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
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Signature {
    /// Its usual name, such as `sha256WithRSAEncryption`, or its object identifier.
    pub name: Cow<'static, str>,
    /// The hash; `None` where the algorithm has none of its own or it is not known.
    pub hash: Option<SignatureHash>,
    /// Whether it is RSASSA-PSS.
    pub is_pss: bool,
}

/// Hash of a signature algorithm.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
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

    /// The usage with this object identifier, in dotted form.
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
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
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
    /// The certificate shows neither.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_constraints_hold_whole_labels() {
        for (tree, name, is_below) in [
            ("contoso.com", "contoso.com", true),
            ("contoso.com", "sip.Contoso.COM", true),
            ("contoso.com", "a.b.contoso.com", true),
            ("contoso.com", "notcontoso.com", false),
            ("contoso.com", "com", false),
            (".contoso.com", "sip.contoso.com", true),
            (".contoso.com", "contoso.com", false),
            ("", "contoso.com", true),
        ] {
            let permitted = NameConstraints { permitted: vec![tree.to_owned()], excluded: Vec::new() };
            assert_eq!(permitted.allow(name), is_below, "{tree:?} permits {name}");
            let excluded = NameConstraints { permitted: Vec::new(), excluded: vec![tree.to_owned()] };
            assert_eq!(excluded.allow(name), !is_below, "{tree:?} excludes {name}");
        }
        assert!(NameConstraints::default().allow("sip.contoso.com"));
    }
}
