//! What stands on the paper, taken from the signed content alone.

use tegata::Claims;
use tegata::codec::cbor::Item;
use tegata::format::dcc::{self, Dcc, Entry, Strictness, Vaccination};
use tegata::format::dvc::{self, Dvc, DvcProducts};
use tegata::format::jp;
use tegata::model::catalogue::{Catalogue, LocalName};
use tegata::model::{
    CountryCode, Dose, EXAMPLE_RECORD, Kind, Name, Personal, Record, RecordFields, contains_individual_number,
};
use tegata::report::{Label, Language};
use tegata::time::{Date, Timestamp};

use super::PaperError;

/// Everything a paper says.
pub(super) struct Sheet {
    pub(super) title: Words,
    /// What the certificate is for, where its profile says that.
    pub(super) kind: Option<Kind>,
    pub(super) statement: Words,
    pub(super) holder: Vec<Field>,
    /// Whether there is a line for the holder's own hand, as on the yellow card.
    pub(super) signature: bool,
    pub(super) columns: &'static [Column],
    /// A row a dose, a value a column.
    pub(super) doses: Vec<Vec<Value>>,
    pub(super) issuing: Vec<Field>,
    pub(super) certificate_id: Option<String>,
    pub(super) issue_date: Option<Date>,
}

/// The same in two languages.
#[derive(Clone, Copy)]
pub(super) struct Words {
    pub(super) japanese: &'static str,
    pub(super) english: &'static str,
}

impl Words {
    /// Both languages in a line.
    pub(super) fn both(self) -> String {
        format!("{} / {}", self.japanese, self.english)
    }
}

/// A label and what stands beside it.
pub(super) struct Field {
    pub(super) label: Words,
    pub(super) value: Value,
}

/// A value as it was signed.
pub(super) struct Value {
    /// The path of the field.
    pub(super) field: String,
    pub(super) text: Personal<String>,
    /// The same in the other language, as the catalogue has it.
    pub(super) gloss: Option<&'static str>,
}

/// A column of the table of doses.
pub(super) struct Column {
    pub(super) words: Words,
    /// Its part of the page's width; those of a table are 100 together.
    pub(super) width: f32,
}

pub(super) const fn words(japanese: &'static str, english: &'static str) -> Words {
    Words { japanese, english }
}

const fn label(label: Label) -> Words {
    words(label.text(Language::Japanese), label.text(Language::English))
}

const fn column(japanese: &'static str, english: &'static str, width: f32) -> Column {
    Column { words: words(japanese, english), width }
}

impl Sheet {
    /// Reads the content of a certificate.
    pub(super) fn of(claims: &Claims, content: Item<'_>) -> Result<Self, PaperError> {
        let mut sheet = match claims.hcert_key() {
            Some(jp::HCERT_KEY) => Self::jp(&jp::decode(content).map_err(|_| PaperError::NotPrintable)?),
            Some(dcc::HCERT_KEY) => {
                let dcc = dcc::check(content, Strictness::Lenient, claims.issued_at());
                Self::dcc(&dcc.map_err(|_| PaperError::NotPrintable)?)?
            }
            Some(dvc::HCERT_KEY) => {
                Self::dvc(&dvc::check(content, claims.issued_at()).map_err(|_| PaperError::NotPrintable)?)
            }
            _ => return Err(PaperError::NotPrintable),
        };
        sheet.refuse_individual_numbers()?;
        if let (None, Some(issued_at)) = (sheet.issue_date, claims.issued_at()) {
            sheet.issue_date = Some(japan_time(issued_at).date());
            let place = sheet.issuing.len().min(1);
            sheet.issuing.insert(place, field(label(Label::IssueDate), "iat", moment(issued_at)));
        }
        if let Some(end) = claims.expires_at() {
            sheet.issuing.push(field(CODE_VALID_UNTIL, "exp", moment(end)));
        }
        Ok(sheet)
    }

    /// Every value with its label, in reading order.
    pub(super) fn values(&self) -> Vec<(&Value, Words)> {
        let mut values = of_fields(&self.holder);
        for dose in &self.doses {
            values.extend(dose.iter().zip(self.columns.iter().map(|column| column.words)));
        }
        values.extend(of_fields(&self.issuing));
        values
    }

    /// No record holds an individual number; a certificate of other hands could.
    fn refuse_individual_numbers(&self) -> Result<(), PaperError> {
        match self.values().into_iter().find(|(value, _)| contains_individual_number(value.text.expose())) {
            Some((value, _)) => Err(PaperError::IndividualNumber { field: value.field.clone() }),
            None => Ok(()),
        }
    }

    /// A certificate of nobody, with the words of our own that stand on every paper.
    pub(super) fn specimen() -> Result<Self, PaperError> {
        let record = Record::from_json(EXAMPLE_RECORD).map_err(|_| PaperError::Document)?;
        let issue_date = Date::new(2026, 4, 1).map_err(|_| PaperError::Document)?;
        Ok(Self::of_record(record.fields(), "SPECIMEN", issue_date))
    }

    fn jp(jp: &jp::Jp) -> Self {
        Self::of_record(jp.record.fields(), jp.certificate_id(), jp.issue_date)
    }

    fn of_record(record: &RecordFields, certificate_id: &str, issue_date: Date) -> Self {
        let certificate_id = certificate_id.to_owned();
        Self {
            title: TITLE,
            kind: Some(record.kind),
            statement: STATEMENT,
            holder: holder(record),
            signature: false,
            columns: JP_COLUMNS,
            doses: record.doses.iter().enumerate().map(|(index, dose)| jp_dose(index, dose)).collect(),
            issuing: vec![
                field(label(Label::CertificateId), "certificate_id", certificate_id.clone()),
                field(label(Label::IssueDate), "issue_date", issue_date.to_string()),
                field(label(Label::Issuer), "issuer", record.issuer.clone()),
            ],
            certificate_id: Some(certificate_id),
            issue_date: Some(issue_date),
        }
    }

    fn dcc(dcc: &Dcc<'_>) -> Result<Self, PaperError> {
        let Entry::Vaccination(dose) = &dcc.entry else { return Err(PaperError::NotPrintable) };
        let name = |parts: [&Option<_>; 2]| {
            let parts = parts.into_iter().flatten().map(|part: &std::borrow::Cow<'_, str>| part.replace('<', " "));
            parts.collect::<Vec<_>>().join(" ").trim().to_owned()
        };
        let mut fields = Fields(Vec::new());
        fields.add(Label::Name, "nam.fn", name([&dcc.name.surname, &dcc.name.given]));
        let transliterated = name([&dcc.name.surname_transliterated, &dcc.name.given_transliterated]);
        fields.add(Label::Romanised, "nam.fnt", transliterated);
        fields.add(Label::BirthDate, "dob", dcc.birth_date.to_string());
        let certificate_id = dose.certificate_id.to_string();
        Ok(Self {
            title: TITLE,
            kind: None,
            statement: DCC_STATEMENT,
            holder: fields.0,
            signature: false,
            columns: DCC_COLUMNS,
            doses: vec![dcc_dose(dose)],
            issuing: vec![
                field(label(Label::CertificateId), "v[0].ci", certificate_id.clone()),
                field(label(Label::Issuer), "v[0].is", dose.issuer.to_string()),
            ],
            certificate_id: Some(certificate_id),
            issue_date: None,
        })
    }

    fn dvc(dvc: &Dvc<'_>) -> Self {
        let text = |text: &Option<std::borrow::Cow<'_, str>>| text.as_deref().unwrap_or_default().to_owned();
        let mut fields = Fields(Vec::new());
        fields.add(Label::Name, "n", dvc.name.to_string());
        fields.add(Label::BirthDate, "dob", dvc.birth_date.to_string());
        fields.add_glossed(Label::Sex, "s", text(&dvc.sex), sex_in_japanese(dvc.sex.as_deref()));
        let country = dvc.nationality.as_deref().and_then(CountryCode::parse).and_then(country_name);
        fields.add_glossed(Label::Nationality, "nt", text(&dvc.nationality), country);
        let document = match dvc.document_type.as_deref() {
            Some("PPN") => Label::PassportNumber,
            _ => Label::Document,
        };
        fields.add(document, "id", text(&dvc.document_number));
        fields.add(Label::Guardian, "gn", text(&dvc.guardian));
        let mut issuing = Fields(Vec::new());
        if let Some(date) = dvc.issue_date {
            issuing.add(Label::IssueDate, "d", date.to_string());
        }
        issuing.add(Label::Issuer, "vx.is", text(&dvc.dose.issuer));
        Self {
            title: DVC_TITLE,
            kind: None,
            statement: DVC_STATEMENT,
            holder: fields.0,
            signature: true,
            columns: DVC_COLUMNS,
            doses: vec![dvc_dose(dvc)],
            issuing: issuing.0,
            certificate_id: None,
            issue_date: dvc.issue_date,
        }
    }
}

fn of_fields(fields: &[Field]) -> Vec<(&Value, Words)> {
    fields.iter().map(|field| (&field.value, field.label)).collect()
}

/// Fields of which only those that say something are kept.
struct Fields(Vec<Field>);

impl Fields {
    fn add(&mut self, about: Label, path: &str, text: String) {
        self.add_glossed(about, path, text, None);
    }

    fn add_glossed(&mut self, about: Label, path: &str, text: String, gloss: Option<&'static str>) {
        if !text.is_empty() {
            self.0.push(Field { label: label(about), value: value(path, text, gloss) });
        }
    }
}

/// The person: every name the record holds, and passport data where the certificate is for use abroad.
fn holder(record: &RecordFields) -> Vec<Field> {
    let mut fields = Fields(Vec::new());
    let full = |name: &Name| name.parts().collect::<Vec<_>>().join(" ");
    let names = &record.name;
    fields.add(Label::Name, "name.registered", full(&names.registered));
    fields.add(Label::Kana, "name.kana", names.kana.as_ref().map(full).unwrap_or_default());
    fields.add(Label::Romanised, "name.romanised", names.romanised.as_ref().map(full).unwrap_or_default());
    for (about, path, name) in [
        (Label::FormerSurname, "former_surname", &record.former_surname),
        (Label::OtherSurname, "other_surname", &record.other_surname),
        (Label::Alias, "alias", &record.alias),
    ] {
        fields.add(about, path, name.as_ref().map(|name| name.expose().clone()).unwrap_or_default());
    }
    fields.add(Label::BirthDate, "birth_date", record.birth_date.expose().to_text());
    if let Some(nationality) = &record.nationality {
        let country = *nationality.expose();
        fields.add_glossed(Label::Nationality, "nationality", country.alpha3().to_owned(), country_name(country));
    }
    let passport = record.passport_number.as_ref().map(|number| number.expose().clone()).unwrap_or_default();
    fields.add(Label::PassportNumber, "passport_number", passport);
    fields.0
}

const TITLE: Words = words("予防接種証明書", "Vaccination Certificate");
const STATEMENT: Words = words(
    "下記の者は、次のとおり予防接種を受けたことを証明します。",
    "This is to certify that the person named below has been vaccinated as follows.",
);
const DCC_STATEMENT: Words = words(
    "下記の者は、次のとおり予防接種を受けたことを証明します。（ＥＵデジタルＣＯＶＩＤ証明書の様式による）",
    "This is to certify that the person named below has been vaccinated as follows. (In the format of the EU Digital \
     COVID Certificate.)",
);
const DVC_TITLE: Words =
    words("予防接種又は予防薬の国際証明書", "International Certificate of Vaccination or Prophylaxis");
const DVC_STATEMENT: Words = words(
    "下記の者は、国際保健規則に従い、次の予防接種又は予防薬の投与を受けたことを証明します。",
    "This is to certify that the person named below has, on the date indicated, been vaccinated or received prophylaxis in \
     accordance with the International Health Regulations.",
);
const CODE_VALID_UNTIL: Words = words("コードの有効期限", "Code valid until");

/// The labels of all kinds of paper.
pub(super) const LABELS: [Label; 15] = [
    Label::Name,
    Label::Kana,
    Label::Romanised,
    Label::FormerSurname,
    Label::OtherSurname,
    Label::Alias,
    Label::BirthDate,
    Label::Sex,
    Label::Guardian,
    Label::Nationality,
    Label::PassportNumber,
    Label::Document,
    Label::CertificateId,
    Label::IssueDate,
    Label::Issuer,
];

/// Every word that a sheet of any kind can have of its own, in both languages.
pub(super) fn own_words() -> Vec<&'static str> {
    let mut all = vec![TITLE, STATEMENT, DCC_STATEMENT, DVC_TITLE, DVC_STATEMENT, CODE_VALID_UNTIL];
    all.extend(LABELS.map(label));
    all.extend([JP_COLUMNS, DCC_COLUMNS, DVC_COLUMNS].into_iter().flatten().map(|column| column.words));
    let mut own: Vec<_> = all.into_iter().flat_map(|words| [words.japanese, words.english]).collect();
    own.extend(SEXES.iter().map(|(_, japanese)| *japanese));
    own.extend([JAPAN, FROM_UNTIL]);
    let catalogue = Catalogue::builtin();
    let names = catalogue.diseases().map(|it| it.name).chain(catalogue.kinds().map(|it| it.name));
    let names = names.chain(catalogue.makers().map(|it| it.name)).chain(catalogue.products().map(|it| it.name));
    let names = names.chain(DvcProducts::builtin().iter().map(|product| product.vaccine_type.name));
    own.extend(names.flat_map(|name| [name.japanese, name.english]));
    own.extend(DvcProducts::builtin().iter().flat_map(|product| [product.name, product.maker]).flatten());
    own
}

const JP_COLUMNS: &[Column] = &[
    column("回数", "No.", 5.0),
    column("接種年月日", "Date", 11.0),
    column("対象疾病", "Disease", 17.0),
    column("ワクチンの種類", "Type", 17.0),
    column("メーカー", "Manufacturer", 16.5),
    column("製品名", "Product", 15.5),
    column("製造番号", "Lot No.", 10.0),
    column("接種国", "Country", 8.0),
];

fn jp_dose(index: usize, dose: &Dose) -> Vec<Value> {
    let at = |field: &str| format!("doses[{index}].{field}");
    let catalogue = Catalogue::builtin();
    let number = dose.series.map_or(dose.number.to_string(), |series| format!("{}/{series}", dose.number));
    let (disease, disease_gloss) = coded(&dose.disease, catalogue.disease_by_icd11(&dose.disease).map(|it| it.name));
    let kind = other(&dose.vaccine_kind, catalogue.kind_by_name(&dose.vaccine_kind).map(|it| it.name));
    let maker = other(&dose.manufacturer, catalogue.maker_by_name(&dose.manufacturer).map(|it| it.name));
    let product = other(&dose.product, catalogue.product_by_name(&dose.product).map(|it| it.name));
    vec![
        value(&at("number"), number, None),
        value(&at("date"), dose.date.to_string(), None),
        value(&at("disease"), disease, disease_gloss),
        value(&at("vaccine_kind"), dose.vaccine_kind.clone(), kind),
        value(&at("manufacturer"), dose.manufacturer.clone(), maker),
        value(&at("product"), dose.product.clone(), product),
        value(&at("lot"), dose.lot.clone(), None),
        value(&at("country"), dose.country.alpha3().to_owned(), None),
    ]
}

const DCC_COLUMNS: &[Column] = &[
    column("回数", "No.", 7.0),
    column("接種年月日", "Date", 13.0),
    column("対象疾病", "Disease", 18.0),
    column("ワクチンの種類", "Type", 20.0),
    column("製造販売業者", "Authorisation holder", 18.0),
    column("製品名", "Product", 15.0),
    column("接種国", "Country", 9.0),
];

fn dcc_dose(dose: &Vaccination<'_>) -> Vec<Value> {
    let catalogue = Catalogue::builtin();
    let code = |path: &str, code: &str, name: Option<LocalName>| {
        let (text, gloss) = coded(code, name);
        value(path, text, gloss)
    };
    vec![
        value("v[0].dn", format!("{}/{}", dose.dose_number, dose.series_doses), None),
        value("v[0].dt", dose.date.to_string(), None),
        code("v[0].tg", &dose.disease, catalogue.disease_by_snomed(&dose.disease).map(|it| it.name)),
        code("v[0].vp", &dose.vaccine, catalogue.kind_by_eu_code(&dose.vaccine).map(|it| it.name)),
        code("v[0].ma", &dose.manufacturer, catalogue.maker_by_eu_code(&dose.manufacturer).map(|it| it.name)),
        code("v[0].mp", &dose.product, catalogue.product_by_eu_code(&dose.product).map(|it| it.name)),
        value("v[0].co", dose.country.to_string(), None),
    ]
}

const DVC_COLUMNS: &[Column] = &[
    column("ワクチン又は予防薬", "Vaccine or prophylaxis", 22.0),
    column("接種年月日", "Date", 13.0),
    column("製品名・製造業者", "Product and manufacturer", 25.0),
    column("製造番号", "Batch No.", 13.0),
    column("証明の有効期間", "Certificate valid", 15.0),
    column("接種担当者", "Clinician", 12.0),
];

fn dvc_dose(dvc: &Dvc<'_>) -> Vec<Value> {
    let dose = &dvc.dose;
    let (vaccine, gloss) = coded(&dose.product_code, dose.product.map(|product| product.vaccine_type.name));
    let product = dose.product.map(|product| [product.name, product.maker].into_iter().flatten().collect::<Vec<_>>());
    let product = product.filter(|parts| !parts.is_empty()).map_or(dose.product_code.to_string(), |it| it.join(", "));
    let [from, until] = [dose.valid_from, dose.valid_until].map(|date| date.map(|date| date.to_string()));
    let valid = match (from, until) {
        (None, until) => until.unwrap_or_default(),
        (Some(from), until) => format!("{from}{FROM_UNTIL}{}", until.unwrap_or_default()).trim_end().to_owned(),
    };
    vec![
        value("vx.vp", vaccine, gloss),
        value("vx.dv", dose.date.to_string(), None),
        value("vx.vp", product, None),
        value("vx.bo", dose.batch.to_string(), None),
        value("vx.dv", valid, None),
        value("vx.cn", dose.clinician.as_deref().unwrap_or_default().to_owned(), None),
    ]
}

fn value(field: &str, text: String, gloss: Option<&'static str>) -> Value {
    Value { field: field.to_owned(), text: text.into(), gloss }
}

fn field(label: Words, path: &str, text: String) -> Field {
    Field { label, value: value(path, text, None) }
}

/// What a code stands for, in Japanese and then in English; the code itself when the catalogue does not know it.
fn coded(code: &str, name: Option<LocalName>) -> (String, Option<&'static str>) {
    match name {
        Some(name) => (name.japanese.to_owned(), other(name.japanese, Some(name))),
        None => (code.to_owned(), None),
    }
}

/// The name in the language that a text is not in.
fn other(text: &str, name: Option<LocalName>) -> Option<&'static str> {
    let name = name?;
    let gloss = if text.is_ascii() { name.japanese } else { name.english };
    (!gloss.eq_ignore_ascii_case(text)).then_some(gloss)
}

/// Codes are what is signed; of countries only the issuer's own is put into words.
fn country_name(country: CountryCode) -> Option<&'static str> {
    (country == CountryCode::JAPAN).then_some(JAPAN)
}

const JAPAN: &str = "日本 Japan";

fn sex_in_japanese(sex: Option<&str>) -> Option<&'static str> {
    SEXES.iter().find(|(word, _)| Some(*word) == sex).map(|(_, japanese)| *japanese)
}

const SEXES: [(&str, &str); 4] = [("male", "男"), ("female", "女"), ("other", "その他"), ("unknown", "不明")];

/// Between the first and the last day.
const FROM_UNTIL: &str = " – ";

/// A time on Japanese clocks, nine hours ahead of UTC all year.
fn japan_time(time: Timestamp) -> Timestamp {
    time.saturating_add_seconds(9 * 3_600)
}

/// Day and minute on Japanese clocks.
fn moment(time: Timestamp) -> String {
    let local = japan_time(time);
    let minutes = local.seconds().rem_euclid(86_400) / 60;
    format!("{} {:02}:{:02} (UTC+9)", local.date(), minutes / 60, minutes % 60)
}
