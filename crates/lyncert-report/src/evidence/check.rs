//! Whether evidence is what it says.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    BUILD_SHA256, EvidenceFile, EvidencePack, MANIFEST, evidence_file, render_files, rules_version,
    without_baseline,
};
use crate::model::{Report, Tool};

/// The version whose programs did not all say which build they are.
const LAST_WITHOUT_BUILD: &str = "0.0.0";

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
    fn of_build(what: &str, made_by: MadeBy, fault: impl FnOnce() -> Option<String>) -> Self {
        let fault = fault();
        match made_by {
            MadeBy::OtherBuild if fault.is_some() => {
                let skipped = format!("only the build that made it can tell; {}", fault.unwrap_or_default());
                Self { what: what.to_owned(), fault: None, skipped: Some(skipped) }
            }
            MadeBy::OtherBuild | MadeBy::ThisBuild | MadeBy::NoBuild => Self::new(what, fault),
        }
    }
}

/// Which build evidence says to be of. Whoever changes evidence can change this too: what follows from it is only what can be checked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MadeBy {
    /// This one: what it would write is known to the byte.
    ThisBuild,
    /// Another one, which may judge and draw otherwise.
    OtherBuild,
    /// It says what no build says.
    NoBuild,
}

impl EvidencePack {
    /// Checks the evidence against itself: which build it says to be of, every hash, the ZIP's own bytes, what the manifest says of
    /// the report, and that the report still looks as it did. What another build may do otherwise is no fault of its evidence, and not
    /// checked either.
    pub fn check(&self) -> Vec<EvidenceCheck> {
        let made_by = self.made_by();
        let zip_fault = || {
            (!self.is_as_written)
                .then(|| "its order, names or bytes are not those that lyncert writes".to_owned())
        };
        vec![
            EvidenceCheck::new("it says which build made it", self.build_fault()),
            EvidenceCheck::new("every file is as it was written", self.hash_fault()),
            EvidenceCheck::of_build("the archive holds nothing else", made_by, zip_fault),
            EvidenceCheck::new("the manifest agrees with the report", self.manifest_fault()),
            EvidenceCheck::of_build("the report looks the same when it is drawn again", made_by, || {
                self.drawing_fault()
            }),
        ]
    }

    /// Which build the evidence says to be of.
    pub fn made_by(&self) -> MadeBy {
        match (self.build_fault(), self.manifest.build_sha256 == BUILD_SHA256) {
            (Some(_), _) => MadeBy::NoBuild,
            (None, true) => MadeBy::ThisBuild,
            (None, false) => MadeBy::OtherBuild,
        }
    }

    /// What no build says of itself: no identity, one that is none, or that of this build with another version or other rules.
    fn build_fault(&self) -> Option<String> {
        let manifest = &self.manifest;
        let is_hash = |text: &str| {
            text.len() == BUILD_SHA256.len()
                && text.bytes().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte))
        };
        if manifest.build_sha256.is_empty() {
            return (manifest.tool.version != LAST_WITHOUT_BUILD)
                .then(|| "the identity of the build is missing".to_owned());
        }
        if !is_hash(&manifest.build_sha256) {
            return Some("the identity of the build is no SHA-256 in capital letters".to_owned());
        }
        let is_this = manifest.build_sha256 == BUILD_SHA256;
        let agrees = manifest.tool == Tool::this() && manifest.rules_sha256 == rules_version();
        (is_this && !agrees).then(|| "it names this build, whose version and rules are others".to_owned())
    }

    /// Compares a report that was made of the inputs again.
    pub fn check_again(&self, again: &Report) -> Vec<EvidenceCheck> {
        let is_same = without_baseline(again) == self.report;
        vec![
            EvidenceCheck::new("the inputs are those it was made from", self.input_fault(again)),
            EvidenceCheck::of_build("they give the same report again", self.made_by(), || {
                (!is_same).then(|| self.difference(again))
            }),
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
