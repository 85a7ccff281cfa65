//! HTML, for people: one file without script and without any reference to the outside.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, Write};

use askama::Template;
use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use super::state::{State, state_class, state_shape};
use super::svg::{Drawing, Timeline};
use super::text::{caveats, changes};
use crate::model::{
    AssignedBy, CertificateRow, Change, ConsequenceRow, EstateState, FindingRow, NameOnServer, NameRow,
    NameStatus, Need, PoolRow, Report, RequirementRow, RuleLevel, Severity, SourceRef, StopRow, WaiverState,
    Workload, usages_text,
};

pub(super) const STYLE: &str = include_str!("../../templates/report.css");
/// More rows than these make the page slow; the CSV files have all of them.
const MAX_FINDINGS: usize = 500;
const MAX_OTHER_CERTIFICATES: usize = 200;
const MAX_UNREADABLE: usize = 200;
const MAX_INPUTS: usize = 200;
const MAX_MATRIX_ROWS: usize = 100;
const MAX_FIXED: usize = 100;
/// Servers beside each other in one table; a pool of hundreds would make a page that no browser opens.
const MAX_COLUMNS: usize = 24;

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
    /// Hash of the style, which the page's policy allows and nothing else.
    style_hash: String,
    state: EstateState,
    worst: Vec<&'a FindingRow>,
    drawing: Drawing,
    timeline: Option<Timeline>,
    matrix: Matrix<'a>,
    pools: Vec<PoolPart<'a>>,
    outside: Vec<Group<'a>>,
    findings: Vec<RulePart<'a>>,
    findings_left_out: usize,
    in_use: Vec<&'a CertificateRow>,
    others: Vec<&'a CertificateRow>,
    others_left_out: usize,
    unreadable_left_out: usize,
    inputs_left_out: usize,
    fixed_left_out: usize,
}

impl<'a> Page<'a> {
    fn new(report: &'a Report) -> Self {
        let certificates: BTreeMap<&str, &CertificateRow> =
            report.certificates.iter().map(|certificate| (certificate.sha1.as_str(), certificate)).collect();
        let (mut in_use, mut others): (Vec<_>, Vec<_>) =
            report.certificates.iter().partition(|certificate| certificate.is_in_use());
        in_use.sort_by_key(|certificate| (certificate.not_after, &certificate.path));
        let others_left_out = others.len().saturating_sub(MAX_OTHER_CERTIFICATES);
        others.truncate(MAX_OTHER_CERTIFICATES);
        Self {
            report,
            style: STYLE,
            style_hash: BASE64.encode(&Sha256::digest(STYLE)),
            state: report.summary.state.into(),
            worst: report
                .summary
                .worst_findings
                .iter()
                .filter_map(|id| report.findings.iter().find(|finding| finding.id == *id))
                .collect(),
            drawing: Drawing::new(report),
            timeline: Timeline::new(report.at.moment(), &in_use),
            matrix: Matrix::new(report),
            pools: pool_parts(report, &certificates),
            outside: groups(
                report.requirements.iter().filter(|requirement| requirement.pool.is_none()),
                &certificates,
            ),
            findings: rule_parts(report),
            findings_left_out: report.findings.len().saturating_sub(MAX_FINDINGS),
            in_use,
            others,
            others_left_out,
            unreadable_left_out: report.unreadable.len().saturating_sub(MAX_UNREADABLE),
            inputs_left_out: report.inputs.len().saturating_sub(MAX_INPUTS),
            fixed_left_out: report
                .baseline
                .as_ref()
                .map_or(0, |baseline| baseline.fixed.len())
                .saturating_sub(MAX_FIXED),
        }
    }

    fn is_left_out(&self, pool: &PoolRow) -> bool {
        super::svg::state_without_requirements(self.report, pool) == State::NotJudged
    }

    /// Some holders of what was not judged, in words.
    fn holders_in_short(row: &crate::model::UnjudgedRow) -> String {
        /// So many holders are named in one cell.
        const MAX_HOLDERS: usize = 6;
        super::first_few(&row.holders, MAX_HOLDERS, "more, which stand in report.json")
    }

    fn unjudged(&self) -> impl Iterator<Item = &crate::model::UnjudgedRow> {
        self.report.summary.counting_unjudged()
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
}

/// Certificates against what needs them.
struct Matrix<'a> {
    /// The workloads that some certificate serves, in their order.
    titles: Vec<&'a str>,
    rows: Vec<MatrixRow<'a>>,
    left_out: usize,
}

struct MatrixRow<'a> {
    consequence: &'a ConsequenceRow,
    /// For each workload whom it stops for.
    cells: Vec<Option<String>>,
}

impl<'a> Matrix<'a> {
    fn new(report: &'a Report) -> Self {
        let all = report.topology.sip_domains.len();
        let rows = || report.consequences.iter().take(MAX_MATRIX_ROWS);
        let workloads: Vec<(Workload, &str)> = Workload::ALL
            .iter()
            .filter_map(|workload| {
                let mut stops = rows().flat_map(|row| &row.stops);
                stops.find(|stop| stop.workload == *workload).map(|stop| (*workload, &*stop.title))
            })
            .collect();
        let whom = |stop: &StopRow| {
            let domains = &stop.sip_domains;
            match &stop.pool {
                _ if !stop.all_servers => format!("{} only", stop.servers.join(", ")),
                Some(pool) => pool.clone(),
                None if domains.len() == all => "all".to_owned(),
                None => domains.join(", "),
            }
        };
        let row = |consequence: &'a ConsequenceRow| MatrixRow {
            consequence,
            cells: workloads
                .iter()
                .map(|(workload, _)| {
                    let stops = consequence.stops.iter().filter(|stop| stop.workload == *workload);
                    let whom: Vec<String> = stops.map(whom).collect();
                    (!whom.is_empty()).then(|| whom.join("; "))
                })
                .collect(),
        };
        Self {
            rows: rows().map(row).collect(),
            titles: workloads.iter().map(|(_, title)| *title).collect(),
            left_out: report.consequences.len().saturating_sub(MAX_MATRIX_ROWS),
        }
    }
}

/// A pool with its certificates.
struct PoolPart<'a> {
    site: &'a str,
    pool: &'a PoolRow,
    groups: Vec<Group<'a>>,
}

/// The requirements of a pool for the same usages: one table, a column for each holder, and for each server where the servers of
/// one hold different certificates.
struct Group<'a> {
    usages: String,
    first: &'a RequirementRow,
    columns: Vec<Column<'a>>,
    /// Titles of the table's columns.
    heads: Vec<String>,
    columns_left_out: usize,
    rows: Vec<Row<'a>>,
}

/// One requirement.
struct Column<'a> {
    requirement: &'a RequirementRow,
    title: String,
    state: State,
    /// The certificates that serve it; several where the servers of a pool hold different ones.
    held: Vec<Held<'a>>,
}

/// A certificate in use.
struct Held<'a> {
    servers: String,
    certificate: &'a CertificateRow,
    assigned_by: AssignedBy,
}

/// One name and how each holder has it.
struct Row<'a> {
    name: &'a NameRow,
    cells: Vec<Cell<'a>>,
}

/// How one holder has a name.
struct Cell<'a> {
    class: &'static str,
    word: &'static str,
    shape: &'static str,
    by: Option<&'a str>,
}

fn pool_parts<'a>(
    report: &'a Report,
    certificates: &BTreeMap<&str, &'a CertificateRow>,
) -> Vec<PoolPart<'a>> {
    let mut of_pools: HashMap<&str, Vec<&RequirementRow>> = HashMap::new();
    for requirement in &report.requirements {
        if let Some(pool) = &requirement.pool {
            of_pools.entry(pool).or_default().push(requirement);
        }
    }
    let pools = report.topology.sites.iter().flat_map(|site| site.pools.iter().map(move |pool| (site, pool)));
    pools
        .map(|(site, pool)| {
            let own = of_pools.get(pool.fqdn.as_str()).into_iter().flatten().copied();
            let site = if site.name.is_empty() { &site.id } else { &site.name };
            PoolPart { site, pool, groups: groups(own, certificates) }
        })
        .collect()
}

fn groups<'a>(
    requirements: impl Iterator<Item = &'a RequirementRow>,
    certificates: &BTreeMap<&str, &'a CertificateRow>,
) -> Vec<Group<'a>> {
    let mut groups: Vec<(&RequirementRow, Vec<&RequirementRow>)> = Vec::new();
    for requirement in requirements {
        match groups
            .iter_mut()
            .find(|(first, _)| first.usages == requirement.usages && first.pool == requirement.pool)
        {
            Some((_, members)) => members.push(requirement),
            None => groups.push((requirement, vec![requirement])),
        }
    }
    groups.into_iter().map(|(first, members)| group(first, &members, certificates)).collect()
}

fn group<'a>(
    first: &'a RequirementRow,
    members: &[&'a RequirementRow],
    certificates: &BTreeMap<&str, &'a CertificateRow>,
) -> Group<'a> {
    let mut shown = members.to_vec();
    if shown.len() > MAX_COLUMNS {
        // Those with the most to do first, each kind in its order.
        shown.sort_by_key(|member| Reverse(State::of(member.verdict)));
        shown.truncate(MAX_COLUMNS);
    }
    let mut known = HashSet::new();
    let names: Vec<&NameRow> =
        shown.iter().flat_map(|member| &member.names).filter(|name| known.insert(&name.name)).collect();
    let by_member: Vec<HashMap<&str, &NameRow>> = shown
        .iter()
        // Of two with the same name the first counts.
        .map(|member| member.names.iter().rev().map(|name| (name.name.as_str(), name)).collect())
        .collect();
    let columns: Vec<Column<'_>> = shown.iter().map(|member| column(member, certificates)).collect();
    let servers: Vec<Vec<usize>> = shown.iter().map(|member| shown_servers(member)).collect();
    let split_out: usize =
        shown.iter().zip(&servers).map(|(member, servers)| server_count(member) - servers.len()).sum();
    let heads = shown.iter().zip(&columns).zip(&servers).flat_map(|((member, column), servers)| {
        let split = member.names.first().map(|name| name.by_server.as_slice()).unwrap_or_default();
        let whole = servers.is_empty().then(|| column.title.clone());
        whole.into_iter().chain(servers.iter().map(|index| split[*index].server.clone()))
    });
    let heads: Vec<String> = heads.collect();
    let cells = |name: &NameRow| {
        let of_members = by_member.iter().zip(&servers).flat_map(|(own, servers)| {
            let own = own.get(name.name.as_str()).copied();
            let whole = servers.is_empty().then(|| cell(own));
            let on_server = move |index: &usize| match own {
                Some(own) => cell_on_server(own, own.by_server.get(*index)),
                None => cell(None),
            };
            whole.into_iter().chain(servers.iter().map(on_server))
        });
        of_members.collect()
    };
    let rows = names.into_iter().map(|name| Row { name, cells: cells(name) }).collect();
    let columns_left_out = members.len() - shown.len() + split_out;
    Group { usages: usages_text(&first.usages), first, columns, heads, columns_left_out, rows }
}

/// How many servers of a requirement hold different certificates.
fn server_count(requirement: &RequirementRow) -> usize {
    requirement.names.first().map_or(0, |name| name.by_server.len())
}

/// The servers of a requirement that have a column of their own: where they hold different certificates, and of many those that
/// lack the most.
fn shown_servers(requirement: &RequirementRow) -> Vec<usize> {
    let mut shown: Vec<usize> = (0..server_count(requirement)).collect();
    if shown.len() > MAX_COLUMNS {
        let lacking = |server: &usize| {
            let on_server = requirement.names.iter().filter_map(|name| name.by_server.get(*server));
            on_server.filter(|one| !one.status.is_some_and(NameStatus::is_covered)).count()
        };
        shown.sort_by_cached_key(|server| Reverse(lacking(server)));
        shown.truncate(MAX_COLUMNS);
    }
    shown
}

fn column<'a>(
    requirement: &'a RequirementRow,
    certificates: &BTreeMap<&str, &'a CertificateRow>,
) -> Column<'a> {
    let held = requirement.holdings.iter().filter_map(|holding| {
        Some(Held {
            servers: holding.servers.join(", "),
            certificate: certificates.get(holding.certificate.as_deref()?)?,
            assigned_by: holding.assigned_by?,
        })
    });
    let title = match (&requirement.server, requirement.shared_by.len()) {
        (Some(server), _) => server.clone(),
        (None, 0) => requirement.holder.clone(),
        (None, 1) => requirement.shared_by.join(", "),
        (None, count) => format!("all {count} servers"),
    };
    Column { requirement, title, state: State::of(requirement.verdict), held: held.collect() }
}

/// How a holder has a name, or that it does not need it.
fn cell(own: Option<&NameRow>) -> Cell<'_> {
    match own {
        Some(own) => cell_of(own, own.status, own.covered_by.as_deref()),
        None => Cell { class: "none", word: "", shape: "–", by: None },
    }
}

/// How one server has it.
fn cell_on_server<'a>(own: &'a NameRow, on: Option<&'a NameOnServer>) -> Cell<'a> {
    cell_of(own, on.and_then(|on| on.status), on.and_then(|on| on.covered_by.as_deref()))
}

fn cell_of<'a>(own: &NameRow, status: Option<NameStatus>, covered_by: Option<&'a str>) -> Cell<'a> {
    let (class, word, shape) = match (status, own.need) {
        (Some(NameStatus::Exact), _) => ("ok", "yes", "✓"),
        (Some(NameStatus::WildcardHonored), _) => ("ok", "by wildcard", "✓"),
        (Some(NameStatus::WildcardNotHonored), _) => ("warn", "only by wildcard", "▲"),
        (Some(NameStatus::Missing), Need::Optional) => ("none", "no", "–"),
        (Some(NameStatus::Missing), Need::Recommended | Need::Required) => ("bad", "missing", "✕"),
        (None, _) => ("unmet", "no certificate", "□"),
    };
    let by = covered_by.filter(|by| !by.eq_ignore_ascii_case(&own.name));
    Cell { class, word, shape, by }
}

/// The findings of one rule and severity.
struct RulePart<'a> {
    rule: &'a str,
    severity: Severity,
    findings: Vec<&'a FindingRow>,
}

impl RulePart<'_> {
    fn class(&self) -> &'static str {
        severity_class(&self.severity)
    }
}

fn rule_parts(report: &Report) -> Vec<RulePart<'_>> {
    let mut parts: Vec<RulePart<'_>> = Vec::new();
    for finding in report.findings.iter().take(MAX_FINDINGS) {
        match parts.iter_mut().find(|part| part.rule == finding.rule && part.severity == finding.severity) {
            Some(part) => part.findings.push(finding),
            None => parts.push(RulePart {
                rule: &finding.rule,
                severity: finding.severity,
                findings: vec![finding],
            }),
        }
    }
    parts
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
mod tests {
    use super::*;
    use crate::model::{ReportState, Usage, Verdict};
    use crate::render::escape::visible;
    use crate::render::testing::{hostile_report, plain_report};

    fn page(report: &Report) -> String {
        let mut bytes = Vec::new();
        write(report, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn hostile_names_are_inert() {
        let page = page(&hostile_report());
        for forbidden in ["<script", "<img", "onerror=alert(1)>", "</style><b>", "\u{202e}", "\u{1b}", "\0"] {
            assert!(!page.contains(forbidden), "{forbidden:?}");
        }
        assert_eq!(page.matches("</style>").count(), 1);
    }

    #[test]
    fn the_page_refers_to_nothing_outside_and_allows_only_its_own_style() {
        let page = page(&plain_report(2));
        for forbidden in
            [" src=", "<link", "@import", "url(", "<iframe", "<object", " style=", "javascript:", "http://"]
        {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
        for target in page.split("href=\"").skip(1) {
            assert!(
                target.starts_with('#') || target.starts_with("https://"),
                "{}",
                target.split('"').next().unwrap()
            );
        }
        let style = page.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
        let hash = BASE64.encode(&Sha256::digest(style));
        assert!(
            page.contains(&format!("style-src 'sha256-{hash}'")),
            "the policy allows the style as it stands"
        );
        assert!(page.contains("default-src 'none'"));
    }

    #[test]
    fn the_box_of_the_verdict_is_that_of_the_state() {
        let mut report = plain_report(1);
        for (state, expected) in [
            (ReportState::InOrder, "ok\"><span aria-hidden=\"true\">✓<"),
            (ReportState::NotFullyJudged, "info\"><span aria-hidden=\"true\">◌<"),
            (ReportState::Warnings, "warn\"><span aria-hidden=\"true\">▲<"),
            (ReportState::Errors, "bad\"><span aria-hidden=\"true\">✕<"),
        ] {
            report.summary.state = state;
            assert!(page(&report).contains(&format!("<div class=\"verdict {expected}")), "{state}");
        }
    }

    #[test]
    fn everything_of_the_report_is_on_the_page() {
        let report = plain_report(3);
        let page = page(&report);
        for finding in &report.findings {
            assert!(
                page.contains(&finding.rule)
                    && page.contains(&*finding.remedy)
                    && page.contains(&finding.holder),
                "{}",
                finding.id
            );
        }
        for file in &report.unreadable {
            assert!(page.contains(&*visible(&file.path)) && page.contains(&file.reason));
        }
        assert!(page.contains("hostile problem") && page.contains("old.key"));
        for certificate in &report.certificates {
            assert!(page.contains(&certificate.sha1));
        }
    }

    #[test]
    fn a_pool_of_many_servers_is_shown_by_those_with_the_most_to_do() {
        let mut report = plain_report(MAX_COLUMNS + 5);
        report.requirements.retain(|requirement| requirement.usages == [Usage::Default]);
        let count = report.requirements.len();
        for (requirement, index) in report.requirements.iter_mut().zip(1..) {
            requirement.verdict = Some(if index == count { Verdict::Failed } else { Verdict::Met });
        }
        let page = page(&report);
        assert!(page.contains("<p class=\"dim\">5 more servers are not shown here"), "the rest is counted");
        let (first, last) = (&report.requirements[0], &report.requirements[count - 1]);
        let head = |requirement: &RequirementRow| {
            format!("<th scope=\"col\">{}</th>", requirement.server.as_ref().unwrap())
        };
        assert!(page.find(&head(last)).unwrap() < page.find(&head(first)).unwrap());
        assert!(!page.contains(&head(&report.requirements[count - 2])));
    }

    /// A pool whose two servers hold different certificates: the first name is missing on the first of them.
    fn split(report: &mut Report) -> (String, String) {
        let requirement = &mut report.requirements[0];
        let on = |server: &str, status| NameOnServer {
            server: server.to_owned(),
            status: Some(status),
            covered_by: None,
            certificate: None,
        };
        let servers = ["edge1.contoso.net", "edge2.contoso.net"];
        requirement.server = None;
        requirement.shared_by = servers.map(str::to_owned).to_vec();
        for name in &mut requirement.names {
            name.status = Some(NameStatus::Missing);
            name.by_server = vec![on(servers[0], NameStatus::Missing), on(servers[1], NameStatus::Exact)];
        }
        (servers[0].to_owned(), servers[1].to_owned())
    }

    #[test]
    fn servers_with_different_certificates_have_columns_of_their_own() {
        let mut report = plain_report(1);
        report.requirements.truncate(1);
        let (first, second) = split(&mut report);
        let page = page(&report);
        assert!(page.contains(&format!("<th scope=\"col\">{first}</th><th scope=\"col\">{second}</th>")));
        assert!(page.contains("<td class=\"bad\">✕ missing</td><td class=\"ok\">✓ yes</td>"));
        assert!(!page.contains("<th scope=\"col\">all 2 servers</th>"));
    }

    #[test]
    fn the_structure_helps_readers_of_all_kinds() {
        let page = page(&plain_report(2));
        assert!(page.starts_with("<!doctype html>\n<html lang=\"en\">"));
        assert_eq!(page.matches("<h1").count(), 1);
        assert!(page.contains("<main") && page.contains("class=\"skip\""));
        let headers = page.matches("<th").count() - page.matches("<thead").count();
        assert_eq!(headers, page.matches("scope=\"").count(), "every header cell says what it heads");
        assert_eq!(page.matches("<table").count(), page.matches("<caption").count());
        let mut last = 1;
        for tag in page.split("<h").skip(1) {
            if let Some(level) = tag.chars().next().and_then(|c| c.to_digit(10)) {
                assert!(level <= last + 1, "a heading of level {level} follows one of level {last}");
                last = level;
            }
        }
    }

    #[test]
    fn twenty_servers_stay_below_150_kilobytes() {
        let size = page(&plain_report(20)).len();
        assert!(size < 150_000, "{size} bytes");
    }

    #[test]
    fn a_huge_folder_still_opens_and_says_what_is_left_out() {
        let mut report = plain_report(2);
        let unused = CertificateRow { serves: Vec::new(), ..report.certificates[0].clone() };
        report.certificates.extend(vec![unused; 5_000]);
        let page = page(&report);
        assert!(page.len() < 400_000);
        assert!(page.contains("4800 more"), "the omission is stated");
    }
}
