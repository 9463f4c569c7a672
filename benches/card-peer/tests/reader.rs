//! `myna-card`, which reads real cards through PC/SC, reads our simulated card through PC/SC.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::process::Command;

use serde_json::Value;
use tegata::card::{Answered, Application, CardFiles, CardVerifier, Challenge, FileId};
use tegata::crypto::rustcrypto::PROVIDER;
use tegata_simulator::{Algorithm, Application as Simulated, CardRequest, Hierarchy};
use tegata_virtual_reader::{SOCKET_VARIABLE, VirtualReader};

/// Thirty-two bytes that are text, so that they can be an argument.
const CHALLENGE: &str = "a challenge of thirty-two bytes.";

fn bytes(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().unwrap();
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn the_peer_reads_a_simulated_card_in_a_reader_as_if_it_were_real() {
    let reader = VirtualReader::start().unwrap();
    let peer = |pin: &str| -> Value {
        let mut command = Command::new(env!("CARGO_BIN_EXE_peer-read"));
        let output = command.args([pin, CHALLENGE]).env(SOCKET_VARIABLE, reader.socket()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let hierarchy = Hierarchy::generate(23, Algorithm::Rsa2048).unwrap();
    for seed in [1, 2] {
        let request = CardRequest::from_seed(seed).pin("4711").unwrap();
        let inserted = reader.insert(hierarchy.issue(&request).unwrap()).unwrap();

        let wrong = peer("0000");
        assert!(
            wrong["tries"].as_str().unwrap().contains('3') && wrong["error"].as_str().unwrap().contains('2'),
            "{wrong}"
        );
        let read = peer("4711");
        assert!(read["tries"].as_str().unwrap().contains('2'), "{}", read["tries"]);
        assert_eq!((&read["genuine"], &read["number_is_valid"]), (&true.into(), &true.into()));
        assert_eq!(
            (read["name"].as_str(), read["address"].as_str()),
            (Some(request.holder_name()), Some(request.holder_address()))
        );

        // What the peer read is what the card holds, and our verifier accepts it, the card's answer included.
        let card = inserted.remove().unwrap();
        let mut files = CardFiles::new(Application::Text);
        for id in [1, 2, 3, 4, 5, 7] {
            let read = bytes(&read["files"][id.to_string()]);
            assert!(card.physical_file(Simulated::Text, id).unwrap().starts_with(&read), "file {id}");
            files.insert(FileId::new(id).unwrap(), read).unwrap();
        }
        let challenge = Challenge::from_bytes(CHALLENGE.as_bytes().try_into().unwrap());
        let response = bytes(&read["response"]);
        let verifier = CardVerifier::other(&PROVIDER, &hierarchy.authorities_json()).unwrap();
        let report = verifier.verify_text(&files, Some(Answered { challenge: &challenge, response: &response }));
        assert!(report.failure().is_none(), "{report}");
        let identity = report.into_identity().unwrap().into_with_number().unwrap();
        assert_eq!(identity.name().expose(), request.holder_name());
    }
}
