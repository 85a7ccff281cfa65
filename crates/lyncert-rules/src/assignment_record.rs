//! What exports say of assigned certificates: the surest sign of which certificate serves what.

use std::collections::{HashMap, HashSet};

use lyncert_ingest::assigned::AssignedCertificate;
use lyncert_ingest::name::DnsName;
use time::OffsetDateTime;
use time::format_description::well_known::Iso8601;

use crate::certificate::Certificate;
use crate::digest::Thumbprint;
use crate::holder::HolderKind;
use crate::ids::CertificateId;
use crate::placement::{PlacedFor, PlacementReader};
use crate::requirement::Requirement;
use crate::usage::CertificateUsage;

/// One certificate that an export says is assigned, and which export says so.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AssignmentRecord {
    /// The export's path below the certificate folder, or its name where it was given as a topology. A folder or file that is
    /// named after a computer says which one it was made on.
    pub path: String,
    /// The certificate, and what it is assigned to.
    pub assigned: AssignedCertificate,
}

/// All records, with the certificates that they name looked up.
#[derive(Clone, Debug)]
pub(crate) struct AssignmentRecords {
    records: Vec<Record>,
    /// The records of each computer, in their order.
    by_host: HashMap<Box<str>, Vec<usize>>,
    /// The records that say of no computer.
    without_host: Vec<usize>,
    /// The certificates that are assigned to anything now.
    in_use: HashSet<CertificateId>,
    /// The certificates that take over later.
    staged: HashSet<Thumbprint>,
}

#[derive(Clone, Debug)]
struct Record {
    source: String,
    /// `None`: nothing says on which computer.
    host: Option<DnsName>,
    usages: Vec<CertificateUsage>,
    certificate: Recorded,
    /// Whether it lists what is assigned now, as `Get-CsCertificate` does, and not what one cmdlet did.
    is_snapshot: bool,
    issued: Option<OffsetDateTime>,
    /// The certificate that takes over later, and when.
    next: Option<(Thumbprint, OffsetDateTime)>,
}

/// A certificate that a record names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Recorded {
    /// The folder holds it.
    InFolder(CertificateId),
    /// The folder does not hold it.
    Missing(Thumbprint),
}

/// What is asked of the records: one usage of a requirement on one of its servers.
pub(crate) struct UsageOnServer<'a> {
    pub(crate) requirement: &'a Requirement,
    /// `None` for holders that are no servers of the topology.
    pub(crate) server: Option<&'a DnsName>,
    pub(crate) usage: CertificateUsage,
    /// Whether no other server has a certificate for this usage, so that a record without a computer can only be about it.
    pub(crate) is_only_holder: bool,
}

/// A certificate that an export says will take over (`Set-CsCertificate -Roll -EffectiveDate`).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RollOver {
    /// The usages that it is for.
    pub usages: Vec<CertificateUsage>,
    /// The certificate that serves until then.
    pub current: CertificateId,
    /// The thumbprint of the new one.
    pub next: Thumbprint,
    /// When the new one takes effect.
    pub effective: OffsetDateTime,
}

/// An assigned certificate that the folder does not hold.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MissingCertificate {
    /// The server, if the holder has one.
    pub server: Option<DnsName>,
    /// The usages that it is for.
    pub usages: Vec<CertificateUsage>,
    /// The thumbprint that the export gives.
    pub thumbprint: Thumbprint,
    /// The export that names it.
    pub source: String,
}

impl AssignmentRecords {
    pub(crate) fn new(
        records: &[AssignmentRecord],
        certificates: &[Certificate],
        placements: &PlacementReader,
        now: OffsetDateTime,
    ) -> Self {
        // Of several with one thumbprint the first one is meant.
        let numbered = CertificateId::enumerate(certificates).map(|(id, certificate)| (certificate.sha1, id));
        let by_thumbprint: HashMap<Thumbprint, CertificateId> = if records.is_empty() {
            HashMap::new()
        } else {
            numbered.collect::<Vec<_>>().into_iter().rev().collect()
        };
        let record = |record: &AssignmentRecord| {
            let AssignmentRecord { path, assigned } = record;
            let of_path = || match placements.read(path)?.holder {
                PlacedFor::Host(host) => Some(host),
                PlacedFor::Unnamed
                | PlacedFor::ReverseProxy
                | PlacedFor::NamedReverseProxy(_)
                | PlacedFor::OAuth => None,
            };
            let (thumbprint, next) = in_effect(assigned, now)?;
            let found = by_thumbprint.get(&thumbprint).copied();
            Some(Record {
                source: path.clone(),
                host: assigned.computer.clone().or_else(of_path),
                usages: assigned.uses.iter().filter_map(|usage| usage.parse().ok()).collect(),
                certificate: found.map_or(Recorded::Missing(thumbprint), Recorded::InFolder),
                is_snapshot: assigned.subject.is_some(),
                issued: found.map(|id| id.of(certificates).not_before),
                next,
            })
        };
        Self::of_records(records.iter().filter_map(record).collect())
    }

    fn of_records(records: Vec<Record>) -> Self {
        let mut by_host: HashMap<Box<str>, Vec<usize>> = HashMap::new();
        let mut without_host = Vec::new();
        for (index, record) in records.iter().enumerate() {
            match &record.host {
                Some(host) => by_host.entry(host.key().into()).or_default().push(index),
                None => without_host.push(index),
            }
        }
        let in_use = records.iter().filter_map(|record| match record.certificate {
            Recorded::InFolder(id) => Some(id),
            Recorded::Missing(_) => None,
        });
        let in_use = in_use.collect();
        let staged = records.iter().filter_map(|record| Some(record.next?.0)).collect();
        Self { records, by_host, without_host, in_use, staged }
    }

    /// The records of a computer.
    fn of_host(&self, host: &DnsName) -> &[usize] {
        self.by_host.get(host.key()).map_or(&[], Vec::as_slice)
    }

    /// What is assigned to a server for a usage, and the export that says so.
    pub(crate) fn assigned_to(&self, asked: &UsageOnServer<'_>) -> Option<(&Recorded, &str)> {
        let record = self.record_for(asked)?;
        Some((&record.certificate, &record.source))
    }

    /// The roll-over that is staged on a server for a usage.
    pub(crate) fn roll_over(&self, asked: &UsageOnServer<'_>) -> Option<RollOver> {
        let record = self.record_for(asked)?;
        let (next, effective) = record.next?;
        let Recorded::InFolder(current) = record.certificate else { return None };
        Some(RollOver { usages: vec![asked.usage], current, next, effective })
    }

    /// The record that counts: a list of everything that is assigned before the log of one cmdlet, since logs are older than
    /// what came after them; among several of a sort the one with the newest certificate.
    fn record_for(&self, asked: &UsageOnServer<'_>) -> Option<&Record> {
        let holder = &asked.requirement.holder;
        let of_server = asked.server.map_or(&[][..], |server| self.of_host(server));
        let pool = holder.pool.as_ref().filter(|pool| asked.server != Some(pool));
        let of_pool = pool.map_or(&[][..], |pool| self.of_host(pool));
        // The OAuth certificate is one for the whole deployment; elsewhere only what one server alone can have is clear.
        let says_enough = holder.kind == HolderKind::Deployment || asked.is_only_holder;
        let of_nobody = if says_enough { &self.without_host } else { &[][..] };
        let indices = of_server.iter().chain(of_pool).chain(of_nobody).copied();
        let records = indices.map(|index| (index, &self.records[index]));
        let of_usage = records.filter(|(_, record)| record.usages.contains(&asked.usage));
        let counting = of_usage.max_by_key(|(index, record)| (record.is_snapshot, record.issued, *index));
        counting.map(|(_, record)| record)
    }

    /// Whether some certificate takes over later.
    pub(crate) fn has_staged(&self) -> bool {
        !self.staged.is_empty()
    }

    /// The times at which some certificate takes over.
    pub(crate) fn roll_over_times(&self) -> Vec<OffsetDateTime> {
        self.records.iter().filter_map(|record| Some(record.next?.1)).collect()
    }

    /// Whether a list of everything that is assigned on this server is there.
    pub(crate) fn has_snapshot_of(&self, server: &DnsName) -> bool {
        self.of_host(server).iter().any(|&index| self.records[index].is_snapshot)
    }

    /// Whether a certificate, with its thumbprint, is assigned to anything, now or from some day on.
    pub(crate) fn mention(&self, certificate: CertificateId, thumbprint: Thumbprint) -> bool {
        self.in_use.contains(&certificate) || self.staged.contains(&thumbprint)
    }
}

/// The certificate that serves now, and the one that takes over later, with the time. During a staged roll-over the previous
/// one serves until the new one takes effect. A date in a local format, whose day and month look alike, is not
/// guessed at: then the new one counts.
fn in_effect(
    assigned: &AssignedCertificate,
    now: OffsetDateTime,
) -> Option<(Thumbprint, Option<(Thumbprint, OffsetDateTime)>)> {
    let new: Option<Thumbprint> = assigned.thumbprint.parse().ok();
    let previous = assigned.previous_thumbprint.as_ref().and_then(|previous| previous.parse().ok());
    let effective =
        assigned.effective_date.as_deref().and_then(parse_time).filter(|effective| *effective > now);
    match (previous, effective) {
        (Some(previous), Some(effective)) => Some((previous, new.map(|new| (new, effective)))),
        (Some(_), None) | (None, _) => Some((new?, None)),
    }
}

/// A time as CLIXML and JSON write it.
fn parse_time(text: &str) -> Option<OffsetDateTime> {
    let text = text.trim();
    OffsetDateTime::parse(text, &Iso8601::DEFAULT).ok().or_else(|| {
        // Without a zone it is the server's own; hours do not matter here.
        let seconds = text.get(..19)?;
        time::PrimitiveDateTime::parse(seconds, &Iso8601::DEFAULT)
            .ok()
            .map(time::PrimitiveDateTime::assume_utc)
    })
}
