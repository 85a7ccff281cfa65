//! Scanning a folder of 20,000 certificates, beside reading the files and beside reading and parsing them alone.
//!
//! The scan does more: facts, thumbprints, grouping, and chains with real signatures for the certificates that somebody looks
//! at. It should take at most twice the time of parsing alone. To check one RSA signature takes longer than to read a
//! certificate, so all chains (`lyncert inspect`) cost more; that is measured too. All use all cores.
#![expect(clippy::unwrap_used, reason = "a bench stops at the first surprise")]

mod estate;

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lyncert_report::scan::{ScanOptions, scan};
use lyncert_rules::certificate::{Certificate, ChainState};
use lyncert_rules::facts::Facts;
use lyncert_rules::profile::expect;
use lyncert_rules::relevance::Relevance;
use rayon::prelude::*;

use estate::{SERVERS, files, read_and_parse, topology};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const COUNT: usize = 20_000;
fn read(folder: &Path) -> usize {
    files(folder).par_iter().map(|path| fs::read(path).unwrap().len()).sum()
}

fn scanning(criterion: &mut Criterion) {
    let folder = estate::estate(COUNT);
    let mut group = criterion.benchmark_group("scanning");
    group
        .throughput(Throughput::Elements(COUNT as u64))
        .sample_size(10)
        .measurement_time(Duration::from_secs(10));
    group.bench_function("a: reading", |bencher| bencher.iter(|| black_box(read(folder.path()))));
    group.bench_function("b: reading and parsing", |bencher| {
        bencher.iter(|| black_box(read_and_parse(folder.path())));
    });
    let scanned = |options: &ScanOptions, chains: usize| {
        let inventory = scan(folder.path(), options).unwrap();
        assert_eq!(inventory.certificates.len(), COUNT + 1);
        let verified = |certificate: &&Certificate| certificate.chain.state == ChainState::Verified;
        assert_eq!(inventory.certificates.iter().filter(verified).count(), chains + 1);
        inventory
    };
    // An audit checks the chains of what serves something.
    let mut options = ScanOptions::default();
    let topology = topology().topology;
    options.relevance = Some(Relevance::new(&topology, &expect(&topology, &Facts::default())));
    group.bench_function("c: scan, with the chains of 500 servers", |bencher| {
        bencher.iter_with_large_drop(|| scanned(&options, SERVERS));
    });
    group.bench_function("d: scan, with all chains", |bencher| {
        bencher.iter_with_large_drop(|| scanned(&ScanOptions::default(), COUNT));
    });
    group.finish();
}

criterion_group!(benches, scanning);
criterion_main!(benches);
