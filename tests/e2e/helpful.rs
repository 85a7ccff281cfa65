//! What people meet where they stumble: folders given for files, formats without a place, paths of another system, colors in pipes.

use std::fs;

use serde_json::Value;

use crate::support::{AT, Audit, Run, folder, lyncert, run, sample, text};

#[test]
fn json_without_a_folder_is_printed_and_nothing_else_is() {
    let out = folder(&[]);
    Audit::of("contoso").out(&out).format("json").run();
    let printed = Audit::of("contoso").format("json").run();
    assert_eq!((printed.code, printed.err.as_str()), (1, ""));
    assert_eq!(printed.out, fs::read_to_string(out.path().join("report.json")).unwrap());
}

#[test]
fn formats_that_are_files_ask_for_a_folder() {
    for format in ["html", "csv", "json,html"] {
        let run = Audit::of("contoso").format(format).run();
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{format}");
        assert!(run.err.contains("expected `--out` with a folder"), "{}", run.err);
    }
}

#[test]
fn no_folder_is_called_minus() {
    let topology = sample("contoso/topology.tbxml");
    for command in ["audit", "plan"] {
        let place = folder(&[]);
        let output =
            lyncert(&[command, text(&topology), "--out", "-"]).current_dir(place.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{command}");
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains("expected a folder: `-` is no place for files"), "{message}");
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0, "{command}");
    }
}

#[test]
fn a_folder_stands_for_the_exports_in_it_wherever_a_topology_is_asked_for() {
    let (estate, export) = (sample("contoso"), sample("contoso/topology.tbxml"));
    let (estate, export) = (text(&estate), text(&export));
    let commands: [fn(&str) -> Run; 3] = [
        |path| run(&["topology", path]),
        |path| run(&["plan", path]),
        |path| run(&["explain", path, "--name", "meet.contoso.com"]),
    ];
    for run_with in commands {
        let (of_folder, of_export) = (run_with(estate), run_with(export));
        assert_eq!((of_folder.code, &of_folder.out), (0, &of_export.out), "{}", of_folder.err);
    }
    let both = run(&["plan", estate, export]);
    assert_eq!(both.code, 3);
    assert!(both.err.contains("it is a folder; in it lies `topology.tbxml`"), "{}", both.err);
    let empty = folder(&[]);
    let nothing = run(&["plan", text(empty.path())]);
    assert_eq!(nothing.code, 3);
    assert!(nothing.err.contains("holds no topology export"), "{}", nothing.err);
}

#[test]
fn paths_of_another_system_are_called_absolute_there() {
    let run_on = |scheduler: &str, program: &[&str], out: &str| {
        let start = [&["schedule", scheduler], program].concat();
        run(&[&start[..], &["--", "batch", r"D:\estates", "--out", out]].concat())
    };
    let unix = run_on("windows", &["--program", r"C:\lyncert\lyncert.exe"], "/srv/out");
    assert_eq!(unix.code, 2);
    assert!(
        unix.err.contains("`/srv/out` is an absolute path of Unix; expected one of Windows"),
        "{}",
        unix.err
    );
    let windows = run_on("cron", &["--program", "/usr/bin/lyncert"], "/srv/out");
    assert!(windows.err.contains(r"`D:\estates` is an absolute path of Windows"), "{}", windows.err);
    if cfg!(unix) {
        let without = run_on("windows", &[], r"D:\out");
        assert_eq!(without.code, 2);
        assert!(without.err.contains("by `--program`"), "{}", without.err);
    }
}

#[test]
fn colors_are_in_no_pipe_unless_they_are_asked_for() {
    let (topology, certs) = (sample("contoso/topology.tbxml"), sample("contoso/certs"));
    let arguments = ["audit", text(&topology), "--certs", text(&certs), "--at", AT, "--exit-zero"];
    let has_color = |more: &[&str], environment: &[(&str, &str)]| {
        let mut command = lyncert(&[&arguments[..], more].concat());
        command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").envs(environment.iter().copied());
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        output.stdout.contains(&0x1b)
    };
    assert!(!has_color(&[], &[]));
    assert!(has_color(&["--color", "always"], &[]));
    assert!(has_color(&["--color", "always"], &[("NO_COLOR", "1")]), "an option is asked for last");
    assert!(has_color(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!has_color(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!has_color(&["--format", "json", "--color", "always"], &[]), "data has no colors");
}

#[test]
fn help_and_mistakes_have_colors_where_the_command_line_wants_them() {
    let has_color = |words: &[&str], environment: &[(&str, &str)]| {
        let mut command = lyncert(words);
        command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").envs(environment.iter().copied());
        let output = command.output().unwrap();
        output.stdout.contains(&0x1b) || output.stderr.contains(&0x1b)
    };
    for words in [&["--help"][..], &["audit", "--help"], &["audit", "--no-such-option"]] {
        assert!(!has_color(words, &[]), "{words:?}");
        assert!(!has_color(words, &[("NO_COLOR", "1")]), "{words:?}");
        assert!(has_color(words, &[("CLICOLOR_FORCE", "1")]), "{words:?}");
        for (option, is_wanted) in [("--color=always", true), ("--color=never", false)] {
            let words = [&[option], words].concat();
            assert_eq!(has_color(&words, &[("CLICOLOR_FORCE", "1")]), is_wanted, "{words:?}");
        }
    }
    assert!(has_color(&["--color", "always", "--help"], &[("NO_COLOR", "1")]), "an option is asked for last");
    assert!(
        !has_color(&["schedule", "cron", "--nothing", "--", "--color", "always"], &[]),
        "the other's option"
    );
}

#[test]
fn the_summary_says_what_to_do_next_and_where_to_look() {
    let out = folder(&[]);
    let screen = Audit::of("contoso").out(&out).run().out;
    let (before, after) = screen.split_once("\nDo next\n").unwrap();
    assert!(before.contains("requirements") && !before.contains("Errors"), "{screen}");
    assert!(
        after.contains(" 5. now: replace the OAuth certificate (oauth/OAuthTokenIssuer.cer)"),
        "{screen}"
    );
    assert!(after.contains("  and 2 more in action-plan.csv\n"), "{screen}");
    let page = out.path().join("report.html");
    assert_eq!(screen.lines().last().unwrap(), format!("Next: open {}", page.display()));
    let errors = after.split("\nErrors\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let rules: Vec<&str> =
        errors.lines().filter_map(|line| line.strip_prefix("  ✕ ")?.split(':').next()).collect();
    assert_eq!(rules.first(), Some(&"pool-differs"), "the most prominent first: {rules:?}");
    assert!(!screen.contains("whole deployment:"), "{screen}");
}

#[test]
fn provenance_is_the_same_in_every_form() {
    let out = folder(&[]);
    let roots = sample("contoso/certs/oauth");
    Audit::of("contoso").out(&out).with(&["--roots", text(&roots), "--pool", "oauth"]).run();
    let read = |name: &str| fs::read_to_string(out.path().join(name)).unwrap();
    let report: Value = serde_json::from_str(&read("report.json")).unwrap();
    let provenance = &report["provenance"];
    assert_eq!(provenance["judged_at"], report["at"]);
    assert_eq!(provenance["roots"], serde_json::json!(["OAuthTokenIssuer.cer"]));
    let options =
        serde_json::json!(["policy lyncert.toml", "only oauth", "chains have to end in the given roots"]);
    assert_eq!(provenance["options"], options);
    let (table, page) = (read("provenance.csv"), read("report.html"));
    assert!(
        table.starts_with("\u{feff}\"item\",\"value\"\r\n\"judged at\",\"2026-11-22 12:00:00\"\r\n"),
        "{table}"
    );
    for option in options.as_array().unwrap() {
        let option = option.as_str().unwrap();
        assert!(table.contains(&format!("\"options\",\"{option}\"\r\n")), "{table}");
        assert!(page.split("id=\"about\"").nth(1).unwrap().contains(option), "{option}");
    }
}

#[test]
fn what_is_not_there_is_called_what_it_was_given_as() {
    let place = folder(&[("report.json", b"{}")]);
    let topology = sample("contoso/topology.tbxml");
    let (topology, certs) = (text(&topology), sample("contoso/certs"));
    let certs = text(&certs);
    let gone = place.path().join("gone");
    let gone = text(&gone);
    let commands: [(u8, &str, &[&str]); 16] = [
        (3, "file", &["check", gone, "--topology", topology]),
        (3, "topology", &["check", certs, "--topology", gone]),
        (3, "certificates in", &["audit", topology, "--certs", gone]),
        (3, "certificates in", &["forecast", topology, "--certs", gone]),
        (3, "certificates in", &["doctor", "41026", "--topology", topology, "--certs", gone]),
        (3, "root certificates in", &["audit", topology, "--certs", certs, "--roots", gone]),
        (2, "policy", &["audit", topology, "--certs", certs, "--policy", gone]),
        (2, "password file", &["inspect", certs, "--pfx-password-file", gone]),
        (3, "folder or file", &["inspect", gone]),
        (3, "topology", &["plan", gone]),
        (3, "topology", &["topology", gone]),
        (3, "topology", &["explain", gone, "--name", "meet.contoso.com"]),
        (3, "report", &["diff", gone, gone]),
        (3, "report", &["report", gone, "--format", "json"]),
        (3, "evidence", &["verify", gone]),
        (3, "folder or manifest", &["batch", gone, "--out", certs]),
    ];
    for (code, noun, arguments) in commands {
        let run = run(arguments);
        let told = format!("lyncert: error: cannot read the {noun} `{gone}`: it does not exist\n");
        assert_eq!((run.code, run.err), (code.into(), told), "{arguments:?}");
    }
    let blocked = place.path().join("report.json");
    let run_into_file = run(&["plan", topology, "--out", text(&blocked)]);
    assert!(
        run_into_file.err.ends_with("report.json`: there is a file of that name\n"),
        "{}",
        run_into_file.err
    );
    let unnamed = run(&["explain", topology]);
    assert!(
        unnamed.err.ends_with("is no rule and no clause; for a name of a topology give --name FQDN too\n")
    );
}

#[test]
fn a_certificate_of_a_plan_is_chosen_by_the_id_that_is_shown() {
    let path = sample("contoso/topology.tbxml");
    let plan = |more: &[&str]| run(&[&["plan", text(&path)], more].concat());
    let orders = plan(&["--format", "json"]).json()["orders"].clone();
    let ids: Vec<&str> =
        orders.as_array().unwrap().iter().map(|order| order["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 8);
    for wizard in [&[][..], &["--wizard"][..]] {
        let shown = plan(wizard).out;
        for id in &ids {
            assert!(shown.split_whitespace().any(|word| word == *id), "{id}: {shown}");
            let one = plan(&[wizard, &["--order", id]].concat());
            assert_eq!(one.code, 0, "{}", one.err);
            let told = ids.iter().filter(|id| one.out.split_whitespace().any(|word| word == **id));
            assert_eq!(told.collect::<Vec<_>>(), [id]);
        }
    }
    let wrong = plan(&["--order", "lsedge"]);
    assert_eq!(wrong.code, 2);
    assert_eq!(
        wrong.err,
        "lyncert: error: --order: there is no certificate `lsedge`; the nearest of 8 are `lsedge.contoso.net/Internal`, \
         `lsedge.contoso.net/AccessEdgeExternal+DataEdgeExternal+AudioVideoAuthentication+XmppServer`; \
         `lyncert plan` without --order lists them by id and number, from 1 to 8\n"
    );
}
