//! Simple URLs of a site's own: what is planned, audited and explained agrees.

use std::fs;

use crate::support::{AT, folder, report, run, sample, text};

/// The sample as the central store has it, with the global simple URLs and a set of its only site's own.
fn store() -> Vec<u8> {
    let bytes = fs::read(sample("fabrikam/topology.xml")).unwrap();
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let topology = String::from_utf16(&units).unwrap();
    let topology = topology.trim_start_matches('\u{feff}');
    let topology = topology.split_once("?>").map_or(topology, |(_, rest)| rest);
    let document = |class: &str, key: &str, value: &str| {
        format!(
            r#"<DocItem Name="n"><Data><AnchoredXml><Key ScopeClass="{class}" /><Dictionary><Item>{key}<Value>{value}</Value></Item></Dictionary></AnchoredXml></Data></DocItem>"#
        )
    };
    let urls = |suffix: &str| {
        let url = |component: &str, label: &str, domain: &str| {
            format!(
                r#"<SimpleUrl Component="{component}" Domain="{domain}" ActiveUrl="https://{label}{suffix}.fabrikam.com" />"#
            )
        };
        let rows =
            [url("Meet", "meet", "fabrikam.com"), url("Dialin", "dialin", "*"), url("Cscp", "admin", "*")];
        format!("<SimpleUrlConfiguration>{}</SimpleUrlConfiguration>", rows.concat())
    };
    let documents = [
        document("Global", "<Key />", topology),
        document("Global", "<Key />", &urls("")),
        document("Site", r#"<Key SiteId="1" />"#, &urls("-sea")),
    ];
    format!("<DocItemSet>{}</DocItemSet>", documents.concat()).into_bytes()
}

#[test]
fn plan_audit_and_explanation_agree_on_the_simple_urls_of_a_site() {
    let place = folder(&[("DocItemSet.xml", &store())]);
    let topology = place.path().join("DocItemSet.xml");
    let plan = run(&["plan", text(&topology), "--format", "certreq"]).out;
    let (_, proxy) = plan.split_once("webext.fabrikam.com\"\r\n").map_or(("", plan.as_str()), |parts| parts);
    assert!(proxy.contains("dns=meet-sea.fabrikam.com"), "{plan}");
    for unused in ["dns=meet.fabrikam.com", "dns=dialin.fabrikam.com", "dns=admin.fabrikam.com"] {
        assert!(!plan.contains(unused), "{unused}: {plan}");
    }
    // The sample's own certificates have the global hosts.
    let out = place.path().join("out");
    let certs = sample("fabrikam/certs");
    let audit = ["audit", text(&topology), "--certs", text(&certs), "--at", AT, "--out", text(&out)];
    let judged = run(&audit);
    assert_eq!(judged.code, 1, "{}", judged.err);
    let report = report(&out);
    let of_proxy: Vec<(&str, &str)> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["holder"] == "reverse proxy")
        .filter_map(|finding| Some((finding["rule"].as_str()?, finding["name"].as_str()?)))
        .collect();
    for missing in ["meet-sea.fabrikam.com", "dialin-sea.fabrikam.com"] {
        assert!(of_proxy.contains(&("san-missing", missing)), "{of_proxy:?}");
    }
    for accepted in ["meet.fabrikam.com", "dialin.fabrikam.com"] {
        assert!(of_proxy.iter().all(|(_, name)| *name != accepted), "{accepted}: {of_proxy:?}");
    }
    let explained = |name: &str| run(&["explain", "--name", name, text(&topology)]).out;
    let (own, global) = (explained("meet-sea.fabrikam.com"), explained("meet.fabrikam.com"));
    assert!(own.contains("reverse proxy") && own.contains("required") && own.contains("RP-03"), "{own}");
    assert!(global.contains("reverse proxy") && !global.contains("required"), "{global}");
}
