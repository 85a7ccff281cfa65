//! Plain text, for the terminal.

mod changes;
mod check;
mod doctor;
mod explanation;
mod few;
mod forecast;
mod index;
mod inventory;
mod plan;

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::escape::{is_plain, visible};
use super::first_few;
use crate::model::{
    AssignmentCounts, Change, FindingRow, PoolRow, ProblemRow, Report, Severity, Summary, TopologyView,
    UnjudgedRow,
};
use few::{first_of_each_kind, kind_of};

pub use changes::changed;
pub(in crate::render) use changes::{caveats, changes};
pub use check::check;
pub use doctor::doctor;
pub use explanation::{explain_list, name_explanation, rule_explanation};
pub use forecast::forecast;
pub use index::index;
pub use inventory::inventory;
pub use plan::{diff, plan, wizard};

/// What was understood from an export.
///
/// # Errors
///
/// Those of the sink; so for all writers here.
pub fn topology(view: &TopologyView, sink: &mut dyn Write) -> io::Result<()> {
    line(sink, &format!("{} ({})", view.documents.join(", "), view.format))?;
    if !view.product_version.is_empty() {
        line(sink, &view.product_version)?;
    }
    line(sink, "")?;
    line(sink, "SIP domains")?;
    for domain in &view.sip_domains {
        let is_default =
            view.default_sip_domain.as_ref().is_some_and(|default| default.eq_ignore_ascii_case(domain));
        line(sink, &format!("  {domain}{}", if is_default { "  (default)" } else { "" }))?;
    }
    line(sink, "")?;
    line(sink, "Simple URLs")?;
    match &view.simple_urls {
        Some(urls) if urls.is_empty() => line(sink, "  none")?,
        Some(urls) => {
            for url in urls {
                let domain = if url.domain == "*" { "" } else { &url.domain };
                let site = url.site.as_ref().map(|site| format!("site {site} ")).unwrap_or_default();
                line(
                    sink,
                    format!("  {:<12}{:<44}{site}{domain}", url.component, url.active_url).trim_end(),
                )?;
            }
        }
        None => {
            line(
                sink,
                "  not contained in this kind of export; give the Topology Builder file or the ZIP of",
            )?;
            line(sink, "  `Export-CsConfiguration` too, or name them in the policy as [[facts.simple_url]]")?;
        }
    }
    for site in &view.sites {
        line(sink, "")?;
        line(
            sink,
            &format!("Site {} ({})", if site.name.is_empty() { &site.id } else { &site.name }, site.kind),
        )?;
        for pool in &site.pools {
            write_pool(pool, sink)?;
        }
    }
    write_further_facts(view, sink)?;
    notes_and_problems(view, sink)
}

fn write_pool(pool: &PoolRow, sink: &mut dyn Write) -> io::Result<()> {
    let product = pool.product.as_ref().map(|product| format!(", {product}")).unwrap_or_default();
    line(sink, "")?;
    line(sink, &format!("  {}  {}{product}", pool.fqdn, pool.kind_title))?;
    let mut facts: Vec<(&str, String)> = Vec::new();
    let is_itself = matches!(pool.servers.as_slice(), [only] if only.eq_ignore_ascii_case(&pool.fqdn));
    if !is_itself {
        facts.push(("servers", pool.servers.join(", ")));
    }
    for (title, value) in [
        ("internal web", &pool.internal_web_fqdn),
        ("external web", &pool.external_web_fqdn),
        ("Access Edge", &pool.access_edge_fqdn),
        ("Web Conferencing", &pool.web_conferencing_edge_fqdn),
        ("A/V Edge", &pool.av_edge_fqdn),
        ("next hop", &pool.next_hop),
        ("discovery URL", &pool.office_web_apps_url),
    ] {
        if let Some(value) = value {
            facts.push((title, value.clone()));
        }
    }
    if pool.xmpp {
        facts.push(("XMPP proxy", "yes".to_owned()));
    }
    facts.push(("services", pool.services.join(", ")));
    for (title, value) in facts {
        wrapped(sink, &format!("    {title:<18}"), &value)?;
    }
    Ok(())
}

/// Further facts of the documents: assigned certificates, partners, edits that may not be published.
fn write_further_facts(view: &TopologyView, sink: &mut dyn Write) -> io::Result<()> {
    if !view.assigned.is_empty() {
        line(sink, "")?;
        line(sink, "Assigned certificates")?;
    }
    for certificate in &view.assigned {
        let computer =
            certificate.computer.as_ref().map(|computer| format!(" on {computer}")).unwrap_or_default();
        let subject = certificate.subject.as_deref().unwrap_or_default();
        let text =
            format!("{}{computer} for {} {subject}", certificate.thumbprint, certificate.uses.join(", "));
        wrapped(sink, "  ", text.trim_end())?;
    }
    if !view.federation.is_empty() {
        line(sink, "")?;
        line(sink, "Federation")?;
    }
    for fact in &view.federation {
        line(sink, &format!("  {:<24}{}", fact.kind, fact.name))?;
    }
    let Some(pending) =
        view.pending_changes.as_ref().filter(|p| !p.added.is_empty() || !p.removed.is_empty())
    else {
        return Ok(());
    };
    line(sink, "")?;
    line(sink, "Edited since it was downloaded")?;
    for (sign, items) in [("added", &pending.added), ("removed", &pending.removed)] {
        for item in items {
            wrapped(sink, &format!("  {sign:<9}"), item)?;
        }
    }
    Ok(())
}

fn notes_and_problems(view: &TopologyView, sink: &mut dyn Write) -> io::Result<()> {
    if !view.notes.is_empty() {
        line(sink, "")?;
        line(sink, "Notes")?;
        for note in &view.notes {
            wrapped(sink, "  ", note)?;
        }
    }
    if !view.problems.is_empty() {
        line(sink, "")?;
        line(sink, "Not understood")?;
        problems(&view.problems, ALL_IN_JSON, sink)?;
    }
    Ok(())
}

fn problem_text(problem: &ProblemRow) -> String {
    let ProblemRow { document, path, line, column, text } = problem;
    format!("{document}:{line}:{column} {path}: {text}")
}

/// The outcome of an audit.
///
/// # Errors
///
/// Those of the sink.
pub fn summary(report: &Report, sink: &mut dyn Write) -> io::Result<()> {
    let summary = &report.summary;
    line(sink, &format!("{} at {}", report.estate, report.at))?;
    if let Some(collected) = &report.collected {
        line(sink, &collected.text)?;
    }
    if let Some(foreign) = summary.foreign_text() {
        line(sink, &foreign)?;
    }
    wrapped(sink, "", &summary.verdict)?;
    if let Some(scope) = &report.scope {
        wrapped(sink, "", &scope.sentence())?;
    }
    for support in &report.support {
        wrapped(sink, "", &support.sentence())?;
    }
    line(sink, "")?;
    line(
        sink,
        &format!(
            "  requirements   {} met, {} met with warnings, {} failed, {} unmet{}{}",
            summary.met,
            summary.met_with_warnings,
            summary.failed,
            summary.unmet,
            more(summary.not_judged, "not judged"),
            more(summary.requirements_waived, "waived"),
        ),
    )?;
    line(sink, &format!("  assignments    {}", assignments(summary.assignments)))?;
    line(sink, &format!("  names          {} of {} covered", summary.names_covered, summary.names))?;
    let (found, serving) = (summary.certificates, summary.certificates_serving);
    let foreign = match summary.certificates_foreign {
        0 => String::new(),
        foreign => format!(", {foreign} without any name of this topology"),
    };
    line(sink, &format!("  certificates   {found} found, {serving} in use{foreign}"))?;
    if let Some(since) = summary.ended_since {
        line(sink, &format!("  expired        {} in use, the first on {}", summary.ended, since.day()))?;
    }
    if let (Some(deadline), Some(days)) = (&summary.next_deadline, summary.next_deadline_days) {
        let holder = summary.next_deadline_holder.as_deref().unwrap_or_default();
        wrapped(sink, "  next expiry    ", &format!("{deadline}, {days} days left ({holder})"))?;
    }
    if let Some(policy) = report.policy.sentence(summary.waived) {
        wrapped(sink, "  policy         ", &policy)?;
    }
    if !summary.not_looked_at.is_empty() {
        wrapped(sink, "  not looked at: ", &summary.not_looked_at.join(", "))?;
    }
    if let Some(baseline) = &report.baseline {
        let counts = changes(&baseline.counts);
        // What has expired since is said so already.
        let since = if counts.ends_with(" since") { "" } else { " since" };
        let told = format!("{counts}{since} {}{}", baseline.at, caveats(&baseline.caveats));
        wrapped(sink, "  changes        ", &told)?;
    }
    not_judged(summary, sink)?;
    for (severity, title) in
        [(Severity::Error, "Errors"), (Severity::Warning, "Warnings"), (Severity::Info, "Information")]
    {
        let found: Vec<&FindingRow> =
            report.findings.iter().filter(|finding| finding.severity == severity).collect();
        if !found.is_empty() {
            line(sink, "")?;
            line(sink, title)?;
        }
        let text = |finding: &FindingRow| {
            let waived = match &finding.waived {
                Some(waived) => format!(" (waived: {})", waived.reason),
                None => String::new(),
            };
            let change = match finding.change {
                None | Some(Change::Unchanged | Change::Waived) => String::new(),
                Some(
                    change @ (Change::New
                    | Change::Worse
                    | Change::ExpiredSince
                    | Change::WaiverLapsed
                    | Change::Fixed),
                ) => format!("[{}] ", change.label()),
            };
            format!("{change}{}: {}: {}{waived}", finding.rule, finding.whose(), finding.message)
        };
        let rows = found.iter().map(|finding| (finding.rule.clone(), move || text(finding)));
        first_of_each_kind(rows, SHOWN_FINDINGS, ALL_IN_REPORT, sink)?;
    }
    not_understood(report, sink)
}

/// A further count, where it is one.
fn more(count: usize, what: &str) -> String {
    if count == 0 { String::new() } else { format!(", {count} {what}") }
}

/// How it is known what is in use.
fn assignments(counts: AssignmentCounts) -> String {
    let AssignmentCounts { assigned, placed, assumed } = counts;
    format!("{assigned} by an export, {placed} by the place of the file, {assumed} assumed")
}

/// So many holders are named in one line.
const MAX_HOLDERS: usize = 3;

/// What was not judged, why, and what would make it judged. What was left out by choice stands in the scope.
fn not_judged(summary: &Summary, sink: &mut dyn Write) -> io::Result<()> {
    for (index, row) in summary.counting_unjudged().enumerate() {
        if index == 0 {
            line(sink, "")?;
            line(sink, "Not judged")?;
        }
        let UnjudgedRow { kind, what, why, remedy, .. } = row;
        wrapped(sink, "  ", &format!("{kind}: {what}: {why}"))?;
        if !row.holders.is_empty() {
            wrapped(sink, "    ", &format!("Concerns {}", first_few(&row.holders, MAX_HOLDERS, "more")))?;
        }
        wrapped(sink, "    ", remedy)?;
    }
    Ok(())
}

fn not_understood(report: &Report, sink: &mut dyn Write) -> io::Result<()> {
    if !report.topology.notes.is_empty() {
        line(sink, "")?;
        line(sink, "Notes")?;
        for note in &report.topology.notes {
            wrapped(sink, "  ", note)?;
        }
    }
    let requests = report.requests.iter().map(|request| (&request.path, &request.text));
    let lists = report.crls.iter().map(|list| (&list.path, &list.text));
    section("Also in the folder", requests.chain(lists), ALL_IN_REPORT, sink)?;
    let split = report.orders_to_split();
    let split = split.iter().filter_map(|order| Some((&order.id, &order.attention.as_ref()?.text)));
    section("Too many names for one certificate", split, ALL_IN_REPORT, sink)?;
    if report.problems.is_empty() && report.unreadable.is_empty() && report.keys.is_empty() {
        return Ok(());
    }
    line(sink, "")?;
    line(sink, "Not understood, or not a certificate")?;
    problems(&report.problems, ALL_IN_REPORT, sink)?;
    let unreadable = report.unreadable.iter().map(|file| (&file.path, &file.reason));
    of_files(unreadable.chain(report.keys.iter().map(|key| (&key.path, &key.text))), ALL_IN_REPORT, sink)
}

/// Of each rule so many findings are shown.
const SHOWN_FINDINGS: usize = 20;
/// Of each kind of message so many files are shown.
const SHOWN_FILES: usize = 5;
/// Where everything stands that a terminal shows the beginning of.
const ALL_IN_REPORT: &str = "the files that `--out` writes";
const ALL_IN_JSON: &str = "the output of `--format json`";

fn problems(problems: &[ProblemRow], all: &str, sink: &mut dyn Write) -> io::Result<()> {
    let rows = problems.iter().map(|problem| (kind_of(&problem.text), move || problem_text(problem)));
    first_of_each_kind(rows, SHOWN_FILES, all, sink)
}

fn of_files<'a>(
    rows: impl Iterator<Item = (&'a String, &'a String)>,
    all: &str,
    sink: &mut dyn Write,
) -> io::Result<()> {
    let rows = rows.map(|(path, text)| (kind_of(text), move || format!("{path}: {text}")));
    first_of_each_kind(rows, SHOWN_FILES, all, sink)
}

/// A title and what belongs to files, if there is any.
fn section<'a>(
    title: &str,
    rows: impl Iterator<Item = (&'a String, &'a String)>,
    all: &str,
    sink: &mut dyn Write,
) -> io::Result<()> {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return Ok(());
    }
    line(sink, "")?;
    line(sink, title)?;
    of_files(rows, all, sink)
}

/// Lines are no longer than this where the text has blanks to break at.
const LINE_WIDTH: usize = 100;

/// Writes a text behind `lead`, further lines indented as deep.
fn wrapped(sink: &mut dyn Write, lead: &str, text: &str) -> io::Result<()> {
    let indent = lead.width();
    let text = visible(text);
    let mut current = lead.to_owned();
    let mut is_empty = true;
    for word in text.split(' ') {
        if !is_empty && width(&current) + 1 + width(word) > LINE_WIDTH {
            writeln!(sink, "{current}")?;
            current = " ".repeat(indent);
            is_empty = true;
        }
        if !is_empty {
            current.push(' ');
        }
        current.push_str(word);
        is_empty = false;
    }
    writeln!(sink, "{current}")
}

/// The columns that a text takes on a terminal. Most texts are printable ASCII, where each byte takes one.
fn width(text: &str) -> usize {
    if is_plain(text) { text.len() } else { text.width() }
}

fn line(sink: &mut dyn Write, text: &str) -> io::Result<()> {
    writeln!(sink, "{}", visible(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::testing::hostile_report;

    #[test]
    fn the_summary_names_every_finding_problem_and_file_and_nothing_acts() {
        let report = hostile_report();
        let mut bytes = Vec::new();
        summary(&report, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let flat: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for finding in &report.findings {
            assert!(flat.contains(&format!("{}:", finding.rule)), "{}", finding.rule);
        }
        for path in
            report.unreadable.iter().map(|file| &file.path).chain(report.keys.iter().map(|key| &key.path))
        {
            assert!(flat.contains(&*visible(path)), "{path}");
        }
        assert!(flat.contains("hostile problem"));
        assert!(!text.contains(['\u{1b}', '\0', '\u{202e}']));
    }

    #[test]
    fn long_texts_break_at_blanks_by_the_width_that_they_take() {
        for word in ["word ", "\u{8a3c}\u{660e}\u{66f8} "] {
            let mut bytes = Vec::new();
            wrapped(&mut bytes, "  ", &word.repeat(40)).unwrap();
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.lines().count() > 1 && text.lines().all(|line| line.width() <= LINE_WIDTH));
        }
    }
}
