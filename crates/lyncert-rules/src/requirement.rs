//! What the topology calls for.

use std::fmt;

use lyncert_ingest::{DnsName, Place, PoolKind, ProductVersion};

use crate::wildcard::{Honor, honor};
use crate::{CertificateUsage, Clause, DnsPattern, Eku, Severity, clause};

/// One certificate that the topology calls for: a holder and the usages that one certificate serves there.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Requirement {
    /// Stable id, made of names in lower case and the first usage.
    pub id: String,
    /// Who holds it.
    pub holder: Holder,
    /// The usages, at least one.
    pub usages: Vec<CertificateUsage>,
    /// Expected common name of the subject.
    pub subject: DnsName,
    /// The clause that says so.
    pub subject_clause: &'static str,
    /// Other common names that are accepted, with the clause and the severity of saying so; `None` is accepted without a
    /// word.
    pub accepted_subjects: Vec<(DnsName, &'static str, Option<Severity>)>,
    /// Names that are judged, in the order of the table.
    pub names: Vec<RequiredName>,
    /// Names that are accepted without a word.
    pub also_accepted: Vec<AcceptedName>,
    /// Required extended key usages.
    pub eku: Vec<Eku>,
    /// Extended key usages that a new certificate should have besides, though no table requires them.
    pub advised_eku: Vec<Eku>,
    /// Whether a public CA should issue it.
    pub public_ca: bool,
    /// The servers that must hold the same certificate; empty where it is for one server.
    pub shared_by: Vec<DnsName>,
    /// The other servers of the pool, each of which has a certificate of its own.
    pub siblings: Vec<DnsName>,
    /// Whether names are unknown that it needs too: the simple URLs, where the export contains none.
    pub lacks_simple_urls: bool,
    /// Remarks for whoever orders it.
    pub notes: Vec<String>,
    /// What the product's own wizard puts into a request; `None` where no wizard of the product makes one.
    pub wizard: Option<WizardNames>,
    /// Where the holder is declared.
    pub place: Option<Place>,
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
    pub fn install_on(&self) -> Vec<DnsName> {
        if self.shared_by.is_empty() {
            self.holder.server.iter().cloned().collect()
        } else {
            self.shared_by.clone()
        }
    }

    /// Whether one of its usages is `usage`.
    pub fn has_usage(&self, usage: CertificateUsage) -> bool {
        self.usages.contains(&usage)
    }

    /// Its usages joined by `, `.
    pub fn usage_list(&self) -> String {
        self.usages.iter().map(|usage| usage.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// Whether an entry of a certificate is of any use to it: covers a name that it asks for or accepts, or its subject.
    pub fn needs(&self, entry: &DnsPattern) -> bool {
        let judged = self.names.iter().map(|name| &name.name);
        let accepted = self.also_accepted.iter().map(|name| &name.name);
        let subjects = self.accepted_subjects.iter().map(|(name, ..)| name);
        let mut known = judged.chain(accepted).chain(subjects).chain([&self.subject]);
        known.any(|name| entry.covers(name).is_some())
    }

    /// Whether a wildcard may stand for one of its names (clauses WILD-02 to WILD-07).
    pub fn honors_wildcard_for(&self, name: &RequiredName) -> bool {
        honor(self, name, &self.usages) == Honor::Yes
    }
}

/// Who holds a certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Holder {
    /// Display name of the site.
    pub site: Option<String>,
    /// Pool FQDN.
    pub pool: Option<DnsName>,
    /// Server FQDN, where it is for one server.
    pub server: Option<DnsName>,
    /// Kind of the holder.
    pub kind: HolderKind,
    /// Product generation of the pool; for holders outside of pools, the newest of the deployment.
    pub version: ProductVersion,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind.title();
        match (&self.pool, &self.server) {
            (Some(pool), Some(server)) if pool != server => write!(f, "{kind} {pool}, server {server}"),
            (Some(pool), _) => write!(f, "{kind} {pool}"),
            (None, _) => f.write_str(kind),
        }
    }
}

/// Kind of a holder.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum HolderKind {
    /// A pool of the topology.
    Pool(PoolKind),
    /// The reverse proxy, which the topology does not name.
    ReverseProxy,
    /// The deployment as a whole: the OAuth certificate.
    Deployment,
}

impl HolderKind {
    /// The name that programs read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pool(kind) => kind.as_str(),
            Self::ReverseProxy => "ReverseProxy",
            Self::Deployment => "Deployment",
        }
    }

    /// The name that people read.
    pub fn title(self) -> &'static str {
        match self {
            Self::Pool(kind) => kind.title(),
            Self::ReverseProxy => "reverse proxy",
            Self::Deployment => "whole deployment",
        }
    }

    /// Whether the product itself manages its certificates, by `Request-CsCertificate` and `Set-CsCertificate`.
    pub fn is_managed(self) -> bool {
        match self {
            Self::Pool(kind) => !matches!(
                kind,
                PoolKind::TrustedApplication
                    | PoolKind::OfficeWebApps
                    | PoolKind::Gateway
                    | PoolKind::Database
                    | PoolKind::FileStore
                    | PoolKind::Other
            ),
            Self::ReverseProxy => false,
            Self::Deployment => true,
        }
    }
}

/// A name that a certificate is judged by.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RequiredName {
    /// The name.
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
    /// All causes in words, each with the line that it stands in.
    pub fn reason(&self) -> String {
        let causes: Vec<String> = self
            .causes
            .iter()
            .map(|cause| match &cause.place {
                Some(place) => format!("{} ({}:{}:{})", cause.text, place.document, place.line, place.column),
                None => cause.text.clone(),
            })
            .collect();
        causes.join("; also ")
    }

    /// All causes in one sentence, each with the way to its element.
    pub fn asked_by(&self) -> String {
        self.causes.iter().map(Cause::to_string).collect::<Vec<_>>().join("; also ")
    }

    /// The same, with the decisions that were taken where documents contradict each other (clauses CON-…).
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

/// A name that is accepted without a word, and why.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AcceptedName {
    /// The name.
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
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cause {
    /// In words, such as `SIP domain fabrikam.com`.
    pub text: String,
    /// Where it stands in the topology; `None` for what the policy says.
    pub place: Option<Place>,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{}: {place}", self.text),
            None => f.write_str(&self.text),
        }
    }
}
