//! Evidence that an auditor can check again, with nothing secret in it.

use std::fs;
use std::path::Path;

use crate::support::{Audit, CommandLine, Verify, files_of, folder, sample, text};

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
    assert_eq!(whole.out.matches("  ok  ").count(), 6, "{}", whole.out);
    let other = verify(&zip, &sample("fabrikam/certs"));
    assert_eq!(other.code, 1);
    assert!(other.out.contains("failed  the inputs are those it was made from"), "{}", other.out);
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
    let files = lyncert_files(&zip);
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

/// The files of a ZIP by name, unpacked.
fn lyncert_files(zip: &Path) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(fs::File::open(zip).unwrap()).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut entry = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
            (entry.name().unwrap().into_owned(), bytes)
        })
        .collect()
}
