//! The program for Windows, under Wine, held against the one of this system: the same exit codes and the same bytes.
//!
//! Run by `scripts/windows.sh smoke`, which makes the program and names it by `LYNCERT_EXE`, and Wine by `LYNCERT_WINE`. Where they are
//! missing the tests say so and do nothing, except in CI, where they fail. Wine is no Windows; docs/windows.md says what that leaves open.

#![expect(clippy::print_stderr, reason = "what is not there")]
#![expect(clippy::unwrap_used, reason = "helpers of tests lie outside of test functions")]

#[allow(dead_code, unused_imports, reason = "most of it serves the ordinary tests")]
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use lyncert_report::render::FORMATS;
use support::{AT, files_of, folder, root};

/// The program for Windows, and Wine to run it.
struct Windows {
    exe: OsString,
    wine: OsString,
}

impl Windows {
    /// Says that they are not there. CI must have them.
    fn found() -> Option<Self> {
        let found = env::var_os("LYNCERT_EXE").zip(env::var_os("LYNCERT_WINE"));
        if found.is_none() {
            let said = "the program for Windows is not run: `LYNCERT_EXE` and `LYNCERT_WINE` are not set";
            assert!(env::var_os("CI").is_none(), "{said}");
            eprintln!("{said}");
        }
        found.map(|(exe, wine)| Self { exe, wine })
    }

    fn run(&self, place: &Path, arguments: &[&str]) -> Ended {
        let mut command = Command::new(&self.wine);
        command.arg(&self.exe).env("WINEDEBUG", "-all");
        Ended::of(command, place, arguments)
    }
}

/// What a run left on its streams.
#[derive(Debug, Eq, PartialEq)]
struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Ended {
    fn of(mut command: Command, place: &Path, arguments: &[&str]) -> Self {
        let output = command.args(arguments).current_dir(place).stdin(Stdio::null()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    fn here(place: &Path, arguments: &[&str]) -> Self {
        Self::of(Command::new(env!("CARGO_BIN_EXE_lyncert")), place, arguments)
    }

    /// With the separators of this system in the lines that name what was written.
    fn with_slashes(self) -> Self {
        let is_path = |line: &str| line.starts_with("Wrote ") || line.starts_with("Next: ");
        let lines = self.out.split_inclusive('\n');
        let out = lines.map(|line| if is_path(line) { line.replace('\\', "/") } else { line.to_owned() });
        Self { out: out.collect(), ..self }
    }
}

/// Every file below a folder, by its path with `/`.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.unwrap());
    let files = entries.filter(|entry| entry.file_type().is_file());
    let name = |path: &Path| path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
    files.map(|file| (name(file.path()), fs::read(file.path()).unwrap())).collect()
}

/// A folder with the samples in it, so that both programs are given the same words.
fn place() -> tempfile::TempDir {
    let place = folder(&[]);
    for (name, bytes) in files(&root().join("samples")) {
        let path = place.path().join("samples").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    place
}

const CONTOSO: [&str; 3] = ["samples/contoso/topology.tbxml", "--certs", "samples/contoso/certs"];
const FABRIKAM: [&str; 3] = ["samples/fabrikam/topology.xml", "--certs", "samples/fabrikam/certs"];
/// The folders that command lines write every format of a report into: of each sample alone, and of all of them in a batch.
const IN_EVERY_FORMAT: [&str; 6] =
    ["one/a", "one/f", "two", "three/contoso", "three/fabrikam", "three/northwind_collection"];

/// Command lines, in an order in which later ones read what earlier ones wrote.
fn command_lines(every_format: &str) -> Vec<Vec<&str>> {
    let audit = [&["audit"][..], &CONTOSO, &["--at", AT]].concat();
    let with = |more: &[&'static str]| [&audit[..], more].concat();
    let in_every_format = |line: &[&'static str]| [line, &["--at", AT, "--format", every_format]].concat();
    vec![
        vec!["--version"],
        vec!["--help"],
        vec!["audit", "--help"],
        vec!["audit"],
        vec!["audti"],
        in_every_format(&[&["audit"][..], &CONTOSO, &["--out", "one/a", "--evidence", "one/a.zip"]].concat()),
        in_every_format(&[&["audit"][..], &FABRIKAM, &["--out", "one/f"]].concat()),
        in_every_format(&["audit", "samples/northwind/collection", "--out", "two"]),
        in_every_format(&["batch", "samples", "--out", "three", "--no-progress"]),
        // What a run before wrote is replaced.
        with(&["--out", "one/a", "--format", "html,json"]),
        with(&["--format", "json"]),
        vec!["verify", "one/a.zip", "--topology", CONTOSO[0], "--certs", CONTOSO[2]],
        vec!["diff", "samples/contoso/expected/report.json", "two/report.json"],
        vec!["report", "one/a/report.json", "--format", "html,markdown", "--out", "four"],
        vec!["plan", CONTOSO[0]],
        vec!["topology", "samples/fabrikam/topology.xml"],
        vec!["topology", "samples"],
        vec!["inspect", CONTOSO[2], "--at", AT],
        [&["forecast"][..], &CONTOSO, &["--at", AT]].concat(),
        vec!["doctor", "41026"],
        vec!["explain", "--list"],
        vec!["explain", CONTOSO[0]],
        vec![
            "schedule",
            "windows",
            "--program",
            r"C:\lyncert\lyncert.exe",
            "--",
            "batch",
            r"D:\e",
            "--out",
            r"D:\r",
        ],
        vec!["completions", "powershell"],
        vec!["collector"],
        vec!["init", "-"],
        vec!["init", "policy.toml"],
        vec!["man", "--out", "man"],
    ]
}

#[test]
fn both_programs_end_alike_say_the_same_and_write_the_same_bytes() {
    let Some(windows) = Windows::found() else { return };
    let (here, there) = (place(), place());
    let ids: Vec<&str> = FORMATS.iter().map(|format| format.id).collect();
    for line in command_lines(&ids.join(",")) {
        let expected = Ended::here(here.path(), &line);
        let found = windows.run(there.path(), &line);
        assert_eq!(found.with_slashes(), expected, "{line:?}");
    }
    let (expected, found) = (files(here.path()), files(there.path()));
    assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    let differing: Vec<_> = expected.iter().filter(|(name, bytes)| found.get(*name) != Some(bytes)).collect();
    let differing: Vec<_> = differing.into_iter().map(|(name, _)| name).collect();
    assert_eq!(differing, [""; 0]);
    for written in IN_EVERY_FORMAT
        .iter()
        .flat_map(|folder| files_of(|_| true).map(move |file| format!("{folder}/{file}")))
    {
        assert!(found.contains_key(&written), "{written}");
    }
    for written in ["one/a.zip", "three/index.html", "four/report.html", "man/lyncert.1"] {
        assert!(found.contains_key(written), "{written}");
    }
}

#[test]
fn what_windows_would_take_for_something_else_is_told() {
    let Some(windows) = Windows::found() else { return };
    let place = place();
    let out = |out| [&["audit"][..], &CONTOSO, &["--out", out]].concat();
    for (line, part) in [
        (vec!["topology", "samples/contoso/*.tbxml"], "is a pattern"),
        (vec!["inspect", "samples/contoso/certs\" --at 2026-11-22"], "does not end an argument"),
        (vec!["batch", "samples\" --out o"], "tip: an argument has a `\"` in it"),
        (out("nul"), "has the name of a device in it, `nul`"),
        (out("out."), "which Windows drops"),
        (out("SAMPLES/contoso/certs"), "is an input, --certs"),
        (vec!["init", "policy.toml:more"], "names a part of a file"),
    ] {
        let run = windows.run(place.path(), &line);
        assert!(run.code == Some(2) && run.err.contains(part), "{line:?}: {run:?}");
    }
    let run = windows.run(place.path(), &out("o/x"));
    assert!(run.out.contains("Wrote o\\x\\report.html\n"), "{}", run.out);
}

#[test]
fn a_path_may_be_long_and_have_letters_of_any_language() {
    let Some(windows) = Windows::found() else { return };
    let place = place();
    let out = ["ö".repeat(40), "д".repeat(40), "證".repeat(40), "e\u{301}".repeat(40)].join("/");
    let audit = [&["audit"][..], &CONTOSO, &["--at", AT, "--format", "json", "--out"]].concat();
    let long = windows.run(place.path(), &[&audit[..], &[&out]].concat());
    let short = windows.run(place.path(), &[&audit[..], &["o"]].concat());
    assert_eq!((long.code, short.code), (Some(1), Some(1)), "{long:?}");
    assert!(long.out.contains(&format!(r"Wrote {}\report.json", out.replace('/', r"\"))), "{}", long.out);
    let report = |out: &str| fs::read(place.path().join(out).join("report.json")).unwrap();
    assert_eq!(report(&out), report("o"));
}

/// `script` gives a program a terminal; Wine makes a console of it, in which the cursor is where it is in a new one.
#[test]
fn without_arguments_in_a_console_of_its_own_the_help_stays_until_somebody_has_read_it() {
    let Some(windows) = Windows::found() else { return };
    let run = |arguments: &str| {
        let line = format!("{} {} {arguments}", windows.wine.display(), windows.exe.display());
        let mut script = Command::new("script")
            .args(["-qec", &line, "/dev/null"])
            .env("WINEDEBUG", "-all")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (mut keys, mut screen) = (script.stdin.take(), script.stdout.take().unwrap());
        let (mut shown, mut part) = (Vec::new(), [0; 4096]);
        loop {
            let count = screen.read(&mut part).unwrap();
            if count == 0 {
                break;
            }
            shown.extend(&part[..count]);
            if String::from_utf8_lossy(&shown).contains("close this window")
                && let Some(mut keys) = keys.take()
            {
                // Wine loses what is pressed before somebody reads: it is pressed again until the program has ended.
                thread::spawn(move || {
                    while keys.write_all(b"\r").is_ok() {
                        thread::sleep(Duration::from_millis(200));
                    }
                });
            }
        }
        script.wait().unwrap();
        String::from_utf8_lossy(&shown).into_owned()
    };
    let alone = run("");
    assert!(alone.contains("Usage:") && alone.contains("press Enter to close this window"), "{alone}");
    let asked = run("--version");
    assert!(asked.contains("lyncert") && !asked.contains("press Enter"), "{asked}");
}

#[test]
fn the_program_file_has_its_version_and_its_manifest() {
    let Some(windows) = Windows::found() else { return };
    let bytes = fs::read(windows.exe).unwrap();
    let has = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    assert!(has(b">UTF-8</activeCodePage>") && has(b">true</longPathAware>") && has(b"\"asInvoker\""));
    assert!(has(&wide("OriginalFilename")) && has(&wide(env!("CARGO_PKG_VERSION"))));
    let numbers = concat!("name=\"lyncert\" version=\"", env!("CARGO_PKG_VERSION"), ".0\"");
    assert!(has(numbers.as_bytes()));
}
