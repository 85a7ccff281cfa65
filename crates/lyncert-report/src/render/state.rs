//! States as pages show them.

use crate::model::{EstateState, Verdict};

/// How a server or requirement stands: a word, a shape and a color, so that none of them alone carries the meaning.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) enum State {
    NoNeed,
    NotJudged,
    Met,
    Waived,
    Warnings,
    Unmet,
    Failed,
}

impl State {
    pub(super) fn of(verdict: Option<Verdict>) -> Self {
        match verdict {
            Some(Verdict::Met) => Self::Met,
            Some(Verdict::Waived) => Self::Waived,
            Some(Verdict::NotJudged) => Self::NotJudged,
            Some(Verdict::MetWithWarnings) => Self::Warnings,
            Some(Verdict::Failed) => Self::Failed,
            Some(Verdict::Unmet) => Self::Unmet,
            None => Self::NoNeed,
        }
    }

    pub(super) fn class(self) -> &'static str {
        match self {
            Self::NoNeed | Self::NotJudged | Self::Waived => "none",
            Self::Met => "ok",
            Self::Warnings => "warn",
            Self::Unmet => "unmet",
            Self::Failed => "bad",
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::NoNeed => "no need",
            Self::NotJudged => "not judged",
            Self::Met => "met",
            Self::Waived => "waived",
            Self::Warnings => "warnings",
            Self::Unmet => "unmet",
            Self::Failed => "failed",
        }
    }

    pub(super) fn shape(self) -> &'static str {
        match self {
            Self::NoNeed => "–",
            Self::NotJudged => "·",
            Self::Met => "✓",
            Self::Waived => "◇",
            Self::Warnings => "▲",
            Self::Unmet => "□",
            Self::Failed => "✕",
        }
    }
}

/// How an estate or a report stands, as a color.
pub(super) fn state_class(state: &EstateState) -> &'static str {
    match state {
        EstateState::CouldNotBeJudged => "unmet",
        EstateState::Errors => "bad",
        EstateState::Warnings => "warn",
        EstateState::NotFullyJudged => "info",
        EstateState::InOrder => "ok",
    }
}

/// The same as a shape.
pub(super) fn state_shape(state: &EstateState) -> &'static str {
    match state {
        EstateState::CouldNotBeJudged => "□",
        EstateState::Errors => "✕",
        EstateState::Warnings => "▲",
        EstateState::NotFullyJudged => "◌",
        EstateState::InOrder => "✓",
    }
}

/// The same in words.
pub(super) fn state_word(state: &EstateState) -> &'static str {
    match state {
        EstateState::CouldNotBeJudged => "could not be judged",
        EstateState::Errors => "errors",
        EstateState::Warnings => "warnings",
        EstateState::NotFullyJudged => "not fully judged",
        EstateState::InOrder => "in order",
    }
}
