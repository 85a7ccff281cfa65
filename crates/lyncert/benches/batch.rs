//! One batch of many estates against the sum of its parts: each estate audited by a run of its own.
//!
//! Both write all files. What is promised: a batch takes no longer than its parts, and uses all cores.

#![expect(clippy::unwrap_used, reason = "a bench that cannot start has nothing to measure")]

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use criterion::{Criterion, criterion_group, criterion_main};

const ESTATES: usize = 200;
const AT: &str = "2026-11-22";

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() && name != "expected" {
            copy(&path, &to.join(name));
        } else if path.is_file() {
            fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

fn lyncert(arguments: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lyncert"));
    let status = command.args(arguments).args(["--at", AT, "-q"]).stderr(Stdio::null()).status().unwrap();
    assert_eq!(black_box(status.code()), Some(0));
}

fn batch(criterion: &mut Criterion) {
    let root = tempfile::tempdir().unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/fabrikam");
    let estates: Vec<PathBuf> =
        (0..ESTATES).map(|number| root.path().join(format!("estates/estate{number:04}"))).collect();
    for estate in &estates {
        copy(&sample, estate);
    }
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let mut group = criterion.benchmark_group("batch");
    group.sample_size(10);
    group.bench_function("a: each estate by itself", |bencher| {
        bencher.iter(|| {
            for (number, estate) in estates.iter().enumerate() {
                let (topology, certs) = (text(&estate.join("topology.xml")), text(&estate.join("certs")));
                let out = text(&root.path().join(format!("single/{number}")));
                lyncert(&["audit", &topology, "--certs", &certs, "--out", &out]);
            }
        });
    });
    let (all, out) = (text(&root.path().join("estates")), text(&root.path().join("out")));
    group.bench_function("b: one batch", |bencher| {
        bencher.iter(|| lyncert(&["batch", &all, "--out", &out]));
    });
    group.bench_function("c: one batch, one estate at a time", |bencher| {
        bencher.iter(|| lyncert(&["batch", &all, "--out", &out, "--jobs", "1"]));
    });
    group.finish();
}

criterion_group!(benches, batch);
criterion_main!(benches);
