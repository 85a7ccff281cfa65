//! What exports say and does not count: of computers that the topology does not have, and where they contradict each other.

use std::collections::{BTreeSet, HashMap};

use lyncert_ingest::assigned::EXPORT_COMMAND;
use lyncert_ingest::name::{DnsName, said};

use crate::assign::{Assignment, Contradiction};
use crate::assignment_record::{
    AssignmentRecord, AssignmentRecords, Computer, MAX_RECORDS_OF_POOL, Precedence, Record, RecordId,
};
use crate::requirement::{Requirement, holders_of};
use crate::unjudged::{Unjudged, UnjudgedKind};
use crate::usage::CertificateUsage;

/// So many computers are named in one sentence.
const MAX_COMPUTERS: usize = 3;

/// What became of what an export says of one certificate.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RecordUse {
    /// The server or pool of the topology that it is about, if it is known.
    pub host: Option<DnsName>,
    /// Whether it counted: what it says is what was judged, for a usage at least.
    pub counted: bool,
}

/// What became of all that exports say, in the order of [`RecordId`]s.
pub(crate) fn record_uses<'a>(
    exports: &[AssignmentRecord],
    records: &AssignmentRecords,
    assignments: impl Iterator<Item = &'a Assignment>,
) -> Vec<RecordUse> {
    let mut uses: Vec<RecordUse> = RecordId::enumerate(exports).map(|_| RecordUse::default()).collect();
    for record in records.records() {
        if let Some(of_record) = uses.get_mut(record.id.index()) {
            of_record.host = record.computer.known().cloned();
        }
    }
    for id in assignments.flat_map(|assignment| &assignment.records) {
        if let Some(of_record) = uses.get_mut(id.index()) {
            of_record.counted = true;
        }
    }
    uses
}

/// The exports whose computer is none of the topology's or cannot be told: one entry a file.
pub(crate) fn unused_exports(
    records: &AssignmentRecords,
    server_counts: &HashMap<CertificateUsage, usize>,
) -> Vec<Unjudged> {
    let mut unused = Vec::new();
    let mut rest = records.records();
    while let Some(first) = rest.first() {
        let (of_file, others) =
            rest.split_at(rest.iter().take_while(|one| one.source == first.source).count());
        rest = others;
        if let Some(why) = why_unused(of_file, server_counts) {
            unused.push(Unjudged {
                kind: UnjudgedKind::EvidenceUnused,
                what: format!("what `{}` says of assigned certificates", first.source),
                why,
                remedy:
                    "Name the file, or a folder around it, after the FQDN of the server that it was made on"
                        .to_owned(),
                holders: Vec::new(),
            });
        }
    }
    unused
}

fn why_unused(of_file: &[Record], server_counts: &HashMap<CertificateUsage, usize>) -> Option<String> {
    let foreign: BTreeSet<&str> = of_file
        .iter()
        .filter_map(|record| match &record.computer {
            Computer::Foreign(name) => Some(name.as_str()),
            Computer::Known(_) | Computer::Untold => None,
        })
        .collect();
    if !foreign.is_empty() {
        let more = foreign.len().saturating_sub(MAX_COMPUTERS);
        let mut names: Vec<String> =
            foreign.iter().take(MAX_COMPUTERS).map(|name| format!("`{name}`")).collect();
        names.extend((more > 0).then(|| format!("{more} more")));
        return Some(match names.as_slice() {
            [one] => format!("its computer {one} is no server of the topology"),
            _ => format!("its computers {} are no servers of the topology", names.join(", ")),
        });
    }
    let misplaced: BTreeSet<&str> =
        of_file.iter().flat_map(|record| &record.misplaced).map(|usage| usage.as_str()).collect();
    if let Some(host) =
        of_file.iter().find(|one| !one.misplaced.is_empty()).and_then(|one| one.computer.known())
    {
        let usages: Vec<&str> = misplaced.into_iter().collect();
        return Some(format!("it names {}, which `{host}` has no certificate for", usages.join(", ")));
    }
    if let Some(pool) = of_file.iter().find(|one| one.is_one_too_many).and_then(|one| one.computer.known()) {
        return Some(format!(
            "more than {MAX_RECORDS_OF_POOL} statements of {} do not say which of its servers they are of, and no more of them count",
            said(pool)
        ));
    }
    // Without a computer it is clear only what one server alone, or the deployment as a whole, can have.
    let is_unclear = |usage: &CertificateUsage| {
        let count = server_counts.get(usage).copied().unwrap_or_default();
        count > 1 && *usage != CertificateUsage::OAuthTokenIssuer
    };
    let is_of_no_use = |record: &Record| {
        let is_asked = |usage: &CertificateUsage| server_counts.contains_key(usage);
        record.computer == Computer::Untold
            && (record.usages.iter().any(is_unclear) || !record.usages.iter().any(is_asked))
    };
    of_file.iter().any(is_of_no_use).then(|| "nothing says on which computer it was made".to_owned())
}

/// The statements that contradict each other: one entry for what counted on a server for the same reason, however many requirements
/// that is about.
pub(crate) fn contradictions<'a>(
    judged: impl Iterator<Item = (&'a Requirement, &'a Assignment)>,
) -> Vec<Unjudged> {
    let mut entries: Vec<Told<'a>> = Vec::new();
    let mut known = HashMap::new();
    for (requirement, assignment) in judged {
        for contradiction in &assignment.contradictions {
            let Contradiction { server, usages, counted, others, because } = contradiction;
            let place = server.as_ref().map_or_else(|| requirement.holder.to_string(), ToString::to_string);
            let at = *known.entry((place, counted, others, because)).or_insert_with(|| {
                entries.push(Told { contradiction, usages: Vec::new(), requirements: Vec::new() });
                entries.len() - 1
            });
            if let Some(entry) = entries.get_mut(at) {
                entry.usages.extend(usages);
                entry.requirements.push(requirement);
            }
        }
    }
    entries.into_iter().map(Told::entry).collect()
}

/// A contradiction with all that it is about.
struct Told<'a> {
    contradiction: &'a Contradiction,
    usages: Vec<CertificateUsage>,
    requirements: Vec<&'a Requirement>,
}

impl Told<'_> {
    fn entry(self) -> Unjudged {
        let Contradiction { server, counted, others, because, .. } = self.contradiction;
        let usages: Vec<&str> = self.usages.iter().map(|usage| usage.as_str()).collect();
        let holders = holders_of(self.requirements.into_iter());
        let on = match (server, holders.first()) {
            (Some(server), _) => format!(" on {}", said(server)),
            (None, Some(holder)) => format!(" at the {holder}"),
            (None, None) => String::new(),
        };
        let all: BTreeSet<&str> = others.iter().map(String::as_str).chain([counted.as_str()]).collect();
        let files: Vec<String> = all.iter().map(|file| format!("`{file}`")).collect();
        let reason = reason(*because);
        let why = match files.as_slice() {
            [one] => format!(
                "{one} names several, and no time says which is the newest; one of them counted, since {reason}"
            ),
            _ => format!(
                "{} say different things, and no time says which is the newest; `{counted}` counted, since {reason}",
                files.join(", ")
            ),
        };
        Unjudged {
            kind: UnjudgedKind::EvidenceContradicts,
            what: format!("which certificate serves {}{on}", usages.join(", ")),
            why,
            remedy: format!(
                "Take away what is out of date, or put the output of `{EXPORT_COMMAND}` of the server into the folder"
            ),
            holders,
        }
    }
}

fn reason(because: Precedence) -> &'static str {
    match because {
        Precedence::NotInFolder => "its certificate is not in the folder, and nothing better may be said",
        Precedence::EndsFirst => "its certificate ends first",
        Precedence::List => "a list says what is assigned, and a log only what one command did",
        Precedence::NamesOne => "it names a certificate, and the other list none",
        Precedence::Export => "an export is a surer sign than the place of a file",
        Precedence::VerifiedChain => "its chain is verified, and that of the other is not",
        Precedence::FitsBest => "it fits best",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::placement::PlacementReader;
    use crate::testing::{NOW, assigned_in, front_end};

    #[test]
    fn statements_of_a_pool_count_up_to_a_limit_and_the_file_with_more_is_told() {
        let thumbprint = "AD1C8766FD0ED1A0FC10417089A565D48FF52CC0";
        let placements = PlacementReader::new(&front_end().topology);
        let told = |host: &str, count: usize| -> Vec<String> {
            let statements = vec![(&["Default"][..], thumbprint); count];
            let export = assigned_in(&format!("{host}/list.txt"), host, &statements);
            let records = AssignmentRecords::new(&[export], &[], &placements, NOW);
            unused_exports(&records, &HashMap::new()).into_iter().map(|unused| unused.why).collect()
        };
        assert_eq!(told("pool.contoso.com", MAX_RECORDS_OF_POOL), [""; 0]);
        assert_eq!(
            told("pool.contoso.com", MAX_RECORDS_OF_POOL + 1),
            [
                "more than 1000 statements of pool.contoso.com do not say which of its servers they are of, and no more of them count"
            ]
        );
        assert_eq!(told("fe1.contoso.com", MAX_RECORDS_OF_POOL + 1), [""; 0], "it is one server");
    }
}
