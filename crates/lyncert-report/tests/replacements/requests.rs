//! A request that waits in the folder is told of in place of a new one, everywhere alike.

use lyncert_report::model::{ReplacementAction, ReplacementRow, Report};
use lyncert_report::render::csv;
use lyncert_rules::certificate::{Certificate, Eku};
use lyncert_rules::fixture::request;
use lyncert_rules::request::CertificateRequest;
use time::Duration;

use crate::common::NOW;
use crate::estates::{at_path, estate, report_with_requests};
use crate::sound::check_plan;

/// A request for what the certificate at a path has.
fn request_like(certificate: &Certificate, names: &[&str]) -> CertificateRequest {
    let own = certificate.dns_names.iter().map(String::as_str).chain(names.iter().copied());
    let mut request = request(&certificate.common_names[0], &own.collect::<Vec<_>>(), 2048);
    request.path = "waiting.req".to_owned();
    request.eku = Some(vec![Eku::ServerAuth, Eku::ClientAuth]);
    request
}

fn planned(certificates: Vec<Certificate>, requests: Vec<CertificateRequest>) -> (Report, ReplacementRow) {
    let (topology, _) = estate();
    let report = report_with_requests(&topology, certificates, requests);
    check_plan(&report);
    let [row] = report.replacements.clone().try_into().expect("one entry");
    (report, row)
}

#[test]
fn a_request_for_what_nothing_serves_has_to_be_signed_only() {
    let (_, mut certificates) = estate();
    let asked = request_like(at_path(&mut certificates, "fe1"), &[]);
    certificates.retain(|certificate| !certificate.first_path().starts_with("fe1"));
    let (report, row) = planned(certificates, vec![asked]);
    assert_eq!((row.action, row.request.as_deref()), (ReplacementAction::Request, Some("waiting.req")));
    assert_eq!(row.command, None);
    assert!(
        row.way.starts_with("Have the request `waiting.req` signed, import the certificate"),
        "{}",
        row.way
    );
    let unmet: Vec<_> = report.findings.iter().filter(|one| one.rule == "requirement-unmet").collect();
    assert_eq!(unmet.len(), 3);
    for finding in unmet {
        let end =
            "Replacement 1: have `waiting.req` signed for Default,WebServicesInternal,WebServicesExternal";
        assert!(finding.remedy.starts_with(&row.way) && finding.remedy.ends_with(end), "{}", finding.remedy);
    }
    let mut table = Vec::new();
    csv::action_plan(&report, &mut table).unwrap();
    assert!(String::from_utf8(table).unwrap().contains("(have waiting.req signed)"));
    let mut page = Vec::new();
    lyncert_report::render::html::write(&report, &mut page).unwrap();
    assert!(String::from_utf8(page).unwrap().contains("Have the request <code>waiting.req</code> signed"));
}

#[test]
fn a_request_for_a_successor_says_itself_what_stays_and_what_goes() {
    let (_, mut certificates) = estate();
    let present = at_path(&mut certificates, "fe2");
    let asked = request_like(present, &[]);
    present.not_after = NOW + Duration::days(20);
    present.dns_names.retain(|name| name != "meet.fabrikam.com");
    present.dns_names.push("old.contoso.com".to_owned());
    let (report, row) = planned(certificates, vec![asked]);
    assert_eq!((row.action, row.request.as_deref()), (ReplacementAction::Replace, Some("waiting.req")));
    assert_eq!(row.add_names, ["meet.fabrikam.com"]);
    assert_eq!(row.drop_names, ["old.contoso.com"]);
    let told = report.findings.iter().filter(|one| one.replacement.is_some());
    assert!(told.clone().count() >= 2);
    assert!(told.clone().all(|one| !one.remedy.contains("Request a new")), "{:?}", told.collect::<Vec<_>>());
}

#[test]
fn a_request_that_would_not_do_well_is_no_way_out() {
    let (_, all) = estate();
    let own =
        all.iter().find(|certificate| certificate.first_path().starts_with("fe1")).expect("it is there");
    let whole = request_like(own, &[]);
    let lacks = |name: &str| {
        let mut request = whole.clone();
        request.dns_names.retain(|own| own != name);
        request
    };
    let answered = CertificateRequest { answered_by: vec![[7; 20].into()], ..whole.clone() };
    // A name that is required, and one that is merely recommended.
    for asked in [lacks("meet.contoso.com"), lacks("admin.contoso.com"), answered] {
        let without: Vec<Certificate> =
            all.iter().filter(|certificate| !certificate.first_path().starts_with("fe1")).cloned().collect();
        let (report, row) = planned(without, vec![asked]);
        assert_eq!(row.request, None);
        assert!(row.command.is_some_and(|line| line.starts_with("Request-CsCertificate")));
        let unmet = report.findings.iter().filter(|one| one.rule == "requirement-unmet");
        for finding in unmet {
            assert!(finding.remedy.starts_with("Request the certificate"), "{}", finding.remedy);
        }
    }
}

#[test]
fn a_certificate_that_is_there_and_fits_comes_before_a_request() {
    let (_, mut certificates) = estate();
    let present = at_path(&mut certificates, "fe1");
    let asked = request_like(present, &[]);
    present.paths = vec!["spare/new.cer".into()];
    present.not_before += Duration::DAY;
    let mut old = present.clone();
    old.paths = vec!["fe1.contoso.com/Default+WebServicesInternal+WebServicesExternal.cer".into()];
    old.not_after = NOW - Duration::DAY;
    old.sha1 = [9; 20].into();
    old.sha256 = [9; 32].into();
    certificates.push(old);
    let (_, row) = planned(certificates, vec![asked]);
    assert_eq!((row.action, row.request), (ReplacementAction::Install, None));
}
