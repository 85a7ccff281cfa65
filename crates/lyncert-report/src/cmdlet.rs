//! The cmdlet lines that request what an order asks for, and assign what would do.

use lyncert_rules::assess::{Fits, Trial};
use lyncert_rules::cmdlet::{RequestCommand, RequestDestination};
use lyncert_rules::digest::Thumbprint;
use lyncert_rules::usage::CertificateUsage;

use crate::model::{OrderRequest, OrderRow, Usage};

/// The `Request-CsCertificate` line of an order with the names of `request`, which may be more than its own; `file` is the
/// name of a request that goes to a public CA. `None` where no cmdlet requests it.
pub(crate) fn request_line(order: &OrderRow, request: &OrderRequest, file: &str) -> Option<String> {
    request_line_for(&order.usages, order, request, file)
}

/// The same for these usages only: a certificate may serve others on other servers, where it is not requested.
pub(crate) fn request_line_for(
    usages: &[Usage],
    order: &OrderRow,
    request: &OrderRequest,
    file: &str,
) -> Option<String> {
    let usages: Vec<CertificateUsage> = usages.iter().copied().map(CertificateUsage::from).collect();
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

/// The line that puts a certificate into use where it was tried; `None` where it does not fit, and where no cmdlet does that.
pub(crate) fn assign_line_of(
    trial: &Trial,
    thumbprint: Thumbprint,
    friendly_name: Option<&str>,
) -> Option<String> {
    let usages: Vec<Usage> = trial.usages().into_iter().map(Usage::from).collect();
    let has_cmdlets = trial.holder().is_some_and(|holder| holder.has_cmdlets) || is_farm(&usages);
    let may_be_used = has_cmdlets && trial.fits != Fits::No;
    may_be_used.then(|| assign_line(&usages, &thumbprint.to_string(), friendly_name)).flatten()
}

/// The line that puts the certificate of an Office Web Apps farm into use; `None` for other orders.
pub(crate) fn farm_line(order: &OrderRow) -> Option<String> {
    is_farm(&order.usages).then(|| farm_line_for(&order.friendly_name)).flatten()
}

/// The line that puts a certificate that is there into use, by what it is known as: its thumbprint, at a farm its friendly name.
/// `None` where no cmdlet does.
pub(crate) fn assign_line(usages: &[Usage], thumbprint: &str, friendly_name: Option<&str>) -> Option<String> {
    if is_farm(usages) {
        return farm_line_for(friendly_name?);
    }
    let types: Vec<&str> =
        usages.iter().copied().filter(|usage| usage.is_assigned_by_cmdlet()).map(Usage::as_str).collect();
    // The parameter came with the usage, in Lync Server 2013.
    let identity = if types == [Usage::OAuthTokenIssuer.as_str()] { " -Identity global" } else { "" };
    let types = types.join(",");
    (!types.is_empty()).then(|| format!("Set-CsCertificate{identity} -Type {types} -Thumbprint {thumbprint}"))
}

fn is_farm(usages: &[Usage]) -> bool {
    usages == [Usage::OfficeWebApps]
}

fn farm_line_for(friendly_name: &str) -> Option<String> {
    let name = RequestCommand::quoted(friendly_name)?;
    Some(format!("Set-OfficeWebAppsFarm -CertificateName {name}"))
}
