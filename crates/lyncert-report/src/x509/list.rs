//! Certificate revocation lists.

use std::collections::HashMap;
use std::sync::Arc;

use data_encoding::{HEXLOWER, HEXUPPER};
use lyncert_rules::certificate::{Certificate, Signature};
use lyncert_rules::folder::UnreadList;
use time::OffsetDateTime;
use x509_parser::asn1_rs::{Any, Class, FromBer};
use x509_parser::extensions::X509Extension;
use x509_parser::prelude::FromDer;
use x509_parser::revocation_list::CertificateRevocationList;

use super::elements::{any, dotted, elements};
use super::{Links, Outcome, algorithm, comparable_serial, name, shared, signature};

/// A revocation list, and the bytes that its signature is checked by.
#[derive(Debug)]
pub(crate) struct ParsedList {
    pub(crate) issuer: String,
    /// The issuer in a form to be compared.
    pub(crate) issuer_name: Arc<str>,
    /// Key identifier of the key that signed it, in hexadecimal.
    pub(crate) authority_key_id: Option<String>,
    pub(crate) this_update: OffsetDateTime,
    pub(crate) next_update: Option<OffsetDateTime>,
    /// Its number, in hexadecimal.
    pub(crate) number: Option<String>,
    /// The number of the list whose changes it lists, if it is a delta list.
    pub(crate) base: Option<String>,
    pub(crate) scope: ListScope,
    /// Why nothing of it counts, if so.
    pub(crate) unread: Option<UnreadList>,
    pub(crate) signature: Signature,
    /// When and why, by serial number in a form to be compared.
    pub(crate) revoked: HashMap<String, (OffsetDateTime, Option<&'static str>)>,
    signed: Vec<u8>,
    signature_bytes: Vec<u8>,
}

/// Of which certificates of its issuer a list tells.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct ListScope {
    pub(crate) servers_only: bool,
    pub(crate) authorities_only: bool,
    /// What tells a part of the issuer's list from the others: the place that it is published at, and reasons.
    pub(crate) part: Vec<u8>,
}

/// The list in `der`.
///
/// # Errors
///
/// Says in a few words what keeps it from being a revocation list.
pub(crate) fn revocation_list(der: &[u8]) -> Result<ParsedList, String> {
    let (_, list) = CertificateRevocationList::from_der(der).map_err(|error| super::parse_failure(&error))?;
    let mut read = ParsedList {
        issuer: name::display(list.issuer()),
        issuer_name: shared::comparable_name(list.issuer().as_raw()),
        authority_key_id: None,
        this_update: list.last_update().to_datetime(),
        next_update: list.next_update().map(|time| time.to_datetime()),
        number: None,
        base: None,
        scope: ListScope::default(),
        unread: None,
        signature: algorithm::signature(&list.signature_algorithm),
        revoked: HashMap::new(),
        signed: list.tbs_cert_list.as_ref().to_vec(),
        signature_bytes: list.signature_value.data.to_vec(),
    };
    for extension in list.extensions() {
        read.add_extension(extension);
    }
    for entry in list.iter_revoked_certificates() {
        for extension in entry.extensions() {
            match (dotted(extension.oid.as_bytes()).as_str(), extension.critical) {
                (CERTIFICATE_ISSUER, _) => read.unread = Some(UnreadList::Indirect),
                (REASON | INVALIDITY_DATE | HOLD_INSTRUCTION, _) | (_, false) => {}
                (_, true) => read.not_read(UnreadList::CriticalExtension),
            }
        }
        let (digits, is_negative) = (super::serial(entry.raw_serial()), is_negative(entry.raw_serial()));
        let reason = entry.reason_code().map(|(_, code)| reason_text(code.0));
        let revoked = (entry.revocation_date.to_datetime(), reason);
        read.revoked.insert(comparable_serial(&digits, is_negative), revoked);
    }
    Ok(read)
}

const REASON: &str = "2.5.29.21";
const HOLD_INSTRUCTION: &str = "2.5.29.23";
const INVALIDITY_DATE: &str = "2.5.29.24";
const CERTIFICATE_ISSUER: &str = "2.5.29.29";

fn is_negative(serial: &[u8]) -> bool {
    serial.first().is_some_and(|first| first & 0x80 != 0)
}

/// The digits of a number, without those that only fill.
fn digits(value: &[u8]) -> Option<String> {
    let (_, number) = Any::from_ber(value).ok()?;
    Some(HEXLOWER.encode(number.data))
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
    /// Whether it lists changes since another list only.
    pub(crate) fn is_delta(&self) -> bool {
        self.base.is_some()
    }

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

    fn not_read(&mut self, reason: UnreadList) {
        self.unread.get_or_insert(reason);
    }

    /// Takes in an extension of the list (RFC 5280 section 5.2).
    fn add_extension(&mut self, extension: &X509Extension<'_>) {
        let value = extension.value;
        match dotted(extension.oid.as_bytes()).as_str() {
            "2.5.29.20" => self.number = digits(value),
            "2.5.29.27" => self.base = Some(digits(value).unwrap_or_default()),
            "2.5.29.28" => self.add_distribution_point(value),
            "2.5.29.35" => {
                let fields = any(value).and_then(|value| elements(value.data)).unwrap_or_default();
                let key = fields.iter().find(|field| is_field(field, 0));
                self.authority_key_id = key.map(|key| HEXUPPER.encode(key.data));
            }
            _ if extension.critical => self.not_read(UnreadList::CriticalExtension),
            _ => {}
        }
    }

    /// Takes in an issuing distribution point (RFC 5280 section 5.2.5).
    fn add_distribution_point(&mut self, value: &[u8]) {
        let fields = any(value).and_then(|value| elements(value.data));
        let Some(fields) = fields else { return self.not_read(UnreadList::CriticalExtension) };
        for field in fields {
            let is_set = field.data.iter().any(|byte| *byte != 0);
            match field.tag().0 {
                0 | 3 => self.scope.part.extend_from_slice(field.data),
                1 => self.scope.servers_only = is_set,
                2 => self.scope.authorities_only = is_set,
                4 if is_set => self.unread = Some(UnreadList::Indirect),
                5 if is_set => self.not_read(UnreadList::AttributeCertificates),
                4 | 5 => {}
                _ => self.not_read(UnreadList::CriticalExtension),
            }
        }
    }
}

fn is_field(field: &Any<'_>, number: u32) -> bool {
    field.class() == Class::ContextSpecific && field.tag().0 == number
}
