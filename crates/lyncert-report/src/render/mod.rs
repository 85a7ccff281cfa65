//! From views to bytes: one module a format, each a function of a view and a sink.

pub mod csv;
pub mod escape;
mod file_name;
pub mod html;
pub mod index;
pub mod json;
pub mod prometheus;
pub mod request;
mod svg;
#[cfg(test)]
pub(crate) mod testing;
pub mod text;

pub use file_name::file_names;
