//! SIP domains.

use std::collections::HashSet;

use crate::lowering::{Lowering, Path};
use crate::name::DnsName;
use crate::topology::{Placed, SipDomain, Topology};

/// Reads `InternalDomains` below `path` into `topology`.
pub(super) fn read_domains(lowering: &mut Lowering<'_>, path: &Path<'_>, topology: &mut Topology) {
    let Some(element) = path.element.child("InternalDomains") else {
        lowering.problem(path, "there is no `<InternalDomains>`; expected the SIP domains of the deployment");
        return;
    };
    let path = path.child(element);
    lowering.unknown_children(&path, &["InternalDomain"]);
    let mut known = HashSet::new();
    for child in element.children_named("InternalDomain") {
        topology.sip_domains.extend(read_domain(lowering, &path.child(child), &mut known));
    }
    if topology.sip_domains.is_empty() {
        lowering.problem(&path, "there is no SIP domain; expected at least one `<InternalDomain Name=…>`");
    }
    topology.default_sip_domain = read_default_domain(lowering, &path, &topology.sip_domains);
}

fn read_domain(
    lowering: &mut Lowering<'_>,
    path: &Path<'_>,
    known: &mut HashSet<DnsName>,
) -> Option<SipDomain> {
    let Some(name) = path.element.filled("Name") else {
        lowering.problem(path, "the SIP domain has no `Name`");
        return None;
    };
    let name: DnsName = match name.parse() {
        Ok(name) => name,
        Err(error) => {
            lowering.problem(path, format!("{error}; expected a SIP domain"));
            return None;
        }
    };
    if path.element.boolean("AllowSubDomains") == Some(true) {
        lowering.problem(
            path,
            "`AllowSubDomains` is true, which is unusual; names of subdomains are not worked out",
        );
    }
    if !known.insert(name.clone()) {
        lowering.problem(path, format!("the SIP domain `{name}` is declared twice; the first one counts"));
        return None;
    }
    Some(SipDomain { name, place: path.place(lowering.source) })
}

fn read_default_domain(
    lowering: &mut Lowering<'_>,
    path: &Path<'_>,
    domains: &[SipDomain],
) -> Option<Placed<DnsName>> {
    let Some(text) = path.element.filled("DefaultDomain") else {
        lowering.problem(path, "there is no `DefaultDomain`; expected the default SIP domain");
        return None;
    };
    match text.parse::<DnsName>() {
        Ok(value) => {
            if !domains.is_empty() && domains.iter().all(|domain| domain.name != value) {
                lowering
                    .problem(path, format!("the default SIP domain `{value}` is not among the SIP domains"));
            }
            Some(Placed { value, place: path.place(lowering.source) })
        }
        Err(error) => {
            lowering.problem(path, format!("{error}; expected the default SIP domain"));
            None
        }
    }
}
