//! From views to bytes: one module a format, each a function of a view and a sink.

pub mod csv;
pub mod escape;
pub mod html;
pub mod json;
pub mod request;
mod svg;
#[cfg(test)]
pub(crate) mod testing;
pub mod text;
