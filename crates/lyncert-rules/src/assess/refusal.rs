//! What a CA refuses of a request, whatever it is for.

use std::fmt;

use time::OffsetDateTime;

use crate::certificate::SignatureHash;
use crate::dated::longest_lifetime;
use crate::request::CertificateRequest;
use crate::severity::Severity;
use crate::split::{SetSize, TooLarge, excess_text};

/// What a CA refuses of a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Refusal {
    /// Its names are too many.
    TooLarge(SetSize, TooLarge),
    /// It is signed with a hash that CAs do not take any more.
    WeakHash(SignatureHash),
    /// Its signature is not that of its key.
    NotItsKey,
    /// It asks for so many days, and a public CA may give so many.
    TooLong(i64, i64),
}

impl Refusal {
    /// How bad that is.
    pub fn severity(&self) -> Severity {
        match self {
            Self::TooLarge(_, TooLarge::ForWindowsCa) | Self::NotItsKey => Severity::Error,
            // The CA shortens it, or refuses it.
            Self::TooLarge(_, TooLarge::ForPublicCas) | Self::TooLong(..) => Severity::Warning,
            Self::WeakHash(hash) => match hash {
                SignatureHash::Md2 | SignatureHash::Md4 | SignatureHash::Md5 => Severity::Error,
                SignatureHash::Sha1
                | SignatureHash::Sha224
                | SignatureHash::Sha256
                | SignatureHash::Sha384
                | SignatureHash::Sha512 => Severity::Warning,
            },
        }
    }

    /// All of a request for a CA of a kind, at a time.
    pub(super) fn of(request: &CertificateRequest, public_ca: bool, now: OffsetDateTime) -> Vec<Self> {
        let size = SetSize { names: request.dns_names.len(), octets: request.san_octets };
        let too_large = size.excess(public_ca).map(|why| Self::TooLarge(size, why));
        let weak = request.signature.hash.and_then(|hash| match hash {
            SignatureHash::Md2 | SignatureHash::Md4 | SignatureHash::Md5 | SignatureHash::Sha1 => {
                Some(Self::WeakHash(hash))
            }
            SignatureHash::Sha224 | SignatureHash::Sha256 | SignatureHash::Sha384 | SignatureHash::Sha512 => {
                None
            }
        });
        let forged = (request.is_self_signed == Some(false)).then_some(Self::NotItsKey);
        let limit = longest_lifetime(now).map(|(_, days)| days).filter(|_| public_ca);
        let too_long = request.lifetime_days.zip(limit).filter(|(asked, limit)| asked > limit);
        let too_long = too_long.map(|(asked, limit)| Self::TooLong(asked, limit));
        too_large.into_iter().chain(weak).chain(forged).chain(too_long).collect()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge(size, why) => write!(f, "its {}", excess_text(*size, *why)),
            Self::WeakHash(SignatureHash::Sha1) => {
                f.write_str("the request is signed with SHA-1, which CAs refuse more and more")
            }
            Self::WeakHash(_) => f.write_str("the request is signed with a broken hash, which CAs refuse"),
            Self::TooLong(asked, limit) => {
                write!(f, "it asks for {asked} days, and public CAs may give at most {limit}")
            }
            Self::NotItsKey => {
                f.write_str("its own key does not verify its signature, so that CAs refuse it")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{NOW, request};

    fn texts(request: &CertificateRequest, public_ca: bool) -> Vec<String> {
        Refusal::of(request, public_ca, NOW).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_sound_request_is_not_refused() {
        assert_eq!(texts(&request("sip.contoso.com", &["sip.contoso.com"], 2048), true), [""; 0]);
    }

    #[test]
    fn a_public_ca_gives_no_more_days_than_it_may() {
        let days =
            |days| CertificateRequest { lifetime_days: Some(days), ..request("a.contoso.com", &[], 2048) };
        assert_eq!(texts(&days(730), true), ["it asks for 730 days, and public CAs may give at most 200"]);
        assert_eq!(texts(&days(200), true), [""; 0]);
        assert_eq!(texts(&days(730), false), [""; 0], "a CA of the organization is free");
    }

    #[test]
    fn broken_hashes_and_signatures_of_other_keys_are_refused() {
        let mut forged = request("a.contoso.com", &[], 2048);
        forged.is_self_signed = Some(false);
        forged.signature.hash = Some(SignatureHash::Md5);
        let refusals = Refusal::of(&forged, false, NOW);
        assert_eq!(refusals, [Refusal::WeakHash(SignatureHash::Md5), Refusal::NotItsKey]);
        assert!(refusals.iter().all(|refusal| refusal.severity() == Severity::Error));
    }

    #[test]
    fn the_octets_of_the_extension_count_at_a_windows_ca() {
        let large =
            CertificateRequest { san_octets: 4_097, ..request("a.contoso.com", &["a.contoso.com"], 2048) };
        assert!(texts(&large, false).concat().contains("take 4,097 octets"), "{:?}", texts(&large, false));
        assert_eq!(texts(&CertificateRequest { san_octets: 4_096, ..large }, false), [""; 0]);
    }
}
