//! How bad a finding is.

/// How bad a finding is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Severity {
    /// Advice.
    Info,
    /// A source says should.
    Warning,
    /// A source says must, and something breaks.
    Error,
}

impl Severity {
    /// The severity that programs know by this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Info, Self::Warning, Self::Error].into_iter().find(|severity| severity.as_str() == name)
    }

    /// The name that programs read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}
