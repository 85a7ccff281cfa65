//! Which certificates a topology needs, and what is wrong with those it has.
//!
//! [`expect`] turns a topology and the operator's [`Facts`] into [`Requirement`]s by the tables in [`PROFILES`];
//! [`orders`] groups them into the certificates that one really requests; [`assess`] ties certificates to requirements
//! and runs the [`RULES`]. Nothing here opens a file, reads a clock or fails: time is an argument, and odd input gives
//! an odd but complete answer.
//!
//! ```
//! use lyncert_rules::{CertificateUsage, Facts, expect};
//!
//! let export = br#"<Topology xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008">
//!   <InternalDomains DefaultDomain="contoso.com"><InternalDomain Name="contoso.com" /></InternalDomains>
//!   <Sites><CentralSite SiteId="1"><Name>Main</Name></CentralSite></Sites>
//!   <Clusters><Cluster Fqdn="med1.contoso.com" RequiresSetup="true"><ClusterId SiteId="1" Number="1" />
//!     <Machine Fqdn="med1.contoso.com" /></Cluster></Clusters>
//!   <Services><Service ServiceVersion="7"><ServiceId SiteId="1" RoleName="MediationServer" Instance="1" />
//!     <InstalledOn><ClusterId SiteId="1" Number="1" /></InstalledOn></Service></Services>
//! </Topology>"#;
//! let topology = lyncert_ingest::read_all(&[("topology.xml", export)])?.topology;
//! let requirements = expect(&topology, &Facts::default());
//! assert_eq!(requirements[0].usages, [CertificateUsage::Default]);
//! assert_eq!(requirements[0].names[0].name.to_string(), "med1.contoso.com");
//! # Ok::<(), lyncert_ingest::ReadError>(())
//! ```

#![warn(clippy::disallowed_methods)]

mod assess;
mod assign;
mod catalog;
mod certificate;
mod citation;
mod clause;
mod cmdlet;
mod consequence;
mod dated;
mod digest;
mod doctor;
mod evidence;
mod explain;
mod facts;
#[cfg(any(test, feature = "testing"))]
pub mod fixture;
mod folder;
mod issuable;
mod matching;
mod order;
mod policy;
mod profile;
mod relevance;
mod remedy;
mod requirement;
mod rule;
#[cfg(test)]
mod testing;
mod timestamp;
mod usage;
mod wildcard;
mod wizard;
mod workload;

pub use assess::{Assessment, Case, Finding, RuleTally, Verdict as RequirementVerdict, assess};
pub use assign::{AssignedBy, Assignment, Holding, NameCover};
pub use catalog::rules_page;
pub use certificate::{
    CaKind, Certificate, Chain, ChainFault, ChainState, Eku, Issuer, KeyAlgorithm, KeyUsage, NameConstraints,
    Oddity, OddityKind, PublicKey, Revocation, SelfSigned, Signature, SignatureHash, WeakKey,
};
pub use citation::{Citation, SOURCES};
pub use clause::{Application, CLAUSES, Clause, clause};
pub use cmdlet::{Quotes, RequestCommand, RequestDestination};
pub use dated::{Change, DATED_POLICY, DatedPolicy};
pub use digest::{Digest, Fingerprint, NotADigest, Thumbprint};
pub use doctor::{SYMPTOMS, Symptom, symptoms};
pub use evidence::{Evidence, MissingCertificate, RollOver};
pub use explain::{Mention, NameUse, mentions_of, surplus_hints, uses_of};
pub use facts::{Autodiscover, CertificateLayout, ExtraName, FactSimpleUrl, Facts, ReverseProxyListeners};
pub use folder::{ArchiveWeakness, KeyFile, RevocationList};
pub use issuable::{Obstacle, ObstacleKind};
pub use matching::{Cover, DnsPattern};
pub use order::{Order, orders};
pub use policy::{
    ExpiryThresholds, MalformedWaiver, Policy, RuleSetting, Scope, Threshold, Waiver, WaiverLimits,
    WaiverScope, WaiverState,
};
pub use profile::{NOTHING, Nothing, PROFILES, Profile, Usages, Wizard, expect};
pub use relevance::Relevance;
pub use requirement::{
    AcceptedName, AddedBy, Cause, Holder, HolderKind, NameKind, Need, RequiredName, Requirement, WizardNames,
};
pub use rule::{RULES, Rule, Severity, rule};
pub use timestamp::timestamp;
pub use usage::CertificateUsage;
pub use wizard::WizardRequest;
pub use workload::{Workload, domains_served, stops, workloads};
