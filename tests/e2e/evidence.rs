//! Evidence that an auditor can check again, with nothing secret in it.

use std::fs;
use std::path::Path;

use lyncert_report::evidence::BUILD_SHA256;

use crate::support::evidence::{forge, unzipped};
use crate::support::{Audit, CommandLine, Verify, files_of, folder, run, sample, text};

/// The audit of a sample that writes its evidence there.
fn evidence_of(estate: &str, zip: &Path) -> CommandLine {
    Audit::of(estate).set("--evidence", text(zip))
}

#[test]
fn evidence_checks_itself_and_its_inputs() {
    let place = folder(&[]);
    let (zip, again) = (place.path().join("evidence.zip"), place.path().join("again.zip"));
    let (topology, certs) = (sample("contoso/topology.tbxml"), sample("contoso/certs"));
    for path in [&zip, &again] {
        let audit = evidence_of("contoso", path).run();
        assert_eq!(audit.code, 1);
        assert!(audit.out.contains(&format!("\nWrote {}\n", path.display())), "{}", audit.out);
    }
    assert_eq!(fs::read(&zip).unwrap(), fs::read(&again).unwrap(), "the same bytes");
    let alone = Verify::of(&zip).run();
    assert_eq!(alone.code, 0, "{}", alone.out);
    assert!(!alone.out.contains("failed") && alone.out.contains("was not checked"), "{}", alone.out);
    let verify =
        |zip: &Path, certs: &Path| Verify::of(zip).set("--topology", text(&topology)).certs(certs).run();
    let whole = verify(&zip, &certs);
    assert_eq!(whole.code, 0, "{}", whole.out);
    assert_eq!(whole.out.matches("  ok  ").count(), 7, "{}", whole.out);
    assert!(whole.out.ends_with("\n\nNothing was changed.\n"), "{}", whole.out);
    let other = verify(&zip, &sample("fabrikam/certs"));
    assert_eq!(other.code, 1);
    assert!(other.out.contains("failed  the inputs are those it was made from"), "{}", other.out);
    assert!(
        other.out.ends_with("\nNot what lyncert wrote, or not of these inputs: do not rely on it.\n"),
        "{}",
        other.out
    );
    // What the arguments left out is left out again.
    let narrow = place.path().join("narrow.zip");
    assert_eq!(evidence_of("contoso", &narrow).with(&["--pool", "oauth", "-q"]).run().code, 1);
    let narrowed = verify(&narrow, &certs);
    assert_eq!(narrowed.code, 0, "{}", narrowed.out);
    let mut bytes = fs::read(&zip).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&zip, bytes).unwrap();
    assert_ne!(Verify::of(&zip).run().code, 0);
    assert_eq!(Verify::of(&topology).run().code, 3);
}

#[test]
fn evidence_that_names_another_build_is_not_verified_and_not_refused() {
    let place = folder(&[]);
    let zip = place.path().join("evidence.zip");
    assert_eq!(evidence_of("contoso", &zip).run().code, 1);
    let this = run(&["--version"]).out;
    let build = this.lines().find_map(|line| line.strip_prefix("build ")).unwrap();
    let alone = Verify::of(&zip).run();
    assert!(alone.out.contains(&format!("\nBuild {build}, which is this one\n")), "{}", alone.out);
    let forge = |build: &str| {
        let path = place.path().join("forged.zip");
        forge(&zip, build, &path);
        Verify::of(&path).run()
    };
    let as_this = forge(build);
    assert_eq!(as_this.code, 1, "{}", as_this.out);
    assert!(
        as_this.out.contains("  failed  the report looks the same when it is drawn again"),
        "{}",
        as_this.out
    );
    let as_another = forge(&"AB".repeat(32));
    assert_eq!(as_another.code, 4, "{}", as_another.out);
    assert!(
        as_another.out.contains("\nNot verified: it says that another build of lyncert made it, "),
        "{}",
        as_another.out
    );
    assert!(as_another.out.contains("  ok      every file is as it was written\n"), "{}", as_another.out);
    assert!(
        as_another.out.contains("  skipped the report looks the same when it is drawn again: "),
        "{}",
        as_another.out
    );
    for none in ["", "an older one"] {
        let as_none = forge(none);
        assert_eq!(as_none.code, 1, "{}", as_none.out);
        assert!(as_none.out.contains("  failed  it says which build made it: "), "{}", as_none.out);
    }
}

#[test]
fn the_version_tells_which_build_it_is() {
    let (long, short) = (run(&["--version"]), run(&["-V"]));
    let version = concat!("lyncert ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!((short.code, short.out.as_str()), (0, version));
    let rest = long.out.strip_prefix(version).unwrap();
    let lines: Vec<(&str, &str)> = rest.lines().map(|line| line.split_once(' ').unwrap()).collect();
    assert_eq!(lines, [("build", BUILD_SHA256), ("rules", &*lyncert_rules::RULES_VERSION.to_string())]);
}

#[test]
fn no_private_key_gets_into_evidence() {
    let canary = "CANARYCANARYCANARYCANARYCANARYCANARY";
    let key = format!("-----BEGIN PRIVATE KEY-----\n{canary}\n-----END PRIVATE KEY-----\n");
    let certificate = fs::read(sample("fabrikam/certs/se01.fabrikam.com.cer")).unwrap();
    let place = folder(&[
        ("certs/server.key", key.as_bytes()),
        ("certs/se01.fabrikam.com.cer", &certificate),
        ("lyncert.toml", b"[facts]\npic_aol = true\n"),
        ("bad.toml", format!("# {key}").replace('\n', "\n# ").as_bytes()),
    ]);
    let certs = place.path().join("certs");
    let (zip, policy) = (place.path().join("e.zip"), place.path().join("lyncert.toml"));
    let audit = |policy: &Path| evidence_of("fabrikam", &zip).certs(&certs).policy(policy).quiet().run();
    assert_eq!(audit(&policy).code, 1);
    let files = unzipped(&zip);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let drawn = files_of(|format| format.in_evidence).filter(|name| *name != "report.json");
    let expected: Vec<_> =
        ["manifest.json", "report.json"].into_iter().chain(drawn).chain(["policy/1-lyncert.toml"]).collect();
    assert_eq!(names, expected);
    for (name, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("CANARY") && !text.contains("PRIVATE KEY-----"), "{name}");
    }
    fs::remove_file(&zip).unwrap();
    let bad = place.path().join("bad.toml");
    let refused = audit(&bad);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("holds a private key; expected a policy without one"), "{}", refused.err);
    assert!(!zip.exists());
}
