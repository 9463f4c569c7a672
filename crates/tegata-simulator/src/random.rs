//! Everything is drawn from a seed.

use chacha20::ChaCha20Rng;
use chacha20::rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};

/// Where the keys, key identifiers, people and codes of one hierarchy or card come from.
#[derive(Clone)]
pub(crate) struct Seed([u8; 32]);

impl Seed {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Sha256::new().chain_update("tegata-simulator").chain_update(seed.to_be_bytes()).finalize().into())
    }

    /// A seed of its own for the thing the label names. The label comes first and has a fixed end, so no two
    /// labels with different data meet.
    pub(crate) fn child(&self, label: &str, data: &[u8]) -> Self {
        Self(
            Sha256::new()
                .chain_update(self.0)
                .chain_update(label)
                .chain_update([0])
                .chain_update(data)
                .finalize()
                .into(),
        )
    }

    pub(crate) fn generator(&self) -> ChaCha20Rng {
        ChaCha20Rng::from_seed(self.0)
    }

    pub(crate) fn bytes<const LENGTH: usize>(&self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        self.generator().fill_bytes(&mut bytes);
        bytes
    }
}

/// A number below the bound. That small remainders come a little more often does not matter here.
pub(crate) fn below(generator: &mut ChaCha20Rng, bound: u8) -> u8 {
    u8::try_from(generator.next_u32() % u32::from(bound.max(1))).unwrap_or_default()
}

/// So many decimal digits in ASCII.
pub(crate) fn digits<const LENGTH: usize>(generator: &mut ChaCha20Rng) -> [u8; LENGTH] {
    core::array::from_fn(|_| b'0' + below(generator, 10))
}

/// One of the list; the empty text where the list is empty.
pub(crate) fn pick(generator: &mut ChaCha20Rng, list: &[&'static str]) -> &'static str {
    let bound = u8::try_from(list.len()).unwrap_or(u8::MAX);
    list.get(usize::from(below(generator, bound))).copied().unwrap_or_default()
}
