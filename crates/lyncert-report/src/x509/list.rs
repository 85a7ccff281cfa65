//! Certificate revocation lists.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use lyncert_rules::certificate::{Certificate, Signature};
use time::OffsetDateTime;
use x509_parser::asn1_rs::{Any, FromBer};
use x509_parser::prelude::FromDer;
use x509_parser::revocation_list::CertificateRevocationList;

use super::{Links, Outcome, algorithm, name, signature};

/// A revocation list, and the bytes that its signature is checked by.
#[derive(Debug)]
pub(crate) struct ParsedList {
    pub(crate) issuer: String,
    /// The issuer as encoded.
    pub(crate) issuer_bytes: Vec<u8>,
    pub(crate) this_update: OffsetDateTime,
    pub(crate) next_update: Option<OffsetDateTime>,
    /// Its number, in hexadecimal.
    pub(crate) number: Option<String>,
    /// Whether it lists changes since another list only.
    pub(crate) is_delta: bool,
    pub(crate) signature: Signature,
    /// When and why, by serial number as Windows prints it.
    pub(crate) revoked: BTreeMap<String, (OffsetDateTime, Option<&'static str>)>,
    signed: Vec<u8>,
    signature_bytes: Vec<u8>,
}

/// The list in `der`.
///
/// # Errors
///
/// Says in a few words what keeps it from being a revocation list.
pub(crate) fn revocation_list(der: &[u8]) -> Result<ParsedList, String> {
    let (_, list) = CertificateRevocationList::from_der(der).map_err(|error| super::parse_failure(&error))?;
    let extension = |wanted: &str| {
        list.extensions()
            .iter()
            .find(|extension| extension.oid.to_id_string() == wanted)
            .map(|found| found.value)
    };
    let number = extension("2.5.29.20").and_then(|value| Any::from_ber(value).ok());
    let revoked = list.iter_revoked_certificates().map(|entry| {
        let reason = entry.reason_code().map(|(_, code)| reason_text(code.0));
        (super::serial(entry.raw_serial()), (entry.revocation_date.to_datetime(), reason))
    });
    Ok(ParsedList {
        issuer: name::display(list.issuer()),
        issuer_bytes: list.issuer().as_raw().to_vec(),
        this_update: list.last_update().to_datetime(),
        next_update: list.next_update().map(|time| time.to_datetime()),
        number: number.map(|(_, number)| HEXLOWER.encode(number.data)),
        is_delta: extension("2.5.29.27").is_some(),
        signature: algorithm::signature(&list.signature_algorithm),
        revoked: revoked.collect(),
        signed: list.tbs_cert_list.as_ref().to_vec(),
        signature_bytes: list.signature_value.data.to_vec(),
    })
}

/// RFC 5280 section 5.3.1.
fn reason_text(code: u8) -> &'static str {
    match code {
        0 => "unspecified",
        1 => "keyCompromise",
        2 => "cACompromise",
        3 => "affiliationChanged",
        4 => "superseded",
        5 => "cessationOfOperation",
        6 => "certificateHold",
        8 => "removeFromCRL",
        9 => "privilegeWithdrawn",
        10 => "aACompromise",
        _ => "a reason that is not known",
    }
}

impl ParsedList {
    /// Whether `issuer` signed it.
    pub(crate) fn is_signed_by(&self, issuer: &Links, issuer_facts: &Certificate) -> Outcome {
        signature::verify(&signature::Signed {
            algorithm: &self.signature,
            message: &self.signed,
            signature: &self.signature_bytes,
            key: &issuer_facts.key,
            key_bytes: issuer.key(),
        })
    }
}
