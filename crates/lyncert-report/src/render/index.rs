//! The page of many estates: worst first, upcoming expiries, and the trend of each.

use std::fmt::Write as _;
use std::io::{self, Write};

use askama::Template;
use time::Date;

use super::dates::{day_in_words, days_counted, days_off};
use super::failure::FAILURE_PAGE;
use super::html::{Allowed, SCRIPT, STYLE};
use super::state::{state_class, state_shape, state_word};
use super::text::{caveats, changes};
use crate::model::{
    DeadlineRow, EstateRow, EstateState, IndexSummary, IndexView, TrendPoint, UnjudgedKind, counted,
};

/// More rows than these make the page slow; index.csv and index.json have all of them.
const MAX_ESTATES: usize = 2000;
const MAX_DEADLINES: usize = 300;
/// How far the calendar looks, in days.
const CALENDAR_DAYS: i64 = 400;
const MAX_SKIPPED: usize = 200;

/// Writes the index page.
///
/// # Errors
///
/// Those of the sink.
pub fn write(index: &IndexView, sink: &mut dyn Write) -> io::Result<()> {
    let page = Page::new(index).render().map_err(io::Error::other)?;
    sink.write_all(page.as_bytes())
}

#[derive(Template)]
#[template(path = "index.html")]
struct Page<'a> {
    index: &'a IndexView,
    style: &'static str,
    script: &'static str,
    allowed: Allowed,
    state: EstateState,
    has_trend: bool,
    has_changes: bool,
    groups: Vec<Group<'a>>,
    months: Vec<Month<'a>>,
    deadlines_left_out: usize,
}

/// The estates that stand alike.
struct Group<'a> {
    state: EstateState,
    is_open: bool,
    rows: Vec<&'a EstateRow>,
}

/// The certificates that end in one month.
struct Month<'a> {
    title: String,
    rows: Vec<&'a DeadlineRow>,
}

impl<'a> Page<'a> {
    fn new(index: &'a IndexView) -> Self {
        let near: Vec<&DeadlineRow> =
            index.deadlines.iter().filter(|row| row.days_left <= CALENDAR_DAYS).collect();
        let mut months: Vec<Month<'_>> = Vec::new();
        for row in near.iter().take(MAX_DEADLINES) {
            let title = if row.days_left < 0 { "Ended".to_owned() } else { month_title(row.not_after.day()) };
            match months.last_mut() {
                Some(month) if month.title == title => month.rows.push(row),
                _ => months.push(Month { title, rows: vec![row] }),
            }
        }
        Self {
            index,
            style: STYLE,
            script: &SCRIPT,
            allowed: Allowed::new(),
            state: index.state(),
            groups: groups(&index.estates),
            has_trend: index.estates.iter().any(|row| row.trend.len() > 1),
            has_changes: index.estates.iter().any(|row| row.changes.is_some()),
            months,
            deadlines_left_out: near.len().saturating_sub(MAX_DEADLINES),
        }
    }

    /// How many estates stand how, the worst first. Of what there is none nothing has to be said.
    fn counts(&self) -> impl Iterator<Item = (usize, &'static EstateState)> {
        let IndexSummary { not_judged, with_errors, with_warnings, not_fully_judged, in_order, .. } =
            self.index.summary;
        [
            (not_judged, &EstateState::CouldNotBeJudged),
            (with_errors, &EstateState::Errors),
            (with_warnings, &EstateState::Warnings),
            (not_fully_judged, &EstateState::NotFullyJudged),
            (in_order, &EstateState::InOrder),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
    }

    /// The certificates in the page of the estate.
    fn certificate_link(&self, row: &DeadlineRow) -> Option<String> {
        let estate = self.index.estates.iter().find(|estate| estate.estate == row.estate)?;
        section_of(estate, "certificates")
    }

    /// The next certificate to end.
    fn next(&self) -> Option<&DeadlineRow> {
        self.index.deadlines.iter().find(|row| row.days_left >= 0)
    }

    fn skipped(&self) -> impl Iterator<Item = &crate::model::UnreadableRow> {
        self.index.skipped.iter().take(MAX_SKIPPED)
    }

    fn estates_left_out(&self) -> usize {
        self.index.estates.len().saturating_sub(MAX_ESTATES)
    }

    fn skipped_left_out(&self) -> usize {
        self.index.skipped.len().saturating_sub(MAX_SKIPPED)
    }
}

/// What was not judged and counts, in short: its verdict says so in words, and its page why.
fn unjudged_kinds(row: &EstateRow) -> impl Iterator<Item = UnjudgedKind> {
    row.unjudged.iter().map(|unjudged| unjudged.kind).filter(|kind| kind.counts())
}

/// A month, such as `December 2026`.
fn month_title(day: Date) -> String {
    format!("{} {}", day.month(), day.year())
}

/// The page of an estate, as a relative address: each part of the path is encoded, so that it cannot begin with a scheme.
fn report_link(folder: &str, is_judged: bool) -> String {
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'/');
    let mut link = String::from("./");
    for byte in folder.bytes() {
        if harmless(byte) {
            link.push(char::from(byte));
        } else {
            let _ = write!(link, "%{byte:02X}");
        }
    }
    link.push('/');
    link.push_str(if is_judged { "report.html" } else { FAILURE_PAGE });
    link
}

/// The page of an estate.
fn page_of(row: &EstateRow) -> Option<String> {
    row.folder.as_deref().map(|folder| report_link(folder, row.is_judged()))
}

/// A section of the page of an estate.
fn section_of(row: &EstateRow, section: &str) -> Option<String> {
    row.is_judged().then(|| page_of(row)).flatten().map(|page| format!("{page}#{section}"))
}

/// How many estates stand so, as a word after their number: errors alone would be taken for their own number.
fn of_estates(state: &EstateState) -> &'static str {
    match state {
        EstateState::Errors => "with errors",
        EstateState::Warnings => "with warnings",
        EstateState::CouldNotBeJudged | EstateState::NotFullyJudged | EstateState::InOrder => {
            state_word(state)
        }
    }
}

/// Where the estates stand that stand so.
fn state_anchor(state: &EstateState) -> String {
    format!("state-{state}")
}

/// The estates by how they stand; they come worst first. Where there are many of them, those in order are folded.
fn groups(estates: &[EstateRow]) -> Vec<Group<'_>> {
    /// A page with more estates than these is long.
    const MANY: usize = 30;
    let mut groups: Vec<Group<'_>> = Vec::new();
    for row in estates.iter().take(MAX_ESTATES) {
        match groups.last_mut() {
            Some(group) if group.state == row.state => group.rows.push(row),
            _ => groups.push(Group {
                state: row.state,
                is_open: row.state != EstateState::InOrder || estates.len() < MANY,
                rows: vec![row],
            }),
        }
    }
    groups
}

/// How much of the required names is covered, in percent; it is full only when it is.
fn covered_percent(row: &EstateRow) -> usize {
    (row.names_covered * 100).checked_div(row.names).unwrap_or(100)
}

const SPARKLINE_WIDTH: usize = 96;
const SPARKLINE_HEIGHT: usize = 22;

/// Points of a line of open errors over time; days without a judgment interrupt nothing and have no point.
fn sparkline(trend: &[TrendPoint]) -> String {
    let values: Vec<(usize, usize)> =
        trend.iter().enumerate().filter_map(|(index, point)| Some((index, point.errors?))).collect();
    let top = values.iter().map(|(_, errors)| *errors).max().unwrap_or_default().max(1);
    let last = trend.len().saturating_sub(1).max(1);
    let mut points = String::new();
    for (index, errors) in values {
        let (x, y) =
            (2 + index * (SPARKLINE_WIDTH - 4) / last, 2 + (top - errors) * (SPARKLINE_HEIGHT - 4) / top);
        let _ = write!(points, "{x},{y} ");
    }
    points.trim_end().to_owned()
}

/// The same in words.
fn trend_words(trend: &[TrendPoint]) -> String {
    let shown = |point: &TrendPoint| match (point.errors, &point.state) {
        (None, _) => "not judged".to_owned(),
        (Some(0), Some(state)) => format!("0 ({})", state_word(state)),
        (Some(errors), _) => errors.to_string(),
    };
    let values: Vec<String> = trend.iter().map(shown).collect();
    format!("errors: {}", values.join(", "))
}

/// The last numbers of a trend, the newest last.
fn trend_numbers(trend: &[TrendPoint]) -> String {
    const SHOWN: usize = 4;
    let shown = |point: &TrendPoint| point.errors.map_or_else(|| "–".to_owned(), |errors| errors.to_string());
    let first = trend.len().saturating_sub(SHOWN);
    trend.iter().skip(first).map(shown).collect::<Vec<_>>().join(" → ")
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::model::{ChangeCounts, UnreadableRow};
    use crate::render::testing::{hostile_report, plain_report};
    use crate::view::deadlines;

    fn index() -> IndexView {
        let report = hostile_report();
        let point = |errors| TrendPoint {
            at: datetime!(2026-11-01 00:00:00 UTC).into(),
            errors,
            warnings: errors,
            state: None,
        };
        let row = EstateRow {
            trend: vec![point(Some(3)), point(None), point(Some(0))],
            changes: Some(ChangeCounts { new: 1, ..ChangeCounts::default() }),
            ..EstateRow::of_report(&report, Some("a b/<i>".to_owned()), 1)
        };
        let broken = EstateRow::not_judged("</style><b>", report.at, None, 3, "<script>alert(1)</script>");
        let skipped = vec![UnreadableRow {
            path: "<img>".to_owned(),
            reason: "\u{202e}".to_owned(),
            kind: crate::model::UnreadKind::NotUnderstood,
        }];
        IndexView::new(report.at, vec![row, broken], deadlines(&report), skipped)
    }

    fn page(index: &IndexView) -> String {
        let mut bytes = Vec::new();
        write(index, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn hostile_names_are_inert() {
        let page = page(&index());
        assert_eq!(page.matches("<script").count(), 1, "its own");
        let page = page.replace(SCRIPT.as_str(), "").replace("<script></script>", "");
        for forbidden in ["<script", "<img", "</style><b>", "<i>", "\u{202e}", "\u{1b}"] {
            assert!(!page.contains(forbidden), "{forbidden:?}");
        }
        assert_eq!(page.matches("</style>").count(), 1);
        assert_eq!(page.matches("<table").count(), page.matches("<caption").count());
        let headers = page.matches("<th").count() - page.matches("<thead").count();
        assert_eq!(headers, page.matches("scope=\"").count());
    }

    #[test]
    fn nothing_outside_is_referred_to() {
        let page = page(&IndexView::of_report(&plain_report(2)));
        for forbidden in [" src=", "<link", "@import", "url(", "http://", " style=", "javascript:"] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
    }

    #[test]
    fn every_estate_is_on_the_page_with_its_reason() {
        let index = index();
        let page = page(&index);
        assert!(page.contains("could not be judged") && page.contains("alert(1)"));
        assert!(page.contains("1 new"));
        assert!(page.contains("errors: 3, not judged, 0"));
    }

    #[test]
    fn the_box_of_the_verdict_is_that_of_the_worst_state() {
        let at = datetime!(2026-11-22 12:00:00 UTC).into();
        let worst = |states: &[EstateState]| {
            let row = |state: &EstateState| EstateRow::without_counts("contoso", at, *state);
            let page = page(&IndexView::new(at, states.iter().map(row).collect(), Vec::new(), Vec::new()));
            let (_, rest) = page.split_once("<div class=\"verdict ").unwrap();
            let (class, rest) = rest.split_once("\"><span aria-hidden=\"true\">").unwrap();
            format!("{class} {}", rest.split('<').next().unwrap())
        };
        use EstateState::{CouldNotBeJudged, Errors, InOrder, NotFullyJudged, Warnings};
        assert_eq!(worst(&[InOrder, InOrder]), "ok ✓");
        assert_eq!(worst(&[InOrder, NotFullyJudged]), "info ◌");
        assert_eq!(worst(&[Warnings, NotFullyJudged]), "warn ▲");
        assert_eq!(worst(&[Warnings, Errors]), "bad ✕");
        assert_eq!(worst(&[CouldNotBeJudged, Errors]), "unmet □");
        assert_eq!(worst(&[]), "info ◌");
    }

    #[test]
    fn links_stay_below_the_index_or_beside_it() {
        assert_eq!(report_link("contoso", true), "./contoso/report.html");
        assert_eq!(report_link("../fleet a/contoso", false), "./../fleet%20a/contoso/failure.html");
        assert_eq!(report_link("javascript:alert(1)", true), "./javascript%3Aalert%281%29/report.html");
    }

    #[test]
    fn a_trend_stays_within_its_box() {
        let at = datetime!(2026-11-22 12:00:00 UTC).into();
        let point = |errors| TrendPoint { at, errors: Some(errors), warnings: None, state: None };
        assert_eq!(sparkline(&[point(4), point(2), point(0)]), "2,2 48,11 94,20");
        assert_eq!(sparkline(&[point(0)]), "2,20");
        assert_eq!(sparkline(&[]), "");
    }

    #[test]
    fn coverage_is_full_only_when_it_is() {
        let at = datetime!(2026-11-22 12:00:00 UTC).into();
        let row = |names, names_covered| EstateRow {
            names,
            names_covered,
            ..EstateRow::without_counts("contoso", at, EstateState::InOrder)
        };
        assert_eq!(
            (covered_percent(&row(200, 199)), covered_percent(&row(200, 200)), covered_percent(&row(0, 0))),
            (99, 100, 100)
        );
    }
}
