//! The whole program, from its start to its end, beside reading and parsing the same files on all cores.
//!
//! Every run is a process of its own that judges by a fixed time and writes what it writes by default. Prints tables of seconds,
//! ratios and memory; `cargo bench --bench program -- pools` runs one part. Reads the memory from `/proc`: it needs Linux.
//!
//! Criterion wants ten samples of everything, which is an hour here: for ratios the fastest of a few runs, which take turns, is as
//! good.
#![expect(clippy::print_stdout, reason = "the result")]

mod estates;
mod measured;

use estates::{Ends, Estate, Placement, Shape};
use measured::{audit, forecast, inspect, peak, read_and_parse, run, seconds};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Certificates that serve nothing: those of the first part, and those beside pools.
const STRANGERS: usize = 20_000;
const STRANGERS_BESIDE_POOLS: usize = 2_000;
const POOLS: &[usize] = &[10, 100, 300];
const PLACEMENTS: &[(&str, Placement)] = &[("flat", Placement::Flat), ("placed", Placement::Placed)];
const SERVERS_OF_FORECASTS: &[usize] = &[50, 100, 200, 400];
/// Memory is the growth between these.
const FEW: usize = 2_000;
const SERVERS_OF_LARGE_POOL: usize = 2_000;
const SERVERS_OF_FLAT_POOL: usize = 500;

/// A part, by the name that chooses it.
type Part = (&'static str, fn());

const PARTS: &[Part] =
    &[("strangers", strangers), ("pools", pools), ("forecast", forecasts), ("memory", memory)];

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    for (name, part) in PARTS {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            part();
        }
    }
}

fn strangers() {
    compare_header();
    compare(&format!("{STRANGERS} strangers"), &Estate::of_strangers(STRANGERS));
}

fn pools() {
    compare_header();
    for &pools in POOLS {
        for &(name, placement) in PLACEMENTS {
            let ends = Ends::Together;
            let shape = Shape { pools, servers: 3, strangers: STRANGERS_BESIDE_POOLS, placement, ends };
            compare(&format!("{pools} pools, {name}"), &Estate::new(&shape));
        }
    }
    let flat = one_pool(SERVERS_OF_FLAT_POOL, Placement::Flat);
    compare(&format!("one pool of {SERVERS_OF_FLAT_POOL}, flat"), &flat);
    let placed = one_pool(SERVERS_OF_LARGE_POOL, Placement::Placed);
    compare(&format!("one pool of {SERVERS_OF_LARGE_POOL}, placed"), &placed);
}

fn one_pool(servers: usize, placement: Placement) -> Estate {
    Estate::new(&Shape { pools: 1, servers, strangers: 0, placement, ends: Ends::Together })
}

fn compare_header() {
    println!();
    println!(
        "| seconds | read and parse | inspect | audit | inspect ÷ parse | audit ÷ parse | audit ÷ inspect |"
    );
    println!("|---|---|---|---|---|---|---|");
}

fn compare(name: &str, estate: &Estate) {
    let [parse, inspect, audit] = seconds([
        &mut || read_and_parse(&estate.certificates()),
        &mut || run(&mut inspect(estate)),
        &mut || run(&mut audit(estate)),
    ]);
    let (inspect_parse, audit_parse, audit_inspect) = (inspect / parse, audit / parse, audit / inspect);
    println!(
        "| {name} | {parse:.3} | {inspect:.2} | {audit:.2} | {inspect_parse:.1} | {audit_parse:.1} | {audit_inspect:.1} |"
    );
}

fn forecasts() {
    println!();
    println!("| seconds | read and parse | audit | forecast | forecast ÷ audit | peak of the forecast, MB |");
    println!("|---|---|---|---|---|---|");
    for &servers in SERVERS_OF_FORECASTS {
        let estate = Estate::new(&dated(servers));
        let mut bytes = 0;
        let [parse, audit, forecast] = seconds([
            &mut || read_and_parse(&estate.certificates()),
            &mut || run(&mut audit(&estate)),
            &mut || bytes = peak(&mut forecast(&estate)),
        ]);
        let (ratio, megabytes) = (forecast / audit, bytes / 1_000_000);
        println!(
            "| {servers} servers | {parse:.3} | {audit:.2} | {forecast:.2} | {ratio:.1} | {megabytes} |"
        );
    }
}

/// Pools of two, each certificate with an end of its own.
fn dated(servers: usize) -> Shape {
    Shape { pools: servers / 2, servers: 2, strangers: 0, placement: Placement::Placed, ends: Ends::OneADay }
}

fn memory() {
    let [few, many] = [FEW, STRANGERS].map(|count| peak(&mut audit(&Estate::of_strangers(count))));
    let each = many.saturating_sub(few) / (STRANGERS - FEW) as u64;
    let large = peak(&mut audit(&one_pool(SERVERS_OF_LARGE_POOL, Placement::Placed)));
    println!();
    println!("| memory of an audit | |");
    println!("|---|---|");
    println!("| bytes a certificate, from {FEW} strangers to {STRANGERS} | {each} |");
    println!("| peak of {STRANGERS} strangers, MB | {} |", many / 1_000_000);
    println!("| peak of one pool with {SERVERS_OF_LARGE_POOL} servers, placed, MB | {} |", large / 1_000_000);
}
