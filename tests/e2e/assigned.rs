//! What exports say of assigned certificates, in the certificate folder, is the strongest evidence.

use std::fs;

use serde_json::Value;

use crate::support::{Audit, Inspect, folder, sample};

const FE02: &str = "contoso/certs/fe02.contoso.net/Default+WebServicesInternal+WebServicesExternal.cer";
const FE01: &str = "contoso/certs/fe01.contoso.net/Default+WebServicesInternal+WebServicesExternal.cer";

/// The certificate of a sample file: its SHA-1, as the program tells it.
fn thumbprint(file: &str) -> String {
    let inventory = Inspect::of(sample(file)).format("json").run().json();
    inventory["certificates"][0]["sha1"].as_str().unwrap().to_owned()
}

/// As `Get-CsCertificate` prints it.
fn printed(thumbprint: &str, usages: &str) -> String {
    format!("\r\nSubject      : CN=printed\r\nThumbprint   : {thumbprint}\r\nUse          : {{{usages}}}\r\n")
}

/// The report on a folder with these files and the certificates of both Front End Servers under names that say nothing.
fn report(exports: &[(&str, String)]) -> Value {
    let (fe01, fe02) = (fs::read(sample(FE01)).unwrap(), fs::read(sample(FE02)).unwrap());
    let mut files: Vec<(&str, &[u8])> = vec![("a.cer", &fe01), ("b.cer", &fe02)];
    files.extend(exports.iter().map(|(name, text)| (*name, text.as_bytes())));
    let (certs, out) = (folder(&files), folder(&[]));
    Audit::of("contoso").certs(&certs).out(&out).run();
    crate::support::report(&out)
}

/// Who serves Default on a server: its thumbprint, and how that is known.
fn serving<'a>(report: &'a Value, server: &str) -> (Option<&'a str>, Option<&'a str>) {
    let requirements = report["requirements"].as_array().unwrap().iter();
    let is_wanted =
        |requirement: &&Value| requirement["server"] == server && requirement["usages"][0] == "Default";
    let requirement = requirements.into_iter().find(is_wanted).unwrap();
    (requirement["certificate"].as_str(), requirement["assigned_by"].as_str())
}

fn rules<'a>(report: &'a Value, server: &str) -> Vec<&'a str> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .filter(|finding| finding["server"] == server)
        .map(|finding| finding["rule"].as_str().unwrap())
        .collect()
}

#[test]
fn an_export_in_a_folder_named_after_the_server_decides() {
    // What best match would never choose: the certificate of the other server.
    let wrong = thumbprint(FE02);
    let report =
        report(&[("fe01.contoso.net/assigned.txt", printed(&wrong, "Default, WebServicesInternal"))]);
    assert_eq!(serving(&report, "fe01.contoso.net"), (Some(wrong.as_str()), Some("assigned")));
    assert_eq!(serving(&report, "fe02.contoso.net").1, Some("best-match"));
    assert!(rules(&report, "fe01.contoso.net").contains(&"san-missing"), "it is judged as what it is");
    assert_eq!(report["assigned"][0]["document"], "fe01.contoso.net/assigned.txt");
    let not_read = report["unreadable"].as_array().unwrap();
    assert!(not_read.is_empty(), "{not_read:?}");
}

#[test]
fn an_assigned_certificate_without_a_file_is_told_and_not_guessed() {
    let report = report(&[("fe01.contoso.net/assigned.txt", printed(&"AB".repeat(20), "Default"))]);
    assert_eq!(serving(&report, "fe01.contoso.net"), (None, None));
    let rules = rules(&report, "fe01.contoso.net");
    assert!(rules.contains(&"assigned-not-found") && !rules.contains(&"requirement-unmet"), "{rules:?}");
}

#[test]
fn an_export_of_nobody_knows_which_server_is_no_evidence_where_there_are_several() {
    let report = report(&[("assigned.txt", printed(&thumbprint(FE02), "Default"))]);
    assert_eq!(serving(&report, "fe01.contoso.net").1, Some("best-match"));
}

/// The log of a `Set-CsCertificate` that ended at this time, and how.
fn log(thumbprint: &str, time: &str, end: &str) -> String {
    format!(
        "<CsMgmtLog Name=\"Set-CsCertificate\"><Action Name=\"Set Certificate\" Time=\"{time}\"><Info Time=\"{time}\">Certificate \"{thumbprint}\" has been added to the local data store with the usage type \"Default\".</Info></Action>{end}</CsMgmtLog>"
    )
}

/// The same for one that succeeded.
fn set(thumbprint: &str, time: &str) -> String {
    let saved = format!(
        "<Action Name=\"DeploymentXdsCmdlet.SaveCachedItems\" Time=\"{time}\"><Info Title=\"write status\" Time=\"{time}\">\"[{{urn:schema:Microsoft.Rtc.Management.Settings.Certificates.2008}}Certificates,Host{{0}},Global]\" status \"Okay\"</Info></Action>"
    );
    log(thumbprint, time, &saved)
}

/// The entries of a kind on what was not judged: what, why and remedy.
fn unjudged(report: &Value, kind: &str) -> Vec<String> {
    let entries = report["summary"]["unjudged"].as_array().unwrap().iter();
    entries
        .filter(|entry| entry["kind"] == kind)
        .map(|entry| format!("{}: {}; {}", entry["what"], entry["why"], entry["remedy"]))
        .collect()
}

#[test]
fn a_log_counts_and_a_list_without_a_time_outweighs_it_and_both_are_told() {
    let (right, wrong) = (thumbprint(FE01), thumbprint(FE02));
    let log = set(&wrong, "2026-11-21 10:00:00Z");
    let alone = report(&[("fe01.contoso.net/set.xml", log.clone())]);
    assert_eq!(serving(&alone, "fe01.contoso.net"), (Some(wrong.as_str()), Some("assigned")));
    assert!(unjudged(&alone, "evidence-contradicts").is_empty());
    let both = report(&[
        ("fe01.contoso.net/set.xml", log),
        ("fe01.contoso.net/assigned.txt", printed(&right, "Default")),
    ]);
    assert_eq!(serving(&both, "fe01.contoso.net"), (Some(right.as_str()), Some("assigned")));
    let told = unjudged(&both, "evidence-contradicts");
    assert!(told.len() == 1 && told[0].contains("a list says what is assigned"), "{told:?}");
}

#[test]
fn the_later_of_two_logs_counts_whatever_its_name() {
    let (right, wrong) = (thumbprint(FE01), thumbprint(FE02));
    let report = report(&[
        ("fe01.contoso.net/a.xml", set(&right, "2026-11-21 10:00:00Z")),
        ("fe01.contoso.net/z.xml", set(&wrong, "2026-11-20 10:00:00Z")),
    ]);
    assert_eq!(serving(&report, "fe01.contoso.net"), (Some(right.as_str()), Some("assigned")));
    assert!(unjudged(&report, "evidence-contradicts").is_empty(), "the times decide");
    let counted: Vec<_> = report["assigned"].as_array().unwrap().iter().map(|row| &row["counted"]).collect();
    assert_eq!(counted, [true, false]);
}

#[test]
fn logs_that_failed_and_pages_of_logs_are_told_and_count_for_nothing() {
    let wrong = thumbprint(FE02);
    let failed = log(&wrong, "2026-11-21 10:00:00Z", "<Error Title=\"Error\">An error occurred</Error>");
    let page = "<html><body><h1>Set-CsCertificate</h1><p>Default</p></body></html>".to_owned();
    let request = format!(
        "<CsMgmtLog Name=\"Request-CsCertificate\"><Info Title=\"Output\">\nSubject : CN=x\nThumbprint : {wrong}\nUse : Default\n</Info></CsMgmtLog>"
    );
    let report = report(&[
        ("fe01.contoso.net/failed.xml", failed),
        ("fe01.contoso.net/page.html", page),
        ("fe01.contoso.net/request.xml", request),
    ]);
    assert_eq!(serving(&report, "fe01.contoso.net").1, Some("best-match"));
    assert_eq!(report["assigned"].as_array().unwrap().len(), 0);
    let told = unjudged(&report, "evidence-unreadable");
    assert_eq!(told.len(), 2, "a request assigns nothing: {told:?}");
    assert!(told.iter().all(|entry| entry.contains("Get-CsCertificate | Export-Clixml FILE")), "{told:?}");
    assert!(told[0].contains("failed.xml") && told[1].contains("`.xml` file of the same name"), "{told:?}");
}

#[test]
fn a_short_name_is_enough_and_an_unknown_one_is_told() {
    let wrong = thumbprint(FE02);
    let by_name = report(&[("FE01.txt", printed(&wrong, "Default"))]);
    assert_eq!(serving(&by_name, "fe01.contoso.net"), (Some(wrong.as_str()), Some("assigned")));
    assert_eq!(by_name["assigned"][0]["host"], "fe01.contoso.net");
    let on = |computer: &str| format!("{}PSComputerName : {computer}\r\n", printed(&wrong, "Default"));
    let by_remoting = report(&[("all.txt", on("FE01"))]);
    assert_eq!(serving(&by_remoting, "fe01.contoso.net").1, Some("assigned"));
    let unknown = report(&[("all.txt", on("web01"))]);
    assert_eq!(serving(&unknown, "fe01.contoso.net").1, Some("best-match"));
    assert_eq!(unknown["assigned"][0]["counted"], false);
    let told = unjudged(&unknown, "evidence-unused");
    assert!(told.len() == 1 && told[0].contains("`web01` is no server of the topology"), "{told:?}");
    let put_right = report(&[("fe01.contoso.net.txt", on("web01"))]);
    assert_eq!(serving(&put_right, "fe01.contoso.net").1, Some("assigned"), "as the remedy says");
    assert!(unjudged(&put_right, "evidence-unused").is_empty());
}

#[test]
fn a_complete_list_without_a_usage_is_an_error_and_nothing_is_put_in_its_place() {
    let right = thumbprint(FE01);
    let report =
        report(&[("fe01.contoso.net/assigned.txt", printed(&right, "Default, WebServicesInternal"))]);
    assert!(rules(&report, "fe01.contoso.net").contains(&"usage-unassigned"));
    let external = report["requirements"].as_array().unwrap().iter().find(|requirement| {
        requirement["server"] == "fe01.contoso.net" && requirement["usages"][0] == "WebServicesExternal"
    });
    let external = external.unwrap();
    assert_eq!((&external["certificate"], &external["verdict"]), (&Value::Null, &Value::from("unmet")));
}

#[test]
fn files_of_a_known_harmless_kind_are_no_gap_and_what_is_called_a_certificate_always_is() {
    let harmless = [
        ("notes.txt", "Collected on Monday with Get-CsCertificate."),
        ("request.inf", "[Version]\r\nSignature=\"$Windows NT$\"\r\n[NewRequest]\r\nSubject=\"CN=a\"\r\n"),
        ("bindings.txt", "SSL Certificate bindings:\r\n    IP:port : 0.0.0.0:443\r\n"),
        ("page.html", "<html><body>Hello</body></html>"),
        ("key.txt", "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n"),
        (
            "empty.xml",
            "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\"></Objs>",
        ),
        ("enable.xml", "<CsMgmtLog Name=\"Enable-CsTopology\"><Info>Done</Info></CsMgmtLog>"),
    ];
    let files: Vec<(&str, String)> =
        harmless.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
    let quiet = report(&files);
    let kinds: Vec<_> = quiet["unreadable"].as_array().unwrap().iter().map(|row| &row["kind"]).collect();
    assert_eq!(kinds, ["harmless"; 7], "{:#}", quiet["unreadable"]);
    let told = report(&[("fe01.cer", "just a text".to_owned())]);
    assert_eq!(told["unreadable"][0]["kind"], "not-understood");
    assert!(unjudged(&told, "input-not-understood").iter().any(|entry| entry.contains("fe01.cer")));
}

#[test]
fn a_folder_with_nothing_but_exports_can_be_inspected() {
    let exports = folder(&[("assigned.txt", printed(&"AB".repeat(20), "Default").as_bytes())]);
    let told = Inspect::of(&exports).format("json").run();
    assert_eq!(told.json()["assigned"][0]["uses"][0], "Default");
}

/// What a report may not say when its evidence says less: the state, from worst to best.
const STATES: [&str; 4] = ["errors", "warnings", "not-fully-judged", "in-order"];

#[test]
fn more_exports_never_make_an_estate_greener_than_one_of_them_and_fewer_never_in_order() {
    let (right, wrong) = (thumbprint(FE01), thumbprint(FE02));
    let texts = [
        printed(&right, "Default, WebServicesInternal, WebServicesExternal"),
        printed(&wrong, "Default, WebServicesInternal, WebServicesExternal"),
        printed(&right, "Default, WebServicesInternal"),
        printed(&"AB".repeat(20), "Default"),
        set(&wrong, "2026-11-21 10:00:00Z"),
        log(&wrong, "2026-11-21 10:00:00Z", ""),
    ];
    let state =
        |report: &Value| STATES.iter().position(|known| report["summary"]["state"] == *known).unwrap();
    let errors = |report: &Value| {
        let of_server = rules(report, "fe01.contoso.net");
        ["assigned-not-found", "usage-unassigned", "san-missing"].map(|rule| of_server.contains(&rule))
    };
    let bare = state(&report(&[]));
    for (first, text) in texts.iter().enumerate() {
        let alone = report(&[("fe01.contoso.net/a.txt", text.clone())]);
        assert!(bare < STATES.len() - 1 && state(&alone) < STATES.len() - 1);
        for other in texts.iter().skip(first + 1) {
            let both = report(&[
                ("fe01.contoso.net/a.txt", text.clone()),
                ("fe01.contoso.net/b.txt", other.clone()),
            ]);
            let is_told = ["evidence-contradicts", "evidence-unreadable"]
                .iter()
                .any(|kind| !unjudged(&both, kind).is_empty());
            let lost = errors(&alone).iter().zip(errors(&both)).any(|(before, after)| *before && !after);
            assert!(!lost || is_told, "{text} and {other}");
            assert!(state(&both) <= state(&alone).max(2), "{text} and {other}");
        }
    }
}

#[test]
fn a_file_named_after_a_server_that_has_the_servers_name_says_nothing_of_oauth() {
    let read = |file: &str| fs::read(sample(file)).unwrap();
    let server = read("fabrikam/certs/se01.fabrikam.com.cer");
    let oauth = read("fabrikam/certs/oauth/OAuthTokenIssuer.pem");
    let report_on = |list: &str| {
        let mut files: Vec<(&str, &[u8])> = vec![("se01.fabrikam.com.cer", &server), ("tokens.pem", &oauth)];
        if !list.is_empty() {
            files.push(("se01.txt", list.as_bytes()));
        }
        let (certs, out) = (folder(&files), folder(&[]));
        Audit::of("fabrikam").certs(&certs).out(&out).run();
        crate::support::report(&out)
    };
    let serving_oauth = |report: &Value| -> (Value, Value) {
        let requirements = report["requirements"].as_array().unwrap();
        let oauth = requirements.iter().find(|one| one["usages"][0] == "OAuthTokenIssuer").unwrap();
        (oauth["certificate"].clone(), oauth["assigned_by"].clone())
    };
    let oauth_thumbprint = thumbprint("fabrikam/certs/oauth/OAuthTokenIssuer.pem");
    let alone = report_on("");
    assert_eq!(serving_oauth(&alone), (oauth_thumbprint.as_str().into(), "best-match".into()));
    let list = printed(&thumbprint("fabrikam/certs/se01.fabrikam.com.cer"), "Default, WebServicesInternal")
        + &printed(&oauth_thumbprint, "OAuthTokenIssuer");
    let with_list = report_on(&list);
    assert_eq!(serving_oauth(&with_list), (oauth_thumbprint.as_str().into(), "assigned".into()));
    assert_eq!(unjudged(&with_list, "evidence-contradicts"), [""; 0], "the file and the list agree");
}

#[test]
fn a_session_with_a_list_and_a_table_says_what_both_say() {
    let (right, wrong) = (thumbprint(FE01), thumbprint(FE02));
    let table = format!(
        "\r\nThumbprint{}Use\r\n----------{}---\r\n{wrong} Default\r\n",
        " ".repeat(31),
        " ".repeat(31)
    );
    let report = report(&[("fe01.contoso.net/session.txt", printed(&right, "Default") + &table)]);
    let told = unjudged(&report, "evidence-contradicts");
    assert!(told.len() == 1 && told[0].contains("`fe01.contoso.net/session.txt` names several"), "{told:?}");
}

#[test]
fn a_log_that_lost_the_name_of_its_cmdlet_is_told() {
    let log = set(&thumbprint(FE01), "2026-11-21 10:00:00Z");
    let nameless = log.replace(" Name=\"Set-CsCertificate\"", "").replace(" Name=\"Set Certificate\"", "");
    let told = unjudged(&report(&[("fe01.contoso.net/set.xml", nameless)]), "evidence-unreadable");
    assert!(told.len() == 1 && told[0].contains("does not say which cmdlet made it"), "{told:?}");
}

#[test]
fn what_is_assigned_and_not_in_the_folder_is_not_judged_and_fails_in_the_headline() {
    let se01 = "fabrikam/certs/se01.fabrikam.com.cer";
    let usages = "Default, WebServicesInternal, WebServicesExternal";
    let list = printed(&thumbprint(se01), usages);
    let mut files: Vec<(String, Vec<u8>)> = crate::support::estates::clean();
    files.retain(|(path, _)| path.starts_with("certs/") && !path.ends_with("se01.fabrikam.com.cer"));
    files.push(("certs/se01.fabrikam.com/assigned.txt".to_owned(), list.into_bytes()));
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(path, bytes)| (path.trim_start_matches("certs/"), bytes.as_slice())).collect();
    let (certs, out) = (folder(&files), folder(&[]));
    let run = Audit::of("fabrikam").certs(&certs).out(&out).with(&["--strict"]).run();
    assert_eq!(run.code, 4, "{}", run.err);
    let report = crate::support::report(&out);
    let verdict = report["summary"]["verdict"].as_str().unwrap();
    assert!(verdict.starts_with("3 of 7 requirements fail"), "{verdict}");
    assert_eq!(unjudged(&report, "not-collected").len(), 1, "{verdict}");
}

/// As `Export-Clixml` writes it: usages, each with the time of its assignment.
fn clixml(thumbprint: &str, usages: &[(&str, &str)]) -> String {
    let object = |(usage, time): &(&str, &str)| {
        format!(
            "<Obj RefId=\"0\"><MS><S N=\"Use\">{usage}</S><S N=\"Thumbprint\">{thumbprint}</S><DT N=\"UpdateTime\">{time}</DT></MS></Obj>"
        )
    };
    let objects: String = usages.iter().map(object).collect();
    format!(
        "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">{objects}</Objs>"
    )
}

#[test]
fn when_a_usage_was_assigned_does_not_say_when_the_list_was_made() {
    let right = thumbprint(FE01);
    let lists = |assigned: &str| {
        report(&[
            (
                "fe01.contoso.net/a.xml",
                clixml(&right, &[("Default", "2026-01-07T00:00:00Z"), ("WebServicesInternal", assigned)]),
            ),
            ("fe01.contoso.net/b.xml", clixml(&right, &[("WebServicesExternal", "2026-06-01T00:00:00Z")])),
        ])
    };
    // The complete list may be older or newer than the assignment that it does not name.
    let open = unjudged(&lists("2026-01-07T00:00:00Z"), "evidence-contradicts");
    assert!(open.iter().any(|told| told.contains("WebServicesExternal on fe01.contoso.net")), "{open:?}");
    // It tells of a later assignment, so it was made after that one: nothing serves the usage.
    let newer = lists("2026-07-01T00:00:00Z");
    assert!(rules(&newer, "fe01.contoso.net").contains(&"usage-unassigned"));
    assert!(unjudged(&newer, "evidence-contradicts").is_empty());
}

#[test]
fn a_list_in_the_folder_of_a_computer_that_the_topology_does_not_have_is_no_evidence() {
    let oauth = printed(&thumbprint(FE01), "OAuthTokenIssuer");
    for folder in ["fe09.contoso.net", "192.0.2.99"] {
        let report = report(&[(&format!("{folder}/assigned.txt"), oauth.clone())]);
        let told = unjudged(&report, "evidence-unused");
        let expected = format!("its computer `{folder}` is no server of the topology");
        assert!(told.iter().any(|entry| entry.contains(&expected)), "{told:?}");
        assert_eq!(report["assigned"][0]["counted"], false);
    }
    let untold = report(&[("lists/assigned.txt", oauth)]);
    assert_eq!(untold["assigned"][0]["counted"], true);
}

#[test]
fn a_roll_over_on_a_day_that_can_be_read_in_two_ways_is_told() {
    let (right, wrong) = (thumbprint(FE01), thumbprint(FE02));
    let staged = |date: &str| {
        let rest = format!("PreviousThumbprint : {wrong}\r\nEffectiveDate : {date}\r\n");
        report(&[("fe01.contoso.net/assigned.txt", printed(&right, "Default") + &rest)])
    };
    let open = staged("12/1/2026 1:00:00 AM");
    assert_eq!(unjudged(&open, "evidence-contradicts").len(), 1);
    for (date, serves) in [("4/22/2026 1:00:00 AM", &right), ("4/22/2027 1:00:00 AM", &wrong)] {
        let report = staged(date);
        assert!(unjudged(&report, "evidence-contradicts").is_empty(), "{date}");
        assert_eq!(serving(&report, "fe01.contoso.net"), (Some(serves.as_str()), Some("assigned")), "{date}");
    }
}

#[test]
fn a_list_in_the_folder_of_a_pool_is_of_one_of_its_servers_and_assumed_of_all() {
    let right = thumbprint(FE01);
    let usages = "Default, WebServicesInternal, WebServicesExternal";
    let report = report(&[("pool01.contoso.net/assigned.txt", printed(&right, usages))]);
    for server in ["fe01.contoso.net", "fe02.contoso.net"] {
        assert_eq!(serving(&report, server), (Some(right.as_str()), Some("best-match")), "{server}");
    }
    assert_eq!(report["assigned"][0]["counted"], true);
    assert_eq!(unjudged(&report, "assumed-assignment").len(), 1);
}

#[test]
fn a_list_of_usages_that_its_server_cannot_have_is_told_as_that_of_another() {
    let list = printed(&thumbprint(FE01), "AccessEdgeExternal, DataEdgeExternal");
    let report = report(&[("fe01.contoso.net/assigned.txt", list)]);
    let told = unjudged(&report, "evidence-unused");
    let expected =
        "it names AccessEdgeExternal, DataEdgeExternal, which `fe01.contoso.net` has no certificate for";
    assert!(told.len() == 1 && told[0].contains(expected), "{told:?}");
    let rules: Vec<&Value> = report["findings"].as_array().unwrap().iter().map(|row| &row["rule"]).collect();
    assert!(!rules.contains(&&Value::from("usage-unassigned")), "what it lacks says nothing: {rules:?}");
}
