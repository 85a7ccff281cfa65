//! The central store, as the configuration ZIP and its unpacked document hold it.
//!
//! No whole export of this kind was seen, only single documents of the store and what cmdlet logs show of their names. So
//! nothing is taken from positions: elements are recognized by name and namespace at any depth, and the innermost `Key` of an
//! `Item` or `AnchoredXml` gives the scope.

use super::{published, url};
use crate::document::{Document, FederationFact};
use crate::lowering::{Lowering, Path};
use crate::topology::Topology;
use crate::xml::Element;

/// Settings of federation, by a part of their name.
const FEDERATION: &[&str] =
    &["AllowedDomain", "BlockedDomain", "PublicProvider", "HostingProvider", "XmppAllowedPartner"];

/// The scope of a document of the store.
#[derive(Clone, Copy, Default)]
struct StoreScope<'a> {
    class: Option<&'a str>,
    site: Option<&'a str>,
}

/// Collects all that is known below `root`.
pub(super) fn read_documents(lowering: &mut Lowering<'_>, root: &Element, document: &mut Document) {
    let mut topologies: Vec<(bool, Topology)> = Vec::new();
    read_below(lowering, &Path::root(root), StoreScope::default(), document, &mut topologies);
    // The global one counts; what else there is was reported when it was met.
    topologies.sort_by_key(|(is_global, _)| !is_global);
    if topologies.len() > 1 {
        let text = format!("there are {} topologies; the one with global scope counts", topologies.len());
        lowering.problem(&Path::root(root), text);
    }
    document.topology = topologies.into_iter().next().map(|(_, topology)| topology);
}

fn read_below(
    lowering: &mut Lowering<'_>,
    path: &Path<'_>,
    scope: StoreScope<'_>,
    document: &mut Document,
    topologies: &mut Vec<(bool, Topology)>,
) {
    let scope = scope.within(path.element);
    for child in &path.element.children {
        let path = path.child(child);
        let is_ours = |part: &str| child.namespace.is_empty() || child.namespace.contains(part);
        match &*child.name {
            "Topology" if is_ours("Deploy.Topology") => {
                let is_global = scope.class.is_none_or(|class| class.eq_ignore_ascii_case("Global"));
                topologies.push((is_global, published::read_topology(lowering, &path)));
            }
            "SimpleUrlConfiguration" if is_ours("SimpleUrl") => {
                let urls = url::read_configuration(lowering, &path, scope.site);
                document.simple_urls.get_or_insert_default().extend(urls);
            }
            name if FEDERATION.iter().any(|part| name.contains(part)) => {
                document.federation.extend(read_federation_fact(lowering, &path));
                read_below(lowering, &path, scope, document, topologies);
            }
            _ => read_below(lowering, &path, scope, document, topologies),
        }
    }
}

impl<'a> StoreScope<'a> {
    /// The scope that an element's own `Key` sets.
    fn within(self, element: &'a Element) -> Self {
        let Some(key) = element.child("Key") else { return self };
        Self { class: key.filled("ScopeClass").or(self.class), site: key.filled("SiteId").or(self.site) }
    }
}

/// The name that a federation setting is about. A container of such settings has none.
fn read_federation_fact(lowering: &Lowering<'_>, path: &Path<'_>) -> Option<FederationFact> {
    let name =
        ["Domain", "Name", "Identity", "ProxyFqdn"].iter().find_map(|name| path.element.filled(name))?;
    Some(FederationFact {
        kind: path.element.name.to_string(),
        name: name.to_owned(),
        place: path.place(lowering.source),
    })
}
