//! The names of a new certificate compared with those of the present one.

use lyncert_ingest::name::DnsName;
use lyncert_rules::certificate::Certificate;
use lyncert_rules::matching::{Cover, DnsPattern};
use lyncert_rules::requirement::{Need, RequiredName, Requirement};

use super::Numbered;

/// What the new certificate needs: every required and recommended name of what it will serve.
pub(super) struct NewNames<'a> {
    /// Those of the order, in its order.
    own: Vec<NewName<'a>>,
    /// Those of whatever else the present certificate serves.
    further: Vec<NewName<'a>>,
}

/// A name that the new certificate needs.
struct NewName<'a> {
    name: &'a DnsName,
    /// Whether the present certificate has it, for every requirement that needs it.
    is_kept: bool,
}

impl<'a> NewNames<'a> {
    pub(super) fn new(
        served: &[Numbered<'a>],
        others: &[Numbered<'a>],
        present: Option<&Certificate>,
    ) -> Self {
        let entries = present.map(entries).unwrap_or_default();
        let own = names(served, &entries);
        let mut further = names(others, &entries);
        further.retain(|name| own.iter().all(|own| own.name != name.name));
        Self { own, further }
    }

    /// What the present certificate has.
    pub(super) fn kept(&self) -> Vec<String> {
        self.texts(true)
    }

    /// What the present certificate lacks.
    pub(super) fn added(&self) -> Vec<String> {
        self.texts(false)
    }

    /// What the order does not ask for.
    pub(super) fn further(&self) -> impl Iterator<Item = &'a DnsName> {
        self.further.iter().map(|name| name.name)
    }

    fn texts(&self, is_kept: bool) -> Vec<String> {
        let names = self.own.iter().chain(&self.further);
        names.filter(|name| name.is_kept == is_kept).map(|name| name.name.to_string()).collect()
    }
}

/// The required and recommended names of some requirements, behind the first one's subject where that is not among them.
fn names<'a>(requirements: &[Numbered<'a>], entries: &[DnsPattern]) -> Vec<NewName<'a>> {
    let mut names: Vec<NewName<'_>> = Vec::new();
    for (requirement, required) in requirements.iter().flat_map(|(_, requirement)| firm_names(requirement)) {
        let is_kept = entries.iter().any(|entry| counts_for(entry, requirement, required));
        match names.iter_mut().find(|known| known.name == &required.name) {
            Some(known) => known.is_kept &= is_kept,
            None => names.push(NewName { name: &required.name, is_kept }),
        }
    }
    if let Some((_, first)) = requirements.first()
        && names.iter().all(|known| known.name != &first.subject)
    {
        let is_kept = entries.iter().any(|entry| entry.covers(&first.subject) == Some(Cover::Exact));
        names.insert(0, NewName { name: &first.subject, is_kept });
    }
    names
}

/// What a certificate is matched by: its subject counts only where it has no subject alternative name (GEN-NAME-03).
fn entries(certificate: &Certificate) -> Vec<DnsPattern> {
    let names = if certificate.has_san { &certificate.dns_names } else { &certificate.common_names };
    names.iter().map(|name| DnsPattern::new(name)).collect()
}

fn firm_names(requirement: &Requirement) -> impl Iterator<Item = (&Requirement, &RequiredName)> {
    let firm = requirement.names.iter().filter(|name| name.need > Need::Optional);
    firm.map(move |name| (requirement, name))
}

/// Whether the role takes the entry for the name.
fn counts_for(entry: &DnsPattern, requirement: &Requirement, required: &RequiredName) -> bool {
    match entry.covers(&required.name) {
        Some(Cover::Exact) => true,
        Some(Cover::Wildcard) => requirement.honors_wildcard_for(required),
        None => false,
    }
}
