//! Numbers modulo p (coordinates) and modulo n (scalars), in the arithmetic of `fiat-crypto`.
//!
//! Nothing is computed here: every operation is one call of a function that was generated together
//! with its proof. Results of those functions are below the modulus, so equal numbers have equal
//! limbs. What this file adds, and no proof covers, is the comparison of encodings with the modulus.

// The generated code for 64-bit machines, everywhere: in WebAssembly, where the upper half of a product is dear, that
// for 32-bit machines verifies in 98 µs and this one in 105 µs, but a module with it is 3 kB smaller.
use fiat_crypto::{p256_64, p256_scalar_64};

const ZERO_LIMBS: [u64; 4] = [0; 4];
#[cfg(target_family = "wasm")]
const ONE_LIMBS: [u64; 4] = [1, 0, 0, 0];

/// Into Montgomery's form and out of it, and squares, by the generated functions.
#[cfg(not(target_family = "wasm"))]
macro_rules! conversion {
    (into: $generated:ident) => {
        pub(super) use this::$generated as to_montgomery;
    };
    (out_of: $generated:ident) => {
        pub(super) use this::$generated as from_montgomery;
    };
    (square: $generated:ident) => {
        pub(super) use this::$generated as square;
    };
    (from_bytes: $generated:ident) => {
        pub(super) use this::$generated as from_bytes;
    };
    (to_bytes: $generated:ident) => {
        pub(super) use this::$generated as to_bytes;
    };
}

/// Into Montgomery's form and out of it by the generated multiplication: by R², computed by the generated function when
/// this is compiled, and by one. The generated functions do the same in as much time, and a module that holds the
/// multiplication anyway is 5 kB smaller without them. So are squares, which take a twentieth longer, and bytes, which are
/// the limbs, the least first, in either case.
#[cfg(target_family = "wasm")]
macro_rules! conversion {
    (into: $generated:ident) => {
        const R_SQUARED: Montgomery = {
            let (mut r, mut squared) = (Montgomery(super::ZERO_LIMBS), Montgomery(super::ZERO_LIMBS));
            this::$generated(&mut r, &Plain(super::ONE_LIMBS));
            this::$generated(&mut squared, &Plain(r.0));
            squared
        };

        pub(super) const fn to_montgomery(out: &mut Montgomery, plain: &Plain) {
            mul(out, &Montgomery(plain.0), &R_SQUARED);
        }
    };
    (out_of: $generated:ident) => {
        pub(super) fn from_montgomery(out: &mut Plain, number: &Montgomery) {
            let mut reduced = Montgomery(super::ZERO_LIMBS);
            mul(&mut reduced, number, &Montgomery(super::ONE_LIMBS));
            out.0 = reduced.0;
        }
    };
    (square: $generated:ident) => {
        pub(super) fn square(out: &mut Montgomery, number: &Montgomery) {
            mul(out, number, number);
        }
    };
    (from_bytes: $generated:ident) => {
        pub(super) const fn from_bytes(limbs: &mut [u64; 4], bytes: &[u8; 32]) {
            if let ([first, second, third, fourth], []) = bytes.as_chunks() {
                let [first, second] = [u64::from_le_bytes(*first), u64::from_le_bytes(*second)];
                let [third, fourth] = [u64::from_le_bytes(*third), u64::from_le_bytes(*fourth)];
                *limbs = [first, second, third, fourth];
            }
        }
    };
    (to_bytes: $generated:ident) => {
        pub(super) fn to_bytes(bytes: &mut [u8; 32], limbs: &[u64; 4]) {
            for (bytes, limb) in bytes.as_chunks_mut().0.iter_mut().zip(limbs) {
                *bytes = limb.to_le_bytes();
            }
        }
    };
}
use conversion;

mod coordinate {
    use super::p256_64 as this;
    pub(super) use super::p256_64::{
        fiat_p256_add as add, fiat_p256_montgomery_domain_field_element as Montgomery, fiat_p256_mul as mul,
        fiat_p256_non_montgomery_domain_field_element as Plain, fiat_p256_sub as sub,
    };

    super::conversion!(square: fiat_p256_square);
    super::conversion!(from_bytes: fiat_p256_from_bytes);
    super::conversion!(to_bytes: fiat_p256_to_bytes);

    super::conversion!(into: fiat_p256_to_montgomery);
    super::conversion!(out_of: fiat_p256_from_montgomery);
}

mod scalar {
    use super::p256_scalar_64 as this;
    pub(super) use super::p256_scalar_64::{
        fiat_p256_scalar_add as add, fiat_p256_scalar_montgomery_domain_field_element as Montgomery,
        fiat_p256_scalar_mul as mul, fiat_p256_scalar_non_montgomery_domain_field_element as Plain,
        fiat_p256_scalar_sub as sub,
    };

    super::conversion!(square: fiat_p256_scalar_square);
    super::conversion!(from_bytes: fiat_p256_scalar_from_bytes);
    super::conversion!(to_bytes: fiat_p256_scalar_to_bytes);

    super::conversion!(into: fiat_p256_scalar_to_montgomery);
    super::conversion!(out_of: fiat_p256_scalar_from_montgomery);
}

/// A prime field over one set of generated functions.
macro_rules! prime_field {
    ($(#[$doc:meta])* $name:ident, $generated:ident, $modulus:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub(crate) struct $name($generated::Montgomery);

        impl $name {
            pub(crate) const ONE: Self = Self::constant(bytes(0, 1));

            /// A number known to be below the modulus.
            pub(crate) const fn constant(mut big_endian: [u8; 32]) -> Self {
                big_endian.reverse();
                let mut plain = $generated::Plain(ZERO_LIMBS);
                $generated::from_bytes(&mut plain.0, &big_endian);
                let mut montgomery = $generated::Montgomery(ZERO_LIMBS);
                $generated::to_montgomery(&mut montgomery, &plain);
                Self(montgomery)
            }

            /// A big-endian number; none when it is not below the modulus.
            pub(crate) fn from_canonical(big_endian: &[u8; 32]) -> Option<Self> {
                (*big_endian < $modulus).then(|| Self::constant(*big_endian))
            }

            #[inline]
            pub(crate) fn is_zero(&self) -> bool {
                self.0.0 == ZERO_LIMBS
            }

            #[inline]
            pub(crate) fn square(&self) -> Self {
                let mut out = $generated::Montgomery(ZERO_LIMBS);
                $generated::square(&mut out, &self.0);
                Self(out)
            }

            /// This number to the power of a big-endian exponent.
            pub(crate) fn power(&self, exponent: &[u8; 32]) -> Self {
                let mut power = Self::ONE;
                for byte in exponent {
                    for bit in (0..8).rev() {
                        power = power.square();
                        if byte >> bit & 1 == 1 {
                            power = power * *self;
                        }
                    }
                }
                power
            }
        }

        impl PartialEq for $name {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                self.0.0 == other.0.0
            }
        }

        impl core::ops::Add for $name {
            type Output = Self;

            // Dozens of copies are not worth the time of a call where size counts.
            #[cfg_attr(not(target_family = "wasm"), inline)]
            #[cfg_attr(target_family = "wasm", inline(never))]
            fn add(self, other: Self) -> Self {
                let mut out = $generated::Montgomery(ZERO_LIMBS);
                $generated::add(&mut out, &self.0, &other.0);
                Self(out)
            }
        }

        impl core::ops::Sub for $name {
            type Output = Self;

            // Dozens of copies are not worth the time of a call where size counts.
            #[cfg_attr(not(target_family = "wasm"), inline)]
            #[cfg_attr(target_family = "wasm", inline(never))]
            fn sub(self, other: Self) -> Self {
                let mut out = $generated::Montgomery(ZERO_LIMBS);
                $generated::sub(&mut out, &self.0, &other.0);
                Self(out)
            }
        }

        impl core::ops::Mul for $name {
            type Output = Self;

            #[inline]
            fn mul(self, other: Self) -> Self {
                let mut out = $generated::Montgomery(ZERO_LIMBS);
                $generated::mul(&mut out, &self.0, &other.0);
                Self(out)
            }
        }

        impl core::ops::Neg for $name {
            type Output = Self;

            #[inline]
            fn neg(self) -> Self {
                Self($generated::Montgomery(ZERO_LIMBS)) - self
            }
        }
    };
}

/// What gives a number's digits again.
macro_rules! encoding {
    ($name:ident, $generated:ident) => {
        impl $name {
            /// The number, big-endian.
            pub(crate) fn to_bytes(self) -> [u8; 32] {
                let mut bytes = self.to_little_endian();
                bytes.reverse();
                bytes
            }

            /// The number, little-endian.
            pub(crate) fn to_little_endian(self) -> [u8; 32] {
                let mut plain = $generated::Plain(ZERO_LIMBS);
                $generated::from_montgomery(&mut plain, &self.0);
                let mut bytes = [0; 32];
                $generated::to_bytes(&mut bytes, &plain.0);
                bytes
            }
        }
    };
}

prime_field! {
    /// A number modulo p, the prime of the coordinates.
    Coordinate, coordinate, P
}

prime_field! {
    /// A number modulo n, the order of the group.
    Scalar, scalar, N
}

encoding!(Coordinate, coordinate);
encoding!(Scalar, scalar);

impl Coordinate {
    pub(crate) const ZERO: Self = Self::constant([0; 32]);
    /// The order of the group, which is below p.
    pub(crate) const ORDER: Self = Self::constant(N);

    /// 1/x; zero for zero. By Fermat's little theorem.
    pub(crate) fn inverse(&self) -> Self {
        self.power(&P_MINUS_2)
    }

    /// A scalar's representative in 0..n.
    pub(crate) fn from_scalar(scalar: Scalar) -> Self {
        Self::constant(scalar.to_bytes())
    }
}

impl Scalar {
    /// 1/2.
    pub(crate) const HALF: Self = Self::constant(HALF);

    const TWO_TO_THE_128: Self = Self::constant(bytes(1, 0));

    /// Any 256-bit number modulo n.
    pub(crate) fn reduced(big_endian: &[u8; 32]) -> Self {
        Self::from_canonical(big_endian).unwrap_or_else(|| {
            let (high, low) = halves(big_endian);
            Self::constant(high) * Self::TWO_TO_THE_128 + Self::constant(low)
        })
    }

    /// 1/x; zero for zero. By Fermat's little theorem.
    pub(crate) fn inverse(&self) -> Self {
        self.power(&N_MINUS_2)
    }
}

/// The two halves of a number, each as a number.
fn halves(big_endian: &[u8; 32]) -> ([u8; 32], [u8; 32]) {
    let (mut high, mut low) = ([0; 32], [0; 32]);
    let (upper, lower) = big_endian.split_at(16);
    high.split_at_mut(16).1.copy_from_slice(upper);
    low.split_at_mut(16).1.copy_from_slice(lower);
    (high, low)
}

/// A number from its halves, big-endian.
pub(crate) const fn bytes(high: u128, low: u128) -> [u8; 32] {
    let mut bytes = [0; 32];
    let (upper, lower) = bytes.split_at_mut(16);
    upper.copy_from_slice(&high.to_be_bytes());
    lower.copy_from_slice(&low.to_be_bytes());
    bytes
}

/// p, the prime of the coordinates (SP 800-186 §3.2.1.3).
const P: [u8; 32] = bytes(0xffffffff_00000001_00000000_00000000, 0x00000000_ffffffff_ffffffff_ffffffff);
const P_MINUS_2: [u8; 32] = bytes(0xffffffff_00000001_00000000_00000000, 0x00000000_ffffffff_ffffffff_fffffffd);
/// n, the order of the group (SP 800-186 §3.2.1.3).
const N: [u8; 32] = bytes(0xffffffff_00000000_ffffffff_ffffffff, 0xbce6faad_a7179e84_f3b9cac2_fc632551);
const N_MINUS_2: [u8; 32] = bytes(0xffffffff_00000000_ffffffff_ffffffff, 0xbce6faad_a7179e84_f3b9cac2_fc63254f);
const HALF: [u8; 32] = bytes(0x7fffffff_80000000_7fffffff_ffffffff, 0xde737d56_d38bcf42_79dce561_7e3192a9);
/// p − n: a number below it is one that two x-coordinates can stand for.
pub(crate) const P_MINUS_N: [u8; 32] = bytes(0, 0x43190553_58e8617b_0c46353d_039cdaae);

#[cfg(test)]
mod tests;
