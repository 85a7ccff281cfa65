//! What a report must never do: give away a secret, reach outside, leave a half-written file.

use std::fs;

use crate::support::{Audit, folder, sample, text};

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
    assert_eq!(
        names,
        [
            "action-plan.csv",
            "certificates.csv",
            "coverage.csv",
            "findings.csv",
            "keep.txt",
            "report.html",
            "report.json"
        ]
    );
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
