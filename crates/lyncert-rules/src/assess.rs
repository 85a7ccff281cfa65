//! Runs the rules.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use lyncert_ingest::{DnsName, Topology};
use time::OffsetDateTime;

use crate::assign::{CertificateNames, Places, assign};
use crate::rule::{
    CertificateView, Check, Deviation, FolderView, HoldingView, PolicyView, RequirementView, Role,
    TopologyView, Verdict as RuleVerdict,
};
use crate::{
    Assignment, Certificate, CertificateUsage, Evidence, Facts, Holding, KeyFile, NameCover, Policy, RULES,
    Requirement, RevocationList, Rule, RuleSetting, Scope, Severity, clause,
};

/// What an assessment judges.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The topology.
    pub topology: &'a Topology,
    /// The operator's facts.
    pub facts: &'a Facts,
    /// The certificates found, each once.
    pub certificates: &'a [Certificate],
    /// What exports say of assigned certificates.
    pub evidence: &'a [Evidence],
    /// The revocation lists found.
    pub lists: &'a [RevocationList],
    /// The private keys found.
    pub keys: &'a [KeyFile],
    /// The operator's decisions.
    pub policy: &'a Policy,
    /// The time to judge by.
    pub now: OffsetDateTime,
}

/// The outcome.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// Every certificate that the topology calls for.
    pub requirements: Vec<Requirement>,
    /// How each requirement is served, in the same order.
    pub assignments: Vec<Assignment>,
    /// How each requirement fares, in the same order.
    pub verdicts: Vec<Verdict>,
    /// How each name of each requirement is covered by the certificates that serve it: the weakest of them. `None` within
    /// for a missing name, in place of the whole for an unmet requirement.
    pub covers: Vec<Option<Vec<Option<NameCover>>>>,
    /// What the rules say, worst first, then by rule, holder and name. Waived ones are among them.
    pub findings: Vec<Finding>,
    /// What the policy leaves out: these were not judged.
    pub out_of_scope: Vec<Requirement>,
    /// How many findings each waiver of the policy covers, in its order; none where it has expired.
    pub waived: Vec<usize>,
    /// How many findings each rule that is switched off would have had.
    pub switched_off: BTreeMap<&'static str, usize>,
    /// How often each rule passed, in the order of [`RULES`].
    pub tallies: Vec<RuleTally>,
}

/// How a requirement fares.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// A certificate serves it, without error or warning.
    Met,
    /// A certificate serves it, with warnings.
    MetWithWarnings,
    /// A certificate serves it, with errors.
    Failed,
    /// Its errors and warnings, or that no certificate serves it, are waived.
    Waived,
    /// No certificate serves it.
    Unmet,
}

impl Verdict {
    /// The name that programs read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::MetWithWarnings => "met-with-warnings",
            Self::Failed => "failed",
            Self::Waived => "waived",
            Self::Unmet => "unmet",
        }
    }
}

/// A rule's statement about the estate.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Stable id, made of names.
    pub id: String,
    /// The rule.
    pub rule: &'static Rule,
    /// The clause that is offended.
    pub clause: Option<&'static str>,
    /// How bad it is.
    pub severity: Severity,
    /// The requirements concerned, as indices, in order.
    pub requirements: Vec<usize>,
    /// The one server concerned, if it is one.
    pub server: Option<DnsName>,
    /// The usages concerned.
    pub usages: Vec<CertificateUsage>,
    /// The certificate concerned, as an index.
    pub certificate: Option<usize>,
    /// The file concerned, where that is not the certificate's.
    pub file: Option<String>,
    /// The name concerned.
    pub name: Option<String>,
    /// The statement.
    pub message: String,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// What users notice.
    pub consequence: Cow<'static, str>,
    /// What to do.
    pub remedy: Cow<'static, str>,
    /// The waiver that covers it, as an index into the policy's.
    pub waived: Option<usize>,
}

impl Finding {
    /// Whether it counts: no waiver covers it.
    pub fn is_open(&self) -> bool {
        self.waived.is_none()
    }

    /// Title and URL of the document that it leans on: the clause's first, else the rule's.
    pub fn source(&self) -> &'static crate::Citation {
        self.sources().first().map_or(&crate::citation::L13_INFRA, |source| source)
    }

    /// All documents that it follows: those of its clause, else those of its rule.
    pub fn sources(&self) -> &'static [&'static crate::Citation] {
        let of_clause = self.clause.and_then(clause).map(|clause| clause.sources);
        of_clause.filter(|sources| !sources.is_empty()).unwrap_or(self.rule.sources)
    }
}

/// How often a rule passed.
#[derive(Clone, Copy, Debug)]
pub struct RuleTally {
    /// The rule.
    pub rule: &'static Rule,
    /// How often it did not apply.
    pub not_applicable: usize,
    /// How often it passed.
    pub passed: usize,
    /// How often it failed.
    pub failed: usize,
}

/// Ties certificates to the requirements that [`crate::expect`] gave for the same topology and facts, and runs all rules.
pub fn assess(case: &Case<'_>, requirements: Vec<Requirement>) -> Assessment {
    let names: Vec<_> = case.certificates.iter().map(CertificateNames::new).collect();
    let assignments =
        assign(case.topology, &requirements, case.certificates, &names, case.evidence, case.now);
    let engine = Engine::new(case, &requirements, &assignments, &names);
    let Judged { findings, tallies, waived, switched_off } = engine.run();
    let verdicts =
        (0..requirements.len()).map(|index| verdict(index, assignments.get(index), &findings)).collect();
    let covers = requirements
        .iter()
        .zip(&assignments)
        .map(|(requirement, assignment)| covers(requirement, assignment, &names))
        .collect();
    let assessment = Assessment {
        requirements,
        assignments,
        verdicts,
        covers,
        findings,
        out_of_scope: Vec::new(),
        waived,
        switched_off,
        tallies,
    };
    narrowed(assessment, &case.policy.scope)
}

/// Leaves out what is not in scope, after all of it was tied to certificates: what serves another pool is no candidate here.
fn narrowed(assessment: Assessment, scope: &Scope) -> Assessment {
    if scope.is_everything() {
        return assessment;
    }
    // Where each requirement goes.
    let mut kept: Vec<Option<usize>> = Vec::new();
    let mut count = 0;
    for requirement in &assessment.requirements {
        let is_kept = scope.includes(&requirement.holder);
        kept.push(is_kept.then_some(count));
        count += usize::from(is_kept);
    }
    let of = |index: usize| kept.get(index).copied().flatten();
    let finding = |finding: Finding| {
        let concerned = finding.requirements.len();
        let requirements: Vec<usize> = finding.requirements.iter().filter_map(|&index| of(index)).collect();
        // What concerns nobody's certificate is about the folder or the topology as a whole.
        (concerned == 0 || !requirements.is_empty()).then_some(Finding { requirements, ..finding })
    };
    let (requirements, out_of_scope): (Vec<_>, Vec<_>) =
        assessment.requirements.into_iter().partition(|requirement| scope.includes(&requirement.holder));
    Assessment {
        assignments: only(assessment.assignments, &kept),
        verdicts: only(assessment.verdicts, &kept),
        covers: only(assessment.covers, &kept),
        findings: assessment.findings.into_iter().filter_map(finding).collect(),
        requirements,
        out_of_scope,
        ..assessment
    }
}

/// The items whose requirement is kept.
fn only<T>(items: Vec<T>, kept: &[Option<usize>]) -> Vec<T> {
    items.into_iter().zip(kept).filter(|(_, kept)| kept.is_some()).map(|(item, _)| item).collect()
}

fn verdict(index: usize, assignment: Option<&Assignment>, findings: &[Finding]) -> Verdict {
    let concerned = || {
        findings.iter().filter(move |finding| {
            finding.requirements.contains(&index) && !finding.rule.is_about_the_topology()
        })
    };
    let is_waived =
        |least: Severity| concerned().any(|finding| !finding.is_open() && finding.severity >= least);
    if assignment.is_none_or(|assignment| assignment.holdings.is_empty()) {
        let is_settled = is_waived(Severity::Info) && concerned().all(|finding| !finding.is_open());
        return if is_settled { Verdict::Waived } else { Verdict::Unmet };
    }
    match concerned().filter(|finding| finding.is_open()).map(|finding| finding.severity).max() {
        Some(Severity::Error) => Verdict::Failed,
        Some(Severity::Warning) => Verdict::MetWithWarnings,
        Some(Severity::Info) | None if is_waived(Severity::Warning) => Verdict::Waived,
        Some(Severity::Info) | None => Verdict::Met,
    }
}

fn covers(
    requirement: &Requirement,
    assignment: &Assignment,
    names: &[CertificateNames],
) -> Option<Vec<Option<NameCover>>> {
    if assignment.holdings.is_empty() {
        return None;
    }
    let cover = |required: &crate::RequiredName| {
        assignment
            .holdings
            .iter()
            .filter(|holding| required.usages.iter().any(|usage| holding.usages.contains(usage)))
            .map(|holding| names.get(holding.certificate).and_then(|names| names.cover(&required.name)))
            // `None`, a missing name, is the weakest.
            .min_by_key(|cover| cover.as_ref().map(|cover| cover.cover))
            .flatten()
    };
    Some(requirement.names.iter().map(cover).collect())
}

/// What came of all rules and the policy.
struct Judged {
    findings: Vec<Finding>,
    tallies: Vec<RuleTally>,
    waived: Vec<usize>,
    switched_off: BTreeMap<&'static str, usize>,
}

struct Engine<'a> {
    case: &'a Case<'a>,
    requirements: &'a [Requirement],
    assignments: &'a [Assignment],
    names: &'a [CertificateNames],
    /// What each certificate in use serves.
    served: BTreeMap<usize, Vec<(usize, &'a Holding)>>,
    /// The folders that hold certificates of CAs.
    with_authorities: BTreeSet<&'a str>,
    sip_domains: Vec<DnsName>,
}

/// Who a deviation concerns: places, each a requirement with the servers and usages.
struct Subject {
    places: Vec<Place>,
    certificate: Option<usize>,
}

/// A requirement, or a part of it.
struct Place {
    requirement: usize,
    servers: Vec<DnsName>,
    usages: Vec<CertificateUsage>,
}

impl Subject {
    /// The places that a deviation is about.
    fn places(&self, only: &[CertificateUsage]) -> Vec<&Place> {
        let concerned =
            |place: &&Place| only.is_empty() || place.usages.iter().any(|usage| only.contains(usage));
        self.places.iter().filter(concerned).collect()
    }
}

impl<'a> Engine<'a> {
    fn new(
        case: &'a Case<'a>,
        requirements: &'a [Requirement],
        assignments: &'a [Assignment],
        names: &'a [CertificateNames],
    ) -> Self {
        let mut served: BTreeMap<usize, Vec<(usize, &Holding)>> = BTreeMap::new();
        for (index, assignment) in assignments.iter().enumerate() {
            for holding in &assignment.holdings {
                served.entry(holding.certificate).or_default().push((index, holding));
            }
        }
        let authorities = case.certificates.iter().filter(|certificate| certificate.is_ca);
        let with_authorities = authorities.flat_map(folders).collect();
        let sip_domains = case.topology.sip_domains.iter().map(|domain| domain.name.clone()).collect();
        Self { case, requirements, assignments, names, served, with_authorities, sip_domains }
    }

    fn run(&self) -> Judged {
        let policy = self.case.policy;
        let (of_policy, of_estate): (Vec<&'static Rule>, Vec<&'static Rule>) =
            RULES.iter().partition(|rule| rule.is_about_the_policy());
        let mut tallies = Vec::with_capacity(RULES.len());
        let found = self.findings(&of_estate, &[], &mut tallies);
        let (mut findings, switched_off) = self.settle(self.finish(found));
        let mut waived = vec![0; policy.waivers.len()];
        for finding in &mut findings {
            finding.waived = self.waiver_of(finding);
            if let Some(count) = finding.waived.and_then(|index| waived.get_mut(index)) {
                *count += 1;
            }
        }
        let found = self.findings(&of_policy, &waived, &mut tallies);
        let (about_policy, more_off) = self.settle(self.finish(found));
        findings.extend(about_policy);
        findings.sort_by(|one, other| sort_key(one).cmp(&sort_key(other)));
        tallies.sort_by_key(|tally| tally.rule.id);
        Judged { findings, tallies, waived, switched_off: switched_off.into_iter().chain(more_off).collect() }
    }

    /// Runs rules, and counts what they say.
    fn findings(
        &self,
        rules: &[&'static Rule],
        waived: &[usize],
        tallies: &mut Vec<RuleTally>,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        for rule in rules {
            let mut tally = RuleTally { rule, not_applicable: 0, passed: 0, failed: 0 };
            for (subject, verdict) in self.check(rule, waived) {
                match verdict {
                    RuleVerdict::NotApplicable => tally.not_applicable += 1,
                    RuleVerdict::Pass => tally.passed += 1,
                    RuleVerdict::Fail(deviations) => {
                        tally.failed += 1;
                        for deviation in deviations {
                            let own = self.subject_of_deviation(&deviation);
                            findings.push(finding(rule, own.as_ref().unwrap_or(&subject), deviation));
                        }
                    }
                }
            }
            tallies.push(tally);
        }
        findings
    }

    /// Gives findings the severity that the policy says, and leaves out those of rules that are switched off.
    fn settle(&self, findings: Vec<Finding>) -> (Vec<Finding>, BTreeMap<&'static str, usize>) {
        let mut switched_off = BTreeMap::new();
        let settle = |finding: Finding| match self.case.policy.rules.get(finding.rule.id) {
            None => Some(finding),
            Some(RuleSetting { severity: Some(severity), .. }) => {
                Some(Finding { severity: *severity, ..finding })
            }
            Some(RuleSetting { severity: None, .. }) => {
                *switched_off.entry(finding.rule.id).or_insert(0) += 1;
                None
            }
        };
        let mut findings: Vec<Finding> = findings.into_iter().filter_map(settle).collect();
        findings.sort_by(|one, other| sort_key(one).cmp(&sort_key(other)));
        (findings, switched_off)
    }

    /// The first waiver in force that covers a finding.
    fn waiver_of(&self, finding: &Finding) -> Option<usize> {
        let case = self.case;
        case.policy.waivers.iter().position(|waiver| {
            !waiver.has_expired_at(case.now) && waiver.covers(finding, self.requirements, case.certificates)
        })
    }

    fn check(&self, rule: &Rule, waived: &[usize]) -> Vec<(Subject, RuleVerdict)> {
        match rule.check {
            Check::Requirement(check) => {
                self.requirement_views().map(|(subject, view)| (subject, check(&view))).collect()
            }
            Check::Holding(check) => self
                .holding_views()
                .flat_map(|(subjects, view)| {
                    let verdict = check(&view);
                    subjects.into_iter().map(move |subject| (subject, verdict.clone()))
                })
                .collect(),
            Check::Certificate(check) => self.certificate_verdicts(check),
            Check::Topology(check) => {
                let view = TopologyView {
                    topology: self.case.topology,
                    facts: self.case.facts,
                    requirements: self.requirements,
                };
                vec![(Subject { places: Vec::new(), certificate: None }, check(&view))]
            }
            Check::Folder(check) => {
                let used: Vec<usize> = self.served.keys().copied().collect();
                let view = FolderView {
                    certificates: self.case.certificates,
                    used: &used,
                    lists: self.case.lists,
                    keys: self.case.keys,
                    places: &Places::new(self.case.topology),
                    now: self.case.now,
                };
                vec![(Subject { places: Vec::new(), certificate: None }, check(&view))]
            }
            Check::Policy(check) => {
                let view = PolicyView { policy: self.case.policy, covered: waived, now: self.case.now };
                vec![(Subject { places: Vec::new(), certificate: None }, check(&view))]
            }
        }
    }

    /// What a deviation says it is about, where the rule looked at a whole.
    fn subject_of_deviation(&self, deviation: &Deviation) -> Option<Subject> {
        if let Some(pool) = &deviation.pool {
            return Some(Subject { places: self.places_of(pool), certificate: None });
        }
        let certificate = deviation.certificate?;
        let served = self.served.get(&certificate).map_or(&[][..], Vec::as_slice);
        Some(subject_of(certificate, served))
    }

    /// All that a pool calls for.
    fn places_of(&self, pool: &DnsName) -> Vec<Place> {
        let requirements = self.requirements.iter().enumerate();
        let of_pool = requirements.filter(|(_, requirement)| requirement.holder.pool.as_ref() == Some(pool));
        let place = |(index, requirement): (usize, &Requirement)| Place {
            requirement: index,
            servers: Vec::new(),
            usages: requirement.usages.clone(),
        };
        of_pool.map(place).collect()
    }

    fn requirement_views(&self) -> impl Iterator<Item = (Subject, RequirementView<'_>)> {
        self.requirements.iter().zip(self.assignments).enumerate().map(
            |(index, (requirement, assignment))| {
                let place = Place {
                    requirement: index,
                    servers: requirement.holder.server.iter().cloned().collect(),
                    usages: requirement.usages.clone(),
                };
                let subject = Subject { places: vec![place], certificate: None };
                let view = RequirementView { requirement, assignment, certificates: self.case.certificates };
                (subject, view)
            },
        )
    }

    fn holding_views(&self) -> impl Iterator<Item = (Vec<Subject>, HoldingView<'_>)> {
        self.requirements.iter().zip(self.assignments).enumerate().flat_map(
            move |(index, (requirement, assignment))| {
                assignment.holdings.iter().filter_map(move |holding| {
                    let view = HoldingView {
                        requirement,
                        usages: &holding.usages,
                        certificate: self.case.certificates.get(holding.certificate)?,
                        names: self.names.get(holding.certificate)?,
                    };
                    Some((subjects(index, requirement, holding), view))
                })
            },
        )
    }

    fn certificate_verdicts(
        &self,
        check: fn(&CertificateView<'_>) -> RuleVerdict,
    ) -> Vec<(Subject, RuleVerdict)> {
        self.served
            .iter()
            .filter_map(|(&certificate, served)| {
                let roles: Vec<Role<'_>> = served
                    .iter()
                    .filter_map(|(index, holding)| {
                        Some(Role { requirement: self.requirements.get(*index)?, usages: &holding.usages })
                    })
                    .collect();
                let certificate_facts = self.case.certificates.get(certificate)?;
                let view = CertificateView {
                    certificate: certificate_facts,
                    names: self.names.get(certificate)?,
                    roles: &roles,
                    lies_beside_cas: folders(certificate_facts)
                        .any(|folder| self.with_authorities.contains(folder)),
                    sip_domains: &self.sip_domains,
                    expiry: self.case.policy.expiry,
                    now: self.case.now,
                };
                Some((subject_of(certificate, served), check(&view)))
            })
            .collect()
    }

    /// Puts findings of one certificate about one name together, gives ids and sorts.
    fn finish(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let mut merged: Vec<Finding> = Vec::new();
        let mut known: BTreeMap<MergeKey, usize> = BTreeMap::new();
        for finding in findings {
            let key = merge_key(&finding);
            match key.as_ref().and_then(|key| known.get(key)).and_then(|&index| merged.get_mut(index)) {
                Some(same) => absorb(same, finding),
                None => {
                    if let Some(key) = key {
                        known.insert(key, merged.len());
                    }
                    merged.push(finding);
                }
            }
        }
        for finding in &mut merged {
            finding.usages.sort_unstable();
            finding.usages.dedup();
            finding.id = self.id(finding);
        }
        merged.sort_by(|one, other| sort_key(one).cmp(&sort_key(other)));
        number_duplicates(&mut merged);
        merged
    }

    fn id(&self, finding: &Finding) -> String {
        let requirement = finding.requirements.first().and_then(|&index| self.requirements.get(index));
        let holder = requirement.map_or("", |requirement| requirement.id.as_str());
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

/// Rule, certificate, server and name.
type MergeKey = (&'static str, usize, Option<DnsName>, String);

fn merge_key(finding: &Finding) -> Option<MergeKey> {
    Some((
        finding.rule.id,
        finding.certificate?,
        finding.server.clone(),
        finding.name.as_ref()?.to_ascii_lowercase(),
    ))
}

/// Takes the graver statement; usages and requirements of both.
fn absorb(same: &mut Finding, other: Finding) {
    let mut requirements = std::mem::take(&mut same.requirements);
    requirements.extend(&other.requirements);
    requirements.sort_unstable();
    requirements.dedup();
    let mut usages = std::mem::take(&mut same.usages);
    usages.extend(&other.usages);
    if other.severity > same.severity {
        *same = other;
    }
    same.requirements = requirements;
    same.usages = usages;
}

fn sort_key(finding: &Finding) -> (Reverse<Severity>, &'static str, &str) {
    (Reverse(finding.severity), finding.rule.id, &finding.id)
}

/// The folders that hold a certificate.
fn folders(certificate: &Certificate) -> impl Iterator<Item = &str> {
    certificate.paths.iter().map(|path| path.rsplit_once('/').map_or("", |(folder, _)| folder))
}

/// Two certificates of one holder can have the same defect; their ids differ by a number.
fn number_duplicates(findings: &mut [Finding]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings {
        let count = seen.entry(finding.id.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            finding.id = format!("{}#{count}", finding.id);
        }
    }
}

/// A certificate with all that it serves.
fn subject_of(certificate: usize, served: &[(usize, &Holding)]) -> Subject {
    let place = |(requirement, holding): &(usize, &Holding)| Place {
        requirement: *requirement,
        servers: holding.servers.clone(),
        usages: holding.usages.clone(),
    };
    Subject { places: served.iter().map(place).collect(), certificate: Some(certificate) }
}

/// One subject where the certificate is on all servers of the holder, else one for each server.
fn subjects(index: usize, requirement: &Requirement, holding: &Holding) -> Vec<Subject> {
    let subject = |servers: Vec<DnsName>| Subject {
        places: vec![Place { requirement: index, servers, usages: holding.usages.clone() }],
        certificate: Some(holding.certificate),
    };
    if requirement.holder.server.is_some() || holding.servers.len() >= requirement.shared_by.len() {
        return vec![subject(requirement.holder.server.iter().cloned().collect())];
    }
    holding.servers.iter().map(|server| subject(vec![server.clone()])).collect()
}

fn finding(rule: &'static Rule, subject: &Subject, deviation: Deviation) -> Finding {
    let places = subject.places(deviation.only);
    let mut servers: Vec<&DnsName> = places.iter().flat_map(|place| &place.servers).collect();
    servers.sort();
    servers.dedup();
    Finding {
        id: String::new(),
        rule,
        clause: deviation.clause,
        severity: deviation.severity.unwrap_or(rule.severity),
        requirements: places.iter().map(|place| place.requirement).collect(),
        server: if let [only] = servers.as_slice() { Some((*only).clone()) } else { None },
        usages: places.iter().flat_map(|place| place.usages.iter().copied()).collect(),
        certificate: subject.certificate,
        file: deviation.file,
        name: deviation.name,
        message: deviation.message,
        expected: deviation.expected,
        found: deviation.found,
        consequence: deviation.consequence.map_or(Cow::Borrowed(rule.rationale), Cow::Owned),
        remedy: deviation.remedy.map_or(Cow::Borrowed(rule.remedy), Cow::Owned),
        waived: None,
    }
}
