//! What exports say of assigned certificates: the surest sign of which certificate serves what.

mod decide;
mod when;

use std::collections::{HashMap, HashSet};

use lyncert_ingest::assigned::{AssignedCertificate, AssignedExport, ExportKind};
use lyncert_ingest::name::DnsName;
use time::OffsetDateTime;

use self::when::{Effect, effect, parse_time};
use crate::certificate::Certificate;
use crate::digest::Thumbprint;
use crate::ids::CertificateId;
use crate::placement::PlacementReader;
use crate::requirement::Requirement;
use crate::usage::CertificateUsage;

pub(crate) use self::decide::{Answer, Decision};

/// What an export says of assigned certificates, and which file it is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AssignmentRecord {
    /// The export's path below the certificate folder, or its name where it was given as a topology. A folder or file that is
    /// named after a computer says which one it was made on.
    pub path: String,
    /// What it says.
    pub export: AssignedExport,
}

/// What one export says of one certificate: its place among all that the exports of a case say.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RecordId(usize);

impl RecordId {
    /// All that exports say, certificate by certificate, with the ids.
    pub fn enumerate(
        exports: &[AssignmentRecord],
    ) -> impl Iterator<Item = (Self, &AssignmentRecord, &AssignedCertificate)> {
        let each = exports.iter().flat_map(|export| {
            export.export.certificates.iter().map(move |certificate| (export, certificate))
        });
        each.enumerate().map(|(index, (export, certificate))| (Self(index), export, certificate))
    }

    /// Its place in the list.
    pub fn index(self) -> usize {
        self.0
    }
}

/// Why one of several statements counts that name different certificates, where no time decides.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Precedence {
    /// Its certificate is not in the folder: nothing better may be said of it.
    NotInFolder,
    /// Its certificate ends first: nothing looks better than one of them says.
    EndsFirst,
    /// A list says what is assigned, and a log only what one command did.
    List,
    /// It names a certificate, and the other one none.
    NamesOne,
    /// An export is a surer sign than the place of a file.
    Export,
    /// Its chain is verified.
    VerifiedChain,
    /// It fits best.
    FitsBest,
}

/// All that exports say, with the computers and certificates that they name looked up.
#[derive(Clone, Debug)]
pub(crate) struct AssignmentRecords {
    records: Vec<Record>,
    /// The records of each computer, in their order.
    by_host: HashMap<Box<str>, Vec<usize>>,
    /// The records that say of no computer.
    without_host: Vec<usize>,
    /// The records of OAuth certificates on any server: there is one for the deployment.
    for_oauth: Vec<usize>,
    /// The complete lists of each server.
    complete: HashMap<Box<str>, Vec<CompleteList>>,
    /// The certificates that are assigned to anything now.
    in_use: HashSet<CertificateId>,
    /// The certificates that take over later.
    staged: HashSet<Thumbprint>,
}

/// What one export says of one certificate.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) id: RecordId,
    pub(crate) source: String,
    pub(crate) computer: Computer,
    /// Whether that is a pool of several servers: it was made on one of them, and nobody knows on which.
    pub(crate) is_of_any_server: bool,
    /// Whether so many others say something of the same pool that this one is not weighed.
    pub(crate) is_one_too_many: bool,
    /// The usages that no server of the computer's kind has.
    pub(crate) misplaced: Vec<CertificateUsage>,
    pub(crate) usages: Vec<CertificateUsage>,
    pub(crate) certificate: Recorded,
    kind: ExportKind,
    /// When it was assigned, or seen to be.
    time: Option<OffsetDateTime>,
    issued: Option<OffsetDateTime>,
    ends: Option<OffsetDateTime>,
    /// The certificate that takes over later, and when.
    next: Option<(Thumbprint, OffsetDateTime)>,
}

/// The computer that a record is about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Computer {
    /// This server or pool of the topology.
    Known(DnsName),
    /// One of this name, which the topology does not have.
    Foreign(DnsName),
    /// Nothing says which.
    Untold,
}

impl Computer {
    pub(crate) fn known(&self) -> Option<&DnsName> {
        match self {
            Self::Known(host) => Some(host),
            Self::Foreign(_) | Self::Untold => None,
        }
    }
}

/// A list of everything that is assigned to one server: what it does not name is assigned to nothing there.
#[derive(Clone, Debug)]
struct CompleteList {
    source: String,
    usages: HashSet<CertificateUsage>,
    /// Whether it names usages that no server of this kind has.
    is_misplaced: bool,
    /// When it was made, where something says so.
    time: Option<OffsetDateTime>,
    /// The latest that it tells of: the issue of a certificate, or its assignment. It was made after that, nobody knows how long.
    made_after: Option<OffsetDateTime>,
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

/// Lists with fewer usages may have been asked for one of them only (`Get-CsCertificate -Type`).
const MIN_USAGES_OF_COMPLETE_LIST: usize = 2;

/// So many statements of a pool, of which nobody knows which server they were made on, are weighed for each of its servers: one for each
/// usage in a hundred exports, and more.
pub(crate) const MAX_RECORDS_OF_POOL: usize = 1_000;

impl AssignmentRecords {
    pub(crate) fn new(
        exports: &[AssignmentRecord],
        certificates: &[Certificate],
        placements: &PlacementReader,
        now: OffsetDateTime,
    ) -> Self {
        // Of several with one thumbprint the first one is meant.
        let numbered = CertificateId::enumerate(certificates).map(|(id, certificate)| (certificate.sha1, id));
        let by_thumbprint: HashMap<Thumbprint, CertificateId> = if exports.is_empty() {
            HashMap::new()
        } else {
            numbered.collect::<Vec<_>>().into_iter().rev().collect()
        };
        let mut of_path: HashMap<&str, Computer> = HashMap::new();
        let mut records = Vec::new();
        for (id, export, assigned) in RecordId::enumerate(exports) {
            let place = of_path.entry(&export.path).or_insert_with(|| computer_of(&export.path, placements));
            for (thumbprint, next) in in_effect(assigned, now) {
                let found = by_thumbprint.get(&thumbprint).copied();
                let facts = found.map(|id| id.of(certificates));
                let own_time = assigned.update_time.as_deref();
                let computer = computer(assigned.computer.as_ref(), place, placements);
                let usages: Vec<CertificateUsage> =
                    assigned.uses.iter().filter_map(|usage| usage.parse().ok()).collect();
                let is_misplaced = |usage: &CertificateUsage| {
                    computer.known().is_some_and(|host| placements.has_no(host, *usage))
                };
                let misplaced = usages.iter().copied().filter(is_misplaced).collect();
                records.push(Record {
                    id,
                    source: export.path.clone(),
                    is_of_any_server: computer.known().is_some_and(|host| placements.is_shared(host)),
                    computer,
                    is_one_too_many: false,
                    misplaced,
                    usages,
                    certificate: found.map_or(Recorded::Missing(thumbprint), Recorded::InFolder),
                    kind: export.export.kind,
                    time: export.export.time.as_deref().or(own_time).and_then(parse_time),
                    issued: facts.map(|facts| facts.not_before),
                    ends: facts.map(|facts| facts.not_after),
                    next,
                });
            }
        }
        let complete = complete_lists(exports, &records, placements);
        Self::of_records(records, complete)
    }

    fn of_records(mut records: Vec<Record>, complete: HashMap<Box<str>, Vec<CompleteList>>) -> Self {
        let mut by_host: HashMap<Box<str>, Vec<usize>> = HashMap::new();
        let (mut without_host, mut for_oauth) = (Vec::new(), Vec::new());
        for (index, record) in records.iter_mut().enumerate() {
            match &record.computer {
                Computer::Known(host) => {
                    let of_host = by_host.entry(host.key().into()).or_default();
                    if record.is_of_any_server && of_host.len() >= MAX_RECORDS_OF_POOL {
                        record.is_one_too_many = true;
                        continue;
                    }
                    of_host.push(index);
                }
                Computer::Untold => without_host.push(index),
                Computer::Foreign(_) => continue,
            }
            if record.usages.contains(&CertificateUsage::OAuthTokenIssuer) {
                for_oauth.push(index);
            }
        }
        let in_use = in_use(&records);
        let staged = records.iter().filter_map(|record| Some(record.next?.0)).collect();
        Self { records, by_host, without_host, for_oauth, complete, in_use, staged }
    }

    /// What the exports say, each certificate by itself.
    pub(crate) fn records(&self) -> &[Record] {
        &self.records
    }

    /// The records of a computer.
    fn of_host(&self, host: &DnsName) -> &[usize] {
        self.by_host.get(host.key()).map_or(&[], Vec::as_slice)
    }

    /// The roll-over that is staged on a server for a usage.
    pub(crate) fn roll_over(&self, asked: &UsageOnServer<'_>) -> Option<RollOver> {
        let Answer::Assigned(Decision { record, .. }) = self.answer(asked) else { return None };
        let (next, effective) = record.next?;
        let Recorded::InFolder(current) = record.certificate else { return None };
        Some(RollOver { usages: vec![asked.usage], current, next, effective })
    }

    /// Whether some certificate takes over later.
    pub(crate) fn has_staged(&self) -> bool {
        !self.staged.is_empty()
    }

    /// The times at which some certificate takes over.
    pub(crate) fn roll_over_times(&self) -> Vec<OffsetDateTime> {
        self.records.iter().filter_map(|record| Some(record.next?.1)).collect()
    }

    /// Whether a list of everything that is assigned to this server is there.
    pub(crate) fn has_complete_list_of(&self, server: &DnsName) -> bool {
        self.complete.contains_key(server.key())
    }

    /// Whether a certificate, with its thumbprint, is assigned to anything, now or from some day on.
    pub(crate) fn mention(&self, certificate: CertificateId, thumbprint: Thumbprint) -> bool {
        self.in_use.contains(&certificate) || self.staged.contains(&thumbprint)
    }
}

/// The computer that an export names, else the one that its path names: so a name that nobody else knows can be put right by that of
/// the file.
fn computer(named: Option<&DnsName>, of_path: &Computer, placements: &PlacementReader) -> Computer {
    match (named.and_then(|name| placements.host(name.as_str())), of_path, named) {
        (Some(host), ..) => Computer::Known(host.clone()),
        (None, Computer::Foreign(_) | Computer::Untold, Some(name)) => Computer::Foreign(name.clone()),
        (None, of_path, _) => of_path.clone(),
    }
}

fn computer_of(path: &str, placements: &PlacementReader) -> Computer {
    match placements.computer_of(path) {
        Some(host) => Computer::Known(host),
        None => placements.foreign_computer_of(path).map_or(Computer::Untold, Computer::Foreign),
    }
}

/// The lists that are complete, by the server that they are about: a collection says so, or it is all that `Get-CsCertificate` gave
/// on that server, without an error. Of what lies in the place of a whole pool nobody knows which server it was; and one that names
/// usages which the server cannot have was made on another one, so that what it lacks says nothing either.
fn complete_lists(
    exports: &[AssignmentRecord],
    records: &[Record],
    placements: &PlacementReader,
) -> HashMap<Box<str>, Vec<CompleteList>> {
    let mut complete: HashMap<Box<str>, Vec<CompleteList>> = HashMap::new();
    let mut rest = records.iter().peekable();
    let mut first = 0;
    for AssignmentRecord { path, export } in exports {
        let end = first + export.certificates.len();
        first = end;
        let mut of_export: HashMap<&DnsName, CompleteList> = HashMap::new();
        let mut order: Vec<&DnsName> = Vec::new();
        while let Some(record) = rest.next_if(|record| record.id.index() < end) {
            let Some(host) = record.computer.known() else { continue };
            let list = of_export.entry(host).or_insert_with(|| {
                order.push(host);
                CompleteList::new(path, export)
            });
            list.usages.extend(&record.usages);
            list.is_misplaced |= !record.misplaced.is_empty();
            list.made_after = list.made_after.max(record.issued).max(record.time);
        }
        if export.kind != ExportKind::List || !export.errors.is_empty() || export.is_complete == Some(false) {
            continue;
        }
        for host in order {
            let Some(list) = of_export.remove(host) else { continue };
            let is_whole = export.is_complete == Some(true)
                || list.usages.len() >= MIN_USAGES_OF_COMPLETE_LIST && !list.is_misplaced;
            if is_whole && placements.is_server(host) {
                complete.entry(host.key().into()).or_default().push(list);
            }
        }
        // No object and no error is an answer too: nothing is assigned.
        if export.is_complete == Some(true)
            && export.certificates.is_empty()
            && let Some(host) = placements.computer_of(path).filter(|host| placements.is_server(host))
        {
            complete.entry(host.key().into()).or_default().push(CompleteList::new(path, export));
        }
    }
    complete
}

impl CompleteList {
    fn new(path: &str, export: &AssignedExport) -> Self {
        let time = export.time.as_deref().and_then(parse_time);
        Self { source: path.to_owned(), usages: HashSet::new(), is_misplaced: false, time, made_after: None }
    }
}

/// The certificates that are assigned to anything now. What was assigned before something else was is not.
fn in_use(records: &[Record]) -> HashSet<CertificateId> {
    let mut latest: HashMap<(Option<&str>, CertificateUsage), OffsetDateTime> = HashMap::new();
    for record in records {
        let Some(time) = record.time else { continue };
        for usage in &record.usages {
            let known = latest.entry((record.computer.known().map(DnsName::key), *usage)).or_insert(time);
            *known = time.max(*known);
        }
    }
    let counts = |record: &&Record| {
        let host = record.computer.known().map(DnsName::key);
        record.usages.is_empty()
            || record.usages.iter().any(|usage| {
                let latest = latest.get(&(host, *usage));
                record.time.is_none_or(|time| latest.is_none_or(|latest| time >= *latest))
            })
    };
    let in_folder = |record: &Record| match record.certificate {
        Recorded::InFolder(id) => Some(id),
        Recorded::Missing(_) => None,
    };
    records.iter().filter(counts).filter_map(in_folder).collect()
}

/// The certificate that serves now, and the one that takes over later, with the time. During a staged roll-over the previous
/// one serves until the new one takes effect. Where a date in a local format, whose day and month look alike, leaves it open whether it
/// has, both are told: they contradict each other.
fn in_effect(
    assigned: &AssignedCertificate,
    now: OffsetDateTime,
) -> Vec<(Thumbprint, Option<(Thumbprint, OffsetDateTime)>)> {
    let new: Option<Thumbprint> = assigned.thumbprint.parse().ok();
    let previous: Option<Thumbprint> =
        assigned.previous_thumbprint.as_ref().and_then(|previous| previous.parse().ok());
    let effect = assigned.effective_date.as_deref().map_or(Effect::Past, |date| effect(date, now));
    match (previous, effect) {
        (Some(previous), Effect::Future(effective)) => vec![(previous, new.map(|new| (new, effective)))],
        (Some(previous), Effect::Unclear) => {
            new.into_iter().chain([previous]).map(|one| (one, None)).collect()
        }
        (Some(_), Effect::Past) | (None, _) => new.into_iter().map(|new| (new, None)).collect(),
    }
}
