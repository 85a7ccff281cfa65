//! What decides whether a certificate may issue others, beyond its facts.

use lyncert_rules::certificate::{Certificate, OddityKind};

use super::constraints::NameConstraints;

/// What is kept of a certificate that may have issued others.
#[derive(Clone, Debug, Default)]
pub(crate) struct PathFacts {
    /// Whether it is of a version before 3, which knows no extensions.
    pub(crate) is_before_version_3: bool,
    pub(crate) has_basic_constraints: bool,
    pub(crate) constraints: Option<NameConstraints>,
    /// Why nobody may accept a chain over it, in words, whatever it is used for.
    pub(crate) refused: Option<String>,
    /// How many certificates may follow it before policies have to be acceptable.
    pub(crate) explicit_policy: Option<u32>,
}

impl PathFacts {
    pub(super) fn new(facts: &Certificate, extensions: PathExtensions, version: u32) -> Self {
        let PathExtensions { has_basic_constraints, constraints, unprocessed, explicit_policy } = extensions;
        let refused = facts.oddities.iter().find(|oddity| match oddity.kind {
            OddityKind::CriticalExtension
            | OddityKind::DuplicateExtension
            | OddityKind::SignatureAlgorithm => true,
            OddityKind::DamagedExtension => unprocessed.contains(&oddity.text),
            OddityKind::Version
            | OddityKind::SelfSignature
            | OddityKind::AlternativeName
            | OddityKind::TrailingBytes => false,
        });
        Self {
            is_before_version_3: version < 3,
            has_basic_constraints,
            constraints,
            refused: refused.map(|oddity| oddity.text.clone()),
            explicit_policy,
        }
    }
}

/// What extensions say that only paths are judged by.
#[derive(Debug, Default)]
pub(super) struct PathExtensions {
    pub(super) has_basic_constraints: bool,
    pub(super) constraints: Option<NameConstraints>,
    /// What was said of damaged extensions that a path cannot do without: critical ones, and those that limit a CA.
    pub(super) unprocessed: Vec<String>,
    pub(super) explicit_policy: Option<u32>,
}
