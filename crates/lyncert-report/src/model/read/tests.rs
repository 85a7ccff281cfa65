//! What is read and what is refused.

use serde_json::json as value;

use super::*;
use crate::model::{
    AssignedBy, EstateState, HolderKind, HolderRef, ReportState, ScopeRow, Severity, UnjudgedKind, WaivedRow,
};
use crate::render::testing::{in_order_report, plain_report, recount, unjudged_row};

fn json(view: &impl serde::Serialize) -> Value {
    serde_json::to_value(view).unwrap()
}

fn read_report(value: &Value) -> Result<Report, String> {
    Report::read(&serde_json::to_vec(value).unwrap()).map_err(|error| error.to_string())
}

#[test]
fn a_report_is_read_as_it_was_written() {
    let report = plain_report(2);
    assert_eq!(read_report(&json(&report)).unwrap(), report);
}

/// What was said with the second version only: where (`*`: each row of a list), and the field.
const NEW: &[(&str, &str)] = &[
    ("", "replacements"),
    ("summary", "state"),
    ("scope", "left_out_refs"),
    ("findings/*", "holder_ref"),
    ("findings/*", "holders"),
    ("findings/*", "sources"),
];

/// The report as the first version wrote it.
fn older(report: &Report) -> Value {
    let mut older = json(report);
    older["schema"] = REPORT_SCHEMA_1.into();
    for (place, field) in NEW {
        without(&mut older, place, field);
    }
    older
}

/// Takes a field out of all objects at a place.
fn without(value: &mut Value, place: &str, field: &str) {
    let (step, rest) = place.split_once('/').unwrap_or((place, ""));
    match (step, value) {
        ("", Value::Object(object)) => drop(object.remove(field)),
        ("*", Value::Array(rows)) => rows.iter_mut().for_each(|row| without(row, rest, field)),
        (_, Value::Object(object)) => {
            object.get_mut(step).into_iter().for_each(|part| without(part, rest, field));
        }
        (_, other) => panic!("{place}: {other}"),
    }
}

#[test]
fn what_a_report_of_today_always_says_is_not_taken_for_granted() {
    let mut report = plain_report(2);
    report.scope = Some(scope(Vec::new()));
    let waived = json(&WaivedRow {
        reason: "CHG-4711".to_owned(),
        expires: None,
        by: None,
        owner: None,
        approver: None,
        place: "lyncert.toml:3:1".to_owned(),
    });
    let mut good = json(&report);
    good["findings"][1]["waived"] = waived;
    for (count, less) in [("waived", -1), ("warnings", 1)] {
        let found = good["summary"][count].as_i64().unwrap();
        good["summary"][count] = (found - less).into();
    }
    assert!(read_report(&good).is_ok(), "{:?}", read_report(&good).err());
    let more = [
        ("", "consequences"),
        ("", "waivers"),
        ("summary", "worst_findings"),
        ("summary", "requirements_waived"),
        ("certificates/*", "chain"),
        ("certificates/*", "revoked"),
        ("requirements/*", "verdict"),
        ("requirements/*", "holdings"),
        ("requirements/*/names/*", "status"),
        ("orders/*", "obstacles"),
        ("policy", "rules"),
    ];
    for (place, field) in NEW.iter().chain(&more) {
        let mut report = good.clone();
        without(&mut report, place, field);
        let error = read_report(&report).unwrap_err();
        assert!(error.contains(&format!("missing field `{field}`")), "{place} {field}: {error}");
    }
}

fn scope(left_out_refs: Vec<HolderRef>) -> ScopeRow {
    ScopeRow {
        pools: vec!["pool01.contoso.net".to_owned()],
        sites: Vec::new(),
        except: Vec::new(),
        left_out: vec!["Edge edge.contoso.com".to_owned()],
        left_out_refs,
    }
}

#[test]
fn an_older_report_gets_its_holders_by_pool_and_usage() {
    let report = plain_report(2);
    let read = read_report(&older(&report)).unwrap();
    for (found, written) in read.findings.iter().zip(&report.findings) {
        assert_eq!((&found.holders, &found.holder_ref), (&written.holders, &written.holder_ref));
    }
    let mut oauth = report.clone();
    oauth.requirements[0].pool = None;
    oauth.requirements[0].server = None;
    oauth.requirements[0].kind = HolderKind::Deployment;
    oauth.requirements[0].usages = vec![crate::model::Usage::OAuthTokenIssuer];
    for (usages, expected) in [
        (vec![crate::model::Usage::OAuthTokenIssuer], vec![HolderKind::Deployment]),
        (vec![crate::model::Usage::Default], vec![]),
        (vec![], vec![]),
    ] {
        oauth.findings[0].pool = None;
        oauth.findings[0].usages = usages;
        let read = read_report(&older(&oauth)).unwrap();
        let kinds: Vec<HolderKind> = read.findings[0].holders.iter().map(|holder| holder.kind).collect();
        assert_eq!(kinds, expected);
    }
}

#[test]
fn an_older_report_leaves_out_what_has_no_requirement() {
    let mut report = plain_report(1);
    let mut edge = report.topology.sites[0].pools[0].clone();
    edge.fqdn = "edge.contoso.com".to_owned();
    edge.kind = crate::model::PoolKind::Edge;
    report.topology.sites[0].pools.push(edge);
    report.scope = Some(scope(Vec::new()));
    let read = read_report(&older(&report)).unwrap();
    let left_out: Vec<HolderKind> =
        read.scope.unwrap().left_out_refs.iter().map(|holder| holder.kind).collect();
    assert_eq!(left_out, [HolderKind::Edge, HolderKind::Deployment, HolderKind::ReverseProxy]);
}

#[test]
fn a_report_that_contradicts_itself_is_refused() {
    let good = json(&plain_report(4));
    assert!(read_report(&good).is_ok());
    let worse = good["summary"]["errors"].as_u64().unwrap();
    for (pointer, value, expected) in [
        ("/summary/errors", value!(0), format!("its summary says 0 errors, its findings {worse}")),
        ("/summary/warnings", value!(7), "its summary says 7 warnings, its findings 1".to_owned()),
        ("/summary/infos", value!(0), "its summary says 0 infos, its findings 1".to_owned()),
        ("/summary/waived", value!(1), "its summary says 1 waived, its findings 0".to_owned()),
        ("/summary/met", value!(12), "its summary says 12 met, its requirements 0".to_owned()),
        (
            "/summary/requirements",
            value!(1),
            "its summary says 1 requirements, its requirements 12".to_owned(),
        ),
        ("/summary/worst", value!("none"), "the worst is `none`, its findings `error`".to_owned()),
        (
            "/summary/state",
            value!("in-order"),
            "its state is `in-order`, its findings and what was not judged `errors`".to_owned(),
        ),
        ("/summary/state", value!("not-fully-judged"), "what was not judged `errors`".to_owned()),
        ("/summary/state", value!("warnings"), "what was not judged `errors`".to_owned()),
        ("/summary/not_judged", value!(2), "its summary says 2 not judged, its requirements 0".to_owned()),
        ("/summary/assignments/assumed", value!(9), "other assignments than its requirements".to_owned()),
        ("/summary/names_covered", value!(1_000_000), "1000000 covered names".to_owned()),
        ("/summary/unreadable", value!(0), "says 0 files not understood, its list of them 1".to_owned()),
        ("/summary/problems", value!(5), "says 5 problems, its list of them 1".to_owned()),
        ("/certificates", value!([]), "says 4 certificates, its certificates 0".to_owned()),
        ("/summary/next_deadline", Value::Null, "other deadlines than its certificates".to_owned()),
        ("/findings", value!([]), format!("its summary says {worse} errors, its findings 0")),
        ("/requirements/3/verdict", Value::Null, "/WebServicesInternal` has no verdict".to_owned()),
    ] {
        let mut report = good.clone();
        *report.pointer_mut(pointer).unwrap() = value;
        if pointer == "/requirements/3/verdict" {
            // The id of the fourth requirement is that of the second server's first one.
            report["requirements"][3]["id"] = "fe/WebServicesInternal".into();
        }
        let error = read_report(&report).unwrap_err();
        assert!(error.contains(&expected), "{pointer}: {error}");
    }
}

#[test]
fn what_was_not_judged_as_a_whole_is_not_in_order() {
    let mut report = plain_report(2);
    report.findings.clear();
    recount(&mut report);
    report.summary.state = ReportState::InOrder;
    let error = read_report(&json(&report)).unwrap_err();
    assert!(error.contains("its state is `in-order`, and not everything was judged"), "{error}");
    (report.unreadable, report.problems) = (Vec::new(), Vec::new());
    recount(&mut report);
    report.summary.state = ReportState::InOrder;
    assert!(read_report(&json(&report)).is_ok());
    report.requirements[0].holdings[0].assigned_by = Some(AssignedBy::BestMatch);
    recount(&mut report);
    let error = read_report(&json(&report)).unwrap_err();
    assert!(error.contains("not everything was judged"), "a best match is no knowledge: {error}");
}

#[test]
fn the_state_follows_from_what_was_not_judged() {
    for kind in UnjudgedKind::ALL {
        let mut report = in_order_report();
        report.summary.unjudged.push(unjudged_row(*kind));
        report.summary.state = ReportState::InOrder;
        let read = read_report(&json(&report));
        assert_eq!(read.is_ok(), *kind == UnjudgedKind::OutOfScope, "{kind}");
        report.summary.state = ReportState::NotFullyJudged;
        let read = read_report(&json(&report));
        assert_eq!(read.is_ok(), *kind != UnjudgedKind::OutOfScope, "{kind}");
    }
}

#[test]
fn an_error_names_the_field() {
    let mut report = json(&plain_report(2));
    report["findings"][1]["holders"][0]["kind"] = "Kiosk".into();
    let error = read_report(&report).unwrap_err();
    assert!(
        error.contains("report of lyncert: findings[1].holders[0].kind: unknown variant `Kiosk`"),
        "{error}"
    );
}

#[test]
fn an_older_report_is_never_in_order() {
    let mut report = plain_report(3);
    let mut state = |without: &[Severity]| {
        report.findings.retain(|finding| !without.contains(&finding.severity));
        recount(&mut report);
        read_report(&older(&report)).unwrap().summary.state
    };
    assert_eq!(state(&[]), ReportState::Errors);
    assert_eq!(state(&[Severity::Error]), ReportState::Warnings);
    assert_eq!(state(&[Severity::Warning, Severity::Info]), ReportState::NotFullyJudged);
}

#[test]
fn what_lyncert_does_not_write_is_refused() {
    let mut report = plain_report(2);
    report.summary.unjudged.push(unjudged_row(UnjudgedKind::NotCollected));
    let good = json(&report);
    for (pointer, value, expected) in [
        ("/schema", "lyncert-report/3", "`lyncert-report/3`, which this version"),
        ("/schema", "other-report/1", "is not a report of lyncert: it is `other-report/1`"),
        ("/schema", "", "is not a report of lyncert: it is ``"),
        ("/summary/state", "fine", "unknown variant `fine`"),
        ("/summary/worst", "critical", "unknown variant `critical`"),
        ("/summary/unjudged/0/kind", "rumor", "unknown variant `rumor`"),
        ("/unreadable/0/kind", "rumor", "unknown variant `rumor`"),
        ("/findings/0/severity", "critical", "unknown variant `critical`"),
        ("/findings/0/change", "better", "unknown variant `better`"),
        ("/requirements/0/verdict", "fine", "unknown variant `fine`"),
        ("/requirements/0/assigned_by", "somebody", "unknown variant `somebody`"),
        ("/requirements/0/names/0/need", "must", "unknown variant `must`"),
        ("/requirements/0/names/0/added_by", "magic", "unknown variant `magic`"),
        ("/requirements/0/names/0/status", "nearly", "unknown variant `nearly`"),
        ("/certificates/0/chain/state", "probably", "unknown variant `probably`"),
        ("/certificates/0/ca_kind", "secret", "unknown variant `secret`"),
        ("/certificates/0/not_after", "soon", "a time such as"),
        ("/findings/0/usages/0", "Kiosk", "unknown variant `Kiosk`"),
        ("/findings/0/holder_ref/kind", "Kiosk", "unknown variant `Kiosk`"),
        ("/requirements/0/kind", "Kiosk", "unknown variant `Kiosk`"),
        ("/topology/sites/0/pools/0/kind", "Kiosk", "unknown variant `Kiosk`"),
        ("/inputs/0/kind", "rumor", "unknown variant `rumor`"),
        ("/waivers/0/state", "eternal", "unknown variant `eternal`"),
        ("/policy/rules/0/severity", "loud", "unknown variant `loud`"),
    ] {
        let mut report = good.clone();
        match report.pointer_mut(pointer) {
            Some(place) => *place = value.into(),
            None => report["findings"][0]["change"] = value.into(),
        }
        let error = read_report(&report).unwrap_err();
        assert!(error.contains(expected), "{pointer}: {error}");
    }
}

#[test]
fn a_failure_is_read_as_it_was_written_and_nothing_else_is() {
    let at = time::macros::datetime!(2026-11-22 12:00:00 UTC).into();
    let failure = FailureView::new("contoso", at, 3, "the export was cut off");
    assert_eq!(FailureView::read(&serde_json::to_vec(&failure).unwrap()).unwrap(), failure);
    let damaged = b"{\"schema\": \"lyncert-failure/1\", \"estate\": \"contoso\"}";
    assert!(!FailureView::read(damaged).unwrap_err().is_foreign());
    assert!(!FailureView::read(b"{\"estate\": \"contoso\"}").unwrap_err().is_foreign());
    for (code, is_failure) in
        [(0, false), (1, false), (2, true), (3, true), (4, false), (70, true), (75, true)]
    {
        let failure = serde_json::to_vec(&FailureView { exit_code: code, ..failure.clone() }).unwrap();
        let error = FailureView::read(&failure).err().map(|error| error.to_string());
        let refused = format!("is not a failure of lyncert: exit_code: {code} is none of a failure");
        assert_eq!(error, (!is_failure).then_some(refused));
    }
}

#[test]
fn what_is_well_formed_json_of_another_program_is_foreign() {
    for text in [
        r#"{}"#,
        r#"{"schema": 1}"#,
        r#"{"schema": "x"}"#,
        r#"{"schema": "other-report/1", "estate": "contoso", "tool": {}}"#,
        r#"{"title": "Coverage", "rows": [1, 2]}"#,
    ] {
        assert!(Report::read(text.as_bytes()).unwrap_err().is_foreign(), "{text}");
        assert!(IndexView::read(text.as_bytes()).unwrap_err().is_foreign(), "{text}");
        assert!(FailureView::read(text.as_bytes()).unwrap_err().is_foreign(), "{text}");
    }
}

#[test]
fn what_may_be_a_report_is_damaged_and_not_foreign() {
    let good = serde_json::to_vec(&plain_report(1)).unwrap();
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(good.iter().flat_map(|byte| [*byte, 0])).collect();
    let mut without_schema = json(&plain_report(1));
    without_schema.as_object_mut().unwrap().remove("schema");
    let without_schema = serde_json::to_vec(&without_schema).unwrap();
    for bytes in [
        &b""[..],
        b" \r\n",
        b"[1]",
        b"null",
        b"no json",
        &good[..good.len() / 2],
        &good[..good.len() - 1],
        &[&good[..], b"}"].concat(),
        &utf16,
        &without_schema,
        br#"{"schema": null, "findings": []}"#,
        br#"{"schema": ["lyncert-report/2"], "tool": {}}"#,
        br#"{"schema": "lyncert-report/2"}"#,
        br#"{"schema": "lyncert-report/3"}"#,
        br#"{"schema": "lyncert-inventory/1"}"#,
        br#"{"schema": "x", "schema": "lyncert-report/2"}"#,
    ] {
        let error = Report::read(bytes).unwrap_err();
        assert!(!error.is_foreign(), "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn the_mark_of_utf8_is_no_part_of_a_document() {
    let report = plain_report(1);
    let marked = |view: Vec<u8>| [b"\xEF\xBB\xBF", &view[..]].concat();
    assert_eq!(Report::read(&marked(serde_json::to_vec(&report).unwrap())).unwrap(), report);
    let index = IndexView::of_report(&report);
    assert_eq!(IndexView::read(&marked(serde_json::to_vec(&index).unwrap())).unwrap(), index);
    let failure = FailureView::new("contoso", report.at, 3, "the export was cut off");
    assert_eq!(FailureView::read(&marked(serde_json::to_vec(&failure).unwrap())).unwrap(), failure);
}

#[test]
fn an_index_of_the_first_version_gets_its_states_and_none_is_in_order() {
    let index = IndexView::of_report(&plain_report(1));
    assert_eq!(IndexView::read(&serde_json::to_vec(&index).unwrap()).unwrap(), index);
    let read = |status: &str| {
        let mut older = json(&index);
        older["schema"] = INDEX_SCHEMA_1.into();
        let row = older["estates"][0].as_object_mut().unwrap();
        row.remove("state");
        row.insert("status".to_owned(), status.into());
        IndexView::read(&serde_json::to_vec(&older).unwrap())
            .map(|index| index.estates[0].state)
            .map_err(|error| error.to_string())
    };
    assert_eq!(read("none"), Ok(EstateState::NotFullyJudged));
    assert_eq!(read("info"), Ok(EstateState::NotFullyJudged));
    assert_eq!(read("warning"), Ok(EstateState::Warnings));
    assert_eq!(read("error"), Ok(EstateState::Errors));
    assert_eq!(read("failed"), Ok(EstateState::CouldNotBeJudged));
    assert!(read("critical").unwrap_err().contains("unknown variant `critical`"));
}
