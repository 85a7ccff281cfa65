//! From an event, an error code or a message to what may be wrong with the certificates.
//!
//! What is known stands in two tables: what the product says, and what Windows says. A text is searched for their codes
//! and messages; how a number is told from one that only looks like a code is said in `mention`.

mod code;
mod mention;
mod message;
mod product;
mod table;
mod windows;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use self::code::Named;
use self::mention::{Mention, mentions};
use crate::citation::Citation;

pub use self::code::{Code, CodeKind};

/// Something that an administrator sees.
#[derive(Debug)]
pub struct Symptom {
    /// Ids of events, HRESULTs, numbers and names of errors.
    pub codes: &'static [Code],
    /// Texts that messages of this kind have in them; lower case.
    pub messages: &'static [&'static str],
    /// Words that one may ask for it by; lower case. A pasted text may have them by chance, so they count in short ones only.
    pub topics: &'static [&'static str],
    /// What it means.
    pub meaning: &'static str,
    /// Where its cause lies.
    pub cause: Cause,
    /// The rules that find the cause in certificates; empty where no certificate shows it.
    pub rules: &'static [&'static str],
    /// Clauses of these rules that are another matter: what offends them does not show it.
    pub other_clauses: &'static [&'static str],
    /// The clauses that speak of it, besides those of the rules.
    pub clauses: &'static [&'static str],
    /// What to look at on the server.
    pub advice: &'static str,
    /// Where it was described.
    pub sources: &'static [&'static Citation],
}

impl Symptom {
    /// What most symptoms do not have.
    const DEFAULTS: Self = Self {
        codes: &[],
        messages: &[],
        topics: &[],
        meaning: "",
        cause: Cause::Certificates,
        rules: &[],
        other_clauses: &[],
        clauses: &[],
        advice: "",
        sources: &[],
    };
}

/// Where the cause of a symptom lies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Cause {
    /// In certificates: where they are at hand and no rule speaks, it is not there.
    Certificates,
    /// In certificates, or as well in what no file shows: the stores and settings of a server, its network, its clock.
    AlsoElsewhere,
    /// In what no file shows.
    Elsewhere,
}

/// All symptoms that are known.
pub fn symptoms() -> impl Iterator<Item = &'static Symptom> {
    product::SYMPTOMS.iter().chain(windows::SYMPTOMS)
}

/// What a text points at.
#[derive(Clone, Debug, Default)]
pub struct Diagnosis {
    /// The symptoms, in the order in which the text shows them, each once.
    pub answers: Vec<Answer>,
    /// The codes that it names and that are not known, each once.
    pub unknown: Vec<Sighting>,
}

/// A symptom, and what of a text shows it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The symptom.
    pub symptom: &'static Symptom,
    /// What shows it, each once.
    pub seen: Vec<Sighting>,
}

/// A part of a text that was understood.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Sighting {
    /// As the text has it.
    pub text: String,
    /// As what it was understood.
    pub kind: SightingKind,
    /// The line that it begins on, from 1.
    pub line: usize,
}

/// What a part of a text was understood as.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SightingKind {
    /// A code.
    Code,
    /// The words of a message.
    Message,
    /// A word that one asks by.
    Topic,
}

/// A text is searched for topics up to this length: a longer one was pasted.
const MAX_ASKED_BYTES: usize = 300;

/// The symptoms that what was asked points at: arguments, or a pasted text of any length as a single one.
pub fn diagnose(asked: &[&str]) -> Diagnosis {
    let text = asked.join(" ");
    let mut found = found_codes_and_messages(&text, &lone_words(asked));
    if found.answers.is_empty() && text.len() <= MAX_ASKED_BYTES {
        found.answers = found_topics(&text);
    }
    found
}

/// The known codes and names, as documents write them.
pub fn known_codes() -> BTreeSet<String> {
    let codes = symptoms().flat_map(|symptom| symptom.codes);
    let texts = codes.flat_map(|code| [code.to_string(), code.name.to_owned()]);
    texts.filter(|text| !text.is_empty()).collect()
}

/// The known messages that share the most words with a text, the nearest first.
pub fn nearest_messages(text: &str) -> Vec<&'static str> {
    message::nearest(text, symptoms().flat_map(|symptom| symptom.messages).copied())
}

/// Where those arguments stand in the joined text that are just one word.
fn lone_words(asked: &[&str]) -> Vec<Range<usize>> {
    let mut start = 0;
    let mut found = Vec::new();
    for argument in asked {
        let mut of_argument = words::words(argument);
        if let (Some(word), None) = (of_argument.next(), of_argument.next()) {
            found.push(start + word.start..start + word.end());
        }
        start += argument.len() + 1;
    }
    found
}

/// A place of a text with what was found there.
enum Found {
    Code(Mention),
    Message(Range<usize>, &'static Symptom),
}

impl Found {
    fn place(&self) -> &Range<usize> {
        match self {
            Self::Code(mention) => &mention.place,
            Self::Message(place, _) => place,
        }
    }
}

fn found_codes_and_messages(text: &str, whole: &[Range<usize>]) -> Diagnosis {
    let codes: Vec<Code> = symptoms().flat_map(|symptom| symptom.codes).copied().collect();
    let messages: Vec<(&str, &Symptom)> =
        symptoms().flat_map(|symptom| symptom.messages.iter().map(move |text| (*text, symptom))).collect();
    let mut found: Vec<Found> = mentions(text, whole, &codes).into_iter().map(Found::Code).collect();
    let messages = message::phrases(text, &messages).into_iter();
    found.extend(messages.map(|(place, symptom)| Found::Message(place, symptom)));
    found.sort_by_key(|found| found.place().start);
    let mut collected = Collected::default();
    let mut lines = Lines { text, place: 0, line: 1 };
    for found in found {
        let place = found.place().clone();
        let line = lines.line_of(place.start);
        let sighting = |kind| {
            let text = text.get(place.clone()).unwrap_or_default();
            // A message may go over several lines.
            Sighting { text: text.split_whitespace().collect::<Vec<_>>().join(" "), kind, line }
        };
        match found {
            Found::Code(mention) => collected.code(mention, &|| sighting(SightingKind::Code)),
            Found::Message(_, symptom) => collected.answer(symptom, sighting(SightingKind::Message)),
        }
    }
    collected.diagnosis
}

/// The symptoms that are asked for by a topic, or else by a part of a message.
fn found_topics(text: &str) -> Vec<Answer> {
    let mut collected = Collected::default();
    let topics: Vec<(&str, &Symptom)> =
        symptoms().flat_map(|symptom| symptom.topics.iter().map(move |topic| (*topic, symptom))).collect();
    for (place, symptom) in message::phrases(text, &topics) {
        let text = text.get(place).unwrap_or_default().to_owned();
        collected.answer(symptom, Sighting { text, kind: SightingKind::Topic, line: 1 });
    }
    let answers = collected.diagnosis.answers;
    if !answers.is_empty() {
        return answers;
    }
    let has_part = |symptom: &&Symptom| symptom.messages.iter().any(|known| message::is_part_of(text, known));
    let seen = Sighting { text: text.trim().to_owned(), kind: SightingKind::Message, line: 1 };
    symptoms().filter(has_part).map(|symptom| Answer { symptom, seen: vec![seen.clone()] }).collect()
}

/// Answers without repetition.
#[derive(Default)]
struct Collected {
    diagnosis: Diagnosis,
    /// Where the answer for a symptom stands, by its meaning, which no other has.
    places: BTreeMap<&'static str, usize>,
    /// The codes that were looked up.
    known: BTreeSet<Named>,
}

impl Collected {
    /// Looks a code up, the first time that it is named.
    fn code(&mut self, mention: Mention, sighting: &dyn Fn() -> Sighting) {
        let Mention { named, is_certain, .. } = mention;
        if self.known.contains(&named) {
            return;
        }
        let has_code = |symptom: &&Symptom| symptom.codes.iter().any(|code| code.is_named_by(&named));
        let mut is_known = false;
        for symptom in symptoms().filter(has_code) {
            is_known = true;
            self.answer(symptom, sighting());
        }
        if !is_known && is_certain {
            let unknown = sighting();
            let is_new = self.diagnosis.unknown.last().is_none_or(|last| last.text != unknown.text);
            self.diagnosis.unknown.extend(is_new.then_some(unknown));
        }
        if is_known || is_certain {
            self.known.insert(named);
        }
    }

    fn answer(&mut self, symptom: &'static Symptom, sighting: Sighting) {
        let answers = &mut self.diagnosis.answers;
        let place = *self.places.entry(symptom.meaning).or_insert(answers.len());
        let Some(answer) = answers.get_mut(place) else {
            answers.push(Answer { symptom, seen: vec![sighting] });
            return;
        };
        // A message that comes again and again is told once; a symptom has few codes and messages.
        let is_told = answer.seen.iter().any(|seen| seen.text.eq_ignore_ascii_case(&sighting.text));
        answer.seen.extend((!is_told).then_some(sighting));
    }
}

/// Counts lines on the way through a text.
struct Lines<'t> {
    text: &'t str,
    place: usize,
    line: usize,
}

impl Lines<'_> {
    /// The line of a place that is not in front of the one before.
    fn line_of(&mut self, place: usize) -> usize {
        let between = self.text.as_bytes().get(self.place..place).unwrap_or_default();
        self.line += between.iter().filter(|byte| **byte == b'\n').count();
        self.place = place;
        self.line
    }
}

#[cfg(test)]
mod tests;
