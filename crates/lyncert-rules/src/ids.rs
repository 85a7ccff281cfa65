//! Names for things by their place in a list.
//!
//! An id is made where its list is gone through, and looked up in that list only; so there is nothing to miss, and no place for a
//! silent answer to a miss.

use crate::certificate::Certificate;

/// A certificate of the case that is judged.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct CertificateId(usize);

impl CertificateId {
    /// The certificates of a case with their ids.
    pub fn enumerate(certificates: &[Certificate]) -> impl Iterator<Item = (Self, &Certificate)> {
        certificates.iter().enumerate().map(|(index, certificate)| (Self(index), certificate))
    }

    /// The certificate.
    ///
    /// # Panics
    ///
    /// If these are not the certificates that the id was made from.
    pub fn of(self, certificates: &[Certificate]) -> &Certificate {
        &certificates[self.0]
    }

    /// Its place in the list.
    pub fn index(self) -> usize {
        self.0
    }
}

/// A requirement of an assessment.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RequirementId(usize);

impl RequirementId {
    /// The items of a list that has one for each requirement, with the ids of these.
    pub fn enumerate<T>(items: &[T]) -> impl Iterator<Item = (Self, &T)> {
        items.iter().enumerate().map(|(index, item)| (Self(index), item))
    }

    /// The item for this requirement.
    ///
    /// # Panics
    ///
    /// If the list is not one of those that the id was made for.
    pub fn of<T>(self, items: &[T]) -> &T {
        &items[self.0]
    }

    /// Its place in the list.
    pub fn index(self) -> usize {
        self.0
    }

    /// The id of a requirement at another place, where a list is made smaller.
    pub(crate) fn at(index: usize) -> Self {
        Self(index)
    }
}
