//! The names of an Edge pool, from the ports of its Edge service.

use crate::lowering::{Lowering, Path};
use crate::name::DnsName;
use crate::topology::{Placed, Pool};

/// Reads the external FQDNs and the XMPP proxy of an `EdgeServer` service.
pub(super) fn read_edge_server(lowering: &mut Lowering<'_>, path: &Path<'_>, pool: &mut Pool) {
    let Some(ports) = path.element.child("Ports") else {
        lowering.problem(path, "the Edge service has no `<Ports>`, so its external names are not known");
        return;
    };
    let ports_path = path.child(ports);
    for port in ports.children_named("Port") {
        let port = ports_path.child(port);
        match owner_of(&port).as_deref() {
            Some("accessedge") => {
                read_external_fqdn(lowering, &port, "Access Edge", &mut pool.access_edge_fqdn);
            }
            Some("dataedge") => {
                read_external_fqdn(
                    lowering,
                    &port,
                    "Web Conferencing Edge",
                    &mut pool.web_conferencing_edge_fqdn,
                );
            }
            Some("mediarelayedge") => read_external_fqdn(lowering, &port, "A/V Edge", &mut pool.av_edge_fqdn),
            Some("xmppfederationproxy") if pool.xmpp_proxy.is_none() => {
                pool.xmpp_proxy = Some(port.place(lowering.source));
            }
            Some(_) | None => {}
        }
    }
    let named = [
        ("Access Edge", &pool.access_edge_fqdn),
        ("Web Conferencing Edge", &pool.web_conferencing_edge_fqdn),
    ];
    for (what, _) in named.into_iter().filter(|(_, fqdn)| fqdn.is_none()) {
        lowering.problem(&ports_path, format!("no external port gives the {what} FQDN (`ConfiguredFqdn`)"));
    }
}

/// The component that owns a port, in lower case, without `urn:component:`.
fn owner_of(port: &Path<'_>) -> Option<String> {
    let owner = port.element.filled("Owner")?.to_ascii_lowercase();
    Some(owner.rsplit(':').next().unwrap_or(&owner).to_owned())
}

/// Takes the `ConfiguredFqdn` of an external port; the first one counts.
fn read_external_fqdn(
    lowering: &mut Lowering<'_>,
    port: &Path<'_>,
    what: &str,
    fqdn: &mut Option<Placed<DnsName>>,
) {
    let is_external =
        port.element.filled("InterfaceSide").is_some_and(|side| side.eq_ignore_ascii_case("External"));
    let Some(text) = port.element.filled("ConfiguredFqdn").filter(|_| is_external) else { return };
    match (text.parse::<DnsName>(), fqdn.as_ref()) {
        (Ok(value), None) => *fqdn = Some(Placed { value, place: port.place(lowering.source) }),
        (Ok(value), Some(first)) if value != first.value => {
            let text = format!(
                "the {what} FQDN is `{value}` here and `{}` before; the first one counts",
                first.value
            );
            lowering.problem(port, text);
        }
        (Ok(_), Some(_)) => {}
        (Err(error), _) => lowering.problem(port, format!("{error}; expected the {what} FQDN")),
    }
}
