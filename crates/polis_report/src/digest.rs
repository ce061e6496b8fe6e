//! Fingerprints, by which anybody can tell that a page is about the files that they have.

use sha2::{Digest as _, Sha256};

/// The fingerprint of named contents: SHA-256 over each name and content with their lengths, in the order given.
#[derive(Debug, Clone, Default)]
pub struct Fingerprint {
    hash: Sha256,
    count: usize,
}

impl Fingerprint {
    /// Takes in a content under its name.
    pub fn add(&mut self, name: &str, content: &[u8]) {
        self.begin(name, u64::try_from(content.len()).unwrap_or(u64::MAX));
        self.take(content);
    }

    /// Begins a content of so many bytes, which then come piece by piece.
    pub fn begin(&mut self, name: &str, length: u64) {
        self.hash.update(u64::try_from(name.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.hash.update(name);
        self.hash.update(length.to_be_bytes());
        self.count += 1;
    }

    /// Takes in a piece of the content that was begun.
    pub fn take(&mut self, piece: &[u8]) {
        self.hash.update(piece);
    }

    /// How many contents there were.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// The fingerprint in hexadecimal.
    #[must_use]
    pub fn hex(self) -> String {
        hex(&self.hash.finalize())
    }
}

/// SHA-256 of one content.
pub(crate) fn sha256(content: &[u8]) -> [u8; 32] {
    Sha256::digest(content).into()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string does not fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// The form in which browsers want a hash.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| chunk.get(index).copied().unwrap_or(0);
        let bits = u32::from(byte(0)) << 16 | u32::from(byte(1)) << 8 | u32::from(byte(2));
        for digit in 0..4 {
            let index = usize::try_from(bits >> (18 - 6 * digit) & 63).unwrap_or(0);
            let there = digit <= chunk.len();
            out.push(if there { DIGITS.get(index).map_or('=', |it| char::from(*it)) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_standard() {
        assert_eq!(hex(&sha256(b"abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        for (text, expected) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("\u{ff}\u{fe}", "w7/Dvg=="),
        ] {
            assert_eq!(base64(text.as_bytes()), expected);
        }
    }

    #[test]
    fn names_and_contents_do_not_run_into_each_other() {
        let of = |all: &[(&str, &str)]| {
            let mut print = Fingerprint::default();
            for (name, content) in all {
                print.add(name, content.as_bytes());
            }
            assert_eq!(print.count(), all.len());
            print.hex()
        };
        let one = of(&[("a", "bc"), ("d", "e")]);
        assert_eq!(one, of(&[("a", "bc"), ("d", "e")]));
        for other in [of(&[("ab", "c"), ("d", "e")]), of(&[("a", "bcd"), ("", "e")]), of(&[("d", "e"), ("a", "bc")])] {
            assert_ne!(one, other);
        }
    }
}
