//! The order sheet in the forms that other programs read, and explanations.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{Plan, folder, golden, run, sample, text};

const TOPOLOGIES: [&str; 2] = ["contoso/topology.tbxml", "fabrikam/topology.xml"];

fn orders(topology: &Path) -> Vec<Value> {
    let plan = Plan::of(topology).format("json").run().json();
    plan["orders"].as_array().unwrap().clone()
}

fn list(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|item| item.as_str().unwrap().to_owned()).collect()
}

/// The names that a certificate of this order has to carry.
fn dns_names(order: &Value) -> Vec<String> {
    order["names"].as_array().unwrap().iter().map(|name| name["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn plans_in_every_format_are_golden() {
    for topology in TOPOLOGIES {
        let (estate, _) = topology.split_once('/').unwrap();
        let path = sample(topology);
        for (arguments, file) in [
            (&["--wizard"][..], "plan-wizard.txt"),
            (&["--format", "csv"], "plan.csv"),
            (&["--format", "powershell"], "plan.ps1"),
            (&["--format", "certreq"], "plan.inf"),
            (&["--format", "openssl"], "plan.cnf"),
        ] {
            let run = Plan::of(&path).with(arguments).run();
            assert_eq!((run.code, run.err.as_str()), (0, ""));
            golden(&sample(&format!("{estate}/expected/{file}")), run.out.as_bytes());
        }
    }
}

/// `openssl` makes a request from each configuration, and it carries the subject and the names and nothing else.
#[test]
fn the_request_that_openssl_makes_has_just_the_subject_and_the_names() {
    if Command::new("openssl").arg("version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "openssl is missing");
        return;
    }
    let mut made = 0;
    for topology in TOPOLOGIES {
        let (path, out) = (sample(topology), tempfile::tempdir().unwrap());
        let run = Plan::of(&path).format("openssl").out(&out).run();
        let orders = orders(&path);
        let files: Vec<&str> = run.out.lines().map(|line| line.strip_prefix("Wrote ").unwrap()).collect();
        assert_eq!(files.len(), orders.len(), "one file for each certificate");
        for (file, order) in files.iter().zip(&orders) {
            let (request, key) = (out.path().join("request.pem"), out.path().join("key.pem"));
            let status = Command::new("openssl")
                .args(["req", "-new", "-newkey", "rsa:2048", "-nodes", "-config", file])
                .args(["-keyout", text(&key), "-out", text(&request)])
                .output()
                .unwrap();
            assert!(status.status.success(), "{file}: {}", String::from_utf8_lossy(&status.stderr));
            let shown = Command::new("openssl")
                .args(["req", "-in", text(&request), "-noout", "-subject", "-nameopt", "RFC2253", "-text"])
                .output()
                .unwrap();
            let shown = String::from_utf8(shown.stdout).unwrap();
            let subject = shown.lines().find_map(|line| line.strip_prefix("subject=")).unwrap();
            assert_eq!(subject.trim(), format!("CN={}", order["subject"].as_str().unwrap()));
            let names = shown.lines().find(|line| line.trim().starts_with("DNS:")).unwrap();
            let names: Vec<String> =
                names.trim().split(", ").map(|name| name.strip_prefix("DNS:").unwrap().to_owned()).collect();
            assert_eq!(names, dns_names(order), "{file}");
            assert!(shown.contains("Public-Key: (2048 bit)"));
            for (eku, title) in [
                ("serverAuth", "TLS Web Server Authentication"),
                ("clientAuth", "TLS Web Client Authentication"),
            ] {
                assert_eq!(
                    shown.contains(title),
                    list(&order["eku"]).contains(&eku.to_owned()),
                    "{file} {eku}"
                );
            }
            made += 1;
        }
    }
    assert!(made > 8);
}

/// Reads an INF as strictly as certreq: sections, `key = value`, values in pairs of quotes.
fn inf(text: &str) -> Vec<(String, String, String)> {
    let mut section = String::new();
    let mut entries = Vec::new();
    for line in text.split_terminator("\r\n") {
        assert!(!line.contains(['\n', '\r', '%']), "{line:?}");
        if line.starts_with(';') {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            section = name.to_owned();
            continue;
        }
        let (key, value) = line.split_once(" = ").unwrap_or_else(|| panic!("{line:?}"));
        let value = match value.strip_prefix('"') {
            Some(quoted) => quoted.strip_suffix('"').unwrap_or_else(|| panic!("{line:?}")),
            None => {
                assert!(value.chars().all(|c| c.is_ascii_alphanumeric() || c == '.'), "{line:?}");
                value
            }
        };
        assert!(!value.contains('"'), "{line:?}");
        entries.push((section.clone(), key.to_owned(), value.to_owned()));
    }
    entries
}

#[test]
fn the_inf_of_an_order_is_well_formed_and_says_what_the_order_says() {
    for topology in TOPOLOGIES {
        let (path, out) = (sample(topology), tempfile::tempdir().unwrap());
        let run = Plan::of(&path).format("certreq").out(&out).run();
        for (file, order) in run.out.lines().zip(orders(&path)) {
            let entries = inf(&fs::read_to_string(file.strip_prefix("Wrote ").unwrap()).unwrap());
            let values = |section: &str, key: &str| -> Vec<&str> {
                let of_key = entries.iter().filter(|(s, k, _)| s == section && k == key);
                of_key.map(|(.., value)| value.as_str()).collect()
            };
            assert_eq!(values("Version", "Signature"), ["$Windows NT$"]);
            assert_eq!(
                values("NewRequest", "Subject"),
                [format!("CN={}", order["subject"].as_str().unwrap())]
            );
            assert_eq!(values("NewRequest", "KeyLength"), ["2048"]);
            assert_eq!(values("NewRequest", "RequestType"), ["PKCS10"]);
            let exportable = order["key"]["exportable"].as_bool().unwrap();
            assert_eq!(values("NewRequest", "Exportable"), [if exportable { "TRUE" } else { "FALSE" }]);
            let ekus = values("EnhancedKeyUsageExtension", "OID");
            assert_eq!(
                ekus.contains(&"1.3.6.1.5.5.7.3.2"),
                list(&order["eku"]).contains(&"clientAuth".to_owned())
            );
            assert_eq!(values("Extensions", "2.5.29.17"), ["{text}"]);
            let names = values("Extensions", "_continue_").concat();
            let names: Vec<_> = names.split('&').map(|name| name.strip_prefix("dns=").unwrap()).collect();
            assert_eq!(names, dns_names(&order));
        }
    }
}

/// A cmdlet line: its name and its parameters. Values are words, variables or texts in single quotes.
fn cmdlet(line: &str) -> (String, Vec<(String, String)>) {
    let (name, mut rest) = line.split_once(' ').unwrap_or((line, ""));
    let mut parameters = Vec::new();
    while !rest.is_empty() {
        let after = rest.strip_prefix('-').unwrap_or_else(|| panic!("a parameter was expected: {rest}"));
        let end = after.find(' ').unwrap_or(after.len());
        let (parameter, tail) = after.split_at(end);
        let tail = tail.trim_start();
        assert!(parameter.chars().all(|c| c.is_ascii_alphabetic()), "{parameter:?}");
        if tail.is_empty() || tail.starts_with('-') {
            parameters.push((parameter.to_owned(), String::new()));
            rest = tail;
            continue;
        }
        let (value, tail) = match tail.strip_prefix('\'') {
            Some(quoted) => quoted.split_once('\'').unwrap_or_else(|| panic!("an open quote: {tail}")),
            None if tail.starts_with('(') => tail.rsplit_once(").Thumbprint").unwrap(),
            None => tail.split_once(' ').unwrap_or((tail, "")),
        };
        parameters.push((parameter.to_owned(), value.to_owned()));
        rest = tail.trim_start();
    }
    (name.to_owned(), parameters)
}

#[test]
fn the_cmdlet_lines_pass_just_the_names_that_the_tools_do_not_add() {
    for topology in TOPOLOGIES {
        let path = sample(topology);
        let printed = Plan::of(&path).format("powershell").run().out;
        let lines = printed.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(cmdlet);
        let (requests, assignments): (Vec<_>, Vec<_>) =
            lines.partition(|(name, _)| name == "Request-CsCertificate");
        let is_assigning = |name: &str| matches!(name, "Set-CsCertificate" | "Set-OfficeWebAppsFarm");
        assert!(assignments.iter().all(|(name, _)| is_assigning(name)));
        let managed: Vec<_> = orders(&path).into_iter().filter(|order| !order["wizard"].is_null()).collect();
        assert_eq!(requests.len(), managed.len());
        let mut friendly_names = BTreeSet::new();
        for ((_, parameters), order) in requests.iter().zip(&managed) {
            let get = |wanted: &str| {
                parameters.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
            };
            assert_eq!(get("New"), Some(""));
            assert_eq!(get("Type").unwrap(), list(&order["usages"]).join(","));
            // An Edge Server cannot reach the Central Management store, which the parameter asks.
            let is_on_edge = order["id"].as_str().unwrap().contains("edge");
            let server = &list(&order["install_on"])[0];
            assert_eq!(get("ComputerFqdn"), (!is_on_edge).then_some(server.as_str()));
            assert_eq!(get("KeySize"), Some("2048"));
            assert_eq!(get("CA").is_some(), get("Output").is_none());
            let exportable = order["key"]["exportable"].as_bool().unwrap();
            assert_eq!(get("PrivateKeyExportable"), exportable.then_some("$true"));
            let client = list(&order["eku"]).contains(&"clientAuth".to_owned());
            assert_eq!(get("ClientEKU"), client.then_some("$true"));
            let from_own_ca = client && order["public_ca"] == false;
            assert_eq!(get("Template"), from_own_ca.then_some("$Template"));
            assert!(friendly_names.insert(get("FriendlyName").unwrap().to_owned()), "unique in the store");
            // What is passed and what is computed make up what is needed, without a name in both.
            let passed: Vec<&str> =
                get("DomainName").map(|names| names.split(',').collect()).unwrap_or_default();
            let computed = list(&order["wizard"]["names"]);
            assert!(passed.iter().all(|name| !computed.contains(&(*name).to_owned())), "{passed:?}");
            for name in order["names"].as_array().unwrap().iter().filter(|name| name["need"] != "optional") {
                let name = name["name"].as_str().unwrap();
                let is = |other: &str| other.eq_ignore_ascii_case(name);
                let known = computed.iter().any(|other| is(other)) || is(order["subject"].as_str().unwrap());
                assert!(known || passed.iter().any(|other| is(other)), "{name} of {}", order["id"]);
            }
        }
    }
}

/// A topology whose names would run, close quotes, or open sections, if anything wrote them out.
fn hostile() -> tempfile::TempDir {
    let namespace = "urn:schema:Microsoft.Rtc.Management.Deploy.";
    let names =
        ["fe'1;calc.contoso.com", "fe$(calc).contoso.com", "fe%PATH%.contoso.com", "fe&amp;dns=evil.com"];
    let machines: String = names.iter().map(|name| format!(r#"<Machine Fqdn="{name}" />"#)).collect();
    let topology = format!(
        r#"<Topology xmlns="{namespace}Topology.2008"><InternalDomains DefaultDomain="contoso.com"><InternalDomain Name="contoso.com" /></InternalDomains>
<Sites><CentralSite SiteId="1"><Name>Main&#10;Invoke-Evil</Name></CentralSite></Sites>
<Clusters><Cluster Fqdn="med.contoso.com" RequiresSetup="true"><ClusterId SiteId="1" Number="1" />{machines}</Cluster></Clusters>
<Services><Service ServiceVersion="7"><ServiceId SiteId="1" RoleName="MediationServer" Instance="1" /><InstalledOn><ClusterId SiteId="1" Number="1" /></InstalledOn></Service></Services></Topology>"#
    );
    folder(&[("topology.xml", topology.as_bytes())])
}

#[test]
fn names_that_could_run_are_never_written_into_a_request() {
    let folder = hostile();
    let path = folder.path().join("topology.xml");
    for (format, comment) in [("powershell", '#'), ("certreq", ';'), ("openssl", '#')] {
        let run = Plan::of(&path).format(format).run();
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        for line in run.out.lines().filter(|line| !line.is_empty()) {
            assert!(line.starts_with(comment), "{format} gives {line:?}");
        }
        assert_eq!(run.out.matches("Not written").count(), 4, "each is told: {}", run.out);
    }
    // The sheet for people names what stands in the way.
    let plan = Plan::of(&path).run().out;
    assert!(plan.contains("attention   `fe'1;calc.contoso.com` has a character other than"), "{plan}");
}

#[test]
fn names_that_no_public_ca_issues_are_flagged_in_every_format() {
    let topology = fs::read_to_string(sample("contoso/topology.tbxml")).unwrap();
    let long = format!("{}.contoso.com", "a".repeat(60));
    let topology = topology
        .replace("webcon.contoso.com", "webcon.contoso.local")
        .replace(r#"ConfiguredFqdn="sip.contoso.com""#, &format!(r#"ConfiguredFqdn="{long}""#));
    let folder = folder(&[("topology.tbxml", topology.as_bytes())]);
    let path = folder.path().join("topology.tbxml");
    for format in ["text", "csv", "powershell", "certreq", "openssl", "json"] {
        let printed = Plan::of(&path).format(format).run().out;
        let flat = printed.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains("no public CA issues a certificate for `webcon.contoso.local`"), "{format}");
        assert!(flat.contains("has 72 characters; a common name can have 64"), "{format}");
    }
}

#[test]
fn one_order_can_be_chosen_and_wrong_combinations_are_usage_errors() {
    let path = sample("contoso/topology.tbxml");
    let plan = |more: &[&str]| Plan::of(&path).with(more).run();
    let one = plan(&["--format", "openssl", "--order", "REVERSE-PROXY"]);
    assert_eq!(one.code, 0);
    assert_eq!(one.out.matches("[req]").count(), 1);
    assert_eq!(plan(&["--format", "openssl", "--order", "8"]).out, one.out);
    for (more, sentence) in [
        (&["--order", "nobody"][..], "there is no certificate `nobody`; the nearest of 8 are `"),
        (&["--wizard", "--format", "openssl"], "--wizard goes with --format text, csv or json"),
        (&["--diff"], "--diff takes two topologies, the old and the new one, and 1 was given"),
        (&["--diff", text(&path), "--format", "csv"], "--diff goes with --format text or json"),
        (&["--diff", text(&path), "--out", "somewhere"], "--diff prints; --out does not go with it"),
    ] {
        let run = plan(more);
        assert_eq!(run.code, 2, "{more:?}");
        assert!(run.err.contains(sentence), "{}", run.err);
    }
}

#[test]
fn a_change_of_the_topology_names_the_certificates_to_reissue_first() {
    let old = fs::read_to_string(sample("contoso/topology.tbxml")).unwrap();
    let domain = r#"<InternalDomain Name="fabrikam.com" Authoritative="false" AllowSubDomains="false" />"#;
    assert!(old.contains(domain));
    let new = old.replace(domain, &format!("{domain}{}", domain.replace("fabrikam", "litware")));
    let folder = folder(&[("old.tbxml", old.as_bytes()), ("new.tbxml", new.as_bytes())]);
    let (old, new) = (folder.path().join("old.tbxml"), folder.path().join("new.tbxml"));
    let diff = |old: &Path, new: &Path| {
        let run = Plan::of(old).input(new).with(&["--diff"]).format("json").run();
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        let diff: Value = serde_json::from_str(&run.out).unwrap();
        let changes = diff["changes"].as_array().unwrap().clone();
        changes
            .iter()
            .map(|change| {
                format!("{} {}", change["action"].as_str().unwrap(), change["order"].as_str().unwrap())
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(
        diff(&old, &new),
        [
            "reissue pool01.contoso.net/fe01.contoso.net/Default+WebServicesInternal+WebServicesExternal",
            "reissue pool01.contoso.net/fe02.contoso.net/Default+WebServicesInternal+WebServicesExternal",
            "reissue dir01.contoso.net/Default+WebServicesInternal+WebServicesExternal",
            "reissue lsedge.contoso.net/AccessEdgeExternal+DataEdgeExternal+AudioVideoAuthentication+XmppServer",
            "keep lsedge.contoso.net/Internal",
            "keep officewebapps01.contoso.com/OfficeWebApps",
            "keep deployment/OAuthTokenIssuer",
            "reissue reverse-proxy",
        ]
    );
    assert!(diff(&old, &old).iter().all(|change| change.starts_with("keep ")), "no change, no work");
    assert!(
        diff(&new, &old).iter().any(|change| change.starts_with("reissue lsedge.contoso.net/AccessEdge")),
        "the former domain's sip. name has to go"
    );
    let text = Plan::of(&old).input(&new).with(&["--diff"]).run().out;
    assert!(text.contains("To reissue, before the new topology is published"), "{text}");
    assert!(text.contains("sip.litware.com"), "{text}");
}

#[test]
fn every_name_of_a_plan_is_explained_with_its_place_clause_and_source() {
    for topology in TOPOLOGIES {
        let path = sample(topology);
        let plan = Plan::of(&path).format("json").run().json();
        let mut seen = BTreeSet::new();
        for requirement in plan["requirements"].as_array().unwrap() {
            for name in requirement["names"].as_array().unwrap() {
                let fqdn = name["name"].as_str().unwrap().to_ascii_lowercase();
                if !seen.insert(fqdn.clone()) {
                    continue;
                }
                let run = run(&["explain", "--name", &fqdn, text(&path), "--format", "json"]);
                assert_eq!(run.code, 0, "{}", run.err);
                let explanation: Value = serde_json::from_str(&run.out).unwrap();
                let uses = explanation["uses"].as_array().unwrap();
                let used = uses.iter().find(|used| used["clause"]["id"] == name["clause"]).unwrap();
                assert!(!used["because"].as_str().unwrap().is_empty(), "{fqdn}");
                assert!(!used["clause"]["sources"].as_array().unwrap().is_empty(), "{fqdn}");
                assert!(!used["used_by"].is_null() && !used["without_it"].is_null(), "{fqdn}");
            }
        }
        assert!(seen.len() > 5);
    }
}

#[test]
fn a_surplus_name_is_explained_too() {
    let path = sample("contoso/topology.tbxml");
    let explain = |name: &str| run(&["explain", "--name", name, text(&path)]).out;
    let text = explain("sip.litware.com");
    assert!(text.starts_with("nothing in this topology needs `sip.litware.com`"), "{text}");
    assert!(text.contains("`litware.com` is no SIP domain of this deployment"), "{text}");
    let text = explain("av.contoso.com");
    assert!(text.starts_with("nothing in this topology needs `av.contoso.com`; it may stand on 1"), "{text}");
    assert!(text.contains("accepted, not needed") && text.contains("EDGE-EXT-08"), "{text}");
}

#[test]
fn all_that_can_be_explained_is_listed() {
    let list = run(&["explain", "--list", "--format", "json"]).json();
    assert_eq!(list["schema"], "lyncert-explain-list/1");
    let shown = run(&["explain", "--list"]);
    assert_eq!((shown.code, shown.err.as_str()), (0, ""));
    let mut ids = 0;
    for row in list["rules"].as_array().unwrap().iter().chain(list["clauses"].as_array().unwrap()) {
        let id = row["id"].as_str().unwrap();
        assert!(!row["summary"].as_str().unwrap().is_empty(), "{id}");
        assert!(shown.out.lines().any(|line| line.split_whitespace().next() == Some(id)), "{id}");
        ids += 1;
    }
    for id in ["san-missing", "EDGE-EXT-03", "CON-09"] {
        assert!(shown.out.contains(id) && run(&["explain", id]).code == 0, "{id}");
    }
    assert!(ids > 150, "{ids}");
}

#[test]
fn rules_and_clauses_are_explained_and_a_slip_is_answered_with_what_is_near() {
    let rule = run(&["explain", "san-missing"]);
    assert_eq!(rule.code, 0);
    assert!(rule.out.contains("users notice") && rule.out.contains("https://"), "{}", rule.out);
    let clause = run(&["explain", "con-09", "--format", "json"]);
    let clause: Value = serde_json::from_str(&clause.out).unwrap();
    assert_eq!((&clause["kind"], &clause["id"]), (&Value::from("clause"), &Value::from("CON-09")));
    assert_eq!(clause["sources"][0]["date"], "2012-09-08");
    for (arguments, sentence) in [
        (&["explain", "san-mising"][..], "`san-mising` is no rule and no clause; did you mean `san-missing`"),
        (&["explain", "NOSUCH"], "`NOSUCH` is no rule and no clause; the nearest is "),
        (&["explain", "honoured"], "the nearest is `san-wildcard-not-honoured`, "),
        (&["explain", "assumed-assignment"], "is no rule: it says that something was not judged"),
        (&["explain", "honoured"], "`lyncert explain --list` lists them all"),
        (&["explain", "0x800b0109"], "`lyncert doctor 0x800b0109` knows it as a symptom"),
        (&["explain"], "required"),
        (&["explain", "--list", "san-missing"], "cannot be used with"),
        (&["explain", "sip.contoso.com"], "for a name give --name sip.contoso.com and the topology"),
        (&["explain", "san-missing", "san-extra"], "give one rule or clause"),
        (&["explain", "--name", "a b", "x.xml"], "--name: `a b` is no DNS name"),
    ] {
        let run = run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(run.err.contains(sentence), "{}", run.err);
    }
}

#[test]
fn a_certificate_of_its_own_for_av_authentication_is_requested_on_the_edge_as_a_file() {
    let policy = folder(&[("lyncert.toml", b"[facts]\nav_certificate = \"separate\"\n")]);
    let path = policy.path().join("lyncert.toml");
    let topology = sample("contoso/topology.tbxml");
    let printed = run(&["plan", text(&topology), "--policy", text(&path), "--format", "powershell"]).out;
    let line = printed
        .lines()
        .find(|line| line.starts_with("Request-CsCertificate -New -Type AudioVideoAuthentication "));
    let line = line.unwrap_or_else(|| panic!("{printed}"));
    assert!(line.contains(" -PrivateKeyExportable $true ") && line.contains(" -Output '"), "{line}");
    assert!(!line.contains("-ComputerFqdn") && !line.contains("-CA"), "{line}");
}
