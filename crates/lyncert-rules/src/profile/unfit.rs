//! Names of the topology that no certificate can carry: addresses and what is no host name at all, and internal names where people
//! outside need them. They are faults of the topology, told once as such: no certificate is asked for them.

use std::collections::BTreeMap;

use lyncert_ingest::name::DnsName;
use rayon::prelude::*;

use crate::issuable::{defect, is_internal};
use crate::requirement::{NameKind, Need, Requirement, UnfitName, Unfitness};

/// Takes these names out of all requirements, which keep note of them.
pub(super) fn leave_out_unfit(requirements: &mut [Requirement]) {
    let internal = internal_names(requirements);
    requirements.par_iter_mut().for_each(|requirement| leave_out(requirement, &internal));
}

/// The names that a public CA has to issue and will not.
fn internal_names(requirements: &[Requirement]) -> BTreeMap<DnsName, NameKind> {
    let mut internal = BTreeMap::new();
    for requirement in requirements.iter().filter(|requirement| requirement.public_ca) {
        let names = requirement.names.iter().filter(|name| name.need > Need::Optional);
        for name in names.filter(|name| defect(&name.name).is_none() && is_internal(&name.name)) {
            internal.entry(name.name.clone()).or_insert(name.kind);
        }
    }
    internal
}

fn leave_out(requirement: &mut Requirement, internal: &BTreeMap<DnsName, NameKind>) {
    let is_public = requirement.public_ca;
    let why = |name: &DnsName| -> Option<Unfitness> {
        if let Some(defect) = defect(name).filter(|_| !name.key().contains('_')) {
            return Some(Unfitness::NoHostName(defect));
        }
        // An internal CA issues the names of servers all the same; those of web services are one for inside and outside.
        let kind = internal.get(name)?;
        (is_public || is_shared_with_outside(*kind)).then_some(Unfitness::InternalName)
    };
    let mut unfit: Vec<UnfitName> = Vec::new();
    requirement.names.retain(|required| match why(&required.name) {
        // What the operator names is the operator's matter.
        Some(why) if required.kind != NameKind::Extra => {
            unfit.push(UnfitName { name: required.name.clone(), why });
            false
        }
        Some(_) | None => true,
    });
    if let Some(why) = why(&requirement.subject) {
        if unfit.iter().all(|known| known.name != requirement.subject) {
            unfit.push(UnfitName { name: requirement.subject.clone(), why });
        }
        requirement.has_unfit_subject = true;
    }
    if unfit.is_empty() {
        return;
    }
    requirement.also_accepted.retain(|accepted| why(&accepted.name).is_none());
    requirement.accepted_subjects.retain(|accepted| why(&accepted.name).is_none());
    if requirement.has_unfit_subject
        && let Some(other) = other_subject(requirement)
    {
        requirement.subject = other;
    }
    requirement.unfit_names = unfit;
}

/// Whether the same name is asked for on certificates that people outside meet and on internal ones.
fn is_shared_with_outside(kind: NameKind) -> bool {
    match kind {
        NameKind::ExternalWeb
        | NameKind::Meet
        | NameKind::Dialin
        | NameKind::OtherUrl
        | NameKind::Lyncdiscover => true,
        NameKind::Pool
        | NameKind::Machine
        | NameKind::InternalWeb
        | NameKind::Admin
        | NameKind::LyncdiscoverInternal
        | NameKind::Sip
        | NameKind::AccessEdge
        | NameKind::WebConferencing
        | NameKind::AvEdge
        | NameKind::Xmpp
        | NameKind::OfficeWebApps
        | NameKind::Extra => false,
    }
}

/// A name that can stand in the place of a subject that cannot be.
fn other_subject(requirement: &Requirement) -> Option<DnsName> {
    let accepted = requirement.accepted_subjects.first().map(|accepted| &accepted.name);
    let of_kind = |is_own: bool| {
        requirement.names.iter().find(move |name| name.kind.is_own() == is_own).map(|name| &name.name)
    };
    accepted.or_else(|| of_kind(true)).or_else(|| of_kind(false)).cloned()
}
