//! What the topology calls for.

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::sync::Arc;

use lyncert_ingest::name::DnsName;
use lyncert_ingest::place::Place;

use crate::certificate::Eku;
use crate::clause::{Clause, clause};
use crate::holder::Holder;
use crate::severity::Severity;
use crate::usage::CertificateUsage;

/// One certificate that the topology calls for: a holder and the usages that one certificate serves there.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Requirement {
    /// Stable id, made of names in lower case and the first usage.
    pub id: String,
    /// The server, pool or deployment that the certificate is for.
    pub holder: Holder,
    /// The usages, at least one.
    pub usages: Vec<CertificateUsage>,
    /// Expected common name of the subject.
    pub subject: DnsName,
    /// The clause that says so.
    pub subject_clause: &'static str,
    /// Other common names that are accepted.
    pub accepted_subjects: Vec<AcceptedSubject>,
    /// Names that are judged, in the order of the table.
    pub names: Vec<RequiredName>,
    /// Names that are accepted without a word.
    pub also_accepted: Vec<AcceptedName>,
    /// Required extended key usages.
    pub eku: Vec<Eku>,
    /// Further extended key usages that a new certificate should have, though no table requires them.
    pub advised_eku: Vec<Eku>,
    /// Whether a public CA should issue it.
    pub public_ca: bool,
    /// The servers that must hold the same certificate; empty where it is for one server.
    pub shared_by: Vec<DnsName>,
    /// The servers of the pool, where each of them has a certificate of its own; one set for all of these.
    pub siblings: Arc<ServerSet>,
    /// Names that the topology gives it and no certificate can carry: nothing is required of them. What stands in their place is not
    /// known, so no other name is called superfluous.
    pub unfit_names: Vec<UnfitName>,
    /// Whether the topology gives such a name as its subject: then another one is expected and none is judged.
    pub has_unfit_subject: bool,
    /// Whether names are unknown that it needs too: the simple URLs, where the export contains none.
    pub needs_unknown_urls: bool,
    /// Remarks for the person who orders it.
    pub notes: Vec<String>,
    /// What the product's own wizard puts into a request; `None` where no wizard of the product makes one.
    pub wizard: Option<WizardNames>,
    /// Where the holder is declared.
    pub place: Option<Place>,
}

/// A common name that is accepted in place of the expected one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AcceptedSubject {
    /// The common name.
    pub name: DnsName,
    /// The clause that accepts it.
    pub clause: &'static str,
    /// How bad it is to have it all the same; `None`: not at all.
    pub severity: Option<Severity>,
}

/// Some servers.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ServerSet {
    keys: BTreeSet<Box<str>>,
}

impl ServerSet {
    /// Whether the server with this key ([`DnsName::key`]) is among them.
    pub fn contains(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    /// The key of each.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|key| &**key)
    }

    /// Whether each of them is among these.
    pub(crate) fn is_within(&self, servers: &BTreeSet<DnsName>) -> bool {
        let known: BTreeSet<&str> = servers.iter().map(DnsName::key).collect();
        self.keys.iter().all(|key| known.contains(&**key))
    }
}

impl<'a> FromIterator<&'a DnsName> for ServerSet {
    fn from_iter<I: IntoIterator<Item = &'a DnsName>>(servers: I) -> Self {
        Self { keys: servers.into_iter().map(|server| server.key().into()).collect() }
    }
}

/// The names that the product's own wizard puts into a request.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct WizardNames {
    /// Computed from the topology, in the product's order; a name can occur twice.
    pub computed: Vec<DnsName>,
    /// Added when the boxes of all SIP domains are ticked, in front of the computed ones.
    pub ticked: Vec<DnsName>,
}

impl Requirement {
    /// The servers that the certificate is installed on; empty for holders that are no servers of the topology.
    pub fn install_on(&self) -> &[DnsName] {
        if self.shared_by.is_empty() { self.holder.server.as_slice() } else { &self.shared_by }
    }

    /// Whether its private key has to be exportable: several servers share it, the product replicates it (OAUTH-05), or a page asks
    /// for it whatever the number of servers (EDGE-EXT-07, OOS-01).
    pub(crate) fn needs_exportable_key(&self) -> bool {
        self.shared_by.len() > 1 || self.usages.iter().any(|usage| usage.needs_exportable_key())
    }

    /// Whether one of its usages is `usage`.
    pub fn has_usage(&self, usage: CertificateUsage) -> bool {
        self.usages.contains(&usage)
    }

    /// Its usages joined by `, `.
    pub(crate) fn usage_list(&self) -> String {
        self.usages.iter().map(|usage| usage.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// Every name that it asks for or accepts, and its subjects.
    pub fn known_names(&self) -> impl Iterator<Item = &DnsName> {
        let judged = self.names.iter().map(|name| &name.name);
        let accepted = self.also_accepted.iter().map(|name| &name.name);
        let subjects = self.accepted_subjects.iter().map(|accepted| &accepted.name);
        judged.chain(accepted).chain(subjects).chain([&self.subject])
    }
}

/// A name that a certificate is judged by.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RequiredName {
    /// The name, spelled as the topology or the policy spells it.
    pub name: DnsName,
    /// What kind of name it is.
    pub kind: NameKind,
    /// How much it is needed.
    pub need: Need,
    /// Whether the product's own wizard adds it by itself.
    pub added_by: AddedBy,
    /// Everything that asks for it, the most demanding first. Never empty.
    pub causes: Vec<Cause>,
    /// The clause of the most demanding cause.
    pub clause: &'static str,
    /// The usages of the requirement that need it.
    pub usages: Vec<CertificateUsage>,
}

impl RequiredName {
    /// Takes in the same name as something else needs it: the greater need decides its kind and clause, and its cause comes
    /// first.
    pub(crate) fn absorb(&mut self, mut other: Self) {
        if other.need > self.need {
            (self.need, self.kind, self.clause) = (other.need, other.kind, other.clause);
            std::mem::swap(&mut self.causes, &mut other.causes);
        }
        self.added_by = self.added_by.max(other.added_by);
        extend_unique(&mut self.causes, other.causes);
        extend_unique(&mut self.usages, other.usages);
    }

    /// The same for a name with one cause, of which it is said whether it is known already: of many causes not every pair is compared.
    pub(crate) fn absorb_of_one_cause(&mut self, other: Self, is_known: bool) {
        if other.need > self.need {
            (self.need, self.kind, self.clause) = (other.need, other.kind, other.clause);
            if is_known {
                self.causes.retain(|known| !other.causes.contains(known));
            }
            self.causes.splice(0..0, other.causes).for_each(drop);
        } else if !is_known {
            self.causes.extend(other.causes);
        }
        self.added_by = self.added_by.max(other.added_by);
        extend_unique(&mut self.usages, other.usages);
    }

    /// All causes in words, each with its line in the export.
    pub fn reason(&self) -> String {
        self.causes_in_words(|cause| match &cause.place {
            Some(place) => format!("{} ({}:{}:{})", cause.text, place.document, place.line, place.column),
            None => cause.text.clone(),
        })
    }

    /// The reasons that the policy gives for it, in the words of people: they are in no other text of ours.
    pub fn policy_reasons(&self) -> Vec<String> {
        self.causes.iter().filter_map(|cause| cause.policy_reason.clone()).collect()
    }

    /// All causes in one sentence. The policy comes last, and once: behind it stand its reasons.
    fn causes_in_words(&self, in_words: impl Fn(&Cause) -> String) -> String {
        let (of_policy, others): (Vec<&Cause>, Vec<&Cause>) =
            self.causes.iter().partition(|cause| cause.policy_reason.is_some());
        let all = others.into_iter().chain(of_policy.into_iter().take(1));
        all.map(in_words).collect::<Vec<_>>().join("; also ")
    }

    /// All causes in one sentence, each with the way to its element.
    pub(crate) fn asked_by(&self) -> String {
        self.causes_in_words(Cause::to_string)
    }

    /// All causes in one sentence, each with the way to its element, and with the decisions that were taken where documents
    /// contradict each other (clauses CON-…).
    pub fn because(&self) -> String {
        let mut text = self.asked_by();
        for (id, decision) in clause(self.clause).into_iter().flat_map(Clause::decisions) {
            text.push_str("; documents differ, ");
            text.push_str(id);
            text.push_str(": ");
            text.push_str(decision);
        }
        text
    }
}

/// Adds what is not there yet.
pub(crate) fn extend_unique<T: PartialEq>(items: &mut Vec<T>, others: impl IntoIterator<Item = T>) {
    for other in others {
        if !items.contains(&other) {
            items.push(other);
        }
    }
}

/// A name that no certificate can carry, and why.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnfitName {
    /// The name, spelled as the topology spells it.
    pub name: DnsName,
    /// Why.
    pub why: Unfitness,
}

/// Why no certificate can carry a name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unfitness {
    /// People outside need it, and no public CA issues it: it exists inside only.
    InternalName,
    /// It is no host name, and so said here.
    NoHostName(&'static str),
}

/// A name that is accepted without a word, and why.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AcceptedName {
    /// The name, spelled as the topology or the policy spells it.
    pub name: DnsName,
    /// The clause that accepts it.
    pub clause: &'static str,
}

/// What kind of name a required name is. It decides whether a wildcard is honored and what breaks without it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum NameKind {
    /// Pool FQDN.
    Pool,
    /// Server FQDN.
    Machine,
    /// Internal web services FQDN.
    InternalWeb,
    /// External web services FQDN.
    ExternalWeb,
    /// Host of a Meet URL.
    Meet,
    /// Host of the Dial-in URL.
    Dialin,
    /// Host of the Admin URL.
    Admin,
    /// Host of another simple URL.
    OtherUrl,
    /// `lyncdiscoverinternal.<domain>`.
    LyncdiscoverInternal,
    /// `lyncdiscover.<domain>`.
    Lyncdiscover,
    /// `sip.<domain>`, `sipinternal.<domain>` or `sipexternal.<domain>`.
    Sip,
    /// Access Edge FQDN.
    AccessEdge,
    /// Web Conferencing Edge FQDN.
    WebConferencing,
    /// A/V Edge FQDN.
    AvEdge,
    /// A bare XMPP domain.
    Xmpp,
    /// Host of Office Web Apps.
    OfficeWebApps,
    /// One that the operator's policy names.
    Extra,
}

impl NameKind {
    /// Whether a name of this kind belongs to one holder only. Many holders share meeting, dial-in and
    /// discovery names.
    pub(crate) fn is_own(self) -> bool {
        match self {
            Self::Pool
            | Self::Machine
            | Self::InternalWeb
            | Self::ExternalWeb
            | Self::AccessEdge
            | Self::WebConferencing
            | Self::OfficeWebApps => true,
            Self::Meet
            | Self::Dialin
            | Self::Admin
            | Self::OtherUrl
            | Self::LyncdiscoverInternal
            | Self::Lyncdiscover
            | Self::Sip
            | Self::AvEdge
            | Self::Xmpp
            | Self::Extra => false,
        }
    }
}

/// How much a name is needed: the severity of its absence.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Need {
    /// Its absence is information.
    Optional,
    /// Its absence is a warning.
    Recommended,
    /// Its absence is an error.
    Required,
}

impl Need {
    /// The name that programs read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Optional => "optional",
            Self::Recommended => "recommended",
            Self::Required => "required",
        }
    }

    /// The severity of its absence.
    pub fn severity(self) -> Severity {
        match self {
            Self::Optional => Severity::Info,
            Self::Recommended => Severity::Warning,
            Self::Required => Severity::Error,
        }
    }
}

impl From<Need> for Severity {
    fn from(need: Need) -> Self {
        need.severity()
    }
}

/// Who puts a name into a request.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum AddedBy {
    /// The person who requests the certificate.
    Person,
    /// The product's own wizard, from the topology.
    Wizard,
}

impl AddedBy {
    /// The name that programs read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Wizard => "wizard",
        }
    }
}

/// What asks for a name.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Cause {
    /// In words, such as `SIP domain fabrikam.com`.
    pub text: String,
    /// The element of the topology that asks for it; `None` where the policy does.
    pub place: Option<Place>,
    /// Why the policy asks for it, in the words of people.
    pub policy_reason: Option<String>,
}

impl Cause {
    /// One that the program can tell by itself.
    pub(crate) fn new(text: impl Into<String>, place: Option<Place>) -> Self {
        Self { text: text.into(), place, policy_reason: None }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{}: {place}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

/// The holders of requirements, each once.
pub(crate) fn holders_of<'a>(requirements: impl Iterator<Item = &'a Requirement>) -> Vec<Holder> {
    let mut known = HashSet::new();
    requirements
        .map(|requirement| &requirement.holder)
        .filter(|holder| known.insert((holder.kind, holder.pool.clone(), holder.server.clone())))
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn required(need: Need, cause: &str, usage: CertificateUsage) -> RequiredName {
        RequiredName {
            name: "meet.contoso.com".parse().unwrap(),
            kind: if need == Need::Required { NameKind::Meet } else { NameKind::OtherUrl },
            need,
            added_by: AddedBy::Person,
            causes: vec![Cause::new(cause, None)],
            clause: if need == Need::Required { "FE-WINT-01" } else { "URL-05" },
            usages: vec![usage],
        }
    }

    #[test]
    fn the_most_demanding_cause_comes_first_whichever_was_met_first() {
        let (demanding, other) = (
            required(Need::Required, "active", CertificateUsage::WebServicesInternal),
            required(Need::Recommended, "still accepted", CertificateUsage::WebServicesExternal),
        );
        for (first, second) in [(demanding.clone(), other.clone()), (other, demanding)] {
            let mut absorbed = first;
            absorbed.absorb(second.clone());
            absorbed.absorb(second);
            let causes: Vec<&str> = absorbed.causes.iter().map(|cause| cause.text.as_str()).collect();
            assert_eq!(causes, ["active", "still accepted"]);
            assert_eq!(
                (absorbed.need, absorbed.kind, absorbed.clause),
                (Need::Required, NameKind::Meet, "FE-WINT-01")
            );
            assert_eq!(absorbed.usages.len(), 2);
        }
    }

    #[test]
    fn the_wizard_adds_a_name_as_soon_as_it_adds_it_for_one_cause() {
        let mut name = required(Need::Required, "active", CertificateUsage::WebServicesInternal);
        let by_wizard = RequiredName { need: Need::Optional, added_by: AddedBy::Wizard, ..name.clone() };
        name.absorb(by_wizard);
        assert_eq!((name.added_by, name.need, name.causes.len()), (AddedBy::Wizard, Need::Required, 1));
    }
}
