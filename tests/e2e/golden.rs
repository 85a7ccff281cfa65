//! Golden runs over the samples: the whole way, byte for byte.

use std::fs;
use std::path::Path;

use lyncert_report::render::FORMATS;

use crate::support::{AT, Audit, default_files, files_of, folder, golden, report, run, sample, text};

fn audit(estate: &str) {
    let out = folder(&[]);
    let run = Audit::of(estate).out(&out).run();
    assert_eq!(run.err, "");
    let expected = sample(&format!("{estate}/expected"));
    for file in default_files() {
        golden(&expected.join(file), &fs::read(out.path().join(file)).unwrap());
        assert!(run.out.contains(&format!("Wrote {}", out.path().join(file).display())), "{file} is named");
    }
    let summary = run.out.split("Wrote ").next().unwrap();
    golden(&expected.join("summary.txt"), summary.as_bytes());
}

#[test]
fn contoso_gives_the_golden_report() {
    audit("contoso");
}

#[test]
fn fabrikam_gives_the_golden_report_and_has_no_finding() {
    audit("fabrikam");
    let report = report(sample("fabrikam/expected"));
    assert_eq!(report["findings"].as_array().unwrap().len(), 0);
    assert_eq!(report["unreadable"].as_array().unwrap().len(), 0);
}

#[test]
fn northwind_as_it_was_collected_gives_the_golden_report_and_leaves_nothing_to_guess() {
    let out = folder(&[]);
    let collection = sample("northwind/collection");
    let arguments = ["audit", text(&collection), "--at", AT, "--no-progress", "--out", text(out.path())];
    let run = run(&arguments);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    let expected = sample("northwind/expected");
    for file in default_files() {
        golden(&expected.join(file), &fs::read(out.path().join(file)).unwrap());
    }
    golden(&expected.join("summary.txt"), run.out.split("Wrote ").next().unwrap().as_bytes());
    let report = report(out.path());
    for list in [&report["unreadable"], &report["problems"], &report["summary"]["unjudged"]] {
        assert_eq!(list.as_array().unwrap().len(), 0, "{list}");
    }
    for row in report["requirements"].as_array().unwrap() {
        // The product does not manage the reverse proxy: what answers there is told by its place.
        let known = if row["id"] == "reverse-proxy" { "placed" } else { "assigned" };
        assert_eq!(row["assigned_by"], known, "{}", row["id"]);
    }
    let rules: Vec<&str> =
        report["findings"].as_array().unwrap().iter().map(|row| row["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["binding-differs", "expiring", "superseded"]);
}

#[test]
fn plan_and_topology_give_the_golden_texts() {
    for (estate, topology) in [("contoso", "topology.tbxml"), ("fabrikam", "topology.xml")] {
        let file = sample(&format!("{estate}/{topology}"));
        for command in ["plan", "topology"] {
            let run = run(&[command, text(&file)]);
            assert_eq!((run.code, run.err.as_str()), (0, ""));
            golden(&sample(&format!("{estate}/expected/{command}.txt")), run.out.as_bytes());
        }
    }
}

#[test]
fn the_same_input_gives_the_same_bytes_anywhere() {
    let first = tempfile::tempdir().unwrap();
    let second = tempfile::tempdir().unwrap();
    let audit = |out: &Path, folder: &Path, topology: &Path, certs: &Path, environment: &[(&str, &str)]| {
        let formats: Vec<&str> = FORMATS.iter().map(|format| format.id).collect();
        let audit = Audit::of("contoso").topology(topology).certs(certs).out(out).format(&formats.join(","));
        let audit = audit.quiet();
        let mut command = audit.command();
        command.current_dir(folder).envs(environment.iter().copied());
        assert_eq!(command.output().unwrap().status.code(), Some(1));
    };
    let topology = fs::canonicalize(sample("contoso/topology.tbxml")).unwrap();
    let certs = fs::canonicalize(sample("contoso/certs")).unwrap();
    audit(first.path(), Path::new("/"), &topology, &certs, &[("TZ", "Asia/Tokyo"), ("LANG", "de_DE.UTF-8")]);
    let here = fs::canonicalize(sample("contoso")).unwrap();
    audit(
        second.path(),
        &here,
        Path::new("topology.tbxml"),
        Path::new("certs"),
        &[("RAYON_NUM_THREADS", "1"), ("LC_ALL", "tr_TR")],
    );
    for file in files_of(|_| true) {
        assert!(
            fs::read(first.path().join(file)).unwrap() == fs::read(second.path().join(file)).unwrap(),
            "{file} differs"
        );
    }
}

#[test]
fn every_finding_stands_in_every_format() {
    let read = |file: &str| fs::read_to_string(sample(&format!("contoso/expected/{file}"))).unwrap();
    let report: serde_json::Value = serde_json::from_str(&read("report.json")).unwrap();
    let (html, csv, summary) = (read("report.html"), read("findings.csv"), read("summary.txt"));
    let plain = |text: &str| {
        text.replace("<code>", "`").replace("</code>", "`").replace("&#39;", "'").replace("&#38;", "&")
    };
    let (html, summary) = (plain(&html), summary.split_whitespace().collect::<Vec<_>>().join(" "));
    let findings = report["findings"].as_array().unwrap();
    assert!(findings.len() > 10);
    for finding in findings {
        let message = finding["message"].as_str().unwrap();
        assert!(html.contains(message), "HTML lacks {message}");
        // Tables have no markup.
        assert!(csv.contains(&message.replace('`', "'")), "CSV lacks {message}");
        assert!(summary.contains(message), "text lacks {message}");
    }
}

#[test]
fn the_sample_shows_the_known_failures() {
    let report = report(sample("contoso/expected"));
    let has = |rule: &str, name: Option<&str>| {
        report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|finding| finding["rule"] == rule && name.is_none_or(|name| finding["name"] == name))
    };
    for (rule, name) in [
        ("san-missing", Some("sip.fabrikam.com")),
        ("san-missing", Some("fabrikam.com")),
        ("san-missing", Some("meet.fabrikam.com")),
        ("san-missing", Some("lyncdiscover.fabrikam.com")),
        ("san-missing", Some("lyncdiscoverinternal.fabrikam.com")),
        ("san-wildcard-not-honoured", Some("webdirext.contoso.com")),
        ("san-extra", Some("webext-old.contoso.com")),
        ("pool-differs", None),
        ("rsa-short", None),
        ("sig-sha1", None),
        ("cdp-missing", None),
        ("expiring", None),
        ("eku-client-missing", None),
    ] {
        assert!(has(rule, name), "{rule} {name:?}");
    }
}
