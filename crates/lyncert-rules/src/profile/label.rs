//! The labels that stand before SIP domains.

use std::fmt;

use crate::requirement::NameKind;

/// A label before a domain, and what kind of name the two make.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DomainLabel {
    /// As the name is written.
    pub(super) text: &'static str,
    /// What the name is.
    pub(super) kind: NameKind,
}

impl DomainLabel {
    pub(super) const SIP: Self = Self { text: "sip", kind: NameKind::Sip };
    pub(super) const SIP_INTERNAL: Self = Self { text: "sipinternal", kind: NameKind::Sip };
    pub(super) const SIP_EXTERNAL: Self = Self { text: "sipexternal", kind: NameKind::Sip };
    pub(super) const LYNCDISCOVER: Self = Self { text: "lyncdiscover", kind: NameKind::Lyncdiscover };
    pub(super) const LYNCDISCOVER_INTERNAL: Self =
        Self { text: "lyncdiscoverinternal", kind: NameKind::LyncdiscoverInternal };
    /// As the product's wizard spells it.
    pub(super) const WIZARD_LYNCDISCOVER: Self = Self { text: "Lyncdiscover", ..Self::LYNCDISCOVER };
    /// The same.
    pub(super) const WIZARD_LYNCDISCOVER_INTERNAL: Self =
        Self { text: "LyncdiscoverInternal", ..Self::LYNCDISCOVER_INTERNAL };
}

impl fmt::Display for DomainLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}
