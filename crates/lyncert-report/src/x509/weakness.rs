//! RSA keys that anybody can factor: by their primes lying close together, by a small factor, or by coming from a broken library.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use lyncert_rules::certificate::WeakKey;
use num_bigint::BigUint;

use super::algorithm::modulus_and_exponent;

/// Fermat's method finds primes that lie this many steps apart, as the linters of public CAs look for them.
const FERMAT_ROUNDS: usize = 100;
/// The generator of the primes that the library of ROCA made (CVE-2017-15361), and the small primes that it is seen by.
const GENERATOR: u32 = 65_537;
const SMALL_PRIMES: [u32; 37] = [
    5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107,
    109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

/// What is wrong with an RSA key, given as the content of its bit string; `None` for sound keys and others.
pub(crate) fn weakness(key: &[u8]) -> Option<WeakKey> {
    let (modulus, _) = modulus_and_exponent(key)?;
    let modulus = BigUint::from_bytes_be(modulus);
    // Shorter keys are rejected by their length, and longer ones take too long.
    if !(512..=8192).contains(&modulus.bits()) {
        return None;
    }
    if has_close_primes(&modulus) {
        return Some(WeakKey::ClosePrimes);
    }
    if is_of_broken_library(&modulus) {
        return Some(WeakKey::Roca);
    }
    has_small_factor(&modulus).then_some(WeakKey::SmallFactor)
}

/// Whether a number below 752 divides the modulus, as the linters of public CAs look for it (CA/Browser Forum, 6.1.6).
fn has_small_factor(modulus: &BigUint) -> bool {
    const GREATEST: u32 = 751;
    std::iter::once(2).chain((3..=GREATEST).step_by(2)).any(|factor| (modulus % factor) == BigUint::ZERO)
}

fn has_close_primes(modulus: &BigUint) -> bool {
    let mut middle = modulus.sqrt();
    if &middle * &middle < *modulus {
        middle += 1_u32;
    }
    let mut difference = &middle * &middle - modulus;
    for _ in 0..FERMAT_ROUNDS {
        if is_square(&difference) {
            return true;
        }
        difference += &middle + &middle + 1_u32;
        middle += 1_u32;
    }
    false
}

fn is_square(number: &BigUint) -> bool {
    // Most numbers are no squares by a small remainder already.
    let may_be = |modulus: u32| {
        let rest = u32::try_from(number % modulus).unwrap_or_default();
        (0..modulus).any(|root| root * root % modulus == rest)
    };
    [64, 63, 65, 11].into_iter().all(may_be) && {
        let root = number.sqrt();
        &root * &root == *number
    }
}

/// Whether the modulus lies, for every small prime, in the few remainders that powers of the generator have.
fn is_of_broken_library(modulus: &BigUint) -> bool {
    static REMAINDERS: LazyLock<Vec<(u32, BTreeSet<u32>)>> = LazyLock::new(|| {
        let powers = |prime: u32| {
            let next = |power: &u32| Some(power * (GENERATOR % prime) % prime);
            std::iter::successors(Some(1), next).take(prime as usize).collect()
        };
        SMALL_PRIMES.iter().map(|prime| (*prime, powers(*prime))).collect()
    });
    REMAINDERS.iter().all(|(prime, remainders)| {
        u32::try_from(modulus % *prime).is_ok_and(|rest| remainders.contains(&rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::certificate;
    use crate::x509::making::{Made, element, public_key};

    fn weakness_of(modulus: &BigUint) -> Option<WeakKey> {
        let digits = [&[0][..], &modulus.to_bytes_be()].concat();
        let key = element(0x30, &[element(0x02, &digits), element(0x02, &[1, 0, 1])].concat());
        let key = public_key("1.2.840.113549.1.1.1", &element(0x05, &[]), &key);
        let parsed = certificate(&Made { key, ..Made::default() }.der()).unwrap();
        weakness(parsed.links.unwrap().key())
    }

    #[test]
    fn primes_that_lie_close_together_are_found() {
        // Whether the factors are prime does not matter to the method.
        let one = (BigUint::from(1_u32) << 1023) + 12_345_679_u32;
        assert_eq!(weakness_of(&(&one * (&one + 4_242_u32))), Some(WeakKey::ClosePrimes));
        assert_eq!(weakness_of(&(&one * &one)), Some(WeakKey::ClosePrimes));
    }

    #[test]
    fn keys_of_the_broken_library_are_found_by_their_remainders() {
        // What that library made: a multiple of the product of small primes, and a power of the generator.
        let product = SMALL_PRIMES.iter().fold(BigUint::from(6_u32), |product, prime| product * *prime);
        let prime = |factor: u32, power: u32| {
            let power = BigUint::from(GENERATOR).modpow(&BigUint::from(power), &product);
            ((&product * factor) << 700) + power
        };
        assert_eq!(weakness_of(&(prime(12_345, 17) * prime(987, 4_711))), Some(WeakKey::Roca));
    }

    #[test]
    fn moduli_with_a_small_factor_are_found() {
        let large = (BigUint::from(1_u32) << 1500) + 12_345_679_u32;
        for factor in [2_u32, 3, 751] {
            assert_eq!(weakness_of(&(&large * factor)), Some(WeakKey::SmallFactor), "{factor}");
        }
    }

    #[test]
    fn sound_keys_pass() {
        let bytes =
            std::fs::read(format!("{}/tests/certificates/plain.der", env!("CARGO_MANIFEST_DIR"))).unwrap();
        assert_eq!(weakness(certificate(&bytes).unwrap().links.unwrap().key()), None);
        assert_eq!(weakness(b"no key"), None);
    }
}
