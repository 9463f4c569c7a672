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
//! | 9000–9999 | a fault of this library; 9002 stands for the row `Untold`, see below, and is nobody else's |
//!
//! Rows of the feature `outcomes` are of what a verifier of certificates alone does not do, and of what is wrong with
//! malformed data; a build without is without their texts. There all of them are the one row `Untold`, with which
//! nothing is answered: a verifier gives no verdict then. Its number and name are reserved in every build.

use super::column::{self, entry_of};

macro_rules! stages {
    ($(#[$gate:meta] { $($(#[$doc:meta])* $variant:ident = $name:literal, $english:literal, $japanese:literal;)* })*) => {
        /// Where in the work an outcome arose.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Stage { $($(#[$gate] $(#[$doc])* $variant,)*)* }

        impl Stage {
            /// Every stage, in the order of the table.
            pub const ALL: &'static [Self] = &[$($(#[$gate] Self::$variant,)*)*];

            /// The stable name, as in the JSON of every surface.
            #[must_use]
            pub const fn name(self) -> &'static str {
                entry_of!([$($(#[$gate] $name,)*)*], self.row())
            }

            /// What the stage looks at, for a person.
            #[must_use]
            pub const fn title(self, language: super::Language) -> &'static str {
                match language {
                    super::Language::English => entry_of!([$($(#[$gate] $english,)*)*], self.row()),
                    super::Language::Japanese => entry_of!([$($(#[$gate] $japanese,)*)*], self.row()),
                }
            }

            #[expect(clippy::as_conversions, reason = "variants are numbered in the order of the table")]
            const fn row(self) -> usize {
                self as usize
            }
        }
    };
}

macro_rules! codes {
    ($(#[$gate:meta] #[$untold:meta] { $($variant:ident = $number:literal, $name:literal, $stage:ident,
        $english:literal, $japanese:literal => $advice:ident;)* })*) => {
        /// The stable outcome codes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code { $($(#[$gate] #[doc = $english] $variant,)*)* }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$($(#[$gate] Self::$variant,)*)*];

            /// The stable number, as the C library returns it.
            #[must_use]
            pub const fn number(self) -> i32 {
                match self { $($(#[$gate] Self::$variant => $number,)*)* }
            }

            /// The stable kebab-case name, as in the JSON of every surface.
            #[must_use]
            pub const fn name(self) -> &'static str {
                entry_of!([$($(#[$gate] $name,)*)*], self.row())
            }

            /// The stage this code belongs to.
            #[must_use]
            pub const fn stage(self) -> Stage {
                match self { $($(#[$gate] Self::$variant => Stage::$stage,)*)* }
            }

            /// What it means, in one sentence without any personal data.
            #[must_use]
            pub const fn meaning(self, language: super::Language) -> &'static str {
                match language {
                    super::Language::English => entry_of!([$($(#[$gate] $english,)*)*], self.row()),
                    super::Language::Japanese => entry_of!([$($(#[$gate] $japanese,)*)*], self.row()),
                }
            }

            /// What the person at the desk can do about it.
            #[must_use]
            pub const fn advice(self) -> Advice {
                match self { $($(#[$gate] Self::$variant => Advice::$advice,)*)* }
            }

            #[expect(clippy::as_conversions, reason = "variants are numbered in the order of the table")]
            const fn row(self) -> usize {
                self as usize
            }
        }

        /// The codes whose rows this build is without are all one.
        #[allow(non_upper_case_globals, dead_code, reason = "they stand for variants, most of which belong to other features")]
        impl Code {
            $($(#[$untold] pub(crate) const $variant: Self = Self::Untold;)*)*
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
    #[cfg(all())] {
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
    }
    #[cfg(feature = "outcomes")] {
    /// The files of an Individual Number Card.
    CardFiles = "files", "card files can be read", "カードのファイルの読取り";
    /// The authority above the card's signer.
    CardAuthority = "authority", "card authority is trusted", "カードの認証局の信頼";
    /// The certificate of the card's signer.
    CardCertificate = "certificate", "signer's certificate is genuine", "署名者の証明書の真正性";
    /// The signature on the card's records.
    RecordSignature = "record_signature", "signature on the card data is genuine", "カード情報の署名の真正性";
    /// The four basic identity fields against the signed digest.
    AttributesDigest = "attributes_digest", "identity fields are those that were signed", "基本4情報の一致";
    /// The individual number against the signed digest.
    NumberDigest = "number_digest", "individual number is the one that was signed", "個人番号の一致";
    /// The check digit of the individual number.
    NumberCheckDigit = "number_check_digit", "check digit is right", "個人番号の検査用数字";
    /// The card's own key.
    CardKey = "card_key", "card key is genuine", "カードの鍵の真正性";
    /// The answer to a challenge.
    Presence = "presence", "a genuine card answered", "カードの応答";
    /// The dialogue with a card in a reader.
    CardReader = "reader", "card can be read", "カードの読取り";
    /// The machine-readable zone of a passport or an identity card (ICAO Doc 9303).
    Mrz = "mrz", "passport's machine-readable lines can be read", "旅券の機械読取領域の読取り";
    }
    #[cfg(all())] {
    /// Files that say who is trusted.
    Trust = "trust", "trust data can be read", "信頼情報の読取り";
    }
    #[cfg(feature = "outcomes")] {
    /// Signing keys and their certificates.
    Key = "key", "signing key can be used", "署名鍵の利用";
    /// The vaccination record to certify.
    Record = "record", "record can be read", "接種記録の読取り";
    /// What the chosen payload profile can carry.
    Profile = "profile", "profile can carry the record", "証明書様式との適合";
    /// Making the certificate.
    Issue = "issue", "certificate can be issued", "証明書の発行";
    /// An application for a certificate, as an app or a kiosk sends it.
    Application = "application", "application can be read", "申請データの読取り";
    /// A file of records for a municipality's register.
    Import = "import", "file of records can be imported", "接種記録の取込み";
    /// A municipality's settings.
    Settings = "settings", "settings of the municipality", "自治体の設定";
    /// Whether an application is granted.
    Issuing = "issuing", "application is granted", "申請の審査";
    /// The issuing side's ledger: a database.
    Ledger = "ledger", "ledger is sound and can be used", "台帳の利用";
    /// The key that everything sealed in a ledger depends on.
    MasterKey = "master_key", "master key opens the ledger", "マスター鍵";
    /// The issuing side's audit log.
    Audit = "audit", "audit log is whole and unchanged", "監査ログの完全性";
    /// Backups of a ledger, and the journal that is replayed after restoring one.
    Backup = "backup", "backup is whole", "バックアップ";
    /// Accounts of staff, their roles and sessions.
    Staff = "staff", "staff may do this", "担当者の権限";
    /// The issuing service: requests, those who send them, and its own settings.
    Service = "service", "request can be served", "リクエストの処理";
    /// The caller's use of the interface.
    Misuse = "misuse", "interface is used as documented", "インターフェースの利用";
    }
    #[cfg(all())] {
    /// This library itself.
    Internal = "internal", "internal", "内部処理";
    }
}

codes! {
    #[cfg(all())] #[cfg(any())] {
    // Rejected: prefix
    MissingPrefix = 1000, "missing-prefix", Prefix, "the text does not start with HC1: and so is not a health certificate", "HC1: で始まらないため、証明書のコードではありません" => NotACertificate;
    UnsupportedPrefix = 1001, "unsupported-prefix", Prefix, "the text is a health certificate of a version or family this verifier does not know", "このソフトウェアが対応していない形式の証明書です" => UpdateVerifier;
    InputTooLong = 1002, "input-too-long", Prefix, "the text is longer than any QR code can hold", "QRコードに収まる長さを超えています" => NotACertificate;
    ImageUnreadable = 1003, "image-unreadable", Prefix, "the image is damaged or too large", "画像を読み取れません" => ScanAgain;
    NoCodeFound = 1004, "no-code-found", Prefix, "no QR code was found in the image", "画像にQRコードが見つかりません" => ScanAgain;
    }
    #[cfg(feature = "outcomes")] #[cfg(not(feature = "outcomes"))] {
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
    }
    #[cfg(all())] #[cfg(any())] {
    // Rejected: signer
    MissingKeyId = 1250, "missing-key-id", Signer, "the certificate does not say which key signed it", "署名鍵の識別子がありません" => AskForAnother;
    UnknownSigner = 1251, "unknown-signer", Signer, "no trusted signer has this key id", "信頼する署名者の一覧に該当する鍵がありません" => UpdateTrust;
    IssuerMismatch = 1252, "issuer-mismatch", Signer, "the issuer named in the certificate is not the signer's country", "記載された発行国が署名者の国と一致しません" => FaultyOrForged;
    }
    #[cfg(feature = "outcomes")] #[cfg(not(feature = "outcomes"))] {
    // Rejected: the signer's path to an authority
    UntrustedSigner = 1253, "untrusted-signer", Signer, "the signer's certificate was not issued by a trusted authority", "署名者の電子証明書が信頼する認証局から発行されたものではありません" => UpdateTrust;
    AuthorityExpired = 1254, "authority-expired", Signer, "the authority of the signer's certificate has expired", "署名者の電子証明書を発行した認証局の有効期限が切れています" => UpdateTrust;
    AuthorityNotYetValid = 1255, "authority-not-yet-valid", Signer, "the authority of the signer's certificate is not valid yet", "署名者の電子証明書を発行した認証局がまだ有効になっていません" => CheckClock;
    SignerOutsideAuthority = 1256, "signer-outside-authority", Signer, "the signer's certificate reaches beyond its authority's validity", "署名者の電子証明書の有効期間が認証局の有効期間に収まっていません" => FaultyOrForged;
    AuthorityCountryMismatch = 1257, "authority-country-mismatch", Signer, "the signer's certificate is of another country than its authority", "署名者の電子証明書の国が認証局の国と一致しません" => FaultyOrForged;
    PathTooLong = 1258, "path-too-long", Signer, "there are more certificates between the signer and its authority than are allowed", "署名者から認証局までの電子証明書の段数が上限を超えています" => FaultyOrForged;
    AuthorityUsage = 1259, "authority-usage", Signer, "a certificate above the signer's may not issue certificates", "署名者の電子証明書を発行した証明書に、発行の権限がありません" => FaultyOrForged;
    SignerUsage = 1260, "signer-usage", Signer, "the signer's certificate is not for signing documents", "署名者の電子証明書は文書への署名に使用できません" => FaultyOrForged;
    PathSignatureInvalid = 1261, "path-signature-invalid", Signer, "the signer's certificate names an authority that did not sign it", "署名者の電子証明書の署名が、記載された認証局のものと一致しません" => Forged;
    PathAlgorithmUnsupported = 1262, "path-algorithm-unsupported", Signer, "the signer's certificate is signed with an algorithm that is not allowed", "署名者の電子証明書が、認められていないアルゴリズムで署名されています" => FaultyOrForged;
    PathKeyIdMismatch = 1263, "path-key-id-mismatch", Signer, "the signer's certificate was issued by another key of the authority it names", "署名者の電子証明書は、記載された認証局の別の鍵で発行されています" => UpdateTrust;
    PathCriticalExtension = 1264, "path-critical-extension", Signer, "a certificate between the signer and its authority demands what this verifier does not understand", "署名者から認証局までの電子証明書に、対応していない必須の拡張項目があります" => UpdateVerifier;
    }
    #[cfg(all())] #[cfg(any())] {
    // Rejected: signature
    MissingAlgorithm = 1300, "missing-algorithm", Signature, "the certificate names no signature algorithm", "署名アルゴリズムの指定がありません" => AskForAnother;
    UnsupportedAlgorithm = 1301, "unsupported-algorithm", Signature, "the certificate names a signature algorithm that is not allowed", "認められていない署名アルゴリズムです" => FaultyOrForged;
    AlgorithmMismatch = 1302, "algorithm-mismatch", Signature, "the algorithm named is not the one of the signer's key", "署名アルゴリズムが署名者の鍵と一致しません" => FaultyOrForged;
    }
    #[cfg(feature = "outcomes")] #[cfg(not(feature = "outcomes"))] {
    WeakKey = 1303, "weak-key", Signature, "the signer's key is too short to be relied on", "署名者の鍵が短く、信頼できません" => AskForAnother;
    }
    #[cfg(all())] #[cfg(any())] {
    SignatureMalformed = 1304, "signature-malformed", Signature, "the signature has a length its algorithm does not have", "署名の長さが正しくありません" => Suspicious;
    SignatureInvalid = 1305, "signature-invalid", Signature, "the signature does not match: the content was changed or never signed by this signer", "署名が一致しません。改ざん又は偽造の可能性があります" => Forged;
    SignerKeyInvalid = 1306, "signer-key-invalid", Signature, "the signer's key in the trust data is no valid key", "信頼情報にある署名者の鍵が正しくありません" => UpdateTrust;
    }
    #[cfg(feature = "outcomes")] #[cfg(not(feature = "outcomes"))] {
    // Rejected: schema
    SchemaMissingField = 1350, "schema-missing-field", Schema, "a required field is missing", "必須項目がありません" => AskForAnother;
    SchemaWrongType = 1351, "schema-wrong-type", Schema, "a field is of the wrong type", "項目の型が正しくありません" => AskForAnother;
    SchemaInvalidValue = 1352, "schema-invalid-value", Schema, "a field holds a value that its specification does not allow", "項目の値が仕様に合いません" => AskForAnother;
    SchemaEntryCount = 1353, "schema-entry-count", Schema, "the certificate does not hold exactly one entry", "記載が一件ではありません" => AskForAnother;
    }
    #[cfg(all())] #[cfg(any())] {
    // Rejected: validity
    Expired = 1400, "expired", Validity, "the certificate has expired", "有効期限が切れています" => AskForNew;
    NotYetValid = 1401, "not-yet-valid", Validity, "the certificate is not valid yet", "まだ有効期間に入っていません" => CheckClock;
    OutlivesSigner = 1402, "outlives-signer", Validity, "the certificate is valid for longer than its signer", "署名者の有効期間より後まで有効とされています" => AskForNew;
    PredatesSigner = 1403, "predates-signer", Validity, "the certificate was issued before its signer became valid", "署名者の有効期間より前に発行されています" => FaultyOrForged;
    // Rejected: key usage
    KeyUsageMismatch = 1450, "key-usage-mismatch", KeyUsage, "the signer may not sign certificates of this kind", "署名者にはこの種類の証明書に署名する権限がありません" => FaultyOrForged;
    }
    #[cfg(feature = "outcomes")] #[cfg(not(feature = "outcomes"))] {
    // Rejected: machine-readable zones
    MrzWrongLength = 1750, "mrz-wrong-length", Mrz, "the text has not as many characters as a passport or an identity card", "文字数が旅券又は身分証明書の機械読取領域と異なります" => ScanAgain;
    MrzInvalidCharacter = 1751, "mrz-invalid-character", Mrz, "the machine-readable lines hold a character that cannot stand there", "機械読取領域に使用できない文字があります" => ScanAgain;
    MrzUnsupportedDocument = 1752, "mrz-unsupported-document", Mrz, "the document is neither a passport nor an identity card", "旅券でも身分証明書でもない書類です" => OtherDocument;
    MrzCheckDigit = 1753, "mrz-check-digit", Mrz, "a check digit of the machine-readable lines does not match", "機械読取領域の検査数字が一致しません" => ScanAgain;
    MrzInvalidValue = 1754, "mrz-invalid-value", Mrz, "a field of the machine-readable lines holds what is not allowed there", "機械読取領域の項目の値が正しくありません" => OtherDocument;
    MrzInvalidDate = 1755, "mrz-invalid-date", Mrz, "a date of the machine-readable lines does not exist", "機械読取領域の日付が存在しません" => OtherDocument;
    }
    #[cfg(all())] #[cfg(any())] {
    // Rejected: revocation
    Revoked = 1470, "revoked", Revocation, "the issuer revoked the certificate", "発行者により失効とされた証明書です" => RevokedAskForNew;
    SignerRevoked = 1471, "signer-revoked", Revocation, "every certificate of this signer was revoked", "この署名者の証明書は全て失効しています" => RevokedAskForNew;
    }
    #[cfg(feature = "outcomes")] #[cfg(not(feature = "outcomes"))] {

    // Rejected: files of the Individual Number Card
    CardFileMissing = 1500, "card-file-missing", CardFiles, "a file that verification needs was not read from the card", "検証に必要なファイルがカードから読み取られていません" => ReadCardAgain;
    CardFileTooLarge = 1501, "card-file-too-large", CardFiles, "a card file is larger than any card holds", "カードのファイルが大きすぎます" => SuspiciousCard;
    CardFileTruncated = 1502, "card-file-truncated", CardFiles, "a card file ends within an object", "カードのファイルが途中で終わっています" => ReadCardAgain;
    CardFileEncoding = 1503, "card-file-encoding", CardFiles, "a card file has a tag or length of a form that cards do not have", "カードのファイルのタグ又は長さの形式が正しくありません" => ReadCardAgain;
    CardFileUnexpectedObject = 1504, "card-file-unexpected-object", CardFiles, "another object stands in a card file than belongs there", "カードのファイルに想定外の要素があります" => ReadCardAgain;
    CardFileDuplicateObject = 1505, "card-file-duplicate-object", CardFiles, "an object stands twice in a card file", "カードのファイルに同じ要素が重複しています" => SuspiciousCard;
    CardFileTrailingBytes = 1506, "card-file-trailing-bytes", CardFiles, "bytes other than filler follow the content of a card file", "カードのファイルの内容の後に余分なデータがあります" => SuspiciousCard;
    CardFileNotUtf8 = 1507, "card-file-not-utf8", CardFiles, "a text in a card file is not UTF-8", "カードの文字列がUTF-8ではありません" => ReadCardAgain;
    CardFileInvalidDate = 1508, "card-file-invalid-date", CardFiles, "a date in a card file is no day of the calendar", "カードの日付が正しくありません" => ReadCardAgain;
    CardFileInvalidValue = 1509, "card-file-invalid-value", CardFiles, "a field of a card file has a value that is not allowed", "カードの項目の値が正しくありません" => ReadCardAgain;
    CardFileOffsetTable = 1510, "card-file-offset-table", CardFiles, "the offset table of a card file does not say where the fields stand", "カードのファイルのオフセット表が項目の位置と一致しません" => SuspiciousCard;
    // Rejected: authority of the card
    UnknownAuthority = 1520, "unknown-authority", CardAuthority, "the authority that certified the card's signer is not known or not trusted here", "カードの署名者を認証した認証局が不明か、信頼されていません" => UpdateAuthorities;
    TestHierarchy = 1521, "test-hierarchy", CardAuthority, "the card is a test card", "テスト用のカードです" => ProductionCard;
    WrongApplication = 1522, "wrong-application", CardAuthority, "the certificate is one for another application of the card", "カードの別のアプリケーションの証明書です" => SuspiciousCard;
    // Rejected: certificate of the card's signer
    CardCertificateInvalid = 1530, "card-certificate-invalid", CardCertificate, "the certificate of the card's signer was not signed by the authority it names", "署名者の証明書の署名が一致しません" => ForgedCard;
    CardCertificateChain = 1531, "card-certificate-chain", CardCertificate, "the certificates on the card do not make up a chain that is allowed", "カードの証明書のつながりが正しくありません" => SuspiciousCard;
    CardCertificateKey = 1532, "card-certificate-key", CardCertificate, "a certificate on the card holds no valid key", "証明書の鍵が正しくありません" => SuspiciousCard;
    // Rejected: what the signer signed
    RecordSignatureInvalid = 1540, "record-signature-invalid", RecordSignature, "the signature on the card data does not match: the data was changed or is not this signer's", "カード情報の署名が一致しません。改ざん又は偽造の可能性があります" => ForgedCard;
    AttributesDigestMismatch = 1550, "attributes-digest-mismatch", AttributesDigest, "name, address, date of birth or sex are not those that were signed", "氏名、住所、生年月日又は性別が署名されたものと一致しません" => ForgedCard;
    NumberDigestMismatch = 1560, "number-digest-mismatch", NumberDigest, "the individual number is not the one that was signed", "個人番号が署名されたものと一致しません" => ForgedCard;
    NumberCheckDigitWrong = 1570, "number-check-digit-wrong", NumberCheckDigit, "the individual number has a wrong check digit", "個人番号の検査用数字が正しくありません" => SuspiciousCard;
    CardKeySignatureInvalid = 1580, "card-key-signature-invalid", CardKey, "the card's own key was not signed by the card's signer", "カードの鍵の署名が一致しません" => ForgedCard;
    CardKeyUnusable = 1581, "card-key-unusable", CardKey, "the card's own key is no valid key", "カードの鍵が正しくありません" => SuspiciousCard;
    CardRecordsDiffer = 1582, "card-records-differ", CardKey, "the records of the card's face are not of one card", "券面の記録が同じカードのものではありません" => SuspiciousCard;
    PresenceResponseInvalid = 1590, "presence-response-invalid", Presence, "the response to the challenge was not made by this card's key", "チャレンジへの応答がこのカードの鍵によるものではありません" => ReadCardAgain;
    PresenceNoCardKey = 1591, "presence-no-card-key", Presence, "a response was given but no card key to check it with", "応答を確認するためのカードの鍵がありません" => ReadCardAgain;
    CardApplicationsDiffer = 1592, "card-applications-differ", Presence, "text and surface application are not of one person or not of one signer", "券面事項入力補助と券面事項確認の内容が一致しません" => SuspiciousCard;
    // Rejected: dialogue with a card
    CardRemoved = 1700, "card-removed", CardReader, "the card was removed or stopped answering", "カードが外されたか、応答がありません" => PlaceCardAgain;
    ApplicationNotFound = 1701, "application-not-found", CardReader, "the card does not have the application: it is another kind of card", "カードに必要なアプリケーションがありません" => PlaceOtherCard;
    CardFileNotFound = 1702, "card-file-not-found", CardReader, "the card does not have a file or key that every such card has", "カードに必要なファイル又は鍵がありません" => PlaceOtherCard;
    PinWrong = 1703, "pin-wrong", CardReader, "the PIN or code is wrong", "暗証番号又は照合番号が違います" => EnterPinAgain;
    PinBlocked = 1704, "pin-blocked", CardReader, "the PIN or code is blocked", "暗証番号又は照合番号がロックされています" => UnblockPin;
    PinLastTry = 1705, "pin-last-try", CardReader, "only one try is left, and it was not sent", "残りの試行回数が1回のため、送信しませんでした" => ConfirmLastTry;
    CardFileNotOpened = 1706, "card-file-not-opened", CardReader, "the PIN or code that was presented does not open the file", "照合した暗証番号又は照合番号では読み取れないファイルです" => EnterPinAgain;
    CardAnswerUnexpected = 1707, "card-answer-unexpected", CardReader, "the card answered with a status that it should not give here", "カードから想定外の応答がありました" => PlaceCardAgain;
    CardAnswerMalformed = 1708, "card-answer-malformed", CardReader, "the card's answer has a wrong length", "カードの応答の長さが正しくありません" => PlaceCardAgain;
    CardTooManyCommands = 1709, "card-too-many-commands", CardReader, "reading the card did not come to an end", "カードの読取りが終わりません" => PlaceCardAgain;
    }
    #[cfg(all())] #[cfg(any())] {

    // Undetermined
    UnknownProfile = 1900, "unknown-profile", Schema, "the content is of a kind this verifier does not know", "このソフトウェアが対応していない種類の内容です" => UpdateVerifier;
    // Undetermined: the age of the trust data
    TrustTooOld = 1910, "trust-too-old", Signer, "the trust data is older than it may be relied on", "信頼情報が古く、判定に使用できません" => RefreshTrust;
    ClockBeforeTrust = 1911, "clock-before-trust", Signer, "the clock shows a time before the trust data was issued", "時計が信頼情報の発行日時より前を示しています" => CheckClock;
    // Undetermined: revocation
    }
    #[cfg(feature = "outcomes")] #[cfg(not(feature = "outcomes"))] {
    ProbablyRevoked = 1930, "probably-revoked", Revocation, "a revocation filter says that the certificate was probably revoked", "失効フィルターにより、失効した可能性が高いと判定されました" => AskIssuer;
    }
    #[cfg(all())] #[cfg(any())] {
    RevocationOutdated = 1931, "revocation-outdated", Revocation, "the revocation data is too old to say that the certificate was not revoked", "失効情報が古く、失効していないことを確認できません" => RefreshTrust;
    }
    #[cfg(feature = "outcomes")] #[cfg(not(feature = "outcomes"))] {
    ProductNotInCatalogue = 1940, "product-not-in-catalogue", Schema, "the vaccine is none of the products this verifier's catalogue holds", "ワクチン一覧に該当する製品がありません" => LookUpProduct;
    HealthLink = 1941, "health-link", Schema, "the code is a link to a certificate that is kept elsewhere, and links are not followed", "別の場所にある証明書へのリンクです。リンク先は参照しません" => OpenLinkYourself;
    }
    #[cfg(feature = "outcomes")] #[cfg(not(feature = "outcomes"))] {
    // Bad input: trust
    TrustUnreadable = 2050, "trust-unreadable", Trust, "the file is none of the known forms of trust data", "信頼情報として読み取れないファイルです" => FixInput;
    CertificateMalformed = 2051, "certificate-malformed", Trust, "a certificate cannot be read", "電子証明書を読み取れません" => FixInput;
    CertificateKeyUnsupported = 2052, "certificate-key-unsupported", Trust, "a certificate's key is of a kind that is not supported", "電子証明書の鍵の種類に対応していません" => FixInput;
    TrustTooLarge = 2053, "trust-too-large", Trust, "there are more signers than a trust set may hold", "信頼情報の件数が上限を超えています" => FixInput;
    AuthorityFileMalformed = 2090, "authority-file-malformed", Trust, "the file of card authorities is not of the documented form", "カードの認証局のファイルの形式が正しくありません" => FixInput;
    AuthorityRedefined = 2091, "authority-redefined", Trust, "the file of card authorities has a key id that is already known", "カードの認証局のファイルに既に登録された鍵識別子があります" => FixInput;
    AuthorityNamesProduction = 2092, "authority-names-production", Trust, "the file of card authorities names the production hierarchy, which is built in alone", "カードの認証局のファイルでは本番用の階層を指定できません" => FixInput;
    AuthorityKeyUnsupported = 2093, "authority-key-unsupported", Trust, "a card authority's key is not supported or no valid key", "カードの認証局の鍵に対応していません" => FixInput;
    // Bad input: trust lists
    ListMalformed = 2060, "list-malformed", Trust, "the trust list is not built as its format demands", "信頼リストの形式が正しくありません" => FixInput;
    ListTooLarge = 2061, "list-too-large", Trust, "the trust list is larger than is supported", "信頼リストが大きすぎます" => FixInput;
    ListEntryMalformed = 2062, "list-entry-malformed", Trust, "an entry of the trust list cannot be read", "信頼リストの項目を読み取れません" => FixInput;
    ListKeyMismatch = 2063, "list-key-mismatch", Trust, "the key of an entry is not the key of its certificate", "信頼リストの項目の鍵が電子証明書の鍵と一致しません" => FixInput;
    ListHashMismatch = 2064, "list-hash-mismatch", Trust, "the hash of an entry is not the hash of its certificate", "信頼リストの項目のハッシュ値が電子証明書と一致しません" => FixInput;
    ListOtherUsage = 2065, "list-other-usage", Trust, "an entry of the trust list is for another use than signing documents or issuing certificates", "信頼リストの項目は署名又は発行以外の用途です" => FixInput;
    ListSignatureMissing = 2080, "list-signature-missing", Trust, "the trust list has no signature", "信頼リストに署名がありません" => DistrustList;
    ListSignatureInvalid = 2081, "list-signature-invalid", Trust, "the signature of the trust list does not match: the list was changed or never signed by this signer", "信頼リストの署名が一致しません。改ざん又は偽造の可能性があります" => DistrustList;
    ListSignatureMalformed = 2082, "list-signature-malformed", Trust, "the signature of the trust list cannot be read", "信頼リストの署名を読み取れません" => DistrustList;
    ListShapeUnsupported = 2083, "list-shape-unsupported", Trust, "the trust list holds members that its signature might not cover", "署名の対象となるか判断できない項目が信頼リストに含まれています" => DistrustList;
    ListSignatureNotChecked = 2084, "list-signature-not-checked", Trust, "the signatures of this format are on its entries and are not checked", "この形式の項目ごとの署名は検証していません" => FixInput;
    // Bad input: trust bundles and revocation data
    BundleMalformed = 2070, "bundle-malformed", Trust, "the trust bundle cannot be read", "信頼バンドルを読み取れません" => FixInput;
    BundleVersion = 2071, "bundle-version", Trust, "the trust bundle is of a version this software does not know", "このソフトウェアが対応していない版の信頼バンドルです" => UpdateSoftware;
    BundleSignature = 2072, "bundle-signature", Trust, "no trust anchor signed the trust bundle", "信頼バンドルの署名が信頼の起点の鍵と一致しません" => KeepBundle;
    }
    #[cfg(all())] #[cfg(any())] {
    BundleOlder = 2073, "bundle-older", Trust, "the trust bundle is older than the one in use", "使用中のものより古い信頼バンドルです" => KeepBundle;
    }
    #[cfg(feature = "outcomes")] #[cfg(not(feature = "outcomes"))] {
    BundleExpired = 2074, "bundle-expired", Trust, "the trust bundle's validity has ended", "信頼バンドルの有効期限が切れています" => RefreshTrust;
    BundleTooLarge = 2075, "bundle-too-large", Trust, "the trust bundle is larger than is allowed", "信頼バンドルが大きすぎます" => FixInput;
    RevocationUnreadable = 2076, "revocation-unreadable", Trust, "the revocation data cannot be read", "失効情報を読み取れません" => FixInput;
    RevocationTooLarge = 2077, "revocation-too-large", Trust, "there is more revocation data than is allowed", "失効情報の件数が上限を超えています" => FixInput;
    RevocationNotExact = 2078, "revocation-not-exact", Trust, "a trust bundle holds exact revocation lists only, not filters", "信頼バンドルには失効フィルターを含められません" => FixInput;
    // Bad input: keys
    KeyMalformed = 2100, "key-malformed", Key, "the signing key cannot be read", "署名鍵を読み取れません" => FixInput;
    KeyPassphraseRequired = 2101, "key-passphrase-required", Key, "the signing key is encrypted and no passphrase was given", "署名鍵が暗号化されており、パスフレーズが必要です" => FixInput;
    KeyPassphraseWrong = 2102, "key-passphrase-wrong", Key, "the passphrase does not open the signing key", "パスフレーズが正しくありません" => FixInput;
    KeyUnsupported = 2103, "key-unsupported", Key, "the signing key is of a kind that may not issue", "発行に使用できない種類の鍵です" => FixInput;
    RequestInvalid = 2105, "request-invalid", Key, "the name a certificate is asked for is not allowed", "電子証明書の申請内容に使用できない名称があります" => FixInput;
    KeyCertificateMismatch = 2104, "key-certificate-mismatch", Key, "the signing key does not belong to the certificate", "署名鍵と電子証明書が対応していません" => FixInput;
    // Bad input: keys in a token
    TokenUriInvalid = 2110, "token-uri-invalid", Key, "the pkcs11: URI of the signing key is not well-formed or says something that is not supported", "署名鍵のpkcs11: URIが正しくないか、対応していない指定を含んでいます" => FixInput;
    TokenModuleUnavailable = 2111, "token-module-unavailable", Key, "the token's PKCS#11 module cannot be loaded or started", "トークンのPKCS#11モジュールを読み込めません" => CheckToken;
    TokenNotFound = 2112, "token-not-found", Key, "no token is the one the URI names", "URIが示すトークンが見つかりません" => CheckToken;
    TokenAmbiguous = 2113, "token-ambiguous", Key, "more than one token is the one the URI names", "URIに該当するトークンが複数あります" => NarrowUri;
    TokenPinRequired = 2114, "token-pin-required", Key, "the token wants a PIN and none was given", "トークンのPINが必要です" => FixInput;
    TokenPinWrong = 2115, "token-pin-wrong", Key, "the token's PIN is wrong", "トークンのPINが正しくありません" => CheckTokenPin;
    TokenPinLocked = 2116, "token-pin-locked", Key, "the token is locked, or its PIN was never set", "トークンがロックされているか、PINが設定されていません" => UnlockToken;
    TokenPinLastTry = 2117, "token-pin-last-try", Key, "the next wrong PIN would lock the token, so none was tried", "次にPINを間違えるとトークンがロックされるため、照合を行いませんでした" => UnlockToken;
    TokenKeyNotFound = 2118, "token-key-not-found", Key, "the token has no private key the URI names", "URIが示す秘密鍵がトークンにありません" => FixInput;
    TokenKeyAmbiguous = 2119, "token-key-ambiguous", Key, "the token has more than one private key the URI names", "URIに該当する秘密鍵がトークンに複数あります" => NarrowUri;
    TokenKeyExists = 2120, "token-key-exists", Key, "the token has a key of this name or identifier already", "同じ名称又は識別子の鍵がトークンに既にあります" => FixInput;
    TokenUnavailable = 2121, "token-unavailable", Key, "the token failed or refused", "トークンが応答しないか、操作を拒否しました" => CheckToken;
    // Bad input: certifying signers
    AuthorityUnsuitable = 2130, "authority-unsuitable", Key, "the certificate of the authority may not issue signers", "認証局の電子証明書では署名者の電子証明書を発行できません" => FixInput;
    AuthorityEndsFirst = 2131, "authority-ends-first", Key, "the signer's certificate would not lie within the validity of its authority's", "署名者の電子証明書の有効期間が認証局の電子証明書の有効期間に収まりません" => ShortenOrRenew;
    CertificateRequestMalformed = 2132, "certificate-request-malformed", Key, "the certificate request cannot be read", "証明書署名要求を読み取れません" => FixInput;
    CertificateRequestSignature = 2133, "certificate-request-signature", Key, "the certificate request is not signed by the key it is for", "証明書署名要求の署名が要求された鍵と一致しません" => FixInput;
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
    // Bad input: applications
    ApplicationTooLarge = 2300, "application-too-large", Application, "the application is longer than is allowed", "申請データが大きすぎます" => FixInput;
    ApplicationMalformed = 2301, "application-malformed", Application, "the application is not well-formed", "申請データの形式が正しくありません" => FixInput;
    ApplicationVersionUnsupported = 2302, "application-version-unsupported", Application, "the application is of a version that is not known here", "対応していない版の申請データです" => UpdateSoftware;
    ApplicationMissingField = 2303, "application-missing-field", Application, "a required field of the application is missing", "申請データに必須項目がありません" => FixInput;
    ApplicationUnknownField = 2304, "application-unknown-field", Application, "the application holds a field that is not known", "申請データに不明な項目があります" => FixInput;
    ApplicationWrongType = 2305, "application-wrong-type", Application, "a field of the application is of another type", "申請データの項目の型が正しくありません" => FixInput;
    ApplicationInvalidValue = 2306, "application-invalid-value", Application, "a field of the application holds a value that is not allowed", "申請データの項目の値が正しくありません" => FixInput;
    ApplicationFieldNotAllowed = 2307, "application-field-not-allowed", Application, "a field may not stand in an application of this channel and kind", "この申請方法と用途では使用できない項目があります" => FixInput;
    // Bad input: records that are imported, settings
    ImportEncoding = 2400, "import-encoding", Import, "the file is neither UTF-8 nor CP932 throughout", "文字コードがUTF-8又はCP932ではありません" => FixInput;
    ImportHeader = 2401, "import-header", Import, "the first row lacks a column, names one twice or names an unknown one", "見出し行の項目が不足、重複又は不明です" => FixInput;
    ImportRowMalformed = 2402, "import-row-malformed", Import, "a row has another number of fields than the first one, or is too long", "行の項目数が見出し行と異なるか、行が長すぎます" => FixInput;
    ImportMissingValue = 2403, "import-missing-value", Import, "a value of a row is missing", "必須の項目に値がありません" => FixInput;
    ImportInvalidValue = 2404, "import-invalid-value", Import, "a value of a row is not of the form its column has", "項目の値の形式が正しくありません" => FixInput;
    ImportOtherMunicipality = 2405, "import-other-municipality", Import, "a row belongs to another municipality", "他の自治体のデータが含まれています" => FixInput;
    ImportContradiction = 2406, "import-contradiction", Import, "a row contradicts another of the same person, or gives a number that belongs to another person", "同一人の他の行と矛盾するか、他の人の番号が使われています" => FixInput;
    SettingsMalformed = 2410, "settings-malformed", Settings, "the municipality's settings are not well-formed", "自治体の設定の形式が正しくありません" => FixInput;
    SettingsInvalidValue = 2411, "settings-invalid-value", Settings, "a value of the municipality's settings is not allowed", "自治体の設定の値が正しくありません" => FixInput;
    // Applications that are not granted
    WrongMunicipality = 2420, "wrong-municipality", Issuing, "the application is addressed to another municipality", "他の自治体宛ての申請です" => ApplyElsewhere;
    ChannelNotOffered = 2421, "channel-not-offered", Issuing, "the municipality does not take part in this way of applying", "この自治体はこの申請方法に対応していません" => ApplyAtCounter;
    ChannelClosed = 2422, "channel-closed", Issuing, "this way of applying is closed at present", "この申請方法は現在受け付けていません" => ApplyLater;
    TermsNotCurrent = 2423, "terms-not-current", Issuing, "consent was given to terms that are not in force", "現行の利用規約への同意がありません" => ConsentAgain;
    ConsentNotInTime = 2424, "consent-not-in-time", Issuing, "consent was not given shortly before the application", "同意の時刻が申請の直前ではありません" => ConsentAgain;
    ChallengeNotValid = 2425, "challenge-not-valid", Issuing, "the card answered a challenge that was not handed out for this application, or too late", "この申請のために発行された照合コードではないか、期限切れです" => ApplyAgain;
    KindNotOffered = 2426, "kind-not-offered", Issuing, "the municipality does not issue certificates of this kind or profile", "この自治体はこの種類の証明書を発行していません" => ApplyAtCounter;
    NoMatch = 2430, "no-match", Issuing, "no record matches the applicant's identity", "本人確認情報に一致する記録がありません" => AskCounter;
    ReferToCounter = 2431, "refer-to-counter", Issuing, "this application can only be dealt with at the counter", "この申請は窓口でのみ受け付けられます" => ApplyAtCounter;
    NoEarlierIssue = 2432, "no-earlier-issue", Issuing, "a certificate for overseas use is issued at a kiosk only after one was issued by the app or at the counter", "キオスク端末での海外用の発行には、アプリ又は窓口での発行履歴が必要です" => ApplyAtCounter;
    PassportNotTheHolders = 2433, "passport-not-the-holders", Issuing, "the passport's date of birth or sex is not that of the card", "旅券の生年月日又は性別がカードと一致しません" => CheckPassport;
    PassportExpired = 2434, "passport-expired", Issuing, "the passport has expired", "旅券の有効期限が切れています" => CheckPassport;
    PassportMissing = 2435, "passport-missing", Issuing, "a certificate for overseas use needs passport data", "海外用の証明書には旅券情報が必要です" => CheckPassport;
    NothingToCertify = 2436, "nothing-to-certify", Issuing, "the record holds no dose that can be certified", "証明できる接種記録がありません" => AskCounter;
    SubjectDeceased = 2437, "subject-deceased", Issuing, "the person is recorded as deceased", "死亡の記録がある人の申請です" => AskCounter;
    AttestationIncomplete = 2440, "attestation-incomplete", Issuing, "the documents checked do not prove the identity, or not the right to act for the person", "確認した書類では本人確認又は代理権の確認が足りません" => CheckDocuments;
    SamePerson = 2441, "same-person", Issuing, "whoever entered an application cannot approve it", "入力者は承認できません" => OtherApprover;
    ApplicationUnknown = 2442, "application-unknown", Issuing, "there is no such application waiting", "該当する審査待ちの申請がありません" => FixInput;
    DoubtNotSettled = 2443, "doubt-not-settled", Issuing, "the record and the identity differ in a way that the approver must confirm", "記録と本人確認情報の相違について承認者の確認が必要です" => SettleDoubt;
    CertificateUnknown = 2445, "certificate-unknown", Issuing, "no certificate of this ID was issued here", "この証明書IDの発行記録がありません" => FixInput;
    AlreadyRevoked = 2446, "already-revoked", Issuing, "the certificate is revoked already", "この証明書は既に失効しています" => FixInput;
    WarningNotAcknowledged = 2447, "warning-not-acknowledged", Issuing, "there is a warning about the person that the approver must acknowledge", "この人についての注意事項を承認者が確認していません" => HeedWarning;
    RequestReused = 2620, "request-reused", Issuing, "the key of the request was used for another request", "この要求キーは別の要求で使用されています" => ApplyAgain;
    // Bad input: the issuing side's ledger
    LedgerUnavailable = 2500, "ledger-unavailable", Ledger, "the database of the ledger cannot be opened or reached", "台帳のデータベースを開けないか、接続できません" => CheckDatabase;
    LedgerBusy = 2501, "ledger-busy", Ledger, "the ledger was in use by others for too long", "台帳が使用中のため、処理できませんでした" => WaitAndRetry;
    LedgerVersionUnsupported = 2502, "ledger-version-unsupported", Ledger, "the ledger was written by a newer version of this software", "台帳が新しい版のソフトウェアで作成されています" => UpdateSoftware;
    LedgerCorrupt = 2503, "ledger-corrupt", Ledger, "the ledger holds what was never written there", "台帳に正しくないデータがあります" => RestoreBackup;
    LedgerDuplicate = 2504, "ledger-duplicate", Ledger, "the ledger has an entry of this identifier already", "同じ識別子の記載が台帳に既にあります" => FixInput;
    LedgerNotSeparated = 2505, "ledger-not-separated", Ledger, "the database role could pass over the separation of municipalities", "データベースのロールに自治体間の分離を回避できる権限があります" => CheckDatabase;
    LedgerNotFound = 2506, "ledger-not-found", Ledger, "the ledger of the municipality has no such entry", "この自治体の台帳に該当する記載がありません" => FixInput;
    LedgerInvalidValue = 2507, "ledger-invalid-value", Ledger, "a field holds a value that the ledger does not take", "台帳に記載できない値があります" => FixInput;
    // Bad input: the master key
    MasterKeyUnavailable = 2510, "master-key-unavailable", MasterKey, "the file of the master key cannot be read or written", "マスター鍵のファイルを読み書きできません" => FixInput;
    MasterKeyMalformed = 2511, "master-key-malformed", MasterKey, "the file holds no master key", "マスター鍵のファイルではありません" => FixInput;
    MasterKeyExposed = 2512, "master-key-exposed", MasterKey, "others than its owner may read the file of the master key", "マスター鍵のファイルを所有者以外が読み取れます" => ProtectKeyFile;
    MasterKeySealed = 2514, "master-key-sealed", MasterKey, "a device sealed the file of the master key, and none was given to open it", "マスター鍵のファイルは装置で暗号化されていますが、その装置が指定されていません" => FixInput;
    SealBroken = 2513, "seal-broken", MasterKey, "sealed data does not open: it was changed, or another master key sealed it", "暗号化されたデータを復号できません。改変されたか、別のマスター鍵によるものです" => CheckMasterKey;
    // Bad input: the audit log
    AuditEntryChanged = 2520, "audit-entry-changed", Audit, "an entry of the audit log was changed after it was written", "監査ログの記録が書込み後に変更されています" => Investigate;
    AuditEntryMissing = 2521, "audit-entry-missing", Audit, "an entry of the audit log was removed, or entries change places", "監査ログの記録が削除されたか、順序が変わっています" => Investigate;
    AuditCutOff = 2522, "audit-cut-off", Audit, "the audit log ends before a head that was signed", "監査ログが、署名された末尾より前で途切れています" => Investigate;
    AuditHeadMismatch = 2523, "audit-head-mismatch", Audit, "the audit log is not the one whose head was signed", "監査ログが、署名された末尾と一致しません" => Investigate;
    AuditHeadMalformed = 2524, "audit-head-malformed", Audit, "the file is no signed head of an audit log", "監査ログの署名付き末尾のファイルではありません" => FixInput;
    AuditHeadSignature = 2525, "audit-head-signature", Audit, "the head of the audit log was not signed by the key that is named", "監査ログの末尾の署名が、指定された鍵のものではありません" => Investigate;
    // Bad input: backups
    BackupMalformed = 2530, "backup-malformed", Backup, "the file is no backup of a ledger, or not the whole of one", "台帳のバックアップではないか、途中で切れています" => OtherBackup;
    BackupChanged = 2531, "backup-changed", Backup, "the backup was changed, or another master key belongs to it", "バックアップが改変されたか、別のマスター鍵のものです" => OtherBackup;
    BackupTargetNotEmpty = 2532, "backup-target-not-empty", Backup, "the municipality has a ledger already", "この自治体の台帳が既にあります" => RestoreElsewhere;
    JournalUnavailable = 2533, "journal-unavailable", Backup, "the journal of erasures and revocations cannot be read or written", "消去・失効の記録簿を読み書きできません" => CheckDatabase;
    JournalChanged = 2534, "journal-changed", Backup, "the journal of erasures and revocations was changed, or lacks lines", "消去・失効の記録簿が改変されたか、欠けています" => Investigate;
    // Accounts of staff and their sessions
    AccountNotActive = 2660, "account-not-active", Staff, "there is no such account of staff, or it was revoked", "該当する担当者アカウントがないか、失効しています" => AskAdministrator;
    RoleMissing = 2661, "role-missing", Staff, "the account has no role that may do this", "このアカウントにはこの操作の権限がありません" => AskAdministrator;
    LoginRefused = 2662, "login-refused", Staff, "the account or the password is not right", "アカウント又はパスワードが正しくありません" => LogInAgain;
    LoginDelayed = 2663, "login-delayed", Staff, "too many logins failed; the account waits", "ログインの失敗が続いたため、しばらくログインできません" => WaitAndRetry;
    SessionEnded = 2664, "session-ended", Staff, "there is no such session of staff, or it has ended", "セッションがないか、終了しています" => LogInAgain;
    PasswordNotAllowed = 2665, "password-not-allowed", Staff, "the password is too short, too long, too simple, or the one before", "パスワードが短すぎるか、長すぎるか、単純すぎるか、直前と同じです" => ChoosePassword;
    PasswordToChange = 2666, "password-to-change", Staff, "the password is one that another person chose, and is to be changed first", "他者が設定したパスワードです。先に変更してください" => ChoosePassword;
    OwnRights = 2667, "own-rights", Staff, "nobody changes the rights of their own account", "自分のアカウントの権限は変更できません" => AskAdministrator;
    // Bad input: the issuing service
    ServiceSettingsMalformed = 2600, "service-settings-malformed", Service, "the settings of the service are not well-formed", "サービスの設定の形式が正しくありません" => FixInput;
    ServiceSettingsInvalidValue = 2601, "service-settings-invalid-value", Service, "a value of the settings of the service is not allowed", "サービスの設定の値が正しくありません" => FixInput;
    ServiceCredentials = 2602, "service-credentials", Service, "the certificate or key of the service cannot be used", "サービスの電子証明書又は鍵を使用できません" => FixInput;
    RouteUnknown = 2603, "route-unknown", Service, "nothing is served under this path", "このパスでは何も提供していません" => FixInput;
    MethodNotAllowed = 2604, "method-not-allowed", Service, "the path is not served by this method", "このパスではこのメソッドを使用できません" => FixInput;
    BodyMalformed = 2605, "body-malformed", Service, "the request is not of the documented form", "リクエストの形式が正しくありません" => FixInput;
    BodyTooLarge = 2606, "body-too-large", Service, "the request is larger than is allowed", "リクエストが大きすぎます" => FixInput;
    MediaTypeUnsupported = 2607, "media-type-unsupported", Service, "the request is not of the media type that is taken", "リクエストのメディアタイプに対応していません" => FixInput;
    TooManyRequests = 2608, "too-many-requests", Service, "there were too many requests in a short time", "短時間にリクエストが多すぎます" => WaitAndRetry;
    Overloaded = 2609, "overloaded", Service, "the service has too much to do at present", "サービスが混雑しています" => WaitAndRetry;
    TookTooLong = 2610, "took-too-long", Service, "the request was not dealt with in time", "時間内に処理できませんでした" => WaitAndRetry;
    ClientUnknown = 2611, "client-unknown", Service, "the request does not prove to come from a client that is registered", "登録されたクライアントからのリクエストであることを確認できません" => RegisterClient;
    AccessDenied = 2612, "access-denied", Service, "whoever sent the request may not do this", "この操作を行う権限がありません" => RegisterClient;
    MunicipalityNotServed = 2613, "municipality-not-served", Service, "this service does not work for the municipality", "この自治体はこのサービスの対象ではありません" => ApplyElsewhere;
    RequestKeyInvalid = 2621, "request-key-invalid", Service, "the request has no key by which it could be sent again, or one of another form", "リクエストに再送用のキーがないか、形式が正しくありません" => FixInput;
    TokenMalformed = 2622, "token-malformed", Service, "the client's token is not of the documented form", "クライアントのトークンの形式が正しくありません" => FixInput;
    TokenSignature = 2623, "token-signature", Service, "the client's registered key did not sign the token", "トークンの署名が、登録されたクライアントの鍵のものではありません" => RegisterClient;
    TokenNotInTime = 2624, "token-not-in-time", Service, "the client's token does not hold at this time", "トークンの有効期間外です" => ApplyAgain;
    TokenOtherRequest = 2625, "token-other-request", Service, "the client's token was made for another request", "別のリクエストのために作成されたトークンです" => FixInput;
    TokenUsed = 2626, "token-used", Service, "the client's token was used before", "使用済みのトークンです" => ApplyAgain;
    AttestationRefused = 2627, "attestation-refused", Service, "the platform does not attest that the registered app sent the request", "登録されたアプリからのリクエストであることをプラットフォームが証明していません" => RegisterClient;
    SealedMalformed = 2630, "sealed-malformed", Service, "the sealed message is not of the documented form", "封緘されたデータの形式が正しくありません" => FixInput;
    SealedNotOpened = 2631, "sealed-not-opened", Service, "the sealed message was changed, or sealed for another recipient", "封緘されたデータが改変されたか、別の宛先のものです" => FixInput;
    SealedAnswerInvalid = 2632, "sealed-answer-invalid", Service, "the answer was not signed by the municipality's key, or is for another request", "回答の署名が自治体の鍵のものではないか、別のリクエストへの回答です" => ApplyAgain;
    RelayUnavailable = 2633, "relay-unavailable", Service, "the municipality's issuing service cannot be reached", "自治体の発行サービスに接続できません" => WaitAndRetry;

    // Misuse and internal
    ApiMisuse = 3000, "api-misuse", Misuse, "the interface was used against its documentation", "インターフェースの使い方が正しくありません" => Report;
    // Misuse of the C library's interface
    BufferTooSmall = 3001, "buffer-too-small", Misuse, "the buffer is shorter than what is to be written there", "書込み先の領域が足りません" => CorrectCall;
    NullArgument = 3002, "null-argument", Misuse, "a pointer that must not be NULL is NULL", "NULLにできない引数がNULLです" => CorrectCall;
    InvalidArgument = 3003, "invalid-argument", Misuse, "an argument has a value it must not have", "引数の値が正しくありません" => CorrectCall;
    NotAvailable = 3004, "not-available", Misuse, "what was asked for does not exist here", "要求された値はありません" => CorrectCall;
    WrongOrder = 3005, "wrong-order", Misuse, "the call does not belong here in the order of calls", "呼び出しの順序が正しくありません" => CorrectCall;
    }
    #[cfg(all())] #[cfg(any())] {
    InternalError = 9000, "internal-error", Internal, "a fault of this library", "ソフトウェアの内部エラーです" => Report;
    }
    // No table with the rows of `outcomes` has this one; its number and name are taken all the same.
    #[cfg(not(feature = "outcomes"))] #[cfg(any())] {
    Untold = 9002, "untold", Internal, "this build does not tell what is wrong", "このビルドでは詳細を判別できません" => Report;
    }
    #[cfg(feature = "outcomes")] #[cfg(not(feature = "outcomes"))] {
    InternalPanic = 9001, "internal-panic", Internal, "a fault of this library, stopped at its border", "ソフトウェアの内部エラーが発生し、処理を中止しました" => Report;
    }
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
    RefreshTrust, "Fetch the current trust data and try again; until then, do not accept.", "最新の信頼情報を取得し、もう一度実行してください。それまでは受け入れないでください。";
    KeepBundle, "Keep the trust bundle in use; fetch the current one again from its publisher.", "使用中の信頼バンドルを使い続け、最新のものを配布元から取得し直してください。";
    UpdateSoftware, "Update this software.", "ソフトウェアを更新してください。";
    RevokedAskForNew, "Do not accept. The holder can ask the issuer for a new certificate.", "受け入れないでください。所持者は発行者に新しい証明書の発行を求めることができます。";
    AskIssuer, "Do not accept yet. Ask the issuer, or look it up in the issuer's exact list: filters are wrong once in a while.", "まだ受け入れないでください。フィルターはまれに誤るため、発行者に照会するか、正確な失効リストで確認してください。";
    AskForNew, "Ask for a newly issued certificate.", "新しく発行された証明書の提示を求めてください。";
    CheckClock, "Check the date and time of this device, then verify again.", "端末の日時を確認し、もう一度検証してください。";
    DistrustList, "Do not use the list; fetch it again from its publisher, and check the signer's key with them.", "このリストを使用しないでください。発行元から取得し直し、署名者の鍵を確認してください。";
    CorrectCall, "Correct the program: the header says what each call takes and when.", "プログラムを修正してください。各関数の引数と順序はヘッダーに記載されています。";
    FixInput, "Correct the input that is named and try again.", "示された入力を修正し、もう一度実行してください。";
    RemoveNumber, "Remove the individual number from the record: it never belongs into a certificate.", "接種記録から個人番号を取り除いてください。証明書に含めることはできません。";
    UpdateCatalogue, "Update the vaccine catalogue, or choose a profile that needs no code.", "ワクチン一覧を更新するか、コードを必要としない様式を選んでください。";
    LookUpProduct, "Update this software's catalogue, or look the product up in WHO's list of prequalified vaccines; until then, treat the certificate as unverified.", "ソフトウェアのワクチン一覧を更新するか、WHO事前認証ワクチンの一覧で製品を確認してください。それまでは未確認として扱ってください。";
    OpenLinkYourself, "Ask for the certificate itself. A genuine link says nothing of what stands behind it.", "証明書そのものの提示を求めてください。リンクが真正でも、リンク先の内容は確認できません。";
    ShortenOrRenew, "Choose a shorter validity, or a signer certificate that covers it.", "有効期間を短くするか、その期間を満たす署名者の電子証明書を使用してください。";
    OtherSigner, "Use a signer certificate that is valid now and allows this kind of content.", "現在有効で、この種類の証明書に使用できる署名者の電子証明書を使用してください。";
    SplitCertificate, "Certify fewer doses in one certificate, or issue several certificates.", "一枚に記載する接種回数を減らすか、複数の証明書に分けて発行してください。";
    CheckToken, "Check that the token is connected and its module is installed, then try again.", "トークンの接続とモジュールの導入を確認し、もう一度実行してください。";
    NarrowUri, "Name the token or key in more detail: serial, slot-id or id.", "serial、slot-id又はidを指定し、トークン又は鍵を一つに絞ってください。";
    CheckTokenPin, "Make sure of the PIN before trying again; a token locks after a few wrong ones.", "PINを確認してからもう一度実行してください。数回間違えるとトークンがロックされます。";
    UnlockToken, "Log in with the token's own tool, or let its security officer reset the PIN.", "トークン付属のツールでログインするか、管理者がPINを初期化してください。";
    TryAgain, "Try again; if it fails again, check the key or its device.", "もう一度実行してください。続く場合は鍵又は装置を確認してください。";
    ReadCardAgain, "Read the card again; if it fails again, do not accept it.", "カードをもう一度読み取ってください。続く場合は受け入れないでください。";
    SuspiciousCard, "Do not accept. No genuine card holds such data.", "受け入れないでください。真正なカードのデータではありません。";
    ForgedCard, "Do not accept. The data was changed after it was signed, or never signed by a municipality.", "受け入れないでください。署名の後に変更されたか、市区町村の署名がないデータです。";
    UpdateAuthorities, "Check the list of card authorities; if the authority is still unknown, do not accept.", "カードの認証局の一覧を確認してください。それでも不明な場合は受け入れないでください。";
    ProductionCard, "Use a real card. Test cards are accepted only where a test says so.", "本番用のカードを使用してください。テスト用のカードは試験環境でのみ受け入れられます。";
    PlaceCardAgain, "Place the card on the reader again and leave it there.", "カードを読取装置に置き直し、そのままにしてください。";
    PlaceOtherCard, "Place an Individual Number Card on the reader.", "マイナンバーカードを読取装置に置いてください。";
    EnterPinAgain, "Check the PIN and enter it again; after three wrong ones it is blocked.", "暗証番号を確認して入力し直してください。3回間違えるとロックされます。";
    UnblockPin, "The holder's municipality can reset it.", "住所地の市区町村の窓口で初期化できます。";
    ConfirmLastTry, "Let the holder make sure of the PIN and say that the last try shall be used.", "暗証番号を確かめたうえで、最後の1回を使うことを本人に確認してください。";
    OtherDocument, "Ask for a passport or an identity card with machine-readable lines.", "機械読取領域のある旅券又は身分証明書の提示を求めてください。";
    ApplyElsewhere, "Apply to the municipality that the application is for.", "正しい自治体に申請してください。";
    ApplyAtCounter, "Apply at the municipality's counter.", "市区町村の窓口で申請してください。";
    ApplyLater, "Apply when the municipality takes such applications, or at its counter.", "受付期間中に申請するか、市区町村の窓口で申請してください。";
    ApplyAgain, "Begin the application anew.", "最初から申請をやり直してください。";
    ConsentAgain, "Read the terms in force, consent to them, and apply anew.", "現行の利用規約に同意のうえ、申請をやり直してください。";
    AskCounter, "Ask at the counter of the municipality that gave the vaccination voucher.", "接種券を発行した市区町村の窓口に問い合わせてください。";
    CheckPassport, "Use the applicant's own passport, valid today, and read it again.", "申請者本人の有効な旅券を読み取り直してください。";
    CheckDocuments, "Check one document with a photograph or two without, and for an agent the proof of the right to act.", "顔写真付きの書類1点又は顔写真のない書類2点、代理人の場合は代理権を証する書類を確認してください。";
    OtherApprover, "Let a person approve who did not enter the application.", "入力者以外の担当者が承認してください。";
    SettleDoubt, "Compare the fields that are named with the documents, and confirm each, or reject the application.", "示された項目を書類と照合し、確認済みとするか、申請を却下してください。";
    HeedWarning, "Read the warnings about the person, act on them, and acknowledge each, or reject the application.", "この人についての注意事項に従って対応し、確認済みとするか、申請を却下してください。";
    AskAdministrator, "Ask whoever administers the accounts.", "アカウントの管理者に問い合わせてください。";
    LogInAgain, "Log in again.", "もう一度ログインしてください。";
    ChoosePassword, "Choose a password of twelve characters or more that nobody else knows.", "他者の知らない12文字以上のパスワードを設定してください。";
    CheckDatabase, "Check that the database and its folder are there and may be used by this program.", "データベースとそのフォルダーがあり、このプログラムから使用できることを確認してください。";
    RegisterClient, "Have the service's operator register the client and what it may do.", "サービスの運用者にクライアントと権限の登録を依頼してください。";
    WaitAndRetry, "Wait a moment and try again.", "しばらくしてからもう一度実行してください。";
    RestoreBackup, "Stop using the ledger, keep a copy of it, and restore the last backup.", "台帳の使用を中止して写しを保管し、直近のバックアップから復元してください。";
    ProtectKeyFile, "Take the right to read it from everyone but its owner (chmod 600), and consider who may have read it.", "所有者以外の読取り権限を外し（chmod 600）、既に読み取られた可能性を検討してください。";
    CheckMasterKey, "Check that it is the master key of this ledger.", "この台帳のマスター鍵であることを確認してください。";
    Investigate, "Keep a copy as it is, and find out who had access since the last signed head that still agrees.", "現状の写しを保管し、一致する最後の署名付き末尾以降に誰がアクセスしたかを調査してください。";
    OtherBackup, "Use another backup, or the master key that belongs to it.", "別のバックアップ又は対応するマスター鍵を使用してください。";
    RestoreElsewhere, "Restore into a folder or database without a ledger of this municipality.", "この自治体の台帳がないフォルダー又はデータベースに復元してください。";
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

    /// Of builds without the feature `outcomes`, in which these tests do not run.
    #[test]
    fn the_row_of_small_builds_is_reserved() {
        for code in Code::ALL {
            assert!(code.number() != 9002 && code.name() != "untold", "{code:?}");
        }
    }

    #[test]
    fn numbers_are_in_the_range_of_their_meaning() {
        for code in Code::ALL {
            let range = match code.stage() {
                Stage::Misuse => 3000..4000,
                Stage::Internal => 9000..10_000,
                Stage::Trust
                | Stage::Key
                | Stage::Record
                | Stage::Profile
                | Stage::Issue
                | Stage::Application
                | Stage::Import
                | Stage::Settings
                | Stage::Issuing
                | Stage::Ledger
                | Stage::MasterKey
                | Stage::Audit
                | Stage::Backup
                | Stage::Service
                | Stage::Staff => 2000..3000,
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
