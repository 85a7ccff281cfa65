//! Configurations for `openssl req`, one for each certificate.

use std::io::{self, Write};

use super::{all, eku_oid, remarks, request};
use crate::model::{OrderRow, Plan};

/// All orders, one behind the other; to be read, or to be split at the blank lines. See [`order`] for one.
///
/// # Errors
///
/// Those of the sink.
pub fn write(plan: &Plan, sink: &mut dyn Write) -> io::Result<()> {
    all(plan, "\n", order, sink)
}

/// The configuration of one request.
///
/// `openssl req -new -newkey rsa:2048 -nodes -config FILE -keyout KEY -out REQUEST` makes a request with just this subject
/// and these names.
///
/// # Errors
///
/// Those of the sink.
pub fn order(order: &OrderRow, sink: &mut dyn Write) -> io::Result<()> {
    remarks("#", order, sink)?;
    let Some(names) = request("#", order, sink)? else { return Ok(()) };
    let ekus: Vec<_> = order.eku.iter().filter(|eku| eku_oid(eku).is_some()).map(String::as_str).collect();
    writeln!(sink, "[req]")?;
    writeln!(sink, "prompt = no")?;
    writeln!(sink, "utf8 = yes")?;
    writeln!(sink, "default_bits = {}", order.key.bits)?;
    writeln!(sink, "default_md = sha256")?;
    writeln!(sink, "distinguished_name = subject")?;
    writeln!(sink, "req_extensions = extensions")?;
    writeln!(sink, "[subject]")?;
    writeln!(sink, "CN = {}", names.common_name)?;
    writeln!(sink, "[extensions]")?;
    writeln!(sink, "keyUsage = critical, digitalSignature, keyEncipherment")?;
    if !ekus.is_empty() {
        writeln!(sink, "extendedKeyUsage = {}", ekus.join(", "))?;
    }
    if !names.dns_names.is_empty() {
        writeln!(sink, "subjectAltName = @names")?;
        writeln!(sink, "[names]")?;
    }
    for (index, name) in names.dns_names.iter().enumerate() {
        writeln!(sink, "DNS.{} = {name}", index + 1)?;
    }
    Ok(())
}
