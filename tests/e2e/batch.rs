//! Many estates in one run.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::support::{AT, Run, files_of, folder, lyncert, run, sample, text};

/// The files of the clean sample: path below its folder, and bytes.
fn clean() -> Vec<(String, Vec<u8>)> {
    let files = tree(&sample("fabrikam")).into_iter();
    files.filter(|(path, _)| !path.starts_with("expected/")).collect()
}

fn write_estate(root: &Path, name: &str, files: &[(String, Vec<u8>)]) {
    for (path, bytes) in files {
        let path = root.join(name).join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

fn estates(count: usize) -> tempfile::TempDir {
    let root = folder(&[]);
    let files = clean();
    for number in 0..count {
        write_estate(root.path(), &format!("estate{number:04}"), &files);
    }
    root
}

fn batch(estates: &Path, out: &Path, more: &[&str]) -> Run {
    let mut arguments = vec!["batch", text(estates), "--out", text(out), "--at", AT];
    arguments.extend(more);
    run(&arguments)
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn index(out: &Path) -> Value {
    json(&out.join("index.json"))
}

/// Every file below a folder, by its path with `/`, with its bytes.
fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let below = path.strip_prefix(root).unwrap().display().to_string().replace('\\', "/");
                files.insert(below, fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// A change of an estate's files, by path; `None`: the file is not there.
type Damage = Vec<(&'static str, Option<Vec<u8>>)>;

/// Every way in which an estate breaks: name, what is changed, its exit code, and what is said.
fn damages() -> Vec<(&'static str, Damage, u64, &'static str)> {
    let whole = fs::read(sample("fabrikam/topology.xml")).unwrap();
    let topology = |bytes: &[u8]| vec![("topology.xml", Some(bytes.to_vec()))];
    let deep = [b"<Topology>".repeat(500), b"</Topology>".repeat(500)].concat();
    let broken_certificate = b"-----BEGIN CERTIFICATE-----\nMIIB!!!!\n-----END CERTIFICATE-----\n".to_vec();
    vec![
        ("cut", topology(&whole[..whole.len() / 2]), 3, "the export was cut off"),
        ("empty", topology(b""), 3, "is empty; expected a topology export"),
        ("text", topology(b"We will export this tomorrow."), 3, "is no XML document"),
        (
            "entities",
            topology(b"<!DOCTYPE a [<!ENTITY b \"c\">]><Topology>&b;</Topology>"),
            3,
            "document type",
        ),
        ("page", topology(b"<html><body>Sign in</body></html>"), 3, "a web page"),
        ("deep", topology(&deep), 3, "nests too deep"),
        ("archive", topology(b"PK\x03\x04 and no more"), 3, "cannot be unpacked"),
        ("syntax", topology(b"<Topology><a></b></Topology>"), 3, "is not well-formed XML"),
        (
            "policy",
            vec![("lyncert.toml", Some(b"[facts]\npic_aool = true\n".to_vec()))],
            2,
            "did you mean `pic_aol`?",
        ),
        ("policy-syntax", vec![("lyncert.toml", Some(b"[facts".to_vec()))], 2, "lyncert.toml:1:7"),
        ("policy-bytes", vec![("lyncert.toml", Some(vec![0xFF, 0xFE, 0]))], 2, "is not UTF-8 text"),
        ("certificate", vec![("certs/broken.pem", Some(broken_certificate))], 0, "Every certificate"),
        ("no-server", vec![("certs/se01.fabrikam.com.cer", None)], 1, "fail"),
    ]
}

/// A thousand estates, and those that are broken.
fn thousand() -> (tempfile::TempDir, BTreeMap<String, (u64, &'static str)>) {
    let root = estates(1_000);
    let mut broken = BTreeMap::new();
    for (index, (name, changes, code, said)) in damages().into_iter().enumerate() {
        let estate = format!("estate{:04}", index * 70 + 3);
        for (path, bytes) in changes {
            let path = root.path().join(&estate).join(path);
            match bytes {
                Some(bytes) => fs::write(path, bytes).unwrap(),
                None => fs::remove_file(path).unwrap_or_else(|error| panic!("{name}: {error}")),
            }
        }
        broken.insert(estate, (code, said));
    }
    fs::remove_dir_all(root.path().join("estate0999/certs")).unwrap();
    broken.insert("estate0999".to_owned(), (3, "holds no certificate that could be read"));
    (root, broken)
}

#[test]
fn a_thousand_estates_and_what_is_broken_touches_no_other() {
    let (root, broken) = thousand();
    let (all, one) = (folder(&[]), folder(&[]));
    let run = batch(root.path(), all.path(), &["-q"]);
    assert_eq!((run.code, run.out.as_str(), run.err.lines().count()), (3, "", 12), "{}", run.err);
    let index = index(all.path());
    let rows = index["estates"].as_array().unwrap();
    assert_eq!(rows.len(), 1_000);
    for row in rows {
        let name = row["estate"].as_str().unwrap();
        let (code, said) = broken.get(name).copied().unwrap_or((0, "Every certificate"));
        assert_eq!(row["exit_code"], code, "{row}");
        assert!(row["verdict"].as_str().unwrap().contains(said), "{row}");
        let written = all.path().join(row["folder"].as_str().unwrap());
        let is_judged = row["status"] != "failed";
        assert_eq!(written.join("report.json").is_file(), is_judged, "{name}");
        assert_eq!(written.join("failure.json").is_file(), !is_judged, "{name}");
    }
    assert_eq!(rows[0]["status"], "failed", "the worst comes first");
    let csv = fs::read_to_string(all.path().join("index.csv")).unwrap();
    assert_eq!(csv.lines().count(), 1_001);
    let metrics = fs::read_to_string(all.path().join("lyncert.prom")).unwrap();
    assert_eq!(metrics.matches("lyncert_estate_judged{").count(), 1_000);
    assert_eq!(metrics.matches("lyncert_estate_judged{estate=\"estate0003\"} 0").count(), 1);

    // One after the other on one core gives the same bytes.
    let mut command =
        lyncert(&["batch", text(root.path()), "--out", text(one.path()), "--at", AT, "--jobs", "1", "-q"]);
    assert_eq!(command.env("RAYON_NUM_THREADS", "1").status().unwrap().code(), Some(3));
    let (all, one) = (tree(all.path()), tree(one.path()));
    assert_eq!(all.keys().collect::<Vec<_>>(), one.keys().collect::<Vec<_>>());
    for (path, bytes) in &all {
        assert!(one.get(path) == Some(bytes), "{path} differs");
    }
}

/// That every folder of an estate is whole: all its files are of one run, and so is each file of the index.
fn assert_whole(out: &Path) {
    for entry in fs::read_dir(out).unwrap().flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            let report = json(&path.join("report.json"));
            let page = fs::read_to_string(path.join("report.html")).unwrap();
            assert!(page.ends_with("</html>\n") || page.ends_with("</html>"), "{name}");
            let at = report["at"].as_str().unwrap();
            assert!(page.contains(&format!("Judged at {at}")), "{name} is of one run");
            for file in files_of(|format| format.id == "csv") {
                assert!(fs::read(path.join(file)).unwrap().ends_with(b"\r\n"), "{name}/{file}");
            }
        } else if name == "index.json" {
            json(&path);
        } else if name == "index.html" {
            assert!(fs::read_to_string(&path).unwrap().contains("</html>"));
        }
    }
}

#[test]
fn killed_at_any_moment_it_leaves_the_old_or_the_new_output() {
    let root = estates(12);
    let (out, history) = (folder(&[]), folder(&[]));
    let more = ["-q", "--history", text(history.path()), "--keep", "5"];
    assert_eq!(batch(root.path(), out.path(), &more).code, 0);
    let start = std::time::Instant::now();
    assert_eq!(batch(root.path(), out.path(), &more).code, 0);
    let whole_run = start.elapsed();
    let mut killed = 0;
    for number in 0..50_u32 {
        let at = format!("2026-11-{:02}", number % 20 + 1);
        let arguments = ["batch", text(root.path()), "--out", text(out.path()), "--at", &at];
        let mut child = lyncert(&[&arguments[..], &more].concat())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // From the first moment to beyond the last one.
        std::thread::sleep(whole_run * number / 40);
        child.kill().unwrap();
        killed += usize::from(!child.wait().unwrap().success());
        assert_whole(out.path());
    }
    assert!(killed > 5, "{killed} of 50 runs were killed at work");
    assert_eq!(batch(root.path(), out.path(), &more).code, 0, "the lock of a killed run is free");
    assert_eq!(hidden(out.path()), [""; 0], "leftovers are cleared");
    assert_eq!(hidden(history.path()), [""; 0]);
    let runs: Vec<_> = fs::read_dir(history.path()).unwrap().flatten().collect();
    assert_eq!(runs.len(), 5, "{runs:?}");
    assert!(runs.iter().all(|run| run.path().join("lyncert-run.json").is_file()));
}

#[test]
fn the_second_run_says_who_holds_the_lock() {
    let root = estates(1);
    let out = folder(&[(".lyncert.lock.txt", b"process 4711 since 2026-11-22T03:30:00Z\n")]);
    let lock = fs::File::create(out.path().join(".lyncert.lock")).unwrap();
    lock.lock().unwrap();
    let second = batch(root.path(), out.path(), &[]);
    assert_eq!((second.code, second.out.as_str()), (75, ""));
    let said = format!(
        "lyncert: error: another run is at work on `{}`: process 4711 since 2026-11-22T03:30:00Z holds its lock\n",
        out.path().display()
    );
    assert_eq!(second.err, said);
    drop(lock);
    assert_eq!(batch(root.path(), out.path(), &["-q"]).code, 0);
    assert!(!out.path().join(".lyncert.lock").exists() && !out.path().join(".lyncert.lock.txt").exists());
}

#[cfg(unix)]
#[test]
fn two_runs_at_once_are_one_after_the_other_or_told() {
    let root = estates(40);
    let out = folder(&[]);
    let start = || {
        lyncert(&["batch", text(root.path()), "--out", text(out.path()), "--at", AT, "-q"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let runs: Vec<_> = (0..4).map(|_| start()).collect();
    let codes: Vec<i32> =
        runs.into_iter().map(|run| run.wait_with_output().unwrap().status.code().unwrap()).collect();
    assert!(codes.iter().all(|code| matches!(code, 0 | 75)) && codes.contains(&0), "{codes:?}");
    assert_whole(out.path());
}

/// What a run leaves behind when it cannot clear up.
fn hidden(out: &Path) -> Vec<String> {
    let names = fs::read_dir(out).unwrap().flatten().map(|entry| entry.file_name());
    let names = names.map(|name| name.to_string_lossy().into_owned());
    names.filter(|name| name.starts_with('.')).collect()
}

/// A disk that takes no more: the shell lets no file grow beyond some kilobytes.
#[cfg(unix)]
fn with_little_room(arguments: &[&str]) -> Run {
    let script = "trap '' XFSZ; ulimit -f 16; exec \"$0\" \"$@\"";
    let output = std::process::Command::new("bash")
        .args(["-c", script, env!("CARGO_BIN_EXE_lyncert")])
        .args(arguments)
        .output()
        .unwrap();
    Run::from(output)
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_what_was_there_before() {
    let root = estates(3);
    let out = folder(&[]);
    assert_eq!(batch(root.path(), out.path(), &["-q"]).code, 0);
    let before = tree(out.path());
    let full =
        with_little_room(&["batch", text(root.path()), "--out", text(out.path()), "--at", "2026-12-01"]);
    assert_eq!(full.code, 2, "{}", full.err);
    let start = format!("lyncert: error: cannot write `{}/estate", out.path().display());
    assert!(full.err.starts_with(&start), "{}", full.err);
    assert_eq!(tree(out.path()), before);
    assert_eq!(hidden(out.path()), [""; 0]);
    let (topology, certs) = (sample("contoso/topology.tbxml"), sample("contoso/certs"));
    let audit = folder(&[("report.html", b"the old one")]);
    let arguments =
        ["audit", text(&topology), "--certs", text(&certs), "--at", AT, "--out", text(audit.path())];
    let full = with_little_room(&arguments);
    assert_eq!(full.code, 2, "{}", full.err);
    let left = tree(audit.path());
    assert_eq!(left.into_iter().collect::<Vec<_>>(), [("report.html".to_owned(), b"the old one".to_vec())]);
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_folder_that_cannot_be_written_is_told() {
    let root = estates(1);
    // Nobody makes a folder there, not even root.
    let run = batch(root.path(), Path::new("/proc/lyncert"), &[]);
    assert_eq!(run.code, 2);
    assert!(run.err.starts_with("lyncert: error: cannot make the folder `/proc/lyncert`"), "{}", run.err);
}

#[test]
fn vanished_and_useless_inputs_are_told() {
    let out = folder(&[]);
    let gone = batch(Path::new("no/such/folder"), out.path(), &[]);
    assert_eq!(gone.code, 3);
    assert!(gone.err.contains("cannot read the manifest `no/such/folder`"), "{}", gone.err);
    let empty = folder(&[("notes/readme.txt", b"hello")]);
    let none = batch(empty.path(), out.path(), &[]);
    assert_eq!(
        (none.code, none.err.as_str()),
        (3, "lyncert: error: there is no estate: no folder holds a topology export\n")
    );
    let manifest = folder(&[(
        "batch.toml",
        b"[[estate]]\nname = \"Gone\"\ntopology = \"gone/topology.xml\"\ncerts = \"gone/certs\"\n",
    )]);
    let run = batch(&manifest.path().join("batch.toml"), out.path(), &[]);
    assert_eq!(run.code, 3);
    assert!(run.out.contains("Gone: could not be judged: cannot read the topology"), "{}", run.out);
    let neither = lyncert(&["batch", "--out", text(out.path())]).output().unwrap();
    assert_eq!(neither.status.code(), Some(2));
}

#[test]
fn an_estate_that_takes_too_long_is_given_up() {
    let root = estates(2);
    let out = folder(&[]);
    let run = batch(root.path(), out.path(), &["--time-limit", "0.000001"]);
    assert_eq!(run.code, 3);
    assert!(run.out.contains("it was not judged within the time limit of 0.000001 seconds"), "{}", run.out);
    assert_eq!(batch(root.path(), out.path(), &["--time-limit", "600", "-q"]).code, 0);
    assert_eq!(batch(root.path(), out.path(), &["--time-limit", "0"]).code, 2);
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
        batch(root.path(), out.path(), &[more, &["-q"]].concat());
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
    assert_eq!(batch(left.path(), &at("shards/left"), &["-q"]).code, 3);
    assert_eq!(batch(right.path(), &at("shards/right"), &["-q"]).code, 0);
    assert_eq!(batch(whole.path(), &at("whole"), &["-q"]).code, 3);
    let shards = at("shards");
    let merged = run(&["batch", "--from-reports", text(&shards), "--out", text(&at("merged")), "-q"]);
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
        batch(left.path(), &at("shards/older"), &["-q", "--at", "2026-11-01"]).code,
        2,
        "one time only"
    );
    let older = at("shards/older");
    let older = ["batch", text(left.path()), "--out", text(&older), "--at", "2026-11-01", "-q"];
    assert_eq!(run(&older).code, 3);
    let twice = run(&["batch", "--from-reports", text(&shards), "--out", text(&at("merged")), "-q"]);
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
    assert_eq!(run(&["batch", "--from-reports", text(&again), "--out", text(&again), "-q"]).code, 3);
    assert_eq!(fs::read(at("whole").join("index.json")).unwrap(), before);
}

#[test]
fn estates_that_are_no_more_leave_and_foreign_files_stay() {
    let root = estates(2);
    let out = folder(&[("notes.txt", b"mine")]);
    assert_eq!(batch(root.path(), out.path(), &["-q"]).code, 0);
    fs::write(out.path().join("estate0000/ticket.txt"), b"mine").unwrap();
    fs::write(out.path().join("estate0001/ticket.txt"), b"mine").unwrap();
    fs::remove_dir_all(root.path().join("estate0001")).unwrap();
    assert_eq!(batch(root.path(), out.path(), &["-q"]).code, 0);
    let left: Vec<String> = tree(out.path()).into_keys().collect();
    assert!(left.contains(&"notes.txt".to_owned()) && left.contains(&"estate0000/ticket.txt".to_owned()));
    let of_gone: Vec<&String> = left.iter().filter(|path| path.starts_with("estate0001")).collect();
    assert_eq!(of_gone, ["estate0001/ticket.txt"]);
}

#[test]
fn history_gives_baseline_and_trend_and_deletes_only_its_own() {
    let root = estates(1);
    let (out, history) = (folder(&[]), folder(&[("run-notes/keep.txt", b"mine")]));
    let night = |at: &str, more: &[&str]| {
        let arguments = [
            &[
                "batch",
                text(root.path()),
                "--out",
                text(out.path()),
                "--at",
                at,
                "-q",
                "--history",
                text(history.path()),
            ],
            more,
        ];
        run(&arguments.concat())
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

    // A file that somebody added, and one that somebody changed, are theirs.
    fs::write(history.path().join("run-20270301T000000Z/notes.txt"), b"mine").unwrap();
    fs::write(history.path().join("run-20270403T000000Z/estate0000/report.json"), b"changed").unwrap();
    assert_eq!(night("2027-04-05", &["--keep", "2"]).code, 1);
    let left: Vec<String> = tree(history.path()).into_keys().collect();
    assert_eq!(
        left,
        [
            "run-20270301T000000Z/notes.txt",
            "run-20270403T000000Z/estate0000/report.json",
            "run-20270404T000000Z/estate0000/report.json",
            "run-20270404T000000Z/index.json",
            "run-20270404T000000Z/lyncert-run.json",
            "run-20270405T000000Z/estate0000/report.json",
            "run-20270405T000000Z/index.json",
            "run-20270405T000000Z/lyncert-run.json",
            "run-notes/keep.txt",
        ]
    );
    assert_eq!(night("2027-06-01", &["--keep-days", "30"]).code, 1);
    let runs = fs::read_dir(history.path()).unwrap().flatten();
    let runs = runs.filter(|entry| entry.path().join("lyncert-run.json").is_file()).count();
    assert_eq!(runs, 1, "only the newest is younger than 30 days");
    // The same moment again takes the place of the first time.
    assert_eq!(night("2027-06-01", &[]).code, 1);
    assert!(history.path().join("run-20270601T000000Z/index.json").is_file());
}

#[test]
fn machines_read_the_log() {
    let root = estates(2);
    fs::write(root.path().join("estate0001/topology.xml"), b"").unwrap();
    let out = folder(&[]);
    let log = out.path().join("logs/lyncert.log");
    let run = batch(root.path(), out.path(), &["-q", "--log-format", "json", "--log-file", text(&log)]);
    assert_eq!((run.code, run.out.as_str()), (3, ""));
    assert_eq!(fs::read_to_string(&log).unwrap(), run.err);
    let lines: Vec<Value> = run.err.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut events: Vec<&str> = lines.iter().map(|line| line["event"].as_str().unwrap()).collect();
    events.sort_unstable();
    assert_eq!(events, ["ended", "estate-judged", "estate-not-judged"]);
    let last = lines.last().unwrap();
    assert_eq!((&last["event"], &last["exit_code"]), (&"ended".into(), &3.into()));
    // Text goes to the same file, below.
    let text_run = batch(root.path(), out.path(), &["-q", "--log-file", text(&log)]);
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
    let run = batch(&manifest.path().join("batch.toml"), &inside, &["-q"]);
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
    assert!(!fs::read_to_string(inside.join("index.html")).unwrap().contains("<script>"));
}
