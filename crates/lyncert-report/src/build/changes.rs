//! Comparing two reports by the ids of their findings, which are made of names.

use std::collections::{BTreeMap, BTreeSet};

use lyncert_rules::{Severity, rule};

use crate::{BaselineRow, Change, ChangeCounts, ChangedFinding, DiffView, FindingRow, Report, RunRow, Tool};

impl Report {
    /// Tells every finding what became of it since an older report, and what is gone.
    pub fn compare_with(&mut self, old: &Self) {
        let known = by_id(old);
        let mut counts = ChangeCounts::default();
        for finding in &mut self.findings {
            let change = change(known.get(finding.id.as_str()).copied(), finding);
            counts.count(change);
            finding.change = Some(change.as_str().to_owned());
        }
        let fixed: Vec<FindingRow> = fixed(old, self).cloned().collect();
        counts.fixed = fixed.len();
        let RunRow { estate, at } = RunRow::of(old);
        self.baseline = Some(BaselineRow { estate, at, counts, fixed });
    }
}

impl DiffView {
    /// Compares two reports.
    pub fn new(old: &Report, new: &Report) -> Self {
        let known = by_id(old);
        let mut changes: Vec<(Change, ChangedFinding)> = Vec::new();
        for finding in &new.findings {
            let before = known.get(finding.id.as_str()).copied();
            changes.push(changed(change(before, finding), before, finding));
        }
        changes.extend(fixed(old, new).map(|finding| changed(Change::Fixed, Some(finding), finding)));
        // The sort keeps the order of the reports within a change.
        changes.sort_by_key(|(change, _)| *change);
        let mut counts = ChangeCounts::default();
        for (change, _) in &changes {
            counts.count(*change);
        }
        Self {
            schema: "lyncert-diff/1".to_owned(),
            tool: Tool { name: "lyncert".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
            old: RunRow::of(old),
            new: RunRow::of(new),
            counts,
            changes: changes.into_iter().map(|(_, changed)| changed).collect(),
        }
    }
}

impl RunRow {
    fn of(report: &Report) -> Self {
        Self { estate: report.estate.clone(), at: report.at.clone() }
    }
}

fn changed(change: Change, before: Option<&FindingRow>, finding: &FindingRow) -> (Change, ChangedFinding) {
    let row = ChangedFinding {
        change: change.as_str().to_owned(),
        old_severity: before.map(|before| before.severity.clone()),
        finding: FindingRow { change: None, ..finding.clone() },
    };
    (change, row)
}

fn by_id(report: &Report) -> BTreeMap<&str, &FindingRow> {
    report.findings.iter().map(|finding| (finding.id.as_str(), finding)).collect()
}

fn fixed<'a>(old: &'a Report, new: &Report) -> impl Iterator<Item = &'a FindingRow> {
    let still: BTreeSet<String> = new.findings.iter().map(|finding| finding.id.clone()).collect();
    let left_out = new.scope.as_ref().map(|scope| scope.left_out.clone()).unwrap_or_default();
    let is_gone = move |finding: &&FindingRow| {
        !still.contains(&finding.id)
            && !finding.holder.split("; ").all(|holder| is_left_out(holder, &left_out))
    };
    old.findings.iter().filter(is_gone)
}

/// Whether a holder was not judged: then what was found there is not fixed.
fn is_left_out(holder: &str, left_out: &[String]) -> bool {
    left_out.iter().any(|known| {
        holder
            .strip_prefix(known.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(", server "))
    })
}

fn change(before: Option<&FindingRow>, now: &FindingRow) -> Change {
    match before {
        _ if now.waived.is_some() => Change::Waived,
        // A rule that this version does not know does not come by time.
        None if rule(&now.rule).is_some_and(|rule| rule.comes_by_time) => Change::ExpiredSince,
        None => Change::New,
        Some(before) if before.waived.is_some() => Change::WaiverLapsed,
        Some(before) if Severity::named(&now.severity) > Severity::named(&before.severity) => Change::Worse,
        Some(_) => Change::Unchanged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::WaivedRow;
    use crate::render::testing::plain_report;

    /// A report with one finding each: id, rule, severity, whether it is waived.
    fn report(findings: &[(&str, &str, &str, bool)]) -> Report {
        let mut report = plain_report(1);
        let plain = report.findings.remove(0);
        let waived = WaivedRow {
            reason: "CHG-4711".to_owned(),
            expires: None,
            by: None,
            owner: None,
            approver: None,
            place: String::new(),
        };
        let finding = |(id, rule, severity, is_waived): &(&str, &str, &str, bool)| FindingRow {
            id: (*id).to_owned(),
            rule: (*rule).to_owned(),
            severity: (*severity).to_owned(),
            waived: is_waived.then(|| Box::new(waived.clone())),
            ..plain.clone()
        };
        report.findings = findings.iter().map(finding).collect();
        report
    }

    #[test]
    fn every_change_has_its_name() {
        let old = report(&[
            ("gone", "san-missing", "error", false),
            ("stays", "san-missing", "error", false),
            ("grows", "expiring", "info", false),
            ("shrinks", "san-missing", "error", false),
            ("lapses", "san-missing", "error", true),
            ("accepted", "san-missing", "error", false),
        ]);
        let new = report(&[
            ("stays", "san-missing", "error", false),
            ("grows", "expiring", "warning", false),
            ("shrinks", "san-missing", "warning", false),
            ("lapses", "san-missing", "error", false),
            ("accepted", "san-missing", "error", true),
            ("comes", "cn-wrong", "error", false),
            ("ended", "expired", "error", false),
        ]);
        let view = DiffView::new(&old, &new);
        let told: Vec<(&str, &str)> =
            view.changes.iter().map(|row| (row.change.as_str(), row.finding.id.as_str())).collect();
        assert_eq!(
            told,
            [
                ("new", "comes"),
                ("worse", "grows"),
                ("expired-since", "ended"),
                ("waiver-lapsed", "lapses"),
                ("unchanged", "stays"),
                ("unchanged", "shrinks"),
                ("waived", "accepted"),
                ("fixed", "gone"),
            ]
        );
        assert_eq!((view.counts.news(), view.counts.fixed), (4, 1));
        let mut compared = new;
        compared.compare_with(&old);
        let baseline = compared.baseline.unwrap();
        assert_eq!(baseline.counts, view.counts);
        assert_eq!(baseline.fixed[0].id, "gone");
        assert_eq!(compared.findings[5].change.as_deref(), Some("new"));
    }

    #[test]
    fn what_was_not_judged_is_not_fixed() {
        let mut old = report(&[
            ("a", "expired", "error", false),
            ("b", "expired", "error", false),
            ("c", "expired", "error", false),
        ]);
        old.findings[0].holder = "Edge edge.contoso.com, server edge1.contoso.com".to_owned();
        old.findings[1].holder = "Edge edge.contoso.com; Front End pool pool.contoso.com".to_owned();
        old.findings[2].holder = "Edge edge.contoso.com.au".to_owned();
        let mut new = report(&[]);
        let left_out = vec!["Edge edge.contoso.com".to_owned()];
        new.scope =
            Some(crate::ScopeRow { pools: vec!["pool.contoso.com".to_owned()], sites: Vec::new(), left_out });
        let view = DiffView::new(&old, &new);
        let fixed: Vec<&str> = view.changes.iter().map(|row| row.finding.id.as_str()).collect();
        assert_eq!(fixed, ["b", "c"]);
    }

    #[test]
    fn a_report_compared_with_itself_has_no_news() {
        let report = report(&[("a", "expired", "error", false), ("b", "cn-wrong", "error", true)]);
        let counts = DiffView::new(&report, &report).counts;
        assert_eq!((counts.news(), counts.fixed, counts.unchanged, counts.waived), (0, 0, 1, 1));
    }
}
