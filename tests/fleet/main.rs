//! What takes long: fleets of a thousand estates, and runs that are killed at any moment.

#![expect(clippy::unwrap_used, reason = "helpers of tests lie outside of test functions")]

mod killed;
mod mutated;
#[allow(dead_code, unused_imports, reason = "most of it serves the ordinary tests")]
#[path = "../support/mod.rs"]
mod support;

use std::fs;
use std::process::Stdio;

use support::estates::{assert_whole, check_that_what_is_broken_touches_no_other, estates, hidden};
use support::{Batch, folder, json, text};

#[test]
fn a_thousand_estates_and_what_is_broken_touches_no_other() {
    check_that_what_is_broken_touches_no_other(1_000);
}

/// That the index and all reports are of one run, or a file beside them says that they may be of two.
fn assert_one_run_or_told(out: &std::path::Path) {
    if out.join("being-written.txt").exists() {
        return;
    }
    let index = json(&out.join("index.json"));
    for row in index["estates"].as_array().unwrap() {
        let report = json(&out.join(row["folder"].as_str().unwrap()).join("report.json"));
        assert_eq!(report["at"], index["at"], "{row}");
    }
}

#[test]
fn killed_at_any_moment_it_leaves_the_old_or_the_new_output() {
    let root = estates(12);
    let (out, history) = (folder(&[]), folder(&[]));
    let batch = Batch::of(&root, &out)
        .set("--history", text(history.path()))
        .set("--keep", "5")
        .at("2025-12-01")
        .quiet();
    assert!(batch.run().code < 2);
    let start = std::time::Instant::now();
    assert!(batch.run().code < 2);
    let whole_run = start.elapsed();
    let mut killed = 0;
    for number in 0..50_u32 {
        // In the past, so that the retention depends on no clock.
        let at = format!("2025-11-{:02}", number % 20 + 1);
        let mut child =
            batch.clone().at(&at).command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // From the first moment to beyond the last one.
        std::thread::sleep(whole_run * number / 40);
        child.kill().unwrap();
        killed += usize::from(!child.wait().unwrap().success());
        assert_whole(out.path());
        assert_one_run_or_told(out.path());
    }
    assert!(killed > 5, "{killed} of 50 runs were killed at work");
    assert!(batch.run().code < 2, "the lock of a killed run is free");
    assert_eq!(hidden(out.path()), [""; 0], "leftovers are cleared");
    assert_eq!(hidden(history.path()), [""; 0]);
    // How many of the runs above came to their end is a matter of luck.
    for day in 23..28 {
        assert!(batch.clone().at(&format!("2026-01-{day}")).run().code < 2);
    }
    let runs: Vec<_> = fs::read_dir(history.path()).unwrap().flatten().collect();
    assert_eq!(runs.len(), 5, "{runs:?}");
    assert!(runs.iter().all(|run| run.path().join("lyncert-run.json").is_file()));
}
