//! The vaccine catalogue: names and codes of diseases, vaccine kinds, makers and products.
//!
//! A record holds the words of a municipality's system, a certificate of another profile needs
//! codes. The catalogue maps one to the other: every look-up by name disregards width (full and
//! half), case, spaces and middle dots. It is one versioned data file and holds every vaccine the
//! same way, whatever the disease.

mod normalise;
mod parse;

use std::sync::OnceLock;

pub(crate) use self::normalise::normalise;

/// A name in the two languages of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalName {
    /// English.
    pub english: &'static str,
    /// Japanese.
    pub japanese: &'static str,
}

/// A disease or its agent.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Disease {
    /// The catalogue's own key, stable across versions.
    pub id: &'static str,
    /// ICD-11 for Mortality and Morbidity Statistics.
    pub icd11: &'static str,
    /// SNOMED CT, as EU DCC `tg` holds it.
    pub snomed: Option<&'static str>,
    /// What it is called.
    pub name: LocalName,
}

/// A kind of vaccine (ワクチン種類), such as mRNA.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct VaccineKind {
    /// The catalogue's own key, stable across versions.
    pub id: &'static str,
    /// [`Disease::id`].
    pub disease: &'static str,
    /// EU DCC `vp`. Several kinds share one.
    pub eu: Option<&'static str>,
    /// ICD-11 extension code of the class.
    pub icd11: Option<&'static str>,
    /// What it is called.
    pub name: LocalName,
}

/// A manufacturer or marketing authorisation holder (メーカー).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Maker {
    /// The catalogue's own key, stable across versions.
    pub id: &'static str,
    /// EU DCC `ma`.
    pub eu: Option<&'static str>,
    /// What it is called.
    pub name: LocalName,
}

/// A vaccine product (製品).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Product {
    /// The catalogue's own key, stable across versions.
    pub id: &'static str,
    /// [`Disease::id`].
    pub disease: &'static str,
    /// [`VaccineKind::id`].
    pub kind: &'static str,
    /// [`Maker::id`] of whoever makes or sells it; the holder of the EU authorisation first.
    pub makers: Vec<&'static str>,
    /// EU DCC `mp`. Variants of a product share one.
    pub eu: Option<&'static str>,
    /// CDC CVX code.
    pub cvx: Option<&'static str>,
    /// ICD-11 extension code.
    pub icd11: Option<&'static str>,
    /// What it is called.
    pub name: LocalName,
}

/// Rows, and their normalised names in order, each with the position of the first row that has it.
#[derive(Debug)]
struct Table<T> {
    rows: Vec<T>,
    names: Vec<(String, usize)>,
}

/// The catalogue. There is one, [`Catalogue::builtin`].
#[derive(Debug)]
pub struct Catalogue {
    version: &'static str,
    date: &'static str,
    diseases: Table<Disease>,
    kinds: Table<VaccineKind>,
    makers: Table<Maker>,
    products: Table<Product>,
}

impl Catalogue {
    /// The catalogue this library was built with, read on first use.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<Catalogue> = OnceLock::new();
        BUILTIN.get_or_init(|| parse::parse(DATA).0)
    }

    /// The version, a number that grows.
    #[must_use]
    pub const fn version(&self) -> &'static str {
        self.version
    }

    /// The date of the version, `YYYY-MM-DD`.
    #[must_use]
    pub const fn date(&self) -> &'static str {
        self.date
    }

    /// The disease of an ICD-11 code. A more precise code (`RA01.0`) is of the disease it refines.
    #[must_use]
    pub fn disease_by_icd11(&self, code: &str) -> Option<&Disease> {
        let refines = |known: &str| {
            code.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '&', '/']))
        };
        self.diseases.rows.iter().find(|disease| refines(disease.icd11))
    }

    /// The disease of a SNOMED CT code, as in EU DCC `tg`.
    #[must_use]
    pub fn disease_by_snomed(&self, code: &str) -> Option<&Disease> {
        self.diseases.rows.iter().find(|disease| disease.snomed == Some(code))
    }

    /// The kind of vaccine that a record calls so.
    #[must_use]
    pub fn kind_by_name(&self, name: &str) -> Option<&VaccineKind> {
        self.kinds.by_name(name)
    }

    /// The kind of vaccine of an EU DCC `vp` code; the most general one that has it.
    #[must_use]
    pub fn kind_by_eu_code(&self, code: &str) -> Option<&VaccineKind> {
        self.kinds.rows.iter().find(|kind| kind.eu == Some(code))
    }

    /// The maker that a record calls so.
    #[must_use]
    pub fn maker_by_name(&self, name: &str) -> Option<&Maker> {
        self.makers.by_name(name)
    }

    /// The maker of an EU DCC `ma` code.
    #[must_use]
    pub fn maker_by_eu_code(&self, code: &str) -> Option<&Maker> {
        self.makers.rows.iter().find(|maker| maker.eu == Some(code))
    }

    /// The maker of a [`Maker::id`].
    #[must_use]
    pub fn maker(&self, id: &str) -> Option<&Maker> {
        self.makers.rows.iter().find(|maker| maker.id == id)
    }

    /// The product that a record calls so.
    #[must_use]
    pub fn product_by_name(&self, name: &str) -> Option<&Product> {
        self.products.by_name(name)
    }

    /// The product of an EU DCC `mp` code; the original one that has it.
    #[must_use]
    pub fn product_by_eu_code(&self, code: &str) -> Option<&Product> {
        self.products.rows.iter().find(|product| product.eu == Some(code))
    }

    /// Every disease.
    pub fn diseases(&self) -> impl Iterator<Item = &Disease> {
        self.diseases.rows.iter()
    }

    /// Every kind of vaccine.
    pub fn kinds(&self) -> impl Iterator<Item = &VaccineKind> {
        self.kinds.rows.iter()
    }

    /// Every maker.
    pub fn makers(&self) -> impl Iterator<Item = &Maker> {
        self.makers.rows.iter()
    }

    /// Every product.
    pub fn products(&self) -> impl Iterator<Item = &Product> {
        self.products.rows.iter()
    }
}

impl<T> Table<T> {
    const fn new() -> Self {
        Self { rows: Vec::new(), names: Vec::new() }
    }

    fn push<'n>(&mut self, row: T, names: impl Iterator<Item = &'n str>) {
        let position = self.rows.len();
        self.rows.push(row);
        self.names.extend(names.map(|name| (normalise(name), position)));
    }

    /// Readies the look-up by name. Of rows that share a name, the first has it.
    fn finish(&mut self) {
        self.names.sort_unstable();
        self.names.dedup_by(|later, earlier| later.0 == earlier.0);
    }

    fn by_name(&self, name: &str) -> Option<&T> {
        let name = normalise(name);
        let at = self.names.binary_search_by(|(known, _)| known.as_str().cmp(&name)).ok()?;
        let (_, position) = self.names.get(at)?;
        self.rows.get(*position)
    }
}

const DATA: &str = include_str!("../../data/vaccine-catalogue.tsv");

#[cfg(test)]
mod tests;
