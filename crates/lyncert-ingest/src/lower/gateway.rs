//! The link of a gateway, from the ports of its service.

use std::collections::HashSet;

use crate::lowering::{Lowering, Path};
use crate::name::DnsName;
use crate::topology::{Placed, Pool};

/// Reads what the ports of a gateway's service say of its link. A service without ports says nothing, and where no port is TLS and the
/// protocol of one is not told, nothing is known either. `known` are the names that other services of the pool gave.
pub(super) fn read_trunk(
    lowering: &mut Lowering<'_>,
    path: &Path<'_>,
    pool: &mut Pool,
    known: &mut HashSet<DnsName>,
) {
    let Some(ports) = path.element.child("Ports") else { return };
    let ports_path = path.child(ports);
    let mut is_told = true;
    for port in ports.children_named("Port") {
        let port = ports_path.child(port);
        let Some(protocol) = port.element.filled("Protocol") else {
            is_told = false;
            continue;
        };
        let trunk = pool.trunk.get_or_insert_default();
        trunk.is_tls |= ["tls", "mtls"].iter().any(|tls| protocol.eq_ignore_ascii_case(tls));
        let Some(text) = port.element.filled("ConfiguredFqdn") else { continue };
        match text.parse::<DnsName>() {
            Ok(value) if known.insert(value.clone()) => {
                trunk.fqdns.push(Placed { value, place: port.place(lowering.source) });
            }
            Ok(_) => {}
            Err(error) => lowering.problem(&port, format!("{error}; expected the FQDN of the gateway")),
        }
    }
    if !is_told && pool.trunk.as_ref().is_some_and(|trunk| !trunk.is_tls) {
        pool.trunk = None;
    }
}

#[cfg(test)]
mod tests {
    use crate::deployment::read_deployment;
    use crate::topology::{PoolKind, Trunk};

    /// What is understood of a gateway with these ports, and how many problems there are.
    fn trunk(ports: &str) -> (Option<Trunk>, usize) {
        let text = format!(
            r#"<PartialTopology xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.WritableTopology.2008"><CentralSites><CentralSite SiteId="1"><Clusters>
<Cluster UniqueId="g" Fqdn="sbc.contoso.com" RequiresSetup="false" RequiresReplication="false"><Machines><Machine Fqdn="sbc.contoso.com" /></Machines></Cluster></Clusters></CentralSite></CentralSites>
<Services><Service RoleName="PstnGateway" InstalledOn="g" ServiceVersion="7">{ports}</Service></Services></PartialTopology>"#
        );
        let document = read_deployment(&[("t.xml", text.as_bytes())]).unwrap();
        let pool = document.topology.pools().next().unwrap();
        assert_eq!((pool.kind, pool.requires_replication), (PoolKind::Gateway, false));
        (pool.trunk.clone(), document.problems.len())
    }

    #[test]
    fn the_ports_say_whether_the_link_is_tls_and_by_which_names() {
        let port = |protocol: &str, fqdn: &str| {
            format!(
                r#"<Port InterfaceSide="Pstn" Port="5067" Protocol="{protocol}" ConfiguredFqdn="{fqdn}" />"#
            )
        };
        let names = |trunk: &Trunk| -> Vec<String> {
            trunk.fqdns.iter().map(|fqdn| fqdn.value.to_string()).collect()
        };
        for (protocol, is_tls) in [("Tls", true), ("MTLS", true), ("Tcp", false), ("Udp", false)] {
            let ports =
                format!("<Ports>{}{}</Ports>", port(protocol, "a.contoso.com"), port("Tcp", "A.contoso.com"));
            let (trunk, _) = trunk(&ports);
            let trunk = trunk.unwrap();
            assert_eq!(
                (trunk.is_tls, names(&trunk)),
                (is_tls, vec!["a.contoso.com".to_owned()]),
                "{protocol}"
            );
        }
        let of = |port: &str| trunk(&format!("<Ports>{port}</Ports>"));
        let (sound, wrong) = (of(&port("Tls", "a.contoso.com")), of(&port("Tls", "a b")));
        let untold = r#"<Port InterfaceSide="Pstn" Port="5067" />"#;
        let beside = |protocol: &str| of(&format!("{}{untold}", port(protocol, "a.contoso.com")));
        for unknown in [trunk(""), of(""), of(untold), beside("Tcp")] {
            assert_eq!(unknown, (None, sound.1), "whether the link is TLS is not known");
        }
        assert_eq!(beside("Tls"), sound);
        assert_eq!(wrong.0, Some(Trunk { is_tls: true, fqdns: Vec::new() }));
        assert_eq!(wrong.1, sound.1 + 1, "what is no name is told");
    }
}
