//! The outcome table: the one place that lists every stage and code.
//!
//! Rust's [`Code`] and [`Stage`], the command line's JSON and human text, the C header's
//! constants and the TypeScript union are all made from this table. A code belongs to exactly
//! one stage, its name is stable kebab-case and its number is never reused.
//!
//! | numbers | meaning |
//! |---|---|
//! | 0 | accepted |
//! | 1000–1899 | rejected |
//! | 1900–1999 | undetermined |
//! | 2000–2999 | bad input from the caller: trust files, keys, records |
//! | 3000–3999 | misuse of the interface |
//! | 9000–9999 | a fault of this library |

macro_rules! stages {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $english:literal, $japanese:literal;)*) => {
        /// Where in the work an outcome arose.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Stage { $($(#[$doc])* $variant,)* }

        impl Stage {
            /// Every stage, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name, as in the JSON of every surface.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What the stage looks at, for a person.
            #[must_use]
            pub const fn title(self, language: super::Language) -> &'static str {
                match (self, language) {
                    $((Self::$variant, super::Language::English) => $english,
                      (Self::$variant, super::Language::Japanese) => $japanese,)*
                }
            }
        }
    };
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $number:literal, $name:literal, $stage:ident,
        $english:literal, $japanese:literal => $advice:ident;)*) => {
        /// The stable outcome codes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code { $(#[doc = $english] $variant,)* }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable number, as the C library returns it.
            #[must_use]
            pub const fn number(self) -> i32 {
                match self { $(Self::$variant => $number,)* }
            }

            /// The stable kebab-case name, as in the JSON of every surface.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The stage this code belongs to.
            #[must_use]
            pub const fn stage(self) -> Stage {
                match self { $(Self::$variant => Stage::$stage,)* }
            }

            /// What it means, in one sentence without any personal data.
            #[must_use]
            pub const fn meaning(self, language: super::Language) -> &'static str {
                match (self, language) {
                    $((Self::$variant, super::Language::English) => $english,
                      (Self::$variant, super::Language::Japanese) => $japanese,)*
                }
            }

            /// What the person at the desk can do about it.
            #[must_use]
            pub const fn advice(self) -> Advice {
                match self { $(Self::$variant => Advice::$advice,)* }
            }
        }
    };
}

macro_rules! advice {
    ($($variant:ident, $english:literal, $japanese:literal;)*) => {
        /// What the person at the desk can do about an outcome.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Advice { $(#[doc = $english] $variant,)* }

        impl Advice {
            /// The advice as text.
            #[must_use]
            pub const fn text(self, language: super::Language) -> &'static str {
                match (self, language) {
                    $((Self::$variant, super::Language::English) => $english,
                      (Self::$variant, super::Language::Japanese) => $japanese,)*
                }
            }
        }
    };
}

stages! {
    /// The context identifier `HC1:` at the start of the text.
    Prefix = "prefix", "is a health certificate", "証明書の形式";
    /// Base45 (RFC 9285).
    Base45 = "base45", "code can be decoded", "コードのデコード";
    /// zlib (RFC 1950).
    Compression = "compression", "data can be unpacked", "データの展開";
    /// COSE_Sign1 (RFC 9052) structure.
    Cose = "cose", "signed structure can be read", "署名構造の読取り";
    /// CWT (RFC 8392) claims.
    Claims = "claims", "claims can be read", "記載項目の読取り";
    /// Who signed, and whether that signer is trusted.
    Signer = "signer", "signer is trusted", "署名者の信頼";
    /// The signature itself.
    Signature = "signature", "signature is genuine", "署名の真正性";
    /// The content against its specification.
    Schema = "schema", "content is well-formed", "内容の整合性";
    /// The certificate's dates against the clock and its signer's dates.
    Validity = "validity", "within its validity period", "有効期間";
    /// Whether the signer may sign this kind of content.
    KeyUsage = "key_usage", "signer may sign this kind", "署名鍵の用途";
    /// Whether certificate or signer was revoked.
    Revocation = "revocation", "not revoked", "失効確認";
    /// The machine-readable zone of a passport or an identity card (ICAO Doc 9303).
    Mrz = "mrz", "passport's machine-readable lines can be read", "旅券の機械読取領域の読取り";
    /// Files that say who is trusted.
    Trust = "trust", "trust data can be read", "信頼情報の読取り";
    /// Signing keys and their certificates.
    Key = "key", "signing key can be used", "署名鍵の利用";
    /// The vaccination record to certify.
    Record = "record", "record can be read", "接種記録の読取り";
    /// What the chosen payload profile can carry.
    Profile = "profile", "profile can carry the record", "証明書様式との適合";
    /// Making the certificate.
    Issue = "issue", "certificate can be issued", "証明書の発行";
    /// The caller's use of the interface.
    Misuse = "misuse", "interface is used as documented", "インターフェースの利用";
    /// This library itself.
    Internal = "internal", "internal", "内部処理";
}

codes! {
    // Rejected: prefix
    MissingPrefix = 1000, "missing-prefix", Prefix, "the text does not start with HC1: and so is not a health certificate", "HC1: で始まらないため、証明書のコードではありません" => NotACertificate;
    UnsupportedPrefix = 1001, "unsupported-prefix", Prefix, "the text is a health certificate of a version or family this verifier does not know", "このソフトウェアが対応していない形式の証明書です" => UpdateVerifier;
    InputTooLong = 1002, "input-too-long", Prefix, "the text is longer than any QR code can hold", "QRコードに収まる長さを超えています" => NotACertificate;
    ImageUnreadable = 1003, "image-unreadable", Prefix, "the image is damaged or too large", "画像を読み取れません" => ScanAgain;
    NoCodeFound = 1004, "no-code-found", Prefix, "no QR code was found in the image", "画像にQRコードが見つかりません" => ScanAgain;
    // Rejected: base45
    Base45InvalidCharacter = 1050, "base45-invalid-character", Base45, "the text holds a character that Base45 does not have", "Base45にない文字が含まれています" => ScanAgain;
    Base45InvalidLength = 1051, "base45-invalid-length", Base45, "the length of the text is impossible in Base45", "Base45としてあり得ない長さです" => ScanAgain;
    Base45NonCanonical = 1052, "base45-non-canonical", Base45, "a group of characters stands for a value out of range", "範囲外の値を表す文字の組があります" => ScanAgain;
    // Rejected: compression
    NotCompressed = 1100, "not-compressed", Compression, "the data does not start with a zlib header", "zlib形式で圧縮されていません" => AskForAnother;
    CompressionTruncated = 1101, "compression-truncated", Compression, "the compressed data ends too early", "圧縮データが途中で終わっています" => ScanAgain;
    CompressionCorrupt = 1102, "compression-corrupt", Compression, "the compressed data is damaged", "圧縮データが壊れています" => ScanAgain;
    CompressionChecksum = 1103, "compression-checksum", Compression, "the checksum of the unpacked data does not match", "展開したデータのチェックサムが一致しません" => ScanAgain;
    CompressionTooLarge = 1104, "compression-too-large", Compression, "the data unpacks to more than any certificate holds", "展開後の大きさが上限を超えています" => Suspicious;
    CompressionTrailingBytes = 1105, "compression-trailing-bytes", Compression, "bytes follow the compressed data", "圧縮データの後に余分なデータがあります" => Suspicious;
    // Rejected: cose
    CoseTruncated = 1150, "cose-truncated", Cose, "the signed structure ends too early", "署名構造が途中で終わっています" => AskForAnother;
    CoseMalformed = 1151, "cose-malformed", Cose, "the signed structure is not well-formed CBOR", "署名構造がCBORとして正しくありません" => AskForAnother;
    CoseTooDeep = 1152, "cose-too-deep", Cose, "the signed structure is nested too deeply", "署名構造の入れ子が深すぎます" => Suspicious;
    CoseTooLarge = 1153, "cose-too-large", Cose, "the signed structure holds too many items", "署名構造の要素が多すぎます" => Suspicious;
    CoseDuplicateKey = 1154, "cose-duplicate-key", Cose, "a map of the signed structure holds a key twice", "署名構造に同じキーが重複しています" => Suspicious;
    CoseTrailingBytes = 1155, "cose-trailing-bytes", Cose, "bytes follow the signed structure", "署名構造の後に余分なデータがあります" => Suspicious;
    CoseNotUtf8 = 1156, "cose-not-utf8", Cose, "a text of the signed structure is not UTF-8", "署名構造の文字列がUTF-8ではありません" => AskForAnother;
    CoseWrongStructure = 1157, "cose-wrong-structure", Cose, "the data is not a COSE_Sign1 structure", "COSE_Sign1構造ではありません" => AskForAnother;
    CoseCriticalHeader = 1158, "cose-critical-header", Cose, "the signed structure demands a header this verifier does not understand", "対応していない必須ヘッダーが指定されています" => UpdateVerifier;
    // Rejected: claims
    ClaimsTruncated = 1200, "claims-truncated", Claims, "the claims end too early", "記載項目が途中で終わっています" => AskForAnother;
    ClaimsMalformed = 1201, "claims-malformed", Claims, "the claims are not well-formed CBOR", "記載項目がCBORとして正しくありません" => AskForAnother;
    ClaimsTooDeep = 1202, "claims-too-deep", Claims, "the claims are nested too deeply", "記載項目の入れ子が深すぎます" => Suspicious;
    ClaimsTooLarge = 1203, "claims-too-large", Claims, "the claims hold too many items", "記載項目の要素が多すぎます" => Suspicious;
    ClaimsDuplicateKey = 1204, "claims-duplicate-key", Claims, "a map of the claims holds a key twice", "記載項目に同じキーが重複しています" => Suspicious;
    ClaimsTrailingBytes = 1205, "claims-trailing-bytes", Claims, "bytes follow the claims", "記載項目の後に余分なデータがあります" => Suspicious;
    ClaimsNotUtf8 = 1206, "claims-not-utf8", Claims, "a text of the claims is not UTF-8", "記載項目の文字列がUTF-8ではありません" => AskForAnother;
    ClaimsWrongType = 1207, "claims-wrong-type", Claims, "a claim is of the wrong type", "記載項目の型が正しくありません" => AskForAnother;
    ClaimsInvalidDate = 1208, "claims-invalid-date", Claims, "a date claim is not a number or out of range", "日時の値が正しくありません" => AskForAnother;
    ClaimsNoHealthCertificate = 1209, "claims-no-health-certificate", Claims, "the claims hold no health certificate", "証明書の内容が含まれていません" => AskForAnother;
    // Rejected: signer
    MissingKeyId = 1250, "missing-key-id", Signer, "the certificate does not say which key signed it", "署名鍵の識別子がありません" => AskForAnother;
    UnknownSigner = 1251, "unknown-signer", Signer, "no trusted signer has this key id", "信頼する署名者の一覧に該当する鍵がありません" => UpdateTrust;
    IssuerMismatch = 1252, "issuer-mismatch", Signer, "the issuer named in the certificate is not the signer's country", "記載された発行国が署名者の国と一致しません" => FaultyOrForged;
    // Rejected: signature
    MissingAlgorithm = 1300, "missing-algorithm", Signature, "the certificate names no signature algorithm", "署名アルゴリズムの指定がありません" => AskForAnother;
    UnsupportedAlgorithm = 1301, "unsupported-algorithm", Signature, "the certificate names a signature algorithm that is not allowed", "認められていない署名アルゴリズムです" => FaultyOrForged;
    AlgorithmMismatch = 1302, "algorithm-mismatch", Signature, "the algorithm named is not the one of the signer's key", "署名アルゴリズムが署名者の鍵と一致しません" => FaultyOrForged;
    WeakKey = 1303, "weak-key", Signature, "the signer's key is too short to be relied on", "署名者の鍵が短く、信頼できません" => AskForAnother;
    SignatureMalformed = 1304, "signature-malformed", Signature, "the signature has a length its algorithm does not have", "署名の長さが正しくありません" => Suspicious;
    SignatureInvalid = 1305, "signature-invalid", Signature, "the signature does not match: the content was changed or never signed by this signer", "署名が一致しません。改ざん又は偽造の可能性があります" => Forged;
    // Rejected: schema
    SchemaMissingField = 1350, "schema-missing-field", Schema, "a required field is missing", "必須項目がありません" => AskForAnother;
    SchemaWrongType = 1351, "schema-wrong-type", Schema, "a field is of the wrong type", "項目の型が正しくありません" => AskForAnother;
    SchemaInvalidValue = 1352, "schema-invalid-value", Schema, "a field holds a value that its specification does not allow", "項目の値が仕様に合いません" => AskForAnother;
    SchemaEntryCount = 1353, "schema-entry-count", Schema, "the certificate does not hold exactly one entry", "記載が一件ではありません" => AskForAnother;
    // Rejected: validity
    Expired = 1400, "expired", Validity, "the certificate has expired", "有効期限が切れています" => AskForNew;
    NotYetValid = 1401, "not-yet-valid", Validity, "the certificate is not valid yet", "まだ有効期間に入っていません" => CheckClock;
    OutlivesSigner = 1402, "outlives-signer", Validity, "the certificate is valid for longer than its signer", "署名者の有効期間より後まで有効とされています" => AskForNew;
    PredatesSigner = 1403, "predates-signer", Validity, "the certificate was issued before its signer became valid", "署名者の有効期間より前に発行されています" => FaultyOrForged;
    // Rejected: key usage
    KeyUsageMismatch = 1450, "key-usage-mismatch", KeyUsage, "the signer may not sign certificates of this kind", "署名者にはこの種類の証明書に署名する権限がありません" => FaultyOrForged;
    // Rejected: machine-readable zones
    MrzWrongLength = 1750, "mrz-wrong-length", Mrz, "the text has not as many characters as a passport or an identity card", "文字数が旅券又は身分証明書の機械読取領域と異なります" => ScanAgain;
    MrzInvalidCharacter = 1751, "mrz-invalid-character", Mrz, "the machine-readable lines hold a character that cannot stand there", "機械読取領域に使用できない文字があります" => ScanAgain;
    MrzUnsupportedDocument = 1752, "mrz-unsupported-document", Mrz, "the document is neither a passport nor an identity card", "旅券でも身分証明書でもない書類です" => OtherDocument;
    MrzCheckDigit = 1753, "mrz-check-digit", Mrz, "a check digit of the machine-readable lines does not match", "機械読取領域の検査数字が一致しません" => ScanAgain;
    MrzInvalidValue = 1754, "mrz-invalid-value", Mrz, "a field of the machine-readable lines holds what is not allowed there", "機械読取領域の項目の値が正しくありません" => OtherDocument;
    MrzInvalidDate = 1755, "mrz-invalid-date", Mrz, "a date of the machine-readable lines does not exist", "機械読取領域の日付が存在しません" => OtherDocument;

    // Undetermined
    UnknownProfile = 1900, "unknown-profile", Schema, "the content is of a kind this verifier does not know", "このソフトウェアが対応していない種類の内容です" => UpdateVerifier;

    // Bad input: trust
    TrustUnreadable = 2050, "trust-unreadable", Trust, "the file is none of the known forms of trust data", "信頼情報として読み取れないファイルです" => FixInput;
    CertificateMalformed = 2051, "certificate-malformed", Trust, "a certificate cannot be read", "電子証明書を読み取れません" => FixInput;
    CertificateKeyUnsupported = 2052, "certificate-key-unsupported", Trust, "a certificate's key is of a kind that is not supported", "電子証明書の鍵の種類に対応していません" => FixInput;
    TrustTooLarge = 2053, "trust-too-large", Trust, "there are more signers than a trust set may hold", "信頼情報の件数が上限を超えています" => FixInput;
    // Bad input: keys
    KeyMalformed = 2100, "key-malformed", Key, "the signing key cannot be read", "署名鍵を読み取れません" => FixInput;
    KeyPassphraseRequired = 2101, "key-passphrase-required", Key, "the signing key is encrypted and no passphrase was given", "署名鍵が暗号化されており、パスフレーズが必要です" => FixInput;
    KeyPassphraseWrong = 2102, "key-passphrase-wrong", Key, "the passphrase does not open the signing key", "パスフレーズが正しくありません" => FixInput;
    KeyUnsupported = 2103, "key-unsupported", Key, "the signing key is of a kind that may not issue", "発行に使用できない種類の鍵です" => FixInput;
    RequestInvalid = 2105, "request-invalid", Key, "the name a certificate is asked for is not allowed", "電子証明書の申請内容に使用できない名称があります" => FixInput;
    KeyCertificateMismatch = 2104, "key-certificate-mismatch", Key, "the signing key does not belong to the certificate", "署名鍵と電子証明書が対応していません" => FixInput;
    // Bad input: records
    RecordMalformed = 2150, "record-malformed", Record, "the record is not well-formed JSON", "接種記録がJSONとして正しくありません" => FixInput;
    RecordMissingField = 2151, "record-missing-field", Record, "a required field of the record is missing", "接種記録に必須項目がありません" => FixInput;
    RecordUnknownField = 2152, "record-unknown-field", Record, "the record holds a field that is not known", "接種記録に不明な項目があります" => FixInput;
    RecordInvalidValue = 2153, "record-invalid-value", Record, "a field of the record holds a value that is not allowed", "接種記録の項目の値が正しくありません" => FixInput;
    RecordIndividualNumber = 2154, "record-individual-number", Record, "a field of the record holds what looks like an individual number", "接種記録に個人番号とみられる番号が含まれています" => RemoveNumber;
    RecordTooLarge = 2155, "record-too-large", Record, "the record is larger than is allowed", "接種記録が大きすぎます" => FixInput;
    // Bad input: profiles
    ProfileMissingField = 2200, "profile-missing-field", Profile, "the profile needs a field that the record does not have", "この様式に必要な項目が接種記録にありません" => FixInput;
    ProfileInvalidValue = 2201, "profile-invalid-value", Profile, "a field of the record cannot be expressed in the profile", "この様式では表せない値があります" => FixInput;
    UnknownProduct = 2202, "unknown-product", Profile, "the vaccine catalogue has no code for this product", "ワクチン一覧に該当する製品コードがありません" => UpdateCatalogue;
    // Bad input: issuing
    InvalidPeriod = 2250, "invalid-period", Issue, "the certificate would end before it begins", "有効期間の終わりが始まりより前です" => FixInput;
    SignerEndsFirst = 2251, "signer-ends-first", Issue, "the signer's certificate would end before the certificate does", "署名者の電子証明書の期限が証明書より先に切れます" => ShortenOrRenew;
    SignerNotYetValid = 2252, "signer-not-yet-valid", Issue, "the signer's certificate is not valid yet", "署名者の電子証明書がまだ有効になっていません" => OtherSigner;
    SignerKeyUsage = 2253, "signer-key-usage", Issue, "the signer's certificate does not allow this kind of content", "署名者の電子証明書はこの種類の証明書に使用できません" => OtherSigner;
    IssuerNotSignerCountry = 2256, "issuer-not-signer-country", Issue, "the issuer named is not the country of the signer's certificate, and every verifier would refuse the certificate", "発行国が署名者の電子証明書の国と異なるため、検証で拒否されます" => FixInput;
    SigningFailed = 2254, "signing-failed", Issue, "the key or its device did not sign", "署名できませんでした" => TryAgain;
    CertificateTooLarge = 2255, "certificate-too-large", Issue, "the certificate does not fit into a QR code", "証明書がQRコードに収まりません" => SplitCertificate;

    // Misuse and internal
    ApiMisuse = 3000, "api-misuse", Misuse, "the interface was used against its documentation", "インターフェースの使い方が正しくありません" => Report;
    InternalError = 9000, "internal-error", Internal, "a fault of this library", "ソフトウェアの内部エラーです" => Report;
}

advice! {
    NotACertificate, "Scan the certificate's own QR code, not another one.", "証明書のQRコードを読み取ってください。";
    UpdateVerifier, "Update this software; until then, treat the certificate as unverified.", "ソフトウェアを更新してください。それまでは未確認として扱ってください。";
    ScanAgain, "Scan again: flat, well lit, the whole code in the picture.", "コード全体が明るく平らに写るように、もう一度読み取ってください。";
    AskForAnother, "Ask for another certificate, or for the paper one.", "別の証明書又は紙の証明書の提示を求めてください。";
    Suspicious, "Do not accept. No honest issuer makes such a code; ask for another proof.", "受け入れないでください。正規の発行者が作るコードではありません。別の証明を求めてください。";
    FaultyOrForged, "Do not accept. Either the issuer's set-up is faulty or this is a forgery; ask for another proof.", "受け入れないでください。発行者の設定誤り又は偽造の可能性があります。別の証明を求めてください。";
    Forged, "Do not accept. Ask for the original; a copy that was changed cannot be told from a forgery.", "受け入れないでください。原本の提示を求めてください。";
    UpdateTrust, "Update the list of trusted signers; if the signer is still unknown, do not accept.", "信頼する署名者の一覧を更新してください。それでも不明な場合は受け入れないでください。";
    AskForNew, "Ask for a newly issued certificate.", "新しく発行された証明書の提示を求めてください。";
    CheckClock, "Check the date and time of this device, then verify again.", "端末の日時を確認し、もう一度検証してください。";
    FixInput, "Correct the input that is named and try again.", "示された入力を修正し、もう一度実行してください。";
    RemoveNumber, "Remove the individual number from the record: it never belongs into a certificate.", "接種記録から個人番号を取り除いてください。証明書に含めることはできません。";
    UpdateCatalogue, "Update the vaccine catalogue, or choose a profile that needs no code.", "ワクチン一覧を更新するか、コードを必要としない様式を選んでください。";
    ShortenOrRenew, "Choose a shorter validity, or a signer certificate that covers it.", "有効期間を短くするか、その期間を満たす署名者の電子証明書を使用してください。";
    OtherSigner, "Use a signer certificate that is valid now and allows this kind of content.", "現在有効で、この種類の証明書に使用できる署名者の電子証明書を使用してください。";
    SplitCertificate, "Certify fewer doses in one certificate, or issue several certificates.", "一枚に記載する接種回数を減らすか、複数の証明書に分けて発行してください。";
    TryAgain, "Try again; if it fails again, check the key or its device.", "もう一度実行してください。続く場合は鍵又は装置を確認してください。";
    OtherDocument, "Ask for a passport or an identity card with machine-readable lines.", "機械読取領域のある旅券又は身分証明書の提示を求めてください。";
    Report, "Report this to the developers, without personal data.", "個人情報を含めずに開発者へ連絡してください。";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::Language;
    use super::{Code, Stage};

    #[test]
    fn numbers_and_names_are_unique_and_well_formed() {
        let numbers: BTreeSet<_> = Code::ALL.iter().map(|code| code.number()).collect();
        let names: BTreeSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!((numbers.len(), names.len()), (Code::ALL.len(), Code::ALL.len()));
        assert!(
            names.iter().all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'))
        );
        let stages: BTreeSet<_> = Stage::ALL.iter().map(|stage| stage.name()).collect();
        assert_eq!(stages.len(), Stage::ALL.len());
    }

    #[test]
    fn numbers_are_in_the_range_of_their_meaning() {
        for code in Code::ALL {
            let range = match code.stage() {
                Stage::Misuse => 3000..4000,
                Stage::Internal => 9000..10_000,
                Stage::Trust | Stage::Key | Stage::Record | Stage::Profile | Stage::Issue => 2000..3000,
                _ => 1000..2000,
            };
            assert!(range.contains(&code.number()), "{}", code.name());
        }
    }

    #[test]
    fn every_text_is_there_in_both_languages() {
        let japanese = |text: &str| text.chars().any(|c| ('ぁ'..='鿿').contains(&c));
        for code in Code::ALL {
            for text in [code.meaning(Language::Japanese), code.advice().text(Language::Japanese)] {
                assert!(japanese(text), "{}", code.name());
            }
            for text in [code.meaning(Language::English), code.advice().text(Language::English)] {
                assert!(text.len() > 10 && !japanese(text), "{}", code.name());
            }
        }
        for stage in Stage::ALL {
            assert!(japanese(stage.title(Language::Japanese)) && !japanese(stage.title(Language::English)));
        }
    }
}
