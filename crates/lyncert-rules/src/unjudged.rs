//! What could not be judged, and what would make it judged.
//!
//! In order means looked at, with what is really in use. Each gap of that is one entry here, with its reason and its remedy, so
//! that no report passes for better than what is known.

use crate::holder::Holder;

/// Why something was not judged, in the order in which it is told.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum UnjudgedKind {
    /// Web services or the reverse proxy are called for, and the simple URLs are not known.
    SimpleUrlsUnknown,
    /// A collection says that a server was not reached, or that not everything was taken.
    NotCollected,
    /// A holder that the product does not manage has no certificate in the folder.
    UnmanagedNotCollected,
    /// What serves a requirement is a best match: nothing says that it is in use.
    AssumedAssignment,
    /// Two exports, or an export and the place of a file, name different certificates, and no time decides.
    EvidenceContradicts,
    /// An export of assigned certificates was read and not used: its computer is none of the topology's.
    EvidenceUnused,
    /// Something that looks like such an export cannot be read.
    EvidenceUnreadable,
    /// A part of the topology or a file of the folder was not understood.
    InputNotUnderstood,
    /// The operator left it out.
    OutOfScope,
}

/// Something that was not judged.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Unjudged {
    /// Why.
    pub kind: UnjudgedKind,
    /// What was not judged, or not known; a few words, lower case.
    pub what: String,
    /// Why, in one sentence; lower case, no final period.
    pub why: String,
    /// What would make it judged, in one sentence; no final period.
    pub remedy: String,
    /// The holders concerned, each once; empty where it is about the estate as a whole.
    pub holders: Vec<Holder>,
}
