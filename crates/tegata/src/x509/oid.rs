//! Object identifiers, as the contents octets of their encoding (X.690 §8.19).

use crate::codec::digits::write_unsigned;

/// 1.2.840.10045.2.1
pub(super) const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
/// 1.2.840.10045.1.1
pub(super) const PRIME_FIELD: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x01, 0x01];
/// 1.2.840.10045.3.1.7
pub(super) const PRIME256V1: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
/// 1.3.132.0.34
pub(super) const SECP384R1: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
/// 1.2.840.10045.4.3.2
pub(super) const ECDSA_WITH_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
/// 1.2.840.10045.4.3.3
pub(super) const ECDSA_WITH_SHA384: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03];
/// 1.2.840.10045.4.3.4
pub(super) const ECDSA_WITH_SHA512: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04];
/// 1.2.840.113549.1.1.1
pub(super) const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// 1.2.840.113549.1.1.10
pub(super) const RSASSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a];
/// 1.2.840.113549.1.1.11
pub(super) const SHA256_WITH_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
/// 1.2.840.113549.1.1.13
pub(super) const SHA512_WITH_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0d];
/// 1.2.840.113549.1.1.8
pub(super) const MGF1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08];
/// 2.16.840.1.101.3.4.2.1
pub(super) const SHA256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
/// 2.16.840.1.101.3.4.2.3
pub(super) const SHA512: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03];
/// 2.5.29.14
pub(super) const SUBJECT_KEY_ID: &[u8] = &[0x55, 0x1d, 0x0e];
/// 2.5.29.15
pub(super) const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x0f];
/// 2.5.29.19
pub(super) const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
/// 2.5.29.35
pub(super) const AUTHORITY_KEY_ID: &[u8] = &[0x55, 0x1d, 0x23];
/// 2.5.29.37
pub(super) const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];
/// 2.5.4.6
pub(super) const COUNTRY: &[u8] = &[0x55, 0x04, 0x06];

/// 1.3.6.1.4.1.1847.2021.1.x, the arc of the health-certificate key usages; x follows as one octet.
pub(super) const HEALTH: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0x8e, 0x37, 0x8f, 0x65, 0x01];

/// 1.3.6.1.4.1.0.1847.2021.1.x, the arc of the health-certificate key usages as many early certificates have it; x follows as one octet.
pub(super) const HEALTH_LEGACY: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0x00, 0x8e, 0x37, 0x8f, 0x65, 0x01];

/// An identifier in dotted decimal notation, or nothing when it is malformed or has an arc above 2^64.
pub(super) fn dotted(encoded: &[u8]) -> Option<String> {
    let mut text = String::new();
    let mut arc = 0_u64;
    let mut started = false;
    for octet in encoded {
        if !started && *octet == 0x80 {
            return None; // a padded arc
        }
        arc = arc.checked_mul(128)? | u64::from(octet & 0x7f);
        started = octet & 0x80 != 0;
        if started {
            continue;
        }
        if text.is_empty() {
            let root = (arc / 40).min(2);
            write_unsigned(root, &mut text);
            arc -= root * 40;
        }
        text.push('.');
        write_unsigned(arc, &mut text);
        arc = 0;
    }
    (!started && !text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::dotted;

    #[test]
    fn dotted_notation() {
        for (encoded, text) in [
            (super::EC_PUBLIC_KEY, "1.2.840.10045.2.1"),
            (super::PRIME_FIELD, "1.2.840.10045.1.1"),
            (super::PRIME256V1, "1.2.840.10045.3.1.7"),
            (super::SECP384R1, "1.3.132.0.34"),
            (super::ECDSA_WITH_SHA256, "1.2.840.10045.4.3.2"),
            (super::ECDSA_WITH_SHA384, "1.2.840.10045.4.3.3"),
            (super::ECDSA_WITH_SHA512, "1.2.840.10045.4.3.4"),
            (super::RSA_ENCRYPTION, "1.2.840.113549.1.1.1"),
            (super::RSASSA_PSS, "1.2.840.113549.1.1.10"),
            (super::SHA256_WITH_RSA, "1.2.840.113549.1.1.11"),
            (super::SHA512_WITH_RSA, "1.2.840.113549.1.1.13"),
            (super::SHA512, "2.16.840.1.101.3.4.2.3"),
            (super::MGF1, "1.2.840.113549.1.1.8"),
            (super::SHA256, "2.16.840.1.101.3.4.2.1"),
            (super::SUBJECT_KEY_ID, "2.5.29.14"),
            (super::KEY_USAGE, "2.5.29.15"),
            (super::BASIC_CONSTRAINTS, "2.5.29.19"),
            (super::AUTHORITY_KEY_ID, "2.5.29.35"),
            (super::EXTENDED_KEY_USAGE, "2.5.29.37"),
            (super::COUNTRY, "2.5.4.6"),
            (super::HEALTH, "1.3.6.1.4.1.1847.2021.1"),
            (super::HEALTH_LEGACY, "1.3.6.1.4.1.0.1847.2021.1"),
            (&[0x88, 0x37, 3], "2.999.3"),
        ] {
            assert_eq!(dotted(encoded).as_deref(), Some(text));
        }
        for broken in
            [&[][..], &[0x80, 1], &[0x2b, 0x81], &[0x2b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]]
        {
            assert_eq!(dotted(broken), None);
        }
    }
}
