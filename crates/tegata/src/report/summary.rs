//! Who, what and when, for a person, from a content of any profile that is known.

use core::fmt;
use std::borrow::Cow;

use super::Language;
use crate::codec::cbor::Item;
use crate::format::dcc::{self, Dcc, Entry, Strictness};
use crate::format::dvc::Dvc;
use crate::format::{ddcc, dvc, health_link, jp};
use crate::model::catalogue::Catalogue;
use crate::model::{Dose, Kind, Name, Personal, RecordFields};

macro_rules! labels {
    ($($variant:ident = $english:literal, $japanese:literal;)*) => {
        /// What a line of a summary is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Label { $(#[doc = $english] $variant,)* }

        impl Label {
            /// The label as text.
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

labels! {
    Kind = "Certificate", "証明書の種類";
    Name = "Name", "氏名";
    Kana = "Name in kana", "フリガナ";
    Romanised = "Name in Latin", "ローマ字氏名";
    FormerSurname = "Former surname", "旧姓";
    OtherSurname = "Other surname", "別姓";
    Alias = "Alias", "別名";
    BirthDate = "Date of birth", "生年月日";
    Sex = "Sex", "性別";
    Guardian = "Parent or guardian", "保護者";
    Nationality = "Nationality", "国籍・地域";
    PassportNumber = "Passport No.", "旅券番号";
    Document = "Identity document", "本人確認書類";
    Vaccination = "Vaccination", "予防接種";
    ValidFrom = "Valid from", "有効開始日";
    ValidUntil = "Valid until", "有効期限";
    Test = "Test", "検査";
    Recovery = "Recovery", "回復";
    Issuer = "Issued by", "発行者";
    CertificateId = "Certificate ID", "証明書ID";
    IssueDate = "Date of issue", "証明書発行年月日";
    Clinician = "Clinician", "接種担当者";
    HealthLink = "Link (not followed)", "リンク(参照しません)";
}

/// One line: a label and personal data.
#[derive(Clone)]
pub struct Line {
    label: Label,
    value: Personal<String>,
}

impl Line {
    /// The label in a language.
    #[must_use]
    pub const fn label(&self, language: Language) -> &'static str {
        self.label.text(language)
    }

    /// What the line is about.
    #[must_use]
    pub const fn about(&self) -> Label {
        self.label
    }

    /// The value. It comes from the certificate: control characters are the caller's to escape.
    #[must_use]
    pub fn value(&self) -> &str {
        self.value.expose()
    }
}

/// Shows the label, never the value.
impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line({:?})", self.label)
    }
}

/// The lines that tell a person whose certificate it is and what it certifies.
#[derive(Clone, Debug)]
pub struct Summary {
    lines: Vec<Line>,
}

impl Summary {
    /// The summary of a content; `None` for a profile that is not known, or content that is not
    /// well-formed.
    pub(crate) fn of(key: i64, content: Item<'_>, language: Language) -> Option<Self> {
        let mut summary = Self { lines: Vec::new() };
        match key {
            dcc::HCERT_KEY => summary.dcc(&dcc::check(content, Strictness::Lenient, None).ok()?, language),
            jp::HCERT_KEY => {
                let jp = jp::decode(content).ok()?;
                summary.jp(jp.record.fields(), language);
                summary.add(Label::IssueDate, jp.issue_date.to_string());
            }
            // What the catalogue does not know is shown all the same.
            dvc::HCERT_KEY => summary.dvc(&dvc::read(content).ok()?, language),
            ddcc::VACCINATION_KEY => summary.ddcc(&ddcc::check(key, content).ok()?, Label::Vaccination),
            ddcc::TEST_KEY => summary.ddcc(&ddcc::check(key, content).ok()?, Label::Test),
            health_link::HCERT_KEY => {
                for link in health_link::links(content).ok()? {
                    summary.add(Label::HealthLink, link);
                }
            }
            _ => return None,
        }
        Some(summary)
    }

    /// The lines, in the order to show them.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    fn add(&mut self, label: Label, value: impl Into<String>) {
        let value = value.into();
        if !value.is_empty() {
            self.lines.push(Line { label, value: Personal::new(value) });
        }
    }

    fn jp(&mut self, record: &RecordFields, language: Language) {
        let kind = match (record.kind, language) {
            (Kind::Domestic, Language::English) => "for use in Japan",
            (Kind::Domestic, Language::Japanese) => "国内用",
            (Kind::Overseas, Language::English) => "for use abroad",
            (Kind::Overseas, Language::Japanese) => "海外用",
        };
        self.add(Label::Kind, kind);
        self.add(Label::Name, full_name(&record.name.registered));
        for (label, name) in [(Label::Kana, &record.name.kana), (Label::Romanised, &record.name.romanised)] {
            self.add(label, name.as_ref().map(full_name).unwrap_or_default());
        }
        for (label, name) in [
            (Label::FormerSurname, &record.former_surname),
            (Label::OtherSurname, &record.other_surname),
            (Label::Alias, &record.alias),
        ] {
            self.add(label, name.as_ref().map(|name| name.expose().clone()).unwrap_or_default());
        }
        self.add(Label::BirthDate, record.birth_date.expose().to_text());
        self.add(Label::Nationality, record.nationality.as_ref().map_or("", |code| code.expose().alpha3()));
        self.add(Label::PassportNumber, record.passport_number.as_ref().map_or("", |number| number.expose().as_str()));
        for dose in &record.doses {
            self.add(Label::Vaccination, dose_line(dose, language));
        }
        self.add(Label::Issuer, record.issuer.as_str());
        self.add(Label::CertificateId, record.certificate_id.as_deref().unwrap_or_default());
    }

    fn dvc(&mut self, dvc: &Dvc<'_>, language: Language) {
        let text = |text: &Option<Cow<'_, str>>| text.as_deref().unwrap_or_default().to_owned();
        self.add(Label::Name, dvc.name.as_ref());
        self.add(Label::BirthDate, dvc.birth_date.as_ref());
        self.add(Label::Sex, text(&dvc.sex));
        self.add(Label::Nationality, text(&dvc.nationality));
        let document = [&dvc.document_type, &dvc.document_number].into_iter().flatten().map(AsRef::as_ref);
        self.add(Label::Document, document.collect::<Vec<_>>().join(" "));
        self.add(Label::Guardian, text(&dvc.guardian));
        let dose = &dvc.dose;
        let product = dose.product.map_or_else(
            || dose.product_code.to_string(),
            |product| {
                let vaccine = local(&product.vaccine_type.name, language);
                let named: Vec<_> = [product.name, product.maker].into_iter().flatten().collect();
                if named.is_empty() { vaccine } else { format!("{vaccine}  {}", named.join(", ")) }
            },
        );
        let lot = match language {
            Language::English => "lot",
            Language::Japanese => "製造番号",
        };
        self.add(Label::Vaccination, format!("{}  {product}  {lot} {}", dose.date, dose.batch));
        for (label, date) in [(Label::ValidFrom, dose.valid_from), (Label::ValidUntil, dose.valid_until)] {
            self.add(label, date.map(|date| date.to_string()).unwrap_or_default());
        }
        self.add(Label::Clinician, text(&dose.clinician));
        self.add(Label::Issuer, text(&dose.issuer));
        self.add(Label::IssueDate, dvc.issue_date.map(|date| date.to_string()).unwrap_or_default());
    }

    fn ddcc(&mut self, ddcc: &ddcc::Ddcc<'_>, event: Label) {
        let text = |text: &Option<Cow<'_, str>>| text.as_deref().unwrap_or_default().to_owned();
        self.add(Label::Name, ddcc.name.as_ref());
        self.add(Label::BirthDate, text(&ddcc.birth_date));
        self.add(Label::Document, text(&ddcc.identifier));
        let number = match (ddcc.dose, ddcc.total_doses) {
            (Some(dose), Some(total)) => format!("{dose}/{total}"),
            (Some(dose), None) => format!("#{dose}"),
            (None, _) => String::new(),
        };
        let parts = [
            text(&ddcc.date),
            number,
            ddcc.what.to_string(),
            text(&ddcc.disease),
            text(&ddcc.lot),
            text(&ddcc.country),
        ];
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        self.add(event, parts.join("  "));
        self.add(Label::CertificateId, text(&ddcc.certificate_id));
    }

    fn dcc(&mut self, certificate: &Dcc<'_>, language: Language) {
        let name = &certificate.name;
        let join = |parts: [&Option<Cow<'_, str>>; 2]| {
            let parts: Vec<_> = parts.into_iter().flatten().map(|part| part.replace('<', " ")).collect();
            parts.join(" ").trim().to_owned()
        };
        let written = join([&name.surname, &name.given]);
        let transliterated = join([&name.surname_transliterated, &name.given_transliterated]);
        self.add(Label::Name, if written.is_empty() { transliterated.clone() } else { written });
        self.add(Label::Romanised, transliterated);
        self.add(Label::BirthDate, certificate.birth_date.as_ref());
        let catalogue = Catalogue::builtin();
        let disease = |code: &str| {
            catalogue.disease_by_snomed(code).map_or(code.to_owned(), |disease| local(&disease.name, language))
        };
        let issuer = match &certificate.entry {
            Entry::Vaccination(entry) => {
                let product = catalogue
                    .product_by_eu_code(&entry.product)
                    .map_or(entry.product.to_string(), |product| local(&product.name, language));
                let value = format!(
                    "{}  {}/{}  {product}  {}  {}",
                    entry.date,
                    entry.dose_number,
                    entry.series_doses,
                    disease(&entry.disease),
                    entry.country
                );
                self.add(Label::Vaccination, value);
                &entry.issuer
            }
            Entry::Test(entry) => {
                let result = match (&*entry.result, language) {
                    // The value set of the EU: SNOMED CT.
                    ("260373001", Language::English) => "DETECTED (positive)",
                    ("260373001", Language::Japanese) => "陽性",
                    ("260415000", Language::English) => "not detected (negative)",
                    ("260415000", Language::Japanese) => "陰性",
                    (code, _) => code,
                };
                let value =
                    format!("{}  {result}  {}  {}", entry.sample_collected, disease(&entry.disease), entry.country);
                self.add(Label::Test, value);
                &entry.issuer
            }
            Entry::Recovery(entry) => {
                let value = format!(
                    "{} – {}  {}  {}",
                    entry.valid_from,
                    entry.valid_until,
                    disease(&entry.disease),
                    entry.country
                );
                self.add(Label::Recovery, value);
                &entry.issuer
            }
        };
        self.add(Label::Issuer, issuer.as_ref());
        self.add(Label::CertificateId, certificate.entry.certificate_id());
    }
}

fn full_name(name: &Name) -> String {
    name.parts().collect::<Vec<_>>().join(" ")
}

fn local(name: &crate::model::catalogue::LocalName, language: Language) -> String {
    match language {
        Language::English => name.english.to_owned(),
        Language::Japanese => name.japanese.to_owned(),
    }
}

/// Everything a dose says, its parts two spaces apart as in the other lines of several parts.
fn dose_line(dose: &Dose, language: Language) -> String {
    let number = match (dose.series, language) {
        (Some(series), _) => format!("{}/{series}", dose.number),
        (None, Language::English) => format!("#{}", dose.number),
        (None, Language::Japanese) => format!("{}回目", dose.number),
    };
    let disease = Catalogue::builtin()
        .disease_by_icd11(&dose.disease)
        .map_or(dose.disease.clone(), |disease| local(&disease.name, language));
    let product = match language {
        Language::English => format!("{} ({})", dose.product, dose.manufacturer),
        Language::Japanese => format!("{}（{}）", dose.product, dose.manufacturer),
    };
    format!(
        "{}  {number}  {product}  {}  {disease}  {} {}  {}",
        dose.date,
        dose.vaccine_kind,
        match language {
            Language::English => "lot",
            Language::Japanese => "製造番号",
        },
        dose.lot,
        dose.country.alpha3()
    )
}
