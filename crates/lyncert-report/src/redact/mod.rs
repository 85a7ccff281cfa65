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
mod public_cas;
mod text;
mod vocabulary;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use lyncert_rules::rule::rule;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use self::fields::Holds;
use self::names::{Kind, Names, is_usages};
use self::phrases::Phrases;
use self::public_cas::public_name;
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
    /// What the estate of the run holds, by the fields that tell what each value is: sentences of other documents name it too.
    known: Vec<Value>,
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

    /// Takes note of what the documents are about that come: names of it are known for what they are, also where a document has them
    /// in sentences alone.
    ///
    /// # Errors
    ///
    /// The view cannot be written as JSON.
    pub fn know<T: Serialize>(&mut self, view: &T) -> Result<(), RedactError> {
        self.known.push(serde_json::to_value(view)?);
        Ok(())
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
        let known = std::mem::take(&mut self.known);
        for value in known.iter().chain([&value]) {
            self.take_note(value);
            // The topology says what hosts are for: they are named by it, wherever else they stand.
            if let Some(topology) = value.get("topology") {
                self.collect_pools(topology);
            }
            self.collect_pools(value);
        }
        self.keep_public_issuers(&value);
        for value in [&value].into_iter().chain(&known) {
            self.collect("", "", value);
        }
        for value in [&value].into_iter().chain(&known) {
            self.collect_order_names(value);
        }
        self.known = known;
        self.phrases.finish();
        self.replace("", "", &mut value);
        Ok(serde_json::from_value(value)?)
    }

    /// A sentence with the pseudonyms that are known; what is not known is left out.
    pub fn text(&mut self, text: &str) -> String {
        redacted(text, &self.phrases, &mut self.names, New::LeftOut)
    }

    /// Whether all of these are pseudonyms that it gave, or goes on with.
    pub fn has_given_all<'n>(&self, mut names: impl Iterator<Item = &'n str>) -> bool {
        names.all(|name| self.names.is_pseudonym(name))
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

    /// Pools and servers get names by their role, and SIP domains of one label theirs, which the estate can be called after.
    fn collect_pools(&mut self, topology: &Value) {
        let domains = topology.get("sip_domains").and_then(Value::as_array).into_iter().flatten();
        for domain in domains.filter_map(Value::as_str).filter(|domain| !domain.contains('.')) {
            self.names.host(domain, "host");
        }
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
                Some(holds) if is_put_together(holds, text) => {}
                None => {}
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

    /// Names of orders, which are made of other names and stand in commands.
    fn collect_order_names(&mut self, value: &Value) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.collect_order_names(value);
                    if let Value::String(text) = value
                        && fields::of("", name) == Some(Holds::OrderName)
                    {
                        let pseudonym = self.value(Holds::OrderName, text);
                        self.phrases.add(text, &pseudonym);
                    }
                }
            }
            Value::Array(rows) => rows.iter().for_each(|row| self.collect_order_names(row)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
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
            // All of it is the name of a host, be it a word of the program too: what was found, or comes and goes in a plan.
            Holds::Text if self.is_whole_host(text) => self.names.host(text, "host"),
            Holds::Text => redacted(text, &self.phrases, &mut self.names, New::Named),
            // What a finding is about is mostly a name; of a waiver it is what it covers, in words, or its place in the policy.
            Holds::Host if text.contains('`') => redacted(text, &self.phrases, &mut self.names, New::Named),
            Holds::Host => match place_in_file(text) {
                Some((file, place)) => format!("{}{place}", self.names.path(file)),
                None => self.names.host(text, "host"),
            },
            Holds::Id => text.split('/').map(|part| self.part_of_id(part)).collect::<Vec<_>>().join("/"),
            Holds::OrderName => {
                text.split(' ').map(|part| self.part_of_id(part)).collect::<Vec<_>>().join(" ")
            }
            Holds::Command => self.command(text),
            Holds::Typed => {
                let parts = text.split_inclusive(char::is_whitespace);
                parts.map(|part| self.typed(part)).collect()
            }
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
            // One of a batch has its pseudonym before its report is there.
            Holds::Estate if self.names.known(Kind::Estate, text).is_some() => {
                self.names.plain(Kind::Estate, text)
            }
            // Estates are called after their SIP domain where nobody names them.
            Holds::Estate if text.contains('.') && !text.contains(' ') || self.names.is_short_host(text) => {
                self.names.host(text, "estate")
            }
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

    /// A line for a console. What stands between apostrophes is a value, or several with commas between them, and no word of ours.
    fn command(&mut self, line: &str) -> String {
        let mut parts: Vec<String> = Vec::new();
        for (index, part) in line.split('\'').enumerate() {
            let is_value = index % 2 == 1;
            parts.push(match self.phrases.known(part) {
                Some(known) if is_value => known.to_owned(),
                _ if is_value => part.split(',').map(|value| self.word(value)).collect::<Vec<_>>().join(","),
                _ => redacted(part, &self.phrases, &mut self.names, New::Named),
            });
        }
        parts.join("'")
    }

    /// A value of its own, or else words.
    fn word(&mut self, word: &str) -> String {
        match self.phrases.known(word) {
            Some(known) => known.to_owned(),
            None => redacted(word, &self.phrases, &mut self.names, New::Named),
        }
    }

    /// A word that somebody typed, with the blank behind it. Nothing of it is a sentence of the program: what can be a name is one.
    fn typed(&mut self, part: &str) -> String {
        let word = part.trim_end_matches(|c: char| c.is_whitespace() || ",.;:!?".contains(c));
        format!("{}{}", self.word(word), part.get(word.len()..).unwrap_or_default())
    }

    fn is_whole_host(&mut self, text: &str) -> bool {
        self.names.is_short_host(text)
            && self.phrases.known(text).is_some_and(|known| known == self.names.host(text, "host"))
    }

    /// A rule, usages, a holder that is no host, a number, or one of the names that an id is made of: these are told by nothing but
    /// that they are none of the others.
    fn part_of_id(&mut self, part: &str) -> String {
        let is_number = || part.len() < 6 && part.bytes().all(|byte| byte.is_ascii_digit());
        let is_word = || is_usages(part) || rule(part).is_some() || HOLDERS_WITHOUT_HOST.contains(&part);
        if is_number() || is_word() {
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

/// Whether a text is no value of its own, but made of what stands in other fields, of words of the program, or of words of people: these
/// are found by their parts.
fn is_put_together(holds: Holds, text: &str) -> bool {
    match holds {
        Holds::Word
        | Holds::Text
        | Holds::Id
        | Holds::OrderName
        | Holds::Command
        | Holds::Typed
        | Holds::Said
        | Holds::Words => true,
        Holds::Host => text.contains('`'),
        Holds::Path
        | Holds::Subject
        | Holds::Digest
        | Holds::Serial
        | Holds::SerialReversed
        | Holds::DigestOrPath
        | Holds::Estate
        | Holds::Site
        | Holds::Template
        | Holds::FriendlyName
        | Holds::Person => false,
    }
}

/// What ids have in the place of a host: see `requirement_id` in the rules.
const HOLDERS_WITHOUT_HOST: [&str; 2] = ["deployment", "reverse-proxy"];

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
