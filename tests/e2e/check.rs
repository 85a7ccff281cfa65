//! A try before it hurts: certificates before they are installed, and requests before they are sent.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Audit, Check, Plan, Run, folder, golden, report, root, sample, text};

fn requests(file: &str) -> PathBuf {
    root().join("tests/requests").join(file)
}

fn containers(file: &str) -> PathBuf {
    root().join("crates/lyncert-report/tests/containers").join(file)
}

fn check(file: impl AsRef<Path>) -> Run {
    Check::of("contoso").input(file).format("json").run()
}

/// The only row of a check, and the exit code.
fn row(run: &Run) -> (Value, i32) {
    let view = run.json();
    assert_eq!(view["schema"], "lyncert-check/1");
    let files = view["files"].as_array().unwrap();
    assert_eq!(files.len(), 1, "{}", run.out);
    (files[0].clone(), run.code)
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect()
}

fn rules(row: &Value) -> BTreeSet<&str> {
    row["findings"].as_array().unwrap().iter().map(|finding| finding["rule"].as_str().unwrap()).collect()
}

const FRONT_END: &str = "pool01.contoso.net/fe01.contoso.net/Default+WebServicesInternal+WebServicesExternal";

#[test]
fn a_request_is_told_what_it_would_meet_and_what_it_lacks() {
    for (file, requirement, fits, code, missing, advice) in [
        ("front-end.req", FRONT_END, "yes", 0, &[][..], "have it signed by your CA"),
        ("front-end.der", FRONT_END, "yes", 0, &[], "have it signed by your CA"),
        (
            "front-end-one-short.req",
            FRONT_END,
            "no",
            1,
            &["meet.contoso.com"],
            "one name short: `meet.contoso.com`",
        ),
        ("front-end-sha1.req", FRONT_END, "with-warnings", 0, &[], "signed with SHA-1"),
        ("front-end-large.req", FRONT_END, "no", 1, &[], "a Windows CA refuses more than 4,096 (0xc80005e2)"),
        ("front-end-no-server-eku.req", FRONT_END, "no", 1, &[], "do not send it"),
        ("proxy.req", "reverse-proxy", "yes", 0, &[], "have it signed by a public CA"),
        ("proxy-internal-names.req", "reverse-proxy", "no", 1, &[], "do not send it"),
        (
            "proxy-many.req",
            "reverse-proxy",
            "with-warnings",
            0,
            &[],
            "108 names are more than public CAs take",
        ),
    ] {
        let (row, found) = row(&check(requests(file)));
        assert_eq!((row["kind"].as_str(), found), (Some("request"), code), "{file}");
        assert_eq!(row["requirement"], requirement, "{file}");
        assert_eq!(row["fits"], fits, "{file}: {row}");
        assert_eq!(texts(&row["missing"]), missing, "{file}");
        assert!(row["advice"].as_str().unwrap().contains(advice), "{file}: {}", row["advice"]);
    }
}

#[test]
fn a_public_ca_is_not_asked_for_internal_names_and_addresses() {
    let (row, _) = row(&check(requests("proxy-internal-names.req")));
    let named = row["findings"].as_array().unwrap().iter();
    let named: Vec<&str> = named
        .filter(|finding| finding["rule"] == "san-internal-name" && finding["severity"] == "error")
        .map(|finding| finding["name"].as_str().unwrap())
        .collect();
    assert_eq!(named, ["IP 10.0.0.7", "web01", "webext.contoso.local"]);
    assert_eq!(texts(&row["not_needed"]), ["webext.contoso.local", "web01"]);
}

#[test]
fn a_short_key_is_an_error_where_the_ca_is_public() {
    let weak = requests("front-end-1024.req");
    let severity = |run: &Run| {
        let (row, _) = row(run);
        let finding =
            row["findings"].as_array().unwrap().iter().find(|one| one["rule"] == "rsa-short").cloned();
        finding.unwrap()["severity"].as_str().unwrap().to_owned()
    };
    assert_eq!(severity(&check(&weak)), "warning");
    let proxy = Check::of("contoso").input(&weak).set("--for", "reverse-proxy").format("json").run();
    assert_eq!(severity(&proxy), "error");
}

#[test]
fn what_has_no_name_of_the_topology_fits_nothing_and_what_is_neither_is_no_input() {
    let (row, code) = row(&check(requests("stranger.req")));
    assert_eq!((row["fits"].as_str(), &row["requirement"], code), (Some("no"), &Value::Null, 1));
    let none = check(requests("make.py"));
    assert_eq!(none.code, 3, "{}", none.err);
    assert!(none.err.contains("no certificate and no request was found"), "{}", none.err);
    assert_eq!(none.json()["others"][0]["reason"], "is a script");
    let missing = check(requests("not-there.req"));
    assert_eq!(missing.code, 3, "{}", missing.err);
}

#[test]
fn certificates_are_found_in_every_container() {
    let password = folder(&[("passwords.txt", b"correct horse")]);
    let password = password.path().join("passwords.txt");
    for file in [
        "leaf.cer",
        "bundle.p7b",
        "bundle-pem.p7b",
        "bundle-labeled-certificate.p7b",
        "single-serialized",
        "store.sst",
        "store.clixml",
        "archive-with-comments.pem",
        "archive-aes.pfx",
        "archive-legacy.pfx",
        "archive-empty-password.pfx",
    ] {
        let run = Check::of("contoso")
            .input(containers(file))
            .set("--pfx-password-file", text(&password))
            .set("--for", "lsedge.contoso.net")
            .set("--usage", "AccessEdgeExternal")
            .format("json")
            .run();
        let (row, code) = row(&run);
        assert_eq!((row["kind"].as_str(), row["fits"].as_str(), code), (Some("certificate"), Some("no"), 1));
        assert_eq!(row["taken_for"], "asked", "{file}");
        assert!(row["path"].as_str().unwrap().ends_with(file), "{}", row["path"]);
        assert!(!texts(&row["missing"]).is_empty(), "{file}");
    }
    let locked = check(containers("archive-aes.pfx"));
    assert_eq!(locked.code, 3, "{}", locked.out);
    assert!(locked.json()["others"][0]["reason"].as_str().unwrap().contains("locked"));
}

#[test]
fn requests_are_read_in_every_form_that_programs_write() {
    let pem = fs::read_to_string(requests("front-end.req")).unwrap();
    let bare: String = pem.lines().filter(|line| !line.starts_with('-')).collect::<Vec<_>>().join("\r\n");
    let windows = pem.replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST").replace('\n', "\r\n");
    let utf16: Vec<u8> =
        [0xFEFF].into_iter().chain(windows.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let files = [("bare.txt", bare.as_bytes()), ("windows.req", windows.as_bytes()), ("utf16.req", &utf16)];
    let given = folder(&files);
    for (name, _) in files {
        let (row, code) = row(&check(given.path().join(name)));
        assert_eq!((row["fits"].as_str(), code), (Some("yes"), 0), "{name}");
    }
}

/// There is one judge: what an audit says of a certificate in use, a check says of it, and of no more.
#[test]
fn a_check_says_of_each_certificate_what_an_audit_says() {
    for estate in ["contoso", "fabrikam"] {
        let out = folder(&[]);
        Audit::of(estate).out(&out).run();
        let report = report(&out);
        let checked = Check::of(estate).input(sample(&format!("{estate}/certs"))).format("json").run().json();
        let rows = checked["files"].as_array().unwrap();
        let mut compared = 0;
        let in_use = report["certificates"].as_array().unwrap().iter();
        for certificate in in_use.filter(|one| !one["serves"].as_array().unwrap().is_empty()) {
            let row = rows.iter().find(|row| row["sha1"] == certificate["sha1"]).unwrap();
            let serves: BTreeSet<&str> = texts(&certificate["serves"]).into_iter().collect();
            let would_serve: BTreeSet<&str> = texts(&row["requirements"]).into_iter().collect();
            // One certificate can be that of several holders; a check names the one that it fits best.
            assert!(would_serve.is_subset(&serves), "{}: {would_serve:?} {serves:?}", row["path"]);
            let quality = |finding: &&Value| finding["certificate"] == certificate["sha1"];
            let told = |finding: &Value| {
                ["rule", "severity", "name", "message", "expected", "found"]
                    .map(|field| finding[field].to_string())
            };
            let audited: BTreeSet<_> =
                report["findings"].as_array().unwrap().iter().filter(quality).map(told).collect();
            let tried: BTreeSet<_> = row["findings"].as_array().unwrap().iter().map(told).collect();
            if would_serve == serves {
                let beside =
                    |told: &&[String; 6]| OF_THE_FOLDER.iter().any(|rule| told[0] == format!("\"{rule}\""));
                let audited: BTreeSet<_> = audited.iter().filter(|told| !beside(told)).cloned().collect();
                assert_eq!(tried, audited, "{}", row["path"]);
                let missing =
                    audited.iter().filter(|told| told[0] == "\"san-missing\"" && told[1] != "\"info\"");
                let missing: BTreeSet<String> =
                    missing.map(|told| told[2].trim_matches('"').to_owned()).collect();
                let found: BTreeSet<String> = texts(&row["missing"]).into_iter().map(str::to_owned).collect();
                assert_eq!(found, missing, "{}", row["path"]);
                compared += 1;
            }
        }
        assert!(compared >= 4, "{estate}: {compared}");
    }
}

/// Rules that compare a certificate with others of its folder: nothing that it could be tried for.
const OF_THE_FOLDER: [&str; 4] = ["superseded", "duplicate-file", "key-shared", "friendly-name-dup"];

/// The same judge looks at the requests of a folder, and says the same of them.
#[test]
fn an_audit_says_of_each_request_what_a_check_says() {
    let certs = folder(&[]);
    for file in ["front-end-one-short.req", "front-end-1024.req", "proxy.req", "stranger.req"] {
        fs::copy(requests(file), certs.path().join(file)).unwrap();
    }
    fs::create_dir(certs.path().join("ca")).unwrap();
    fs::copy(sample("contoso/certs/oauth/OAuthTokenIssuer.cer"), certs.path().join("ca/a.cer")).unwrap();
    let out = folder(&[]);
    let run = Audit::of("contoso").certs(&certs).out(&out).run();
    let report = report(&out);
    let audited = report["requests"].as_array().unwrap();
    for row in audited {
        let file = row["path"].as_str().unwrap();
        let (checked, _) = self::row(&check(requests(file)));
        match row["outlook"].as_object() {
            None => assert_eq!(file, "stranger.req"),
            Some(outlook) => {
                for field in ["fits", "requirement", "requirements", "holder", "usages", "missing"] {
                    assert_eq!(outlook[field], checked[field], "{file} {field}");
                }
            }
        }
    }
    let unmet = report["findings"].as_array().unwrap().iter();
    let unmet: Vec<&str> = unmet
        .filter(|finding| finding["rule"] == "requirement-unmet")
        .map(|finding| finding["message"].as_str().unwrap())
        .collect();
    let says = |part: &str| unmet.iter().any(|message| message.contains(part));
    assert!(says("the request `proxy.req` would meet it: have it signed"), "{unmet:?}");
    assert!(
        says(
            "the request `front-end-1024.req` would not do: it lacks `sip.fabrikam.com`; the RSA key has 1024 bits"
        ),
        "{unmet:?}"
    );
    for (file, format) in [("report.html", "HTML"), ("findings.csv", "CSV")] {
        let written = fs::read_to_string(out.path().join(file)).unwrap();
        assert!(written.contains("front-end-1024.req") && written.contains("have it signed"), "{format}");
    }
    let folded = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(folded.contains("proxy.req: is a certificate request for"), "{folded}");
    assert!(folded.contains("it would meet reverse proxy (ReverseProxy): have it signed"), "{folded}");
}

#[test]
fn the_best_of_several_topologies_counts_and_is_named() {
    let other = sample("fabrikam/topology.xml");
    let request = requests("front-end.req");
    let run = Check::of("contoso").input(&request).with(&["--topology", text(&other)]).format("json").run();
    let view = run.json();
    assert_eq!(texts(&view["estates"]), ["contoso.com", "fabrikam.com"]);
    assert_eq!((view["files"][0]["estate"].as_str(), run.code), (Some("contoso.com"), 0));
    let printed = Check::of("contoso").input(&request).with(&["--topology", text(&other)]).run();
    assert!(printed.out.contains("in contoso.com"), "{}", printed.out);
}

#[test]
fn one_policy_may_name_what_one_of_several_topologies_has() {
    let files = folder(&[("one.toml", b"[facts]\nauto_logon_pool = \"pool01.contoso.net\"\n")]);
    let [other, policy] = [sample("fabrikam/topology.xml"), files.path().join("one.toml")];
    let with = ["--topology", text(&other), "--policy", text(&policy)];
    let both = Check::of("contoso").input(requests("front-end.req")).with(&with).run();
    assert_eq!(both.code, 0, "{}", both.err);
    fs::write(&policy, "[facts]\nauto_logon_pool = \"pool09.contoso.net\"\n").unwrap();
    let neither = Check::of("contoso").input(requests("front-end.req")).with(&with).run();
    assert!(
        neither.code == 2 && neither.err.contains("auto_logon_pool has `pool09.contoso.net`"),
        "{}",
        neither.err
    );
}

#[test]
fn what_is_asked_for_has_to_be_called_for() {
    let of = |arguments: &[&str]| Check::of("contoso").input(requests("front-end.req")).with(arguments).run();
    for (arguments, message) in [
        (
            &["--for", "fe09.contoso.net"][..],
            "--for: nothing is called for at `fe09.contoso.net`; did you mean",
        ),
        (
            &["--for", "reverse-proxy", "--usage", "Default"],
            "--usage: no certificate is called for at `reverse-proxy` for Default",
        ),
        (&["--usage", "Defalt"], "did you mean `Default`?"),
        (&["--usage", "Web"], "expected one of Default, WebServicesInternal"),
    ] {
        let run = of(arguments);
        assert_eq!(run.code, 2, "{}", run.err);
        assert!(run.err.contains(message), "{}", run.err);
    }
    for (holder, code) in [("fe01.contoso.net", 0), ("pool01", 0), (FRONT_END, 0), ("fe02.contoso.net", 1)] {
        assert_eq!(of(&["--for", holder]).code, code, "{holder}");
    }
}

#[test]
fn a_hostile_request_acts_nowhere() {
    // Windows has no such character in a name, but for the mark that turns letters around.
    let name = if cfg!(windows) { "a[31m\u{202e}.req" } else { "a\u{1b}[31m\u{202e}.req" };
    let given = folder(&[(name, &fs::read(requests("hostile.req")).unwrap())]);
    let path = fs::read_dir(given.path()).unwrap().next().unwrap().unwrap().path();
    for format in ["text", "json"] {
        let run = Check::of("contoso").input(&path).format(format).run();
        assert_eq!(run.code, 1, "{}", run.err);
        assert!(!run.out.contains(['\u{1b}', '\u{202e}']), "{format}");
    }
    let (row, _) = row(&check(&path));
    assert!(rules(&row).contains("san-bad-name"), "{row}");
}

/// Many SIP domains make the names of a Front End Server too many for one certificate.
#[test]
fn every_form_of_a_plan_and_an_audit_tell_of_too_many_names_and_the_split() {
    let export = fs::read_to_string(sample("contoso/topology.tbxml")).unwrap();
    let (before, after) = export.split_once("</InternalDomains>").unwrap();
    let domains: String = (0..120)
        .map(|number| format!("<InternalDomain Name=\"division{number}.tailspintoys.com\" />"))
        .collect();
    let large = format!("{before}{domains}</InternalDomains>{after}");
    let given = folder(&[("topology.tbxml", large.as_bytes())]);
    let topology = given.path().join("topology.tbxml");
    for (format, part) in [
        ("text", "split: Default:"),
        ("csv", "split: Default:"),
        ("powershell", "# Split: Default:"),
        ("certreq", "; Split: Default:"),
        ("openssl", "# Split: Default:"),
    ] {
        let run = Plan::of(&topology).format(format).run();
        let folded = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(folded.contains("a Windows CA refuses more than 4,096 (0xc80005e2)"), "{format}");
        assert!(folded.contains(part), "{format}");
        if format == "certreq" {
            assert!(run.out.lines().all(|line| !line.starts_with(';') || line.len() < 4_096), "{format}");
        }
    }
    let plan = Plan::of(&topology).format("json").run().json();
    let order = plan["orders"].as_array().unwrap().iter().find(|order| order["id"] == FRONT_END).unwrap();
    assert_eq!(order["attention"]["too_large_for"], "windows-ca");
    assert_eq!(order["attention"]["split_is_enough"], true, "{}", order["attention"]["text"]);
    let parts = order["attention"]["parts"].as_array().unwrap();
    let names: BTreeSet<&str> = parts.iter().flat_map(|part| texts(&part["names"])).collect();
    assert!(
        names.contains("fe01.contoso.net") && names.contains("*.division7.tailspintoys.com"),
        "{names:?}"
    );
    let out = folder(&[]);
    let run = Audit::of("contoso").topology(&topology).out(&out).run();
    assert!(run.out.contains("Too many names for one certificate"), "{}", run.out);
    let html = fs::read_to_string(out.path().join("report.html")).unwrap();
    assert!(
        html.contains("Too many names for one certificate") && html.contains("<li>WebServicesInternal: ")
    );
    assert!(crate::support::run(&["doctor", "0xc80005e2"]).out.contains("Windows CA refuses the request"));
}

#[test]
fn the_way_into_use_fits_the_holder() {
    let command = |file: &str| {
        let (row, _) = row(&check(sample(&format!("contoso/certs/{file}"))));
        (row["command"].clone(), row["advice"].as_str().unwrap().to_owned())
    };
    let (front_end, _) = command("fe01.contoso.net/Default+WebServicesInternal+WebServicesExternal.cer");
    let line = front_end.as_str().unwrap();
    assert!(
        line.starts_with(
            "Set-CsCertificate -Type Default,WebServicesInternal,WebServicesExternal -Thumbprint "
        ),
        "{line}"
    );
    let (proxy, advice) = command("reverse-proxy/ReverseProxy.cer");
    assert_eq!(proxy, Value::Null);
    assert!(advice.starts_with("one name short: `lyncdiscover.fabrikam.com`"), "{advice}");
    let run = Check::of("contoso").input(requests("proxy.req")).run();
    assert!(run.out.lines().all(|line| line.chars().count() <= 100), "{}", run.out);
    let next = run.out.rsplit_once("\nNext: ").unwrap().1.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(next.ends_with("check the certificate that comes back"), "{}", run.out);
}

#[test]
fn the_printed_check_is_golden() {
    let run = |file: &str| {
        let arguments = ["check", file, "--topology", "samples/contoso/topology.tbxml", "--at", "2026-11-22"];
        let output = crate::support::lyncert(&arguments).current_dir(root()).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let weak = run("tests/requests/front-end-one-short.req");
    golden(&sample("contoso/expected/check.txt"), weak.as_bytes());
}

#[test]
fn a_holder_or_usage_that_is_not_known_is_answered_with_those_that_are() {
    let asked = |option: &'static str, value: &'static str| {
        let run = Check::of("contoso").input(requests("front-end.req")).set(option, value).run();
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{value}");
        run.err
    };
    let near = asked("--for", "fe01.contoso.ne");
    assert!(near.contains("did you mean `fe01.contoso.net`?"), "{near}");
    // Each holder once, and none that needs no certificate.
    let all = asked("--for", "edge");
    assert_eq!(all.matches("dir01.contoso.net").count(), 1, "{all}");
    assert!(all.contains("reverse-proxy") && !all.contains("sql01"), "{all}");
    let database = asked("--for", "sql01.contoso.net");
    assert!(database.contains("nothing is called for at `sql01.contoso.net`"), "{database}");
    let usage = asked("--usage", "WebServicesInternl");
    assert!(usage.contains("did you mean `WebServicesInternal`?"), "{usage}");
    let joined = asked("--usage", "Default+WebServicesInternal");
    assert!(joined.contains("parted by commas: Default,WebServicesInternal"), "{joined}");
}

#[test]
fn other_holders_that_a_file_would_do_for_are_told_with_their_usages() {
    let (row, _) = row(&check(requests("proxy-internal-names.req")));
    let also = texts(&row["also_fits"]);
    assert!(
        also.contains(&"Front End pool pool01.contoso.net, server fe01.contoso.net (WebServicesExternal)"),
        "{also:?}"
    );
}
