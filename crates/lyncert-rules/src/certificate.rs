//! Facts about one certificate, free of any X.509 library.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, LazyLock};

use time::OffsetDateTime;

use crate::digest::{Fingerprint, Thumbprint};
use crate::timestamp::moment_in_finding;

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
    /// Windows certificate template that it was made by: its name or object identifier.
    pub template: Option<Arc<str>>,
    /// Friendly names that stores and archives give it, sorted, each once.
    pub friendly_names: Vec<FriendlyName>,
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
    /// What the revocation lists at hand say of it.
    pub revocation: RevocationStatus,
    /// Oddities met while it was read, such as an extension that could not be parsed.
    pub oddities: Vec<Oddity>,
}

/// A name that people gave a certificate, which Windows keeps beside it. Each store and archive has its own.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FriendlyName {
    /// As it is written.
    pub name: String,
    /// The files that call the certificate so, in the order of its paths. Never empty.
    pub paths: Vec<Arc<str>>,
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

    /// The first of its friendly names.
    pub fn first_friendly_name(&self) -> Option<&str> {
        self.friendly_names.first().map(|called| called.name.as_str())
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
    /// Other paths to a root that are sound too: for times at which those issuers are not all valid.
    pub other_paths: Vec<Vec<Issuer>>,
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
        Self { state: ChainState::Verified, issuers, other_paths: Vec::new(), fault: None, reason }
    }

    /// One that breaks above the last of its issuers.
    pub fn broken(issuers: Vec<Issuer>, fault: ChainFault, reason: String) -> Self {
        Self { state: fault.state(), issuers, other_paths: Vec::new(), fault: Some(fault), reason }
    }

    /// The issuers of the path that is valid at a time, the nearest first; of the preferred one where none is.
    pub fn issuers_at(&self, at: OffsetDateTime) -> &[Issuer] {
        self.path_valid_at(at).unwrap_or(&self.issuers)
    }

    /// The issuers of every path.
    pub fn paths(&self) -> impl Iterator<Item = &[Issuer]> {
        std::iter::once(&self.issuers).chain(&self.other_paths).map(Vec::as_slice)
    }

    fn path_valid_at(&self, at: OffsetDateTime) -> Option<&[Issuer]> {
        self.paths().find(|issuers| issuers.iter().all(|issuer| issuer.is_valid_at(at)))
    }

    /// The issuers that are not valid at a time, on the path that is followed then.
    pub fn lapses_at(&self, at: OffsetDateTime) -> impl Iterator<Item = Lapse<'_>> {
        let issuers = self.issuers_at(at);
        issuers.iter().enumerate().filter_map(move |(index, issuer)| {
            let kind = if at < issuer.not_before {
                LapseKind::NotYetValid
            } else if at <= issuer.not_after {
                return None;
            } else {
                kind_of_end(issuers, index)
            };
            Some(Lapse { issuer, kind })
        })
    }

    /// The issuer that ends first of those that every path from a time on leads over, and what its end is.
    pub fn first_end_from(&self, at: OffsetDateTime) -> Option<Lapse<'_>> {
        let mut issuers = self.issuers_at(at);
        let mut last = None;
        for _ in 0..=self.other_paths.len() {
            let (index, issuer) =
                issuers.iter().enumerate().min_by_key(|(index, issuer)| (issuer.not_after, *index))?;
            last = Some(Lapse { issuer, kind: kind_of_end(issuers, index) });
            let after = issuer.not_after.checked_add(time::Duration::SECOND).filter(|after| *after > at);
            match after.and_then(|after| self.path_valid_at(after)) {
                Some(next) => issuers = next,
                None => break,
            }
        }
        last
    }

    /// The state at a time, and why: a sound chain is worth nothing while one of its certificates is not valid.
    pub fn judged_at(&self, at: OffsetDateTime) -> (ChainState, Cow<'_, str>) {
        let lapse =
            (self.state == ChainState::Verified).then(|| self.lapses_at(at).min_by_key(|lapse| lapse.kind));
        let Some(Lapse { issuer, kind }) = lapse.flatten() else {
            return (self.state, (&*self.reason).into());
        };
        let subject = &issuer.subject;
        match kind {
            LapseKind::NotYetValid => (
                ChainState::Wrong,
                format!("`{subject}` is not valid before {}", moment_in_finding(issuer.not_before)).into(),
            ),
            LapseKind::Ended => (
                ChainState::Wrong,
                format!("`{subject}` has ended on {}", moment_in_finding(issuer.not_after)).into(),
            ),
            LapseKind::BridgeEnded => {
                let end = moment_in_finding(issuer.not_after);
                let reason = format!(
                    "the path at hand goes over `{subject}`, which has ended on {end}; another may stand"
                );
                (ChainState::NotCheckable, reason.into())
            }
        }
    }
}

/// What the end of an issuer means. CAs do not issue for longer than they live; where the CA below lives longer, and is not
/// known by a root alone, it has another certificate: a root of its own, or another cross-certificate.
fn kind_of_end(issuers: &[Issuer], index: usize) -> LapseKind {
    let Some(ended) = issuers.get(index) else { return LapseKind::Ended };
    let outlives = |pair: &[Issuer]| match pair {
        [below, bridge] => !bridge.is_root && below.not_after > ended.not_after,
        _ => false,
    };
    let above = issuers.get(..=index).unwrap_or_default();
    if above.windows(2).any(outlives) { LapseKind::BridgeEnded } else { LapseKind::Ended }
}

/// An issuer that is not valid.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Lapse<'a> {
    /// The issuer.
    pub issuer: &'a Issuer,
    /// Why it is not, and what that means.
    pub kind: LapseKind,
}

/// Why an issuer is not valid.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum LapseKind {
    /// It is not valid yet.
    NotYetValid,
    /// It has ended, and what it issued with it.
    Ended,
    /// It, or what it certifies, is a cross-certificate that has ended; what lies below it lives on.
    BridgeEnded,
}

impl Default for Chain {
    fn default() -> Self {
        Self {
            state: ChainState::NotCheckable,
            issuers: Vec::new(),
            other_paths: Vec::new(),
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
    /// Extended key usages, which limit what it issues; `None` without the extension.
    pub eku: Option<Arc<[Eku]>>,
    /// What the revocation lists at hand say of it.
    pub revocation: RevocationStatus,
}

impl Issuer {
    fn is_valid_at(&self, at: OffsetDateTime) -> bool {
        self.not_before <= at && at <= self.not_after
    }
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
            eku: facts.eku.clone(),
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
    /// A certificate in it has to be refused by everybody: for a critical extension that is not known or is damaged, one that
    /// stands twice, or two signature algorithms.
    Refused,
    /// It cannot be judged without something that is not read: policies, constraints on unusual names, more paths than are tried.
    NotRead,
}

impl ChainFault {
    /// All faults; each is reported by one rule.
    pub const ALL: [Self; 10] = [
        Self::Incomplete,
        Self::Algorithm,
        Self::Signature,
        Self::NoAuthority,
        Self::PathLength,
        Self::NameConstraint,
        Self::UntrustedRoot,
        Self::TooLong,
        Self::Refused,
        Self::NotRead,
    ];

    /// The state of a chain that breaks at this fault.
    pub fn state(self) -> ChainState {
        match self {
            Self::Incomplete | Self::Algorithm | Self::NotRead => ChainState::NotCheckable,
            Self::Signature
            | Self::NoAuthority
            | Self::PathLength
            | Self::NameConstraint
            | Self::UntrustedRoot
            | Self::TooLong
            | Self::Refused => ChainState::Wrong,
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

/// What the revocation lists at hand say of a certificate.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum RevocationStatus {
    /// No list at hand tells of it.
    #[default]
    Unknown,
    /// The newest list of its CA, whose file this is, does not name it.
    NotRevoked(Arc<str>),
    /// A list names it.
    Revoked(Box<Revocation>),
}

impl RevocationStatus {
    /// The entry of the list that revokes it.
    pub fn entry(&self) -> Option<&Revocation> {
        match self {
            Self::Revoked(entry) => Some(entry),
            Self::Unknown | Self::NotRevoked(_) => None,
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
    /// A small number divides it: it is no product of two primes.
    SmallFactor,
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
