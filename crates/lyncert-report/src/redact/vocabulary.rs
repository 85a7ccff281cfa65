//! What the program itself says.

use std::collections::HashSet;
use std::sync::LazyLock;

use lyncert_rules::citation::SOURCES;

/// Every word and URL of the texts in the sources of the program, in lower case; see build.rs.
static VOCABULARY: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!(concat!(env!("OUT_DIR"), "/vocabulary.txt")).lines().collect());

/// What systems say of files, in words that no source has; the vocabulary is made of all texts, and so of this one.
const _: &str = "no such file or directory, permission denied, access is denied, is a directory, not a directory, no space left on \
                 device, broken pipe, read-only file system, the system cannot find the file or path specified, being used by another \
                 process, too many open files";

/// Words of days, which a library writes.
const _: &str = "January February March April May June July August September October November December";

/// Roles of exports that no rule is about.
const _: &str = "ApplicationStore ArchivingStore AbsStore BackupStore CallParkServer CentralMgmtStore CpsStore LyssStore LocationStore \
                 MonitoringStore MgcStore PersistentChatStore PersistentChatComplianceStore PresenceStore ProvisionServer \
                 ReportingServer RgsStore RtcStore SharedLineStore UpdateServer VideoInteropServer XdsStore";

/// What the parser of the command line says, whose words are no words of ours either.
const _: &str = "error: unexpected argument found, invalid value for, a value is required for but none was supplied, unrecognized subcommand, \
                 the following required arguments were not provided, the argument cannot be used with, cannot be used multiple times, \
                 tip: a similar argument exists, some similar subcommands exist, to pass as a value use, usage, possible values, \
                 for more information try help, one or more of the other specified arguments, subcommand, requires";

/// Whether the program itself says a word.
pub(super) fn is_own(word: &str) -> bool {
    VOCABULARY.contains(word) || VOCABULARY.contains(word.to_ascii_lowercase().as_str())
}

/// Whether all of a text is what the program itself says: its words, numbers, and addresses that it cites.
pub(super) fn is_said(text: &str) -> bool {
    text.split_whitespace()
        .all(|word| if word.contains("://") { is_cited(word) } else { has_own_words(word) })
}

/// Whether an address is one of the program's: some of its sources are put together of a page and a section.
fn is_cited(url: &str) -> bool {
    VOCABULARY.contains(url.trim_end_matches([',', '.', ')', ';']))
        || SOURCES.iter().any(|source| source.url == url)
}

fn has_own_words(text: &str) -> bool {
    let is_in_word = |c: char| c.is_alphanumeric() || "._-".contains(c);
    text.split(|c| !is_in_word(c)).map(|word| word.trim_matches(['.', '_', '-'])).all(|word| {
        let mut parts = word.split(['.', '_', '-']);
        is_own(word) || parts.all(|part| part.chars().count() <= 1 || is_short_number(part) || is_own(part))
    })
}

/// Longer numbers are somebody's.
fn is_short_number(text: &str) -> bool {
    text.len() <= 10 && text.bytes().all(|byte| byte.is_ascii_digit())
}
