//! What a report must never do: give away a secret, reach outside, leave a half-written file.

use std::collections::BTreeSet;
use std::fs;

use lyncert_report::render::FORMATS;

use crate::support::{Audit, default_files, folder, run, sample, text};

#[test]
fn no_secret_of_the_folder_reaches_any_output() {
    let canary = "CANARYCANARYCANARYCANARYCANARYCANARY";
    let key = format!("-----BEGIN PRIVATE KEY-----\n{canary}\n-----END PRIVATE KEY-----\n");
    let certificate = fs::read(sample("fabrikam/certs/se01.fabrikam.com.cer")).unwrap();
    let certs = folder(&[("server.key", key.as_bytes()), ("se01.fabrikam.com.cer", &certificate)]);
    let out = folder(&[]);
    let run = Audit::of("fabrikam").certs(&certs).out(&out).run();
    assert!(run.out.contains("server.key: holds an unencrypted private key"), "{}", run.out);
    assert!(!run.out.contains("CANARY") && !run.err.contains("CANARY"));
    for entry in fs::read_dir(out.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let shown = String::from_utf8_lossy(&bytes);
        assert!(!shown.contains("CANARY"), "{}", path.display());
        assert!(!shown.contains(text(certs.path())), "{} names a private folder", path.display());
    }
}

#[test]
fn only_whole_report_files_are_left_behind_and_inputs_are_not_touched() {
    let out = folder(&[("keep.txt", b"mine")]);
    let topology = sample("contoso/topology.tbxml");
    let before = fs::read(&topology).unwrap();
    for _ in 0..2 {
        Audit::of("contoso").out(&out).quiet().run();
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
    let found = Audit::of("fabrikam").out(&out).format("json").with(&["--quiet"]).run();
    assert_eq!((found.code, found.out.as_str(), found.err.as_str()), (0, "", ""));
    let names: Vec<_> = fs::read_dir(out.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["report.json"]);
}

#[test]
fn each_format_writes_just_its_files_and_help_tells_of_all() {
    let help = run(&["audit", "--help"]).out;
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for format in FORMATS {
        assert!(help.contains(&format!("- {}: {}", format.id, format.help)), "{}", format.id);
        let out = folder(&[]);
        let found = Audit::of("fabrikam").out(&out).format(format.id).quiet().run();
        assert_eq!((found.code, found.err.as_str()), (0, ""), "{}", format.id);
        let entries = fs::read_dir(out.path()).unwrap();
        let names: BTreeSet<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert_eq!(names, format.files.iter().map(|(name, _)| (*name).to_owned()).collect());
    }
    let unknown = Audit::of("fabrikam").format("pdf").run();
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("[possible values: html, csv, json, prometheus"), "{}", unknown.err);
}
