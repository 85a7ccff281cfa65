//! No file of anybody is lost, and no word runs or acts anywhere.

use std::fs;
use std::path::Path;

use lyncert_report::render::FORMATS;

use crate::support::estates::{clean, estates, hidden, index, tree, write_estate};
use crate::support::{Audit, Batch, CommandLine, Inspect, Plan, Run, folder, report, run, sample, text};

/// An audit that writes to a folder, and prints nothing.
fn audit(out: &Path) -> CommandLine {
    Audit::of("fabrikam").out(out).quiet()
}

fn refused(run: &Run, said: &str) {
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{}", run.err);
    assert!(run.err.contains(said), "{}", run.err);
}

#[test]
fn foreign_files_in_the_way_are_refused_before_anything_is_touched() {
    let place = folder(&[("out/findings.csv", b"my,own,table\r\n")]);
    let out = place.path().join("out");
    refused(&audit(&out).run(), "findings.csv` is there already and not written by lyncert");
    assert_eq!(tree(&out).into_keys().collect::<Vec<_>>(), ["findings.csv"]);
    assert_eq!(audit(&out).with(&["--overwrite"]).run().code, 0);
    assert_eq!(audit(&out).run().code, 0, "what lyncert wrote it may write again");
    assert!(fs::read(out.join("findings.csv")).unwrap().len() > 100);
    fs::remove_file(out.join("findings.csv")).unwrap();
    fs::create_dir(out.join("findings.csv")).unwrap();
    let before = report(&out);
    let later = audit(&out).at("2026-12-01").with(&["--overwrite"]).run();
    refused(&later, "findings.csv` is a folder where a file is written");
    assert_eq!(report(&out), before, "no file is of another run than the others");
    assert_eq!(hidden(&out), [""; 0]);
}

#[test]
fn files_of_an_earlier_run_in_other_formats_are_told() {
    let place = folder(&[]);
    let out = place.path().join("out");
    let audit = |format: &str| Audit::of("fabrikam").format(format).out(&out).run();
    assert!(!audit("json,html").err.contains("note:"), "there is nothing yet");
    let run = audit("html");
    assert!(run.err.contains("note: this run does not write report.json: what lies in `"), "{}", run.err);
    assert!(!audit("json,html").err.contains("note:"));
}

#[test]
fn folders_in_the_place_of_files_are_told() {
    let place = folder(&[("lyncert.toml/notes.txt", b"mine"), ("e.zip/notes.txt", b"mine")]);
    let topology = place.path().join("topology.xml");
    fs::copy(sample("fabrikam/topology.xml"), &topology).unwrap();
    let told = "it is a folder; expected a file";
    refused(&Audit::of("fabrikam").topology(&topology).run(), told);
    let file = place.path().join("e.zip");
    for arguments in [&["diff", text(&file), text(&file)][..], &["verify", text(&file)]] {
        let run = run(arguments);
        assert_eq!(run.code, 3, "{}", run.err);
        assert!(run.err.contains(told), "{}", run.err);
    }
    let before = tree(place.path());
    let audit = Audit::of("fabrikam").quiet().set("--evidence", text(&file));
    for run in [audit.run(), audit.with(&["--overwrite"]).run()] {
        refused(&run, "e.zip` is a folder where a file is written");
    }
    assert_eq!(tree(place.path()), before);
    assert_eq!(hidden(place.path()), [""; 0], "nothing half-written is left beside it");
    write_estate(place.path(), "estates/contoso", &clean());
    let policy = place.path().join("estates/contoso/lyncert.toml");
    fs::remove_file(&policy).unwrap();
    fs::create_dir(&policy).unwrap();
    let out = place.path().join("out");
    assert_ne!(Batch::of(place.path().join("estates"), &out).run().code, 0);
    assert!(index(&out)["estates"][0]["verdict"].as_str().unwrap().contains(told));
}

#[test]
fn whatever_lyncert_writes_it_may_write_again() {
    let ids: Vec<&str> = FORMATS.iter().map(|format| format.id).collect();
    let place = folder(&[]);
    let at = |name: &str| place.path().join(name);
    let root = estates(1);
    let topology = sample("contoso/topology.tbxml");
    let mut commands = vec![
        Audit::of("contoso").format(&ids.join(",")).out(at("audit")).set("--evidence", text(&at("e.zip"))),
        Audit::of("fabrikam").set("--log-file", text(&at("run.log"))),
        Audit::of("fabrikam").set("--log-file", text(&at("json.log"))).with(&["--log-format", "json"]),
        Batch::of(&root, at("batch")).format(&ids.join(",")),
        Batch::from_reports(at("batch"), at("merged")),
        Plan::of(&topology).with(&["--wizard"]).out(at("wizard")),
    ];
    let formats = ["text", "json", "csv", "powershell", "certreq", "openssl"];
    commands.extend(formats.map(|format| Plan::of(&topology).format(format).out(at("plan"))));
    for command in commands {
        for _ in 0..2 {
            let run = command.run();
            assert!(run.code < 2, "{:?}: {}", command.arguments(), run.err);
        }
    }
    assert_eq!(hidden(place.path()), [""; 0]);
}

#[test]
fn every_command_that_writes_refuses_what_is_not_its_own() {
    let place = folder(&[
        ("plan/plan.csv", b"mine"),
        ("requests/reverse-proxy.inf", b"mine"),
        ("batch/index.html", b"mine"),
        ("estates/estate0000/report.json", b"{\"mine\":1}"),
        ("evidence.zip", b"mine"),
        ("run.log", b"mine"),
        ("lyncert.toml", b"mine"),
    ]);
    let at = |name: &str| place.path().join(name);
    let root = estates(2);
    let before = tree(place.path());
    let plan =
        |out: &str, format: &str| Plan::of(sample("contoso/topology.tbxml")).format(format).out(at(out));
    let evidence = Audit::of("fabrikam").set("--evidence", text(&at("evidence.zip")));
    let log = Audit::of("fabrikam").set("--log-file", text(&at("run.log")));
    for command in [
        plan("plan", "csv"),
        plan("requests", "certreq"),
        Batch::of(&root, at("batch")),
        evidence.clone(),
        log,
    ] {
        let run = command.run();
        assert_eq!(run.code, 2, "{:?}: {}", command.arguments(), run.err);
        assert!(
            run.err.contains("not written by lyncert") || run.err.contains("no log of lyncert"),
            "{}",
            run.err
        );
    }
    assert_eq!(run(&["init", text(place.path())]).code, 2);
    assert_eq!(tree(place.path()), before);

    // In a batch it is that estate's failure, and stops no other.
    let out = at("estates");
    assert_eq!(Batch::of(&root, &out).quiet().run().code, 2);
    assert_eq!(fs::read(out.join("estate0000/report.json")).unwrap(), b"{\"mine\":1}");
    assert!(out.join("estate0001/report.json").is_file());
    let rows = index(&out)["estates"].as_array().unwrap().clone();
    let row = rows.iter().find(|row| row["estate"] == "estate0000").unwrap();
    assert_eq!((&row["state"], &row["exit_code"]), (&"could-not-be-judged".into(), &2.into()));

    for command in [plan("plan", "csv"), plan("requests", "certreq"), Batch::of(&root, at("batch")), evidence]
    {
        let run = command.clone().with(&["--overwrite"]).run();
        assert_eq!(run.code, 0, "{:?}: {}", command.arguments(), run.err);
    }
    assert_eq!(run(&["init", "--overwrite", text(place.path())]).code, 0);
    assert_eq!(Batch::of(&root, &out).with(&["--overwrite", "-q"]).run().code, 0);
    assert_eq!(hidden(place.path()), [""; 0]);
}

#[test]
fn inputs_cannot_be_named_as_outputs() {
    let place = folder(&[]);
    write_estate(place.path(), "fabrikam", &clean());
    let estate = place.path().join("fabrikam");
    let (topology, certs) = (estate.join("topology.xml"), estate.join("certs"));
    let (certificate, policy) = (certs.join("se01.fabrikam.com.cer"), estate.join("lyncert.toml"));
    let before = tree(place.path());
    let audit = Audit::of("fabrikam").topology(&topology).certs(&certs).quiet();
    for (option, path) in [
        ("--evidence", &topology),
        ("--evidence", &certificate),
        // It is found beside the topology.
        ("--evidence", &policy),
        ("--log-file", &policy),
        ("--log-file", &topology),
        ("--log-file", &certificate),
        ("--out", &certs),
        ("--history", &certs),
    ] {
        let run = audit.clone().set(option, text(path)).with(&["--overwrite"]).run();
        refused(&run, "is an input");
        // A way through a folder that is not there yet leads to the same place.
        let around = place.path().join("missing/..").join(path.strip_prefix(place.path()).unwrap());
        let run = audit.clone().set(option, text(&around)).with(&["--overwrite"]).run();
        refused(&run, "is an input");
    }
    refused(&Batch::of(&estate, &estate).run(), "is an input");
    refused(&Batch::of(place.path(), place.path()).run(), "is an input");
    let out = place.path().join("out");
    let both = audit.clone().out(&out).set("--history", text(&out)).run();
    refused(&both, "--out and --history are the same folder; expected two folders");
    let report = out.join("report.json");
    refused(&audit.clone().out(&out).set("--evidence", text(&report)).run(), "is a file of --out");
    let zip = place.path().join("e.zip");
    let twice = audit.set("--evidence", text(&zip)).set("--log-file", text(&zip)).run();
    refused(&twice, "is named for two files");
    assert_eq!(tree(place.path()), before, "nothing was written");
}

#[test]
fn what_a_run_writes_among_its_inputs_is_left_out() {
    let place = folder(&[]);
    write_estate(place.path(), "fabrikam", &clean());
    let certs = place.path().join("fabrikam/certs");
    let at = |name: &str| certs.join(name);
    let outside = folder(&[]);
    let plain = Audit::of("fabrikam").certs(&certs);
    assert_eq!(plain.clone().out(&outside).quiet().run().code, 0);
    let inside = plain
        .out(at("report"))
        .set("--history", text(&at("history")))
        .set("--evidence", text(&at("evidence.zip")))
        .set("--log-file", text(&at("run.log")))
        .with(&["--strict"]);
    let topology = sample("fabrikam/topology.xml");
    for _ in 0..3 {
        let run = inside.run();
        assert_eq!(run.code, 0, "{}", run.err);
        let report_left = format!("note: --out `{}` lies within --certs", at("report").display());
        assert!(run.err.contains(&report_left) && run.err.contains("note: --evidence"), "{}", run.err);
        assert_eq!(
            fs::read(at("report/report.json")).unwrap(),
            fs::read(outside.path().join("report.json")).unwrap()
        );
        fs::remove_dir_all(at("history")).unwrap();
    }
    let verified =
        run(&["verify", text(&at("evidence.zip")), "--topology", text(&topology), "--certs", text(&certs)]);
    assert_eq!(verified.code, 0, "{}", verified.out);
}

#[test]
fn several_estates_keep_their_runs_in_one_history() {
    let place = folder(&[]);
    let history = place.path().join("history");
    let night = |estate: &str, at: &str, more: &[&str]| {
        let audit = Audit::of(estate).at(at).set("--history", text(&history)).quiet().with(more);
        let run = audit.run();
        assert!(run.code < 2, "{}", run.err);
        run
    };
    let of = |estate: &str| {
        let runs = tree(&history).into_keys();
        runs.filter(|path| path.ends_with(&format!("{estate}/report.json"))).count()
    };
    for day in 20..23 {
        night("contoso", &format!("2025-11-{day}"), &["--keep", "3"]);
        night("fabrikam", &format!("2025-11-{day}"), &["--keep", "3"]);
    }
    assert_eq!((of("contoso.com"), of("fabrikam.com")), (3, 3), "the same moments have runs of their own");
    for day in 23..26 {
        night("fabrikam", &format!("2025-11-{day}"), &["--keep", "2"]);
    }
    assert_eq!((of("contoso.com"), of("fabrikam.com")), (3, 2), "each counts its own");
    // The baseline is the estate's own too.
    let out = place.path().join("out");
    let audit = Audit::of("contoso").at("2025-11-25").out(&out).set("--history", text(&history)).quiet();
    assert_eq!(audit.run().code, 1);
    assert_eq!(report(&out)["baseline"]["at"], "2025-11-22T00:00:00Z");
}

#[test]
fn a_clock_in_the_future_deletes_nothing() {
    let place = folder(&[]);
    let history = place.path().join("history");
    let night = |at: &str, more: &[&str]| {
        let audit = Audit::of("fabrikam").at(at).set("--history", text(&history)).quiet().with(more);
        assert!(audit.run().code < 2);
        let runs = fs::read_dir(&history).unwrap().flatten();
        let mut names: Vec<String> = runs.map(|run| run.file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let mut expected = Vec::new();
    for day in ["2025-11-21", "2025-11-22", "2025-11-23"] {
        night(day, &[]);
        expected.push(format!("run-{}T000000Z", day.replace('-', "")));
    }
    for (day, retention) in
        [("2098-12-31", "--keep-days"), ("2099-01-01", "--keep-days"), ("2099-01-02", "--keep")]
    {
        expected.push(format!("run-{}T000000Z", day.replace('-', "")));
        assert_eq!(night(day, &[retention, "1"])[..3], expected[..3], "{day}");
    }
    // The next real night counts from real nights.
    let left = night("2025-11-24", &["--keep", "2"]);
    assert_eq!(left[..2], ["run-20251123T000000Z", "run-20251124T000000Z"], "{left:?}");
}

#[test]
fn a_run_of_the_history_that_cannot_be_read_is_told() {
    let place = folder(&[]);
    let history = place.path().join("history");
    let night = |at: &str| Audit::of("fabrikam").at(at).set("--history", text(&history)).quiet().run();
    for day in ["2026-11-20", "2026-11-21", "2026-11-22"] {
        assert_eq!(night(day).err, "");
    }
    let at = |path: &str| history.join(path);
    fs::write(at("run-20261120T000000Z/index.json"), "{").unwrap();
    fs::write(at("run-20261121T000000Z/lyncert-run.json"), "{\"schema\": \"lyncert-run/9\"}").unwrap();
    fs::write(at("run-20261122T000000Z/fabrikam.com/report.json"), "{}").unwrap();
    let told = night("2026-11-23").err;
    for day in ["20", "21", "22"] {
        let start = format!(
            "the run `{}` of the history is left out: ",
            at(&format!("run-202611{day}T000000Z")).display()
        );
        assert_eq!(told.matches(&start).count(), 1, "{told}");
    }
    assert_eq!(told.lines().count(), 3, "{told}");
}

#[test]
fn empty_folders_that_a_killed_run_left_go_with_the_next_one() {
    let root = estates(1);
    let (out, history) = (folder(&[]), folder(&[]));
    let night = |at: &str| {
        Batch::of(&root, &out).at(at).set("--history", text(history.path())).set("--keep", "1").quiet()
    };
    assert!(night("2025-11-20").run().code < 2);
    let run = history.path().join("run-20251120T000000Z");
    for file in ["estate0000/report.json", "index.json", "lyncert-run.json"] {
        fs::remove_file(run.join(file)).unwrap();
    }
    assert!(night("2025-11-22").run().code < 2);
    let left: Vec<_> =
        fs::read_dir(history.path()).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(left, ["run-20251122T000000Z"]);
}

#[test]
fn evidence_tells_which_roots_it_was_made_with() {
    let place = folder(&[]);
    let zip = place.path().join("e.zip");
    let roots = |name: &str| {
        let folder = place.path().join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::copy(sample("contoso/certs/ca").join(name), folder.join(name)).unwrap();
        folder
    };
    let (one, other) = (roots("internal.pem"), roots("public.pem"));
    let audit = Audit::of("contoso").set("--roots", text(&one)).set("--evidence", text(&zip)).quiet();
    assert_eq!(audit.run().code, 1);
    let verify = |roots: &Path| {
        let (topology, certs) = (sample("contoso/topology.tbxml"), sample("contoso/certs"));
        let inputs = ["--topology", text(&topology), "--certs", text(&certs), "--roots", text(roots)];
        run(&[&["verify", text(&zip)], &inputs[..]].concat())
    };
    assert_eq!(verify(&one).code, 0);
    let told = verify(&other);
    assert_eq!(told.code, 1);
    let flat = told.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("roots internal.pem is missing, roots public.pem was not there"), "{flat}");
}

#[test]
fn a_name_that_looks_like_a_key_stops_neither_evidence_nor_history() {
    let place = folder(&[]);
    write_estate(place.path(), "fabrikam", &clean());
    let certs = place.path().join("fabrikam/certs");
    fs::write(certs.join("x PRIVATE KEY-----.txt"), "hello").unwrap();
    let (zip, history) = (place.path().join("e.zip"), place.path().join("history"));
    let policy = place.path().join("Größe (1) ü.toml");
    fs::write(&policy, "[facts]\n").unwrap();
    let audit = Audit::of("fabrikam").certs(&certs).policy(&policy).set("--history", text(&history));
    assert_eq!(audit.set("--evidence", text(&zip)).quiet().run().code, 0);
    assert!(zip.is_file() && history.is_dir());
    let topology = sample("fabrikam/topology.xml");
    let verified = run(&["verify", text(&zip), "--topology", text(&topology), "--certs", text(&certs)]);
    assert_eq!(verified.code, 0, "{}", verified.out);
}

#[test]
fn json_holds_no_character_that_acts() {
    let name = "\u{9b}31m\u{202E}.txt";
    let files = folder(&[(name, b"x")]);
    let printed = Inspect::of(&files).format("json").run();
    assert!(printed.out.contains("\\u009b31m\\u202e.txt") && !printed.out.contains(['\u{9b}', '\u{202E}']));
    assert_eq!(printed.json()["unreadable"][0]["path"], name, "nothing of it is lost");
    let batch = folder(&[("\u{9b}31m/topology.xml", b"<Topology")]);
    let out = folder(&[]);
    let said = Batch::of(&batch, out.path().join("\u{202E}")).with(&["--log-format", "json"]).run();
    assert!(said.err.contains("\\u009b31m") && !said.err.contains('\u{9b}'), "{}", said.err);
    assert!(said.out.contains("Wrote ") && !said.out.contains('\u{202E}'), "{}", said.out);
    let mistaken = run(&["audit", "--\u{9b}31m"]);
    assert!(mistaken.code == 2 && !mistaken.err.contains('\u{9b}'), "{}", mistaken.err);
}

#[test]
fn messages_say_what_to_do_in_a_line() {
    let early = crate::support::Forecast::of("fabrikam").set("--until", "2020-12-31").run();
    refused(&early, "--until 2020-12-31T00:00:00Z is before 2026-11-22T12:00:00Z");
    let namespaces: String = (0..200).map(|number| format!(" xmlns:a{number}='u'")).collect();
    let files = folder(&[
        ("long.xml", format!("<{} xmlns='u'/>", "a".repeat(3_000_000)).as_bytes()),
        ("many.xml", format!("<Topology{namespaces}/>").as_bytes()),
    ]);
    let long = run(&["topology", text(&files.path().join("long.xml"))]);
    assert!(long.code == 3 && long.err.len() < 500, "{} bytes", long.err.len());
    let many = run(&["topology", text(&files.path().join("many.xml"))]);
    let said = "`many.xml` declares too many namespaces at 1:1; the limit is 128 namespaces in scope";
    assert!(many.err.contains(said), "{}", many.err);
}

#[cfg(unix)]
mod links {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn nothing_is_written_moved_or_deleted_through_a_link() {
        let place = folder(&[
            ("victim/notes.txt", b"mine"),
            ("victim/report.json", b"{\"mine\":1}"),
            ("file", b"mine"),
        ]);
        let at = |name: &str| place.path().join(name);
        symlink("victim", at("link")).unwrap();
        symlink("file", at("file-link")).unwrap();
        symlink("nowhere", at("dangling")).unwrap();
        let before = tree(&at("victim"));
        let audit = Audit::of("fabrikam").quiet();
        for (option, path) in [
            ("--out", at("link")),
            ("--out", at("link/")),
            ("--history", at("link")),
            ("--out", at("dangling")),
            ("--evidence", at("file-link")),
            ("--evidence", at("dangling")),
            ("--log-file", at("file-link")),
            ("--log-file", at("dangling")),
        ] {
            let run = audit.clone().set(option, text(&path)).with(&["--overwrite"]).run();
            refused(&run, "is a link, and nothing is written through links");
        }
        let root = estates(1);
        for batch in [Batch::of(&root, at("link")), Batch::from_reports(&root, at("link"))] {
            refused(&batch.run(), "is a link, and nothing is written through links");
        }
        refused(&Plan::of(sample("fabrikam/topology.xml")).out(at("link")).run(), "is a link");
        assert_eq!((tree(&at("victim")), fs::read(at("file")).unwrap()), (before, b"mine".to_vec()));
        assert!(!at("nowhere").exists());
    }

    #[test]
    fn a_link_in_the_place_of_an_estate_is_that_estates_failure() {
        let root = estates(2);
        let place = folder(&[("victim/notes.txt", b"mine"), ("victim/report.json", b"{\"mine\":1}")]);
        let out = place.path().join("out");
        fs::create_dir(&out).unwrap();
        symlink("../victim", out.join("estate0000")).unwrap();
        let before = tree(&place.path().join("victim"));
        for _ in 0..2 {
            let run = Batch::of(&root, &out).quiet().run();
            assert_eq!(run.code, 2, "{}", run.err);
            assert!(
                run.err.contains("is a link, and nothing is written through links; remove it"),
                "{}",
                run.err
            );
            assert_eq!(tree(&place.path().join("victim")), before);
            assert!(out.join("estate0000").is_symlink() && out.join("estate0001/report.json").is_file());
            assert_eq!(hidden(&out), [""; 0]);
        }
    }

    #[test]
    fn locks_and_reports_that_are_links_lead_nowhere() {
        let place = folder(&[("precious.txt", b"IMPORTANT"), ("out/notes.txt", b"mine")]);
        let out = place.path().join("out");
        symlink("../precious.txt", out.join(".lyncert.lock.txt")).unwrap();
        symlink("../precious.txt", out.join(".lyncert-tmp-1-report.html")).unwrap();
        assert_eq!(audit(&out).run().code, 0);
        assert_eq!(fs::read(place.path().join("precious.txt")).unwrap(), b"IMPORTANT");
        fs::remove_file(out.join("report.html")).unwrap();
        symlink("../precious.txt", out.join("report.html")).unwrap();
        refused(&audit(&out).run(), "report.html` is a link");
        assert_eq!(audit(&out).with(&["--overwrite"]).run().code, 0);
        assert!(!out.join("report.html").is_symlink());
        symlink("../precious.txt", out.join(".lyncert.lock")).unwrap();
        refused(
            &audit(&out).run(),
            ".lyncert.lock` stands where the lock of lyncert is and is no file; remove it",
        );
        assert_eq!(fs::read(place.path().join("precious.txt")).unwrap(), b"IMPORTANT");
    }

    #[test]
    fn nobody_waits_for_a_pipe() {
        let place = folder(&[]);
        let at = |name: &str| place.path().join(name);
        fs::create_dir(at("out")).unwrap();
        for pipe in ["out/.lyncert.lock", "e.zip", "run.log", "out2"] {
            assert!(std::process::Command::new("mkfifo").arg(at(pipe)).status().unwrap().success());
        }
        refused(&audit(&at("out")).run(), "is no file; remove it");
        let plain = Audit::of("fabrikam").quiet();
        refused(&plain.clone().set("--evidence", text(&at("e.zip"))).run(), "not written by lyncert");
        refused(&plain.clone().set("--log-file", text(&at("run.log"))).run(), "is no log of lyncert");
        refused(&plain.out(at("out2")).run(), "cannot make the folder");
        let holder = at("holder");
        fs::create_dir(&holder).unwrap();
        let pipe = holder.join(".lyncert.lock.txt");
        assert!(std::process::Command::new("mkfifo").arg(pipe).status().unwrap().success());
        assert_eq!(audit(&holder).run().code, 0);
    }

    #[test]
    fn a_link_to_a_folder_of_certificates_is_that_folder() {
        let place = folder(&[]);
        symlink(sample("fabrikam/certs"), place.path().join("link")).unwrap();
        let by = |certs: &Path, out: &str| {
            let run = audit(&place.path().join(out)).certs(certs).with(&["--strict"]).run();
            assert_eq!(run.code, 0, "{}", run.err);
            fs::read(place.path().join(out).join("report.json")).unwrap()
        };
        assert_eq!(by(&place.path().join("link"), "one"), by(&sample("fabrikam/certs"), "other"));
        let printed = Inspect::of(place.path().join("link")).with(&["--strict"]).run();
        assert_eq!(printed.code, 0, "{}", printed.out);
    }

    #[test]
    fn a_killed_run_leaves_nothing_of_its_evidence_beside_it() {
        let place =
            folder(&[(".lyncert-file-x1Y2z3-e.zip", b"half"), (".lyncert-file-x1Y2z3-other.zip", b"half")]);
        let zip = place.path().join("e.zip");
        assert_eq!(Audit::of("fabrikam").set("--evidence", text(&zip)).quiet().run().code, 0);
        let left: Vec<String> = tree(place.path()).into_keys().collect();
        assert_eq!(
            left,
            [".lyncert-file-x1Y2z3-other.zip", "e.zip"],
            "another one may be at work on the other"
        );
    }
}
