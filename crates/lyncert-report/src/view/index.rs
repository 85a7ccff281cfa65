//! From the reports of many estates to one index.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::model::{
    CertificateRow, ChangeCounts, ConsequenceRow, DeadlineRow, EstateRow, EstateState, INDEX_SCHEMA,
    IndexSummary, IndexView, Report, Timestamp, Tool, TrendPoint, UnjudgedBrief, UnjudgedRow, UnreadableRow,
    counted,
};

impl EstateRow {
    /// The row of an estate that was judged.
    pub fn of_report(report: &Report, folder: Option<String>, exit_code: u8) -> Self {
        let summary = &report.summary;
        let baseline = report.baseline.as_ref();
        Self {
            estate: report.estate.clone(),
            folder,
            state: summary.state.into(),
            exit_code,
            verdict: summary.verdict.clone(),
            scope: report.scope.clone(),
            at: report.at,
            product: report.topology.product_version.clone(),
            errors: summary.errors,
            warnings: summary.warnings,
            infos: summary.infos,
            waived: summary.waived,
            requirements: summary.requirements,
            met: summary.met + summary.met_with_warnings + summary.requirements_waived,
            failed: summary.failed,
            unmet: summary.unmet,
            not_judged: summary.not_judged,
            names: summary.names,
            names_covered: summary.names_covered,
            certificates_serving: summary.certificates_serving,
            not_understood: summary.unreadable + summary.problems,
            collected: report.collected.as_ref().and_then(|collected| collected.as_of),
            policy: report.policy.sentence(summary.waived),
            switched_off: report.policy.findings_switched_off(),
            unjudged: summary.unjudged.iter().map(UnjudgedBrief::from).collect(),
            ended: summary.ended,
            ended_since: summary.ended_since,
            next_deadline: summary.next_deadline,
            next_deadline_days: summary.next_deadline_days,
            next_deadline_holder: summary.next_deadline_holder.clone(),
            since: baseline.map(|baseline| baseline.at),
            caveats: baseline.map(|baseline| baseline.caveats.clone()).unwrap_or_default(),
            changes: baseline.map(|baseline| baseline.counts.clone()),
            trend: Vec::new(),
        }
    }

    /// The row of an estate that could not be judged.
    pub fn not_judged(
        estate: &str,
        at: Timestamp,
        folder: Option<String>,
        exit_code: u8,
        reason: &str,
    ) -> Self {
        Self {
            folder,
            exit_code,
            verdict: reason.to_owned(),
            ..Self::without_counts(estate, at, EstateState::CouldNotBeJudged)
        }
    }

    /// A row with a state and without any counts.
    pub(crate) fn without_counts(estate: &str, at: Timestamp, state: EstateState) -> Self {
        Self {
            estate: estate.to_owned(),
            folder: None,
            state,
            exit_code: 0,
            verdict: String::new(),
            scope: None,
            at,
            product: String::new(),
            errors: 0,
            warnings: 0,
            infos: 0,
            waived: 0,
            requirements: 0,
            met: 0,
            failed: 0,
            unmet: 0,
            not_judged: 0,
            names: 0,
            names_covered: 0,
            certificates_serving: 0,
            not_understood: 0,
            collected: None,
            policy: None,
            switched_off: 0,
            unjudged: Vec::new(),
            ended: 0,
            ended_since: None,
            next_deadline: None,
            next_deadline_days: None,
            next_deadline_holder: None,
            since: None,
            caveats: Vec::new(),
            changes: None,
            trend: Vec::new(),
        }
    }

    /// Whether it was judged.
    pub fn is_judged(&self) -> bool {
        match self.state {
            EstateState::InOrder
            | EstateState::NotFullyJudged
            | EstateState::Warnings
            | EstateState::Errors => true,
            EstateState::CouldNotBeJudged => false,
        }
    }

    /// Its counts now, as a point of a trend.
    pub fn point(&self) -> TrendPoint {
        let of_judged = |count: usize| self.is_judged().then_some(count);
        TrendPoint {
            at: self.at,
            errors: of_judged(self.errors),
            warnings: of_judged(self.warnings),
            state: Some(self.state),
        }
    }
}

impl From<&UnjudgedRow> for UnjudgedBrief {
    fn from(row: &UnjudgedRow) -> Self {
        Self { kind: row.kind, what: row.what.clone() }
    }
}

/// The certificates in use of an estate.
pub fn deadlines(report: &Report) -> Vec<DeadlineRow> {
    let serving = report.certificates.iter().filter(|certificate| certificate.is_in_use());
    // Of several rows of one certificate the first counts.
    let consequences: HashMap<&str, &ConsequenceRow> =
        report.consequences.iter().rev().map(|row| (row.certificate.as_str(), row)).collect();
    let row = |certificate: &CertificateRow| {
        let consequence = consequences.get(certificate.sha1.as_str());
        DeadlineRow {
            estate: report.estate.clone(),
            not_after: certificate.not_after,
            days_left: certificate.days_left,
            subject: certificate.subject.clone(),
            sha1: certificate.sha1.clone(),
            role: certificate.role.clone(),
            stops: consequence
                .map(|row| {
                    // The same may stop at several pools.
                    let mut titles: Vec<String> = row.stops.iter().map(|stop| stop.title.clone()).collect();
                    titles.dedup();
                    titles
                })
                .unwrap_or_default(),
        }
    };
    serving.map(row).collect()
}

impl IndexView {
    /// The index of some estates. Their order does not matter.
    pub fn new(
        at: Timestamp,
        mut estates: Vec<EstateRow>,
        mut deadlines: Vec<DeadlineRow>,
        mut skipped: Vec<UnreadableRow>,
    ) -> Self {
        estates.sort_by(|one, other| severity_key(one).cmp(&severity_key(other)));
        deadlines.sort_by(|one, other| {
            (one.not_after, &one.estate, &one.sha1).cmp(&(other.not_after, &other.estate, &other.sha1))
        });
        skipped.sort();
        Self {
            schema: INDEX_SCHEMA.to_owned(),
            tool: Tool::this(),
            at,
            summary: summarize(&estates),
            estates,
            deadlines,
            skipped,
        }
    }

    /// How the estates stand: as the worst of them.
    pub fn state(&self) -> EstateState {
        // Of no estate it is not known how it stands.
        self.estates.iter().map(|row| row.state).max().unwrap_or(EstateState::NotFullyJudged)
    }

    /// The index of one report.
    pub fn of_report(report: &Report) -> Self {
        let row = EstateRow::of_report(report, None, 0);
        Self::new(report.at, vec![row], deadlines(report), Vec::new())
    }
}

/// What makes an estate come first: the worse state, then the most errors, warnings, news, the next expiry.
fn severity_key(row: &EstateRow) -> impl Ord + '_ {
    let news = row.changes.as_ref().map_or(0, ChangeCounts::news);
    (
        Reverse(row.state),
        Reverse((row.errors, row.warnings, news)),
        row.next_deadline.is_none(),
        row.next_deadline,
        &row.estate,
        &row.folder,
    )
}

fn summarize(estates: &[EstateRow]) -> IndexSummary {
    let sum = |of: fn(&EstateRow) -> usize| estates.iter().map(of).sum();
    let count = |is: fn(&EstateRow) -> bool| estates.iter().filter(|row| is(row)).count();
    let not_judged = count(|row| row.state == EstateState::CouldNotBeJudged);
    let with_errors = count(|row| row.state == EstateState::Errors);
    let with_warnings = count(|row| row.state == EstateState::Warnings);
    let in_part = count(|row| row.state == EstateState::NotFullyJudged);
    IndexSummary {
        verdict: verdict_sentence(estates.len(), not_judged, with_errors, with_warnings, in_part),
        estates: estates.len(),
        not_judged,
        with_errors,
        with_warnings,
        not_fully_judged: in_part,
        in_order: count(|row| row.state == EstateState::InOrder),
        errors: sum(|row| row.errors),
        warnings: sum(|row| row.warnings),
        waived: sum(|row| row.waived),
        ended: sum(|row| row.ended),
        ended_since: estates.iter().filter_map(|row| row.ended_since).min(),
        news: sum(|row| row.changes.as_ref().map_or(0, ChangeCounts::news)),
        names: sum(|row| row.names),
        names_covered: sum(|row| row.names_covered),
    }
}

fn verdict_sentence(
    estates: usize,
    not_judged: usize,
    with_errors: usize,
    with_warnings: usize,
    in_part: usize,
) -> String {
    let of = |count: usize, what: &str| (count > 0).then(|| format!("{count} {what}"));
    let worse = not_judged + with_errors + with_warnings + in_part;
    let parts = [
        of(not_judged, "could not be judged"),
        of(with_errors, "with errors"),
        of(with_warnings, "with warnings"),
        of(in_part, "not fully judged"),
        of(estates.saturating_sub(worse), "in order"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    match (estates, worse) {
        (0, _) => "There is no estate".to_owned(),
        (1, 0) => "The only estate is in order".to_owned(),
        (_, 0) => format!("All {estates} estates are in order"),
        _ => format!("{}: {}", counted(estates, "estate"), parts.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;
    use time::macros::datetime;

    use super::*;
    use crate::model::ReportState;

    const AT: OffsetDateTime = datetime!(2026-11-22 00:00:00 UTC);

    fn row(estate: &str, errors: usize, warnings: usize, deadline: Option<OffsetDateTime>) -> EstateRow {
        let state = ReportState::new(errors, warnings, true).into();
        EstateRow {
            errors,
            warnings,
            next_deadline: deadline.map(Timestamp::from),
            ..EstateRow::without_counts(estate, AT.into(), state)
        }
    }

    #[test]
    fn the_worst_comes_first_whatever_the_order() {
        let rows = [
            row("clean", 0, 0, None),
            row("warned", 0, 3, Some(datetime!(2027-01-01 00:00:00 UTC))),
            row("soon", 1, 0, Some(datetime!(2026-12-01 00:00:00 UTC))),
            row("later", 1, 0, Some(datetime!(2027-12-01 00:00:00 UTC))),
            row("worst", 5, 0, None),
            EstateRow::not_judged("broken", AT.into(), None, 3, "cut off"),
        ];
        let order = |rows: Vec<EstateRow>| {
            let view = IndexView::new(AT.into(), rows, Vec::new(), Vec::new());
            view.estates.into_iter().map(|row| row.estate).collect::<Vec<_>>()
        };
        let expected = ["broken", "worst", "soon", "later", "warned", "clean"];
        assert_eq!(order(rows.to_vec()), expected);
        assert_eq!(order(rows.into_iter().rev().collect()), expected);
    }

    #[test]
    fn the_verdict_is_one_sentence() {
        for (counts, sentence) in [
            ((0, 0, 0, 0, 0), "There is no estate"),
            ((1, 0, 0, 0, 0), "The only estate is in order"),
            ((3, 0, 0, 0, 0), "All 3 estates are in order"),
            ((3, 1, 1, 1, 0), "3 estates: 1 could not be judged, 1 with errors, 1 with warnings"),
            ((9, 0, 2, 0, 0), "9 estates: 2 with errors, 7 in order"),
            ((1, 0, 0, 0, 1), "1 estate: 1 not fully judged"),
            ((9, 0, 2, 0, 3), "9 estates: 2 with errors, 3 not fully judged, 4 in order"),
        ] {
            assert_eq!(verdict_sentence(counts.0, counts.1, counts.2, counts.3, counts.4), sentence);
        }
    }
}
