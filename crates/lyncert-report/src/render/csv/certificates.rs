//! The table of certificates.

use std::io::{self, Write};

use serde::Serialize;

use super::cell::{Cell, cell, list, moment, optional, sentence, yes_no};
use super::write_table;
use crate::model::CertificateRow;

#[derive(Default, Serialize)]
struct Row {
    path: Cell,
    also_in: Cell,
    subject: Cell,
    common_name: Cell,
    dns_names: Cell,
    other_names: Cell,
    issuer: Cell,
    serial: Cell,
    sha1: Cell,
    sha256: Cell,
    not_before: Cell,
    not_after: Cell,
    days_left: Cell,
    key: Cell,
    signature: Cell,
    eku: Cell,
    ca_kind: Cell,
    self_signed: Cell,
    chain: Cell,
    serves: Cell,
    chain_reason: Cell,
    chain_issuers: Cell,
    revoked: Cell,
    superseded_by: Cell,
    friendly_names: Cell,
    template: Cell,
    key_provider: Cell,
    private_key_in_archive: Cell,
    oddities: Cell,
}

/// One row a certificate.
///
/// # Errors
///
/// Those of the sink.
pub fn write(certificates: &[CertificateRow], sink: &mut dyn Write) -> io::Result<()> {
    write_table(certificates.iter().map(row), sink)
}

fn row(certificate: &CertificateRow) -> Row {
    Row {
        path: cell(&certificate.path),
        also_in: list(&certificate.also_in),
        subject: cell(&certificate.subject),
        common_name: list(&certificate.common_names),
        dns_names: list(&certificate.dns_names),
        other_names: list(&certificate.other_names),
        issuer: cell(&certificate.issuer),
        serial: cell(&certificate.serial),
        sha1: cell(&certificate.sha1),
        sha256: cell(&certificate.sha256),
        not_before: moment(certificate.not_before),
        not_after: moment(certificate.not_after),
        days_left: cell(certificate.days_left),
        key: cell(&certificate.key.title),
        signature: cell(&certificate.signature_algorithm),
        eku: list(certificate.eku.iter().flat_map(|eku| eku.iter())),
        ca_kind: cell(certificate.ca_kind),
        self_signed: certificate.self_signed.map_or_else(|| cell("not checkable"), yes_no),
        chain: cell(&certificate.chain.state),
        serves: list(&certificate.serves),
        chain_reason: sentence(&certificate.chain.reason),
        chain_issuers: list(&certificate.chain.issuers),
        revoked: optional(certificate.revoked.as_ref()),
        superseded_by: optional(certificate.superseded_by.as_ref()),
        friendly_names: list(&certificate.friendly_names),
        template: optional(certificate.template.as_ref()),
        key_provider: optional(certificate.key_provider.as_ref()),
        private_key_in_archive: yes_no(certificate.has_private_key),
        oddities: list(&certificate.oddities),
    }
}
