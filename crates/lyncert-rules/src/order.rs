//! From requirements to the certificates that one really requests.

use std::collections::{HashMap, HashSet};

use lyncert_ingest::name::DnsName;

use crate::certificate::Eku;
use crate::facts::CertificateLayout;
use crate::holder::{Holder, HolderKind};
use crate::requirement::{AcceptedName, AddedBy, Cause, Need, RequiredName, Requirement, UnfitName};
use crate::usage::CertificateUsage;
use crate::wizard::WizardRequest;

/// The clauses that orders cite in addition to those of their requirements.
#[cfg(test)]
pub(crate) const CLAUSES: [&str; 2] = ["GEN-SN-01", "AUTO-15"];

/// One certificate to request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Order {
    /// Stable id, made of names.
    pub id: String,
    /// Who holds it.
    pub holder: Holder,
    /// The servers that it is installed on; empty for holders that are no servers of the topology.
    pub install_on: Vec<DnsName>,
    /// The usages that it is assigned to.
    pub usages: Vec<CertificateUsage>,
    /// Common name of the subject.
    pub subject: DnsName,
    /// Subject alternative names: all required and recommended ones, the subject among them.
    pub names: Vec<RequiredName>,
    /// Names that the topology gives it and no certificate can carry.
    pub unfit_names: Vec<UnfitName>,
    /// Names that may be added: optional ones and those accepted without a word.
    pub also_accepted: Vec<DnsName>,
    /// Extended key usages, the advised ones included.
    pub eku: Vec<Eku>,
    /// Whether a public CA should issue it.
    pub public_ca: bool,
    /// Whether the private key must be exportable: several servers share it, or the pages ask for it on a single one too.
    pub exportable: bool,
    /// Size of the RSA key in bits.
    pub key_bits: u32,
    /// Whether the product's cmdlets request and assign it.
    pub has_cmdlets: bool,
    /// Ids of the requirements that it serves.
    pub requirements: Vec<String>,
    /// What the product's own wizard will request; `None` where no wizard of the product requests it.
    pub wizard: Option<WizardRequest>,
}

impl WizardRequest {
    /// The names that `order` needs and the wizard leaves out, with all boxes ticked or none.
    pub fn leaves_out<'a>(&self, order: &'a Order, ticked: bool) -> Vec<&'a DnsName> {
        let names = if ticked { &self.names_ticked } else { &self.names };
        let named: HashSet<&str> = names.iter().chain([&self.subject]).map(DnsName::key).collect();
        let needed = order.names.iter().filter(|name| name.need > Need::Optional).map(|name| &name.name);
        needed.filter(|name| !named.contains(name.key())).collect()
    }

    /// The names that the wizard adds, all boxes ticked, although neither the order needs nor a clause accepts them.
    pub fn surplus<'a>(&'a self, order: &Order) -> Vec<&'a DnsName> {
        let needed = order.names.iter().map(|needed| &needed.name);
        let known: HashSet<&str> = needed.chain(&order.also_accepted).map(DnsName::key).collect();
        self.names_ticked.iter().filter(|name| !known.contains(name.key())).collect()
    }
}

/// The size that the product's documents recommend, and that every generation accepts (GEN-KEY-01).
const KEY_BITS: u32 = 2048;

/// The certificates that one requests for these requirements.
///
/// With a combined layout (the default) one certificate serves `Default` and both web usages of a server (FE-ALL-01);
/// with a separate one each requirement is an order of its own.
pub fn orders<'a>(
    requirements: impl IntoIterator<Item = &'a Requirement>,
    layout: CertificateLayout,
) -> Vec<Order> {
    let combine = match layout {
        CertificateLayout::Auto | CertificateLayout::Combined => true,
        CertificateLayout::Separate => false,
    };
    let mut groups: Vec<Vec<&Requirement>> = Vec::new();
    let mut of_server: HashMap<_, usize> = HashMap::new();
    for requirement in requirements {
        let server = front_end_server(requirement).filter(|_| combine);
        match server.and_then(|server| of_server.get(&server)) {
            Some(&group) => groups[group].push(requirement),
            None => {
                if let Some(server) = server {
                    of_server.insert(server, groups.len());
                }
                groups.push(vec![requirement]);
            }
        }
    }
    groups.iter().filter_map(|group| build_order(group)).collect()
}

/// The front end server whose usages one certificate may serve together: its pool and its name.
fn front_end_server(requirement: &Requirement) -> Option<(Option<&str>, Option<&str>)> {
    let holder = &requirement.holder;
    let key = (holder.pool.as_ref().map(DnsName::key), holder.server.as_ref().map(DnsName::key));
    holder.kind.is_front_end().then_some(key)
}

fn build_order(group: &[&Requirement]) -> Option<Order> {
    let first = group.first()?;
    let usages: Vec<_> = group.iter().flat_map(|requirement| requirement.usages.iter().copied()).collect();
    let names = union_of_names(group, first);
    let install_on = first.install_on();
    Some(Order {
        id: order_id(first, &usages),
        holder: first.holder.clone(),
        exportable: group.iter().any(|requirement| requirement.needs_exportable_key()),
        install_on: install_on.to_vec(),
        subject: first.subject.clone(),
        unfit_names: union_of_unfit(group),
        also_accepted: union_of_accepted(group, &names),
        names,
        eku: union_of_ekus(group),
        public_ca: group.iter().any(|requirement| requirement.public_ca),
        key_bits: KEY_BITS,
        has_cmdlets: first.holder.has_cmdlets,
        requirements: group.iter().map(|requirement| requirement.id.clone()).collect(),
        wizard: WizardRequest::new(group),
        usages,
    })
}

fn order_id(first: &Requirement, usages: &[CertificateUsage]) -> String {
    let usages = usages.iter().map(|usage| usage.as_str()).collect::<Vec<_>>().join("+");
    match first.id.rsplit_once('/') {
        Some((holder, _)) if first.holder.kind != HolderKind::ReverseProxy => format!("{holder}/{usages}"),
        Some(_) | None => first.id.clone(),
    }
}

/// All required and recommended names of the group, with the subject in front where it is not among them.
fn union_of_names(group: &[&Requirement], first: &Requirement) -> Vec<RequiredName> {
    let mut names: Vec<RequiredName> = Vec::new();
    let firm =
        group.iter().flat_map(|requirement| &requirement.names).filter(|name| name.need > Need::Optional);
    let mut places: HashMap<&str, usize> = HashMap::new();
    for name in firm {
        match places.get(name.name.key()).and_then(|place| names.get_mut(*place)) {
            Some(known) => known.absorb(name.clone()),
            None => {
                places.insert(name.name.key(), names.len());
                names.push(name.clone());
            }
        }
    }
    if !places.contains_key(first.subject.key()) {
        names.insert(0, subject_as_name(first));
    }
    names
}

/// The subject as a name: the tools copy it there as soon as there is any other name (GEN-SN-01).
fn subject_as_name(requirement: &Requirement) -> RequiredName {
    RequiredName {
        name: requirement.subject.clone(),
        kind: crate::requirement::NameKind::Pool,
        need: if requirement.names.is_empty() { Need::Optional } else { Need::Recommended },
        added_by: if requirement.holder.kind.is_managed() { AddedBy::Wizard } else { AddedBy::Person },
        causes: vec![Cause {
            text: "the subject, repeated among the names".to_owned(),
            place: requirement.place.clone(),
        }],
        clause: "GEN-SN-01",
        usages: requirement.usages.clone(),
    }
}

fn union_of_accepted(group: &[&Requirement], names: &[RequiredName]) -> Vec<DnsName> {
    let optional =
        group.iter().flat_map(|requirement| &requirement.names).filter(|name| name.need == Need::Optional);
    let accepted = group.iter().flat_map(|requirement| &requirement.also_accepted);
    let all = optional.map(|name| &name.name).chain(accepted.map(|AcceptedName { name, .. }| name));
    let mut known: HashSet<&str> = names.iter().map(|name| name.name.key()).collect();
    all.filter(|name| known.insert(name.key())).cloned().collect()
}

fn union_of_unfit(group: &[&Requirement]) -> Vec<UnfitName> {
    let mut seen: HashSet<&str> = HashSet::new();
    let all = group.iter().flat_map(|requirement| &requirement.unfit_names);
    all.filter(|unfit| seen.insert(unfit.name.key())).cloned().collect()
}

fn union_of_ekus(group: &[&Requirement]) -> Vec<Eku> {
    let mut ekus: Vec<Eku> = group
        .iter()
        .flat_map(|requirement| requirement.eku.iter().chain(&requirement.advised_eku))
        .cloned()
        .collect();
    ekus.sort();
    ekus.dedup();
    ekus
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{front_end, name, requirement_of};

    #[test]
    fn a_name_that_two_requirements_need_has_the_cause_of_the_one_that_needs_it_more_in_front() {
        let estate = front_end();
        let meet = name("meet.contoso.com");
        let mut internal = requirement_of(&estate, "WebServicesInternal");
        let external = requirement_of(&estate, "WebServicesExternal");
        let of_internal = internal.names.iter_mut().find(|required| required.name == meet).unwrap();
        of_internal.need = Need::Recommended;
        of_internal.causes = vec![Cause { text: "an old link".to_owned(), place: None }];
        let of_external = external.names.iter().find(|required| required.name == meet).unwrap();
        let orders = orders(&[internal, external.clone()], CertificateLayout::Combined);
        let ordered = orders[0].names.iter().find(|required| required.name == meet).unwrap();
        assert_eq!((ordered.need, ordered.clause), (Need::Required, of_external.clause));
        let causes: Vec<&str> = ordered.causes.iter().map(|cause| cause.text.as_str()).collect();
        assert_eq!(causes, [of_external.causes[0].text.as_str(), "an old link"]);
        assert_eq!(ordered.usages.len(), 2);
    }
}
