//! Documents that can leave the house: every name that came from an input is a pseudonym, and what cannot be told for sure is left out.
//!
//! A document is judged as it is and redacted as a whole, field by field: `fields` says what each holds. Sentences are made of words
//! of the program, which stay, and of values, which are found as what they are; a word that is neither is left out. So what is not
//! foreseen does not get through. What comes out is read back as the same type: a word of a vocabulary that redaction touched is an
//! error, and no document.

mod fields;
mod form;
mod map;
mod names;
mod phrases;
mod text;
mod vocabulary;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use self::fields::Holds;
use self::names::{Kind, Names, is_usages};
use self::phrases::Phrases;
use self::text::{LEFT_OUT, New, redacted};
use crate::model::{REDACTED, Report};

pub use self::map::{MapError, RedactionMap};

/// In the place of what people wrote.
pub const TEXT_LEFT_OUT: &str = "text left out";

/// A document could not be redacted, and must not be shown.
#[derive(Debug, thiserror::Error)]
#[error("the result cannot be redacted: {0}")]
pub struct RedactError(#[from] serde_json::Error);

/// Gives pseudonyms, the same ones for the same names as long as it lives.
#[derive(Debug, Default)]
pub struct Redactor {
    names: Names,
    phrases: Phrases,
    /// Issuers that may be named, and how.
    public_cas: BTreeMap<String, String>,
}

impl Redactor {
    /// A report with pseudonyms, which says so.
    ///
    /// # Errors
    ///
    /// A field is not what the table of fields says.
    pub fn report(&mut self, report: &Report) -> Result<Report, RedactError> {
        let mut report: Report = self.document(report)?;
        if !report.is_redacted()
            && let Some(provenance) = &mut report.provenance
        {
            provenance.options.push(REDACTED.to_owned());
        }
        Ok(report)
    }

    /// A document with pseudonyms.
    ///
    /// # Errors
    ///
    /// A field is not what the table of fields says.
    pub fn document<T: Serialize + DeserializeOwned>(&mut self, document: &T) -> Result<T, RedactError> {
        let mut value = serde_json::to_value(document)?;
        self.phrases = Phrases::default();
        self.names.start(says_that_it_is_redacted(&value));
        self.take_note(&value);
        self.keep_public_issuers(&value);
        // The topology says what hosts are for: they are named by it, wherever else they stand.
        if let Some(topology) = value.get("topology") {
            self.collect_pools(topology);
        }
        self.collect_pools(&value);
        self.collect("", "", &value);
        self.phrases.finish();
        self.replace("", "", &mut value);
        Ok(serde_json::from_value(value)?)
    }

    /// A sentence with the pseudonyms that are known; what is not known is left out.
    pub fn text(&mut self, text: &str) -> String {
        redacted(text, &self.phrases, &mut self.names, New::LeftOut)
    }

    /// The name of an estate.
    pub fn estate(&mut self, name: &str) -> String {
        self.value(Holds::Estate, name)
    }

    fn take_note(&mut self, value: &Value) {
        match value {
            Value::Object(fields) => fields.values().for_each(|value| self.take_note(value)),
            Value::Array(rows) => rows.iter().for_each(|row| self.take_note(row)),
            Value::String(text) => self.names.take_note(text),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Pools and servers get names by their role.
    fn collect_pools(&mut self, topology: &Value) {
        let sites = topology.get("sites").and_then(Value::as_array);
        for pool in sites.into_iter().flatten().filter_map(|site| site.get("pools")?.as_array()).flatten() {
            let kind = pool.get("kind").and_then(Value::as_str).unwrap_or_default();
            let (of_pool, of_server) = roles(kind);
            let servers: Vec<&str> = pool
                .get("servers")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            if let Some(fqdn) = pool.get("fqdn").and_then(Value::as_str) {
                let is_server = servers.iter().any(|server| server.eq_ignore_ascii_case(fqdn));
                self.names.host(fqdn, if is_server { of_server } else { of_pool });
            }
            for server in servers {
                self.names.host(server, of_server);
            }
        }
    }

    /// Public CAs are no secret, so their names stay.
    fn keep_public_issuers(&mut self, document: &Value) {
        self.public_cas.clear();
        for certificate in document.get("certificates").and_then(Value::as_array).into_iter().flatten() {
            let is_public = certificate.get("ca_kind").and_then(Value::as_str) == Some("public");
            let issuer = certificate.get("issuer").and_then(Value::as_str).filter(|_| is_public);
            if let Some((issuer, name)) = issuer.and_then(|issuer| Some((issuer, public_name(issuer)?))) {
                self.public_cas.insert(issuer.to_owned(), name);
            }
        }
    }

    /// Gives pseudonyms to all that stands in fields, so that it is found in sentences.
    fn collect(&mut self, parent: &str, field: &str, value: &Value) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.collect(field, name, value);
                }
            }
            Value::Array(rows) => rows.iter().for_each(|row| self.collect(parent, field, row)),
            Value::String(text) => match fields::of(parent, field) {
                Some(Holds::Word | Holds::Text | Holds::Id | Holds::Said | Holds::Words) | None => {}
                Some(holds) => {
                    let pseudonym = self.value(holds, text);
                    self.phrases.add(text, &pseudonym);
                    if let Holds::Path | Holds::DigestOrPath = holds
                        && let Some((_, name)) = text.rsplit_once(['/', '\\'])
                        && let Some((_, known)) = pseudonym.rsplit_once(['/', '\\'])
                    {
                        self.phrases.add(name, known);
                    }
                }
            },
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn replace(&mut self, parent: &str, field: &str, value: &mut Value) {
        match value {
            Value::Object(fields) => self.replace_fields(field, fields),
            Value::Array(rows) => rows.iter_mut().for_each(|row| self.replace(parent, field, row)),
            Value::String(text) => {
                *text = match fields::of(parent, field) {
                    Some(holds) => self.value(holds, text),
                    None => TEXT_LEFT_OUT.to_owned(),
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn replace_fields(&mut self, field: &str, fields: &mut Map<String, Value>) {
        for (name, value) in fields {
            self.replace(field, name, value);
        }
    }

    fn value(&mut self, holds: Holds, text: &str) -> String {
        match holds {
            Holds::Word => text.to_owned(),
            // All of it is the name of a host, be it a word of the program too.
            Holds::Text if self.is_whole_host(text) => self.names.host(text, "host"),
            Holds::Text => redacted(text, &self.phrases, &mut self.names, New::Named),
            // What a finding is about is mostly a name; of a waiver it is what it covers, in words, or its place in the policy.
            Holds::Host if text.contains('`') => redacted(text, &self.phrases, &mut self.names, New::Named),
            Holds::Host => match place_in_file(text) {
                Some((file, place)) => format!("{}{place}", self.names.path(file)),
                None => self.names.host(text, "host"),
            },
            Holds::Id => text.split('/').map(|part| self.part_of_id(part)).collect::<Vec<_>>().join("/"),
            Holds::Path => self.names.path(text),
            Holds::Subject => match self.public_cas.get(text) {
                Some(name) => name.clone(),
                None => self.names.subject(text),
            },
            Holds::Digest => self.names.digest(text),
            Holds::Serial => self.names.serial(text),
            Holds::SerialReversed => reversed(&self.names.serial(&reversed(text))),
            Holds::DigestOrPath if is_digest(text) => self.names.digest(text),
            Holds::DigestOrPath => self.names.path(text),
            // Estates are called after their SIP domain where nobody names them.
            Holds::Estate if text.contains('.') && !text.contains(' ') => self.names.host(text, "estate"),
            Holds::Estate => self.names.plain(Kind::Estate, text),
            Holds::Site => self.names.plain(Kind::Site, text),
            Holds::Template => self.names.plain(Kind::Template, text),
            Holds::FriendlyName => self.names.plain(Kind::FriendlyName, text),
            Holds::Person => self.names.plain(Kind::Person, text),
            Holds::Said if vocabulary::is_said(text) => text.to_owned(),
            Holds::Said => LEFT_OUT.to_owned(),
            Holds::Words if text.is_empty() => String::new(),
            Holds::Words => TEXT_LEFT_OUT.to_owned(),
        }
    }

    fn is_whole_host(&mut self, text: &str) -> bool {
        self.names.is_short_host(text)
            && self.phrases.known(text).is_some_and(|known| known == self.names.host(text, "host"))
    }

    /// A rule or usages, or one of the names that an id is made of.
    fn part_of_id(&mut self, part: &str) -> String {
        if is_usages(part) {
            return part.to_owned();
        }
        if self.names.is_short_host(part) {
            return self.names.host(part, "host");
        }
        let is_word = |word: &str| !word.contains('.') && vocabulary::is_own(word);
        if part.is_empty() || part.split('+').all(is_word) {
            return part.to_owned();
        }
        if is_digest(part) {
            return self.names.digest(part);
        }
        if let Some(known) = self.phrases.known(part) {
            return known.to_owned();
        }
        self.names.host(part, "host")
    }
}

/// Whether a report was redacted before. What follows from it is no more than that words which look like pseudonyms stay.
fn says_that_it_is_redacted(document: &Value) -> bool {
    let options = document.get("provenance").and_then(|provenance| provenance.get("options")?.as_array());
    options.into_iter().flatten().any(|option| option == REDACTED)
}

/// A file and the line and column behind its name: `lyncert.toml:3:1`.
fn place_in_file(text: &str) -> Option<(&str, &str)> {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (line, column) = text.rsplit_once(':')?;
    let (file, line) = line.rsplit_once(':')?;
    let is_place = is_number(line) && is_number(column) && file.contains('.') && !file.contains(':');
    is_place.then(|| text.split_at_checked(file.len())).flatten()
}

/// The names of pools and servers of a kind.
fn roles(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "FrontEndPool" => ("pool", "fe"),
        "StandardEdition" => ("se", "se"),
        "Director" => ("dirpool", "dir"),
        "Edge" => ("edgepool", "edge"),
        "Mediation" => ("medpool", "med"),
        "SurvivableBranch" => ("branch", "branch"),
        "TrustedApplication" => ("apppool", "app"),
        "OfficeWebApps" => ("owa", "owa"),
        "PersistentChat" => ("chatpool", "chat"),
        "VideoInterop" => ("vispool", "vis"),
        "AvConferencing" => ("avpool", "av"),
        "Gateway" => ("gateway", "gateway"),
        "Database" => ("sql", "sql"),
        "FileStore" => ("file-server", "file-server"),
        _ => ("host", "host"),
    }
}

fn is_digest(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Hexadecimal digits with their bytes in the other order.
fn reversed(hex: &str) -> String {
    let digits: Vec<char> = hex.chars().collect();
    digits.rchunks(2).flatten().collect()
}

/// Public CAs by the names that stand in their certificates. A certificate can claim a public policy and have any issuer.
const PUBLIC_CAS: [&str; 24] = [
    "Actalis",
    "Amazon",
    "Buypass",
    "Certum",
    "COMODO",
    "Comodo",
    "DigiCert",
    "Digicert",
    "D-TRUST",
    "Entrust",
    "GeoTrust",
    "GlobalSign",
    "GoDaddy",
    "Go Daddy",
    "Google Trust Services",
    "HARICA",
    "IdenTrust",
    "Let's Encrypt",
    "QuoVadis",
    "RapidSSL",
    "Sectigo",
    "SSL.com",
    "SwissSign",
    "Thawte",
];

/// Words of common names of public CAs, beside the CA's own, numbers of generations and years.
const WORDS_OF_CAS: [&str; 40] = [
    "AG",
    "Assurance",
    "Assured",
    "Authority",
    "Authentication",
    "Basic",
    "CA",
    "Certificate",
    "Certification",
    "Class",
    "Client",
    "Cloud",
    "DV",
    "Domain",
    "ECC",
    "ECDSA",
    "EE",
    "EV",
    "Encryption",
    "Everywhere",
    "Extended",
    "Global",
    "High",
    "ID",
    "Inc",
    "Intermediate",
    "OV",
    "Organization",
    "Primary",
    "Public",
    "RSA",
    "Root",
    "SHA2",
    "SHA256",
    "SHA384",
    "SSL",
    "Secure",
    "Server",
    "TLS",
    "Validation",
];

fn is_word_of_ca(word: &str) -> bool {
    let is_of_name = || PUBLIC_CAS.iter().any(|known| known.split([' ', '-']).any(|part| part == word));
    let is_generation = || word.len() <= 4 && word.chars().any(|c| c.is_ascii_digit());
    WORDS_OF_CAS.contains(&word) || is_of_name() || is_generation()
}

/// What may be said of an issuer that claims to be a public CA: its organization and country, and its common name where that is the
/// CA's too. CAs that a public one runs for somebody bear that one's name.
fn public_name(issuer: &str) -> Option<String> {
    let is_known = |name: &str| {
        let after = PUBLIC_CAS.iter().find_map(|known| name.strip_prefix(known));
        after.is_some_and(|after| !after.starts_with(char::is_alphanumeric))
    };
    let is_of_ca = |name: &str| is_known(name) && name.split([' ', '-']).all(is_word_of_ca);
    let parts: Vec<&str> = issuer.split(", ").collect();
    let organization = parts.iter().find(|part| part.strip_prefix("O=").is_some_and(is_known))?;
    let own = parts.iter().filter(|part| {
        part == &organization
            || part.strip_prefix("CN=").is_some_and(is_of_ca)
            || part.strip_prefix("C=").is_some_and(|country| country.len() == 2)
    });
    Some(own.copied().collect::<Vec<_>>().join(", "))
}
