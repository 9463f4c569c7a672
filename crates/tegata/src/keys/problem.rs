use crate::{crypto::PublicKey, report::Language, x509::Certificate};

macro_rules! problems {
    ($($variant:ident = $name:literal, $english:literal, $japanese:literal;)*) => {
        /// Where a certificate departs from the profile of a document signer or of its authority (HCERT §4 and
        /// the WHO's certificate governance). Each may cost acceptance somewhere; none is judged by verification
        /// here unless the report of a verification says so.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ProfileProblem { $(#[doc = $english] $variant,)* }

        impl ProfileProblem {
            /// Every problem.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it means, for a person.
            #[must_use]
            pub const fn text(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$variant, Language::English) => $english,
                      (Self::$variant, Language::Japanese) => $japanese,)*
                }
            }
        }
    };
}

problems! {
    Version = "version", "The certificate is not X.509 version 3.", "X.509バージョン3の電子証明書ではありません。";
    KeyUnreadable = "key-unreadable", "The key is of a kind that is not supported.", "鍵の種類に対応していません。";
    KeyTooShort = "key-too-short", "The RSA key has less than 2048 bits: verifiers refuse it.", "RSA鍵が2048ビット未満のため、検証で拒否されます。";
    KeyNotP256 = "key-not-p256", "The key is not on P-256, the only kind that may issue here.", "P-256の鍵ではないため、発行に使用できません。";
    CountryMissing = "country-missing", "The subject names no country: verifiers cannot tell whom it speaks for.", "主体者に国コードがなく、どの国の署名者か判別できません。";
    KeyUsageMissing = "key-usage-missing", "The key usage is missing.", "鍵用途（keyUsage）がありません。";
    KeyUsageWrong = "key-usage-wrong", "The key usage does not allow what the certificate is for.", "鍵用途（keyUsage）が電子証明書の目的を許可していません。";
    KeyUsageTooWide = "key-usage-too-wide", "A document signer may also sign certificates by its key usage.", "署名者の鍵用途（keyUsage）が電子証明書への署名まで許可しています。";
    HealthUsageMissing = "health-usage-missing", "No kind of health certificate is named, so the key may sign every kind.", "対象となる証明書の種類の指定がなく、すべての種類に署名できます。";
    HealthUsageLegacy = "health-usage-legacy", "The kinds of health certificate are named only as early certificates did.", "証明書の種類が初期の識別子でのみ指定されています。";
    SubjectKeyIdMissing = "subject-key-id-missing", "The subject key identifier is missing.", "主体者鍵識別子がありません。";
    AuthorityKeyIdMissing = "authority-key-id-missing", "The authority key identifier is missing.", "認証局鍵識別子がありません。";
    PathLengthNotZero = "path-length-not-zero", "The authority may have authorities below it.", "下位の認証局を許可しています。";
    CriticalExtension = "critical-extension", "A critical extension is not known: verifiers must refuse it.", "未知の重要拡張があるため、検証で拒否されます。";
    SerialNumber = "serial-number", "The serial number is not positive or longer than 20 bytes.", "シリアル番号が正の数でないか、20バイトを超えています。";
    ValidityEmpty = "validity-empty", "The validity ends before it begins.", "有効期間の終わりが始まりより前です。";
    ValidityLong = "validity-long", "The validity is half as long again as the governance gives, or longer: four years for an authority, two for a signer.", "有効期間が目安（認証局は4年、署名者は2年）の1.5倍を超えています。";
}

/// Where a certificate departs from the profile: that of an authority if it says it is one, else that of a
/// document signer. In the order of [`ProfileProblem::ALL`]; empty for one made by this library.
///
/// The certificate's own signature and the clock are not looked at.
#[must_use]
pub fn profile_problems(certificate: &Certificate) -> Vec<ProfileProblem> {
    /// The longest serial number (RFC 5280 §4.1.2.2).
    const MAX_SERIAL_BYTES: usize = 20;
    const YEAR: i64 = 366 * 86_400;

    let constraints = certificate.basic_constraints().filter(|constraints| constraints.ca);
    let is_authority = constraints.is_some();
    let usage = certificate.key_usage();
    let health = certificate.health_usage();
    let serial = certificate.serial();
    let length = certificate.not_after().seconds().saturating_sub(certificate.not_before().seconds());
    let (rsa_short, not_p256) = match certificate.public_key() {
        Ok(PublicKey::P256(_)) | Err(_) => (false, false),
        Ok(key) => (key.rsa_bits().is_some_and(|bits| bits < 2_048), true),
    };
    let usage_allows = |usage: crate::x509::KeyUsage| {
        if is_authority { usage.key_cert_sign() && usage.crl_sign() } else { usage.digital_signature() }
    };
    let only_legacy = health.restricted
        && certificate
            .extended_key_usage()
            .is_some_and(|usage| usage.purposes().all(|purpose| !purpose.starts_with("1.3.6.1.4.1.1847.2021.1.")));
    let self_issued = certificate.issuer_der() == certificate.subject_der();
    let found = |problem: &ProfileProblem| match problem {
        ProfileProblem::Version => certificate.version() != 3,
        ProfileProblem::KeyUnreadable => certificate.public_key().is_err(),
        ProfileProblem::KeyTooShort => rsa_short,
        ProfileProblem::KeyNotP256 => not_p256,
        ProfileProblem::CountryMissing => certificate.country().is_none(),
        ProfileProblem::KeyUsageMissing => usage.is_none(),
        ProfileProblem::KeyUsageWrong => usage.is_some_and(|usage| !usage_allows(usage)),
        ProfileProblem::KeyUsageTooWide => !is_authority && usage.is_some_and(|usage| usage.key_cert_sign()),
        ProfileProblem::HealthUsageMissing => !is_authority && !health.restricted,
        ProfileProblem::HealthUsageLegacy => only_legacy,
        ProfileProblem::SubjectKeyIdMissing => certificate.subject_key_id().is_none(),
        // RFC 5280 §4.2.1.1: a self-signed authority may leave it out.
        ProfileProblem::AuthorityKeyIdMissing => {
            certificate.authority_key_id().is_none() && !(is_authority && self_issued)
        }
        ProfileProblem::PathLengthNotZero => constraints.is_some_and(|constraints| constraints.path_len != Some(0)),
        ProfileProblem::CriticalExtension => certificate.has_unknown_critical_extension(),
        ProfileProblem::SerialNumber => {
            serial.len() > MAX_SERIAL_BYTES
                || serial.iter().all(|byte| *byte == 0)
                || serial.first().is_some_and(|byte| *byte >= 0x80)
        }
        ProfileProblem::ValidityEmpty => length < 0,
        ProfileProblem::ValidityLong => length > if is_authority { 6 * YEAR } else { 3 * YEAR },
    };
    ProfileProblem::ALL.iter().copied().filter(found).collect()
}
