//! A certificate like one that lies where the topology calls for none.

use std::collections::HashSet;

use lyncert_ingest::name::DnsName;
use lyncert_ingest::topology::PoolKind;

use super::{KEY_BITS, Order};
use crate::certificate::{CaKind, Certificate};
use crate::holder::{Holder, HolderKind};
use crate::requirement::{AddedBy, Cause, NameKind, Need, RequiredName};
use crate::usage::CertificateUsage;

/// One with the same names, for the holder in whose place it lies; `None` where it has no name that can be asked for.
pub(crate) fn order_as_it_lies(holder: &Holder, certificate: &Certificate) -> Option<Order> {
    let is_gateway = holder.kind == HolderKind::Pool(PoolKind::Gateway);
    let usages: Vec<CertificateUsage> = is_gateway.then_some(CertificateUsage::Gateway).into_iter().collect();
    let mut seen: HashSet<DnsName> = HashSet::new();
    let texts = certificate.common_names.iter().take(1).chain(&certificate.dns_names);
    let parsed = texts.filter_map(|text| text.parse::<DnsName>().ok());
    let names: Vec<DnsName> = parsed.filter(|name| seen.insert(name.clone())).collect();
    let host = holder.server.as_ref().or(holder.pool.as_ref())?;
    let what = usages.first().map_or("certificate", |usage| usage.as_str());
    let required = |name: &DnsName| RequiredName {
        name: name.clone(),
        kind: NameKind::Extra,
        need: Need::Recommended,
        added_by: AddedBy::Person,
        causes: vec![Cause::new(format!("`{}`, which lies there, has it", certificate.first_path()), None)],
        clause: if is_gateway { "GW-01" } else { "GEN-CNT-01" },
        usages: usages.clone(),
    };
    Some(Order {
        id: format!("{}/{what}", host.key()),
        holder: holder.clone(),
        install_on: holder
            .server
            .iter()
            .chain(holder.pool.as_ref().filter(|_| holder.server.is_none()))
            .cloned()
            .collect(),
        subject: names.first()?.clone(),
        names: names.iter().map(required).collect(),
        unfit_names: Vec::new(),
        also_accepted: Vec::new(),
        eku: certificate.eku.iter().flat_map(|ekus| ekus.iter().cloned()).collect(),
        public_ca: certificate.ca_kind == CaKind::Public,
        exportable: false,
        key_bits: KEY_BITS,
        has_cmdlets: false,
        requirements: Vec::new(),
        wizard: None,
        usages_at_holder: usages.clone(),
        usages,
    })
}
