//! Which certificates a topology needs, and what is wrong with those it has.
//!
//! [`profile::expect`] turns a topology and the operator's [`facts::Facts`] into
//! [`requirement::Requirement`]s by the tables in [`profile::PROFILES`];
//! [`order::orders`] groups them into the certificates that one really requests; [`assess::assess`] ties
//! certificates to requirements and runs the [`rule::RULES`]. Nothing here opens a file, reads a clock or fails: time is
//! an argument, and odd input gives an odd but complete answer.
//!
//! From the ground up:
//!
//! | layer | modules |
//! |---|---|
//! | what documents say | [`citation`], [`mod@clause`], [`dated`], [`doctor`] |
//! | what is known | [`facts`], [`policy`], [`certificate`], [`request`], [`folder`], [`digest`] |
//! | words of the field | [`severity`], [`usage`], [`workload`], [`holder`], [`matching`], [`names`], [`number`], [`mod@timestamp`] |
//! | what is called for | [`profile`], [`requirement`], [`order`], [`wizard`], [`issuable`], [`split`], [`explain`], [`outage`] |
//! | what serves it | [`collection`], [`assignment_record`], [`relevance`], [`assign`], [`evidence`] |
//! | what is wrong, what repairs it, and what is not known | [`mod@rule`], [`mod@assess`], [`mod@repair`], [`mod@unjudged`], [`lacking`] |
//! | the page about it | [`catalog`] |
//!
//! ```
//! use lyncert_rules::facts::Facts;
//! use lyncert_rules::profile::expect;
//! use lyncert_rules::usage::CertificateUsage;
//!
//! let export = br#"<Topology xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008">
//!   <InternalDomains DefaultDomain="contoso.com"><InternalDomain Name="contoso.com" /></InternalDomains>
//!   <Sites><CentralSite SiteId="1"><Name>Main</Name></CentralSite></Sites>
//!   <Clusters><Cluster Fqdn="med1.contoso.com" RequiresSetup="true"><ClusterId SiteId="1" Number="1" />
//!     <Machine Fqdn="med1.contoso.com" /></Cluster></Clusters>
//!   <Services><Service ServiceVersion="7"><ServiceId SiteId="1" RoleName="MediationServer" Instance="1" />
//!     <InstalledOn><ClusterId SiteId="1" Number="1" /></InstalledOn></Service></Services>
//! </Topology>"#;
//! let topology = lyncert_ingest::deployment::read_deployment(&[("topology.xml", export)])?.topology;
//! let requirements = expect(&topology, &Facts::default());
//! assert_eq!(requirements[0].usages, [CertificateUsage::Default]);
//! assert_eq!(requirements[0].names[0].name.to_string(), "med1.contoso.com");
//! # Ok::<(), lyncert_ingest::error::ReadError>(())
//! ```

#![warn(clippy::disallowed_methods)]

/// The version of the rule tables: of what is required, of what rules say, and how grave it is. It is raised whenever a report of the same
/// inputs can change; docs/migration.md tells what changed with each.
pub const RULES_VERSION: u32 = 2;

pub mod assess;
pub mod assign;
pub mod assignment_record;
pub mod catalog;
pub mod certificate;
pub mod citation;
pub mod clause;
pub mod cmdlet;
pub mod collection;
mod consequence;
pub mod dated;
pub mod digest;
pub mod doctor;
pub mod evidence;
pub mod explain;
pub mod facts;
#[cfg(any(test, feature = "testing"))]
pub mod fixture;
pub mod folder;
pub mod holder;
mod hosts;
pub mod ids;
pub mod issuable;
pub mod lacking;
pub mod matching;
pub mod names;
pub mod number;
pub mod order;
pub mod outage;
mod placement;
pub mod policy;
pub mod policy_key;
pub mod profile;
pub mod relevance;
pub mod remedy;
pub mod repair;
pub mod request;
pub mod requirement;
pub mod rule;
pub mod severity;
mod simple_urls;
pub mod split;
pub mod stop;
#[cfg(test)]
mod testing;
pub mod timestamp;
pub mod unjudged;
pub mod usage;
mod wildcard;
pub mod wizard;
pub mod workload;
