//! Web services FQDNs and the Office Web Apps discovery URL.

use std::collections::HashSet;

use crate::lowering::{Lowering, Path};
use crate::name::DnsName;
use crate::topology::{Placed, Pool};
use crate::url::parse_url_host;

/// The web services FQDNs of a pool that were read so far.
#[derive(Default)]
pub(super) struct WebNames {
    external: HashSet<DnsName>,
    internal: HashSet<DnsName>,
}

/// Reads the `WebService` element of a service. That an internal override is an element whose name starts with
/// `Internal` is inferred from its external sibling; no real export had one.
pub(super) fn read_web_service(
    lowering: &mut Lowering<'_>,
    path: &Path<'_>,
    pool: &mut Pool,
    known: &mut WebNames,
) {
    let Some(web) = path.element.child("WebService") else { return };
    let web_path = path.child(web);
    for settings in &web.children {
        let (fqdns, known) = if settings.name.starts_with("External") {
            (&mut pool.external_web_fqdns, &mut known.external)
        } else if settings.name.starts_with("Internal") {
            (&mut pool.internal_web_fqdns, &mut known.internal)
        } else {
            continue;
        };
        let settings_path = web_path.child(settings);
        let Some(host) = settings.filled("Host") else { continue };
        match host.parse::<DnsName>() {
            Ok(value) if known.insert(value.clone()) => {
                fqdns.push(Placed { value, place: settings_path.place(lowering.source) });
            }
            Ok(_) => {}
            Err(error) => lowering.problem(&settings_path, format!("{error}; expected a web services FQDN")),
        }
    }
}

/// Reads the `WacService` element of a service.
pub(super) fn read_office_web_apps(lowering: &mut Lowering<'_>, path: &Path<'_>, pool: &mut Pool) {
    let Some(farm) = path.element.child("WacService") else { return };
    let farm_path = path.child(farm);
    pool.office_web_apps_external = farm.boolean("IsExternal") == Some(true);
    let Some(url) = farm.filled("DiscoveryUrl") else {
        lowering.problem(&farm_path, "the Office Web Apps farm has no `DiscoveryUrl`");
        return;
    };
    match parse_url_host(url) {
        Ok(host) => pool.office_web_apps_host = Some(host),
        Err(reason) => lowering.problem(&farm_path, reason),
    }
    let place = farm_path.place(lowering.source);
    pool.office_web_apps_url = Some(Placed { value: url.to_owned(), place });
}
