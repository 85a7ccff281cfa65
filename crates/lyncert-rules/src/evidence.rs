//! What exports say of assigned certificates: the strongest evidence of which certificate serves what.

use lyncert_ingest::{AssignedCertificate, DnsName};
use time::OffsetDateTime;
use time::format_description::well_known::Iso8601;

use crate::assign::{PlacedOn, Places};
use crate::{Certificate, CertificateUsage, HolderKind, Requirement, Thumbprint};

/// One certificate that an export tells of, and where it was told.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Evidence {
    /// The export's path below the certificate folder, or its name where it was given as a topology. A folder or file that is
    /// named after a computer says which one it was made on.
    pub path: String,
    /// What it tells.
    pub assigned: AssignedCertificate,
}

/// Evidence, with the certificates that it names looked up.
#[derive(Clone, Debug)]
pub(crate) struct EvidenceBook {
    rows: Vec<Row>,
}

#[derive(Clone, Debug)]
struct Row {
    source: String,
    /// `None`: nothing says on which computer.
    host: Option<DnsName>,
    usages: Vec<CertificateUsage>,
    told: Told,
    /// Whether it lists what is assigned now, as `Get-CsCertificate` does, and not what one cmdlet did.
    is_state: bool,
    issued: Option<OffsetDateTime>,
    /// The certificate that takes over later, and when.
    next: Option<(Thumbprint, OffsetDateTime)>,
}

/// What evidence says of one server and usage.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Told {
    /// This certificate, as an index, is assigned.
    Found(usize),
    /// A certificate is assigned that the folder does not hold.
    Missing(Thumbprint),
}

/// A certificate that an export says will take over (`Set-CsCertificate -Roll -EffectiveDate`).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RollOver {
    /// The usages.
    pub usages: Vec<CertificateUsage>,
    /// Index of the certificate that serves until then.
    pub current: usize,
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
    /// The usages.
    pub usages: Vec<CertificateUsage>,
    /// Its thumbprint.
    pub thumbprint: Thumbprint,
    /// The export that names it.
    pub source: String,
}

impl EvidenceBook {
    pub(crate) fn new(
        evidence: &[Evidence],
        certificates: &[Certificate],
        places: &Places,
        now: OffsetDateTime,
    ) -> Self {
        let row = |evidence: &Evidence| {
            let Evidence { path, assigned } = evidence;
            let of_path = || match places.placement(path)?.holder {
                PlacedOn::Host(host) => Some(host),
                PlacedOn::Nobody | PlacedOn::ReverseProxy | PlacedOn::OAuth => None,
            };
            let (thumbprint, next) = in_effect(assigned, now)?;
            let found = certificates.iter().position(|certificate| certificate.sha1 == thumbprint);
            Some(Row {
                source: path.clone(),
                host: assigned.computer.clone().or_else(of_path),
                usages: assigned.uses.iter().filter_map(|usage| usage.parse().ok()).collect(),
                told: found.map_or(Told::Missing(thumbprint), Told::Found),
                is_state: assigned.subject.is_some(),
                issued: found
                    .and_then(|index| certificates.get(index))
                    .map(|certificate| certificate.not_before),
                next,
            })
        };
        Self { rows: evidence.iter().filter_map(row).collect() }
    }

    /// What is assigned to a server for a usage. A list of what is assigned outweighs the log of one cmdlet, and of several
    /// the newest certificate counts.
    pub(crate) fn told(
        &self,
        requirement: &Requirement,
        server: Option<&DnsName>,
        usage: CertificateUsage,
        is_only_holder: bool,
    ) -> Option<(&Told, &str)> {
        let row = self.row(requirement, server, usage, is_only_holder)?;
        Some((&row.told, &row.source))
    }

    /// The roll-over that is staged on a server for a usage.
    pub(crate) fn roll_over(
        &self,
        requirement: &Requirement,
        server: Option<&DnsName>,
        usage: CertificateUsage,
        is_only_holder: bool,
    ) -> Option<RollOver> {
        let row = self.row(requirement, server, usage, is_only_holder)?;
        let (next, effective) = row.next?;
        let Told::Found(current) = row.told else { return None };
        Some(RollOver { usages: vec![usage], current, next, effective })
    }

    fn row(
        &self,
        requirement: &Requirement,
        server: Option<&DnsName>,
        usage: CertificateUsage,
        is_only_holder: bool,
    ) -> Option<&Row> {
        let rows = self.rows.iter().filter(|row| row.usages.contains(&usage));
        let on_server = rows.filter(|row| row.is_on(requirement, server, is_only_holder));
        on_server.max_by_key(|row| (row.is_state, row.issued))
    }

    /// Whether a list of what is assigned on this server is there.
    pub(crate) fn has_state_of(&self, server: &DnsName) -> bool {
        self.rows.iter().any(|row| row.is_state && row.host.as_ref() == Some(server))
    }

    /// Whether a certificate, with its thumbprint, is assigned to anything, now or from some day on.
    pub(crate) fn names(&self, certificate: usize, thumbprint: Thumbprint) -> bool {
        self.rows.iter().any(|row| {
            row.told == Told::Found(certificate) || row.next.is_some_and(|(next, _)| next == thumbprint)
        })
    }
}

impl Row {
    fn is_on(&self, requirement: &Requirement, server: Option<&DnsName>, is_only_holder: bool) -> bool {
        match &self.host {
            Some(host) => server == Some(host) || requirement.holder.pool.as_ref() == Some(host),
            // The OAuth certificate is one for the whole deployment; elsewhere only what one server alone can have is clear.
            None => requirement.holder.kind == HolderKind::Deployment || is_only_holder,
        }
    }
}

/// The certificate that serves now, and the one that takes over later, and when: during a staged roll-over the one before serves
/// until the new one takes effect. A date that is written by the customs of some country is not guessed at: then the new one
/// counts.
fn in_effect(
    assigned: &AssignedCertificate,
    now: OffsetDateTime,
) -> Option<(Thumbprint, Option<(Thumbprint, OffsetDateTime)>)> {
    let new: Option<Thumbprint> = assigned.thumbprint.parse().ok();
    let previous = assigned.previous_thumbprint.as_ref().and_then(|previous| previous.parse().ok());
    let effective = assigned.effective_date.as_deref().and_then(time_of).filter(|effective| *effective > now);
    match (previous, effective) {
        (Some(previous), Some(effective)) => Some((previous, new.map(|new| (new, effective)))),
        (Some(_), None) | (None, _) => Some((new?, None)),
    }
}

/// A time as CLIXML and JSON write it.
fn time_of(text: &str) -> Option<OffsetDateTime> {
    let text = text.trim();
    OffsetDateTime::parse(text, &Iso8601::DEFAULT).ok().or_else(|| {
        // Without a zone it is the server's own; hours do not matter here.
        let seconds = text.get(..19)?;
        time::PrimitiveDateTime::parse(seconds, &Iso8601::DEFAULT)
            .ok()
            .map(time::PrimitiveDateTime::assume_utc)
    })
}
