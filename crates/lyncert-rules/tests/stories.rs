//! Failures that happened: each breaks a clean estate in one way, and gives its finding. Repaired, the estate is silent (see
//! `judgment.rs`: the estate that every story starts from has no finding at all).

#![expect(clippy::unwrap_used, reason = "helpers of tests lie outside of test functions")]

mod common;
#[path = "stories/every_rule.rs"]
mod every_rule;

use std::collections::BTreeSet;
use std::sync::Arc;

use lyncert_ingest::assigned::{AssignedCertificate, AssignedExport};
use lyncert_ingest::collection::{Part, read_part};
use lyncert_ingest::place::Place;
use lyncert_ingest::topology::Topology;
use lyncert_rules::assess::{Assessment, Case, assess};
use lyncert_rules::assignment_record::AssignmentRecord;
use lyncert_rules::certificate::{
    CaKind, Certificate, Chain, ChainFault, Eku, FriendlyName, Issuer, Revocation, RevocationStatus,
    SelfSigned, SignatureHash, WeakKey,
};
use lyncert_rules::collection::{Collections, Found, FoundBindings, FoundManifest, StoredCertificate};
use lyncert_rules::facts::{CertificateLayout, Facts};
use lyncert_rules::folder::{KeyFile, RevocationList};
use lyncert_rules::policy::Policy;
use lyncert_rules::profile::expect;
use lyncert_rules::request::CertificateRequest;
use time::Duration;

use common::{NOW, certificate, clean, deployment, digest};

/// A clean estate to be broken.
struct Estate {
    topology: Topology,
    facts: Facts,
    certificates: Vec<Certificate>,
    assignment_records: Vec<AssignmentRecord>,
    collections: Found,
    lists: Vec<RevocationList>,
    keys: Vec<KeyFile>,
    requests: Vec<CertificateRequest>,
    policy: Policy,
}

impl Estate {
    fn new() -> Self {
        Self::of(6)
    }

    fn of(version: u32) -> Self {
        let topology = deployment(&["contoso.com", "fabrikam.com"], version);
        let certificates = clean(&topology, CertificateLayout::Combined, true);
        Self {
            topology,
            facts: Facts::default(),
            certificates,
            assignment_records: Vec::new(),
            collections: Found::default(),
            lists: Vec::new(),
            keys: Vec::new(),
            requests: Vec::new(),
            policy: Policy::default(),
        }
    }

    /// The certificate that lies at a path with these words.
    fn at(&mut self, words: &str) -> &mut Certificate {
        let lies_there =
            |certificate: &&mut Certificate| certificate.paths.iter().any(|path| path.contains(words));
        self.certificates.iter_mut().find(lies_there).unwrap()
    }

    fn edge(&mut self) -> &mut Certificate {
        self.at("AccessEdgeExternal")
    }

    fn front_end(&mut self) -> &mut Certificate {
        self.at("fe1.contoso.com")
    }

    /// Splits off what the second server of the Edge pool holds.
    fn second_edge(&mut self) -> &mut Certificate {
        let mut other = self.edge().clone();
        let of_second = |path: &Arc<str>| path.contains("edge2.");
        self.edge().paths.retain(|path| !of_second(path));
        other.paths.retain(of_second);
        other.sha256 = digest("second edge");
        self.certificates.push(other);
        self.certificates.last_mut().unwrap()
    }

    /// Says in the one list that `Get-CsCertificate` gave what is assigned on a computer.
    fn assigned(&mut self, computer: &str, usages: &[&str], thumbprint: String) {
        let certificate = AssignedCertificate {
            computer: computer.parse().ok(),
            uses: usages.iter().map(ToString::to_string).collect(),
            thumbprint,
            subject: Some("CN=printed".to_owned()),
            names: Vec::new(),
            names_complete: false,
            not_after: None,
            previous_thumbprint: None,
            effective_date: None,
            update_time: None,
            place: Place { document: "assigned.xml".into(), path: "Objs".into(), line: 1, column: 1 },
        };
        match self.assignment_records.first_mut() {
            Some(list) => list.export.certificates.push(certificate),
            None => self.assignment_records.push(AssignmentRecord {
                path: "assigned.xml".to_owned(),
                export: AssignedExport::list("assigned.xml".into(), vec![certificate]),
            }),
        }
    }

    /// A collection of one Front End Server that took everything, with its own store: whether the certificate in use lies there, and
    /// with its key, and what HTTP.sys serves at the internal web site.
    fn collected(&mut self, server_fields: &str, stored: Option<bool>, is_bound: bool) {
        let complete = r#"{"status":"complete"}"#;
        self.add_manifest(
            "collected.json",
            &format!(
                r#""mode":"central","finished":"2026-06-29T12:00:00Z","topology":{{"source":"store","signature":"abc"}},
                "servers":[{{"fqdn":"fe1.contoso.com","status":"collected","assigned":{complete},"bindings":{complete},
                "stores":[{{"name":"My","status":"complete"}}]{server_fields}}}]"#
            ),
        );
        let thumbprint = self.front_end().sha1;
        let usages = ["Default", "WebServicesInternal", "WebServicesExternal"];
        self.assigned("fe1.contoso.com", &usages, thumbprint.to_string());
        let path = "certs/fe1.contoso.com/LocalMachine/My.xml".into();
        let stored = stored.map(|has_private_key| StoredCertificate { path, thumbprint, has_private_key });
        self.collections.stored.extend(stored);
        let bound = if is_bound { thumbprint.to_string() } else { "AB".repeat(20) };
        let bindings =
            format!(r#"[{{"endpoint":"0.0.0.0:443","sni":null,"store":"MY","thumbprint":"{bound}"}}]"#);
        let Some(Ok(Part::Bindings(bindings))) = read_part(&bindings) else { panic!("{bindings}") };
        let path = "certs/fe1.contoso.com/bindings.json".to_owned();
        self.collections.bindings.push(FoundBindings { path, bindings });
    }

    fn add_manifest(&mut self, path: &str, fields: &str) {
        let text = format!(r#"{{"schema":"lyncert-collected/1",{fields}}}"#);
        let Some(Ok(Part::Manifest(manifest))) = read_part(&text) else { panic!("{text}") };
        self.collections.manifests.push(FoundManifest { path: path.to_owned(), manifest: *manifest });
    }

    fn judged(&self) -> Assessment {
        let requirements = expect(&self.topology, &self.facts);
        let case = Case {
            topology: &self.topology,
            facts: &self.facts,
            policy: &self.policy,
            certificates: &self.certificates,
            assignment_records: &self.assignment_records,
            collections: &Collections::new(self.collections.clone()),
            lists: &self.lists,
            keys: &self.keys,
            requests: &self.requests,
            has_given_roots: true,
            now: NOW,
        };
        assess(&case, requirements)
    }
}

fn without(certificate: &mut Certificate, name: &str) {
    let before = certificate.dns_names.len();
    certificate.dns_names.retain(|own| own != name);
    assert!(certificate.dns_names.len() < before, "it had {name}");
}

/// What happened, and the rules that say so.
type Story = (&'static str, fn(&mut Estate), &'static [&'static str]);

const STORIES: &[Story] = &[
    (
        "a SIP domain was added, and the Edge certificate was not replaced",
        |e| without(e.edge(), "sip.fabrikam.com"),
        &["san-missing"],
    ),
    (
        "the Access Edge FQDN stands in the subject only",
        |e| without(e.edge(), "access.contoso.com"),
        &["cn-not-in-san", "san-missing"],
    ),
    (
        "the reverse proxy lacks the discovery name",
        |e| without(e.at("reverse-proxy"), "lyncdiscover.contoso.com"),
        &["san-missing"],
    ),
    (
        "mobility came later than the certificate",
        |e| without(e.front_end(), "lyncdiscoverinternal.contoso.com"),
        &["san-missing"],
    ),
    (
        "a wildcard in the subject",
        |e| e.edge().common_names = vec!["*.contoso.com".to_owned()],
        &["cn-wildcard", "cn-not-in-san"],
    ),
    (
        "a wildcard on the Edge",
        |e| e.edge().dns_names.push("*.contoso.com".to_owned()),
        &["san-wildcard-unsupported"],
    ),
    (
        "a wildcard before the FQDN",
        |e| {
            *e = Estate::of(5);
            e.front_end().dns_names.insert(0, "*.contoso.com".to_owned());
        },
        &["san-wildcard-before-fqdn"],
    ),
    (
        "an application with a wildcard only",
        |e| {
            let certificate = e.at("app1.contoso.com");
            certificate.dns_names = vec!["*.contoso.com".to_owned()];
        },
        &["san-wildcard-not-honoured", "cn-not-in-san"],
    ),
    (
        "Edge Servers with certificates of other names",
        |e| without(e.second_edge(), "sip.fabrikam.com"),
        &["pool-differs", "san-missing"],
    ),
    (
        "Edge Servers that each have a key of their own",
        |e| e.second_edge().key_sha256 = digest("its own key"),
        &["pool-same-names-other-key"],
    ),
    (
        "one Edge Server was forgotten",
        |e| {
            let second = e.second_edge();
            second.key_sha256 = digest("the old key");
            second.not_before -= Duration::days(40);
            second.not_after -= Duration::days(40);
        },
        &["pool-differs"],
    ),
    ("the A/V certificate ends during meetings", |e| e.edge().not_after = NOW - Duration::HOUR, &["expired"]),
    (
        "an OAuth key of 1024 bits",
        |e| Arc::make_mut(&mut e.at("OAuth").key).bits = Some(1024),
        &["rsa-short"],
    ),
    (
        "OAuth is not the same on all servers",
        |e| {
            let mut other = e.at("oauth/").clone();
            other.paths = vec!["fe2.contoso.com/OAuthTokenIssuer.cer".into()];
            other.sha1 = [7; 20].into();
            other.sha256 = digest("other OAuth");
            e.certificates.push(other);
        },
        &["oauth-differs"],
    ),
    (
        "a key in a CNG provider",
        |e| e.front_end().key_provider = Some("Microsoft Software Key Storage Provider".into()),
        &["cng-provider"],
    ),
    (
        "SHA-512 keeps the second Front End Server from starting",
        |e| Arc::make_mut(&mut e.front_end().signature).hash = Some(SignatureHash::Sha512),
        &["sig-sha512"],
    ),
    (
        "a root that is signed with MD5",
        |e| {
            let certificate = e.front_end();
            let mut root = Issuer { is_root: true, ..Issuer::from(&*certificate) };
            Arc::make_mut(&mut root.signature).hash = Some(SignatureHash::Md5);
            certificate.chain = Chain::verified(vec![root], String::new()).into();
        },
        &["sig-md5"],
    ),
    ("RSASSA-PSS", |e| Arc::make_mut(&mut e.front_end().signature).is_pss = true, &["sig-rsassa-pss"]),
    (
        "one Front End Server was left on SHA-1",
        |e| Arc::make_mut(&mut e.front_end().signature).hash = Some(SignatureHash::Sha1),
        &["sig-sha1"],
    ),
    (
        "no client EKU after May 2017",
        |e| e.at("Internal.cer").eku = Some([Eku::ServerAuth].into()),
        &["eku-client-missing"],
    ),
    (
        "public CAs give up the client EKU",
        |e| e.edge().eku = Some([Eku::ServerAuth, Eku::ClientAuth].into()),
        &["eku-client-public"],
    ),
    (
        "an intermediate CA among the trusted roots",
        |e| {
            let mut ca = certificate("LocalMachine/Root/issuing.cer", &[]);
            ca.is_ca = true;
            e.certificates.push(ca);
        },
        &["intermediate-as-root"],
    ),
    (
        "two certificates with one friendly name in a store",
        |e| {
            for words in ["fe1.contoso.com", "fe2.contoso.com"] {
                let certificate = e.at(words);
                let path = Arc::from("backup.sst");
                let called = FriendlyName { name: "SfB".to_owned(), paths: vec![Arc::clone(&path)] };
                certificate.friendly_names = vec![called];
                certificate.paths.push(path);
            }
        },
        &["friendly-name-dup"],
    ),
    (
        "the intermediate certificate is missing on the Edge",
        |e| {
            e.edge().chain = Chain::broken(Vec::new(), ChainFault::Incomplete, String::new()).into();
            let mut ca = certificate("edge1.contoso.com/other-ca.cer", &[]);
            ca.is_ca = true;
            ca.self_signed = SelfSigned::Yes;
            e.certificates.push(ca);
        },
        &["chain-incomplete"],
    ),
    (
        "the CA that lies on the Edge issued the other certificate there",
        |e| {
            e.edge().chain = Chain::broken(Vec::new(), ChainFault::Incomplete, String::new()).into();
            let other =
                e.certificates.iter().find(|c| c.paths.iter().any(|path| path.ends_with("/Internal.cer")));
            let mut ca = certificate("edge1.contoso.com/ca.cer", &[]);
            ca.subject = other.unwrap().issuer.to_string();
            ca.is_ca = true;
            ca.self_signed = SelfSigned::Yes;
            e.edge().issuer = "CN=Northwind TLS CA 1".into();
            e.certificates.push(ca);
        },
        &[],
    ),
    (
        "an internal name in a public certificate",
        |e| e.edge().dns_names.push("edge1.contoso.local".to_owned()),
        &["san-internal-name", "san-extra"],
    ),
    (
        "the revocation list is in the directory only",
        |e| e.edge().crl_distribution_points = Some(["ldap:///CN=Contoso".to_owned()].into()),
        &["cdp-ldap-only"],
    ),
    ("no distribution point", |e| e.front_end().crl_distribution_points = None, &["cdp-missing"]),
    ("the XMPP domain is not in the certificate", |e| without(e.edge(), "contoso.com"), &["san-missing"]),
    (
        "the usage XmppServer was forgotten",
        |e| {
            let thumbprint = e.edge().sha1.to_string();
            let usages = ["AccessEdgeExternal", "DataEdgeExternal", "AudioVideoAuthentication"];
            e.assigned("edge1.contoso.com", &usages, thumbprint);
            let internal = e.at("edge1.contoso.com/Internal").sha1.to_string();
            e.assigned("edge1.contoso.com", &["Internal"], internal);
        },
        &["xmpp-usage-unassigned"],
    ),
    (
        "the internal certificate of an Edge Server was never assigned",
        |e| {
            let thumbprint = e.edge().sha1.to_string();
            let usages = ["AccessEdgeExternal", "DataEdgeExternal", "AudioVideoAuthentication", "XmppServer"];
            e.assigned("edge1.contoso.com", &usages, thumbprint);
        },
        &["usage-unassigned"],
    ),
    (
        "SIP domains that live online only",
        |e| e.facts.online_sip_domains = vec!["litware.com".parse().unwrap()],
        &["san-missing"],
    ),
    (
        "the CA ends before what it issued",
        |e| {
            let certificate = e.front_end();
            let issuer = Issuer { not_after: NOW + Duration::days(20), ..Issuer::from(&*certificate) };
            certificate.chain = Chain::verified(vec![issuer], String::new()).into();
        },
        &["issuer-expired"],
    ),
    (
        "renewed, but not assigned",
        |e| {
            let old = e.front_end().sha1.to_string();
            let mut renewed = e.front_end().clone();
            renewed.paths = vec!["new/renewed.cer".into()];
            renewed.sha1 = [9; 20].into();
            renewed.sha256 = digest("renewed");
            renewed.key_sha256 = digest("renewed key");
            renewed.not_before = NOW - Duration::days(2);
            renewed.not_after += Duration::days(200);
            e.certificates.push(renewed);
            e.assigned("fe1.contoso.com", &["Default", "WebServicesInternal", "WebServicesExternal"], old);
        },
        &["renewed-not-assigned"],
    ),
    (
        "a key that does not fit its certificate",
        |e| {
            let path = e.front_end().paths[0].replace(".cer", ".key");
            let public = Some(digest("another key"));
            e.keys.push(KeyFile { encrypted: Some(true), public_sha256: public, ..KeyFile::unread(path) });
        },
        &["key-mismatch"],
    ),
    ("the renewal forgot a simple URL", |e| without(e.front_end(), "admin.contoso.com"), &["san-missing"]),
    (
        "the certificate is revoked",
        |e| {
            let entry = Revocation { at: NOW, reason: None, list: "ca.crl".to_owned() };
            e.edge().revocation = RevocationStatus::Revoked(Box::new(entry));
        },
        &["revoked"],
    ),
    ("a key that can be factored", |e| e.front_end().weak_key = Some(WeakKey::Roca), &["rsa-weak"]),
    (
        "an external certificate of the internal CA",
        |e| {
            e.edge().ca_kind = CaKind::Internal;
            e.edge().ca_evidence = "a Windows certificate template".into();
        },
        &["ca-private-external"],
    ),
];

#[test]
fn the_estate_of_the_stories_is_clean() {
    let findings = Estate::new().judged().findings;
    assert!(findings.is_empty(), "{findings:?}");
}

#[test]
fn every_story_gives_its_finding_and_no_other() {
    let mut surprises = Vec::new();
    for (title, happen, rules) in STORIES {
        let mut estate = Estate::new();
        happen(&mut estate);
        let findings = estate.judged().findings;
        let told: BTreeSet<&str> = findings.iter().map(|finding| finding.rule.id).collect();
        if told != rules.iter().copied().collect() {
            let messages: Vec<_> = findings.iter().map(|finding| finding.message.as_str()).collect();
            surprises.push(format!("{title}: {told:?} in place of {rules:?}: {messages:?}"));
        }
    }
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
}
