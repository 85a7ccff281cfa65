//! The action plan: which certificates have to be replaced or requested, until when, and with which names.
//!
//! One entry an order, since an order is what one requests. Nothing is planned to be installed elsewhere or moved yet: from what
//! is assigned alone it cannot be told whether a server lacks the certificate or nobody said that it has it. What is out of scope
//! asks for no name, though the present certificate may serve it.

mod names;

use std::collections::{BTreeSet, HashMap, HashSet};

use lyncert_rules::assess::{Assessment, Finding, RequirementVerdict};
use lyncert_rules::certificate::Certificate;
use lyncert_rules::ids::{CertificateId, RequirementId};
use lyncert_rules::matching::{DnsPattern, NameSet};
use lyncert_rules::requirement::Requirement;
use lyncert_rules::severity::Severity;
use lyncert_rules::timestamp::timestamp;
use time::{Duration, OffsetDateTime};

use self::names::NewNames;
use super::plan;
use crate::cmdlet::{farm_line, request_line};
use crate::model::{
    Day, FindingRow, OrderRequest, OrderRow, ReplacementAction, ReplacementRow, Timestamp, Usage,
};
use crate::render;

/// Work begins this long before the end: time for an approval, a CA and a maintenance window.
const LEAD: Duration = Duration::days(30);
/// Certificates that end within this time are planned though nothing is wrong with them yet: the lead time, and as long again
/// to notice.
const HORIZON: Duration = Duration::days(60);

/// What has to be done about the certificates of these orders, the soonest due first, then in the order of the orders.
pub(super) fn rows(
    at: OffsetDateTime,
    certificates: &[Certificate],
    assessment: &Assessment,
    orders: &[OrderRow],
) -> Vec<ReplacementRow> {
    let planner = Planner::new(Timestamp::from(at), certificates, assessment);
    // The same names of files as in the order sheet.
    let files = render::file_names(orders.iter().map(|order| order.id.as_str()), "req");
    let mut rows: Vec<ReplacementRow> =
        orders.iter().zip(&files).filter_map(|(order, file)| planner.row(order, file)).collect();
    rows.sort_by_key(|row| row.due);
    rows
}

/// Tells the findings that ask for a replacement which one it is: one request for all that the certificate serves, since a request for
/// what one finding is about would lose the other names.
pub(super) fn tell_findings(findings: &mut [FindingRow], replacements: &[ReplacementRow]) {
    let mut by_finding: HashMap<&str, &ReplacementRow> = HashMap::new();
    for replacement in replacements {
        for id in &replacement.why {
            // The soonest due comes first.
            by_finding.entry(id.as_str()).or_insert(replacement);
        }
    }
    for finding in findings.iter_mut() {
        if let Some(replacement) = by_finding.get(finding.id.as_str()) {
            finding.remedy = format!("{}. {}", finding.remedy, sentence(replacement)).into();
        }
    }
}

/// What a replacement asks for, in one sentence. Its whole command stands beside it and in the plan.
fn sentence(replacement: &ReplacementRow) -> String {
    let usages: Vec<&str> = replacement.usages.iter().map(|usage| usage.as_str()).collect();
    let verb = match replacement.action {
        ReplacementAction::Replace => "request again",
        ReplacementAction::Request => "request",
        ReplacementAction::Install => "install",
        ReplacementAction::Move => "move",
    };
    let names = match replacement.add_names.as_slice() {
        [] => String::new(),
        names => format!(" with `{}`", names.join("`, `")),
    };
    format!("Replacement `{}`: {verb} for {}{names}", replacement.id, usages.join(","))
}

struct Planner<'a> {
    at: Timestamp,
    certificates: &'a [Certificate],
    assessment: &'a Assessment,
    by_id: HashMap<&'a str, RequirementId>,
    /// What each certificate in use serves, in the order of the requirements.
    served_by: HashMap<CertificateId, Vec<RequirementId>>,
    /// The open findings about the certificates of each requirement, as places in the list of findings.
    findings_on: Vec<Vec<usize>>,
    /// All names that anything asks for or accepts, out of scope too: what they need is not for this report to drop.
    needed: NameSet<'a>,
}

/// What to do about an order.
struct Task<'a> {
    action: ReplacementAction,
    due: Day,
    reason: String,
    why: Vec<&'a Finding>,
}

/// A requirement and its id.
type Numbered<'a> = (RequirementId, &'a Requirement);

impl<'a> Planner<'a> {
    fn new(at: Timestamp, certificates: &'a [Certificate], assessment: &'a Assessment) -> Self {
        let mut served_by: HashMap<CertificateId, Vec<RequirementId>> = HashMap::new();
        for (id, judgment) in assessment.judgments() {
            for holding in &judgment.assignment.holdings {
                let served = served_by.entry(holding.certificate).or_default();
                if served.last() != Some(&id) {
                    served.push(id);
                }
            }
        }
        let mut findings_on = vec![Vec::new(); assessment.judgments.len()];
        for (index, finding) in assessment.findings.iter().enumerate() {
            if finding.is_open() && !finding.rule.is_about_the_topology() {
                finding.requirements.iter().for_each(|id| findings_on[id.index()].push(index));
            }
        }
        let judged = assessment.judgments.iter().map(|judgment| &judgment.requirement);
        let all = judged.chain(&assessment.out_of_scope);
        Self {
            at,
            certificates,
            assessment,
            by_id: assessment.judgments().map(|(id, judgment)| (&*judgment.requirement.id, id)).collect(),
            served_by,
            findings_on,
            needed: all.flat_map(Requirement::known_names).collect(),
        }
    }

    fn row(&self, order: &OrderRow, file: &str) -> Option<ReplacementRow> {
        let ids: Vec<RequirementId> =
            order.requirements.iter().filter_map(|id| self.by_id.get(id.as_str()).copied()).collect();
        let served = self.numbered(&ids);
        let task = self.task(&served)?;
        let present = self.certificate_to_replace(&served, &task.why);
        let by_present = present.and_then(|(certificate, _)| self.served_by.get(&certificate));
        let others = by_present.into_iter().flatten().copied().filter(|id| !ids.contains(id));
        let others = self.numbered(&others.collect::<Vec<_>>());
        let names = NewNames::new(&served, &others, present.map(|(_, certificate)| certificate));
        let all = || served.iter().chain(&others).map(|(_, requirement)| *requirement);
        Some(ReplacementRow {
            id: format!("{}/{}", task.action, order.id),
            certificate: present.map(|(_, certificate)| certificate.sha1.to_string()),
            order: order.id.clone(),
            holders: distinct(all().map(|requirement| &requirement.holder)),
            servers: distinct(all().flat_map(Requirement::install_on)),
            usages: distinct_usages(all()),
            due: task.due,
            action: task.action,
            why: distinct(task.why.iter().map(|finding| &finding.id)),
            reason: task.reason,
            keep_names: names.kept(),
            add_names: names.added(),
            drop_names: present.map(|present| self.names_to_drop(present)).unwrap_or_default(),
            command: command(order, &served, &names, file),
        })
    }

    fn numbered(&self, ids: &[RequirementId]) -> Vec<Numbered<'a>> {
        ids.iter().map(|id| (*id, &id.of(&self.assessment.judgments).requirement)).collect()
    }

    /// What to do about a certificate for these requirements; `None`: nothing yet.
    fn task(&self, served: &[Numbered<'_>]) -> Option<Task<'a>> {
        let today = Day::from(self.at.day());
        let unmet = self.with_verdict(served, RequirementVerdict::Unmet);
        if !unmet.is_empty() {
            let why = self.findings(&unmet, |_| true);
            let reason = "no certificate serves it".to_owned();
            return Some(Task { action: ReplacementAction::Request, due: today, reason, why });
        }
        let (_, ending) = self.first_to_end(served)?;
        let replace = |due, reason, why| Task { action: ReplacementAction::Replace, due, reason, why };
        if !self.with_verdict(served, RequirementVerdict::Failed).is_empty() {
            let why = self.findings(served, |severity| severity == Severity::Error);
            return Some(replace(today, messages(&why), why));
        }
        let ends_soon = ends_soon(ending.not_after, self.at);
        if !ends_soon && self.with_verdict(served, RequirementVerdict::MetWithWarnings).is_empty() {
            return None;
        }
        let why = self.findings(served, |severity| severity == Severity::Warning);
        let reason = if ends_soon {
            format!("{} ends on {}", ending.first_path(), timestamp(ending.not_after))
        } else {
            messages(&why)
        };
        Some(replace(due_before(ending.not_after, self.at), reason, why))
    }

    fn with_verdict<'r>(&self, served: &[Numbered<'r>], verdict: RequirementVerdict) -> Vec<Numbered<'r>> {
        let has = |id: RequirementId| id.of(&self.assessment.judgments).verdict == verdict;
        served.iter().filter(|(id, _)| has(*id)).copied().collect()
    }

    /// The open findings about certificates of these requirements.
    fn findings(&self, served: &[Numbered<'_>], is_meant: fn(Severity) -> bool) -> Vec<&'a Finding> {
        let on_any = served.iter().flat_map(|(id, _)| id.of(&self.findings_on)).copied();
        // In the order of the report, each once.
        let indices: BTreeSet<usize> = on_any.collect();
        let findings = indices.into_iter().map(|index| &self.assessment.findings[index]);
        findings.filter(|finding| is_meant(finding.severity)).collect()
    }

    /// The certificates that serve these requirements, with their ids.
    fn certificates(
        &self,
        served: &[Numbered<'_>],
    ) -> impl Iterator<Item = (CertificateId, &'a Certificate)> {
        let judgments = served.iter().map(|(id, _)| id.of(&self.assessment.judgments));
        let holdings = judgments.flat_map(|judgment| &judgment.assignment.holdings);
        holdings.map(|holding| (holding.certificate, holding.certificate.of(self.certificates)))
    }

    /// The entries of a certificate that an open error or warning is about and that no requirement needs.
    fn names_to_drop(&self, (id, certificate): (CertificateId, &Certificate)) -> Vec<String> {
        let served = self.served_by.get(&id).map_or(&[][..], Vec::as_slice);
        let findings = self.findings(&self.numbered(served), |severity| severity > Severity::Info);
        let about_it = findings.iter().filter(|finding| finding.certificate == Some(id));
        let blamed: HashSet<&str> = about_it.filter_map(|finding| finding.name.as_deref()).collect();
        let is_needed = |entry: &str| self.needed.has_covered_by(&DnsPattern::new(entry));
        let entries = certificate.dns_names.iter();
        distinct(entries.filter(|entry| blamed.contains(entry.as_str()) && !is_needed(entry)))
    }

    fn first_to_end(&self, served: &[Numbered<'_>]) -> Option<(CertificateId, &'a Certificate)> {
        self.certificates(served).min_by_key(|(_, certificate)| certificate.not_after)
    }

    /// The certificate that the worst of the findings is about; where none is named, the first to end.
    fn certificate_to_replace(
        &self,
        served: &[Numbered<'_>],
        why: &[&Finding],
    ) -> Option<(CertificateId, &'a Certificate)> {
        let blamed = |index| self.certificates(served).find(|(serving, _)| *serving == index);
        let blamed = why.iter().filter_map(|finding| finding.certificate).find_map(blamed);
        blamed.or_else(|| self.first_to_end(served))
    }
}

/// The line that requests the order's certificate with the further names that its predecessor serves.
fn command(order: &OrderRow, served: &[Numbered<'_>], names: &NewNames<'_>, file: &str) -> Option<String> {
    if !served.iter().all(|(_, requirement)| requirement.holder.has_cmdlets) {
        return farm_line(order);
    }
    let mut request: OrderRequest = order.request.clone()?;
    request.by_hand.extend(names.further().map(|name| name.ascii().to_owned()));
    request_line(order, &request, file)
}

/// The messages of findings, each once.
fn messages(findings: &[&Finding]) -> String {
    distinct(findings.iter().map(|finding| &finding.message)).join("; ")
}

/// The day on which work begins, but not before today.
fn due_before(end: OffsetDateTime, at: Timestamp) -> Day {
    let start = end.checked_sub(LEAD).map_or_else(|| at.day(), OffsetDateTime::date);
    Day::from(start.max(at.day()))
}

fn ends_soon(end: OffsetDateTime, at: Timestamp) -> bool {
    end - at.moment() < HORIZON + Duration::DAY
}

/// The usages of some requirements, each once, in the order of their first.
fn distinct_usages<'r>(requirements: impl Iterator<Item = &'r Requirement>) -> Vec<Usage> {
    let mut usages: Vec<Usage> = Vec::new();
    for usage in requirements.flat_map(|requirement| plan::usage_words(&requirement.usages)) {
        if !usages.contains(&usage) {
            usages.push(usage);
        }
    }
    usages
}

/// The texts, each once, in the order of their first.
fn distinct(values: impl IntoIterator<Item: ToString>) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for text in values.into_iter().map(|value| value.to_string()) {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn work_begins_30_days_before_the_end_and_never_in_the_past() {
        let at = Timestamp::from(datetime!(2026-11-22 12:00:00 UTC));
        for (end, due) in [
            (datetime!(2027-03-31 23:59:59 UTC), "2027-03-01"),
            (datetime!(2026-12-01 00:00:00 UTC), "2026-11-22"),
            (datetime!(0001-01-02 00:00:00 UTC), "2026-11-22"),
            (datetime!(-9999-01-01 00:00:00 UTC), "2026-11-22"),
        ] {
            assert_eq!(due_before(end, at).to_string(), due);
        }
    }

    #[test]
    fn what_ends_within_60_whole_days_ends_soon() {
        let at = Timestamp::from(datetime!(2026-11-22 12:00:00 UTC));
        assert!(ends_soon(datetime!(2020-01-01 00:00:00 UTC), at));
        assert!(ends_soon(datetime!(2027-01-22 11:59:59 UTC), at));
        assert!(!ends_soon(datetime!(2027-01-22 12:00:00 UTC), at));
    }
}
