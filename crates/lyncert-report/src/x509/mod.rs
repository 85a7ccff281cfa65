//! From DER to certificate facts. With the containers in `scan`, the only place that knows the X.509 library.
//!
//! The library is asked for the structure only. Names, key sizes and extensions are read here, since its own helpers lose
//! all of an extension over one bad entry, take the size of keys from their encoding, and know fewer string types than
//! certificates have.

mod algorithm;
mod extension;
mod list;
mod name;
mod request;
mod shared;
mod signature;
mod weakness;

use std::sync::Arc;

use data_encoding::HEXLOWER;
use lyncert_rules::certificate::{Certificate, Chain, Oddity, OddityKind, SelfSigned};
use lyncert_rules::digest::Fingerprint;
use sha1::{Digest as _, Sha1};
use sha2::Sha256;
use x509_parser::certificate::{X509Certificate, X509CertificateParser};
use x509_parser::nom::Parser;

pub(crate) use list::{ParsedList, revocation_list};
pub use request::CertificateRequest;
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
    signed: Part,
    signature: Part,
    key: Part,
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
    let extensions = extension::read(certificate.extensions());
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
        key_sha256: sha256(certificate.public_key().raw),
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
        name_constraints: extensions.name_constraints.map(Arc::new),
        template: extensions.template.as_deref().map(shared::text),
        friendly_names: Vec::new(),
        key_provider: None,
        has_private_key: false,
        key_exportable: None,
        stores: Vec::new(),
        chain: Chain::not_examined(),
        revocation: None,
        oddities: extensions.oddities,
    };
    facts.dns_names.shrink_to_fit();
    structure_oddities(&certificate, &mut facts);
    let links = links(der, &certificate);
    facts.self_signed = self_signed(&links, &mut facts);
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
    Links {
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

/// The serial number as Windows prints it: lower-case hexadecimal without the zero byte that keeps it positive.
pub(super) fn serial(bytes: &[u8]) -> String {
    let bytes = match bytes {
        [0, rest @ ..] if !rest.is_empty() => rest,
        all => all,
    };
    HEXLOWER.encode(bytes)
}

fn self_signed(links: &Links, facts: &mut Certificate) -> SelfSigned {
    if links.issuer() != links.subject() {
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

fn parse_failure(error: &x509_parser::nom::Err<x509_parser::error::X509Error>) -> String {
    match error {
        x509_parser::nom::Err::Incomplete(_) => "it is cut off".to_owned(),
        x509_parser::nom::Err::Error(error) | x509_parser::nom::Err::Failure(error) => error.to_string(),
    }
}

#[cfg(test)]
mod edge_tests;
#[cfg(test)]
pub(crate) mod making;
#[cfg(test)]
mod tests;
