//! How much memory a certificate costs: the growth of the peak from a folder of 2,000 certificates to one of 20,000, each
//! scanned by a process of its own. Reads the peak from `/proc`, so it needs Linux.
#![expect(clippy::unwrap_used, reason = "a bench stops at the first surprise")]
#![expect(clippy::print_stdout, reason = "the result")]

mod estate;

use std::hint::black_box;
use std::path::Path;
use std::process::Command;

use lyncert_report::{InventoryView, ScanOptions, render, scan};
use time::macros::datetime;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const FEW: u64 = 2_000;
const MANY: u64 = 20_000;
/// A child process is told what to do, and where.
const TASK: &str = "LYNCERT_MEMORY_TASK";
const FOLDER: &str = "LYNCERT_MEMORY_FOLDER";

const TASKS: &[(&str, fn(&Path))] = &[
    ("scan", |folder| {
        black_box(scan(folder, &ScanOptions::default()).unwrap());
    }),
    ("inspect, as CSV", |folder| {
        let inventory = scan(folder, &ScanOptions::default()).unwrap();
        let view = InventoryView::new(inventory, datetime!(2026-06-30 12:00:00 UTC));
        render::csv::certificates(&view.certificates, &mut std::io::sink()).unwrap();
    }),
];

fn main() {
    if let (Ok(task), Ok(folder)) = (std::env::var(TASK), std::env::var(FOLDER)) {
        let (_, run) = TASKS.iter().find(|(name, _)| *name == task).unwrap();
        run(Path::new(&folder));
        println!("{}", peak());
        return;
    }
    let folders = [FEW, MANY].map(|count| estate::estate(usize::try_from(count).unwrap()));
    for (task, _) in TASKS {
        let [few, many] = [0, 1].map(|index| measured(task, folders[index].path()));
        println!("{task}: {} bytes a certificate", many.saturating_sub(few) / (MANY - FEW));
    }
}

/// The peak of a process of its own, in bytes.
fn measured(task: &str, folder: &Path) -> u64 {
    let output =
        Command::new(std::env::current_exe().unwrap()).env(TASK, task).env(FOLDER, folder).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}

/// The largest memory that this process has had.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap() * 1024
}
