//! The names of a certificate, and how they cover those of a requirement.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use lyncert_ingest::name::DnsName;

use crate::certificate::Certificate;
use crate::ids::CertificateId;
use crate::matching::{Cover, DnsPattern, parent_of};

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
    /// The common names of the subject.
    pub(crate) common_names: Vec<DnsPattern>,
    from_subject: bool,
    /// The first entry with each key, where there are many.
    by_key: Option<HashMap<Box<str>, usize>>,
    /// The keys of the common names, where there are many.
    common_keys: Option<HashSet<Box<str>>>,
}

/// To look through so few entries takes no longer than to look one up.
const FEW_ENTRIES: usize = 16;

impl CertificateNames {
    /// A certificate without a subject alternative name is matched by its subject (GEN-NAME-03); one whose extension has
    /// no DNS name is matched by nothing.
    pub(crate) fn new(certificate: &Certificate) -> Self {
        let read = |names: &[String]| names.iter().map(|name| DnsPattern::new(name)).collect::<Vec<_>>();
        let from_subject = !certificate.has_san;
        let common_names = read(&certificate.common_names);
        let patterns = if from_subject { common_names.clone() } else { read(&certificate.dns_names) };
        let by_key = (patterns.len() > FEW_ENTRIES).then(|| {
            // Backwards, so that of equal entries the first one stays.
            let numbered = patterns.iter().enumerate().rev();
            numbered.filter_map(|(index, pattern)| Some((pattern.key()?.into(), index))).collect()
        });
        let common_keys = (common_names.len() > FEW_ENTRIES)
            .then(|| common_names.iter().filter_map(|name| Some(name.key()?.into())).collect());
        Self { patterns, common_names, from_subject, by_key, common_keys }
    }

    /// How the name is covered, letter for letter before by a wildcard.
    pub(crate) fn cover(&self, name: &DnsName) -> Option<NameCover> {
        let (cover, pattern) = self.covering(name)?;
        let prefix = if self.from_subject { "CN=" } else { "" };
        Some(NameCover { cover, by: format!("{prefix}{}", pattern.as_str()) })
    }

    /// The same without the words.
    pub(crate) fn cover_of(&self, name: &DnsName) -> Option<Cover> {
        self.covering(name).map(|(cover, _)| cover)
    }

    /// Whether an entry is this very name.
    pub(crate) fn has(&self, name: &DnsName) -> bool {
        self.entry(name.key()).is_some()
    }

    /// Whether a common name of the subject is this very name.
    pub(crate) fn has_common_name(&self, name: &DnsName) -> bool {
        match &self.common_keys {
            Some(keys) => keys.contains(name.key()),
            None => self.common_names.iter().any(|own| own.key() == Some(name.key())),
        }
    }

    /// The first entry, in the certificate's order, of those that cover the name best.
    fn covering(&self, name: &DnsName) -> Option<(Cover, &DnsPattern)> {
        if let Some(exact) = self.entry(name.key()) {
            return Some((Cover::Exact, exact));
        }
        let parent = parent_of(name.key())?;
        let wildcard = match &self.by_key {
            Some(_) => self.entry(&format!("*.{parent}")),
            None => self.patterns.iter().find(|pattern| pattern.wildcard_parent() == Some(parent)),
        };
        wildcard.map(|wildcard| (Cover::Wildcard, wildcard))
    }

    /// The first entry with this key.
    fn entry(&self, key: &str) -> Option<&DnsPattern> {
        match &self.by_key {
            Some(by_key) => by_key.get(key).map(|&index| &self.patterns[index]),
            None => self.patterns.iter().find(|pattern| pattern.key() == Some(key)),
        }
    }
}

/// The names of the certificates of a case: those of each are read when they are first asked for, since most of a folder's
/// certificates are tied to nothing.
#[derive(Debug)]
pub(crate) struct NameBook<'a> {
    certificates: &'a [Certificate],
    read: Vec<OnceLock<Box<CertificateNames>>>,
}

impl<'a> NameBook<'a> {
    pub(crate) fn new(certificates: &'a [Certificate]) -> Self {
        Self { certificates, read: certificates.iter().map(|_| OnceLock::new()).collect() }
    }

    pub(crate) fn certificates(&self) -> &'a [Certificate] {
        self.certificates
    }

    pub(crate) fn names(&self, certificate: CertificateId) -> &CertificateNames {
        let read = || Box::new(CertificateNames::new(certificate.of(self.certificates)));
        self.read[certificate.index()].get_or_init(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::certificate;

    #[test]
    fn many_entries_are_looked_up_as_few_are_looked_through() {
        let many: Vec<String> = (0..40)
            .map(|index| format!("Host{}.contoso.com", index % 30))
            .chain(["*.contoso.com", "*.fabrikam.com", "*.CONTOSO.com", "bad name"].map(str::to_owned))
            .collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let (long, short) = (certificate("a.contoso.com", &many), |names: &[&str]| {
            CertificateNames::new(&certificate("a.contoso.com", names))
        });
        let long = CertificateNames::new(&long);
        assert!(long.by_key.is_some());
        for name in [
            "host1.contoso.com",
            "HOST29.contoso.com",
            "x.contoso.com",
            "x.fabrikam.com",
            "x.y.contoso.com",
            "*.contoso.com",
            "contoso.com",
            "bad",
        ] {
            let name: DnsName = name.parse().unwrap();
            // In parts that are few enough to be looked through.
            let parts = many.chunks(FEW_ENTRIES).filter_map(|part| short(part).cover(&name));
            let expected = parts.reduce(|best, other| if other.cover > best.cover { other } else { best });
            assert_eq!(long.cover(&name), expected, "{name}");
        }
    }
}
