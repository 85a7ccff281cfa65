//! Product generations.

use std::fmt;

/// A product generation, read from the `ServiceVersion` of a service.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ProductVersion {
    /// Office Communications Server, from before Lync: `ServiceVersion` 4 or lower.
    BeforeLync(u32),
    /// Lync Server 2010: 5.
    Lync2010,
    /// Lync Server 2013: 6.
    Lync2013,
    /// Skype for Business Server 2015: 7.
    Sfb2015,
    /// Skype for Business Server 2019 or its Subscription Edition, which exports cannot tell apart: 8.
    Sfb2019,
    /// A number above those known: 9 or higher.
    NewerThanKnown(u32),
}

impl ProductVersion {
    /// The generation with this `ServiceVersion` number.
    pub(crate) fn from_service_version(number: u32) -> Self {
        match number {
            0..=4 => Self::BeforeLync(number),
            5 => Self::Lync2010,
            6 => Self::Lync2013,
            7 => Self::Sfb2015,
            8 => Self::Sfb2019,
            9.. => Self::NewerThanKnown(number),
        }
    }
}

impl fmt::Display for ProductVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BeforeLync(number) => write!(f, "Office Communications Server (version {number})"),
            Self::Lync2010 => f.write_str("Lync Server 2010"),
            Self::Lync2013 => f.write_str("Lync Server 2013"),
            Self::Sfb2015 => f.write_str("Skype for Business Server 2015"),
            Self::Sfb2019 => f.write_str("Skype for Business Server 2019 or Subscription Edition"),
            Self::NewerThanKnown(number) => write!(f, "version {number} (newer than known)"),
        }
    }
}
