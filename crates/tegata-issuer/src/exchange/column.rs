//! The columns of a file.

macro_rules! columns {
    ($($(#[$doc:meta])* $variant:ident = $header:literal, $rule:ident;)*) => {
        /// A column, named in the first row of a file as [`Column::header`] says.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Column { $($(#[$doc])* $variant,)* }

        impl Column {
            /// Every column, in the order of an export.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in the first row.
            #[must_use]
            pub const fn header(self) -> &'static str {
                match self { $(Self::$variant => $header,)* }
            }

            /// Whether a file must have it. What protects people must not be lost with a column that is left out.
            #[must_use]
            pub const fn is_required(self) -> bool {
                match self { $(Self::$variant => matches!(Rule::$rule, Rule::Required),)* }
            }
        }
    };
}

enum Rule {
    Required,
    Optional,
}

columns! {
    /// The individual number: read from an import, never written.
    IndividualNumber = "個人番号", Optional;
    /// The internal number.
    InternalNumber = "宛名番号", Required;
    /// The municipality's code, six digits; every row has that of the municipality that imports.
    Municipality = "自治体コード", Required;
    /// The voucher number, ten digits.
    Voucher = "接種券番号", Required;
    /// The name as registered.
    Name = "氏名", Required;
    /// The name in kana.
    Kana = "フリガナ", Optional;
    /// The date of birth.
    BirthDate = "生年月日", Required;
    /// The sex: 男, 女, その他 or 不明, or the digit of JIS X 0303.
    Sex = "性別", Required;
    /// The address.
    Address = "住所", Required;
    /// 実施 or 未実施.
    Status = "接種状況", Required;
    /// Which dose, from 1.
    DoseNumber = "接種回", Required;
    /// The day of the dose.
    DoseDate = "接種日", Required;
    /// The disease, an ICD-11 code; may be empty where the vaccine catalogue knows it from the product, or nothing was given.
    Disease = "疾病コード", Optional;
    /// The kind of vaccine.
    VaccineKind = "ワクチン種類", Required;
    /// The manufacturer.
    Manufacturer = "メーカー", Required;
    /// The product.
    Product = "製品名", Required;
    /// The lot number.
    Lot = "ロット番号", Required;
    /// The country the dose was given in, ISO 3166-1 alpha-3; empty means Japan.
    Country = "接種国", Optional;
    /// The venue.
    Venue = "接種場所", Optional;
    /// The doctor's name.
    Doctor = "医師名", Optional;
    /// 1 for a person who moved out; 0 or empty otherwise.
    MovedOut = "転出フラグ", Required;
    /// 1 for a person who died; 0 or empty otherwise.
    Deceased = "死亡フラグ", Required;
    /// 1 for a person under protection measures; 0 or empty otherwise.
    Protected = "支援措置フラグ", Required;
    /// The ID of a certificate that was issued.
    CertificateId = "証明書ID", Optional;
    /// The day it was issued.
    IssueDate = "証明書発行年月日", Optional;
    /// The romanised name it was issued with: `SURNAME, GIVEN`, or two words.
    Romanised = "ローマ字氏名", Optional;
    /// The nationality it was issued with, three letters.
    Nationality = "国籍", Optional;
    /// The passport number it was issued with.
    PassportNumber = "旅券番号", Optional;
    /// The former surname it was issued with.
    FormerSurname = "旧姓", Optional;
    /// Another surname it was issued with.
    OtherSurname = "別姓", Optional;
    /// The alias it was issued with.
    Alias = "別名", Optional;
}
