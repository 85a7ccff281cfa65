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

#[test]
fn a_log_of_a_cmdlet_counts_and_a_list_outweighs_it() {
    let (right, wrong) = (thumbprint(FE01), thumbprint(FE02));
    let log = format!(
        "<CsMgmtLog><Action Name=\"Set-CsCertificate\"><Info>Certificate \"{wrong}\" has been added to the local data store with the usage type \"Default\".</Info></Action></CsMgmtLog>"
    );
    let alone = report(&[("fe01.contoso.net/set.xml", log.clone())]);
    assert_eq!(serving(&alone, "fe01.contoso.net"), (Some(wrong.as_str()), Some("assigned")));
    let both = report(&[
        ("fe01.contoso.net/set.xml", log),
        ("fe01.contoso.net/assigned.txt", printed(&right, "Default")),
    ]);
    assert_eq!(serving(&both, "fe01.contoso.net"), (Some(right.as_str()), Some("assigned")));
}
