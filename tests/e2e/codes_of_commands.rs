//! Every code that the help of a command lists is one that the command ends with.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};

use crate::support::estates::estates;
use crate::support::evidence::forge;
use crate::support::{AT, Audit, folder, run, sample, text};

/// A defect of the program: nothing that it is given leads there.
const DEFECT: i32 = 70;

/// The codes that the help of a command lists.
fn listed(command: &str) -> BTreeSet<i32> {
    let help = run(&[command, "--help"]).out;
    let codes = help.split_once("Exit codes:").unwrap().1.lines();
    codes
        .filter_map(|line| line.split_whitespace().next()?.parse().ok())
        .filter(|code| *code != DEFECT)
        .collect()
}

#[test]
fn every_command_ends_with_each_of_the_codes_that_its_help_lists() {
    let [good, bad] = [("fabrikam", "topology.xml"), ("contoso", "topology.tbxml")]
        .map(|(estate, topology)| [sample(estate).join(topology), sample(estate).join("certs")]);
    let ([good, good_certs], [bad, bad_certs]) =
        (good.each_ref().map(|p| text(p)), bad.each_ref().map(|p| text(p)));
    let place =
        folder(&[("damaged/edge.cer", b"-----BEGIN CERTIFICATE-----\n?\n"), ("notes.zip", b"no archive")]);
    let path = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let (free, taken, evidence, changed) =
        (path("out"), path("taken"), path("evidence.zip"), path("changed.zip"));
    let (no, notes, damaged) = (path("no-such-file"), path("notes.zip"), path("damaged"));

    let reports = ["good", "bad"].map(|name| format!("{}/report.json", path(name)));
    let made = Audit::of("fabrikam").out(path("good")).with(&["--evidence", &evidence]).run();
    assert_eq!(made.code, 0, "{}", made.err);
    assert_eq!(Audit::of("contoso").out(path("bad")).run().code, 1);
    let [old, new] = reports.each_ref().map(String::as_str);
    let mut bytes = fs::read(&evidence).unwrap();
    let at = bytes.windows(7).position(|window| window == b"lyncert").unwrap();
    bytes[at] = b'L';
    fs::write(&changed, bytes).unwrap();
    let of_another_build = path("another.zip");
    forge(evidence.as_ref(), &"AB".repeat(32), of_another_build.as_ref());
    fs::create_dir(&taken).unwrap();
    let lock = File::create(place.path().join("taken/.lyncert.lock")).unwrap();
    lock.lock().unwrap();
    let (fleet, mixed) = (estates(1), folder(&[("a/topology.tbxml", &fs::read(bad).unwrap()[..])]));
    for (name, bytes) in
        [("farm.cer", "from-farm-admin/farm.crt"), ("damaged.pem", "from-mail/edge-internal.pem")]
    {
        let certs = mixed.path().join("a/certs");
        fs::create_dir_all(&certs).unwrap();
        fs::copy(sample("contoso/certs").join(bytes), certs.join(name)).unwrap();
    }
    let (fleet, mixed) = (text(fleet.path()), text(mixed.path()));
    let at = &["--at", AT][..];
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let audit =
        |of: [&str; 2], more: &[&str]| owned(&[&["audit", of[0], "--certs", of[1]], at, more].concat());
    let check =
        |file: &str, topology: &str| ["check", file, "--topology", topology, "--at", AT].map(str::to_owned);
    let fitting = sample("contoso/certs/fe01.contoso.net");
    let unfitting = sample("contoso/certs/old");
    let scheduled = |topology: &str| {
        let audit = ["audit", topology, "--certs", "/c", "--out", "/o"];
        owned(&[&["schedule", "cron", "--program", "/usr/bin/lyncert", "--"], &audit[..]].concat())
    };

    let runs: Vec<(i32, Vec<String>)> = vec![
        (0, audit([good, good_certs], &[])),
        (1, audit([bad, bad_certs], &[])),
        (2, audit([good, good_certs], &["--policy", &no])),
        (3, audit([&no, good_certs], &[])),
        (4, audit([bad, bad_certs], &["--exit-zero", "--strict"])),
        (75, audit([good, good_certs], &["--out", &taken])),
        (0, owned(&["batch", fleet, "--out", &free, "--at", AT])),
        (1, owned(&["batch", mixed, "--out", &path("mixed"), "--at", AT])),
        (2, owned(&["batch", fleet, "--out", &free, "--at", "tomorrow"])),
        (3, owned(&["batch", &no, "--out", &free, "--at", AT])),
        (4, owned(&["batch", mixed, "--out", &path("strict"), "--at", AT, "--exit-zero", "--strict"])),
        (75, owned(&["batch", fleet, "--out", &taken, "--at", AT])),
        (0, owned(&["plan", good])),
        (2, owned(&["plan", good, "--order", "4711"])),
        (3, owned(&["plan", &no])),
        (75, owned(&["plan", good, "--out", &taken])),
        (0, owned(&["inspect", good_certs])),
        (2, owned(&["inspect", good_certs, "--format", "xlsx"])),
        (3, owned(&["inspect", &no])),
        (4, owned(&["inspect", bad_certs, "--strict"])),
        (0, check(text(&fitting), bad).to_vec()),
        (1, check(text(&unfitting), bad).to_vec()),
        (2, owned(&["check", text(&fitting), "--topology", bad, "--for", "nobody.contoso.com"])),
        (3, check(&damaged, bad).to_vec()),
        (0, owned(&["forecast", good, "--certs", good_certs, "--at", AT])),
        (2, owned(&["forecast", good, "--certs", good_certs, "--at", AT, "--until", "2020-01-01"])),
        (3, owned(&["forecast", &no, "--certs", good_certs])),
        (0, owned(&["diff", old, new])),
        (1, owned(&["diff", old, new, "--fail-on-new"])),
        (2, owned(&["diff", old])),
        (3, owned(&["diff", old, &no])),
        (0, owned(&["report", new, "--out", &path("again")])),
        (2, owned(&["report", new, "--out", &path("again"), "--format", "pdf"])),
        (3, owned(&["report", &no, "--out", &path("again")])),
        (75, owned(&["report", new, "--out", &taken])),
        (0, owned(&["doctor", "41026"])),
        (2, owned(&["doctor", "99999"])),
        (3, owned(&["doctor", "41026", "--topology", &no, "--certs", good_certs])),
        (0, owned(&["explain", "san-missing"])),
        (2, owned(&["explain", "san-mising"])),
        (3, owned(&["explain", "--name", "sip.contoso.com", &no])),
        (0, owned(&["topology", good])),
        (2, owned(&["topology"])),
        (3, owned(&["topology", &no])),
        (0, scheduled("/t.xml")),
        (2, scheduled("t.xml")),
        (0, owned(&["verify", &evidence])),
        (1, owned(&["verify", &changed])),
        (2, owned(&["verify", &evidence, "--topology", good])),
        (3, owned(&["verify", &notes])),
        (4, owned(&["verify", &of_another_build])),
        (0, owned(&["init", &path("lyncert.toml")])),
        (2, owned(&["init", &path("lyncert.toml")])),
        (0, owned(&["collector", &path("collect.ps1")])),
        (2, owned(&["collector", &notes])),
        (0, owned(&["completions", "bash"])),
        (2, owned(&["completions", "tcsh"])),
        (0, owned(&["man"])),
        (2, owned(&["man", "--out", &notes])),
        (75, owned(&["man", "--out", &taken])),
    ];
    let mut seen: BTreeMap<String, BTreeSet<i32>> = BTreeMap::new();
    for (code, words) in &runs {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let ended = run(&words);
        assert_eq!(ended.code, *code, "{words:?}: {}", ended.err);
        seen.entry(words[0].to_owned()).or_default().insert(*code);
    }
    let help = run(&["--help"]).out;
    let commands = help.split_once("Commands:\n").unwrap().1.lines().take_while(|line| !line.is_empty());
    let commands: Vec<&str> = commands
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|command| *command != "help")
        .collect();
    assert!(commands.len() > 10, "{commands:?}");
    for command in commands {
        assert_eq!(seen.get(command), Some(&listed(command)), "{command}");
    }
}
