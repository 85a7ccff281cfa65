//! What repairs, for each kind of holder.

use lyncert_ingest::topology::PoolKind;

use crate::holder::{Holder, HolderKind};

/// How a certificate gets into use at these holders, in words that go on after "and".
pub fn assign<'a>(holders: impl IntoIterator<Item = &'a Holder>) -> String {
    let mut ways: Vec<&str> = Vec::new();
    for way in holders.into_iter().map(way_into_use) {
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    if ways.is_empty() {
        return "put it into use".to_owned();
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
    use crate::testing::{estate, front_end, pool, requirement_of};

    #[test]
    fn holders_without_the_cmdlets_have_a_way_of_their_own() {
        let mut apps = pool(PoolKind::TrustedApplication, "apps.contoso.com", &["app1.contoso.com"]);
        let replicated = requirement_of(&estate(apps.clone()), "Default");
        assert!(assign([&replicated.holder]).contains("Set-CsCertificate"));
        apps.requires_replication = false;
        let farm = pool(PoolKind::OfficeWebApps, "owa.contoso.com", &["owa.contoso.com"]);
        for (requirement, way) in [
            (requirement_of(&front_end(), "ReverseProxy"), "the listener of the reverse proxy"),
            (requirement_of(&estate(farm), "OfficeWebApps"), "Set-OfficeWebAppsFarm -CertificateName"),
            (requirement_of(&estate(apps), "Default"), "the application's own documentation"),
        ] {
            let words = assign([&requirement.holder]);
            assert!(words.contains(way) && !words.contains("Set-CsCertificate"), "{words}");
        }
    }

    #[test]
    fn what_has_no_place_is_put_into_use_all_the_same() {
        assert_eq!(assign([]), "put it into use");
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
}
