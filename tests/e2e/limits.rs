//! What costs too much is given up, and told: time, names, lists of a policy, lines on a terminal.

use std::fmt::Write as _;

use crate::support::{AT, folder, run, sample, text};

#[test]
fn whatever_scans_judges_or_plans_is_given_up_when_the_time_is_over() {
    let (topology, certs, out) = (sample("contoso/topology.tbxml"), sample("contoso/certs"), folder(&[]));
    let (topology, certs, out) = (text(&topology), text(&certs), text(out.path()));
    let estate = "the estate was not judged";
    for (command, what) in [
        (vec!["audit", topology, "--certs", certs, "--out", out], estate),
        (vec!["forecast", topology, "--certs", certs], estate),
        (vec!["doctor", "14428", "--topology", topology, "--certs", certs], estate),
        (vec!["inspect", certs], "the files were not read"),
        (vec!["check", certs, "--topology", topology], "the files were not judged"),
        (vec!["plan", topology, "--no-policy"], "the plan was not worked out"),
        (vec!["plan", topology, topology, "--no-policy", "--diff"], "the plan was not worked out"),
    ] {
        let at: &[&str] = if command[0] == "plan" { &[] } else { &["--at", AT] };
        let limited = |seconds| run(&[&command[..], at, &["--time-limit", seconds]].concat());
        let late = limited("0.000001");
        let error = format!("lyncert: error: {what} within the time limit of 0.000001 seconds\n");
        assert_eq!((late.code, late.out.as_str(), late.err.as_str()), (3, "", error.as_str()), "{command:?}");
        assert_eq!(std::fs::read_dir(out).unwrap().count(), 0, "nothing is written");
        if command[0] != "audit" {
            let (in_time, without) = (limited("600"), run(&[&command[..], at].concat()));
            assert_eq!((in_time.code, in_time.out), (without.code, without.out), "{command:?}");
        }
        assert_eq!(limited("0").code, 2);
    }
}

/// An export of one pool with these servers and SIP domains.
fn export(servers: usize, domains: usize) -> String {
    let mut text = String::from(
        r#"<Topology xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008"><InternalDomains DefaultDomain="d0.contoso.com">"#,
    );
    for domain in 0..domains {
        let _ = write!(text, r#"<InternalDomain Name="d{domain}.contoso.com" />"#);
    }
    text.push_str(r#"</InternalDomains><Sites><CentralSite SiteId="1"><Name>Main</Name></CentralSite></Sites><Clusters><Cluster Fqdn="pool.contoso.com" RequiresSetup="true"><ClusterId SiteId="1" Number="1" />"#);
    for server in 0..servers {
        let _ = write!(text, r#"<Machine Fqdn="fe{server}.contoso.com" />"#);
    }
    text.push_str("</Cluster></Clusters><Services>");
    for role in ["Registrar", "UserServices", "WebServices"] {
        let _ = write!(
            text,
            r#"<Service ServiceVersion="7"><ServiceId SiteId="1" RoleName="{role}" Instance="1" /><InstalledOn><ClusterId SiteId="1" Number="1" /></InstalledOn></Service>"#
        );
    }
    text.push_str("</Services></Topology>");
    text
}

#[test]
fn a_topology_that_asks_for_too_many_names_is_refused_and_told() {
    let (small, large) = (export(3, 4), export(1_000, 500));
    let input = folder(&[("small.xml", small.as_bytes()), ("large.xml", large.as_bytes())]);
    let plan = |file: &str| run(&["plan", text(&input.path().join(file)), "--no-policy"]);
    assert_eq!(plan("small.xml").code, 0);
    let refused = plan("large.xml");
    assert_eq!((refused.code, refused.out.as_str()), (3, ""));
    assert_eq!(
        refused.err,
        "lyncert: error: the topology has 1001 servers and 500 SIP domains and simple URLs, and each server needs names for each of them; \
         more than 250000 in all are not worked out\n"
    );
    // What was understood of it is shown all the same.
    assert_eq!(run(&["topology", text(&input.path().join("large.xml"))]).code, 0);
}

#[test]
fn a_policy_has_so_many_waivers_and_no_more() {
    let waivers = |count: usize| -> String {
        (0..count)
            .map(|number| {
                format!(
                    "[[waiver]]\nrule = \"san-extra\"\nname = \"n{number}.contoso.com\"\nreason = \"gone\"\n"
                )
            })
            .collect()
    };
    let (most, more) = (waivers(10_000), waivers(10_001));
    let input = folder(&[
        ("topology.xml", export(1, 1).as_bytes()),
        ("most.toml", most.as_bytes()),
        ("more.toml", more.as_bytes()),
    ]);
    let with = |policy: &str| {
        let (topology, policy) = (input.path().join("topology.xml"), input.path().join(policy));
        run(&["plan", text(&topology), "--policy", text(&policy)])
    };
    assert_eq!(with("most.toml").code, 0);
    let refused = with("more.toml");
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("there are 10001 `[[waiver]]`; expected at most 10000"), "{}", refused.err);
}

#[test]
fn a_terminal_shows_the_first_files_of_each_kind_and_counts_the_others() {
    let notes: Vec<(String, String)> =
        (0..1_205).map(|number| (format!("certs/{number:04}.txt"), format!("note {number}"))).collect();
    let export = export(1, 1);
    let mut files: Vec<(&str, &[u8])> =
        notes.iter().map(|(path, text)| (path.as_str(), text.as_bytes())).collect();
    files.push(("topology.xml", export.as_bytes()));
    let input = folder(&files);
    let (topology, certs) = (input.path().join("topology.xml"), input.path().join("certs"));
    let audit = run(&["audit", text(&topology), "--certs", text(&certs), "--at", AT]);
    let inspect = run(&["inspect", text(&certs)]);
    for (run, all) in [(&audit, "the files that `--out` writes"), (&inspect, "the output of `--format json`")]
    {
        let told: String = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains("0004.txt: ") && !told.contains("0005.txt: "), "{}", run.out);
        assert!(told.contains(&format!("and 1,200 more in {all}: ")), "{}", run.out);
    }
    let quiet = run(&["audit", text(&topology), "--certs", text(&certs), "--at", AT, "--quiet"]);
    assert_eq!(quiet.out, "");
    assert_eq!(quiet.err.lines().count(), 1, "{}", quiet.err);
}
