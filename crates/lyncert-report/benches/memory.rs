//! How much memory a certificate costs: the growth of the peak from a folder of 2,000 certificates to one of 20,000, each in
//! a process of its own; beside that of reading and parsing alone. Reads the peak from `/proc`, so it needs Linux.
#![expect(clippy::unwrap_used, reason = "a bench stops at the first surprise")]
#![expect(clippy::print_stdout, reason = "the result")]

mod estate;

use std::hint::black_box;
use std::io::sink;
use std::path::Path;
use std::process::Command;

use lyncert_report::model::{InventoryView, Report};
use lyncert_report::render;
use lyncert_report::scan::{ScanOptions, scan};
use lyncert_report::view::ReportInput;
use lyncert_rules::assess::{Case, assess};
use lyncert_rules::collection::Collections;
use lyncert_rules::facts::Facts;
use lyncert_rules::policy::Policy;
use lyncert_rules::profile::expect;
use lyncert_rules::relevance::Relevance;
use time::OffsetDateTime;
use time::macros::datetime;

use estate::{read_and_parse, topology};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const NOW: OffsetDateTime = datetime!(2026-06-30 12:00:00 UTC);
const FEW: u64 = 2_000;
const MANY: u64 = 20_000;
/// A child process is told what to do, and where.
const TASK: &str = "LYNCERT_MEMORY_TASK";
const FOLDER: &str = "LYNCERT_MEMORY_FOLDER";

/// What to do with a folder.
type Task = fn(&Path);

const TASKS: &[(&str, Task)] = &[
    ("reading and parsing, nothing kept", |folder| {
        black_box(read_and_parse(folder));
    }),
    ("scan", |folder| {
        black_box(scan(folder, &ScanOptions::default()).unwrap());
    }),
    ("inspect, as CSV", |folder| {
        let inventory = scan(folder, &ScanOptions::default()).unwrap();
        let view = InventoryView::new(inventory, NOW);
        render::csv::certificates(&view.certificates, &mut sink()).unwrap();
    }),
    ("audit, as HTML, CSV and JSON", |folder| {
        let deployment = topology();
        let facts = Facts::default();
        let requirements = expect(&deployment.topology, &facts);
        let mut options = ScanOptions::default();
        options.relevance = Some(Relevance::new(&deployment.topology, &requirements));
        let inventory = scan(folder, &options).unwrap();
        let case = Case {
            topology: &deployment.topology,
            facts: &facts,
            policy: &Policy::default(),
            certificates: &inventory.certificates,
            assignment_records: &[],
            collections: &Collections::default(),
            lists: &inventory.lists,
            keys: &inventory.keys,
            requests: &[],
            has_given_roots: false,
            now: NOW,
        };
        let assessment = assess(&case, requirements);
        let (name, deployment, inputs) = ("contoso", &deployment, &[][..]);
        let estate = ReportInput {
            name,
            deployment,
            facts: &facts,
            policy: &Policy::default(),
            ignored: &[],
            policy_file: None,
            policy_places: &[],
            policies_forbidden: &[],
            inputs,
            at: NOW,
        };
        let report = Report::new(&estate, inventory, &assessment);
        render::html::write(&report, &mut sink()).unwrap();
        render::csv::findings(&report, &mut sink()).unwrap();
        render::csv::certificates(&report.certificates, &mut sink()).unwrap();
        render::json::write_rows(&report, &mut sink()).unwrap();
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
