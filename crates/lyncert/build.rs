//! What Windows reads from the program file: its version, and a manifest that says that texts are UTF-8, that paths may be long and
//! that it needs no more rights than whoever starts it.
//!
//! `windres` comes with the linker of the GNU targets and does all of it, so that no library for it is needed.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// `windres` of the GNU tools: as cross compilers call it, and as it is called on Windows.
const WINDRES: [&str; 2] = ["x86_64-w64-mingw32-windres", "windres"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=windows");
    let target = |part: &str| env::var(format!("CARGO_CFG_TARGET_{part}")).unwrap_or_default();
    if target("OS") != "windows" {
        return;
    }
    if target("ENV") != "gnu" {
        println!(
            "cargo::warning=lyncert.exe gets no version and no manifest: they are made for the GNU targets only"
        );
        return;
    }
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names a folder"));
    let object = folder.join("lyncert.res.o");
    let manifest = fs::read_to_string("windows/lyncert.manifest").expect("the manifest lies in `windows`");
    let manifest = manifest.replace("LYNCERT_NUMBERS", &numbers("."));
    fs::write(folder.join("lyncert.manifest"), manifest).expect("cargo's folder can be written to");
    let made = WINDRES.iter().any(|windres| make(windres, &folder, &object));
    assert!(
        made,
        "no version and no manifest can be made: expected one of {WINDRES:?}, of the package of the linker"
    );
    println!("cargo::rustc-link-arg-bins={}", object.display());
}

/// The version as Windows has it: four numbers.
fn numbers(separator: &str) -> String {
    let number = |part: &str| env::var(format!("CARGO_PKG_VERSION_{part}")).unwrap_or_default();
    [number("MAJOR"), number("MINOR"), number("PATCH"), "0".to_owned()].join(separator)
}

/// Whether the program is there and makes the object. `folder` has the manifest with its version.
fn make(windres: &str, folder: &Path, object: &Path) -> bool {
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let status = Command::new(windres)
        .args(["--input", "windows/lyncert.rc", "--output-format", "coff", "--include-dir"])
        .arg(folder)
        .arg("--output")
        .arg(object)
        .arg(format!("-DLYNCERT_NUMBERS={}", numbers(",")))
        // A shell stands between it and the preprocessor.
        .arg(format!("-DLYNCERT_VERSION=\\\"{version}\\\""))
        .status();
    status.is_ok_and(|status| status.success())
}
