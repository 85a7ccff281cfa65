//! Reading a topology of 500 pools in each form, beside what reading its XML events alone costs.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write as _;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use quick_xml::events::Event;

const POOLS: usize = 500;
const NS: &str = "urn:schema:Microsoft.Rtc.Management.Deploy.";
const ROLES: [&str; 5] = ["UserServices", "Registrar", "WebServices", "ConfServices", "ApplicationServer"];

/// Ports as a service has them: most of a real document.
fn ports() -> String {
    let mut ports = format!(r#"<Ports xmlns="{NS}ServiceRoles.2008">"#);
    for port in 5061..5069 {
        let _ = write!(
            ports,
            r#"<Port Owner="urn:component:Registrar" Usage="SipServer" InterfaceSide="Primary" InterfaceNumber="1" Port="{port}" Protocol="Mtls" UrlPath="/" AuthorizesRequests="true" GruuType="HomeServer" />"#
        );
    }
    ports.push_str("</Ports>");
    ports
}

fn domains() -> &'static str {
    r#"<InternalDomains DefaultDomain="contoso.com"><InternalDomain Name="contoso.com" /></InternalDomains>"#
}

fn machines(pool: usize) -> String {
    (0..4).fold(String::new(), |mut machines, server| {
        let _ = write!(machines, r#"<Machine OrdinalInCluster="{server}" Fqdn="s{server}.p{pool}.contoso.com"><NetInterface InterfaceSide="Primary" InterfaceNumber="1" IPAddress="0.0.0.0" /></Machine>"#);
        machines
    })
}

fn tbxml() -> String {
    let (mut clusters, mut services, ports) = (String::new(), String::new(), ports());
    for pool in 0..POOLS {
        let _ = write!(
            clusters,
            r#"<Cluster UniqueId="c{pool}" Fqdn="p{pool}.contoso.com" RequiresSetup="true"><Machines>{}</Machines></Cluster>"#,
            machines(pool)
        );
        for role in ROLES {
            let _ = write!(
                services,
                r#"<Service UniqueId="{role}{pool}" RoleName="{role}" InstalledOn="c{pool}" ServiceVersion="7"><DependsOn />{ports}</Service>"#
            );
        }
    }
    format!(
        r#"<TopologyBuilder xmlns="{NS}TopologyBuilder.2008"><NewTopology><PartialTopology xmlns="{NS}WritableTopology.2008">{}<CentralSites><CentralSite SiteId="1"><Clusters>{clusters}</Clusters></CentralSite></CentralSites><Services>{services}</Services></PartialTopology></NewTopology></TopologyBuilder>"#,
        domains()
    )
}

fn published() -> String {
    let (mut clusters, mut services, ports) = (String::new(), String::new(), ports());
    for pool in 0..POOLS {
        let id = format!(r#"<ClusterId SiteId="1" Number="{pool}" />"#);
        let _ = write!(
            clusters,
            r#"<Cluster Fqdn="p{pool}.contoso.com" RequiresSetup="true">{id}{}</Cluster>"#,
            machines(pool)
        );
        for role in ROLES {
            let _ = write!(
                services,
                r#"<Service ServiceVersion="7"><ServiceId SiteId="1" RoleName="{role}" Instance="{pool}" /><DependsOn /><InstalledOn>{id}</InstalledOn>{ports}</Service>"#
            );
        }
    }
    format!(
        r#"<Topology xmlns="{NS}Topology.2008">{}<Sites><CentralSite SiteId="1" /></Sites><Clusters>{clusters}</Clusters><Services>{services}</Services></Topology>"#,
        domains()
    )
}

fn archive(text: &str) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file("DocItemSet.xml", zip::write::SimpleFileOptions::default()).expect("an entry");
    writer.write_all(format!("<DocItemSet>{text}</DocItemSet>").as_bytes()).expect("its bytes");
    writer.finish().expect("an archive").into_inner()
}

/// The floor: every event with its namespace and attributes, and nothing kept.
fn events(text: &str) -> usize {
    let mut reader = quick_xml::NsReader::from_str(text);
    let mut count = 0;
    loop {
        match reader.read_resolved_event().expect("well-formed") {
            (_, Event::Eof) => return count,
            (_, Event::Start(start) | Event::Empty(start)) => count += start.attributes().count(),
            _ => count += 1,
        }
    }
}

fn reading(criterion: &mut Criterion) {
    let (tbxml, published) = (tbxml(), published());
    let utf16: Vec<u8> =
        std::iter::once(0xFEFF).chain(published.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let zip = archive(&published);
    let mut group = criterion.benchmark_group("500 pools");
    // Throughput counts the characters of the XML, whatever they are wrapped in.
    group.throughput(Throughput::Bytes(published.len() as u64));
    group.bench_function("quick-xml events alone", |bencher| bencher.iter(|| events(black_box(&published))));
    for (name, bytes) in
        [("published", published.as_bytes()), ("published, UTF-16", &utf16), ("configuration ZIP", &zip)]
    {
        let document =
            lyncert_ingest::deployment::read_deployment(&[("a", bytes)]).expect("the document is whole");
        assert_eq!((document.topology.pools().count(), document.problems.len()), (POOLS, 0));
        group.bench_function(name, |bencher| {
            bencher.iter(|| lyncert_ingest::deployment::read_deployment(&[("a", black_box(bytes))]));
        });
    }
    group.throughput(Throughput::Bytes(tbxml.len() as u64));
    group.bench_function("tbxml", |bencher| {
        bencher.iter(|| lyncert_ingest::deployment::read_deployment(&[("a", black_box(tbxml.as_bytes()))]));
    });
    group.finish();
}

criterion_group!(benches, reading);
criterion_main!(benches);
