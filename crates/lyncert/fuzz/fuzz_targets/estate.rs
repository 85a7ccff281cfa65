//! The whole way of `audit`, in memory: an export, a policy, certificates and what is assigned become a report in every format.
#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;
use lyncert_ingest::decode::decode_unicode;
use lyncert_ingest::deployment::{Deployment, read_deployment};
use lyncert_report::model::Report;
use lyncert_report::render::FORMATS;
use lyncert_report::scan::{Inventory, ScanOptions, scan_bytes};
use lyncert_report::view::ReportInput;
use lyncert_rules::assess::{Case, assess};
use lyncert_rules::assignment_record::AssignmentRecord;
use lyncert_rules::profile::expect;
use lyncert_rules::relevance::Relevance;
use time::OffsetDateTime;
use time::macros::datetime;

// The program has no library: what reads its policies is taken in as it is.
#[allow(dead_code, unused_imports)]
#[path = "../../src"]
mod program {
    pub(crate) mod did_you_mean;
    pub(crate) mod policy_file;
    pub(crate) mod toml_reader;
}
use program::{did_you_mean, policy_file, toml_reader};

/// What stands in front of the name of each file.
const MARK: &[u8] = b"\n--8<-- ";
const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

/// The files of an input, by name; a name that stands twice counts once.
fn files(data: &[u8]) -> Vec<(String, &[u8])> {
    let starts: Vec<usize> = data
        .windows(MARK.len())
        .enumerate()
        .filter(|(_, part)| *part == MARK)
        .map(|(at, _)| at)
        .take(64)
        .collect();
    let mut names = BTreeSet::new();
    let mut files = Vec::new();
    for (index, start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(data.len());
        let part = &data[(start + MARK.len()).min(end)..end];
        let line = part.iter().position(|byte| *byte == b'\n').unwrap_or(part.len());
        let name = String::from_utf8_lossy(&part[..line]).into_owned();
        if names.insert(name.clone()) {
            files.push((name, part.get(line + 1..).unwrap_or_default()));
        }
    }
    files
}

fuzz_target!(|data: &[u8]| {
    let files = files(data);
    let (mut exports, mut certificates, mut layer) =
        (Vec::new(), Vec::new(), policy_file::PolicyLayer::default());
    for (name, bytes) in &files {
        match name.as_str() {
            "lyncert.toml" => {
                let Some(text) = decode_unicode(bytes) else { return };
                let Ok(read) = policy_file::parse(name, &text) else { return };
                layer = read;
            }
            name if name.starts_with("topology") => exports.push((name, *bytes)),
            name => certificates.push((name, *bytes)),
        }
    }
    let Ok(mut deployment) = read_deployment(&exports) else { return };
    let mut resolved = layer.resolve();
    if let Some(collected) = &deployment.collected {
        deployment.notes.extend(resolved.facts.complete_by(collected, &deployment.topology));
    }
    let requirements = expect(&deployment.topology, &resolved.facts);
    let mut options = ScanOptions::default();
    options.relevance = Some(Relevance::new(&deployment.topology, &requirements));
    options.at = Some(NOW);
    let inventory = scan_bytes(&certificates, &options);
    check_files(&certificates, &inventory);
    let report = judge(&deployment, &resolved, inventory, requirements);
    check_formats(&report);
});

/// Every file is counted, and no reader failed.
fn check_files(given: &[(&str, &[u8])], inventory: &Inventory) {
    let read: BTreeSet<&str> = inventory.files.iter().map(|file| &*file.path).collect();
    let told: BTreeSet<&str> = inventory.unreadable.iter().map(|file| file.path.as_str()).collect();
    for (name, _) in given {
        assert!(read.contains(name) || told.contains(name), "`{name}` is lost");
    }
    for file in &inventory.unreadable {
        assert!(!file.reason.contains("the parser failed on it"), "{}: {}", file.path, file.reason);
    }
}

fn judge(
    deployment: &Deployment,
    resolved: &policy_file::ResolvedPolicy,
    inventory: Inventory,
    requirements: Vec<lyncert_rules::requirement::Requirement>,
) -> Report {
    let given = deployment
        .assigned
        .iter()
        .map(|export| AssignmentRecord { path: export.document.to_string(), export: export.clone() });
    let records: Vec<AssignmentRecord> =
        given.chain(inventory.collections.with_records(&inventory.assignment_records)).collect();
    let case = Case {
        topology: &deployment.topology,
        facts: &resolved.facts,
        policy: &resolved.policy,
        certificates: &inventory.certificates,
        assignment_records: &records,
        collections: &inventory.collections,
        lists: &inventory.lists,
        keys: &inventory.keys,
        requests: &inventory.requests,
        has_given_roots: false,
        now: NOW,
    };
    let assessment = assess(&case, requirements);
    let estate = ReportInput {
        name: "fuzz",
        deployment,
        facts: &resolved.facts,
        policy: &resolved.policy,
        ignored: &resolved.ignored,
        policy_file: None,
        policy_places: &[],
        policies_forbidden: &[],
        inputs: &[],
        at: NOW,
    };
    Report::new(&estate, inventory, &assessment)
}

/// Every format is written, and tells as many findings as there are.
fn check_formats(report: &Report) {
    for (name, write) in FORMATS.iter().flat_map(|format| format.files) {
        let mut bytes = Vec::new();
        write(report, &mut bytes).expect("memory takes everything");
        match *name {
            "findings.csv" => {
                let rows = csv::Reader::from_reader(bytes.as_slice()).into_records();
                // What was not judged has rows behind the findings.
                let told = report.findings.len() + report.summary.unjudged.len();
                assert_eq!(rows.map(|row| row.expect("a row")).count(), told);
            }
            "certificates.csv" => {
                let rows = csv::Reader::from_reader(bytes.as_slice()).into_records();
                assert_eq!(rows.map(|row| row.expect("a row")).count(), report.certificates.len());
            }
            "report.json" => {
                let again = Report::read(&bytes).expect("what was written can be read");
                assert_eq!(again.findings.len(), report.findings.len());
                let mut second = Vec::new();
                write(&again, &mut second).expect("memory takes everything");
                assert!(bytes == second, "a report that is read and written again is the same");
            }
            _ => assert!(!bytes.is_empty(), "{name}"),
        }
    }
}
