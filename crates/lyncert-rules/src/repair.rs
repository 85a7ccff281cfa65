//! What repairs a certificate: one request, or one move, for all that it serves.

use lyncert_ingest::name::DnsName;
use time::OffsetDateTime;

use crate::ids::CertificateId;

/// What has to be done about one certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Repair {
    /// Id of the order that says what certificate it has to be, among the orders of the assessment.
    pub order: String,
    /// What to do.
    pub action: RepairAction,
    /// The certificate that is replaced, installed or moved; `None` where there is none yet.
    pub certificate: Option<CertificateId>,
    /// Where a request waits in the folder that asks for just this certificate: it need only be signed.
    pub request: Option<String>,
    /// The first moment at which something breaks. What is broken already is due at the time of judgment; where nothing but a warning
    /// asks for it, that is when the certificate ends at the latest.
    pub due: OffsetDateTime,
    /// Ids of the findings that it makes go away, worst first.
    pub why: Vec<String>,
    /// Names that the certificate has and that are needed again: those that are asked for, and those that may be on it.
    pub keep: Vec<String>,
    /// Names that it lacks.
    pub add: Vec<String>,
    /// Those of the names to keep that the order does not ask for.
    pub further: Vec<DnsName>,
    /// Names that it has and the new one will not have: nothing that it serves needs them.
    pub drop: Vec<String>,
}

/// What to do about a certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RepairAction {
    /// Request one in its place.
    Replace,
    /// Request one where there is none.
    Request,
    /// Put one into use that is there already and fits.
    Install,
    /// The same for one that lies in the place of another holder, where it is of no use.
    Move,
}
