//! Reading exports through the public API.

#![expect(clippy::unwrap_used, reason = "helpers of tests lie outside of test functions")]

use lyncert_ingest::deployment::{Deployment, read_deployment};
use lyncert_ingest::document::Format;
use lyncert_ingest::error::ReadError;
use lyncert_ingest::topology::{PoolKind, ProductVersion, Topology};
use proptest::prelude::*;

const CONTOSO: &[u8] = include_bytes!("../../../samples/contoso/topology.tbxml");
const FABRIKAM: &[u8] = include_bytes!("../../../samples/fabrikam/topology.xml");
const NS: &str = "urn:schema:Microsoft.Rtc.Management.Deploy.";

/// A Topology Builder document with these parts.
fn tbxml(domains: &str, sites: &str, services: &str) -> String {
    format!(
        r#"<TopologyBuilder xmlns="{NS}TopologyBuilder.2008"><NewTopology>
<PartialTopology xmlns="{NS}WritableTopology.2008">{domains}<CentralSites>{sites}</CentralSites><Services>{services}</Services>
</PartialTopology></NewTopology></TopologyBuilder>"#
    )
}

const DOMAINS: &str =
    r#"<InternalDomains DefaultDomain="contoso.com"><InternalDomain Name="contoso.com" /></InternalDomains>"#;

/// A site with one single-server cluster of id `c1`.
fn site(cluster: &str) -> String {
    format!(r#"<CentralSite SiteId="1"><Name>Main</Name><Clusters>{cluster}</Clusters></CentralSite>"#)
}

fn cluster(fqdn: &str) -> String {
    format!(r#"<Cluster UniqueId="c1" Fqdn="{fqdn}"><Machines><Machine /></Machines></Cluster>"#)
}

fn service(role: &str, inside: &str) -> String {
    format!(
        r#"<Service UniqueId="{role}" RoleName="{role}" InstalledOn="c1" ServiceVersion="7">{inside}</Service>"#
    )
}

/// One document as a deployment.
fn read(name: &str, bytes: &[u8]) -> Result<Deployment, ReadError> {
    read_deployment(&[(name, bytes)])
}

fn document(text: &str) -> Deployment {
    read("topology.tbxml", text.as_bytes()).unwrap()
}

fn problems(document: &Deployment) -> Vec<String> {
    document.problems.iter().map(ToString::to_string).collect()
}

/// The facts of a topology without the places that they stand in.
fn facts(topology: &Topology) -> Vec<String> {
    let mut facts: Vec<String> =
        topology.sip_domains.iter().map(|domain| format!("domain {}", domain.name.key())).collect();
    facts.push(format!(
        "default {:?}",
        topology.default_sip_domain.as_ref().map(|domain| domain.value.key().to_owned())
    ));
    for site in &topology.sites {
        facts.push(format!("site {} {} {:?}", site.id, site.name, site.kind));
        for pool in &site.pools {
            let names =
                |list: &[lyncert_ingest::topology::Placed<lyncert_ingest::name::DnsName>]| -> Vec<String> {
                    list.iter().map(|fqdn| fqdn.value.key().to_owned()).collect()
                };
            let name = |fqdn: &Option<lyncert_ingest::topology::Placed<lyncert_ingest::name::DnsName>>| {
                fqdn.as_ref().map(|fqdn| fqdn.value.key().to_owned())
            };
            let machines: Vec<_> = pool.machines.iter().map(|machine| machine.fqdn.key()).collect();
            let services: Vec<_> =
                pool.services.iter().map(|service| (&service.role_name, service.version)).collect();
            facts.push(format!(
                "pool {} {:?} {machines:?} {services:?} {:?} {:?} {:?} {:?} {:?} {} {:?}",
                pool.fqdn.key(),
                pool.kind,
                names(&pool.internal_web_fqdns),
                names(&pool.external_web_fqdns),
                name(&pool.access_edge_fqdn),
                name(&pool.web_conferencing_edge_fqdn),
                name(&pool.av_edge_fqdn),
                pool.xmpp_proxy.is_some(),
                pool.next_hop.as_ref().map(lyncert_ingest::name::DnsName::key),
            ));
        }
    }
    facts
}

#[test]
fn a_topology_builder_document_is_understood_in_full() {
    let document = read("topology.tbxml", CONTOSO).unwrap();
    assert_eq!(document.format, Format::Tbxml);
    assert_eq!(problems(&document), [""; 0]);
    expect_test::expect![[r#"
        domain contoso.com
        domain fabrikam.com
        default Some("contoso.com")
        site 1 Redmond Central
        pool pool01.contoso.net FrontEndPool ["fe01.contoso.net", "fe02.contoso.net"] [("UserServices", Some(6)), ("Registrar", Some(6)), ("WebServices", Some(6)), ("ConfServices", Some(6)), ("ApplicationServer", Some(6)), ("MediationServer", Some(6))] [] ["webext.contoso.com"] None None None false None
        pool dir01.contoso.net Director ["dir01.contoso.net"] [("Registrar", Some(6)), ("WebServices", Some(6))] [] ["webdirext.contoso.com"] None None None false None
        pool lsedge.contoso.net Edge ["lsedge1.contoso.net", "lsedge2.contoso.net"] [("EdgeServer", Some(6)), ("ManagementServices", Some(6))] [] [] Some("sip.contoso.com") Some("webcon.contoso.com") Some("av.contoso.com") true Some("pool01.contoso.net")
        pool sql01.contoso.net Database ["sql01.contoso.net"] [("UserStore", Some(6)), ("ApplicationStore", Some(6))] [] [] None None None false None
        pool files01.contoso.net FileStore ["files01.contoso.net"] [("FileStore", Some(6))] [] [] None None None false None
        pool officewebapps01.contoso.com OfficeWebApps ["officewebapps01.contoso.com"] [("WacService", Some(6))] [] [] None None None false None"#]]
    .assert_eq(&facts(&document.topology).join("\n"));
    let urls = document.topology.simple_urls.unwrap();
    let hosts: Vec<_> = urls.iter().map(|url| (url.component.as_str(), url.active_host.as_str())).collect();
    assert_eq!(
        hosts,
        [
            ("Admin", "admin.contoso.com"),
            ("Dialin", "dialin.contoso.com"),
            ("Meet", "meet.contoso.com"),
            ("Meet", "meet.fabrikam.com")
        ]
    );
}

#[test]
fn a_published_topology_is_understood_in_full_and_has_no_simple_urls() {
    let document = read("topology.xml", FABRIKAM).unwrap();
    assert_eq!(document.format, Format::Published);
    assert_eq!(problems(&document), [""; 0]);
    assert_eq!(document.topology.simple_urls, None);
    assert_eq!(document.topology.product_versions(), [ProductVersion::Sfb2019]);
    let pools: Vec<_> = document.topology.pools().map(|pool| (pool.fqdn.as_str(), pool.kind)).collect();
    assert_eq!(
        pools,
        [("SE01.fabrikam.com", PoolKind::StandardEdition), ("edge01.fabrikam.com", PoolKind::Edge)],
        "names keep the spelling of the export"
    );
}

#[test]
fn the_same_deployment_in_both_forms_gives_the_same_facts() {
    const WEB: &str = r#"<WebService><ExternalSettings Host="webext.contoso.com" /></WebService>"#;
    let edge_ports = format!(
        r#"<Ports xmlns="{NS}ServiceRoles.2008"><Port Owner="urn:component:AccessEdge" InterfaceSide="External" ConfiguredFqdn="sip.contoso.com" />
<Port Owner="urn:component:DataEdge" InterfaceSide="External" ConfiguredFqdn="conf.contoso.com" />
<Port Owner="urn:component:XmppFederationProxy" InterfaceSide="External" /></Ports>"#
    );
    let built = tbxml(
        DOMAINS,
        &site(
            r#"<Cluster UniqueId="C1" Fqdn="pool.contoso.com" IsSingleMachineOnly="false"><Machines><Machine Fqdn="FE1.contoso.com" /><Machine Fqdn="fe2.contoso.com" /></Machines></Cluster>
<Cluster UniqueId="c2" Fqdn="edge.contoso.com"><Machines><Machine /></Machines></Cluster>"#,
        ),
        &format!(
            r#"<Service UniqueId="r" RoleName="Registrar" InstalledOn="c1" ServiceVersion="7"><RegistrarService IsDirector="false" /></Service>
<Service UniqueId="u" RoleName="UserServices" InstalledOn="c1" ServiceVersion="7" />
<Service UniqueId="w" RoleName="WebServices" InstalledOn="c1" ServiceVersion="7">{WEB}</Service>
<Service UniqueId="e" RoleName="EdgeServer" InstalledOn="C2" ServiceVersion="7"><DependsOn><Dependency ServiceUniqueId="R" /></DependsOn>{edge_ports}</Service>"#
        ),
    );
    let id = |role: &str, instance: u8| {
        format!(r#"<ServiceId SiteId="1" RoleName="{role}" Instance="{instance}" />"#)
    };
    let on = |number: u8| format!(r#"<InstalledOn><ClusterId SiteId="1" Number="{number}" /></InstalledOn>"#);
    let published = format!(
        r#"<Topology xmlns="{NS}Topology.2008">{DOMAINS}<Sites><CentralSite SiteId="1"><Name>Main</Name></CentralSite></Sites><Clusters>
<Cluster Fqdn="pool.contoso.com"><ClusterId SiteId="1" Number="1" /><Machine Fqdn="fe1.contoso.com" /><Machine Fqdn="fe2.contoso.com" /></Cluster>
<Cluster Fqdn="edge.contoso.com"><ClusterId SiteId="1" Number="2" /><Machine Fqdn="EDGE.contoso.com" /></Cluster></Clusters><SqlInstances /><Services>
<Service ServiceVersion="7">{}{}<RegistrarService IsDirector="false" /></Service>
<Service ServiceVersion="7">{}{}</Service>
<Service ServiceVersion="7">{}{}{WEB}</Service>
<Service ServiceVersion="7">{}<DependsOn><Dependency Usage="Default">{}</Dependency></DependsOn>{}{edge_ports}</Service></Services></Topology>"#,
        id("Registrar", 1),
        on(1),
        id("UserServices", 1),
        on(1),
        id("WebServices", 1),
        on(1),
        id("EdgeServer", 2),
        id("Registrar", 1),
        on(2),
    );
    let (built, published) = (document(&built), document(&published));
    assert_eq!((problems(&built), problems(&published)), (Vec::new(), Vec::new()));
    assert_eq!(facts(&built.topology), facts(&published.topology));
}

#[test]
fn kinds_of_pools_follow_from_their_services() {
    let director = r#"<RegistrarService IsDirector="TRUE" />"#;
    for (services, kind) in [
        (vec![("UserServices", ""), ("Registrar", "")], PoolKind::FrontEndPool),
        (vec![("UserServices", ""), ("Registrar", ""), ("UserStore", "")], PoolKind::StandardEdition),
        (vec![("Registrar", director)], PoolKind::Director),
        (vec![("Registrar", ""), ("MediationServer", "")], PoolKind::SurvivableBranch),
        (vec![("MediationServer", "")], PoolKind::Mediation),
        (vec![("edgeserver", "<Ports />"), ("ManagementServices", "")], PoolKind::Edge),
        (vec![("ExternalServer", "")], PoolKind::TrustedApplication),
        (vec![("PersistentChatService", "")], PoolKind::PersistentChat),
        (vec![("VideoInteropServer", "")], PoolKind::VideoInterop),
        (vec![("PstnGateway", "")], PoolKind::Gateway),
        (vec![("ArchivingStore", ""), ("FileStore", "")], PoolKind::Database),
        (vec![("FileStore", "")], PoolKind::FileStore),
        (vec![("ManagementServices", "")], PoolKind::Other),
    ] {
        let roles: String = services.iter().map(|(role, inside)| service(role, inside)).collect();
        let document = document(&tbxml(DOMAINS, &site(&cluster("a.contoso.com")), &roles));
        let found: Vec<_> = document.topology.pools().map(|pool| pool.kind).collect();
        assert_eq!(found, [kind], "{services:?}");
    }
}

#[test]
fn a_user_store_on_another_computer_makes_an_enterprise_pool_even_with_a_sql_instance_of_its_own() {
    let clusters = r#"<Cluster UniqueId="c1" Fqdn="pool.contoso.com"><Machines><Machine /></Machines><SqlInstances><SqlInstance UniqueId="s1" Name="rtclocal" /></SqlInstances></Cluster>
<Cluster UniqueId="c2" Fqdn="sql.contoso.com"><Machines><Machine /></Machines><SqlInstances><SqlInstance UniqueId="s2" Name="" /></SqlInstances></Cluster>"#;
    let services = r#"<Service UniqueId="r" RoleName="Registrar" InstalledOn="c1" /><Service UniqueId="u" RoleName="UserServices" InstalledOn="c1"><DependsOn><Dependency ServiceUniqueId="st" /></DependsOn></Service>
<Service UniqueId="st" RoleName="UserStore" InstalledOn="s2" />"#;
    let document = document(&tbxml(DOMAINS, &site(clusters), services));
    let kinds: Vec<_> = document.topology.pools().map(|pool| pool.kind).collect();
    assert_eq!(kinds, [PoolKind::FrontEndPool, PoolKind::Database]);
}

#[test]
fn branch_sites_keep_their_parent() {
    let sites = format!(
        r#"<CentralSite SiteId="1"><Name>Main</Name><Clusters /><RemoteSites><RemoteSite SiteId="2"><Name>Branch</Name><Clusters>{}</Clusters></RemoteSite></RemoteSites></CentralSite>"#,
        cluster("sba.contoso.com")
    );
    let document = document(&tbxml(DOMAINS, &sites, &service("Registrar", "")));
    let sites: Vec<_> = document
        .topology
        .sites
        .iter()
        .map(|site| (site.name.as_str(), site.parent.as_deref(), site.pools.len()))
        .collect();
    assert_eq!(sites, [("Main", None, 0), ("Branch", Some("1"), 1)]);
}

#[test]
fn what_is_not_understood_is_a_problem_at_its_place() {
    let fine = (site(&cluster("a.contoso.com")), service("MediationServer", ""));
    let with_domains = |domains: &str| tbxml(domains, &fine.0, &fine.1);
    let with_services = |services: &str| tbxml(DOMAINS, &fine.0, services);
    let with_clusters = |clusters: &str| tbxml(DOMAINS, &site(clusters), &fine.1);
    for (text, expected) in [
        (with_domains(""), "PartialTopology (topology.tbxml:2:1): there is no `<InternalDomains>`"),
        (with_domains("<InternalDomains />"), "there is no SIP domain"),
        (
            with_domains(
                r#"<InternalDomains DefaultDomain="x.com"><InternalDomain Name="contoso.com" /></InternalDomains>"#,
            ),
            "the default SIP domain `x.com` is not among the SIP domains",
        ),
        (
            with_domains(
                r#"<InternalDomains DefaultDomain="a.com"><InternalDomain Name="a.com" AllowSubDomains="true" /></InternalDomains>"#,
            ),
            "InternalDomains/InternalDomain[a.com] (topology.tbxml:2:",
        ),
        (with_services(&service("NewRole", "")), "Services/Service[NewRole] (topology.tbxml:2:"),
        (
            with_services(r#"<Service UniqueId="x" RoleName="Registrar" InstalledOn="nowhere" />"#),
            "is not in the export; it is left out",
        ),
        (with_services(r#"<Service UniqueId="x" InstalledOn="c1" />"#), "the service has no `RoleName`"),
        (
            with_services(&service("MediationServer", "").repeat(2)),
            "two services have one id; the first one stands at line 2",
        ),
        (
            with_clusters(&[cluster("a.contoso.com"), cluster("a.contoso.com").replace("c1", "c2")].concat()),
            "two pools have the FQDN `a.contoso.com`; the first one stands at line 2",
        ),
        (
            with_clusters(
                &[
                    cluster("a.contoso.com"),
                    cluster("b.contoso.com")
                        .replace("c1", "c2")
                        .replace("<Machine />", r#"<Machine Fqdn="a.contoso.com" />"#),
                ]
                .concat(),
            ),
            "the server `a.contoso.com` is in the pool `a.contoso.com` and in the pool `b.contoso.com`",
        ),
        (
            with_clusters(
                &cluster("a.contoso.com")
                    .replace("<Machine />", r#"<Machine Fqdn="fe1.contoso.com" /><Machine Fqdn="" />"#),
            ),
            "a server of the pool `a.contoso.com` has no FQDN of its own",
        ),
        (
            tbxml(DOMAINS, &[fine.0.as_str(), site("").as_str()].concat(), &fine.1),
            "two sites have the id `1`",
        ),
        (
            with_services(
                r#"<Service RoleName="MediationServer" InstalledOn="c1" ServiceVersion="seven" />"#,
            ),
            "expected a number",
        ),
        (
            with_services(&service(
                "MediationServer",
                r#"<DependsOn><Dependency ServiceUniqueId="zz" /></DependsOn>"#,
            )),
            "depends on a service that is not in the export",
        ),
        (with_services(&service("EdgeServer", "")), "the Edge service has no `<Ports>`"),
        (with_services(&service("EdgeServer", "<Ports />")), "no external port gives the Access Edge FQDN"),
        (with_services("<Other />"), "`<Other>` is not known here; expected `<Service>`"),
        (
            with_clusters(r#"<Cluster UniqueId="c1"><Machines><Machine /></Machines></Cluster>"#),
            "the cluster has no `Fqdn`",
        ),
        (with_clusters(r#"<Cluster UniqueId="c1" Fqdn="a.contoso.com" />"#), "the cluster has no server"),
        (with_clusters(&cluster("a.contoso.com").repeat(2)), "the `UniqueId` `c1` is used twice"),
        (with_clusters(&cluster("a b.contoso.com")), "it has white space or a control character in it"),
        (with_clusters(""), "there is no pool in the export"),
    ] {
        let found = problems(&document(&text)).join("\n");
        assert!(found.contains(expected), "expected {expected:?} in {found:?}");
    }
}

#[test]
fn simple_urls_that_are_none_are_problems() {
    for (url, expected) in [
        (r#"<SimpleUrl Domain="*" ActiveUrl="https://a.contoso.com" />"#, "has no `Component`"),
        (r#"<SimpleUrl Component="Meet" Domain="*" />"#, "neither `ActiveUrl` nor an entry"),
        (r#"<SimpleUrl Component="Meet" ActiveUrl="meet" />"#, "`meet` has no scheme"),
        (
            r#"<SimpleUrl Component="Meet"><SimpleUrlEntry Url="https://m.contoso.com" /></SimpleUrl>"#,
            "its first entry is taken",
        ),
        (
            r#"<SimpleUrl Component="Lobby" ActiveUrl="https://m.contoso.com" />"#,
            "`Lobby` is not a known simple URL component",
        ),
    ] {
        let urls = format!("{DOMAINS}<SimpleUrlConfiguration>{url}</SimpleUrlConfiguration>");
        let text = tbxml(&urls, &site(&cluster("a.contoso.com")), &service("MediationServer", ""));
        let found = problems(&document(&text)).join("\n");
        assert!(found.contains(expected), "expected {expected:?} in {found:?}");
    }
}

#[test]
fn further_urls_keep_their_hosts_once() {
    let url = r#"<SimpleUrlConfiguration><SimpleUrl Component="meet" Domain="contoso.com" ActiveUrl="https://meet.contoso.com"><SimpleUrlEntry Url="https://MEET.contoso.com/" /><SimpleUrlEntry Url="https://old.contoso.com/meet" /><SimpleUrlEntry Url="https://old.contoso.com" /></SimpleUrl></SimpleUrlConfiguration>"#;
    let text = tbxml(&format!("{DOMAINS}{url}"), &site(&cluster("a.contoso.com")), "");
    let urls = document(&text).topology.simple_urls.unwrap();
    let hosts: Vec<_> = urls[0].hosts().map(ToString::to_string).collect();
    assert_eq!(hosts, ["meet.contoso.com", "old.contoso.com"]);
}

#[test]
fn what_is_no_export_is_called_what_it_is() {
    let export = format!("<Topology xmlns=\"{NS}Topology.2008\"/>");
    let with_prompt = format!("PS C:\\> Get-CsTopology -AsXml\r\n{export}");
    let in_script = format!("$xml = @\"\n{export}\n\"@\n");
    for (text, expected) in [
        ("<!DOCTYPE html>\n<html><body>", "is no XML document: it is a web page"),
        (
            "<?xml version=\"1.0\"?><!-- a --><!DOCTYPE HTML PUBLIC \"x\"><html/>",
            "is no XML document: it is a web page",
        ),
        (with_prompt.as_str(), "other text stands in front of its XML, which starts near line 2"),
        (in_script.as_str(), "other text stands in front of its XML, which starts near line 2"),
        ("param($Pool)\nGet-CsTopology -AsXml", "it is a script"),
        ("@echo off\r\n", "it is a script"),
        ("{\\rtf1 hello}", "it is a document (RTF)"),
        ("Get-CsTopology : The term is not recognized", "it holds an error of `Get-CsTopology`"),
        (
            "Identity : a\r\nServices : {b}\r\nComputers : {c}\r\nBackupPoolFqdn :\r\n",
            "it is what `Get-CsPool` prints",
        ),
        ("Id : T\r\nSites : {}\r\nMachines : {}\r\nClusters : {}\r\n", "it is what `Get-CsTopology` prints"),
        ("\"Identity\",\"Pool\",\"Fqdn\"\r\n\"a\",\"b\",\"c\"", "it is what `Get-CsComputer` prints"),
        (
            "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\"/>",
            "the metadata of a federation",
        ),
        ("<configuration/>", "a configuration file of .NET or IIS"),
        ("<Autodiscover xmlns=\"urn:a\"/>", "an answer of Autodiscover of Exchange"),
        (
            "<Topology xmlns=\"urn:other\"/>",
            "its root is `<Topology>` of the namespace `urn:other`, which is none of the product",
        ),
        (
            "<Objs xmlns=\"http://schemas.microsoft.com/powershell/2004/04\"/>",
            "`x.tbxml`, the output of `Export-Clixml`; expected",
        ),
    ] {
        let error = read_deployment(&[("x.tbxml", text.as_bytes())]).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(error.contains("Get-CsTopology -AsXml | Out-File topology.xml"), "{error}");
    }
}

#[test]
fn what_xml_does_not_allow_is_told_in_words() {
    for (text, expected) in [
        ("<Topology>A & B</Topology>", "an ampersand is written `&amp;`"),
        ("<Topology>&#0;</Topology>", "`&#0;` names no character of XML"),
        ("<Topology Fqdn></Topology>", "an attribute has no `=`"),
        ("<Topology Fqdn=a></Topology>", "the value of an attribute has no quotes"),
        ("<Topology><Sites></Site></Topology>", "expected `</Sites>`, but found `</Site>`"),
        ("<Topology a='1' a='2'/>", "an element has the same attribute twice"),
    ] {
        let error = read_deployment(&[("x.tbxml", text.as_bytes())]).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn texts_between_elements_and_variables_in_names_are_problems() {
    let text = tbxml(DOMAINS, &format!("{}...", site(&cluster("$Pool.contoso.com"))), "");
    let told: Vec<String> = document(&text).problems.into_iter().map(|problem| problem.text).collect();
    for expected in ["the text `...` stands between its elements", "`$Pool.contoso.com` has a variable"] {
        assert!(told.iter().any(|text| text.starts_with(expected)), "{told:?}");
    }
    for sample in [CONTOSO, FABRIKAM] {
        assert_eq!(problems(&read("x", sample).unwrap()), [""; 0]);
    }
}

#[test]
fn what_cannot_be_read_is_one_clear_sentence() {
    let deep = format!("<Topology>{}", "<a>".repeat(200));
    for (bytes, expected) in [
        (&b""[..], "`x.tbxml` is empty; expected a topology export"),
        (b"  \r\n ", "`x.tbxml` is empty; expected a topology export"),
        (
            b"Notes of the meeting",
            "`x.tbxml` is no XML document: it starts with `Notes of the meeting`; expected a topology export",
        ),
        (b"PK\x03\x04abc", "`x.tbxml` cannot be unpacked: "),
        (b"-----BEGIN CERTIFICATE-----", "`x.tbxml` is no XML document: it is a PEM text"),
        (b"{\"a\": 1}", "`x.tbxml` is no XML document: it starts like JSON"),
        (b"\x30\x82\x01\x02\x00\x01", "`x.tbxml` is no XML document: it is a binary file"),
        (
            b"<html><body>",
            "`x.tbxml` is no XML document: it is a web page; expected a topology export, which `Get-CsTopology -AsXml",
        ),
        (b"<CsMgmtLog Name=\"a\">", "`x.tbxml` ends at 1:21 inside `<CsMgmtLog>`: the export was cut off"),
        (b"<CsMgmtLog />", "there is no topology in `x.tbxml`, the log of a cmdlet; expected"),
        (b"<Topology xmlns=\"urn:other\" />", "`x.tbxml` is no topology export: its root is `<Topology>`"),
        (
            b"<!DOCTYPE a [<!ENTITY b \"c\">]><Topology/>",
            "`x.tbxml` has a document type declaration at 1:1; document types",
        ),
        (b"<Topology>&b;</Topology>", "`x.tbxml` has the entity `&b;` at 1:11"),
        (b"<Topology a=\"&b;\"/>", "`x.tbxml` has an unknown entity in the attribute `a` at 1:1"),
        (b"<Topology><Sites>", "`x.tbxml` ends at 1:18 inside `<Sites>`: the export was cut off"),
        (
            b"<Topology>\r\n<Sites Id=\"1",
            "`x.tbxml` ends at 2:13 inside `<Topology>`: the export was cut off",
        ),
        (b"<Topology></Sites>", "`x.tbxml` is not well-formed XML at 1:"),
        (b"<Topology a=\"1\" a=\"2\"/>", "`x.tbxml` is not well-formed XML at 1:1: "),
        (
            b"<Topology/><Topology/>",
            "`x.tbxml` is not well-formed XML at 1:12: there is a second root element",
        ),
        (
            b"<Topology/>and more",
            "`x.tbxml` is not well-formed XML at 1:12: there is text outside of the root element",
        ),
        (
            b"<x:Topology/>",
            "`x.tbxml` is not well-formed XML at 1:1: the prefix `x` is bound to no namespace",
        ),
        (deep.as_bytes(), "`x.tbxml` nests too deep at 1:"),
        (
            b"<TopologyBuilder/>",
            "`x.tbxml` is no topology export: its root is `<TopologyBuilder>`, but there is no `<PartialTopology>`",
        ),
    ] {
        let error = read("C:\\plans\\x.tbxml", bytes).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
        assert!(!error.contains('\n') && !error.ends_with('.'), "{error}");
    }
}

#[test]
fn a_huge_attribute_is_refused() {
    let text = format!("<Topology a=\"{}\"/>", "x".repeat(70_000));
    assert!(matches!(read("x.xml", text.as_bytes()), Err(ReadError::Limit { .. })));
}

/// The text of a sample without its byte order mark.
fn text_of(sample: &[u8]) -> String {
    lyncert_ingest::decode::decode(sample).text
}

fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
    let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
    units.flat_map(|unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

#[test]
fn every_encoding_of_a_document_gives_the_same_topology() {
    for sample in [CONTOSO, FABRIKAM] {
        let text = text_of(sample);
        let expected = read("a.xml", text.as_bytes()).unwrap();
        let declared = if text.starts_with("<?xml") {
            text.clone()
        } else {
            format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>{text}")
        };
        for bytes in [
            [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            utf16(&text, false, true),
            utf16(&text, true, true),
            utf16(&text, false, false),
            utf16(&text, true, false),
            text.replace("\r\n", "\n").into_bytes(),
        ] {
            let document = read("a.xml", &bytes).unwrap();
            assert_eq!(document.topology, expected.topology);
            assert_eq!(document.problems, expected.problems);
        }
        let redeclared = read("a.xml", &utf16(&declared, false, true)).unwrap();
        assert_eq!(facts(&redeclared.topology), facts(&expected.topology));
        assert!(
            redeclared.notes.iter().any(|note| note.contains("declares the encoding `utf-8` but is UTF-16"))
        );
    }
}

#[test]
fn a_document_without_namespaces_is_recognized_by_its_names() {
    let text = text_of(CONTOSO);
    let stripped: String =
        text.split(" xmlns=\"").enumerate().fold(String::new(), |mut all, (index, part)| {
            all.push_str(if index == 0 { part } else { part.split_once('"').unwrap().1 });
            all
        });
    let document = read("a.tbxml", stripped.as_bytes()).unwrap();
    assert_eq!(facts(&document.topology), facts(&read("a.tbxml", CONTOSO).unwrap().topology));
    assert!(document.notes.iter().any(|note| note.contains("no namespaces")));
}

#[test]
fn no_prefix_of_a_document_is_a_smaller_topology() {
    for sample in [CONTOSO, FABRIKAM] {
        let whole = read("a.xml", sample).unwrap();
        for end in (0..sample.len()).step_by(199).chain(sample.len() - 60..sample.len()) {
            match read("a.xml", &sample[..end]) {
                Err(_) => {}
                Ok(document) => assert_eq!(document.topology, whole.topology, "cut at {end}"),
            }
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        let _ = read("x", &bytes);
    }

    #[test]
    fn no_damage_to_a_document_makes_it_panic(position in 0..CONTOSO.len(), byte: u8, length in 0_usize..40) {
        let mut bytes = CONTOSO.to_vec();
        let end = (position + length).min(bytes.len());
        bytes.splice(position..end, [byte]);
        let _ = read("x", &bytes);
    }
}
