//! Many estates in one run.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::support::estates::{
    assert_whole, check_that_what_is_broken_touches_no_other, clean, estates, index, tree, write_estate,
};
use crate::support::{Batch, folder, json, lyncert, report, sample, text};

#[test]
fn a_hundred_estates_and_what_is_broken_touches_no_other() {
    check_that_what_is_broken_touches_no_other(100);
}

#[test]
fn the_second_run_says_who_holds_the_lock() {
    let root = estates(1);
    let out = folder(&[(".lyncert.lock.txt", b"process 4711 since 2026-11-22T03:30:00Z\n")]);
    let lock = fs::File::create(out.path().join(".lyncert.lock")).unwrap();
    lock.lock().unwrap();
    let second = Batch::of(&root, &out).run();
    assert_eq!((second.code, second.out.as_str()), (75, ""));
    let said = format!(
        "lyncert: error: another run is at work on `{}`: process 4711 since 2026-11-22T03:30:00Z holds its lock\n",
        out.path().display()
    );
    assert_eq!(second.err, said);
    drop(lock);
    assert_eq!(Batch::of(&root, &out).quiet().run().code, 0);
    assert!(!out.path().join(".lyncert.lock").exists() && !out.path().join(".lyncert.lock.txt").exists());
}

#[test]
fn two_runs_at_once_are_one_after_the_other_or_told() {
    let root = estates(40);
    let out = folder(&[]);
    let start = || Batch::of(&root, &out).quiet().command().stderr(Stdio::piped()).spawn().unwrap();
    let runs: Vec<_> = (0..4).map(|_| start()).collect();
    let codes: Vec<i32> =
        runs.into_iter().map(|run| run.wait_with_output().unwrap().status.code().unwrap()).collect();
    assert!(codes.iter().all(|code| matches!(code, 0 | 75)) && codes.contains(&0), "{codes:?}");
    assert_whole(out.path());
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_folder_that_cannot_be_written_is_told() {
    let root = estates(1);
    // Nobody makes a folder there, not even root.
    let run = Batch::of(&root, "/proc/lyncert").run();
    assert_eq!(run.code, 2);
    assert!(run.err.starts_with("lyncert: error: cannot make the folder `/proc/lyncert`"), "{}", run.err);
}

#[test]
fn vanished_and_useless_inputs_are_told() {
    let out = folder(&[]);
    let gone = Batch::of("no/such/folder", &out).run();
    assert_eq!(gone.code, 3);
    assert!(gone.err.contains("cannot read the folder or manifest `no/such/folder`"), "{}", gone.err);
    let empty = folder(&[("notes/readme.txt", b"hello")]);
    let none = Batch::of(&empty, &out).run();
    assert_eq!(
        (none.code, none.err.as_str()),
        (3, "lyncert: error: there is no estate: no folder holds a topology export\n")
    );
    let manifest = folder(&[(
        "batch.toml",
        b"[[estate]]\nname = \"Gone\"\ntopology = \"gone/topology.xml\"\ncerts = \"gone/certs\"\n",
    )]);
    let run = Batch::of(manifest.path().join("batch.toml"), &out).run();
    assert_eq!(run.code, 3);
    assert!(run.out.contains("Gone: could not be judged: cannot read the topology"), "{}", run.out);
    let neither = lyncert(&["batch", "--out", text(out.path())]).output().unwrap();
    assert_eq!(neither.status.code(), Some(2));
}

#[test]
fn a_backup_that_is_too_large_beside_an_export_is_told_and_the_export_counts() {
    let root = estates(1);
    let backup = root.path().join("estate0000/old.zip");
    fs::write(&backup, b"PK\x03\x04").unwrap();
    // A file with holes takes no room.
    fs::File::options().write(true).open(&backup).unwrap().set_len(6 << 30).unwrap();
    let out = folder(&[]);
    let run = Batch::of(&root, &out).run();
    assert_eq!(run.code, 0, "{}", run.err);
    let told_in = report(out.path().join("estate0000"));
    let problems: Vec<&str> = told_in["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["text"].as_str().unwrap())
        .collect();
    let told = "the file was passed over: `old.zip` is too large; the limit is 67108864 bytes";
    assert_eq!(problems, [told]);
    assert_eq!(told_in["unreadable"].as_array().unwrap().len(), 0, "it is told once");
    // Alone it is all that there is.
    fs::remove_file(root.path().join("estate0000/topology.xml")).unwrap();
    let alone = Batch::of(&root, &out).run();
    assert_eq!(alone.code, 3, "{}", alone.err);
    let said: String = alone.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("could not be judged: `old.zip` is too large"), "{said}");
}

#[test]
fn an_estate_that_takes_too_long_is_given_up() {
    let root = estates(2);
    let out = folder(&[]);
    let run = Batch::of(&root, &out).with(&["--time-limit", "0.000001"]).run();
    assert_eq!(run.code, 3);
    assert!(run.out.contains("it was not judged within the time limit of 0.000001 seconds"), "{}", run.out);
    assert_eq!(Batch::of(&root, &out).with(&["--time-limit", "600", "-q"]).run().code, 0);
    assert_eq!(Batch::of(&root, &out).with(&["--time-limit", "0"]).run().code, 2);
}

#[test]
fn policies_are_layered_from_the_outside_to_the_inside() {
    let files: Vec<_> = clean().into_iter().filter(|(path, _)| path != "lyncert.toml").collect();
    let root = folder(&[
        ("lyncert.toml", b"[expiry]\nwarning = 200\ninfo = 300\n"),
        ("emea/lyncert.toml", b"[expiry]\nwarning = 20\ninfo = 21\n"),
    ]);
    write_estate(root.path(), "emea/one", &files);
    write_estate(root.path(), "two", &files);
    let out = folder(&[]);
    let warnings = |more: &[&str]| -> Vec<(String, u64)> {
        Batch::of(&root, &out).with(more).quiet().run();
        let rows = index(out.path())["estates"].as_array().unwrap().clone();
        rows.iter()
            .map(|row| {
                let report = json(&out.path().join(row["folder"].as_str().unwrap()).join("report.json"));
                let expiring = report["findings"].as_array().unwrap().iter();
                let count = expiring.filter(|finding| finding["rule"] == "expiring").count() as u64;
                (row["estate"].as_str().unwrap().to_owned(), count)
            })
            .collect()
    };
    let of = |rows: &[(String, u64)], name: &str| rows.iter().find(|(estate, _)| estate == name).unwrap().1;
    let layered = warnings(&[]);
    assert!(of(&layered, "two") > 0 && of(&layered, "emea/one") == 0, "{layered:?}");
    let without = warnings(&["--no-policy"]);
    assert_eq!(of(&without, "two"), 0, "{without:?}");
}

#[test]
fn a_fleet_that_is_sharded_merges_into_the_same_index() {
    let (left, right, whole) = (folder(&[]), folder(&[]), folder(&[]));
    for (number, root) in [(1, left.path()), (2, right.path()), (3, right.path())] {
        write_estate(root, &format!("estate{number}"), &clean());
        write_estate(whole.path(), &format!("estate{number}"), &clean());
    }
    write_estate(left.path(), "broken", &[("topology.xml".to_owned(), Vec::new())]);
    write_estate(whole.path(), "broken", &[("topology.xml".to_owned(), Vec::new())]);
    let out = folder(&[]);
    let at = |name: &str| out.path().join(name);
    assert_eq!(Batch::of(&left, at("shards/left")).quiet().run().code, 3);
    assert_eq!(Batch::of(&right, at("shards/right")).quiet().run().code, 0);
    assert_eq!(Batch::of(&whole, at("whole")).quiet().run().code, 3);
    let shards = at("shards");
    let merged = Batch::from_reports(&shards, at("merged")).run();
    assert_eq!(merged.code, 3, "{}", merged.err);
    let plain = |out: &Path| {
        let mut index = index(out);
        for row in index["estates"].as_array_mut().unwrap() {
            row["folder"] = Value::Null;
        }
        index
    };
    assert_eq!(plain(&at("merged")), plain(&at("whole")));
    // Two reports on one estate are one row.
    assert_eq!(
        Batch::of(&left, at("shards/older")).with(&["-q", "--at", "2026-11-01"]).run().code,
        2,
        "one time only"
    );
    assert_eq!(Batch::of(&left, at("shards/older")).at("2026-11-01").quiet().run().code, 3);
    let twice = Batch::from_reports(&shards, at("merged")).run();
    assert_eq!(twice.code, 3);
    assert_eq!(plain(&at("merged"))["estates"], plain(&at("whole"))["estates"]);
    let skipped = index(&at("merged"))["skipped"].as_array().unwrap().clone();
    assert_eq!(skipped.len(), 2);
    assert_eq!(skipped[0]["reason"], "is not the newest report on `broken`");
    let merged = index(&at("merged"));
    let row = merged["estates"].as_array().unwrap().iter().find(|row| row["estate"] == "estate1").unwrap();
    assert_eq!(row["folder"], "../shards/left/estate1");
    // Made again from what a batch wrote itself, the index is the same to the byte.
    let before = fs::read(at("whole").join("index.json")).unwrap();
    let again = at("whole");
    assert_eq!(Batch::from_reports(&again, &again).run().code, 3);
    assert_eq!(fs::read(at("whole").join("index.json")).unwrap(), before);
}

#[test]
fn a_run_that_was_stopped_while_folders_changed_is_told_until_the_next_one() {
    let (root, out, merged) = (estates(2), folder(&[]), folder(&[]));
    let (marker, batch) = (out.path().join("being-written.txt"), Batch::of(&root, &out).quiet());
    assert_eq!(batch.run().code, 0);
    assert!(!marker.exists(), "a run that ended takes it away");
    fs::write(&marker, "lyncert is writing the folders beside this file.\r\n").unwrap();
    assert_eq!(Batch::from_reports(&out, &merged).run().code, 0);
    let skipped = index(merged.path())["skipped"].as_array().unwrap().clone();
    assert_eq!(skipped.len(), 1);
    assert!(
        skipped[0]["reason"].as_str().unwrap().ends_with("its reports may be of two runs"),
        "{skipped:?}"
    );
    assert_eq!(batch.run().code, 0);
    assert!(!marker.exists(), "the next run takes it away");
    fs::write(&marker, "mine").unwrap();
    assert_eq!(batch.run().code, 2, "a file of somebody else");
    assert_eq!(fs::read(&marker).unwrap(), b"mine");
}

#[test]
fn estates_that_are_no_more_leave_and_foreign_files_stay() {
    let root = estates(2);
    let out = folder(&[("notes.txt", b"mine")]);
    assert_eq!(Batch::of(&root, &out).quiet().run().code, 0);
    fs::write(out.path().join("estate0000/ticket.txt"), b"mine").unwrap();
    fs::write(out.path().join("estate0001/ticket.txt"), b"mine").unwrap();
    fs::remove_dir_all(root.path().join("estate0001")).unwrap();
    assert_eq!(Batch::of(&root, &out).quiet().run().code, 0);
    let left: Vec<String> = tree(out.path()).into_keys().collect();
    assert!(left.contains(&"notes.txt".to_owned()) && left.contains(&"estate0000/ticket.txt".to_owned()));
    let of_gone: Vec<&String> = left.iter().filter(|path| path.starts_with("estate0001")).collect();
    assert_eq!(of_gone, ["estate0001/ticket.txt"]);
}

#[test]
fn history_gives_baseline_and_trend() {
    let root = estates(1);
    let (out, history) = (folder(&[]), folder(&[("run-notes/keep.txt", b"mine")]));
    let night = |at: &str, more: &[&str]| {
        Batch::of(&root, &out).at(at).set("--history", text(history.path())).quiet().with(more).run()
    };
    assert_eq!(night("2027-03-01", &["--fail-on-new"]).code, 0);
    assert!(index(out.path())["estates"][0]["changes"].is_null());
    assert_eq!(night("2027-04-03", &["--fail-on-new"]).code, 1, "certificates have expired since");
    let row = index(out.path())["estates"][0].clone();
    assert_eq!(row["since"], "2027-03-01T00:00:00Z");
    assert!(row["changes"]["expired_since"].as_u64().unwrap() > 0);
    assert_eq!(night("2027-04-04", &["--fail-on-new"]).code, 0, "nothing is news");
    let row = index(out.path())["estates"][0].clone();
    let trend: Vec<u64> =
        row["trend"].as_array().unwrap().iter().map(|point| point["errors"].as_u64().unwrap()).collect();
    assert!(trend.len() == 3 && trend[0] == 0 && trend[1] > 0 && trend[1] == trend[2], "{trend:?}");
    assert!(fs::read_to_string(out.path().join("index.html")).unwrap().contains("<polyline"));

    assert!(history.path().join("run-notes/keep.txt").is_file());
}

#[test]
fn history_deletes_only_what_is_its_own_and_old() {
    let root = estates(1);
    // What is deleted depends on no clock as long as all runs lie in the past.
    let (out, history) = (folder(&[]), folder(&[("run-notes/keep.txt", b"mine")]));
    let night = |at: &str, more: &[&str]| {
        let batch = Batch::of(&root, &out).at(at).set("--history", text(history.path()));
        assert!(batch.quiet().with(more).run().code < 2);
    };
    for at in ["2025-03-01", "2025-04-03", "2025-04-04"] {
        night(at, &[]);
    }
    // A file that somebody added, and one that somebody changed, are theirs.
    fs::write(history.path().join("run-20250301T000000Z/notes.txt"), b"mine").unwrap();
    fs::write(history.path().join("run-20250403T000000Z/estate0000/report.json"), b"changed").unwrap();
    night("2025-04-05", &["--keep", "2"]);
    let left: Vec<String> = tree(history.path()).into_keys().collect();
    assert_eq!(
        left,
        [
            "run-20250301T000000Z/notes.txt",
            "run-20250403T000000Z/estate0000/report.json",
            "run-20250404T000000Z/estate0000/report.json",
            "run-20250404T000000Z/index.json",
            "run-20250404T000000Z/lyncert-run.json",
            "run-20250405T000000Z/estate0000/report.json",
            "run-20250405T000000Z/index.json",
            "run-20250405T000000Z/lyncert-run.json",
            "run-notes/keep.txt",
        ]
    );
    let count_after = |at: &str| {
        night(at, &["--keep-days", "30"]);
        let runs = fs::read_dir(history.path()).unwrap().flatten();
        runs.filter(|entry| entry.path().join("lyncert-run.json").is_file()).count()
    };
    assert_eq!(count_after("2025-06-01"), 3, "one jump of the clock empties nothing");
    assert_eq!(count_after("2025-06-02"), 2, "only these are younger than 30 days");
    // The same moment again takes the place of the first time.
    night("2025-06-01", &[]);
    assert!(history.path().join("run-20250601T000000Z/index.json").is_file());
}

#[test]
fn machines_read_the_log() {
    let root = estates(2);
    fs::write(root.path().join("estate0001/topology.xml"), b"").unwrap();
    let out = folder(&[]);
    let log = out.path().join("logs/lyncert.log");
    let run = Batch::of(&root, &out).with(&["-q", "--log-format", "json", "--log-file", text(&log)]).run();
    assert_eq!((run.code, run.out.as_str()), (3, ""));
    assert_eq!(fs::read_to_string(&log).unwrap(), run.err);
    let lines: Vec<Value> = run.err.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut events: Vec<&str> = lines.iter().map(|line| line["event"].as_str().unwrap()).collect();
    events.sort_unstable();
    assert_eq!(events, ["ended", "estate-judged", "estate-not-judged"]);
    let last = lines.last().unwrap();
    assert_eq!((&last["event"], &last["exit_code"]), (&"ended".into(), &3.into()));
    // Text goes to the same file, below.
    let text_run = Batch::of(&root, &out).with(&["-q", "--log-file", text(&log)]).run();
    assert_eq!(text_run.err.lines().count(), 1, "{}", text_run.err);
    assert_eq!(fs::read_to_string(&log).unwrap().lines().count(), 6);
}

#[test]
fn names_of_estates_cannot_leave_the_output_folder() {
    let estate = |name: &str| {
        let (topology, certs) = (sample("fabrikam/topology.xml"), sample("fabrikam/certs"));
        format!(
            "[[estate]]\nname = '{name}'\ntopology = '{}'\ncerts = '{}'\n",
            topology.display(),
            certs.display()
        )
    };
    let names = [
        "../../outside",
        "index.html",
        "CON",
        "Contoso",
        "contoso",
        "<script>alert(1)</script>",
        "lyncert.log",
    ];
    let text_of: String = names.iter().map(|name| estate(name)).collect();
    let manifest = folder(&[("batch.toml", text_of.as_bytes())]);
    let out = folder(&[]);
    let inside = out.path().join("a/b");
    let run = Batch::of(manifest.path().join("batch.toml"), &inside).quiet().run();
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let mut folders: Vec<String> = fs::read_dir(&inside)
        .unwrap()
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    folders.sort();
    assert_eq!(
        folders,
        [
            "Contoso",
            "_.._.._outside",
            "_CON",
            "_script_alert_1___script_",
            "contoso-2",
            "index.html-2",
            "lyncert.log-2"
        ]
    );
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 1);
    let page = fs::read_to_string(inside.join("index.html")).unwrap();
    assert_eq!(page.matches("<script>").count(), 1, "the page has its own script and no other");
}

#[cfg(unix)]
mod full_disk {
    use std::process::Command;

    use crate::support::estates::{estates, hidden, tree};
    use crate::support::{Audit, Batch, CommandLine, Run, folder};

    /// A disk that takes no more: the shell lets no file grow beyond some kilobytes.
    fn with_little_room(command: &CommandLine) -> Run {
        let script = "trap '' XFSZ; ulimit -f 16; exec \"$0\" \"$@\"";
        let output = Command::new("bash")
            .args(["-c", script, env!("CARGO_BIN_EXE_lyncert")])
            .args(command.arguments())
            .output()
            .unwrap();
        Run::from(output)
    }

    #[test]
    fn a_full_disk_leaves_what_was_there_before() {
        let root = estates(3);
        let out = folder(&[]);
        assert_eq!(Batch::of(&root, &out).quiet().run().code, 0);
        let before = tree(out.path());
        let full = with_little_room(&Batch::of(&root, &out).at("2026-12-01"));
        assert_eq!(full.code, 2, "{}", full.err);
        let start = format!("lyncert: error: cannot write `{}/estate", out.path().display());
        assert!(full.err.starts_with(&start), "{}", full.err);
        assert_eq!(tree(out.path()), before);
        assert_eq!(hidden(out.path()), [""; 0]);
        let audit = folder(&[("report.html", b"the old one")]);
        let full = with_little_room(&Audit::of("contoso").out(&audit));
        assert_eq!(full.code, 2, "{}", full.err);
        let left = tree(audit.path());
        assert_eq!(
            left.into_iter().collect::<Vec<_>>(),
            [("report.html".to_owned(), b"the old one".to_vec())]
        );
    }
}
