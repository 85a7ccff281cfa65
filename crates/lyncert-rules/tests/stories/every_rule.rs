//! Every rule speaks and is silent: over the stories, and over one defect for each rule that no story is about.

use std::sync::Arc;

use lyncert_ingest::topology::PoolKind;
use lyncert_rules::assess::RuleTally;
use lyncert_rules::certificate::{
    Certificate, Chain, ChainFault, ChainState, Eku, FriendlyName, Issuer, KeyAlgorithm, KeyUsage, Oddity,
    OddityKind, PublicKey, SelfSigned, SignatureHash,
};
use lyncert_rules::fixture::request;
use lyncert_rules::folder::{ArchiveWeakness, KeyFile, RevocationList};
use lyncert_rules::policy::{MalformedWaiver, Waiver, WaiverScope};
use lyncert_rules::rule::{Cure, RULES};
use lyncert_rules::severity::Severity;
use time::Duration;

use super::common::{NOW, certificate, digest};
use super::{Estate, STORIES};

/// A rule, and what it is shown.
type Case = (&'static str, fn(&mut Estate));

/// What makes each rule speak. What else these estates have said of them does not matter here.
const DEFECTS: &[Case] = &[
    ("aia-missing", |e| e.front_end().authority_information = None),
    ("assigned-not-found", |e| e.assigned("fe1.contoso.com", &["Default"], "AB".repeat(20))),
    ("assigned-not-in-store", |e| e.collected("", None, true)),
    ("binding-differs", |e| e.collected("", Some(true), false)),
    ("ca-as-leaf", |e| {
        let thumbprint = e.front_end().sha1.to_string();
        e.front_end().is_ca = true;
        e.assigned("fe1.contoso.com", &["Default"], thumbprint);
    }),
    ("ca-differs", |e| {
        make_chat(e);
        e.at("med1.contoso.com").issuer = "CN=Fabrikam CA".into();
    }),
    ("chain-signature-bad", |e| break_chain(e, ChainFault::Signature)),
    ("chain-untrusted", |e| break_chain(e, ChainFault::UntrustedRoot)),
    ("clock-skew", |e| e.collected(r#","clock_offset_seconds":400"#, Some(true), true)),
    ("cn-missing", |e| e.front_end().common_names.clear()),
    ("cn-multiple", |e| e.front_end().common_names.push("fe1.contoso.com".to_owned())),
    ("cn-too-long", |e| e.front_end().common_names.push("a".repeat(65))),
    ("cn-wrong", |e| e.front_end().common_names = vec!["fe1.contoso.com".to_owned()]),
    ("collection-old", |e| {
        e.policy.collection.max_age = 0;
        e.collected("", Some(true), true);
    }),
    ("crl-bad-signature", |e| e.lists.push(RevocationList { state: ChainState::Wrong, ..list() })),
    ("crl-stale", |e| e.lists.push(RevocationList { next_update: Some(NOW - Duration::DAY), ..list() })),
    ("dup-extension", |e| odd(e, OddityKind::DuplicateExtension)),
    ("duplicate-file", |e| {
        e.at("oauth/").paths.extend(["files/new.cer".into(), "files/old.cer".into()]);
    }),
    ("ec-curve", |e| e.front_end().key = key(KeyAlgorithm::Ec, None, Some("P-192"))),
    ("eku-absent", |e| e.front_end().eku = None),
    ("eku-server-missing", |e| e.front_end().eku = Some([Eku::ClientAuth].into())),
    ("expiring", |e| e.front_end().not_after = NOW + Duration::DAY),
    ("issuer-eku", |e| issued_by(e, |issuer| issuer.eku = Some([Eku::ClientAuth].into()))),
    ("issuer-not-ca", |e| break_chain(e, ChainFault::NoAuthority)),
    ("issuer-not-yet-valid", |e| issued_by(e, |issuer| issuer.not_before = NOW + Duration::DAY)),
    ("key-in-clear", |e| e.keys.push(KeyFile { encrypted: Some(false), ..KeyFile::unread("fe1.key") })),
    ("key-missing", |e| e.collected("", Some(false), true)),
    ("key-not-exportable", |e| e.at("oauth/").key_exportable = Some(false)),
    ("key-shared", |e| e.front_end().key_sha256 = e.edge().key_sha256),
    ("key-type", |e| e.front_end().key = key(KeyAlgorithm::Dsa, Some(2048), None)),
    ("ku-absent", |e| e.front_end().key_usage = None),
    ("ku-certsign-leaf", |e| use_key(e, &["digitalSignature", "keyEncipherment", "keyCertSign"], true)),
    ("ku-missing-bits", |e| use_key(e, &["digitalSignature"], true)),
    ("ku-not-critical", |e| use_key(e, &["digitalSignature", "keyEncipherment"], false)),
    ("lifetime-too-long", |e| e.edge().not_after += Duration::days(200)),
    ("name-constraint", |e| break_chain(e, ChainFault::NameConstraint)),
    ("not-yet-valid", |e| e.front_end().not_before = NOW + Duration::DAY),
    ("pathlen", |e| break_chain(e, ChainFault::PathLength)),
    ("pfx-not-importable", |e| {
        e.keys.push(KeyFile { is_aes: true, kind: "PKCS#12", ..KeyFile::unread("fe1.contoso.com/a.pfx") });
    }),
    ("pfx-weak", |e| {
        let weakness = Some(ArchiveWeakness::EmptyPassword);
        e.keys.push(KeyFile { weakness, kind: "PKCS#12", ..KeyFile::unread("fe1.pfx") });
    }),
    ("replica-differs", |e| replica(e, "abd")),
    ("request-unanswered", |e| e.requests.push(request("pool.contoso.com", &["pool.contoso.com"], 1024))),
    ("requirement-unmet", |e| e.certificates.retain(|c| !c.paths.iter().any(|path| path.contains("oauth/")))),
    ("roll-over-late", |e| {
        let old = e.at("oauth/");
        old.not_after = NOW + Duration::days(10);
        let old = old.sha1.to_string();
        e.assigned("fe1.contoso.com", &["OAuthTokenIssuer"], "02".repeat(20));
        let staged = &mut e.assignment_records.last_mut().unwrap().export.certificates[0];
        staged.computer = None;
        staged.previous_thumbprint = Some(old);
        staged.effective_date = Some("2026-07-10T10:00:00Z".to_owned());
    }),
    ("root-in-intermediate-place", |e| authority(e, "LocalMachine/CA/root.cer", SelfSigned::Yes)),
    ("rsa-exponent", |e| Arc::make_mut(&mut e.front_end().key).exponent = Some(3)),
    ("rsa-odd-size", |e| Arc::make_mut(&mut e.front_end().key).bits = Some(3072)),
    ("san-bad-name", |e| e.front_end().dns_names.push("https://meet.contoso.com".to_owned())),
    ("san-duplicate", |e| e.front_end().dns_names.push("POOL.contoso.com".to_owned())),
    ("san-stale", |e| e.edge().dns_names.push("sip.litware.com".to_owned())),
    ("scenario-ended", |e| e.facts.pic_aol = Some(true)),
    ("self-signed", |e| e.front_end().self_signed = SelfSigned::Yes),
    ("serial-bad", |e| e.front_end().has_negative_serial = true),
    ("sig-md2", |e| Arc::make_mut(&mut e.front_end().signature).hash = Some(SignatureHash::Md2)),
    ("sigalg-mismatch", |e| odd(e, OddityKind::SignatureAlgorithm)),
    ("superseded", |e| {
        let mut old = e.front_end().clone();
        old.paths = vec!["old/old.cer".into()];
        old.sha1 = [9; 20].into();
        old.sha256 = digest("old");
        old.not_before -= Duration::days(300);
        old.not_after = NOW - Duration::days(9);
        e.certificates.push(old);
    }),
    ("topology-name", |e| {
        e.topology.sites[0].pools[0].machines[0].fqdn = "fe_1.contoso.com".parse().unwrap();
    }),
    ("unknown-critical-extension", |e| odd(e, OddityKind::CriticalExtension)),
    ("usage-unassigned", |e| {
        let thumbprint = e.front_end().sha1.to_string();
        e.assigned("fe1.contoso.com", &["Default", "WebServicesInternal"], thumbprint);
    }),
    ("validity-inverted", |e| e.front_end().not_after = e.front_end().not_before - Duration::DAY),
    ("version-not-3", |e| odd(e, OddityKind::Version)),
    ("waiver-broad", |e| {
        e.policy.waiver_limits.broad = 0;
        waive_self_signed(e, None);
    }),
    ("waiver-expired", |e| waive_self_signed(e, Some(-1))),
    ("waiver-expiring", |e| waive_self_signed(e, Some(1))),
    ("waiver-malformed", |e| {
        let mistakes = vec!["it has no reason".to_owned()];
        e.policy.malformed_waivers.push(MalformedWaiver { place: "lyncert.toml:3:1".to_owned(), mistakes });
    }),
    ("waiver-unused", |e| {
        waive_self_signed(e, None);
        e.front_end().self_signed = SelfSigned::No;
    }),
];

/// A rule, and what it looks at without complaint, where no story and no defect above shows it anything sound.
const SOUND: &[Case] = &[
    ("ca-differs", make_chat),
    ("cng-provider", |e| {
        e.front_end().key_provider = Some("Microsoft RSA SChannel Cryptographic Provider".into());
    }),
    ("binding-differs", |e| e.collected("", Some(true), true)),
    ("clock-skew", |e| e.collected(r#","clock_offset_seconds":-20.5"#, Some(true), true)),
    ("collection-old", |e| e.collected("", Some(true), true)),
    ("crl-bad-signature", |e| e.lists.push(RevocationList { state: ChainState::Verified, ..list() })),
    ("ec-curve", |e| e.front_end().key = key(KeyAlgorithm::Ec, None, Some("P-256"))),
    ("key-missing", |e| e.collected("", Some(true), true)),
    ("replica-differs", |e| replica(e, "abc")),
    ("friendly-name-dup", |e| {
        let certificate = e.front_end();
        let paths = certificate.paths.clone();
        certificate.friendly_names.push(FriendlyName { name: "fe1 2026".to_owned(), paths });
    }),
    ("intermediate-as-root", |e| authority(e, "LocalMachine/Root/root.cer", SelfSigned::Yes)),
    ("root-in-intermediate-place", |e| authority(e, "LocalMachine/CA/ca.cer", SelfSigned::No)),
    ("san-wildcard-not-honoured", |e| {
        let names = &mut e.at("reverse-proxy").dns_names;
        names.retain(|name| name != "dialin.contoso.com");
        names.push("*.contoso.com".to_owned());
    }),
    ("xmpp-usage-unassigned", |e| {
        let thumbprint = e.edge().sha1.to_string();
        let usages = ["AccessEdgeExternal", "DataEdgeExternal", "AudioVideoAuthentication", "XmppServer"];
        e.assigned("edge1.contoso.com", &usages, thumbprint);
    }),
    ("request-unanswered", |e| {
        let mut answered = request("pool.contoso.com", &["pool.contoso.com"], 1024);
        answered.answered_by.push(e.front_end().sha1);
        e.requests.push(answered);
    }),
];

/// Rules that never pass, and why: what is in order is no matter of theirs.
const NEVER_PASS: &[(&str, &str)] =
    &[("eku-client-public", "of public certificates with the client EKU each is told, with its day")];

/// A certificate of a CA in this place.
fn authority(estate: &mut Estate, path: &str, self_signed: SelfSigned) {
    estate.certificates.push(Certificate { is_ca: true, self_signed, ..certificate(path, &[]) });
}

/// Gives the certificate of the Front End Servers an issuer that is special.
fn issued_by(estate: &mut Estate, change: impl Fn(&mut Issuer)) {
    let certificate = estate.front_end();
    let mut issuer = Issuer::from(&*certificate);
    change(&mut issuer);
    certificate.chain = Chain::verified(vec![issuer], String::new()).into();
}

fn break_chain(estate: &mut Estate, fault: ChainFault) {
    estate.front_end().chain = Chain::broken(Vec::new(), fault, "a reason".to_owned()).into();
}

/// Makes the Mediation Server a Persistent Chat Server: both have the same names.
fn make_chat(estate: &mut Estate) {
    let mut pools = estate.topology.sites[0].pools.iter_mut();
    let pool = pools.find(|pool| pool.fqdn.key() == "med.contoso.com").unwrap();
    pool.kind = PoolKind::PersistentChat;
}

fn odd(estate: &mut Estate, kind: OddityKind) {
    estate.front_end().oddities.push(Oddity::new(kind, "something odd"));
}

fn key(algorithm: KeyAlgorithm, bits: Option<u32>, curve: Option<&str>) -> Arc<PublicKey> {
    PublicKey { algorithm, bits, curve: curve.map(str::to_owned), exponent: None }.into()
}

fn use_key(estate: &mut Estate, bits: &[&'static str], critical: bool) {
    estate.front_end().key_usage = Some(KeyUsage { bits: bits.to_vec(), critical }.into());
}

/// A collection of an Edge Server by itself, with its copy of the topology, beside that of the deployment.
fn replica(estate: &mut Estate, signature: &str) {
    estate.collected("", Some(true), true);
    let fields = format!(
        r#""mode":"local","finished":"2026-06-29T12:00:00Z","topology":{{"source":"replica","signature":"{signature}"}},
        "servers":[{{"fqdn":"edge1.contoso.com","edge":true,"status":"collected"}}]"#
    );
    estate.add_manifest("certs/edge/collected.json", &fields);
}

/// A revocation list of the CA whose certificates are in use.
fn list() -> RevocationList {
    let issuer = certificate("any.cer", &[]).issuer;
    RevocationList::unchecked(&*issuer, NOW - Duration::days(9))
}

/// A finding, and a waiver of it that ends so many days from now.
fn waive_self_signed(estate: &mut Estate, days: Option<i64>) {
    estate.front_end().self_signed = SelfSigned::Yes;
    estate.policy.waivers.push(Waiver {
        rule: "self-signed",
        scope: WaiverScope { pool: Some("pool.contoso.com".parse().unwrap()), ..WaiverScope::default() },
        reason: "CHG-4711".to_owned(),
        by: None,
        owner: None,
        approver: None,
        expires: days.map(|days| NOW.date() + Duration::days(days)),
        place: "lyncert.toml:1:1".to_owned(),
    });
}

/// How often each rule spoke and was silent, in the order of rules.
fn tallies(happen: impl Fn(&mut Estate)) -> Vec<RuleTally> {
    let mut estate = Estate::new();
    happen(&mut estate);
    estate.judged().tallies
}

#[test]
fn every_defect_makes_its_rule_speak() {
    let silent = DEFECTS.iter().filter(|(rule, happen)| {
        let tallies = tallies(happen);
        tallies.iter().find(|tally| tally.rule.id == *rule).is_none_or(|tally| tally.failed == 0)
    });
    let silent: Vec<&str> = silent.map(|(rule, _)| *rule).collect();
    assert_eq!(silent, [""; 0]);
}

#[test]
fn every_rule_has_a_story_or_a_defect() {
    let of_stories = STORIES.iter().flat_map(|(.., rules)| *rules);
    let mut told: Vec<&str> = of_stories.chain(DEFECTS.iter().map(|(rule, _)| rule)).copied().collect();
    told.sort_unstable();
    told.dedup();
    assert_eq!(told, RULES.iter().map(|rule| rule.id).collect::<Vec<_>>());
}

#[test]
fn every_rule_passes_where_it_applies_and_nothing_is_wrong() {
    let of_stories = STORIES.iter().map(|(_, happen, _)| happen);
    let mut passed = vec![0; RULES.len()];
    for happen in of_stories.chain(DEFECTS.iter().chain(SOUND).map(|(_, happen)| happen)) {
        for (passed, tally) in passed.iter_mut().zip(tallies(happen)) {
            *passed += tally.passed;
        }
    }
    let never = RULES.iter().zip(passed).filter(|(_, passed)| *passed == 0).map(|(rule, _)| rule.id);
    let known: Vec<&str> = NEVER_PASS.iter().map(|(rule, _)| *rule).collect();
    assert_eq!(never.collect::<Vec<_>>(), known);
}

#[test]
fn what_is_sound_passes_and_is_not_complained_of() {
    for (rule, happen) in SOUND {
        let tallies = tallies(happen);
        let tally = tallies.iter().find(|tally| tally.rule.id == *rule).unwrap();
        assert!(tally.passed > 0 && tally.failed == 0, "{tally:?}");
    }
}

/// What tells of an outage.
const OUTAGES: &[&str] =
    &["stop", "refuse", "fail", "cannot", "do not", "does not", "lose", "break", "error", "nobody"];

#[test]
fn information_never_tells_of_an_outage() {
    let everything =
        STORIES.iter().map(|(_, happen, _)| happen).chain(DEFECTS.iter().map(|(_, happen)| happen));
    let mut told = 0;
    for happen in everything {
        let mut estate = Estate::new();
        happen(&mut estate);
        for finding in estate.judged().findings {
            if finding.severity != Severity::Info {
                continue;
            }
            told += 1;
            let text = &finding.consequence;
            let is_harmless = text.starts_with("nothing") || !OUTAGES.iter().any(|word| text.contains(word));
            assert!(is_harmless, "{}: {text}", finding.id);
        }
    }
    assert!(told > 10, "{told}");
    for rule in RULES.iter().filter(|rule| rule.severity == Severity::Info) {
        let text = rule.rationale;
        let is_harmless = text.starts_with("nothing") || !OUTAGES.iter().any(|word| text.contains(word));
        assert!(is_harmless, "{}: {text}", rule.id);
    }
}

#[test]
fn what_no_certificate_causes_no_certificate_cures() {
    for rule in RULES.iter().filter(|rule| rule.is_about_the_policy() || rule.is_about_the_topology()) {
        assert_eq!(rule.cure, Cure::Elsewhere, "{}", rule.id);
    }
}

#[test]
fn no_remedy_requests_a_certificate_for_a_part_of_what_it_serves() {
    // The line that keeps all names stands in the plan.
    let is_partial = |text: &str| text.contains("Request-CsCertificate") && text.contains("-Type");
    for rule in RULES {
        assert!(!is_partial(rule.remedy), "{}", rule.id);
    }
    for happen in STORIES.iter().map(|(_, happen, _)| happen).chain(DEFECTS.iter().map(|(_, happen)| happen))
    {
        let mut estate = Estate::new();
        happen(&mut estate);
        let findings = estate.judged().findings;
        let partial = findings.iter().find(|finding| is_partial(&finding.remedy));
        assert!(partial.is_none(), "{partial:?}");
    }
}
