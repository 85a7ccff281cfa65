//! The action plan: which certificates have to be replaced or requested, until when, and with which names.
//!
//! One entry an order, since an order is what one requests. Nothing is planned to be installed elsewhere or moved yet: from what
//! is assigned alone it cannot be told whether a server lacks the certificate or nobody said that it has it. What is out of scope
//! asks for no name, though the present certificate may serve it.

mod names;

use lyncert_rules::assess::{Assessment, Finding, RequirementVerdict};
use lyncert_rules::certificate::Certificate;
use lyncert_rules::requirement::Requirement;
use lyncert_rules::severity::Severity;
use lyncert_rules::timestamp::timestamp;
use time::{Duration, OffsetDateTime};

use self::names::{NewNames, names_to_drop};
use super::plan;
use crate::cmdlet::request_line;
use crate::model::{Day, OrderRequest, OrderRow, ReplacementAction, ReplacementRow, Timestamp};
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
    let planner = Planner { at: Timestamp::from(at), certificates, assessment };
    // The same names of files as in the order sheet.
    let files = render::file_names(orders.iter().map(|order| order.id.as_str()), "req");
    let mut rows: Vec<ReplacementRow> =
        orders.iter().zip(&files).filter_map(|(order, file)| planner.row(order, file)).collect();
    rows.sort_by_key(|row| row.due);
    rows
}

struct Planner<'a> {
    at: Timestamp,
    certificates: &'a [Certificate],
    assessment: &'a Assessment,
}

/// What to do about an order.
struct Task<'a> {
    action: ReplacementAction,
    due: Day,
    reason: String,
    why: Vec<&'a Finding>,
}

/// A requirement and its index.
type Numbered<'a> = (usize, &'a Requirement);

impl<'a> Planner<'a> {
    fn row(&self, order: &OrderRow, file: &str) -> Option<ReplacementRow> {
        let served = self.requirements(|_, requirement| order.requirements.contains(&requirement.id));
        let task = self.task(&served)?;
        let present = self.certificate_to_replace(&served, &task.why);
        let others = self.requirements(|index, requirement| {
            !order.requirements.contains(&requirement.id)
                && present.is_some_and(|(certificate, _)| self.serves(certificate, index))
        });
        let names = NewNames::new(&served, &others, present.map(|(_, certificate)| certificate));
        let all = || served.iter().chain(&others).map(|(_, requirement)| *requirement);
        Some(ReplacementRow {
            id: format!("{}/{}", task.action, order.id),
            certificate: present.map(|(_, certificate)| certificate.sha1.to_string()),
            order: order.id.clone(),
            holders: distinct(all().map(|requirement| &requirement.holder)),
            servers: distinct(all().flat_map(Requirement::install_on)),
            usages: distinct(all().flat_map(|requirement| plan::usage_texts(&requirement.usages))),
            due: task.due,
            action: task.action,
            why: distinct(task.why.iter().map(|finding| &finding.id)),
            reason: task.reason,
            keep_names: names.kept(),
            add_names: names.added(),
            drop_names: present.map(|present| names_to_drop(self.assessment, present)).unwrap_or_default(),
            command: command(order, &served, &names, file),
        })
    }

    /// The requirements that are meant, with their indices.
    fn requirements(&self, is_meant: impl Fn(usize, &Requirement) -> bool) -> Vec<Numbered<'a>> {
        let numbered = self.assessment.requirements.iter().enumerate();
        numbered.filter(|(index, requirement)| is_meant(*index, requirement)).collect()
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
        let has = |index: usize| self.assessment.verdicts.get(index) == Some(&verdict);
        served.iter().filter(|(index, _)| has(*index)).copied().collect()
    }

    /// The open findings about certificates of these requirements.
    fn findings(&self, served: &[Numbered<'_>], is_meant: fn(Severity) -> bool) -> Vec<&'a Finding> {
        let concerns = |finding: &Finding| {
            served.iter().any(|(index, _)| finding.requirements.contains(index))
                && !finding.rule.is_about_the_topology()
        };
        let findings = self.assessment.findings.iter();
        findings
            .filter(|finding| finding.is_open() && is_meant(finding.severity) && concerns(finding))
            .collect()
    }

    /// The certificates that serve these requirements, with their indices.
    fn certificates(&self, served: &[Numbered<'_>]) -> impl Iterator<Item = (usize, &'a Certificate)> {
        let assignments = served.iter().filter_map(|(index, _)| self.assessment.assignments.get(*index));
        let holdings = assignments.flat_map(|assignment| &assignment.holdings);
        holdings
            .filter_map(|holding| Some((holding.certificate, self.certificates.get(holding.certificate)?)))
    }

    fn serves(&self, certificate: usize, requirement: usize) -> bool {
        let assignment = self.assessment.assignments.get(requirement);
        assignment.is_some_and(|assignment| {
            assignment.holdings.iter().any(|holding| holding.certificate == certificate)
        })
    }

    fn first_to_end(&self, served: &[Numbered<'_>]) -> Option<(usize, &'a Certificate)> {
        self.certificates(served).min_by_key(|(_, certificate)| certificate.not_after)
    }

    /// The certificate that the worst of the findings is about; where none is named, the first to end.
    fn certificate_to_replace(
        &self,
        served: &[Numbered<'_>],
        why: &[&Finding],
    ) -> Option<(usize, &'a Certificate)> {
        let blamed = |index| self.certificates(served).find(|(serving, _)| *serving == index);
        let blamed = why.iter().filter_map(|finding| finding.certificate).find_map(blamed);
        blamed.or_else(|| self.first_to_end(served))
    }
}

/// The line that requests the order's certificate with the further names that its predecessor serves.
fn command(order: &OrderRow, served: &[Numbered<'_>], names: &NewNames<'_>, file: &str) -> Option<String> {
    if !served.iter().all(|(_, requirement)| requirement.holder.kind.is_managed()) {
        return None;
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
