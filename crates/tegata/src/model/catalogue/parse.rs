//! Reads the catalogue's data file, whose own first lines describe it.

use super::{Catalogue, Disease, LocalName, Maker, Product, Table, VaccineKind};

/// Reads the file. Also gives the number of lines that are none of the known forms, which the
/// tests hold at zero for the built-in file.
pub(super) fn parse(data: &'static str) -> (Catalogue, usize) {
    let mut catalogue = Catalogue {
        version: "",
        date: "",
        diseases: Table::new(),
        kinds: Table::new(),
        makers: Table::new(),
        products: Table::new(),
    };
    let mut unread = 0;
    for line in data.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let fields: Vec<&'static str> = line.split('\t').collect();
        match *fields.as_slice() {
            ["version", version, date] => (catalogue.version, catalogue.date) = (version, date),
            ["disease", id, icd11, snomed, english, japanese] => catalogue.diseases.push(
                Disease { id, icd11, snomed: optional(snomed), name: LocalName { english, japanese } },
                names(english, japanese, ""),
            ),
            ["kind", id, disease, eu, icd11, english, japanese, others] => catalogue.kinds.push(
                VaccineKind {
                    id,
                    disease,
                    eu: optional(eu),
                    icd11: optional(icd11),
                    name: LocalName { english, japanese },
                },
                names(english, japanese, others),
            ),
            ["maker", id, eu, english, japanese, others] => catalogue.makers.push(
                Maker { id, eu: optional(eu), name: LocalName { english, japanese } },
                names(english, japanese, others),
            ),
            ["product", id, disease, kind, makers, eu, cvx, icd11, english, japanese, others] => {
                catalogue.products.push(
                    Product {
                        id,
                        disease,
                        kind,
                        makers: makers.split(',').collect(),
                        eu: optional(eu),
                        cvx: optional(cvx),
                        icd11: optional(icd11),
                        name: LocalName { english, japanese },
                    },
                    names(english, japanese, others),
                );
            }
            _ => unread += 1,
        }
    }
    catalogue.diseases.finish();
    catalogue.kinds.finish();
    catalogue.makers.finish();
    catalogue.products.finish();
    (catalogue, unread)
}

fn names<'a>(english: &'a str, japanese: &'a str, others: &'a str) -> impl Iterator<Item = &'a str> {
    [english, japanese].into_iter().chain(others.split('|').filter(|name| !name.is_empty()))
}

fn optional(field: &'static str) -> Option<&'static str> {
    (!field.is_empty()).then_some(field)
}
