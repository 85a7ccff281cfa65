//! A scope of the policy: a wrong name stops every command alike, and what is narrowed says so.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::{AT, Run, folder, report, run, sample, text};

/// The sample's Edge pool.
const EDGE: &str = "lsedge.contoso.net";

/// Runs a command on the sample with this scope; `{certs}` among its arguments stands for the sample's certificates.
fn scoped(pool: &str, command: &[&str]) -> Run {
    let policy = format!("[scope]\npools = [\"{pool}\"]\n");
    let policy = folder(&[("scope.toml", policy.as_bytes())]);
    let path = policy.path().join("scope.toml");
    let (topology, certs): (PathBuf, PathBuf) = (sample("contoso/topology.tbxml"), sample("contoso/certs"));
    let arguments = command.iter().map(|argument| match *argument {
        "{topology}" => text(&topology),
        "{certs}" => text(&certs),
        other => other,
    });
    run(&arguments.chain(["--policy", text(&path)]).collect::<Vec<_>>())
}

/// Every command that looks at an estate.
const COMMANDS: [&[&str]; 6] = [
    &["audit", "{topology}", "--certs", "{certs}", "--at", AT],
    &["forecast", "{topology}", "--certs", "{certs}", "--at", AT],
    &["doctor", "41026", "--topology", "{topology}", "--certs", "{certs}", "--at", AT],
    &["plan", "{topology}"],
    &["plan", "--diff", "{topology}", "{topology}"],
    &["explain", "--name", "sip.contoso.com", "{topology}"],
];

#[test]
fn a_scope_that_is_misspelled_is_code_2_with_the_same_message_for_every_command() {
    for command in COMMANDS {
        let run = scoped("lsegde.contoso.net", command);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{command:?}: {}", run.err);
        assert_eq!(
            run.err,
            "lyncert: error: the scope has `lsegde.contoso.net`, which is no pool of this topology; did you mean `lsedge.contoso.net`?\n",
            "{command:?}"
        );
    }
}

/// What a command says of the sample with a policy of this text.
fn told(policy: &str) -> Run {
    let policy = folder(&[("lyncert.toml", policy.as_bytes())]);
    let (topology, path) = (sample("contoso/topology.tbxml"), policy.path().join("lyncert.toml"));
    run(&["plan", text(&topology), "--policy", text(&path)])
}

#[test]
fn a_fact_about_a_pool_server_or_site_that_is_not_there_is_code_2() {
    let extra = "[[facts.extra_name]]\nusage = \"Default\"\nname = \"a.contoso.com\"\nreason = \"x\"\n";
    for (policy, message) in [
        (
            "[[facts.reverse_proxy]]\nname = \"west\"\nsites = [\"Redmont\"]\n",
            "[[facts.reverse_proxy]] has `Redmont`, which is no site",
        ),
        (
            "[[facts.reverse_proxy]]\nname = \"a\"\n[[facts.reverse_proxy]]\nname = \"A\"\n",
            "[[facts.reverse_proxy]] has two proxies named `A`",
        ),
        (
            "[[facts.simple_url]]\ncomponent = \"Meet\"\nsite = \"Oslo\"\nurl = \"https://m.contoso.com\"\n",
            "[[facts.simple_url]] has `Oslo`, which is no site",
        ),
        (
            "[[facts.edge]]\npool = \"edge.contoso.net\"\nclient_auto_config_or_federation = true\n",
            "[[facts.edge]] has `edge.contoso.net`, which is no pool",
        ),
        (
            "[[facts.edge]]\npool = \"pool01.contoso.net\"\nclient_auto_config_or_federation = true\n",
            "[[facts.edge]] has `pool01.contoso.net`, which is no Edge pool of this topology; expected one of lsedge.contoso.net",
        ),
        (
            "[facts]\nauto_logon_pool = \"pool1.contoso.net\"\n",
            "auto_logon_pool has `pool1.contoso.net`, which is no Front End pool, Standard Edition server or Director of this topology; did you mean `pool01.contoso.net`?",
        ),
        (
            "[facts]\nauto_logon_pool = \"lsedge.contoso.net\"\n",
            "auto_logon_pool has `lsedge.contoso.net`, which is no Front End pool",
        ),
        (
            &format!("{extra}pool = \"lsedge.contoso.net\"\n"),
            "[[facts.extra_name]] has `lsedge.contoso.net`, which is no pool with a certificate for Default",
        ),
        (
            &format!("{extra}server = \"lsedge1.contoso.net\"\n"),
            "[[facts.extra_name]] has `lsedge1.contoso.net`, which is no server with a certificate for Default",
        ),
        (
            &format!("{extra}pool = \"pool02.contoso.net\"\n"),
            "[[facts.extra_name]] has `pool02.contoso.net`, which is no pool",
        ),
        (
            &format!("{extra}server = \"fe03.contoso.net\"\n"),
            "[[facts.extra_name]] has `fe03.contoso.net`, which is no server",
        ),
        (
            "[scope]\nexcept = [\"wac09.contoso.com\"]\n",
            "the scope has `wac09.contoso.com`, which is no pool",
        ),
        (
            "[scope]\npools = [\"reverse-proxy-west\"]\n",
            "the scope has `reverse-proxy-west`, which is no pool",
        ),
    ] {
        let run = told(policy);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{policy}");
        assert!(run.err.contains(message), "{policy}: {}", run.err);
    }
}

#[test]
fn what_is_excepted_is_left_out_and_told() {
    let policy = folder(&[(
        "lyncert.toml",
        b"[scope]\nexcept = [\"reverse-proxy\", \"officewebapps01.contoso.com\"]\n",
    )]);
    let path = policy.path().join("lyncert.toml");
    let audit = crate::support::Audit::of("contoso").policy(&path).run();
    let told: String = audit.out.split_whitespace().collect::<Vec<_>>().join(" ");
    let sentence = "All but reverse-proxy, officewebapps01.contoso.com was judged; left out: \
                    Office Web Apps farm officewebapps01.contoso.com, reverse proxy";
    assert!(told.contains(sentence), "{}", audit.out);
}

#[test]
fn each_of_several_reverse_proxies_has_its_folder() {
    let policy = folder(&[(
        "lyncert.toml",
        b"[[facts.reverse_proxy]]\nname = \"west\"\nsites = [\"Redmond\"]\n[[facts.reverse_proxy]]\nname = \"east\"\n",
    )]);
    let certs = folder(&[(
        "reverse-proxy-west/web.cer",
        &fs::read(sample("contoso/certs/reverse-proxy/ReverseProxy.cer")).unwrap(),
    )]);
    let (topology, path) = (sample("contoso/topology.tbxml"), policy.path().join("lyncert.toml"));
    let out = folder(&[]);
    let arguments = ["audit", text(&topology), "--certs", text(certs.path()), "--policy", text(&path)];
    run(&[
        &arguments[..],
        &["--pool", "reverse-proxy-west", "--out", text(&out.path().join("r")), "--at", AT],
    ]
    .concat());
    let report = report(out.path().join("r"));
    let requirements = report["requirements"].as_array().unwrap();
    assert_eq!(requirements.len(), 1, "{requirements:?}");
    let proxy = &requirements[0];
    assert_eq!(
        (proxy["id"].as_str(), proxy["pool"].as_str(), proxy["assigned_by"].as_str()),
        (Some("reverse-proxy-west"), Some("reverse-proxy-west"), Some("placed"))
    );
}

#[test]
fn a_batch_tells_a_misspelled_scope_in_the_row_of_its_estate() {
    let topology = fs::read(sample("contoso/topology.tbxml")).unwrap();
    let estates = folder(&[
        ("contoso/topology.tbxml", &topology),
        ("contoso/lyncert.toml", b"[scope]\npools = [\"nosuch.contoso.com\"]\n"),
    ]);
    let out = folder(&[]);
    let run = run(&["batch", text(estates.path()), "--out", text(out.path()), "--at", AT]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("the scope has `nosuch.contoso.com`, which is no pool"), "{}", run.err);
}

#[test]
fn a_forecast_says_what_was_left_out_in_every_format() {
    let forecast = |format: &str| {
        scoped(EDGE, &["forecast", "{topology}", "--certs", "{certs}", "--at", AT, "--format", format])
    };
    let sentence = "Only lsedge.contoso.net was judged; left out: ";
    let shown = forecast("text");
    assert_eq!((shown.code, shown.err.as_str()), (0, ""));
    assert!(shown.out.lines().nth(1).unwrap().starts_with(sentence), "{}", shown.out);
    let view: Value = serde_json::from_str(&forecast("json").out).unwrap();
    assert_eq!(view["scope"]["pools"], serde_json::json!([EDGE]));
    let left_out = view["scope"]["left_out"].as_array().unwrap();
    assert!(left_out.iter().any(|holder| holder.as_str().unwrap().starts_with("Front End pool")));
    let table = forecast("csv");
    assert!(table.err.starts_with(&format!("lyncert: note: {sentence}")), "{}", table.err);
    assert!(!table.out.contains(sentence), "the table has rows of one kind");
}

#[test]
fn a_forecast_looks_at_what_it_is_asked_for() {
    let (topology, certs) = (sample("contoso/topology.tbxml"), sample("contoso/certs"));
    let forecast = ["forecast", text(&topology), "--certs", text(&certs), "--at", AT];
    let shown = run(&[&forecast[..], &["--pool", EDGE]].concat());
    assert_eq!((shown.code, shown.err.as_str()), (0, ""));
    let sentence = shown.out.lines().nth(1).unwrap();
    assert!(sentence.starts_with("Only lsedge.contoso.net was judged; left out: "), "{}", shown.out);
    assert!(
        shown.out.contains("lsedge2.contoso.net") && !shown.out.contains("ReverseProxy.cer"),
        "{}",
        shown.out
    );
    let unknown = run(&[&forecast[..], &["--pool", "nosuch.contoso.com"]].concat());
    assert_eq!(unknown.code, 2, "{}", unknown.err);
}

#[test]
fn a_forecast_of_all_says_nothing_of_a_scope() {
    let (topology, certs) = (sample("fabrikam/topology.xml"), sample("fabrikam/certs"));
    let arguments = ["forecast", text(&topology), "--certs", text(&certs), "--at", AT, "--format", "json"];
    let view: Value = serde_json::from_str(&run(&arguments).out).unwrap();
    assert_eq!(view.get("scope"), None);
}

#[test]
fn a_doctor_that_looked_at_a_part_says_so() {
    let command = ["doctor", "0x800b0109", "--topology", "{topology}", "--certs", "{certs}", "--at", AT];
    let shown = scoped(EDGE, &command);
    assert!(shown.out.contains("answer   cannot be seen in files"), "{}", shown.out);
    assert!(shown.out.contains("\n\nOnly lsedge.contoso.net was judged; left out: "), "{}", shown.out);
    let json = scoped(EDGE, &[&command[..], &["--format", "json"]].concat());
    let view: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(view["scope"]["pools"], serde_json::json!([EDGE]));
}

#[test]
fn what_is_needed_is_needed_whatever_is_judged_and_that_is_said() {
    for (command, said) in [
        (COMMANDS[3], "a plan lists the certificates of the whole topology"),
        (COMMANDS[4], "a plan lists the certificates of the whole topology"),
        (COMMANDS[5], "a name is explained for the whole topology"),
    ] {
        let topology = sample("contoso/topology.tbxml");
        let whole: Vec<&str> = command
            .iter()
            .map(|argument| if *argument == "{topology}" { text(&topology) } else { argument })
            .chain(["--no-policy"])
            .collect();
        let (whole, part) = (run(&whole), scoped(EDGE, command));
        assert_eq!((part.code, &part.out), (0, &whole.out), "{command:?}");
        let note = "lyncert: note: the policy has a scope, which is about what is judged; ";
        assert_eq!((whole.err.as_str(), part.err), ("", format!("{note}{said}\n")));
    }
}

#[test]
fn two_topologies_are_compared_though_only_one_has_the_pool_of_the_scope() {
    let old = fs::read_to_string(sample("contoso/topology.tbxml")).unwrap();
    let new = old.replace("lsedge.contoso.net", "edge02.contoso.net");
    let files = folder(&[
        ("old.tbxml", old.as_bytes()),
        ("new.tbxml", new.as_bytes()),
        ("lyncert.toml", b"[scope]\npools = [\"edge02.contoso.net\"]\n"),
    ]);
    let (old, new) = (files.path().join("old.tbxml"), files.path().join("new.tbxml"));
    let run = run(&["plan", "--diff", text(&old), text(&new)]);
    assert_eq!(run.code, 0, "{}", run.err);
    let alone = crate::support::run(&["plan", text(&old)]);
    assert_eq!(alone.code, 2, "the old one by itself does not have it");
}

#[test]
fn an_index_says_of_which_estate_only_a_part_was_judged() {
    let topology = fs::read(sample("fabrikam/topology.xml")).unwrap();
    let mut files = vec![("fabrikam/topology.xml".to_owned(), topology.clone())];
    files.push(("whole/topology.xml".to_owned(), topology));
    files.push(("fabrikam/lyncert.toml".to_owned(), b"[scope]\npools = [\"oauth\"]\n".to_vec()));
    for entry in fs::read_dir(sample("fabrikam/certs/oauth")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        for estate in ["fabrikam", "whole"] {
            files.push((format!("{estate}/certs/oauth/{name}"), fs::read(&path).unwrap()));
        }
    }
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let (estates, out) = (folder(&files), folder(&[]));
    let shown = run(&["batch", text(estates.path()), "--out", text(out.path()), "--at", AT]);
    let sentence = "judged: oauth, 1 of 7 requirements";
    let one_line = shown.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(one_line.matches(sentence).count(), 1, "{}", shown.out);
    for file in ["index.html", "index.csv", "index.json"] {
        let written = fs::read_to_string(out.path().join(file)).unwrap();
        assert_eq!(written.matches(sentence).count(), 1, "{file}: {written}");
    }
    let index = fs::read(out.path().join("index.json")).unwrap();
    let index: Value = serde_json::from_slice(&index).unwrap();
    let rows = index["estates"].as_array().unwrap();
    let scopes: Vec<_> =
        rows.iter().map(|row| (row["estate"].as_str(), row.get("scope").is_some())).collect();
    assert!(
        scopes.contains(&(Some("fabrikam"), true)) && scopes.contains(&(Some("whole"), false)),
        "{scopes:?}"
    );
}

#[test]
fn a_scope_that_needs_no_certificate_is_not_in_order() {
    let out = folder(&[]);
    let run = scoped("files01.contoso.net", &[COMMANDS[0], &["--out", text(out.path())]].concat());
    let report = report(&out);
    assert_eq!((run.code, &report["summary"]["requirements"]), (0, &0.into()), "{}", run.err);
    assert_eq!(report["summary"]["state"], "not-fully-judged");
    let verdict = "No certificate was judged: nothing that was asked for needs one";
    assert!(report["summary"]["verdict"].as_str().unwrap().starts_with(verdict));
    assert!(run.out.contains(verdict) && !run.out.contains("The topology calls for no certificate"));
    let page = fs::read_to_string(out.path().join("report.html")).unwrap();
    assert!(page.contains("<div class=\"verdict info\">"));
}
