//! Files that were damaged on their way: whatever happened to them, nothing panics, each is accounted for, and what is damaged takes nothing
//! that is whole along.

#![expect(clippy::unwrap_used, reason = "helpers of tests lie outside of test functions")]

mod harm;
mod samples;

use std::collections::{BTreeMap, BTreeSet};

use lyncert_report::scan::{Inventory, ScanOptions, scan_bytes};
use zeroize::Zeroizing;

use harm::{Numbers, damaged, damaged_within};
use samples::{bundles, kinds};

/// So many damaged files of each kind.
const FILES: usize = 320;

fn options() -> ScanOptions {
    let mut options = ScanOptions::default();
    options.passwords.push(Zeroizing::new("correct horse".to_owned()));
    options
}

/// What a scan says of each file, by its path.
fn told(inventory: &Inventory) -> BTreeMap<&str, Vec<String>> {
    let mut told: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut tell = |path, what: String| told.entry(path).or_default().push(what);
    for certificate in &inventory.certificates {
        for path in &certificate.paths {
            tell(path, format!("certificate {}", certificate.sha256));
        }
    }
    for request in &inventory.requests {
        tell(&request.path, "request".to_owned());
    }
    for list in &inventory.lists {
        tell(&list.path, format!("list of {}", list.issuer));
    }
    for key in &inventory.keys {
        tell(&key.path, format!("key {key:?}"));
    }
    for record in &inventory.assignment_records {
        tell(&record.path, "assigned".to_owned());
    }
    for file in &inventory.unreadable {
        tell(&file.path, format!("unreadable: {}", file.reason));
    }
    told
}

/// A path and the archive that it lies in.
fn file_of(path: &str) -> &str {
    path.split_once('/').map_or(path, |(file, _)| file)
}

#[test]
fn every_damaged_file_is_accounted_for_and_none_is_fatal() {
    for (kind, samples) in kinds() {
        let mut numbers = Numbers::new(kind.len() as u64);
        let made: Vec<(String, Vec<u8>)> = (0..FILES)
            .map(|number| {
                let (ending, whole) = &samples[number % samples.len()];
                (format!("{number:04}.{ending}"), damaged(whole, &mut numbers))
            })
            .collect();
        let files: Vec<(&str, &[u8])> =
            made.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        let inventory = scan_bytes(&files, &options());

        let mut read: Vec<&str> = inventory.files.iter().map(|file| &*file.path).collect();
        read.retain(|path| !path.contains('/'));
        read.sort_unstable();
        let given: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
        assert_eq!(read, given, "{kind}: every file is read once");

        let told = told(&inventory);
        let named: BTreeSet<&str> = told.keys().map(|path| file_of(path)).collect();
        for (name, _) in &files {
            assert!(named.contains(name), "{kind}: `{name}` is passed over in silence");
        }
        for (path, all) in &told {
            // Two members of a bundle can be damaged in the same way.
            let held: Vec<&String> = all.iter().filter(|what| !what.starts_with("unreadable")).collect();
            let distinct: BTreeSet<&String> = held.iter().copied().collect();
            assert_eq!(distinct.len(), held.len(), "{kind}: `{path}` is told twice: {all:#?}");
        }
        for file in &inventory.unreadable {
            let reason = &file.reason;
            assert!(!reason.contains("the parser failed"), "{kind}: {}: {reason}", file.path);
            assert!(!reason.is_empty() && reason.len() < 1_000, "{kind}: {}: {reason}", file.path);
        }
    }
}

#[test]
fn whole_samples_are_read_so_that_what_is_damaged_was_something() {
    for (kind, samples) in kinds() {
        for (index, (ending, whole)) in samples.iter().enumerate() {
            let inventory = scan_bytes(&[(&format!("whole.{ending}"), whole)], &options());
            let told = told(&inventory);
            let holds = told.values().flatten().filter(|what| !what.starts_with("unreadable")).count();
            let is_export = kind == "exports";
            assert!(holds > 0 || is_export, "{kind} {index}: {told:#?}");
        }
    }
}

#[test]
fn a_damaged_member_takes_no_neighbor_along() {
    for bundle in bundles() {
        let name = format!("bundle.{}", bundle.ending);
        let mut numbers = Numbers::new(bundle.bytes.len() as u64);
        let whole = scan_bytes(&[(&name, &bundle.bytes)], &options());
        let neighbors: BTreeSet<String> = bundle.neighbors.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(whole.certificates.len(), neighbors.len() + 1, "{}: {:?}", bundle.kind, whole.unreadable);
        for number in 0..FILES {
            let changed =
                damaged_within(&bundle.bytes, bundle.damaged.clone(), bundle.alphabet, &mut numbers);
            let inventory = scan_bytes(&[(&name, &changed)], &options());
            let left: BTreeSet<String> =
                inventory.certificates.iter().flat_map(|one| one.common_names.iter().cloned()).collect();
            assert!(
                neighbors.is_subset(&left),
                "{} {number}: only {left:?} are left; {:?}",
                bundle.kind,
                inventory.unreadable
            );
            let is_told = !inventory.unreadable.is_empty();
            let is_read = inventory.certificates.len() == neighbors.len() + 1;
            assert!(
                is_told || is_read,
                "{} {number}: the damaged one is passed over in silence",
                bundle.kind
            );
        }
    }
}

#[test]
fn no_damage_to_an_export_is_fatal_or_silent() {
    for (kind, samples) in samples::exports() {
        let mut numbers = Numbers::new(kind.len() as u64 + 1_000);
        for number in 0..FILES {
            let whole = &samples[number % samples.len()];
            let changed = damaged(whole, &mut numbers);
            let read = lyncert_ingest::format::read("topology", &changed);
            let known = lyncert_ingest::format::read("topology", whole).unwrap();
            // What is neither an error nor told describes the same as before, or what was changed says something else.
            match read {
                Err(error) => {
                    let said = error.to_string();
                    assert!(said.contains("`topology") && said.len() < 1_000, "{kind} {number}: {said}");
                }
                Ok(document) => {
                    let pools = |document: &lyncert_ingest::document::Document| {
                        document.topology.iter().flat_map(|topology| topology.pools()).count()
                    };
                    let is_less = pools(&document) < pools(&known);
                    assert!(
                        !is_less || !document.problems.is_empty() || !document.notes.is_empty(),
                        "{kind} {number}: pools are lost in silence"
                    );
                }
            }
        }
    }
}
