//! Doing what a plan says leaves an estate without a finding that a certificate could cure.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use lyncert_ingest::deployment::read_deployment;
use lyncert_ingest::name::DnsName;
use lyncert_ingest::topology::{SimpleUrlComponent, Topology};
use lyncert_report::model::{FindingRow, OrderRow, ReplacementAction, ReplacementRow, Report};
use lyncert_report::scan::{ScanOptions, scan};
use lyncert_rules::certificate::{CaKind, Certificate, Eku};
use lyncert_rules::facts::{AutoLogonPool, CertificateLayout, FactSimpleUrl, Facts};
use lyncert_rules::policy::Policy;
use lyncert_rules::rule::{Cure, RULES};
use proptest::prelude::*;
use time::Duration;
use time::macros::datetime;

use crate::common::{NOW, certificate, clean, deployment};
use crate::estates::{damaged, defects, report, report_of, word};
use crate::sound::check_plan;

/// A server or folder, and a usage there.
type Place = (String, String);

/// The estate after all that its plan says was done: certificates of this CA made from the orders, put where the entries say.
fn applied(report: &Report, certificates: &[Certificate]) -> Vec<Certificate> {
    let mut made: Vec<Certificate> = Vec::new();
    let mut places: BTreeMap<Place, Certificate> = BTreeMap::new();
    let by_sha1 = |sha1: &String| certificates.iter().find(|found| found.sha1.to_string() == *sha1);
    for requirement in &report.requirements {
        for holding in &requirement.holdings {
            let Some(found) = holding.certificate.as_ref().and_then(by_sha1) else { continue };
            for folder in folders(&holding.servers, requirement.usages.first().map(|usage| usage.as_str())) {
                for usage in &holding.usages {
                    places.insert((folder.clone(), word(usage)), found.clone());
                }
            }
        }
    }
    for row in &report.replacements {
        let order = report.orders.iter().find(|order| order.id == row.order).expect("its order");
        let new = match row.action {
            ReplacementAction::Install | ReplacementAction::Move => {
                row.certificate.as_ref().and_then(by_sha1).expect("it lies there").clone()
            }
            ReplacementAction::Replace | ReplacementAction::Request => issued(order, row),
        };
        made.push(new.clone());
        for requirement in report.requirements.iter().filter(|one| order.requirements.contains(&one.id)) {
            let servers = if requirement.shared_by.is_empty() {
                requirement.server.as_slice()
            } else {
                &requirement.shared_by
            };
            for folder in folders(servers, requirement.usages.first().map(|usage| usage.as_str())) {
                for usage in requirement.usages.iter().filter(|usage| row.usages.contains(usage)) {
                    places.insert((folder.clone(), word(usage)), new.clone());
                }
            }
        }
    }
    let mut estate: BTreeMap<String, Certificate> = BTreeMap::new();
    let mut files: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for ((folder, usage), certificate) in places {
        let sha256 = certificate.sha256.to_string();
        files.entry((folder, sha256.clone())).or_default().insert(usage);
        estate.entry(sha256).or_insert(Certificate { paths: Vec::new(), ..certificate });
    }
    for ((folder, sha256), usages) in files {
        let file = usages.into_iter().collect::<Vec<_>>().join("+");
        estate.get_mut(&sha256).expect("one of them").paths.push(format!("{folder}/{file}.cer").into());
    }
    estate.into_values().collect()
}

/// Where a certificate for this usage lies on these servers.
fn folders(servers: &[String], usage: Option<&str>) -> Vec<String> {
    match usage {
        Some("ReverseProxy") => vec!["reverse-proxy".to_owned()],
        Some("OAuthTokenIssuer") => vec!["oauth".to_owned()],
        _ => servers.to_vec(),
    }
}

/// What an entry asks for, as a CA would issue it.
fn issued(order: &OrderRow, row: &ReplacementRow) -> Certificate {
    let names: Vec<&str> = row.keep_names.iter().chain(&row.add_names).map(String::as_str).collect();
    let mut issued = certificate(&format!("new/{}", row.order), &names);
    issued.subject = format!("CN={}", order.subject);
    issued.common_names = vec![order.subject.clone()];
    let wants_client = order.eku.iter().any(|eku| eku == "clientAuth");
    issued.eku =
        Some(if wants_client { [Eku::ServerAuth, Eku::ClientAuth].into() } else { [Eku::ServerAuth].into() });
    if order.public_ca {
        issued.ca_kind = CaKind::Public;
        issued.serial = "1122334455667788".to_owned();
        issued.not_before = NOW - Duration::days(50);
        issued.not_after = issued.not_before + Duration::days(199) - Duration::SECOND;
    }
    issued
}

/// The findings that are left and that a certificate would cure. Of advice, only what is said of new certificates counts; on names that
/// nobody has to have, and on a subject that a certificate for several holders can have but once, it may be said of these too.
fn left<'a>(report: &'a Report, old: &BTreeSet<String>) -> Vec<&'a FindingRow> {
    let is_left = |finding: &&FindingRow| {
        let rule = RULES.iter().find(|rule| rule.id == finding.rule).expect("a rule");
        let is_new = finding.certificate.as_ref().is_some_and(|sha1| !old.contains(sha1));
        let may_be_said = ["san-missing", "cn-wrong"].contains(&finding.rule.as_str());
        let counts = word(&finding.severity) != "info" || (is_new && !may_be_said);
        rule.cure != Cure::Elsewhere && counts
    };
    report.findings.iter().filter(is_left).collect()
}

fn check_applied(topology: &Topology, certificates: &[Certificate], layout: CertificateLayout) {
    let before = report(topology, certificates.to_vec(), layout);
    check_plan(&before);
    let after = report(topology, applied(&before, certificates), layout);
    let again: Vec<String> =
        after.replacements.iter().map(|row| format!("{}: {}", row.order, row.reason)).collect();
    assert!(again.is_empty(), "{again:#?} after {:#?}", before.replacements);
    let old: BTreeSet<String> = certificates.iter().map(|found| found.sha1.to_string()).collect();
    let left: Vec<(&String, &String)> =
        left(&after, &old).iter().map(|one| (&one.id, &one.message)).collect();
    assert!(left.is_empty(), "{left:#?} after {:#?}", before.replacements);
}

/// Doing all that the plan of a sample says, with certificates of a CA of this test, leaves nothing open.
#[test]
fn a_sample_is_whole_once_its_plan_is_carried_out() {
    for (sample, export, facts, entries) in
        [("contoso", "topology.tbxml", contoso_facts(), 7), ("fabrikam", "topology.xml", fabrikam_facts(), 0)]
    {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples").join(sample);
        let bytes = fs::read(folder.join(export)).unwrap();
        let topology = read_deployment(&[(export, &bytes)]).unwrap().topology;
        let mut own = scan(&folder.join("certs"), &ScanOptions::default()).unwrap().certificates;
        for certificate in &mut own {
            at_test_time(certificate);
        }
        let before = report_of(&Policy::default(), &facts, &topology, own.clone(), Vec::new());
        check_plan(&before);
        assert_eq!(before.replacements.len(), entries, "{sample}");
        let after = report_of(&Policy::default(), &facts, &topology, applied(&before, &own), Vec::new());
        assert!(after.replacements.is_empty(), "{sample}: {:#?}", after.replacements);
        let open: Vec<_> = after.findings.iter().filter(|one| word(&one.severity) != "info").collect();
        assert!(open.is_empty(), "{sample}: {open:#?}");
        // Without any certificate all is requested anew.
        let before = report_of(&Policy::default(), &facts, &topology, Vec::new(), Vec::new());
        check_plan(&before);
        let after = report_of(&Policy::default(), &facts, &topology, applied(&before, &[]), Vec::new());
        let open: Vec<_> = after.findings.iter().filter(|one| word(&one.severity) != "info").collect();
        assert!(open.is_empty(), "{sample}: {open:#?}");
    }
}

/// The samples are judged by a day of their own: a certificate as it would be that many days before.
fn at_test_time(certificate: &mut Certificate) {
    let earlier = datetime!(2026-11-22 00:00:00 UTC) - NOW;
    certificate.not_before -= earlier;
    certificate.not_after -= earlier;
}

/// What the policy of the sample says.
fn contoso_facts() -> Facts {
    Facts {
        auto_logon_pool: Some(AutoLogonPool::Pool(name("pool01.contoso.net"))),
        xmpp_domains: Some(vec![name("contoso.com"), name("fabrikam.com")]),
        pic_aol: Some(true),
        ..Facts::default()
    }
}

fn fabrikam_facts() -> Facts {
    let url = |component: SimpleUrlComponent, domain: &str, url: &str| FactSimpleUrl {
        component,
        domain: domain.to_owned(),
        site: None,
        url: url.to_owned(),
        host: name(url.trim_start_matches("https://")),
    };
    Facts {
        auto_logon_pool: Some(AutoLogonPool::Pool(name("se01.fabrikam.com"))),
        simple_urls: vec![
            url(SimpleUrlComponent::Meet, "fabrikam.com", "https://meet.fabrikam.com"),
            url(SimpleUrlComponent::Dialin, "*", "https://dialin.fabrikam.com"),
        ],
        ..Facts::default()
    }
}

fn name(text: &str) -> DnsName {
    text.parse().expect("a name")
}

#[test]
fn an_estate_without_certificates_is_whole_once_all_are_there() {
    for version in 5..9 {
        let topology = deployment(&["contoso.com", "fabrikam.com"], version);
        for layout in [CertificateLayout::Auto, CertificateLayout::Separate] {
            check_applied(&topology, &[], layout);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn a_plan_that_is_carried_out_leaves_nothing_to_do(
        defects in defects(),
        version in 5_u32..9,
        is_placed in any::<bool>(),
        is_separate in any::<bool>(),
    ) {
        let topology = deployment(&["contoso.com", "fabrikam.com"], version);
        let layout = if is_separate { CertificateLayout::Separate } else { CertificateLayout::Auto };
        check_applied(&topology, &damaged(clean(&topology, layout, is_placed), &defects), layout);
    }
}
