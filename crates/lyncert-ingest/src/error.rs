//! Why an export could not be read at all.

/// Input that is not a topology export, or not a whole one. Reading it stopped.
///
/// `line` and `column` count from 1, columns in characters.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// Two exports lie in one folder, and nothing says which of them counts.
    #[error(
        "`{first}` and `{second}` are two exports that disagree ({difference}); expected one, one that is called `topology.*`, or a manifest that names it"
    )]
    Ambiguous {
        /// Name of the one.
        first: String,
        /// Name of the other.
        second: String,
        /// In what they differ.
        difference: String,
    },
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
    #[error(
        "`{document}` is no topology export: its root is `<{root}>`{hint}, which `Get-CsTopology -AsXml | Out-File topology.xml` makes"
    )]
    NoTopology {
        /// Name of the document.
        document: String,
        /// Local name of the root element.
        root: String,
        /// What it seems to be instead, with a leading `, `; or nothing.
        hint: String,
    },
    /// It is not XML.
    #[error(
        "`{document}` is no XML document: {found}; expected a topology export, which `Get-CsTopology -AsXml | Out-File topology.xml` makes"
    )]
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
        "there is no topology in {documents}; expected a Topology Builder file, a published topology (`Get-CsTopology -AsXml | Out-File topology.xml`) or a configuration ZIP (`Export-CsConfiguration`)"
    )]
    WithoutTopology {
        /// Names of the documents, each in backticks.
        documents: String,
    },
}

/// A name or reason of a document as a message shows it: a document can make either as long as it likes.
pub(crate) fn shortened(text: &str) -> String {
    /// More than the longest real element name and reason of the parser.
    const MAX_CHARS: usize = 160;
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// What is wrong with a text of JSON, in words.
pub(crate) fn json_fault(error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    let what = match error.classify() {
        Category::Eof => "it ends too early",
        Category::Syntax | Category::Io => "it is no JSON",
        Category::Data => "a value is of another kind than expected",
    };
    format!("{what}, at line {}, column {}", error.line(), error.column())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_document_says_is_cut_where_it_is_long() {
        assert_eq!(shortened("Topology"), "Topology");
        let cut = shortened(&"ä".repeat(3_000));
        assert_eq!((cut.chars().count(), cut.ends_with("ä…")), (161, true));
    }
}
