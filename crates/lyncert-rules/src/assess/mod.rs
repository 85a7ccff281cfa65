//! What is wrong: certificates tied to requirements, and all rules run on them.

mod collected;
mod engine;
mod generations;
mod incomplete;
mod lying;
mod merge;
mod refusal;
mod repair_names;
mod repairs;
mod said;
mod target;
mod timeline;
mod trial;
mod unjudged;
mod waive;
mod wanted;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use lyncert_ingest::name::DnsName;
use lyncert_ingest::topology::Topology;
use rayon::prelude::*;
use time::OffsetDateTime;

use self::collected::gaps;
use self::engine::{Engine, Ground, Judged};
pub use self::refusal::Refusal;
use self::repairs::{Planned, Planner};
pub use self::said::Appeared;
pub use self::timeline::{assess_over_time, assess_over_time_while_awaited};
pub(crate) use self::trial::outlooks;
pub use self::trial::{Fits, Trial, TrialPart, try_certificates, try_requests};
use self::unjudged::{Seen, unjudged};
pub use self::wanted::{Wanted, WantedHolder};
use crate::assign::{Assignment, Candidates, Holding, Reach, read_placements};
use crate::assignment_record::AssignmentRecord;
use crate::certificate::Certificate;
use crate::clause::clause;
use crate::collection::Collections;
use crate::evidence::{self, RecordUse};
use crate::facts::Facts;
use crate::folder::{KeyFile, RevocationList};
use crate::holder::Holder;
use crate::ids::{CertificateId, RequirementId};
use crate::lacking::Lacking;
use crate::names::{NameBook, NameCover};
use crate::order::Order;
use crate::policy::{Policy, Scope};
use crate::relevance::strangers;
use crate::repair::Repair;
use crate::request::CertificateRequest;
use crate::requirement::{RequiredName, Requirement};
use crate::rule::{Cure, Rule};
use crate::severity::Severity;
use crate::stop::Stop;
use crate::unjudged::Unjudged;
use crate::usage::CertificateUsage;

/// What an assessment judges.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The topology that the requirements were made from.
    pub topology: &'a Topology,
    /// The operator's facts.
    pub facts: &'a Facts,
    /// The certificates found, each once.
    pub certificates: &'a [Certificate],
    /// What exports say of assigned certificates.
    pub assignment_records: &'a [AssignmentRecord],
    /// What collections say.
    pub collections: &'a Collections,
    /// The revocation lists found.
    pub lists: &'a [RevocationList],
    /// The private keys found.
    pub keys: &'a [KeyFile],
    /// The certificate requests found.
    pub requests: &'a [CertificateRequest],
    /// Whether the operator gave the roots that chains have to end in.
    pub has_given_roots: bool,
    /// The operator's decisions.
    pub policy: &'a Policy,
    /// The time to judge by.
    pub now: OffsetDateTime,
}

/// A requirement and the certificates that serve it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Matched<'a> {
    pub(crate) requirement: &'a Requirement,
    pub(crate) assignment: &'a Assignment,
}

impl<'a> Matched<'a> {
    fn pairs(requirements: &'a [Requirement], assignments: &'a [Assignment]) -> Vec<Self> {
        let pairs = requirements.iter().zip(assignments);
        pairs.map(|(requirement, assignment)| Self { requirement, assignment }).collect()
    }
}

/// All that is known of a requirement in the end.
#[derive(Clone, Debug)]
pub struct Judgment {
    /// What the topology calls for.
    pub requirement: Requirement,
    /// How it is served.
    pub assignment: Assignment,
    /// How each of its names is covered by the certificates that serve it, in the order of the names: the weakest of them, or
    /// `None` for a missing name. `None` as a whole where nothing serves it.
    pub covers: Option<Vec<Option<NameCover>>>,
    /// The same server by server, where servers hold different certificates; else empty.
    pub by_server: Vec<ServerCovers>,
    /// What follows from all rules together.
    pub verdict: RequirementVerdict,
}

/// How one of several servers has the names of a requirement.
#[derive(Clone, Debug)]
pub struct ServerCovers {
    /// The server.
    pub server: DnsName,
    /// How it has each name, in the order of the names.
    pub names: Vec<ServerCover>,
}

/// How a server has a name.
#[derive(Clone, Debug, Default)]
pub struct ServerCover {
    /// Its certificate for the usages that need the name; `None` where it has none.
    pub certificate: Option<CertificateId>,
    /// How that covers the name; `None` where it does not.
    pub cover: Option<NameCover>,
}

/// What came of a case.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// Every certificate that the topology calls for, and what came of it.
    pub judgments: Vec<Judgment>,
    /// What the rules say, worst first, then by rule, holder and name. Waived ones are among them.
    pub findings: Vec<Finding>,
    /// What the policy leaves out: these were not judged.
    pub out_of_scope: Vec<Requirement>,
    /// The certificates that are needed, by what serves now.
    pub orders: Vec<Order>,
    /// What has to be done about certificates: one entry for each, the soonest due first.
    pub repairs: Vec<Repair>,
    /// How many findings each waiver of the policy covers, in its order; none where it has expired.
    pub waived: Vec<usize>,
    /// How many findings each rule that is switched off would have had.
    pub switched_off: BTreeMap<&'static str, usize>,
    /// How often each rule passed, in the order of [`RULES`](crate::rule::RULES).
    pub tallies: Vec<RuleTally>,
    /// What became of all that exports say of assigned certificates, in the order of the case.
    pub record_uses: Vec<RecordUse>,
    /// What was not judged, and what would make it judged.
    pub unjudged: Vec<Unjudged>,
    /// The certificates that serve nothing, each with a server or pool in whose place it lies.
    pub idle: Vec<(CertificateId, Holder)>,
    /// The certificates of servers and services without any name of this topology.
    pub strangers: Vec<CertificateId>,
    /// What would come of each request of the case, in their order; `None` where that would be for nothing that is judged.
    pub requests: Vec<Option<Trial>>,
}

/// The verdict on a requirement.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RequirementVerdict {
    /// A certificate serves it, without error or warning.
    Met,
    /// A certificate serves it, with warnings.
    MetWithWarnings,
    /// A certificate serves it, with errors.
    Failed,
    /// Its errors and warnings, or that no certificate serves it, are waived.
    Waived,
    /// It was not looked at, or not on all of its servers: the folder has no certificate for a holder that the product does not manage,
    /// or a collection did not get to a server.
    NotJudged,
    /// No certificate serves it.
    Unmet,
}

impl RequirementVerdict {
    /// The name that programs read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::MetWithWarnings => "met-with-warnings",
            Self::Failed => "failed",
            Self::Waived => "waived",
            Self::NotJudged => "not-judged",
            Self::Unmet => "unmet",
        }
    }
}

/// A rule's statement about the estate.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Stable id, made of names.
    pub id: String,
    /// The rule that says so.
    pub rule: &'static Rule,
    /// The clause that is offended.
    pub clause: Option<&'static str>,
    /// How bad it is, after the policy.
    pub severity: Severity,
    /// The requirements concerned, in order.
    pub requirements: Vec<RequirementId>,
    /// The one server concerned, if it is one.
    pub server: Option<DnsName>,
    /// The usages concerned.
    pub usages: Vec<CertificateUsage>,
    /// The certificate concerned.
    pub certificate: Option<CertificateId>,
    /// In whose place the certificate lies, where it serves nothing: then no requirement is concerned.
    pub place: Option<Holder>,
    /// The file concerned, where that is not the certificate's.
    pub file: Option<String>,
    /// The name concerned.
    pub name: Option<String>,
    /// The statement, in one sentence; lower case, no final period.
    pub message: String,
    /// What was expected.
    pub expected: String,
    /// The reasons that the policy gives for it, in the words of people.
    pub policy_reasons: Vec<String>,
    /// What was found.
    pub found: String,
    /// What users notice.
    pub consequence: Cow<'static, str>,
    /// What to do.
    pub remedy: Cow<'static, str>,
    /// What makes it go away.
    pub cure: Cure,
    /// The waiver that covers it, as an index into the policy's.
    pub waived: Option<usize>,
}

impl Finding {
    /// Whether it counts: no waiver covers it.
    pub fn is_open(&self) -> bool {
        self.waived.is_none()
    }

    /// The document that it rests on: the first of [`Finding::sources`].
    pub fn source(&self) -> &'static crate::citation::Citation {
        self.sources().first().map_or(&crate::citation::L13_INFRA, |source| source)
    }

    /// All documents that it rests on: those of its clause, else those of its rule.
    pub fn sources(&self) -> &'static [&'static crate::citation::Citation] {
        let of_clause = self.clause.and_then(clause).map(|clause| clause.sources);
        of_clause.filter(|sources| !sources.is_empty()).unwrap_or(self.rule.sources)
    }
}

/// How often a rule passed.
#[derive(Clone, Debug)]
pub struct RuleTally {
    /// The rule that was run.
    pub rule: &'static Rule,
    /// How often it did not apply.
    pub not_applicable: usize,
    /// How often it had nothing to look at.
    pub nothing_to_look_at: usize,
    /// What was missing then.
    pub missing: BTreeSet<Lacking>,
    /// How often it passed.
    pub passed: usize,
    /// How often it failed.
    pub failed: usize,
}

impl Assessment {
    /// The judgments with their ids.
    pub fn judgments(&self) -> impl Iterator<Item = (RequirementId, &Judgment)> {
        RequirementId::enumerate(&self.judgments)
    }

    /// The requirements that a finding concerns.
    pub fn concerned<'a>(&'a self, finding: &'a Finding) -> impl Iterator<Item = &'a Requirement> {
        finding.requirements.iter().map(|id| &id.of(&self.judgments).requirement)
    }
}

/// Ties certificates to the requirements that [`crate::profile::expect`] gave for the same topology and facts, and runs all rules.
pub fn assess(case: &Case<'_>, requirements: Vec<Requirement>) -> Assessment {
    assess_while_awaited(case, requirements, &Stop::never())
}

/// The same, for as long as somebody waits for it.
pub fn assess_while_awaited(case: &Case<'_>, requirements: Vec<Requirement>, stop: &Stop) -> Assessment {
    let names = NameBook::new(case.certificates);
    let placements = read_placements(case.topology, case.certificates, case.collections);
    let candidates = Candidates::new(
        case.topology,
        &requirements,
        &names,
        &placements,
        case.assignment_records,
        case.collections,
        case.now,
    )
    .until(stop);
    let assignments = candidates.assignments(&requirements);
    let mut others = evidence::unused_exports(candidates.records(), candidates.server_counts());
    let record_uses =
        evidence::record_uses(case.assignment_records, candidates.records(), assignments.iter());
    let tried = try_requests(case, &requirements, case.requests, &Wanted::default(), Reach::Tied);
    let ground = Ground::new(case, &requirements, stop).with_requests(outlooks(case.requests, &tried));
    let matched = Matched::pairs(&requirements, &assignments);
    let Judged { findings, tallies, waived, switched_off } =
        Engine::of_all(case, &ground, &matched, &names).run();
    let planner = Planner {
        case,
        ground: &ground,
        matched: &matched,
        names: &names,
        candidates: &candidates,
        findings: &findings,
    };
    let Planned { orders, repairs } = planner.plan();
    drop(candidates);
    let standings = standings(matched.len(), &findings);
    let covers: Vec<_> = matched.par_iter().map(|matched| name_covers(*matched, &names)).collect();
    let used =
        assignments.iter().flat_map(|assignment| &assignment.holdings).map(|holding| holding.certificate);
    let used: BTreeSet<CertificateId> = used.collect();
    let idle = ground.lying().filter(|lying| !used.contains(&lying.certificate));
    let idle = idle.map(|lying| (lying.certificate, lying.holder.clone())).collect();
    let strangers = strangers(case.topology, requirements.iter(), case.certificates);
    let by_server: Vec<_> = matched.par_iter().map(|matched| server_covers(*matched, &names)).collect();
    let covers = covers.into_iter().zip(by_server);
    let judged = requirements.into_iter().zip(assignments).zip(standings.into_iter().zip(covers));
    let judgment = |((requirement, assignment), (standing, (covers, by_server))): (
        (Requirement, Assignment),
        (Standing, _),
    )| {
        Judgment {
            verdict: standing.verdict(&requirement, &assignment),
            requirement,
            assignment,
            covers,
            by_server,
        }
    };
    let judgments = judged.map(judgment).collect();
    let assessment = Assessment {
        judgments,
        findings,
        out_of_scope: Vec::new(),
        orders,
        repairs,
        waived,
        switched_off,
        tallies,
        record_uses,
        unjudged: Vec::new(),
        idle,
        strangers,
        requests: tried,
    };
    let assessment = keep_scope(assessment, &case.policy.scope);
    let seen = Seen {
        topology: case.topology,
        facts: case.facts,
        scope: &case.policy.scope,
        judgments: &assessment.judgments,
        findings: &assessment.findings,
        out_of_scope: &assessment.out_of_scope,
    };
    let judged = assessment.judgments.iter().map(|judgment| (&judgment.requirement, &judgment.assignment));
    others.extend(evidence::contradictions(judged));
    let judged = assessment.judgments.iter().map(|judgment| &judgment.requirement);
    others.extend(gaps(case.collections, judged));
    let unjudged = unjudged(&seen, others);
    Assessment { unjudged, ..assessment }
}

/// Leaves out what is not in scope. Only after certificates were tied to all requirements: one that serves another pool must not
/// be taken for a candidate here.
fn keep_scope(assessment: Assessment, scope: &Scope) -> Assessment {
    if scope.is_everything() {
        return assessment;
    }
    let mut judgments: Vec<Judgment> = Vec::new();
    let mut out_of_scope = Vec::new();
    // Where each requirement goes.
    let mut kept: Vec<Option<RequirementId>> = Vec::new();
    for judgment in assessment.judgments {
        if scope.includes(&judgment.requirement.holder) {
            kept.push(Some(RequirementId::at(judgments.len())));
            judgments.push(judgment);
        } else {
            kept.push(None);
            out_of_scope.push(judgment.requirement);
        }
    }
    let in_scope = |finding: Finding| {
        let is_about_the_whole = finding.requirements.is_empty();
        let requirements: Vec<_> = finding.requirements.iter().filter_map(|id| *id.of(&kept)).collect();
        let is_left_out = finding.place.as_ref().is_some_and(|holder| !scope.includes(holder));
        // A finding without requirements and place is about the folder or the topology as a whole, and stays.
        (is_about_the_whole && !is_left_out || !requirements.is_empty())
            .then_some(Finding { requirements, ..finding })
    };
    let findings = assessment.findings.into_iter().filter_map(in_scope).collect();
    let is_judged = |trial: &Trial| trial.holder().is_some_and(|holder| scope.includes(holder));
    let requests = assessment.requests.into_iter().map(|trial| trial.filter(is_judged)).collect();
    Assessment { judgments, findings, out_of_scope, requests, ..assessment }
}

/// What the findings on a requirement come to.
#[derive(Clone, Copy, Debug, Default)]
struct Standing {
    /// The most severe open one.
    open: Option<Severity>,
    /// The most severe waived one.
    waived: Option<Severity>,
}

impl Standing {
    fn verdict(self, requirement: &Requirement, assignment: &Assignment) -> RequirementVerdict {
        if !assignment.not_collected.is_empty() && self.open < Some(Severity::Error) {
            return RequirementVerdict::NotJudged;
        }
        if assignment.holdings.is_empty() {
            let is_settled = self.waived.is_some() && self.open.is_none();
            // What an export says is assigned is known to be there, and was not collected.
            let is_known = requirement.holder.kind.is_managed() || !assignment.missing.is_empty();
            return match (is_settled, is_known) {
                (true, _) => RequirementVerdict::Waived,
                (false, true) => RequirementVerdict::Unmet,
                (false, false) => RequirementVerdict::NotJudged,
            };
        }
        match self.open {
            Some(Severity::Error) => RequirementVerdict::Failed,
            Some(Severity::Warning) => RequirementVerdict::MetWithWarnings,
            Some(Severity::Info) | None if self.waived >= Some(Severity::Warning) => {
                RequirementVerdict::Waived
            }
            Some(Severity::Info) | None => RequirementVerdict::Met,
        }
    }
}

/// The standing of each requirement, in one walk over the findings.
fn standings(requirements: usize, findings: &[Finding]) -> Vec<Standing> {
    let mut standings = vec![Standing::default(); requirements];
    for finding in findings.iter().filter(|finding| !finding.rule.is_about_the_topology()) {
        for id in &finding.requirements {
            let standing = &mut standings[id.index()];
            let worst = if finding.is_open() { &mut standing.open } else { &mut standing.waived };
            *worst = (*worst).max(Some(finding.severity));
        }
    }
    standings
}

fn name_covers(matched: Matched<'_>, names: &NameBook<'_>) -> Option<Vec<Option<NameCover>>> {
    let Matched { requirement, assignment } = matched;
    if assignment.holdings.is_empty() {
        return None;
    }
    let cover = |required: &RequiredName| weakest_cover(required, assignment.holdings.iter(), names).cover;
    Some(requirement.names.iter().map(cover).collect())
}

/// How some holdings have a name: the weakest of those that serve a usage that needs it.
fn weakest_cover<'h>(
    required: &RequiredName,
    holdings: impl Iterator<Item = &'h Holding>,
    names: &NameBook<'_>,
) -> ServerCover {
    holdings
        .filter(|holding| required.usages.iter().any(|usage| holding.usages.contains(usage)))
        .map(|holding| ServerCover {
            certificate: Some(holding.certificate),
            cover: names.names(holding.certificate).cover(&required.name),
        })
        // `None`, a missing name, is the weakest.
        .min_by_key(|one| one.cover.as_ref().map(|cover| cover.cover))
        .unwrap_or_default()
}

/// How each server has the names, where not all hold the same.
fn server_covers(matched: Matched<'_>, names: &NameBook<'_>) -> Vec<ServerCovers> {
    let Matched { requirement, assignment } = matched;
    let servers = &requirement.shared_by;
    let is_split = assignment.holdings.iter().any(|holding| holding.servers.len() < servers.len());
    if !is_split {
        return Vec::new();
    }
    let mut held: BTreeMap<&DnsName, Vec<&Holding>> = BTreeMap::new();
    for holding in &assignment.holdings {
        for server in &holding.servers {
            held.entry(server).or_default().push(holding);
        }
    }
    let of_server = |server: &DnsName| {
        let own = held.get(server).map_or(&[][..], Vec::as_slice);
        let cover = |required: &RequiredName| weakest_cover(required, own.iter().copied(), names);
        ServerCovers { server: server.clone(), names: requirement.names.iter().map(cover).collect() }
    };
    servers.iter().map(of_server).collect()
}
