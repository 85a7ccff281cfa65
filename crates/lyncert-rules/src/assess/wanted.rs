//! What certificates and requests are held against: all that is called for, or what is asked for, order by order.

use std::collections::HashMap;

use lyncert_ingest::name::DnsName;

use super::Case;
use crate::assign::{Candidates, Reach, TakenFor, TakenPlace, read_placements};
use crate::facts::Facts;
use crate::holder::HolderKind;
use crate::ids::RequirementId;
use crate::names::NameBook;
use crate::order::orders;
use crate::policy::ScopeName;
use crate::requirement::Requirement;
use crate::usage::CertificateUsage;

/// What certificates are held against.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The pool, server, order or requirement that is asked for; also `reverse-proxy` and `oauth`.
    pub holder: Option<WantedHolder>,
    /// The usages that are asked for; empty for whatever fits.
    pub usages: Vec<CertificateUsage>,
}

/// Whose certificate is asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum WantedHolder {
    /// A holder as a scope names it.
    Named(ScopeName),
    /// One server.
    Server(DnsName),
    /// A requirement or an order, by its id.
    Id(String),
}

impl Wanted {
    /// Whether nothing is asked for.
    fn is_open(&self) -> bool {
        self.holder.is_none() && self.usages.is_empty()
    }

    /// Whether it is anything that is called for.
    pub fn finds_something(&self, requirements: &[Requirement], facts: &Facts) -> bool {
        let groups = Groups::new(requirements, facts);
        let mut requirements = RequirementId::enumerate(requirements);
        requirements.any(|(id, requirement)| self.usages_of(requirement, groups.order_id(id)).is_some())
    }

    /// The usages of a requirement that are asked for; `None` where it is not what is asked for. `order` is the order that it is part
    /// of.
    fn usages_of(&self, requirement: &Requirement, order: &str) -> Option<Vec<CertificateUsage>> {
        let is_its = match &self.holder {
            None => true,
            Some(WantedHolder::Named(name)) => name.means(&requirement.holder),
            // The certificate of the deployment lies on every server, and is none of a server's own.
            Some(WantedHolder::Server(server)) => {
                requirement.holder.kind != HolderKind::Deployment && requirement.install_on().contains(server)
            }
            Some(WantedHolder::Id(id)) => {
                id.eq_ignore_ascii_case(&requirement.id) || id.eq_ignore_ascii_case(order)
            }
        };
        if !is_its {
            return None;
        }
        let is_asked = |usage: &CertificateUsage| self.usages.is_empty() || self.usages.contains(usage);
        let usages: Vec<CertificateUsage> = requirement.usages.iter().copied().filter(is_asked).collect();
        (!usages.is_empty()).then_some(usages)
    }
}

/// What each requirement is ordered with.
pub(super) struct Groups<'a> {
    pub(super) requirements: &'a [Requirement],
    /// The place of the order among the orders, by requirement.
    order_of: Vec<usize>,
    /// The ids of the orders.
    ids: Vec<String>,
}

impl<'a> Groups<'a> {
    pub(super) fn new(requirements: &'a [Requirement], facts: &Facts) -> Self {
        let orders = orders(requirements, facts.certificate_layout);
        let mut order_of_id: HashMap<&str, usize> = HashMap::new();
        for (index, order) in orders.iter().enumerate() {
            order_of_id.extend(order.requirements.iter().map(|id| (id.as_str(), index)));
        }
        let of = |requirement: &Requirement| order_of_id.get(requirement.id.as_str()).copied();
        let order_of = requirements.iter().map(|requirement| of(requirement).unwrap_or(usize::MAX)).collect();
        Self { requirements, order_of, ids: orders.into_iter().map(|order| order.id).collect() }
    }

    pub(super) fn group_of(&self, requirement: RequirementId) -> usize {
        *requirement.of(&self.order_of)
    }

    pub(super) fn order_id(&self, requirement: RequirementId) -> &str {
        self.ids.get(self.group_of(requirement)).map_or("", String::as_str)
    }

    pub(super) fn places(
        &self,
        case: &Case<'_>,
        names: &NameBook<'_>,
        wanted: &Wanted,
        reach: Reach,
    ) -> Vec<Vec<TakenPlace>> {
        let placements = read_placements(case.topology, case.certificates, case.collections);
        let candidates = Candidates::new(
            case.topology,
            self.requirements,
            names,
            &placements,
            case.assignment_records,
            case.collections,
            case.now,
        );
        let orders: HashMap<&str, &str> = RequirementId::enumerate(self.requirements)
            .map(|(id, requirement)| (requirement.id.as_str(), self.order_id(id)))
            .collect();
        let is_asked = |requirement: &Requirement| {
            let order = orders.get(requirement.id.as_str()).copied().unwrap_or_default();
            (!wanted.is_open()).then(|| wanted.usages_of(requirement, order)).flatten()
        };
        let mut places = candidates.places(self.requirements, &is_asked, reach);
        if !wanted.is_open() {
            for places in &mut places {
                places.retain(|place| place.taken_for == TakenFor::Asked);
            }
        }
        places
    }
}
