//! Files that the operator wants left aside.

use std::fmt;
use std::str::FromStr;

use globset::{Glob, GlobBuilder, GlobMatcher, GlobSet, GlobSetBuilder};

/// A pattern of paths below the scanned folder: `*` and `?` stay within a folder's name, `**` crosses folders.
#[derive(Clone, Debug)]
pub struct PathPattern {
    text: String,
    glob: Glob,
}

/// Many patterns, which a path is held against at once.
pub(super) enum PatternSet {
    /// All in one.
    Together(GlobSet),
    /// Too many for that.
    OneByOne(Vec<GlobMatcher>),
}

impl PatternSet {
    pub(super) fn new<'a>(patterns: impl Iterator<Item = &'a PathPattern> + Clone) -> Self {
        let mut builder = GlobSetBuilder::new();
        for pattern in patterns.clone() {
            builder.add(pattern.glob.clone());
        }
        match builder.build() {
            Ok(set) => Self::Together(set),
            Err(_) => Self::OneByOne(patterns.map(|pattern| pattern.glob.compile_matcher()).collect()),
        }
    }

    /// The first pattern that means a path, with `/` between folders, whatever its case: Windows has none.
    pub(super) fn first_match(&self, path: &str) -> Option<usize> {
        match self {
            Self::Together(set) => set.matches(path).into_iter().min(),
            Self::OneByOne(matchers) => matchers.iter().position(|matcher| matcher.is_match(path)),
        }
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
        let glob = glob.map_err(|error| error.kind().to_string())?;
        Ok(Self { text: text.to_owned(), glob })
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
            let parsed: PathPattern = pattern.parse().unwrap();
            let set = PatternSet::new([&parsed].into_iter());
            assert_eq!(set.first_match(path).is_some(), matches, "{pattern} {path}");
        }
        assert!("archive/[".parse::<PathPattern>().is_err());
        assert!(" ".parse::<PathPattern>().is_err());
    }
}
