//! Exports of made-up topologies.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// What a pool of Front Ends runs.
const ROLES: &[&str] = &["UserServices", "Registrar", "ConfServices"];

/// The export of the sample.
pub(super) fn sample() -> Vec<u8> {
    let path = "../../samples/contoso/topology.tbxml";
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("the sample is there")
}

/// As Topology Builder saves it: pools of Front Ends, two SIP domains with their simple URLs.
pub(super) fn front_ends(pools: usize, servers: usize) -> Vec<u8> {
    let clusters: String = (0..pools).map(|pool| cluster(pool, servers)).collect();
    let services: String = (0..pools).map(services).collect();
    format!(
        r#"<TopologyBuilder xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.TopologyBuilder.2008">
<NewTopology><PartialTopology xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.WritableTopology.2008">
{DOMAINS}
{SIMPLE_URLS}
<CentralSites><CentralSite SiteId="1"><Clusters>
{clusters}</Clusters></CentralSite></CentralSites>
<Services>
{services}</Services>
</PartialTopology></NewTopology></TopologyBuilder>"#
    )
    .into_bytes()
}

const DOMAINS: &str = r#"<InternalDomains DefaultDomain="contoso.com" xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008">
<InternalDomain Name="contoso.com" /><InternalDomain Name="fabrikam.com" /></InternalDomains>"#;

const SIMPLE_URLS: &str = r#"<SimpleUrlConfiguration xmlns="urn:schema:Microsoft.Rtc.Management.Settings.SimpleUrl.2008">
<SimpleUrl Component="Cscp" Domain="*" ActiveUrl="https://admin.contoso.com"><SimpleUrlEntry Url="https://admin.contoso.com" /></SimpleUrl>
<SimpleUrl Component="Dialin" Domain="*" ActiveUrl="https://dialin.contoso.com"><SimpleUrlEntry Url="https://dialin.contoso.com" /></SimpleUrl>
<SimpleUrl Component="Meet" Domain="contoso.com" ActiveUrl="https://meet.contoso.com"><SimpleUrlEntry Url="https://meet.contoso.com" /></SimpleUrl>
<SimpleUrl Component="Meet" Domain="fabrikam.com" ActiveUrl="https://meet.fabrikam.com"><SimpleUrlEntry Url="https://meet.fabrikam.com" /></SimpleUrl>
</SimpleUrlConfiguration>"#;

fn cluster(pool: usize, servers: usize) -> String {
    let mut text =
        format!("<Cluster UniqueId=\"cluster{pool}\" Fqdn=\"pool{pool:03}.contoso.com\">\n<Machines>\n");
    for server in 0..servers {
        writeln!(text, r#"<Machine Fqdn="fe{server:04}.pool{pool:03}.contoso.com" />"#)
            .expect("a text takes all that is written to it");
    }
    text + "</Machines>\n</Cluster>\n"
}

fn services(pool: usize) -> String {
    let installed = format!(r#"InstalledOn="cluster{pool}" ServiceVersion="7""#);
    let roles: String =
        ROLES.iter().map(|role| format!("<Service RoleName=\"{role}\" {installed} />\n")).collect();
    let settings = format!(
        r#"<WebService xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.ServiceRoles.2008"><ExternalSettings Host="web{pool:03}.contoso.com" /></WebService>"#
    );
    format!("{roles}<Service RoleName=\"WebServices\" {installed}>{settings}</Service>\n")
}
