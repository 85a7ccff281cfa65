//! Sources as data and as text.

use lyncert_rules::citation::Citation;

use crate::model::SourceRef;

/// Documents as data.
pub(super) fn source_refs<'a>(citations: impl IntoIterator<Item = &'a Citation>) -> Vec<SourceRef> {
    let source =
        |citation: &Citation| SourceRef { title: citation.title.to_owned(), url: citation.url.to_owned() };
    citations.into_iter().map(source).collect()
}

/// Title and address in one text.
pub(super) fn source_text(citation: &Citation) -> String {
    format!("{}, {}", citation.title, citation.url)
}
