//! The names of a certificate, and how they cover those of a requirement.

use lyncert_ingest::name::DnsName;

use crate::certificate::Certificate;
use crate::matching::{Cover, DnsPattern};

/// How a certificate covers a name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NameCover {
    /// Letter for letter, or by a wildcard.
    pub cover: Cover,
    /// The entry that covers it, or `CN=…` for a certificate without a subject alternative name.
    pub by: String,
}

/// The names of a certificate, read once.
#[derive(Clone, Debug)]
pub(crate) struct CertificateNames {
    pub(crate) patterns: Vec<DnsPattern>,
    from_subject: bool,
}

impl CertificateNames {
    /// A certificate without a subject alternative name is matched by its subject (GEN-NAME-03); one whose extension has
    /// no DNS name is matched by nothing.
    pub(crate) fn new(certificate: &Certificate) -> Self {
        let from_subject = !certificate.has_san;
        let names = if from_subject { &certificate.common_names } else { &certificate.dns_names };
        Self { patterns: names.iter().map(|name| DnsPattern::new(name)).collect(), from_subject }
    }

    /// How the name is covered, letter for letter before by a wildcard.
    pub(crate) fn cover(&self, name: &DnsName) -> Option<NameCover> {
        let covers = || self.patterns.iter().filter_map(|pattern| Some((pattern.covers(name)?, pattern)));
        let best = covers().map(|(cover, _)| cover).max()?;
        // The first of equal covers, in the certificate's order.
        let (cover, pattern) = covers().find(|(cover, _)| *cover == best)?;
        let prefix = if self.from_subject { "CN=" } else { "" };
        Some(NameCover { cover, by: format!("{prefix}{}", pattern.as_str()) })
    }

    /// Whether an entry is this very name.
    pub(crate) fn has(&self, name: &DnsName) -> bool {
        self.patterns.iter().any(|pattern| pattern.covers(name) == Some(Cover::Exact))
    }
}
