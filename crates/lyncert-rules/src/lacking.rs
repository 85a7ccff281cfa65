//! What a rule would have had to see: passed is only what was looked at.

/// Something that a folder or a command line lacks, so that a rule had nothing to look at. In the order in which reports tell it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Lacking {
    /// A revocation list of the CA, with a signature that is not wrong.
    RevocationLists,
    /// The roots that the operator trusts (`--roots`).
    GivenRoots,
    /// The certificate of the issuer.
    Issuers,
    /// An export that says which certificate is assigned.
    AssignmentExports,
    /// The listing of a certificate store of Windows, or what only it shows, such as friendly names.
    StoreListings,
    /// The whole of a store, of each server that collections reached.
    WholeStores,
    /// What a listing of a store can say of private keys: who keeps them, and whether they can be exported.
    KeyFacts,
    /// A collection of the servers: what lies in their stores, what HTTP.sys serves, how their clocks go.
    Collections,
}

impl Lacking {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::RevocationLists,
        Self::GivenRoots,
        Self::Issuers,
        Self::AssignmentExports,
        Self::StoreListings,
        Self::WholeStores,
        Self::KeyFacts,
        Self::Collections,
    ];

    /// What was not looked at for want of it, in a few words.
    pub fn topic(self) -> &'static str {
        match self {
            Self::RevocationLists => "revocation",
            Self::GivenRoots => "trust in roots",
            Self::Issuers => "chains without their issuers",
            Self::AssignmentExports => "what is assigned",
            Self::StoreListings => "certificate stores",
            Self::WholeStores => "certificate stores of some servers",
            Self::KeyFacts => "how private keys are kept",
            Self::Collections => "what the servers hold and serve",
        }
    }

    /// What is missing, in a few words.
    pub fn missing(self) -> &'static str {
        match self {
            Self::RevocationLists => "no revocation list of the CA in the folder",
            Self::GivenRoots => "no `--roots`",
            Self::Issuers => "no certificate of the issuer in the folder",
            Self::AssignmentExports => "no export of what is assigned",
            Self::StoreListings => "no listing of a certificate store",
            Self::WholeStores => "no whole listing of a certificate store of some server",
            Self::KeyFacts => "no listing that says who keeps private keys and whether they can be exported",
            Self::Collections => "no collection of the servers",
        }
    }
}
