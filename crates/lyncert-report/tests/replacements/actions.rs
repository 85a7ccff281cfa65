//! What is done about which defect.

use lyncert_ingest::deployment::read_deployment;
use lyncert_report::model::{ReplacementAction, ReplacementRow, Report};
use lyncert_rules::certificate::Certificate;
use lyncert_rules::facts::CertificateLayout;
use time::Duration;

use crate::common::{NOW, certificate, digest};
use crate::estates::{at_path, estate, report};
use crate::sound::check_plan;

fn planned(certificates: Vec<Certificate>) -> Vec<ReplacementRow> {
    let (topology, _) = estate();
    let report = report(&topology, certificates, CertificateLayout::Auto);
    check_plan(&report);
    report.replacements
}

#[test]
fn nothing_is_planned_for_a_faultless_estate() {
    assert_eq!(planned(estate().1), []);
}

#[test]
fn what_nothing_serves_is_requested_with_all_its_names() {
    let (_, mut certificates) = estate();
    certificates.retain(|certificate| !certificate.first_path().starts_with("fe1"));
    let [row] = planned(certificates).try_into().expect("one entry");
    assert_eq!((row.action, row.certificate), (ReplacementAction::Request, None));
    assert_eq!(row.due.to_string(), "2026-06-30");
    assert_eq!((row.keep_names, row.drop_names), (vec![], vec![]));
    assert!(row.add_names.contains(&"fe1.contoso.com".to_owned()), "{:?}", row.add_names);
    assert_eq!(row.reason, "No certificate serves a requirement");
    assert!(row.why.iter().all(|id| id.starts_with("requirement-unmet/")) && !row.why.is_empty());
    let line = row.command.expect("the product manages it");
    assert!(line.starts_with("Request-CsCertificate -New -Type Default,WebServicesInternal"), "{line}");
}

#[test]
fn a_missing_name_is_added_and_the_others_are_kept() {
    let (_, mut certificates) = estate();
    let certificate = at_path(&mut certificates, "fe2");
    certificate.dns_names.retain(|name| name != "meet.fabrikam.com");
    let sha1 = certificate.sha1.to_string();
    let [row] = planned(certificates).try_into().expect("one entry");
    assert_eq!((row.action, row.certificate), (ReplacementAction::Replace, Some(sha1)));
    assert_eq!(row.add_names, ["meet.fabrikam.com"]);
    assert!(row.keep_names.contains(&"meet.contoso.com".to_owned()));
    assert_eq!(row.why.len(), 1);
    assert_eq!(row.reason, "A required name is missing: meet.fabrikam.com");
    let line = row.command.expect("the product manages it");
    assert!(line.contains(" -DomainName '") && line.contains("meet.fabrikam.com"), "{line}");
}

#[test]
fn what_nothing_needs_is_dropped_and_what_may_be_there_is_kept() {
    let (_, mut certificates) = estate();
    let certificate = at_path(&mut certificates, "edge1.contoso.com/AccessEdge");
    certificate.dns_names.extend(["sip.litware.com".to_owned(), "old.contoso.com".to_owned()]);
    let [row] = planned(certificates).try_into().expect("one entry");
    assert_eq!(row.drop_names, ["sip.litware.com", "old.contoso.com"]);
    assert_eq!(row.add_names, [""; 0]);
    // No client looks for the name of the A/V service, which may be there.
    assert!(row.keep_names.contains(&"av.contoso.com".to_owned()), "{:?}", row.keep_names);
    assert!(row.why.iter().any(|id| id.starts_with("san-stale/")), "{:?}", row.why);
}

#[test]
fn what_ends_soon_is_due_on_the_first_day_without_it() {
    let (_, mut certificates) = estate();
    at_path(&mut certificates, "fe2").not_after = NOW + Duration::days(50);
    let [row] = planned(certificates).try_into().expect("one entry");
    assert_eq!((row.action, row.due.to_string().as_str()), (ReplacementAction::Replace, "2026-08-19"));
    assert_eq!(row.reason, "The certificate expires soon");
}

/// The estate with one certificate for all that these two parts of paths name; it ends soon.
fn shared(one: &str, other: &str) -> Vec<Certificate> {
    let (_, mut certificates) = estate();
    let at = certificates.iter().position(|found| found.first_path().contains(other)).expect("it is there");
    let taken = certificates.remove(at);
    let shared = at_path(&mut certificates, one);
    shared.paths.extend(taken.paths);
    for name in taken.dns_names {
        if !shared.dns_names.contains(&name) {
            shared.dns_names.push(name);
        }
    }
    shared.not_after = NOW + Duration::days(20);
    certificates
}

#[test]
fn the_successor_of_a_shared_certificate_serves_all_that_it_serves() {
    let [row] = planned(shared("fe1.", "fe2.")).try_into().expect("one entry");
    assert_eq!(row.servers, ["fe1.contoso.com", "fe2.contoso.com"]);
    assert_eq!(row.holders.len(), 2);
    for name in ["fe1.contoso.com", "fe2.contoso.com", "pool.contoso.com"] {
        assert!(row.keep_names.contains(&name.to_owned()), "{:?}", row.keep_names);
    }
    let line = row.command.expect("the product manages it");
    assert!(line.contains("fe2.contoso.com") && line.contains("-PrivateKeyExportable $true"), "{line}");
}

#[test]
fn what_one_subject_cannot_serve_is_parted() {
    let rows = planned(shared("fe1.", "dir."));
    let of = |server: &str| rows.iter().find(|row| row.servers == [server]).expect("each has its own");
    let (front_end, director) = (of("fe1.contoso.com"), of("dir.contoso.com"));
    assert_eq!((rows.len(), &front_end.certificate), (2, &director.certificate));
    assert!(front_end.keep_names.contains(&"fe1.contoso.com".to_owned()), "{:?}", front_end.keep_names);
    assert!(director.drop_names.contains(&"fe1.contoso.com".to_owned()), "{:?}", director.drop_names);
}

#[test]
fn a_finding_that_two_certificates_cure_names_both() {
    let (topology, _) = estate();
    let certificates = shared("edge1.contoso.com/AccessEdge", "reverse-proxy");
    let report = report(&topology, certificates, CertificateLayout::Separate);
    check_plan(&report);
    let ends = report.findings.iter().find(|one| one.rule == "expiring").expect("it ends soon");
    let ids: Vec<&str> = report
        .replacements
        .iter()
        .filter(|row| row.why.contains(&ends.id))
        .map(|row| row.id.as_str())
        .collect();
    assert_eq!(ids, ["1", "2"]);
    assert!(ends.remedy.ends_with("; replacement 2 is needed too"), "{}", ends.remedy);
}

#[test]
fn what_is_replaced_at_a_holder_is_not_put_into_use_there_for_something_else() {
    let (_, mut certificates) = estate();
    let shared = at_path(&mut certificates, "edge1.contoso.com/AccessEdge");
    let mut own = shared.clone();
    let folder = |path: &str| path.rsplit_once('/').expect("a folder").0.to_owned();
    let folders: Vec<String> = shared.paths.iter().map(|path| folder(path)).collect();
    shared.paths = folders
        .iter()
        .map(|folder| format!("{folder}/AccessEdgeExternal+DataEdgeExternal+XmppServer.cer").into())
        .collect();
    // Nobody looks at the names of a certificate for audio and video.
    shared.dns_names.retain(|name| name != "sip.fabrikam.com");
    own.paths =
        folders.iter().map(|folder| format!("{folder}/AudioVideoAuthentication.cer").into()).collect();
    own.sha1 = [9; 20].into();
    own.sha256 = digest("own");
    own.key_sha256 = digest("own");
    own.not_after = NOW + Duration::days(10);
    certificates.push(own);
    let rows = planned(certificates);
    let actions: Vec<_> = rows.iter().map(|row| (row.action, row.usages.len())).collect();
    assert!(rows.iter().all(|row| row.action == ReplacementAction::Replace), "{actions:?}");
    assert_eq!(rows.len(), 2);
}

#[test]
fn an_edge_and_the_reverse_proxy_may_go_on_with_one_certificate() {
    let [row] =
        planned(shared("edge1.contoso.com/AccessEdge", "reverse-proxy")).try_into().expect("one entry");
    assert_eq!(row.holders, ["Edge edge.contoso.com", "reverse proxy"]);
    assert!(row.way.contains("Set-CsCertificate") && row.way.contains("reverse proxy"), "{}", row.way);
    let line = row.command.expect("the Edge Server requests it");
    assert!(
        line.starts_with("Request-CsCertificate -New -Type AccessEdgeExternal,DataEdgeExternal,"),
        "{line}"
    );
    assert!(line.contains("meet.fabrikam.com"), "{line}");
}

#[test]
fn where_the_product_requests_nothing_there_is_no_command() {
    let (_, mut certificates) = estate();
    at_path(&mut certificates, "reverse-proxy").dns_names.pop();
    let [row] = planned(certificates).try_into().expect("one entry");
    assert_eq!((row.command, row.holders), (None, vec!["reverse proxy".to_owned()]));
}

#[test]
fn an_older_report_without_a_plan_is_read() {
    let (topology, certificates) = estate();
    let report = report(&topology, certificates, CertificateLayout::Combined);
    let mut json = serde_json::to_value(&report).unwrap();
    assert!(json.as_object_mut().unwrap().remove("replacements").is_some());
    let read = |json: &serde_json::Value| Report::read(&serde_json::to_vec(json).unwrap());
    assert!(read(&json).unwrap_err().to_string().contains("missing field `replacements`"));
    json["schema"] = "lyncert-report/1".into();
    let older = read(&json).unwrap();
    assert_eq!((older.findings, older.replacements), (report.findings, report.replacements));
}

#[test]
fn what_fits_and_lies_there_is_installed() {
    let (_, mut certificates) = estate();
    let mut new = at_path(&mut certificates, "fe2").clone();
    at_path(&mut certificates, "fe2").not_after = NOW - Duration::days(2);
    (new.sha1, new.sha256) = ([7; 20].into(), digest("new"));
    new.paths = vec!["new.cer".into()];
    certificates.push(new.clone());
    // What is flat in the folder is no sign that it is in use.
    let [row] = planned(certificates).try_into().expect("one entry");
    assert_eq!((row.action, row.certificate), (ReplacementAction::Install, Some(new.sha1.to_string())));
    assert_eq!(row.due.to_string(), "2026-06-30");
    let line = row.command.expect("the product assigns it");
    let types = "Default,WebServicesInternal,WebServicesExternal";
    assert_eq!(line, format!("Set-CsCertificate -Type {types} -Thumbprint {}", new.sha1));
    assert!(row.way.contains("new.cer"), "{}", row.way);
}

#[test]
fn a_pool_gets_the_certificate_of_the_server_that_has_a_good_one() {
    let (_, mut certificates) = estate();
    let own = at_path(&mut certificates, "edge1.contoso.com/AccessEdge");
    let mut other = own.clone();
    let of_second = |path: &str| path.starts_with("edge2.");
    own.paths.retain(|path| !of_second(path));
    other.paths.retain(|path| of_second(path));
    let good = own.sha1.to_string();
    (other.sha1, other.sha256, other.key_sha256) = ([7; 20].into(), digest("other"), digest("other"));
    other.dns_names.retain(|name| name != "sip.fabrikam.com");
    certificates.push(other);
    let [row] = planned(certificates).try_into().expect("one entry");
    assert_eq!((row.action, row.certificate), (ReplacementAction::Install, Some(good)));
    assert!(row.why.iter().any(|id| id.starts_with("pool-differs/")), "{:?}", row.why);
}

#[test]
fn what_lies_at_the_wrong_server_is_moved() {
    let (_, mut certificates) = estate();
    let (one, other) = ("fe1.contoso.com/", "fe2.contoso.com/");
    let thumbprint = at_path(&mut certificates, one).sha1.to_string();
    for certificate in &mut certificates {
        for path in &mut certificate.paths {
            let is_of = |server: &str| path.starts_with(server);
            let swapped = match (is_of(one), is_of(other)) {
                (true, _) => path.replacen(one, other, 1),
                (_, true) => path.replacen(other, one, 1),
                (false, false) => continue,
            };
            *path = swapped.into();
        }
    }
    let rows = planned(certificates);
    assert!(rows.iter().all(|row| row.action == ReplacementAction::Move) && rows.len() == 2, "{rows:#?}");
    let row = rows.iter().find(|row| row.servers == ["fe1.contoso.com"]).expect("its entry");
    assert_eq!(row.certificate, Some(thumbprint));
    assert!(row.command.as_ref().is_some_and(|line| line.starts_with("Set-CsCertificate -Type Default,")));
}

#[test]
fn holders_have_the_line_that_fits_them_or_none() {
    for (path, start) in [
        ("fe1", Some("Request-CsCertificate -New -Type Default,WebServicesInternal,WebServicesExternal ")),
        ("edge1.contoso.com/Internal", Some("Request-CsCertificate -New -Type Internal ")),
        ("edge1.contoso.com/Access", Some("Request-CsCertificate -New -Type AccessEdgeExternal,DataEdge")),
        ("oauth", Some("Request-CsCertificate -New -Type OAuthTokenIssuer ")),
        ("owa", Some("Set-OfficeWebAppsFarm -CertificateName '")),
        ("reverse-proxy", None),
        ("app1", Some("Request-CsCertificate -New -Type Default ")),
    ] {
        let (_, mut certificates) = estate();
        at_path(&mut certificates, path).not_after = NOW - Duration::days(2);
        let [row] = planned(certificates).try_into().expect("one entry");
        let command = row.command.as_deref();
        assert_eq!(command.is_some(), start.is_some(), "{path}: {command:?}");
        assert!(command.unwrap_or_default().starts_with(start.unwrap_or_default()), "{path}: {command:?}");
        assert_eq!(
            row.way.contains("Set-CsCertificate"),
            command.is_some_and(|line| line.contains("-Cs")),
            "{path}: {}",
            row.way
        );
    }
}

/// The estate whose Edge pool has a certificate of its own for A/V authentication.
fn with_own_av() -> Vec<Certificate> {
    let (_, mut certificates) = estate();
    let external = at_path(&mut certificates, "edge1.contoso.com/AccessEdge");
    let mut av = external.clone();
    let file = |server: &str, usages: &str| format!("{server}.contoso.com/{usages}.cer").into();
    let others = "AccessEdgeExternal+DataEdgeExternal+XmppServer";
    external.paths = vec![file("edge1", others), file("edge2", others)];
    av.paths = vec![file("edge1", "AudioVideoAuthentication"), file("edge2", "AudioVideoAuthentication")];
    (av.sha1, av.sha256, av.key_sha256) = ([7; 20].into(), digest("av"), digest("av"));
    certificates.push(av);
    certificates
}

#[test]
fn a_certificate_of_its_own_for_audio_and_video_is_replaced_by_itself() {
    assert_eq!(planned(with_own_av()), []);
    for (path, types) in [
        ("AudioVideo", "AudioVideoAuthentication"),
        ("AccessEdge", "AccessEdgeExternal,DataEdgeExternal,XmppServer"),
    ] {
        let mut certificates = with_own_av();
        at_path(&mut certificates, path).not_after = NOW + Duration::days(20);
        let [row] = planned(certificates).try_into().expect("one entry");
        let line = row.command.expect("the product manages it");
        assert!(line.starts_with(&format!("Request-CsCertificate -New -Type {types} ")), "{line}");
    }
}

#[test]
fn what_lies_at_a_gateway_without_a_requirement_is_replaced_by_one_like_it() {
    let export = r#"<PartialTopology xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.WritableTopology.2008">
        <InternalDomains DefaultDomain="contoso.com"><InternalDomain Name="contoso.com" /></InternalDomains>
        <CentralSites><CentralSite SiteId="1"><Name>Main</Name><Clusters>
        <Cluster UniqueId="gw" Fqdn="gw.contoso.com"><Machines><Machine Fqdn="gw.contoso.com" /></Machines></Cluster>
        </Clusters></CentralSite></CentralSites>
        <Services><Service UniqueId="g" RoleName="PstnGateway" InstalledOn="gw" ServiceVersion="7"></Service></Services>
        </PartialTopology>"#;
    let topology = read_deployment(&[("t.xml", export.as_bytes())]).unwrap().topology;
    let mut own = certificate("gw.contoso.com/gw.cer", &["gw.contoso.com", "gw-old.contoso.com"]);
    assert_eq!(report(&topology, vec![own.clone()], CertificateLayout::Auto).replacements, []);
    own.not_after = NOW - Duration::days(2);
    let report = report(&topology, vec![own], CertificateLayout::Auto);
    check_plan(&report);
    let [row] = report.replacements.as_slice() else { panic!("{:#?}", report.findings) };
    assert_eq!((row.action, row.command.as_ref()), (ReplacementAction::Replace, None));
    assert_eq!(row.keep_names, ["gw.contoso.com", "gw-old.contoso.com"]);
    assert_eq!(row.servers, ["gw.contoso.com"]);
    assert!(row.way.contains("the gateway's own tools"), "{}", row.way);
}
