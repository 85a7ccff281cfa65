//! End-to-end tests over the samples.
