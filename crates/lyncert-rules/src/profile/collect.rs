//! The names of one requirement, collected from the rows of its profile: each once, with its need and all causes.

use std::collections::{HashMap, HashSet};

use lyncert_ingest::name::DnsName;
use lyncert_ingest::topology::ProductVersion;

use super::context::{FoundName, HolderContext, has_xmpp};
use super::{AddedByRule, NameFrom, NameRule, NeedRule, PERSON, Profile, REQUIRED, name};
use crate::facts::{AutoLogonPool, Autodiscover, Facts};
use crate::requirement::{AcceptedName, AddedBy, Cause, NameKind, Need, RequiredName};
use crate::usage::CertificateUsage;

/// The names that are judged and those that are accepted, in the order of the table.
pub(super) fn collect_names(
    profile: &Profile,
    usages: &[CertificateUsage],
    context: &HolderContext<'_>,
) -> (Vec<RequiredName>, Vec<AcceptedName>) {
    let mut judged = NameCollector::default();
    for rule in profile.names {
        for item in context.names_from(rule.from) {
            match judge_need(rule.need, &item, context) {
                NameOutcome::Judged(need) => judged.add(rule, need, item, usages, context),
                NameOutcome::Accepted => judged.accept(item.name, rule.clause),
                NameOutcome::Ignored => {}
            }
        }
    }
    for extra in context.extras().filter(|extra| usages.contains(&extra.usage)) {
        let (text, policy_reason) = ("policy".to_owned(), Some(extra.reason.clone()));
        let cause = Cause { text, place: None, policy_reason };
        let item = FoundName { name: extra.name.clone(), kind: NameKind::Extra, cause, domain: None };
        judged.add(&EXTRA_NAME, Need::Required, item, &[extra.usage], context);
    }
    judged.finish()
}

/// What names of the policy are judged by; where they come from is not asked.
const EXTRA_NAME: NameRule = name(NameFrom::PoolFqdn, REQUIRED, PERSON, "AUTO-15");

/// What becomes of a name.
enum NameOutcome {
    /// It is judged, with this need.
    Judged(Need),
    /// It is accepted without a word.
    Accepted,
    /// It has nothing to do with the certificate.
    Ignored,
}

fn judge_need(rule: NeedRule, item: &FoundName, context: &HolderContext<'_>) -> NameOutcome {
    let facts = context.deployment.facts;
    match rule {
        NeedRule::Is(need) => NameOutcome::Judged(need),
        NeedRule::Accepted => NameOutcome::Accepted,
        NeedRule::SignIn => sign_in(context),
        NeedRule::Federation => {
            let is_served = facts.serves_federation(context.pool.map(|pool| &pool.fqdn));
            NameOutcome::Judged(if is_served { Need::Required } else { Need::Optional })
        }
        NeedRule::Published => NameOutcome::Judged(match facts.office_web_apps_external {
            Some(_) => Need::Required,
            None => Need::Recommended,
        }),
        NeedRule::Xmpp => NameOutcome::Judged(xmpp_need(item, context)),
        NeedRule::AutodiscoverInternal => match context.autodiscover() {
            Autodiscover::Https | Autodiscover::Http80 => NameOutcome::Judged(Need::Required),
            Autodiscover::None => NameOutcome::Accepted,
        },
        NeedRule::AutodiscoverExternal(need) => match context.autodiscover() {
            Autodiscover::Https => NameOutcome::Judged(need),
            Autodiscover::Http80 | Autodiscover::None => NameOutcome::Accepted,
        },
        NeedRule::SipInternal => {
            in_dns(is_in_dns(facts.sipinternal, item, facts) && signs_in(context) != Some(false))
        }
        NeedRule::SipExternal => in_dns(is_in_dns(facts.sipexternal, item, facts)),
    }
}

/// What the policy says holds for all SIP domains; what a collection found, for those of which it found a name.
fn is_in_dns(said: Option<bool>, item: &FoundName, facts: &Facts) -> bool {
    said.unwrap_or_else(|| facts.names_in_dns.contains(&item.name))
}

fn in_dns(in_dns: bool) -> NameOutcome {
    if in_dns { NameOutcome::Judged(Need::Required) } else { NameOutcome::Ignored }
}

/// Whether the pool answers automatic sign-in; `None` when the policy does not say which pool does.
fn signs_in(context: &HolderContext<'_>) -> Option<bool> {
    match context.deployment.facts.auto_logon_pool.as_ref()? {
        AutoLogonPool::Pool(_) => Some(context.deployment.signs_in(context.pool?)),
        AutoLogonPool::Nobody => Some(false),
    }
}

/// A pool that is the only one answers sign-in if any does (DEF-SIP-01).
fn sign_in(context: &HolderContext<'_>) -> NameOutcome {
    let is_strict = context.deployment.facts.strict_dns_matching != Some(false);
    let is_only = || context.pool.is_some_and(|pool| context.deployment.is_only_front_end(pool));
    match signs_in(context) {
        Some(false) => NameOutcome::Accepted,
        Some(true) if is_strict => NameOutcome::Judged(Need::Required),
        None if is_strict && is_only() => NameOutcome::Judged(Need::Recommended),
        Some(true) | None => NameOutcome::Judged(Need::Optional),
    }
}

fn xmpp_need(item: &FoundName, context: &HolderContext<'_>) -> Need {
    if !has_xmpp(context.version) {
        return Need::Optional;
    }
    let listed = context.deployment.facts.xmpp_domains.is_some();
    let is_default = item.domain.as_ref().is_some_and(|domain| context.deployment.is_default_domain(domain));
    if listed || is_default { Need::Required } else { Need::Recommended }
}

/// Names while they are collected: each once, with the greatest need and all causes.
#[derive(Default)]
struct NameCollector {
    judged: Vec<RequiredName>,
    /// Where each name stands among those.
    places: HashMap<DnsName, usize>,
    accepted: Vec<AcceptedName>,
    known_accepted: HashSet<DnsName>,
    /// The causes of names that have many, by their places: thousands of pools can ask for one name.
    many_causes: HashMap<usize, HashSet<Cause>>,
}

/// From so many on causes are looked up and not looked through.
const MANY_CAUSES: usize = 16;

impl NameCollector {
    fn add(
        &mut self,
        rule: &NameRule,
        need: Need,
        item: FoundName,
        usages: &[CertificateUsage],
        context: &HolderContext<'_>,
    ) {
        let added_by = who_adds(rule.added_by, &item, context);
        let needed_for = if rule.usages.is_empty() {
            usages.to_vec()
        } else {
            let needed =
                rule.usages.iter().copied().filter(|usage| usages.contains(usage)).collect::<Vec<_>>();
            // A usage that this version does not assign leaves its names to the first usage.
            if needed.is_empty() { usages.iter().copied().take(1).collect() } else { needed }
        };
        let place = self.places.get(&item.name).copied().unwrap_or(self.judged.len());
        let is_known = match self.judged.get(place) {
            None => false,
            Some(known) if known.causes.len() < MANY_CAUSES => known.causes.contains(&item.cause),
            Some(known) => {
                let indexed = || known.causes.iter().cloned().collect();
                !self.many_causes.entry(place).or_insert_with(indexed).insert(item.cause.clone())
            }
        };
        let required = RequiredName {
            name: item.name,
            kind: item.kind,
            need,
            added_by,
            causes: vec![item.cause],
            clause: rule.clause,
            usages: needed_for,
        };
        match self.judged.get_mut(place) {
            Some(known) => known.absorb_of_one_cause(required, is_known),
            None => {
                self.places.insert(required.name.clone(), place);
                self.judged.push(required);
            }
        }
    }

    fn accept(&mut self, name: DnsName, clause: &'static str) {
        if self.known_accepted.insert(name.clone()) {
            self.accepted.push(AcceptedName { name, clause });
        }
    }

    fn finish(self) -> (Vec<RequiredName>, Vec<AcceptedName>) {
        let Self { judged, places, mut accepted, known_accepted: _, many_causes: _ } = self;
        accepted.retain(|accepted| !places.contains_key(&accepted.name));
        (judged, accepted)
    }
}

/// Who puts the name into a request.
pub(super) fn who_adds(rule: AddedByRule, item: &FoundName, context: &HolderContext<'_>) -> AddedBy {
    let is_default = item.domain.as_ref().is_some_and(|domain| context.deployment.is_default_domain(domain));
    match rule {
        AddedByRule::Is(added_by) => added_by,
        AddedByRule::WizardForDefaultDomain if is_default => AddedBy::Wizard,
        AddedByRule::WizardForDefaultDomainSince2015
            if is_default && context.version >= ProductVersion::Sfb2015 =>
        {
            AddedBy::Wizard
        }
        AddedByRule::WizardForDefaultDomain | AddedByRule::WizardForDefaultDomainSince2015 => AddedBy::Person,
    }
}
