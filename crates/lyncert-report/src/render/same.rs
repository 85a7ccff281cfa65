//! Which findings say the same, so that writers tell it once for all places.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::model::{Change, FindingRow, Severity};

/// What findings have in common that are told once.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub(super) struct Sameness<'a> {
    rule: &'a str,
    severity: Severity,
    message: &'a str,
    clause: Option<&'a str>,
    /// The place of the waiver that covers it.
    waiver: Option<&'a str>,
    change: Option<Change>,
}

impl<'a> Sameness<'a> {
    pub(super) fn of(finding: &'a FindingRow) -> Self {
        Self {
            rule: &finding.rule,
            severity: finding.severity,
            message: &finding.message,
            clause: finding.clause.as_deref(),
            waiver: finding.waived.as_ref().map(|waived| waived.place.as_str()),
            change: finding.change,
        }
    }

    /// The same, whichever clause says so.
    pub(super) fn of_any_clause(self) -> Self {
        Self { clause: None, ..self }
    }

    /// The same, whatever it says of each place.
    pub(super) fn in_any_words(self) -> Self {
        Self { message: "", ..self }
    }
}

/// Findings of which one line tells.
pub(super) struct Same<'a> {
    /// In their order.
    pub(super) places: Vec<&'a FindingRow>,
    /// Whether each says something else of its place.
    pub(super) differs: bool,
}

/// Findings that say the same as one, in the order of their first. Where a rule says so much of one severity that more than `most` are
/// left, those that expect the same are one too, whatever they say of each place.
pub(super) fn merged<'a>(findings: impl Iterator<Item = &'a FindingRow>, most: usize) -> Vec<Same<'a>> {
    let one_each = findings.map(|finding| Same { places: vec![finding], differs: false });
    let alike = put_together(one_each, |first| Some((Sameness::of(first), Cow::Borrowed(""))));
    let mut of_rule: HashMap<&str, usize> = HashMap::new();
    for same in &alike {
        *of_rule.entry(same.rule()).or_default() += 1;
    }
    put_together(alike.into_iter(), |first| {
        let is_much = of_rule.get(first.rule.as_str()).is_some_and(|count| *count > most);
        is_much.then(|| (Sameness::of(first).in_any_words(), first.expected_in_words()))
    })
}

impl<'a> Same<'a> {
    fn rule(&self) -> &'a str {
        self.places.first().map_or("", |first| &first.rule)
    }
}

fn put_together<'a>(
    all: impl Iterator<Item = Same<'a>>,
    key_of: impl Fn(&'a FindingRow) -> Option<(Sameness<'a>, Cow<'a, str>)>,
) -> Vec<Same<'a>> {
    let mut known: HashMap<(Sameness<'a>, Cow<'a, str>), usize> = HashMap::new();
    let mut merged: Vec<Same<'_>> = Vec::new();
    for same in all {
        let Some(first) = same.places.first().copied() else { continue };
        let new = merged.len();
        let index = key_of(first).map_or(new, |key| *known.entry(key).or_insert(new));
        match merged.get_mut(index) {
            Some(into) => {
                into.differs |= into.places.first().is_some_and(|known| known.message != first.message);
                into.places.extend(same.places);
            }
            None => merged.push(same),
        }
    }
    merged
}
