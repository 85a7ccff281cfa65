//! The findings by rule, the same on many holders as one.

use std::collections::HashMap;
use std::hash::Hash;

use super::severity_class;
use crate::model::{FindingRow, Report, Severity};
use crate::render::same::Sameness;

/// Findings in words. A page with more of them takes long to open.
const MAX_ENTRIES: usize = 300;
/// Places of one finding.
const MAX_PLACES: usize = 40;
/// Places of all findings together.
const MAX_ALL_PLACES: usize = 500;

/// All findings, as far as they are shown.
pub(super) struct Findings<'a> {
    pub(super) parts: Vec<RulePart<'a>>,
    /// Findings that are shown nowhere on the page.
    pub(super) left_out: usize,
}

/// The findings of one rule and severity.
pub(super) struct RulePart<'a> {
    pub(super) rule: &'a str,
    pub(super) severity: Severity,
    /// All of them, shown or not.
    pub(super) count: usize,
    pub(super) entries: Vec<Entry<'a>>,
}

/// The same finding in one place or in many.
pub(super) struct Entry<'a> {
    /// The first of them, which speaks for all.
    pub(super) first: &'a FindingRow,
    /// In the order of the report.
    pub(super) places: Vec<&'a FindingRow>,
    /// Places that are not shown.
    pub(super) left_out: usize,
    /// What all places have in common; the rest is told with each place.
    pub(super) same: Same,
    /// What the rule is about, where each place says something else of it.
    pub(super) about: Option<&'a str>,
    /// Whether all of it is said of one certificate at one holder.
    pub(super) is_of_one_certificate: bool,
}

/// Which parts of findings are the same in all places.
#[derive(Clone, Copy)]
pub(super) struct Same {
    pub(super) expected: bool,
    pub(super) found: bool,
    pub(super) consequence: bool,
    pub(super) remedy: bool,
}

impl<'a> RulePart<'a> {
    pub(super) fn class(&self) -> &'static str {
        severity_class(&self.severity)
    }

    /// Puts together what the rule says of one certificate, name by name; then what expects the same for the same reason and differs
    /// in what it says of each place.
    fn merge(&mut self, about: Option<&'a str>) {
        let Some(about) = about else { return };
        self.put_together(about, |entry| {
            let FindingRow { certificate, holder, found, remedy, .. } = entry.first;
            let certificate = certificate.as_deref().filter(|_| entry.is_one())?;
            let same = [certificate, holder, found, remedy];
            Some((Sameness::of(entry.first).in_any_words().of_any_clause(), same))
        });
        for entry in &mut self.entries {
            entry.is_of_one_certificate = !entry.is_one() && entry.about.is_some();
        }
        self.put_together(about, |entry| {
            let same = (Sameness::of(entry.first).in_any_words(), entry.first.expected_in_words());
            (entry.same.expected && !entry.is_of_one_certificate).then_some(same)
        });
        self.entries.iter_mut().for_each(Entry::by_place);
    }

    fn put_together<K: Eq + Hash>(&mut self, about: &'a str, key_of: impl Fn(&Entry<'a>) -> Option<K>) {
        let mut merged: Vec<Entry<'a>> = Vec::new();
        let mut known: HashMap<K, usize> = HashMap::new();
        for entry in std::mem::take(&mut self.entries) {
            let new = merged.len();
            let index = key_of(&entry).map_or(new, |key| *known.entry(key).or_insert(new));
            match merged.get_mut(index) {
                Some(into) => {
                    entry.places.into_iter().for_each(|finding| into.add(finding));
                    into.about = Some(about);
                }
                None => merged.push(entry),
            }
        }
        self.entries = merged;
    }
}

impl<'a> Findings<'a> {
    /// In the order of the report, which is worst first.
    pub(super) fn new(report: &'a Report) -> Self {
        let mut parts: Vec<RulePart<'a>> = Vec::new();
        let mut of_rule: HashMap<(&str, Severity), usize> = HashMap::new();
        let mut entries: HashMap<_, usize> = HashMap::new();
        for finding in &report.findings {
            let new = parts.len();
            let part = *of_rule.entry((&finding.rule, finding.severity)).or_insert(new);
            if part == new {
                parts.push(RulePart {
                    rule: &finding.rule,
                    severity: finding.severity,
                    count: 0,
                    entries: Vec::new(),
                });
            }
            let Some(part) = parts.get_mut(part) else { continue };
            part.count += 1;
            let new = part.entries.len();
            let entry = *entries.entry(Sameness::of(finding)).or_insert(new);
            match part.entries.get_mut(entry) {
                Some(entry) => entry.add(finding),
                None => part.entries.push(Entry::new(finding)),
            }
        }
        let about: HashMap<&str, &str> =
            report.rules.iter().map(|rule| (rule.id.as_str(), rule.summary.as_str())).collect();
        for part in &mut parts {
            part.merge(about.get(part.rule).copied());
        }
        let left_out = limit(&mut parts);
        Self { parts, left_out }
    }

    /// The findings with an address on the page.
    pub(super) fn shown(&self) -> impl Iterator<Item = &'a FindingRow> {
        self.parts.iter().flat_map(|part| &part.entries).flat_map(|entry| entry.places.iter().copied())
    }
}

impl<'a> Entry<'a> {
    fn new(finding: &'a FindingRow) -> Self {
        let same = Same { expected: true, found: true, consequence: true, remedy: true };
        Self {
            first: finding,
            places: vec![finding],
            left_out: 0,
            same,
            about: None,
            is_of_one_certificate: false,
        }
    }

    fn add(&mut self, finding: &'a FindingRow) {
        self.same.expected &= finding.expected_in_words() == self.first.expected_in_words();
        self.same.found &= finding.found == self.first.found;
        self.same.consequence &= finding.consequence == self.first.consequence;
        self.same.remedy &= finding.remedy == self.first.remedy;
        self.places.push(finding);
    }

    pub(super) fn is_one(&self) -> bool {
        self.places.len() + self.left_out == 1
    }

    /// Whether a place is that of the one before it.
    pub(super) fn is_at_the_same(&self, index: &usize) -> bool {
        let place = |index: usize| self.places.get(index).map(|finding| place_of(finding));
        index.checked_sub(1).is_some_and(|before| place(before) == place(*index))
    }

    /// Puts what is said of one certificate at one holder together, in the order of the first.
    fn by_place(&mut self) {
        let mut order: HashMap<_, usize> = HashMap::new();
        for finding in &self.places {
            let new = order.len();
            order.entry(place_of(finding)).or_insert(new);
        }
        self.places.sort_by_key(|finding| order.get(&place_of(finding)).copied());
        // The first speaks for all, in whichever order they stand.
        self.first = self.places.first().copied().unwrap_or(self.first);
    }

    /// Whether all places have an entry among what to do next.
    pub(super) fn is_repaired(&self) -> bool {
        self.places.iter().all(|finding| finding.replacement.is_some())
    }

    /// One of the places without an entry among what to do next, where the same has to be done in all of these.
    pub(super) fn with_remedy_of_the_rest(&self) -> Option<&'a FindingRow> {
        let mut rest = self.places.iter().copied().filter(|finding| finding.replacement.is_none());
        let first = rest.next()?;
        // What is not shown here may have to be mended in another way.
        (self.left_out == 0 && rest.all(|finding| finding.remedy == first.remedy)).then_some(first)
    }

    /// The documents that say so, each with its clauses.
    pub(super) fn sources(&self) -> Vec<(Vec<&'a str>, &'a FindingRow)> {
        let mut sources: Vec<(Vec<&str>, &FindingRow)> = Vec::new();
        for finding in &self.places {
            let clause = finding.clause.as_deref();
            match sources.iter_mut().find(|(_, known)| known.source == finding.source) {
                Some((clauses, _)) => clauses.extend(clause.filter(|clause| !clauses.contains(clause))),
                None => sources.push((clause.into_iter().collect(), finding)),
            }
        }
        sources
    }

    /// All places, shown or not.
    pub(super) fn count(&self) -> usize {
        self.places.len() + self.left_out
    }
}

/// Where a finding is shown to be: whose certificate, and which.
fn place_of(finding: &FindingRow) -> (&str, Option<&str>, Option<&str>) {
    (finding.whose(), finding.server.as_deref(), finding.certificate.as_deref())
}

/// Leaves out what is too much, and says how many findings that are.
fn limit(parts: &mut Vec<RulePart<'_>>) -> usize {
    let (mut entries_left, mut places_left) = (MAX_ENTRIES, MAX_ALL_PLACES);
    let mut left_out = 0;
    for part in parts.iter_mut() {
        let beyond = part.entries.split_off(entries_left.min(part.entries.len()));
        left_out += beyond.iter().map(Entry::count).sum::<usize>();
        entries_left -= part.entries.len();
        for entry in &mut part.entries {
            // The first place always has room: an entry without any would be none.
            let room = MAX_PLACES.min(places_left).max(1);
            entry.left_out = entry.places.len().saturating_sub(room);
            entry.places.truncate(room);
            places_left = places_left.saturating_sub(entry.places.len());
            left_out += entry.left_out;
        }
    }
    parts.retain(|part| !part.entries.is_empty());
    left_out
}
