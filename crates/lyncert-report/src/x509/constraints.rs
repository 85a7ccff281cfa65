//! The names that a CA may certify (RFC 5280 section 4.2.1.10), and the names of a certificate that they are held against.
//!
//! A certificate can hold tens of thousands of both, so that no name is compared with each constraint: names are walked label by
//! label, or part by part, through a tree of all constraints.

use std::collections::HashSet;

use lyncert_rules::certificate::Certificate;
use x509_parser::asn1_rs::{Any, Class, oid};

use super::elements::{any, elements};
use super::name;
use super::subtrees::{Mark, Networks, Tree, labels_of};

/// A longer name of a host is none.
const MAX_HOST_LENGTH: usize = 255;
/// The choice of a directory name among kinds of names.
const DIRECTORY: u32 = 4;
const EMAIL_ATTRIBUTE: &[u8] = &oid!(raw 1.2.840.113549.1.9.1);

/// What the constraints of a CA say of the names of a certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Constrained {
    /// All of them lie within.
    Within,
    /// This one does not.
    Outside(String),
    /// That cannot be told, since this is not read.
    NotRead(&'static str),
}

/// Names of a certificate, by kind. Its DNS names are not among them: its facts have those.
#[derive(Clone, Debug, Default)]
pub(crate) struct CheckedNames {
    /// The subject and other directory names, part by part.
    directories: Vec<Vec<String>>,
    emails: Vec<String>,
    /// Hosts of its URIs; `None` for one without a host.
    hosts: Vec<Option<String>>,
    addresses: Vec<Vec<u8>>,
    /// Common names that stand for DNS names where there is none.
    host_names: Vec<String>,
    /// Kinds of other names, by the number of their choice.
    others: Vec<u32>,
}

impl CheckedNames {
    /// The names in an encoded subject and in the value of a subject alternative name.
    pub(super) fn new(subject: &[u8], alternatives: &[u8], facts: &Certificate) -> Self {
        let mut names = Self::default();
        if let Some(subject) = any(subject) {
            names.add_subject(subject.data);
        }
        let alternatives = any(alternatives).and_then(|names| elements(names.data)).unwrap_or_default();
        for name in alternatives.iter().filter(|name| name.class() == Class::ContextSpecific) {
            names.add_alternative(name);
        }
        // No client takes a CA for a server by its name.
        if facts.dns_names.is_empty() && !facts.is_ca {
            let hosts = facts.common_names.iter().filter(|name| is_host_name(name));
            names.host_names.extend(hosts.cloned());
        }
        names
    }

    fn add_subject(&mut self, subject: &[u8]) {
        match name::relative_names(subject) {
            Some(parts) if parts.is_empty() => {}
            Some(parts) => self.directories.push(parts),
            None => self.others.push(DIRECTORY),
        }
        let attributes = elements(subject).unwrap_or_default();
        for attribute in attributes.iter().filter_map(|relative| elements(relative.data)).flatten() {
            if let Some([kind, value]) = elements(attribute.data).as_deref()
                && kind.data == EMAIL_ATTRIBUTE
            {
                self.emails.push(name::text(value).into_owned());
            }
        }
    }

    fn add_alternative(&mut self, name: &Any<'_>) {
        let text = || String::from_utf8_lossy(name.data).into_owned();
        match name.tag().0 {
            1 => self.emails.push(text()),
            2 => {}
            DIRECTORY => match any(name.data).and_then(|directory| name::relative_names(directory.data)) {
                Some(parts) => self.directories.push(parts),
                None => self.others.push(DIRECTORY),
            },
            6 => self.hosts.push(host_of(&text())),
            7 => self.addresses.push(name.data.to_vec()),
            other => self.others.push(other),
        }
    }
}

/// The host of a URI, if it has one that is a name.
fn host_of(uri: &str) -> Option<String> {
    let (_, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = host.split(':').next()?;
    (!host.is_empty() && !host.starts_with('[')).then(|| host.to_owned())
}

/// Whether a common name is one that clients take for a DNS name.
fn is_host_name(name: &str) -> bool {
    name.contains('.')
        && name.split('.').all(|label| {
            !label.is_empty()
                && label.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '*'))
        })
}

/// The constraints of a CA.
#[derive(Clone, Debug, Default)]
pub(crate) struct NameConstraints {
    permitted: Subtrees,
    excluded: Subtrees,
    /// What keeps them from being read as a whole.
    not_read: Option<&'static str>,
}

/// One of its two lists.
#[derive(Clone, Debug, Default)]
struct Subtrees {
    dns: Tree,
    directories: Tree,
    mailboxes: HashSet<String>,
    email_hosts: Tree,
    uri_hosts: Tree,
    addresses: Networks,
    others: HashSet<u32>,
    has_emails: bool,
}

impl NameConstraints {
    /// The constraints in an extension's value; `None` when it is damaged.
    pub(super) fn read(value: &[u8]) -> Option<Self> {
        let mut constraints = Self::default();
        for trees in elements(any(value)?.data)? {
            let subtrees = match trees.tag().0 {
                0 => &mut constraints.permitted,
                1 => &mut constraints.excluded,
                _ => return None,
            };
            for tree in elements(trees.data)? {
                let fields = elements(tree.data)?;
                let (base, rest) = fields.split_first()?;
                // A minimum of 0 is the default and need not be written.
                if rest.iter().any(|field| field.tag().0 != 0 || field.data != [0]) {
                    constraints.not_read = Some("distances within name constraints");
                }
                if let Some(reason) = subtrees.add(base)? {
                    constraints.not_read = Some(reason);
                }
            }
        }
        Some(constraints)
    }

    /// What they say of a certificate.
    pub(crate) fn check(&self, facts: &Certificate, names: &CheckedNames) -> Constrained {
        if let Some(reason) = self.not_read {
            return Constrained::NotRead(reason);
        }
        let outside = facts
            .dns_names
            .iter()
            .chain(&names.host_names)
            .map(|name| self.dns(name))
            .chain(names.directories.iter().map(|parts| self.directory(parts)))
            .chain(names.emails.iter().map(|email| self.email(email)))
            .chain(names.hosts.iter().map(|host| self.uri(host.as_deref())))
            .chain(names.addresses.iter().map(|address| self.address(address)))
            .chain(names.others.iter().map(|kind| self.other(*kind)));
        let mut result = Constrained::Within;
        for one in outside {
            match one {
                Constrained::Within => {}
                Constrained::Outside(_) => return one,
                Constrained::NotRead(_) => result = one,
            }
        }
        result
    }

    fn dns(&self, name: &str) -> Constrained {
        if self.permitted.dns.is_empty() && self.excluded.dns.is_empty() {
            return Constrained::Within;
        }
        if name.len() > MAX_HOST_LENGTH {
            return Constrained::NotRead("a DNS name longer than any");
        }
        // A dot at the end is how DNS ends a name, and no label.
        let labels: Vec<String> = labels_of(name.trim_end_matches('.'));
        judged(
            self.permitted.dns.allows(&labels),
            self.excluded.dns.meets(&labels) || self.excluded.dns.meets_wildcard(&labels),
            || name.to_owned(),
        )
    }

    fn directory(&self, parts: &[String]) -> Constrained {
        judged(self.permitted.directories.allows(parts), self.excluded.directories.meets(parts), || {
            "its subject or another directory name".to_owned()
        })
    }

    fn email(&self, email: &str) -> Constrained {
        if !self.permitted.has_emails && !self.excluded.has_emails {
            return Constrained::Within;
        }
        let Some((local, host)) = email.rsplit_once('@').filter(|(_, host)| host.len() <= MAX_HOST_LENGTH)
        else {
            return Constrained::NotRead("an e-mail address without a host");
        };
        let (mailbox, labels) = (mailbox(local, host), labels_of(host));
        let meets = |trees: &Subtrees| trees.mailboxes.contains(&mailbox) || trees.email_hosts.meets(&labels);
        judged(!self.permitted.has_emails || meets(&self.permitted), meets(&self.excluded), || {
            email.to_owned()
        })
    }

    fn uri(&self, host: Option<&str>) -> Constrained {
        if self.permitted.uri_hosts.is_empty() && self.excluded.uri_hosts.is_empty() {
            return Constrained::Within;
        }
        // RFC 5280: a URI without a host that is a name has to be refused.
        let Some(host) = host.filter(|host| host.len() <= MAX_HOST_LENGTH && !is_address(host)) else {
            return Constrained::Outside("a URI without a host name".to_owned());
        };
        let labels = labels_of(host);
        judged(self.permitted.uri_hosts.allows(&labels), self.excluded.uri_hosts.meets(&labels), || {
            host.to_owned()
        })
    }

    fn address(&self, address: &[u8]) -> Constrained {
        let shown = || match (<[u8; 4]>::try_from(address), <[u8; 16]>::try_from(address)) {
            (Ok(four), _) => std::net::IpAddr::from(four).to_string(),
            (_, Ok(sixteen)) => std::net::IpAddr::from(sixteen).to_string(),
            (Err(_), Err(_)) => "an address of a wrong length".to_owned(),
        };
        let (permitted, excluded) = (&self.permitted.addresses, &self.excluded.addresses);
        judged(permitted.is_empty() || permitted.hold(address), excluded.hold(address), shown)
    }

    fn other(&self, kind: u32) -> Constrained {
        let trees = [&self.permitted, &self.excluded];
        if kind == DIRECTORY && trees.iter().any(|trees| !trees.directories.is_empty()) {
            return Constrained::NotRead("name constraints on a directory name that cannot be read");
        }
        if trees.iter().any(|trees| trees.others.contains(&kind)) {
            Constrained::NotRead("name constraints on other kinds of names")
        } else {
            Constrained::Within
        }
    }
}

fn judged(is_permitted: bool, is_excluded: bool, shown: impl FnOnce() -> String) -> Constrained {
    if is_permitted && !is_excluded { Constrained::Within } else { Constrained::Outside(shown()) }
}

impl Subtrees {
    /// Takes in a base; `None` when it is damaged, and a reason for what is not read.
    fn add(&mut self, base: &Any<'_>) -> Option<Option<&'static str>> {
        if base.class() != Class::ContextSpecific {
            return None;
        }
        let text = || String::from_utf8_lossy(base.data).into_owned();
        match base.tag().0 {
            1 => {
                self.has_emails = true;
                let text = text();
                match text.rsplit_once('@') {
                    Some((local, host)) => {
                        self.mailboxes.insert(mailbox(local, host));
                    }
                    None => self.email_hosts.add_host(&text),
                }
            }
            2 => {
                let text = text();
                let mark = if text.starts_with('.') { Mark::Below } else { Mark::Whole };
                self.dns.add(&labels_of(text.trim_start_matches('.')), mark);
            }
            DIRECTORY => {
                self.directories.add(&name::relative_names(any(base.data)?.data)?, Mark::Whole);
            }
            6 => self.uri_hosts.add_host(&text()),
            7 => {
                if !self.addresses.add(base.data)? {
                    return Some(Some("name constraints on addresses whose mask has gaps"));
                }
            }
            other => {
                self.others.insert(other);
            }
        }
        Some(None)
    }
}

/// A host of an e-mail address, or of a URI, is one of these names itself, or lies below one that begins with a dot.
fn mailbox(local: &str, host: &str) -> String {
    format!("{local}@{}", host.to_ascii_lowercase())
}

fn is_address(host: &str) -> bool {
    host.parse::<std::net::IpAddr>().is_ok()
}
