//! One copy of what many certificates have in common, such as their issuer, so that a folder of many thousands stays small.

use std::borrow::Borrow;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;
use std::thread::LocalKey;

use lyncert_rules::certificate::{Eku, KeyUsage, PublicKey, Signature};

use super::name;

/// Values of one kind that a thread has met. Threads share nothing, so that none waits for a lock.
type Pool<T> = LocalKey<RefCell<HashSet<Arc<T>>>>;

/// More values than a folder's CAs have; beyond, values that no two certificates share would only be kept alive.
const MAX_SHARED_VALUES: usize = 1024;

thread_local! {
    static TEXTS: RefCell<HashSet<Arc<str>>> = RefCell::default();
    /// Names in comparable form, by their encoding.
    static NAMES: RefCell<HashMap<Box<[u8]>, Arc<str>>> = RefCell::default();
    static LISTS: RefCell<HashSet<Arc<[String]>>> = RefCell::default();
    static EKUS: RefCell<HashSet<Arc<[Eku]>>> = RefCell::default();
    static KEY_USAGES: RefCell<HashSet<Arc<KeyUsage>>> = RefCell::default();
    static KEYS: RefCell<HashSet<Arc<PublicKey>>> = RefCell::default();
    static SIGNATURES: RefCell<HashSet<Arc<Signature>>> = RefCell::default();
}

pub(super) fn text(text: &str) -> Arc<str> {
    shared(&TEXTS, text)
}

/// The comparable form of an encoded name: most certificates of a folder have the same few issuers. What is no name is compared
/// by its bytes.
pub(super) fn comparable_name(der: &[u8]) -> Arc<str> {
    NAMES.with_borrow_mut(|known| {
        if let Some(name) = known.get(der) {
            return Arc::clone(name);
        }
        if known.len() >= MAX_SHARED_VALUES {
            known.clear();
        }
        let name: Arc<str> = name::comparable(der)
            .unwrap_or_else(|| format!("#{}", data_encoding::HEXLOWER.encode(der)))
            .into();
        known.insert(der.into(), Arc::clone(&name));
        name
    })
}

pub(super) fn list(list: Vec<String>) -> Arc<[String]> {
    shared(&LISTS, list)
}

pub(super) fn ekus(ekus: Vec<Eku>) -> Arc<[Eku]> {
    shared(&EKUS, ekus)
}

pub(super) fn key_usage(key_usage: KeyUsage) -> Arc<KeyUsage> {
    shared(&KEY_USAGES, key_usage)
}

pub(super) fn key(key: PublicKey) -> Arc<PublicKey> {
    shared(&KEYS, key)
}

pub(super) fn signature(signature: Signature) -> Arc<Signature> {
    shared(&SIGNATURES, signature)
}

fn shared<T, V>(pool: &'static Pool<T>, value: V) -> Arc<T>
where
    T: Eq + Hash + ?Sized,
    V: Borrow<T> + Into<Arc<T>>,
{
    pool.with_borrow_mut(|pool| {
        if let Some(known) = pool.get(value.borrow()) {
            return Arc::clone(known);
        }
        if pool.len() >= MAX_SHARED_VALUES {
            pool.clear();
        }
        let value = value.into();
        pool.insert(Arc::clone(&value));
        value
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_are_one_and_the_pool_stays_small() {
        assert!(Arc::ptr_eq(&text("CN=Contoso Issuing CA"), &text("CN=Contoso Issuing CA")));
        for number in 0..3 * MAX_SHARED_VALUES {
            assert_eq!(*text(&number.to_string()), number.to_string());
        }
        assert!(TEXTS.with_borrow(HashSet::len) <= MAX_SHARED_VALUES);
    }
}
