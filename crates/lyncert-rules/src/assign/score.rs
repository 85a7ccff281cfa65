//! Which of several certificates serves a requirement best.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use time::Duration;

use super::eligible::{covers_half, has_ekus, has_subject, is_anchored};
use super::{Candidate, Candidates};
use crate::certificate::ChainState;
use crate::digest::Fingerprint;
use crate::ids::CertificateId;
use crate::matching::{Cover, DnsPattern, NameSet, lower_case};
use crate::requirement::{Need, Requirement};

/// What a required name weighs that the certificate does not cover. Less than not being valid: a renewal that forgot one name
/// is the certificate in use, and not the complete one before it, which has expired.
const MISSING_NAME_WEIGHT: usize = 2;
/// What it weighs not to be valid now. Less than two names: a valid certificate that merely shares some names with the
/// requirement is not the one in use.
const NOT_VALID_WEIGHT: usize = 3;
/// What it weighs to have the subject of another requirement. More than not being valid: a sound certificate of the neighbor
/// is no sign that the own one, which has expired, was replaced.
const FOREIGN_SUBJECT_WEIGHT: usize = 4;

/// How far apart certificates are issued that were ordered together, as where each usage has one of its own. A month leaves time
/// for orders that take several days each; renewals come later, even of certificates that live 47 days.
const ISSUED_TOGETHER: Duration = Duration::days(30);

impl Candidates<'_> {
    /// The one with the lowest sort key. Of several that match equally well and were issued together, the one that was made for
    /// this requirement.
    pub(super) fn best<'c>(
        &self,
        requirement: &Requirement,
        mut candidates: impl Iterator<Item = Candidate<'c>>,
    ) -> Option<CertificateId> {
        let first = candidates.next()?;
        let Some(second) = candidates.next() else { return Some(first.id) };
        let candidates = [first, second].into_iter().chain(candidates);
        let keyed: Vec<_> =
            candidates.map(|candidate| (self.sort_key(requirement, &candidate), candidate)).collect();
        let (winning_key, winner) = keyed.iter().min_by_key(|(key, _)| *key)?;
        let newest = winner.certificate.not_before;
        let as_good = keyed.iter().filter(|(key, candidate)| {
            key.score == winning_key.score && newest - candidate.certificate.not_before <= ISSUED_TOGETHER
        });
        let best = as_good.min_by_key(|(key, candidate)| (candidate.fit_penalty(requirement), *key))?;
        Some(best.1.id)
    }

    /// Lower is better: by match, the newest in front, and at last by something that never changes.
    pub(super) fn sort_key(&self, requirement: &Requirement, candidate: &Candidate<'_>) -> SortKey {
        let certificate = candidate.certificate;
        SortKey {
            score: self.match_score(requirement, candidate),
            newest: Reverse(certificate.not_before.unix_timestamp()),
            sha256: certificate.sha256,
        }
    }

    fn match_score(&self, requirement: &Requirement, candidate: &Candidate<'_>) -> MatchScore {
        let Fit { missing, by_wildcard, lacks_subject, lacks_ekus } = candidate.fit(requirement);
        let has_foreign_subject = || {
            let mut names = candidate.certificate.common_names.iter();
            names.any(|name| self.subjects.contains(&*lower_case(name)))
        };
        MatchScore {
            weight: missing * MISSING_NAME_WEIGHT
                + usize::from(!candidate.certificate.is_valid_at(self.now)) * NOT_VALID_WEIGHT
                + usize::from(lacks_subject && has_foreign_subject()) * FOREIGN_SUBJECT_WEIGHT,
            by_wildcard,
            lacks_subject,
            lacks_ekus,
            is_refused: candidate.certificate.chain.state == ChainState::Wrong,
        }
    }
}

/// How badly a certificate matches a requirement, lower is better: the weights above, then names that only a wildcard covers,
/// another subject, missing key usages, and a chain that is wrong or ends nowhere.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct MatchScore {
    weight: usize,
    by_wildcard: usize,
    lacks_subject: bool,
    lacks_ekus: bool,
    is_refused: bool,
}

/// What candidates are sorted by.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct SortKey {
    score: MatchScore,
    newest: Reverse<i64>,
    sha256: Fingerprint,
}

/// How far a certificate meets what is required, in each respect by itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Fit {
    missing: usize,
    by_wildcard: usize,
    lacks_subject: bool,
    lacks_ekus: bool,
}

impl Fit {
    /// Whether the subject is another one.
    pub(super) fn lacks_subject(self) -> bool {
        self.lacks_subject
    }

    /// Missing names, names by a wildcard, and what else differs: lower is better.
    pub(super) fn penalty(self) -> (usize, usize, usize) {
        (self.missing, self.by_wildcard, usize::from(self.lacks_subject) + usize::from(self.lacks_ekus))
    }

    /// Whether it is nowhere worse than another.
    pub(super) fn is_as_good_as(self, other: Self) -> bool {
        self.missing <= other.missing
            && self.by_wildcard <= other.by_wildcard
            && self.lacks_subject <= other.lacks_subject
            && self.lacks_ekus <= other.lacks_ekus
    }
}

/// How a certificate matches a requirement, whatever the time.
#[derive(Clone, Copy, Debug)]
struct Match {
    fit: Fit,
    /// Whether it has a name of the holder's own and half of the required ones.
    has_enough_names: bool,
    penalty: FitPenalty,
}

/// How little a certificate looks made for a requirement: names of any need that it does not cover, then whether it lacks advised key
/// usages, then entries that the requirement does not know.
type FitPenalty = (usize, bool, usize);

/// Matches that were worked out. A requirement is known by where it lies: all that is asked of one set of candidates lies in one list.
#[derive(Debug, Default)]
pub(super) struct Matches {
    known: Mutex<HashMap<(usize, CertificateId), Match>>,
}

/// More than so many matches are not kept, but worked out each time: some hundred megabytes.
const MAX_MATCHES: usize = 2_000_000;

impl Candidate<'_> {
    /// How far it meets a requirement.
    pub(super) fn fit(&self, requirement: &Requirement) -> Fit {
        match self.known_match(requirement) {
            Some(known) => known.fit,
            None => self.work_out_fit(requirement),
        }
    }

    /// Whether it has a name that is the holder's own, and at least half of the names that are required.
    pub(super) fn has_enough_names(&self, requirement: &Requirement) -> bool {
        match self.known_match(requirement) {
            Some(known) => known.has_enough_names,
            None => is_anchored(requirement, self.names) && covers_half(requirement, self.names),
        }
    }

    fn known_match(&self, requirement: &Requirement) -> Option<Match> {
        let mut known = self.matches?.known.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (std::ptr::from_ref(requirement).addr(), self.id);
        if let Some(known) = known.get(&key) {
            return Some(*known);
        }
        let worked_out = Match {
            fit: self.work_out_fit(requirement),
            has_enough_names: is_anchored(requirement, self.names) && covers_half(requirement, self.names),
            penalty: self.work_out_penalty(requirement),
        };
        if known.len() < MAX_MATCHES {
            known.insert(key, worked_out);
        }
        Some(worked_out)
    }

    fn work_out_fit(&self, requirement: &Requirement) -> Fit {
        let required = requirement.names.iter().filter(|name| name.need == Need::Required);
        let (mut missing, mut by_wildcard) = (0, 0);
        for cover in required.map(|name| self.names.cover_of(&name.name)) {
            match cover {
                None => missing += 1,
                Some(Cover::Wildcard) => by_wildcard += 1,
                Some(Cover::Exact) => {}
            }
        }
        Fit {
            missing,
            by_wildcard,
            lacks_subject: !has_subject(requirement, self.names),
            lacks_ekus: !has_ekus(&requirement.eku, self.certificate),
        }
    }

    /// How little it looks made for a requirement.
    fn fit_penalty(&self, requirement: &Requirement) -> FitPenalty {
        match self.known_match(requirement) {
            Some(known) => known.penalty,
            None => self.work_out_penalty(requirement),
        }
    }

    fn work_out_penalty(&self, requirement: &Requirement) -> FitPenalty {
        let missing =
            requirement.names.iter().filter(|name| self.names.cover_of(&name.name).is_none()).count();
        let known: NameSet<'_> = (requirement.names.iter().map(|name| &name.name))
            .chain(requirement.also_accepted.iter().map(|name| &name.name))
            .chain([&requirement.subject])
            .collect();
        let is_surplus = |entry: &&DnsPattern| !known.has_covered_by(entry);
        let surplus = self.names.patterns.iter().filter(is_surplus).count();
        (missing, !has_ekus(&requirement.advised_eku, self.certificate), surplus)
    }
}
