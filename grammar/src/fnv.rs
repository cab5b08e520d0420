//! A digest that tells one text from another and damage from wholeness, not malice.

/// FNV-1a of 64 bits (Fowler, Noll & Vo).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fnv1a(u64);

impl Fnv1a {
    /// The digest of nothing.
    pub const fn new() -> Self {
        Fnv1a(0xcbf2_9ce4_8422_2325)
    }

    /// The digest with these bytes after those before.
    #[must_use]
    pub fn bytes(self, bytes: &[u8]) -> Self {
        let next = |digest: u64, byte: &u8| (digest ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        Fnv1a(bytes.iter().fold(self.0, next))
    }

    /// The digest.
    pub const fn value(self) -> u64 {
        self.0
    }
}

impl Default for Fnv1a {
    fn default() -> Self {
        Fnv1a::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_values() {
        for (text, digest) in
            [("", 0xcbf2_9ce4_8422_2325u64), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)]
        {
            assert_eq!(Fnv1a::new().bytes(text.as_bytes()).value(), digest, "{text}");
        }
    }
}
