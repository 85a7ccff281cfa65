//! Plans of whole deployments.

use serde_json::Value;

use crate::support::{Plan, sample};

fn plan(topology: &str) -> Value {
    Plan::of(sample(topology)).format("json").run().json()
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect()
}

/// The vendor's published example for SIP and XMPP federation with public instant messaging.
#[test]
fn the_external_edge_certificate_is_that_of_the_vendors_table() {
    let plan = plan("contoso/topology.tbxml");
    let order = plan["orders"]
        .as_array()
        .unwrap()
        .iter()
        .find(|order| strings(&order["usages"]).contains(&"AccessEdgeExternal"))
        .unwrap();
    assert_eq!(order["subject"], "sip.contoso.com");
    let mut names: Vec<_> =
        order["names"].as_array().unwrap().iter().map(|name| name["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["contoso.com", "fabrikam.com", "sip.contoso.com", "sip.fabrikam.com", "webcon.contoso.com"]
    );
    assert_eq!(strings(&order["eku"]), ["serverAuth", "clientAuth"]);
    assert_eq!(order["public_ca"], true);
    assert_eq!(order["key"]["exportable"], true, "two servers share it");
    assert_eq!(strings(&order["install_on"]), ["lsedge1.contoso.net", "lsedge2.contoso.net"]);
}

#[test]
fn every_name_says_why_it_is_there_and_where_that_stands() {
    let plan = plan("contoso/topology.tbxml");
    for requirement in plan["requirements"].as_array().unwrap() {
        for name in requirement["names"].as_array().unwrap() {
            let (because, source) = (name["because"].as_str().unwrap(), name["source"].as_str().unwrap());
            assert!(because.contains("topology.tbxml:") || because.contains("policy"), "{name}");
            assert!(source.contains("https://"), "{name}");
            assert!(name["clause"].as_str().is_some_and(|clause| !clause.is_empty()), "{name}");
        }
    }
}

#[test]
fn every_requirement_is_served_by_one_order() {
    for topology in ["contoso/topology.tbxml", "fabrikam/topology.xml"] {
        let plan = plan(topology);
        let ordered: Vec<&str> = plan["orders"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|order| strings(&order["requirements"]))
            .collect();
        for requirement in plan["requirements"].as_array().unwrap() {
            let id = requirement["id"].as_str().unwrap();
            assert_eq!(ordered.iter().filter(|ordered| **ordered == id).count(), 1, "{id}");
        }
    }
}
