//! The action plan: what it must hold, whatever the estate.

#[path = "../../../lyncert-rules/tests/common/mod.rs"]
mod common;

mod actions;
mod applying;
mod estates;
mod requests;
mod sound;
