//! The cmdlet lines that request what an order asks for, and assign what would do.

use lyncert_rules::assess::{Fits, Trial};
use lyncert_rules::cmdlet::{RequestCommand, RequestDestination};
use lyncert_rules::digest::Thumbprint;
use lyncert_rules::usage::CertificateUsage;

use crate::model::{OrderRequest, OrderRow, Usage};

/// The `Request-CsCertificate` line of an order with the names of `request`, which may be more than its own; `file` is the
/// name of a request that goes to a public CA. `None` where no cmdlet requests it.
pub(crate) fn request_line(order: &OrderRow, request: &OrderRequest, file: &str) -> Option<String> {
    let usages: Vec<CertificateUsage> = order.usages.iter().copied().map(CertificateUsage::from).collect();
    let by_hand: Vec<&str> = request.by_hand.iter().map(String::as_str).collect();
    // An Edge Server is seldom in a domain, so its request travels as a file even to an internal CA.
    let is_on_edge = usages.iter().any(|usage| EDGE.contains(usage));
    let is_file = order.public_ca || is_on_edge;
    let computer = request.computer.as_deref()?;
    let client_eku = order.eku.iter().any(|eku| eku == "clientAuth");
    let command = RequestCommand {
        usages: &usages,
        // An Edge Server cannot reach the Central Management store, which the parameter makes the cmdlet ask.
        computer: (!is_on_edge).then_some(computer),
        friendly_name: Some(&order.friendly_name),
        by_hand: &by_hand,
        client_eku,
        with_template: client_eku && !order.public_ca,
        exportable: order.key.exportable,
        key_bits: order.key.bits,
        destination: Some(if is_file { RequestDestination::File(file) } else { RequestDestination::Ca }),
    };
    command.line()
}

/// The usages of Edge Servers.
const EDGE: [CertificateUsage; 5] = [
    CertificateUsage::Internal,
    CertificateUsage::AccessEdgeExternal,
    CertificateUsage::DataEdgeExternal,
    CertificateUsage::AudioVideoAuthentication,
    CertificateUsage::XmppServer,
];

/// The `Set-CsCertificate` line that assigns a certificate to what it was tried for; `None` where no cmdlet of the product does.
pub(crate) fn assign_line(trial: &Trial, thumbprint: Thumbprint) -> Option<String> {
    let has_cmdlets = trial.holder().is_some_and(|holder| holder.has_cmdlets);
    let usages = trial.usages();
    let types: Vec<&str> =
        usages.iter().filter(|usage| usage.is_assigned_by_cmdlet()).map(|usage| usage.as_str()).collect();
    if !has_cmdlets || types.is_empty() || trial.fits == Fits::No {
        return None;
    }
    let identity = if usages == [CertificateUsage::OAuthTokenIssuer] { " -Identity Global" } else { "" };
    Some(format!("Set-CsCertificate{identity} -Type {} -Thumbprint {thumbprint}", types.join(",")))
}

/// The line that puts the certificate of an Office Web Apps farm into use; `None` for other orders.
pub(crate) fn farm_line(order: &OrderRow) -> Option<String> {
    let is_farm = order.usages == [Usage::OfficeWebApps];
    is_farm.then(|| format!("Set-OfficeWebAppsFarm -CertificateName '{}'", order.friendly_name))
}
