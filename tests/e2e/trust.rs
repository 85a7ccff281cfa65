//! What a report must never do: give away a secret, reach outside, leave a half-written file.

use std::collections::BTreeSet;
use std::fs;

use lyncert_report::render::FORMATS;

use crate::support::{AT, default_files, folder, run, sample, text};

#[test]
fn no_secret_of_the_folder_reaches_any_output() {
    let canary = "CANARYCANARYCANARYCANARYCANARYCANARY";
    let key = format!("-----BEGIN PRIVATE KEY-----\n{canary}\n-----END PRIVATE KEY-----\n");
    let certificate = fs::read(sample("fabrikam/certs/se01.fabrikam.com.cer")).unwrap();
    let certs = folder(&[("server.key", key.as_bytes()), ("se01.fabrikam.com.cer", &certificate)]);
    let out = folder(&[]);
    let topology = sample("fabrikam/topology.xml");
    let run = run(&[
        "audit",
        text(&topology),
        "--certs",
        text(certs.path()),
        "--at",
        AT,
        "--out",
        text(out.path()),
    ]);
    assert!(run.out.contains("server.key: holds an unencrypted private key"), "{}", run.out);
    assert!(!run.out.contains("CANARY") && !run.err.contains("CANARY"));
    for entry in fs::read_dir(out.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("CANARY"), "{}", path.display());
        assert!(!text.contains(text_of(certs.path())), "{} names a private folder", path.display());
    }
}

fn text_of(path: &std::path::Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn only_whole_report_files_are_left_behind_and_inputs_are_not_touched() {
    let out = folder(&[("keep.txt", b"mine")]);
    let (topology, certs) = (sample("contoso/topology.tbxml"), sample("contoso/certs"));
    let before = fs::read(&topology).unwrap();
    for _ in 0..2 {
        run(&[
            "audit",
            text(&topology),
            "--certs",
            text(&certs),
            "--at",
            AT,
            "--out",
            text(out.path()),
            "-q",
        ]);
    }
    let mut names: Vec<_> = fs::read_dir(out.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut expected: Vec<_> = default_files().chain(["keep.txt"]).collect();
    expected.sort_unstable();
    assert_eq!(names, expected);
    assert_eq!(fs::read(&topology).unwrap(), before);
}

#[test]
fn quiet_prints_nothing_and_formats_can_be_chosen() {
    let out = folder(&[]);
    let (topology, certs) = (sample("fabrikam/topology.xml"), sample("fabrikam/certs"));
    let found = run(&[
        "audit",
        text(&topology),
        "--certs",
        text(&certs),
        "--at",
        AT,
        "--out",
        text(out.path()),
        "--format",
        "json",
        "--quiet",
    ]);
    assert_eq!((found.code, found.out.as_str(), found.err.as_str()), (0, "", ""));
    let names: Vec<_> = fs::read_dir(out.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["report.json"]);
}

#[test]
fn each_format_writes_just_its_files_and_help_tells_of_all() {
    let help = run(&["audit", "--help"]).out;
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    let (topology, certs) = (sample("fabrikam/topology.xml"), sample("fabrikam/certs"));
    for format in FORMATS {
        assert!(help.contains(&format!("- {}: {}", format.id, format.help)), "{}", format.id);
        let out = folder(&[]);
        let audit =
            ["audit", text(&topology), "--certs", text(&certs), "--at", AT, "--out", text(out.path())];
        let found = run(&[&audit[..], &["--format", format.id, "-q"]].concat());
        assert_eq!((found.code, found.err.as_str()), (0, ""), "{}", format.id);
        let entries = fs::read_dir(out.path()).unwrap();
        let names: BTreeSet<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert_eq!(names, format.files.iter().map(|(name, _)| (*name).to_owned()).collect());
    }
    let unknown = run(&["audit", text(&topology), "--certs", text(&certs), "--format", "pdf"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("[possible values: html, csv, json, prometheus"), "{}", unknown.err);
}
