//! Why a name is here.

use lyncert_ingest::name::{DnsName, said};
use lyncert_ingest::place::Place;
use lyncert_ingest::topology::{PoolKind, Topology};

use crate::issuable::Obstacle;
use crate::matching::DnsPattern;
use crate::profile::has_profile;
use crate::requirement::{AcceptedName, NameKind, RequiredName, Requirement};

/// What one requirement has to do with a name.
#[derive(Clone, Copy, Debug)]
pub struct NameUse<'a> {
    /// The requirement that has to do with the name.
    pub requirement: &'a Requirement,
    /// It judges certificates by the name.
    pub required: Option<&'a RequiredName>,
    /// It accepts the name without a word.
    pub accepted: Option<&'a AcceptedName>,
    /// The clause that makes the name its subject, or accepts it as that.
    pub subject: Option<&'static str>,
}

/// Every requirement that needs a name, accepts it, or has it as a subject, in the order of `requirements`.
pub fn find_uses<'a>(requirements: &'a [Requirement], name: &DnsName) -> Vec<NameUse<'a>> {
    let uses = requirements.iter().map(|requirement| NameUse {
        requirement,
        required: requirement.names.iter().find(|required| required.name == *name),
        accepted: requirement.also_accepted.iter().find(|accepted| accepted.name == *name),
        subject: subject_clause(requirement, name),
    });
    uses.filter(|used| used.required.is_some() || used.accepted.is_some() || used.subject.is_some()).collect()
}

fn subject_clause(requirement: &Requirement, name: &DnsName) -> Option<&'static str> {
    if requirement.subject == *name {
        return Some(requirement.subject_clause);
    }
    let mut accepted = requirement.accepted_subjects.iter();
    accepted.find(|accepted| accepted.name == *name).map(|accepted| accepted.clause)
}

/// A place in the topology that has a name, although no certificate may need it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mention {
    /// What it is there.
    pub what: String,
    /// The element that has it.
    pub place: Place,
}

/// Every place in the topology that has the name.
pub fn find_mentions(topology: &Topology, name: &DnsName) -> Vec<Mention> {
    let mut mentions = Vec::new();
    let mut mention = |what: String, place: &Place| mentions.push(Mention { what, place: place.clone() });
    for domain in topology.sip_domains.iter().filter(|domain| domain.name == *name) {
        mention("a SIP domain".to_owned(), &domain.place);
    }
    for url in topology.simple_urls.iter().flatten() {
        if url.hosts().any(|host| host == name) {
            mention(format!("a host of the {} simple URL", url.component.as_str()), &url.place);
        }
    }
    for pool in topology.pools() {
        let title = pool.kind.title();
        if pool.fqdn == *name {
            mention(format!("the FQDN of a pool: {title}"), &pool.place);
        }
        for machine in pool.machines.iter().filter(|machine| machine.fqdn == *name && pool.fqdn != *name) {
            mention(format!("a server of {} ({title})", said(&pool.fqdn)), &machine.place);
        }
        let web = pool.internal_web_fqdns.iter().chain(&pool.external_web_fqdns);
        let edge = [&pool.access_edge_fqdn, &pool.web_conferencing_edge_fqdn, &pool.av_edge_fqdn];
        for fqdn in web.chain(edge.into_iter().flatten()).filter(|fqdn| fqdn.value == *name) {
            mention(format!("an FQDN of {} ({title})", said(&pool.fqdn)), &fqdn.place);
        }
    }
    mentions
}

/// Why a name may be taken for needed although nothing needs it, in sentences.
pub fn explain_surplus(topology: &Topology, requirements: &[Requirement], name: &DnsName) -> Vec<String> {
    let mut hints = Vec::new();
    if let Some((label, rest)) = name.key().split_once('.')
        && matches!(
            label,
            "sip" | "lyncdiscover" | "lyncdiscoverinternal" | "sipinternal" | "sipexternal" | "xmpp"
        )
        && topology.sip_domains.iter().all(|domain| domain.name.key() != rest)
    {
        hints.push(format!("`{rest}` is no SIP domain of this deployment"));
    }
    hints.extend(wildcard_hint(requirements, name));
    let mut unfit = requirements.iter().flat_map(|requirement| &requirement.unfit_names);
    if let Some(unfit) = unfit.find(|unfit| unfit.name == *name) {
        hints.push(format!(
            "{}: it is to be changed in the topology, and no certificate is asked for it",
            Obstacle::from(unfit)
        ));
    }
    let of_pool = topology
        .pools()
        .find(|pool| pool.fqdn == *name || pool.machines.iter().any(|machine| machine.fqdn == *name));
    if let Some(pool) = of_pool {
        let title = pool.kind.title();
        let is_tls = pool.trunk.as_ref().map(|trunk| trunk.is_tls);
        if pool.kind == PoolKind::Gateway && is_tls != Some(true) {
            let gateway = format!("{} ({title})", said(&pool.fqdn));
            hints.push(if is_tls.is_some() {
                format!("{gateway} needs no certificate: its trunk is TCP")
            } else {
                format!("whether {gateway} needs a certificate is not known: no port of it has a `Protocol`")
            });
        } else if !has_profile(pool.kind) {
            hints.push(format!("{} ({title}) needs no certificate of the product", said(&pool.fqdn)));
        }
    }
    if requirements.iter().any(|requirement| requirement.needs_unknown_urls) {
        hints.push("not all simple URLs are known: the name may be the host of one".to_owned());
    }
    hints
}

/// Which names a wildcard may stand for. No requirement asks for a wildcard, but it can cover names that one asks for.
fn wildcard_hint(requirements: &[Requirement], name: &DnsName) -> Option<String> {
    let pattern = DnsPattern::new(name.key());
    if !pattern.is_wildcard() {
        return None;
    }
    let (mut honored, mut not_honored): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for requirement in requirements {
        for required in requirement.names.iter().filter(|required| pattern.covers(&required.name).is_some()) {
            let list =
                if requirement.honors_wildcard_for(required) { &mut honored } else { &mut not_honored };
            if !list.contains(&required.name.as_str()) {
                list.push(required.name.as_str());
            }
        }
    }
    // A name that is honored on one certificate and spelled out on another is in both lists.
    let list = |names: &[&str]| if names.is_empty() { "no name".to_owned() } else { names.join(", ") };
    Some(format!(
        "as a wildcard it may stand for {} where web services or the reverse proxy are asked for them, and not for {} elsewhere",
        list(&honored),
        list(&not_honored)
    ))
}

impl RequiredName {
    /// Who connects to it.
    pub fn used_by(&self) -> &'static str {
        match self.kind {
            NameKind::Pool => "servers and clients that connect to the pool",
            NameKind::Machine => "other servers that connect to this one",
            NameKind::InternalWeb => "clients inside: address book, meeting content, group expansion",
            NameKind::ExternalWeb => "clients outside and mobile clients, by the reverse proxy",
            NameKind::Meet => "everybody who opens a meeting link",
            NameKind::Dialin => "everybody who opens the dial-in settings page",
            NameKind::Admin => "administrators who open the control panel",
            NameKind::OtherUrl => "everybody who opens links to this host",
            NameKind::LyncdiscoverInternal => "clients inside that look for their pool by Autodiscover",
            NameKind::Lyncdiscover => "clients outside that look for their pool by Autodiscover",
            NameKind::Sip => "clients that sign in automatically, and federated partners",
            NameKind::AccessEdge => "remote clients and federated partners",
            NameKind::WebConferencing => "people outside who join web conferences",
            NameKind::AvEdge => "nobody who checks it",
            NameKind::Xmpp => "XMPP partners, which check the domain of the address",
            NameKind::OfficeWebApps => "clients and servers that show presentations",
            NameKind::Extra => "what the policy says",
        }
    }

    /// What users notice without it.
    pub fn consequence(&self) -> String {
        crate::consequence::of_missing(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::expect;
    use crate::requirement::Need;
    use crate::testing::{edge, estate, front_end, name, pool};

    #[test]
    fn a_needed_name_is_found_with_its_need_and_a_subject_with_its_clause() {
        let estate = edge();
        let requirements = expect(&estate.topology, &estate.facts);
        let uses = find_uses(&requirements, &name("SIP.fabrikam.com"));
        assert_eq!(uses.len(), 1);
        assert_eq!(uses[0].required.map(|required| required.need), Some(Need::Required));
        let uses = find_uses(&requirements, &name("sip.contoso.com"));
        assert_eq!(uses[0].subject, Some("EDGE-EXT-02"));
    }

    #[test]
    fn a_surplus_name_is_told_with_what_it_may_be() {
        let mut estate = front_end();
        estate.topology.sites[0].pools.push(pool(PoolKind::Gateway, "gw.contoso.com", &["gw.contoso.com"]));
        let requirements = expect(&estate.topology, &estate.facts);
        let hints = |text: &str| explain_surplus(&estate.topology, &requirements, &name(text));
        assert!(find_uses(&requirements, &name("sip.litware.com")).is_empty());
        assert_eq!(hints("sip.litware.com"), ["`litware.com` is no SIP domain of this deployment"]);
        assert_eq!(
            hints("gw.contoso.com"),
            [
                "whether gw.contoso.com (gateway) needs a certificate is not known: no port of it has a `Protocol`"
            ]
        );
        assert_eq!(hints("lobby.contoso.com"), [""; 0]);
        let wildcard = hints("*.contoso.com").join("; ");
        assert!(wildcard.contains("may stand for meet.contoso.com, dialin.contoso.com"), "{wildcard}");
        assert!(wildcard.contains("and not for pool.contoso.com, fe1.contoso.com"), "{wildcard}");
        assert_eq!(find_mentions(&estate.topology, &name("gw.contoso.com")).len(), 1);
    }

    #[test]
    fn while_the_simple_urls_are_not_known_a_name_may_be_one_of_theirs() {
        let mut estate = estate(pool(PoolKind::FrontEndPool, "pool.contoso.com", &["fe1.contoso.com"]));
        estate.topology.simple_urls = None;
        let requirements = expect(&estate.topology, &estate.facts);
        let hints = explain_surplus(&estate.topology, &requirements, &name("lobby.contoso.com"));
        assert_eq!(hints, ["not all simple URLs are known: the name may be the host of one"]);
    }
}
