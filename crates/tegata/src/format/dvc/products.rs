//! The product codes of digital vaccination certificates, as a versioned data file.

use std::sync::OnceLock;

use crate::model::catalogue::LocalName;
#[cfg(feature = "issue")]
use crate::model::catalogue::normalise;

const DATA: &str = include_str!("../../../data/dvc-products.tsv");

/// The generation of WHO's catalogue whose codes are issued: the one the ICVP binds its product field to.
#[cfg(feature = "issue")]
const ISSUED_GENERATION: &str = "2024";

/// A type of vaccine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VaccineType {
    /// The catalogue's own key, stable across versions.
    pub id: &'static str,
    /// Whether the International Certificate of Vaccination or Prophylaxis covers it: yellow fever and poliomyelitis.
    pub icvp: bool,
    /// ICD-11 of the disease, where the certificate covers it.
    pub disease: Option<&'static str>,
    /// What it is called.
    pub name: LocalName,
}

impl VaccineType {
    /// Whether the rule of ten days applies.
    pub(super) fn is_yellow_fever(&self) -> bool {
        self.id == "yellow-fever"
    }
}

/// A product, or a class of products where only a class is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DvcProduct {
    /// When WHO's catalogue used the code: `2023`, `2024` or `2026`; `icd11` for a code of ICD-11.
    pub generation: &'static str,
    /// The code, as `vp` holds it.
    pub code: &'static str,
    /// The type of vaccine.
    pub vaccine_type: VaccineType,
    /// The commercial name; `None` for a class.
    pub name: Option<&'static str>,
    /// The doses of a vial, where the code says them.
    pub doses: Option<u8>,
    /// The maker; `None` for a class.
    pub maker: Option<&'static str>,
}

/// The product codes of every generation. There is one table, [`DvcProducts::builtin`].
#[derive(Debug)]
pub struct DvcProducts {
    version: &'static str,
    date: &'static str,
    products: Vec<DvcProduct>,
}

impl DvcProducts {
    /// The table this library was built with, read on first use.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<DvcProducts> = OnceLock::new();
        BUILTIN.get_or_init(|| parse(DATA).0)
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

    /// The product of a code of any generation.
    #[must_use]
    pub fn by_code(&self, code: &str) -> Option<&DvcProduct> {
        self.products.iter().find(|product| product.code == code)
    }

    /// Every product.
    pub fn iter(&self) -> impl Iterator<Item = &DvcProduct> {
        self.products.iter()
    }

    /// The product that a record names: by its code or, where only one product of the issued
    /// generation has the name, by that. The maker decides between products of one name; vials of
    /// several sizes are products of their own, so that their name alone is not enough.
    #[cfg(feature = "issue")]
    pub(super) fn by_record(&self, product: &str, maker: &str) -> Option<&DvcProduct> {
        if let Some(known) = self.by_code(product).filter(|known| known.name.is_some()) {
            return Some(known);
        }
        let (name, maker) = (normalise(product), normalise(maker));
        let issued = || self.products.iter().filter(|row| row.generation == ISSUED_GENERATION);
        let has = |own: Option<&str>, wanted: &str| own.is_some_and(|own| normalise(own) == wanted);
        let only = |found: Vec<&'_ DvcProduct>| match *found.as_slice() {
            [one] => Some(one.code),
            _ => None,
        };
        let of_both = issued().filter(|row| has(row.name, &name) && has(row.maker, &maker)).collect();
        let of_name = issued().filter(|row| has(row.name, &name)).collect();
        only(of_both).or_else(|| only(of_name)).and_then(|code| self.by_code(code))
    }
}

/// Reads the file. Also gives the number of lines that are none of the known forms, which the tests
/// hold at zero.
fn parse(data: &'static str) -> (DvcProducts, usize) {
    let mut table = DvcProducts { version: "", date: "", products: Vec::new() };
    let mut types: Vec<VaccineType> = Vec::new();
    let mut unread = 0;
    let optional = |text: &'static str| (!text.is_empty()).then_some(text);
    for line in data.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let fields: Vec<&'static str> = line.split('\t').collect();
        match *fields.as_slice() {
            ["version", version, date] => (table.version, table.date) = (version, date),
            ["type", id, icvp, disease, english, japanese] => types.push(VaccineType {
                id,
                icvp: icvp == "yes",
                disease: optional(disease),
                name: LocalName { english, japanese },
            }),
            ["product", generation, code, vaccine_type, name, doses, maker] => {
                let Some(&vaccine_type) = types.iter().find(|known| known.id == vaccine_type) else {
                    unread += 1;
                    continue;
                };
                table.products.push(DvcProduct {
                    generation,
                    code,
                    vaccine_type,
                    name: optional(name),
                    doses: doses.parse().ok(),
                    maker: optional(maker),
                });
            }
            _ => unread += 1,
        }
    }
    (table, unread)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_file_is_whole() {
        let (table, unread) = parse(DATA);
        assert_eq!((unread, table.version()), (0, "1"));
        let codes: BTreeSet<_> = table.iter().map(|product| product.code).collect();
        assert_eq!(codes.len(), table.iter().count());
        let of = |generation| table.iter().filter(|product| product.generation == generation).count();
        assert_eq!(["2023", "2024", "2026", "icd11"].map(of), [11, 60, 33, 15]);
        let icvp = table.iter().filter(|product| product.generation == "2024" && product.vaccine_type.icvp).count();
        assert_eq!(icvp, 60);
    }

    #[cfg(feature = "issue")]
    #[test]
    fn records_name_products_by_code_or_by_an_unmistakable_name() {
        let table = DvcProducts::builtin();
        let stamaril = table.by_record("Stamaril", "Sanofi Pasteur").unwrap();
        assert_eq!(stamaril.code, "YellowFeverProductd8a09f80301dc05e124f99ffe7711fc0");
        assert_eq!(table.by_record("ｓｔａｍａｒｉｌ", "").map(|product| product.code), Some(stamaril.code));
        let by_code = table.by_record("YellowFeverProduct5f0639d8e4d52afef089aa7148c5060c", "anyone").unwrap();
        assert_eq!(by_code.doses, Some(10));
        // Three sizes of vial have this name; a class of products is no product.
        assert_eq!(table.by_record("Yellow Fever", "Bio-Manguinhos/Fiocruz"), None);
        assert_eq!(table.by_record("XM0N24", ""), None);
        assert_eq!(table.by_record("", ""), None);
    }
}
