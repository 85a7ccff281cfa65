//! A deployment and faultless certificates for it.

#![expect(clippy::unwrap_used, reason = "helpers of tests lie outside of test functions")]
#![allow(dead_code, reason = "each test uses some of it")]

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use lyncert_ingest::topology::Topology;
use lyncert_rules::assess::Case;
use lyncert_rules::certificate::{CaKind, Certificate, Eku};
use lyncert_rules::collection::Collections;
use lyncert_rules::digest::{Fingerprint, Thumbprint};
use lyncert_rules::facts::{CertificateLayout, Facts};
use lyncert_rules::fixture;
pub(crate) use lyncert_rules::fixture::NOW;
use lyncert_rules::order::{Order, orders};
use lyncert_rules::policy::Policy;
use lyncert_rules::profile::expect;
use time::Duration;

/// An override of the internal web FQDN: DNS balances the load of the pool.
const INTERNAL: &str = r#"<WebService><InternalSettings Host="webint.contoso.com" />"#;

static NOTHING_COLLECTED: LazyLock<Collections> = LazyLock::new(Collections::default);
static POLICY: LazyLock<Policy> = LazyLock::new(Policy::default);

/// An estate without a certificate and without evidence, by the policy that holds where there is none.
pub(crate) fn case<'a>(topology: &'a Topology, facts: &'a Facts) -> Case<'a> {
    Case {
        topology,
        facts,
        certificates: &[],
        assignment_records: &[],
        collections: &NOTHING_COLLECTED,
        lists: &[],
        keys: &[],
        requests: &[],
        has_given_roots: false,
        policy: &POLICY,
        now: NOW,
    }
}

pub(crate) const NS: &str = "urn:schema:Microsoft.Rtc.Management.Deploy.";

/// A deployment with these SIP domains: a Front End pool of two, a Director, an Edge pool of two with XMPP, a Mediation
/// Server, a branch appliance, a trusted application pool and an Office Web Apps farm.
pub(crate) fn deployment(domains: &[&str], version: u32) -> Topology {
    let default = domains.first().copied().unwrap_or("contoso.com");
    let domain_rows: String =
        domains.iter().map(|domain| format!(r#"<InternalDomain Name="{domain}" />"#)).collect();
    let meet: String = domains
        .iter()
        .map(|domain| {
            format!(r#"<SimpleUrl Component="Meet" Domain="{domain}" ActiveUrl="https://meet.{domain}" />"#)
        })
        .collect();
    let cluster = |fqdn: &str, machines: &[&str]| {
        let machines: String = machines.iter().map(|name| format!(r#"<Machine Fqdn="{name}" />"#)).collect();
        format!(r#"<Cluster UniqueId="{fqdn}" Fqdn="{fqdn}"><Machines>{machines}</Machines></Cluster>"#)
    };
    let service = |role: &str, on: &str, inside: &str| {
        format!(
            r#"<Service UniqueId="{role}{on}" RoleName="{role}" InstalledOn="{on}" ServiceVersion="{version}">{inside}</Service>"#
        )
    };
    let web = |host: &str| format!(r#"<WebService><ExternalSettings Host="{host}" /></WebService>"#);
    let port = |owner: &str, fqdn: &str| {
        format!(r#"<Port Owner="urn:component:{owner}" InterfaceSide="External" ConfiguredFqdn="{fqdn}" />"#)
    };
    let ports = format!(
        "<Ports>{}{}{}{}</Ports>",
        port("AccessEdge", "access.contoso.com"),
        port("DataEdge", "conf.contoso.com"),
        port("MediaRelayEdge", "av.contoso.com"),
        r#"<Port Owner="urn:component:XmppFederationProxy" InterfaceSide="External" />"#
    );
    let text = format!(
        r#"<PartialTopology xmlns="{NS}WritableTopology.2008"><InternalDomains DefaultDomain="{default}">{domain_rows}</InternalDomains>
<SimpleUrlConfiguration>{meet}<SimpleUrl Component="Dialin" Domain="*" ActiveUrl="https://dialin.contoso.com" /><SimpleUrl Component="Cscp" Domain="*" ActiveUrl="https://admin.contoso.com" /></SimpleUrlConfiguration>
<CentralSites><CentralSite SiteId="1"><Name>Main</Name><Clusters>{}{}{}{}{}{}</Clusters><RemoteSites><RemoteSite SiteId="2"><Clusters>{}</Clusters></RemoteSite></RemoteSites></CentralSite></CentralSites>
<Services>{}{}{}{}{}{}{}{}{}{}</Services></PartialTopology>"#,
        cluster("pool.contoso.com", &["fe1.contoso.com", "fe2.contoso.com"]),
        cluster("dir.contoso.com", &["dir.contoso.com"]),
        cluster("edge.contoso.com", &["edge1.contoso.com", "edge2.contoso.com"]),
        cluster("med.contoso.com", &["med1.contoso.com"]),
        cluster("apps.contoso.com", &["app1.contoso.com", "app2.contoso.com"]),
        cluster("owa.contoso.com", &["owa.contoso.com"]),
        cluster("sba.contoso.com", &["sba.contoso.com"]),
        service("UserServices", "pool.contoso.com", ""),
        service("Registrar", "pool.contoso.com", ""),
        service(
            "WebServices",
            "pool.contoso.com",
            &web("webext.contoso.com").replace("<WebService>", INTERNAL)
        ),
        service("Registrar", "dir.contoso.com", r#"<RegistrarService IsDirector="true" />"#),
        service("WebServices", "dir.contoso.com", &web("webdir.contoso.com")),
        service("EdgeServer", "edge.contoso.com", &ports),
        service("MediationServer", "med.contoso.com", ""),
        service("Registrar", "sba.contoso.com", ""),
        service("ExternalServer", "apps.contoso.com", ""),
        service(
            "WacService",
            "owa.contoso.com",
            r#"<WacService DiscoveryUrl="https://owa.contoso.com/hosting/discovery/" IsExternal="true" />"#
        ),
    );
    let document = lyncert_ingest::deployment::read_deployment(&[("t.xml", text.as_bytes())]).unwrap();
    // A domain that is declared twice is told; nothing else here is out of the ordinary.
    let told = |text: &str| text.contains("declared twice");
    assert!(document.problems.iter().all(|problem| told(&problem.text)), "{:?}", document.problems);
    document.topology
}

/// A digest that stands for a text.
pub(crate) fn digest(text: &str) -> Fingerprint {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&hasher.finish().to_be_bytes());
    bytes.into()
}

fn thumbprint(text: &str) -> Thumbprint {
    let mut bytes = [0; 20];
    bytes.copy_from_slice(&digest(text).as_bytes()[..20]);
    bytes.into()
}

/// A faultless certificate in this file.
pub(crate) fn certificate(path: &str, names: &[&str]) -> Certificate {
    Certificate {
        sha1: thumbprint(path),
        sha256: digest(path),
        paths: vec![path.into()],
        key_sha256: digest(path),
        ..fixture::certificate(names.first().copied().unwrap_or_default(), names)
    }
}

/// What an order asks for, as a CA would issue it.
pub(crate) fn issued(order: &Order, number: usize) -> Certificate {
    // Optional names too: what nobody asked for is told as information.
    let names = order.names.iter().map(|name| &name.name).chain(&order.also_accepted);
    let names: Vec<&str> = names.map(|name| name.as_str()).collect();
    let mut issued = certificate(&format!("{number}.cer"), &names);
    issued.subject = format!("CN={}", order.subject);
    issued.common_names = vec![order.subject.to_string()];
    // Public CAs give up the client EKU, and issue for 200 days at most.
    // A farm asks for no EKU; the templates of CAs have that of servers all the same.
    let is_plain = order.public_ca || order.eku.is_empty();
    issued.eku = Some(if is_plain { [Eku::ServerAuth].into() } else { order.eku.clone().into() });
    if order.public_ca {
        issued.ca_kind = CaKind::Public;
        issued.serial = "1122334455667788".to_owned();
        issued.not_before = NOW - Duration::days(50);
        issued.not_after = issued.not_before + Duration::days(199) - Duration::SECOND;
    }
    issued
}

/// Where its paths say whom it serves.
pub(crate) fn placed(order: &Order, certificate: &mut Certificate) {
    let usages: Vec<&str> = order.usages.iter().map(|usage| usage.as_str()).collect();
    let file = format!("{}.cer", usages.join("+"));
    let folders: Vec<String> = match order.usages.first().map(|usage| usage.as_str()) {
        Some("ReverseProxy") => vec!["reverse-proxy".to_owned()],
        Some("OAuthTokenIssuer") => vec!["oauth".to_owned()],
        _ if order.install_on.is_empty() => vec![order.holder.pool.as_ref().unwrap().to_string()],
        _ => order.install_on.iter().map(ToString::to_string).collect(),
    };
    certificate.paths = folders.into_iter().map(|folder| format!("{folder}/{file}").into()).collect();
    certificate.paths.sort();
}

/// A whole estate, as it should be.
pub(crate) fn clean(topology: &Topology, layout: CertificateLayout, is_placed: bool) -> Vec<Certificate> {
    let orders = orders(&expect(topology, &Facts::default()), layout);
    let certificates = orders.iter().enumerate().map(|(number, order)| {
        let mut certificate = issued(order, number);
        if is_placed {
            placed(order, &mut certificate);
        }
        certificate
    });
    certificates.collect()
}
