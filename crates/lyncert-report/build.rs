//! The identity of a build: a hash of all that decides what a report says and how it looks. Two programs of one version can still
//! draw different pages; by this an auditor tells an older program from a changed report.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// What is hashed, below the workspace: sources with their tables, rules and texts, templates, and the versions of libraries.
const PARTS: [&str; 5] = [
    "Cargo.lock",
    "crates/lyncert-ingest/src",
    "crates/lyncert-rules/src",
    "crates/lyncert-report/src",
    "crates/lyncert-report/templates",
];

fn main() -> io::Result<()> {
    let root = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../..");
    let mut files = Vec::new();
    for part in PARTS {
        println!("cargo::rerun-if-changed={}", root.join(part).display());
        list(&root, part, &mut files)?;
    }
    files.sort();
    let mut digest = Sha256::new();
    for (name, path) in files {
        // Line ends are the checkout's.
        let bytes: Vec<u8> = fs::read(path)?.into_iter().filter(|byte| *byte != b'\r').collect();
        digest.update(format!("{name}\n{}\n", bytes.len()));
        digest.update(bytes);
    }
    println!("cargo::rustc-env=LYNCERT_BUILD_SHA256={}", data_encoding::HEXUPPER.encode(&digest.finalize()));
    Ok(())
}

/// The files below a part, by their names with `/`: where the workspace lies does not matter.
fn list(root: &Path, part: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    let path = root.join(part);
    if !path.is_dir() {
        files.push((part.to_owned(), path));
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        // What editors and systems leave beside sources is none.
        if !name.starts_with('.') && !name.ends_with('~') {
            list(root, &format!("{part}/{name}"), files)?;
        }
    }
    Ok(())
}
