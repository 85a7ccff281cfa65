//! The action plan: what to do about each certificate that has to be replaced, requested, installed or put elsewhere, until when, and
//! with which names. What that is, the rules say; here it is put into words and lines.

use std::collections::{HashMap, HashSet};

use lyncert_ingest::name::{DnsName, said};
use lyncert_rules::assess::{Assessment, Finding};
use lyncert_rules::certificate::Certificate;
use lyncert_rules::holder::Holder;
use lyncert_rules::order::Order;
use lyncert_rules::remedy;
use lyncert_rules::repair::{Repair, RepairAction};
use lyncert_rules::rule::{Cure, Rule};
use lyncert_rules::severity::Severity;
use rayon::prelude::*;

use super::plan;
use crate::cmdlet::{assign_line, farm_line, request_line_for};
use crate::model::{
    Day, FindingRow, OrderRequest, OrderRow, ReplacementAction, ReplacementRow, Usage, first_few,
};
use crate::render;

/// The rows of the action plan, the soonest due first. They are numbered in this order.
pub(super) fn rows(
    certificates: &[Certificate],
    assessment: &Assessment,
    order_rows: &[OrderRow],
) -> Vec<ReplacementRow> {
    // The same names of files as in the order sheet.
    let files = render::file_names(order_rows.iter().map(|order| order.id.as_str()), "req");
    let orders = assessment.orders.iter().zip(order_rows).zip(&files);
    let by_id: HashMap<&str, ((&Order, &OrderRow), &String)> =
        orders.map(|of| (of.0.0.id.as_str(), of)).collect();
    let builder = Builder {
        certificates,
        holders: assessment
            .judgments
            .iter()
            .map(|judgment| (judgment.requirement.id.as_str(), &judgment.requirement.holder))
            .collect(),
        findings: assessment.findings.iter().map(|finding| (finding.id.as_str(), finding)).collect(),
    };
    let known =
        assessment.repairs.iter().filter_map(|repair| Some((repair, *by_id.get(repair.order.as_str())?)));
    let numbered: Vec<_> = known.zip(1_usize..).collect();
    let rows = numbered
        .into_par_iter()
        .map(|((repair, ((order, row), file)), number)| builder.row(number, repair, order, row, file));
    rows.collect()
}

struct Builder<'a> {
    certificates: &'a [Certificate],
    /// The holders of requirements by their ids.
    holders: HashMap<&'a str, &'a Holder>,
    findings: HashMap<&'a str, &'a Finding>,
}

impl Builder<'_> {
    fn row(
        &self,
        number: usize,
        repair: &Repair,
        order: &Order,
        row: &OrderRow,
        file: &str,
    ) -> ReplacementRow {
        let certificate = repair.certificate.map(|id| id.of(self.certificates));
        let of_order = order.requirements.iter().filter_map(|id| self.holders.get(id.as_str()).copied());
        let mut holders: Vec<&Holder> = of_order.collect();
        if holders.is_empty() {
            holders.push(&order.holder);
        }
        let action = ReplacementAction::from(repair.action);
        ReplacementRow {
            id: number.to_string(),
            certificate: certificate.map(|certificate| certificate.sha1.to_string()),
            order: repair.order.clone(),
            way: way(repair, certificate, &holders, row),
            holders: each_once(holders.iter().map(ToString::to_string)),
            servers: row.install_on.clone(),
            usages: row.usages.clone(),
            due: Day::from(repair.due.date()),
            action,
            request: repair.request.clone(),
            why: repair.why.clone(),
            reason: self.reason(repair),
            command: command(repair, order, row, certificate, file),
            keep_names: repair.keep.clone(),
            add_names: repair.add.clone(),
            drop_names: repair.drop.clone(),
        }
    }

    /// Why, in short: what each rule is about, with the names.
    fn reason(&self, repair: &Repair) -> String {
        let mut by_rule: Vec<(&'static Rule, Vec<&str>)> = Vec::new();
        let mut seen: HashSet<(&str, &str)> = HashSet::new();
        for finding in repair.why.iter().filter_map(|id| self.findings.get(id.as_str())) {
            let name = finding.name.as_deref().filter(|name| seen.insert((finding.rule.id, *name)));
            match by_rule.iter_mut().find(|(rule, _)| rule.id == finding.rule.id) {
                Some((_, names)) => names.extend(name),
                None => by_rule.push((finding.rule, name.into_iter().collect())),
            }
        }
        let reasons = by_rule.into_iter().map(|(rule, names)| match names.as_slice() {
            [] => rule.summary.to_owned(),
            names => {
                let names: Vec<String> = names.iter().map(|name| said(name).to_string()).collect();
                format!("{}: {}", rule.summary, first_few(&names, MAX_SHORT, ", ", "more"))
            }
        });
        each_once(reasons).join("; ")
    }
}

/// So many names stand in a sentence of a table.
const MAX_SHORT: usize = 3;
/// So many names stand in the sentence of a finding; all are in the plan.
const MAX_NAMED: usize = 8;

/// What to do, in one sentence without names.
fn way(repair: &Repair, certificate: Option<&Certificate>, holders: &[&Holder], order: &OrderRow) -> String {
    let mut assign = remedy::assign(holders.iter().copied());
    // The product copies the certificate of the deployment by itself.
    let is_copied = order.usages == [Usage::OAuthTokenIssuer];
    if order.install_on.len() > 1 && !is_copied {
        assign.push_str("; all servers that hold it need it with its private key");
    }
    let path = certificate.map(Certificate::first_path).unwrap_or_default();
    if let Some(request) = &repair.request {
        return format!(
            "Have the request `{request}` signed, import the certificate on the server that made it, and {assign}"
        );
    }
    match repair.action {
        RepairAction::Replace => {
            format!("Request a new certificate with all names of all that it serves, and {assign}")
        }
        RepairAction::Request => format!("Request the certificate, and {assign}"),
        RepairAction::Install => {
            format!("Use the certificate in `{path}`, which is there and fits: {assign}")
        }
        RepairAction::Move => {
            format!("Use the certificate in `{path}`, which fits here and not where it lies: {assign}")
        }
    }
}

/// The line that requests the certificate, or puts the one into use that is there.
fn command(
    repair: &Repair,
    order: &Order,
    row: &OrderRow,
    certificate: Option<&Certificate>,
    file: &str,
) -> Option<String> {
    let usages = plan::usage_words(&order.usages_at_holder);
    match repair.action {
        RepairAction::Install | RepairAction::Move => {
            let certificate = certificate?;
            let friendly_name = certificate.first_friendly_name();
            let is_farm = usages == [Usage::OfficeWebApps];
            (order.has_cmdlets || is_farm)
                .then(|| assign_line(&usages, &certificate.sha1.to_string(), friendly_name))
                .flatten()
        }
        // The request is there; how its answer will be known, is not known yet.
        RepairAction::Replace | RepairAction::Request if repair.request.is_some() => None,
        RepairAction::Replace | RepairAction::Request => {
            if !order.has_cmdlets {
                return farm_line(row);
            }
            let mut request: OrderRequest = row.request.clone()?;
            // What the order does not ask for and the present certificate has all the same, such as optional names; and what the
            // present one lacks is named, even where the product's tools know it.
            let added = order.names.iter().map(|name| &name.name);
            let to_add: HashSet<&str> = repair.add.iter().map(String::as_str).collect();
            let is_added = |name: &&DnsName| to_add.contains(name.as_str());
            let added = added.filter(|_| repair.action == RepairAction::Replace).filter(is_added);
            let mut seen: HashSet<_> = request.by_hand.iter().cloned().collect();
            for name in repair.further.iter().chain(added) {
                let name = plan::request_name(name)?;
                if name != request.common_name && seen.insert(name.clone()) {
                    request.by_hand.push(name);
                }
            }
            request_line_for(&usages, row, &request, file)
        }
    }
}

/// Tells the findings that ask for a certificate which entry of the plan it is: one request for all that the certificate serves, since a
/// request for what one finding is about would lose the other names.
pub(super) fn tell_findings(
    rows: &mut [FindingRow],
    assessment: &Assessment,
    replacements: &[ReplacementRow],
) {
    // Once for each: one entry can have as many names as it has findings.
    let sentences: Vec<String> = replacements.iter().map(sentence).collect();
    // The soonest due comes first.
    let mut by_finding: HashMap<&str, Vec<(&ReplacementRow, &str)>> = HashMap::new();
    for (replacement, sentence) in replacements.iter().zip(&sentences) {
        for id in &replacement.why {
            by_finding.entry(id.as_str()).or_default().push((replacement, sentence));
        }
    }
    for (row, finding) in rows.iter_mut().zip(&assessment.findings) {
        let entries = by_finding.get(finding.id.as_str()).and_then(|entries| entries.split_first());
        if let Some(((replacement, sentence), others)) = entries {
            let own = if fits(finding, replacement) { &*finding.remedy } else { &replacement.way };
            row.remedy = format!("{own}. {sentence}{}", beside(others)).into();
            row.replacement = Some(replacement.id.clone());
        } else if is_advice(finding) {
            row.remedy = format!("{}. {NO_HURRY}", finding.remedy).into();
        }
    }
}

/// What else is needed where several certificates take the place of one.
fn beside(others: &[(&ReplacementRow, &str)]) -> String {
    let ids: Vec<&str> = others.iter().map(|(other, _)| other.id.as_str()).collect();
    match ids.as_slice() {
        [] => String::new(),
        [one] => format!("; replacement {one} is needed too"),
        several => format!("; replacements {} are needed too", first_few(several, MAX_NAMED, ", ", "more")),
    }
}

/// What is said of advice that another certificate follows.
const NO_HURRY: &str = "It is enough to do so when the certificate is renewed";

/// Whether a finding is no reason to replace a certificate that is well otherwise.
fn is_advice(finding: &Finding) -> bool {
    let asks_for_one = matches!(finding.cure, Cure::NewCertificate);
    asks_for_one && finding.severity == Severity::Info && finding.is_open() && finding.certificate.is_some()
}

/// Whether what a finding says of its own agrees with what is done: a certificate that is there needs no request, and where none fits
/// there is nothing to assign.
fn fits(finding: &Finding, replacement: &ReplacementRow) -> bool {
    if replacement.request.is_some() {
        return false;
    }
    match (finding.cure, replacement.action) {
        (Cure::NewCertificate | Cure::Successor, ReplacementAction::Replace | ReplacementAction::Request)
        | (Cure::Assignment, ReplacementAction::Install | ReplacementAction::Move) => true,
        (Cure::NewCertificate | Cure::Successor, ReplacementAction::Install | ReplacementAction::Move)
        | (Cure::Assignment, ReplacementAction::Replace | ReplacementAction::Request)
        | (Cure::Elsewhere, _) => false,
    }
}

/// What an entry asks for, in one sentence. Its whole command stands beside it.
fn sentence(replacement: &ReplacementRow) -> String {
    let verb = match &replacement.request {
        Some(request) => format!("have `{request}` signed"),
        None => replacement.action.request_in_words().to_owned(),
    };
    let types: Vec<&str> = replacement.usages.iter().map(|usage| usage.as_str()).collect();
    let usages = if types.is_empty() { String::new() } else { format!(" for {}", types.join(",")) };
    // A request says itself what it asks for.
    let added = replacement.add_names.iter().filter(|_| replacement.request.is_none());
    let quoted: Vec<String> = added.map(|name| format!("`{name}`")).collect();
    let names = if quoted.is_empty() {
        String::new()
    } else {
        format!(" with {}", first_few(&quoted, MAX_NAMED, ", ", "more"))
    };
    format!("Replacement {}: {verb}{usages}{names}", replacement.id)
}

/// The texts, each once, in the order of their first.
fn each_once(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen: HashSet<String> = HashSet::new();
    texts.filter(|text| seen.insert(text.clone())).collect()
}
