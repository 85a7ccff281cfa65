//! Sentences: what the program itself says stays, a known value becomes its pseudonym, and every other word is left out.

use std::net::IpAddr;

use lyncert_rules::digest::{Fingerprint, Thumbprint};

use super::HOLDERS_WITHOUT_HOST;
use super::form;
use super::names::{Kind, Names, is_ending, is_usage_or_its_file};
use super::phrases::{Phrases, Piece, ends_url};
use super::vocabulary::is_own;

/// What looks like the last label of a name and is none.
const FRAMEWORK: &str = ".NET";
/// In the place of what was left out.
pub(super) const LEFT_OUT: &str = "…";

/// Whether a name that is not known yet gets a pseudonym, or is left out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum New {
    Named,
    LeftOut,
}

/// A sentence without what came from inputs.
pub(super) fn redacted(text: &str, phrases: &Phrases, names: &mut Names, new: New) -> String {
    let mut out = Sentence::default();
    for piece in phrases.pieces(text) {
        match piece {
            Piece::Known(pseudonym) => out.push(pseudonym),
            Piece::Text(text) => words(text, names, new, &mut out),
        }
    }
    out.text
}

/// What is left of a sentence.
#[derive(Default)]
struct Sentence {
    text: String,
}

impl Sentence {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Several words in a row that are left out are one gap: not even their number is told.
    fn leave_out(&mut self) {
        let before = self.text.trim_end_matches([' ', '-', '.', '/', '_', ':']);
        if before.ends_with(LEFT_OUT) {
            let length = before.len();
            self.text.truncate(length);
        } else {
            self.push(LEFT_OUT);
        }
    }
}

fn words(text: &str, names: &mut Names, new: New, out: &mut Sentence) {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = token_length(rest);
        if length == 0 {
            // Marks and blanks are the sentence's. What is no ASCII may be a letter of a name, or a mark of the program's own.
            if first.is_ascii() || "…–—·→✕✓×".contains(first) {
                out.push(first.encode_utf8(&mut [0; 4]));
            } else {
                out.leave_out();
            }
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let (token, after) = rest.split_at(length);
        // The stop at the end of a sentence is not a part of a name.
        let word = token.trim_end_matches(['.', '-', '?', '!', ':']);
        match word_of(word, names, new) {
            Some(kept) => out.push(&kept),
            None => out.leave_out(),
        }
        out.push(token.get(word.len()..).unwrap_or_default());
        rest = after;
    }
}

/// How much of a text belongs together: a URL, an address with colons, a word, a name. 0 for a mark.
fn token_length(text: &str) -> usize {
    let run = |is_in: fn(char) -> bool| text.find(|c| !is_in(c)).unwrap_or(text.len());
    let url = run(|c| !ends_url(c));
    if text.get(..url).is_some_and(|url| url.contains("://")) {
        return url;
    }
    // Thumbprints and addresses of IPv6 are written with colons.
    let hex = run(|c| c.is_ascii_hexdigit() || c == ':' || c == '%');
    if text.get(..hex).is_some_and(|run| run.matches(':').count() >= 2) {
        let run = run(|c| c.is_ascii_hexdigit() || matches!(c, ':' | '%' | '.'));
        return run;
    }
    run(|c| c.is_alphanumeric() || "._-@*%~#$?!".contains(c))
}

/// A word as it may be said; `None` where it is left out. The name of a file that an order asks for has its holder before its usages:
/// `edge.contoso.com_Internal.req`.
fn word_of(word: &str, names: &mut Names, new: New) -> Option<String> {
    match word.rsplit_once('_') {
        Some((holder, usage)) if !holder.is_empty() && is_usage_or_its_file(usage) => {
            let holder = holder_of_file(holder, names, new);
            Some(format!("{}_{usage}", holder.as_deref().unwrap_or(LEFT_OUT)))
        }
        Some(_) | None => single_word_of(word, names, new),
    }
}

/// The holder in the name of a file: a host, whatever it is called, or one of the holders that are none.
fn holder_of_file(holder: &str, names: &mut Names, new: New) -> Option<String> {
    if HOLDERS_WITHOUT_HOST.contains(&holder) || holder.contains('.') {
        return single_word_of(holder, names, new);
    }
    if let Some(label) = names.known(Kind::Label, &holder.to_lowercase()) {
        return Some(label.to_owned());
    }
    names.is_kept_word(holder).then(|| holder.to_owned())
}

fn single_word_of(word: &str, names: &mut Names, new: New) -> Option<String> {
    let same = || Some(word.to_owned());
    let is_single = word.len() == 1 && word.is_ascii();
    let is_last_label = word.starts_with('.');
    if word.is_empty()
        || is_single
        || !is_last_label && is_own(word)
        || is_usage_or_its_file(word)
        || names.is_kept_word(word)
    {
        return same();
    }
    // A message may tell of a document that is redacted already.
    if new == New::LeftOut && (names.is_issued(word) || names.is_pseudonym(word)) {
        return same();
    }
    if let Some((scheme, rest)) = word.split_once("://") {
        return url(scheme, rest, names, new);
    }
    if let Ok(address) = word.trim_matches(['[', ']']).parse::<IpAddr>() {
        return host(&address.to_string(), names, new);
    }
    // The last label of a name, of which only that says nothing which is nobody's.
    if let Some(last) = word.strip_prefix('.')
        && !last.contains('.')
    {
        return (word == FRAMEWORK || is_ending(last) || form::INSIDE_ONLY.contains(&last))
            .then(|| word.to_owned());
    }
    // The place in a file stands behind its name: `:28:13`.
    if is_number(word.trim_start_matches(':')) {
        return same();
    }
    if word.len() > 16 && (word.parse::<Thumbprint>().is_ok() || word.parse::<Fingerprint>().is_ok()) {
        let key = word.to_ascii_uppercase();
        return match new {
            New::Named => Some(names.digest(&key)),
            New::LeftOut => names.known(Kind::Digest, &key).map(str::to_owned),
        };
    }
    if let Some(serial) = names.known(Kind::Serial, &word.to_ascii_lowercase()) {
        return Some(serial.to_owned());
    }
    if word.contains('@')
        || (word.contains('.') && !word.starts_with('.') && word.chars().any(char::is_alphabetic))
    {
        return host(word, names, new);
    }
    if let Some(label) = names.known(Kind::Label, &word.to_lowercase()) {
        return Some(label.to_owned());
    }
    // Options and placeholders: `--roots`, `$true`. A word that is put together of two stays only where the program has it so.
    let bare = word.trim_matches(['-', '$', '#', '?', '!', '_', '.', '~', '%', '*']);
    let is_plain = bare.chars().count() <= 1 || is_own(bare) || bare.strip_suffix('s').is_some_and(is_own);
    (bare.is_ascii() && is_plain).then(|| word.to_owned())
}

fn host(name: &str, names: &mut Names, new: New) -> Option<String> {
    match new {
        New::Named => Some(names.host(name, "host")),
        New::LeftOut => names.known_host(name),
    }
}

/// A URL of an input: its host, and nothing of its path.
fn url(scheme: &str, rest: &str, names: &mut Names, new: New) -> Option<String> {
    let scheme = if is_own(scheme) || ["http", "https", "ldap", "sip", "file"].contains(&scheme) {
        scheme
    } else {
        LEFT_OUT
    };
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (place, path) = rest.split_at(end);
    let (place, port) = match place.rsplit_once(':') {
        Some((place, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (place, format!(":{port}")),
        Some(_) | None => (place, String::new()),
    };
    let place = host(place, names, new)?;
    let path = match path {
        "" | "/" => path.to_owned(),
        _ => format!("/{LEFT_OUT}"),
    };
    Some(format!("{scheme}://{place}{port}{path}"))
}

/// Counts, days, times, versions, positions, error codes and object identifiers of standards and of the vendor.
fn is_number(word: &str) -> bool {
    /// Parts of object identifiers that standards and the vendor give. Below others are those of companies, and of templates.
    const COMMON: [&str; 8] = [
        "1.2.840.10045.",
        "1.2.840.113549.",
        "1.3.6.1.4.1.311.",
        "1.3.6.1.5.5.7.",
        "1.3.14.3.2.",
        "2.5.29.",
        "2.23.140.",
        "2.16.840.1.101.",
    ];
    const TEMPLATES: &str = "1.3.6.1.4.1.311.21.8.";
    /// More digits in a row are a serial number, or a number of somebody.
    const MOST_DIGITS: usize = 10;
    let code = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X"));
    if let Some(code) = code {
        return code.len() <= 8 && code.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    let is_plain = word.starts_with(|c: char| c.is_ascii_digit())
        && word.chars().all(|c| c.is_ascii_digit() || matches!(c, 'T' | 'Z' | ':' | '-' | '.' | '%'));
    let longest = word.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or_default();
    let is_common = || COMMON.iter().any(|part| word.starts_with(part)) && !word.starts_with(TEMPLATES);
    is_plain && longest <= MOST_DIGITS && (word.split('.').count() < 5 || is_common())
}
