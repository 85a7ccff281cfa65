//! What mail programs, wikis and consoles put around the output of a command.

use std::borrow::Cow;

/// A text without the `>` of quoted mail and the fences of Markdown. Every line stays where it is.
pub(crate) fn plain_text(text: &str) -> Cow<'_, str> {
    let is_dressed = |line: &str| {
        let line = line.trim_start();
        line.starts_with('>') || line.starts_with("```") || line.starts_with("~~~")
    };
    // In XML these signs mean something else.
    if text.starts_with('<') || !text.lines().any(is_dressed) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let bare = without_quotes(line);
        if bare.trim_start().starts_with("```") || bare.trim_start().starts_with("~~~") {
            plain.extend(bare.ends_with('\n').then_some('\n'));
        } else {
            plain.push_str(bare);
        }
    }
    Cow::Owned(plain)
}

fn without_quotes(line: &str) -> &str {
    let mut rest = line;
    while let Some(inner) = rest.trim_start_matches([' ', '\t']).strip_prefix('>') {
        rest = inner.strip_prefix(' ').unwrap_or(inner);
    }
    rest
}

/// The errors that `Get-CsCertificate` wrote into a text among its objects. Their words are local, what PowerShell puts around them is
/// not.
pub(crate) fn errors_of(text: &str) -> Vec<String> {
    text.lines().filter(|line| is_error(line)).map(|line| line.trim().to_owned()).collect()
}

/// Whether a line belongs to an error that PowerShell shows.
pub(super) fn is_error(line: &str) -> bool {
    let line = line.trim_start();
    let after_cmdlet = line.strip_prefix("Get-CsCertificate").map(str::trim_start);
    after_cmdlet.is_some_and(|rest| rest.starts_with(':'))
        || line.starts_with("+ CategoryInfo")
        || line.starts_with("+ FullyQualifiedErrorId")
}
