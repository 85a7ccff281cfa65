//! The action plan: what it must hold, whatever the estate.

#[path = "../../lyncert-rules/tests/common/mod.rs"]
mod common;

use std::collections::BTreeSet;
use std::fs;

use lyncert_ingest::deployment::Deployment;
use lyncert_ingest::document::Format;
use lyncert_ingest::topology::Topology;
use lyncert_report::model::{ReplacementAction, ReplacementRow, Report, RequirementRow};
use lyncert_report::scan::Inventory;
use lyncert_report::view::ReportInput;
use lyncert_rules::assess::{Case, assess};
use lyncert_rules::certificate::Certificate;
use lyncert_rules::collection::Collections;
use lyncert_rules::facts::{CertificateLayout, Facts};
use lyncert_rules::policy::Policy;
use lyncert_rules::profile::expect;
use proptest::prelude::*;
use time::Duration;

use common::{NOW, clean, deployment};

fn report(topology: &Topology, certificates: Vec<Certificate>, layout: CertificateLayout) -> Report {
    let (facts, policy) = (Facts { certificate_layout: layout, ..Facts::default() }, Policy::default());
    let case = Case {
        topology,
        facts: &facts,
        policy: &policy,
        certificates: &certificates,
        assignment_records: &[],
        collections: &Collections::default(),
        lists: &[],
        keys: &[],
        requests: &[],
        has_given_roots: false,
        now: NOW,
    };
    let assessment = assess(&case, expect(topology, &facts));
    let deployment = Deployment {
        documents: vec![("topology.tbxml".into(), Format::Tbxml)],
        format: Format::Tbxml,
        topology: topology.clone(),
        assigned: Vec::new(),
        collected: None,
        federation: Vec::new(),
        pending: None,
        problems: Vec::new(),
        notes: Vec::new(),
    };
    let estate = ReportInput {
        name: "contoso.com",
        deployment: &deployment,
        facts: &facts,
        policy: &policy,
        ignored: &[],
        policy_file: None,
        policy_places: &[],
        policies_forbidden: &[],
        inputs: &[],
        at: NOW,
    };
    Report::new(&estate, Inventory { certificates, ..Inventory::default() }, &assessment)
}

fn estate() -> (Topology, Vec<Certificate>) {
    let topology = deployment(&["contoso.com", "fabrikam.com"], 7);
    let certificates = clean(&topology, CertificateLayout::Combined, true);
    (topology, certificates)
}

fn planned(certificates: Vec<Certificate>) -> Vec<ReplacementRow> {
    let (topology, _) = estate();
    let report = report(&topology, certificates, CertificateLayout::Combined);
    check_plan(&report);
    report.replacements
}

fn at_path<'a>(certificates: &'a mut [Certificate], part: &str) -> &'a mut Certificate {
    certificates.iter_mut().find(|certificate| certificate.first_path().contains(part)).expect("it is there")
}

/// The word that programs read.
fn word(value: &impl ToString) -> String {
    value.to_string()
}

/// The requirements that the new certificate has to serve.
fn served<'a>(report: &'a Report, row: &ReplacementRow) -> Vec<&'a RequirementRow> {
    let order = report.orders.iter().find(|order| order.id == row.order).expect("its order is there");
    let is_held = |requirement: &RequirementRow| {
        let mut holdings = requirement.holdings.iter();
        row.certificate.is_some() && holdings.any(|holding| holding.certificate == row.certificate)
    };
    let requirements = report.requirements.iter();
    requirements
        .filter(|requirement| order.requirements.contains(&requirement.id) || is_held(requirement))
        .collect()
}

/// What holds for every action plan.
fn check_plan(report: &Report) {
    let rows = &report.replacements;
    assert_eq!(rows.iter().map(|row| &row.id).collect::<BTreeSet<_>>().len(), rows.len(), "ids are unique");
    assert!(rows.is_sorted_by_key(|row| row.due), "the soonest is the first");
    for order in &report.orders {
        let of_order: Vec<_> = rows.iter().filter(|row| row.order == order.id).collect();
        let verdicts: BTreeSet<String> = report
            .requirements
            .iter()
            .filter(|requirement| order.requirements.contains(&requirement.id))
            .filter_map(|requirement| requirement.verdict.as_ref().map(word))
            .collect();
        let is_bad = ["unmet", "failed", "met-with-warnings"].iter().any(|bad| verdicts.contains(*bad));
        assert!(of_order.len() == 1 || !is_bad && of_order.is_empty(), "{}: {verdicts:?}", order.id);
        if let [row] = of_order.as_slice() {
            assert_eq!(row.action == ReplacementAction::Request, verdicts.contains("unmet"), "{}", row.id);
        }
    }
    for row in rows {
        check_row(report, row);
    }
}

fn check_row(report: &Report, row: &ReplacementRow) {
    let open: BTreeSet<&String> = report
        .findings
        .iter()
        .filter(|finding| finding.waived.is_none())
        .map(|finding| &finding.id)
        .collect();
    assert!(row.why.iter().all(|id| open.contains(id)), "{:?}", row.why);
    assert!(!row.reason.is_empty());
    assert!(word(&report.at).get(..10) <= Some(row.due.to_string().as_str()));
    let keep: BTreeSet<&String> = row.keep_names.iter().collect();
    let add: BTreeSet<&String> = row.add_names.iter().collect();
    let drop: BTreeSet<&String> = row.drop_names.iter().collect();
    assert_eq!(keep.len() + add.len(), row.keep_names.len() + row.add_names.len(), "each name once");
    assert!(keep.is_disjoint(&add) && keep.is_disjoint(&drop) && add.is_disjoint(&drop), "{}", row.id);
    let order = report.orders.iter().find(|order| order.id == row.order).expect("its order is there");
    for requirement in served(report, row) {
        assert!(row.holders.contains(&requirement.holder), "{}", row.id);
        assert!(requirement.usages.iter().all(|usage| row.usages.contains(usage)), "{}", row.id);
        for name in requirement.names.iter().filter(|name| word(&name.need) != "optional") {
            assert!(keep.contains(&name.name) || add.contains(&name.name), "{} lacks {}", row.id, name.name);
            let is_own = order.names.iter().any(|own| own.name == name.name);
            let line = row.command.as_deref();
            assert!(
                is_own || line.is_none_or(|line| is_farm(line) || line.contains(&name.name)),
                "{line:?} lacks {}",
                name.name
            );
        }
    }
    let present = report.certificates.iter().find(|found| Some(&found.sha1) == row.certificate.as_ref());
    assert_eq!(present.is_some(), row.certificate.is_some());
    assert!(drop.iter().all(|name| present.is_some_and(|found| found.dns_names.contains(name))));
    assert!(present.is_some() || keep.is_empty());
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

#[test]
fn nothing_is_planned_for_a_faultless_estate() {
    assert_eq!(planned(estate().1), []);
}

#[test]
fn what_nothing_serves_is_requested_with_all_its_names() {
    let (_, mut certificates) = estate();
    certificates.retain(|certificate| !certificate.first_path().starts_with("fe1"));
    let [row] = planned(certificates).try_into().expect("one entry");
    assert_eq!((row.action, row.certificate), (ReplacementAction::Request, None));
    assert_eq!(row.due.to_string(), "2026-06-30");
    assert_eq!((row.keep_names, row.drop_names), (vec![], vec![]));
    assert!(row.add_names.contains(&"fe1.contoso.com".to_owned()), "{:?}", row.add_names);
    assert_eq!(row.reason, "no certificate serves it");
    assert!(row.why.iter().all(|id| id.starts_with("requirement-unmet/")) && !row.why.is_empty());
    let line = row.command.expect("the product manages it");
    assert!(line.starts_with("Request-CsCertificate -New -Type Default,WebServicesInternal"), "{line}");
}

#[test]
fn a_missing_name_is_added_and_the_others_are_kept() {
    let (_, mut certificates) = estate();
    let certificate = at_path(&mut certificates, "fe2");
    certificate.dns_names.retain(|name| name != "meet.fabrikam.com");
    let sha1 = certificate.sha1.to_string();
    let [row] = planned(certificates).try_into().expect("one entry");
    assert_eq!((row.action, row.certificate), (ReplacementAction::Replace, Some(sha1)));
    assert_eq!(row.add_names, ["meet.fabrikam.com"]);
    assert!(row.keep_names.contains(&"meet.contoso.com".to_owned()));
    assert_eq!(row.why.len(), 1);
    assert_eq!(row.reason, "`meet.fabrikam.com` is not among the certificate's names");
}

#[test]
fn what_a_rule_warns_of_and_nothing_needs_is_dropped_and_what_costs_nothing_is_not() {
    let (_, mut certificates) = estate();
    let certificate = at_path(&mut certificates, "edge1.contoso.com/AccessEdge");
    certificate.dns_names.extend(["sip.litware.com".to_owned(), "old.contoso.com".to_owned()]);
    let [row] = planned(certificates).try_into().expect("one entry");
    assert_eq!(row.drop_names, ["sip.litware.com"]);
    assert_eq!(row.add_names, [""; 0]);
    assert!(row.why.iter().all(|id| id.starts_with("san-stale/")), "{:?}", row.why);
}

#[test]
fn what_ends_soon_is_replaced_30_days_before() {
    let (_, mut certificates) = estate();
    at_path(&mut certificates, "fe2").not_after = NOW + Duration::days(50);
    let [row] = planned(certificates).try_into().expect("one entry");
    assert_eq!((row.action, row.due.to_string().as_str()), (ReplacementAction::Replace, "2026-07-20"));
    assert!(row.reason.ends_with("ends on 2026-08-19T12:00:00Z"), "{}", row.reason);
}

#[test]
fn the_successor_of_a_shared_certificate_serves_all_that_it_serves() {
    let (_, mut certificates) = estate();
    let all: Vec<String> = certificates.iter().flat_map(|found| found.dns_names.clone()).collect();
    certificates.retain(|found| !found.first_path().starts_with("dir."));
    let shared = at_path(&mut certificates, "fe1");
    shared.paths.insert(0, "dir.contoso.com/Default.cer".into());
    shared.not_after = NOW + Duration::days(20);
    for name in all {
        if !shared.dns_names.contains(&name) {
            shared.dns_names.push(name);
        }
    }
    let rows = planned(certificates);
    let row = rows.iter().find(|row| row.order.contains("fe1.contoso.com")).expect("its order");
    assert!(row.holders.iter().any(|holder| holder == "Director dir.contoso.com"), "{:?}", row.holders);
    assert!(row.servers.contains(&"dir.contoso.com".to_owned()), "{:?}", row.servers);
    assert!(row.keep_names.contains(&"dir.contoso.com".to_owned()), "{:?}", row.keep_names);
    assert!(row.command.as_ref().is_some_and(|line| line.contains("dir.contoso.com")), "{:?}", row.command);
}

#[test]
fn where_the_product_requests_nothing_there_is_no_command() {
    let (_, mut certificates) = estate();
    at_path(&mut certificates, "reverse-proxy").dns_names.pop();
    let [row] = planned(certificates).try_into().expect("one entry");
    assert_eq!((row.command, row.holders), (None, vec!["reverse proxy".to_owned()]));
}

#[test]
fn an_older_report_without_a_plan_is_read() {
    let (topology, certificates) = estate();
    let report = report(&topology, certificates, CertificateLayout::Combined);
    let mut json = serde_json::to_value(&report).unwrap();
    assert!(json.as_object_mut().unwrap().remove("replacements").is_some());
    let read = |json: &serde_json::Value| Report::read(&serde_json::to_vec(json).unwrap());
    assert!(read(&json).unwrap_err().to_string().contains("missing field `replacements`"));
    json["schema"] = "lyncert-report/1".into();
    let older = read(&json).unwrap();
    assert_eq!((older.findings, older.replacements), (report.findings, report.replacements));
}

/// What can be wrong with a certificate of an estate.
#[derive(Clone, Copy, Debug)]
enum Defect {
    None,
    Absent,
    Expired,
    EndsSoon,
    NameShort,
    NoServerEku,
    Stale,
    Wildcard,
    /// It lies in the place of the one before it, which is not there.
    Shared,
}

fn defects() -> impl Strategy<Value = Vec<Defect>> {
    use Defect::{Absent, EndsSoon, Expired, NameShort, NoServerEku, None, Shared, Stale, Wildcard};
    let all = vec![None, None, Absent, Expired, EndsSoon, NameShort, NoServerEku, Stale, Wildcard, Shared];
    prop::collection::vec(prop::sample::select(all), 24)
}

fn damaged(certificates: Vec<Certificate>, defects: &[Defect]) -> Vec<Certificate> {
    let mut damaged: Vec<Certificate> = Vec::new();
    for (mut certificate, defect) in certificates.into_iter().zip(defects.iter().cycle()) {
        match defect {
            Defect::None => {}
            Defect::Absent => continue,
            Defect::Expired => certificate.not_after = NOW - Duration::days(3),
            Defect::EndsSoon => certificate.not_after = NOW + Duration::days(40),
            Defect::NameShort => {
                certificate.dns_names.pop();
            }
            Defect::NoServerEku => {
                certificate.eku = Some([lyncert_rules::certificate::Eku::ClientAuth].into());
            }
            Defect::Stale => certificate.dns_names.push("sip.woodgrove.com".to_owned()),
            Defect::Wildcard => {
                certificate.dns_names.retain(|name| !name.ends_with(".contoso.com"));
                certificate.dns_names.push("*.contoso.com".to_owned());
            }
            Defect::Shared => {
                if let Some(before) = damaged.pop() {
                    certificate.paths.extend(before.paths);
                    certificate.dns_names.extend(before.dns_names);
                }
            }
        }
        damaged.push(certificate);
    }
    damaged
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_plan_is_sound(defects in defects(), is_placed in any::<bool>(), is_combined in any::<bool>()) {
        let topology = deployment(&["contoso.com", "fabrikam.com"], 7);
        let layout = if is_combined { CertificateLayout::Combined } else { CertificateLayout::Separate };
        let certificates = damaged(clean(&topology, layout, is_placed), &defects);
        let report = report(&topology, certificates, layout);
        check_plan(&report);
        let json = serde_json::to_string(&report).unwrap();
        prop_assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
    }
}

/// Whether a line puts a certificate into use that is requested elsewhere.
fn is_farm(line: &str) -> bool {
    line.starts_with("Set-OfficeWebAppsFarm ")
}
