//! Certificate requests: the order sheet in the forms that other programs read.
//!
//! Nothing but letters, digits, dots, hyphens, underscores and a leading `*.` ever stands in a value of these files:
//! [`crate::model::OrderRequest`] is empty for names that hold anything else, and what people read stands in comments.

pub mod certreq;
pub mod openssl;
pub mod powershell;

use std::io::{self, Write};

use super::escape::visible;
use crate::model::{OrderRequest, OrderRow, Plan, usages_text};

/// The object identifier of an extended key usage, by the name that programs read.
fn eku_oid(eku: &str) -> Option<&'static str> {
    match eku {
        "serverAuth" => Some("1.3.6.1.5.5.7.3.1"),
        "clientAuth" => Some("1.3.6.1.5.5.7.3.2"),
        _ => None,
    }
}

/// All orders with a blank line between them.
fn all(
    plan: &Plan,
    blank: &str,
    order: fn(&OrderRow, &mut dyn Write) -> io::Result<()>,
    sink: &mut dyn Write,
) -> io::Result<()> {
    for (index, one) in plan.orders.iter().enumerate() {
        if index > 0 {
            sink.write_all(blank.as_bytes())?;
        }
        order(one, sink)?;
    }
    Ok(())
}

/// So many names stand in a line of a comment.
const NAMES_A_LINE: usize = 8;

/// What a person should know before the request is made, as comments.
fn remarks(mark: &str, order: &OrderRow, sink: &mut dyn Write) -> io::Result<()> {
    let comment = |text: &str, sink: &mut dyn Write| writeln!(sink, "{mark} {}", visible(text));
    comment(&format!("{} for {}", order.holder, usages_text(&order.usages)), sink)?;
    comment(&format!("CA: {}", order.ca()), sink)?;
    if !order.install_on.is_empty() {
        comment(&format!("Install on: {}", order.install_on.join(", ")), sink)?;
    }
    for obstacle in &order.obstacles {
        comment(&format!("Attention: {}", obstacle.text), sink)?;
    }
    let Some(attention) = &order.attention else { return Ok(()) };
    comment(&format!("Attention: {}", attention.text), sink)?;
    for part in &attention.parts {
        comment(&format!("Split: {}; subject CN={}", part.text, part.subject), sink)?;
        // Some programs read no line of more than 4,096 characters.
        for names in part.names.chunks(NAMES_A_LINE) {
            comment(&format!("  {}", names.join(", ")), sink)?;
        }
    }
    Ok(())
}

/// The request's names, or a comment that says why there are none.
fn request<'a>(
    mark: &str,
    order: &'a OrderRow,
    sink: &mut dyn Write,
) -> io::Result<Option<&'a OrderRequest>> {
    if order.request.is_none() {
        writeln!(sink, "{mark} Not written: a name holds characters that no request can carry.")?;
    }
    Ok(order.request.as_ref())
}
