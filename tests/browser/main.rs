//! The HTML pages as people meet them: in a browser, by keyboard, on paper, and judged by the checkers of others.
//!
//! Run by `cargo test --release -p lyncert --test browser`. Chromium, the Nu HTML Checker (`vnu.jar`, named by `LYNCERT_VNU`) and
//! `pdftotext` are not ours to bring: where one is missing the tests that need it say so and do nothing, except in CI, where they
//! fail.

#![expect(clippy::print_stderr, reason = "what is not there, and what was measured")]
#![expect(clippy::unwrap_used, reason = "helpers of tests lie outside of test functions")]

mod accessible;
mod closed;
mod devtools;
#[allow(dead_code, reason = "most of it serves the benches")]
#[path = "../../crates/lyncert/benches/estates/mod.rs"]
mod estates;
mod first_screen;
mod keyboard;
mod links;
mod made;
mod paper;
mod script;
mod size;
#[allow(dead_code, unused_imports, reason = "most of it serves the ordinary tests")]
#[path = "../support/mod.rs"]
mod support;
mod valid;

/// Says that a tool is not there. CI must have them all.
fn is_missing(tool: &str, so: &str) {
    assert!(std::env::var_os("CI").is_none(), "{tool} is missing, and {so}");
    eprintln!("{tool} is missing, and {so}");
}
