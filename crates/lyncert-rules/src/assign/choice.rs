//! The choice of a certificate for each usage on one server: by records, by paths, or by the best match of names.

use lyncert_ingest::name::DnsName;

use super::eligible::FoundIn;
use super::{AssignedBy, Candidate, Candidates, Contradiction, UnassignedUsage};
use crate::assignment_record::{Answer, MissingCertificate, Precedence, Record, RecordId, Recorded};
use crate::certificate::ChainState;
use crate::digest::Thumbprint;
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

/// What is noted besides the choices while they are made.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct Notes {
    pub(super) missing: Vec<MissingCertificate>,
    pub(super) unassigned: Vec<UnassignedUsage>,
    pub(super) contradictions: Vec<Contradiction>,
    pub(super) records: Vec<RecordId>,
}

/// What is known of one server.
pub(super) struct ServerChoices<'a> {
    pub(super) server: Option<&'a DnsName>,
    /// A choice for each usage, or for some of them, or none.
    pub(super) choices: Vec<(CertificateUsage, Choice)>,
    /// Whether exports say of it that something serves there that the folder does not hold, or that nothing does.
    pub(super) lacks_some: bool,
}

/// A certificate that a path places, and those that lie in the same place.
struct Placed {
    certificate: CertificateId,
    rivals: Vec<CertificateId>,
    because: Precedence,
}

impl Candidates<'_> {
    /// What exports say for one server, and what the paths say where they are silent. Where they say that a certificate serves
    /// that the folder does not hold, or none, nothing is chosen in its place.
    pub(super) fn recorded_choices<'r>(
        &self,
        requirement: &'r Requirement,
        server: Option<&'r DnsName>,
        notes: &mut Notes,
    ) -> ServerChoices<'r> {
        let mut recorded: Vec<(CertificateUsage, Option<Choice>)> = Vec::new();
        let mut lacks_some = false;
        for &usage in &requirement.usages {
            match self.records.answer(&self.on_server(requirement, server, usage)) {
                Answer::Assigned(decision) => {
                    notes.records.extend(decision.agreeing.iter().map(|record| record.id));
                    let (source, others) = (&decision.record.source, &decision.against);
                    let others = others.iter().map(|other| (*other).to_owned()).collect();
                    notes.contradiction(server, usage, source, others, decision.because);
                    self.compare_with_place(requirement, server, usage, decision.record, notes);
                    match decision.record.certificate {
                        Recorded::InFolder(certificate) => {
                            // What was seen on one server of a pool is assumed of the others.
                            let is_of_server =
                                decision.agreeing.iter().any(|record| !record.is_of_any_server);
                            let is_known = server.is_none() || is_of_server;
                            let assigned_by =
                                if is_known { AssignedBy::Assigned } else { AssignedBy::BestMatch };
                            recorded.push((usage, Some(Choice { certificate, assigned_by })));
                        }
                        Recorded::Missing(thumbprint) => {
                            lacks_some = true;
                            notes.missing(server, usage, thumbprint, source);
                        }
                    }
                }
                Answer::Unassigned { source, against } => {
                    lacks_some = true;
                    let others = against.iter().map(|record| record.source.clone()).collect();
                    notes.contradiction(server, usage, source, others, Precedence::List);
                    notes.unassigned.extend(server.map(|server| UnassignedUsage {
                        server: server.clone(),
                        usage,
                        source: source.to_owned(),
                    }));
                }
                Answer::Unknown => recorded.push((usage, None)),
            }
        }
        let first = recorded.iter().find_map(|(_, choice)| *choice);
        let placed = self.placed_choices(requirement, server);
        let by_place = |usage: CertificateUsage| placed.iter().find(|(placed, _)| *placed == usage);
        let mut choices = Vec::new();
        for (usage, own) in recorded {
            if let Some(choice) = own {
                choices.push((usage, choice));
            } else if let Some((_, placed)) = by_place(usage) {
                let certificate = placed.certificate;
                let others = placed.rivals.iter().map(|id| self.path_of(*id)).collect();
                notes.contradiction(server, usage, &self.path_of(certificate), others, placed.because);
                choices.push((usage, Choice { certificate, assigned_by: AssignedBy::Placed }));
            } else if let Some(choice) = first {
                choices.push((usage, choice.as_best_match()));
            }
        }
        ServerChoices { server, choices, lacks_some }
    }

    fn path_of(&self, id: CertificateId) -> String {
        id.of(self.names.certificates()).first_path().to_owned()
    }

    /// Notes a file that lies in the place of the server for a usage for which an export names another one. What a store holds lies there
    /// whatever it is used for, and so does what lies beside the certificate that the export names.
    fn compare_with_place(
        &self,
        requirement: &Requirement,
        server: Option<&DnsName>,
        usage: CertificateUsage,
        record: &Record,
        notes: &mut Notes,
    ) {
        let Some(placed) = self.placed(requirement, server, usage) else { return };
        let is_there = |certificate: CertificateId| {
            let placements = self.candidate(certificate).placements;
            let on_holder = |on_server: bool| {
                placements.iter().any(|placement| {
                    placement.is_on(requirement, server, on_server)
                        && placement.usages.as_ref().is_none_or(|usages| usages.contains(&usage))
                })
            };
            on_holder(true) || on_holder(false)
        };
        let is_compatible = match record.certificate {
            Recorded::InFolder(certificate) => certificate == placed.certificate || is_there(certificate),
            Recorded::Missing(_) => false,
        };
        if is_compatible || !placed.certificate.of(self.names.certificates()).stores.is_empty() {
            return;
        }
        let others = vec![self.path_of(placed.certificate)];
        notes.contradiction(server, usage, &record.source, others, Precedence::Export);
    }

    /// What the paths say for one server: a certificate for each usage, or nothing at all.
    fn placed_choices(
        &self,
        requirement: &Requirement,
        server: Option<&DnsName>,
    ) -> Vec<(CertificateUsage, Placed)> {
        let found: Vec<(CertificateUsage, Option<Placed>)> = requirement
            .usages
            .iter()
            .map(|usage| (*usage, self.placed(requirement, server, *usage)))
            .collect();
        // A usage that no path names is served by the same certificate as the first one that a path names.
        let first = found.iter().find_map(|(_, placed)| placed.as_ref()).map(|placed| placed.certificate);
        let Some(first) = first else { return Vec::new() };
        let like_first = || Placed { certificate: first, rivals: Vec::new(), because: Precedence::FitsBest };
        found.into_iter().map(|(usage, own)| (usage, own.unwrap_or_else(like_first))).collect()
    }

    /// The certificate placed for this server and usage: one that names server and usage first, then pool and usage,
    /// then the server alone, then the pool alone.
    fn placed(
        &self,
        requirement: &Requirement,
        server: Option<&DnsName>,
        usage: CertificateUsage,
    ) -> Option<Placed> {
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
            self.best_placed(requirement, fitting.collect())
        })
    }

    /// The best of those that lie in one place. One whose chain is verified counts before one that anybody can have made.
    fn best_placed(&self, requirement: &Requirement, candidates: Vec<Candidate<'_>>) -> Option<Placed> {
        let (leaves, others): (Vec<Candidate<'_>>, Vec<Candidate<'_>>) =
            candidates.into_iter().partition(|candidate| candidate.certificate.is_end_entity());
        let all = if leaves.is_empty() { others } else { leaves };
        let is_verified = |candidate: &Candidate<'_>| match candidate.certificate.chain.state {
            ChainState::Verified => true,
            ChainState::Wrong | ChainState::NotCheckable => false,
        };
        let verified: Vec<Candidate<'_>> = all.iter().filter(|one| is_verified(one)).copied().collect();
        let decides = !verified.is_empty() && verified.len() < all.len();
        let choice = if decides { verified.into_iter() } else { all.clone().into_iter() };
        let certificate = self.best(requirement, choice)?;
        let rivals = all.iter().map(|candidate| candidate.id).filter(|id| *id != certificate).collect();
        let because = if decides { Precedence::VerifiedChain } else { Precedence::FitsBest };
        Some(Placed { certificate, rivals, because })
    }

    /// The certificate that matches best by its names, for all usages.
    pub(super) fn best_choices(
        &self,
        requirement: &Requirement,
        server: Option<&DnsName>,
    ) -> Vec<(CertificateUsage, Choice)> {
        let tied = self.index.that_may_serve(requirement).into_iter().map(|id| self.candidate(id));
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

impl Notes {
    fn missing(
        &mut self,
        server: Option<&DnsName>,
        usage: CertificateUsage,
        thumbprint: Thumbprint,
        source: &str,
    ) {
        // What is noted of a server stands together, and it is little.
        let mut of_server = self.missing.iter_mut().rev().take_while(|known| known.server.as_ref() == server);
        match of_server.find(|known| known.thumbprint == thumbprint) {
            Some(known) => known.usages.push(usage),
            None => self.missing.push(MissingCertificate {
                server: server.cloned(),
                usages: vec![usage],
                thumbprint,
                source: source.to_owned(),
            }),
        }
    }

    /// Notes what contradicts; nothing where nothing does.
    fn contradiction(
        &mut self,
        server: Option<&DnsName>,
        usage: CertificateUsage,
        counted: &str,
        mut others: Vec<String>,
        because: Precedence,
    ) {
        if others.is_empty() {
            return;
        }
        others.sort_unstable();
        others.dedup();
        let is_same = |known: &&mut Contradiction| {
            known.counted == counted && known.others == others && known.because == because
        };
        let mut of_server =
            self.contradictions.iter_mut().rev().take_while(|known| known.server.as_ref() == server);
        match of_server.find(is_same) {
            Some(known) => known.usages.push(usage),
            None => self.contradictions.push(Contradiction {
                server: server.cloned(),
                usages: vec![usage],
                counted: counted.to_owned(),
                others,
                because,
            }),
        }
    }
}
