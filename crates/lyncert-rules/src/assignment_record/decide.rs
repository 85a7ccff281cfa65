//! Which of several records counts: by time where times are known, else in a way that makes nothing look better than one of them
//! says.

use lyncert_ingest::assigned::ExportKind;
use lyncert_ingest::name::DnsName;

use super::{AssignmentRecords, CompleteList, Precedence, Record, Recorded, UsageOnServer};
use crate::holder::HolderKind;
use crate::usage::CertificateUsage;

/// What the records say of a usage on a server.
pub(crate) enum Answer<'a> {
    /// Nothing.
    Unknown,
    /// A certificate is assigned.
    Assigned(Decision<'a>),
    /// A complete list of the server does not name the usage.
    Unassigned {
        /// The list.
        source: &'a str,
        /// Logs that say otherwise, where no time decides.
        against: Vec<&'a Record>,
    },
}

/// The record that counts.
pub(crate) struct Decision<'a> {
    pub(crate) record: &'a Record,
    /// All records that name the same certificate.
    pub(crate) agreeing: Vec<&'a Record>,
    /// The exports that say otherwise, where no time decides.
    pub(crate) against: Vec<&'a str>,
    /// Why it counts before them.
    pub(crate) because: Precedence,
}

impl AssignmentRecords {
    /// What the records say: the latest that has a time; else a list of what is assigned before the log of one cmdlet; and among lists
    /// of which nobody knows the newest, the one whose certificate is not there or ends first.
    pub(crate) fn answer(&self, asked: &UsageOnServer<'_>) -> Answer<'_> {
        let decided = decide(&self.records_about(asked));
        let absent = self.list_without(asked);
        match (decided, absent) {
            (None, None) => Answer::Unknown,
            (Some(decision), None) => Answer::Assigned(decision),
            (None, Some(list)) => Answer::Unassigned { source: &list.source, against: Vec::new() },
            (Some(decision), Some(list)) => list.weigh(decision),
        }
    }

    /// The records of the usage on the server, on its pool, and of no computer where they can only be about it.
    fn records_about(&self, asked: &UsageOnServer<'_>) -> Vec<&Record> {
        let holder = &asked.requirement.holder;
        let of_server = asked.server.map_or(&[][..], |server| self.of_host(server));
        let pool = holder.pool.as_ref().filter(|pool| asked.server != Some(pool));
        let of_pool = pool.map_or(&[][..], |pool| self.of_host(pool));
        // The OAuth certificate is one for the whole deployment; elsewhere only what one server alone can have is clear.
        let is_of_deployment = holder.kind == HolderKind::Deployment;
        let says_enough = is_of_deployment || asked.is_only_holder;
        let of_nobody = if says_enough { &self.without_host[..] } else { &[] };
        let indices = of_server.iter().chain(of_pool).chain(of_nobody);
        let own = self.of_usage(indices, asked.usage);
        if own.is_empty() && is_of_deployment {
            return self.of_usage(self.for_oauth.iter(), asked.usage);
        }
        own
    }

    fn of_usage<'r>(
        &'r self,
        indices: impl Iterator<Item = &'r usize>,
        usage: CertificateUsage,
    ) -> Vec<&'r Record> {
        indices
            .filter_map(|index| self.records.get(*index))
            .filter(|record| record.usages.contains(&usage))
            .collect()
    }

    /// The latest complete list of the server, if it does not name the usage. OAuth is assigned for the deployment, and XMPP has a rule of its
    /// own.
    fn list_without(&self, asked: &UsageOnServer<'_>) -> Option<&CompleteList> {
        let is_judged = asked.usage.is_assigned_by_cmdlet()
            && !matches!(asked.usage, CertificateUsage::OAuthTokenIssuer | CertificateUsage::XmppServer);
        let server: &DnsName = asked.server.filter(|_| is_judged)?;
        let lists = self.complete.get(server.key())?.iter();
        lists
            .filter(|list| !list.usages.contains(&asked.usage))
            .max_by_key(|list| (list.time, list.made_after))
    }
}

impl CompleteList {
    /// What counts where a record names a certificate and this list none.
    fn weigh<'a>(&'a self, decision: Decision<'a>) -> Answer<'a> {
        let record = decision.record;
        if let (Some(own), Some(other)) = (self.time, record.time) {
            return if own > other {
                Answer::Unassigned { source: &self.source, against: Vec::new() }
            } else {
                Answer::Assigned(decision)
            };
        }
        match record.kind {
            ExportKind::Log => {
                let is_older = record.time.is_some_and(|time| self.made_after >= Some(time));
                let against = if is_older { Vec::new() } else { vec![record] };
                Answer::Unassigned { source: &self.source, against }
            }
            ExportKind::List if record.time.is_some() && self.made_after > record.time => {
                Answer::Unassigned { source: &self.source, against: Vec::new() }
            }
            ExportKind::List => {
                let mut decision = decision;
                if decision.against.is_empty() {
                    decision.because = Precedence::NamesOne;
                }
                decision.against.push(&self.source);
                Answer::Assigned(decision)
            }
        }
    }
}

fn decide<'a>(records: &[&'a Record]) -> Option<Decision<'a>> {
    let latest = records.iter().filter_map(|record| record.time).max();
    let is_latest = |record: &Record| record.time.is_some() && record.time == latest;
    let is_list = |record: &Record| record.kind == ExportKind::List;
    let is_undated_list = |record: &Record| is_list(record) && record.time.is_none();
    let has_undated_lists = records.iter().any(|record| is_undated_list(record));
    let contends = |record: &Record| {
        if has_undated_lists {
            is_undated_list(record) || (is_list(record) && is_latest(record))
        } else {
            is_latest(record) || latest.is_none()
        }
    };
    let record = records.iter().filter(|record| contends(record)).min_by_key(|record| record.gloom())?;
    let says_otherwise =
        |other: &&&'a Record| other.certificate != record.certificate && !record.is_later_than(other);
    let opposed: Vec<&Record> = records.iter().filter(says_otherwise).copied().collect();
    let because = match record.certificate {
        _ if !opposed.iter().any(|other| contends(other)) => Precedence::List,
        Recorded::Missing(_) => Precedence::NotInFolder,
        Recorded::InFolder(_) => Precedence::EndsFirst,
    };
    let agreeing = records.iter().filter(|other| other.certificate == record.certificate).copied();
    Some(Decision {
        record,
        agreeing: agreeing.collect(),
        against: opposed.iter().map(|other| other.source.as_str()).collect(),
        because,
    })
}

impl Record {
    /// The lower, the less it promises: a certificate that nobody can look at, then the one that ends first.
    fn gloom(&self) -> impl Ord + use<> {
        (self.ends, self.id)
    }

    /// Whether it is known to tell of a later time than another. A list names a certificate, so it was made after that was issued.
    fn is_later_than(&self, other: &Self) -> bool {
        let since = match self.kind {
            ExportKind::List => self.time.or(self.issued),
            ExportKind::Log => self.time,
        };
        let is_dated = self.time.is_some() || other.kind == ExportKind::Log;
        is_dated && other.time.is_some() && since > other.time
    }
}
