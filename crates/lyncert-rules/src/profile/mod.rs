//! The tables of certificate profiles, laid out like the vendor's own, and what follows from them for a topology.

mod branch;
mod collect;
mod context;
mod deployment;
mod director;
mod edge;
mod expand;
mod extras;
mod front_end;
mod gateway;
mod internal;
mod label;
mod nothing;
mod size;
mod unfit;
mod wizard;
mod words;

use lyncert_ingest::topology::{PoolKind, ProductVersion};

use crate::certificate::Eku;
use crate::holder::HolderKind;
use crate::requirement::{AddedBy, Need};
use crate::severity::Severity;
use crate::usage::CertificateUsage;

pub(crate) use context::newest_version;
pub use expand::expect;
pub(crate) use expand::site_title;
pub use label::DomainLabel;
pub use nothing::{Holders, NOTHING, Nothing, Usages};
pub use size::{MAX_SHARED_NAMES, Product, TooManyNames, check_size};
pub use wizard::Wizard;

/// One row of a table: the certificate of one kind of holder for some usages.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    /// Who holds it.
    pub holder: HolderKind,
    /// The usages that one certificate serves.
    pub usages: &'static [CertificateUsage],
    /// When there is one.
    pub condition: ProfileCondition,
    /// First product generation that has it.
    pub from: ProductVersion,
    /// Last product generation that has it; `None` for all since.
    pub until: Option<ProductVersion>,
    /// Whether each server has its own or all share one.
    pub scope: ProfileScope,
    /// Expected common name.
    pub subject: SubjectFrom,
    /// The clause that says so.
    pub subject_clause: &'static str,
    /// Other common names that are accepted, with clause and severity; no severity means without a word.
    pub also_subjects: &'static [(SubjectFrom, &'static str, Option<Severity>)],
    /// The names that a certificate is judged by, and those that are accepted.
    pub names: &'static [NameRule],
    /// Required extended key usages.
    pub eku: &'static [Eku],
    /// Further extended key usages that are advised.
    pub advised_eku: &'static [Eku],
    /// Whether it comes from a public CA.
    pub public_ca: bool,
    /// What the product's own wizard computes; `None` where no wizard of the product requests it.
    pub wizard: Option<&'static Wizard>,
}

impl Profile {
    /// Whether this product generation has it.
    pub fn applies_to(&self, version: ProductVersion) -> bool {
        self.from <= version && self.until.is_none_or(|until| version <= until)
    }

    /// Its usages joined by `, `.
    pub fn usage_list(&self) -> String {
        self.usages.iter().map(|usage| usage.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The clauses that it cites; a clause can occur twice.
    pub fn clauses(&self) -> impl Iterator<Item = &'static str> {
        let names = self.names.iter().map(|rule| rule.clause);
        let subjects = self.also_subjects.iter().map(|(_, clause, _)| *clause);
        names.chain(subjects).chain([self.subject_clause])
    }
}

/// When a holder has the certificate of a row.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ProfileCondition {
    /// Always.
    Always,
    /// Where the policy says that A/V authentication has one of its own; the row of the other external usages then leaves it out.
    SeparateAv,
    /// Where the link of a gateway is TLS.
    TlsTrunk,
}

/// Whether each server has a certificate of its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ProfileScope {
    /// Each server has its own.
    EachServer,
    /// All servers of the pool share one.
    WholePool,
    /// It is outside of pools.
    Deployment,
}

/// Where a common name comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SubjectFrom {
    /// Pool FQDN.
    PoolFqdn,
    /// Server FQDN.
    MachineFqdn,
    /// Access Edge FQDN.
    AccessEdgeFqdn,
    /// The first FQDN that the ports of a gateway are configured with, else the pool FQDN.
    GatewayFqdn,
    /// Host of the Office Web Apps discovery URL.
    FarmHost,
    /// Default SIP domain.
    DefaultSipDomain,
    /// Any SIP domain, or any Front End, Standard Edition or Director pool or server.
    AnySipDomainOrServer,
    /// External web FQDN: the first one of a Front End pool or Standard Edition server, else of a Director.
    FirstExternalWebFqdn,
    /// Any external web FQDN.
    AnyExternalWebFqdn,
}

/// One name of a profile.
#[derive(Clone, Copy, Debug)]
pub struct NameRule {
    /// Where it comes from.
    pub from: NameFrom,
    /// How much it is needed.
    pub need: NeedRule,
    /// Who adds it to a request.
    pub added_by: AddedByRule,
    /// The clause that says so.
    pub clause: &'static str,
    /// The usages that need it; empty for all of the profile.
    pub usages: &'static [CertificateUsage],
}

/// Where a name comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NameFrom {
    /// Pool FQDN.
    PoolFqdn,
    /// Server FQDN of the server that holds the certificate.
    MachineFqdn,
    /// Server FQDNs of all servers of the pool.
    EachMachineFqdn,
    /// Internal web FQDN: the override, else the pool FQDN.
    InternalWebFqdn,
    /// External web FQDN.
    ExternalWebFqdn,
    /// External web FQDN of every Front End pool and Standard Edition server.
    EveryExternalWebFqdn,
    /// External web FQDN of every Director.
    EveryDirectorWebFqdn,
    /// Host of the active Meet URL of each SIP domain.
    MeetUrl,
    /// Host of the active Dial-in URL.
    DialinUrl,
    /// Host of the active Admin URL.
    AdminUrl,
    /// Hosts of the active URLs of other components, such as the web scheduler.
    OtherUrl,
    /// Hosts of Meet and Dial-in URLs that are still accepted, but not active.
    FurtherUrl,
    /// Hosts of the global simple URLs where the site has its own.
    GlobalUrl,
    /// `{label}.{domain}` for each SIP domain.
    EachSipDomain(DomainLabel),
    /// `{label}.{domain}` for each SIP domain of the online tenant.
    EachOnlineSipDomain(DomainLabel),
    /// Each SIP domain, bare.
    BareSipDomain,
    /// Each XMPP domain, bare.
    XmppDomain,
    /// The default SIP domain, bare, where there is an XMPP proxy.
    XmppFirstDomain,
    /// Access Edge FQDN.
    AccessEdgeFqdn,
    /// Web Conferencing Edge FQDN.
    WebConferencingEdgeFqdn,
    /// A/V Edge FQDN.
    AvEdgeFqdn,
    /// Host of the Office Web Apps discovery URL.
    FarmHost,
    /// Every FQDN of a gateway: those that its ports are configured with, else the pool FQDN.
    GatewayFqdn,
    /// The hosts of Office Web Apps that are published, or may be.
    OfficeWebAppsExternal,
}

/// How much a name is needed, where facts may decide.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NeedRule {
    /// Always so.
    Is(Need),
    /// Accepted without a word.
    Accepted,
    /// Required on the pool that answers automatic sign-in. While the policy does not say which pool that is: recommended on the only
    /// one there is, optional on one of several. Otherwise accepted.
    SignIn,
    /// Required where the policy says what is published, recommended while it does not.
    Published,
    /// Required, unless neither federation nor automatic client configuration is used: then optional.
    Federation,
    /// Required for a domain that the operator lists; where no list is given, required for the default SIP domain and
    /// recommended for others. Optional on versions without XMPP.
    Xmpp,
    /// Required when Autodiscover is published in any way, otherwise accepted.
    AutodiscoverInternal,
    /// So when Autodiscover is published over HTTPS, otherwise accepted.
    AutodiscoverExternal(Need),
    /// Required when `sipinternal` is in DNS, otherwise not a matter.
    SipInternal,
    /// Required when `sipexternal` is in DNS, otherwise not a matter.
    SipExternal,
}

/// Who adds a name to a request, where the domain or version may decide.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AddedByRule {
    /// Always so.
    Is(AddedBy),
    /// The wizard for the default SIP domain, a person for others.
    WizardForDefaultDomain,
    /// The wizard for the default SIP domain from Skype for Business Server 2015 on, otherwise a person.
    WizardForDefaultDomainSince2015,
}

/// All profiles.
pub static PROFILES: &[&[Profile]] = &[
    front_end::FRONT_END_POOL,
    front_end::STANDARD_EDITION,
    director::DIRECTOR,
    edge::EDGE,
    internal::MEDIATION,
    branch::SURVIVABLE_BRANCH,
    internal::TRUSTED_APPLICATION,
    internal::OFFICE_WEB_APPS,
    internal::PERSISTENT_CHAT,
    internal::VIDEO_INTEROP,
    internal::AV_CONFERENCING,
    gateway::GATEWAY,
    deployment::OAUTH,
    deployment::REVERSE_PROXY,
];

/// All profiles, one after the other.
pub(crate) fn profiles() -> impl Iterator<Item = &'static Profile> {
    PROFILES.iter().flat_map(|table| table.iter())
}

/// Whether a kind of pool has a certificate of the product in any generation.
pub(crate) fn has_profile(kind: PoolKind) -> bool {
    profiles().any(|profile| profile.holder == HolderKind::Pool(kind))
}

// Short forms, so that the tables read like tables.
pub(crate) use self::NeedRule::Is as need_is;
pub(crate) const REQUIRED: NeedRule = need_is(Need::Required);
pub(crate) const RECOMMENDED: NeedRule = need_is(Need::Recommended);
pub(crate) const ACCEPTED: NeedRule = NeedRule::Accepted;
pub(crate) const WIZARD: AddedByRule = AddedByRule::Is(AddedBy::Wizard);
pub(crate) const PERSON: AddedByRule = AddedByRule::Is(AddedBy::Person);

/// A row for all usages of a profile.
pub(crate) const fn name(
    from: NameFrom,
    need: NeedRule,
    added_by: AddedByRule,
    clause: &'static str,
) -> NameRule {
    NameRule { from, need, added_by, clause, usages: &[] }
}

/// A row for some usages of a profile.
pub(crate) const fn name_for(
    usages: &'static [CertificateUsage],
    from: NameFrom,
    need: NeedRule,
    added_by: AddedByRule,
    clause: &'static str,
) -> NameRule {
    NameRule { from, need, added_by, clause, usages }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clause::clause;

    #[test]
    fn every_clause_of_a_profile_is_in_the_catalog() {
        for profile in profiles() {
            for id in profile.clauses() {
                assert!(clause(id).is_some(), "{id} of {:?} {:?}", profile.holder, profile.usages);
            }
        }
    }

    #[test]
    fn every_usage_stands_in_one_profile_of_a_holder_and_version() {
        for one in profiles() {
            let twins = profiles()
                .filter(|other| {
                    other.holder == one.holder
                        && other.usages.iter().any(|usage| one.usages.contains(usage))
                        && other.from == one.from
                        && other.condition == one.condition
                })
                .count();
            assert_eq!(twins, 1, "{:?} {:?}", one.holder, one.usages);
        }
    }
}
