//! The view of requirements and orders.

use lyncert_rules::{CertificateUsage, Eku, Requirement, clause, expect, orders};

use crate::build::Estate;
use crate::{NameRow, Order, OrderKey, Plan, RequirementRow, TopologyView};

impl Plan {
    /// The certificates that the estate's topology needs.
    pub fn new(estate: &Estate<'_>) -> Self {
        let requirements = expect(&estate.deployment.topology, estate.facts);
        Self {
            schema: "lyncert-plan/1".to_owned(),
            estate: estate.name.to_owned(),
            topology: TopologyView::with_requirements(estate.deployment, &requirements),
            requirements: requirements.iter().map(requirement).collect(),
            orders: order_rows(estate, &requirements),
        }
    }
}

pub(super) fn order_rows(estate: &Estate<'_>, requirements: &[Requirement]) -> Vec<Order> {
    orders(requirements, estate.facts.certificate_layout).iter().map(order).collect()
}

/// A requirement without anything that serves it.
pub(super) fn requirement(requirement: &Requirement) -> RequirementRow {
    let holder = &requirement.holder;
    RequirementRow {
        id: requirement.id.clone(),
        site: holder.site.clone(),
        pool: holder.pool.as_ref().map(ToString::to_string),
        server: holder.server.as_ref().map(ToString::to_string),
        kind: holder.kind.as_str().to_owned(),
        holder: holder.to_string(),
        usages: usages(&requirement.usages),
        subject: requirement.subject.to_string(),
        names: requirement.names.iter().map(name).collect(),
        also_accepted: requirement.also_accepted.iter().map(|accepted| accepted.name.to_string()).collect(),
        eku: ekus(&requirement.eku),
        public_ca: requirement.public_ca,
        shared_by: requirement.shared_by.iter().map(ToString::to_string).collect(),
        notes: requirement.notes.clone(),
        verdict: None,
        certificate: None,
        assigned_by: None,
        holdings: Vec::new(),
        nearest_miss: None,
    }
}

pub(super) fn usages(usages: &[CertificateUsage]) -> Vec<String> {
    usages.iter().map(|usage| usage.as_str().to_owned()).collect()
}

fn ekus(ekus: &[Eku]) -> Vec<String> {
    ekus.iter().map(|eku| eku.as_str().to_owned()).collect()
}

fn name(name: &lyncert_rules::RequiredName) -> NameRow {
    NameRow {
        name: name.name.to_string(),
        need: name.need.as_str().to_owned(),
        added_by: name.added_by.as_str().to_owned(),
        because: name.because(),
        reason: name.reason(),
        clause: name.clause.to_owned(),
        source: clause_source(name.clause),
        status: None,
        covered_by: None,
    }
}

/// Title and URL of the first document of a clause.
fn clause_source(id: &str) -> String {
    let source = clause(id).and_then(|clause| clause.sources.first());
    source.map(|source| format!("{}, {}", source.title, source.url)).unwrap_or_default()
}

fn order(order: &lyncert_rules::Order) -> Order {
    Order {
        id: order.id.clone(),
        pool: order.holder.pool.as_ref().map(ToString::to_string),
        install_on: order.install_on.iter().map(ToString::to_string).collect(),
        holder: order.holder.to_string(),
        usages: usages(&order.usages),
        subject: order.subject.to_string(),
        names: order.names.iter().map(name).collect(),
        eku: ekus(&order.eku),
        public_ca: order.public_ca,
        key: OrderKey { algorithm: "RSA".to_owned(), bits: order.key_bits, exportable: order.exportable },
        requirements: order.requirements.clone(),
        also_accepted: order.also_accepted.iter().map(ToString::to_string).collect(),
    }
}
