//! From DER to certificate facts. With the containers in `scan`, the only place that knows the X.509 library.
//!
//! The library is asked for the structure only. Names, key sizes and extensions are read here, since its own helpers lose
//! all of an extension over one bad entry, take the size of keys from their encoding, and know fewer string types than
//! certificates have.

mod algorithm;
mod extension;
mod name;
mod signature;

use data_encoding::{HEXLOWER, HEXUPPER};
use lyncert_rules::{Certificate, SelfSigned};
use sha1::{Digest as _, Sha1};
use sha2::Sha256;
use x509_parser::certificate::{X509Certificate, X509CertificateParser};
use x509_parser::nom::Parser;

/// The facts of the certificate in `der`, without the paths.
///
/// # Errors
///
/// Says in a few words what keeps it from being a certificate.
pub(crate) fn certificate(der: &[u8]) -> Result<Certificate, String> {
    let mut parser = X509CertificateParser::new().with_deep_parse_extensions(false);
    let (_, certificate) = parser.parse(der).map_err(|error| reason(&error))?;
    let validity = certificate.validity();
    let (serial, serial_reversed) = serial(certificate.raw_serial());
    let mut facts = Certificate {
        sha1: HEXUPPER.encode(&Sha1::digest(der)),
        sha256: HEXUPPER.encode(&Sha256::digest(der)),
        paths: Vec::new(),
        subject: name::display(certificate.subject()),
        common_names: name::common_names(certificate.subject()),
        has_san: false,
        dns_names: Vec::new(),
        other_names: Vec::new(),
        issuer: name::display(certificate.issuer()),
        serial,
        serial_reversed,
        not_before: validity.not_before.to_datetime(),
        not_after: validity.not_after.to_datetime(),
        key: algorithm::public_key(certificate.public_key()),
        key_sha256: HEXUPPER.encode(&Sha256::digest(certificate.public_key().raw)),
        signature: algorithm::signature(&certificate.signature_algorithm),
        eku: None,
        key_usage: None,
        is_ca: false,
        self_signed: SelfSigned::No,
        ca_kind: lyncert_rules::CaKind::Unknown,
        ca_evidence: String::new(),
        crl_distribution_points: None,
        subject_key_id: None,
        authority_key_id: None,
        oddities: Vec::new(),
    };
    extension::read(&certificate, &mut facts);
    facts.self_signed = self_signed(&certificate, &mut facts.oddities);
    Ok(facts)
}

/// The serial number as Windows prints it, lower-case hexadecimal without the zero byte that keeps it positive; and the same
/// bytes in reverse order, as some event log entries print them.
fn serial(bytes: &[u8]) -> (String, String) {
    let bytes = match bytes {
        [0, rest @ ..] if !rest.is_empty() => rest,
        all => all,
    };
    let reversed: Vec<u8> = bytes.iter().rev().copied().collect();
    (HEXLOWER.encode(bytes), HEXLOWER.encode(&reversed))
}

fn self_signed(certificate: &X509Certificate<'_>, oddities: &mut Vec<String>) -> SelfSigned {
    if certificate.issuer().as_raw() != certificate.subject().as_raw() {
        return SelfSigned::No;
    }
    match signature::verify(certificate, certificate.public_key()) {
        signature::Outcome::Good => SelfSigned::Yes,
        signature::Outcome::NotCheckable => SelfSigned::NotCheckable,
        signature::Outcome::Bad => {
            oddities.push(
                "issuer and subject are equal, but its own key does not verify the signature".to_owned(),
            );
            SelfSigned::No
        }
    }
}

fn reason(error: &x509_parser::nom::Err<x509_parser::error::X509Error>) -> String {
    match error {
        x509_parser::nom::Err::Incomplete(_) => "it is cut off".to_owned(),
        x509_parser::nom::Err::Error(error) | x509_parser::nom::Err::Failure(error) => error.to_string(),
    }
}

#[cfg(test)]
mod tests;
