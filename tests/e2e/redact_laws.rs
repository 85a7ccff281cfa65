//! What holds of every redacted result: it can be led back, says the same, and stays as it is when it is redacted again.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use lyncert_report::render::FORMATS;
use serde_json::Value;

use crate::support::{AT, Audit, folder, json, run, sample, text};

fn all_formats() -> String {
    FORMATS.iter().map(|format| format.id).collect::<Vec<_>>().join(",")
}

/// The pairs of a map: by kind and pseudonym.
struct Key(BTreeMap<(String, String), String>);

impl Key {
    fn read(path: &Path) -> Self {
        let text = |pair: &Value, field: &str| pair[field].as_str().unwrap().to_owned();
        let pairs = json(path)["pseudonyms"].as_array().unwrap().clone();
        let pairs =
            pairs.iter().map(|pair| ((text(pair, "kind"), text(pair, "pseudonym")), text(pair, "real")));
        Self(pairs.collect())
    }

    fn real(&self, kind: &str, pseudonym: &str) -> Option<&str> {
        self.0.get(&(kind.to_owned(), pseudonym.to_owned())).map(String::as_str)
    }

    /// A host by its domain and its labels; what has no pseudonym is a label of the product.
    fn host(&self, shown: &str) -> String {
        if let Some(address) = self.real("address", shown) {
            return address.to_owned();
        }
        let label = |label: &str| self.real("label", label).unwrap_or(label).to_owned();
        let labels: Vec<&str> = shown.split('.').collect();
        let Some(at) = labels.len().checked_sub(2) else { return label(shown) };
        let base = labels[at..].join(".");
        let domain = self.real("domain", &base).unwrap_or_else(|| panic!("{shown}")).to_owned();
        labels[..at].iter().map(|one| label(one)).chain([domain]).collect::<Vec<_>>().join(".")
    }
}

/// The values of a field in all rows, by a path of names.
fn values(report: &Value, path: &[&str]) -> Vec<String> {
    match (report, path) {
        (Value::Array(rows), _) => rows.iter().flat_map(|row| values(row, path)).collect(),
        (_, [first, rest @ ..]) => values(&report[*first], rest),
        (Value::String(text), []) => vec![text.clone()],
        _ => Vec::new(),
    }
}

#[test]
fn the_map_leads_every_name_back() {
    let place = folder(&[]);
    let (out, map) = (place.path().join("out"), place.path().join("map.json"));
    let run =
        Audit::of("contoso").out(&out).format("json").with(&["--redact", "--redact-map", text(&map)]).run();
    assert_eq!(run.code, 1, "{}", run.err);
    let key = Key::read(&map);
    let (redacted, real) = (json(&out.join("report.json")), json(&sample("contoso/expected/report.json")));
    let lower = |names: Vec<String>| names.into_iter().map(|name| name.to_lowercase()).collect::<Vec<_>>();
    for path in [
        &["topology", "sites", "pools", "fqdn"][..],
        &["topology", "sites", "pools", "servers"],
        &["topology", "sip_domains"],
        &["topology", "simple_urls", "hosts"],
        &["certificates", "dns_names"],
        &["orders", "names", "name"],
        &["findings", "name"],
    ] {
        let back: Vec<_> = values(&redacted, path).iter().map(|name| key.host(name)).collect();
        assert_eq!(back, lower(values(&real, path)), "{path:?}");
    }
    for (path, kind) in [
        (&["certificates", "sha1"][..], "digest"),
        (&["certificates", "sha256"], "digest"),
        (&["certificates", "serial"], "serial"),
        (&["topology", "sites", "name"], "site"),
    ] {
        let back: Vec<_> =
            values(&redacted, path).iter().map(|one| key.real(kind, one).unwrap().to_lowercase()).collect();
        assert_eq!(back, lower(values(&real, path)), "{path:?}");
        let lengths = |report: &Value| values(report, path).iter().map(String::len).collect::<Vec<_>>();
        assert!(kind == "site" || lengths(&redacted) == lengths(&real), "{path:?} keep their lengths");
    }
}

#[test]
fn findings_are_the_same_one_for_one() {
    for estate in ["contoso", "fabrikam"] {
        let redacted = Audit::of(estate).format("json").with(&["--redact"]).run().json();
        let real = Audit::of(estate).format("json").run().json();
        for field in ["rule", "severity", "usages", "baseline", "waived"] {
            let of = |report: &Value| -> Vec<Value> {
                report["findings"].as_array().unwrap().iter().map(|finding| finding[field].clone()).collect()
            };
            assert_eq!(of(&redacted), of(&real), "{estate} {field}");
        }
        let ids = values(&redacted, &["findings", "id"]);
        let distinct = |ids: &[String]| ids.iter().collect::<std::collections::BTreeSet<_>>().len();
        assert_eq!(distinct(&ids), distinct(&values(&real, &["findings", "id"])), "no two become one");
        for count in ["errors", "warnings", "infos", "state"] {
            assert_eq!(redacted["summary"][count], real["summary"][count], "{estate} {count}");
        }
    }
}

#[test]
fn a_name_has_one_pseudonym_in_all_commands_that_use_one_map() {
    let place = folder(&[]);
    let map = place.path().join("map.json");
    let topology = sample("contoso/topology.tbxml");
    let redact = ["--redact", "--redact-map", text(&map), "--format", "json"];
    let of = |words: &[&str]| run(&[words, &redact].concat()).json();
    let shown = of(&["topology", text(&topology)]);
    let audit = Audit::of("contoso").with(&redact).run().json();
    let plan = of(&["plan", text(&topology)]);
    for path in [&["sites", "pools", "fqdn"][..], &["sites", "pools", "servers"], &["sip_domains"]] {
        assert_eq!(values(&shown, path), values(&audit["topology"], path), "{path:?}");
    }
    assert_eq!(values(&plan, &["orders", "names", "name"]), values(&audit, &["orders", "names", "name"]));
}

#[test]
fn a_redacted_report_draws_every_format_and_stays_as_it_is_when_it_is_redacted_again() {
    let place = folder(&[]);
    let path = |name: &str| place.path().join(name);
    let formats = all_formats();
    let audit = Audit::of("contoso").out(path("first")).format(&formats).with(&["--redact"]).run();
    assert_eq!(audit.code, 1, "{}", audit.err);
    let report = path("first").join("report.json");
    for more in [&[][..], &["--redact"]] {
        let out = path(if more.is_empty() { "again" } else { "twice" });
        let words = ["report", text(&report), "--out", text(&out), "--format", &formats];
        let again = run(&[&words, more].concat());
        assert_eq!(again.code, 0, "{}", again.err);
        for format in FORMATS {
            for (name, _) in format.files {
                let same = fs::read(path("first").join(name)).unwrap() == fs::read(out.join(name)).unwrap();
                assert!(same, "{name} {more:?}");
            }
        }
    }
}

#[test]
fn redacted_reports_are_compared_like_the_real_ones_where_they_have_one_map() {
    let place = folder(&[]);
    let path = |name: &str| text(&place.path().join(name)).to_owned();
    let report = |name: &str, at: &str, more: &[&str]| {
        let out = path(name);
        let run = Audit::of("contoso").at(at).out(&out).format("json").with(more).run();
        assert_eq!(run.code, 1, "{}", run.err);
        format!("{out}/report.json")
    };
    let map = path("map.json");
    let redact = ["--redact", "--redact-map", &map];
    let later = "2027-02-01T00:00:00Z";
    let real = (report("a", AT, &[]), report("b", later, &[]));
    let redacted = (report("c", AT, &redact), report("d", later, &redact));
    let compare = |(old, new): &(String, String)| run(&["diff", old, new, "--format", "json"]).json();
    let (real, redacted) = (compare(&real), compare(&redacted));
    let changes = |diff: &Value| values(diff, &["changes", "change"]);
    assert!(!changes(&real).is_empty(), "{real}");
    assert_eq!(changes(&redacted), changes(&real));
}

#[test]
fn pseudonyms_are_not_compared_with_real_names_and_what_to_do_is_said() {
    let place = folder(&[]);
    let path = |name: &str| text(&place.path().join(name)).to_owned();
    let audit = |name: &str, more: &[&str]| {
        let out = path(name);
        (Audit::of("contoso").out(&out).format("json").with(more).run(), format!("{out}/report.json"))
    };
    let map = path("map.json");
    let (_, real) = audit("real", &[]);
    let (_, redacted) = audit("redacted", &["--redact", "--redact-map", &map]);
    for (old, new) in [(&real, &redacted), (&redacted, &real)] {
        let refused = run(&["diff", old, new]);
        assert_eq!(refused.code, 2, "{}", refused.out);
        assert!(
            refused.err.contains(&format!("`{redacted}` is redacted and `{real}` is not")),
            "{}",
            refused.err
        );
        assert!(refused.err.contains("compare two reports that were redacted with one --redact-map"));
    }
    for more in [&[][..], &["--redact"]] {
        let (refused, _) = audit("refused", &[&["--baseline", &redacted], more].concat());
        assert_eq!(refused.code, 2, "{}", refused.out);
        assert!(
            refused.err.contains("the baseline is redacted, and its pseudonyms mean nothing"),
            "{}",
            refused.err
        );
    }
    let (done, compared) = audit("same", &["--baseline", &redacted, "--redact", "--redact-map", &map]);
    assert_eq!(done.code, 1, "{}", done.err);
    let counts = &json(Path::new(&compared))["baseline"]["counts"];
    assert!(counts["new"] == 0 && counts["fixed"] == 0, "{counts}");
    let shown = fs::read_to_string(&compared).unwrap();
    assert!(!shown.contains("contoso") && !shown.contains("Redmond"));
}

#[test]
fn what_somebody_wrote_into_a_redacted_report_does_not_pass_again() {
    let place = folder(&[]);
    let out = place.path().join("out");
    Audit::of("contoso").out(&out).format("json").with(&["--redact"]).run();
    let report = json(&out.join("report.json"));
    let edited = |change: &dyn Fn(&mut Value)| {
        let (mut report, path) = (report.clone(), out.join("edited.json"));
        change(&mut report);
        fs::write(&path, report.to_string()).unwrap();
        run(&["report", text(&path), "--format", "json", "--redact"])
    };
    let called = edited(&|report| report["orders"][0]["friendly_name"] = "the private key of canary".into());
    assert_eq!(called.code, 0, "{}", called.err);
    assert!(!called.out.contains("private key of") && !called.out.contains("canary"));
    for change in [
        &(|report: &mut Value| report["topology"]["schema"] = "canary".into()) as &dyn Fn(&mut Value),
        &|report: &mut Value| report["rules"] = Value::Array(Vec::new()),
        &|report: &mut Value| report["consequences"] = Value::Array(Vec::new()),
    ] {
        let refused = edited(change);
        assert_eq!(refused.code, 3, "{}", refused.out);
        assert!(
            refused.err.contains("is not a report of lyncert") && !refused.err.contains("canary"),
            "{}",
            refused.err
        );
    }
}

/// Names that are words of lyncert, or look like its pseudonyms.
#[test]
fn names_that_are_words_of_the_program_get_pseudonyms_and_leave_its_sentences_whole() {
    let mut export = fs::read_to_string(sample("contoso/topology.tbxml")).unwrap();
    for (real, name) in [
        ("officewebapps01.contoso.com", "archive.fabrikam.net"),
        ("pool01.contoso.net", "default.fabrikam.net"),
        ("fe01.contoso.net", "on.fabrikam.net"),
        ("fe02.contoso.net", "fe1.dom1.example"),
        ("dir01.contoso.net", "a.fabrikam.net"),
        ("lsedge.contoso.net", "EDGE"),
        ("sql01.contoso.net", "server"),
        ("Redmond", "Edge"),
    ] {
        export = export.replace(real, name);
    }
    let place = folder(&[("archive/certificate.tbxml", export.as_bytes())]);
    let topology = place.path().join("archive/certificate.tbxml");
    let out = place.path().join("out");
    let words = Audit::of("contoso").topology(&topology).with(&["--redact"]);
    let judged = words.clone().format("json").run().json();
    let servers = values(&judged, &["topology", "sites", "pools", "servers"]);
    let distinct: std::collections::BTreeSet<_> = servers.iter().collect();
    assert_eq!(distinct.len(), servers.len(), "{servers:?}");
    let sites = values(&judged, &["topology", "sites", "name"]);
    assert!(sites.iter().all(|site| site.starts_with("site")), "{sites:?}");
    assert_eq!(words.clone().out(&out).format(&all_formats()).run().code, 1);
    let printed = words.run().out;
    for text in [
        fs::read_to_string(out.join("report.md")).unwrap(),
        fs::read_to_string(out.join("findings.csv")).unwrap(),
        fs::read_to_string(out.join("report.json")).unwrap(),
        printed.split_whitespace().collect::<Vec<_>>().join(" "),
    ] {
        for real in [
            "=EDGE",
            "`EDGE`",
            "'EDGE'",
            "\"EDGE\"",
            "Edge EDGE",
            "fe1.dom1",
            "default.",
            "archive.fabrikam",
            "fabrikam",
            "Site Edge",
            "certificate.tbxml",
        ] {
            assert!(!text.contains(real), "{real}: {text}");
        }
        assert!(
            text.contains("a short name") && text.contains("no certificate"),
            "sentences are whole: {text}"
        );
    }
}

#[test]
fn a_command_line_that_is_not_understood_is_redacted_too() {
    let refused = run(&["audit", "contoso.xml", "--redact", "--at", "contoso"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.starts_with("error: invalid value '…' for '--at <TIME>'"), "{}", refused.err);
    let unknown = run(&["audit", "--contoso", "--redact"]);
    assert!(unknown.err.starts_with("error: unexpected argument '…' found"), "{}", unknown.err);
    let shown = run(&["audit", "contoso.xml", "--at", "contoso"]);
    assert!(shown.err.contains("'contoso'"), "without redaction it is shown as it was typed");
}
