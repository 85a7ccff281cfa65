//! What the product's own wizard requests, held against what its logs print.

#![expect(clippy::unwrap_used, reason = "helpers of tests lie outside of test functions")]

use lyncert_ingest::topology::Topology;
use lyncert_rules::facts::{CertificateLayout, Facts};
use lyncert_rules::order::{Order, orders};
use lyncert_rules::profile::expect;
use lyncert_rules::requirement::{AddedBy, Need};
use proptest::prelude::*;

const NS: &str = "urn:schema:Microsoft.Rtc.Management.Deploy.";

/// A deployment in the shape of the one whose logs are known: a Standard Edition server and an Edge Server with one
/// external FQDN, one SIP domain, simple URLs of option 1, Skype for Business Server 2015.
fn lab(domains: &[&str], conferencing: &str, xmpp: bool) -> Topology {
    let rows: String =
        domains.iter().map(|domain| format!(r#"<InternalDomain Name="{domain}" />"#)).collect();
    let meets: String = domains
        .iter()
        .map(|d| format!(r#"<SimpleUrl Component="Meet" Domain="{d}" ActiveUrl="https://meet.{d}" />"#))
        .collect();
    let cluster = |fqdn: &str| {
        format!(
            r#"<Cluster IsSingleMachineOnly="true" UniqueId="{fqdn}" Fqdn="{fqdn}"><Machines><Machine /></Machines><SqlInstances><SqlInstance UniqueId="sql-{fqdn}" Name="rtc" /></SqlInstances></Cluster>"#
        )
    };
    let service = |role: &str, on: &str, inside: &str| {
        format!(
            r#"<Service UniqueId="{role}{on}" RoleName="{role}" InstalledOn="{on}" ServiceVersion="7">{inside}</Service>"#
        )
    };
    let port = |owner: &str, fqdn: &str| {
        format!(r#"<Port Owner="urn:component:{owner}" InterfaceSide="External" ConfiguredFqdn="{fqdn}" />"#)
    };
    let proxy = if xmpp {
        r#"<Port Owner="urn:component:XmppFederationProxy" InterfaceSide="External" />"#
    } else {
        ""
    };
    let text = format!(
        r#"<PartialTopology xmlns="{NS}WritableTopology.2008"><InternalDomains DefaultDomain="contoso.com">{rows}</InternalDomains>
<SimpleUrlConfiguration><SimpleUrl Component="Cscp" Domain="*" ActiveUrl="https://admin.contoso.com" />{meets}<SimpleUrl Component="Dialin" Domain="*" ActiveUrl="https://dialin.contoso.com" /></SimpleUrlConfiguration>
<CentralSites><CentralSite SiteId="1"><Name>Lab</Name><Clusters>{}{}</Clusters></CentralSite></CentralSites>
<Services>{}{}{}{}{}</Services></PartialTopology>"#,
        cluster("VM-FE01.contoso.com"),
        cluster("VM-EDGE01.contoso.com"),
        service("UserServices", "VM-FE01.contoso.com", ""),
        service("UserStore", "sql-VM-FE01.contoso.com", ""),
        service("Registrar", "VM-FE01.contoso.com", ""),
        service(
            "WebServices",
            "VM-FE01.contoso.com",
            r#"<WebService><ExternalSettings Host="webext.contoso.com" /></WebService>"#
        ),
        service(
            "EdgeServer",
            "VM-EDGE01.contoso.com",
            &format!(
                "<Ports>{}{}{}{proxy}</Ports>",
                port("AccessEdge", "sip.contoso.com"),
                port("DataEdge", conferencing),
                port("MediaRelayEdge", conferencing)
            )
        ),
    );
    let deployment = lyncert_ingest::deployment::read_deployment(&[("lab.tbxml", text.as_bytes())]).unwrap();
    assert_eq!(deployment.problems, []);
    deployment.topology
}

fn ordered(topology: &Topology, layout: CertificateLayout) -> Vec<Order> {
    orders(&expect(topology, &Facts::default()), layout)
}

/// Holder and usages, subject, names without and with ticked domains.
fn table(orders: &[Order]) -> String {
    let list = |names: &[lyncert_ingest::name::DnsName]| {
        let names: Vec<_> = names.iter().map(ToString::to_string).collect();
        if names.is_empty() { "-".to_owned() } else { names.join(",") }
    };
    let rows = orders.iter().map(|order| match &order.wizard {
        Some(wizard) => format!(
            "{}\n  CN={}\n  {}\n  {}\n",
            order.id,
            wizard.subject,
            list(&wizard.names),
            list(&wizard.names_ticked)
        ),
        None => format!("{}\n  no wizard\n", order.id),
    });
    rows.collect()
}

/// The same deployment's logs print, under other names: for `Default,WebServicesInternal,WebServicesExternal` the subject
/// and this list, with `sip.` passed by the person in front; no names at all for the Edge's usages and OAuth.
#[test]
fn the_names_that_the_products_logs_print_are_predicted_in_their_order() {
    let orders = ordered(&lab(&["contoso.com"], "sip.contoso.com", false), CertificateLayout::Auto);
    expect_test::expect![[r#"
        vm-fe01.contoso.com/Default+WebServicesInternal+WebServicesExternal
          CN=VM-FE01.contoso.com
          VM-FE01.contoso.com,dialin.contoso.com,meet.contoso.com,admin.contoso.com,LyncdiscoverInternal.contoso.com,webext.contoso.com,Lyncdiscover.contoso.com
          sip.contoso.com,VM-FE01.contoso.com,dialin.contoso.com,meet.contoso.com,admin.contoso.com,LyncdiscoverInternal.contoso.com,webext.contoso.com,Lyncdiscover.contoso.com
        vm-edge01.contoso.com/AccessEdgeExternal+DataEdgeExternal+AudioVideoAuthentication
          CN=sip.contoso.com
          -
          -
        vm-edge01.contoso.com/Internal
          CN=VM-EDGE01.contoso.com
          -
          -
        deployment/OAuthTokenIssuer
          CN=contoso.com
          -
          -
        reverse-proxy
          no wizard
    "#]].assert_eq(&table(&orders));
}

#[test]
fn a_name_that_is_passed_comes_first_and_makes_the_subject_be_repeated() {
    let orders = ordered(&lab(&["contoso.com"], "sip.contoso.com", false), CertificateLayout::Auto);
    let oauth = orders.iter().find(|order| order.id == "deployment/OAuthTokenIssuer").unwrap();
    let server = "VM-FE01.contoso.com".parse().unwrap();
    let names: Vec<_> =
        oauth.wizard.as_ref().unwrap().names_with(&[&server]).iter().map(ToString::to_string).collect();
    assert_eq!(names, ["VM-FE01.contoso.com", "contoso.com"]);
}

#[test]
fn further_domains_are_left_to_the_person_and_xmpp_brings_the_default_one() {
    let orders = ordered(
        &lab(&["contoso.com", "fabrikam.com"], "conf.contoso.com", true),
        CertificateLayout::Separate,
    );
    expect_test::expect![[r#"
        vm-fe01.contoso.com/Default
          CN=VM-FE01.contoso.com
          -
          sip.contoso.com,sip.fabrikam.com,VM-FE01.contoso.com
        vm-fe01.contoso.com/WebServicesInternal
          CN=VM-FE01.contoso.com
          VM-FE01.contoso.com,dialin.contoso.com,meet.contoso.com,meet.fabrikam.com,admin.contoso.com,LyncdiscoverInternal.contoso.com
          VM-FE01.contoso.com,dialin.contoso.com,meet.contoso.com,meet.fabrikam.com,admin.contoso.com,LyncdiscoverInternal.contoso.com
        vm-fe01.contoso.com/WebServicesExternal
          CN=VM-FE01.contoso.com
          VM-FE01.contoso.com,dialin.contoso.com,meet.contoso.com,meet.fabrikam.com,admin.contoso.com,webext.contoso.com,Lyncdiscover.contoso.com
          VM-FE01.contoso.com,dialin.contoso.com,meet.contoso.com,meet.fabrikam.com,admin.contoso.com,webext.contoso.com,Lyncdiscover.contoso.com
        vm-edge01.contoso.com/AccessEdgeExternal+DataEdgeExternal+AudioVideoAuthentication+XmppServer
          CN=sip.contoso.com
          sip.contoso.com,conf.contoso.com,contoso.com
          sip.contoso.com,sip.fabrikam.com,conf.contoso.com,contoso.com
        vm-edge01.contoso.com/Internal
          CN=VM-EDGE01.contoso.com
          -
          -
        deployment/OAuthTokenIssuer
          CN=contoso.com
          -
          -
        reverse-proxy
          no wizard
    "#]].assert_eq(&table(&orders));
    let edge = orders.iter().find(|order| order.id.contains("AccessEdgeExternal")).unwrap();
    let wizard = edge.wizard.as_ref().unwrap();
    let list = |names: Vec<&lyncert_ingest::name::DnsName>| {
        names.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(list(wizard.leaves_out(edge, false)), ["sip.fabrikam.com", "fabrikam.com"]);
    assert_eq!(list(wizard.leaves_out(edge, true)), ["fabrikam.com"]);
    assert!(wizard.surplus(edge).is_empty());
}

proptest! {
    /// What a plan calls added by the wizard is what the wizard computes, and nothing is left to nobody.
    #[test]
    fn the_tables_and_the_prediction_agree(
        domains in proptest::sample::subsequence(vec!["fabrikam.com", "litware.com", "eu.contoso.com"], 0..=3),
        conferencing in proptest::sample::select(vec!["sip.contoso.com", "conf.contoso.com"]),
        xmpp: bool,
        separate: bool,
    ) {
        let mut all = vec!["contoso.com"];
        all.extend(domains);
        let layout = if separate { CertificateLayout::Separate } else { CertificateLayout::Combined };
        for order in ordered(&lab(&all, conferencing, xmpp), layout) {
            let Some(wizard) = &order.wizard else { continue };
            for name in order.names.iter().filter(|name| name.need > Need::Optional && name.name != order.subject) {
                prop_assert_eq!(
                    name.added_by == AddedBy::Wizard, wizard.names.contains(&name.name), "{} of {}", name.name, order.id
                );
            }
            let all_names = wizard.names_with(&wizard.leaves_out(&order, false));
            let covered = |name: &lyncert_ingest::name::DnsName| *name == wizard.subject || all_names.contains(name);
            prop_assert!(order.names.iter().filter(|name| name.need > Need::Optional).all(|name| covered(&name.name)));
        }
    }
}
