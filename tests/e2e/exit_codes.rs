//! The exit-code table, row by row, with the sentence that goes with it.

use std::fs;
use std::process::Stdio;

#[cfg(target_os = "linux")]
use crate::support::AT;
use crate::support::{Audit, Plan, folder, lyncert, report, run, run_with_input, sample, text};

#[test]
fn codes_of_an_audit() {
    for (estate, more, code) in [
        ("fabrikam", &[][..], 0),
        ("fabrikam", &["--fail-on", "info", "--strict"], 0),
        ("contoso", &[], 1),
        ("contoso", &["--exit-zero"], 0),
        ("contoso", &["--exit-zero", "--strict"], 4),
        ("contoso", &["--fail-on", "never"], 2),
        ("contoso", &["--at", "tomorrow"], 2),
        ("contoso", &["--policy", "no-such-file.toml"], 2),
    ] {
        let run = Audit::of(estate).with(more).run();
        assert_eq!(run.code, code, "{more:?}: {}", run.err);
    }
}

#[test]
fn the_threshold_decides_which_findings_count() {
    // A year on, everything in the clean sample is still in order but for what expires.
    let at = |at: &str, fail_on: &str| Audit::of("fabrikam").at(at).set("--fail-on", fail_on).run().code;
    assert_eq!(at("2027-03-01", "error"), 0);
    assert_eq!(at("2027-03-20", "error"), 0, "expiring soon is a warning");
    assert_eq!(at("2027-03-20", "warning"), 1);
    assert_eq!(at("2027-02-15", "warning"), 0, "expiring later is information");
    assert_eq!(at("2027-02-15", "info"), 1);
    assert_eq!(at("2027-04-02T23:59:59Z", "error"), 0, "the last second is valid");
    assert_eq!(at("2027-04-03T00:00:00Z", "error"), 1);
}

#[test]
fn no_usable_topology_is_code_3_and_one_sentence() {
    let whole = fs::read(sample("contoso/topology.tbxml")).unwrap();
    let files = folder(&[
        ("cut.tbxml", &whole[..whole.len() / 2]),
        ("notes.tbxml", b"We will export this tomorrow."),
        ("entities.xml", b"<!DOCTYPE Topology [<!ENTITY a \"b\">]><Topology>&a;</Topology>"),
        ("empty.xml", b""),
        ("web.xml", b"<html><body>Sign in</body></html>"),
    ]);
    for (file, sentence) in [
        ("missing.tbxml", "cannot read the topology `"),
        ("cut.tbxml", "`cut.tbxml` ends at "),
        ("notes.tbxml", "`notes.tbxml` is no XML document: it starts with `We will export this tomo`"),
        ("entities.xml", "`entities.xml` has a document type declaration at 1:1"),
        ("empty.xml", "`empty.xml` is empty; expected a topology export"),
        ("web.xml", "`web.xml` is no XML document: it is a web page"),
    ] {
        let path = files.path().join(file);
        for command in ["topology", "plan"] {
            let run = run(&[command, text(&path)]);
            assert_eq!((run.code, run.out.as_str()), (3, ""), "{command} {file}");
            assert!(run.err.starts_with(&format!("lyncert: error: {sentence}")), "{}", run.err);
            assert_eq!(run.err.lines().count(), 1, "{}", run.err);
        }
    }
}

#[test]
fn no_certificate_is_code_3_and_the_rest_is_still_reported() {
    let broken = b"-----BEGIN CERTIFICATE-----\nMIIB!!!!\n-----END CERTIFICATE-----\n";
    for (files, unreadable) in [(vec![], 0), (vec![("broken.pem", &broken[..])], 1)] {
        let (certs, out) = (folder(&files), folder(&[]));
        let run = Audit::of("fabrikam").certs(&certs).out(&out).run();
        assert_eq!(run.code, 3);
        assert!(run.err.contains("holds no certificate that could be read"), "{}", run.err);
        let report = report(&out);
        assert_eq!(report["unreadable"].as_array().unwrap().len(), unreadable);
        assert!(!report["requirements"].as_array().unwrap().is_empty());
    }
    let run = Audit::of("fabrikam").certs("no/such/folder").run();
    assert_eq!(run.code, 3);
    assert_eq!(
        run.err,
        "lyncert: error: cannot read the certificates in `no/such/folder`: it does not exist\n"
    );
}

#[test]
fn a_mistake_in_the_policy_is_code_2_and_told_at_its_place() {
    let topology = fs::read(sample("fabrikam/topology.xml")).unwrap();
    let estate =
        folder(&[("topology.xml", &topology), ("lyncert.toml", b"[facts]\nautodiscovery = \"https\"\n")]);
    let path = estate.path().join("topology.xml");
    let found = Plan::of(&path).run();
    assert_eq!(found.code, 2);
    assert!(
        found.err.starts_with("lyncert: error: lyncert.toml:2:1: unknown key `autodiscovery` in [facts]; did you mean `autodiscover`?"),
        "{}",
        found.err
    );
    assert_eq!(Plan::of(&path).with(&["--no-policy"]).run().code, 0);
}

#[test]
fn an_output_that_cannot_be_written_is_told() {
    let blocked = folder(&[("out", b"a file where the folder should be")]);
    let run = Audit::of("fabrikam").out(blocked.path().join("out")).run();
    assert_eq!(run.code, 2);
    assert!(run.err.starts_with("lyncert: error: cannot make the folder `"), "{}", run.err);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_standard_output_is_code_2_for_every_command_that_prints() {
    let (topology, certs) = (sample("fabrikam/topology.xml"), sample("fabrikam/certs"));
    let (topology, certs) = (text(&topology), text(&certs));
    let out = folder(&[]);
    let written = |name: &str| out.path().join(name);
    let (json, zip) = (written("report.json"), written("evidence.zip"));
    let made = Audit::of("fabrikam").out(&out).with(&["--evidence", text(&zip)]).run();
    assert_eq!(made.code, 0, "{}", made.err);
    let (json, zip, batch) = (text(&json), text(&zip), written("batch"));
    for command in [
        &["topology", topology][..],
        &["plan", topology],
        &["plan", topology, "--diff", topology],
        &["plan", topology, "--out", text(&written("plan"))],
        &["explain", "san-missing"],
        &["explain", "--list"],
        &["explain", "--name", "sip.fabrikam.com", topology],
        &["audit", topology, "--certs", certs, "--at", AT],
        &["batch", "--from-reports", text(out.path()), "--out", text(&batch)],
        &["forecast", topology, "--certs", certs, "--at", AT],
        &["doctor", "41026"],
        &["inspect", certs, "--at", AT],
        &["diff", json, json],
        &["report", json, "--format", "json"],
        &["verify", zip],
        &["schedule", "cron", "--", "audit", "/t.xml", "--certs", "/c", "--out", "/o"],
        &["init", "-"],
        &["--help"],
        &["--version"],
    ] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = lyncert(command).stdout(full).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{command:?}: {err}");
        assert!(err.starts_with("lyncert: error: cannot write to standard output: "), "{command:?}: {err}");
    }
}

#[test]
fn a_closed_pipe_is_success() {
    let topology = sample("contoso/topology.tbxml");
    let mut child = Plan::of(&topology).format("json").command().stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_dash_reads_standard_input() {
    let bytes = fs::read(sample("fabrikam/topology.xml")).unwrap();
    let run = run_with_input(&["topology", "-", "--format", "json"], &bytes);
    assert_eq!(run.code, 0, "{}", run.err);
    let view: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(view["default_sip_domain"], "fabrikam.com");
    assert_eq!(view["simple_urls"], serde_json::Value::Null);
}

#[test]
fn the_help_explains_the_codes() {
    for command in [&["--help"][..], &["audit", "--help"]] {
        let run = run(command);
        assert_eq!(run.code, 0);
        assert!(run.out.contains("Exit codes:"), "{}", run.out);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn every_code_of_the_table_is_produced() {
    use std::collections::BTreeSet;

    let out = folder(&[]);
    let lock = fs::File::create(out.path().join(".lyncert.lock")).unwrap();
    lock.lock().unwrap();
    // 70 is a defect of the program, which no input should bring about: the tests of `main` and of `batch` panic on purpose.
    const INTERNAL_ERROR: i32 = 70;
    let produced = BTreeSet::from([
        INTERNAL_ERROR,
        Audit::of("fabrikam").run().code,
        Audit::of("contoso").run().code,
        Audit::of("contoso").policy("no-such-file.toml").run().code,
        Audit::of("contoso").topology("no-such-file.tbxml").run().code,
        Audit::of("contoso").with(&["--exit-zero", "--strict"]).run().code,
        Audit::of("fabrikam").out(&out).run().code,
    ]);
    let help = run(&["--help"]).out;
    let table = help.split("Exit codes:").nth(1).unwrap();
    let listed: BTreeSet<i32> =
        table.lines().filter_map(|line| line.split_whitespace().next()?.parse().ok()).collect();
    assert_eq!(produced, listed);
}

#[test]
fn a_reader_that_has_gone_away_is_no_error_in_any_format() {
    let place = folder(&[]);
    assert_eq!(Audit::of("contoso").out(place.path()).quiet().run().code, 1);
    let report = place.path().join("report.json");
    let (topology, certs) = (sample("contoso/topology.tbxml"), sample("contoso/certs"));
    let (report, topology, certs) = (text(&report), text(&topology), text(&certs));
    let printed: [(&[&str], &[&str]); 6] = [
        (&["inspect", certs], &["text", "json", "csv"]),
        (&["forecast", topology, "--certs", certs], &["text", "json", "csv"]),
        (&["plan", topology], &["text", "json", "csv", "powershell", "certreq", "openssl"]),
        (&["diff", report, report], &["text", "json", "csv"]),
        (&["report", report], &["json"]),
        (&["topology", topology], &["text", "json"]),
    ];
    for (command, formats) in printed {
        for format in formats {
            let (reader, writer) = std::io::pipe().unwrap();
            drop(reader);
            let arguments = [command, &["--format", format]].concat();
            let output = lyncert(&arguments).stdout(writer).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!((output.status.code(), &*said), (Some(0), ""), "{arguments:?}");
        }
    }
}
