//! Why an export could not be read at all.

/// Input that is not a topology export, or not a whole one. Reading it stopped.
///
/// `line` and `column` count from 1, columns in characters.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// It is an archive that cannot be unpacked.
    #[error("`{document}` cannot be unpacked: {reason}")]
    Archive {
        /// Name of the document.
        document: String,
        /// Why it cannot be unpacked, as the archive's reader says it.
        reason: String,
    },
    /// The document ends inside an element: the export was cut off.
    #[error("`{document}` ends at {line}:{column} inside `<{element}>`: the export was cut off")]
    CutOff {
        /// Name of the document.
        document: String,
        /// The innermost element that was still open.
        element: String,
        /// Line of the end.
        line: u32,
        /// Column of the end.
        column: u32,
    },
    /// There is nothing in it.
    #[error("`{document}` is empty; expected a topology export")]
    Empty {
        /// Name of the document.
        document: String,
    },
    /// The document declares a document type or uses an entity that XML does not define; both are refused.
    #[error("`{document}` has {found} at {line}:{column}; document types and their entities are refused")]
    Forbidden {
        /// Name of the document.
        document: String,
        /// What was found, such as "a document type declaration".
        found: String,
        /// Its line.
        line: u32,
        /// Its column.
        column: u32,
    },
    /// It is larger, deeper or has more parts than any topology has.
    #[error("`{document}` {excess}; the limit is {limit}")]
    Limit {
        /// Name of the document.
        document: String,
        /// What is too much, such as "nests deeper than expected at 3:14".
        excess: String,
        /// The limit, with its unit.
        limit: String,
    },
    /// It is well-formed XML of another kind.
    #[error("`{document}` is no topology export: its root is `<{root}>`{hint}")]
    NoTopology {
        /// Name of the document.
        document: String,
        /// Local name of the root element.
        root: String,
        /// What it seems to be instead, with a leading `, `; or nothing.
        hint: String,
    },
    /// It is not XML.
    #[error("`{document}` is no XML document: {found}; expected a topology export")]
    NotXml {
        /// Name of the document.
        document: String,
        /// What it starts with or seems to be.
        found: String,
    },
    /// The XML is not well-formed.
    #[error("`{document}` is not well-formed XML at {line}:{column}: {reason}")]
    Syntax {
        /// Name of the document.
        document: String,
        /// What is wrong, as the XML parser says it.
        reason: String,
        /// Line where it was noticed.
        line: u32,
        /// Column where it was noticed.
        column: u32,
    },
    /// No document of a deployment holds a topology.
    #[error(
        "there is no topology in {documents}; expected a Topology Builder file, a published topology or a configuration ZIP"
    )]
    WithoutTopology {
        /// Names of the documents, each in backticks.
        documents: String,
    },
}
