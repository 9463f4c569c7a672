//! The crypto provider: verifying, signing and randomness as plain traits, always passed in.
//!
//! A [`CryptoProvider`] is a struct of trait objects; nothing in this crate picks one for the
//! caller. Keys are prepared once, when trust is loaded ([`SignatureVerifier::prepare`]), and a
//! [`PreparedKey`] then verifies any number of signatures.

use core::fmt;

#[cfg(feature = "rustcrypto")]
pub mod rustcrypto;

/// A signature algorithm. It belongs to the key: a signed object that names another is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256; signature r‖s, 64 bytes (RFC 9053 §2.1, COSE −7).
    Es256,
    /// ECDSA on P-384 with SHA-384; signature r‖s, 96 bytes (RFC 9053 §2.1, COSE −35).
    Es384,
    /// RSASSA-PSS with SHA-256, MGF1-SHA-256 and a salt of 32 bytes (RFC 8230 §2, COSE −37).
    Ps256,
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2), as identity cards use it; never in COSE here.
    Rs256,
    /// ECDSA on P-384 with SHA-256, signature r‖s, 96 bytes: what a few issuers sent as ES256.
    /// Only for callers that switch this tolerance on; and as authorities sign certificates.
    Es256OnP384,
    /// ECDSA on P-256 with SHA-512, signature r‖s, 64 bytes: how a few authorities sign certificates
    /// (RFC 5758 §3.2). Never in COSE here.
    Es512OnP256,
    /// RSASSA-PSS with SHA-512, MGF1-SHA-512 and a salt of 64 bytes (RFC 8017 §8.1), as authorities sign
    /// certificates. Never in COSE here.
    Ps512,
    /// RSASSA-PKCS1-v1_5 with SHA-512 (RFC 8017 §8.2), as authorities sign certificates. Never in COSE here.
    Rs512,
    /// RSASSA-PKCS1-v1_5 whose `DigestInfo` names SHA-256 but carries the message itself: three digests,
    /// 96 bytes, as the face of the Individual Number Card is signed. Only there.
    Rs256ThreeDigests,
}

impl Algorithm {
    /// The name of the IANA COSE and JOSE registries.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Es256 | Self::Es256OnP384 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512OnP256 => "ES512",
            Self::Ps256 => "PS256",
            Self::Ps512 => "PS512",
            Self::Rs256 | Self::Rs256ThreeDigests => "RS256",
            Self::Rs512 => "RS512",
        }
    }

    /// The number of the IANA COSE Algorithms registry.
    #[must_use]
    pub const fn cose_id(self) -> i64 {
        match self {
            Self::Es256 | Self::Es256OnP384 => -7,
            Self::Es384 => -35,
            Self::Es512OnP256 => -36,
            Self::Ps256 => -37,
            Self::Ps512 => -39,
            Self::Rs256 | Self::Rs256ThreeDigests => -257,
            Self::Rs512 => -259,
        }
    }
}

/// A public key as numbers, not yet checked to be a good one: preparing it does that. Without the feature `x509-full`
/// there are keys of P-256 alone.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublicKey {
    /// A point of P-256: `04 ‖ x ‖ y` (SEC 1 §2.3.3).
    P256([u8; 65]),
    /// A point of P-384: `04 ‖ x ‖ y` (SEC 1 §2.3.3).
    #[cfg(feature = "x509-full")]
    P384([u8; 97]),
    /// An RSA key: big-endian without leading zeros.
    #[cfg(feature = "x509-full")]
    Rsa {
        /// The modulus n.
        modulus: Vec<u8>,
        /// The public exponent e.
        exponent: Vec<u8>,
    },
}

impl PublicKey {
    /// What kind of key this is and, for RSA, its length in bits: `P-256`, `P-384`, `RSA-2048`.
    #[must_use]
    pub fn kind(&self) -> String {
        match self {
            Self::P256(_) => "P-256".into(),
            #[cfg(feature = "x509-full")]
            Self::P384(_) => "P-384".into(),
            #[cfg(feature = "x509-full")]
            Self::Rsa { modulus, .. } => format!("RSA-{}", bits(modulus)),
        }
    }

    /// The length of an RSA modulus in bits; `None` for the other kinds.
    #[must_use]
    pub fn rsa_bits(&self) -> Option<usize> {
        match self {
            #[cfg(feature = "x509-full")]
            Self::Rsa { modulus, .. } => Some(bits(modulus)),
            #[cfg(feature = "x509-full")]
            Self::P384(_) => None,
            Self::P256(_) => None,
        }
    }
}

/// The length of a big-endian number without leading zeros.
#[cfg(feature = "x509-full")]
fn bits(number: &[u8]) -> usize {
    let zeros = number.first().map_or(0, |byte| byte.leading_zeros());
    (number.len() * 8).saturating_sub(usize::try_from(zeros).unwrap_or(0))
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.kind())
    }
}

/// Where signatures are checked and keys are loaded.
#[derive(Clone, Copy)]
pub struct CryptoProvider {
    /// One verifier for each algorithm the provider has.
    pub verification: &'static [&'static dyn SignatureVerifier],
}

impl CryptoProvider {
    /// The provider's verifier for an algorithm.
    #[must_use]
    pub fn verifier(&self, algorithm: Algorithm) -> Option<&'static dyn SignatureVerifier> {
        self.verification.iter().copied().find(|verifier| verifier.algorithm() == algorithm)
    }
}

/// Says which algorithms it has.
impl fmt::Debug for CryptoProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CryptoProvider").field("verification", &self.verification).finish()
    }
}

/// Checks signatures of one algorithm.
pub trait SignatureVerifier: Send + Sync {
    /// The algorithm.
    fn algorithm(&self) -> Algorithm;

    /// Checks a public key and readies it for any number of verifications.
    ///
    /// # Errors
    /// [`KeyError`] when the key is of another kind or no valid key at all.
    fn prepare(&self, key: &PublicKey) -> Result<Box<dyn PreparedKey>, KeyError>;
}

/// Says which algorithm it is for.
impl fmt::Debug for dyn SignatureVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignatureVerifier({:?})", self.algorithm())
    }
}

/// A checked public key, ready to verify.
pub trait PreparedKey: Send + Sync {
    /// Verifies `signature` over the concatenation of the parts of `message`.
    ///
    /// # Errors
    /// [`SignatureError`], when the signature is not exactly that of this key over this message.
    fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureError>;
}

/// Says nothing of the key.
impl fmt::Debug for dyn PreparedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PreparedKey")
    }
}

/// Why a public key cannot be prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// The key is not of the kind this algorithm works with.
    WrongKind,
    /// The numbers are no valid key: a point off its curve, an even modulus, an exponent too small.
    Invalid,
    /// An RSA modulus longer than is supported, which bounds the time of a verification.
    TooLong,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WrongKind => "key is of another kind than the algorithm needs",
            Self::Invalid => "key is not valid",
            Self::TooLong => "key is longer than is supported",
        })
    }
}

impl core::error::Error for KeyError {}

/// Why a signature was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureError {
    /// The length is not one the algorithm can have.
    Malformed,
    /// The signature does not verify.
    Invalid,
}

impl fmt::Display for SignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "signature has a wrong length",
            Self::Invalid => "signature does not verify",
        })
    }
}

impl core::error::Error for SignatureError {}

/// Something that signs: a key in memory, in a token or behind a service.
#[cfg(feature = "issue")]
pub trait Signer: Send + Sync + fmt::Debug {
    /// The algorithm of its signatures.
    fn algorithm(&self) -> Algorithm;

    /// The public half, to be compared with the signer's certificate.
    fn public_key(&self) -> PublicKey;

    /// Whether the key is in this process's memory, so that a signature needs no second look. What
    /// a device or service returns is verified before a certificate is made of it.
    fn is_in_memory(&self) -> bool {
        false
    }

    /// Signs a message; the signature is in the form the algorithm's verifier takes (ECDSA: r‖s).
    ///
    /// # Errors
    /// [`SigningError`] when the key or its device does not sign.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningError>;
}

/// The key or its device did not sign.
#[cfg(feature = "issue")]
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SigningError {
    /// What the device said, without any secret or personal data.
    pub reason: String,
}

#[cfg(feature = "issue")]
impl SigningError {
    /// The failure of a device or library, told without any secret or personal data.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

#[cfg(feature = "issue")]
impl fmt::Display for SigningError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "signing failed: {}", self.reason)
    }
}

#[cfg(feature = "issue")]
impl core::error::Error for SigningError {}

/// A source of unpredictable bytes, such as the operating system's.
pub trait SecureRandom: Send + Sync {
    /// Fills the buffer.
    ///
    /// # Errors
    /// [`RandomError`] when the source is not available.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError>;
}

/// The source of randomness failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RandomError;

impl fmt::Display for RandomError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the source of randomness failed")
    }
}

impl core::error::Error for RandomError {}
