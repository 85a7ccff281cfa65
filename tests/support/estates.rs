//! Folders of estates, whole and broken, and what a batch makes of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use lyncert_rules::timestamp::moment_in_words;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Batch, files_of, folder, json, sample};

/// The files of the clean sample: path below its folder, and bytes.
pub(crate) fn clean() -> Vec<(String, Vec<u8>)> {
    let files = tree(&sample("fabrikam")).into_iter();
    files.filter(|(path, _)| !path.starts_with("expected/")).collect()
}

pub(crate) fn write_estate(root: &Path, name: &str, files: &[(String, Vec<u8>)]) {
    for (path, bytes) in files {
        let path = root.join(name).join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

pub(crate) fn estates(count: usize) -> tempfile::TempDir {
    let root = folder(&[]);
    let files = clean();
    for number in 0..count {
        write_estate(root.path(), &format!("estate{number:04}"), &files);
    }
    root
}

pub(crate) fn index(out: &Path) -> Value {
    json(&out.join("index.json"))
}

/// Every file below a folder, by its path with `/`, with its bytes.
pub(crate) fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let below = path.strip_prefix(root).unwrap().display().to_string().replace('\\', "/");
                files.insert(below, fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// A change of an estate's files, by path; `None`: the file is not there.
type Damage = Vec<(&'static str, Option<Vec<u8>>)>;

/// Every way in which an estate breaks: name, what is changed, its exit code, and what is said.
fn damages() -> Vec<(&'static str, Damage, u64, &'static str)> {
    let whole = fs::read(sample("fabrikam/topology.xml")).unwrap();
    let topology = |bytes: &[u8]| vec![("topology.xml", Some(bytes.to_vec()))];
    let deep = [b"<Topology>".repeat(500), b"</Topology>".repeat(500)].concat();
    let broken_certificate = b"-----BEGIN CERTIFICATE-----\nMIIB!!!!\n-----END CERTIFICATE-----\n".to_vec();
    vec![
        ("cut", topology(&whole[..whole.len() / 2]), 3, "the export was cut off"),
        ("empty", topology(b""), 3, "is empty; expected a topology export"),
        ("text", topology(b"We will export this tomorrow."), 3, "is no XML document"),
        (
            "entities",
            topology(b"<!DOCTYPE a [<!ENTITY b \"c\">]><Topology>&b;</Topology>"),
            3,
            "document type",
        ),
        ("page", topology(b"<html><body>Sign in</body></html>"), 3, "a web page"),
        ("deep", topology(&deep), 3, "nests too deep"),
        ("archive", topology(b"PK\x03\x04 and no more"), 3, "cannot be unpacked"),
        ("syntax", topology(b"<Topology><a></b></Topology>"), 3, "is not well-formed XML"),
        (
            "policy",
            vec![("lyncert.toml", Some(b"[facts]\npic_aool = true\n".to_vec()))],
            2,
            "did you mean `pic_aol`?",
        ),
        ("policy-syntax", vec![("lyncert.toml", Some(b"[facts".to_vec()))], 2, "lyncert.toml:1:7"),
        (
            "policy-bytes",
            vec![("lyncert.toml", Some(vec![0xFF, 0xFE, 0]))],
            2,
            "is neither UTF-8 nor UTF-16 text",
        ),
        (
            "certificate",
            vec![("certs/broken.pem", Some(broken_certificate))],
            0,
            "1 not judged: input not understood",
        ),
        ("no-server", vec![("certs/se01.fabrikam.com.cer", None)], 1, "must be requested now"),
    ]
}

/// What a broken estate gives, by its name: exit code, and what is said.
type Broken = BTreeMap<String, (u64, &'static str)>;

/// So many estates, and those among them that are broken.
fn fleet(count: usize) -> (tempfile::TempDir, Broken) {
    let root = estates(count);
    let mut broken = BTreeMap::new();
    let damages = damages();
    let apart = count / (damages.len() + 1);
    for (index, (name, changes, code, said)) in damages.into_iter().enumerate() {
        let estate = format!("estate{:04}", index * apart + 3);
        for (path, bytes) in changes {
            let path = root.path().join(&estate).join(path);
            match bytes {
                Some(bytes) => fs::write(path, bytes).unwrap(),
                None => fs::remove_file(path).unwrap_or_else(|error| panic!("{name}: {error}")),
            }
        }
        broken.insert(estate, (code, said));
    }
    let last = format!("estate{:04}", count - 1);
    fs::remove_dir_all(root.path().join(&last).join("certs")).unwrap();
    broken.insert(last, (3, "holds no certificate that could be read"));
    (root, broken)
}

/// Judges a fleet in which some estates are broken, each in a way of its own, on all cores and on one.
pub(crate) fn check_that_what_is_broken_touches_no_other(count: usize) {
    let (root, broken) = fleet(count);
    let (all, one) = (folder(&[]), folder(&[]));
    let run = Batch::of(&root, &all).quiet().run();
    assert_eq!((run.code, run.out.as_str(), run.err.lines().count()), (3, "", 12), "{}", run.err);
    let index = index(all.path());
    let rows = index["estates"].as_array().unwrap();
    assert_eq!(rows.len(), count);
    for row in rows {
        let name = row["estate"].as_str().unwrap();
        let (code, said) = broken.get(name).copied().unwrap_or((0, "Every certificate"));
        assert_eq!(row["exit_code"], code, "{row}");
        assert!(row["verdict"].as_str().unwrap().contains(said), "{row}");
        let written = all.path().join(row["folder"].as_str().unwrap());
        let is_judged = row["state"] != "could-not-be-judged";
        assert_eq!(written.join("report.json").is_file(), is_judged, "{name}");
        assert_eq!(written.join("failure.json").is_file(), !is_judged, "{name}");
    }
    assert_eq!(rows[0]["state"], "could-not-be-judged", "the worst comes first");
    let csv = fs::read_to_string(all.path().join("index.csv")).unwrap();
    assert_eq!(csv.lines().count(), count + 1);
    let metrics = fs::read_to_string(all.path().join("lyncert.prom")).unwrap();
    assert_eq!(metrics.matches("lyncert_estate_judged{").count(), count);
    assert_eq!(metrics.matches("lyncert_estate_judged{estate=\"estate0003\"} 0").count(), 1);

    // One after the other on one core gives the same bytes.
    let mut command = Batch::of(&root, &one).with(&["--jobs", "1"]).quiet().command();
    assert_eq!(command.env("RAYON_NUM_THREADS", "1").status().unwrap().code(), Some(3));
    let (all, one) = (tree(all.path()), tree(one.path()));
    assert_eq!(all.keys().collect::<Vec<_>>(), one.keys().collect::<Vec<_>>());
    for (path, bytes) in &all {
        assert!(one.get(path) == Some(bytes), "{path} differs");
    }
}

/// What the page of a report says of its time.
pub(crate) fn judged_at(report: &Value) -> String {
    let at = OffsetDateTime::parse(report["at"].as_str().unwrap(), &Rfc3339).unwrap();
    format!("Judged at {}", moment_in_words(at))
}

/// That every folder of an estate is whole: all its files are of one run, and so is each file of the index.
pub(crate) fn assert_whole(out: &Path) {
    for entry in fs::read_dir(out).unwrap().flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            let report = json(&path.join("report.json"));
            let page = fs::read_to_string(path.join("report.html")).unwrap();
            assert!(page.ends_with("</html>\n") || page.ends_with("</html>"), "{name}");
            assert!(page.contains(&judged_at(&report)), "{name} is of one run");
            for file in files_of(|format| format.id == "csv") {
                assert!(fs::read(path.join(file)).unwrap().ends_with(b"\r\n"), "{name}/{file}");
            }
        } else if name == "index.json" {
            json(&path);
        } else if name == "index.html" {
            assert!(fs::read_to_string(&path).unwrap().contains("</html>"));
        }
    }
}

/// What a run leaves behind when it cannot clear up.
pub(crate) fn hidden(out: &Path) -> Vec<String> {
    let names = fs::read_dir(out).unwrap().flatten().map(|entry| entry.file_name());
    let names = names.map(|name| name.to_string_lossy().into_owned());
    names.filter(|name| name.starts_with('.')).collect()
}
