//! What the program itself says.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Every word and URL of the texts in the sources of the program, in lower case; see build.rs.
static VOCABULARY: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!(concat!(env!("OUT_DIR"), "/vocabulary.txt")).lines().collect());

/// What systems say of files, in words that no source has; the vocabulary is made of all texts, and so of this one.
const _: &str = "no such file or directory, permission denied, access is denied, is a directory, not a directory, no space left on \
                 device, broken pipe, read-only file system, the system cannot find the file or path specified, being used by another \
                 process, too many open files";

/// Whether the program itself says a word.
pub(super) fn is_own(word: &str) -> bool {
    VOCABULARY.contains(word) || VOCABULARY.contains(word.to_ascii_lowercase().as_str())
}
