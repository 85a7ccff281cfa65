//! Scanning a folder of 20,000 certificates, beside reading the files and beside reading and parsing them alone.
//!
//! The scan does more: facts, thumbprints, grouping, and chains with real signatures for the certificates that somebody looks
//! at. It should take at most twice the time of parsing alone. To check one RSA signature takes longer than to read a
//! certificate, so all chains (`lyncert inspect`) cost more; that is measured too. All use all cores.
#![expect(clippy::unwrap_used, reason = "a bench stops at the first surprise")]

mod estate;

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lyncert_report::{ScanOptions, scan};
use lyncert_rules::{Certificate, ChainState, Facts, Relevance, expect};
use rayon::prelude::*;
use walkdir::WalkDir;
use x509_parser::prelude::{FromDer, X509Certificate};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const COUNT: usize = 20_000;
const SERVERS: usize = 500;
/// What an audit of a topology with 500 of the servers looks at.
fn relevance() -> Relevance {
    const NS: &str = "urn:schema:Microsoft.Rtc.Management.Deploy.WritableTopology.2008";
    let (mut clusters, mut services) = (String::new(), String::new());
    for server in 0..SERVERS {
        let fqdn = format!("fe{server}.contoso.com");
        clusters += &format!(
            r#"<Cluster UniqueId="{fqdn}" Fqdn="{fqdn}"><Machines><Machine Fqdn="{fqdn}" /></Machines></Cluster>"#
        );
        services +=
            &format!(r#"<Service RoleName="MediationServer" InstalledOn="{fqdn}" ServiceVersion="7" />"#);
    }
    let text = format!(
        r#"<PartialTopology xmlns="{NS}"><InternalDomains DefaultDomain="contoso.com"><InternalDomain Name="contoso.com" /></InternalDomains><CentralSites><CentralSite SiteId="1"><Clusters>{clusters}</Clusters></CentralSite></CentralSites><Services>{services}</Services></PartialTopology>"#
    );
    let topology = lyncert_ingest::read_all(&[("t.xml", text.as_bytes())]).unwrap().topology;
    Relevance::new(&topology, &expect(&topology, &Facts::default()))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = WalkDir::new(folder).into_iter().map(Result::unwrap);
    entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

fn read(folder: &Path) -> usize {
    files(folder).par_iter().map(|path| fs::read(path).unwrap().len()).sum()
}

fn read_and_parse(folder: &Path) -> usize {
    files(folder)
        .par_iter()
        .map(|path| {
            let bytes = fs::read(path).unwrap();
            let (_, certificate) = X509Certificate::from_der(&bytes).unwrap();
            certificate.extensions().len()
        })
        .sum()
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
    options.relevance = Some(relevance());
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
