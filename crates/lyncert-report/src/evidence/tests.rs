use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;
use crate::render::testing::{hostile_report, plain_report};

fn pack(report: &Report, policies: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_evidence(report, policies, &[], &mut bytes).unwrap();
    bytes
}

fn policy() -> Vec<(String, Vec<u8>)> {
    vec![("lyncert.toml".to_owned(), b"[facts]\n".to_vec())]
}

fn faults(bytes: &[u8]) -> Vec<String> {
    let checks = EvidencePack::read(bytes).unwrap().check();
    checks.into_iter().filter_map(|check| check.fault).collect()
}

/// The same evidence with one file changed, added or removed, and the manifest as it was.
fn tampered(bytes: &[u8], path: &str, content: Option<&[u8]>) -> Vec<u8> {
    let mut pack = EvidencePack::read(bytes).unwrap();
    match content {
        Some(content) => pack.files.insert(path.to_owned(), content.to_vec()),
        None => pack.files.remove(path),
    };
    zip_of(&in_order(&pack.manifest, &pack.files)).unwrap()
}

#[test]
fn evidence_is_the_same_bytes_every_time_and_checks_itself() {
    for report in [plain_report(2), hostile_report()] {
        let bytes = pack(&report, &policy());
        assert_eq!(bytes, pack(&report, &policy()));
        assert_eq!(faults(&bytes), [""; 0]);
        let read = EvidencePack::read(&bytes).unwrap();
        assert_eq!(read.policies, policy());
        assert!(read.check_again(&report).iter().all(|check| check.fault.is_none()));
    }
}

#[test]
fn whatever_is_changed_is_told() {
    let bytes = pack(&plain_report(1), &policy());
    let html = tampered(&bytes, "report.html", Some(b"<p>All is well</p>"));
    assert_eq!(faults(&html), ["report.html was changed", "report.html differs"]);
    assert_eq!(faults(&tampered(&bytes, "extra.txt", Some(b"x"))), ["extra.txt was added"]);
    assert_eq!(
        faults(&tampered(&bytes, "policy/1-lyncert.toml", None)),
        ["policy/1-lyncert.toml is missing"]
    );
    let mut report = plain_report(1);
    report.at = time::macros::datetime!(2027-01-01 00:00:00 UTC).into();
    let mut json = Vec::new();
    render::json::write_rows(&report, &mut json).unwrap();
    let told = faults(&tampered(&bytes, "report.json", Some(&json)));
    assert_eq!(told[..2], ["report.json was changed", "the time differs"]);
}

#[test]
fn other_inputs_and_another_outcome_are_told() {
    let read = EvidencePack::read(&pack(&plain_report(1), &[])).unwrap();
    let mut again = plain_report(1);
    again.inputs[0].sha256 = "CD".repeat(32);
    again.summary.verdict = "All is well".to_owned();
    let told: Vec<String> = read.check_again(&again).into_iter().filter_map(|check| check.fault).collect();
    assert_eq!(told[0], "topology topology.tbxml was changed");
    assert!(told[1].ends_with("now: All is well"), "{told:?}");
}

#[test]
fn a_private_key_does_not_get_in() {
    let policy = [("lyncert.toml".to_owned(), b"# -----BEGIN PRIVATE KEY-----\n".to_vec())];
    let error = write_evidence(&plain_report(1), &policy, &[], &mut Vec::new()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`policy/1-lyncert.toml` holds a private key; expected a policy without one"
    );
}

#[test]
fn other_bytes_are_no_evidence() {
    for bytes in [&b""[..], b"PK\x05\x06", b"hello"] {
        assert!(EvidencePack::read(bytes).is_err());
    }
    let bytes = pack(&plain_report(1), &[]);
    for length in (0..bytes.len()).step_by(97) {
        assert!(EvidencePack::read(&bytes[..length]).is_err());
    }
    assert!(EvidencePack::read(&tampered(&bytes, "manifest.json", None)).is_err());
}

#[test]
fn whatever_is_done_to_the_archive_itself_is_told() {
    const FAULT: &str = "its order, names or bytes are not those that lyncert writes";
    let bytes = pack(&plain_report(1), &policy());
    let read = EvidencePack::read(&bytes).unwrap();
    let mut files = in_order(&read.manifest, &read.files);
    files.swap(1, 2);
    let stored = |comment: &str| {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.set_comment(comment).unwrap();
        for (path, bytes) in in_order(&read.manifest, &read.files) {
            let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
            zip.start_file(path, options).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    };
    let mut with_comment = bytes.clone();
    let length = with_comment.len();
    with_comment[length - 2] = 5;
    with_comment.extend(b"hello");
    for changed in [zip_of(&files).unwrap(), [b"MZ", &bytes[..]].concat(), with_comment, stored("")] {
        // What is no evidence any more is refused in whole.
        if EvidencePack::read(&changed).is_ok() {
            assert_eq!(faults(&changed), [FAULT]);
        }
    }
    assert_eq!(faults(&zip_of(&files).unwrap()), [FAULT], "another order");
}

/// Evidence whose page is another one, with the right hashes, and whose manifest was changed besides.
fn redrawn(page: &[u8], change: impl FnOnce(&mut EvidenceManifest)) -> Vec<u8> {
    let bytes = pack(&plain_report(1), &policy());
    let mut manifest = EvidencePack::read(&bytes).unwrap().manifest;
    for file in manifest.files.iter_mut().filter(|file| file.path == "report.html") {
        *file = evidence_file("report.html", page);
    }
    change(&mut manifest);
    let mut json = Vec::new();
    render::json::write(&manifest, &mut json).unwrap();
    tampered(&tampered(&bytes, "report.html", Some(page)), MANIFEST, Some(&json))
}

fn skipped(bytes: &[u8]) -> Vec<String> {
    let checks = EvidencePack::read(bytes).unwrap().check();
    checks.into_iter().filter_map(|check| check.skipped).collect()
}

#[test]
fn evidence_of_another_build_is_neither_forged_nor_checked() {
    let older = redrawn(b"<p>drawn otherwise</p>", |manifest| manifest.build_sha256 = "AB".repeat(32));
    let read = EvidencePack::read(&older).unwrap();
    assert_eq!(read.made_by(), MadeBy::OtherBuild);
    assert_eq!(skipped(&older), ["only the build that made it can tell; report.html differs"]);
    assert_eq!(faults(&older), [""; 0], "it is honest");
    let changed = tampered(&older, "findings.csv", Some(b"nothing"));
    assert_eq!(faults(&changed), ["findings.csv was changed"], "its hashes still count");
    let mut again = plain_report(1);
    again.summary.verdict = "Judged by other rules".to_owned();
    let checks = read.check_again(&again);
    assert_eq!(checks[0].fault, None, "its inputs are still the same");
    let told = checks[1].skipped.clone().unwrap();
    assert!(told.starts_with("only the build that made it can tell; then: "), "{told}");
    again.inputs[0].sha256 = "CD".repeat(32);
    assert!(read.check_again(&again)[0].fault.is_some(), "other inputs are other inputs for every build");
}

#[test]
fn a_page_of_this_build_that_it_would_not_draw_is_forged() {
    assert_eq!(faults(&redrawn(b"<p>All is well</p>", |_| ())), ["report.html differs"]);
}

#[test]
fn evidence_says_of_its_build_what_a_build_says() {
    const NO_HASH: &str = "the identity of the build is no SHA-256 in capital letters";
    const OTHERS: &str = "it names this build, whose version and rules are others";
    const PAGE: &[u8] = b"<p>drawn otherwise</p>";
    const MISSING: &str = "the identity of the build is missing";
    type Change = fn(&mut EvidenceManifest);
    let changes: [(Change, &str); 7] = [
        (|manifest| manifest.build_sha256.clear(), MISSING),
        (|manifest| manifest.build_sha256 = "older".to_owned(), NO_HASH),
        (|manifest| manifest.build_sha256 = "ab".repeat(32), NO_HASH),
        (|manifest| manifest.build_sha256.push('A'), NO_HASH),
        (|manifest| manifest.tool.version = "0.0.9".to_owned(), OTHERS),
        (|manifest| manifest.tool.rules = None, OTHERS),
        (|manifest| manifest.rules_sha256 = "AB".repeat(32), OTHERS),
    ];
    for (change, fault) in changes {
        let bytes = redrawn(PAGE, change);
        let read = EvidencePack::read(&bytes).unwrap();
        assert_eq!(read.made_by(), MadeBy::NoBuild, "{fault}");
        let told = faults(&bytes);
        assert_eq!(told[0], fault);
        assert!(told.contains(&"report.html differs".to_owned()), "nothing is passed over: {told:?}");
        assert_eq!(skipped(&bytes), [""; 0], "{fault}");
    }
    // Before there were releases, not every program said so.
    let first = redrawn(PAGE, |manifest| {
        manifest.tool.version = "0.0.0".to_owned();
        manifest.build_sha256.clear();
    });
    assert_eq!(EvidencePack::read(&first).unwrap().made_by(), MadeBy::OtherBuild);
}

#[test]
fn policies_keep_their_names_whatever_they_are() {
    let names = ["my policy (1).toml", "Größe.toml", "a\u{202E}b.toml", "same.toml", "same.toml", ""];
    let policies: Vec<_> = names.iter().map(|name| ((*name).to_owned(), b"[facts]\n".to_vec())).collect();
    let bytes = pack(&plain_report(1), &policies);
    assert_eq!(EvidencePack::read(&bytes).unwrap().policies, policies);
    assert_eq!(faults(&bytes), [""; 0]);
}

#[test]
fn a_name_that_looks_like_a_key_is_none() {
    let policy = [("x PRIVATE KEY-----.toml".to_owned(), b"# x PRIVATE KEY-----.txt\n".to_vec())];
    let mut report = plain_report(1);
    report.estate = "-----BEGIN PRIVATE KEY-----".to_owned();
    assert_eq!(faults(&pack(&report, &policy)), [""; 0]);
}

#[test]
fn the_system_is_not_in_the_archive() {
    let bytes = pack(&plain_report(1), &policy());
    let central = bytes.windows(4).enumerate().filter(|(_, window)| window == b"PK\x01\x02");
    let systems: Vec<u8> = central.map(|(at, _)| bytes[at + 5]).collect();
    assert!(!systems.is_empty() && systems.iter().all(|system| *system == 3), "{systems:?}");
}
