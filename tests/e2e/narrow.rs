//! Texts fit the window that they are shown in, however narrow: lines break between words, and only a word that is too long by itself
//! is broken by the window.

use std::io::{self, Write};

use lyncert_report::model::{
    CheckView, DiffView, DoctorView, ExplainList, ForecastView, IndexView, InventoryView, NameExplanation,
    Plan, PlanDiff, Report, RuleExplanation, TopologyView,
};
use lyncert_report::render::text::{self, Look};
use lyncert_rules::clause::CLAUSES;
use lyncert_rules::rule::RULES;
use serde::de::DeserializeOwned;

use crate::support::{AT, Audit, folder, root, run, sample, text as path_text};

/// A view as a command prints it for programs.
fn view<V: DeserializeOwned>(arguments: &[&str]) -> V {
    let run = run(&[arguments, &["--format", "json"]].concat());
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {}", run.err))
}

/// Writes a text for windows of many widths, and looks at each of its lines.
fn fits(what: &str, write: impl Fn(Look, &mut dyn Write) -> io::Result<()>) {
    let mut words: Option<Vec<String>> = None;
    for columns in (40..=120).step_by(4) {
        let mut bytes = Vec::new();
        write(Look::of_window(Some(columns), false), &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        for line in text.lines() {
            let is_one_word = line.split_whitespace().count() <= 1;
            assert!(
                line.chars().count() <= columns.into() || is_one_word,
                "{what} in {columns} columns: {line}\n{text}"
            );
            assert_eq!(line.trim_end(), line, "{what} in {columns} columns ends with blanks");
        }
        // No width leaves anything out.
        let own: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        assert_eq!(*words.get_or_insert_with(|| own.clone()), own, "{what} in {columns} columns");
    }
}

#[test]
fn texts_about_an_estate_fit_every_window() {
    for estate in ["contoso", "fabrikam"] {
        let report: Report = serde_json::from_str(&Audit::of(estate).format("json").run().out).unwrap();
        fits("audit", |look, sink| text::summary(&report, None, look, sink));
        fits("audit", |look, sink| text::summary(&report, Some("findings.csv"), look, sink));
    }
    fits("audit", |look, sink| text::next_step(None, look, sink));
    let (topology, certs) = (sample("contoso/topology.tbxml"), sample("contoso/certs"));
    let (topology, certs) = (path_text(&topology), path_text(&certs));
    let estate = [topology, "--certs", certs, "--at", AT];
    let plan: Plan = view(&["plan", topology, "--wizard"]);
    fits("plan", |look, sink| text::plan(&plan, look, sink));
    fits("plan --wizard", |look, sink| text::wizard(&plan, look, sink));
    let other = sample("fabrikam/topology.xml");
    let diff: PlanDiff = view(&["plan", topology, path_text(&other), "--diff"]);
    fits("plan --diff", |look, sink| text::diff(&diff, look, sink));
    for export in [topology, path_text(&other)] {
        let topology: TopologyView = view(&["topology", export]);
        fits("topology", |look, sink| text::topology(&topology, look, sink));
    }
    let forecast: ForecastView = view(&[&["forecast"][..], &estate].concat());
    fits("forecast", |look, sink| text::forecast(&forecast, look, sink));
    for name in ["meet.contoso.com", "sip.contoso.com", "nobody.contoso.com"] {
        let explanation: NameExplanation = view(&["explain", topology, "--name", name]);
        fits(name, |look, sink| text::name_explanation(&explanation, look, sink));
    }
    let asked = ["41026 0x800b0109 CERT_E_EXPIRED 0x8009ffff", "--topology"];
    let doctor: DoctorView = view(&[&["doctor"][..], &asked, &estate].concat());
    fits("doctor", |look, sink| text::doctor(&doctor, look, sink));
}

#[test]
fn texts_about_files_fit_every_window() {
    let (topology, certs) = (sample("contoso/topology.tbxml"), sample("contoso/certs"));
    let requests = root().join("tests/requests");
    let (certs, requests) = (path_text(&certs), path_text(&requests));
    let inventory: InventoryView = view(&["inspect", certs, requests, "--at", AT]);
    fits("inspect", |look, sink| text::inventory(&inventory, look, sink));
    let check: CheckView = view(&["check", certs, requests, "--topology", path_text(&topology), "--at", AT]);
    fits("check", |look, sink| text::check(&check, look, sink));
    let reports = ["contoso", "fabrikam"].map(|estate| sample(&format!("{estate}/expected/report.json")));
    let [old, new] = &reports;
    let diff: DiffView = view(&["diff", path_text(old), path_text(new)]);
    fits("diff", |look, sink| text::changed(&diff, look, sink));
    let out = folder(&[]);
    let samples = root().join("samples");
    let batch =
        run(&["batch", path_text(&samples), "--out", path_text(out.path()), "--format", "json", "--at", AT]);
    assert_eq!(batch.code, 1, "{}", batch.err);
    let index = std::fs::read_to_string(out.path().join("index.json")).unwrap();
    let index: IndexView = serde_json::from_str(&index).unwrap();
    fits("batch", |look, sink| text::index(&index, look, sink));
}

#[test]
fn explanations_fit_every_window() {
    let list: ExplainList = view(&["explain", "--list"]);
    fits("explain --list", |look, sink| text::explain_list(&list, look, sink));
    for id in RULES.iter().map(|rule| rule.id).chain(CLAUSES.iter().map(|clause| clause.id)) {
        let explanation = RuleExplanation::new(id).unwrap();
        fits(id, |look, sink| text::rule_explanation(&explanation, look, sink));
    }
}
