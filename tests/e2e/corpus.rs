//! Broken inputs, each named for its defect: an error or a problem, never a panic, never silence.

use std::fs;

use crate::support::{Audit, folder, report, root, run, text};

#[test]
fn every_broken_topology_gives_an_error_or_a_problem() {
    let mut count = 0;
    for entry in fs::read_dir(root().join("tests/corpus/topology")).unwrap() {
        let path = entry.unwrap().path();
        let run = run(&["topology", text(&path), "--format", "json"]);
        let name = path.display();
        match run.code {
            0 => {
                let view: serde_json::Value = serde_json::from_str(&run.out).unwrap();
                let told =
                    view["problems"].as_array().unwrap().len() + view["notes"].as_array().unwrap().len();
                assert!(told > 0, "{name} passes in silence");
            }
            3 => assert_eq!(run.err.lines().count(), 1, "{name}: {}", run.err),
            other => panic!("{name} ends with {other}: {}", run.err),
        }
        count += 1;
    }
    assert!(count >= 8, "the corpus is there");
}

#[test]
fn every_broken_certificate_file_is_named_with_its_reason() {
    let certs = root().join("tests/corpus/certificates");
    let out = folder(&[]);
    let run = Audit::of("fabrikam").certs(&certs).out(&out).quiet().run();
    assert!([1, 3].contains(&run.code), "{}", run.err);
    let report = report(&out);
    for entry in fs::read_dir(&certs).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let named = report["unreadable"].as_array().unwrap().iter().any(|file| file["path"] == name.as_str());
        assert!(named, "{name} is passed over in silence");
    }
}
