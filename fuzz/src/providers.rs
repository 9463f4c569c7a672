//! The crypto providers against one another: a difference between them would be a forgery here or a refusal there.

use std::sync::LazyLock;

use tegata::crypto::{CryptoProvider, PublicKey, RandomError, SecureRandom, Signer as _, rustcrypto};
use tegata::keys::SoftwareSigner;

use crate::signature::split_key;

/// Every provider.
pub(crate) const PROVIDERS: &[&CryptoProvider] = &[&rustcrypto::PROVIDER, &tegata_native::PROVIDER];

/// A message, a key and a signature of others' choosing.
///
/// The first byte chooses the kind of key, the second is the length of the message, which follows; then come key and
/// signature. A choice of 3 takes our own key in place of the key: what follows the message is then laid over its
/// real signature, so that numbers around good ones are met as well.
pub fn providers(data: &[u8]) {
    let Some((&[choice, length], rest)) = data.split_first_chunk() else { return };
    let Some((message, rest)) = rest.split_at_checked(usize::from(length)) else { return };
    if choice % 4 == 3 {
        let mut signature = SIGNER.sign(message).expect("a key in memory signs");
        signature.iter_mut().zip(rest).for_each(|(byte, change)| *byte ^= change);
        agree(&SIGNER.public_key(), message, &signature);
    } else if let Some((key, signature)) = split_key(choice % 4, rest) {
        agree(&key, message, signature);
    }
}

/// Every provider says the same of a key and a signature, under every algorithm and however the message is divided.
pub(crate) fn agree(key: &PublicKey, message: &[u8], signature: &[u8]) {
    let (head, tail) = message.split_at(message.len() / 2);
    for verifier in PROVIDERS[0].verification {
        // Keys of the wrong kind and bad keys are refused here, others are used.
        let first = verifier.prepare(key);
        let verdict = first.as_ref().map(|key| key.verify(&[message], signature)).map_err(|error| *error);
        if let Ok(prepared) = &first {
            let parts = prepared.verify(&[head, &[], tail], signature);
            assert_eq!(Ok(parts), verdict, "how the message is divided changes nothing");
        }
        for provider in PROVIDERS.iter().skip(1) {
            let verifier = provider.verifier(verifier.algorithm()).expect("every provider has every algorithm");
            let other = verifier.prepare(key).map(|key| key.verify(&[head, &[], tail], signature));
            assert_eq!(other, verdict, "{:?}: the providers disagree", verifier.algorithm());
        }
    }
}

static SIGNER: LazyLock<SoftwareSigner> =
    LazyLock::new(|| SoftwareSigner::generate(&Constant).expect("a number below the order"));

/// For a key that is the same in every run.
struct Constant;

impl SecureRandom for Constant {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        buffer.fill(7);
        Ok(())
    }
}
