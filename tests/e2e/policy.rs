//! Exceptions that are honest: waivers, severities, ignored paths, baselines.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{AT, Audit, Plan, Run, folder, report, run, sample, text};

fn audit(policy: &str, out: &Path, more: &[&str]) -> Run {
    audit_at(AT, policy, out, more)
}

fn audit_at(at: &str, policy: &str, out: &Path, more: &[&str]) -> Run {
    let given = folder(&[("lyncert.toml", policy.as_bytes())]);
    Audit::of("contoso").policy(given.path().join("lyncert.toml")).out(out).at(at).with(more).run()
}

fn findings(report: &Value) -> &Vec<Value> {
    report["findings"].as_array().unwrap()
}

/// A waiver for every open error of a report.
fn waivers(report: &Value) -> String {
    let errors = findings(report).iter().filter(|finding| finding["severity"] == "error");
    let one = |finding: &Value| {
        let scope: String = ["pool", "server", "name"]
            .into_iter()
            .filter_map(|key| Some(format!("{key} = '{}'\n", finding[key].as_str()?)))
            .collect();
        let scope = match finding["certificate"].as_str() {
            Some(sha1) => format!("{scope}certificate = '{sha1}'\n"),
            None => scope,
        };
        let rule = finding["rule"].as_str().unwrap();
        format!(
            "[[waiver]]\nrule = '{rule}'\n{scope}reason = 'CHG-4711 <b>=1+1</b>'\nby = 'UC operations'\napprover = 'Vance DeLeon'\nexpires = 2027-03-31\n"
        )
    };
    errors.map(one).collect()
}

#[test]
fn waived_findings_stay_visible_in_every_format_and_count_no_more() {
    let out = folder(&[]);
    assert_eq!(audit("", out.path(), &[]).code, 1);
    let open = report(out.path());
    let policy = waivers(&open);
    let waived_run = audit(&policy, out.path(), &[]);
    assert_eq!(waived_run.code, 0, "{}{}", waived_run.out, waived_run.err);
    let waived = report(out.path());
    assert_eq!(findings(&waived).len(), findings(&open).len(), "nothing is lost");
    let errors =
        |report: &Value| findings(report).iter().filter(|finding| finding["severity"] == "error").count();
    assert_eq!(errors(&waived), errors(&open), "severities stay");
    assert_eq!(waived["summary"]["errors"], 0);
    assert_eq!(waived["summary"]["waived"], errors(&open));
    assert!(waived["summary"]["requirements_waived"].as_u64().unwrap() > 0);
    assert_eq!(waived["unused_waivers"], Value::Array(Vec::new()));
    for finding in findings(&waived).iter().filter(|finding| finding["severity"] == "error") {
        assert_eq!(finding["waived"]["reason"], "CHG-4711 <b>=1+1</b>");
        assert_eq!(
            (&finding["waived"]["expires"], &finding["waived"]["by"]),
            (&"2027-03-31".into(), &"UC operations".into())
        );
    }
    let ledger = waived["waivers"].as_array().unwrap();
    assert!(
        ledger.iter().all(|row| row["state"] == "active" && !row["findings"].as_array().unwrap().is_empty())
    );
    let page = fs::read_to_string(out.path().join("report.html")).unwrap();
    assert!(
        page.contains("id=\"waivers\"")
            && page.contains("Vance DeLeon")
            && page.contains("Waivers reviewed by")
    );
    assert!(!page.contains("<b>=1+1"));
    let csv = fs::read_to_string(out.path().join("findings.csv")).unwrap();
    assert_eq!(csv.matches("\"waived\"").count(), errors(&open));
    assert!(waived_run.out.contains("(waived: CHG-4711"), "{}", waived_run.out);
}

#[test]
fn a_waiver_that_is_over_unused_or_malformed_is_told() {
    let out = folder(&[]);
    audit("", out.path(), &[]);
    let policy = waivers(&report(out.path()));
    let over = audit_at("2027-04-01", &policy, out.path(), &[]);
    assert_eq!(over.code, 1);
    let over = report(out.path());
    let of = |report: &Value, rule: &str| {
        findings(report).iter().filter(|finding| finding["rule"] == rule).count()
    };
    assert!(of(&over, "waiver-expired") > 0);
    audit_at("2027-03-20", &policy, out.path(), &[]);
    assert!(of(&report(out.path()), "waiver-expiring") > 0);

    let unused = "[[waiver]]\nrule = \"expired\"\nname = \"nobody\"\nreason = \"x\"\n[[waiver]]\nrule = \"expird\"\nname = \"nobody\"\nreason = \"x\"\n";
    assert_eq!(audit(unused, out.path(), &[]).code, 1);
    let told = report(out.path());
    assert_eq!((of(&told, "waiver-unused"), of(&told, "waiver-malformed")), (1, 1));
    assert_eq!(told["unused_waivers"], Value::from(vec!["`expired` for name `nobody` (lyncert.toml:1:1)"]));
    let malformed = findings(&told).iter().find(|finding| finding["rule"] == "waiver-malformed").unwrap();
    let message = malformed["message"].as_str().unwrap();
    assert!(message.contains("lyncert.toml:6:8: `expird` is no rule; did you mean `expired`?"), "{message}");
    let states: Vec<&str> =
        told["waivers"].as_array().unwrap().iter().map(|row| row["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["unused", "malformed"]);
}

#[test]
fn severities_and_ignored_paths_are_listed_with_their_reason() {
    let out = folder(&[]);
    audit("", out.path(), &[]);
    let rule = findings(&report(out.path()))[0]["rule"].as_str().unwrap().to_owned();
    let policy = format!(
        "[rules]\n{rule} = {{ severity = \"off\", reason = \"CHG-4712\" }}\n[[ignore]]\npath = \"from-mail/**\"\nreason = \"no certificates\"\n"
    );
    audit(&policy, out.path(), &[]);
    let changed = report(out.path());
    assert!(findings(&changed).iter().all(|finding| finding["rule"] != rule.as_str()));
    let setting = &changed["policy"]["rules"][0];
    assert_eq!((&setting["severity"], &setting["reason"]), (&"off".into(), &"CHG-4712".into()));
    assert!(setting["findings"].as_u64().unwrap() > 0);
    assert_eq!(changed["policy"]["ignored"][0]["files"], 2);
    let page = fs::read_to_string(out.path().join("report.html")).unwrap();
    assert!(page.contains("CHG-4712") && page.contains("from-mail/**"));
    assert!(!page.contains("edge-internal.pem"), "what is ignored is counted, not named");
}

#[test]
fn a_baseline_lets_only_news_fail() {
    let (before, after) = (folder(&[]), folder(&[]));
    assert_eq!(audit("", before.path(), &[]).code, 1);
    let baseline = before.path().join("report.json");
    let at = |at: &str| audit_at(at, "", after.path(), &["--baseline", text(&baseline), "--fail-on-new"]);
    let same = at(AT);
    assert_eq!(same.code, 0, "{}", same.err);
    assert!(same.out.contains("unchanged since 22 November 2026"), "{}", same.out);
    let later = at("2026-12-20");
    assert_eq!(later.code, 1, "a certificate has expired since");
    assert!(!later.out.contains("since since"), "{}", later.out);
    let now = report(after.path());
    assert!(now["baseline"]["counts"]["expired_since"].as_u64().unwrap() > 0);
    let page = fs::read_to_string(after.path().join("report.html")).unwrap();
    assert!(page.contains("expired since") && page.contains("Since 22 November 2026, 12:00 UTC"));

    let new = after.path().join("report.json");
    let diff = run(&["diff", text(&baseline), text(&new)]);
    assert_eq!(diff.code, 0);
    assert!(diff.out.contains("Expired since") && diff.out.contains("Unchanged"), "{}", diff.out);
    assert_eq!(run(&["diff", text(&baseline), text(&new), "--fail-on-new"]).code, 1);
    assert_eq!(run(&["diff", text(&baseline), text(&baseline), "--fail-on-new"]).code, 0);
    let view: Value =
        serde_json::from_str(&run(&["diff", text(&baseline), text(&new), "--format", "json"]).out).unwrap();
    assert_eq!(view["schema"], "lyncert-diff/1");
    assert_eq!(view["counts"], now["baseline"]["counts"], "both say the same");
    let csv = run(&["diff", text(&baseline), text(&new), "--format", "csv"]).out;
    assert_eq!(csv.lines().count(), view["changes"].as_array().unwrap().len() + 1);

    let none = audit("", after.path(), &["--fail-on-new"]);
    assert_eq!(
        (none.code, none.err.as_str()),
        (2, "lyncert: error: --fail-on-new needs --baseline or --history\n")
    );
    let other = folder(&[("other.json", b"{}")]);
    let other = other.path().join("other.json");
    assert_eq!(run(&["diff", text(&other), text(&new)]).code, 3);
}

#[test]
fn an_audit_remembers_its_runs() {
    let (out, history) = (folder(&[]), folder(&[]));
    let night = |at: &str| {
        audit_at(at, "", out.path(), &["--history", text(history.path()), "--fail-on-new", "--keep", "1"])
    };
    assert_eq!(night("2026-11-22").code, 1, "without a run before everything is news");
    assert_eq!(night("2026-11-23").code, 0);
    assert_eq!(report(out.path())["baseline"]["at"], "2026-11-22T00:00:00Z");
    assert_eq!(fs::read_dir(history.path()).unwrap().count(), 1, "one run is kept");
}

#[test]
fn init_writes_a_valid_policy_once() {
    let place = folder(&[]);
    let first = run(&["init", text(place.path())]);
    let path = place.path().join("lyncert.toml");
    assert_eq!((first.code, first.out), (0, format!("Wrote {}\n", path.display())));
    let topology = sample("fabrikam/topology.xml");
    assert_eq!(Plan::of(&topology).policy(&path).run().code, 0);
    let second = run(&["init", text(place.path())]);
    assert_eq!(second.code, 2);
    assert!(second.err.contains("is there already; expected a path where no file is"), "{}", second.err);
    assert_eq!(run(&["init", "-"]).out, fs::read_to_string(&path).unwrap());
    assert_eq!(run(&["init", "no/such/folder/lyncert.toml"]).code, 2);
}

/// A policy that switches a rule off that speaks in the sample.
const SWITCHED_OFF: &str = "[rules]\nsan-missing = { severity = \"off\", reason = \"known\" }\n";

#[test]
fn a_policy_that_was_found_is_told_with_what_it_switches_off() {
    let place = folder(&[("lyncert.toml", SWITCHED_OFF.as_bytes()), ("a/b/topology.tbxml", b"")]);
    let topology = place.path().join("a/b/topology.tbxml");
    fs::copy(sample("contoso/topology.tbxml"), &topology).unwrap();
    let (certs, out) = (sample("contoso/certs"), folder(&[]));
    let run =
        run(&["audit", text(&topology), "--certs", text(&certs), "--at", AT, "--out", text(out.path())]);
    let said = "lyncert.toml, found 2 folders above the topology: 1 rule off (";
    assert!(run.out.contains(said), "{}", run.out);
    let page = fs::read_to_string(out.path().join("report.html")).unwrap();
    assert!(page.contains(said), "the page");
    assert_eq!(report(&out)["policy"]["places"][0], "found 2 folders above the topology");
}

#[test]
fn a_batch_tells_policies_of_its_estates_and_can_forbid_them() {
    let estate = |policy: &str| {
        let place =
            folder(&[("x/lyncert.toml", SWITCHED_OFF.as_bytes()), ("lyncert.toml", policy.as_bytes())]);
        fs::copy(sample("contoso/topology.tbxml"), place.path().join("x/topology.tbxml")).unwrap();
        let certs = sample("contoso/certs/oauth");
        fs::create_dir_all(place.path().join("x/certs")).unwrap();
        for entry in fs::read_dir(certs).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, place.path().join("x/certs").join(path.file_name().unwrap())).unwrap();
        }
        place
    };
    for (policy, said) in [
        (
            "",
            "lyncert.toml, lyncert.toml, the policy of the batch, found in the estate's folder: 1 rule off (",
        ),
        (
            "[policy]\nlocal = \"forbid\"\n",
            "nothing off or waived; forbidden here and not used: lyncert.toml",
        ),
    ] {
        let (place, out) = (estate(policy), folder(&[]));
        let run = run(&["batch", text(place.path()), "--out", text(out.path()), "--at", AT]);
        let folded = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(folded.contains(said), "{policy}: {}", run.out);
        for file in ["index.html", "index.csv", "index.json"] {
            let text = fs::read_to_string(out.path().join(file)).unwrap().replace("&#39;", "'");
            assert!(text.contains(said), "{policy}: {file}: {text}");
        }
    }
    let given = folder(&[("lyncert.toml", b"[policy]\nlocal = \"maybe\"\n")]);
    let run = Audit::of("contoso").policy(given.path().join("lyncert.toml")).run();
    assert_eq!(run.code, 2, "{}", run.err);
}

#[test]
fn an_audit_of_some_pools_says_what_it_left_out() {
    let (whole, part) = (folder(&[]), folder(&[]));
    audit("", whole.path(), &[]);
    let run = audit("", part.path(), &["--pool", "lsedge.contoso.net", "--pool", "oauth"]);
    assert_eq!(run.code, 1);
    assert!(
        run.out.contains("Only lsedge.contoso.net, oauth were judged; left out: Front End pool pool01"),
        "{}",
        run.out
    );
    let (whole, narrowed) = (report(whole.path()), report(part.path()));
    let ids = |report: &Value, key: &str| -> Vec<String> {
        let rows = report[key].as_array().unwrap().iter();
        rows.map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&narrowed, "requirements").len(), 3);
    let concerned = |id: &String| id.contains("lsedge") || id.contains("OAuth");
    let expected: Vec<String> = ids(&whole, "findings").into_iter().filter(concerned).collect();
    assert_eq!(ids(&narrowed, "findings"), expected, "what is judged is judged the same");
    let page = fs::read_to_string(part.path().join("report.html")).unwrap();
    assert!(page.contains("left out: Front End pool") && page.contains("Not judged: it is out of scope."));
    let by_policy = audit("[scope]\npools = [\"lsedge.contoso.net\", \"oauth\"]\n", part.path(), &[]);
    assert_eq!(by_policy.code, 1);
    assert_eq!(ids(&report(part.path()), "findings"), expected);
    assert_eq!(audit("", part.path(), &["--site", "redmond"]).code, 1);
    for (flag, value, said) in [
        (
            "--pool",
            "lsegde.contoso.net",
            "which is no pool of this topology; did you mean `lsedge.contoso.net`?",
        ),
        ("--site", "Redmont", "which is no site of this topology; did you mean `Redmond`?"),
        ("--pool", "a b", "--pool: `a b` is no DNS name"),
    ] {
        let run = audit("", part.path(), &[flag, value]);
        assert_eq!(run.code, 2);
        assert!(run.err.contains(said), "{}", run.err);
    }
}
