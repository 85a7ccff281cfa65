//! The cmdlet lines that request and assign, one block for each certificate.

use std::io::{self, Write};

use super::super::file_names;
use super::{remarks, request};
use crate::cmdlet::{farm_line, request_line};
use crate::model::{OrderRequest, OrderRow, Plan, Usage};
use crate::render::escape::visible;

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
    let has_template = |order: &OrderRow| {
        let line = order.request.as_ref().and_then(|request| request_line(order, request, "x.req"));
        line.is_some_and(|line| line.contains("$Template"))
    };
    if plan.orders.iter().any(has_template) {
        writeln!(
            sink,
            "# Before blocks with -Template: $Template = 'WebServerWithClientEku', the name of a template of the CA that has the \
             server and the client EKU; the template Web Server has the server EKU only, whatever -ClientEKU asks for."
        )?;
    }
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
pub fn order(order: &OrderRow, file: &str, sink: &mut dyn Write) -> io::Result<()> {
    remarks("#", order, sink)?;
    let Some(names) = request("#", order, sink)? else { return Ok(()) };
    let (Some(computer), Some(line)) = (&names.computer, request_line(order, names, file)) else {
        return no_cmdlet(order, names, sink);
    };
    writeln!(sink, "# On {computer}:")?;
    writeln!(sink, "{line}")?;
    writeln!(sink, "# When it is issued and imported:")?;
    let types = types(order);
    writeln!(sink, "{}", assign_line(order, &types))?;
    if types == [Usage::OAuthTokenIssuer] {
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

/// The newest certificate with the order's friendly name is assigned.
fn assign_line(order: &OrderRow, types: &[Usage]) -> String {
    let identity = if types == [Usage::OAuthTokenIssuer] { " -Identity global" } else { "" };
    format!(
        "Set-CsCertificate{identity} -Type {} -Thumbprint (Get-ChildItem Cert:\\LocalMachine\\My | Where-Object {{ \
         $_.FriendlyName -eq '{}' }} | Sort-Object NotBefore | Select-Object -Last 1).Thumbprint",
        types.iter().map(|usage| usage.as_str()).collect::<Vec<_>>().join(","),
        order.friendly_name
    )
}

fn no_cmdlet(order: &OrderRow, names: &OrderRequest, sink: &mut dyn Write) -> io::Result<()> {
    writeln!(sink, "# No cmdlet requests it; `--format certreq` and `--format openssl` give request files.")?;
    writeln!(sink, "# Subject: CN={}", names.common_name)?;
    writeln!(sink, "# Names: {}", names.dns_names.join(", "))?;
    let ekus = if order.eku.is_empty() { "none in particular".to_owned() } else { order.eku.join(", ") };
    let exportable = if order.key.exportable { ", exportable" } else { "" };
    writeln!(sink, "# EKU: {ekus}; key: {} {}{exportable}", order.key.algorithm, order.key.bits)?;
    if let Some(line) = farm_line(order) {
        writeln!(sink, "# When it is imported on every server of the farm, on one of them:")?;
        writeln!(sink, "{line}")?;
    }
    Ok(())
}

/// The usages that the cmdlets know as a `-Type`.
fn types(order: &OrderRow) -> Vec<Usage> {
    let usages = order.usages.iter().copied();
    usages.filter(|usage| usage.is_assigned_by_cmdlet()).collect()
}
