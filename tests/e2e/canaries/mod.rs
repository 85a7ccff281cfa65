//! An estate with a canary in every field of every input: none may be in whatever a redacted run makes, in no form.

mod certificates;
mod estate;
mod search;
mod words;

use std::collections::BTreeSet;
use std::fs;
use std::sync::{LazyLock, Mutex};

use lyncert_report::render::FORMATS;
use serde_json::Value;

use self::estate::{DOMAIN, Estate, POOL, SITE};
use self::search::Search;
use crate::support::{AT, Run, folder, run, text};

/// A word that nothing but one field has.
fn canary(field: &str) -> String {
    format!("qzkanari{field}")
}

/// What all canaries have: also those with an umlaut, and what Punycode leaves of it.
const MARKS: [&str; 3] = ["qzkanari", "qzkänari", "qzknari"];
/// Numbers and addresses.
const NUMBERS: [&str; 12] = [
    "10.77.66.",
    "fd77:6655",
    "6acafe77",
    "6a:ca:fe:77",
    "6a ca fe 77",
    "77feca6a",
    "7770001",
    "7770002",
    "5555577",
    "4711471147",
    "S-1-5-21",
    "c-gateway",
];

static ESTATE: LazyLock<Estate> = LazyLock::new(Estate::new);
/// What is looked for in all that comes out of it.
static SEARCH: LazyLock<Search> = LazyLock::new(|| {
    let digests = digests(&ESTATE);
    Search::of(MARKS.into_iter().chain(NUMBERS).chain(digests.iter().map(String::as_str)))
});

/// Hashes and serial numbers of all that lies in the estate, as its unredacted inventory has them.
fn digests(estate: &Estate) -> BTreeSet<String> {
    let certs = estate.path("qzkanaricerts");
    let plain = run(&["inspect", text(&certs), "--at", AT, "--format", "json"]);
    let mut found = BTreeSet::new();
    digests_in(&plain.json(), &mut found);
    assert!(found.len() > 20, "{found:?}");
    found
}

fn digests_in(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text)
                        if ["sha1", "sha256", "serial", "serial_reversed"].contains(&name.as_str()) =>
                    {
                        found.insert(text.clone());
                    }
                    other => digests_in(other, found),
                }
            }
        }
        Value::Array(rows) => rows.iter().for_each(|row| digests_in(row, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What an estate is judged by.
fn inputs() -> Vec<String> {
    let path = |below: &str| text(&ESTATE.path(below)).to_owned();
    [
        path("qzkanariexports/qzkanaritopology.tbxml"),
        "--policy".to_owned(),
        path("qzkanaripolicy.toml"),
        "--estate".to_owned(),
        "qzkanariestatename of ours".to_owned(),
    ]
    .into()
}

fn with_certs() -> Vec<String> {
    let path = |below: &str| text(&ESTATE.path(below)).to_owned();
    let more = [
        "--certs",
        &path("qzkanaricerts"),
        "--pfx-password-file",
        &path("qzkanaripasswords.txt"),
        "--at",
        AT,
    ];
    inputs().into_iter().chain(more.map(str::to_owned)).collect()
}

/// The formats of a command, by what its parser says of a wrong one.
fn formats_of(command: &str) -> Vec<String> {
    let refused = run(&[command, "--format", "no-such-format"]);
    let all = refused
        .err
        .split("[possible values: ")
        .nth(1)
        .unwrap_or_else(|| panic!("{command}: {}", refused.err));
    all.split(']').next().unwrap().split(", ").map(str::to_owned).collect()
}

/// All commands that have the option.
fn commands_that_redact() -> Vec<String> {
    let help = run(&["--help"]).out;
    let listed = help.split("Commands:").nth(1).unwrap().split("\n\n").next().unwrap();
    let names =
        listed.lines().filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    names.filter(|name| run(&[name, "--help"]).out.contains("--redact")).map(str::to_owned).collect()
}

/// What each command is given, by its name: all that it can read.
fn given(command: &str) -> Vec<Vec<String>> {
    let path = |below: &str| text(&ESTATE.path(below)).to_owned();
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let topology = path("qzkanariexports/qzkanaritopology.tbxml");
    let reports = || (report_of("one", &[]), report_of("two", &["--at", "2027-06-01T00:00:00Z"]));
    match command {
        "audit" => vec![
            with_certs(),
            [with_certs(), words(&["--roots", &path("qzkanariroots"), "--baseline", &reports().1])].concat(),
            [with_certs(), words(&["--pool", POOL, "--min-severity", "error"])].concat(),
            [with_certs(), words(&["--site", SITE])].concat(),
            words(&[&path("qzkanaricollection"), "--at", AT]),
            words(&[&path("qzkanaricollection.zip"), "--at", AT, "--no-policy"]),
        ],
        "forecast" => vec![with_certs(), words(&[&path("qzkanaricollection"), "--at", AT])],
        "plan" => vec![
            inputs(),
            [inputs(), words(&["--wizard"])].concat(),
            words(&["--diff", &topology, &path("qzkanaricollection/topology.xml")]),
        ],
        "topology" => vec![words(&[&topology]), words(&[&path("qzkanaricollection.zip")])],
        "explain" => vec![
            [inputs(), words(&["--name", &format!("sip.{DOMAIN}")])].concat(),
            [inputs(), words(&["--name", POOL])].concat(),
            [inputs(), words(&["--name", "qzkanarinobody.qzkanarinowhere.org"])].concat(),
        ],
        "inspect" => vec![
            words(&[
                &path("qzkanaricerts"),
                "--at",
                AT,
                "--pfx-password-file",
                &path("qzkanaripasswords.txt"),
            ]),
            words(&[&path("qzkanaricollection"), "--at", AT]),
        ],
        "check" => vec![
            words(&[&path("qzkanaricerts/qzkanarifolder"), "--topology", &topology, "--at", AT]),
            words(&[
                &path("qzkanaricerts/qzkanarifolder/qzkanarirequest.req"),
                "--topology",
                &topology,
                "--for",
                POOL,
                "--at",
                AT,
            ]),
            words(&[
                &path("qzkanaricerts/qzkanarifolder/qzkänarifile.cer"),
                "--topology",
                &topology,
                "--for",
                "reverse-proxy",
                "--at",
                AT,
            ]),
        ],
        "diff" => vec![words(&[&reports().0, &reports().1]), words(&[&reports().1, &reports().0])],
        "doctor" => vec![
            words(&[
                &path("qzkanarievents/qzkanarievents.xml"),
                &path("qzkanarievents/qzkanarilog.txt"),
                "--topology",
                &topology,
                "--certs",
                &path("qzkanaricerts"),
                "--at",
                AT,
            ]),
            words(&[
                "qzkanariquery of somebody 0x800b0109 on qzkanariqueried.qzkanariinside.net 10.77.66.99",
            ]),
            words(&["41026", "--topology", &path("qzkanaricollection"), "--at", AT]),
        ],
        "report" => vec![words(&[&reports().0]), words(&[&reports().1])],
        "batch" => vec![words(&[&path("qzkanaribatch"), "--at", AT])],
        other => panic!("`{other}` redacts, and no run of it is looked at"),
    }
}

/// A report with its real names, below the inputs.
fn report_of(name: &str, more: &[&str]) -> String {
    static REPORTS: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let out = ESTATE.path(&format!("qzkanarireports/qzkanari{name}"));
    let mut made = REPORTS.lock().unwrap();
    if made.insert(name.to_owned()) {
        let given = with_certs();
        let given: Vec<&str> = given
            .iter()
            .map(String::as_str)
            .filter(|word| more.is_empty() || *word != AT && *word != "--at")
            .collect();
        let done = run(&[&["audit"], &given[..], more, &["--out", text(&out), "--format", "json"]].concat());
        assert_eq!(done.code, 1, "{}", done.err);
    }
    text(&out.join("report.json")).to_owned()
}

/// Whatever of canaries a run shows. Paths of what it writes are shown as they were given.
fn shown(run: &Run) -> Vec<String> {
    [SEARCH.found_in(run.out.as_bytes()), SEARCH.found_in(run.err.as_bytes())].concat()
}

#[track_caller]
fn assert_none(found: &[String], what: &str) {
    let shown: Vec<&String> = found.iter().take(40).collect();
    assert!(found.is_empty(), "{what}: {} canaries: {shown:#?}", found.len());
}

#[test]
fn a_run_of_every_command_that_redacts_is_looked_at() {
    let commands = commands_that_redact();
    assert!(commands.len() > 10, "{commands:?}");
    for command in commands {
        assert!(!given(&command).is_empty(), "{command}");
    }
    for command in ["verify", "schedule", "init", "collector", "completions", "man"] {
        let refused = run(&[command, "--redact"]);
        assert_eq!(refused.code, 2, "{command}");
    }
}

#[test]
fn no_canary_is_in_what_any_command_prints_in_any_format() {
    let mut found = Vec::new();
    for command in commands_that_redact() {
        for given in given(&command) {
            let given: Vec<&str> = given.iter().map(String::as_str).collect();
            let formats = if ["audit", "report", "batch"].contains(&&*command) {
                Vec::new()
            } else {
                formats_of(&command)
            };
            for format in formats {
                let words =
                    [&[&*command], &given[..], &["--format", &format, "--redact", "--log-format", "json"]]
                        .concat();
                let done = run(&words);
                // A comparison is text or JSON.
                if done.code == 2 && given.iter().any(|word| ["--diff", "--wizard"].contains(word)) {
                    continue;
                }
                assert!([0, 1, 3, 4].contains(&done.code), "{words:?}: {}", done.err);
                assert!(done.out.len() + done.err.len() > 100, "{words:?}: {}{}", done.out, done.err);
                found.extend(shown(&done).into_iter().map(|found| format!("{command} {format}: {found}")));
            }
        }
    }
    assert_none(&found, "what is printed");
}

#[test]
fn no_canary_is_in_any_file_that_a_command_writes() {
    let all = FORMATS.iter().map(|format| format.id).collect::<Vec<_>>().join(",");
    let mut found = Vec::new();
    for command in ["audit", "report", "batch"] {
        for given in given(command) {
            let given: Vec<&str> = given.iter().map(String::as_str).collect();
            let place = folder(&[]);
            let (out, log, map) =
                (place.path().join("out"), place.path().join("run.log"), place.path().join("own/map.json"));
            let end = [
                "--out",
                text(&out),
                "--format",
                &all,
                "--redact",
                "--redact-map",
                text(&map),
                "--log-file",
                text(&log),
            ];
            let done = run(&[&[command], &given[..], &end].concat());
            assert!([0, 1, 3].contains(&done.code), "{given:?}: {}", done.err);
            assert!(out.join(if command == "batch" { "index.html" } else { "report.html" }).is_file());
            assert!(fs::read_to_string(&log).unwrap().contains("ended"), "the log is there");
            assert!(
                !SEARCH.found_in(&fs::read(&map).unwrap()).is_empty(),
                "the map says what stands for what"
            );
            fs::remove_file(&map).unwrap();
            found.extend(
                SEARCH
                    .found_below(place.path())
                    .into_iter()
                    .chain(shown(&done))
                    .map(|found| format!("{command}: {found}")),
            );
        }
    }
    let place = folder(&[]);
    for format in formats_of("plan") {
        let out = place.path().join(&format);
        let given = inputs();
        let given: Vec<&str> = given.iter().map(String::as_str).collect();
        let done =
            run(&[&["plan"], &given[..], &["--format", &format, "--out", text(&out), "--redact"]].concat());
        assert!(done.code < 2, "{}", done.err);
        found.extend(shown(&done));
    }
    found.extend(SEARCH.found_below(place.path()));
    assert_none(&found, "what is written");
}

/// Runs that fail, or say that something is wrong.
fn failing() -> Vec<Vec<String>> {
    let path = |below: &str| text(&ESTATE.path(below)).to_owned();
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let topology = path("qzkanariexports/qzkanaritopology.tbxml");
    let audit =
        |more: &[&str]| words(&[&["audit", &topology, "--certs", &path("qzkanaricerts")], more].concat());
    let damaged = |name: &str| path(&format!("qzkanaridamaged/{name}"));
    // The paths of what was written are shown as they were given.
    let outside = || concat!(env!("CARGO_TARGET_TMPDIR"), "/canaries");
    let mut runs = vec![
        words(&["audit", &path("qzkanarinowhere.xml"), "--certs", &path("qzkanaricerts")]),
        words(&["audit", &topology, "--certs", &path("qzkanarinowhere")]),
        words(&["audit", &topology, "--certs", &path("qzkanaripasswords.txt")]),
        audit(&["--policy", &path("qzkanarimistakes.toml")]),
        audit(&["--policy", &path("qzkanarinowhere.toml")]),
        audit(&["--no-policy", "--pool", "qzkanarinopool.qzkanariinside.net"]),
        audit(&["--no-policy", "--site", "qzkanarinosite of mine"]),
        audit(&["--no-policy", "--roots", &path("qzkanaripasswords.txt")]),
        audit(&["--no-policy", "--pfx-password-file", &path("qzkanarinowhere")]),
        audit(&["--no-policy", "--baseline", &damaged("qzkanarireport.json")]),
        audit(&["--no-policy", "--redact-map", &damaged("qzkanarimap.json")]),
        audit(&["--no-policy", "--redact-map", &damaged("qzkanarireport.json")]),
        audit(&["--no-policy", "--log-file", &damaged("qzkanarireport.json")]),
        audit(&["--no-policy", "--out", &path("qzkanaripasswords.txt")]),
        audit(&["--no-policy", "--out", &path("qzkanaricerts")]),
        audit(&["--evidence", &path("qzkanarievidence.zip")]),
        audit(&["--history", &path("qzkanarihistory")]),
        audit(&["--at", "qzkanaritime"]),
        words(&["audit", &topology, "--qzkanarioption", "qzkanarivalue"]),
        words(&["audit", &topology, "--format", "qzkanariformat"]),
        words(&["check", &path("qzkanarinowhere"), "--topology", &topology]),
        words(&[
            "check",
            &path("qzkanaricerts/qzkanarica"),
            "--topology",
            &topology,
            "--for",
            "qzkanariholder",
        ]),
        words(&[
            "check",
            &path("qzkanaricerts/qzkanarica"),
            "--topology",
            &topology,
            "--usage",
            "qzkanariusage",
        ]),
        words(&["plan", &topology, "--order", "qzkanariorder"]),
        words(&["plan", &topology, "--no-policy", "--out", &path("qzkanaripasswords.txt")]),
        words(&["inspect", &path("qzkanarinowhere")]),
        words(&[
            "inspect",
            &path("qzkanaricerts"),
            "--thumbprint",
            "6ACAFE776ACAFE776ACAFE776ACAFE776ACAFE77",
        ]),
        words(&["inspect", &path("qzkanaricerts"), "--thumbprint", "qzkanarithumbprint"]),
        words(&["explain", "qzkanarirule"]),
        words(&["explain", &path("qzkanarinowhere.xml"), "--name", "qzkanariname"]),
        words(&["diff", &damaged("qzkanarireport.json"), &damaged("qzkanaritype.json")]),
        words(&["report", &damaged("qzkanaritype.json"), "--format", "json"]),
        words(&["report", &path("qzkanarinowhere.json"), "--format", "json"]),
        words(&["batch", &path("qzkanarinowhere"), "--out", outside()]),
        words(&["batch", &path("qzkanaricerts"), "--out", outside()]),
        words(&["batch", &path("qzkanarimistakes.toml"), "--out", outside()]),
        words(&["batch", "--from-reports", &path("qzkanarireports"), "--out", outside()]),
        words(&["doctor", "qzkanariword"]),
        words(&["doctor", &path("qzkanarinowhere.txt")]),
        words(&["qzkanaricommand"]),
    ];
    for entry in fs::read_dir(ESTATE.path("qzkanaridamaged")).unwrap() {
        let file = text(&entry.unwrap().path()).to_owned();
        for command in ["topology", "plan", "report", "explain"] {
            runs.push(words(&[command, &file]));
        }
        runs.push(words(&["audit", &file, "--certs", &path("qzkanaricerts"), "--no-policy"]));
    }
    runs
}

#[test]
fn no_canary_is_in_what_is_said_of_a_failure() {
    let mut found = Vec::new();
    let mut codes = BTreeSet::new();
    for words in failing() {
        let words: Vec<&str> = words.iter().map(String::as_str).chain(["--redact"]).collect();
        for log in ["text", "json"] {
            let done = run(&[&words[..], &["--log-format", log]].concat());
            codes.insert(done.code);
            assert!(done.code != 70, "{words:?}: {}", done.err);
            found.extend(
                shown(&done)
                    .into_iter()
                    .map(|found| format!("{} … {}: {found}", words[0], words[words.len() - 2])),
            );
        }
    }
    assert!(codes.is_superset(&[2, 3].into()), "{codes:?}");
    assert_none(&found, "what is said of failures");
}

#[test]
fn without_redaction_the_canaries_are_there() {
    let given = with_certs();
    let given: Vec<&str> = given.iter().map(String::as_str).collect();
    let collection = ESTATE.path("qzkanaricollection");
    let mut shown = BTreeSet::new();
    for words in [
        [&["audit", "--format", "json"], &given[..]].concat(),
        vec!["audit", "--format", "json", text(&collection), "--at", AT],
    ] {
        let out = run(&words).out;
        let words = out.split(|c: char| !c.is_ascii_alphanumeric());
        shown.extend(words.filter(|word| word.starts_with(MARKS[0])).map(str::to_owned));
    }
    assert!(shown.len() > 90, "{} {shown:?}", shown.len());
    for field in [
        "reason1",
        "approver2",
        "friendly",
        "serialnumber",
        "state",
        "branch",
        "urlquery",
        "upn",
        "rootname",
        "estatename",
    ] {
        assert!(shown.iter().any(|word| word.contains(field)), "{field} is told: {shown:?}");
    }
}
