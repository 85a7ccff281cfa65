//! The choice of a certificate for each usage on one server: by records, by paths, or by the best match of names.

use lyncert_ingest::name::DnsName;

use super::eligible::FoundIn;
use super::{AssignedBy, Candidates};
use crate::assignment_record::{MissingCertificate, Recorded};
use crate::ids::CertificateId;
use crate::placement::Placement;
use crate::requirement::Requirement;
use crate::usage::CertificateUsage;

/// A certificate and how it was chosen.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Choice {
    pub(super) certificate: CertificateId,
    pub(super) assigned_by: AssignedBy,
}

impl Choice {
    pub(super) fn as_best_match(self) -> Self {
        Self { assigned_by: AssignedBy::BestMatch, ..self }
    }
}

impl Candidates<'_> {
    /// What exports say for one server, and what the paths say where they are silent. Where they say that a certificate serves
    /// that the folder does not hold, nothing is chosen in its place.
    pub(super) fn recorded_choices(
        &self,
        requirement: &Requirement,
        server: Option<&DnsName>,
        missing: &mut Vec<MissingCertificate>,
    ) -> Vec<(CertificateUsage, Choice)> {
        let mut recorded: Vec<(CertificateUsage, Option<CertificateId>)> = Vec::new();
        let first_missing = missing.len();
        for &usage in &requirement.usages {
            match self.records.assigned_to(&self.on_server(requirement, server, usage)) {
                Some((Recorded::InFolder(certificate), _)) => recorded.push((usage, Some(*certificate))),
                Some((Recorded::Missing(thumbprint), source)) => {
                    let of_server = missing.get_mut(first_missing..).unwrap_or_default();
                    match of_server.iter_mut().find(|known| known.thumbprint == *thumbprint) {
                        Some(known) => known.usages.push(usage),
                        None => missing.push(MissingCertificate {
                            server: server.cloned(),
                            usages: vec![usage],
                            thumbprint: *thumbprint,
                            source: source.to_owned(),
                        }),
                    }
                }
                None => recorded.push((usage, None)),
            }
        }
        let placed = self.placed_choices(requirement, server);
        if missing.len() == first_missing && recorded.iter().all(|(_, certificate)| certificate.is_none()) {
            return placed;
        }
        let first = recorded.iter().find_map(|(_, certificate)| *certificate);
        let choice = |(usage, own): (CertificateUsage, Option<CertificateId>)| {
            let assigned = own.map(|certificate| Choice { certificate, assigned_by: AssignedBy::Assigned });
            let of_path = || placed.iter().find(|(placed, _)| *placed == usage).map(|(_, choice)| *choice);
            let like_others =
                || first.map(|certificate| Choice { certificate, assigned_by: AssignedBy::BestMatch });
            Some((usage, assigned.or_else(of_path).or_else(like_others)?))
        };
        recorded.into_iter().filter_map(choice).collect()
    }

    /// What the paths say for one server: a certificate for each usage, or nothing at all.
    fn placed_choices(
        &self,
        requirement: &Requirement,
        server: Option<&DnsName>,
    ) -> Vec<(CertificateUsage, Choice)> {
        let found: Vec<(CertificateUsage, Option<CertificateId>)> = requirement
            .usages
            .iter()
            .map(|usage| (*usage, self.placed(requirement, server, *usage)))
            .collect();
        // A usage that no path names is served by the same certificate as the first one that a path names.
        let Some(first) = found.iter().find_map(|(_, certificate)| *certificate) else { return Vec::new() };
        found
            .into_iter()
            .map(|(usage, own)| {
                let certificate = own.unwrap_or(first);
                (usage, Choice { certificate, assigned_by: AssignedBy::Placed })
            })
            .collect()
    }

    /// The certificate placed for this server and usage: one that names server and usage first, then pool and usage,
    /// then the server alone, then the pool alone.
    fn placed(
        &self,
        requirement: &Requirement,
        server: Option<&DnsName>,
        usage: CertificateUsage,
    ) -> Option<CertificateId> {
        let tiers = [(true, true), (false, true), (true, false), (false, false)];
        tiers.into_iter().find_map(|(on_server, with_usage)| {
            if on_server && server.is_none() {
                return None;
            }
            let says_so = |placement: &Placement| {
                placement.is_on(requirement, server, on_server)
                    && match &placement.usages {
                        Some(usages) => with_usage && usages.contains(&usage),
                        None => !with_usage,
                    }
            };
            let there = self.index.placed_for(requirement, server.filter(|_| on_server));
            let placed = there.iter().map(|id| self.candidate(*id));
            let placed = placed.filter(|candidate| candidate.placements.iter().any(says_so));
            // A folder of a server holds chains and other things too: there a certificate has to fit as well.
            let fitting = placed.filter(|candidate| {
                with_usage || candidate.is_eligible(requirement, server, FoundIn::HoldersFolder)
            });
            self.best(requirement, fitting)
        })
    }

    /// The certificate that matches best by its names, for all usages.
    pub(super) fn best_choices(
        &self,
        requirement: &Requirement,
        server: Option<&DnsName>,
    ) -> Vec<(CertificateUsage, Choice)> {
        let tied = self.index.with_own_name(requirement).into_iter().map(|id| self.candidate(id));
        let free = tied.filter(|candidate| {
            !candidate.is_placed_elsewhere(requirement)
                && candidate.is_eligible(requirement, server, FoundIn::AnyFolder)
        });
        match self.best(requirement, free) {
            Some(certificate) => {
                let choice = Choice { certificate, assigned_by: AssignedBy::BestMatch };
                requirement.usages.iter().map(|usage| (*usage, choice)).collect()
            }
            None => Vec::new(),
        }
    }
}
