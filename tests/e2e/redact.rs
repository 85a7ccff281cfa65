//! Results that leave the house: nothing of the estate is in them, and they say the same.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use lyncert_report::model::Report;
use lyncert_report::render::FORMATS;
use serde_json::Value;
use walkdir::WalkDir;

use crate::support::{AT, Audit, Batch, CommandLine, Forecast, Inspect, folder, json, run, sample, text};

/// Names of the samples that nothing of a redacted result may have.
const NAMES: [&str; 6] = ["contoso", "fabrikam", "redmond", "pool01", "lsedge", "from-mail"];

/// A text as it may be hidden in a file: plain, in UTF-16, percent-encoded or in Base-64 at any of three places.
fn forms(name: &str) -> Vec<Vec<u8>> {
    let utf16: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let percent = name.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
    let mut forms = vec![name.as_bytes().to_vec(), utf16, percent.into_bytes()];
    for shift in 0..3 {
        let padded = [&b"   "[..shift], name.as_bytes()].concat();
        let coded = data_encoding::BASE64.encode(&padded).to_ascii_lowercase();
        // What depends on the bytes around it is cut off.
        forms.push(coded.as_bytes()[shift * 4 / 3 + 1..coded.len() - 4].to_vec());
    }
    forms
}

#[track_caller]
fn assert_has_none(bytes: &[u8], names: &[&str], what: &str) {
    let lower = bytes.to_ascii_lowercase();
    for name in names {
        for form in forms(name).iter().filter(|form| form.len() > 4) {
            assert!(!lower.windows(form.len()).any(|window| window == form), "{what} has {name}");
        }
    }
}

#[track_caller]
fn assert_folder_has_none(folder: &Path, names: &[&str]) {
    for entry in WalkDir::new(folder).min_depth(1) {
        let path = entry.unwrap().into_path();
        assert_has_none(path.file_name().unwrap().as_encoded_bytes(), names, "a file name");
        if path.is_file() {
            let (bytes, shown) = (fs::read(&path).unwrap(), path.display().to_string());
            assert_has_none(&bytes, names, &shown);
            // A workbook is an archive.
            if let Ok(mut archive) = zip::ZipArchive::new(io::Cursor::new(&bytes)) {
                for index in 0..archive.len() {
                    let (mut entry, mut inside) = (archive.by_index(index).unwrap(), Vec::new());
                    entry.read_to_end(&mut inside).unwrap();
                    let name = entry.name().unwrap().into_owned();
                    assert_has_none(name.as_bytes(), names, &shown);
                    assert_has_none(&inside, names, &format!("{shown}/{name}"));
                }
            }
        }
    }
}

fn all_formats() -> String {
    FORMATS.iter().map(|format| format.id).collect::<Vec<_>>().join(",")
}

#[test]
fn a_redacted_audit_has_no_name_in_any_format_and_the_same_findings() {
    let place = folder(&[]);
    let (out, map) = (place.path().join("out"), place.path().join("map.json"));
    let audit =
        Audit::of("contoso").out(&out).format(&all_formats()).with(&["--redact", "--redact-map", text(&map)]);
    let run = audit.run();
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    assert_folder_has_none(&out, &NAMES);
    assert_has_none(run.out.as_bytes(), &NAMES, "the terminal");
    let (redacted, real) = (json(&out.join("report.json")), json(&sample("contoso/expected/report.json")));
    for field in ["rule", "severity", "clause", "usages", "sources", "source", "replacement"] {
        let of = |report: &Value| -> Vec<Value> {
            report["findings"].as_array().unwrap().iter().map(|finding| finding[field].clone()).collect()
        };
        assert_eq!(of(&redacted), of(&real), "{field}");
    }
    assert_eq!(redacted["summary"]["state"], real["summary"]["state"]);
    assert!(Report::read(&fs::read(out.join("report.json")).unwrap()).is_ok(), "it can be read again");
    let before = fs::read(out.join("report.html")).unwrap();
    assert_eq!(audit.run().code, 1);
    assert!(before == fs::read(out.join("report.html")).unwrap(), "names keep theirs by the map");
}

#[test]
fn a_collection_is_redacted_in_every_format() {
    let names = ["northwind", "se01", "edge01"];
    let collection = sample("northwind/collection");
    let out = folder(&[]);
    let run = run(&[
        "audit",
        text(&collection),
        "--at",
        AT,
        "--out",
        text(out.path()),
        "--format",
        &all_formats(),
        "--redact",
    ]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert_folder_has_none(out.path(), &names);
    assert_has_none(run.out.replace(text(out.path()), "").as_bytes(), &names, &run.out);
}

#[test]
fn a_report_that_is_there_leaves_the_house_in_every_format() {
    let out = folder(&[]);
    let report = sample("contoso/expected/report.json");
    let words = ["report", text(&report), "--out", text(out.path()), "--format", &all_formats(), "--redact"];
    assert_eq!(run(&words).code, 0);
    assert_folder_has_none(out.path(), &NAMES);
    let printed = run(&["report", text(&report), "--format", "json", "--redact"]);
    assert_has_none(printed.out.as_bytes(), &NAMES, "what is printed");
    assert!(Report::read(printed.out.as_bytes()).is_ok());
}

#[test]
fn every_command_that_shows_an_estate_redacts_it() {
    let topology = sample("contoso/topology.tbxml");
    let (topology, certs) = (text(&topology), sample("contoso/certs"));
    let json_too = |line: CommandLine| [line.clone(), line.format("json")];
    let mut runs: Vec<_> = json_too(Forecast::of("contoso"))
        .into_iter()
        .chain(json_too(Inspect::of(&certs)))
        .map(|line| line.with(&["--redact"]).run())
        .collect();
    for line in [
        &["plan", topology][..],
        &["plan", topology, "--format", "powershell"],
        &["plan", topology, "--format", "certreq"],
        &["topology", topology],
        &["topology", topology, "--format", "json"],
        &["explain", topology, "--name", "sip.contoso.com"],
        &["check", text(&sample("contoso/certs/from-farm-admin")), "--topology", topology, "--at", AT],
        &["plan", topology, "--diff", text(&sample("fabrikam/topology.xml"))],
        &["doctor", "0x800b0109", "--topology", topology, "--certs", text(&certs)],
        &[
            "diff",
            text(&sample("contoso/expected/report.json")),
            text(&sample("fabrikam/expected/report.json")),
        ],
    ] {
        runs.push(run(&[line, &["--redact"]].concat()));
    }
    for run in runs {
        assert!(run.code < 2 && run.out.len() > 100, "{} {}", run.out, run.err);
        // What the order sheet gives as an example is its own.
        let out = run.out.replace(r"'ca1.contoso.com\Contoso Issuing CA'", "");
        assert_has_none(out.as_bytes(), &NAMES, &out);
        assert_has_none(run.err.as_bytes(), &NAMES, &run.err);
    }
}

#[test]
fn a_redacted_batch_is_the_same_on_any_number_of_cores_and_names_no_estate() {
    let estates =
        folder(&[("canary-estate/topology.xml", b"<Topology"), ("canary-estate/certs/a.txt", b"x")]);
    for (estate, export) in [("contoso", "topology.tbxml"), ("fabrikam", "topology.xml")] {
        for entry in WalkDir::new(sample(estate))
            .into_iter()
            .map(Result::unwrap)
            .filter(|entry| entry.file_type().is_file())
        {
            let below = entry.path().strip_prefix(sample(estate)).unwrap();
            if below.starts_with("certs") || below == Path::new(export) {
                let target = estates.path().join(estate).join(below);
                fs::create_dir_all(target.parent().unwrap()).unwrap();
                fs::copy(entry.path(), target).unwrap();
            }
        }
    }
    let out = |jobs: &str| {
        let out = folder(&[]);
        let run = Batch::of(&estates, &out).set("--jobs", jobs).with(&["--redact"]).run();
        assert_eq!(run.code, 3, "{}", run.err);
        let names = [&NAMES[..], &["canary"]].concat();
        assert_has_none(run.out.as_bytes(), &names, &run.out);
        assert_has_none(run.err.as_bytes(), &names, &run.err);
        assert_folder_has_none(out.path(), &names);
        out
    };
    let (one, two) = (out("1"), out("4"));
    let index = |out: &tempfile::TempDir| fs::read(out.path().join("index.json")).unwrap();
    assert!(index(&one) == index(&two));
}

#[test]
fn what_is_compared_by_real_names_is_refused_and_the_map_stays_out_of_results() {
    let place = folder(&[]);
    let path = |name: &str| place.path().join(name);
    let base = || Audit::of("contoso").out(path("out")).with(&["--redact"]);
    for (option, value) in [("--evidence", path("e.zip")), ("--history", path("history"))] {
        let refused = base().with(&[option, text(&value)]).run();
        assert_eq!(refused.code, 2);
        assert!(refused.err.contains(&format!("{option} does not go with --redact")), "{}", refused.err);
        assert!(!value.exists());
    }
    let refused = base().with(&["--redact-map", text(&path("out/map.json"))]).run();
    assert!(refused.code == 2 && refused.err.contains("which is what leaves the house"), "{}", refused.err);
    fs::write(path("foreign.json"), "{\"mine\": 1}").unwrap();
    let refused = base().with(&["--redact-map", text(&path("foreign.json"))]).run();
    assert_eq!(refused.code, 2);
    assert_eq!(refused.err.matches(" at line 1").count(), 1, "the reason stands once: {}", refused.err);
    assert_eq!(fs::read(path("foreign.json")).unwrap(), b"{\"mine\": 1}");
    let needs = Audit::of("contoso").with(&["--redact-map", text(&path("map.json"))]).run();
    assert_eq!(needs.code, 2, "a map without --redact is a mistake");
}

#[cfg(unix)]
#[test]
fn nobody_but_its_owner_reads_the_map() {
    use std::os::unix::fs::PermissionsExt;
    let place = folder(&[]);
    let map = place.path().join("map.json");
    let topology = sample("contoso/topology.tbxml");
    assert_eq!(run(&["topology", text(&topology), "--redact", "--redact-map", text(&map)]).code, 0);
    assert_eq!(fs::metadata(&map).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(fs::read_to_string(&map).unwrap().contains("contoso.com"), "it says what stands for what");
}

#[test]
fn files_that_orders_ask_for_keep_their_usages_and_the_page_says_what_its_names_are() {
    let out = folder(&[]);
    Audit::of("contoso").out(out.path()).format("html,json").with(&["--redact"]).run();
    let report = json(&out.path().join("report.json"));
    let commands =
        report["replacements"].as_array().unwrap().iter().filter_map(|row| row["command"].as_str());
    let written: Vec<&str> =
        commands.filter_map(|command| command.split_once("-Output '")).map(|it| it.1).collect();
    let edge = "_AccessEdgeExternal+DataEdgeExternal+AudioVideoAuthentication+XmppServer.req'";
    assert!(
        written.iter().any(|file| file.starts_with("edgepool1.dom") && file.contains(edge)),
        "{written:?}"
    );
    let page = fs::read_to_string(out.path().join("report.html")).unwrap();
    assert!(page.contains("All names are pseudonyms") && !page.contains("internal names"));
}

/// A reason of which every word is a word of the program, so that nothing but its field tells it from a sentence.
const REASON: &str =
    "the certificate of the server has expired; also the private key of the pool, 0171 2345678";

/// A policy that asks for a name of its own, and for one that the topology asks for too.
fn policy_with_reasons() -> String {
    ["legacy.contoso.com", "lyncdiscoverinternal.contoso.com"]
        .map(|name| {
            format!(
                "[[facts.extra_name]]\nusage = \"WebServicesInternal\"\nname = \"{name}\"\nreason = \"{REASON}\"\n"
            )
        })
        .concat()
}

#[test]
fn reasons_of_people_stay_out_of_every_sentence_though_they_are_words_of_the_program() {
    let files = folder(&[("p.toml", policy_with_reasons().as_bytes())]);
    let (policy, out) = (files.path().join("p.toml"), files.path().join("out"));
    let audit = || Audit::of("contoso").policy(&policy).with(&["--redact"]);
    let mut all = vec![audit().run().out];
    audit().out(&out).format("html,csv,json,markdown,sarif,junit").run();
    for file in WalkDir::new(&out).into_iter().map(Result::unwrap).filter(|file| file.path().is_file()) {
        all.push(fs::read_to_string(file.path()).unwrap());
    }
    let topology = sample("contoso/topology.tbxml");
    let of_policy = ["--policy", text(&policy), "--redact"];
    for words in [
        &["plan", text(&topology)][..],
        &["plan", text(&topology), "--format", "json"],
        &["explain", text(&topology), "--name", "legacy.contoso.com"],
        &["explain", text(&topology), "--name", "legacy.contoso.com", "--format", "json"],
    ] {
        all.push(run(&[words, &of_policy].concat()).out);
    }
    assert!(all.iter().filter(|text| text.contains("policy: text left out")).count() > 4);
    for text in &all {
        assert!(!text.contains("2345678") && !text.contains("has expired; also"), "{text}");
    }
}

#[test]
fn reasons_of_the_policy_are_told_as_they_were_and_stand_in_fields_of_their_own() {
    let files = folder(&[("p.toml", policy_with_reasons().as_bytes())]);
    let (policy, out) = (files.path().join("p.toml"), files.path().join("out"));
    Audit::of("contoso").policy(&policy).out(&out).format("csv,json").run();
    let findings = fs::read_to_string(out.join("findings.csv")).unwrap();
    assert!(findings.contains(&format!("because of policy: {REASON}\"")), "{findings}");
    let report = json(&out.join("report.json"));
    let finding =
        report["findings"].as_array().unwrap().iter().find(|row| row["name"] == "legacy.contoso.com");
    assert_eq!(finding.unwrap()["policy_reasons"], serde_json::json!([REASON]));
    assert_eq!(report["policy"]["extra_names"][0]["reason"], REASON);
    // A report of earlier days has them at the ends of its sentences.
    let mut older = report.clone();
    put_reasons_into_sentences(&mut older);
    let path = files.path().join("older.json");
    fs::write(&path, older.to_string()).unwrap();
    let drawn = |more: &[&str]| run(&[&["report", text(&path), "--format", "json"], more].concat());
    assert_eq!(drawn(&[]).json()["findings"], report["findings"]);
    let redacted = drawn(&["--redact"]);
    assert_eq!(redacted.code, 0, "{}", redacted.err);
    assert!(!redacted.out.contains("2345678") && !redacted.out.contains("has expired; also"));
}

fn put_reasons_into_sentences(value: &mut Value) {
    if let Some(rows) = value.as_array_mut() {
        return rows.iter_mut().for_each(put_reasons_into_sentences);
    }
    let Some(fields) = value.as_object_mut() else { return };
    if let Some(reasons) = fields.remove("policy_reasons") {
        let reason = reasons[0].as_str().unwrap();
        for field in ["because", "reason", "expected"] {
            if let Some(Value::String(sentence)) = fields.get_mut(field) {
                let end = sentence.rfind("policy").unwrap() + "policy".len();
                sentence.insert_str(end, &format!(": {reason}"));
            }
        }
    }
    fields.remove("extra_names");
    fields.values_mut().for_each(put_reasons_into_sentences);
}

#[test]
fn estates_of_a_batch_are_called_as_their_folders_are() {
    let files = folder(&[]);
    for (estate, name) in [("contoso", "geheimkunde"), ("fabrikam", "kunde.geheim.de")] {
        for (file, bytes) in crate::support::estates::tree(&sample(estate)) {
            let path = files.path().join("estates").join(name).join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
    let (out, map) = (files.path().join("out"), files.path().join("map.json"));
    let batch = Batch::of(files.path().join("estates"), &out).with(&["--redact", "--redact-map", text(&map)]);
    assert_eq!(batch.run().code, 1);
    let index = json(&out.join("index.json"));
    let estates: Vec<&str> =
        index["estates"].as_array().unwrap().iter().filter_map(|row| row["estate"].as_str()).collect();
    assert_eq!(estates.len(), 2);
    for estate in estates {
        assert_eq!(json(&out.join(estate).join("report.json"))["estate"], estate);
    }
    let map = fs::read_to_string(map).unwrap();
    assert!(map.contains("geheimkunde") && !map.contains("\"real\": \"estate1\""), "{map}");
}

#[test]
fn what_binds_an_address_keeps_its_form() {
    let collection = sample("northwind/collection");
    let shown = run(&["audit", text(&collection), "--at", AT, "--redact"]).out;
    let whole = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(whole.contains("HTTP.sys serves another certificate at 192.0.2.1:4443 on se1."), "{whole}");
}

#[test]
fn waivers_are_told_by_rule_and_place_under_redaction_too() {
    let policy = b"[[waiver]]\nrule = \"rsa-short\"\npool = \"lsedge.contoso.net\"\nreason = \"accepted\"\n\n[[waiver]]\nrule = \"no-rule\"\n";
    let files = folder(&[("own.toml", policy)]);
    let shown = Audit::of("contoso").policy(files.path().join("own.toml")).with(&["--redact"]).run().out;
    let whole = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(whole.contains("the waiver of `rsa-short` for pool `edgepool1.dom"), "{whole}");
    assert!(whole.contains(".toml:6:1 has no effect") && !whole.contains("own.toml"), "{whole}");
}

#[test]
fn a_redacted_message_tells_no_names_of_the_estate_even_if_they_are_words() {
    let files = folder(&[]);
    let topology = fs::read_to_string(sample("contoso/topology.tbxml")).unwrap();
    let topology = topology.replace("Redmond", "Edge").replace("lsedge.contoso.net", "edge");
    let path = files.path().join("topology.tbxml");
    fs::write(&path, topology).unwrap();
    for (option, value) in [("--site", "Oslo"), ("--pool", "nothing-near")] {
        let real = run(&["audit", text(&path), "--certs", text(files.path()), option, value]);
        assert!(real.code == 2 && real.err.to_ascii_lowercase().contains("edge"), "{}", real.err);
        let told = run(&["audit", text(&path), "--certs", text(files.path()), option, value, "--redact"]);
        assert_eq!(told.code, 2);
        assert!(!told.err.to_ascii_lowercase().contains("edge"), "{}", told.err);
        assert!(told.err.contains("which --redact leaves out here"), "{}", told.err);
    }
}

#[test]
fn what_the_program_knows_by_itself_is_told_under_redaction() {
    let doctor = |more: &[&str]| run(&[&["doctor", "14428"], more].concat()).out;
    assert!(doctor(&[]).contains("cn-wrong"));
    assert_eq!(doctor(&["--redact"]), doctor(&[]), "nothing of it is of an estate");
    assert_eq!(run(&["doctor", "41025", "--redact"]).out, run(&["doctor", "41025"]).out);
}

#[test]
fn a_redacted_baseline_needs_the_pseudonyms_that_it_was_made_with() {
    let files = folder(&[]);
    let [map, other] = ["map.json", "other.json"].map(|name| files.path().join(name));
    let out = files.path().join("out");
    let audit = |out: &Path| Audit::of("contoso").out(out).format("json");
    audit(&out).with(&["--redact", "--redact-map", text(&map)]).run();
    let baseline = out.join("report.json");
    let compared = |map: &Path| {
        let again = files.path().join("again");
        let with = ["--redact", "--redact-map", text(map), "--baseline", text(&baseline), "--overwrite"];
        audit(&again).with(&with).run()
    };
    for _ in 0..2 {
        let mistyped = compared(&other);
        assert_eq!(mistyped.code, 2, "{}", mistyped.err);
        assert!(mistyped.err.contains("the baseline is redacted"), "{}", mistyped.err);
    }
    assert_eq!(compared(&map).code, 1);
}
