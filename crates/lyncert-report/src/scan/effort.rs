//! What passwords may cost: the rounds of key derivations that are tried on all archives of a scan together.
//!
//! Each archive by itself may ask for some million rounds with each password, which takes part of a second. A folder can hold many
//! thousands of archives, and an operator may give many passwords: their product is limited here.

use std::cell::Cell;

use lyncert_rules::stop::Stop;

/// Some minutes on one core. Twenty thousand archives as Windows and OpenSSL write them come to a quarter of it with five passwords.
pub(super) const MAX_ROUNDS_IN_ALL: u64 = 4_000_000_000;
/// How many rounds take as long as scrypt takes to walk through this much memory.
const ROUNDS_A_MIB: u64 = 40_000;

/// What may be spent on one file, and what was.
#[derive(Debug)]
pub(super) struct Effort {
    allowed: u64,
    spent: Cell<u64>,
    was_short: Cell<bool>,
    stop: Stop,
}

impl Effort {
    pub(super) fn new(allowed: u64, stop: &Stop) -> Self {
        Self { allowed, spent: Cell::new(0), was_short: Cell::new(false), stop: stop.clone() }
    }

    /// Takes rounds, before they are done. Otherwise says why not; continues "is a PKCS#12 file …".
    pub(super) fn take_rounds(&self, rounds: u64) -> Result<(), String> {
        if self.stop.is_said() {
            return Err("that was not opened, since the time was over".to_owned());
        }
        match self.spent.get().checked_add(rounds).filter(|spent| *spent <= self.allowed) {
            Some(spent) => {
                self.spent.set(spent);
                Ok(())
            }
            None => {
                self.was_short.set(true);
                Err("that was not opened: all archives together take more rounds to try than are tried in one run".to_owned())
            }
        }
    }

    /// The same for memory that scrypt walks through.
    pub(super) fn take_scrypt(&self, bytes: u64) -> Result<(), String> {
        self.take_rounds(bytes.div_ceil(1 << 20).saturating_mul(ROUNDS_A_MIB))
    }

    pub(super) fn spent(&self) -> u64 {
        self.spent.get()
    }

    /// Whether something was not tried, since it would have cost more than was allowed.
    pub(super) fn was_short(&self) -> bool {
        self.was_short.get()
    }
}
