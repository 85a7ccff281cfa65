//! Request policies (INF) for `certreq -new`, one for each certificate.

use std::io::{self, Write};

use super::{all, eku_oid, remarks, request};
use crate::model::{OrderRow, Plan};

/// All orders, one behind the other; to be read, or to be split at the blank lines. See [`order`] for one.
///
/// # Errors
///
/// Those of the sink.
pub fn write(plan: &Plan, sink: &mut dyn Write) -> io::Result<()> {
    all(plan, "\r\n", order, sink)
}

/// The request policy of one certificate: `certreq -new FILE REQUEST`.
///
/// The key goes into the older SChannel provider, since keys of CNG providers are not supported (GEN-KEY-03).
///
/// # Errors
///
/// Those of the sink.
pub fn order(order: &OrderRow, sink: &mut dyn Write) -> io::Result<()> {
    let mut text = Vec::new();
    unix_lines(order, &mut text)?;
    // Windows tools expect their own ends of lines.
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        sink.write_all(line.strip_suffix(b"\n").unwrap_or(line))?;
        sink.write_all(b"\r\n")?;
    }
    Ok(())
}

fn unix_lines(order: &OrderRow, sink: &mut dyn Write) -> io::Result<()> {
    remarks(";", order, sink)?;
    let Some(names) = request(";", order, sink)? else { return Ok(()) };
    writeln!(sink, "[Version]")?;
    writeln!(sink, "Signature = \"$Windows NT$\"")?;
    writeln!(sink, "[NewRequest]")?;
    writeln!(sink, "Subject = \"CN={}\"", names.common_name)?;
    writeln!(sink, "FriendlyName = \"{}\"", order.friendly_name)?;
    writeln!(sink, "KeyLength = {}", order.key.bits)?;
    writeln!(sink, "KeySpec = 1")?;
    writeln!(sink, "KeyUsage = 0xA0")?;
    writeln!(sink, "Exportable = {}", if order.key.exportable { "TRUE" } else { "FALSE" })?;
    writeln!(sink, "MachineKeySet = TRUE")?;
    writeln!(sink, "HashAlgorithm = SHA256")?;
    writeln!(sink, "ProviderName = \"Microsoft RSA SChannel Cryptographic Provider\"")?;
    writeln!(sink, "ProviderType = 12")?;
    writeln!(sink, "RequestType = PKCS10")?;
    writeln!(sink, "SMIME = FALSE")?;
    let oids: Vec<_> = order.eku.iter().filter_map(|eku| eku_oid(eku)).collect();
    if !oids.is_empty() {
        writeln!(sink, "[EnhancedKeyUsageExtension]")?;
    }
    for oid in oids {
        writeln!(sink, "OID = {oid}")?;
    }
    if !names.dns_names.is_empty() {
        writeln!(sink, "[Extensions]")?;
        writeln!(sink, "2.5.29.17 = \"{{text}}\"")?;
    }
    for (index, name) in names.dns_names.iter().enumerate() {
        let more = if index + 1 < names.dns_names.len() { "&" } else { "" };
        writeln!(sink, "_continue_ = \"dns={name}{more}\"")?;
    }
    Ok(())
}
