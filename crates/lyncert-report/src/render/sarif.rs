//! SARIF 2.1.0, for code scanning: a result a finding, a rule a rule, a notification for what was not understood or not judged.
//!
//! GitHub takes 25,000 results a run, and no second run of one category; more findings become further runs with categories of their
//! own. There is no `security-severity`: GitHub shows it as a score of vulnerabilities, and a certificate without a name is none.

mod log;
mod uri;

use std::collections::HashMap;
use std::io::{self, Write};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use self::log::{
    ArtifactLocation, AutomationDetails, Configuration, Descriptor, DescriptorRef, Driver, Finding,
    FindingProperties, Fingerprints, Invocation, Location, Log, LogicalLocation, Notification,
    PhysicalLocation, Region, Run, RunProperties, Suppression, Tags, Text, ToolPart, UriBase, UriBases,
    WaiverProperties,
};
use super::escape::visible;
use super::{json, markdown};
use crate::model::{
    Change, FindingRow, HolderRef, PlaceRef, Report, RuleExplanation, Severity, UnjudgedKind, UnreadKind,
    WaivedRow,
};

/// So many results GitHub takes in one run.
const MAX_RESULTS: usize = 25_000;
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const CERTIFICATES: &str = "CERTIFICATES";
const TOPOLOGY: &str = "TOPOLOGY";
/// The kinds of notifications besides those of what was not judged.
const PROBLEM: &str = "topology-not-understood";
const UNREADABLE: &str = "file-not-understood";
const HARMLESS: &str = "no-certificate-file";

/// The findings of a report for code scanning.
///
/// # Errors
///
/// Those of the sink.
pub fn write(report: &Report, sink: &mut dyn Write) -> io::Result<()> {
    let (rules, indices) = rules(report);
    let mut parts: Vec<&[FindingRow]> = report.findings.chunks(MAX_RESULTS).collect();
    if parts.is_empty() {
        parts.push(&[]);
    }
    let runs =
        parts.iter().enumerate().map(|(index, findings)| run(report, &rules, &indices, index, findings));
    json::write(&Log { schema: SCHEMA, version: "2.1.0", runs: runs.collect() }, sink)
}

fn run(
    report: &Report,
    rules: &[Descriptor],
    indices: &HashMap<&str, usize>,
    index: usize,
    findings: &[FindingRow],
) -> Run {
    let summary = &report.summary;
    let part = if index == 0 { String::new() } else { format!("part-{}/", index + 1) };
    Run {
        tool: ToolPart {
            driver: Driver {
                name: "lyncert",
                version: report.tool.version.clone(),
                rules: rules.to_vec(),
                notifications: notification_kinds(),
            },
        },
        automation_details: AutomationDetails { id: format!("lyncert/{}/{part}", category(&report.estate)) },
        original_uri_base_ids: UriBases {
            certificates: UriBase { description: plain("The folder of certificates that was scanned") },
            topology: UriBase { description: plain("The folder of the topology exports") },
        },
        invocations: vec![Invocation {
            execution_successful: true,
            end_time_utc: report.at.to_string(),
            tool_execution_notifications: if index == 0 { notifications(report) } else { Vec::new() },
        }],
        column_kind: "unicodeCodePoints",
        properties: RunProperties {
            estate: report.estate.clone(),
            state: summary.state.as_str(),
            verdict: summary.verdict.clone(),
            judged_at: report.at.to_string(),
            errors: summary.errors,
            warnings: summary.warnings,
            infos: summary.infos,
            waived: summary.waived,
            not_judged: summary.counting_unjudged().count(),
        },
        results: findings.iter().map(|finding| result(report, indices, finding)).collect(),
    }
}

/// What GitHub files the results of an estate under: `/` parts categories.
fn category(estate: &str) -> String {
    visible(estate).replace('/', "⟨U+002F⟩")
}

/// Every rule that the report tells of, and their places.
fn rules(report: &Report) -> (Vec<Descriptor>, HashMap<&str, usize>) {
    let (mut rules, mut indices) = (Vec::new(), HashMap::new());
    let listed = report.rules.iter().map(|rule| (rule.id.as_str(), rule.summary.as_str()));
    // Reports of older versions list fewer rules than they tell of.
    let told = report.findings.iter().map(|finding| (finding.rule.as_str(), finding.rule.as_str()));
    for (id, summary) in listed.chain(told) {
        indices.entry(id).or_insert_with(|| {
            rules.push(rule(id, summary));
            rules.len() - 1
        });
    }
    (rules, indices)
}

fn rule(id: &str, summary: &str) -> Descriptor {
    let known = RuleExplanation::new(id);
    let severity = known.as_ref().and_then(|known| known.severity).unwrap_or(Severity::Warning);
    let source = known.as_ref().and_then(|known| known.sources.first());
    let why = known.as_ref().and_then(|known| known.consequence.as_deref());
    let full = why.map_or_else(|| summary.to_owned(), |why| format!("{summary}: {why}"));
    let help = known.as_ref().map(|known| {
        let what = known.remedy.as_deref().unwrap_or_default();
        let documents: Vec<String> =
            known.sources.iter().map(|source| format!("{}, {}", source.title, source.url)).collect();
        let in_markdown = known.sources.iter().map(|source| {
            format!("\n- [{}]({})", source.title.replace(['[', ']', '`', '<'], ""), source.url)
        });
        let mut text = both(&format!("{full}. {what}. Documents: {}", documents.join("; ")));
        text.markdown = Some(format!(
            "{}.\n\n**What to do**: {}\n\n**Documents**\n{}",
            markdown::inline(&full),
            markdown::inline(what),
            in_markdown.collect::<String>()
        ));
        text
    });
    Descriptor {
        id: visible(id).into_owned(),
        short_description: plain(summary),
        full_description: plain(&full),
        help,
        help_uri: source.map(|source| source.url.clone()),
        default_configuration: Configuration { level: level(severity) },
        properties: Some(Tags { tags: vec!["certificates", "skype-for-business"] }),
    }
}

fn notification_kinds() -> Vec<Descriptor> {
    let kind = |id: &str, title: &str, level| Descriptor {
        id: id.to_owned(),
        short_description: plain(title),
        full_description: plain(title),
        help: None,
        help_uri: None,
        default_configuration: Configuration { level },
        properties: None,
    };
    let own = [
        kind(PROBLEM, "a part of the topology that was not understood", "warning"),
        kind(UNREADABLE, "a file that was not understood", "warning"),
        kind(HARMLESS, "a file of a kind that holds no certificate", "note"),
    ];
    let unjudged =
        UnjudgedKind::ALL.iter().map(|word| kind(word.as_str(), word.title(), unjudged_level(*word)));
    own.into_iter().chain(unjudged).collect()
}

/// What was not understood and what was not judged.
fn notifications(report: &Report) -> Vec<Notification> {
    let note = |id: &str, level, text: &str, location: Option<Location>| Notification {
        descriptor: DescriptorRef { id: id.to_owned() },
        level,
        message: both(text),
        locations: location.into_iter().collect(),
    };
    let problems = report.problems.iter().map(|problem| {
        let place = place(&problem.document, problem.line, Some(problem.column));
        note(PROBLEM, "warning", &format!("{}: {}", problem.path, problem.text), Some(place))
    });
    let unreadable = report.unreadable.iter().map(|file| {
        let (id, level) = match file.kind {
            UnreadKind::Harmless => (HARMLESS, "note"),
            UnreadKind::NotUnderstood | UnreadKind::Evidence => (UNREADABLE, "warning"),
        };
        note(id, level, &format!("this file {}", file.reason), Some(certificate(&file.path)))
    });
    let unjudged = report.summary.unjudged.iter().map(|row| {
        let concerns = row.concerns(MAX_HOLDERS);
        let text = format!("{}: {}{concerns}. {}", row.what, row.why, row.remedy);
        note(row.kind.as_str(), unjudged_level(row.kind), &text, None)
    });
    problems.chain(unreadable).chain(unjudged).collect()
}

/// So many holders are named in one text; the report has all of them.
const MAX_HOLDERS: usize = 50;

fn unjudged_level(kind: UnjudgedKind) -> &'static str {
    if kind.counts() { "warning" } else { "note" }
}

fn result(report: &Report, indices: &HashMap<&str, usize>, finding: &FindingRow) -> Finding {
    let (locations, related_locations) = locations(report, finding);
    let hash = HEXLOWER.encode(&Sha256::digest(&finding.id));
    let text = format!(
        "{}: {}. Expected {}; found {}. Consequence: {}. {}",
        finding.whose(),
        finding.message,
        finding.expected_in_words(),
        finding.found,
        finding.consequence,
        finding.remedy
    );
    Finding {
        rule_id: visible(&finding.rule).into_owned(),
        rule_index: indices.get(finding.rule.as_str()).copied().unwrap_or_default(),
        level: level(finding.severity),
        message: both(&text),
        locations,
        related_locations,
        partial_fingerprints: Fingerprints {
            primary_location_line_hash: format!("{}:1", hash.get(..16).unwrap_or_default()),
            finding_id: hash,
        },
        baseline_state: finding.change.map(baseline_state),
        suppressions: finding.waived.iter().map(|waived| suppression(waived)).collect(),
        properties: FindingProperties {
            id: finding.id.clone(),
            clause: finding.clause.clone(),
            expected: finding.expected_in_words().into_owned(),
            found: finding.found.clone(),
            replacement: finding.replacement.clone(),
            change: finding.change.map(Change::as_str),
        },
    }
}

/// Where a finding is, the file of the certificate first, and what in the topology asks for it. GitHub refuses a result that is
/// nowhere, so what is about the estate as a whole is at the head of its export.
fn locations(report: &Report, finding: &FindingRow) -> (Vec<Location>, Vec<Location>) {
    let of_place = |place_ref: &PlaceRef| place(&place_ref.document, place_ref.line, Some(place_ref.column));
    let mut places = finding.places.iter().map(of_place);
    let head = || report.topology.documents.first().map(|document| place(document, 1, None));
    let file = finding.certificate_file.as_deref().map(certificate);
    let first = file.or_else(|| places.next()).or_else(head).unwrap_or_else(nowhere);
    let logical = finding.holders.iter().take(MAX_LOGICAL).map(logical_location).collect();
    let related = places.enumerate().map(|(index, place)| Location {
        id: Some(index + 1),
        message: Some(plain("what asks for it")),
        ..place
    });
    (vec![Location { logical_locations: logical, ..first }], related.collect())
}

/// So many holders are the logical places of one finding; the report has all of them.
const MAX_LOGICAL: usize = 100;

fn nowhere() -> Location {
    Location { id: None, physical_location: None, logical_locations: Vec::new(), message: None }
}

fn certificate(path: &str) -> Location {
    at(path, CERTIFICATES, Region { start_line: 1, start_column: None })
}

fn place(document: &str, line: u32, column: Option<u32>) -> Location {
    let column = column.map(|column| column.max(1));
    at(document, TOPOLOGY, Region { start_line: line.max(1), start_column: column })
}

fn at(path: &str, uri_base_id: &'static str, region: Region) -> Location {
    let artifact_location = ArtifactLocation { uri: uri::relative(path), uri_base_id };
    Location { physical_location: Some(PhysicalLocation { artifact_location, region }), ..nowhere() }
}

fn logical_location(holder: &HolderRef) -> LogicalLocation {
    let parts = [Some(holder.kind.as_str()), holder.pool.as_deref(), holder.server.as_deref()];
    let name = parts.into_iter().flatten().collect::<Vec<_>>().join("/");
    LogicalLocation { fully_qualified_name: visible(&name).into_owned(), kind: "resource" }
}

fn suppression(waived: &WaivedRow) -> Suppression {
    Suppression {
        kind: "external",
        status: "accepted",
        justification: message(&waived.reason),
        properties: WaiverProperties {
            place: waived.place.clone(),
            expires: waived.expires.map(|day| day.to_string()),
            by: waived.by.clone(),
        },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// What became of a finding in the standard's four words. What is fixed is no result: GitHub takes every result for an open one.
fn baseline_state(change: Change) -> &'static str {
    match change {
        Change::New | Change::ExpiredSince => "new",
        Change::Worse | Change::WaiverLapsed | Change::Waived => "updated",
        Change::Unchanged => "unchanged",
        Change::Fixed => "absent",
    }
}

/// A text as messages of SARIF are: what would be a link or the place of an argument in it is none.
fn message(text: &str) -> String {
    let shown = visible(text).replace("](", "]⟨U+0028⟩");
    let mut inert = String::with_capacity(shown.len());
    let mut chars = shown.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '{' && chars.peek().is_some_and(char::is_ascii_digit) {
            inert.push_str("⟨U+007B⟩");
        } else {
            inert.push(c);
        }
    }
    inert
}

fn plain(text: &str) -> Text {
    Text { text: message(text), markdown: None }
}

fn both(text: &str) -> Text {
    Text { text: message(text), markdown: Some(markdown::inline(text)) }
}

#[cfg(test)]
mod tests;
