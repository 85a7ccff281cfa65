//! What was said of each part of a case that is judged over time, so that only what is new is told.

use std::collections::{HashMap, HashSet};

use time::OffsetDateTime;

use super::{Finding, Matched};
use crate::ids::{CertificateId, RequirementId};
use crate::policy::{Policy, Scope};
use crate::requirement::Requirement;
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

/// A part of a case that is judged anew by itself.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// What concerns this requirement first.
    Requirement(RequirementId),
    /// The folder as a whole.
    Folder,
    /// The same, by rules that look at the time.
    FolderAt,
    /// The topology as a whole.
    Topology,
    /// What lies idle in the places of servers: this certificate.
    Idle(CertificateId),
    /// The policy.
    Policy,
}

/// What rules say at a moment.
pub(super) struct News<'n, 't> {
    pub(super) at: OffsetDateTime,
    pub(super) findings: &'n [Finding],
    /// The requirements that the findings speak of.
    pub(super) matched: &'n [Matched<'t>],
}

/// What is said of all parts.
pub(super) struct Record<'a> {
    scope: &'a Scope,
    of_requirement: Vec<Said>,
    of_folder: Said,
    of_folder_at: Said,
    of_topology: Said,
    of_idle: HashMap<CertificateId, Said>,
    of_policy: Said,
    /// How many findings each waiver covers.
    pub(super) covered: Vec<usize>,
}

/// What is said of one part.
#[derive(Default)]
struct Said {
    /// The open errors and warnings.
    open: HashSet<Key>,
    /// The waivers that cover something in it, as often as they do.
    waived: Vec<usize>,
}

impl Said {
    fn is_covered_by(&self, waivers: &[usize]) -> bool {
        self.waived.iter().any(|waiver| waivers.contains(waiver))
    }
}

/// What makes a finding the same on another day.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
struct Key {
    id: String,
    certificate: Option<CertificateId>,
    severity: Severity,
}

impl Key {
    fn of(finding: &Finding) -> Self {
        Self { id: finding.id.clone(), certificate: finding.certificate, severity: finding.severity }
    }
}

impl<'a> Record<'a> {
    pub(super) fn new(requirements: &[Requirement], policy: &'a Policy) -> Self {
        Self {
            scope: &policy.scope,
            of_requirement: requirements.iter().map(|_| Said::default()).collect(),
            of_folder: Said::default(),
            of_folder_at: Said::default(),
            of_topology: Said::default(),
            of_idle: HashMap::new(),
            of_policy: Said::default(),
            covered: vec![0; policy.waivers.len()],
        }
    }

    /// Whether one of these waivers covers something in a part.
    pub(super) fn is_covered_by(&self, part: Part, waivers: &[usize]) -> bool {
        let said = match part {
            Part::Requirement(id) => id.of(&self.of_requirement),
            Part::Folder => &self.of_folder,
            Part::FolderAt => &self.of_folder_at,
            Part::Topology => &self.of_topology,
            Part::Idle(id) => return self.of_idle.get(&id).is_some_and(|said| said.is_covered_by(waivers)),
            Part::Policy => &self.of_policy,
        };
        said.is_covered_by(waivers)
    }

    /// The requirements with findings that one of these waivers covers.
    pub(super) fn requirements_covered_by(&self, waivers: &[usize]) -> Vec<RequirementId> {
        if waivers.is_empty() {
            return Vec::new();
        }
        let said = RequirementId::enumerate(&self.of_requirement);
        said.filter(|(_, said)| said.is_covered_by(waivers)).map(|(id, _)| id).collect()
    }

    /// Takes down what is said of some parts now in place of what was said before, and tells what was not open then.
    pub(super) fn replace(
        &mut self,
        news: &News<'_, '_>,
        parts: &[Part],
        part_of: &dyn Fn(&Finding) -> Option<Part>,
        tell: &mut dyn FnMut(&Appeared<'_>),
    ) {
        let mut before: HashSet<Key> = HashSet::new();
        for part in parts {
            let said = std::mem::take(self.of(*part));
            before.extend(said.open);
            for waiver in said.waived {
                self.covered[waiver] -= 1;
            }
        }
        for finding in news.findings {
            let Some(part) = part_of(finding) else { continue };
            if let Some(requirements) = self.note(finding, news.matched, part)
                && !before.contains(&Key::of(finding))
            {
                tell(&Appeared { at: news.at, finding, requirements });
            }
        }
    }

    /// Takes a finding down. If it is an open error or warning on something in scope: the requirements there that it concerns.
    fn note<'t>(
        &mut self,
        finding: &Finding,
        matched: &[Matched<'t>],
        part: Part,
    ) -> Option<Vec<&'t Requirement>> {
        if let Some(waiver) = finding.waived {
            self.of(part).waived.push(waiver);
            self.covered[waiver] += 1;
            return None;
        }
        let concerned = finding.requirements.iter().map(|id| id.of(matched).requirement);
        let requirements: Vec<&Requirement> =
            concerned.filter(|requirement| self.scope.includes(&requirement.holder)).collect();
        // A finding without requirements and place is about the folder or the topology as a whole.
        let is_judged = match &finding.place {
            Some(holder) => self.scope.includes(holder),
            None => finding.requirements.is_empty() || !requirements.is_empty(),
        };
        if finding.severity <= Severity::Info || !is_judged {
            return None;
        }
        self.of(part).open.insert(Key::of(finding));
        Some(requirements)
    }

    fn of(&mut self, part: Part) -> &mut Said {
        match part {
            Part::Requirement(id) => &mut self.of_requirement[id.index()],
            Part::Folder => &mut self.of_folder,
            Part::FolderAt => &mut self.of_folder_at,
            Part::Topology => &mut self.of_topology,
            Part::Idle(id) => self.of_idle.entry(id).or_default(),
            Part::Policy => &mut self.of_policy,
        }
    }
}
