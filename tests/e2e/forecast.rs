//! What will turn red: the same folder judged on the days to come.

use serde_json::Value;

use crate::support::{Audit, Forecast, folder, golden, report, sample};

fn forecast(estate: &str, format: &str) -> String {
    let run = Forecast::of(estate).format(format).run();
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    run.out
}

#[test]
fn the_samples_give_golden_forecasts() {
    golden(&sample("contoso/expected/forecast.txt"), forecast("contoso", "text").as_bytes());
    golden(&sample("fabrikam/expected/forecast.csv"), forecast("fabrikam", "csv").as_bytes());
}

#[test]
fn an_audit_on_the_day_says_the_same() {
    let view: Value = serde_json::from_str(&forecast("fabrikam", "json")).unwrap();
    assert_eq!((view["schema"].as_str(), view["standing"].as_u64()), (Some("lyncert-forecast/1"), Some(0)));
    let events = view["events"].as_array().unwrap();
    let of_rules = events.iter().filter(|event| event["severity"] != "policy");
    let mut checked = 0;
    for event in of_rules {
        let out = folder(&[]);
        let at = event["at"].as_str().unwrap();
        Audit::of("fabrikam").at(at).out(&out).format("json").run();
        let report = report(&out);
        let findings = report["findings"].as_array().unwrap();
        let same = findings.iter().any(|finding| {
            ["rule", "certificate", "severity"].iter().all(|field| finding[field] == event[field])
                && (finding["message"] == event["message"] || tells_an_end(event))
        });
        assert!(same, "{at}: {event}");
        checked += 1;
    }
    assert!(checked >= 5, "{checked}");
}

/// Whether the event is the end of a certificate, which a forecast tells in its own tense.
fn tells_an_end(event: &Value) -> bool {
    let is_end = matches!(event["rule"].as_str(), Some("expired" | "expiring"));
    is_end && event["message"].as_str().unwrap().starts_with("the certificate will expire on ")
}

#[test]
fn the_end_of_a_certificate_is_told_once_as_seen_from_the_start() {
    let text = forecast("fabrikam", "text");
    assert!(text.contains("the certificate will expire on 2 April 2027, in 131 days"), "{text}");
    assert!(!text.contains("the certificate expired on"), "{text}");
}

#[test]
fn nothing_comes_before_the_end_that_is_asked_for() {
    let run = Forecast::of("fabrikam").set("--until", "2026-12-01").run();
    assert!(
        run.out.contains("Nothing is wrong today") && run.out.contains("Nothing further turns red"),
        "{}",
        run.out
    );
}
