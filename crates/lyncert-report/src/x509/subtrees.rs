//! Constraints by their labels or parts, and ranges of addresses: what a name is looked up in without being compared with each of
//! them.

use std::collections::{HashMap, HashSet};

/// What a constraint covers of the names at its place.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Mark {
    /// It and all below.
    Whole,
    /// Just it.
    Itself,
    /// What lies below only.
    Below,
}

/// Constraints by their labels, or parts, the most general first.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    nodes: Vec<TreeNode>,
}

#[derive(Clone, Debug, Default)]
struct TreeNode {
    children: HashMap<String, usize>,
    is_whole: bool,
    is_itself: bool,
    has_below: bool,
    /// Whether a child is covered itself.
    covers_child: bool,
}

impl Default for Tree {
    fn default() -> Self {
        Self { nodes: vec![TreeNode::default()] }
    }
}

impl Tree {
    pub(super) fn is_empty(&self) -> bool {
        let has_one = |node: &TreeNode| node.is_whole || node.is_itself || node.has_below;
        self.nodes.len() == 1 && !self.nodes.iter().any(has_one)
    }

    pub(super) fn add_host(&mut self, text: &str) {
        match text.strip_prefix('.') {
            Some(domain) => self.add(&labels_of(domain), Mark::Below),
            None => self.add(&labels_of(text), Mark::Itself),
        }
    }

    pub(super) fn add(&mut self, parts: &[String], mark: Mark) {
        let (mut at, mut above) = (0, None);
        for part in parts {
            let next = self.nodes.len();
            let Some(node) = self.nodes.get_mut(at) else { return };
            let child = *node.children.entry(part.clone()).or_insert(next);
            if child == next {
                self.nodes.push(TreeNode::default());
            }
            (above, at) = (Some(at), child);
        }
        if let Some(node) = self.nodes.get_mut(at) {
            match mark {
                Mark::Whole => node.is_whole = true,
                Mark::Itself => node.is_itself = true,
                Mark::Below => node.has_below = true,
            }
        }
        if mark != Mark::Below
            && let Some(node) = above.and_then(|above| self.nodes.get_mut(above))
        {
            node.covers_child = true;
        }
    }

    /// Whether the name is one of these, or none is named.
    pub(super) fn allows(&self, parts: &[String]) -> bool {
        self.is_empty() || self.meets(parts)
    }

    /// Whether a constraint covers the name.
    pub(super) fn meets(&self, parts: &[String]) -> bool {
        let mut at = 0;
        for part in parts {
            let Some(node) = self.nodes.get(at) else { return false };
            if node.is_whole || node.has_below {
                return true;
            }
            let Some(child) = node.children.get(part) else { return false };
            at = *child;
        }
        self.nodes.get(at).is_some_and(|node| node.is_whole || node.is_itself)
    }

    /// Whether a wildcard stands for a name that a constraint covers.
    pub(super) fn meets_wildcard(&self, labels: &[String]) -> bool {
        let Some((last, parents)) = labels.split_last() else { return false };
        if last != "*" {
            return false;
        }
        let mut at = 0;
        for part in parents {
            let Some(child) = self.nodes.get(at).and_then(|node| node.children.get(part)) else {
                return false;
            };
            at = *child;
        }
        self.nodes.get(at).is_some_and(|node| node.covers_child)
    }
}

/// Ranges of addresses by the length of their prefix, so that there are few kinds.
#[derive(Clone, Debug, Default)]
pub(super) struct Networks {
    by_length: HashMap<(usize, u32), HashSet<Vec<u8>>>,
}

impl Networks {
    pub(super) fn is_empty(&self) -> bool {
        self.by_length.is_empty()
    }

    /// Takes in an address and its mask; false for a mask with gaps, `None` for a wrong length.
    pub(super) fn add(&mut self, value: &[u8]) -> Option<bool> {
        let half = value.len() / 2;
        if !matches!(value.len(), 8 | 32) {
            return None;
        }
        let (address, mask) = value.split_at_checked(half)?;
        let mut prefix = 0;
        for byte in mask {
            prefix += byte.leading_ones();
            if *byte != 0xFF {
                break;
            }
        }
        let ones: u32 = mask.iter().map(|byte| byte.count_ones()).sum();
        if ones != prefix {
            return Some(false);
        }
        self.by_length.entry((half, prefix)).or_default().insert(masked(address, prefix));
        Some(true)
    }

    pub(super) fn hold(&self, address: &[u8]) -> bool {
        self.by_length.iter().any(|((length, prefix), networks)| {
            *length == address.len() && networks.contains(&masked(address, *prefix))
        })
    }
}

/// The first bits of an address, the others zero.
fn masked(address: &[u8], prefix: u32) -> Vec<u8> {
    let mut left = prefix;
    let bits = |byte: &u8| {
        let taken = left.min(8);
        left -= taken;
        byte & u8::try_from(0xFF00_u32 >> taken & 0xFF).unwrap_or(0)
    };
    address.iter().map(bits).collect()
}

/// The labels of a name, the most general first.
pub(super) fn labels_of(name: &str) -> Vec<String> {
    if name.is_empty() {
        return Vec::new();
    }
    name.rsplit('.').map(str::to_ascii_lowercase).collect()
}
