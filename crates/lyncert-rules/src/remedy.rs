//! What repairs, for each kind of holder.

use lyncert_ingest::topology::PoolKind;

use crate::certificate::Eku;
use crate::cmdlet::{Quotes, RequestCommand};
use crate::holder::{Holder, HolderKind};
use crate::requirement::{AddedBy, Need, Requirement};

/// The `Request-CsCertificate` line for a requirement: the wizard's names come by themselves, the others are passed with
/// `-DomainName`. `None` for holders without that cmdlet, and where a name could not be quoted safely.
pub(crate) fn request(requirement: &Requirement) -> Option<String> {
    if !requirement.holder.has_cmdlets {
        return None;
    }
    let install_on = requirement.install_on();
    let by_hand: Vec<&str> = requirement
        .names
        .iter()
        .filter(|name| name.added_by == AddedBy::Person && name.need > Need::Optional)
        .map(|name| name.name.as_str())
        .collect();
    let is_edge = requirement.holder.kind == HolderKind::Pool(PoolKind::Edge);
    let client_eku =
        requirement.eku.iter().chain(&requirement.advised_eku).any(|eku| *eku == Eku::ClientAuth);
    let command = RequestCommand {
        usages: &requirement.usages,
        // An Edge Server cannot reach the Central Management store, which the parameter makes the cmdlet ask.
        computer: install_on.first().map(|server| server.as_str()).filter(|_| !is_edge),
        friendly_name: None,
        by_hand: &by_hand,
        client_eku,
        with_template: client_eku && !requirement.public_ca,
        exportable: requirement.needs_exportable_key(),
        key_bits: 2048,
        destination: None,
        quotes: Quotes::Double,
    };
    command.line()
}

/// How a certificate gets into use at these holders, in words that go on after "and".
pub(crate) fn assign<'a>(holders: impl IntoIterator<Item = &'a Holder>) -> String {
    let mut ways: Vec<&str> = Vec::new();
    for way in holders.into_iter().map(way_into_use) {
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    ways.join(", and ")
}

fn way_into_use(holder: &Holder) -> &'static str {
    if holder.has_cmdlets {
        return "assign it (`Set-CsCertificate`)";
    }
    match holder.kind {
        HolderKind::ReverseProxy => "bind it to the listener of the reverse proxy or load balancer",
        HolderKind::Pool(PoolKind::OfficeWebApps) => {
            "import it on every server of the farm and name it in `Set-OfficeWebAppsFarm -CertificateName`"
        }
        HolderKind::Pool(PoolKind::Gateway) => "load it on the gateway by the gateway's own tools",
        HolderKind::Pool(PoolKind::TrustedApplication) => {
            "install it in the application by the application's own documentation"
        }
        HolderKind::Pool(_) | HolderKind::Deployment => "put it into use there",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{edge, edge_external, edge_pool, estate, front_end, pool, requirement_of};

    #[test]
    fn the_line_passes_just_the_names_that_the_wizard_does_not_add() {
        assert_eq!(
            request(&edge_external(&edge_pool())).as_deref(),
            Some(
                "Request-CsCertificate -New -Type AccessEdgeExternal,DataEdgeExternal,AudioVideoAuthentication \
                 -DomainName \"sip.fabrikam.com\" -PrivateKeyExportable $true -KeySize 2048"
            )
        );
    }

    #[test]
    fn the_client_eku_needs_a_template_that_has_it() {
        let line = request(&requirement_of(&edge(), "Internal")).unwrap();
        assert!(line.contains(" -ClientEKU $true -Template $Template "), "{line}");
        assert!(!line.contains("-ComputerFqdn"), "{line}");
        let line = request(&requirement_of(&front_end(), "Default")).unwrap();
        assert!(line.contains(" -ComputerFqdn \"fe1.contoso.com\" "), "{line}");
        assert!(line.contains(" -ClientEKU $true -Template $Template "), "{line}");
    }

    #[test]
    fn holders_without_the_cmdlets_have_no_line_and_a_way_of_their_own() {
        let mut apps = pool(PoolKind::TrustedApplication, "apps.contoso.com", &["app1.contoso.com"]);
        let replicated = requirement_of(&estate(apps.clone()), "Default");
        assert!(request(&replicated).is_some_and(|line| line.contains("app1.contoso.com")));
        apps.requires_replication = false;
        let farm = pool(PoolKind::OfficeWebApps, "owa.contoso.com", &["owa.contoso.com"]);
        for (requirement, way) in [
            (requirement_of(&front_end(), "ReverseProxy"), "the listener of the reverse proxy"),
            (requirement_of(&estate(farm), "OfficeWebApps"), "Set-OfficeWebAppsFarm -CertificateName"),
            (requirement_of(&estate(apps), "Default"), "the application's own documentation"),
        ] {
            assert_eq!(request(&requirement), None);
            let words = assign([&requirement.holder]);
            assert!(words.contains(way) && !words.contains("Set-CsCertificate"), "{words}");
        }
    }

    #[test]
    fn a_certificate_in_several_places_gets_into_use_in_each() {
        let (default, proxy) =
            (requirement_of(&front_end(), "Default"), requirement_of(&front_end(), "ReverseProxy"));
        assert_eq!(
            assign([&default.holder, &default.holder, &proxy.holder]),
            "assign it (`Set-CsCertificate`), and bind it to the listener of the reverse proxy or load balancer"
        );
    }

    #[test]
    fn a_name_that_could_run_is_never_quoted() {
        let mut requirement = requirement_of(&front_end(), "Default");
        requirement.holder.server = Some("fe1$(calc).contoso.com".parse().unwrap());
        assert_eq!(request(&requirement), None);
    }
}
