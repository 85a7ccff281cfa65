//! Comparing two reports by the ids of their findings, which are made of names.

use std::collections::{BTreeMap, BTreeSet};

use lyncert_rules::rule::rule;

use crate::model::{
    BaselineRow, Change, ChangeCounts, ChangedFinding, DiffView, FindingRow, HolderRef, Report, RunRow, Tool,
};

impl Report {
    /// Tells every finding what became of it since an older report, and what is gone.
    pub fn compare_with(&mut self, old: &Self) {
        let known = by_id(old);
        let mut counts = ChangeCounts::default();
        for finding in &mut self.findings {
            let change = change_of(known.get(finding.id.as_str()).copied(), finding);
            counts.count(change);
            finding.change = Some(change);
        }
        let fixed: Vec<FindingRow> = fixed_findings(old, self).cloned().collect();
        counts.fixed = fixed.len();
        let RunRow { estate, at } = RunRow::of(old);
        self.baseline = Some(BaselineRow { estate, at, counts, fixed });
    }
}

impl DiffView {
    /// Compares two reports.
    pub fn new(old: &Report, new: &Report) -> Self {
        let known = by_id(old);
        let mut changes: Vec<ChangedFinding> = Vec::new();
        for finding in &new.findings {
            let before = known.get(finding.id.as_str()).copied();
            changes.push(changed_finding(change_of(before, finding), before, finding));
        }
        changes.extend(
            fixed_findings(old, new).map(|finding| changed_finding(Change::Fixed, Some(finding), finding)),
        );
        // The sort keeps the order of the reports within a change.
        changes.sort_by_key(|changed| changed.change);
        let mut counts = ChangeCounts::default();
        for changed in &changes {
            counts.count(changed.change);
        }
        Self {
            schema: "lyncert-diff/1".to_owned(),
            tool: Tool::this(),
            old: RunRow::of(old),
            new: RunRow::of(new),
            counts,
            changes,
        }
    }
}

impl RunRow {
    fn of(report: &Report) -> Self {
        Self { estate: report.estate.clone(), at: report.at }
    }
}

fn changed_finding(change: Change, before: Option<&FindingRow>, finding: &FindingRow) -> ChangedFinding {
    ChangedFinding {
        change,
        old_severity: before.map(|before| before.severity),
        finding: FindingRow { change: None, ..finding.clone() },
    }
}

fn by_id(report: &Report) -> BTreeMap<&str, &FindingRow> {
    report.findings.iter().map(|finding| (finding.id.as_str(), finding)).collect()
}

fn fixed_findings<'a>(old: &'a Report, new: &Report) -> impl Iterator<Item = &'a FindingRow> {
    let still: BTreeSet<String> = new.findings.iter().map(|finding| finding.id.clone()).collect();
    let left_out = new.scope.as_ref().map(|scope| scope.left_out_refs.clone()).unwrap_or_default();
    let is_gone =
        move |finding: &&FindingRow| !still.contains(&finding.id) && !was_left_out(finding, &left_out);
    old.findings.iter().filter(is_gone)
}

/// Whether none of the holders of an older finding was judged this time: then what was found there is not fixed. Where something
/// was left out, that may be said of a finding whose holders are not known too, and of one about the estate as a whole: a part
/// does not show what became of the whole.
fn was_left_out(finding: &FindingRow, left_out: &[HolderRef]) -> bool {
    let is_left_out = |holder: &HolderRef| left_out.iter().any(|known| known.includes(holder));
    !left_out.is_empty() && finding.holders.iter().all(is_left_out)
}

fn change_of(before: Option<&FindingRow>, now: &FindingRow) -> Change {
    match before {
        _ if now.waived.is_some() => Change::Waived,
        // A rule that this version does not know does not come by time.
        None if rule(&now.rule).is_some_and(|rule| rule.comes_by_time) => Change::ExpiredSince,
        None => Change::New,
        Some(before) if before.waived.is_some() => Change::WaiverLapsed,
        Some(before) if now.severity > before.severity => Change::Worse,
        Some(_) => Change::Unchanged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Severity::{self, Error, Info, Warning};
    use crate::model::{HolderKind, ScopeRow, WaivedRow};
    use crate::render::testing::plain_report;

    /// A report with one finding each: id, rule, severity, whether it is waived.
    fn report(findings: &[(&str, &str, Severity, bool)]) -> Report {
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
        let finding = |(id, rule, severity, is_waived): &(&str, &str, Severity, bool)| FindingRow {
            id: (*id).to_owned(),
            rule: (*rule).to_owned(),
            severity: *severity,
            waived: is_waived.then(|| Box::new(waived.clone())),
            ..plain.clone()
        };
        report.findings = findings.iter().map(finding).collect();
        report
    }

    #[test]
    fn every_change_has_its_name() {
        let old = report(&[
            ("gone", "san-missing", Error, false),
            ("stays", "san-missing", Error, false),
            ("grows", "expiring", Info, false),
            ("shrinks", "san-missing", Error, false),
            ("lapses", "san-missing", Error, true),
            ("accepted", "san-missing", Error, false),
        ]);
        let new = report(&[
            ("stays", "san-missing", Error, false),
            ("grows", "expiring", Warning, false),
            ("shrinks", "san-missing", Warning, false),
            ("lapses", "san-missing", Error, false),
            ("accepted", "san-missing", Error, true),
            ("comes", "cn-wrong", Error, false),
            ("ended", "expired", Error, false),
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
        assert_eq!(compared.findings[5].change, Some(Change::New));
    }

    #[test]
    fn what_was_not_judged_is_not_fixed() {
        let mut old = report(&[
            ("a", "expired", Error, false),
            ("b", "expired", Error, false),
            ("c", "expired", Error, false),
            ("d", "expired", Error, false),
        ]);
        let holder = |kind, pool: &str, server: Option<&str>| HolderRef {
            kind,
            pool: Some(pool.to_owned()),
            server: server.map(str::to_owned),
        };
        let edge = holder(HolderKind::Edge, "edge.contoso.com", None);
        old.findings[0].holders =
            vec![holder(HolderKind::Edge, "edge.contoso.com", Some("edge1.contoso.com"))];
        old.findings[1].holders =
            vec![edge.clone(), holder(HolderKind::FrontEndPool, "pool.contoso.com", None)];
        old.findings[2].holders = vec![holder(HolderKind::Edge, "edge.contoso.com.au", None)];
        // Of nobody in particular, or of somebody who is not known.
        old.findings[3].holders = Vec::new();
        let mut new = report(&[]);
        new.scope = Some(ScopeRow {
            pools: vec!["pool.contoso.com".to_owned()],
            sites: Vec::new(),
            except: Vec::new(),
            left_out: vec!["a sentence that nobody reads".to_owned()],
            left_out_refs: vec![edge],
        });
        let view = DiffView::new(&old, &new);
        let fixed: Vec<&str> = view.changes.iter().map(|row| row.finding.id.as_str()).collect();
        assert_eq!(fixed, ["b", "c"]);
    }

    #[test]
    fn a_report_compared_with_itself_has_no_news() {
        let report = report(&[("a", "expired", Error, false), ("b", "cn-wrong", Error, true)]);
        let counts = DiffView::new(&report, &report).counts;
        assert_eq!((counts.news(), counts.fixed, counts.unchanged, counts.waived), (0, 0, 1, 1));
    }
}
