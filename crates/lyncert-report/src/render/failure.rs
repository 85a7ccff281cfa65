//! The page of an estate that could not be judged.

use std::io::{self, Write};

use askama::Template;

use super::dates::day_in_words;
use super::html::{Allowed, STYLE};
use crate::model::FailureView;

/// Name of the page, in the place of `report.html`.
pub(super) const FAILURE_PAGE: &str = "failure.html";

/// Writes the page.
///
/// # Errors
///
/// Those of the sink.
pub(super) fn write(failure: &FailureView, sink: &mut dyn Write) -> io::Result<()> {
    let page = Page { failure, style: STYLE, allowed: Allowed::new() };
    sink.write_all(page.render().map_err(io::Error::other)?.as_bytes())
}

#[derive(Template)]
#[template(path = "failure.html")]
struct Page<'a> {
    failure: &'a FailureView,
    style: &'static str,
    allowed: Allowed,
}

impl Page<'_> {
    /// What the exit code says.
    fn meaning(&self) -> &'static str {
        match self.failure.exit_code {
            2 => "what was asked for, or the policy, is not right",
            3 => "its topology or its certificates could not be read",
            75 => "another run is at work on it",
            _ => "lyncert itself failed",
        }
    }

    fn what_to_do(&self) -> &'static str {
        match self.failure.exit_code {
            2 => "Mend what the sentence above names, and run the batch again.",
            3 => {
                "Export the topology and the certificates of this estate again, or put them where the sentence above \
                 expects them, and run the batch again."
            }
            75 => "Wait until that run is done, and run the batch again.",
            _ => "Report this as a bug, with the sentence above.",
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn the_page_says_why_and_what_to_do_and_lets_nothing_run() {
        let at = datetime!(2026-11-22 12:00:00 UTC).into();
        for (code, expected) in
            [(2, "Mend what"), (3, "Export the topology"), (70, "as a bug"), (75, "Wait until")]
        {
            let failure = FailureView::new("<script>x", at, code, "`topology.xml` is <b>cut</b>");
            let mut bytes = Vec::new();
            write(&failure, &mut bytes).unwrap();
            let page = String::from_utf8(bytes).unwrap();
            assert!(page.contains(expected) && page.contains("<code>topology.xml</code>"), "{page}");
            assert!(!page.contains("<script") && !page.contains("<b>cut"));
        }
    }
}
