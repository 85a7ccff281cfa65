//! Candidates as time goes on: which requirements a certificate may be chosen for otherwise when it becomes valid or ends.

use time::OffsetDateTime;

use super::Candidates;
use super::choice::{Choice, Notes, ServerChoices};
use crate::assignment_record::AssignmentRecords;
use crate::ids::CertificateId;
use crate::placement::PlacementReader;
use crate::requirement::Requirement;
use crate::usage::CertificateUsage;

/// What of a requirement a certificate may serve.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Tie {
    /// All of it.
    Whole,
    /// This one of the servers that it is installed on, in whose place it lies.
    OnServer(usize),
}

/// What is chosen for one server.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct ChosenOnServer {
    choices: Vec<(CertificateUsage, Choice)>,
    lacks_some: bool,
    notes: Notes,
}

impl Candidates<'_> {
    /// Goes on to a later time. What exports say of it is read again where a staged certificate may have taken over.
    pub(crate) fn go_to(&mut self, now: OffsetDateTime) {
        self.now = now;
        if self.records.has_staged() {
            let reader = PlacementReader::new(self.topology);
            self.records = AssignmentRecords::new(self.record_list, self.names.certificates(), &reader, now);
        }
    }

    /// The times at which a staged certificate takes over.
    pub(crate) fn roll_over_times(&self) -> Vec<OffsetDateTime> {
        self.records.roll_over_times()
    }

    /// The certificates that may come to serve a requirement: those with its own names, and those in its place.
    pub(crate) fn tied_to(&self, requirement: &Requirement) -> Vec<(CertificateId, Tie)> {
        let mut tied: Vec<(CertificateId, Tie)> = self
            .index
            .that_may_serve(requirement)
            .into_iter()
            .chain(self.index.placed_for(requirement, None).iter().copied())
            .map(|id| (id, Tie::Whole))
            .collect();
        for (place, server) in requirement.install_on().iter().enumerate() {
            let there = self.index.placed_for(requirement, Some(server));
            tied.extend(there.iter().map(|id| (*id, Tie::OnServer(place))));
        }
        tied.sort_unstable();
        // One that is tied as a whole comes first: that it lies in a place too says no more.
        tied.dedup_by(|next, first| next.0 == first.0 && (first.1 == Tie::Whole || next.1 == first.1));
        tied
    }

    /// What is chosen for one server of a requirement by what is known of this server alone.
    pub(crate) fn chosen_on(&self, requirement: &Requirement, server: usize) -> ChosenOnServer {
        let mut notes = Notes::default();
        let server = requirement.install_on().get(server);
        let ServerChoices { server: _, choices, lacks_some } =
            self.recorded_choices(requirement, server, &mut notes);
        ChosenOnServer { choices, lacks_some, notes }
    }
}
