//! Runs the rules: gives each what it looks at, and makes findings of what it says.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use lyncert_ingest::name::DnsName;
use rayon::prelude::*;

use super::lying::{Lying, idle, lying};
use super::merge::{merge_by_name, number_duplicates, sort_findings};
use super::target::{Target, TargetPart, build_finding};
use super::waive::WaiverIndex;
use super::{Case, Finding, Matched, RuleTally};
use crate::assign::Holding;
use crate::certificate::{Certificate, ChainState};
use crate::digest::Thumbprint;
use crate::ids::{CertificateId, RequirementId};
use crate::names::NameBook;
use crate::placement::PlacementReader;
use crate::policy::RuleSetting;
use crate::requirement::Requirement;
use crate::rule::{
    CertificateView, Check, Cure, Deviation, FolderView, HoldingView, JudgedTopology, PolicyView, RULES,
    RequestOutlook, RequirementView, Role, Rule, RuleOutcome, ServedUsage,
};
use crate::severity::Severity;
use crate::stop::Stop;

/// What came of all rules and the policy.
pub(super) struct Judged {
    pub(super) findings: Vec<Finding>,
    pub(super) tallies: Vec<RuleTally>,
    pub(super) waived: Vec<usize>,
    pub(super) switched_off: BTreeMap<&'static str, usize>,
}

/// What engines of one case share, whenever and whatever part of it they judge.
pub(super) struct Ground<'a> {
    /// The folders that hold certificates of CAs which issued nothing else that lies there.
    with_authorities: HashSet<&'a str>,
    sip_domains: Vec<DnsName>,
    placements: PlacementReader,
    /// The CAs of which there is a full revocation list that may be believed.
    listed: HashSet<&'a str>,
    /// The certificates in the places of servers and pools, whether they serve something or not.
    lying: Vec<Lying>,
    /// Whether anybody waits for what is judged.
    stop: Stop,
    /// The requests that would be for each requirement, by its id.
    requests: HashMap<String, Vec<RequestOutlook>>,
}

impl<'a> Ground<'a> {
    pub(super) fn new(case: &Case<'a>, requirements: &[Requirement], stop: &Stop) -> Self {
        let placements = PlacementReader::new(case.topology);
        let believed = case.lists.iter().filter(|list| !list.is_delta && list.state != ChainState::Wrong);
        Self {
            listed: believed.map(|list| list.issuer.as_str()).collect(),
            with_authorities: folders_with_authorities(case.certificates),
            sip_domains: case.topology.sip_domains.iter().map(|domain| domain.name.clone()).collect(),
            lying: lying(case.topology, case.certificates, &placements, requirements.iter()),
            placements,
            stop: stop.clone(),
            requests: HashMap::new(),
        }
    }

    /// The same with the requests that would be for each requirement, by its id.
    pub(super) fn with_requests(self, requests: HashMap<String, Vec<RequestOutlook>>) -> Self {
        Self { requests, ..self }
    }

    /// The requests that would be for a requirement.
    pub(super) fn requests_for(&self, requirement: &Requirement) -> &[RequestOutlook] {
        self.requests.get(&requirement.id).map_or(&[], Vec::as_slice)
    }

    /// The certificates in the places of servers and pools, whether they serve something or not.
    pub(super) fn lying(&self) -> impl Iterator<Item = &Lying> {
        self.lying.iter()
    }

    fn lies_beside_cas(&self, certificate: &Certificate) -> bool {
        folders_of(certificate).any(|folder| self.with_authorities.contains(folder))
    }

    /// Those at these places of the list.
    pub(super) fn lying_at(&self, places: impl Iterator<Item = usize>) -> Vec<&Lying> {
        places.filter_map(|place| self.lying.get(place)).collect()
    }

    /// The certificates in the places of servers and pools that serve nothing, if these serve something: where each stands among all.
    pub(super) fn idle_places(
        &self,
        case: &Case<'_>,
        used: impl Iterator<Item = CertificateId>,
    ) -> BTreeMap<CertificateId, Vec<usize>> {
        let mut places: BTreeMap<CertificateId, Vec<usize>> = BTreeMap::new();
        for (place, one) in idle(&self.lying, case.certificates, used) {
            places.entry(one.certificate).or_default().push(place);
        }
        places
    }

    /// The same without the places.
    fn idle(&self, case: &Case<'_>, used: impl Iterator<Item = CertificateId>) -> Vec<&Lying> {
        idle(&self.lying, case.certificates, used).into_iter().map(|(_, one)| one).collect()
    }
}

/// Runs the rules over one case or a part of it, with what many rules need worked out once.
pub(super) struct Engine<'a> {
    case: &'a Case<'a>,
    ground: &'a Ground<'a>,
    matched: &'a [Matched<'a>],
    names: &'a NameBook<'a>,
    /// The certificates in use.
    in_use: Vec<InUse<'a>>,
    /// The ids of these.
    used: Vec<CertificateId>,
    /// The certificates that serve nothing and are judged by themselves.
    idle: Vec<&'a Lying>,
    /// What these serve.
    served: Vec<Vec<ServedUsage>>,
    /// What each pool calls for.
    of_pool: HashMap<&'a str, Vec<RequirementId>>,
    waivers: WaiverIndex<'a>,
    /// Whether what it looks at are requests, and no certificates yet.
    of_requests: bool,
}

/// A certificate in use, with all that it serves.
struct InUse<'a> {
    id: CertificateId,
    served: Vec<(RequirementId, &'a Holding)>,
    roles: Vec<Role<'a>>,
    lies_beside_cas: bool,
}

impl InUse<'_> {
    /// Each kind of holder and usage that it serves, once.
    fn serves(&self) -> Vec<ServedUsage> {
        let mut served: Vec<ServedUsage> = Vec::new();
        for role in &self.roles {
            let kind = role.requirement.holder.kind;
            for usage in role.usages {
                let one = ServedUsage { kind, usage: *usage };
                if !served.contains(&one) {
                    served.push(one);
                }
            }
        }
        served
    }
}

/// What to do about a request that is not as it should be.
const AS_PLANNED: &str = "Make a new request as the plan has it (`lyncert plan`), and do not send this one";

/// Fewer than these are judged on one core.
const FEW_REQUIREMENTS: usize = 32;

/// What a rule said of one thing: how often that counts, and whom it concerns, which is worked out for deviations only.
type Say<'s> = &'s mut dyn FnMut(RuleOutcome, usize, &dyn Fn() -> Vec<Target>);

impl<'a> Engine<'a> {
    pub(super) fn new(
        case: &'a Case<'a>,
        ground: &'a Ground<'a>,
        matched: &'a [Matched<'a>],
        names: &'a NameBook<'a>,
    ) -> Self {
        let in_use = certificates_in_use(case, ground, matched);
        let mut of_pool: HashMap<&str, Vec<RequirementId>> = HashMap::new();
        for (id, matched) in RequirementId::enumerate(matched) {
            if let Some(pool) = &matched.requirement.holder.pool {
                of_pool.entry(pool.key()).or_default().push(id);
            }
        }
        Self {
            case,
            ground,
            matched,
            names,
            used: in_use.iter().map(|certificate| certificate.id).collect(),
            idle: Vec::new(),
            served: in_use.iter().map(InUse::serves).collect(),
            in_use,
            of_pool,
            waivers: WaiverIndex::new(&case.policy.waivers, case.now),
            of_requests: false,
        }
    }

    /// The same, where what it looks at are requests, and no certificates yet.
    pub(super) fn speaking_of_requests(self, of_requests: bool) -> Self {
        Self { of_requests, ..self }
    }

    /// The whole case: what lies idle in the places of servers, too.
    pub(super) fn of_all(
        case: &'a Case<'a>,
        ground: &'a Ground<'a>,
        matched: &'a [Matched<'a>],
        names: &'a NameBook<'a>,
    ) -> Self {
        let engine = Self::new(case, ground, matched, names);
        let idle = ground.idle(case, engine.used.iter().copied());
        Self { idle, ..engine }
    }

    /// Nothing but what lies idle in the places of servers.
    pub(super) fn of_idle(
        case: &'a Case<'a>,
        ground: &'a Ground<'a>,
        idle: Vec<&'a Lying>,
        names: &'a NameBook<'a>,
    ) -> Self {
        Self { idle, ..Self::new(case, ground, &[], names) }
    }

    /// Judges the estate, then the policy: rules on waivers have to know what each of them covers.
    pub(super) fn run(&self) -> Judged {
        let policy = self.case.policy;
        let (of_policy, of_estate): (Vec<&'static Rule>, Vec<&'static Rule>) =
            RULES.iter().partition(|rule| rule.is_about_the_policy());
        let mut tallies = Vec::with_capacity(RULES.len());
        let found = self.findings(&of_estate, &[], &mut tallies);
        let (mut findings, switched_off) = self.apply_settings(self.finish(found));
        let mut waived = vec![0; policy.waivers.len()];
        for finding in &mut findings {
            finding.waived = self.waiver_of(finding);
            if let Some(count) = finding.waived.and_then(|index| waived.get_mut(index)) {
                *count += 1;
            }
        }
        let found = self.findings(&of_policy, &waived, &mut tallies);
        let (about_policy, more_off) = self.apply_settings(self.finish(found));
        findings.extend(about_policy);
        sort_findings(&mut findings);
        tallies.sort_by_key(|tally| tally.rule.id);
        Judged { findings, tallies, waived, switched_off: switched_off.into_iter().chain(more_off).collect() }
    }

    /// What some rules say, after the policy. Nothing that rules on the policy say can be waived.
    pub(super) fn findings_of(&self, rules: &[&'static Rule], covered: &[usize]) -> Vec<Finding> {
        let found = self.findings(rules, covered, &mut Vec::new());
        let (mut findings, _) = self.apply_settings(self.finish(found));
        for finding in findings.iter_mut().filter(|finding| !finding.rule.is_about_the_policy()) {
            finding.waived = self.waiver_of(finding);
        }
        findings
    }

    /// Runs rules, on all cores, and counts what they say.
    fn findings(
        &self,
        rules: &[&'static Rule],
        waived: &[usize],
        tallies: &mut Vec<RuleTally>,
    ) -> Vec<Finding> {
        let run = |rule: &&'static Rule| self.run_rule(rule, waived);
        // A part of a few requirements is judged sooner than the cores are called together.
        let said: Vec<(RuleTally, Vec<Finding>)> = if self.matched.len() < FEW_REQUIREMENTS {
            rules.iter().map(run).collect()
        } else {
            rules.par_iter().map(run).collect()
        };
        let mut findings = Vec::new();
        for (tally, of_rule) in said {
            tallies.push(tally);
            findings.extend(of_rule);
        }
        findings
    }

    fn run_rule(&self, rule: &'static Rule, waived: &[usize]) -> (RuleTally, Vec<Finding>) {
        let mut tally = RuleTally {
            rule,
            not_applicable: 0,
            nothing_to_look_at: 0,
            missing: BTreeSet::new(),
            passed: 0,
            failed: 0,
        };
        let mut findings = Vec::new();
        self.run_check(rule, waived, &mut |outcome, count, targets| match outcome {
            RuleOutcome::NotApplicable => tally.not_applicable += count,
            RuleOutcome::NothingToLookAt(lacking) => {
                tally.nothing_to_look_at += count;
                tally.missing.insert(lacking);
            }
            RuleOutcome::Pass => tally.passed += count,
            RuleOutcome::Fail(deviations) => {
                tally.failed += count;
                for target in targets() {
                    for deviation in &deviations {
                        let own = self.target_of_deviation(deviation);
                        findings.push(build_finding(
                            rule,
                            own.as_ref().unwrap_or(&target),
                            self.in_its_words(rule, deviation),
                        ));
                    }
                }
            }
        });
        (tally, findings)
    }

    /// A deviation in words that fit what is looked at: of a request nothing is to be replaced yet.
    fn in_its_words(&self, rule: &Rule, deviation: &Deviation) -> Deviation {
        let mut own = deviation.clone();
        if self.of_requests {
            own.message = own.of_request.take().unwrap_or(own.message);
            let cure = own.cure.unwrap_or(rule.cure);
            if cure == Cure::NewCertificate && own.severity.unwrap_or(rule.severity) > Severity::Info {
                own.remedy = Some(AS_PLANNED.to_owned());
            }
        }
        own
    }

    /// Gives findings the severity that the policy says, and leaves out those of rules that are switched off.
    fn apply_settings(&self, findings: Vec<Finding>) -> (Vec<Finding>, BTreeMap<&'static str, usize>) {
        let mut switched_off = BTreeMap::new();
        let set = |finding: Finding| match self.case.policy.rules.get(finding.rule.id) {
            None => Some(finding),
            Some(RuleSetting { severity: Some(severity), .. }) => {
                Some(Finding { severity: *severity, ..finding })
            }
            Some(RuleSetting { severity: None, .. }) => {
                *switched_off.entry(finding.rule.id).or_insert(0) += 1;
                None
            }
        };
        let findings = findings.into_iter().filter_map(set).collect();
        (findings, switched_off)
    }

    /// The first waiver in force that covers a finding.
    fn waiver_of(&self, finding: &Finding) -> Option<usize> {
        let case = self.case;
        let covers =
            |index: &usize| case.policy.waivers[*index].covers(finding, self.matched, case.certificates);
        self.waivers.for_finding(finding).filter(covers).min()
    }

    fn run_check(&self, rule: &Rule, waived: &[usize], say: Say<'_>) {
        let case = self.case;
        let whole = || vec![Target::whole()];
        match rule.check {
            Check::Requirement(check) => {
                for (id, Matched { requirement, assignment }) in self.matched_while_awaited() {
                    let view = RequirementView {
                        requirement,
                        assignment,
                        certificates: case.certificates,
                        requests: self.ground.requests_for(requirement),
                    };
                    say(check(&view), 1, &|| vec![Target::of_requirement(id, requirement)]);
                }
            }
            Check::Holding(check) => {
                for (id, Matched { requirement, assignment }) in self.matched_while_awaited() {
                    for holding in &assignment.by_certificate() {
                        let view = HoldingView {
                            requirement,
                            usages: &holding.usages,
                            certificate: holding.certificate.of(case.certificates),
                            names: self.names.names(holding.certificate),
                        };
                        let count = Target::count_of_holding(requirement, holding);
                        say(check(&view), count, &|| Target::of_holding(id, requirement, holding));
                    }
                }
            }
            Check::Certificate(check) => {
                for in_use in self.in_use.iter().take_while(|_| !self.ground.stop.is_said()) {
                    let target = || vec![Target::of_certificate(in_use.id, &in_use.served)];
                    say(check(&self.certificate_view(in_use)), 1, &target);
                }
                for idle in self.idle.iter().filter(|_| rule.judges_own_quality) {
                    let in_use = self.without_roles(idle.certificate);
                    say(check(&self.certificate_view(&in_use)), 1, &|| vec![Target::of_idle(idle)]);
                }
            }
            Check::Topology(check) => {
                let requirements: Vec<&Requirement> =
                    self.matched.iter().map(|matched| matched.requirement).collect();
                let view = JudgedTopology {
                    topology: case.topology,
                    facts: case.facts,
                    requirements: &requirements,
                };
                say(check(&view), 1, &whole);
            }
            Check::Folder(check) => say(check(&self.folder_view()), 1, &whole),
            Check::FolderAt(check) => say(check(&self.folder_view(), case.now), 1, &whole),
            Check::Policy(check) => {
                let view = PolicyView { policy: case.policy, covered: waived, now: case.now };
                say(check(&view), 1, &whole);
            }
        }
    }

    fn matched_while_awaited(&self) -> impl Iterator<Item = (RequirementId, &Matched<'a>)> {
        RequirementId::enumerate(self.matched).take_while(|_| !self.ground.stop.is_said())
    }

    fn folder_view(&self) -> FolderView<'_> {
        FolderView {
            certificates: self.case.certificates,
            used: &self.used,
            served: &self.served,
            topology: self.case.topology,
            lists: self.case.lists,
            keys: self.case.keys,
            collections: self.case.collections,
            limits: self.case.policy.collection,
            placements: &self.ground.placements,
        }
    }

    fn certificate_view<'v>(&'v self, in_use: &'v InUse<'_>) -> CertificateView<'v> {
        let certificate = in_use.id.of(self.case.certificates);
        CertificateView {
            certificate,
            has_revocation_list: self.ground.listed.contains(&*certificate.issuer),
            has_given_roots: self.case.has_given_roots,
            names: self.names.names(in_use.id),
            roles: &in_use.roles,
            lies_beside_cas: in_use.lies_beside_cas,
            sip_domains: &self.ground.sip_domains,
            is_hybrid: !self.case.facts.online_sip_domains.is_empty(),
            expiry: self.case.policy.expiry,
            now: self.case.now,
        }
    }

    /// What a deviation says it is about, where the rule looked at a whole.
    fn target_of_deviation(&self, deviation: &Deviation) -> Option<Target> {
        if let Some(pool) = &deviation.pool {
            return Some(Target::new(self.parts_of(pool), None));
        }
        let id = deviation.certificate?;
        let in_use = self.used.binary_search(&id).ok().map(|index| &self.in_use[index]);
        Some(Target::of_certificate(id, in_use.map_or(&[], |in_use| &in_use.served)))
    }

    fn without_roles(&self, id: CertificateId) -> InUse<'a> {
        let lies_beside_cas = self.ground.lies_beside_cas(id.of(self.case.certificates));
        InUse { id, served: Vec::new(), roles: Vec::new(), lies_beside_cas }
    }

    /// All that a pool calls for. No usages: what is wrong with a topology is no fault of a certificate.
    fn parts_of(&self, pool: &DnsName) -> Vec<TargetPart> {
        let ids = self.of_pool.get(pool.key()).map_or(&[][..], Vec::as_slice);
        let part =
            |id: &RequirementId| TargetPart { requirement: *id, servers: Vec::new(), usages: Vec::new() };
        ids.iter().map(part).collect()
    }

    /// Puts findings of one certificate about one name together, gives ids and sorts.
    fn finish(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let mut merged = merge_by_name(findings);
        for finding in &mut merged {
            finding.usages.sort_unstable();
            finding.usages.dedup();
            finding.id = self.finding_id(finding);
        }
        // The numbers of duplicates follow this order.
        sort_findings(&mut merged);
        number_duplicates(&mut merged);
        merged
    }

    fn finding_id(&self, finding: &Finding) -> String {
        let requirement = finding.requirements.first().map(|id| id.of(self.matched).requirement);
        let place = finding.place.as_ref().and_then(|holder| holder.server.as_ref().or(holder.pool.as_ref()));
        let holder = match (requirement, place) {
            (Some(requirement), _) => requirement.id.as_str(),
            (None, Some(host)) => host.key(),
            (None, None) => "",
        };
        let server = match (&finding.server, requirement) {
            (Some(server), Some(requirement)) if requirement.holder.server.as_ref() != Some(server) => {
                format!("/{}", server.key())
            }
            (Some(_) | None, _) => String::new(),
        };
        let name = finding.name.as_ref().or(finding.file.as_ref());
        let name = name.map(|name| format!("/{}", name.to_ascii_lowercase())).unwrap_or_default();
        format!("{}/{holder}{server}{name}", finding.rule.id)
    }
}

/// The certificates that serve something, in their order.
fn certificates_in_use<'a>(case: &Case<'a>, ground: &Ground<'_>, matched: &[Matched<'a>]) -> Vec<InUse<'a>> {
    let mut served: BTreeMap<CertificateId, Vec<(RequirementId, &Holding)>> = BTreeMap::new();
    for (id, matched) in RequirementId::enumerate(matched) {
        for holding in &matched.assignment.holdings {
            served.entry(holding.certificate).or_default().push((id, holding));
        }
    }
    let in_use = |(id, served): (CertificateId, Vec<(RequirementId, &'a Holding)>)| InUse {
        id,
        roles: served
            .iter()
            .map(|(of, holding)| Role {
                requirement: of.of(matched).requirement,
                usages: &holding.usages,
                servers: &holding.servers,
            })
            .collect(),
        lies_beside_cas: ground.lies_beside_cas(id.of(case.certificates)),
        served,
    };
    served.into_iter().map(in_use).collect()
}

/// The folders that hold a certificate of a CA which belongs to no chain of another certificate there.
fn folders_with_authorities(certificates: &[Certificate]) -> HashSet<&str> {
    let mut authorities: HashMap<&str, Vec<&Certificate>> = HashMap::new();
    for authority in certificates.iter().filter(|certificate| certificate.is_ca) {
        for folder in folders_of(authority) {
            authorities.entry(folder).or_default().push(authority);
        }
    }
    // Of a certificate that serves nothing the chain is not known, but its issuer is.
    let mut issuers: HashMap<&str, HashSet<&str>> = HashMap::new();
    for certificate in certificates.iter().filter(|certificate| certificate.is_end_entity()) {
        for folder in folders_of(certificate).filter(|folder| authorities.contains_key(folder)) {
            issuers.entry(folder).or_default().insert(&certificate.issuer);
        }
    }
    let is_left = |folder: &str, here: &[&Certificate]| {
        let issuers = issuers.get(folder);
        let at_work = here.iter().filter(|one| issuers.is_some_and(|names| names.contains(&*one.subject)));
        let above = at_work.clone().flat_map(|one| one.chain.paths().flatten()).map(|issuer| issuer.sha1);
        let used: HashSet<Thumbprint> = at_work.map(|one| one.sha1).chain(above).collect();
        here.iter().any(|one| !used.contains(&one.sha1))
    };
    let left = authorities.iter().filter(|(folder, here)| is_left(folder, here));
    left.map(|(folder, _)| *folder).collect()
}

/// The folders that hold a certificate.
fn folders_of(certificate: &Certificate) -> impl Iterator<Item = &str> {
    certificate.paths.iter().map(|path| path.rsplit_once('/').map_or("", |(folder, _)| folder))
}
