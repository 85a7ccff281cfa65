//! The outcome of an audit in one sentence: what must be done and until when, how many findings there are, and what was not judged.

use std::collections::HashSet;

use time::Date;

use super::scope::holders_in_words;
use crate::model::{
    ConsequenceRow, ReplacementAction, ReplacementRow, ReportState, ScopeRow, StopRow, Summary, UnjudgedRow,
    counted,
};
use crate::render::dates::day_in_words;

/// What is to be done.
pub(super) struct Ahead<'a> {
    /// The day of the report.
    pub(super) today: Date,
    /// The soonest due first.
    pub(super) replacements: &'a [ReplacementRow],
    /// What stops when certificates end.
    pub(super) consequences: &'a [ConsequenceRow],
}

impl Ahead<'_> {
    /// What must be done about how many certificates and until when; `None` where nothing has to be.
    fn sentence(&self) -> Option<String> {
        let is_now = |row: &&ReplacementRow| row.due.date() <= self.today;
        let (now, later): (Vec<_>, Vec<_>) = self.replacements.iter().partition(is_now);
        let at_the_end = |rows: &[&ReplacementRow]| rows.first().map(|first| self.before(first));
        match (now.len(), later.len()) {
            (0, 0) => None,
            (0, 1) => Some(format!("{} {}", must_be_done(&later), at_the_end(&later)?)),
            (0, _) => Some(format!("{}, the first {}", must_be_done(&later), at_the_end(&later)?)),
            (_, 0) => Some(format!("{} now", must_be_done(&now))),
            (_, 1) => Some(format!("{} now, and 1 more {}", must_be_done(&now), at_the_end(&later)?)),
            (_, more) => Some(format!(
                "{} now, and {more} more, the first of them {}",
                must_be_done(&now),
                at_the_end(&later)?
            )),
        }
    }

    /// Before which day, and which certificate ends then and what stops with it.
    fn before(&self, row: &ReplacementRow) -> String {
        let day = row.due.date();
        // A certificate that ends with the last second of a day breaks things on the next.
        let is_then = |end: Date| (0..=1).contains(&(day - end).whole_days());
        let ends = |consequence: &&ConsequenceRow| {
            Some(&consequence.certificate) == row.certificate.as_ref() && is_then(consequence.not_after.day())
        };
        let before = format!("before {}", day_in_words(day));
        let Some(ending) = self.consequences.iter().find(ends) else { return before };
        let end = day_in_words(ending.not_after.day());
        match what_stops(&ending.stops) {
            Some(stops) => format!("{before} ({} ends on {end}, which stops {stops})", row.what_of(1)),
            None => before,
        }
    }
}

/// The first things that stop, and how many more.
fn what_stops(stops: &[StopRow]) -> Option<String> {
    let mut seen = HashSet::new();
    let titles = stops.iter().map(|stop| &*stop.title).filter(|title| seen.insert(*title));
    match titles.collect::<Vec<_>>().as_slice() {
        [] => None,
        [one] => Some((*one).to_owned()),
        [one, other] => Some(format!("{one} and {other}")),
        [one, other, rest @ ..] => {
            Some(format!("{one}, {other} and {}", counted(rest.len(), "more workload")))
        }
    }
}

/// How many certificates, and what has to be done with them.
fn must_be_done(rows: &[&ReplacementRow]) -> String {
    let all = [
        ReplacementAction::Replace,
        ReplacementAction::Request,
        ReplacementAction::Install,
        ReplacementAction::Move,
    ];
    let present = all.iter().filter(|action| rows.iter().any(|row| row.action == **action));
    let verbs: Vec<&str> = present.map(|action| action.participle()).collect();
    let verbs = match verbs.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    };
    format!("{} must be {verbs}", counted(rows.len(), "certificate"))
}

/// The verdict in one sentence: the state, what was not judged, and of what it speaks where that is not the whole.
pub(super) fn sentence(
    summary: &Summary,
    scope: Option<&ScopeRow>,
    left_out: usize,
    ahead: &Ahead<'_>,
) -> String {
    let verdict = match (summary.requirements, summary.state) {
        (0, _) if scope.is_some() => {
            "No certificate was judged: nothing that was asked for needs one".to_owned()
        }
        (0, _) => "The topology calls for no certificate that lyncert knows".to_owned(),
        (_, ReportState::InOrder) if scope.is_some() => {
            "Every certificate that was asked for is in order".to_owned()
        }
        (_, ReportState::InOrder) => "Every certificate that the topology calls for is in order".to_owned(),
        (_, ReportState::NotFullyJudged | ReportState::Warnings) if summary.unmet > 0 => {
            errors_sentence(summary, ahead)
        }
        (_, ReportState::NotFullyJudged) => "Nothing that was judged fails".to_owned(),
        (_, ReportState::Warnings) => {
            let warnings = counted(summary.warnings, "warning");
            match ahead.sentence() {
                Some(work) => format!("No certificate fails; {work}: {warnings}"),
                None => format!("No certificate fails; {warnings} should be looked at"),
            }
        }
        (_, ReportState::Errors) => errors_sentence(summary, ahead),
    };
    // What was accepted is not in order by itself.
    let verdict = match (summary.state, summary.waived) {
        (ReportState::InOrder | ReportState::NotFullyJudged, waived @ 1..) => {
            format!("{verdict}, with {} waived", counted(waived, "finding"))
        }
        (ReportState::InOrder | ReportState::NotFullyJudged, 0)
        | (ReportState::Warnings | ReportState::Errors, _) => verdict,
    };
    let verdict = match not_judged_text(summary) {
        Some(not_judged) => format!("{verdict}, and {not_judged}"),
        None => verdict,
    };
    match scope {
        Some(scope) => {
            let all = summary.requirements + left_out;
            let asked = match holders_in_words(scope.asked()) {
                asked if asked.is_empty() => format!("all but {}", holders_in_words(&scope.except)),
                asked => asked,
            };
            format!("{verdict}; judged: {asked}, {} of {}", summary.requirements, counted(all, "requirement"))
        }
        None => verdict,
    }
}

/// What must be done, or where nothing can be done about certificates, how many requirements fail. A requirement without a
/// certificate fails like one whose certificate is wrong.
fn errors_sentence(summary: &Summary, ahead: &Ahead<'_>) -> String {
    let bad = summary.failed + summary.unmet;
    let counts = format!("{}, {}", counted(summary.errors, "error"), counted(summary.warnings, "warning"));
    if let Some(work) = ahead.sentence() {
        return format!("{work}: {counts}");
    }
    match bad {
        // An error on the topology or the folder as a whole.
        0 => format!("No requirement fails by itself: {counts}"),
        1 => format!("1 of {} fails: {counts}", counted(summary.requirements, "requirement")),
        _ => format!("{bad} of {} fail: {counts}", counted(summary.requirements, "requirement")),
    }
}

/// How many things were not judged, and of which kinds.
fn not_judged_text(summary: &Summary) -> Option<String> {
    let counting: Vec<&UnjudgedRow> = summary.counting_unjudged().collect();
    let mut titles: Vec<&str> = counting.iter().map(|row| row.kind.title()).collect();
    titles.dedup();
    (!counting.is_empty()).then(|| format!("{} not judged: {}", counting.len(), titles.join(", ")))
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;
    use crate::model::{Day, Workload};
    use crate::render::testing::plain_report;

    /// Entries with these actions and days, of one certificate each.
    fn rows(entries: &[(ReplacementAction, Date)]) -> Vec<ReplacementRow> {
        let model = plain_report(1).replacements.remove(0);
        let row = |(index, (action, due)): (usize, &(ReplacementAction, Date))| ReplacementRow {
            action: *action,
            due: Day::from(*due),
            certificate: Some(format!("{index:040}")),
            ..model.clone()
        };
        entries.iter().enumerate().map(row).collect()
    }

    fn said(entries: &[(ReplacementAction, Date)], consequences: &[ConsequenceRow]) -> Option<String> {
        let today = date!(2026 - 11 - 22);
        Ahead { today, replacements: &rows(entries), consequences }.sentence()
    }

    #[test]
    fn what_must_be_done_is_told_with_its_day() {
        use ReplacementAction::{Install, Replace, Request};
        let (today, soon, later) = (date!(2026 - 11 - 22), date!(2026 - 12 - 09), date!(2027 - 01 - 31));
        for (entries, expected) in [
            (&[][..], None),
            (&[(Replace, today)][..], Some("1 certificate must be replaced now")),
            (
                &[(Replace, today), (Request, today)][..],
                Some("2 certificates must be replaced or requested now"),
            ),
            (&[(Replace, soon)][..], Some("1 certificate must be replaced before 9 December 2026")),
            (
                &[(Replace, soon), (Replace, later)][..],
                Some("2 certificates must be replaced, the first before 9 December 2026"),
            ),
            (
                &[(Install, today), (Replace, soon)][..],
                Some("1 certificate must be installed now, and 1 more before 9 December 2026"),
            ),
            (
                &[(Replace, today), (Replace, soon), (Replace, later)][..],
                Some(
                    "1 certificate must be replaced now, and 2 more, the first of them before 9 December 2026",
                ),
            ),
        ] {
            assert_eq!(said(entries, &[]).as_deref(), expected);
        }
    }

    #[test]
    fn what_stops_is_told_where_the_certificate_ends_on_that_day() {
        let stop = |title: &str| StopRow {
            workload: Workload::ALL[0],
            title: title.to_owned(),
            sip_domains: Vec::new(),
            pool: None,
            servers: Vec::new(),
            all_servers: true,
            whom: String::new(),
        };
        let ends = |end| ConsequenceRow {
            noted_from: None,
            warned_from: None,
            certificate: format!("{:040}", 0),
            certificate_file: "a.cer".to_owned(),
            subject: "CN=a".to_owned(),
            not_after: end,
            stops: vec![stop("sign-in"), stop("sign-in"), stop("federation"), stop("phones")],
        };
        let entries = [(ReplacementAction::Replace, date!(2026 - 12 - 10))];
        let at_the_end = ends(datetime!(2026-12-09 23:59:59 UTC).into());
        assert_eq!(
            said(&entries, &[at_the_end]).as_deref(),
            Some(
                "1 certificate must be replaced before 10 December 2026 (the certificate of Front End pool \
                    pool01.contoso.net, server fe00.contoso.net ends on 9 December 2026, which stops sign-in, federation and 1 more workload)"
            )
        );
        let another_day = ends(datetime!(2027-12-09 23:59:59 UTC).into());
        assert_eq!(
            said(&entries, &[another_day]).as_deref(),
            Some("1 certificate must be replaced before 10 December 2026")
        );
    }
}
