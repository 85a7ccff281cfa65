//! Which of several certificates serves a requirement best.

use std::cmp::Reverse;

use lyncert_ingest::name::DnsName;
use time::Duration;

use super::eligible::{has_ekus, has_subject};
use super::{Candidate, Candidates};
use crate::matching::{Cover, DnsPattern, lower_case};
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
        candidates: impl Iterator<Item = &'c Candidate<'c>>,
    ) -> Option<usize> {
        let candidates: Vec<_> = candidates.collect();
        let winner = candidates.iter().min_by_key(|candidate| self.sort_key(requirement, candidate))?;
        let (score, newest) = (self.match_score(requirement, winner), winner.certificate.not_before);
        let as_good = candidates.iter().filter(|candidate| {
            newest - candidate.certificate.not_before <= ISSUED_TOGETHER
                && self.match_score(requirement, candidate) == score
        });
        let best = as_good.min_by_key(|candidate| {
            (candidate.fit_penalty(requirement), self.sort_key(requirement, candidate))
        })?;
        Some(best.index)
    }

    /// Lower is better: by match, the newest in front, and at last by something that never changes.
    pub(super) fn sort_key(&self, requirement: &Requirement, candidate: &Candidate<'_>) -> impl Ord + use<> {
        let certificate = candidate.certificate;
        let newest = Reverse(certificate.not_before.unix_timestamp());
        (self.match_score(requirement, candidate), newest, certificate.sha256)
    }

    /// How badly a certificate matches the requirement, lower is better: the weights above, then names that only a wildcard
    /// covers, another subject, and missing key usages.
    fn match_score(&self, requirement: &Requirement, candidate: &Candidate<'_>) -> impl Ord + use<> {
        let certificate = candidate.certificate;
        let required = requirement.names.iter().filter(|name| name.need == Need::Required);
        let covers: Vec<Option<Cover>> =
            required.map(|name| candidate.names.cover(&name.name).map(|cover| cover.cover)).collect();
        let missing = covers.iter().filter(|cover| cover.is_none()).count();
        let by_wildcard = covers.iter().filter(|cover| **cover == Some(Cover::Wildcard)).count();
        let is_named_so = has_subject(requirement, certificate);
        let is_of_other =
            || certificate.common_names.iter().any(|name| self.subjects.contains(&*lower_case(name)));
        (
            missing * MISSING_NAME_WEIGHT
                + usize::from(!certificate.is_valid_at(self.now)) * NOT_VALID_WEIGHT
                + usize::from(!is_named_so && is_of_other()) * FOREIGN_SUBJECT_WEIGHT,
            by_wildcard,
            !is_named_so,
            !has_ekus(&requirement.eku, certificate),
        )
    }
}

impl Candidate<'_> {
    /// How little it looks made for a requirement: names of any need that it does not cover, then advised key usages that it
    /// lacks, then entries that the requirement does not know.
    fn fit_penalty(&self, requirement: &Requirement) -> impl Ord + use<> {
        let missing = requirement.names.iter().filter(|name| self.names.cover(&name.name).is_none()).count();
        let known: Vec<&DnsName> = (requirement.names.iter().map(|name| &name.name))
            .chain(requirement.also_accepted.iter().map(|name| &name.name))
            .chain([&requirement.subject])
            .collect();
        let is_surplus = |entry: &&DnsPattern| !known.iter().any(|name| entry.covers(name).is_some());
        let surplus = self.names.patterns.iter().filter(is_surplus).count();
        (missing, !has_ekus(&requirement.advised_eku, self.certificate), surplus)
    }
}
