//! Where in which document something is.

use std::fmt;
use std::sync::Arc;

/// A place in an export.
///
/// Shown as `Cluster[pool01.contoso.com]/Machine[fe01.contoso.com] (topology.xml:12:7)`: the element path comes
/// first, since many exports are one long line.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Place {
    /// Name of the document, as the user gave it, without folders.
    pub document: Arc<str>,
    /// The way to the element from the part of the document that matters: element names, each with its naming
    /// attribute in brackets where it has one, joined by `/`.
    pub path: Arc<str>,
    /// Line of the element's `<`, from 1.
    pub line: u32,
    /// Column of the element's `<` in characters, from 1.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}:{}:{})", self.path, self.document, self.line, self.column)
    }
}
