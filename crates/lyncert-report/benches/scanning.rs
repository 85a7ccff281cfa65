//! Scanning a folder of 20,000 certificates, beside reading the files and beside reading and parsing them alone.
//!
//! The scan does more: facts, thumbprints, grouping, and chains with real signatures for the certificates that somebody looks
//! at. It should take at most twice the time of parsing alone. To check one RSA signature takes longer than to read a
//! certificate, so all chains (`lyncert inspect`) cost more; that is measured too. All use all cores.
#![expect(clippy::unwrap_used, reason = "a bench stops at the first surprise")]

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lyncert_report::{ScanOptions, scan};
use rayon::prelude::*;
use rcgen::{
    BasicConstraints, CertificateParams, CrlDistributionPoint, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256,
};
use walkdir::WalkDir;
use x509_parser::prelude::{FromDer, X509Certificate};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const COUNT: usize = 20_000;
/// Folders as large estates have them.
const FOLDERS: usize = 200;

/// The throwaway RSA key of the tests: RSA is what such estates have.
fn key() -> KeyPair {
    let der = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/containers/key-pkcs8.der")).unwrap();
    KeyPair::from_pkcs8_der_and_sign_algo(&der.as_slice().into(), &PKCS_RSA_SHA256).unwrap()
}

fn name(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::OrganizationName, "Contoso");
    name.push(DnType::CommonName, common_name);
    name
}

/// A root and certificates that it issued, in many folders.
fn estate() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut root = CertificateParams::default();
    root.distinguished_name = name("Contoso Root CA");
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    root.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = key();
    fs::write(folder.path().join("root.cer"), root.self_signed(&key).unwrap().der()).unwrap();
    for index in 0..FOLDERS {
        fs::create_dir(folder.path().join(format!("site{index}"))).unwrap();
    }
    let issuer = Issuer::from_params(&root, &key);
    (0..COUNT).into_par_iter().for_each(|index| {
        let host = format!("fe{index}.contoso.com");
        let names = [
            host.clone(),
            format!("pool{}.contoso.com", index / 3),
            "sip.contoso.com".to_owned(),
            "meet.contoso.com".to_owned(),
            "dialin.contoso.com".to_owned(),
            "lyncdiscover.contoso.com".to_owned(),
        ];
        let mut server = CertificateParams::new(names).unwrap();
        server.distinguished_name = name(&host);
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        server.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
        server.crl_distribution_points =
            vec![CrlDistributionPoint { uris: vec!["http://pki.contoso.com/ca.crl".to_owned()] }];
        server.use_authority_key_identifier_extension = true;
        let der = server.signed_by(&key, &issuer).unwrap();
        fs::write(folder.path().join(format!("site{}/{host}.cer", index % FOLDERS)), der.der()).unwrap();
    });
    folder
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
    let folder = estate();
    let mut group = criterion.benchmark_group("scanning");
    group
        .throughput(Throughput::Elements(COUNT as u64))
        .sample_size(10)
        .measurement_time(Duration::from_secs(10));
    group.bench_function("a: reading", |bencher| bencher.iter(|| black_box(read(folder.path()))));
    group.bench_function("b: reading and parsing", |bencher| {
        bencher.iter(|| black_box(read_and_parse(folder.path())));
    });
    let scanned = || {
        let inventory = scan(folder.path(), &ScanOptions::default()).unwrap();
        assert_eq!(inventory.certificates.len(), COUNT + 1);
        inventory
    };
    // An audit checks the chains of what serves something: some hundreds.
    group.bench_function("c: scan, 500 chains", |bencher| {
        bencher.iter_with_large_drop(|| {
            let mut inventory = scanned();
            inventory.check_chains(&(0..500).collect::<Vec<_>>());
            inventory
        });
    });
    group.bench_function("d: scan, all chains", |bencher| {
        bencher.iter_with_large_drop(|| {
            let mut inventory = scanned();
            inventory.check_all_chains();
            inventory
        });
    });
    group.finish();
}

criterion_group!(benches, scanning);
criterion_main!(benches);
