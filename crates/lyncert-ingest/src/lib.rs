//! Exported Lync Server and Skype for Business Server topologies as typed data.
//!
//! [`read`] takes the bytes of one export and gives a [`Document`]: the [`Topology`] and other facts that were understood, and
//! a [`Problem`] for each part that was not. [`combine`] puts the documents of one deployment together; [`read_all`] does both.
//! Only input that cannot be an export at all, or that was cut off, is a [`ReadError`]. This crate opens no file, reads no clock
//! and prints nothing.
//!
//! ```
//! let export = br#"<Topology xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008">
//!   <InternalDomains DefaultDomain="contoso.com"><InternalDomain Name="contoso.com" /></InternalDomains>
//!   <Sites><CentralSite SiteId="1"><Name>Main</Name></CentralSite></Sites>
//!   <Clusters><Cluster Fqdn="fe1.contoso.com" RequiresSetup="true"><ClusterId SiteId="1" Number="1" />
//!     <Machine Fqdn="fe1.contoso.com" /></Cluster></Clusters>
//!   <Services />
//! </Topology>"#;
//! let deployment = lyncert_ingest::read_all(&[("topology.xml", export)])?;
//! assert_eq!(deployment.topology.sites[0].pools[0].fqdn.to_string(), "fe1.contoso.com");
//! assert!(deployment.topology.simple_urls.is_none(), "a published topology contains no simple URLs");
//! # Ok::<(), lyncert_ingest::ReadError>(())
//! ```

#![warn(clippy::disallowed_methods)]

mod assigned;
mod container;
mod decode;
mod deployment;
mod document;
mod error;
mod format;
mod lower;
mod name;
mod problem;
mod source;
mod topology;
mod xml;

pub use assigned::{AssignedCertificate, ClixmlCertificate, clixml_certificates, thumbprint};
pub use decode::{Decoded, decode};
pub use deployment::{Deployment, combine, read_all};
pub use document::{Document, FederationFact, Format, PendingChanges};
pub use error::ReadError;
pub use format::{looks_like_export, read};
pub use lower::url_host;
pub use name::{DnsName, NameError};
pub use problem::Problem;
pub use source::Place;
pub use topology::{
    Machine, POOL_KINDS, Placed, Pool, PoolKind, PoolKindFacts, ProductVersion, Service, ServiceRole,
    ShownBy, SimpleUrl, SimpleUrlComponent, SipDomain, Site, SiteKind, Topology,
};
