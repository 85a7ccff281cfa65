//! What a folder holds.

use std::io::{self, Write};

use super::{ALL_IN_JSON, line, section, wrapped};
use crate::model::{CertificateRow, InventoryView};

/// The inventory: certificates by expiry, then everything else.
///
/// # Errors
///
/// Those of the sink.
pub fn inventory(view: &InventoryView, sink: &mut dyn Write) -> io::Result<()> {
    let count =
        |count: usize, one: &str| if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") };
    line(
        sink,
        &format!(
            "{} in {} at {}",
            count(view.certificates.len(), "certificate"),
            count(view.files, "file"),
            view.at
        ),
    )?;
    let mut certificates: Vec<&CertificateRow> = view.certificates.iter().collect();
    certificates.sort_by_key(|certificate| (certificate.not_after, &certificate.path));
    for certificate in certificates {
        line(sink, "")?;
        write_certificate(certificate, sink)?;
    }
    let requests = view.requests.iter().map(|request| (&request.path, &request.text));
    let lists = view.crls.iter().map(|list| (&list.path, &list.text));
    let keys = view.keys.iter().map(|key| (&key.path, &key.text));
    section("Requests", requests, ALL_IN_JSON, sink)?;
    section("Revocation lists", lists, ALL_IN_JSON, sink)?;
    section("Private keys", keys, ALL_IN_JSON, sink)?;
    let assigned: Vec<_> = view.assigned.iter().map(|row| (&row.document, row.text())).collect();
    section("Assigned certificates", assigned.iter().map(|(path, text)| (*path, text)), ALL_IN_JSON, sink)?;
    section("Not read", view.unreadable.iter().map(|file| (&file.path, &file.reason)), ALL_IN_JSON, sink)
}

fn write_certificate(certificate: &CertificateRow, sink: &mut dyn Write) -> io::Result<()> {
    let subject = if certificate.subject.is_empty() { "(no subject)" } else { &certificate.subject };
    wrapped(sink, "", subject)?;
    let days = match certificate.days_left {
        days if days < 0 => "expired".to_owned(),
        1 => "1 day left".to_owned(),
        days => format!("{days} days left"),
    };
    line(sink, &format!("  valid       {} to {}, {days}", certificate.not_before, certificate.not_after))?;
    let names: Vec<&str> =
        certificate.dns_names.iter().chain(&certificate.other_names).map(String::as_str).collect();
    if !names.is_empty() {
        wrapped(sink, "  names       ", &names.join(", "))?;
    }
    let eku = match &certificate.eku {
        Some(ekus) => ekus.join(", "),
        None => "no EKU".to_owned(),
    };
    let ca = if certificate.is_ca { ", is a CA" } else { "" };
    let key = format!("{}, {}, {eku}{ca}", certificate.key.title, certificate.signature_algorithm);
    wrapped(sink, "  key         ", &key)?;
    wrapped(sink, "  issuer      ", &format!("{} ({} CA)", certificate.issuer, certificate.ca_kind))?;
    let chain = format!("{}: {}", certificate.chain.state, certificate.chain.reason);
    wrapped(sink, "  chain       ", &chain)?;
    if let Some(revoked) = &certificate.revoked {
        wrapped(sink, "  REVOKED     ", &revoked.to_string())?;
    }
    if let Some(list) = &certificate.not_revoked_by {
        wrapped(sink, "  revocation  ", &format!("not revoked by {list}"))?;
    }
    line(sink, &format!("  thumbprint  {}", certificate.sha1))?;
    line(sink, &format!("  serial      {}, reversed {}", certificate.serial, certificate.serial_reversed))?;
    if let Some(newer) = &certificate.superseded_by {
        line(sink, &format!("  superseded  by {newer}"))?;
    }
    for (lead, values) in [
        ("  called      ", certificate.friendly_names.iter().map(String::as_str).collect::<Vec<_>>()),
        ("  template    ", certificate.template.as_deref().into_iter().collect()),
        ("  provider    ", certificate.key_provider.as_deref().into_iter().collect()),
    ] {
        if !values.is_empty() {
            wrapped(sink, lead, &values.join(", "))?;
        }
    }
    if certificate.has_private_key {
        line(sink, "  private key in its archive or store")?;
    }
    for oddity in &certificate.oddities {
        wrapped(sink, "  odd         ", oddity)?;
    }
    wrapped(sink, "  file        ", &certificate.path)?;
    for path in &certificate.also_in {
        wrapped(sink, "  also in     ", path)?;
    }
    Ok(())
}
