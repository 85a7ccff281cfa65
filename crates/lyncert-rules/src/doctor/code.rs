//! Codes of errors and events, and the notations that they are found in.

use std::fmt;

/// What kind of number a code is: the same number means something else in another place.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum CodeKind {
    /// Id of an entry in an event log.
    Event,
    /// Id in an `ms-diagnostics` header.
    Diagnostics,
    /// HRESULT or security status.
    Status,
    /// Error of Windows, its sockets and its HTTP services.
    Win32,
    /// Alert of TLS.
    Alert,
    /// A word that is a code by itself: a setting, an article, a service.
    Word,
}

/// A code of a symptom.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Code {
    /// What kind of number it is.
    pub kind: CodeKind,
    /// The number; 0 for a word.
    pub number: u32,
    /// Its name in the vendor's header files or the standard; empty where it has none.
    pub name: &'static str,
}

impl Code {
    /// The entry of an event log with this id.
    pub(super) const fn event(id: u32) -> Self {
        Self { kind: CodeKind::Event, number: id, name: "" }
    }

    /// The `ms-diagnostics` header with this id.
    pub(super) const fn diagnostics(id: u32) -> Self {
        Self { kind: CodeKind::Diagnostics, number: id, name: "" }
    }

    /// The HRESULT or security status with this value.
    pub(super) const fn status(number: u32, name: &'static str) -> Self {
        Self { kind: CodeKind::Status, number, name }
    }

    /// The error of Windows with this number.
    pub(super) const fn win32(number: u32, name: &'static str) -> Self {
        Self { kind: CodeKind::Win32, number, name }
    }

    /// The alert of TLS with this number.
    pub(super) const fn alert(number: u32, name: &'static str) -> Self {
        Self { kind: CodeKind::Alert, number, name }
    }

    /// A word that is a code by itself.
    pub(super) const fn word(name: &'static str) -> Self {
        Self { kind: CodeKind::Word, number: 0, name }
    }

    /// Whether a text names it.
    pub(super) fn is_named_by(&self, named: &Named) -> bool {
        match *named {
            Named::Number { kind, number } => self.is_number(kind, number),
            Named::Name(ref name) => !self.name.is_empty() && self.name.eq_ignore_ascii_case(name),
        }
    }

    fn is_number(&self, named_as: NumberKind, number: u32) -> bool {
        let is_same = self.number == number;
        match self.kind {
            CodeKind::Event => {
                is_same && matches!(named_as, NumberKind::Event | NumberKind::Any | NumberKind::Error)
            }
            CodeKind::Diagnostics => {
                is_same && named_as != NumberKind::Alert && named_as != NumberKind::Status
            }
            CodeKind::Status => {
                is_same && matches!(named_as, NumberKind::Status | NumberKind::Any | NumberKind::Error)
            }
            CodeKind::Win32 => match named_as {
                NumberKind::Status => number == FROM_WIN32 | self.number,
                NumberKind::Any | NumberKind::Error => is_same || number == FROM_WIN32 | self.number,
                NumberKind::Event | NumberKind::Diagnostics | NumberKind::Alert => false,
            },
            CodeKind::Alert => is_same && matches!(named_as, NumberKind::Alert | NumberKind::Any),
            CodeKind::Word => false,
        }
    }
}

/// What an error of Windows becomes as an HRESULT.
const FROM_WIN32: u32 = 0x8007_0000;

impl fmt::Display for Code {
    /// The number as documents write it; the name of what has no number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            CodeKind::Event | CodeKind::Diagnostics | CodeKind::Win32 => write!(f, "{}", self.number),
            CodeKind::Status => write!(f, "0x{:08x}", self.number),
            CodeKind::Alert => write!(f, "alert {}", self.number),
            CodeKind::Word => f.write_str(self.name),
        }
    }
}

/// What a number of a text is by what stands around it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) enum NumberKind {
    /// An id of an event log.
    Event,
    /// An id of an `ms-diagnostics` header.
    Diagnostics,
    /// An HRESULT, by its shape.
    Status,
    /// An alert of TLS.
    Alert,
    /// The number of some error.
    Error,
    /// All that was asked for: any code that has this number.
    Any,
}

/// A code as a text names it.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) enum Named {
    /// By its number.
    Number {
        /// What the text says that it is.
        kind: NumberKind,
        /// The number.
        number: u32,
    },
    /// By its name.
    Name(String),
}

/// A number, in the notation of a text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Notation {
    /// `0x800b0109`.
    Hexadecimal(u32),
    /// `-2146762487`.
    Negative(u32),
    /// `2148204809`: so large that it is an HRESULT or nothing.
    Large(u32),
    /// `41026`; with `as_status` where its digits could also be an HRESULT without `0x`, such as `80090322`.
    Decimal {
        /// The number.
        number: u32,
        /// Its digits as hexadecimal ones.
        as_status: Option<u32>,
    },
    /// `800b0109`.
    BareHexadecimal(u32),
}

/// The least number that is an HRESULT of an error.
const LEAST_STATUS: u32 = 0x8000_0000;
/// Above it `-1` and its like would be taken for one.
const MAX_STATUS: u32 = 0xefff_ffff;

impl Notation {
    /// Reads a word; `is_negative` where a minus sign stands in front of it.
    pub(super) fn read(word: &str, is_negative: bool) -> Option<Self> {
        let is_status = |number: &u32| (LEAST_STATUS..=MAX_STATUS).contains(number);
        if let Some(digits) = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
            return hexadecimal(digits).map(Self::Hexadecimal);
        }
        let is_bare = word.len() == 8 && word.starts_with(['8', 'c', 'C']);
        let bare = || hexadecimal(word).filter(|number| is_bare && is_status(number));
        if !word.bytes().all(|byte| byte.is_ascii_digit()) {
            return bare().map(Self::BareHexadecimal);
        }
        let number: u32 = word.parse().ok()?;
        if is_negative {
            // The magnitude of 0x80000000 is the largest that there is.
            let number = (number <= LEAST_STATUS).then(|| number.wrapping_neg())?;
            return Some(number).filter(is_status).map(Self::Negative);
        }
        if is_status(&number) {
            return Some(Self::Large(number));
        }
        Some(Self::Decimal { number, as_status: bare() })
    }
}

/// Up to eight digits, or sixteen of which the first eight are the sign of a negative number in 64 bits.
fn hexadecimal(digits: &str) -> Option<u32> {
    let digits = match digits.len() {
        16 => {
            let (sign, rest) = digits.split_at_checked(8)?;
            sign.eq_ignore_ascii_case("ffffffff").then_some(rest)?
        }
        1..=8 => digits,
        _ => return None,
    };
    let is_hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hexadecimal.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_notation_gives_the_same_number() {
        assert_eq!(Notation::read("0x800B0109", false), Some(Notation::Hexadecimal(0x800b_0109)));
        assert_eq!(Notation::read("0xFFFFFFFF800B0109", false), Some(Notation::Hexadecimal(0x800b_0109)));
        assert_eq!(Notation::read("800b0109", false), Some(Notation::BareHexadecimal(0x800b_0109)));
        assert_eq!(Notation::read("2146762487", true), Some(Notation::Negative(0x800b_0109)));
        assert_eq!(Notation::read("2148204809", false), Some(Notation::Large(0x800b_0109)));
        let both = Notation::Decimal { number: 80_090_322, as_status: Some(0x8009_0322) };
        assert_eq!(Notation::read("80090322", false), Some(both));
        assert_eq!(
            Notation::read("41026", false),
            Some(Notation::Decimal { number: 41026, as_status: None })
        );
    }

    #[test]
    fn what_is_too_long_too_small_or_no_number_is_none() {
        for word in ["0x", "0x123456789", "0xzz", "8000000g", "99999999999", "event", "0x0123456780090322"] {
            assert_eq!(Notation::read(word, false), None, "{word}");
        }
        for word in ["1", "4294967295", "268435456"] {
            assert_eq!(Notation::read(word, true), None, "-{word}");
        }
    }
}
