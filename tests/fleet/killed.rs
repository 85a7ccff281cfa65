//! Runs that are killed at any moment, of every command that writes: nobody's file is lost, no set of files is mixed, and the
//! next run leaves nothing of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

use crate::support::estates::{assert_whole, clean, estates, hidden, judged_at, tree, write_estate};
use crate::support::{Audit, Batch, CommandLine, Plan, folder, json, sample, text};

/// So many runs of a command are killed, from its first moment to beyond its last one.
const RUNS: u32 = 40;

/// Kills runs of a command, each with another time to judge by, and looks at what is there after each.
fn kill(command: &CommandLine, is_dated: bool, check: impl Fn()) {
    let start = Instant::now();
    command.run();
    let whole_run = start.elapsed();
    let mut killed = 0;
    for number in 0..RUNS {
        let command = if is_dated {
            command.clone().at(&format!("2025-10-{:02}", number % 28 + 1))
        } else {
            command.clone()
        };
        let mut child = command.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(whole_run * number / (RUNS * 4 / 5));
        child.kill().unwrap();
        killed += usize::from(!child.wait().unwrap().success());
        check();
    }
    assert!(killed > 4, "{killed} of {RUNS} runs were killed at work");
}

/// All files below a folder but those of lyncert's own hidden ones.
fn foreign(root: &Path, names: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let is_foreign = |path: &String| names.iter().any(|name| path.ends_with(name));
    tree(root).into_iter().filter(|(path, _)| is_foreign(path)).collect()
}

/// The names of all hidden entries below a folder.
fn leftovers(root: &Path) -> Vec<String> {
    let mut found = hidden(root);
    for entry in fs::read_dir(root).unwrap().flatten().filter(|entry| entry.path().is_dir()) {
        if !entry.path().is_symlink() {
            found.extend(leftovers(&entry.path()));
        }
    }
    found
}

/// That the files of a report are of one run.
fn assert_one_run(out: &Path) {
    let report = json(&out.join("report.json"));
    let page = fs::read_to_string(out.join("report.html")).unwrap();
    assert!(
        page.contains(&judged_at(&report)),
        "the page is of another run than the report of {}",
        report["at"]
    );
}

#[test]
fn an_audit_with_evidence_and_history() {
    let place = folder(&[
        ("out/notes.txt", b"mine"),
        ("evidence.txt", b"mine"),
        ("history/run-notes/a.txt", b"mine"),
    ]);
    let at = |name: &str| place.path().join(name);
    let mine = || foreign(place.path(), &["notes.txt", "evidence.txt", "a.txt"]);
    let before = mine();
    let audit = Audit::of("contoso")
        .out(at("out"))
        .set("--evidence", text(&at("evidence.zip")))
        .set("--history", text(&at("history")))
        .set("--keep", "3")
        .quiet();
    kill(&audit, true, || {
        assert_eq!(mine(), before);
        for (path, bytes) in tree(&at("out")) {
            assert!(path.starts_with('.') || !bytes.is_empty(), "{path} is whole");
        }
        if at("evidence.zip").is_file() {
            let verified = crate::support::Verify::of(at("evidence.zip")).run();
            assert_eq!(verified.code, 0, "{}", verified.out);
        }
    });
    assert_eq!(audit.at("2025-11-20").run().code, 1);
    assert_one_run(&at("out"));
    assert_eq!(leftovers(place.path()), [""; 0]);
    assert_eq!(mine(), before);
}

#[test]
fn a_batch_into_folders_with_links_and_files_of_others() {
    let root = estates(6);
    let place = folder(&[("victim/notes.txt", b"mine"), ("victim/report.json", b"{\"mine\":1}")]);
    let (out, history) = (place.path().join("out"), place.path().join("history"));
    let batch = Batch::of(&root, &out).set("--history", text(&history)).set("--keep", "3").quiet();
    assert!(batch.run().code < 2);
    for estate in ["estate0001", "estate0002"] {
        fs::write(out.join(estate).join("ticket.txt"), "mine").unwrap();
    }
    #[cfg(unix)]
    {
        fs::remove_dir_all(out.join("estate0003")).unwrap();
        std::os::unix::fs::symlink("../victim", out.join("estate0003")).unwrap();
    }
    let mine = || (tree(&place.path().join("victim")), foreign(&out, &["ticket.txt"]));
    let before = mine();
    kill(&batch, true, || {
        let (victim, tickets) = mine();
        assert_eq!((&victim, tickets.len()), (&before.0, before.1.len()));
    });
    let code = batch.clone().at("2025-11-20").run().code;
    assert!(if cfg!(unix) { code == 2 } else { code < 2 }, "the link is that estate's failure: {code}");
    assert_eq!(mine(), before);
    assert_eq!(leftovers(place.path()), [""; 0]);
    #[cfg(unix)]
    fs::remove_file(out.join("estate0003")).unwrap();
    assert!(batch.at("2025-11-21").run().code < 2);
    assert_whole(&out);
}

#[test]
fn an_index_that_is_made_again() {
    let root = estates(6);
    let place = folder(&[("merged/notes.txt", b"mine")]);
    let (out, merged) = (place.path().join("out"), place.path().join("merged"));
    assert_eq!(Batch::of(&root, &out).quiet().run().code, 0);
    let reports = tree(&out);
    let merge = Batch::from_reports(&out, &merged);
    kill(&merge, false, || {
        assert_eq!(tree(&out), reports);
        assert_whole(&merged);
    });
    assert_eq!(merge.run().code, 0);
    assert_eq!(leftovers(place.path()), [""; 0]);
    assert_eq!(fs::read(merged.join("notes.txt")).unwrap(), b"mine");
}

#[test]
fn requests_of_a_plan() {
    let place = folder(&[("notes.txt", b"mine")]);
    let plan = Plan::of(sample("contoso/topology.tbxml")).format("certreq").out(place.path());
    kill(&plan, false, || assert_eq!(fs::read(place.path().join("notes.txt")).unwrap(), b"mine"));
    assert_eq!(plan.run().code, 0);
    assert_eq!(leftovers(place.path()), [""; 0]);
    assert_eq!(tree(place.path()).len(), 9, "8 requests and the notes");
}

/// Runs a command on a disk that takes no more: the shell lets no file grow beyond some kilobytes.
#[cfg(unix)]
fn with_little_room(command: &CommandLine) -> Option<i32> {
    let script = "trap '' XFSZ; ulimit -f 16; exec \"$0\" \"$@\" 2> /dev/null";
    let status = std::process::Command::new("bash")
        .args(["-c", script, env!("CARGO_BIN_EXE_lyncert")])
        .args(command.arguments())
        .status();
    status.unwrap().code()
}

#[cfg(unix)]
#[test]
fn a_full_disk_changes_nothing_for_any_command() {
    let root = estates(2);
    let place = folder(&[]);
    let at = |name: &str| place.path().join(name);
    let topology = sample("contoso/topology.tbxml");
    let commands = [
        Audit::of("contoso").out(at("audit")).quiet(),
        Audit::of("contoso").set("--evidence", text(&at("e.zip"))).quiet(),
        Audit::of("contoso").set("--history", text(&at("history"))).quiet(),
        Batch::of(&root, at("batch")).set("--history", text(&at("batch-history"))).quiet(),
        Plan::of(&topology).format("json").out(at("plan")),
    ];
    for command in &commands {
        assert!(command.run().code < 2);
    }
    let before = tree(place.path());
    for command in &commands {
        assert_eq!(with_little_room(command), Some(2), "{:?}", command.arguments());
        assert_eq!(tree(place.path()), before, "{:?}", command.arguments());
    }
    assert_eq!(leftovers(place.path()), [""; 0]);
}

/// A folder that nothing can be written to, whoever asks: on Linux not even root writes there.
#[cfg(target_os = "linux")]
#[test]
fn a_part_that_cannot_be_written_is_told_and_nothing_is_mixed() {
    use std::os::unix::fs::PermissionsExt;
    let root = estates(3);
    let place = folder(&[]);
    let out = place.path().join("out");
    assert_eq!(Batch::of(&root, &out).quiet().run().code, 0);
    // A file of an estate's set that nothing can replace.
    let blocked = out.join("estate0001/findings.csv");
    fs::remove_file(&blocked).unwrap();
    fs::create_dir(&blocked).unwrap();
    fs::set_permissions(&blocked, fs::Permissions::from_mode(0o555)).unwrap();
    let before = tree(&out.join("estate0001"));
    for _ in 0..2 {
        assert_eq!(Batch::of(&root, &out).at("2025-11-20").quiet().run().code, 2);
        assert_eq!(tree(&out.join("estate0001")), before, "not one of its files is of the later run");
        assert_eq!(json(&out.join("estate0002/report.json"))["at"], "2025-11-20T00:00:00Z");
        assert_eq!(leftovers(&out), [""; 0]);
    }
    // A system folder: no run makes anything there.
    for command in [Audit::of("fabrikam").out("/proc/lyncert"), Batch::of(&root, "/proc/lyncert")] {
        assert_eq!(command.quiet().run().code, 2);
    }
}

#[test]
fn inputs_below_the_output_stay_where_they_are() {
    let place = folder(&[]);
    for name in ["a", "b", "c"] {
        write_estate(&place.path().join("estates"), name, &clean());
    }
    // Each estate's folder in the output holds inputs of somebody.
    for name in ["a", "b"] {
        write_estate(place.path(), name, &clean());
    }
    let inputs = |root: &Path| foreign(root, &[".cer", ".xml", ".toml", ".pem"]);
    let before = inputs(place.path());
    let batch = Batch::of(place.path().join("estates"), place.path()).quiet();
    kill(&batch, true, || assert_eq!(inputs(place.path()), before));
    assert_eq!(batch.run().code, 0);
    assert_eq!(inputs(place.path()), before);
    assert_eq!(leftovers(place.path()), [""; 0]);
}
