//! From DER to certificate facts. With the containers in `scan`, the only place that knows the X.509 library.
//!
//! The library is asked for the structure only. Names, key sizes and extensions are read here, since its own helpers lose
//! all of an extension over one bad entry, take the size of keys from their encoding, and know fewer string types than
//! certificates have.

mod algorithm;
mod constraints;
mod elements;
mod extension;
mod list;
mod name;
mod path;
mod public_key;
mod request;
mod shared;
mod signature;
mod subtrees;
mod weakness;

use std::sync::Arc;

use data_encoding::HEXLOWER;
use lyncert_rules::certificate::{Certificate, Chain, Oddity, OddityKind, RevocationStatus, SelfSigned};
use lyncert_rules::digest::Fingerprint;
use sha1::{Digest as _, Sha1};
use sha2::Sha256;
use x509_parser::certificate::{X509Certificate, X509CertificateParser};
use x509_parser::error::X509Error;
use x509_parser::nom::Parser;

pub(crate) use constraints::{CheckedNames, Constrained};
#[cfg(feature = "pfx")]
pub(crate) use elements::dotted;
pub(crate) use list::{ListScope, ParsedList, revocation_list};
pub(crate) use name::folded;
pub(crate) use path::PathFacts;
pub(crate) use public_key::public_key_sha256;
pub(crate) use request::request;
pub(crate) use signature::Outcome;
pub(crate) use weakness::weakness;

/// A certificate's facts, and the bytes that its chain is built from.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) facts: Certificate,
    /// Size of the DER in bytes.
    pub(crate) size: usize,
    /// `None` once no signature has to be checked with them.
    pub(crate) links: Option<Links>,
}

/// What ties a certificate to its issuer and to those that it issued: parts of its DER.
#[derive(Clone, Debug)]
pub(crate) struct Links {
    der: Box<[u8]>,
    subject: Part,
    issuer: Part,
    /// The value of the subject alternative name; empty without one.
    alternatives: Part,
    signed: Part,
    signature: Part,
    key: Part,
    issuer_name: Arc<str>,
    /// `None` for a certificate that issues nothing.
    path: Option<Box<PathFacts>>,
}

/// Start and end of a part of the DER.
type Part = (u32, u32);

impl Links {
    /// The subject as encoded.
    pub(crate) fn subject(&self) -> &[u8] {
        self.part(self.subject)
    }

    /// The issuer as encoded.
    pub(crate) fn issuer(&self) -> &[u8] {
        self.part(self.issuer)
    }

    /// The public key: the content of its bit string.
    pub(crate) fn key(&self) -> &[u8] {
        self.part(self.key)
    }

    /// The subject in a form to be compared.
    pub(crate) fn subject_name(&self) -> Arc<str> {
        shared::comparable_name(self.subject())
    }

    /// The issuer in a form to be compared.
    pub(crate) fn issuer_name(&self) -> &Arc<str> {
        &self.issuer_name
    }

    /// What decides whether it may issue others.
    pub(crate) fn path(&self) -> Option<&PathFacts> {
        self.path.as_deref()
    }

    /// The names that the constraints of CAs are held against, those of the certificate with these facts.
    pub(crate) fn checked_names(&self, facts: &Certificate) -> CheckedNames {
        CheckedNames::new(self.subject(), self.part(self.alternatives), facts)
    }

    fn part(&self, (start, end): Part) -> &[u8] {
        self.der.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Whether `issuer` signed this certificate, whose facts are `facts`.
    pub(crate) fn is_signed_by(
        &self,
        facts: &Certificate,
        issuer: &Self,
        issuer_facts: &Certificate,
    ) -> Outcome {
        signature::verify(&signature::Signed {
            algorithm: &facts.signature,
            message: self.part(self.signed),
            signature: self.part(self.signature),
            key: &issuer_facts.key,
            key_bytes: issuer.key(),
        })
    }
}

/// The certificate in `der`, without the paths.
///
/// # Errors
///
/// Says in a few words what keeps it from being a certificate.
pub(crate) fn certificate(der: &[u8]) -> Result<Parsed, String> {
    let mut parser = X509CertificateParser::new().with_deep_parse_extensions(false);
    let (_, certificate) = parser.parse(der).map_err(|error| parse_failure(&error))?;
    let validity = certificate.validity();
    let mut extensions = extension::read(certificate.extensions());
    let of_path = std::mem::take(&mut extensions.path);
    let mut facts = Certificate {
        sha1: <[u8; 20]>::from(Sha1::digest(der)).into(),
        sha256: sha256(der),
        paths: Vec::new(),
        // It is kept for long: no more room than its text.
        subject: name::display(certificate.subject()).as_str().to_owned(),
        common_names: name::common_names(certificate.subject()),
        has_san: extensions.has_san,
        dns_names: extensions.dns_names,
        other_names: extensions.other_names,
        issuer: shared::text(&name::display(certificate.issuer())),
        serial: serial(certificate.raw_serial()),
        has_negative_serial: certificate.raw_serial().first().is_some_and(|byte| byte & 0x80 != 0),
        not_before: validity.not_before.to_datetime(),
        not_after: validity.not_after.to_datetime(),
        key: shared::key(algorithm::public_key(certificate.public_key())),
        weak_key: None,
        key_sha256: public_key_sha256(certificate.public_key().raw),
        signature: shared::signature(algorithm::signature(&certificate.signature_algorithm)),
        eku: extensions.eku.map(shared::ekus),
        key_usage: extensions.key_usage.map(shared::key_usage),
        is_ca: extensions.is_ca,
        self_signed: SelfSigned::No,
        ca_kind: extensions.ca_kind,
        ca_evidence: shared::text(&extensions.ca_evidence),
        crl_distribution_points: extensions.crl_distribution_points.map(shared::list),
        authority_information: extensions.authority_information.map(shared::list),
        subject_key_id: extensions.subject_key_id,
        authority_key_id: extensions.authority_key_id.as_deref().map(shared::text),
        path_length: extensions.path_length,
        template: extensions.template.as_deref().map(shared::text),
        friendly_names: Vec::new(),
        key_provider: None,
        has_private_key: false,
        key_exportable: None,
        stores: Vec::new(),
        chain: Chain::not_examined(),
        revocation: RevocationStatus::Unknown,
        oddities: extensions.oddities,
    };
    facts.dns_names.shrink_to_fit();
    structure_oddities(&certificate, &mut facts);
    let mut links = links(der, &certificate);
    facts.self_signed = self_signed(&links, &mut facts);
    if is_authority(&facts) {
        let version = certificate.version().0.saturating_add(1);
        links.path = Some(Box::new(PathFacts::new(&facts, of_path, version)));
    }
    Ok(Parsed { facts, size: der.len(), links: Some(links) })
}

/// What RFC 5280 section 4.1 asks of the fields around the names: version 3, and one signature algorithm in both places.
fn structure_oddities(certificate: &X509Certificate<'_>, facts: &mut Certificate) {
    let version = certificate.version().0.saturating_add(1);
    if version != 3 {
        let text = format!("it is an X.509 certificate of version {version}, not 3");
        facts.oddities.push(Oddity::new(OddityKind::Version, text));
    }
    if certificate.tbs_certificate.signature != certificate.signature_algorithm {
        let text = "the signature algorithm that is signed is not the one that stands outside";
        facts.oddities.push(Oddity::new(OddityKind::SignatureAlgorithm, text));
    }
}

fn links(der: &[u8], certificate: &X509Certificate<'_>) -> Links {
    let part = |bytes: &[u8]| part_of(der, bytes);
    let alternatives = certificate.extensions().iter().find(|one| extension::is_alternative_name(&one.oid));
    Links {
        alternatives: alternatives.map_or((0, 0), |extension| part(extension.value)),
        issuer_name: shared::comparable_name(certificate.issuer().as_raw()),
        path: None,
        subject: part(certificate.subject().as_raw()),
        issuer: part(certificate.issuer().as_raw()),
        signed: part(certificate.tbs_certificate.as_ref()),
        signature: part(&certificate.signature_value.data),
        key: part(&certificate.public_key().subject_public_key.data),
        der: der.into(),
    }
}

/// Where `part`, a slice of `whole`, lies in it; empty for what is no slice of it.
fn part_of(whole: &[u8], part: &[u8]) -> Part {
    let start = part.as_ptr().addr().wrapping_sub(whole.as_ptr().addr());
    let end = start.saturating_add(part.len());
    match (u32::try_from(start), u32::try_from(end)) {
        (Ok(start), Ok(end)) if end as usize <= whole.len() => (start, end),
        _ => (0, 0),
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> Fingerprint {
    <[u8; 32]>::from(Sha256::digest(bytes)).into()
}

/// A serial number in a form that is equal for equal numbers, from its digits as [`serial`] has them.
pub(crate) fn comparable_serial(digits: &str, is_negative: bool) -> String {
    let (padding, sign) = if is_negative { ("ff", "-") } else { ("00", "") };
    let mut digits = digits;
    while let Some(rest) = digits.strip_prefix(padding)
        && (!is_negative && !rest.is_empty() || rest.starts_with(['8', '9', 'a', 'b', 'c', 'd', 'e', 'f']))
    {
        digits = rest;
    }
    format!("{sign}{digits}")
}

/// The serial number as Windows prints it: lower-case hexadecimal without the zero byte that keeps it positive.
pub(super) fn serial(bytes: &[u8]) -> String {
    let bytes = match bytes {
        [0, rest @ ..] if !rest.is_empty() => rest,
        all => all,
    };
    HEXLOWER.encode(bytes)
}

/// Whether a certificate may have signed others, or revocation lists: what these are checked by has to be kept.
pub(crate) fn is_authority(facts: &Certificate) -> bool {
    let signs_lists = || facts.key_usage.as_ref().is_some_and(|usage| usage.bits.contains(&"cRLSign"));
    // Before version 3 nothing said what a certificate is for.
    let is_old = || facts.oddities.iter().any(|oddity| oddity.kind == OddityKind::Version);
    facts.is_ca || facts.self_signed != SelfSigned::No || signs_lists() || is_old()
}

/// Whether subject and issuer are the same name. Most differ in the first letters, so that they are looked at first.
fn is_self_issued(links: &Links, facts: &Certificate) -> bool {
    let letters = |text: &str| -> Vec<char> { text.chars().take(8).flat_map(char::to_lowercase).collect() };
    links.issuer() == links.subject()
        || letters(&facts.subject) == letters(&facts.issuer) && *links.subject_name() == **links.issuer_name()
}

fn self_signed(links: &Links, facts: &mut Certificate) -> SelfSigned {
    if !is_self_issued(links, facts) {
        return SelfSigned::No;
    }
    match links.is_signed_by(facts, links, facts) {
        Outcome::Good => SelfSigned::Yes,
        Outcome::NotCheckable => SelfSigned::NotCheckable,
        Outcome::Bad => {
            let oddity = "issuer and subject are equal, but its own key does not verify the signature";
            facts.oddities.push(Oddity::new(OddityKind::SelfSignature, oddity));
            SelfSigned::No
        }
    }
}

fn parse_failure(error: &x509_parser::nom::Err<X509Error>) -> String {
    match error {
        x509_parser::nom::Err::Incomplete(_) => "it is cut off".to_owned(),
        x509_parser::nom::Err::Error(error) | x509_parser::nom::Err::Failure(error) => {
            format!("{} cannot be parsed", failed_part(error))
        }
    }
}

/// The part that the library did not understand. Its own words name tags and combinators, which say nothing to those who read them.
fn failed_part(error: &X509Error) -> &'static str {
    match error {
        X509Error::InvalidVersion => "its version",
        X509Error::InvalidSerial | X509Error::InvalidNumber => "its serial number",
        X509Error::InvalidAlgorithmIdentifier | X509Error::SignatureUnsupportedAlgorithm => {
            "its signature algorithm"
        }
        X509Error::InvalidX509Name => "its subject or issuer",
        X509Error::InvalidDate => "one of its times",
        X509Error::InvalidSPKI => "its public key",
        X509Error::InvalidSubjectUID | X509Error::InvalidIssuerUID => {
            "the unique identifier of its subject or issuer"
        }
        X509Error::InvalidExtensions | X509Error::DuplicateExtensions => "the list of its extensions",
        X509Error::InvalidAttributes | X509Error::DuplicateAttributes => "the list of its attributes",
        X509Error::InvalidSignatureValue | X509Error::SignatureVerificationError => "its signature",
        X509Error::InvalidUserCertificate => "the list of what it revokes",
        X509Error::Generic
        | X509Error::InvalidTbsCertificate
        | X509Error::InvalidCertificate
        | X509Error::Der(_)
        | X509Error::NomError(_) => "its structure",
    }
}

#[cfg(test)]
mod edge_tests;
#[cfg(test)]
pub(crate) mod making;
#[cfg(test)]
mod tests;
