//! Every kind of export, alone and together.

#![expect(clippy::unwrap_used, reason = "helpers of tests lie outside of test functions")]

use std::io::Write;

use lyncert_ingest::assigned::{AssignedCertificate, ExportKind};
use lyncert_ingest::deployment::read_deployment;
use lyncert_ingest::document::{Document, Format};
use lyncert_ingest::error::ReadError;
use lyncert_ingest::format::read;
use lyncert_ingest::name::DnsName;
use zip::write::SimpleFileOptions;

const NS: &str = "urn:schema:Microsoft.Rtc.Management.";
const PUBLISHED: &[u8] = include_bytes!("../../../samples/fabrikam/topology.xml");
const THUMBPRINT: &str = "AD1C8766FD0ED1A0FC10417089A565D48FF52CC0";

fn published_text() -> String {
    lyncert_ingest::decode::decode(PUBLISHED).text
}

fn simple_urls(host: &str) -> String {
    format!(
        r#"<SimpleUrlConfiguration xmlns="{NS}Settings.SimpleUrl.2008"><SimpleUrl Component="meet" Domain="fabrikam.com" ActiveUrl="https://{host}" /></SimpleUrlConfiguration>"#
    )
}

/// A document of the central store with this scope.
fn anchored(scope: &str, item_key: &str, value: &str) -> String {
    format!(
        r#"<AnchoredXml xmlns="{NS}ScopeFramework.2008" SchemaWriteVersion="1"><Key ScopeClass="{scope}"><SchemaId Namespace="x" ElementName="y" /></Key>
<Dictionary Count="1"><Item>{item_key}<Value Signature="s">{value}</Value></Item></Dictionary></AnchoredXml>"#
    )
}

fn doc_item_set(documents: &[String]) -> String {
    let items: String = documents
        .iter()
        .map(|document| format!(r#"<DocItem Name="n"><Data>{document}</Data></DocItem>"#))
        .collect();
    format!("<DocItemSet>{items}</DocItemSet>")
}

/// The store of the sample: its topology, global and site simple URLs, federation settings.
fn store() -> String {
    doc_item_set(&[
        anchored("Global", "<Key />", &published_text()),
        anchored("Global", "<Key />", &simple_urls("meet.fabrikam.com")),
        anchored("Site", r#"<Key SiteId="1" />"#, &simple_urls("meet-seattle.fabrikam.com")),
        anchored(
            "Global",
            "<Key />",
            r#"<AllowedDomains xmlns="urn:schema:Microsoft.Rtc.Management.Settings.Edge.2008"><AllowedDomain Domain="litware.com" /></AllowedDomains>"#,
        ),
        anchored(
            "Global",
            "<Key />",
            r#"<XmppAllowedPartner xmlns="urn:schema:Microsoft.Rtc.Management.Settings.XmppFederation.2012" Domain="northwind.com" />"#,
        ),
    ])
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn one(text: &str) -> Document {
    read("evidence", text.as_bytes()).unwrap()
}

#[test]
fn a_configuration_zip_gives_topology_simple_urls_by_scope_and_partners() {
    let archive = zip(&[("[Content_Types].xml", b"<Types/>"), ("DocItemSet.xml", store().as_bytes())]);
    let deployment = read_deployment(&[("export.zip", &archive)]).unwrap();
    assert_eq!(deployment.format, Format::ConfigurationZip);
    assert_eq!(deployment.problems, []);
    let urls = deployment.topology.simple_urls.unwrap();
    let found: Vec<_> = urls.iter().map(|url| (url.active_host.as_str(), url.site.as_deref())).collect();
    assert_eq!(found, [("meet.fabrikam.com", None), ("meet-seattle.fabrikam.com", Some("1"))]);
    let partners: Vec<_> =
        deployment.federation.iter().map(|fact| (fact.kind.as_str(), fact.name.as_str())).collect();
    assert_eq!(partners, [("AllowedDomain", "litware.com"), ("XmppAllowedPartner", "northwind.com")]);
    assert_eq!(&*urls[0].place.document, "export.zip:DocItemSet.xml");
}

#[test]
fn the_same_topology_comes_out_of_every_wrapping() {
    let plain = read_deployment(&[("topology.xml", PUBLISHED)]).unwrap().topology;
    let names = |topology: &lyncert_ingest::topology::Topology| {
        topology.pools().map(|pool| (pool.fqdn.clone(), pool.kind, pool.machines.len())).collect::<Vec<_>>()
    };
    let text = published_text();
    let unpacked = doc_item_set(&[anchored("Global", "<Key />", &text)]);
    let prefixed = text.replacen("<Topology ", "<Topology  ", 1);
    for (name, bytes) in [
        ("a.zip", zip(&[("DocItemSet.xml", unpacked.as_bytes())])),
        ("b.zip", zip(&[("other/name.bin", unpacked.as_bytes())])),
        ("DocItemSet.xml", unpacked.clone().into_bytes()),
        ("anchored.xml", anchored("Global", "<Key />", &text).into_bytes()),
        ("spaces.xml", prefixed.into_bytes()),
    ] {
        let deployment = read_deployment(&[(name, &bytes)]).unwrap();
        assert_eq!(names(&deployment.topology), names(&plain), "{name}");
        assert_eq!(
            deployment.topology.default_sip_domain.unwrap().value,
            plain.default_sip_domain.clone().unwrap().value
        );
        assert_eq!(deployment.problems, [], "{name}");
    }
}

#[test]
fn documents_of_one_deployment_complete_each_other_in_any_order() {
    let urls = simple_urls("meet.fabrikam.com");
    let logs = log("Default");
    for files in [
        vec![("topology.xml", PUBLISHED), ("urls.xml", urls.as_bytes()), ("set.xml", logs.as_bytes())],
        vec![("set.xml", logs.as_bytes()), ("urls.xml", urls.as_bytes()), ("topology.xml", PUBLISHED)],
    ] {
        let deployment = read_deployment(&files).unwrap();
        let urls = deployment.topology.simple_urls.unwrap();
        assert_eq!(urls[0].active_host.as_str(), "meet.fabrikam.com");
        assert_eq!(&*urls[0].place.document, "urls.xml", "every fact keeps its origin");
        assert_eq!(deployment.assigned[0].certificates[0].thumbprint, THUMBPRINT);
        assert_eq!(deployment.format, Format::Published);
        assert_eq!(deployment.documents.len(), 3);
    }
}

#[test]
fn disagreement_between_two_topologies_is_told_and_the_first_counts() {
    let edited = published_text()
        .replace("edge01.fabrikam.com", "edge09.fabrikam.com")
        .replace("webext.fabrikam", "web.fabrikam");
    let deployment =
        read_deployment(&[("in-force.xml", PUBLISHED), ("plan.xml", edited.as_bytes())]).unwrap();
    let texts: Vec<_> = deployment.problems.iter().map(|problem| problem.text.as_str()).collect();
    for expected in [
        "`in-force.xml` has the pool edge01.fabrikam.com (Edge), which `plan.xml` lacks; the first one counts",
        "`plan.xml` has the pool edge09.fabrikam.com (Edge), which `in-force.xml` lacks; the first one counts",
        "`plan.xml` has the external web FQDN web.fabrikam.com of se01.fabrikam.com, which `in-force.xml` lacks; the first one counts",
    ] {
        assert!(texts.contains(&expected), "{expected}: {texts:#?}");
    }
    assert!(deployment.topology.pools().any(|pool| pool.fqdn.as_str() == "edge01.fabrikam.com"));
    let same = read_deployment(&[("a.xml", PUBLISHED), ("b.xml", PUBLISHED)]).unwrap();
    assert_eq!(same.problems, []);
}

#[test]
fn without_any_topology_the_documents_are_named() {
    let error = read_deployment(&[
        ("urls.xml", simple_urls("m.fabrikam.com").as_bytes()),
        ("set.xml", log("Default").as_bytes()),
    ]);
    assert_eq!(
        error.unwrap_err().to_string(),
        "there is no topology in `urls.xml`, `set.xml`, the log of a cmdlet; expected a Topology Builder file, a published \
         topology (`Get-CsTopology -AsXml | Out-File topology.xml`) or a configuration ZIP (`Export-CsConfiguration`)"
    );
}

#[test]
fn an_edit_since_the_download_is_a_pending_change() {
    let part = |name: &str, domains: &[&str]| {
        let rows: String =
            domains.iter().map(|domain| format!(r#"<InternalDomain Name="{domain}" />"#)).collect();
        format!(
            r#"<{name}><PartialTopology xmlns="{NS}Deploy.WritableTopology.2008"><InternalDomains DefaultDomain="contoso.com">{rows}</InternalDomains><CentralSites><CentralSite SiteId="1"><Clusters><Cluster UniqueId="c" Fqdn="a.contoso.com"><Machines><Machine /></Machines></Cluster></Clusters></CentralSite></CentralSites><Services /></PartialTopology></{name}>"#
        )
    };
    let builder = |original: &[&str], new: &[&str]| {
        format!(
            r#"<TopologyBuilder xmlns="{NS}Deploy.TopologyBuilder.2008">{}{}</TopologyBuilder>"#,
            part("OriginalTopology", original),
            part("NewTopology", new)
        )
    };
    let changed = one(&builder(&["contoso.com", "old.com"], &["contoso.com", "fabrikam.com"]));
    let pending = changed.pending.unwrap();
    assert_eq!(pending.added, ["SIP domain fabrikam.com"]);
    assert_eq!(pending.removed, ["SIP domain old.com"]);
    let same = one(&builder(&["contoso.com"], &["contoso.com"]));
    assert_eq!(same.notes, ["the document was downloaded and not edited since"]);
    assert_eq!(same.topology.unwrap().sip_domains.len(), 1, "the original is not read twice");
}

#[test]
fn the_input_of_a_merge_names_former_edge_servers() {
    let document = one(&format!(
        r#"<TopologyInput xmlns="{NS}Deploy.LegacyUserInput.2008"><EdgeClusters><EdgeCluster AP="true" Version="OCS2007R2 "><LoadBalancer InternalFqdn="edgepool.contoso.com " ExternalDPFqdn="dp.contoso.com" /><Machines><Machine InternalFqdn="edge1.contoso.com" /></Machines></EdgeCluster></EdgeClusters></TopologyInput>"#
    ));
    assert_eq!(document.format, Format::MergeInput);
    assert_eq!(
        document.notes[1],
        "former Edge of OCS2007R2: edgepool.contoso.com, edge1.contoso.com, web conferencing dp.contoso.com"
    );
}

/// A log in the shape of those that the product writes, of an assignment that succeeded.
fn log(usage: &str) -> String {
    set_log(
        usage,
        "<Complete /></Action><Info Title=\"Command Status\" Time=\"2026-11-01 17:37:09Z\">Command processing is complete.</Info>
  <Action Name=\"DeploymentXdsCmdlet.SaveCachedItems\" Time=\"2026-11-01 17:37:10Z\"><Info Time=\"2026-11-01 17:37:10Z\">\"1\" updates</Info>
    <Info Title=\"write status\" Time=\"2026-11-01 17:37:10Z\">\"[{urn:schema:Microsoft.Rtc.Management.Settings.Certificates.2008}Certificates,Host{00000000-0000-0000-0000-000000000000},Global]\" status \"Okay\"</Info>",
    )
}

/// The log of an assignment that ends in this way, within its action.
fn set_log(usage: &str, end: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<CsMgmtLog Name=\"Set-CsCertificate\">\r\n  <Info Title=\"Connection\">Data Source=(local)</Info>\r\n  <Action Name=\"Set Certificate\"><Info>Certificate \"{THUMBPRINT}\" has been added to the local data store with the usage type \"{usage}\".</Info>{end}</Action>\r\n</CsMgmtLog>"
    )
}

/// What a document tells of assigned certificates.
fn assigned(document: &Document) -> &[AssignedCertificate] {
    document.assigned.as_ref().map_or(&[], |export| &export.certificates)
}

fn assert_whole(certificate: &AssignedCertificate) {
    assert_eq!(certificate.thumbprint, THUMBPRINT);
    assert_eq!(certificate.uses, ["Default", "WebServicesInternal"]);
    assert_eq!(certificate.names, ["sip.contoso.com", "fe1.contoso.com"]);
    assert!(certificate.names_complete);
    assert_eq!(certificate.subject.as_deref(), Some("CN=fe1.contoso.com"));
}

#[test]
fn the_log_of_an_assignment_tells_what_was_assigned_and_when() {
    let document = one(&log("AccessEdgeExternal"));
    let export = document.assigned.unwrap();
    assert_eq!(export.kind, ExportKind::Log);
    assert_eq!(export.certificates[0].uses, ["AccessEdgeExternal"]);
    assert_eq!(export.time.as_deref(), Some("2026-11-01 17:37:10Z"));
}

#[test]
fn a_log_that_does_not_say_that_it_succeeded_assigns_nothing_and_is_told() {
    let stopped = "<Exception Type=\"InvalidOperationException\" Message=\"Https binding not found on the website.\"><StackTrace>at X</StackTrace></Exception>";
    let ends = [
        (stopped.to_owned(), "tells of an error, `Https binding not found on the website.`"),
        (
            "<Error>An error occurred: &quot;X&quot;</Error>".to_owned(),
            "tells of an error, `An error occurred: \"X\"`",
        ),
        (String::new(), "does not say that the assignment was saved"),
        // What `-WhatIf` leaves.
        (
            "</Action><Action Name=\"DeploymentXdsCmdlet.SaveCachedItems\"><Info>\"0\" updates</Info>"
                .to_owned(),
            "does not say that the assignment was saved",
        ),
    ];
    for (end, reason) in ends {
        let document = one(&set_log("Default", &end));
        assert!(document.assigned.is_none(), "{end}");
        let texts: Vec<&str> = document.problems.iter().map(|problem| problem.text.as_str()).collect();
        assert_eq!(
            texts,
            [format!(
                "the log of `Set-CsCertificate` {reason}; list what is assigned now by `Get-CsCertificate | Export-Clixml FILE`"
            )]
        );
    }
}

#[test]
fn a_request_assigns_nothing_and_a_removal_is_told() {
    let output = format!(
        "<CsMgmtLog Name=\"Request-CsCertificate\"><Info Title=\"Output\">\nIssuer\t\t: CN=CA\nSubject \t: CN=fe1.contoso.com\nThumbprint \t: {THUMBPRINT}\nUse \t\t: Default,WebServicesInternal\n</Info></CsMgmtLog>"
    );
    let document = one(&output);
    assert_eq!((document.assigned, document.problems), (None, Vec::new()));
    let removed =
        one("<CsMgmtLog Name=\"Remove-CsCertificate\"><Action Name=\"Remove Certificate\" /></CsMgmtLog>");
    assert!(removed.problems[0].text.contains("does not list what is left"), "{:?}", removed.problems);
}

#[test]
fn clixml_is_read_with_references_lists_and_enumerations() {
    let document = one(&format!(
        r#"<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"><Obj RefId="0"><TN RefId="0"><T>Deserialized.Microsoft.Rtc.Management.Deployment.CertificateReference</T></TN>
<Props><S N="Subject">CN=fe1.contoso.com</S><DT N="NotAfter">2027-10-30T17:32:14+02:00</DT><S N="Thumbprint">{}</S><Nil N="EffectiveDate" />
<Obj N="AlternativeNames" RefId="1"><LST><S>sip.contoso.com</S><S>fe1.contoso.com_x0000_</S></LST></Obj>
<Obj N="Use" RefId="2"><ToString>Default, WebServicesInternal</ToString><I32>3</I32></Obj></Props><MS><S N="PSComputerName">FE1.contoso.com</S></MS></Obj>
<Obj RefId="3"><Props><S N="Thumbprint">{THUMBPRINT}</S><S N="Use">Default</S><DT N="UpdateTime">2026-11-01T17:37:09Z</DT><Ref N="AlternativeNames" RefId="1" /></Props></Obj><Obj RefId="4"><Props><S N="Other">x</S></Props></Obj></Objs>"#,
        THUMBPRINT.to_lowercase()
    ));
    let first = &assigned(&document)[0];
    assert_eq!(first.thumbprint, THUMBPRINT);
    assert_eq!(first.uses, ["Default", "WebServicesInternal"]);
    assert_eq!(first.names, ["sip.contoso.com", "fe1.contoso.com\0"]);
    assert_eq!(first.computer.as_ref().map(ToString::to_string).as_deref(), Some("FE1.contoso.com"));
    assert_eq!(assigned(&document)[1].update_time.as_deref(), Some("2026-11-01T17:37:09Z"));
    assert_eq!(assigned(&document)[1].names.len(), 2, "a reference is followed");
    assert!(document.problems[0].text.contains("there is no `Thumbprint`"), "{:?}", document.problems);
}

#[test]
fn json_of_both_generations_is_read() {
    let modern = format!(
        r#"[{{"Subject":"CN=fe1.contoso.com","NotAfter":"2027-10-30T17:32:14Z","Thumbprint":"{THUMBPRINT}","AlternativeNames":["sip.contoso.com","fe1.contoso.com"],"Use":["Default","WebServicesInternal"],"EffectiveDate":null}}]"#
    );
    let old = format!(
        r#"{{"Subject":"CN=fe1.contoso.com","NotAfter":"\/Date(1793381534000)\/","Thumbprint":"{THUMBPRINT}","AlternativeNames":{{"value":["sip.contoso.com","fe1.contoso.com"],"Count":2}},"Use":"Default,WebServicesInternal"}}"#
    );
    for text in [modern, old] {
        let document = one(&text);
        assert_eq!(document.format, Format::Json);
        assert_whole(&assigned(&document)[0]);
    }
    let broken = one(&format!("{{\"Thumbprint\": \"{THUMBPRINT}\", "));
    assert!(
        broken.problems[0].text.starts_with("the list cannot be read: it ends too early"),
        "{:?}",
        broken.problems
    );
}

#[test]
fn csv_with_either_delimiter_is_read_and_lost_names_are_told() {
    for (delimiter, type_line) in
        [(',', "#TYPE Microsoft.Rtc.Management.Deployment.CertificateReference\r\n"), (';', "")]
    {
        let text = [
            ["\"Subject\"", "\"AlternativeNames\"", "\"Thumbprint\"", "\"Use\""].join(&delimiter.to_string()),
            [
                "\"CN=fe1.contoso.com\"",
                "\"System.Collections.Generic.List`1[System.String]\"",
                &format!("\"{THUMBPRINT}\""),
                "\"Default\"",
            ]
            .join(&delimiter.to_string()),
            ["\"CN=fe2.contoso.com\"", "\"\"", "\"none\"", "\"Default\""].join(&delimiter.to_string()),
        ]
        .join("\r\n");
        let document = one(&format!("{type_line}{text}\r\n"));
        assert_eq!(document.format, Format::Csv);
        assert_eq!(assigned(&document).len(), 1);
        assert!(!assigned(&document)[0].names_complete && assigned(&document)[0].names.is_empty());
        assert!(document.notes[0].contains("lost the subject alternative names"));
        assert!(document.problems[0].text.starts_with("`none` is no thumbprint"), "{:?}", document.problems);
    }
}

#[test]
fn printed_lists_are_read_and_cut_off_names_are_never_called_complete() {
    let printed = format!(
        "\r\nIssuer             : CN=Contoso-CA, DC=contoso\r\nSubject            : CN=fe1.contoso.com\r\nAlternativeNames   : {{sip.contoso.com, fe1.contoso.com}}\r\nThumbprint         : {THUMBPRINT}\r\nUse                : {{Default, WebServicesInternal}}\r\n\r\nAlternativeNames   : {{sip.contoso.com, fe1.contoso.com, meet.contoso.com, admin.conto\r\n                     so.com...}}\r\nThumbprint         : {THUMBPRINT}\r\nUse                : urn:certref:WebServicesExternal\r\n"
    );
    let document = one(&printed);
    assert_eq!(document.format, Format::ListText);
    assert_whole(&assigned(&document)[0]);
    let second = &assigned(&document)[1];
    assert_eq!(second.names.last().map(String::as_str), Some("admin.contoso.com"));
    assert!(!second.names_complete);
    assert_eq!(second.uses, ["WebServicesExternal"]);
}

#[test]
fn a_list_that_a_console_or_a_mail_dressed_up_is_the_same_list() {
    let lines = [
        "Issuer             : CN=Contoso-CA".to_owned(),
        "Subject            : CN=fe1.contoso.com".to_owned(),
        "AlternativeNames   : {sip.contoso.com, fe1.contoso.com}".to_owned(),
        format!("Thumbprint         : {THUMBPRINT}"),
        "Use                : {Default, WebServicesInternal}".to_owned(),
        "PSComputerName     : fe1".to_owned(),
    ];
    let block = |between: &str| lines.join(between);
    let twice = |between: &str| format!("{}\r\n\r\n\r\n{}", block(between), block(between));
    let dressed = [
        twice("\r\n"),
        twice("\r\n\r\n"),
        format!("> {}", twice("\r\n").replace("\r\n", "\r\n> ")),
        format!(">> {}", twice("\r\n\r\n").replace("\r\n", "\r\n>> ")),
        format!("Here it is:\n\n```text\n{}\n```\n", twice("\n")),
    ];
    for text in dressed {
        let document = one(&text);
        assert_eq!(assigned(&document).len(), 2, "{text}");
        for certificate in assigned(&document) {
            assert_whole(certificate);
            assert_eq!(certificate.computer.as_ref().map(DnsName::as_str), Some("fe1"));
        }
        assert_eq!(document.problems, [], "{text}");
    }
}

#[test]
fn an_error_among_the_objects_is_kept_and_spoils_none_of_them() {
    let text = format!(
        "Thumbprint : {THUMBPRINT}\r\nUse : Default\r\nGet-CsCertificate : Assigned certificate not found or untrusted.\r\n    + CategoryInfo          : NotSpecified\r\n\r\nThumbprint : {THUMBPRINT}\r\nUse : WebServicesInternal\r\n"
    );
    let document = one(&text);
    let uses: Vec<_> = assigned(&document).iter().map(|one| one.uses.join(",")).collect();
    assert_eq!(uses, ["Default", "WebServicesInternal"]);
    let export = document.assigned.unwrap();
    assert_eq!(export.errors[0], "Get-CsCertificate : Assigned certificate not found or untrusted.");
}

#[test]
fn tables_are_read_by_their_columns() {
    let rows = |cut: usize| {
        format!(
            "PS C:\\> Get-CsCertificate | select Use, Thumbprint\r\n\r\nUse                   Thumbprint\r\n---                   ----------\r\nDefault               {THUMBPRINT}\r\nWebServicesInternal   {}\r\n\r\n\r\nPS C:\\>\r\n",
            if cut == 0 { THUMBPRINT.to_owned() } else { format!("{}...", THUMBPRINT.split_at(cut).0) }
        )
    };
    let document = one(&rows(0));
    let told: Vec<_> = assigned(&document).iter().map(|one| (one.uses.join(","), one.place.line)).collect();
    assert_eq!(told, [("Default".to_owned(), 5), ("WebServicesInternal".to_owned(), 6)]);
    assert_eq!(document.problems, []);
    let cut = one(&rows(12));
    assert_eq!(assigned(&cut).len(), 1);
    let told = &cut.problems[0];
    assert_eq!(told.place.line, 6);
    assert_eq!(
        told.text,
        format!(
            "the thumbprint `{}...` is cut off; list it whole by `Get-CsCertificate | Export-Clixml FILE`",
            THUMBPRINT.split_at(12).0
        )
    );
}

#[test]
fn a_table_that_lacks_the_columns_that_tell_is_a_problem() {
    let tables = [
        (
            "Issuer        NotAfter\n------        --------\nCN=CA, DC=... 10/31/2027\n".to_owned(),
            "Thumbprint",
        ),
        (
            format!(
                "Thumbprint                                Subject\n----------                                -------\n{THUMBPRINT}  CN=fe1.contoso.com\n"
            ),
            "Use",
        ),
    ];
    for (text, lacking) in tables {
        let document = one(&text);
        assert_eq!(assigned(&document), []);
        assert!(
            document.problems[0].text.contains(&format!("no column `{lacking}`")),
            "{:?}",
            document.problems
        );
    }
}

#[test]
fn what_spreadsheets_and_wikis_make_of_a_table_is_read() {
    let tables = [
        format!("sep=;\r\n\"Thumbprint\";\"Use\"\r\n\"{THUMBPRINT}\";\"Default\"\r\n"),
        format!("\"sep=;\"\r\n\"Thumbprint\";\"Use\"\r\n\"{THUMBPRINT}\";\"Default\"\r\n"),
        format!("Use\tThumbprint\tSubject\r\nDefault\t{THUMBPRINT}\tCN=fe1.contoso.com\r\n\t\t\r\n"),
        format!("| Use | Thumbprint |\n|---|:---|\n| Default | {THUMBPRINT} |\n"),
        format!("#TYPE Selected.X\r\n\r\nThumbprint,Use\r\n{THUMBPRINT},Default\r\n"),
    ];
    for text in tables {
        let document = one(&text);
        let told: Vec<_> =
            assigned(&document).iter().map(|one| (&*one.thumbprint, one.uses.join(","))).collect();
        assert_eq!(told, [(THUMBPRINT, "Default".to_owned())], "{text}");
        assert_eq!(document.problems, [], "{text}");
    }
}

#[test]
fn what_does_not_say_its_use_is_a_problem_and_no_assignment() {
    let without = one(&format!("Thumbprint : {THUMBPRINT}\r\nSubject : CN=fe1.contoso.com\r\n"));
    assert!(without.problems[0].text.starts_with("there is no `Use`"), "{:?}", without.problems);
    let number = one(&format!("{{\"Thumbprint\": \"{THUMBPRINT}\", \"Use\": 3}}"));
    assert!(number.problems[0].text.starts_with("the usage is the number `3`"), "{:?}", number.problems);
    let cut = one(&format!("Thumbprint : {THUMBPRINT}\r\nUse : {{Default, WebServ...}}\r\n"));
    assert!(cut.problems[0].text.starts_with("the usages are cut off at `WebServ...`"), "{:?}", cut.problems);
    for document in [without, number, cut] {
        assert_eq!(assigned(&document), []);
    }
}

#[test]
fn two_topologies_in_one_archive_are_compared_and_two_entries_of_one_name_are_refused() {
    let other = store().replace("fabrikam", "litware");
    let two = zip(&[("a/DocItemSet.xml", store().as_bytes()), ("b/DocItemSet.xml", other.as_bytes())]);
    let problems = read_deployment(&[("two.zip", &two)]).unwrap().problems;
    assert!(problems.iter().any(|problem| problem.text.contains("the first one counts")), "{problems:?}");
    // No library writes two entries of one name, so the second one is renamed in the bytes.
    let twice: Vec<u8> = {
        let apart = zip(&[("one.xml", store().as_bytes()), ("two.xml", other.as_bytes())]);
        let mut bytes = apart;
        let places: Vec<usize> =
            (0..bytes.len() - 6).filter(|start| bytes[*start..].starts_with(b"two.xml")).collect();
        assert!(places.len() >= 2, "in the entry and in the directory");
        places.iter().for_each(|start| bytes[*start..start + 7].copy_from_slice(b"one.xml"));
        bytes
    };
    let error = read_deployment(&[("twice.zip", &twice)]).unwrap_err().to_string();
    assert!(error.contains("two entries with the same name"), "{error}");
    let by_case = zip(&[("A.xml", store().as_bytes()), ("a.xml", other.as_bytes())]);
    assert!(read_deployment(&[("case.zip", &by_case)]).is_err());
}

#[test]
fn hostile_archives_are_refused() {
    let bomb = zip(&[("DocItemSet.xml", &vec![b' '; 40 * 1024 * 1024])]);
    assert!(bomb.len() < 100_000);
    assert!(matches!(read("bomb.zip", &bomb), Err(ReadError::Limit { .. })));
    let names: Vec<String> = (0..1_100).map(|index| format!("{index}.xml")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"<a/>"[..])).collect();
    assert!(matches!(read("many.zip", &zip(&many)), Err(ReadError::Limit { .. })));
    let whole = zip(&[("DocItemSet.xml", store().as_bytes())]);
    for end in (4..whole.len()).step_by(97) {
        assert!(read("cut.zip", &whole[..end]).is_err(), "cut at {end}");
    }
    let outside = zip(&[("../../etc/passwd.xml", store().as_bytes())]);
    let deployment = read_deployment(&[("a.zip", &outside)]).unwrap();
    assert_eq!(
        &*deployment.topology.sites[0].place.document, "a.zip:passwd.xml",
        "names are for the eye only"
    );
}

#[test]
fn damage_to_any_kind_of_export_never_panics() {
    let samples = [
        zip(&[("DocItemSet.xml", store().as_bytes())]),
        store().into_bytes(),
        log("Default").into_bytes(),
        format!("Thumbprint : {THUMBPRINT}\nUse : {{Default}}").into_bytes(),
        format!("\"Thumbprint\",\"Use\",\"Subject\"\n\"{THUMBPRINT}\",\"Default\",\"x\"").into_bytes(),
        format!("{{\"Thumbprint\":\"{THUMBPRINT}\"}}").into_bytes(),
        format!("> Use      Thumbprint\n> ---      ----------\n> Default  {THUMBPRINT}\n").into_bytes(),
        format!("| Use | Thumbprint |\n|---|---|\n| Default | {THUMBPRINT} |\n").into_bytes(),
    ];
    for sample in samples {
        for position in (0..sample.len()).step_by(29) {
            for byte in [0, b'<', b'"', 0xFF] {
                let mut damaged = sample.clone();
                damaged[position] = byte;
                let _ = read("x", &damaged);
            }
            let _ = read("x", &sample[..position]);
        }
    }
}

/// A deployment to be written in several forms.
#[derive(Clone, Debug)]
struct Model {
    domains: Vec<String>,
    /// Pools: how many servers, and which roles.
    pools: Vec<(usize, Vec<&'static str>)>,
}

impl Model {
    fn domains(&self) -> String {
        let rows: String =
            self.domains.iter().map(|domain| format!(r#"<InternalDomain Name="{domain}" />"#)).collect();
        format!(r#"<InternalDomains DefaultDomain="{}">{rows}</InternalDomains>"#, self.domains[0])
    }

    fn servers(pool: usize, count: usize) -> Vec<String> {
        (0..count).map(|server| format!("s{server}.p{pool}.contoso.com")).collect()
    }

    fn tbxml(&self, swapped: bool) -> String {
        let clusters: String = self.pools.iter().enumerate().map(|(pool, (count, _))| {
            let machines: String = Self::servers(pool, *count).iter().map(|name| format!(r#"<Machine Fqdn="{name}" />"#)).collect();
            if swapped {
                format!("<Cluster\n  Fqdn='p{pool}.contoso.com'\n\tUniqueId='c{pool}'><Machines>\n{machines}</Machines></Cluster>\n")
            } else {
                format!(r#"<Cluster UniqueId="c{pool}" Fqdn="p{pool}.contoso.com"><Machines>{machines}</Machines></Cluster>"#)
            }
        }).collect();
        let services: String = self.pools.iter().enumerate().flat_map(|(pool, (_, roles))| {
            roles.iter().map(move |role| format!(r#"<Service UniqueId="{role}{pool}" RoleName="{role}" InstalledOn="C{pool}" ServiceVersion="7" />"#))
        }).collect();
        let body = format!(
            r#"{}<CentralSites><CentralSite SiteId="1"><Name>Main</Name><Clusters>{clusters}</Clusters></CentralSite></CentralSites><Services>{services}</Services>"#,
            self.domains()
        );
        format!(r#"<PartialTopology xmlns="{NS}Deploy.WritableTopology.2008">{body}</PartialTopology>"#)
    }

    fn published(&self) -> String {
        let clusters: String = self.pools.iter().enumerate().map(|(pool, (count, _))| {
            let machines: String = Self::servers(pool, *count).iter().map(|name| format!(r#"<Machine Fqdn="{name}" />"#)).collect();
            format!(r#"<Cluster Fqdn="p{pool}.contoso.com"><ClusterId SiteId="1" Number="{pool}" />{machines}</Cluster>"#)
        }).collect();
        let services: String = self.pools.iter().enumerate().flat_map(|(pool, (_, roles))| {
            roles.iter().map(move |role| format!(
                r#"<Service ServiceVersion="7"><ServiceId SiteId="1" RoleName="{role}" Instance="{pool}" /><InstalledOn><ClusterId SiteId="1" Number="{pool}" /></InstalledOn></Service>"#
            ))
        }).collect();
        format!(
            r#"<Topology xmlns="{NS}Deploy.Topology.2008">{}<Sites><CentralSite SiteId="1"><Name>Main</Name></CentralSite></Sites><Clusters>{clusters}</Clusters><Services>{services}</Services></Topology>"#,
            self.domains()
        )
    }
}

/// The same document with a prefix on every element.
fn prefixed(text: &str) -> String {
    text.replace(" xmlns=", " xmlns:x=").replace('<', "<x:").replace("<x:/", "</x:")
}

/// A topology without the places of its parts, and without whether it has simple URLs.
fn bare(bytes: &[u8]) -> String {
    let deployment = read_deployment(&[("a", bytes)]).unwrap();
    let topology = &deployment.topology;
    let domains: Vec<_> = topology.sip_domains.iter().map(|domain| domain.name.key()).collect();
    let pools: Vec<_> = topology
        .pools()
        .map(|pool| {
            let servers: Vec<_> = pool.machines.iter().map(|machine| machine.fqdn.key()).collect();
            let roles: Vec<_> =
                pool.services.iter().map(|service| (&service.role_name, service.version)).collect();
            format!("{} {:?} {servers:?} {roles:?}", pool.fqdn.key(), pool.kind)
        })
        .collect();
    let sites: Vec<_> = topology.sites.iter().map(|site| (&site.id, &site.name)).collect();
    format!("{domains:?} {sites:?} {pools:#?} {}", deployment.problems.len())
}

fn model() -> impl proptest::strategy::Strategy<Value = Model> {
    use proptest::prelude::*;
    let roles = prop_oneof![
        Just(vec!["UserServices", "Registrar", "WebServices"]),
        Just(vec!["Registrar"]),
        Just(vec!["MediationServer"]),
        Just(vec!["ExternalServer"]),
        Just(vec!["FileStore", "ArchivingStore"]),
    ];
    let pools = prop::collection::vec((1_usize..4, roles), 1..5);
    (prop::collection::btree_set("[a-z]{2,6}\\.com", 1..4), pools)
        .prop_map(|(domains, pools)| Model { domains: domains.into_iter().collect(), pools })
}

proptest::proptest! {
    #[test]
    fn every_form_of_a_deployment_gives_the_same_topology(model in model()) {
        let expected = bare(model.published().as_bytes());
        let store = doc_item_set(&[anchored("Global", "<Key />", &model.published())]);
        for (form, bytes) in [
            ("tbxml", model.tbxml(false).into_bytes()),
            ("other order, quotes and white space", model.tbxml(true).into_bytes()),
            ("with a prefix", prefixed(&model.published()).into_bytes()),
            ("in a store", store.clone().into_bytes()),
            ("in an archive", zip(&[("DocItemSet.xml", store.as_bytes())])),
        ] {
            proptest::prop_assert_eq!(bare(&bytes), expected.clone(), "{}", form);
        }
    }
}

const COLLECTED_TOPOLOGY: &[u8] =
    br#"<Topology xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008">
  <InternalDomains DefaultDomain="contoso.com"><InternalDomain Name="contoso.com" /></InternalDomains>
  <Sites><CentralSite SiteId="1"><Name>Main</Name></CentralSite></Sites>
  <Clusters><Cluster Fqdn="fe1.contoso.com" RequiresSetup="true"><ClusterId SiteId="1" Number="1" />
    <Machine Fqdn="fe1.contoso.com" /></Cluster></Clusters><Services /></Topology>"#;
const COLLECTED_FACTS: &[u8] = br#"{"schema":"lyncert-facts/1","simple_urls":[
  {"scope":"global","component":"Meet","domain":"*","active_url":"https://meet.contoso.com","urls":[]}]}"#;

#[test]
fn a_packed_collection_is_an_export_wherever_in_the_archive_it_lies() {
    let manifest: &[u8] = br#"{"schema":"lyncert-collected/1","mode":"central"}"#;
    for folder in ["", "lyncert/", "lyncert\\"] {
        let named = |name: &str| format!("{folder}{name}");
        let names = ["collected.json", "topology.xml", "facts.json", "certs\\fe1.contoso.com\\assigned.xml"];
        let names = names.map(named);
        let bytes = [manifest, COLLECTED_TOPOLOGY, COLLECTED_FACTS, b"<Objs />"];
        let entries: Vec<(&str, &[u8])> = names.iter().map(String::as_str).zip(bytes).collect();
        let packed = zip(&entries);
        let document = read("collection.zip", &packed).unwrap();
        assert_eq!(document.format, Format::CollectionZip, "{folder}");
        assert_eq!(document.topology.unwrap().pools().count(), 1);
        assert_eq!(document.simple_urls.unwrap().len(), 1);
        let archive = lyncert_ingest::collection::read_archive("c.zip", &packed).unwrap().unwrap();
        assert_eq!(archive.base, folder.replace('\\', "/"));
        assert!(archive.file("certs/fe1.contoso.com/assigned.xml").is_some());
    }
    assert!(lyncert_ingest::collection::read_archive("c.zip", &zip(&[("a.xml", b"<a/>")])).is_none());
}

#[test]
fn an_archive_within_a_collection_is_no_topology() {
    let inner = zip(&[("collected.json", b"{}")]);
    let outer = zip(&[
        ("collected.json", br#"{"schema":"lyncert-collected/1","mode":"central"}"#),
        ("topology.xml", &inner),
    ]);
    let error = read("collection.zip", &outer).unwrap_err().to_string();
    assert!(error.contains("its `topology.xml` is an archive itself"), "{error}");
}

#[test]
fn an_archive_of_any_topology_is_read_and_what_else_is_in_it_is_told() {
    let contoso = include_bytes!("../../../samples/contoso/topology.tbxml").as_slice();
    let fabrikam = include_bytes!("../../../samples/fabrikam/topology.xml").as_slice();
    for (name, export) in [("plans/a.tbxml", contoso), ("topology.xml", fabrikam)] {
        let archive = zip(&[
            ("report.html", b"<!DOCTYPE html><html><br></html>"),
            (name, export),
            ("b.zip", b"PK\x03\x04"),
        ]);
        let packed = read_deployment(&[("export.zip", &archive)]).unwrap();
        let plain = read_deployment(&[(name, export)]).unwrap();
        assert_eq!(packed.topology.pools().count(), plain.topology.pools().count());
        assert_eq!(packed.problems.len(), plain.problems.len());
        for told in ["the entry `report.html` is no XML", "the entry `b.zip` is an archive itself"] {
            assert!(packed.notes.iter().any(|note| note.starts_with(told)), "{:?}", packed.notes);
        }
    }
}
