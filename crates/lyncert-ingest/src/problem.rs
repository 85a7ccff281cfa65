//! Parts of the input that were not understood.

use std::fmt;

use crate::place::Place;

/// A part of an export that was not understood; reading went on without it.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Problem {
    /// The part that was not understood.
    pub place: Place,
    /// What was found and what was expected, in one sentence without a final period.
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.text)
    }
}
