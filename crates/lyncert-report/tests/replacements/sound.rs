//! What holds for every action plan.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use lyncert_report::model::{OrderRow, ReplacementAction, ReplacementRow, Report, RequirementRow};
use lyncert_rules::facts::CertificateLayout;
use lyncert_rules::rule::{Cure, RULES};
use proptest::prelude::*;

use crate::common::{clean, deployment};
use crate::estates::{damaged, defects, report, word};

/// Fails where a plan is not what it has to be.
pub(crate) fn check_plan(report: &Report) {
    let rows = &report.replacements;
    let numbers: Vec<String> = (1..=rows.len()).map(|number| number.to_string()).collect();
    assert_eq!(rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>(), numbers, "in their order");
    assert!(rows.is_sorted_by_key(|row| row.due), "the soonest is the first");
    let orders: BTreeSet<&String> = rows.iter().map(|row| &row.order).collect();
    assert_eq!(orders.len(), rows.len(), "one entry for each certificate to be");
    for row in rows {
        check_row(report, row);
    }
    check_findings(report);
    check_table(report);
}

/// The table for people says the same, row by row.
fn check_table(report: &Report) {
    let mut table = Vec::new();
    lyncert_report::render::csv::action_plan(report, &mut table).expect("memory takes it");
    assert!(!lyncert_report::render::csv::is_filled_in(table.as_slice()));
    let mut reader = csv::Reader::from_reader(table.as_slice());
    let records: Vec<csv::StringRecord> = reader.records().map(|record| record.expect("a table")).collect();
    assert_eq!(records.len(), report.replacements.len());
    for (row, record) in report.replacements.iter().zip(&records) {
        assert_eq!((&record[1], &record[10]), (row.order.as_str(), row.due.to_string().as_str()));
        assert_eq!(record[15], *row.command.as_deref().unwrap_or_default());
        let told: BTreeSet<&str> = record[4].split("; ").collect();
        let names = row.keep_names.iter().chain(&row.add_names);
        assert_eq!(told, names.map(String::as_str).collect(), "{}", row.order);
        assert!(record.iter().all(|field| !field.contains('`')), "{record:?}");
    }
}

/// Each finding that a certificate cures, and that is no mere advice, has its entry and says so.
fn check_findings(report: &Report) {
    let mut entries: BTreeMap<&String, &ReplacementRow> = BTreeMap::new();
    for row in report.replacements.iter().rev() {
        entries.extend(row.why.iter().map(|id| (id, row)));
    }
    for finding in report.findings.iter().filter(|finding| finding.waived.is_none()) {
        let rule = RULES.iter().find(|rule| rule.id == finding.rule).expect("a rule");
        let entry = entries.get(&finding.id);
        let asks = match rule.cure {
            Cure::Successor => true,
            Cure::NewCertificate | Cure::Assignment => word(&finding.severity) != "info",
            Cure::Elsewhere => false,
        };
        assert!(!asks || entry.is_some(), "{} has no entry", finding.id);
        assert_eq!(finding.replacement.as_ref(), entry.map(|row| &row.id), "{}", finding.id);
        if let Some(row) = entry {
            let pointer = format!(". Replacement {}: ", row.id);
            assert!(finding.remedy.contains(&pointer), "{}: {}", finding.id, finding.remedy);
        }
    }
}

fn check_row(report: &Report, row: &ReplacementRow) {
    let open: BTreeSet<&String> = report
        .findings
        .iter()
        .filter(|finding| finding.waived.is_none())
        .map(|finding| &finding.id)
        .collect();
    assert!(!row.why.is_empty() && row.why.iter().all(|id| open.contains(id)), "{:?}", row.why);
    assert!(!row.reason.is_empty() && !row.reason.contains('`'), "{}", row.reason);
    assert!(word(&report.at).get(..10) <= Some(row.due.to_string().as_str()));
    let order = report.orders.iter().find(|order| order.id == row.order).expect("its order is there");
    check_names(report, row, order);
    let present = report.certificates.iter().find(|found| Some(&found.sha1) == row.certificate.as_ref());
    assert_eq!(present.is_some(), row.certificate.is_some());
    assert_eq!(row.action == ReplacementAction::Request, row.certificate.is_none(), "{}", row.order);
    if let Some(line) = row.command.as_ref().filter(|line| line.starts_with("Request-CsCertificate ")) {
        check_line(line, row, order);
    }
    assert!(row.command.is_some() || !row.way.is_empty());
}

fn check_names(report: &Report, row: &ReplacementRow, order: &OrderRow) {
    let keep: BTreeSet<&String> = row.keep_names.iter().collect();
    let add: BTreeSet<&String> = row.add_names.iter().collect();
    let drop: BTreeSet<&String> = row.drop_names.iter().collect();
    assert_eq!(keep.len() + add.len(), row.keep_names.len() + row.add_names.len(), "each name once");
    assert!(keep.is_disjoint(&add) && keep.is_disjoint(&drop) && add.is_disjoint(&drop), "{}", row.order);
    let is_new = matches!(row.action, ReplacementAction::Replace | ReplacementAction::Request);
    assert!(is_new || add.is_empty() && drop.is_empty(), "what fits stays as it is");
    for requirement in served(report, row) {
        assert!(row.holders.contains(&requirement.holder), "{}", row.order);
        let usages = || requirement.usages.iter().filter(|usage| row.usages.contains(usage));
        assert!(usages().next().is_some(), "{}", row.order);
        if usages().count() < requirement.usages.len() {
            continue;
        }
        for name in requirement.names.iter().filter(|name| word(&name.need) != "optional") {
            assert!(
                keep.contains(&name.name) || add.contains(&name.name),
                "{} lacks {}",
                row.order,
                name.name
            );
        }
    }
    for name in &order.names {
        assert!(keep.contains(&name.name) || add.contains(&name.name), "{} lacks {}", row.order, name.name);
    }
    // No entry of the present certificate goes away without a word.
    let present = report.certificates.iter().find(|found| Some(&found.sha1) == row.certificate.as_ref());
    for entry in present.into_iter().flat_map(|found| &found.dns_names) {
        assert!(keep.contains(entry) || drop.contains(entry), "{} loses {entry}", row.order);
    }
}

/// The requirements that the certificate has to serve. Whatever else the present one serves belongs to another order.
fn served<'a>(report: &'a Report, row: &ReplacementRow) -> Vec<&'a RequirementRow> {
    let order = report.orders.iter().find(|order| order.id == row.order).expect("its order is there");
    let all = report.orders.iter().flat_map(|order| &order.requirements).collect::<BTreeSet<_>>();
    assert!(report.requirements.iter().all(|requirement| all.contains(&requirement.id)));
    report.requirements.iter().filter(|requirement| order.requirements.contains(&requirement.id)).collect()
}

/// A line that requests a certificate loses no name: each is in it, or one that the product's tools add by themselves.
fn check_line(line: &str, row: &ReplacementRow, order: &OrderRow) {
    let by_hand = line.split(" -DomainName '").nth(1).and_then(|rest| rest.split('\'').next());
    let by_hand = by_hand.unwrap_or_default().split(',');
    let of_tools = order.wizard.iter().flat_map(|wizard| &wizard.names).map(String::as_str);
    let all: BTreeSet<String> =
        by_hand.chain(of_tools).chain([order.subject.as_str()]).map(str::to_ascii_lowercase).collect();
    for name in row.keep_names.iter().chain(&row.add_names) {
        assert!(all.contains(&name.to_ascii_lowercase()), "{line} loses {name}");
    }
}

#[test]
fn the_samples_have_sound_plans() {
    for (sample, is_faultless) in [("contoso", false), ("fabrikam", true)] {
        let path = format!("{}/../../samples/{sample}/expected/report.json", env!("CARGO_MANIFEST_DIR"));
        let report: Report = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        check_plan(&report);
        assert_eq!(report.replacements.is_empty(), is_faultless);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn every_plan_is_sound(defects in defects(), is_placed in any::<bool>(), layout in 0..3_usize) {
        let topology = deployment(&["contoso.com", "fabrikam.com"], 7);
        let layout =
            [CertificateLayout::Auto, CertificateLayout::Combined, CertificateLayout::Separate][layout];
        let certificates = damaged(clean(&topology, layout, is_placed), &defects);
        let report = report(&topology, certificates, layout);
        check_plan(&report);
        let json = serde_json::to_string(&report).unwrap();
        prop_assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
    }
}
