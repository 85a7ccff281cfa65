//! Files that the operator wants left aside.

use std::fmt;
use std::str::FromStr;

use globset::{GlobBuilder, GlobMatcher};

/// A pattern of paths below the scanned folder: `*` and `?` stay within a folder's name, `**` crosses folders.
#[derive(Clone, Debug)]
pub struct PathPattern {
    text: String,
    matcher: GlobMatcher,
}

impl PathPattern {
    /// Whether a path is meant, with `/` between folders, whatever its case: Windows has none.
    pub(super) fn matches(&self, path: &str) -> bool {
        self.matcher.is_match(path)
    }
}

impl FromStr for PathPattern {
    type Err = String;

    /// # Errors
    ///
    /// Says what is wrong with the pattern.
    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err("the pattern is empty".to_owned());
        }
        let glob = GlobBuilder::new(text).literal_separator(true).case_insensitive(true).build();
        let matcher = glob.map_err(|error| error.kind().to_string())?.compile_matcher();
        Ok(Self { text: text.to_owned(), matcher })
    }
}

impl fmt::Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for PathPattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for PathPattern {}

/// Files that are left aside, and why.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IgnoredPath {
    /// Which files.
    pub pattern: PathPattern,
    /// Why the policy leaves them aside, as it says.
    pub reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_cross_folders_only_where_they_say_so() {
        for (pattern, path, matches) in [
            ("archive/**", "archive/2019/old.cer", true),
            ("archive/**", "archive/old.cer", true),
            ("archive/**", "ARCHIVE/old.cer", true),
            ("archive/**", "fe1/archive/old.cer", false),
            ("**/archive/**", "fe1/archive/old.cer", true),
            ("*.txt", "readme.txt", true),
            ("*.txt", "fe1/readme.txt", false),
            ("**/*.txt", "fe1/readme.txt", true),
            ("**/*.txt", "readme.txt", true),
            ("fe?/[ab].cer", "fe1/a.cer", true),
        ] {
            assert_eq!(pattern.parse::<PathPattern>().unwrap().matches(path), matches, "{pattern} {path}");
        }
        assert!("archive/[".parse::<PathPattern>().is_err());
        assert!(" ".parse::<PathPattern>().is_err());
    }
}
