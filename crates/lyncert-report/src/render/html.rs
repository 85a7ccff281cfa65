//! HTML, for people: one file without any reference to the outside. It is whole without its script, which finds, sorts, copies
//! and folds.

mod anchors;
mod findings;
mod matrix;
mod pools;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, Write};
use std::sync::LazyLock;

use askama::Template;
use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use self::findings::Findings;
use self::matrix::Matrix;
use self::pools::{Cell, Names, Pools};
use super::dates::{day_in_words, days_off};
use super::state::{State, state_class, state_shape};
use super::svg::{Drawing, Timeline};
use super::text::{caveats, changes};
use crate::model::{
    CertificateRow, ChainState, Change, EstateState, FindingRow, PoolRow, ReplacementAction, ReplacementRow,
    Report, RuleLevel, RuleRow, Severity, SourceRef, Timestamp, WaiverState, counted, first_few, usages_text,
};

/// The style of all pages.
pub(super) const STYLE: &str = include_str!("../../templates/report.css");
/// The script of all pages, without what only its authors read.
pub(super) static SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let lines = include_str!("../../templates/report.js").lines().map(str::trim_start);
    lines.filter(|line| !line.starts_with("//") && !line.is_empty()).collect::<Vec<_>>().join("\n")
});
/// More rows than these make the page slow; the CSV files have all of them.
const MAX_IN_USE: usize = 50;
const MAX_OTHER_CERTIFICATES: usize = 40;
const MAX_REPLACEMENTS: usize = 50;
/// So many of them are in sight; the others are folded.
const MAX_UNFOLDED: usize = 10;
const MAX_UNREADABLE: usize = 100;
const MAX_INPUTS: usize = 12;
const MAX_FIXED: usize = 100;

/// Hashes of a page's style and script, which its content security policy allows, and nothing else.
pub(super) struct Allowed {
    pub(super) style: String,
    pub(super) script: String,
}

impl Allowed {
    pub(super) fn new() -> Self {
        let hash = |text: &str| BASE64.encode(&Sha256::digest(text));
        Self { style: hash(STYLE), script: hash(&SCRIPT) }
    }
}

/// Writes the report page.
///
/// # Errors
///
/// Those of the sink.
pub fn write(report: &Report, sink: &mut dyn Write) -> io::Result<()> {
    let page = Page::new(report).render().map_err(io::Error::other)?;
    sink.write_all(page.as_bytes())
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    report: &'a Report,
    style: &'static str,
    script: &'static str,
    allowed: Allowed,
    state: EstateState,
    next: Vec<&'a ReplacementRow>,
    next_left_out: usize,
    worst: Vec<&'a FindingRow>,
    drawing: Drawing,
    timeline: Option<Timeline>,
    matrix: Matrix<'a>,
    pools: Pools<'a>,
    findings: Findings<'a>,
    in_use: Vec<&'a CertificateRow>,
    in_use_left_out: usize,
    others: Vec<&'a CertificateRow>,
    others_left_out: usize,
    unreadable_left_out: usize,
    inputs_left_out: usize,
    fixed_left_out: usize,
    on_page: OnPage<'a>,
}

/// What has an address on the page.
#[derive(Default)]
struct OnPage<'a> {
    findings: HashSet<&'a str>,
    certificates: HashSet<&'a str>,
    pools: HashSet<&'a str>,
    rules: HashSet<&'a str>,
    /// The replacements by their ids.
    replacements: HashMap<&'a str, &'a ReplacementRow>,
}

impl<'a> Page<'a> {
    fn new(report: &'a Report) -> Self {
        let certificates: BTreeMap<&str, &CertificateRow> =
            report.certificates.iter().map(|certificate| (certificate.sha1.as_str(), certificate)).collect();
        let (mut in_use, mut others): (Vec<_>, Vec<_>) =
            report.certificates.iter().partition(|certificate| certificate.is_in_use());
        in_use.sort_by_key(|certificate| (certificate.not_after, &certificate.path));
        let timeline = Timeline::new(report.at.moment(), &in_use);
        let in_use_left_out = in_use.len().saturating_sub(MAX_IN_USE);
        in_use.truncate(MAX_IN_USE);
        let others_left_out = others.len().saturating_sub(MAX_OTHER_CERTIFICATES);
        others.truncate(MAX_OTHER_CERTIFICATES);
        let next: Vec<&ReplacementRow> = report.replacements.iter().take(MAX_REPLACEMENTS).collect();
        let by_id: HashMap<&str, &FindingRow> =
            report.findings.iter().map(|finding| (finding.id.as_str(), finding)).collect();
        let worst = report.summary.worst_findings.iter();
        let pools = Pools::new(report, &certificates);
        let findings = Findings::new(report);
        let shown_pools = pools.parts.iter().filter_map(|part| part.pool);
        let on_page = OnPage {
            findings: findings.shown().map(|finding| finding.id.as_str()).collect(),
            certificates: in_use.iter().chain(&others).map(|certificate| certificate.sha1.as_str()).collect(),
            pools: shown_pools.map(|(pool, _)| pool.fqdn.as_str()).collect(),
            rules: report.rules.iter().map(|rule| rule.id.as_str()).collect(),
            replacements: next.iter().map(|row| (row.id.as_str(), *row)).collect(),
        };
        Self {
            report,
            style: STYLE,
            script: &SCRIPT,
            allowed: Allowed::new(),
            state: report.summary.state.into(),
            next_left_out: report.replacements.len() - next.len(),
            next,
            worst: worst.filter_map(|id| by_id.get(id.as_str()).copied()).collect(),
            drawing: Drawing::new(report),
            timeline,
            matrix: Matrix::new(report),
            pools,
            findings,
            in_use,
            in_use_left_out,
            others,
            others_left_out,
            unreadable_left_out: report.unreadable.len().saturating_sub(MAX_UNREADABLE),
            inputs_left_out: report.inputs.len().saturating_sub(MAX_INPUTS),
            fixed_left_out: report
                .baseline
                .as_ref()
                .map_or(0, |baseline| baseline.fixed.len())
                .saturating_sub(MAX_FIXED),
            on_page,
        }
    }

    fn is_left_out(&self, pool: &PoolRow) -> bool {
        super::svg::state_without_requirements(self.report, pool) == State::NotJudged
    }

    /// Some holders of what was not judged, in words.
    fn holders_in_short(row: &crate::model::UnjudgedRow) -> String {
        /// So many holders are named in one cell.
        const MAX_HOLDERS: usize = 6;
        first_few(&row.holders, MAX_HOLDERS, "; ", "more, which stand in report.json")
    }

    fn unjudged(&self) -> impl Iterator<Item = &crate::model::UnjudgedRow> {
        self.report.summary.counting_unjudged()
    }

    /// What is to be done first, as much as one looks through.
    fn next_first(&self) -> impl Iterator<Item = &&'a ReplacementRow> {
        self.next.iter().take(MAX_UNFOLDED)
    }

    fn next_folded(&self) -> impl Iterator<Item = &&'a ReplacementRow> {
        self.next.iter().skip(MAX_UNFOLDED)
    }

    fn not_understood(&self) -> usize {
        self.report.problems.len() + self.report.unreadable.len()
    }

    fn unreadable(&self) -> impl Iterator<Item = &crate::model::UnreadableRow> {
        self.report.unreadable.iter().take(MAX_UNREADABLE)
    }

    fn fixed(&self) -> impl Iterator<Item = &FindingRow> {
        self.report.baseline.iter().flat_map(|baseline| &baseline.fixed).take(MAX_FIXED)
    }

    fn inputs(&self) -> impl Iterator<Item = &crate::model::Input> {
        self.report.inputs.iter().take(MAX_INPUTS)
    }

    /// Whether the chain is whole and says nothing that the issuer does not say.
    fn ends_in_its_issuer(certificate: &CertificateRow) -> bool {
        certificate.chain.state == ChainState::Verified && certificate.chain.issuers == [&*certificate.issuer]
    }

    /// Whole days from the time of the report.
    fn days_until(&self, day: &crate::model::Day) -> i64 {
        (day.date() - self.report.at.day()).whole_days()
    }

    /// Where a finding is told in full; nothing where it is not shown.
    fn link_to_finding(&self, finding: &FindingRow) -> Option<String> {
        self.on_page.findings.contains(finding.id.as_str()).then(|| anchors::finding(&finding.id))
    }

    fn link_to_pool(&self, finding: &FindingRow) -> Option<String> {
        let pool = finding.pool.as_deref()?;
        self.on_page.pools.contains(pool).then(|| anchors::pool(pool))
    }

    fn link_to_certificate(&self, sha1: &str) -> Option<String> {
        self.on_page.certificates.contains(sha1).then(|| anchors::certificate(sha1))
    }

    /// Whether what was found is a long list that the row of the certificate has too, so that a list of places need not repeat it.
    fn is_found_elsewhere(&self, finding: &FindingRow) -> bool {
        /// So much is said in a line.
        const LONG: usize = 80;
        let shows = |sha1: &str| self.on_page.certificates.contains(sha1);
        finding.found.len() > LONG && finding.certificate.as_deref().is_some_and(shows)
    }

    fn is_found_elsewhere_of_some(&self, entry: &findings::Entry<'_>) -> bool {
        entry.about.is_none()
            && !entry.same.found
            && entry.places.iter().any(|finding| self.is_found_elsewhere(finding))
    }

    fn link_to_rule(&self, rule: &str) -> Option<String> {
        self.on_page.rules.contains(rule).then(|| anchors::rule(rule))
    }

    /// The number and the address of the replacement that a finding asks for.
    fn replacement_of<'r>(&self, finding: &'r FindingRow) -> Option<(&'r str, String)> {
        let id = finding.replacement.as_deref()?;
        Some((id, anchors::replacement(self.on_page.replacements.get(id)?)))
    }

    fn rules_that_failed(&self) -> impl Iterator<Item = &RuleRow> {
        self.report.rules.iter().filter(|rule| rule.failed > 0)
    }

    /// The rules that did not fail and lacked something to look at, by what that is.
    fn rules_that_lacked(&self) -> BTreeMap<&str, Vec<&RuleRow>> {
        let mut lacked: BTreeMap<&str, Vec<&RuleRow>> = BTreeMap::new();
        for rule in self.report.rules.iter().filter(|rule| rule.failed == 0 && rule.nothing_to_look_at > 0) {
            lacked.entry(rule.missing.as_deref().unwrap_or("something")).or_default().push(rule);
        }
        lacked
    }

    fn rules_that_passed(&self) -> impl Iterator<Item = &RuleRow> {
        let rules = self.report.rules.iter();
        rules.filter(|rule| rule.failed == 0 && rule.nothing_to_look_at == 0 && rule.passed > 0)
    }

    fn rules_that_did_not_apply(&self) -> impl Iterator<Item = &RuleRow> {
        let rules = self.report.rules.iter();
        rules.filter(|rule| rule.failed == 0 && rule.nothing_to_look_at == 0 && rule.passed == 0)
    }

    /// Where the findings of a rule stand.
    fn parts_of(&self, rule: &str) -> impl Iterator<Item = &findings::RulePart<'a>> {
        self.findings.parts.iter().filter(move |part| part.rule == rule)
    }
}

/// Whether what is to be done needs words: where a cmdlet requests the certificate, its line stands there.
fn needs_words(row: &ReplacementRow) -> bool {
    let is_requested = matches!(row.action, ReplacementAction::Replace | ReplacementAction::Request);
    let has_cmdlet = row.usages.iter().all(|usage| usage.is_assigned_by_cmdlet());
    !(is_requested && has_cmdlet && row.command.is_some())
}

/// A line of a shell in parts that are better not broken: the cmdlet and each parameter with its value.
fn command_parts(command: &str) -> Vec<&str> {
    let mut starts: Vec<usize> = command.match_indices(" -").map(|(at, _)| at + 1).collect();
    starts.insert(0, 0);
    let ends = starts.iter().skip(1).map(|start| start - 1).chain([command.len()]);
    starts.iter().zip(ends).filter_map(|(start, end)| command.get(*start..end)).collect()
}

/// A verb at the beginning of a sentence.
fn capital(verb: &str) -> String {
    let mut letters = verb.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The day of a moment as people write it.
fn day_of(moment: &Timestamp) -> String {
    day_in_words(moment.day())
}

fn severity_class(severity: &Severity) -> &'static str {
    match severity {
        Severity::Error => "bad",
        Severity::Warning => "warn",
        Severity::Info => "info",
    }
}

fn waiver_class(state: &WaiverState) -> &'static str {
    match state {
        WaiverState::Active => "ok",
        WaiverState::Expiring | WaiverState::Expired | WaiverState::Unused => "warn",
        WaiverState::Malformed => "bad",
    }
}

/// A text in parts; the parts between backticks are code.
pub(crate) fn code_segments(text: &str) -> Vec<(bool, &str)> {
    let is_paired = text.matches('`').count().is_multiple_of(2);
    let parts = text.split('`').enumerate();
    if is_paired { parts.map(|(index, part)| (index % 2 == 1, part)).collect() } else { vec![(false, text)] }
}

/// The address of a document, if it can be linked.
fn linkable_url(source: &SourceRef) -> Option<&str> {
    let url = source.url.as_str();
    (url.starts_with("https://") && !url.contains([' ', '"', '<', '>'])).then_some(url)
}

#[cfg(test)]
mod tests;
