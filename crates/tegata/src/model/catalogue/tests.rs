use std::collections::HashSet;

use super::*;

fn catalogue() -> &'static Catalogue {
    Catalogue::builtin()
}

#[test]
fn every_line_is_read() {
    assert_eq!(parse::parse(DATA).1, 0);
    assert_eq!(parse::parse("product\tx\nversion\t1\t2026-01-01\n# comment\n").1, 1);
    assert!(catalogue().version().parse::<u32>().is_ok());
    assert!(crate::time::Date::parse(catalogue().date()).is_ok());
}

#[test]
fn rows_refer_to_rows() {
    let catalogue = catalogue();
    for kind in &catalogue.kinds.rows {
        assert!(catalogue.diseases().any(|disease| disease.id == kind.disease), "{}", kind.id);
    }
    for product in catalogue.products() {
        assert!(catalogue.diseases().any(|disease| disease.id == product.disease), "{}", product.id);
        let kind = catalogue.kinds.rows.iter().find(|kind| kind.id == product.kind).unwrap();
        assert_eq!(kind.disease, product.disease, "{}", product.id);
        for maker in &product.makers {
            assert!(catalogue.maker(maker).is_some(), "{} {maker}", product.id);
        }
        if product.eu.is_some() {
            assert!(catalogue.maker(product.makers[0]).unwrap().eu.is_some(), "{}", product.id);
            assert!(kind.eu.is_some(), "{}", product.id);
            // Reading the code back gives the kind back, whichever variant it was.
            let read = product.eu.and_then(|code| catalogue.product_by_eu_code(code)).unwrap();
            assert_eq!(read.kind, product.kind, "{}", product.id);
        }
    }
}

#[test]
fn ids_and_names_are_unique() {
    fn unique<T>(table: &Table<T>, id: impl Fn(&T) -> &'static str) {
        let mut ids = HashSet::new();
        let mut names = HashSet::new();
        for row in &table.rows {
            assert!(ids.insert(id(row)), "{}", id(row));
        }
        for (name, position) in &table.names {
            assert!(!name.is_empty() && names.insert(name.clone()), "{name}");
            assert!(*position < table.rows.len(), "{name}");
        }
    }
    // A name that two rows shared would be given to the first of them alone.
    let mut shared = Table::new();
    shared.push(1, ["One", "eins"].into_iter());
    shared.push(2, ["Two", "ｏｎｅ"].into_iter());
    let before = shared.names.len();
    shared.finish();
    assert_eq!((before - shared.names.len(), shared.by_name("one"), shared.by_name("two")), (1, Some(&1), Some(&2)));
    let catalogue = catalogue();
    unique(&catalogue.diseases, |row| row.id);
    unique(&catalogue.kinds, |row| row.id);
    unique(&catalogue.makers, |row| row.id);
    unique(&catalogue.products, |row| row.id);
}

#[test]
fn names_of_municipalities() {
    let catalogue = catalogue();
    // The presets of the national record system.
    for (name, eu) in [
        ("ファイザー", "ORG-100030215"),
        ("武田/モデルナ", "ORG-100031184"),
        ("アストラゼネカ", "ORG-100001699"),
        ("ﾌｧｲｻﾞｰ", "ORG-100030215"),
        ("武田／モデルナ", "ORG-100031184"),
    ] {
        assert_eq!(catalogue.maker_by_name(name).and_then(|maker| maker.eu), Some(eu), "{name}");
    }
    for (name, eu) in [
        ("コミナティ筋注", "EU/1/20/1528"),
        ("COMIRNATY", "EU/1/20/1528"),
        ("コミナティ筋注５～１１歳用", "EU/1/20/1528"),
        ("スパイクバックス筋注", "EU/1/20/1507"),
        ("バキスゼブリア", "EU/1/21/1529"),
        ("ヌバキソビッド筋注", "EU/1/21/1618"),
        ("ジェコビデン", "EU/1/20/1525"),
        ("covid-19 vaccine janssen", "EU/1/20/1525"),
    ] {
        assert_eq!(catalogue.product_by_name(name).and_then(|product| product.eu), Some(eu), "{name}");
    }
    assert_eq!(catalogue.kind_by_name("ｍＲＮＡワクチン").and_then(|kind| kind.eu), Some("1119349007"));
    assert!(catalogue.product_by_name("").is_none());
    assert!(catalogue.product_by_name("コミナ").is_none());
}

#[test]
fn codes() {
    let catalogue = catalogue();
    assert_eq!(catalogue.disease_by_snomed("840539006").map(|disease| disease.icd11), Some("RA01"));
    for code in ["RA01", "RA01.0", "RA01&XN109"] {
        assert_eq!(catalogue.disease_by_icd11(code).map(|disease| disease.id), Some("covid-19"), "{code}");
    }
    for code in ["RA0", "RA012", "", "ra01"] {
        assert!(catalogue.disease_by_icd11(code).is_none(), "{code}");
    }
    assert_eq!(catalogue.product_by_eu_code("EU/1/20/1528").map(|product| product.id), Some("comirnaty"));
    assert_eq!(catalogue.kind_by_eu_code("J07BX03").map(|kind| kind.id), Some("covid-19"));
    assert_eq!(catalogue.maker_by_eu_code("ORG-100032020").map(|maker| maker.id), Some("novavax"));
}
