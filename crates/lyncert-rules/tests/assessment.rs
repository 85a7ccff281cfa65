//! Which certificate serves what, and what is said of it: through the public functions.

#![expect(clippy::unwrap_used, reason = "helpers of tests lie outside of test functions")]

mod common;

use lyncert_ingest::topology::Topology;
use lyncert_rules::assess::{Assessment, Case, Judgment, RequirementVerdict, assess};
use lyncert_rules::assign::AssignedBy;
use lyncert_rules::certificate::{Certificate, Chain, ChainFault, SelfSigned};
use lyncert_rules::facts::Facts;
use lyncert_rules::profile::expect;
use lyncert_rules::severity::Severity;
use time::macros::datetime;

use common::{NS, case, certificate};

/// An Edge pool of two servers, and a Mediation pool of two.
fn topology() -> Topology {
    let cluster = |fqdn: &str, machines: [&str; 2]| {
        let machines = machines.map(|name| format!(r#"<Machine Fqdn="{name}" />"#)).concat();
        format!(r#"<Cluster UniqueId="{fqdn}" Fqdn="{fqdn}"><Machines>{machines}</Machines></Cluster>"#)
    };
    let text = format!(
        r#"<PartialTopology xmlns="{NS}WritableTopology.2008"><InternalDomains DefaultDomain="contoso.com"><InternalDomain Name="contoso.com" /></InternalDomains>
<CentralSites><CentralSite SiteId="1"><Clusters>{}{}</Clusters></CentralSite></CentralSites>
<Services><Service RoleName="EdgeServer" InstalledOn="edge.contoso.com" ServiceVersion="7"><Ports><Port Owner="urn:component:AccessEdge" InterfaceSide="External" ConfiguredFqdn="sip.contoso.com" /><Port Owner="urn:component:DataEdge" InterfaceSide="External" ConfiguredFqdn="conf.contoso.com" /></Ports></Service>
<Service RoleName="MediationServer" InstalledOn="med.contoso.com" ServiceVersion="7" /></Services></PartialTopology>"#,
        cluster("edge.contoso.com", ["edge1.contoso.com", "edge2.contoso.com"]),
        cluster("med.contoso.com", ["med1.contoso.com", "med2.contoso.com"]),
    );
    let document = lyncert_ingest::deployment::read_deployment(&[("t.xml", text.as_bytes())]).unwrap();
    assert_eq!(document.problems, []);
    document.topology
}

const EXTERNAL: &[&str] = &["sip.contoso.com", "conf.contoso.com"];

fn assessed(certificates: &[Certificate]) -> Assessment {
    let (topology, facts) = (topology(), Facts::default());
    let case = Case { certificates, ..case(&topology, &facts) };
    assess(&case, expect(&topology, &facts))
}

fn judgment<'a>(assessment: &'a Assessment, id: &str) -> &'a Judgment {
    assessment.judgments.iter().find(|judgment| judgment.requirement.id == id).unwrap()
}

/// Who serves a requirement: (certificate, servers, usages, how it is known).
fn holdings(assessment: &Assessment, id: &str) -> Vec<(usize, usize, usize, AssignedBy)> {
    let holdings = judgment(assessment, id).assignment.holdings.iter();
    holdings.map(|h| (h.certificate.index(), h.servers.len(), h.usages.len(), h.assigned_by)).collect()
}

fn verdict(assessment: &Assessment, id: &str) -> RequirementVerdict {
    judgment(assessment, id).verdict
}

fn said(assessment: &Assessment, rule: &str) -> Vec<String> {
    let findings = assessment.findings.iter().filter(|finding| finding.rule.id == rule);
    findings.map(|finding| format!("{}: {}", finding.severity.as_str(), finding.message)).collect()
}

const EDGE: &str = "edge.contoso.com/AccessEdgeExternal";

#[test]
fn a_certificate_is_found_by_its_names_wherever_it_lies() {
    let assessment = assessed(&[certificate("a/b/c.cer", EXTERNAL)]);
    assert_eq!(holdings(&assessment, EDGE), [(0, 2, 3, AssignedBy::BestMatch)]);
    assert_eq!(verdict(&assessment, EDGE), RequirementVerdict::Met);
}

#[test]
fn a_path_outweighs_names_and_a_server_outweighs_its_pool() {
    let assessment = assessed(&[
        certificate("best.cer", EXTERNAL),
        certificate(
            "edge.contoso.com/AccessEdgeExternal+DataEdgeExternal+AudioVideoAuthentication.cer",
            &["sip.contoso.com"],
        ),
        certificate(
            "edge2.contoso.com/AccessEdgeExternal+DataEdgeExternal+AudioVideoAuthentication.cer",
            EXTERNAL,
        ),
    ]);
    assert_eq!(
        holdings(&assessment, EDGE),
        [(1, 1, 3, AssignedBy::Placed), (2, 1, 3, AssignedBy::Placed)],
        "edge1 has the pool's, edge2 its own"
    );
    assert_eq!(
        said(&assessment, "san-missing"),
        ["error: `conf.contoso.com` is not among the certificate's names"]
    );
    assert_eq!(said(&assessment, "pool-differs").len(), 1);
}

#[test]
fn each_server_has_its_own_truth_where_certificates_differ() {
    const FILE: &str = "AccessEdgeExternal+DataEdgeExternal+AudioVideoAuthentication.cer";
    let assessment = assessed(&[
        certificate(&format!("edge1.contoso.com/{FILE}"), &["sip.contoso.com"]),
        certificate(&format!("edge2.contoso.com/{FILE}"), EXTERNAL),
    ]);
    let judgment_of_edge = judgment(&assessment, EDGE);
    let conference =
        judgment_of_edge.requirement.names.iter().position(|name| name.name.as_str() == "conf.contoso.com");
    let told: Vec<_> = judgment_of_edge
        .by_server
        .iter()
        .map(|server| {
            let one = &server.names[conference.unwrap()];
            (server.server.as_str(), one.certificate.map(|id| id.index()), one.cover.is_some())
        })
        .collect();
    assert_eq!(told, [("edge1.contoso.com", Some(0), false), ("edge2.contoso.com", Some(1), true)]);
    assert!(
        judgment_of_edge.covers.as_ref().unwrap()[conference.unwrap()].is_none(),
        "the worst counts for both"
    );
    let same = assessed(&[certificate(&format!("edge.contoso.com/{FILE}"), EXTERNAL)]);
    assert!(judgment(&same, EDGE).by_server.is_empty());
}

#[test]
fn a_split_off_av_certificate_is_judged_by_no_name() {
    let assessment = assessed(&[
        certificate("edge.contoso.com/AccessEdgeExternal+DataEdgeExternal.cer", EXTERNAL),
        certificate("edge.contoso.com/AudioVideoAuthentication.cer", &["av-roll.contoso.com"]),
    ]);
    assert_eq!(holdings(&assessment, EDGE), [(0, 2, 2, AssignedBy::Placed), (1, 2, 1, AssignedBy::Placed)]);
    for rule in ["san-missing", "cn-wrong", "cn-not-in-san", "pool-differs", "san-extra"] {
        assert_eq!(said(&assessment, rule), [""; 0], "{rule}");
    }
    assert_eq!(verdict(&assessment, EDGE), RequirementVerdict::Met);
}

#[test]
fn a_file_for_one_usage_is_not_taken_for_another() {
    let assessment = assessed(&[certificate("somewhere/Internal.cer", EXTERNAL)]);
    assert_eq!(verdict(&assessment, EDGE), RequirementVerdict::Unmet);
}

#[test]
fn the_certificate_of_one_server_does_not_serve_another() {
    let assessment = assessed(&[certificate("m.cer", &["med.contoso.com", "med1.contoso.com"])]);
    assert_eq!(verdict(&assessment, "med.contoso.com/med1.contoso.com/Default"), RequirementVerdict::Met);
    assert_eq!(verdict(&assessment, "med.contoso.com/med2.contoso.com/Default"), RequirementVerdict::Unmet);
    let second = &assessment.judgments.last().unwrap().assignment;
    assert_eq!(second.nearest_miss.as_deref(), Some("`m.cer` is one name short: `med2.contoso.com`"));
}

#[test]
fn where_more_come_near_than_are_looked_at_that_is_told() {
    for (count, is_told) in [(250, false), (251, true)] {
        let near: Vec<Certificate> = (0..count)
            .map(|number| {
                certificate(
                    &format!("{number:03}.cer"),
                    &["med.contoso.com", "med1.contoso.com", &format!("x{number}.contoso.com")],
                )
            })
            .collect();
        let assessment = assessed(&near);
        let second = &assessment.judgments.last().unwrap().assignment;
        let nearest = second.nearest_miss.as_deref().unwrap();
        assert!(nearest.contains(".cer` is one name short: `med2.contoso.com`"), "{nearest}");
        assert_eq!(nearest.ends_with(" (the nearest of 250 that were looked at)"), is_told, "{nearest}");
    }
}

#[test]
fn a_renewal_that_forgot_one_name_is_the_one_in_use_and_the_newest_wins_a_tie() {
    let old =
        Certificate { not_after: datetime!(2026-06-01 00:00:00 UTC), ..certificate("old.cer", EXTERNAL) };
    let renewed = certificate("new.cer", &["sip.contoso.com"]);
    let assessment = assessed(&[old.clone(), renewed]);
    assert_eq!(holdings(&assessment, EDGE)[0].0, 1);
    assert_eq!(said(&assessment, "expired"), [""; 0]);
    let newer =
        Certificate { not_before: datetime!(2026-05-01 00:00:00 UTC), ..certificate("newer.cer", EXTERNAL) };
    let assessment = assessed(&[certificate("a.cer", EXTERNAL), newer]);
    assert_eq!(holdings(&assessment, EDGE)[0].0, 1);
    let assessment = assessed(&[old]);
    assert_eq!(said(&assessment, "expired"), ["error: the certificate expired on 2026-06-01, 29 days ago"]);
}

#[test]
fn a_verified_chain_counts_before_a_newer_one_that_ends_nowhere() {
    let chain = |chain: Chain, path: &str| Certificate { chain: chain.into(), ..certificate(path, EXTERNAL) };
    let verified = chain(Chain::verified(Vec::new(), String::new()), "a.cer");
    let nowhere = chain(Chain::broken(Vec::new(), ChainFault::UntrustedRoot, String::new()), "b.cer");
    let newer = Certificate { not_before: datetime!(2026-05-01 00:00:00 UTC), ..nowhere };
    let assessment = assessed(&[newer, verified]);
    assert_eq!(holdings(&assessment, EDGE)[0].0, 1);
}

#[test]
fn a_ca_certificate_serves_nothing_and_is_not_judged() {
    let ca = Certificate { is_ca: true, self_signed: SelfSigned::Yes, ..certificate("ca.cer", EXTERNAL) };
    let assessment = assessed(&[ca]);
    assert_eq!(verdict(&assessment, EDGE), RequirementVerdict::Unmet);
    assert_eq!(said(&assessment, "self-signed"), [""; 0]);
}

#[test]
fn findings_of_one_certificate_about_one_name_are_one_finding() {
    let missing = certificate("edge.contoso.com/Internal.cer", &["edge.contoso.com"]);
    let expired = Certificate { not_after: datetime!(2026-06-01 00:00:00 UTC), ..missing };
    let assessment = assessed(&[expired]);
    assert_eq!(said(&assessment, "expired").len(), 1, "two servers hold it");
}

#[test]
fn the_order_of_files_changes_no_finding() {
    let certificates = vec![
        certificate("edge1.contoso.com/AccessEdgeExternal.cer", &["sip.contoso.com"]),
        certificate("edge2.contoso.com/AccessEdgeExternal.cer", EXTERNAL),
        certificate("m.cer", &["med.contoso.com", "med1.contoso.com"]),
        certificate("n.cer", &["med.contoso.com", "med2.contoso.com"]),
    ];
    let ids = |certificates: &[Certificate]| {
        let assessment = assessed(certificates);
        assessment
            .findings
            .iter()
            .map(|finding| (finding.id.clone(), finding.message.clone()))
            .collect::<Vec<_>>()
    };
    let mut reversed = certificates.clone();
    reversed.reverse();
    assert_eq!(ids(&certificates), ids(&reversed));
}

#[test]
fn findings_are_sorted_worst_first_and_their_ids_are_unique() {
    let assessment = assessed(&[
        certificate("edge1.contoso.com/AccessEdgeExternal.cer", &["other.contoso.com", "*.litware.com"]),
        certificate("edge2.contoso.com/AccessEdgeExternal.cer", &["another.contoso.com"]),
    ]);
    let severities: Vec<Severity> = assessment.findings.iter().map(|finding| finding.severity).collect();
    assert!(severities.is_sorted_by(|one, next| one >= next), "{severities:?}");
    let mut ids: Vec<_> = assessment.findings.iter().map(|finding| finding.id.as_str()).collect();
    ids.sort_unstable();
    assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "{ids:?}");
}

#[test]
fn every_rule_is_counted() {
    let assessment = assessed(&[certificate("a.cer", EXTERNAL)]);
    let total = |rule: &str| {
        let tally = assessment.tallies.iter().find(|tally| tally.rule.id == rule).unwrap();
        (tally.not_applicable, tally.passed, tally.failed)
    };
    assert_eq!(total("san-missing"), (0, 1, 0));
    assert_eq!(total("requirement-unmet"), (0, 1, 3), "internal Edge and two Mediation Servers");
    assert_eq!(total("expired"), (0, 1, 0));
}
