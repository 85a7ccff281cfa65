//! A case judged over time: at each moment at which something in it can change, what that moment touches is judged anew.
//!
//! Nothing is guessed, and little is done: a moment belongs to certificates, revocation lists, waivers or roll-overs. Requirements
//! that one of these certificates is tied to get their assignments again; whatever shares a certificate with them is judged with
//! them, since findings of one certificate are put together; all the rest is as it was. Rules that look at a folder as a whole
//! run again where what is in use has changed, or where they look at the time.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use time::{Duration, OffsetDateTime};

use super::engine::{Engine, Ground};
use super::{Case, Finding, Matched};
use crate::assign::{Assignment, Candidates, read_placements};
use crate::certificate::Certificate;
use crate::ids::{CertificateId, RequirementId};
use crate::names::NameBook;
use crate::policy::Scope;
use crate::requirement::Requirement;
use crate::rule::{Check, RULES, Rule};
use crate::severity::Severity;

/// An error or warning that was not open the moment before.
#[derive(Debug)]
pub struct Appeared<'t> {
    /// When.
    pub at: OffsetDateTime,
    /// What is said then.
    pub finding: &'t Finding,
    /// The requirements that it concerns.
    pub requirements: Vec<&'t Requirement>,
}

/// Judges a case from its time to another, and tells each error and warning that appears after the start, in the order of time.
pub fn assess_over_time(
    case: &Case<'_>,
    requirements: &[Requirement],
    until: OffsetDateTime,
    tell: &mut dyn FnMut(&Appeared<'_>),
) {
    let names = NameBook::new(case.certificates);
    let placements = read_placements(case.topology, case.certificates);
    let candidates =
        Candidates::new(case.topology, requirements, &names, &placements, case.assignment_records, case.now);
    let mut timeline = Timeline::new(case, requirements, &names, candidates);
    let moments = timeline.moments(until);
    timeline.judge_all();
    for (at, moment) in moments {
        timeline.go_to(at, &moment, tell);
    }
}

/// What can change at a moment.
#[derive(Default)]
struct Moment {
    /// Certificates that become valid or end, so that others may be chosen in their place.
    flipping: Vec<CertificateId>,
    /// Certificates of which rules may say something else.
    touched: Vec<CertificateId>,
    /// Waivers that end.
    ending_waivers: Vec<usize>,
    /// Whether rules on waivers may say something else.
    touches_policy: bool,
    /// Whether a revocation list becomes overdue.
    touches_lists: bool,
    /// Whether staged certificates take over.
    rolls_over: bool,
}

/// What makes a finding the same on another day.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
struct Key {
    id: String,
    certificate: Option<CertificateId>,
    severity: Severity,
}

/// What is said of one part of a case.
#[derive(Default)]
struct Said {
    /// The open errors and warnings.
    open: HashSet<Key>,
    /// The waivers that cover something in it, as often as they do.
    waived: Vec<usize>,
}

struct Timeline<'a> {
    case: &'a Case<'a>,
    now: OffsetDateTime,
    requirements: &'a [Requirement],
    names: &'a NameBook<'a>,
    ground: Ground<'a>,
    candidates: Candidates<'a>,
    /// The requirements that each certificate is tied to.
    tied: HashMap<CertificateId, Vec<RequirementId>>,
    assignments: Vec<Assignment>,
    serves: BTreeMap<CertificateId, BTreeSet<RequirementId>>,
    /// By the first requirement that findings concern.
    of_requirement: Vec<Said>,
    of_folder: Said,
    of_folder_at: Said,
    of_topology: Said,
    of_policy: Said,
    /// How many findings each waiver covers.
    covered: Vec<usize>,
    rules: RulesByView,
}

/// The rules by what they look at.
struct RulesByView {
    requirements: Vec<&'static Rule>,
    folder: Vec<&'static Rule>,
    folder_at: Vec<&'static Rule>,
    topology: Vec<&'static Rule>,
    policy: Vec<&'static Rule>,
}

impl RulesByView {
    fn new() -> Self {
        let mut rules = Self {
            requirements: Vec::new(),
            folder: Vec::new(),
            folder_at: Vec::new(),
            topology: Vec::new(),
            policy: Vec::new(),
        };
        for rule in RULES {
            match rule.check {
                Check::Requirement(_) | Check::Holding(_) | Check::Certificate(_) => &mut rules.requirements,
                Check::Folder(_) => &mut rules.folder,
                Check::FolderAt(_) => &mut rules.folder_at,
                Check::Topology(_) => &mut rules.topology,
                Check::Policy(_) => &mut rules.policy,
            }
            .push(*rule);
        }
        rules
    }
}

impl<'a> Timeline<'a> {
    fn new(
        case: &'a Case<'a>,
        requirements: &'a [Requirement],
        names: &'a NameBook<'a>,
        candidates: Candidates<'a>,
    ) -> Self {
        let mut tied: HashMap<CertificateId, Vec<RequirementId>> = HashMap::new();
        for (id, requirement) in RequirementId::enumerate(requirements) {
            for certificate in candidates.tied_to(requirement) {
                tied.entry(certificate).or_default().push(id);
            }
        }
        let assignments: Vec<Assignment> =
            requirements.iter().map(|requirement| candidates.assignment(requirement)).collect();
        let mut serves: BTreeMap<CertificateId, BTreeSet<RequirementId>> = BTreeMap::new();
        for (id, assignment) in RequirementId::enumerate(&assignments) {
            for holding in &assignment.holdings {
                serves.entry(holding.certificate).or_default().insert(id);
            }
        }
        Self {
            case,
            now: case.now,
            requirements,
            names,
            ground: Ground::new(case),
            candidates,
            tied,
            assignments,
            serves,
            of_requirement: requirements.iter().map(|_| Said::default()).collect(),
            of_folder: Said::default(),
            of_folder_at: Said::default(),
            of_topology: Said::default(),
            of_policy: Said::default(),
            covered: vec![0; case.policy.waivers.len()],
            rules: RulesByView::new(),
        }
    }

    /// Every moment after the start at which something can change, and what.
    fn moments(&self, until: OffsetDateTime) -> BTreeMap<OffsetDateTime, Moment> {
        let mut moments: BTreeMap<OffsetDateTime, Moment> = BTreeMap::new();
        let start = self.case.now;
        let mut at = |moment: Option<OffsetDateTime>, change: &dyn Fn(&mut Moment)| {
            if let Some(moment) = moment.filter(|moment| *moment > start && *moment <= until) {
                change(moments.entry(moment).or_default());
            }
        };
        let certificates: BTreeSet<CertificateId> =
            self.tied.keys().chain(self.serves.keys()).copied().collect();
        for id in certificates {
            let certificate = id.of(self.case.certificates);
            for flip in [Some(certificate.not_before), certificate.not_after.checked_add(Duration::SECOND)] {
                at(flip, &|moment| moment.flipping.push(id));
            }
            for touch in self.touching_times(certificate) {
                at(touch, &|moment| moment.touched.push(id));
            }
        }
        for (index, waiver) in self.case.policy.waivers.iter().enumerate() {
            let last = waiver.last_second();
            let soon = Duration::days(i64::from(self.case.policy.waiver_limits.expiring_days));
            at(last.and_then(|last| last.checked_sub(soon)), &|moment| moment.touches_policy = true);
            at(last.and_then(|last| last.checked_add(Duration::SECOND)), &|moment| {
                moment.touches_policy = true;
                moment.ending_waivers.push(index);
            });
        }
        for list in self.case.lists {
            let overdue = list.next_update.and_then(|next| next.checked_add(Duration::SECOND));
            at(overdue, &|moment| moment.touches_lists = true);
        }
        for takes_over in self.candidates.roll_over_times() {
            at(Some(takes_over), &|moment| moment.rolls_over = true);
        }
        moments
    }

    /// The times, besides its own beginning and end, at which rules may say something else of a certificate.
    fn touching_times(&self, certificate: &'a Certificate) -> impl Iterator<Item = Option<OffsetDateTime>> {
        let end = certificate.not_after;
        let (warning, info) = self.case.policy.expiry.seconds_before_end(certificate.lifetime_seconds());
        let coming = [warning, info].map(|before| end.checked_sub(Duration::seconds(before)));
        let issuers = certificate.chain.paths().flatten();
        let of_issuers = issuers
            .flat_map(|issuer| [Some(issuer.not_before), issuer.not_after.checked_add(Duration::SECOND)]);
        coming.into_iter().chain(of_issuers)
    }

    /// What is open at the start, of which nothing is told.
    fn judge_all(&mut self) {
        let all: BTreeSet<RequirementId> =
            RequirementId::enumerate(self.requirements).map(|(id, _)| id).collect();
        let mut nobody = |_: &Appeared<'_>| {};
        self.judge_requirements(&all, &mut nobody);
        self.judge_folder(true, &mut nobody);
        self.judge_whole(Whole::Topology, &mut nobody);
        self.judge_whole(Whole::Policy, &mut nobody);
    }

    fn go_to(&mut self, at: OffsetDateTime, moment: &Moment, tell: &mut dyn FnMut(&Appeared<'_>)) {
        self.now = at;
        self.candidates.go_to(at);
        let used_before: Vec<CertificateId> = self.serves.keys().copied().collect();
        let covered_before = self.covered.clone();
        let mut touched = self.assign_again(moment);
        for id in moment.flipping.iter().chain(&moment.touched) {
            touched.extend(self.serves.get(id).into_iter().flatten());
        }
        touched.extend(self.covered_by(&moment.ending_waivers));
        let touched = self.with_neighbors(touched);
        if !touched.is_empty() {
            self.judge_requirements(&touched, tell);
        }
        let is_same = self.serves.keys().eq(&used_before);
        let is_waived = |said: &Said| said.waived.iter().any(|waiver| moment.ending_waivers.contains(waiver));
        if !is_same || is_waived(&self.of_folder) {
            self.judge_folder(true, tell);
        } else if !moment.flipping.is_empty() || moment.touches_lists || is_waived(&self.of_folder_at) {
            self.judge_folder(false, tell);
        }
        if is_waived(&self.of_topology) {
            self.judge_whole(Whole::Topology, tell);
        }
        if moment.touches_policy || self.covered != covered_before {
            self.judge_whole(Whole::Policy, tell);
        }
    }

    /// Gives requirements their assignments again whose candidates change; those that have others now, and whom these serve.
    fn assign_again(&mut self, moment: &Moment) -> BTreeSet<RequirementId> {
        let tied = moment.flipping.iter().filter_map(|id| self.tied.get(id)).flatten().copied();
        let mut again: BTreeSet<RequirementId> = tied.collect();
        if moment.rolls_over {
            again.extend(RequirementId::enumerate(self.requirements).map(|(id, _)| id));
        }
        let mut changed = BTreeSet::new();
        for id in again {
            let assignment = self.candidates.assignment(id.of(self.requirements));
            let known = &mut self.assignments[id.index()];
            if *known == assignment {
                continue;
            }
            changed.insert(id);
            let before = std::mem::replace(known, assignment);
            for holding in &before.holdings {
                if let Some(served) = self.serves.get_mut(&holding.certificate) {
                    served.remove(&id);
                    changed.extend(served.iter());
                    if served.is_empty() {
                        self.serves.remove(&holding.certificate);
                    }
                }
            }
            for holding in &self.assignments[id.index()].holdings {
                self.serves.entry(holding.certificate).or_default().insert(id);
            }
        }
        changed
    }

    /// The requirements with findings that one of these waivers covers.
    fn covered_by(&self, waivers: &[usize]) -> Vec<RequirementId> {
        if waivers.is_empty() {
            return Vec::new();
        }
        let is_covered = |said: &Said| said.waived.iter().any(|waiver| waivers.contains(waiver));
        let said = RequirementId::enumerate(&self.of_requirement);
        said.filter(|(_, said)| is_covered(said)).map(|(id, _)| id).collect()
    }

    /// The requirements, and all that share a certificate with them, over any number of steps.
    fn with_neighbors(&self, requirements: BTreeSet<RequirementId>) -> BTreeSet<RequirementId> {
        let mut together = requirements;
        let mut open: Vec<RequirementId> = together.iter().copied().collect();
        while let Some(id) = open.pop() {
            for holding in &id.of(&self.assignments).holdings {
                let served = self.serves.get(&holding.certificate).into_iter().flatten();
                open.extend(served.filter(|other| together.insert(**other)));
            }
        }
        together
    }

    fn judge_requirements(&mut self, ids: &BTreeSet<RequirementId>, tell: &mut dyn FnMut(&Appeared<'_>)) {
        let ids: Vec<RequirementId> = ids.iter().copied().collect();
        let matched: Vec<Matched<'_>> = ids
            .iter()
            .map(|id| Matched { requirement: id.of(self.requirements), assignment: id.of(&self.assignments) })
            .collect();
        let findings = self.findings(&matched, &self.rules.requirements);
        let mut before: HashSet<Key> = HashSet::new();
        for id in &ids {
            let said = std::mem::take(&mut self.of_requirement[id.index()]);
            before.extend(said.open);
            uncount(&mut self.covered, &said.waived);
        }
        for finding in &findings {
            let Some(first) = finding.requirements.first() else { continue };
            let said = &mut self.of_requirement[first.of(&ids).index()];
            let Some(requirements) =
                note(finding, &matched, &self.case.policy.scope, said, &mut self.covered)
            else {
                continue;
            };
            if !before.contains(&Key::of(finding)) {
                tell(&Appeared { at: self.now, finding, requirements });
            }
        }
    }

    /// Runs the rules on the folder: those that look at the time, and if asked the others.
    fn judge_folder(&mut self, all: bool, tell: &mut dyn FnMut(&Appeared<'_>)) {
        self.judge_whole(Whole::FolderAt, tell);
        if all {
            self.judge_whole(Whole::Folder, tell);
        }
    }

    fn judge_whole(&mut self, whole: Whole, tell: &mut dyn FnMut(&Appeared<'_>)) {
        let requirements = self.requirements;
        let assignments = std::mem::take(&mut self.assignments);
        let matched = Matched::pairs(requirements, &assignments);
        let rules = match whole {
            Whole::Folder => &self.rules.folder,
            Whole::FolderAt => &self.rules.folder_at,
            Whole::Topology => &self.rules.topology,
            Whole::Policy => &self.rules.policy,
        };
        let findings = self.findings(&matched, rules);
        let said = match whole {
            Whole::Folder => &mut self.of_folder,
            Whole::FolderAt => &mut self.of_folder_at,
            Whole::Topology => &mut self.of_topology,
            Whole::Policy => &mut self.of_policy,
        };
        let before = std::mem::take(said);
        uncount(&mut self.covered, &before.waived);
        for finding in &findings {
            let Some(requirements) =
                note(finding, &matched, &self.case.policy.scope, said, &mut self.covered)
            else {
                continue;
            };
            if !before.open.contains(&Key::of(finding)) {
                tell(&Appeared { at: self.now, finding, requirements });
            }
        }
        self.assignments = assignments;
    }

    /// What rules say of some requirements now.
    fn findings(&self, matched: &[Matched<'_>], rules: &[&'static Rule]) -> Vec<Finding> {
        let case = Case { now: self.now, ..*self.case };
        Engine::new(&case, &self.ground, matched, self.names).findings_of(rules, &self.covered)
    }
}

impl Key {
    fn of(finding: &Finding) -> Self {
        Self { id: finding.id.clone(), certificate: finding.certificate, severity: finding.severity }
    }
}

/// What some rules look at as a whole.
#[derive(Clone, Copy)]
enum Whole {
    Folder,
    FolderAt,
    Topology,
    Policy,
}

/// Takes a finding down. If it is an open error or warning on something in scope: the requirements there that it concerns.
fn note<'t>(
    finding: &Finding,
    matched: &[Matched<'t>],
    scope: &Scope,
    said: &mut Said,
    covered: &mut [usize],
) -> Option<Vec<&'t Requirement>> {
    if let Some(waiver) = finding.waived {
        said.waived.push(waiver);
        covered[waiver] += 1;
        return None;
    }
    let concerned = finding.requirements.iter().map(|id| id.of(matched).requirement);
    let requirements: Vec<&Requirement> =
        concerned.filter(|requirement| scope.includes(&requirement.holder)).collect();
    // A finding without requirements is about the folder or the topology as a whole.
    let is_judged = finding.requirements.is_empty() || !requirements.is_empty();
    if finding.severity <= Severity::Info || !is_judged {
        return None;
    }
    said.open.insert(Key::of(finding));
    Some(requirements)
}

fn uncount(covered: &mut [usize], waived: &[usize]) {
    for waiver in waived {
        covered[*waiver] -= 1;
    }
}
