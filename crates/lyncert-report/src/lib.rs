//! Scans a folder of certificate files, and writes lyncert's reports.
//!
//! | module | from | to |
//! |---|---|---|
//! | [`mod@scan`] | a folder | a [`scan::Inventory`] of certificate facts |
//! | [`view`] | an inventory and what the rules say of it | the views of [`model`] |
//! | [`model`] | a saved report | the same view: strictly, with every word checked |
//! | [`render`] | a view | HTML, CSV, JSON, text, metrics and requests |
//! | [`mod@evidence`] | a report and its inputs | an archive that can be verified later |
//!
//! A writer never computes: it shows the fields of the view.
//!
//! ```
//! use lyncert_report::model::InventoryView;
//! use lyncert_report::render::text;
//! use lyncert_report::scan::{ScanOptions, scan_bytes};
//! use time::macros::datetime;
//!
//! let files: [(&str, &[u8]); 1] = [("notes/readme.txt", b"no certificate")];
//! let inventory = scan_bytes(&files, &ScanOptions::default());
//! assert_eq!(inventory.unreadable[0].reason, "is a text without a certificate");
//! let view = InventoryView::new(inventory, datetime!(2026-11-22 12:00:00 UTC));
//! let mut page = Vec::new();
//! text::inventory(&view, text::Look::PLAIN, &mut page)?;
//! assert!(page.starts_with(b"0 certificates in 1 file on 22 November 2026, 12:00 UTC"));
//! # Ok::<(), std::io::Error>(())
//! ```

// A word, state or kind that comes later has to be named wherever it is shown or counted.
#![warn(clippy::wildcard_enum_match_arm)]

mod cmdlet;
pub mod evidence;
pub mod model;
pub mod redact;
pub mod render;
pub mod scan;
pub mod schemas;
pub mod view;
mod x509;

/// The version of the rule tables that documents are made by.
pub(crate) const RULES_VERSION: u32 = lyncert_rules::RULES_VERSION;
