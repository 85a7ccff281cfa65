//! The inventory of a folder, passwords, and that no secret gets out.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::{Audit, CommandLine, Inspect, folder, golden, root, sample, text};

fn containers() -> PathBuf {
    root().join("crates/lyncert-report/tests/containers")
}

/// A folder with copies of these files of the containers.
fn copies(names: &[&str]) -> tempfile::TempDir {
    let files: Vec<(&str, Vec<u8>)> =
        names.iter().map(|name| (*name, fs::read(containers().join(name)).unwrap())).collect();
    folder(&files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect::<Vec<_>>())
}

fn json(inspect: &CommandLine) -> Value {
    let run = inspect.clone().format("json").run();
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    run.json()
}

fn paths(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|row| row["path"].as_str().unwrap()).collect()
}

#[test]
fn the_sample_folders_give_golden_inventories() {
    for estate in ["contoso", "fabrikam"] {
        let certs = sample(&format!("{estate}/certs"));
        for (format, file) in [("text", "inspect.txt"), ("json", "inspect.json"), ("csv", "inspect.csv")] {
            let run = Inspect::of(&certs).format(format).run();
            assert_eq!((run.code, run.err.as_str()), (0, ""));
            golden(&sample(&format!("{estate}/expected/{file}")), run.out.as_bytes());
        }
    }
}

#[test]
fn everything_in_a_folder_is_listed_as_what_it_is() {
    let view = json(&Inspect::of(containers()));
    assert_eq!(view["schema"], "lyncert-inventory/1");
    assert_eq!(paths(&view["requests"]), ["request-asks-nothing.req", "request-windows.der", "request.req"]);
    assert!(paths(&view["crls"]).contains(&"forged-list.crl"));
    assert_eq!(view["keys"].as_array().unwrap().len(), 9);
    let listed: Vec<&str> = ["certificates", "requests", "crls", "keys", "unreadable"]
        .into_iter()
        .flat_map(|list| view[list].as_array().unwrap())
        .flat_map(|row| {
            let also = row["also_in"].as_array().into_iter().flatten();
            std::iter::once(&row["path"]).chain(also).map(|path| path.as_str().unwrap())
        })
        .collect();
    for entry in fs::read_dir(containers()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(listed.contains(&name.as_str()), "{name} is not listed");
    }
    assert_eq!(view["files"], fs::read_dir(containers()).unwrap().count());
}

#[test]
fn passwords_come_from_a_file_the_environment_or_standard_input() {
    let files = copies(&["archive-aes.pfx"]);
    let passwords = folder(&[("passwords.txt", b"\xEF\xBB\xBFwrong\r\ncorrect horse\r\n")]);
    let path = passwords.path().join("passwords.txt");
    let inspect = Inspect::of(&files).format("json");
    let count = |out: &[u8]| {
        let view: Value = serde_json::from_slice(out).unwrap();
        (view["certificates"].as_array().unwrap().len(), view["unreadable"].as_array().unwrap().len())
    };
    let locked = inspect.run();
    assert_eq!((locked.code, count(locked.out.as_bytes())), (3, (0, 1)), "nothing can be read without it");
    let by_file = inspect.clone().with(&["--pfx-password-file", text(&path)]).run();
    assert_eq!((by_file.code, count(by_file.out.as_bytes())), (0, (3, 0)));
    let by_environment = inspect.command().env("LYNCERT_PFX_PASSWORD", "correct horse").output().unwrap();
    assert_eq!(count(&by_environment.stdout), (3, 0));
    let by_input = inspect.clone().with(&["--pfx-password-stdin"]).run_with_input(b"correct horse\n");
    assert_eq!(count(by_input.out.as_bytes()), (3, 0));
    let missing = inspect.with(&["--pfx-password-file", "no-such-file"]).run();
    assert_eq!(missing.code, 2);
    assert!(missing.err.contains("cannot read the password file `no-such-file`"), "{}", missing.err);
}

#[test]
fn thumbprints_choose_certificates_as_windows_shows_them() {
    let files = copies(&["leaf.cer", "root.cer", "ec.cer"]);
    let all = json(&Inspect::of(&files));
    let sha1 = all["certificates"][0]["sha1"].as_str().unwrap().to_owned();
    let spaced: Vec<String> =
        sha1.as_bytes().chunks(2).map(|pair| String::from_utf8(pair.to_ascii_lowercase()).unwrap()).collect();
    let hidden = format!("\u{200E}{}", spaced.join(" "));
    for thumbprint in [sha1.as_str(), hidden.as_str(), all["certificates"][0]["sha256"].as_str().unwrap()] {
        let chosen = json(&Inspect::of(&files).with(&["--thumbprint", thumbprint]));
        assert_eq!(chosen["certificates"].as_array().unwrap().len(), 1, "{thumbprint:?}");
        assert_eq!(chosen["certificates"][0]["sha1"], sha1);
    }
    let wrong = Inspect::of(&files).with(&["--thumbprint", "12 34"]).run();
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("expected 40 hexadecimal digits"), "{}", wrong.err);
}

#[test]
fn several_folders_and_files_are_one_inventory() {
    let (one, other) = (copies(&["leaf.cer"]), copies(&["leaf.cer", "issuing.cer", "root.cer"]));
    let file = other.path().join("root.cer");
    let view = json(&Inspect::of(&one).input(&other).input(&file));
    let leaf = view["certificates"]
        .as_array()
        .unwrap()
        .iter()
        .find(|certificate| certificate["common_names"][0] == "sip.contoso.com")
        .unwrap();
    assert_eq!(leaf["chain"]["state"], "verified", "{leaf}");
    assert_eq!(leaf["also_in"].as_array().unwrap().len(), 1, "the folders' names keep the paths apart");
}

#[test]
fn given_roots_count_in_an_audit_and_an_inventory() {
    let (files, roots) = (copies(&["leaf.cer", "issuing.cer"]), copies(&["root.cer"]));
    let view = json(&Inspect::of(&files).with(&["--roots", text(roots.path())]));
    assert_eq!(paths(&view["certificates"]), ["issuing.cer", "leaf.cer"]);
    for certificate in view["certificates"].as_array().unwrap() {
        assert_eq!(certificate["chain"]["state"], "verified", "{certificate}");
    }
    let missing = Inspect::of(&files).with(&["--roots", "no-such-folder"]).run();
    assert_eq!(missing.code, 3);
    assert!(missing.err.contains("no-such-folder"), "{}", missing.err);
    // By roots that are none every chain would be judged: that is a mistake of the command line.
    let empty = Inspect::of(&files).with(&["--roots", text(copies(&["key-pkcs8.pem"]).path())]).run();
    assert_eq!(empty.code, 2);
    assert!(empty.err.contains("holds no root certificate"), "{}", empty.err);
}

/// Canaries: parts of every private key, of the passwords, and of what decodes them stand in no output, whole or in pieces.
#[test]
fn no_secret_reaches_any_output() {
    let keys = [
        "key-pkcs8.pem",
        "key-pkcs1.pem",
        "key-sec1.pem",
        "key-ec-pkcs8.pem",
        "key-encrypted.pem",
        "key-encrypted-old.pem",
    ];
    let files = copies(
        &[&keys[..], &["key-pkcs8.der", "archive-aes.pfx", "archive-empty-password.pfx", "leaf.cer"]]
            .concat(),
    );
    let mut canaries = vec!["correct horse".to_owned()];
    for key in keys {
        let pem = fs::read_to_string(containers().join(key)).unwrap();
        let lines = pem.lines().filter(|line| line.len() == 64);
        // The first lines of a clear key hold its algorithm and modulus, which are public.
        canaries.extend(lines.map(str::to_owned));
    }
    assert!(canaries.len() > 80);
    let out = tempfile::tempdir().unwrap();
    let mut outputs = Vec::new();
    for format in ["text", "json", "csv"] {
        let run = Inspect::of(&files)
            .format(format)
            .command()
            .env("LYNCERT_PFX_PASSWORD", "correct horse")
            .output()
            .unwrap();
        outputs.push(run.stdout);
        outputs.push(run.stderr);
    }
    let audit = Audit::of("contoso")
        .certs(&files)
        .out(&out)
        .command()
        .env("LYNCERT_PFX_PASSWORD", "correct horse")
        .output()
        .unwrap();
    outputs.push(audit.stdout);
    outputs.push(audit.stderr);
    for entry in fs::read_dir(out.path()).unwrap() {
        outputs.push(fs::read(entry.unwrap().path()).unwrap());
    }
    assert!(outputs.len() > 12);
    for output in outputs {
        let output = String::from_utf8(output).unwrap();
        for canary in &canaries {
            assert!(!output.contains(canary.as_str()), "an output has {canary}");
        }
    }
}

#[test]
fn nothing_readable_is_code_3_and_strict_makes_the_unread_count() {
    let empty = folder(&[("notes.txt", b"nothing")]);
    let run_empty = Inspect::of(&empty).run();
    assert_eq!(run_empty.code, 3);
    assert!(run_empty.out.contains("notes.txt: is a text without a certificate"), "{}", run_empty.out);
    let mixed =
        folder(&[("notes.txt", b"nothing"), ("a.cer", &fs::read(containers().join("leaf.cer")).unwrap())]);
    assert_eq!(Inspect::of(&mixed).run().code, 0);
    assert_eq!(Inspect::of(&mixed).with(&["--strict"]).run().code, 4);
    assert_eq!(Inspect::of("no-such-folder").run().code, 3);
}

#[test]
fn what_lyncert_wrote_is_known_again_and_never_taken_for_evidence() {
    let out = folder(&[]);
    fs::copy(containers().join("leaf.cer"), out.path().join("leaf.cer")).unwrap();
    let (reports, evidence) = (out.path().join("reports"), out.path().join("evidence.zip"));
    let formats: Vec<&str> = lyncert_report::render::FORMATS.iter().map(|format| format.id).collect();
    let with = ["--evidence", text(&evidence)];
    Audit::of("fabrikam").out(&reports).format(&formats.join(",")).with(&with).run();
    crate::support::Batch::of(root().join("samples"), out.path().join("batch")).run();
    for format in ["text", "csv", "json"] {
        let inventory = Inspect::of(sample("fabrikam/certs")).format(format).run().out;
        fs::write(out.path().join(format!("inspect-{format}")), inventory).unwrap();
    }
    let view = json(&Inspect::of(out.path()));
    let unread = view["unreadable"].as_array().unwrap();
    assert!(unread.len() > 20, "{}", unread.len());
    for file in unread {
        assert_eq!(file["reason"], "is a file that lyncert wrote", "{file}");
    }
}
