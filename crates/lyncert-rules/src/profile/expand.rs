//! From the tables to the requirements of one deployment.

use std::collections::HashSet;
use std::sync::Arc;

use lyncert_ingest::name::DnsName;
use lyncert_ingest::topology::{Machine, Pool, PoolKind, Site, Topology};
use rayon::prelude::*;

use super::collect::{collect_names, who_adds};
use super::context::{DeploymentContext, HolderContext, has_xmpp};
use super::unfit::leave_out_unfit;
use super::{Profile, ProfileCondition, ProfileScope, Wizard, profiles};
use crate::certificate::Eku;
use crate::facts::{AvCertificate, Facts, ReverseProxyListeners, WITHOUT_AOL};
use crate::holder::{Holder, HolderKind, reverse_proxy_folder};
use crate::requirement::{
    AcceptedName, AcceptedSubject, AddedBy, RequiredName, Requirement, ServerSet, WizardNames,
};
use crate::usage::CertificateUsage;

/// The certificates that the topology calls for, in export order, those outside of pools last.
///
/// Pools of a generation from before Lync, and pools that no table describes, call for none.
pub fn expect(topology: &Topology, facts: &Facts) -> Vec<Requirement> {
    let deployment = DeploymentContext::new(topology, facts);
    let pools: Vec<(&Site, &Pool)> =
        topology.sites.iter().flat_map(|site| site.pools.iter().map(move |pool| (site, pool))).collect();
    let of_pool = |(site, pool): (&Site, &Pool)| -> Vec<Requirement> {
        profiles().flat_map(|profile| pool_requirements(&deployment, site, pool, profile)).collect()
    };
    let mut requirements: Vec<Requirement> = pools.into_par_iter().flat_map_iter(of_pool).collect();
    requirements.extend(oauth_requirements(&deployment));
    requirements.extend(reverse_proxy_requirements(&deployment));
    leave_out_unfit(&mut requirements);
    requirements
}

fn pool_requirements(
    deployment: &DeploymentContext<'_>,
    site: &Site,
    pool: &Pool,
    profile: &Profile,
) -> Vec<Requirement> {
    let version = pool.version().unwrap_or(deployment.version);
    if profile.holder != HolderKind::Pool(pool.kind)
        || !profile.applies_to(version)
        || !is_met(profile.condition, pool, deployment.facts)
    {
        return Vec::new();
    }
    let siblings = match profile.scope {
        ProfileScope::EachServer => servers_beside_each_other(pool),
        ProfileScope::WholePool | ProfileScope::Deployment => Arc::default(),
    };
    let context = |machine| HolderContext {
        deployment,
        site: Some(site),
        pool: Some(pool),
        machine,
        version,
        siblings: Arc::clone(&siblings),
        proxy: None,
    };
    match profile.scope {
        ProfileScope::EachServer => pool
            .machines
            .iter()
            .filter_map(|machine| build_requirement(profile, &context(Some(machine))))
            .collect(),
        ProfileScope::WholePool | ProfileScope::Deployment => {
            let only = if let [only] = pool.machines.as_slice() { Some(only) } else { None };
            build_requirement(profile, &context(only)).into_iter().collect()
        }
    }
}

fn is_met(condition: ProfileCondition, pool: &Pool, facts: &Facts) -> bool {
    match condition {
        ProfileCondition::Always => true,
        ProfileCondition::SeparateAv => has_own_av(facts),
        ProfileCondition::TlsTrunk => pool.trunk.as_ref().is_some_and(|trunk| trunk.is_tls),
    }
}

fn has_own_av(facts: &Facts) -> bool {
    match facts.av_certificate {
        AvCertificate::Shared => false,
        AvCertificate::Separate => true,
    }
}

/// The OAuth certificate, shared by all front ends of a generation that has it.
fn oauth_requirements(deployment: &DeploymentContext<'_>) -> Vec<Requirement> {
    let mut requirements = Vec::new();
    for profile in super::deployment::OAUTH {
        let servers: Vec<_> = deployment
            .front_ends()
            .filter(|pool| profile.applies_to(pool.version().unwrap_or(deployment.version)))
            .flat_map(|pool| pool.machines.iter().map(|machine| machine.fqdn.clone()))
            .collect();
        if servers.is_empty() {
            continue;
        }
        let context = HolderContext::outside_of_pools(deployment, None);
        requirements.extend(
            build_requirement(profile, &context).map(|oauth| Requirement { shared_by: servers, ..oauth }),
        );
    }
    requirements
}

/// The certificate of each reverse proxy, or one for each published name where they have several listeners (RP-08).
fn reverse_proxy_requirements(deployment: &DeploymentContext<'_>) -> Vec<Requirement> {
    if deployment.facts.without_reverse_proxy {
        return Vec::new();
    }
    let mut requirements = Vec::new();
    for proxy in &deployment.proxies() {
        let context = HolderContext::outside_of_pools(deployment, Some(proxy));
        let profiles = super::deployment::REVERSE_PROXY.iter();
        for whole in profiles.filter_map(|profile| build_requirement(profile, &context)) {
            match deployment.facts.reverse_proxy_listeners {
                ReverseProxyListeners::One => requirements.push(whole),
                ReverseProxyListeners::Several => requirements.extend(one_for_each_listener(&whole)),
            }
        }
    }
    requirements
}

fn one_for_each_listener(whole: &Requirement) -> Vec<Requirement> {
    let one = |required: &RequiredName| Requirement {
        id: format!("{}/{}", whole.id, required.name.key()),
        subject: required.name.clone(),
        names: vec![required.clone()],
        // Any listener may hold a certificate that serves the others too.
        also_accepted: accepted_beside(whole, &required.name),
        accepted_subjects: whole
            .names
            .iter()
            .map(|other| AcceptedSubject { name: other.name.clone(), clause: "RP-02", severity: None })
            .collect(),
        ..whole.clone()
    };
    whole.names.iter().map(one).collect()
}

fn accepted_beside(whole: &Requirement, name: &DnsName) -> Vec<AcceptedName> {
    let others = whole.names.iter().filter(|other| other.name != *name);
    let others = others.map(|other| AcceptedName { name: other.name.clone(), clause: other.clause });
    whole.also_accepted.iter().cloned().chain(others).collect()
}

fn build_requirement(profile: &Profile, context: &HolderContext<'_>) -> Option<Requirement> {
    let subject = context.subject(profile.subject)?;
    let usages = assigned_usages(profile, context);
    let (names, also_accepted) = collect_names(profile, &usages, context);
    Some(Requirement {
        id: requirement_id(profile.holder, context, &usages),
        holder: Holder {
            site: context.site.map(site_title),
            pool: context.pool.map(|pool| pool.fqdn.clone()),
            server: context.machine.map(|machine| machine.fqdn.clone()),
            kind: profile.holder,
            has_cmdlets: profile.holder.has_cmdlets(context.pool),
            name: context.proxy.and_then(|proxy| proxy.name).map(str::to_owned),
            version: context.version,
        },
        accepted_subjects: find_accepted_subjects(profile, context, &subject),
        subject,
        subject_clause: profile.subject_clause,
        names,
        also_accepted,
        eku: required_ekus(profile, &usages, context),
        advised_eku: profile.advised_eku.to_vec(),
        public_ca: profile.public_ca,
        shared_by: servers_that_share(profile, context),
        siblings: Arc::clone(&context.siblings),
        unfit_names: Vec::new(),
        has_unfit_subject: false,
        needs_unknown_urls: needs_unknown_urls(profile, context),
        notes: ordering_notes(profile, &usages, context),
        wizard: profile.wizard.map(|wizard| wizard_names(wizard, context)),
        place: context
            .machine
            .map(|machine| machine.place.clone())
            .or_else(|| context.pool.map(|pool| pool.place.clone())),
        usages,
    })
}

/// What the wizard computes for this requirement.
fn wizard_names(wizard: &Wizard, context: &HolderContext<'_>) -> WizardNames {
    let mut names = Vec::new();
    for (from, rule) in wizard.names {
        let items = context.names_from(*from).into_iter();
        names.extend(
            items.filter(|item| who_adds(*rule, item, context) == AddedBy::Wizard).map(|item| item.name),
        );
    }
    let domains = &context.deployment.topology.sip_domains;
    let ticked = domains.iter().filter(|_| wizard.domain_ticks).map(|domain| domain.name.with_label("sip"));
    WizardNames { computed: names, ticked: ticked.collect() }
}

fn requirement_id(holder: HolderKind, context: &HolderContext<'_>, usages: &[CertificateUsage]) -> String {
    let usage = usages.first().map_or("", |usage| usage.as_str());
    match (holder, context.pool, context.machine) {
        (HolderKind::ReverseProxy, ..) => reverse_proxy_folder(context.proxy.and_then(|proxy| proxy.name)),
        (HolderKind::Deployment, ..) => format!("deployment/{usage}"),
        (HolderKind::Pool(_), Some(pool), Some(machine)) if machine.fqdn != pool.fqdn => {
            format!("{}/{}/{usage}", pool.fqdn.key(), machine.fqdn.key())
        }
        (HolderKind::Pool(_), pool, _) => format!("{}/{usage}", pool.map_or("", |pool| pool.fqdn.key())),
    }
}

/// What people call a site.
pub(crate) fn site_title(site: &Site) -> String {
    if site.name.is_empty() { format!("site {}", site.id) } else { site.name.clone() }
}

/// The profile's usages without XmppServer where there is no XMPP proxy of a generation that has one, and without A/V authentication
/// where that has a certificate of its own.
fn assigned_usages(profile: &Profile, context: &HolderContext<'_>) -> Vec<CertificateUsage> {
    let xmpp = context.pool.is_some_and(|pool| pool.xmpp_proxy.is_some()) && has_xmpp(context.version);
    let usages = profile.usages.iter().copied();
    let is_alone = profile.condition == ProfileCondition::SeparateAv;
    let has_av = is_alone || !has_own_av(context.deployment.facts);
    usages
        .filter(|usage| xmpp || *usage != CertificateUsage::XmppServer)
        .filter(|usage| has_av || *usage != CertificateUsage::AudioVideoAuthentication)
        .collect()
}

fn find_accepted_subjects(
    profile: &Profile,
    context: &HolderContext<'_>,
    subject: &DnsName,
) -> Vec<AcceptedSubject> {
    let mut accepted: Vec<AcceptedSubject> = Vec::new();
    let mut known: HashSet<DnsName> = HashSet::from([subject.clone()]);
    for (from, clause, severity) in profile.also_subjects {
        for name in context.subjects(*from) {
            if known.insert(name.clone()) {
                accepted.push(AcceptedSubject { name, clause, severity: *severity });
            }
        }
    }
    accepted
}

fn required_ekus(profile: &Profile, usages: &[CertificateUsage], context: &HolderContext<'_>) -> Vec<Eku> {
    let mut ekus = profile.eku.to_vec();
    // AOL asked for the client EKU on the external Edge certificate (EDGE-PIC-01).
    if context.deployment.facts.pic_aol == Some(true)
        && usages.contains(&CertificateUsage::AccessEdgeExternal)
    {
        ekus.push(Eku::ClientAuth);
    }
    ekus
}

fn servers_that_share(profile: &Profile, context: &HolderContext<'_>) -> Vec<DnsName> {
    let machines: &[Machine] = context.pool.map_or(&[], |pool| &pool.machines);
    if profile.scope == ProfileScope::WholePool && machines.len() > 1 {
        machines.iter().map(|machine| machine.fqdn.clone()).collect()
    } else {
        Vec::new()
    }
}

/// The servers of a pool, save for one that has the name of the pool.
fn servers_beside_each_other(pool: &Pool) -> Arc<ServerSet> {
    let servers = pool.machines.iter().map(|machine| &machine.fqdn);
    Arc::new(servers.filter(|server| **server != pool.fqdn).collect())
}

fn ordering_notes(
    profile: &Profile,
    usages: &[CertificateUsage],
    context: &HolderContext<'_>,
) -> Vec<String> {
    let mut notes = Vec::new();
    if profile.holder == HolderKind::Pool(PoolKind::Gateway) {
        notes.push("its CA has to be trusted by the server that it talks to; the gateway's own documentation comes first".to_owned());
    } else if profile.advised_eku.contains(&Eku::ClientAuth) {
        notes.push(
            "ask for the client EKU too: since the .NET updates of May 2017 web conferencing between Edge and \
             Front End wants it"
                .to_owned(),
        );
    }
    if usages.contains(&CertificateUsage::AccessEdgeExternal) {
        notes.extend(edge_notes(context));
    }
    notes.extend(profile.holder.facts().remark.map(str::to_owned));
    notes
}

/// Whether the profile asks for simple URLs that neither export nor policy gives.
fn needs_unknown_urls(profile: &Profile, context: &HolderContext<'_>) -> bool {
    profile.names.iter().any(|rule| rule.from == super::NameFrom::MeetUrl) && context.has_unknown_urls()
}

fn edge_notes(context: &HolderContext<'_>) -> Vec<String> {
    let Some(pool) = context.pool else { return Vec::new() };
    let facts = context.deployment.facts;
    let mut notes = Vec::new();
    if pool.access_edge_fqdn.is_none() {
        notes.push("the export gives no Access Edge FQDN, so the pool FQDN is expected".to_owned());
    }
    if pool.xmpp_proxy.is_some() && !has_xmpp(context.version) {
        notes.push(format!("{} has no XMPP proxy, so XMPP domains are information only", context.version));
    }
    if pool.xmpp_proxy.is_none() && facts.xmpp_domains.as_ref().is_some_and(|domains| !domains.is_empty()) {
        notes.push("the policy lists XMPP domains, but this Edge pool has no XMPP proxy".to_owned());
    }
    if facts.pic_aol == Some(true) {
        notes.push(format!("the client EKU is asked for by `pic_aol` alone. {WITHOUT_AOL}"));
    }
    notes
}
