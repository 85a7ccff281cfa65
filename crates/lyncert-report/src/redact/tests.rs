//! The table of fields against the published schemas, and whole reports.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Redactor;
use super::fields::{self, Holds};
use super::form;
use crate::model::Report;
use crate::render::testing;
use crate::schemas::schemas;

/// A place where a document has a text: the field that it stands in, its own name, and whether its type lets only some texts pass.
type TextField = (String, String, bool);

/// Walks a schema as redaction walks a document: rows of a list stand in what the list stands in.
fn text_fields(root: &Value, parent: &str, field: &str, schema: &Value, found: &mut BTreeSet<TextField>) {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        let target = &root["$defs"][name.rsplit('/').next().unwrap()];
        assert!(target.is_object(), "{name}");
        return text_fields(root, parent, field, target, found);
    }
    for all in ["oneOf", "anyOf", "allOf"] {
        for one in schema.get(all).and_then(Value::as_array).into_iter().flatten() {
            text_fields(root, parent, field, one, found);
        }
    }
    if let Some(items) = schema.get("items") {
        text_fields(root, parent, field, items, found);
    }
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        text_fields(root, field, name, property, found);
    }
    let names_are_free = schema.get("additionalProperties").is_some_and(Value::is_object);
    assert!(
        !names_are_free,
        "the names of the fields of `{field}` are no field's text, and are not redacted"
    );
    let types = schema["type"].as_array().map_or_else(|| vec![&schema["type"]], |all| all.iter().collect());
    let is_text = types.into_iter().any(|one| one == "string") || schema.get("const").is_some();
    if is_text {
        let is_closed = ["const", "enum", "format", "pattern"].iter().any(|key| schema.get(key).is_some());
        found.insert((parent.to_owned(), field.to_owned(), is_closed));
    }
}

/// Documents that no command redacts: of rules of the program, and of what `--redact` refuses.
const NOT_REDACTED: [&str; 3] = ["lyncert-evidence/1", "lyncert-explain-list/1", "lyncert-redaction/1"];

fn all_text_fields() -> BTreeSet<TextField> {
    let mut found = BTreeSet::new();
    for document in schemas().iter().filter(|document| !NOT_REDACTED.contains(&document.version.as_str())) {
        text_fields(&document.schema, "", "", &document.schema, &mut found);
    }
    found
}

#[test]
fn every_field_that_has_a_text_is_in_the_table() {
    let all = all_text_fields();
    assert!(all.len() > 150, "{}", all.len());
    let unknown: Vec<_> =
        all.iter().filter(|(parent, field, _)| fields::of(parent, field).is_none()).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn a_field_that_passes_as_it_is_has_a_type_that_lets_no_name_pass() {
    let open: Vec<_> = all_text_fields()
        .into_iter()
        .filter(|(parent, field, is_closed)| !is_closed && fields::of(parent, field) == Some(Holds::Word))
        .collect();
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn a_field_whose_type_lets_only_some_texts_pass_passes_as_it_is() {
    let changed: Vec<_> = all_text_fields()
        .into_iter()
        .filter(|(parent, field, is_closed)| *is_closed && fields::of(parent, field) != Some(Holds::Word))
        .collect();
    assert!(changed.is_empty(), "{changed:?}");
}

/// A report of this many servers, whose certificates end at the same time: only their hashes tell which is named.
fn report(servers: usize) -> Report {
    let mut report = testing::plain_report(servers);
    let ends = report.certificates.first().map(|certificate| (certificate.not_after, certificate.days_left));
    for certificate in &mut report.certificates {
        (certificate.not_after, certificate.days_left) = ends.unwrap();
    }
    testing::recount(&mut report);
    report
}

#[test]
fn a_redacted_report_can_be_read_again_and_counts_the_same() {
    let hostile = testing::hostile_report();
    for real in (1..24).map(report).chain([hostile, testing::in_order_report()]) {
        let redacted = Redactor::default().report(&real).unwrap();
        let read = Report::read(&serde_json::to_vec(&redacted).unwrap()).unwrap();
        assert_eq!(read.findings.len(), real.findings.len());
        assert_eq!(read.summary.errors, real.summary.errors);
        assert_eq!(read.summary.next_deadline, real.summary.next_deadline);
    }
}

#[test]
fn a_report_cites_only_what_the_program_cites() {
    let mut real = testing::plain_report(1);
    let rule = real.findings[0].rule.clone();
    real.findings[0].sources = vec![crate::model::SourceRef {
        title: "Canary of Contoso".to_owned(),
        url: "https://canary.contoso.com/runbook".to_owned(),
    }]
    .into();
    let redacted = Redactor::default().report(&real).unwrap();
    let text = serde_json::to_string(&redacted).unwrap().to_lowercase();
    assert!(!text.contains("canary") && !text.contains("runbook"), "{text}");
    assert_eq!(redacted.findings[0].rule, rule);
}

#[test]
fn of_object_identifiers_and_urls_only_what_is_common_stays() {
    let mut real = testing::plain_report(1);
    real.findings[0].message = "in 1.3.6.1.5.5.7.3.1 and 1.3.6.1.4.1.311.20.2: 1.3.6.1.4.1.311.21.8.77.88 and 1.3.6.1.4.1.55555.1, at \
                                https://meet.contoso.com:8443/internal/pool?server=1, on \\\\contososerver\\contososhare"
        .to_owned();
    let redacted = Redactor::default().report(&real).unwrap();
    let said = &redacted.findings[0].message;
    assert!(said.contains("1.3.6.1.5.5.7.3.1 and 1.3.6.1.4.1.311.20.2"), "{said}");
    assert!(said.contains(".example:8443/…"), "{said}");
    for gone in ["21.8", "55555", "contoso", "internal/pool", "server=1"] {
        assert!(!said.contains(gone), "{gone}: {said}");
    }
}

#[test]
fn what_pseudonyms_begin_with_is_known() {
    for kind in [
        "FrontEndPool",
        "StandardEdition",
        "Director",
        "Edge",
        "Mediation",
        "SurvivableBranch",
        "TrustedApplication",
    ]
    .into_iter()
    .chain([
        "OfficeWebApps",
        "PersistentChat",
        "VideoInterop",
        "AvConferencing",
        "Gateway",
        "Database",
        "FileStore",
        "Other",
    ]) {
        let (of_pool, of_server) = super::roles(kind);
        for role in [of_pool, of_server] {
            assert!(form::is_host(&format!("{role}12.dom3.example")), "{role}");
        }
    }
    for real in ["fe1.contoso.com", "contoso.com", "edge01.dom1.example", "10.0.0.1", "2001:db9::1"] {
        assert!(!form::is_host(real), "{real}");
    }
}

#[test]
fn a_message_has_no_name_that_is_not_known() {
    let mut redactor = Redactor::default();
    assert_eq!(
        redactor.text("cannot read `contoso.xml`: permission denied"),
        "cannot read `…`: permission denied"
    );
    assert_eq!(redactor.text("the serial number 6acafe7712345678"), "the serial number …");
}

#[test]
fn of_a_public_ca_stays_what_is_its_own_and_of_others_nothing() {
    for (issuer, stays) in [
        ("C=US, O=DigiCert Inc, CN=DigiCert Global G2 TLS RSA SHA256 2020 CA1", None),
        ("C=US, O=Amazon, CN=Amazon RSA 2048 M01", None),
        ("C=DE, O=DigiCert Inc, CN=DigiCert Contoso Managed CA", Some("C=DE, O=DigiCert Inc")),
        ("C=DE, O=Amazonas Versicherung AG, CN=Amazonas Root", Some("")),
        ("O=Contoso, CN=DigiCert Global Root", Some("")),
    ] {
        let kept = super::public_cas::public_name(issuer).unwrap_or_default();
        assert_eq!(kept, stays.unwrap_or(issuer), "{issuer}");
    }
}
