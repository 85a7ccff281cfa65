//! From requirements to the certificates that one really requests.

mod lying;
mod served;

use std::collections::{HashMap, HashSet};

use lyncert_ingest::name::DnsName;
use rayon::prelude::*;

use crate::certificate::Eku;
use crate::facts::CertificateLayout;
use crate::holder::{Holder, HolderKind};
use crate::requirement::{
    AcceptedName, AddedBy, Cause, Need, RequiredName, Requirement, UnfitName, extend_unique,
};
use crate::usage::CertificateUsage;
use crate::wizard::WizardRequest;

pub(crate) use lying::order_as_it_lies;
pub(crate) use served::parts_as_served;

/// The clauses that orders cite in addition to those of their requirements.
#[cfg(test)]
pub(crate) const CLAUSES: [&str; 2] = ["GEN-SN-01", "AUTO-15"];

/// A requirement, or those of its usages that one certificate is to serve.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Part<'a> {
    pub(crate) requirement: &'a Requirement,
    pub(crate) usages: Vec<CertificateUsage>,
}

impl<'a> Part<'a> {
    fn whole(requirement: &'a Requirement) -> Self {
        Self { requirement, usages: requirement.usages.clone() }
    }

    /// The names that these usages need.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'a RequiredName> {
        let names = self.requirement.names.iter();
        names.filter(|name| name.usages.iter().any(|usage| self.usages.contains(usage)))
    }

    /// The required and recommended ones.
    pub(crate) fn firm_names(&self) -> impl Iterator<Item = &'a RequiredName> {
        self.names().filter(|name| name.need > Need::Optional)
    }
}

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
    /// Those of them that its holder needs; the others are needed elsewhere.
    pub usages_at_holder: Vec<CertificateUsage>,
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
    let mut groups: Vec<Vec<Part<'_>>> = Vec::new();
    let mut of_server: HashMap<_, usize> = HashMap::new();
    for requirement in requirements {
        let server = front_end_server(requirement).filter(|_| combine);
        match server.and_then(|server| of_server.get(&server)) {
            Some(&group) => groups[group].push(Part::whole(requirement)),
            None => {
                if let Some(server) = server {
                    of_server.insert(server, groups.len());
                }
                groups.push(vec![Part::whole(requirement)]);
            }
        }
    }
    groups.par_iter().filter_map(|group| order_of(group)).collect()
}

/// The front end server whose usages one certificate may serve together: its pool and its name.
fn front_end_server(requirement: &Requirement) -> Option<(Option<&str>, Option<&str>)> {
    let holder = &requirement.holder;
    let key = (holder.pool.as_ref().map(DnsName::key), holder.server.as_ref().map(DnsName::key));
    holder.kind.is_front_end().then_some(key)
}

/// The certificate that serves these together; `None` for none.
pub(crate) fn order_of(group: &[Part<'_>]) -> Option<Order> {
    let first = group.first()?;
    let holder = &first.requirement.holder;
    let mut usages: Vec<CertificateUsage> = Vec::new();
    for part in group {
        extend_unique(&mut usages, part.usages.iter().copied());
    }
    let mut seen: HashSet<&str> = HashSet::new();
    let servers = group.iter().flat_map(|part| part.requirement.install_on());
    let install_on = servers.filter(|server| seen.insert(server.key())).cloned().collect();
    let names = union_of_names(group);
    let is_shared = group.iter().any(|part| part.requirement.holder != *holder);
    let usages_at_holder = usages_at(group, holder);
    // The wizard asks for what the server needs that it runs on.
    let at_first: Vec<&Requirement> = group
        .iter()
        .map(|part| part.requirement)
        .filter(|requirement| requirement.holder == *holder)
        .collect();
    Some(Order {
        id: order_id(first.requirement, &usages_at_holder),
        usages_at_holder,
        holder: holder.clone(),
        exportable: is_shared || group.iter().any(|part| part.requirement.needs_exportable_key()),
        install_on,
        subject: first.requirement.subject.clone(),
        unfit_names: union_of_unfit(group),
        also_accepted: union_of_accepted(group, &names),
        names,
        eku: union_of_ekus(group),
        public_ca: group.iter().any(|part| part.requirement.public_ca),
        key_bits: KEY_BITS,
        has_cmdlets: holder.has_cmdlets,
        requirements: group.iter().map(|part| part.requirement.id.clone()).collect(),
        wizard: WizardRequest::new(&at_first),
        usages,
    })
}

/// The usages at the first holder, which the order is named after.
fn usages_at(group: &[Part<'_>], holder: &Holder) -> Vec<CertificateUsage> {
    let there = group.iter().filter(|part| part.requirement.holder == *holder);
    there.flat_map(|part| part.usages.iter().copied()).collect()
}

fn order_id(first: &Requirement, usages: &[CertificateUsage]) -> String {
    let usages = usages.iter().map(|usage| usage.as_str()).collect::<Vec<_>>().join("+");
    match first.id.rsplit_once('/') {
        Some((holder, _)) if first.holder.kind != HolderKind::ReverseProxy => format!("{holder}/{usages}"),
        Some(_) | None => first.id.clone(),
    }
}

/// All required and recommended names of the group, with the subject in front where it is not among them, and behind them the
/// subjects of the others that servers look for among the names.
fn union_of_names(group: &[Part<'_>]) -> Vec<RequiredName> {
    let mut names: Vec<RequiredName> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for name in group.iter().flat_map(Part::firm_names) {
        match known.get(name.name.key()).and_then(|place| names.get_mut(*place)) {
            Some(known) => known.absorb(name.clone()),
            None => {
                known.insert(name.name.key(), names.len());
                names.push(name.clone());
            }
        }
    }
    for (index, part) in group.iter().enumerate() {
        let is_free = part.requirement.has_usage(CertificateUsage::OAuthTokenIssuer);
        if known.contains_key(part.requirement.subject.key()) || (index > 0 && is_free) {
            continue;
        }
        known.insert(part.requirement.subject.key(), names.len());
        let place = if index == 0 { 0 } else { names.len() };
        let mut subject = subject_as_name(part.requirement);
        if index > 0 {
            // It is not the subject of this certificate, so no tool copies it.
            subject.need = Need::Recommended;
            subject.added_by = AddedBy::Person;
        }
        names.insert(place, subject);
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
        causes: vec![Cause::new("the subject, repeated among the names", requirement.place.clone())],
        clause: "GEN-SN-01",
        usages: requirement.usages.clone(),
    }
}

fn union_of_accepted(group: &[Part<'_>], names: &[RequiredName]) -> Vec<DnsName> {
    let optional = group.iter().flat_map(Part::names).filter(|name| name.need == Need::Optional);
    let accepted = group.iter().flat_map(|part| &part.requirement.also_accepted);
    let all = optional.map(|name| &name.name).chain(accepted.map(|AcceptedName { name, .. }| name));
    let mut known: HashSet<&str> = names.iter().map(|name| name.name.key()).collect();
    all.filter(|name| known.insert(name.key())).cloned().collect()
}

fn union_of_unfit(group: &[Part<'_>]) -> Vec<UnfitName> {
    let mut seen: HashSet<&str> = HashSet::new();
    let all = group.iter().flat_map(|part| &part.requirement.unfit_names);
    all.filter(|unfit| seen.insert(unfit.name.key())).cloned().collect()
}

fn union_of_ekus(group: &[Part<'_>]) -> Vec<Eku> {
    let mut ekus: Vec<Eku> = group
        .iter()
        .flat_map(|part| part.requirement.eku.iter().chain(&part.requirement.advised_eku))
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
        of_internal.causes = vec![Cause::new("an old link", None)];
        let of_external = external.names.iter().find(|required| required.name == meet).unwrap();
        let orders = orders(&[internal, external.clone()], CertificateLayout::Combined);
        let ordered = orders[0].names.iter().find(|required| required.name == meet).unwrap();
        assert_eq!((ordered.need, ordered.clause), (Need::Required, of_external.clause));
        let causes: Vec<&str> = ordered.causes.iter().map(|cause| cause.text.as_str()).collect();
        assert_eq!(causes, [of_external.causes[0].text.as_str(), "an old link"]);
        assert_eq!(ordered.usages.len(), 2);
    }
}
