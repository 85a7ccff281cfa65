//! What schedulers are given, run for real as far as this machine can.

#[cfg(unix)]
use std::fs;
#[cfg(unix)]
use std::path::Path;
#[cfg(unix)]
use std::process::Command;

use crate::support::run;
#[cfg(unix)]
use crate::support::{folder, sample, text};

#[cfg(unix)]
fn schedule(scheduler: &str, out: &Path, more: &[&str]) -> String {
    let samples = sample("");
    let program = env!("CARGO_BIN_EXE_lyncert");
    let arguments = [
        &["schedule", scheduler, "--program", program],
        more,
        &["--", "batch", text(&samples), "--out", text(out), "--at", "2026-11-22"],
    ];
    let run = run(&arguments.concat());
    assert_eq!(run.code, 0, "{}", run.err);
    run.out
}

#[cfg(unix)]
/// That a run left its report and its log.
fn assert_ran(out: &Path) {
    assert!(fs::read_to_string(out.join("index.html")).unwrap().contains("contoso"));
    assert!(out.join("contoso/report.html").is_file());
    let log = fs::read_to_string(out.join("lyncert.log")).unwrap();
    assert!(log.ends_with("info    ended with exit code 1\n"), "{log}");
}

#[cfg(unix)]
/// The units by name, as they would be saved.
fn units(text: &str) -> Vec<(String, String)> {
    let mut units: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        match line.strip_prefix("# /etc/systemd/system/") {
            Some(name) => units.push((name.to_owned(), String::new())),
            None => {
                let (_, unit) = units.last_mut().unwrap();
                unit.push_str(line);
                unit.push('\n');
            }
        }
    }
    units
}

#[cfg(unix)]
#[test]
fn systemd_accepts_the_units_and_their_command_runs() {
    let place = folder(&[]);
    let out = place.path().join("100% of $estates");
    let text = schedule("systemd", &out, &["--name", "lyncert-nightly"]);
    let units = units(&text);
    assert_eq!(units.len(), 2);
    let paths: Vec<_> = units
        .iter()
        .map(|(name, unit)| {
            let path = place.path().join(name);
            fs::write(&path, unit).unwrap();
            path
        })
        .collect();
    match Command::new("systemd-analyze").arg("verify").arg("--man=no").args(&paths).output() {
        Ok(verified) => {
            let said = String::from_utf8_lossy(&verified.stderr).into_owned();
            // Of the machine's own units it may have something to say.
            let ours: Vec<&str> = said.lines().filter(|line| line.contains("lyncert")).collect();
            assert!(ours.is_empty(), "{ours:?}");
            assert!(verified.status.success(), "{said}");
        }
        Err(error) => assert!(std::env::var_os("CI").is_none(), "systemd-analyze is missing: {error}"),
    }
    let command = units[0].1.lines().find_map(|line| line.strip_prefix("ExecStart=")).unwrap();
    let arguments = systemd_arguments(command);
    let status =
        Command::new(&arguments[0]).args(&arguments[1..]).current_dir("/").env_clear().status().unwrap();
    assert_eq!(status.code(), Some(1));
    assert_ran(&out);
}

#[cfg(unix)]
/// Takes a command apart as systemd does: quotes, backslashes, doubled percent and dollar signs.
fn systemd_arguments(command: &str) -> Vec<String> {
    let (mut arguments, mut current, mut quoted, mut chars) =
        (Vec::new(), String::new(), false, command.chars());
    while let Some(c) = chars.next() {
        match c {
            '"' => quoted = !quoted,
            '\\' => current.push(chars.next().unwrap()),
            '%' | '$' => {
                assert_eq!(chars.next(), Some(c), "a single {c} would be expanded");
                current.push(c);
            }
            ' ' if !quoted => arguments.push(std::mem::take(&mut current)),
            _ => current.push(c),
        }
    }
    arguments.push(current);
    arguments
}

#[cfg(unix)]
#[test]
fn the_line_of_cron_runs_in_a_shell_of_its_own() {
    let place = folder(&[]);
    let out = place.path().join("it's 100%");
    let printed = schedule("cron", &out, &["--random-delay", "0", "--time", "04:15"]);
    let line = printed.lines().find(|line| !line.starts_with('#')).unwrap();
    let mut fields = line.splitn(6, ' ');
    let times: Vec<&str> = fields.by_ref().take(5).collect();
    assert_eq!(times, ["15", "4", "*", "*", "*"]);
    let command = fields.next().unwrap();
    // cron takes an unescaped percent sign for the end of the command, and the backslash away from the others.
    let without_escaped = command.replace("\\%", "");
    assert!(!without_escaped.contains('%'), "{command}");
    let command = command.replace("\\%", "%");
    let status = Command::new("/bin/sh").args(["-c", &command]).current_dir("/").status().unwrap();
    assert_eq!(status.code(), Some(1));
    assert_ran(&out);
}

#[test]
fn the_task_of_windows_has_the_same_command() {
    let printed = run(&[
        "schedule",
        "windows",
        "--program",
        r"C:\Program Files\lyncert\lyncert.exe",
        "--user",
        r"CONTOSO\svc-lyncert$",
        "--",
        "batch",
        r"D:\estates",
        "--out",
        r"D:\reports of all",
    ]);
    assert_eq!(printed.code, 0, "{}", printed.err);
    for part in [
        r"<Command>C:\Program Files\lyncert\lyncert.exe</Command>",
        r"<Arguments>batch D:\estates --out &quot;D:\reports of all&quot; --no-progress --quiet --log-file &quot;D:\reports of all\lyncert.log&quot;</Arguments>",
        r"<UserId>CONTOSO\svc-lyncert$</UserId>",
        "<RandomDelay>PT30M</RandomDelay>",
        "<Priority>7</Priority>",
        "schtasks /Create /TN \"lyncert-audit\"",
    ] {
        assert!(printed.out.contains(part), "{part}: {}", printed.out);
    }
    assert!(printed.out.starts_with("<?xml version=\"1.0\"?>\n"));
}

#[test]
fn what_cannot_run_alone_is_refused() {
    for (arguments, said) in [
        (&["--", "batch", "estates", "--out", "/srv/out"][..], "`estates` depends on where the run starts"),
        (&["--", "inspect", "/srv"], "expected `audit` or `batch`"),
        (&["--name", "a b", "--", "batch"], "invalid value 'a b'"),
        (&["--time", "25:00", "--", "batch"], "expected a time such as 03:30"),
        (&["--user", "root; reboot", "--", "batch", "/a", "--out", "/b"], "is no name of an account"),
        (&[], "required arguments"),
    ] {
        let arguments = [&["schedule", "cron", "--program", "/usr/bin/lyncert"], arguments].concat();
        let run = run(&arguments);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments:?}");
        assert!(run.err.contains(said), "{}", run.err);
    }
}

/// What `schedule` says of the collector with these arguments.
fn collector(options: &[&str], arguments: &[&str]) -> crate::support::Run {
    let script = r"C:\lyncert\Export-LyncertCollection.ps1";
    run(&[&["schedule"], options, &["--", "collector", script], arguments].concat())
}

#[test]
fn the_collectors_task_runs_the_script_elevated_as_somebody_who_may_ask_servers() {
    let arguments = ["-OutputPath", r"D:\estates\contoso north", "-Replace", "-IncludeEdge"];
    let printed =
        collector(&["windows", "--name", "lyncert-collect", "--user", r"CONTOSO\lync$"], &arguments);
    assert_eq!(printed.code, 0, "{}", printed.err);
    for part in [
        r"<Command>%SystemRoot%\System32\WindowsPowerShell\v1.0\powershell.exe</Command>",
        r"<Arguments>-NoProfile -NonInteractive -ExecutionPolicy Bypass -File C:\lyncert\Export-LyncertCollection.ps1 -OutputPath &quot;D:\estates\contoso north&quot; -Replace -IncludeEdge</Arguments>",
        r"<UserId>CONTOSO\lync$</UserId>",
        "<LogonType>Password</LogonType>",
        "<RunLevel>HighestAvailable</RunLevel>",
        "RTCUniversalServerAdmins",
        "schtasks /Create /TN \"lyncert-collect\"",
    ] {
        assert!(printed.out.contains(part), "{part}: {}", printed.out);
    }
    let named = collector(&["windows", "--user", r"CONTOSO\lync"], &arguments);
    assert!(named.out.contains(r#"add /RU "CONTOSO\lync" /RP * to the first line"#), "{}", named.out);
    let local = collector(&["windows"], &["-LocalOnly", "-OutputPath", r"D:\edge1", "-Replace"]);
    assert!(local.out.contains("<UserId>S-1-5-18</UserId>"), "{}{}", local.out, local.err);
}

#[test]
fn a_collectors_task_that_could_not_work_is_refused() {
    let out = ["-OutputPath", r"D:\estates\contoso"];
    let user = ["windows", "--user", r"CONTOSO\lync$"];
    for (options, arguments, reason) in [
        (&user[..], vec!["-Replace"], "expected `-OutputPath`"),
        (&user, vec!["-OutputPath", "contoso", "-Replace"], "depends on where the run starts"),
        (&user, out.to_vec(), "expected `-Replace` too"),
        (&user, [&out[..], &["-Replace", "-zip"]].concat(), "is never overwritten"),
        (&user, [&out[..], &["-Replace", "-WhatIf"]].concat(), "it writes nothing"),
        (&["windows"], [&out[..], &["-Replace"]].concat(), "expected `--user` with a domain account"),
        (&["systemd"], [&out[..], &["-Replace"]].concat(), "the collector runs on Windows"),
        (&["windows", "--program", r"C:\x.exe"], out.to_vec(), "not in `--program`"),
    ] {
        let refused = collector(options, &arguments);
        assert_eq!(refused.code, 2, "{arguments:?}");
        assert!(refused.err.contains(reason), "{reason}: {}", refused.err);
    }
}
