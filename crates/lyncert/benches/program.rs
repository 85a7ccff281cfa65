//! The whole program, from its start to its end, beside reading and parsing the same files on all cores.
//!
//! Every run is a process of its own that judges by a fixed time and writes what it writes by default. Prints tables of seconds,
//! ratios and memory; `cargo bench --bench program -- pools` runs one part. Reads the memory from `/proc`: it needs Linux.
//!
//! Criterion wants ten samples of everything, which is an hour here: the median of a few runs is as good for ratios.
#![expect(clippy::print_stdout, reason = "the result")]

mod estates;
mod measured;

use estates::{Ends, Estate, Placement, Shape};
use measured::{audit, forecast, inspect, peak, read_and_parse, seconds};

/// Certificates that serve nothing: those of the first part, and those beside pools.
const STRANGERS: usize = 20_000;
const STRANGERS_BESIDE_POOLS: usize = 2_000;
const POOLS: &[usize] = &[10, 100, 300];
const PLACEMENTS: &[(&str, Placement)] = &[("flat", Placement::Flat), ("placed", Placement::Placed)];
const SERVERS_OF_FORECASTS: &[usize] = &[50, 100, 200, 400];
/// Memory is the growth between these.
const FEW: usize = 2_000;
const SERVERS_OF_LARGE_POOL: usize = 2_000;

/// A part, by the name that chooses it.
type Part = (&'static str, fn());

const PARTS: &[Part] =
    &[("strangers", strangers), ("pools", pools), ("forecast", forecasts), ("memory", memory)];

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    for (name, run) in PARTS {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            run();
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
            let shape = Shape {
                pools,
                servers: 3,
                strangers: STRANGERS_BESIDE_POOLS,
                placement,
                ends: Ends::Together,
            };
            compare(&format!("{pools} pools, {name}"), &Estate::new(&shape));
        }
    }
}

fn compare_header() {
    println!();
    println!(
        "| seconds | read and parse | inspect | audit | inspect ÷ parse | audit ÷ parse | audit ÷ inspect |"
    );
    println!("|---|---|---|---|---|---|---|");
}

fn compare(name: &str, estate: &Estate) {
    let parse = seconds(|| read_and_parse(&estate.certificates()));
    let inspect = seconds(|| measured::run(&mut inspect(estate)));
    let audit = seconds(|| measured::run(&mut audit(estate)));
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
        let parse = seconds(|| read_and_parse(&estate.certificates()));
        let audit = seconds(|| measured::run(&mut audit(&estate)));
        let mut bytes = 0;
        let forecast = seconds(|| bytes = peak(&mut forecast(&estate)));
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
    let large = Shape {
        pools: 1,
        servers: SERVERS_OF_LARGE_POOL,
        strangers: 0,
        placement: Placement::Flat,
        ends: Ends::Together,
    };
    let large = peak(&mut audit(&Estate::new(&large)));
    println!();
    println!("| memory of an audit | |");
    println!("|---|---|");
    println!("| bytes a certificate, from {FEW} strangers to {STRANGERS} | {each} |");
    println!("| peak of {STRANGERS} strangers, MB | {} |", many / 1_000_000);
    println!("| peak of one pool with {SERVERS_OF_LARGE_POOL} servers, MB | {} |", large / 1_000_000);
}
