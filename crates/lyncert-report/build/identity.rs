//! The identity of a build, which build.rs makes, and a test holds against sources that were changed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// What is hashed, below the workspace: sources with their tables, rules and texts, templates, what is made of them while they are
/// built, and what libraries are used, with which versions and features.
pub(crate) const PARTS: [&str; 13] = [
    "Cargo.lock",
    "Cargo.toml",
    "crates/lyncert-ingest/Cargo.toml",
    "crates/lyncert-ingest/src",
    "crates/lyncert-report/Cargo.toml",
    "crates/lyncert-report/askama.toml",
    "crates/lyncert-report/build",
    "crates/lyncert-report/build.rs",
    "crates/lyncert-report/src",
    "crates/lyncert-report/templates",
    "crates/lyncert-rules/Cargo.toml",
    "crates/lyncert-rules/src",
    // What is read, by which policy and what is told of it is decided there.
    "crates/lyncert/src",
];

/// The SHA-256 of the parts below `root`, and of what is switched on: where they lie, on which system and when does not matter.
pub(crate) fn identity(root: &Path, features: &[&str]) -> io::Result<String> {
    let mut files = Vec::new();
    for part in PARTS {
        list(root, part, &mut files)?;
    }
    files.sort();
    let mut digest = Sha256::new();
    for (name, path) in files {
        // Line ends count, since those of templates stand in pages. .gitattributes gives every clone the same ones.
        let bytes = fs::read(path)?;
        digest.update(format!("{name}\n{}\n", bytes.len()));
        digest.update(bytes);
    }
    for feature in features {
        digest.update(format!("with {feature}\n"));
    }
    Ok(data_encoding::HEXUPPER.encode(&digest.finalize()))
}

/// The files below a part, by their names with `/`.
pub(crate) fn list(root: &Path, part: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
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
