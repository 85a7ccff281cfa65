//! From a code or message to the rules, and to whether an estate is affected.

use serde_json::Value;

use crate::support::{AT, run, sample, text};

#[test]
fn an_event_leads_to_rules_and_to_what_they_say_of_an_estate() {
    let alone = run(&["doctor", "41026"]);
    assert_eq!(alone.code, 0, "{}", alone.err);
    assert!(
        alone.out.contains("rule     eku-client-missing") && !alone.out.contains("  here "),
        "{}",
        alone.out
    );
    let (topology, certs) = (sample("contoso/topology.tbxml"), sample("contoso/certs"));
    let estate = ["--topology", text(&topology), "--certs", text(&certs), "--at", AT];
    let affected = run(&[&["doctor", "Event", "41026"][..], &estate].concat());
    assert!(
        affected.out.contains("here     warning eku-client-missing: Edge lsedge.contoso.net"),
        "{}",
        affected.out
    );
    let not = run(&[&["doctor", "0x800b0109"][..], &estate].concat());
    assert!(not.out.contains("contoso.com is not affected"), "{}", not.out);
    let json = run(&[&["doctor", "CERT_E_EXPIRED", "--format", "json"][..], &estate].concat());
    let view: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(view["schema"], "lyncert-doctor/1");
    assert_eq!(view["symptoms"][0]["findings"].as_array().map(Vec::len), Some(0));
}

#[test]
fn what_is_not_known_is_said_so() {
    let unknown = run(&["doctor", "no", "such", "thing"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (2, ""));
    assert!(
        unknown.err.contains("`no such thing` is not known to have to do with certificates"),
        "{}",
        unknown.err
    );
    assert_eq!(run(&["doctor"]).code, 2);
    assert_eq!(run(&["doctor", "41026", "--certs", "x"]).code, 2, "a folder without a topology");
}
