//! Digests of certificates and keys.

use std::fmt;
use std::str::FromStr;

/// A digest of `N` bytes. Written as upper-case hexadecimal; read with separators, in any case.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Digest<const N: usize>([u8; N]);

/// SHA-1 over the DER of a certificate: what Windows shows as its thumbprint.
pub type Thumbprint = Digest<20>;

/// SHA-256 over the DER of a certificate, or of a public key.
pub type Fingerprint = Digest<32>;

impl<const N: usize> Digest<N> {
    /// Its bytes, most significant first.
    pub fn as_bytes(&self) -> &[u8; N] {
        &self.0
    }
}

impl<const N: usize> From<[u8; N]> for Digest<N> {
    fn from(bytes: [u8; N]) -> Self {
        Self(bytes)
    }
}

impl<const N: usize> fmt::Display for Digest<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Reports hold hundreds of thousands of digests: each is one text, not a number for every byte.
        let mut digits = [0; 2 * PIECE];
        self.0.chunks(PIECE).try_for_each(|piece| {
            let pairs = digits.chunks_exact_mut(2).zip(piece);
            pairs.for_each(|(pair, byte)| pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 0xF)]));
            let text = digits.get(..2 * piece.len()).map(str::from_utf8);
            f.write_str(text.and_then(Result::ok).unwrap_or_default())
        })
    }
}

/// The longest digest in use has so many bytes.
const PIECE: usize = 32;

/// The digit of a number below sixteen.
fn digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'A' + (value - 10) }
}

/// A text that is not a digest of the wanted length.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected {digits} hexadecimal digits")]
pub struct NotADigest {
    digits: usize,
}

impl<const N: usize> FromStr for Digest<N> {
    type Err = NotADigest;

    /// Spaces, colons and hyphens between the digits, and the invisible mark that the Windows dialog copies in front of
    /// them (a question mark in another encoding), do not count.
    fn from_str(text: &str) -> Result<Self, NotADigest> {
        let is_filler = |c: &char| {
            c.is_whitespace() || matches!(c, ':' | '-' | '\u{200E}' | '\u{200F}' | '\u{FEFF}' | '?')
        };
        let failure = NotADigest { digits: N * 2 };
        let mut bytes = [0; N];
        let mut digits = text.chars().filter(|c| !is_filler(c)).map(|c| c.to_digit(16));
        let mut next = || digits.next().flatten().and_then(|digit| u8::try_from(digit).ok());
        for byte in &mut bytes {
            let (high, low) = (next().ok_or(failure)?, next().ok_or(failure)?);
            *byte = high << 4 | low;
        }
        if digits.next().is_some() { Err(failure) } else { Ok(Self(bytes)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_written_in_upper_case_and_read_back() {
        let digest = Digest([0x0A, 0xFF, 0x10]);
        assert_eq!(digest.to_string(), "0AFF10");
        for text in ["0AFF10", "0aff10", "0a:ff:10", "\u{200E}0a ff 10", "0A-FF-10 "] {
            assert_eq!(text.parse(), Ok(digest), "{text:?}");
        }
    }

    #[test]
    fn what_has_another_length_or_other_letters_is_none() {
        for text in ["", "0AFF1", "0AFF", "0AFF1000", "0AFF1G", "0AFF10 x"] {
            assert_eq!(text.parse::<Digest<3>>(), Err(NotADigest { digits: 6 }), "{text:?}");
        }
    }
}
