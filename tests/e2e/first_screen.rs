//! What the first lines of an audit say: what was not looked at, what has ended, whose folder it is.

use serde_json::Value;

use crate::support::{AT, Audit, CommandLine, folder, report, run, sample};

/// The report of an audit, and the first lines on the terminal.
fn audited(audit: CommandLine) -> (Value, String) {
    let out = folder(&[]);
    let run = audit.out(&out).format("json").run();
    (report(&out), run.out.split("\n\nErrors").next().unwrap().to_owned())
}

fn rule<'r>(report: &'r Value, id: &str) -> &'r Value {
    report["rules"].as_array().unwrap().iter().find(|rule| rule["id"] == id).unwrap()
}

#[test]
fn what_was_not_looked_at_is_no_pass() {
    let (report, screen) = audited(Audit::of("contoso"));
    assert!(screen.contains("not looked at: revocation, trust in roots"), "{screen}");
    for (id, missing) in [
        ("revoked", "no revocation list of the CA in the folder"),
        ("crl-stale", "no revocation list of the CA in the folder"),
        ("chain-untrusted", "no `--roots`"),
        ("renewed-not-assigned", "no export of what is assigned"),
        ("intermediate-as-root", "no listing of a certificate store"),
    ] {
        let rule = rule(&report, id);
        assert_eq!((&rule["passed"], &rule["missing"]), (&0.into(), &missing.into()), "{id}");
        assert!(rule["nothing_to_look_at"].as_u64() > Some(0), "{id}");
    }
    assert_eq!(rule(&report, "expired")["missing"], Value::Null);
}

#[test]
fn a_folder_of_another_estate_is_named_as_such_before_all_else() {
    // The same topology for another company: nothing in the folder has a name of its own.
    let topology = std::fs::read_to_string(sample("contoso/topology.tbxml")).unwrap();
    let topology = topology.replace("contoso", "woodgrove").replace("fabrikam", "wingtip");
    let other = folder(&[("topology.tbxml", topology.as_bytes())]);
    let out = folder(&[]);
    let [topology, certs, out_path] =
        [other.path().join("topology.tbxml"), sample("contoso/certs"), out.path().to_owned()]
            .map(|path| path.to_string_lossy().into_owned());
    let options = ["--at", AT, "--no-policy", "--format", "json", "--out", &out_path];
    let screen = run(&[&["audit", &topology, "--certs", &certs], &options[..]].concat()).out;
    let report = report(&out);
    let summary = &report["summary"];
    assert_eq!(summary["foreign_folder"], true);
    let second = screen.lines().nth(1).unwrap();
    let count = &summary["certificates_foreign"];
    assert_eq!(
        second,
        format!("None of the {count} certificates of servers in the folder has a name of this topology")
    );
    let certificates = report["certificates"].as_array().unwrap();
    assert!(certificates.iter().all(|certificate| certificate["foreign"] != certificate["is_ca"]));
    let (own, screen_of_own) = audited(Audit::of("contoso"));
    assert_eq!(own["summary"]["foreign_folder"], false);
    assert!(!screen_of_own.contains("name of this topology"), "{screen_of_own}");
}

#[test]
fn what_has_ended_comes_before_the_next_expiry() {
    let (report, screen) = audited(Audit::of("contoso").at("2026-12-20"));
    let summary = &report["summary"];
    assert_eq!(
        (summary["ended"].as_u64(), summary["ended_since"].as_str()),
        (Some(2), Some("2026-12-09T23:59:59Z"))
    );
    let (ended, next) =
        (screen.find("expired        2 in use, the first on 9 December 2026"), screen.find("next expiry"));
    assert!(ended.is_some() && ended < next, "{screen}");
    let (before, screen) = audited(Audit::of("contoso"));
    assert_eq!((&before["summary"]["ended"], &before["summary"]["ended_since"]), (&0.into(), &Value::Null));
    assert!(!screen.contains("expired   "), "{screen}");
}

#[test]
fn what_has_expired_since_is_not_fixed_and_the_wrong_order_is_told() {
    let (earlier, later) = (folder(&[]), folder(&[]));
    for (out, at) in [(&earlier, "2026-11-22"), (&later, "2026-12-12")] {
        Audit::of("contoso").at(at).out(out).format("json").run();
    }
    let file = |out: &tempfile::TempDir| out.path().join("report.json").to_string_lossy().into_owned();
    let (earlier, later) = (file(&earlier), file(&later));
    let view = run(&["diff", &earlier, &later, "--format", "json"]).json();
    let changes = view["changes"].as_array().unwrap();
    let of = |change: &str, rule: &str| {
        changes.iter().filter(|row| row["change"] == change && row["finding"]["rule"] == rule).count()
    };
    assert!(of("expired-since", "expired") > 0, "{}", view["counts"]);
    assert_eq!(of("fixed", "expiring"), 0);
    assert_eq!(view["caveats"].as_array().unwrap().len(), 0);
    let told = run(&["diff", &later, &earlier]).out;
    assert!(told.contains("Note: the report to compare with is the newer one"), "{told}");
}
