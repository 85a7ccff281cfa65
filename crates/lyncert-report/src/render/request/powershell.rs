//! The cmdlet lines that request and assign, one block for each certificate.

use std::io::{self, Write};

use lyncert_rules::CertificateUsage;

use super::super::file_names;
use super::{remarks, request};
use crate::render::escape::visible;
use crate::{Order, OrderRequest, Plan};

/// The lines for all orders.
///
/// The lines of a block are run in the management shell on the server that the block names.
///
/// # Errors
///
/// Those of the sink.
pub fn write(plan: &Plan, sink: &mut dyn Write) -> io::Result<()> {
    writeln!(sink, "# Certificate requests of {}", visible(&plan.estate))?;
    writeln!(sink, "# Run each block on the server that it names, in the management shell of the product.")?;
    writeln!(sink, "# Before blocks with -CA: $CA = 'ca1.contoso.com\\Contoso Issuing CA'")?;
    let files = file_names(plan.orders.iter().map(|order| order.id.as_str()), "req");
    for (order, file) in plan.orders.iter().zip(&files) {
        writeln!(sink)?;
        self::order(order, file, sink)?;
    }
    Ok(())
}

/// The block of one order; `file` is the name of a request that goes to a public CA.
///
/// # Errors
///
/// Those of the sink.
pub fn order(order: &Order, file: &str, sink: &mut dyn Write) -> io::Result<()> {
    remarks("#", order, sink)?;
    let types: Vec<_> = order.usages.iter().map(String::as_str).filter(|usage| is_type(usage)).collect();
    let Some(names) = request("#", order, sink)? else { return Ok(()) };
    let (Some(computer), false) = (&names.computer, types.is_empty()) else {
        return no_cmdlet(order, names, sink);
    };
    writeln!(sink, "# On {computer}:")?;
    request_line(order, names, computer, &types, file, sink)?;
    writeln!(sink, "# When it is issued and imported:")?;
    writeln!(sink, "{}", assign_line(order, &types))?;
    if types == ["OAuthTokenIssuer"] {
        writeln!(sink, "# The product copies it to all other servers.")?;
    } else if let [_, others @ ..] = order.install_on.as_slice()
        && !others.is_empty()
    {
        let others = others.join(", ");
        writeln!(
            sink,
            "# Export it with its private key, import it on the other servers, and there too, on {}:",
            visible(&others)
        )?;
        writeln!(sink, "{}", assign_line(order, &types))?;
    }
    Ok(())
}

fn request_line(
    order: &Order,
    names: &OrderRequest,
    computer: &str,
    types: &[&str],
    file: &str,
    sink: &mut dyn Write,
) -> io::Result<()> {
    write!(sink, "Request-CsCertificate -New -Type {} -ComputerFqdn '{computer}'", types.join(","))?;
    write!(sink, " -FriendlyName '{}'", order.friendly_name)?;
    if !names.by_hand.is_empty() {
        write!(sink, " -DomainName '{}'", names.by_hand.join(","))?;
    }
    if order.eku.iter().any(|eku| eku == "clientAuth") {
        write!(sink, " -ClientEKU $true")?;
    }
    if order.key.exportable {
        write!(sink, " -PrivateKeyExportable $true")?;
    }
    write!(sink, " -KeySize {}", order.key.bits)?;
    // An Edge Server is seldom in a domain, so its request travels as a file even to an internal CA.
    if order.public_ca || types.contains(&"Internal") {
        writeln!(sink, " -Output '{file}'")
    } else {
        writeln!(sink, " -CA $CA")
    }
}

/// The newest certificate with the order's friendly name is assigned.
fn assign_line(order: &Order, types: &[&str]) -> String {
    let identity = if types == ["OAuthTokenIssuer"] { " -Identity global" } else { "" };
    format!(
        "Set-CsCertificate{identity} -Type {} -Thumbprint (Get-ChildItem Cert:\\LocalMachine\\My | Where-Object {{ \
         $_.FriendlyName -eq '{}' }} | Sort-Object NotBefore | Select-Object -Last 1).Thumbprint",
        types.join(","),
        order.friendly_name
    )
}

fn no_cmdlet(order: &Order, names: &OrderRequest, sink: &mut dyn Write) -> io::Result<()> {
    writeln!(sink, "# No cmdlet requests it; `--format certreq` and `--format openssl` give request files.")?;
    writeln!(sink, "# Subject: CN={}", names.common_name)?;
    writeln!(sink, "# Names: {}", names.dns_names.join(", "))?;
    let ekus = if order.eku.is_empty() { "none in particular".to_owned() } else { order.eku.join(", ") };
    writeln!(sink, "# EKU: {ekus}; key: {} {}", order.key.algorithm, order.key.bits)
}

/// Whether the cmdlets know the usage as a `-Type`.
fn is_type(usage: &str) -> bool {
    usage.parse().is_ok_and(CertificateUsage::is_assigned_by_cmdlet)
}
