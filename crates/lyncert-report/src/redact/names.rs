//! Pseudonyms: which one stands for which name. What is alike stays alike, what lies below another name stays below it.

use std::collections::{BTreeMap, HashSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use lyncert_ingest::name::DnsName;
use lyncert_rules::issuable::{is_internal, registered_domain};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::form::{self, KEPT_LABELS};
use crate::model::Usage;

/// What a pseudonym stands for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, JsonSchema, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    /// A registered domain, or a name that nobody registered.
    Domain,
    /// A label of a host name.
    Label,
    /// An address.
    Address,
    /// What stands before the `@` of an address of a person.
    User,
    /// A distinguished name without its common name.
    Organization,
    /// A common name that is no host.
    Name,
    /// The hash of a certificate or file.
    Digest,
    /// A serial number.
    Serial,
    /// A folder.
    Folder,
    /// The name of a file, without its ending.
    File,
    /// An estate.
    Estate,
    /// A site.
    Site,
    /// A certificate template.
    Template,
    /// A friendly name.
    FriendlyName,
    /// Somebody.
    Person,
}

/// Folders and files that the product, the collector or lyncert name.
const KEPT_FILES: [&str; 10] = [
    "bindings.json",
    "certs",
    "collect.log",
    "collected.json",
    "facts.json",
    "lyncert.toml",
    "oauth",
    "reverse-proxy",
    "-",
    "certificates",
];

/// Endings that stay.
const ENDINGS: [&str; 38] = [
    "bak", "cer", "cert", "clixml", "cnf", "crl", "crt", "csr", "csv", "der", "doc", "docx", "evtx", "htm",
    "html", "inf", "json", "key", "log", "md", "old", "p12", "p7b", "p7c", "pdf", "pem", "pfx", "ps1", "req",
    "sst", "tbxml", "tmp", "toml", "txt", "xls", "xlsx", "xml", "zip",
];

/// Whether all of a text is usages of certificates: `Default+WebServicesInternal`.
pub(super) fn is_usages(text: &str) -> bool {
    text.split('+').all(is_usage)
}

fn is_usage(word: &str) -> bool {
    Usage::ALL.iter().any(|usage| usage.as_str() == word)
}

/// Whether files end so.
pub(super) fn is_ending(word: &str) -> bool {
    ENDINGS.contains(&word.to_ascii_lowercase().as_str())
}

/// Whether a word is a usage of certificates, also with the ending of a file behind it.
pub(super) fn is_usage_or_its_file(word: &str) -> bool {
    let is_file = |(stem, ending): (&str, &str)| is_ending(ending) && is_usage(stem);
    is_usage(word) || word.rsplit_once('.').is_some_and(is_file)
}

/// Which pseudonym stands for what.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// By kind and normal form.
    by_real: BTreeMap<(Kind, String), String>,
    /// Those that are in use, to be known as such and never given twice.
    issued: HashSet<String>,
    /// How many there are of each form.
    counts: BTreeMap<String, usize>,
    /// Words of the document that look like pseudonyms and are none: what is made is none of them.
    taken: HashSet<String>,
    /// Hosts without a domain, in their normal form.
    short_hosts: HashSet<String>,
    /// Whether the document says that its names are pseudonyms: what looks like one stays.
    keeps_pseudonyms: bool,
}

impl Names {
    /// Takes a pair of an earlier run.
    pub(super) fn restore(&mut self, kind: Kind, real: String, pseudonym: String) {
        self.issue(&pseudonym);
        self.by_real.insert((kind, real), pseudonym);
    }

    /// All pairs, in order.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (Kind, &str, &str)> {
        self.by_real.iter().map(|((kind, real), pseudonym)| (*kind, real.as_str(), pseudonym.as_str()))
    }

    /// Whether a word was given as a pseudonym, or as a part of one.
    pub(super) fn is_issued(&self, word: &str) -> bool {
        self.issued.contains(word)
    }

    pub(super) fn known(&self, kind: Kind, real: &str) -> Option<&str> {
        self.by_real.get(&(kind, real.to_owned())).map(String::as_str)
    }

    /// Gets ready for a document: `is_redacted` where it says that its names are pseudonyms already.
    pub(super) fn start(&mut self, is_redacted: bool) {
        self.keeps_pseudonyms = is_redacted;
        self.taken.clear();
    }

    /// Takes note of a text of the document, so that no word of it that looks like a pseudonym becomes one of something else.
    pub(super) fn take_note(&mut self, text: &str) {
        if self.keeps_pseudonyms || !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return;
        }
        for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')) {
            if form::is_numbered(word) {
                self.taken.insert(word.to_ascii_lowercase());
            }
        }
        for address in text.split(|c: char| !(c.is_ascii_hexdigit() || matches!(c, '.' | ':'))) {
            if let Ok(address) = address.parse::<IpAddr>()
                && form::is_for_documents(address)
            {
                self.taken.insert(address.to_string());
            }
        }
    }

    /// Whether what was made stands in the document for itself.
    fn is_taken(&self, made: &str) -> bool {
        let word = made.split(['.', '*']).next().unwrap_or_default();
        self.taken.contains(made) || self.taken.contains(word)
    }

    /// Whether it is a host without a domain, under whatever name.
    pub(super) fn is_short_host(&self, name: &str) -> bool {
        self.short_hosts.contains(&name.to_lowercase())
    }

    /// Whether the document is redacted, and a text looks like one of these pseudonyms.
    fn stays(&self, is_pseudonym: impl FnOnce() -> bool) -> bool {
        self.keeps_pseudonyms && is_pseudonym()
    }

    /// Whether a word of a sentence is a pseudonym of a document that is redacted.
    pub(super) fn is_kept_word(&self, word: &str) -> bool {
        self.stays(|| {
            form::is_numbered(word) || form::is_host(word) || form::is_digest(word) || form::is_serial(word)
        })
    }

    /// The pseudonym of something, made by its number where it has none yet.
    fn get(&mut self, kind: Kind, real: &str, form: &str, make: impl Fn(usize) -> String) -> String {
        if let Some(known) = self.known(kind, real) {
            return known.to_owned();
        }
        let pseudonym = loop {
            let count = self.counts.entry(form.to_owned()).or_default();
            *count += 1;
            let made = make(*count);
            // One of an earlier run, or a real name that looks like one.
            let is_real = made == real || self.by_real.contains_key(&(kind, made.clone()));
            if !self.issued.contains(&made) && !is_real && !self.is_taken(&made) {
                break made;
            }
        };
        self.issue(&pseudonym);
        self.by_real.insert((kind, real.to_owned()), pseudonym.clone());
        pseudonym
    }

    fn issue(&mut self, pseudonym: &str) {
        self.issued.insert(pseudonym.to_owned());
    }

    /// A name without any structure.
    pub(super) fn plain(&mut self, kind: Kind, real: &str) -> String {
        let form = match kind {
            Kind::Estate => "estate",
            Kind::Site => "site",
            Kind::Template => "template",
            Kind::FriendlyName => "friendly",
            Kind::Person => "person",
            Kind::User => "user",
            Kind::Organization => "org",
            Kind::Folder => "folder",
            Kind::File => "file",
            Kind::Name | Kind::Domain | Kind::Label | Kind::Address | Kind::Digest | Kind::Serial => "name",
        };
        if real.is_empty() || self.stays(|| form::is_numbered(real)) {
            return real.to_owned();
        }
        self.get(kind, real, form, |number| format!("{form}{number}"))
    }

    /// A host, a domain, a wildcard, an address, or whatever stands in the place of one. `role` is what new labels begin with.
    pub(super) fn host(&mut self, shown: &str, role: &str) -> String {
        if shown.is_empty() {
            return String::new();
        }
        if let Ok(address) = shown.trim_matches(['[', ']']).parse::<IpAddr>() {
            return self.address(address);
        }
        if let Some((user, host)) = shown.split_once('@') {
            return format!("{}@{}", self.plain(Kind::User, user), self.host(host, role));
        }
        if let Some((host, port)) = shown.rsplit_once(':')
            && !port.is_empty()
            && port.bytes().all(|byte| byte.is_ascii_digit())
        {
            return format!("{}:{port}", self.host(host, role));
        }
        // The common name of a CA, of a person, or of anything else.
        if shown.contains(' ') && !shown.contains('.') {
            return self.plain(Kind::Name, shown);
        }
        let parsed = shown.parse::<DnsName>();
        let key = parsed.as_ref().map_or_else(|_| shown.trim().to_lowercase(), |name| name.key().to_owned());
        if self.stays(|| form::is_host(&key)) {
            return key;
        }
        let domain = registered_domain(&key).or_else(|| key.contains('.').then_some(last_two(&key)));
        let Some(domain) = domain else {
            self.short_hosts.insert(key.clone());
            return self.label(&key, role);
        };
        let is_inside = parsed.map_or(true, |name| is_internal(&name));
        let end = if is_inside { "internal" } else { "example" };
        let base = self.get(Kind::Domain, domain, "dom", |number| format!("dom{number}.{end}"));
        let below = key.strip_suffix(domain).unwrap_or_default().trim_end_matches('.');
        let labels = below.split('.').filter(|label| !label.is_empty());
        let mut all: Vec<String> = labels.map(|label| self.label(label, role)).collect();
        all.push(base);
        all.join(".")
    }

    /// A host by pseudonyms that were given before; `None` where one of its parts has none.
    pub(super) fn known_host(&self, shown: &str) -> Option<String> {
        if let Some((user, host)) = shown.split_once('@') {
            return Some(format!("{}@{}", self.known(Kind::User, user)?, self.known_host(host)?));
        }
        if let Some(address) = self.known(Kind::Address, shown) {
            return Some(address.to_owned());
        }
        let key =
            shown.parse::<DnsName>().map_or_else(|_| shown.to_lowercase(), |name| name.key().to_owned());
        let domain = registered_domain(&key).or_else(|| key.contains('.').then_some(last_two(&key)))?;
        let base = self.known(Kind::Domain, domain)?;
        let below = key.strip_suffix(domain).unwrap_or_default().trim_end_matches('.');
        let mut all = Vec::new();
        for label in below.split('.').filter(|label| !label.is_empty()) {
            all.push(if KEPT_LABELS.contains(&label) { label } else { self.known(Kind::Label, label)? });
        }
        all.push(base);
        Some(all.join("."))
    }

    /// Whether a name is one that was given in the place of another.
    pub(super) fn is_pseudonym(&self, key: &str) -> bool {
        let mut labels: Vec<&str> = key.split('.').collect();
        let base = labels.split_off(labels.len().saturating_sub(2)).join(".");
        let is_given = |label: &&str| KEPT_LABELS.contains(label) || self.issued.contains(*label);
        (self.issued.contains(&base) && base.contains('.') && labels.iter().all(is_given))
            || self.issued.contains(key)
    }

    /// A label, the same in every domain.
    fn label(&mut self, label: &str, role: &str) -> String {
        if KEPT_LABELS.contains(&label) {
            return label.to_owned();
        }
        let star = if label.contains('*') { "*" } else { "" };
        let pseudonym = self.get(Kind::Label, label, role, |number| format!("{role}{number}{star}"));
        self.issue(&pseudonym);
        pseudonym
    }

    fn address(&mut self, address: IpAddr) -> String {
        let real = address.to_string();
        if self.stays(|| form::is_for_documents(address)) {
            return real;
        }
        match address {
            IpAddr::V4(_) => {
                self.get(Kind::Address, &real, "v4", |number| documentation_v4(number).to_string())
            }
            IpAddr::V6(_) => self.get(Kind::Address, &real, "v6", |number| {
                let [.., high, low] = (number as u128).to_be_bytes().map(u16::from);
                let (first, last) = ((number >> 16) as u16, high << 8 | low);
                Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, first, last).to_string()
            }),
        }
    }

    /// A hash, of the same length: it says by its zeros that it is none.
    pub(super) fn digest(&mut self, shown: &str) -> String {
        let key = shown.to_ascii_uppercase();
        if self.stays(|| form::is_digest(&key)) {
            return key;
        }
        let length = key.len().max(8);
        self.get(Kind::Digest, &key, &format!("digest{length}"), |number| {
            format!("{number:08X}{:0<1$}", "", length - 8)
        })
    }

    /// A serial number, of the same length: short ones are a fault of their own.
    pub(super) fn serial(&mut self, shown: &str) -> String {
        let key = shown.to_ascii_lowercase();
        if key.is_empty() || self.stays(|| form::is_serial(&key)) {
            return key;
        }
        let length = key.len();
        self.get(Kind::Serial, &key, &format!("serial{length}"), |number| match length {
            0..8 => format!("{number:0length$x}"),
            _ => format!("5e{number:06x}{:0<1$}", "", length - 8),
        })
    }

    /// A distinguished name: its common name where that is a host, or a name; and one word for the rest.
    pub(super) fn subject(&mut self, shown: &str) -> String {
        if shown.is_empty() || self.stays(|| form::is_subject(shown)) {
            return shown.to_owned();
        }
        let Some(common) = shown.strip_prefix("CN=") else {
            return format!("O={}", self.plain(Kind::Organization, shown));
        };
        let (common, rest) = common.split_once(", ").unwrap_or((common, ""));
        let is_host = common.contains('.') && common.parse::<DnsName>().is_ok() && !common.contains(' ');
        let common = if is_host || self.is_short_host(common) {
            self.host(common, "host")
        } else {
            self.plain(Kind::Name, common)
        };
        match rest {
            "" => format!("CN={common}"),
            rest => format!("CN={common}, O={}", self.plain(Kind::Organization, rest)),
        }
    }

    /// A path, part by part.
    pub(super) fn path(&mut self, shown: &str) -> String {
        let separator = if shown.contains('/') { "/" } else { "\\" };
        let parts: Vec<&str> = shown.split(['/', '\\']).collect();
        let last = parts.len() - 1;
        let parts = parts.iter().enumerate().map(|(index, part)| self.path_part(part, index == last));
        parts.collect::<Vec<_>>().join(separator)
    }

    fn path_part(&mut self, part: &str, is_last: bool) -> String {
        if matches!(part, "" | "." | "..") || KEPT_FILES.contains(&part) {
            return part.to_owned();
        }
        let (stem, ending) = match part.rsplit_once('.') {
            Some((stem, ending)) if ENDINGS.contains(&ending.to_ascii_lowercase().as_str()) => {
                (stem, format!(".{ending}"))
            }
            Some(_) | None => (part, String::new()),
        };
        let is_host = || stem.contains('.') && !stem.contains(' ') && stem.parse::<DnsName>().is_ok();
        let name = if is_usages(stem) || self.stays(|| form::is_numbered(stem)) {
            stem.to_owned()
        } else if is_host() {
            self.host(stem, "host")
        } else if let Some(label) = self.known(Kind::Label, &stem.to_lowercase()) {
            label.to_owned()
        } else if is_last {
            self.plain(Kind::File, stem)
        } else {
            self.plain(Kind::Folder, stem)
        };
        format!("{name}{ending}")
    }
}

/// Addresses that are set aside for documents (RFC 5737) and, where those do not do, for benchmarks (RFC 2544).
fn documentation_v4(number: usize) -> Ipv4Addr {
    const BLOCKS: [[u8; 3]; 3] = [[192, 0, 2], [198, 51, 100], [203, 0, 113]];
    const EACH: usize = 254;
    let index = number.saturating_sub(1);
    let host = u8::try_from(index % EACH + 1).unwrap_or(u8::MAX);
    match BLOCKS.get(index / EACH) {
        Some([a, b, c]) => Ipv4Addr::new(*a, *b, *c, host),
        None => Ipv4Addr::from(0xC612_0000_u32.wrapping_add(u32::try_from(number).unwrap_or(u32::MAX))),
    }
}

/// The last two labels.
fn last_two(key: &str) -> &str {
    let mut dots = key.rmatch_indices('.');
    dots.next();
    match dots.next() {
        Some((at, _)) => key.get(at + 1..).unwrap_or(key),
        None => key,
    }
}
