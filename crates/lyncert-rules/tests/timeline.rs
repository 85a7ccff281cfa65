//! A case judged over time, held against the same case judged as a whole on every day.

#![expect(clippy::unwrap_used, reason = "helpers of tests lie outside of test functions")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use lyncert_ingest::assigned::{AssignedCertificate, AssignedExport};
use lyncert_ingest::collection::{Part, read_part};
use lyncert_ingest::place::Place;
use lyncert_ingest::topology::PoolKind;
use lyncert_rules::assess::{Case, Finding, assess, assess_over_time};
use lyncert_rules::assignment_record::AssignmentRecord;
use lyncert_rules::certificate::Certificate;
use lyncert_rules::collection::{Collections, Found, FoundManifest, StoredCertificate};
use lyncert_rules::facts::{CertificateLayout, Facts};
use lyncert_rules::folder::RevocationList;
use lyncert_rules::policy::{Policy, Scope, Waiver, WaiverScope};
use lyncert_rules::profile::expect;
use lyncert_rules::severity::Severity;
use lyncert_rules::timestamp::timestamp;
use proptest::prelude::*;
use time::{Duration, OffsetDateTime};

use common::{NOW, case, clean, deployment, digest};

/// How far tests look, and in which steps a whole case is judged.
const HORIZON_DAYS: i64 = 400;
const STEP_DAYS: i64 = 20;

/// What makes a finding the same on another day.
type Key = (String, Option<usize>, Severity);

fn key(finding: &Finding) -> Key {
    (finding.id.clone(), finding.certificate.map(|id| id.index()), finding.severity)
}

/// The open errors and warnings of the whole case at a time.
fn open_at(case: &Case<'_>, now: OffsetDateTime) -> BTreeSet<Key> {
    let assessment = assess(&Case { now, ..*case }, expect(case.topology, case.facts));
    let findings = assessment.findings.iter();
    findings.filter(|finding| finding.is_open() && finding.severity > Severity::Info).map(key).collect()
}

/// Each event is true from its second on and not before, and nothing that appears from one step to the next has no event. The times
/// at which something appears.
fn check_timeline(case: &Case<'_>) -> Vec<OffsetDateTime> {
    let until = NOW + Duration::days(HORIZON_DAYS);
    let mut told: BTreeMap<OffsetDateTime, BTreeSet<Key>> = BTreeMap::new();
    assess_over_time(case, &expect(case.topology, case.facts), until, &mut |appeared| {
        let is_new = told.entry(appeared.at).or_default().insert(key(appeared.finding));
        assert!(is_new, "told twice: {}", appeared.finding.id);
    });
    for (at, keys) in &told {
        let (before, then) = (open_at(case, *at - Duration::SECOND), open_at(case, *at));
        let appeared: BTreeSet<Key> = then.difference(&before).cloned().collect();
        assert_eq!(*keys, appeared, "at {at}");
    }
    let mut known = open_at(case, NOW);
    for step in 1..=HORIZON_DAYS / STEP_DAYS {
        let (from, to) =
            (NOW + Duration::days((step - 1) * STEP_DAYS), NOW + Duration::days(step * STEP_DAYS));
        let now_open = open_at(case, to);
        let meanwhile: BTreeSet<&Key> =
            told.range(from + Duration::SECOND..=to).flat_map(|(_, keys)| keys).collect();
        for appeared in now_open.difference(&known) {
            assert!(meanwhile.contains(appeared), "{appeared:?} between {from} and {to}");
        }
        known = now_open;
    }
    told.into_keys().collect()
}

/// A staged certificate on a server that takes over in so many days.
fn staged(computer: &str, current: &Certificate, next: &Certificate, days: i64) -> AssignmentRecord {
    let effective = NOW + Duration::days(days);
    let date = effective.date();
    let certificate = AssignedCertificate {
        computer: computer.parse().ok(),
        uses: vec!["Default".to_owned()],
        thumbprint: next.sha1.to_string(),
        subject: Some("CN=printed".to_owned()),
        names: Vec::new(),
        names_complete: false,
        not_after: None,
        previous_thumbprint: Some(current.sha1.to_string()),
        effective_date: Some(format!("{date}T12:00:00Z")),
        update_time: None,
        place: Place { document: "assigned.xml".into(), path: "Objs".into(), line: 1, column: 1 },
    };
    AssignmentRecord {
        path: "assigned.xml".to_owned(),
        export: AssignedExport::list("assigned.xml".into(), vec![certificate]),
    }
}

/// A collection that becomes too old in so many days: of one server it has everything, of another nothing.
fn collected(days: i64, stored: &Certificate) -> Collections {
    let max_age = Duration::days(i64::from(Policy::default().collection.max_age));
    let made = timestamp(NOW + Duration::days(days) - max_age);
    let complete = r#"{"status":"complete"}"#;
    let text = format!(
        r#"{{"schema":"lyncert-collected/1","mode":"central","finished":"{made}","servers":[
        {{"fqdn":"edge1.contoso.com","status":"not-reached","reason":"CannotConnect"}},
        {{"fqdn":"fe1.contoso.com","status":"collected","assigned":{complete},
        "stores":[{{"name":"My","status":"complete"}}]}}]}}"#
    );
    let Some(Ok(Part::Manifest(manifest))) = read_part(&text) else { panic!("{text}") };
    Collections::new(Found {
        manifests: vec![FoundManifest { path: "collected.json".to_owned(), manifest: *manifest }],
        stored: vec![StoredCertificate {
            path: "certs/fe1.contoso.com/LocalMachine/My.xml".into(),
            thumbprint: stored.sha1,
            has_private_key: true,
        }],
        ..Found::default()
    })
}

fn waiver(rule: &'static str, pool: Option<&str>, days: i64) -> Waiver {
    Waiver {
        rule,
        scope: WaiverScope { pool: pool.map(|pool| pool.parse().unwrap()), ..WaiverScope::default() },
        reason: "CHG-4711".to_owned(),
        by: None,
        owner: None,
        approver: None,
        expires: Some((NOW + Duration::days(days)).date()),
        place: format!("lyncert.toml:{days}:1"),
    }
}

/// The certificate for OAuth is one for all servers, and may lie in the place of each.
#[test]
fn what_is_chosen_in_the_place_of_one_server_of_many_is_seen_when_it_begins_and_when_it_ends() {
    let topology = deployment(&["contoso.com"], 7);
    let lies_in = |certificate: &mut Certificate, servers: &[&str], file: &str| {
        certificate.paths = servers.iter().map(|server| format!("{server}/{file}").into()).collect();
    };
    let mut certificates = clean(&topology, CertificateLayout::Auto, true);
    let oauth = certificates.iter_mut().find(|one| one.paths[0].starts_with("oauth/")).unwrap();
    lies_in(oauth, &["fe1.contoso.com", "fe2.contoso.com"], "OAuthTokenIssuer.cer");
    let mut newer = oauth.clone();
    let other = common::certificate("newer", &[]);
    (newer.sha1, newer.sha256, newer.key_sha256) = (other.sha1, other.sha256, other.key_sha256);
    // One day for its beginning, of which nothing else tells.
    newer.not_before = NOW + Duration::days(33);
    newer.not_after = NOW + Duration::days(333);
    lies_in(&mut newer, &["fe2.contoso.com"], "OAuthTokenIssuer.cer");
    let begins = newer.not_before;
    certificates.push(newer);
    let told = check_timeline(&Case { certificates: &certificates, ..case(&topology, &Facts::default()) });
    assert!(told.contains(&begins), "{told:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]
    #[test]
    fn a_case_judged_over_time_is_the_case_judged_at_each_time(
        ends in prop::collection::vec(-30_i64..500, 24),
        begins in prop::collection::vec(-100_i64..40, 24),
        renewed in prop::collection::vec((0_usize..24, -20_i64..200), 0..4),
        is_placed: bool,
        waived in prop::collection::vec((0_usize..4, any::<bool>(), 1_i64..300), 0..4),
        roll_over in prop::option::of(1_i64..300),
        is_narrowed: bool,
        lies_on in prop::option::of(prop::sample::select(vec!["sql1", "fe1"])),
        list_due in prop::option::of(1_i64..300),
        collected_old in prop::option::of(-5_i64..300),
    ) {
        let mut topology = deployment(&["contoso.com", "fabrikam.com"], 7);
        let mut database = topology.sites[0].pools[0].clone();
        database.kind = PoolKind::Database;
        database.fqdn = "sql.contoso.com".parse().unwrap();
        database.machines.truncate(1);
        database.machines[0].fqdn = "sql1.contoso.com".parse().unwrap();
        topology.sites[0].pools.push(database);
        let mut certificates = clean(&topology, CertificateLayout::Auto, is_placed);
        for (index, certificate) in certificates.iter_mut().enumerate() {
            certificate.not_after = NOW + Duration::days(ends[index % ends.len()]) + Duration::hours(5);
            certificate.not_before =
                (NOW + Duration::days(begins[index % begins.len()])).min(certificate.not_after);
        }
        for (number, (of, days)) in renewed.iter().enumerate() {
            let of = &certificates[of % certificates.len()];
            let mut newer = of.clone();
            newer.sha256 = digest(&format!("renewed {number}"));
            newer.sha1 = common::certificate(&format!("renewed {number}"), &[]).sha1;
            newer.not_before = of.not_before.max(NOW - Duration::days(5)) + Duration::days(*days);
            newer.not_after = newer.not_before + Duration::days(365);
            newer.paths = vec![format!("{}-renewed-{number}.cer", of.paths[0].trim_end_matches(".cer")).into()];
            certificates.push(newer);
        }
        // One that serves nothing in the place of a server, beside what is in use there or not.
        if let Some(folder) = lies_on {
            let mut idle = common::certificate(&format!("{folder}.contoso.com/idle.cer"), &["idle.local"]);
            idle.subject = "CN=idle.local".to_owned();
            idle.not_before = NOW + Duration::days(begins[0]);
            idle.not_after = idle.not_before + Duration::days(ends[0].abs());
            certificates.push(idle);
        }
        let records: Vec<AssignmentRecord> = roll_over
            .map(|days| staged("fe1.contoso.com", &certificates[0], certificates.last().unwrap(), days))
            .into_iter()
            .collect();
        let rules = ["expired", "expiring", "cn-wrong", "san-missing"];
        let waivers = waived.iter().map(|(rule, of_pool, days)| {
            waiver(rules[*rule], of_pool.then_some("pool.contoso.com"), *days)
        });
        let scope = if is_narrowed {
            Scope { holders: vec!["edge.contoso.com".parse().unwrap()], ..Scope::default() }
        } else {
            Scope::default()
        };
        let lists: Vec<RevocationList> = list_due
            .map(|days| RevocationList {
                next_update: Some(NOW + Duration::days(days)),
                ..RevocationList::unchecked(&*certificates[0].issuer, NOW)
            })
            .into_iter()
            .collect();
        let policy = Policy { waivers: waivers.collect(), scope, ..Policy::default() };
        let collections = collected_old.map_or_else(Collections::default, |days| collected(days, &certificates[0]));
        check_timeline(&Case { certificates: &certificates, assignment_records: &records, collections: &collections, lists: &lists, policy: &policy, ..case(&topology, &Facts::default()) });
    }
}
