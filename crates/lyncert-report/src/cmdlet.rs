//! The cmdlet line that requests what an order asks for.

use lyncert_rules::cmdlet::{Quotes, RequestCommand, RequestDestination};
use lyncert_rules::usage::CertificateUsage;

use crate::model::{OrderRequest, OrderRow};

/// The `Request-CsCertificate` line of an order with the names of `request`, which may be more than its own; `file` is the
/// name of a request that goes to a public CA. `None` where no cmdlet requests it.
pub(crate) fn request_line(order: &OrderRow, request: &OrderRequest, file: &str) -> Option<String> {
    let usages: Vec<CertificateUsage> = order.usages.iter().copied().map(CertificateUsage::from).collect();
    let by_hand: Vec<&str> = request.by_hand.iter().map(String::as_str).collect();
    // An Edge Server is seldom in a domain, so its request travels as a file even to an internal CA.
    let is_file = order.public_ca || usages.contains(&CertificateUsage::Internal);
    let command = RequestCommand {
        usages: &usages,
        computer: Some(request.computer.as_deref()?),
        friendly_name: Some(&order.friendly_name),
        by_hand: &by_hand,
        client_eku: order.eku.iter().any(|eku| eku == "clientAuth"),
        exportable: order.key.exportable,
        key_bits: order.key.bits,
        destination: Some(if is_file { RequestDestination::File(file) } else { RequestDestination::Ca }),
        quotes: Quotes::Single,
    };
    command.line()
}
