//! Images with several symbols.

use serde_json::json;

use crate::desk::Desk;

/// Draws symbols beside each other on one page.
fn page(texts: &[&str]) -> Vec<u8> {
    const MODULE: usize = 3;
    let symbols: Vec<_> =
        texts.iter().map(|text| tegata_print::Symbol::encode(text, Default::default()).unwrap()).collect();
    let cell = symbols.iter().map(|symbol| symbol.size() + 16).max().unwrap() * MODULE;
    let mut page = tegata_conformance::photo::Grey { width: cell * texts.len(), height: cell, pixels: Vec::new() };
    for y in 0..page.height {
        for x in 0..page.width {
            let (column, row) = ((x % cell / MODULE).wrapping_sub(8), (y / MODULE).wrapping_sub(8));
            page.pixels.push(if symbols[x / cell].module(column, row) { 20 } else { 235 });
        }
    }
    page.to_png()
}

/// The same text with another signature: its last character but three is in it.
fn forged(text: &str) -> String {
    let place = text.len() - 40;
    let other = if &text[place..=place] == "0" { "1" } else { "0" };
    format!("{}{other}{}", &text[..place], &text[place + 1..])
}

#[test]
fn each_certificate_on_a_page_is_judged_by_itself() {
    let desk = Desk::new();
    let (one, two, three) = (desk.text(), desk.text(), desk.text());
    let bad = forged(&two);
    desk.write("page.png", &page(&[&one, &bad, &three]));

    let results = desk.verify(&["page.png"]).exits(1).lines();
    let places: Vec<_> = results.iter().map(|result| (result["source"].clone(), result["index"].clone())).collect();
    assert_eq!(places, (0..3).map(|index| (json!("page.png"), json!(index))).collect::<Vec<_>>());
    let verdicts: Vec<_> = results.iter().map(|result| result["status"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["accepted", "rejected", "accepted"]);
    assert!(results[1].get("payload").is_none(), "what is forged is not shown: {}", results[1]);

    let layers = desk.run(&["decode", "page.png"]).lines();
    let places: Vec<_> = layers.iter().map(|result| (result["source"].clone(), result["index"].clone())).collect();
    assert_eq!(places, (0..3).map(|index| (json!("page.png"), json!(index))).collect::<Vec<_>>());
    for good in [&layers[0], &layers[2]] {
        assert_eq!((&good["verified"], &good["checks"]["claims"]), (&json!(false), &json!("pass")));
    }
}

#[test]
fn one_certificate_printed_twice_is_one_result() {
    let desk = Desk::new();
    let text = desk.text();
    desk.write("page.png", &page(&[&text, "HTTPS://EXAMPLE.INVALID/", &text]));
    let result = desk.verify(&["page.png"]).exits(0).json();
    assert_eq!((&result["source"], &result["index"]), (&json!("page.png"), &json!(0)));
}
