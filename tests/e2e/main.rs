//! Runs the program as a user does: over the samples, over broken input, and through every exit code.

#![expect(clippy::unwrap_used, reason = "helpers of tests lie outside of test functions")]

mod architecture;
mod assigned;
mod batch;
mod canaries;
mod check;
mod codes_of_commands;
mod collection;
mod completions;
mod corpus;
mod doctor;
mod documented;
mod encodings;
mod evidence;
mod exit_codes;
mod first_screen;
mod forecast;
mod golden;
mod green;
mod helpful;
mod inspect;
mod limits;
mod mutated_reports;
mod narrow;
mod older_reports;
mod plan;
mod policy;
mod redact;
mod redact_laws;
mod redraw;
mod release;
mod requests;
mod safety;
mod schedule;
mod schemas;
mod scope;
mod script;
mod sentences;
mod shown;
mod sites;
#[path = "../support/mod.rs"]
mod support;
mod together;
mod trust;
mod unread_reports;
