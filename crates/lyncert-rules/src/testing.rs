//! A small deployment and one-line checks, for the tests of rules.

use lyncert_ingest::assigned::{AssignedCertificate, AssignedExport};
use lyncert_ingest::collection::{Binding, Part, read_part};
use lyncert_ingest::name::DnsName;
use lyncert_ingest::place::Place;
use lyncert_ingest::topology::{
    Machine, Placed, Pool, PoolKind, Service, ServiceRole, SimpleUrl, SimpleUrlComponent, SipDomain, Site,
    SiteKind, Topology,
};

use crate::assess::{Case, Wanted, outlooks, try_requests};
use crate::assign::{Candidates, Reach, read_placements};
use crate::assignment_record::AssignmentRecord;
use crate::certificate::{Certificate, Chain, ChainFault, Oddity, OddityKind};
use crate::collection::{Collections, Found, FoundBindings, FoundManifest, StoredCertificate};
use crate::facts::Facts;
pub(crate) use crate::fixture::{NOW, certificate, fingerprint, request, rsa};
use crate::folder::{KeyFile, RevocationList};
use crate::ids::CertificateId;
use crate::lacking::Lacking;
use crate::names::{CertificateNames, NameBook};
use crate::placement::PlacementReader;
use crate::policy::{CollectionLimits, ExpiryThresholds, Policy, Waiver, WaiverScope};
use crate::profile::{PROFILES, Profile, expect};
use crate::request::CertificateRequest;
use crate::requirement::Requirement;
use crate::rule::{
    CertificateView, Check, Deviation, FolderView, HoldingView, JudgedTopology, PolicyView, RequestOutlook,
    RequirementView, Role, Rule, RuleOutcome, ServedUsage,
};
use crate::severity::Severity;

/// A deployment and the operator's facts.
pub(crate) struct Estate {
    pub(crate) topology: Topology,
    pub(crate) facts: Facts,
}

/// Front End pool `pool.contoso.com` with `fe1` and `fe2`, SIP domains contoso.com and fabrikam.com.
pub(crate) fn front_end() -> Estate {
    let mut pool = pool(PoolKind::FrontEndPool, "pool.contoso.com", &["fe1.contoso.com", "fe2.contoso.com"]);
    pool.external_web_fqdns = vec![placed("webext.contoso.com")];
    estate(pool)
}

/// A single Edge Server `edge.contoso.com` with three external FQDNs.
pub(crate) fn edge() -> Estate {
    estate(edge_with(&["edge.contoso.com"]))
}

/// The same, with the wish for AOL.
pub(crate) fn edge_with_aol() -> Estate {
    let mut estate = edge();
    estate.facts.pic_aol = Some(true);
    estate
}

/// The same, with an XMPP proxy.
pub(crate) fn edge_with_xmpp() -> Estate {
    let mut pool = edge_with(&["edge.contoso.com"]);
    pool.xmpp_proxy = Some(place("Port"));
    estate(pool)
}

/// An Edge pool `edge.contoso.com` of two servers.
pub(crate) fn edge_pool() -> Estate {
    estate(edge_with(&["edge1.contoso.com", "edge2.contoso.com"]))
}

fn edge_with(servers: &[&str]) -> Pool {
    let mut pool = pool(PoolKind::Edge, "edge.contoso.com", servers);
    pool.access_edge_fqdn = Some(placed("sip.contoso.com"));
    pool.web_conferencing_edge_fqdn = Some(placed("webcon.contoso.com"));
    pool.av_edge_fqdn = Some(placed("av.contoso.com"));
    pool
}

/// A deployment with one pool.
pub(crate) fn estate(pool: Pool) -> Estate {
    let url = |component, domain: &str, host: &str| SimpleUrl {
        component,
        domain: domain.to_owned(),
        active_url: format!("https://{host}"),
        active_host: name(host),
        other_hosts: Vec::new(),
        site: None,
        place: place("SimpleUrl"),
    };
    let topology = Topology {
        sip_domains: ["contoso.com", "fabrikam.com"].map(sip_domain).to_vec(),
        default_sip_domain: Some(placed("contoso.com")),
        simple_urls: Some(vec![
            url(SimpleUrlComponent::Meet, "contoso.com", "meet.contoso.com"),
            url(SimpleUrlComponent::Dialin, "*", "dialin.contoso.com"),
            url(SimpleUrlComponent::Admin, "*", "admin.contoso.com"),
        ]),
        sites: vec![Site {
            id: "1".to_owned(),
            name: "Main".to_owned(),
            kind: SiteKind::Central,
            parent: None,
            pools: vec![pool],
            place: place("CentralSite[1]"),
        }],
    };
    Estate { topology, facts: Facts::default() }
}

/// A pool of Skype for Business Server 2015.
pub(crate) fn pool(kind: PoolKind, fqdn: &str, servers: &[&str]) -> Pool {
    let service = Service {
        role_name: "Registrar".to_owned(),
        role: ServiceRole::Registrar,
        version: Some(7),
        place: place("Service"),
    };
    Pool {
        fqdn: name(fqdn),
        kind,
        machines: servers.iter().map(|server| machine(server)).collect(),
        services: vec![service],
        requires_setup: true,
        internal_web_fqdns: Vec::new(),
        external_web_fqdns: Vec::new(),
        access_edge_fqdn: None,
        web_conferencing_edge_fqdn: None,
        av_edge_fqdn: None,
        xmpp_proxy: None,
        next_hop: None,
        office_web_apps_url: None,
        office_web_apps_host: None,
        office_web_apps_external: false,
        trunk: None,
        requires_replication: true,
        place: place(fqdn),
    }
}

fn machine(fqdn: &str) -> Machine {
    Machine { fqdn: name(fqdn), addresses: Vec::new(), place: place(fqdn) }
}

pub(crate) fn sip_domain(text: &str) -> SipDomain {
    SipDomain { name: name(text), place: place(text) }
}

pub(crate) fn name(text: &str) -> DnsName {
    text.parse().unwrap()
}

pub(crate) fn placed(text: &str) -> Placed<DnsName> {
    Placed { value: name(text), place: place(text) }
}

pub(crate) fn place(path: &str) -> Place {
    Place { document: "test.tbxml".into(), path: path.into(), line: 1, column: 1 }
}

/// The first requirement of the deployment with this usage.
pub(crate) fn requirement_of(estate: &Estate, usage: &str) -> Requirement {
    let usage = usage.parse().unwrap();
    expect(&estate.topology, &estate.facts)
        .into_iter()
        .find(|requirement| requirement.has_usage(usage))
        .unwrap()
}

pub(crate) fn edge_external(estate: &Estate) -> Requirement {
    requirement_of(estate, "AccessEdgeExternal")
}

/// What a rule said.
#[derive(Debug)]
pub(crate) struct Outcome {
    rule: &'static Rule,
    verdict: RuleOutcome,
}

impl Outcome {
    #[track_caller]
    pub(crate) fn passes(&self) {
        assert_eq!(self.verdict, RuleOutcome::Pass, "{}", self.rule.id);
    }

    #[track_caller]
    pub(crate) fn does_not_apply(&self) {
        assert_eq!(self.verdict, RuleOutcome::NotApplicable, "{}", self.rule.id);
    }

    #[track_caller]
    pub(crate) fn has_nothing_to_look_at(&self, lacking: Lacking) {
        assert_eq!(self.verdict, RuleOutcome::NothingToLookAt(lacking), "{}", self.rule.id);
    }

    /// That the rule finds nothing, whether it had something to look at or not.
    #[track_caller]
    pub(crate) fn says_nothing(&self) {
        assert_eq!(self.deviations(), [], "{}", self.rule.id);
    }

    /// That the rule fails with this severity and message, and nothing else.
    #[track_caller]
    pub(crate) fn fails_with(&self, severity: Severity, message: &str) {
        let said: Vec<_> = self
            .deviations()
            .iter()
            .map(|d| (d.severity.unwrap_or(self.rule.severity), d.message.as_str()))
            .collect();
        assert_eq!(said, [(severity, message)], "{}", self.rule.id);
    }

    pub(crate) fn severity(&self) -> Option<Severity> {
        self.deviations().iter().map(|deviation| deviation.severity.unwrap_or(self.rule.severity)).max()
    }

    pub(crate) fn clause(&self) -> Option<&'static str> {
        self.deviations().first().and_then(|deviation| deviation.clause)
    }

    pub(crate) fn messages(&self) -> Vec<&str> {
        self.deviations().iter().map(|deviation| deviation.message.as_str()).collect()
    }

    pub(crate) fn remedy(&self) -> Option<String> {
        self.deviations().first().and_then(|deviation| deviation.remedy.clone())
    }

    pub(crate) fn found(&self) -> String {
        self.deviations().first().map(|deviation| deviation.found.clone()).unwrap_or_default()
    }

    fn deviations(&self) -> &[Deviation] {
        match &self.verdict {
            RuleOutcome::Fail(deviations) => {
                for clause in deviations.iter().filter_map(|deviation| deviation.clause) {
                    let of_profiles =
                        PROFILES.iter().flat_map(|table| table.iter()).flat_map(Profile::clauses);
                    let mut known = of_profiles.chain(self.rule.clauses.iter().copied());
                    assert!(known.any(|id| id == clause), "{} does not list {clause}", self.rule.id);
                }
                deviations
            }
            RuleOutcome::Pass | RuleOutcome::NotApplicable | RuleOutcome::NothingToLookAt(_) => &[],
        }
    }
}

pub(crate) fn check_certificate(
    rule: &'static Rule,
    certificate: &Certificate,
    requirements: &[Requirement],
) -> Outcome {
    check_certificate_beside_cas(rule, certificate, requirements, false)
}

/// The same beside certificates of CAs, or not.
pub(crate) fn check_certificate_beside_cas(
    rule: &'static Rule,
    certificate: &Certificate,
    requirements: &[Requirement],
    lies_beside_cas: bool,
) -> Outcome {
    check_certificate_in(rule, certificate, requirements, lies_beside_cas, false)
}

/// The same in a hybrid deployment, or not.
pub(crate) fn check_certificate_of_hybrid(
    rule: &'static Rule,
    certificate: &Certificate,
    requirements: &[Requirement],
    is_hybrid: bool,
) -> Outcome {
    check_certificate_in(rule, certificate, requirements, false, is_hybrid)
}

fn check_certificate_in(
    rule: &'static Rule,
    certificate: &Certificate,
    requirements: &[Requirement],
    lies_beside_cas: bool,
    is_hybrid: bool,
) -> Outcome {
    let Check::Certificate(check) = rule.check else { panic!("{} does not look at certificates", rule.id) };
    let roles: Vec<_> = requirements
        .iter()
        .map(|requirement| Role {
            requirement,
            usages: &requirement.usages,
            servers: requirement.install_on(),
        })
        .collect();
    let names = CertificateNames::new(certificate);
    let sip_domains = [name("contoso.com"), name("fabrikam.com")];
    let verdict = check(&CertificateView {
        certificate,
        names: &names,
        roles: &roles,
        lies_beside_cas,
        has_revocation_list: true,
        has_given_roots: true,
        sip_domains: &sip_domains,
        is_hybrid,
        expiry: ExpiryThresholds::default(),
        now: NOW,
    });
    Outcome { rule, verdict }
}

/// That a rule fails where a chain breaks at one of these faults, and leaves all others to their rules.
#[track_caller]
pub(crate) fn fails_at_chain_faults_only(rule: &'static Rule, faults: &[ChainFault], message: &str) {
    let requirements = [requirement_of(&front_end(), "Default")];
    let sound = certificate("pool.contoso.com", &["pool.contoso.com"]);
    check_certificate(rule, &sound, &requirements).passes();
    for fault in ChainFault::ALL {
        let chain = Chain::broken(Vec::new(), fault, "a reason".to_owned());
        let broken = Certificate { chain: chain.into(), ..sound.clone() };
        let outcome = check_certificate(rule, &broken, &requirements);
        if faults.contains(&fault) {
            outcome.fails_with(Severity::Error, message);
        } else if fault == ChainFault::Incomplete {
            outcome.has_nothing_to_look_at(Lacking::Issuers);
        } else {
            outcome.passes();
        }
    }
}

/// That a rule fails for oddities of this kind only, with their text.
#[track_caller]
pub(crate) fn fails_at_oddities_only(rule: &'static Rule, severity: Severity, kind: OddityKind, text: &str) {
    let requirements = [requirement_of(&front_end(), "Default")];
    let sound = certificate("pool.contoso.com", &["pool.contoso.com"]);
    check_certificate(rule, &sound, &requirements).passes();
    let odd = |oddities| Certificate { oddities, ..sound.clone() };
    for other in OddityKind::ALL.into_iter().filter(|other| *other != kind) {
        let certificate = odd(vec![Oddity::new(other, "something else")]);
        check_certificate(rule, &certificate, &requirements).passes();
    }
    let certificate = odd(vec![Oddity::new(kind, text)]);
    check_certificate(rule, &certificate, &requirements).fails_with(severity, text);
}

/// A folder for rules that look at it as a whole.
#[derive(Clone, Copy, Default)]
pub(crate) struct Folder<'a> {
    pub(crate) certificates: &'a [Certificate],
    /// The places of those that serve something.
    pub(crate) used: &'a [usize],
    /// What these serve; nothing in particular where it is shorter.
    pub(crate) serves: &'a [ServedUsage],
    /// The product generation of the estate, by its `ServiceVersion`; that of 2015 where it is not said.
    pub(crate) version: Option<u32>,
    pub(crate) lists: &'a [RevocationList],
    pub(crate) keys: &'a [KeyFile],
    /// `None`: there are none.
    pub(crate) collections: Option<&'a Collections>,
    pub(crate) limits: CollectionLimits,
}

/// A folder of certificates that all serve something.
pub(crate) fn in_use(certificates: &[Certificate]) -> Folder<'_> {
    const FIRST: &[usize] = &[0, 1, 2, 3, 4];
    Folder { certificates, used: &FIRST[..certificates.len()], ..Folder::default() }
}

pub(crate) fn check_folder(rule: &'static Rule, folder: Folder<'_>) -> Outcome {
    let Folder { certificates, used, serves, version, lists, keys, collections, limits } = folder;
    let none = Collections::default();
    let collections = collections.unwrap_or(&none);
    let mut topology = front_end().topology;
    if version.is_some() {
        topology.sites[0].pools[0].services[0].version = version;
    }
    let placements = PlacementReader::new(&topology);
    let numbered = CertificateId::enumerate(certificates).map(|(id, _)| id);
    let used: Vec<CertificateId> = numbered.filter(|id| used.contains(&id.index())).collect();
    let served: Vec<Vec<ServedUsage>> =
        (0..used.len()).map(|index| serves.get(index).copied().into_iter().collect()).collect();
    let view = FolderView {
        certificates,
        used: &used,
        served: &served,
        topology: &topology,
        lists,
        keys,
        collections,
        limits,
        placements: &placements,
    };
    let verdict = match rule.check {
        Check::Folder(check) => check(&view),
        Check::FolderAt(check) => check(&view, NOW),
        Check::Requirement(_)
        | Check::Holding(_)
        | Check::Certificate(_)
        | Check::Topology(_)
        | Check::Policy(_) => panic!("{} does not look at folders", rule.id),
    };
    Outcome { rule, verdict }
}

/// A waiver of a rule for the name `a.contoso.com`.
pub(crate) fn waiver(rule: &str) -> Waiver {
    Waiver {
        rule: crate::rule::rule(rule).unwrap().id,
        scope: WaiverScope { name: Some("a.contoso.com".to_owned()), ..WaiverScope::default() },
        reason: "CHG-4711".to_owned(),
        by: None,
        owner: None,
        approver: None,
        expires: None,
        place: "lyncert.toml:1:1".to_owned(),
    }
}

/// What a rule says of a policy whose waivers cover so many findings.
pub(crate) fn check_policy(rule: &'static Rule, policy: &Policy, covered: &[usize]) -> Outcome {
    let Check::Policy(check) = rule.check else { panic!("{} does not look at policies", rule.id) };
    Outcome { rule, verdict: check(&PolicyView { policy, covered, now: NOW }) }
}

pub(crate) fn check_topology(rule: &'static Rule, estate: &Estate) -> Outcome {
    let Check::Topology(check) = rule.check else { panic!("{} does not look at topologies", rule.id) };
    let requirements = expect(&estate.topology, &estate.facts);
    let requirements: Vec<&Requirement> = requirements.iter().collect();
    let verdict = check(&JudgedTopology {
        topology: &estate.topology,
        facts: &estate.facts,
        requirements: &requirements,
    });
    Outcome { rule, verdict }
}

pub(crate) fn check_holding(
    rule: &'static Rule,
    certificate: &Certificate,
    requirement: &Requirement,
) -> Outcome {
    let Check::Holding(check) = rule.check else { panic!("{} does not look at holdings", rule.id) };
    let names = CertificateNames::new(certificate);
    let verdict =
        check(&HoldingView { requirement, usages: &requirement.usages, certificate, names: &names });
    Outcome { rule, verdict }
}

pub(crate) fn check_requirement(
    rule: &'static Rule,
    certificates: &[Certificate],
    requirement: &Requirement,
    estate: &Estate,
) -> Outcome {
    check_requirement_by(rule, certificates, &[], requirement, estate)
}

/// What `Get-CsCertificate` says of one certificate on a server, in a file of that name.
pub(crate) fn assigned(server: &str, usages: &[&str], thumbprint: &str) -> AssignmentRecord {
    assigned_in("assigned.xml", server, &[(usages, thumbprint)])
}

/// What a list says of certificates on a server: usages and thumbprints.
pub(crate) fn assigned_in(path: &str, server: &str, certificates: &[(&[&str], &str)]) -> AssignmentRecord {
    let certificates = certificates.iter().map(|(usages, thumbprint)| AssignedCertificate {
        computer: Some(name(server)),
        uses: usages.iter().map(ToString::to_string).collect(),
        thumbprint: (*thumbprint).to_owned(),
        subject: Some("CN=printed".to_owned()),
        names: Vec::new(),
        names_complete: false,
        not_after: None,
        previous_thumbprint: None,
        effective_date: None,
        update_time: None,
        place: place("Objs"),
    });
    let export = AssignedExport::list(path.into(), certificates.collect());
    AssignmentRecord { path: path.to_owned(), export }
}

/// The same with what exports say of assigned certificates.
pub(crate) fn check_requirement_by(
    rule: &'static Rule,
    certificates: &[Certificate],
    assignment_records: &[AssignmentRecord],
    requirement: &Requirement,
    estate: &Estate,
) -> Outcome {
    let collections = Collections::default();
    check_requirement_in(rule, certificates, assignment_records, &collections, requirement, estate)
}

/// The same with requests.
pub(crate) fn check_requirement_with_requests(
    rule: &'static Rule,
    certificates: &[Certificate],
    requests: &[CertificateRequest],
    requirement: &Requirement,
    estate: &Estate,
) -> Outcome {
    let collections = Collections::default();
    let case = Case {
        topology: &estate.topology,
        facts: &estate.facts,
        certificates: &[],
        assignment_records: &[],
        collections: &collections,
        lists: &[],
        keys: &[],
        requests,
        has_given_roots: false,
        policy: &Policy::default(),
        now: NOW,
    };
    let requirements = std::slice::from_ref(requirement);
    let tried = try_requests(&case, requirements, requests, &Wanted::default(), Reach::Tied);
    let outlooks = outlooks(requests, &tried).remove(&requirement.id).unwrap_or_default();
    check_requirement_of(rule, certificates, (&[], &collections, &outlooks), requirement, estate)
}

/// The same with what collections say.
pub(crate) fn check_requirement_in(
    rule: &'static Rule,
    certificates: &[Certificate],
    assignment_records: &[AssignmentRecord],
    collections: &Collections,
    requirement: &Requirement,
    estate: &Estate,
) -> Outcome {
    check_requirement_of(rule, certificates, (assignment_records, collections, &[]), requirement, estate)
}

fn check_requirement_of(
    rule: &'static Rule,
    certificates: &[Certificate],
    (assignment_records, collections, requests): (&[AssignmentRecord], &Collections, &[RequestOutlook]),
    requirement: &Requirement,
    estate: &Estate,
) -> Outcome {
    let Check::Requirement(check) = rule.check else { panic!("{} does not look at requirements", rule.id) };
    let names = NameBook::new(certificates);
    let requirements = std::slice::from_ref(requirement);
    let placements = read_placements(&estate.topology, certificates, collections);
    let candidates = Candidates::new(
        &estate.topology,
        requirements,
        &names,
        &placements,
        assignment_records,
        collections,
        NOW,
    );
    let assignment = &candidates.assignment(requirement);
    let verdict = check(&RequirementView { requirement, assignment, certificates, requests });
    Outcome { rule, verdict }
}

/// What manifests say: the path of each, and its fields without the schema.
pub(crate) fn collected_parts(manifests: &[(&str, &str)]) -> Collections {
    let manifests = manifests.iter().map(|(path, fields)| read_manifest(path, fields)).collect();
    Collections::new(Found { manifests, ..Found::default() })
}

fn read_manifest(path: &str, fields: &str) -> FoundManifest {
    let text = format!(r#"{{"schema":"lyncert-collected/1",{fields}}}"#);
    match read_part(&text) {
        Some(Ok(Part::Manifest(manifest))) => FoundManifest { path: path.to_owned(), manifest: *manifest },
        other => panic!("{other:?}"),
    }
}

/// A collection of `fe1.contoso.com` with one more field of the server.
pub(crate) fn collected_with(field: &str) -> Collections {
    let fields = format!(
        r#""mode":"central","finished":"2026-06-01T00:00:00Z","servers":[{{"fqdn":"fe1.contoso.com","status":"collected",{field}}}]"#
    );
    collected_parts(&[("collected.json", &fields)])
}

/// A collection of servers whose own stores were taken in full or not, with what lies in these: server, thumbprint, whether the key is
/// there; and with the bindings of the first: endpoint, name, thumbprint.
pub(crate) fn collected(
    servers: &[&str],
    store: &str,
    stored: &[(&str, &str, bool)],
    bound: &[(&str, Option<&str>, &str)],
) -> Collections {
    let complete = r#"{"status":"complete"}"#;
    let entries = servers.iter().map(|server| {
        format!(
            r#"{{"fqdn":"{server}","status":"collected","assigned":{complete},"stores":[{{"name":"My","status":"{store}"}}],"bindings":{complete}}}"#
        )
    });
    let servers_text = entries.collect::<Vec<_>>().join(",");
    let fields = format!(r#""mode":"central","finished":"2026-06-01T00:00:00Z","servers":[{servers_text}]"#);
    let stored = stored.iter().map(|(server, thumbprint, has_private_key)| StoredCertificate {
        path: format!("certs/{server}/LocalMachine/My.xml").into(),
        thumbprint: thumbprint.parse().unwrap(),
        has_private_key: *has_private_key,
    });
    let bindings = bound.iter().map(|(endpoint, sni, thumbprint)| Binding {
        endpoint: (*endpoint).to_owned(),
        sni: sni.map(str::to_owned),
        store: Some("MY".to_owned()),
        thumbprint: (*thumbprint).to_owned(),
    });
    let path = format!("certs/{}/bindings.json", servers.first().unwrap());
    Collections::new(Found {
        manifests: vec![read_manifest("collected.json", &fields)],
        bindings: vec![FoundBindings { path, bindings: bindings.collect() }],
        stored: stored.collect(),
        ..Found::default()
    })
}
