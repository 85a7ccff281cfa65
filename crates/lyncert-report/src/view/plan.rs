//! The view of requirements and orders.

use std::collections::{BTreeSet, HashMap, HashSet};

use lyncert_ingest::name::DnsName;
use lyncert_rules::certificate::Eku;
use lyncert_rules::clause::clause;
use lyncert_rules::issuable::Obstacle;
use lyncert_rules::order::{Order, orders};
use lyncert_rules::profile::expect;
use lyncert_rules::requirement::{Need, Requirement};
use lyncert_rules::split::{Attention, Part, SetSize};
use lyncert_rules::usage::CertificateUsage;
use rayon::prelude::*;

use super::{ReportInput, sources};
use crate::model::{
    AttentionRow, NameRow, ObstacleRow, OrderKey, OrderRequest, OrderRow, PLAN_SCHEMA, Plan, RequirementRow,
    SetSizeRow, SplitPartRow, TopologyView, Usage, WizardRow,
};

impl Plan {
    /// The certificates that the estate's topology needs.
    pub fn new(estate: &ReportInput<'_>) -> Self {
        let requirements = expect(&estate.deployment.topology, estate.facts);
        Self {
            schema: PLAN_SCHEMA.to_owned(),
            estate: estate.name.to_owned(),
            topology: TopologyView::with_requirements(estate.deployment, estate.facts, &requirements),
            requirements: requirements.iter().map(requirement_row).collect(),
            orders: order_rows(&orders(&requirements, estate.facts.certificate_layout), &requirements),
        }
    }
}

/// The orders, each with a friendly name of its own. `requirements` are those that they were made of.
pub(super) fn order_rows<'a>(
    orders: &[Order],
    requirements: impl IntoIterator<Item = &'a Requirement>,
) -> Vec<OrderRow> {
    let by_id: HashMap<&str, &Requirement> =
        requirements.into_iter().map(|requirement| (requirement.id.as_str(), requirement)).collect();
    let with_attention = |order: &Order| {
        let served = order.requirements.iter().filter_map(|id| by_id.get(id.as_str()).copied());
        let attention = Attention::of(order, served);
        OrderRow { attention: attention.as_ref().map(attention_row), ..order_row(order) }
    };
    let mut rows: Vec<OrderRow> = orders.par_iter().map(with_attention).collect();
    let mut seen = BTreeSet::new();
    for (index, row) in rows.iter_mut().enumerate() {
        if !seen.insert(row.friendly_name.clone()) {
            row.friendly_name = format!("{} {}", row.friendly_name, index + 1);
        }
    }
    rows
}

/// A requirement without anything that serves it.
pub(super) fn requirement_row(requirement: &Requirement) -> RequirementRow {
    let holder = &requirement.holder;
    RequirementRow {
        id: requirement.id.clone(),
        site: holder.site.clone(),
        pool: holder.pool_name(),
        server: holder.server.as_ref().map(ToString::to_string),
        kind: holder.kind.into(),
        holder: holder.to_string(),
        usages: usage_words(&requirement.usages),
        subject: requirement.subject.to_string(),
        names: requirement.names.iter().map(name_row).collect(),
        also_accepted: requirement.also_accepted.iter().map(|accepted| accepted.name.to_string()).collect(),
        eku: eku_texts(&requirement.eku),
        public_ca: requirement.public_ca,
        shared_by: requirement.shared_by.iter().map(ToString::to_string).collect(),
        notes: requirement.notes.clone(),
        verdict: None,
        certificate: None,
        assigned_by: None,
        holdings: Vec::new(),
        nearest_miss: None,
        requests: Vec::new(),
    }
}

pub(super) fn usage_words(usages: &[CertificateUsage]) -> Vec<Usage> {
    usages.iter().copied().map(Usage::from).collect()
}

fn eku_texts(ekus: &[Eku]) -> Vec<String> {
    ekus.iter().map(|eku| eku.as_str().to_owned()).collect()
}

fn name_row(name: &lyncert_rules::requirement::RequiredName) -> NameRow {
    NameRow {
        name: name.name.to_string(),
        need: name.need.into(),
        added_by: name.added_by.into(),
        because: name.because(),
        reason: name.reason(),
        policy_reasons: name.policy_reasons(),
        clause: name.clause.to_owned(),
        source: clause_source(name.clause),
        status: None,
        covered_by: None,
        by_server: Vec::new(),
    }
}

/// Title and URL of the first document of a clause.
fn clause_source(id: &str) -> String {
    let source = clause(id).and_then(|clause| clause.sources.first());
    source.map(|source| sources::source_text(source)).unwrap_or_default()
}

fn order_row(order: &Order) -> OrderRow {
    OrderRow {
        id: order.id.clone(),
        pool: order.holder.pool_name(),
        install_on: name_texts(&order.install_on),
        holder: order.holder.to_string(),
        usages: usage_words(&order.usages),
        subject: order.subject.to_string(),
        names: order.names.iter().map(name_row).collect(),
        eku: eku_texts(&order.eku),
        public_ca: order.public_ca,
        key: OrderKey { algorithm: "RSA".to_owned(), bits: order.key_bits, exportable: order.exportable },
        requirements: order.requirements.clone(),
        also_accepted: name_texts(&order.also_accepted),
        friendly_name: friendly_name(order),
        request: order_request(order),
        wizard: order.wizard.as_ref().map(|wizard| WizardRow {
            subject: wizard.subject.to_string(),
            names: name_texts(&wizard.names),
            names_ticked: name_texts(&wizard.names_ticked),
            lacks: name_texts(wizard.leaves_out(order, false)),
            lacks_ticked: name_texts(wizard.leaves_out(order, true)),
            surplus: name_texts(wizard.surplus(order)),
        }),
        obstacles: order.obstacles().iter().map(obstacle_row).collect(),
        size: Some(size_row(order.size())),
        attention: None,
    }
}

fn size_row(size: SetSize) -> SetSizeRow {
    SetSizeRow { names: size.names, octets: size.octets }
}

fn attention_row(attention: &Attention) -> AttentionRow {
    let part = |part: &Part| SplitPartRow {
        usages: usage_words(&part.usages),
        subject: part.subject.to_string(),
        names: name_texts(&part.names),
        wildcards: part.wildcards,
        size: size_row(part.size),
        small_enough: part.excess.is_none(),
        text: part.to_string(),
    };
    AttentionRow {
        too_large_for: attention.why.into(),
        text: attention.text(),
        split_is_enough: attention.is_enough(),
        parts: attention.parts.iter().map(part).collect(),
        ways_out: attention.ways_out.iter().map(ToString::to_string).collect(),
        sources: sources::source_refs(attention.why.sources().iter().copied()),
    }
}

fn name_texts<'a>(names: impl IntoIterator<Item = &'a DnsName>) -> Vec<String> {
    names.into_iter().map(ToString::to_string).collect()
}

fn obstacle_row(obstacle: &Obstacle) -> ObstacleRow {
    ObstacleRow {
        name: obstacle.name.to_string(),
        rule: obstacle.kind.rule().to_owned(),
        clause: obstacle.kind.clause().map(str::to_owned),
        text: obstacle.to_string(),
    }
}

/// A name for the certificate store (GEN-FN-01), unique like the order's id: holder and usages.
fn friendly_name(order: &Order) -> String {
    let harmless = |c: char| if is_harmless(c) || c == '+' { c } else { '_' };
    let words = order.id.split('/').map(|word| word.chars().map(harmless).collect::<String>());
    words.collect::<Vec<_>>().join(" ")
}

/// The names as a request contains them; `None` if one of them cannot be put into a request.
fn order_request(order: &Order) -> Option<OrderRequest> {
    let of_wizard: HashSet<&DnsName> = order.wizard.iter().flat_map(|wizard| &wizard.names).collect();
    let by_hand = order.names.iter().filter(|name| name.need > Need::Optional && name.name != order.subject);
    let by_hand = by_hand.filter(|name| !of_wizard.contains(&name.name));
    let computers = order.install_on.iter().map(request_name).collect::<Option<Vec<_>>>()?;
    Some(OrderRequest {
        computer: computers.into_iter().next().filter(|_| order.has_cmdlets),
        common_name: request_name(&order.subject)?,
        dns_names: order.names.iter().map(|name| request_name(&name.name)).collect::<Option<_>>()?,
        by_hand: by_hand.map(|name| request_name(&name.name)).collect::<Option<_>>()?,
    })
}

/// The name in ASCII, unless it holds a character that would mean something to the programs that read requests.
pub(super) fn request_name(name: &DnsName) -> Option<String> {
    let ascii = name.ascii();
    let rest = ascii.strip_prefix("*.").unwrap_or(ascii);
    (!rest.starts_with('-') && rest.chars().all(is_harmless)).then(|| ascii.to_owned())
}

fn is_harmless(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')
}
