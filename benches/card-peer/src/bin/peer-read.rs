//! Reads a card in a reader with `myna-card` alone, as its documentation says for real cards, and prints what it read as
//! JSON. The first argument is the PIN of a simulated card, the second a challenge.
// Whatever goes wrong must stop the run.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use myna_card::Pin;
use myna_card::ap::text::TextAp;
use myna_card::transport::pcsc::{self, Sharing};
use serde_json::{Map, Value, json};

fn main() {
    let [_, pin, challenge] = <[String; 3]>::try_from(std::env::args().collect::<Vec<_>>()).unwrap();
    let mut card = pcsc::connect_any(Sharing::Exclusive).unwrap();
    let mut text = TextAp::select(&mut card).unwrap();
    let tries = text.retries(0x0011).unwrap();
    if let Err(error) = text.verify_pin(&Pin::numeric(pin).unwrap()) {
        println!("{}", json!({ "tries": format!("{tries:?}"), "error": error.to_string() }));
        return;
    }
    let holder = text.read_attributes().unwrap();
    let certificate = text.read_certificate().unwrap();
    let record = text.read_integrity_record().unwrap();
    record.verify(&certificate.public_key).unwrap();
    let number_file = text.read_my_number_file().unwrap();
    let mut files = Map::new();
    files.insert("1".into(), hex(&number_file));
    for id in [2, 3, 4, 5, 7] {
        files.insert(id.to_string(), hex(&text.read_ef(id).unwrap()));
    }
    let genuine = record.matches_my_number_file(&number_file)
        && record.matches_attributes_file(&text.read_ef(2).unwrap()).unwrap();
    let key = text.read_signed_public_key().unwrap();
    key.verify(&certificate.public_key).unwrap();
    let response = text.sign(challenge.as_bytes()).unwrap();
    key.public_key.verify_pkcs1_sha256(challenge.as_bytes(), &response).unwrap();
    let result = json!({
        "tries": format!("{tries:?}"), "name": holder.name, "address": holder.address, "genuine": genuine,
        "number_is_valid": text.read_my_number().is_ok(), "files": files, "response": hex(&response),
    });
    println!("{result}");
}

fn hex(bytes: &[u8]) -> Value {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()
}
