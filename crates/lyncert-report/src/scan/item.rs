//! What is found in one file: the words that all containers share.

use lyncert_ingest::assigned::AssignedExport;
use lyncert_ingest::collection::Part;
use lyncert_rules::request::CertificateRequest;
use zeroize::Zeroizing;

use super::UnreadKind;
use super::effort::Effort;
use super::key::Key;
use crate::x509;

/// One thing in a file.
#[derive(Debug)]
pub(super) enum Item {
    /// A certificate; its paths are filled in later.
    Certificate(Box<FoundCertificate>),
    /// A certificate request.
    Request(Box<CertificateRequest>),
    /// A revocation list.
    List(Box<x509::ParsedList>),
    /// A private key.
    Key(Key),
    /// What an export says of assigned certificates.
    Assigned(Box<AssignedExport>),
    /// What the collector wrote beside exports and certificates.
    Collected(Part),
    /// Something that is not read.
    NotRead(NotRead),
}

impl Item {
    /// A certificate without facts from its container.
    pub(super) fn certificate(parsed: x509::Parsed) -> Self {
        Self::Certificate(Box::new(FoundCertificate::new(parsed)))
    }

    /// A whole file, or a whole block of one, that is not read; the reason continues "this file …".
    pub(super) fn not_read(reason: impl Into<String>) -> Self {
        Self::NotRead(NotRead { reason: reason.into(), kind: UnreadKind::NotUnderstood, names_part: false })
    }

    /// A file of a kind that is known to hold nothing that would be judged; the reason continues "this file …".
    pub(super) fn harmless(reason: impl Into<String>) -> Self {
        Self::NotRead(NotRead { reason: reason.into(), kind: UnreadKind::Harmless, names_part: false })
    }

    /// An export of assigned certificates, or what looks like one, that cannot be read; the reason continues "this file …".
    pub(super) fn evidence_not_read(reason: impl Into<String>) -> Self {
        Self::NotRead(NotRead { reason: reason.into(), kind: UnreadKind::Evidence, names_part: false })
    }

    /// A part of a file that is not read, where the reason names the part.
    pub(super) fn part_not_read(reason: impl Into<String>) -> Self {
        Self::NotRead(NotRead { reason: reason.into(), kind: UnreadKind::NotUnderstood, names_part: true })
    }
}

impl Item {
    /// The same as a part of a file: a reason that speaks of the whole gets in front where the part is, such as "has a block at line 3".
    pub(super) fn in_part(self, place: &str) -> Self {
        match self {
            Self::NotRead(not_read) if !not_read.names_part => Self::NotRead(NotRead {
                reason: format!("{place} that {}", not_read.reason),
                names_part: true,
                ..not_read
            }),
            Self::Certificate(_)
            | Self::Request(_)
            | Self::List(_)
            | Self::Key(_)
            | Self::Assigned(_)
            | Self::Collected(_)
            | Self::NotRead(_) => self,
        }
    }
}

/// Why something is not read.
#[derive(Debug)]
pub(super) struct NotRead {
    /// Continues "this file …".
    pub(super) reason: String,
    /// What that means for what is judged.
    pub(super) kind: UnreadKind,
    /// Whether the reason names the part of the file, so that no block has to be put in front.
    pub(super) names_part: bool,
}

/// A certificate with the facts that its container adds.
#[derive(Debug)]
pub(super) struct FoundCertificate {
    pub(super) parsed: x509::Parsed,
    pub(super) friendly_name: Option<String>,
    /// The provider that holds its private key.
    pub(super) provider: Option<String>,
    pub(super) has_private_key: bool,
    /// Whether the private key may be exported; `None` where the container does not say.
    pub(super) exportable: Option<bool>,
    /// The Windows store that it was exported from.
    pub(super) store: Option<String>,
}

impl FoundCertificate {
    /// A certificate without facts from its container.
    pub(super) fn new(parsed: x509::Parsed) -> Self {
        Self {
            parsed,
            friendly_name: None,
            provider: None,
            has_private_key: false,
            exportable: None,
            store: None,
        }
    }
}

/// What may be used to open files.
#[derive(Clone, Copy, Debug)]
pub(super) struct Secrets<'a> {
    /// What passwords may still cost.
    #[cfg_attr(
        not(feature = "pfx"),
        expect(dead_code, reason = "archives are not read without the feature")
    )]
    pub(super) effort: &'a Effort,
    /// Passwords to try on archives.
    #[cfg_attr(
        not(feature = "pfx"),
        expect(dead_code, reason = "archives are not read without the feature")
    )]
    pub(super) passwords: &'a [Zeroizing<String>],
}
