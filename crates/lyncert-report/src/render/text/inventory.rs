//! What a folder holds.

use std::io::{self, Write};

use super::{ALL_IN_JSON, Look, Page, line, section, wrapped};
use crate::model::{CertificateRow, InventoryView};

/// The inventory: certificates by expiry, then everything else.
///
/// # Errors
///
/// Those of the sink.
pub fn inventory(view: &InventoryView, look: Look, sink: &mut dyn Write) -> io::Result<()> {
    let page = &mut Page::new(look, sink);
    let count =
        |count: usize, one: &str| if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") };
    line(
        page,
        &format!(
            "{} in {} on {}",
            count(view.certificates.len(), "certificate"),
            count(view.files, "file"),
            view.at.in_words()
        ),
    )?;
    let mut certificates: Vec<&CertificateRow> = view.certificates.iter().collect();
    certificates.sort_by_key(|certificate| (certificate.not_after, &certificate.path));
    for certificate in certificates {
        line(page, "")?;
        write_certificate(certificate, page)?;
    }
    let requests = view.requests.iter().map(|request| (&request.path, &request.text));
    let lists = view.crls.iter().map(|list| (&list.path, &list.text));
    let keys = view.keys.iter().map(|key| (&key.path, &key.text));
    section("Requests", requests, ALL_IN_JSON, page)?;
    section("Revocation lists", lists, ALL_IN_JSON, page)?;
    section("Private keys", keys, ALL_IN_JSON, page)?;
    let assigned: Vec<_> = view.assigned.iter().map(|row| (&row.document, row.text())).collect();
    section("Assigned certificates", assigned.iter().map(|(path, text)| (*path, text)), ALL_IN_JSON, page)?;
    section("Not read", view.unreadable.iter().map(|file| (&file.path, &file.reason)), ALL_IN_JSON, page)
}

fn write_certificate(certificate: &CertificateRow, page: &mut Page<'_>) -> io::Result<()> {
    let subject = if certificate.subject.is_empty() { "(no subject)" } else { &certificate.subject };
    wrapped(page, "", subject)?;
    let days = match certificate.days_left {
        days if days < 0 => "expired".to_owned(),
        1 => "1 day left".to_owned(),
        days => format!("{days} days left"),
    };
    let (from, until) = (certificate.not_before.in_words(), certificate.not_after.in_words());
    wrapped(page, "  valid       ", &format!("{from} to {until}, {days}"))?;
    let names: Vec<&str> =
        certificate.dns_names.iter().chain(&certificate.other_names).map(String::as_str).collect();
    if !names.is_empty() {
        wrapped(page, "  names       ", &names.join(", "))?;
    }
    let eku = match &certificate.eku {
        Some(ekus) => ekus.join(", "),
        None => "no EKU".to_owned(),
    };
    let ca = certificate.ca_in_words().map(|ca| format!(", {ca}")).unwrap_or_default();
    let key = format!("{}, {}, {eku}{ca}", certificate.key.title, certificate.signature_algorithm);
    wrapped(page, "  key         ", &key)?;
    wrapped(page, "  issuer      ", &format!("{} ({} CA)", certificate.issuer, certificate.ca_kind))?;
    let chain = format!("{}: {}", certificate.chain.state, certificate.chain.reason);
    wrapped(page, "  chain       ", &chain)?;
    if let Some(revoked) = &certificate.revoked {
        wrapped(page, "  REVOKED     ", &revoked.to_string())?;
    }
    if let Some(list) = &certificate.not_revoked_by {
        wrapped(page, "  revocation  ", &format!("not revoked by {list}"))?;
    }
    wrapped(page, "  thumbprint  ", &certificate.sha1)?;
    wrapped(page, "  serial      ", &certificate.serial)?;
    // By this line a text of an inventory is known again.
    wrapped(page, "  reversed    ", &certificate.serial_reversed)?;
    if let Some(newer) = &certificate.superseded_by {
        wrapped(page, "  superseded  ", &format!("by {newer}"))?;
    }
    for (lead, values) in [
        ("  called      ", certificate.friendly_names.iter().map(String::as_str).collect::<Vec<_>>()),
        ("  template    ", certificate.template.as_deref().into_iter().collect()),
        ("  provider    ", certificate.key_provider.as_deref().into_iter().collect()),
    ] {
        if !values.is_empty() {
            wrapped(page, lead, &values.join(", "))?;
        }
    }
    if certificate.has_private_key {
        line(page, "  private key in its archive or store")?;
    }
    for oddity in &certificate.oddities {
        wrapped(page, "  odd         ", oddity)?;
    }
    wrapped(page, "  file        ", &certificate.path)?;
    for path in &certificate.also_in {
        wrapped(page, "  also in     ", path)?;
    }
    Ok(())
}
