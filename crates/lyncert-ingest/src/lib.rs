//! Exported Lync Server and Skype for Business Server topologies as typed data.
//!
//! [`format::read`] takes the bytes of one export and gives a [`document::Document`]: the
//! [`topology::Topology`] and other facts that were understood, and a [`problem::Problem`] for each part that
//! was not. [`deployment::combine`] puts the documents of one deployment together;
//! [`deployment::read_deployment`] does both. Only input that cannot be an export at all, or that was cut off, is a
//! [`error::ReadError`]. This crate opens no file, reads no clock and prints nothing.
//!
//! From bytes upward: [`mod@decode`] gives text, [`mod@format`] says what it is, [`document`] and [`deployment`] hold what was
//! understood, as [`topology`] and [`assigned`] certificates, and [`collection`] what the collector says of itself. Names are [`name::DnsName`]s, and everything knows its [`place`].
//!
//! ```
//! let export = br#"<Topology xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008">
//!   <InternalDomains DefaultDomain="contoso.com"><InternalDomain Name="contoso.com" /></InternalDomains>
//!   <Sites><CentralSite SiteId="1"><Name>Main</Name></CentralSite></Sites>
//!   <Clusters><Cluster Fqdn="fe1.contoso.com" RequiresSetup="true"><ClusterId SiteId="1" Number="1" />
//!     <Machine Fqdn="fe1.contoso.com" /></Cluster></Clusters>
//!   <Services />
//! </Topology>"#;
//! let deployment = lyncert_ingest::deployment::read_deployment(&[("topology.xml", export)])?;
//! assert_eq!(deployment.topology.sites[0].pools[0].fqdn.to_string(), "fe1.contoso.com");
//! assert!(deployment.topology.simple_urls.is_none(), "a published topology contains no simple URLs");
//! # Ok::<(), lyncert_ingest::error::ReadError>(())
//! ```

#![warn(clippy::disallowed_methods)]

pub mod assigned;
pub mod choice;
pub mod collection;
mod container;
pub mod decode;
pub mod deployment;
pub mod document;
pub mod error;
pub mod format;
mod lower;
mod lowering;
pub mod name;
pub mod place;
pub mod problem;
mod source;
mod stranger;
pub mod topology;
pub mod url;
mod xml;
