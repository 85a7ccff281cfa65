//! Paths and revocation over certificates that no CA would issue: in the shape of the public suites with labels (PKITS and those for
//! path building), against OpenSSL, and against hostile folders.

#![expect(clippy::unwrap_used, reason = "helpers of tests lie outside of test functions")]

mod building;
mod hostile;
mod openssl;
mod pki;
mod revocation;
mod suite;
