//! Damage to bytes, the same in every run: each number gives another one.

/// A generator of numbers (SplitMix64): what is damaged must not hang on a library's version.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below another, which is not zero.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).expect("it is below a `usize`")
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    /// A range of some bytes within so many.
    fn range(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.below(length);
        let most = if self.below(4) == 0 { length } else { 24 };
        start..(start + 1 + self.below(most)).min(length)
    }
}

/// What happens to files: bits that flip, parts that are lost, doubled, moved, blanked or written over, ends that are missing, line ends
/// that are changed.
pub(crate) fn damaged(whole: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    for _ in 0..=numbers.below(3) {
        if bytes.is_empty() {
            break;
        }
        let range = numbers.range(bytes.len());
        match numbers.below(9) {
            0 => bytes[range.start] ^= 1 << numbers.below(8),
            1 => bytes[range.start] = numbers.byte(),
            2 => drop(bytes.drain(range)),
            3 => {
                let doubled = bytes[range.clone()].to_vec();
                bytes.splice(range.end..range.end, doubled);
            }
            4 => {
                let moved: Vec<u8> = bytes.drain(range).collect();
                let to = numbers.below(bytes.len() + 1);
                bytes.splice(to..to, moved);
            }
            5 => {
                let blank = [0, b' ', 0xFF, b'A'][numbers.below(4)];
                bytes[range].fill(blank);
            }
            6 => range.for_each(|at| bytes[at] = numbers.byte()),
            7 => bytes.truncate(range.start),
            _ => {
                let inserted: Vec<u8> = (0..range.len()).map(|_| numbers.byte()).collect();
                bytes.splice(range.start..range.start, inserted);
            }
        }
    }
    bytes
}

/// The same to one part of it, whose length stays: what stands before and behind is as it was.
pub(crate) fn damaged_within(
    whole: &[u8],
    part: std::ops::Range<usize>,
    alphabet: &[u8],
    numbers: &mut Numbers,
) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    for _ in 0..=numbers.below(6) {
        let at = part.start + numbers.below(part.len());
        bytes[at] = match alphabet {
            [] => numbers.byte(),
            letters => letters[numbers.below(letters.len())],
        };
    }
    bytes
}
