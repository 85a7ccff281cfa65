//! What is wrong: certificates tied to requirements, and all rules run on them.

mod engine;
mod merge;
mod target;
mod waive;

use std::borrow::Cow;
use std::collections::BTreeMap;

use lyncert_ingest::name::DnsName;
use lyncert_ingest::topology::Topology;
use time::OffsetDateTime;

use self::engine::{Engine, Judged};
use crate::assign::{Assignment, assign};
use crate::assignment_record::AssignmentRecord;
use crate::certificate::Certificate;
use crate::clause::clause;
use crate::facts::Facts;
use crate::folder::{KeyFile, RevocationList};
use crate::names::{CertificateNames, NameCover};
use crate::policy::{Policy, Scope};
use crate::requirement::Requirement;
use crate::rule::Rule;
use crate::severity::Severity;
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
    /// The revocation lists found.
    pub lists: &'a [RevocationList],
    /// The private keys found.
    pub keys: &'a [KeyFile],
    /// The operator's decisions.
    pub policy: &'a Policy,
    /// The time to judge by.
    pub now: OffsetDateTime,
}

/// What came of a case.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// Every certificate that the topology calls for.
    pub requirements: Vec<Requirement>,
    /// How each requirement is served, in the same order.
    pub assignments: Vec<Assignment>,
    /// The verdict on each requirement, in the same order.
    pub verdicts: Vec<RequirementVerdict>,
    /// How each name of each requirement is covered by the certificates that serve it: the weakest of them. `None` within
    /// for a missing name, in part of the whole for an unmet requirement.
    pub covers: Vec<Option<Vec<Option<NameCover>>>>,
    /// What the rules say, worst first, then by rule, holder and name. Waived ones are among them.
    pub findings: Vec<Finding>,
    /// What the policy leaves out: these were not judged.
    pub out_of_scope: Vec<Requirement>,
    /// How many findings each waiver of the policy covers, in its order; none where it has expired.
    pub waived: Vec<usize>,
    /// How many findings each rule that is switched off would have had.
    pub switched_off: BTreeMap<&'static str, usize>,
    /// How often each rule passed, in the order of [`RULES`](crate::rule::RULES).
    pub tallies: Vec<RuleTally>,
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
    /// The statement, in one sentence; lower case, no final period.
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
#[derive(Clone, Copy, Debug)]
pub struct RuleTally {
    /// The rule that was run.
    pub rule: &'static Rule,
    /// How often it did not apply.
    pub not_applicable: usize,
    /// How often it passed.
    pub passed: usize,
    /// How often it failed.
    pub failed: usize,
}

/// Ties certificates to the requirements that [`crate::profile::expect`] gave for the same topology and facts, and runs all rules.
pub fn assess(case: &Case<'_>, requirements: Vec<Requirement>) -> Assessment {
    let names: Vec<_> = case.certificates.iter().map(CertificateNames::new).collect();
    let assignments =
        assign(case.topology, &requirements, case.certificates, &names, case.assignment_records, case.now);
    let engine = Engine::new(case, &requirements, &assignments, &names);
    let Judged { findings, tallies, waived, switched_off } = engine.run();
    let verdicts = (0..requirements.len())
        .map(|index| requirement_verdict(index, assignments.get(index), &findings))
        .collect();
    let covers = requirements
        .iter()
        .zip(&assignments)
        .map(|(requirement, assignment)| name_covers(requirement, assignment, &names))
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
    keep_scope(assessment, &case.policy.scope)
}

/// Leaves out what is not in scope. Only after certificates were tied to all requirements: one that serves another pool must not
/// be taken for a candidate here.
fn keep_scope(assessment: Assessment, scope: &Scope) -> Assessment {
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
        // A finding without requirements is about the folder or the topology as a whole, and stays.
        (concerned == 0 || !requirements.is_empty()).then_some(Finding { requirements, ..finding })
    };
    let (requirements, out_of_scope): (Vec<_>, Vec<_>) =
        assessment.requirements.into_iter().partition(|requirement| scope.includes(&requirement.holder));
    Assessment {
        assignments: keep_marked(assessment.assignments, &kept),
        verdicts: keep_marked(assessment.verdicts, &kept),
        covers: keep_marked(assessment.covers, &kept),
        findings: assessment.findings.into_iter().filter_map(finding).collect(),
        requirements,
        out_of_scope,
        ..assessment
    }
}

/// The items whose requirement is kept.
fn keep_marked<T>(items: Vec<T>, kept: &[Option<usize>]) -> Vec<T> {
    items.into_iter().zip(kept).filter(|(_, kept)| kept.is_some()).map(|(item, _)| item).collect()
}

fn requirement_verdict(
    index: usize,
    assignment: Option<&Assignment>,
    findings: &[Finding],
) -> RequirementVerdict {
    let concerned = || {
        findings.iter().filter(move |finding| {
            finding.requirements.contains(&index) && !finding.rule.is_about_the_topology()
        })
    };
    let is_waived =
        |least: Severity| concerned().any(|finding| !finding.is_open() && finding.severity >= least);
    if assignment.is_none_or(|assignment| assignment.holdings.is_empty()) {
        let is_settled = is_waived(Severity::Info) && concerned().all(|finding| !finding.is_open());
        return if is_settled { RequirementVerdict::Waived } else { RequirementVerdict::Unmet };
    }
    match concerned().filter(|finding| finding.is_open()).map(|finding| finding.severity).max() {
        Some(Severity::Error) => RequirementVerdict::Failed,
        Some(Severity::Warning) => RequirementVerdict::MetWithWarnings,
        Some(Severity::Info) | None if is_waived(Severity::Warning) => RequirementVerdict::Waived,
        Some(Severity::Info) | None => RequirementVerdict::Met,
    }
}

fn name_covers(
    requirement: &Requirement,
    assignment: &Assignment,
    names: &[CertificateNames],
) -> Option<Vec<Option<NameCover>>> {
    if assignment.holdings.is_empty() {
        return None;
    }
    let cover = |required: &crate::requirement::RequiredName| {
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
