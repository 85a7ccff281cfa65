//! An estate of which every field of every input holds a canary.

use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::PathBuf;

use lyncert_report::view::sha256_of;
use serde_json::{Value, json};

use super::certificates::{Authority, Made, pem};
use crate::support::{folder, sample};

/// Hosts of the estate.
pub(super) const POOL: &str = "qzkanaripool.qzkanariinside.net";
const SERVER: &str = "qzkanarife1.qzkanariinside.net";
const EDGE: &str = "qzkanariedge1.qzkanariinside.net";
pub(super) const DOMAIN: &str = "qzkanaridomain.com";
/// An umlaut and a letter that only some case rules know, as names of people have them.
pub(super) const SITE: &str = "qzkänariſite Ost";

/// What stands in the sample's export, and what stands in its place.
const RENAMED: [(&str, &str); 22] = [
    ("officewebapps01.contoso.com", "qzkanariwac.qzkanarifarm.org"),
    ("pool01.contoso.net", POOL),
    ("fe01.contoso.net", SERVER),
    ("fe02.contoso.net", "QZKANARIFE2.qzkanariinside.net"),
    ("dir01.contoso.net", "qzkanaridirector.qzkanariinside.net"),
    ("lsedge.contoso.net", "qzkanariedgepool.qzkanariinside.net"),
    ("lsedge1.contoso.net", EDGE),
    ("lsedge2.contoso.net", "qzkanariedge2.qzkanariinside.net"),
    ("sql01.contoso.net", "qzkanarisql.qzkanariinside.net"),
    ("files01.contoso.net", "qzkanarifiles.qzkanariinside.net"),
    ("webext.contoso.com", "qzkanariweb.qzkanaridomain.com"),
    ("webdirext.contoso.com", "qzkanariwebdir.qzkanaridomain.com"),
    ("https://meet.", "https://qzkanarimeet."),
    ("https://dialin.contoso.com", "https://qzkanaridialin.qzkanaridomain.com/qzkanaripath"),
    ("webcon.contoso.com", "qzkanariwebcon.qzkanaridomain.com"),
    ("av.contoso.com", "qzkanariav.qzkanaridomain.com"),
    ("fabrikam.com", "qzkanarisecond.org"),
    ("contoso.com", DOMAIN),
    ("Redmond", SITE),
    (r#"Name="rtc""#, r#"Name="qzkanariinstance""#),
    (r#"ShareName="lync""#, r#"ShareName="qzkanarishare""#),
    (r"C:\Topologies\contoso.tbxml", r"C:\qzkanaritopologies\qzkanarisaved.tbxml"),
];

/// A branch with an appliance, a gateway, a pool of trusted applications, and what no export has.
const MORE_CLUSTERS: &str = r#"<Cluster IsSingleMachineOnly="true" UniqueId="c-app" Fqdn="qzkanariapp.qzkanariinside.net"><Machines><Machine Fqdn="qzkanariappserver.qzkanariinside.net" /></Machines><SqlInstances /></Cluster>
<Cluster IsSingleMachineOnly="true" UniqueId="c-gateway" Fqdn="qzkanarigateway.qzkanariinside.net"><Machines><Machine Fqdn="qzkanarigateway.qzkanariinside.net" /></Machines><SqlInstances /></Cluster>
<Cluster IsSingleMachineOnly="true" UniqueId="c-address" Fqdn="10.77.66.44"><Machines><Machine Fqdn="10.77.66.44" /></Machines><SqlInstances /></Cluster>
<Cluster IsSingleMachineOnly="true" UniqueId="c-short" Fqdn="QZKANARINETBIOS"><Machines><Machine /></Machines><SqlInstances /></Cluster>
<Cluster IsSingleMachineOnly="true" UniqueId="c-idn" Fqdn="xn--qzknaridn-x2a.qzkanariinside.net"><Machines><Machine /></Machines><SqlInstances /></Cluster>
<Cluster IsSingleMachineOnly="true" UniqueId="c-odd" Fqdn="qzkanari odd_name!.qzkanariinside.net."><Machines><Machine /></Machines><SqlInstances /></Cluster>
<qzkanaricluster qzkanariattribute="qzkanarivalue">qzkanaritext</qzkanaricluster>"#;
const BRANCH: &str = r#"<RemoteSites><RemoteSite SiteId="2"><Name>qzkanaribranch &amp; qzkanaricompany</Name><Location City="qzkanaricity" State="qzkanaristate" CountryCode="QZ" /><Description>qzkanaridescription of the site</Description><Clusters><Cluster IsSingleMachineOnly="true" UniqueId="c-branch" Fqdn="qzkanarisba.qzkanariinside.net"><Machines><Machine Fqdn="qzkanarisba.qzkanariinside.net" /></Machines><SqlInstances /></Cluster></Clusters></RemoteSite></RemoteSites>"#;
const MORE_SERVICES: &str = r#"<Service UniqueId="s-app" RoleName="ExternalServer" InstalledOn="c-app" ServiceVersion="6"><DependsOn><Dependency ServiceUniqueId="qzkanariservice" Usage="Default" /></DependsOn><Ports xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.ServiceRoles.2008"><Port Owner="urn:application:qzkanariapplication" Usage="SipServer" InterfaceSide="Primary" InterfaceNumber="1" Port="5061" Protocol="Mtls" UrlPath="/qzkanariurlpath" GruuType="qzkanarigruu" /></Ports></Service>
<Service UniqueId="s-gateway" RoleName="PstnGateway" InstalledOn="c-gateway" ServiceVersion="6"><DependsOn /><Ports xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.ServiceRoles.2008"><Port Owner="urn:component:PstnGateway" Usage="SipServer" InterfaceSide="Primary" InterfaceNumber="1" Port="5067" Protocol="Mtls" UrlPath="/" /></Ports></Service>
<Service UniqueId="s-address" RoleName="PstnGateway" InstalledOn="c-address" ServiceVersion="6"><DependsOn /><Ports xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.ServiceRoles.2008"><Port Owner="urn:component:PstnGateway" Usage="SipServer" InterfaceSide="Primary" InterfaceNumber="1" Port="5067" Protocol="Mtls" UrlPath="/" /></Ports></Service>
<Service UniqueId="s-short" RoleName="MediationServer" InstalledOn="c-short" ServiceVersion="6"><DependsOn /><Ports xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.ServiceRoles.2008" /></Service>
<Service UniqueId="s-idn" RoleName="MediationServer" InstalledOn="c-idn" ServiceVersion="6"><DependsOn /><Ports xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.ServiceRoles.2008" /></Service>
<Service UniqueId="s-odd" RoleName="MediationServer" InstalledOn="c-odd" ServiceVersion="qzkanariversion"><DependsOn /><Ports xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.ServiceRoles.2008" /></Service>
<Service UniqueId="s-branch" RoleName="Registrar" InstalledOn="c-branch" ServiceVersion="6" Type="qzkanaritype"><DependsOn /><Ports xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.ServiceRoles.2008" /></Service>
<Service UniqueId="s-role" RoleName="qzkanarirole" InstalledOn="c-app" ServiceVersion="6"><DependsOn /></Service>
<Service UniqueId="s-nowhere" RoleName="Registrar" InstalledOn="qzkanarinowhere" ServiceVersion="6"><DependsOn /></Service>"#;
const MORE_URLS: &str = r#"<SimpleUrl Component="Meet" Domain="qzkanarithird.org" ActiveUrl="https://qzkanariuser:qzkanaripass@qzkanarihost.qzkanarithird.org:8443/qzkanarimeetpath?qzkanariquery#qzkanarifragment"><SimpleUrlEntry Url="https://qzkanariinactive.qzkanarithird.org/x" /></SimpleUrl>
<SimpleUrl Component="qzkanaricomponent" Domain="*" ActiveUrl="qzkanarinourl"><SimpleUrlEntry Url="qzkanarinourl" /></SimpleUrl>"#;

/// A text that lyncert does not read, in every element, and a comment before it.
fn with_notes(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    let mut number = 0;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        out.push_str(before);
        let end = tag.find(['>', ' ']).unwrap();
        let (head, after) = tag.split_at(end);
        if head.starts_with("</") || head.starts_with("<?") || head.starts_with("<!") {
            out.push_str(head);
        } else {
            number += 1;
            let _ = write!(out, "<!-- qzkanaricomment{number} -->");
            let (name, close) = head.strip_suffix('/').map_or((head, ""), |name| (name, "/"));
            let _ = write!(out, r#"{name} QzkanariNote="qzkanarinote{number}"{close}"#);
        }
        rest = after;
    }
    out + rest
}

/// The export of a Topology Builder.
pub(super) fn topology() -> String {
    let mut text = fs::read_to_string(sample("contoso/topology.tbxml"))
        .unwrap()
        .trim_start_matches('\u{feff}')
        .to_owned();
    for (real, name) in RENAMED {
        text = text.replace(real, name);
    }
    let text = text
        .replace("<RemoteSites />", BRANCH)
        .replacen("</Clusters>", &format!("{MORE_CLUSTERS}</Clusters>"), 1)
        .replace("</Services>", &format!("{MORE_SERVICES}</Services>"))
        .replace("</SimpleUrlConfiguration>", &format!("{MORE_URLS}</SimpleUrlConfiguration>"));
    assert!(!text.contains("contoso") && text.contains("qzkanarisba"), "{text}");
    with_notes(&text)
}

/// The same, cut off.
fn cut() -> String {
    topology().chars().take(9_000).collect()
}

/// The policy with every key that takes a text.
pub(super) fn policy() -> String {
    let waiver = |rule: &str, scope: &str, number: usize| {
        format!(
            "[[waiver]]\nrule = \"{rule}\"\n{scope}\nreason = \"qzkanarireason{number} said 4711471147 to the internal team of +49 30 4711471147\"\nby = \"qzkanariby{number}\"\nowner = \"Edge qzkanariowner{number}\"\napprover = \"qzkanariapprover{number}@qzkanariperson.org\"\nexpires = 2027-01-31\n"
        )
    };
    let waivers = [
        waiver("san-missing", &format!("pool = \"{POOL}\""), 1),
        waiver("expired", "certificate = \"qzkanarifolder/**\"", 2),
        waiver("san-extra", "name = \"qzkanariwaived.qzkanaridomain.com\"\nserver = \"qzkanariwaivedserver.qzkanariinside.net\"", 3),
        waiver("expiring", "certificate = \"6ACAFE776ACAFE776ACAFE776ACAFE776ACAFE77\"", 4),
        "[[waiver]]\nrule = \"qzkanarirule\"\nname = \"qzkanari..bad\"\nqzkanarikey = \"qzkanarivalue\"\n".to_owned(),
    ]
    .concat();
    format!(
        r#"# qzkanaricomment
[facts]
auto_logon_pool = "{POOL}"
xmpp_domains = ["qzkanarixmpp.net", "{DOMAIN}"]
online_sip_domains = ["qzkanarionline.net"]
office_web_apps_external = ["qzkanariowa.qzkanariexternal.net"]
[[facts.simple_url]]
component = "Meet"
domain = "{DOMAIN}"
site = "{SITE}"
url = "https://qzkanaripolicyurl.qzkanaridomain.com/qzkanaripolicypath"
[[facts.reverse_proxy]]
name = "qzkanarilistener"
sites = ["{SITE}", "qzkanaribranch & qzkanaricompany"]
[[facts.edge]]
pool = "qzkanariedgepool.qzkanariinside.net"
client_auto_config_or_federation = false
[[facts.extra_name]]
usage = "AccessEdgeExternal"
name = "qzkanariextra.qzkanaridomain.com"
reason = "qzkanariextrareason of somebody"
[rules]
aia-missing = {{ severity = "off", reason = "qzkanarioff said why" }}
[scope]
except = ["qzkanariwac.qzkanarifarm.org"]
[[ignore]]
path = "qzkanariignored/**"
reason = "qzkanariignorereason"
[[ignore]]
path = "qzkanarinothing/*.qzkanariending"
reason = "qzkanariunusedreason"
{waivers}"#
    )
}

/// What `Get-CsCertificate` printed, as JSON and as a table.
fn assigned(thumbprint: &str, computer: &str) -> String {
    json!([{
        "Use": "Default", "Thumbprint": thumbprint, "Subject": "CN=qzkanariassigned.qzkanariinside.net, O=qzkanariassignedorg",
        "Issuer": "CN=qzkanariassignedissuer", "SerialNumber": "6ACAFE77AA55AA55", "NotAfter": "2027-11-20T04:05:00Z",
        "AlternativeNames": ["qzkanariassignedname.qzkanaridomain.com"], "PSComputerName": computer, "FriendlyName": "qzkanariassignedfriendly",
        "qzkanariproperty": "qzkanaripropertyvalue",
    }])
    .to_string()
}

/// The estate, deleted with this value.
pub(super) struct Estate {
    place: tempfile::TempDir,
}

impl Estate {
    pub(super) fn new() -> Self {
        let made = Self { place: folder(&[]) };
        let authority = Authority::new();
        let web = format!("meet.{DOMAIN}");
        let front_end = authority.issue("frontend", POOL, &[POOL, SERVER, &web], (2026, 12));
        let second = authority.issue(
            "second",
            "qzkanarife2.qzkanariinside.net",
            &[POOL, "*.qzkanariinside.net"],
            (2028, 1),
        );
        let edge = authority.issue(
            "edge",
            &format!("sip.{DOMAIN}"),
            &[&format!("sip.{DOMAIN}"), "*.qzkanaridomain.com"],
            (2026, 11),
        );
        let stranger = authority.issue("stranger", "qzkanaricommon name of somebody", &[], (2027, 5));
        let ignored = authority.issue("ignored", "qzkanariignored.net", &[], (2027, 5));
        made.write("qzkanariexports/qzkanaritopology.tbxml", topology());
        made.write("qzkanaripolicy.toml", policy());
        made.write("qzkanarimistakes.toml", "[facts]\nqzkanarifact = \"qzkanarivalue\"\nautodiscover = \"qzkanariway\"\nauto_logon_pool = \"qzkanari..bad name\"\n[qzkanaritable]\nx = 1\n[scope]\npools = [\"qzkanari bad\"]\n");
        made.write("qzkanaripasswords.txt", "qzkanaripassword\n");
        made.write("qzkanariroots/qzkanariroot.cer", &authority.der);
        let certs = [
            ("qzkanarica/qzkanariissuing.cer".to_owned(), authority.der.clone()),
            (format!("{SERVER}/Default+WebServicesInternal+WebServicesExternal.cer"), front_end.der.clone()),
            ("QZKANARIFE2.qzkanariinside.net/Default.cer".to_owned(), second.der.clone()),
            (format!("{EDGE}/AccessEdgeExternal.pem"), edge.pem().into_bytes()),
            (format!("{EDGE}/qzkanariclear.key"), edge.key().into_bytes()),
            (
                format!("{EDGE}/assigned.json"),
                assigned("6ACAFE776ACAFE776ACAFE776ACAFE776ACAFE77", EDGE).into_bytes(),
            ),
            (
                "qzkanarifolder/qzkanarisub folder/qzkanarifile (1).pfx".to_owned(),
                front_end.archive("qzkanarifriendly of the Edge"),
            ),
            ("qzkanarifolder/qzkänarifile.cer".to_owned(), stranger.der.clone()),
            (
                "qzkanarifolder/qzkanaristore.sst".to_owned(),
                second.store("qzkanaristorename", "qzkanaricontainer"),
            ),
            (
                "qzkanarifolder/qzkanarirequest.req".to_owned(),
                pem("CERTIFICATE REQUEST", &authority.request("request", POOL, &[POOL, SERVER])).into_bytes(),
            ),
            ("qzkanarifolder/qzkanarirevoked.crl".to_owned(), authority.list("second")),
            (
                "qzkanarifolder/qzkanaribroken.pem".to_owned(),
                b"-----BEGIN CERTIFICATE-----\nMIIB!!!!qzkanaripem\n-----END CERTIFICATE-----\n".to_vec(),
            ),
            ("qzkanarifolder/qzkanarinotes.txt".to_owned(), b"qzkanariwords of somebody".to_vec()),
            (
                "qzkanarifolder/qzkanarilocked.key".to_owned(),
                pem("ENCRYPTED PRIVATE KEY", b"0\x03\x02\x01\x01").into_bytes(),
            ),
            ("qzkanarifolder/qzkanariother.qzkanariending".to_owned(), b"\x00\x01qzkanaribinary".to_vec()),
            (
                "qzkanarifolder/qzkanaripacked.zip".to_owned(),
                packed(&[("qzkanariinzip/qzkanarizipped.cer", &stranger.der)]),
            ),
            ("qzkanariignored/qzkanariold.cer".to_owned(), ignored.der.clone()),
        ];
        for (path, bytes) in &certs {
            made.write(&format!("qzkanaricerts/{path}"), bytes);
            made.write(&format!("qzkanaribatch/qzkanariestate/certs/{path}"), bytes);
        }
        made.write("qzkanaribatch/qzkanariestate/qzkanariexport.tbxml", topology());
        made.write("qzkanaribatch/qzkanariestate/lyncert.toml", policy());
        made.write("qzkanaribatch/qzkanaricut/qzkanariexport.tbxml", cut());
        made.write("qzkanaribatch/qzkanaricut/certs/qzkanariissuing.cer", &authority.der);
        made.write("qzkanaribatch/qzkanarimistaken/qzkanariexport.tbxml", topology());
        made.write("qzkanaribatch/qzkanarimistaken/certs/qzkanariissuing.cer", &authority.der);
        made.write("qzkanaribatch/qzkanarimistaken/lyncert.toml", "[facts]\nqzkanarifact = 1\n");
        made.write("qzkanaribatch/qzkanariempty/qzkanarinotes.txt", "qzkanariwords");
        made.write("qzkanaridamaged/qzkanaricut.tbxml", cut());
        made.write("qzkanaridamaged/qzkanaripage.xml", "<html><title>qzkanarititle</title></html>");
        made.write("qzkanaridamaged/qzkanarientity.xml", "<!DOCTYPE qzkanari [<!ENTITY qzkanarientity \"qzkanarivalue\">]><Topology>&qzkanarientity;</Topology>");
        made.write(
            "qzkanaridamaged/qzkanarielement.xml",
            "<qzkanarielement qzkanariattribute=\"qzkanarivalue\">qzkanaritext</qzkanarielement>",
        );
        made.write(
            "qzkanaridamaged/qzkanarimismatch.xml",
            "<Topology><qzkanariopen></qzkanariclose></Topology>",
        );
        made.write(
            "qzkanaridamaged/qzkanarireport.json",
            "{\"schema\": \"qzkanarischema\", \"qzkanarifield\": \"qzkanarivalue\"}",
        );
        made.write("qzkanaridamaged/qzkanaritype.json", "{\"schema\": \"lyncert-report/1\", \"estate\": [\"qzkanarivalue\"], \"findings\": \"qzkanarifinding\"}");
        made.write(
            "qzkanaridamaged/qzkanarimap.json",
            "{\"schema\": \"lyncert-redaction/9\", \"qzkanaripseudonyms\": []}",
        );
        made.write("qzkanarievents/qzkanarievents.xml", EVENT);
        made.write("qzkanarievents/qzkanarilog.txt", "qzkanariline one\nError 0x800b0109 on qzkanarihost.qzkanariinside.net (10.77.66.55) for qzkanariuser@qzkanaridomain.com, thumbprint 6a ca fe 77 6a ca fe 77 6a ca fe 77 6a ca fe 77 6a ca fe 77, \\\\qzkanariserver\\qzkanarishare\\qzkanarifile.pfx\n");
        made.add_collection(&authority, &front_end, &edge);
        made
    }

    /// Where it lies: a folder that has a canary for its name.
    pub(super) fn root(&self) -> PathBuf {
        self.place.path().join("qzkanariroot")
    }

    pub(super) fn path(&self, below: &str) -> PathBuf {
        self.root().join(below)
    }

    fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// A collection, in a folder and in a ZIP. What it did not get it says why.
    fn add_collection(&self, authority: &Authority, front_end: &Made, edge: &Made) {
        let sha1 = |made: &Made| thumbprint_of(&made.der);
        let bindings = json!([
            {"endpoint": "10.77.66.33:443", "sni": "qzkanarisni.qzkanaridomain.com", "store": "qzkanaristore", "thumbprint": sha1(front_end)},
            {"endpoint": "qzkanariendpoint", "sni": null, "store": "MY", "thumbprint": "6ACAFE776ACAFE776ACAFE776ACAFE776ACAFE77"},
        ]);
        let facts = json!({
            "schema": "lyncert-facts/1",
            "simple_urls": [
                {"scope": "site", "site": "qzkanarifactsite", "component": "Meet", "domain": DOMAIN, "active_url": "https://qzkanarifacturl.qzkanaridomain.com/qzkanarifactpath", "urls": ["https://qzkanarifacturl2.qzkanaridomain.com"]},
                {"scope": "qzkanariscope", "site": null, "component": "qzkanaricomponent", "domain": "*", "active_url": "qzkanarinourl", "urls": []},
            ],
            "access_edge": {"allow_outside_users": true, "allow_federated_users": true, "routing_method": "qzkanarirouting"},
            "public_providers": [{"name": "qzkanaripublic", "enabled": true}],
            "hosting_providers": [{"name": "qzkanarihosting", "enabled": true, "shared_address_space": true, "hosts_users": true, "is_local": false, "proxy_fqdn": "qzkanariproxyfqdn.net"}],
            "xmpp_partners": 1, "qzkanarifact": "qzkanarivalue",
            "office_web_apps": [{"server": "qzkanariwac.qzkanarifarm.org", "ssl_offloaded": true, "external_url": "https://qzkanarifarmurl.net/"}],
            "dns": [{"name": format!("lyncdiscover.{DOMAIN}"), "status": "found", "answers": ["10.77.66.22", "qzkanarianswer.qzkanariinside.net:5061"]}],
        });
        let stored = format!(
            r#"<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"><Obj RefId="0"><MS><BA N="RawData">{}</BA><S N="Thumbprint">{}</S><S N="FriendlyName">qzkanarixmlfriendly</S><B N="HasPrivateKey">true</B><S N="PSParentPath">Microsoft.PowerShell.Security\Certificate::LocalMachine\My</S><S N="PSComputerName">qzkanaricomputer</S><S N="qzkanariproperty">qzkanarivalue</S></MS></Obj></Objs>"#,
            data_encoding::BASE64.encode(&front_end.der),
            sha1(front_end)
        );
        let mut files: Vec<(String, Vec<u8>)> = vec![
            (
                "collect.log".to_owned(),
                b"2026-11-20T04:05:00Z\tqzkanarilogserver\tqzkanaristep\tqzkanarilogline\r\n".to_vec(),
            ),
            ("topology.xml".to_owned(), topology().into_bytes()),
            ("facts.json".to_owned(), facts.to_string().into_bytes()),
            (format!("certs/{SERVER}/LocalMachine/My.xml"), stored.into_bytes()),
            (
                format!("certs/{SERVER}/LocalMachine/Root.sst"),
                Made::store(edge, "qzkanarirootname", "qzkanaricontainer"),
            ),
            (format!("certs/{SERVER}/bindings.json"), bindings.to_string().into_bytes()),
            (format!("certs/{SERVER}/assigned.json"), assigned(&sha1(front_end), SERVER).into_bytes()),
            (
                "certs/reverse-proxy/ReverseProxy/qzkanarilistener.qzkanaridomain.com_443.pem".to_owned(),
                edge.pem().into_bytes(),
            ),
            ("certs/qzkanaristray/qzkanaristray.cer".to_owned(), authority.der.clone()),
        ];
        let hashes: Vec<Value> = files
            .iter()
            .map(|(path, bytes)| json!({"path": path, "size": bytes.len(), "sha256": sha256_of(bytes)}))
            .chain([json!({"path": "certs/qzkanarimissing/qzkanarimissing.cer", "size": 1, "sha256": sha256_of(b"x")})])
            .collect();
        let taken = json!({"status": "complete", "count": 1, "errors": ["qzkanaritakenerror"]});
        let server = |fqdn: &str, is_edge: bool, status: &str, reason: Option<&str>| {
            let is_reached = status == "collected" || status == "partial";
            json!({
                "fqdn": fqdn, "folder": format!("certs/{fqdn}"), "edge": is_edge, "status": status, "reason": reason,
                "message": format!("qzkanarimessage of {fqdn}: access is denied by qzkanaripeer"), "via": "qzkanarivia", "clock_offset_seconds": 500.0,
                "module": "qzkanarimodule", "assigned": if is_reached { taken.clone() } else { Value::Null },
                "stores": if is_reached { json!([{"name": "My", "status": "complete", "count": 1}, {"name": "qzkanaristorename", "status": "failed", "count": null, "message": "qzkanaristoremessage"}]) } else { json!([]) },
                "key_facts": null, "bindings": if is_reached { taken.clone() } else { Value::Null },
            })
        };
        let mut manifest = serde_json::Map::new();
        manifest.insert("schema".to_owned(), "lyncert-collected/1".into());
        let rest = json!({
            "script": {"name": "qzkanariscript.ps1", "version": "qzkanariversion", "sha256": "qzkanarihash"},
            "started": "2026-10-01T04:05:00Z", "finished": "2026-10-01T04:05:00Z", "mode": "central",
            "by": {"computer": "qzkanaricollector.qzkanariinside.net", "elevated": true, "powershell": "qzkanaripowershell", "os": "qzkanarios", "culture": "qzkanariculture"},
            "topology": {"status": "complete", "source": "store", "signature": "qzkanarisignature", "message": "qzkanaritopologymessage"},
            "servers": [
                server(SERVER, false, "partial", None), server(EDGE, true, "skipped", Some("edge-local-run")),
                server("qzkanarife2.qzkanariinside.net", false, "failed", Some("unreachable")),
                server("qzkanarigone.qzkanariinside.net", false, "failed", Some("qzkanarireason")),
            ],
            "facts": [{"name": "qzkanarifactname", "status": "failed", "message": "qzkanarifactmessage"}],
            "listeners": [{"holder": "reverse-proxy", "usage": "ReverseProxy", "host": "qzkanarilistened.qzkanaridomain.com", "port": 443, "status": "failed", "protocol": null, "message": "qzkanarilistenermessage"}],
            "contacted": ["qzkanaricontacted.qzkanaridomain.com"],
            "errors": [{"server": SERVER, "step": "qzkanaristep", "message": "qzkanarierror happened"}],
            "files": hashes,
        });
        manifest.extend(rest.as_object().unwrap().clone());
        files.push(("collected.json".to_owned(), Value::Object(manifest).to_string().into_bytes()));
        for (path, bytes) in &files {
            self.write(&format!("qzkanaricollection/{path}"), bytes);
        }
        let inside: Vec<(String, &Vec<u8>)> =
            files.iter().map(|(path, bytes)| (format!("qzkanariouter/{path}"), bytes)).collect();
        let inside: Vec<(&str, &[u8])> =
            inside.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
        self.write("qzkanaricollection.zip", packed(&inside));
    }
}

/// An event of Windows, with everything that one has.
const EVENT: &str = r#"<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="LS Protocol Stack qzkanariprovider"/><EventID>14428</EventID><Channel>qzkanarichannel</Channel><Computer>qzkanarieventhost.qzkanariinside.net</Computer><Security UserID="S-1-5-21-qzkanarisid"/></System><EventData><Data>TLS outgoing connection failures. 0x80090322(SEC_E_WRONG_PRINCIPAL) qzkanaripeer.qzkanariinside.net 10.77.66.11 CN=qzkanarieventsubject</Data></EventData></Event>"#;

pub(super) fn thumbprint_of(der: &[u8]) -> String {
    let found =
        lyncert_report::scan::scan_bytes(&[("one.cer", der)], &lyncert_report::scan::ScanOptions::default());
    found.certificates[0].sha1.to_string()
}

fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        writer.start_file(*path, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
