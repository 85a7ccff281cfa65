//! Whether evidence is what it says.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    BUILD, EvidenceFile, EvidencePack, MANIFEST, evidence_file, render_files, rules_version, without_baseline,
};
use crate::model::Report;

/// One thing that was checked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EvidenceCheck {
    /// What was checked, in words.
    pub what: String,
    /// What is wrong; `None`: nothing.
    pub fault: Option<String>,
    /// Why it could not be checked, which is no fault of the evidence; `None`: it was.
    pub skipped: Option<String>,
}

impl EvidenceCheck {
    fn new(what: &str, fault: Option<String>) -> Self {
        Self { what: what.to_owned(), fault, skipped: None }
    }

    /// A check whose outcome says nothing of evidence that another build made.
    fn of_build(what: &str, is_same_build: bool, fault: impl FnOnce() -> Option<String>) -> Self {
        let fault = fault();
        if is_same_build || fault.is_none() {
            return Self::new(what, fault);
        }
        let skipped = format!("made by another build of lyncert; {}", fault.unwrap_or_default());
        Self { what: what.to_owned(), fault: None, skipped: Some(skipped) }
    }
}

impl EvidencePack {
    /// Checks the evidence against itself: every hash, the ZIP's own bytes, what the manifest says of the report, and that the
    /// report still looks as it did. What another build may do otherwise is no fault of its evidence.
    pub fn check(&self) -> Vec<EvidenceCheck> {
        let is_same = self.is_same_build();
        let zip_fault = || {
            (!self.is_as_written)
                .then(|| "its order, names or bytes are not those that lyncert writes".to_owned())
        };
        vec![
            EvidenceCheck::new("every file is as it was written", self.hash_fault()),
            EvidenceCheck::of_build("the archive holds nothing else", is_same, zip_fault),
            EvidenceCheck::new("the manifest agrees with the report", self.manifest_fault()),
            EvidenceCheck::of_build("the report looks the same when it is drawn again", is_same, || {
                self.drawing_fault()
            }),
        ]
    }

    /// Whether this program is the build that the evidence was made with: of the same version, rules and sources.
    pub fn is_same_build(&self) -> bool {
        self.manifest.tool.version == env!("CARGO_PKG_VERSION")
            && self.manifest.rules_sha256 == rules_version()
            && self.manifest.build_sha256 == BUILD
    }

    /// Compares a report that was made of the inputs again.
    pub fn check_again(&self, again: &Report) -> Vec<EvidenceCheck> {
        let is_same = without_baseline(again) == self.report;
        vec![
            EvidenceCheck::new("the inputs are those it was made from", self.input_fault(again)),
            // Whether they do is what was asked: the word of the archive that another build made it does not answer that.
            EvidenceCheck::new(
                "they give the same report again",
                (!is_same).then(|| match self.is_same_build() {
                    true => self.difference(again),
                    false => {
                        format!("{}; made by another build of lyncert: ask that one", self.difference(again))
                    }
                }),
            ),
        ]
    }

    /// Which inputs are missing, were changed, or were not there. Several can have the same name.
    fn input_fault(&self, again: &Report) -> Option<String> {
        let (then, now) = (inputs_of(&self.report), inputs_of(again));
        let names: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
        let faults = names.into_iter().filter_map(|name| match (then.get(name), now.get(name)) {
            (Some(then), Some(now)) if then == now => None,
            (Some(_), Some(_)) => Some(format!("{name} was changed")),
            (Some(_), None) => Some(format!("{name} is missing")),
            (None, _) => Some(format!("{name} was not there")),
        });
        joined_faults(&faults.collect::<Vec<_>>())
    }

    fn difference(&self, again: &Report) -> String {
        let (then, now) = (&self.report.summary.verdict, &again.summary.verdict);
        let said = if then == now {
            "it differs in details".to_owned()
        } else {
            format!("then: {then}; now: {now}")
        };
        // An archive whose password is not given this time, for example.
        let unread = again.unreadable.iter().filter(|row| !self.report.unreadable.contains(row));
        match joined_faults(&unread.map(|row| format!("{} {}", row.path, row.reason)).collect::<Vec<_>>()) {
            Some(unread) => format!("{said}; read then and not now: {unread}"),
            None => said,
        }
    }

    fn hash_fault(&self) -> Option<String> {
        let listed_files: BTreeMap<&str, &EvidenceFile> =
            self.manifest.files.iter().map(|file| (file.path.as_str(), file)).collect();
        let of_listed = self.manifest.files.iter().filter_map(|file| match self.files.get(&file.path) {
            None => Some(format!("{} is missing", file.path)),
            Some(bytes)
                if (EvidenceFile { name: file.name.clone(), ..evidence_file(&file.path, bytes) })
                    != *file =>
            {
                Some(format!("{} was changed", file.path))
            }
            Some(_) => None,
        });
        let added = self
            .files
            .keys()
            .filter(|path| *path != MANIFEST && !listed_files.contains_key(path.as_str()))
            .map(|path| format!("{path} was added"));
        joined_faults(&of_listed.chain(added).collect::<Vec<_>>())
    }

    fn manifest_fault(&self) -> Option<String> {
        let (manifest, report) = (&self.manifest, &self.report);
        let faults: Vec<String> = [
            ("the tool", manifest.tool == report.tool),
            ("the estate", manifest.estate == report.estate),
            ("the time", manifest.at == report.at),
            ("the inputs", manifest.inputs == report.inputs),
        ]
        .into_iter()
        .filter(|(_, is_same)| !is_same)
        .map(|(what, _)| format!("{what} differs"))
        .collect();
        joined_faults(&faults)
    }

    fn drawing_fault(&self) -> Option<String> {
        let Ok(rendered) = render_files(&self.report) else { return Some("it cannot be drawn".to_owned()) };
        let differs = rendered.iter().filter(|(path, bytes)| self.files.get(path) != Some(bytes));
        joined_faults(&differs.map(|(path, _)| format!("{path} differs")).collect::<Vec<_>>())
    }
}

/// The hashes of a report's inputs by kind and name.
fn inputs_of(report: &Report) -> BTreeMap<String, Vec<&str>> {
    let mut inputs: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for input in &report.inputs {
        inputs.entry(format!("{} {}", input.kind, input.path)).or_default().push(&input.sha256);
    }
    for hashes in inputs.values_mut() {
        hashes.sort_unstable();
    }
    inputs
}

/// Faults in one sentence; none where there are none.
fn joined_faults(faults: &[String]) -> Option<String> {
    const SHOWN: usize = 5;
    let shown = faults.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    match faults.len() {
        0 => None,
        count if count > SHOWN => Some(format!("{shown} and {} more", count - SHOWN)),
        _ => Some(shown),
    }
}
