//! Only what was looked at passes.

#![expect(clippy::unwrap_used, reason = "helpers of tests lie outside of test functions")]

mod common;

use std::collections::BTreeSet;

use common::{NOW, case, certificate};
use lyncert_ingest::deployment::read_deployment;
use lyncert_rules::assess::{Assessment, Case, assess};
use lyncert_rules::certificate::{Certificate, ChainState};
use lyncert_rules::facts::Facts;
use lyncert_rules::folder::RevocationList;
use lyncert_rules::lacking::Lacking;
use lyncert_rules::profile::expect;

const MEDIATION: &[u8] = br#"<Topology xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008">
  <InternalDomains DefaultDomain="contoso.com"><InternalDomain Name="contoso.com" /></InternalDomains>
  <Sites><CentralSite SiteId="1"><Name>Main</Name></CentralSite></Sites>
  <Clusters><Cluster Fqdn="med1.contoso.com" RequiresSetup="true"><ClusterId SiteId="1" Number="1" />
    <Machine Fqdn="med1.contoso.com" /></Cluster></Clusters>
  <Services><Service ServiceVersion="7"><ServiceId SiteId="1" RoleName="MediationServer" Instance="1" />
    <InstalledOn><ClusterId SiteId="1" Number="1" /></InstalledOn></Service></Services>
</Topology>"#;

fn judged(lists: &[RevocationList], has_given_roots: bool) -> Assessment {
    let topology = read_deployment(&[("topology.xml", MEDIATION)]).unwrap().topology;
    let facts = Facts::default();
    let own = certificate("med1.contoso.com/Default.cer", &["med1.contoso.com"]);
    let certificates = [Certificate { subject: "CN=med1.contoso.com".to_owned(), ..own }];
    let case = Case { certificates: &certificates, lists, has_given_roots, ..case(&topology, &facts) };
    assess(&case, expect(&topology, &facts))
}

/// The rules that missed something.
fn blind(assessment: &Assessment) -> BTreeSet<(&'static str, Lacking)> {
    let tallies = assessment.tallies.iter();
    tallies.flat_map(|tally| tally.missing.iter().map(|lacking| (tally.rule.id, *lacking))).collect()
}

fn passed(assessment: &Assessment, rule: &str) -> usize {
    assessment.tallies.iter().find(|tally| tally.rule.id == rule).unwrap().passed
}

#[test]
fn what_is_not_in_the_folder_passes_nowhere() {
    let assessment = judged(&[], false);
    let found = blind(&assessment);
    let expected = [
        ("assigned-not-found", Lacking::AssignmentExports),
        ("assigned-not-in-store", Lacking::Collections),
        ("chain-untrusted", Lacking::GivenRoots),
        ("clock-skew", Lacking::Collections),
        ("cng-provider", Lacking::KeyFacts),
        ("crl-bad-signature", Lacking::RevocationLists),
        ("crl-stale", Lacking::RevocationLists),
        ("friendly-name-dup", Lacking::StoreListings),
        ("intermediate-as-root", Lacking::StoreListings),
        ("key-missing", Lacking::Collections),
        ("renewed-not-assigned", Lacking::AssignmentExports),
        ("revoked", Lacking::RevocationLists),
        ("roll-over-late", Lacking::AssignmentExports),
        ("root-in-intermediate-place", Lacking::StoreListings),
        ("usage-unassigned", Lacking::AssignmentExports),
    ];
    assert_eq!(found, expected.into_iter().collect());
    for (rule, _) in &found {
        assert_eq!(passed(&assessment, rule), 0, "{rule}");
    }
}

#[test]
fn revocation_passes_by_a_full_list_of_the_own_ca_that_may_be_believed() {
    let issuer = certificate("any.cer", &[]).issuer;
    let own = RevocationList { state: ChainState::Verified, ..RevocationList::unchecked(&*issuer, NOW) };
    assert_eq!(passed(&judged(std::slice::from_ref(&own), false), "revoked"), 1);
    for other in [
        RevocationList { issuer: "CN=Fabrikam CA".to_owned(), ..own.clone() },
        RevocationList { is_delta: true, ..own.clone() },
        RevocationList { state: ChainState::Wrong, ..own },
    ] {
        let assessment = judged(std::slice::from_ref(&other), false);
        assert!(blind(&assessment).contains(&("revoked", Lacking::RevocationLists)), "{other:?}");
        assert_eq!(passed(&assessment, "revoked"), 0, "{other:?}");
    }
}

#[test]
fn given_roots_are_looked_at() {
    assert_eq!(passed(&judged(&[], true), "chain-untrusted"), 1);
    assert_eq!(passed(&judged(&[], false), "chain-untrusted"), 0);
}
