//! How the cost of the program grows with estates, counted in instructions (valgrind): the same on every machine, whatever
//! else runs there.
//!
//! Each row runs the program on an estate, on one of twice its size, and on one of four times. What the second doubling adds is
//! compared with what the first added, so that what every run costs does not count: the factor is 2 where the cost grows with the
//! estate and 4 where it grows with its square.
//!
//! Run by `cargo test --release -p lyncert --test growth`; it does nothing where valgrind is missing, except in CI.

#![expect(clippy::print_stderr, reason = "the result")]

mod authorities;
#[path = "../../crates/lyncert/benches/estates/mod.rs"]
mod estates;
mod inputs;

use std::path::Path;
use std::process::{Command, Stdio};

use rayon::prelude::*;

use authorities::Authorities;
use estates::{AT, Ends, Estate, Placement, Shape};
use inputs::Input;

/// A sort makes the factor a little more than 2. A cost that grows with the square, and is an eighth of all in the largest of the
/// three estates, makes it 2.2.
const BOUND: f64 = 2.2;
/// A factor below this says that the runs were not what they should be.
const FLOOR: f64 = 1.5;

struct Row {
    name: &'static str,
    sizes: [usize; 3],
    /// Makes an estate of a size, and counts the instructions of a run.
    cost: fn(usize) -> u64,
    measured: Option<f64>,
}

/// How the program is measured. `measured` is the factor of the day on which a row was last measured on its own;
/// `None` where nobody has noted one yet.
const ROWS: &[Row] = &[
    Row {
        name: "audit of strangers",
        sizes: [500, 1_000, 2_000],
        cost: |count| instructions(&audit(&Estate::of_strangers(count))),
        measured: Some(2.03),
    },
    Row {
        name: "inspect of strangers",
        sizes: [250, 500, 1_000],
        cost: |count| instructions(&inspect(&Estate::of_strangers(count))),
        measured: Some(2.00),
    },
    Row {
        name: "audit of flat pools",
        sizes: [10, 20, 40],
        cost: |pools| instructions(&audit(&front_ends(pools, Placement::Flat))),
        measured: Some(2.05),
    },
    Row {
        name: "audit of placed pools",
        sizes: [20, 40, 80],
        cost: |pools| instructions(&audit(&front_ends(pools, Placement::Placed))),
        measured: Some(2.05),
    },
    Row {
        name: "audit of one flat pool's servers",
        sizes: [20, 40, 80],
        cost: |servers| instructions(&audit(&one_pool(servers, Placement::Flat))),
        measured: Some(2.14),
    },
    Row {
        name: "audit of one placed pool's servers",
        sizes: [50, 100, 200],
        cost: |servers| instructions(&audit(&one_pool(servers, Placement::Placed))),
        measured: Some(1.97),
    },
    Row {
        name: "forecast of servers",
        sizes: [10, 20, 40],
        cost: |servers| instructions(&forecast(&dated(servers))),
        measured: Some(2.12),
    },
    Row {
        name: "inspect of CAs of one name",
        sizes: [50, 100, 200],
        cost: |count| instructions(&inspect_folder(Authorities::of_one_name(count).path())),
        measured: Some(2.00),
    },
    Row {
        name: "inspect of a circle of CAs",
        sizes: [50, 100, 200],
        cost: |count| instructions(&inspect_folder(Authorities::in_a_circle(count).path())),
        measured: Some(2.00),
    },
    Row {
        name: "topology of pools",
        sizes: [200, 400, 800],
        cost: |pools| topology(&Input::new(pools, 1, 1)),
        measured: Some(2.01),
    },
    Row {
        name: "topology of one pool's servers",
        sizes: [500, 1_000, 2_000],
        cost: |servers| topology(&Input::new(1, servers, 1)),
        measured: Some(2.00),
    },
    Row {
        name: "topology of SIP domains",
        sizes: [1_000, 2_000, 4_000],
        cost: |domains| topology(&Input::new(1, 1, domains)),
        measured: Some(2.00),
    },
    Row {
        name: "topology of what is not understood",
        sizes: [500, 1_000, 2_000],
        cost: |count| topology(&Input::with_unknown_elements(count)),
        measured: Some(2.03),
    },
    Row {
        name: "plan of pools",
        sizes: [50, 100, 200],
        cost: |pools| plan(&Input::new(pools, 1, 1)),
        measured: Some(2.01),
    },
    Row {
        name: "plan of SIP domains",
        sizes: [200, 400, 800],
        cost: |domains| plan(&Input::new(1, 1, domains)),
        measured: Some(2.01),
    },
    Row {
        name: "audit of one certificate's names",
        sizes: [500, 1_000, 2_000],
        cost: |names| audit_input(&Input::of_names(names)),
        measured: Some(2.04),
    },
    Row {
        name: "audit of findings and waivers",
        sizes: [250, 500, 1_000],
        cost: |count| audit_input(&Input::of_waivers(count)),
        measured: Some(1.80),
    },
    Row {
        name: "audit of files and patterns",
        sizes: [250, 500, 1_000],
        cost: |count| audit_input(&Input::of_ignored(count)),
        measured: Some(2.05),
    },
    Row {
        name: "audit of assigned lists",
        sizes: [25, 50, 100],
        cost: |servers| audit_input(&Input::of_assigned(servers)),
        measured: Some(2.00),
    },
    Row {
        name: "inspect of a bundle's blocks",
        sizes: [100, 200, 400],
        cost: |count| inspect_input(&Input::of_blocks(count)),
        measured: Some(2.00),
    },
    Row {
        name: "inspect of a revocation list's entries",
        sizes: [5_000, 10_000, 20_000],
        cost: |count| inspect_input(&Input::of_revoked(count)),
        measured: Some(2.00),
    },
    Row {
        name: "doctor of a text's events",
        sizes: [500, 1_000, 2_000],
        cost: |count| count_of(&words(&["doctor", &Input::of_events(count).path("events.txt")])),
        measured: Some(2.01),
    },
    Row {
        name: "audit of one failing certificate that servers share",
        sizes: [50, 100, 200],
        cost: |servers| audit_input(&Input::of_shared_failure(servers)),
        measured: Some(2.10),
    },
    Row {
        name: "audit of pools without certificates",
        sizes: [25, 50, 100],
        cost: |pools| audit_input(&Input::new(pools, 1, 1).with_stranger()),
        measured: Some(1.79),
    },
    Row {
        name: "audit of servers without certificates",
        sizes: [50, 100, 200],
        cost: |servers| audit_input(&Input::new(1, servers, 1).with_stranger()),
        measured: Some(2.08),
    },
    Row {
        name: "audit of SIP domains",
        sizes: [100, 200, 400],
        cost: |domains| audit_input(&Input::new(1, 1, domains).with_stranger()),
        measured: Some(1.84),
    },
    Row {
        name: "redaction of a report of strangers",
        sizes: [250, 500, 1_000],
        cost: |count| redaction(&Estate::of_strangers(count)),
        measured: None,
    },
    Row {
        name: "redaction of a report of pools",
        sizes: [20, 40, 80],
        cost: |pools| redaction(&front_ends(pools, Placement::Placed)),
        measured: None,
    },
    Row {
        name: "audit of candidates for one pool",
        sizes: [100, 200, 400],
        cost: |count| audit_input(&Input::of_candidates(count)),
        measured: Some(2.00),
    },
    Row {
        name: "topology of an archive's entries",
        sizes: [100, 200, 400],
        cost: |count| {
            let input = Input::of_entries(count);
            count_of(&words(&["topology", &input.path("topology.xml"), &input.path("config.zip")]))
        },
        measured: Some(2.00),
    },
    Row {
        name: "inspect of archives with passwords",
        sizes: [2, 4, 8],
        cost: |archives| inspect_with_passwords(&Input::of_archives(archives, 4)),
        measured: Some(2.00),
    },
    Row {
        name: "inspect of an archive's passwords",
        sizes: [4, 8, 16],
        cost: |passwords| inspect_with_passwords(&Input::of_archives(2, passwords)),
        measured: Some(2.00),
    },
    Row {
        name: "inspect of one certificate's extensions",
        sizes: [200, 400, 800],
        cost: |count| inspect_input(&Input::of_extensions(count)),
        measured: Some(2.01),
    },
    Row {
        name: "check of certificates",
        sizes: [100, 200, 400],
        cost: |count| check(&Input::of_candidates(count)),
        measured: Some(2.00),
    },
    Row {
        name: "check of one certificate against pools",
        sizes: [50, 100, 200],
        cost: |pools| check(&Input::new(pools, 1, 1).with_own(1)),
        measured: Some(2.02),
    },
    Row {
        name: "check of one certificate's names",
        sizes: [250, 500, 1_000],
        cost: |names| check(&Input::new(1, 1, 1).with_own(names)),
        measured: Some(2.08),
    },
    Row {
        name: "diff of findings",
        sizes: [250, 500, 1_000],
        cost: |count| diff(&Input::of_names(count)),
        measured: Some(1.91),
    },
    Row {
        name: "audit with a history's runs",
        sizes: [8, 16, 32],
        cost: |runs| audit_with_history(&Input::of_names(1), runs),
        measured: Some(2.02),
    },
];

#[test]
fn cost_grows_no_faster_than_the_estate() {
    if !valgrind_is_there() {
        assert!(std::env::var_os("CI").is_none(), "valgrind is missing, and growth cannot be checked");
        return;
    }
    let wrong: Vec<String> = ROWS.par_iter().filter_map(complaint).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_square_is_told_from_a_line() {
    assert!((growth([11, 12, 14]) - 2.0).abs() < 1e-9);
    assert!((growth([101, 104, 116]) - 4.0).abs() < 1e-9);
}

fn complaint(row: &Row) -> Option<String> {
    let (name, factor) = (row.name, factor(row));
    let once = row.measured.map(|once| format!(", once {once:.2}")).unwrap_or_default();
    eprintln!("{name}: {factor:.2}{once}");
    if factor < FLOOR {
        return Some(format!("{name}: a factor of {factor:.2}: does the program do its work?"));
    }
    (factor >= BOUND).then(|| format!("{name}: a factor of {factor:.2}, and {BOUND} is allowed"))
}

fn factor(row: &Row) -> f64 {
    growth(row.sizes.map(row.cost))
}

/// What the second doubling adds, as a multiple of what the first added.
fn growth([small, twice, four_times]: [u64; 3]) -> f64 {
    four_times.saturating_sub(twice) as f64 / twice.saturating_sub(small) as f64
}

fn valgrind_is_there() -> bool {
    let version = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}

/// How many instructions the program takes, judging by the time of the estates.
fn instructions(arguments: &[String]) -> u64 {
    count_of(&[arguments, &words(&["--at", AT])].concat())
}

/// How many instructions the program takes. One thread: how work falls to threads differs from run to run.
fn count_of(arguments: &[String]) -> u64 {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", env!("CARGO_BIN_EXE_lyncert")]);
    command.args(arguments).env("RAYON_NUM_THREADS", "1");
    let output = command.stdin(Stdio::null()).stdout(Stdio::null()).output().expect("valgrind starts");
    let messages = String::from_utf8_lossy(&output.stderr);
    // `check` ends with 1 where nothing fits.
    assert!(
        matches!(output.status.code(), Some(0 | 1)),
        "{command:?} ends with {}:\n{messages}",
        output.status
    );
    let count = messages.lines().find_map(|line| line.split_once("Collected :"));
    let (_, count) = count.unwrap_or_else(|| panic!("valgrind does not say what it counted:\n{messages}"));
    count.trim().parse().expect("a count is a number")
}

fn audit(estate: &Estate) -> Vec<String> {
    let report = estate.report().display().to_string();
    [judge("audit", estate), words(&["--out", &report, "--exit-zero"])].concat()
}

/// What it costs to redact the report of an estate, and to print it.
fn redaction(estate: &Estate) -> u64 {
    run_once(&[&audit(estate)[..], &words(&["--at", AT, "--format", "json"])].concat());
    let report = estate.report().join("report.json").display().to_string();
    count_of(&words(&["report", &report, "--format", "json", "--redact"]))
}

fn forecast(estate: &Estate) -> Vec<String> {
    judge("forecast", estate)
}

fn judge(command: &str, estate: &Estate) -> Vec<String> {
    let (topology, certificates) = (estate.topology(), estate.certificates());
    let (topology, certificates) = (topology.display().to_string(), certificates.display().to_string());
    words(&[command, &topology, "--certs", &certificates, "--no-policy"])
}

fn inspect(estate: &Estate) -> Vec<String> {
    inspect_folder(&estate.certificates())
}

fn inspect_folder(folder: &Path) -> Vec<String> {
    words(&["inspect", &folder.display().to_string()])
}

fn topology(input: &Input) -> u64 {
    count_of(&words(&["topology", &input.path("topology.xml")]))
}

fn plan(input: &Input) -> u64 {
    count_of(&words(&["plan", &input.path("topology.xml"), "--no-policy"]))
}

fn audit_input(input: &Input) -> u64 {
    instructions(&audit_of(input, &input.path("report")))
}

fn audit_of(input: &Input, out: &str) -> Vec<String> {
    let (topology, certificates) = (input.path("topology.xml"), input.path("certs"));
    words(&["audit", &topology, "--certs", &certificates, "--out", out, "--exit-zero"])
}

fn inspect_input(input: &Input) -> u64 {
    instructions(&words(&["inspect", &input.path("certs")]))
}

fn inspect_with_passwords(input: &Input) -> u64 {
    let passwords = input.path("passwords.txt");
    instructions(&words(&["inspect", &input.path("certs"), "--pfx-password-file", &passwords]))
}

fn check(input: &Input) -> u64 {
    let topology = input.path("topology.xml");
    instructions(&words(&["check", &input.path("certs"), "--topology", &topology, "--no-policy"]))
}

/// What `diff` costs between two reports of an input, at two times.
fn diff(input: &Input) -> u64 {
    let [first, second] = ["first", "second"].map(|out| input.path(out));
    for (out, at) in [(&first, AT), (&second, "2027-06-01")] {
        run_once(&[&audit_of(input, out)[..], &words(&["--format", "json", "--at", at])].concat());
    }
    let report = |folder: &str| format!("{folder}/report.json");
    count_of(&words(&["diff", &report(&first), &report(&second)]))
}

/// What an audit costs that so many went before.
fn audit_with_history(input: &Input, runs: usize) -> u64 {
    let audit = |day: usize| {
        let (out, history) = (input.path("report"), input.path("history"));
        let at = format!("2025-{:02}-{:02}", 1 + day / 28, 1 + day % 28);
        let more = words(&["--format", "json", "--history", &history, "--at", &at]);
        [audit_of(input, &out), more].concat()
    };
    for day in 0..runs {
        run_once(&audit(day));
    }
    count_of(&audit(runs))
}

/// Runs the program, which is not measured.
fn run_once(arguments: &[String]) {
    let output = Command::new(env!("CARGO_BIN_EXE_lyncert")).args(arguments).stdin(Stdio::null()).output();
    let output = output.expect("the program starts");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn front_ends(pools: usize, placement: Placement) -> Estate {
    Estate::new(&Shape { pools, servers: 3, strangers: 0, placement, ends: Ends::Together })
}

fn one_pool(servers: usize, placement: Placement) -> Estate {
    Estate::new(&Shape { pools: 1, servers, strangers: 0, placement, ends: Ends::Together })
}

fn dated(servers: usize) -> Estate {
    let placement = Placement::Placed;
    Estate::new(&Shape { pools: servers / 2, servers: 2, strangers: 0, placement, ends: Ends::OneADay })
}
