//! A case judged over time: at each moment at which something in it can change, what that moment touches is judged anew.
//!
//! Nothing is guessed, and little is done: a moment belongs to certificates, revocation lists, waivers or roll-overs. Requirements
//! that one of these certificates is tied to get their assignments again, unless it lies in the place of one server and is not
//! chosen otherwise there; whatever shares a certificate with them is judged with them, since findings of one certificate are put
//! together; all the rest is as it was. Rules that look at a folder as a whole run again where what is in use has changed, or
//! where they look at the time.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use time::{Duration, OffsetDateTime};

use super::engine::{Engine, Ground};
use super::said::{Appeared, News, Part, Record};
use super::trial::{outlooks, try_requests};
use super::wanted::Wanted;
use super::{Case, Finding, Matched};
use crate::assign::{Assignment, Candidates, Reach, Tie, read_placements};
use crate::certificate::Certificate;
use crate::ids::{CertificateId, RequirementId};
use crate::names::NameBook;
use crate::requirement::Requirement;
use crate::rule::{Check, RULES, Rule};
use crate::stop::Stop;

/// Judges a case from its time to another, and tells each error and warning that appears after the start, in the order of time.
pub fn assess_over_time(
    case: &Case<'_>,
    requirements: &[Requirement],
    until: OffsetDateTime,
    tell: &mut dyn FnMut(&Appeared<'_>),
) {
    assess_over_time_while_awaited(case, requirements, until, &Stop::never(), tell);
}

/// The same, for as long as somebody waits for it.
pub fn assess_over_time_while_awaited(
    case: &Case<'_>,
    requirements: &[Requirement],
    until: OffsetDateTime,
    stop: &Stop,
    tell: &mut dyn FnMut(&Appeared<'_>),
) {
    let names = NameBook::new(case.certificates);
    let placements = read_placements(case.topology, case.certificates, case.collections);
    let candidates = Candidates::new(
        case.topology,
        requirements,
        &names,
        &placements,
        case.assignment_records,
        case.collections,
        case.now,
    )
    .until(stop)
    .over_time();
    let mut timeline = Timeline::new(case, requirements, &names, candidates, stop);
    let moments = timeline.moments(until);
    timeline.judge_all();
    for (at, moment) in moments.into_iter().take_while(|_| !stop.is_said()) {
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
    /// Whether a revocation list becomes overdue, or a collection too old.
    touches_folder: bool,
    /// Whether staged certificates take over.
    rolls_over: bool,
}

struct Timeline<'a> {
    case: &'a Case<'a>,
    now: OffsetDateTime,
    requirements: &'a [Requirement],
    names: &'a NameBook<'a>,
    ground: Ground<'a>,
    candidates: Candidates<'a>,
    /// The requirements that each certificate is tied to.
    tied: HashMap<CertificateId, Vec<(RequirementId, Tie)>>,
    assignments: Vec<Assignment>,
    serves: BTreeMap<CertificateId, BTreeSet<RequirementId>>,
    /// What lies idle as things are served now, by certificate: places in the list of the ground.
    idle: BTreeMap<CertificateId, Vec<usize>>,
    record: Record<'a>,
    rules: RulesByView,
}

/// The rules by what they look at.
struct RulesByView {
    requirements: Vec<&'static Rule>,
    own_quality: Vec<&'static Rule>,
    folder: Vec<&'static Rule>,
    folder_at: Vec<&'static Rule>,
    topology: Vec<&'static Rule>,
    policy: Vec<&'static Rule>,
}

impl RulesByView {
    fn new() -> Self {
        let mut rules = Self {
            requirements: Vec::new(),
            own_quality: Vec::new(),
            folder: Vec::new(),
            folder_at: Vec::new(),
            topology: Vec::new(),
            policy: Vec::new(),
        };
        for rule in RULES {
            if rule.judges_own_quality {
                rules.own_quality.push(*rule);
            }
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

    fn of(&self, part: Part) -> &[&'static Rule] {
        match part {
            Part::Requirement(_) => &self.requirements,
            Part::Folder => &self.folder,
            Part::FolderAt => &self.folder_at,
            Part::Topology => &self.topology,
            Part::Idle(_) => &self.own_quality,
            Part::Policy => &self.policy,
        }
    }
}

impl<'a> Timeline<'a> {
    fn new(
        case: &'a Case<'a>,
        requirements: &'a [Requirement],
        names: &'a NameBook<'a>,
        candidates: Candidates<'a>,
        stop: &Stop,
    ) -> Self {
        let mut tied: HashMap<CertificateId, Vec<(RequirementId, Tie)>> = HashMap::new();
        for (id, requirement) in RequirementId::enumerate(requirements) {
            for (certificate, tie) in candidates.tied_to(requirement) {
                tied.entry(certificate).or_default().push((id, tie));
            }
        }
        let assignments: Vec<Assignment> =
            requirements.iter().map(|requirement| candidates.assignment(requirement)).collect();
        let tried = try_requests(case, requirements, case.requests, &Wanted::default(), Reach::Tied);
        let mut serves: BTreeMap<CertificateId, BTreeSet<RequirementId>> = BTreeMap::new();
        for (id, assignment) in RequirementId::enumerate(&assignments) {
            for holding in &assignment.holdings {
                serves.entry(holding.certificate).or_default().insert(id);
            }
        }
        let mut timeline = Self {
            case,
            now: case.now,
            requirements,
            names,
            ground: Ground::new(case, requirements, stop).with_requests(outlooks(case.requests, &tried)),
            candidates,
            tied,
            assignments,
            serves,
            idle: BTreeMap::new(),
            record: Record::new(requirements, case.policy),
            rules: RulesByView::new(),
        };
        timeline.idle = timeline.ground.idle_places(case, timeline.serves.keys().copied());
        timeline
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
        let idle = self.ground.lying().map(|lying| lying.certificate);
        let certificates: BTreeSet<CertificateId> =
            self.tied.keys().chain(self.serves.keys()).copied().chain(idle).collect();
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
            at(overdue, &|moment| moment.touches_folder = true);
        }
        for collection in self.case.collections.collections() {
            let too_old = collection.too_old_from(self.case.policy.collection.max_age);
            at(too_old, &|moment| moment.touches_folder = true);
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
        self.judge_whole(Part::Topology, &mut nobody);
        let idle: Vec<CertificateId> = self.idle.keys().copied().collect();
        self.judge_idle(&idle, &mut nobody);
        self.judge_whole(Part::Policy, &mut nobody);
    }

    fn go_to(&mut self, at: OffsetDateTime, moment: &Moment, tell: &mut dyn FnMut(&Appeared<'_>)) {
        self.now = at;
        let covered_before = self.record.covered.clone();
        let again = self.go_on_with_candidates(moment);
        let mut touched = self.assign_again(&again);
        // Rules on the folder know what each certificate serves.
        let is_same = touched.is_empty();
        for id in moment.flipping.iter().chain(&moment.touched) {
            touched.extend(self.serves.get(id).into_iter().flatten());
        }
        touched.extend(self.record.requirements_covered_by(&moment.ending_waivers));
        let touched = self.with_neighbors(touched);
        if !touched.is_empty() {
            self.judge_requirements(&touched, tell);
        }
        let is_waived = |record: &Record<'_>, part| record.is_covered_by(part, &moment.ending_waivers);
        if !is_same || is_waived(&self.record, Part::Folder) {
            self.judge_folder(true, tell);
        } else if !moment.flipping.is_empty()
            || moment.touches_folder
            || is_waived(&self.record, Part::FolderAt)
        {
            self.judge_folder(false, tell);
        }
        if is_waived(&self.record, Part::Topology) {
            self.judge_whole(Part::Topology, tell);
        }
        self.judge_idle_again(is_same, moment, tell);
        if moment.touches_policy || self.record.covered != covered_before {
            self.judge_whole(Part::Policy, tell);
        }
    }

    /// Takes the candidates to the time of a moment, and tells the requirements that may have other ones then. Where a pool or the
    /// deployment has many servers and certificates lie in their places, one of them is of no account to the others: only its own
    /// server is looked at, as it was and as it is.
    fn go_on_with_candidates(&mut self, moment: &Moment) -> BTreeSet<RequirementId> {
        let (mut again, mut on_servers) = (BTreeSet::new(), BTreeSet::new());
        for (id, tie) in moment.flipping.iter().filter_map(|id| self.tied.get(id)).flatten() {
            match tie {
                Tie::Whole => _ = again.insert(*id),
                Tie::OnServer(server) => _ = on_servers.insert((*id, *server)),
            }
        }
        if moment.rolls_over {
            again.extend(RequirementId::enumerate(self.requirements).map(|(id, _)| id));
        }
        on_servers.retain(|(id, _)| !again.contains(id));
        let requirements = self.requirements;
        let choices = |candidates: &Candidates<'_>| -> Vec<_> {
            on_servers.iter().map(|(id, server)| candidates.chosen_on(id.of(requirements), *server)).collect()
        };
        let before = choices(&self.candidates);
        self.candidates.go_to(self.now);
        let after = choices(&self.candidates);
        let changed =
            on_servers.iter().zip(before.iter().zip(&after)).filter(|(_, (before, after))| before != after);
        again.extend(changed.map(|((id, _), _)| *id));
        again
    }

    /// Gives requirements their assignments again; those that have others now, and whom these serve.
    fn assign_again(&mut self, again: &BTreeSet<RequirementId>) -> BTreeSet<RequirementId> {
        let mut changed = BTreeSet::new();
        for &id in again {
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
        let parts: Vec<Part> = ids.iter().copied().map(Part::Requirement).collect();
        let part_of = |finding: &Finding| finding.requirements.first().map(|first| *first.of(&parts));
        let news = News { at: self.now, findings: &findings, matched: &matched };
        self.record.replace(&news, &parts, &part_of, tell);
    }

    /// Runs the rules on the folder: those that look at the time, and if asked the others.
    fn judge_folder(&mut self, all: bool, tell: &mut dyn FnMut(&Appeared<'_>)) {
        self.judge_whole(Part::FolderAt, tell);
        if all {
            self.judge_whole(Part::Folder, tell);
        }
    }

    fn judge_whole(&mut self, part: Part, tell: &mut dyn FnMut(&Appeared<'_>)) {
        let matched = Matched::pairs(self.requirements, &self.assignments);
        let rules = self.rules.of(part);
        let findings = self.findings(&matched, rules);
        let news = News { at: self.now, findings: &findings, matched: &matched };
        self.record.replace(&news, &[part], &|_| Some(part), tell);
    }

    /// Judges what lies idle in the places of servers: where other certificates serve now than before, all of it, else what the moment
    /// touches.
    fn judge_idle_again(&mut self, is_same: bool, moment: &Moment, tell: &mut dyn FnMut(&Appeared<'_>)) {
        let mut again: BTreeSet<CertificateId> = if is_same {
            let touched = moment.flipping.iter().chain(&moment.touched);
            touched.filter(|id| self.idle.contains_key(id)).copied().collect()
        } else {
            let before = std::mem::take(&mut self.idle);
            self.idle = self.ground.idle_places(self.case, self.serves.keys().copied());
            before.keys().chain(self.idle.keys()).copied().collect()
        };
        if !moment.ending_waivers.is_empty() {
            let is_waived =
                |id: &&CertificateId| self.record.is_covered_by(Part::Idle(**id), &moment.ending_waivers);
            again.extend(self.idle.keys().filter(is_waived));
        }
        self.judge_idle(&again.into_iter().collect::<Vec<_>>(), tell);
    }

    fn judge_idle(&mut self, certificates: &[CertificateId], tell: &mut dyn FnMut(&Appeared<'_>)) {
        if certificates.is_empty() {
            return;
        }
        let case = Case { now: self.now, ..*self.case };
        let places = certificates.iter().filter_map(|id| self.idle.get(id)).flatten().copied();
        let idle = self.ground.lying_at(places);
        let findings = Engine::of_idle(&case, &self.ground, idle, self.names)
            .findings_of(&self.rules.own_quality, &self.record.covered);
        let parts: Vec<Part> = certificates.iter().copied().map(Part::Idle).collect();
        let news = News { at: self.now, findings: &findings, matched: &[] };
        self.record.replace(&news, &parts, &|finding| finding.certificate.map(Part::Idle), tell);
    }

    /// What rules say of some requirements now.
    fn findings(&self, matched: &[Matched<'_>], rules: &[&'static Rule]) -> Vec<Finding> {
        let case = Case { now: self.now, ..*self.case };
        Engine::new(&case, &self.ground, matched, self.names).findings_of(rules, &self.record.covered)
    }
}
