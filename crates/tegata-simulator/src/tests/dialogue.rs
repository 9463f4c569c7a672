//! The chip's answers to command APDUs.

use crate::{Algorithm, Application, Behaviour, BlockedAnswer, CardRequest, Hierarchy, ShortRead, SimulatedCard};
use std::sync::LazyLock;

use proptest::prelude::*;

const OK: [u8; 2] = [0x90, 0x00];
const NOT_OPENED: [u8; 2] = [0x69, 0x82];

fn request() -> CardRequest {
    CardRequest::from_seed(1).pin("1234").unwrap()
}

fn card() -> SimulatedCard {
    static HIERARCHY: LazyLock<Hierarchy> = LazyLock::new(|| Hierarchy::generate(1, Algorithm::P256).unwrap());
    HIERARCHY.issue(&request()).unwrap()
}

fn select_application(card: &mut SimulatedCard, application: Application) {
    assert_eq!(card.transmit(&[&[0x00, 0xa4, 0x04, 0x0c, 0x0a][..], &application.aid()].concat()), OK);
}

fn select(card: &mut SimulatedCard, id: u8) {
    assert_eq!(card.transmit(&[0x00, 0xa4, 0x02, 0x0c, 0x02, 0x00, id]), OK);
}

fn present(card: &mut SimulatedCard, key: u8, value: &[u8]) -> Vec<u8> {
    select(card, key);
    let length = u8::try_from(value.len()).unwrap();
    card.transmit(&[&[0x00, 0x20, 0x00, 0x80, length], value].concat())
}

fn tries_left(card: &mut SimulatedCard, key: u8) -> Vec<u8> {
    select(card, key);
    card.transmit(&[0x00, 0x20, 0x00, 0x80])
}

/// The status alone of reading the first byte.
fn read_one(card: &mut SimulatedCard, id: u8) -> [u8; 2] {
    select(card, id);
    let answer = card.transmit(&[0x00, 0xb0, 0x00, 0x00, 0x01]);
    assert_eq!(answer.len() == 3, answer.ends_with(&OK), "data comes with success alone");
    answer[answer.len() - 2..].try_into().unwrap()
}

/// The files that can be read now.
fn open_files(card: &mut SimulatedCard, ids: &[u8]) -> Vec<u8> {
    ids.iter()
        .copied()
        .filter(|id| match read_one(card, *id) {
            OK => true,
            NOT_OPENED => false,
            other => panic!("{other:02x?}"),
        })
        .collect()
}

#[test]
fn each_credential_opens_its_files() {
    let request = request();
    let text = [1, 2, 3, 4, 5, 6, 7];
    let surface = [1, 2, 3, 4, 5];
    let (code_a, code_b, birth) = (request.code_a(), request.code_b(), request.birth_digits());
    for (application, ids, key, value, open) in [
        (Application::Text, &text[..], 0x11, &b"1234"[..], &[1, 2, 3, 4, 5, 6, 7][..]),
        (Application::Text, &text, 0x14, code_a, &[1, 3, 4, 5, 6, 7]),
        (Application::Text, &text, 0x15, &code_b, &[2, 3, 4, 5, 6, 7]),
        (Application::Surface, &surface, 0x11, &birth, &[1, 3, 4]),
        (Application::Surface, &surface, 0x12, &code_b, &[2, 3, 4]),
        (Application::Surface, &surface, 0x13, code_a, &[2, 3, 4, 5]),
    ] {
        let mut card = card();
        select_application(&mut card, application);
        let free = if application == Application::Text { [4, 5] } else { [3, 4] };
        assert_eq!(open_files(&mut card, ids), free);
        assert_eq!(present(&mut card, key, value), OK);
        assert_eq!(open_files(&mut card, ids), open, "{application:?} {key:02x}");
        // Selecting the same application again keeps that; another application ends it.
        select_application(&mut card, application);
        assert_eq!(open_files(&mut card, ids), open);
        let other = if application == Application::Text { Application::Surface } else { Application::Text };
        select_application(&mut card, other);
        select_application(&mut card, application);
        assert_eq!(open_files(&mut card, ids), free);
        // So do a reset and the card's manager.
        assert_eq!(present(&mut card, key, value), OK);
        card.insert();
        select_application(&mut card, application);
        assert_eq!(open_files(&mut card, ids), free);
        assert_eq!(present(&mut card, key, value), OK);
        assert_eq!(card.transmit(&[0x00, 0xa4, 0x04, 0x0c, 0x07, 0xa0, 0, 0, 1, 0x51, 0, 0]), OK);
        select_application(&mut card, application);
        assert_eq!(open_files(&mut card, ids), free);
    }
}

#[test]
fn tries_are_counted_and_given_back() {
    let mut card = card();
    select_application(&mut card, Application::Text);
    for _ in 0..5 {
        // Asking costs nothing.
        assert_eq!(tries_left(&mut card, 0x11), [0x63, 0xc3]);
    }
    assert_eq!(present(&mut card, 0x11, b"0000"), [0x63, 0xc2]);
    assert_eq!(tries_left(&mut card, 0x11), [0x63, 0xc2]);
    assert_eq!(present(&mut card, 0x11, b"1234"), OK);
    assert_eq!(tries_left(&mut card, 0x11), OK);
    assert_eq!(card.tries_left(Application::Text, 0x11), Some(3));
    // A wrong value closes what was open.
    assert_eq!(present(&mut card, 0x11, b"123"), [0x63, 0xc2]);
    assert_eq!(read_one(&mut card, 1), NOT_OPENED);
    assert_eq!(present(&mut card, 0x11, b"4321"), [0x63, 0xc1]);
    assert_eq!(present(&mut card, 0x11, b"4321"), [0x63, 0xc0]);
    // Blocked, for the right value too and after a reset; codes are not concerned.
    assert_eq!(present(&mut card, 0x11, b"1234"), [0x69, 0x84]);
    card.insert();
    select_application(&mut card, Application::Text);
    assert_eq!(tries_left(&mut card, 0x11), [0x63, 0xc0]);
    assert_eq!(present(&mut card, 0x14, request().code_a()), OK);
    assert_eq!(tries_left(&mut card, 0x15), [0x63, 0xca]);
    assert_eq!(tries_left(&mut card, 0x12), [0x63, 0xc0]);
}

#[test]
fn blocked_references_answer_as_told() {
    for (blocked, to_question, to_value) in [
        (BlockedAnswer::CountThenBlocked, [0x63, 0xc0], [0x69, 0x84]),
        (BlockedAnswer::Count, [0x63, 0xc0], [0x63, 0xc0]),
        (BlockedAnswer::Blocked, [0x69, 0x84], [0x69, 0x84]),
    ] {
        let mut card = card();
        card.set_behaviour(Behaviour { blocked, ..Behaviour::default() });
        card.set_tries_left(Application::Text, 0x11, 0);
        select_application(&mut card, Application::Text);
        assert_eq!(tries_left(&mut card, 0x11), to_question);
        assert_eq!(present(&mut card, 0x11, b"1234"), to_value);
    }
    let mut card = card();
    card.set_behaviour(Behaviour { reports_verified: false, ..Behaviour::default() });
    select_application(&mut card, Application::Text);
    assert_eq!(present(&mut card, 0x11, b"1234"), OK);
    assert_eq!(tries_left(&mut card, 0x11), [0x63, 0xc3]);
}

/// Reads a whole file as a careful reader does, whatever the chip's manners.
fn read_all(card: &mut SimulatedCard, id: u8, expected: u8) -> Vec<u8> {
    select(card, id);
    let mut file = Vec::new();
    loop {
        let [high, low] = u16::try_from(file.len()).unwrap().to_be_bytes();
        let mut answer = card.transmit(&[0x00, 0xb0, high, low, expected]);
        if let [0x6c, right] = answer[..] {
            answer = card.transmit(&[0x00, 0xb0, high, low, right]);
        }
        loop {
            let [data @ .., sw1, sw2] = answer.as_slice() else { panic!("no status") };
            file.extend(data);
            match [*sw1, *sw2] {
                [0x61, more] => answer = card.transmit(&[0x00, 0xc0, 0x00, 0x00, more]),
                OK => break,
                [0x62, 0x82] | [0x6b, 0x00] => return file,
                other => panic!("{other:02x?}"),
            }
        }
    }
}

#[test]
fn files_are_read_whole_with_every_behaviour() {
    for short_read in [ShortRead::Success, ShortRead::EndOfFile, ShortRead::WrongLength] {
        for response_chunk in [None, Some(0), Some(1), Some(100), Some(255)] {
            for expected in [0x00, 0xff, 0x10] {
                let mut card = card();
                let behaviour = Behaviour { short_read, response_chunk, ..Behaviour::default() };
                card.set_behaviour(behaviour);
                for application in Application::ALL {
                    select_application(&mut card, application);
                    assert_eq!(
                        present(&mut card, 0x11, if application == Application::Text { b"1234" } else { b"no" }).len(),
                        2
                    );
                    for id in [1, 2, 3, 4, 5, 6, 7] {
                        let open = application == Application::Text || matches!(id, 3 | 4);
                        if open {
                            let file = card.physical_file(application, id.into()).unwrap().to_vec();
                            assert_eq!(read_all(&mut card, id, expected), file, "{behaviour:?} {id}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn reading_has_its_limits() {
    let mut card = card();
    assert_eq!(card.transmit(&[0x00, 0xb0, 0x00, 0x00, 0x01]), [0x69, 0x86]);
    select_application(&mut card, Application::Text);
    assert_eq!(card.transmit(&[0x00, 0xb0, 0x00, 0x00, 0x01]), [0x69, 0x86]);
    // A short identifier selects, and its offset has one byte.
    let file = card.file(Application::Text, 5).unwrap().to_vec();
    assert_eq!(card.transmit(&[0x00, 0xb0, 0x85, 0x02, 0x03]), [&file[2..5], &OK].concat());
    assert_eq!(card.transmit(&[0x00, 0xb0, 0x00, 0x00, 0x02]), [&file[..2], &OK].concat());
    assert_eq!(card.transmit(&[0x00, 0xb0, 0xc5, 0x00, 0x01]), [0x6a, 0x86]);
    assert_eq!(card.transmit(&[0x00, 0xb0, 0x8f, 0x00, 0x01]), [0x6a, 0x82]);
    // The last byte, behind it, and as far as offsets go.
    assert_eq!(card.transmit(&[0x00, 0xb0, 0x00, 163, 0xff]), [&file[163..], &OK].concat());
    assert_eq!(card.transmit(&[0x00, 0xb0, 0x00, 164, 0xff]), [0x6b, 0x00]);
    assert_eq!(card.transmit(&[0x00, 0xb0, 0x7f, 0xff, 0xff]), [0x6b, 0x00]);
    // A key reference is no file to read, and a file none to present a PIN to.
    select(&mut card, 0x11);
    assert_eq!(card.transmit(&[0x00, 0xb0, 0x00, 0x00, 0x01]), [0x69, 0x81]);
    select(&mut card, 0x04);
    assert_eq!(card.transmit(&[0x00, 0x20, 0x00, 0x80]), [0x6a, 0x88]);
}

#[test]
fn what_the_card_refuses() {
    let mut card = card();
    for (command, status) in [
        // Extended lengths.
        (&[0x00, 0xb0, 0x00, 0x00, 0x00, 0x01, 0x00][..], [0x67, 0x00]),
        (&[0x00, 0xa4, 0x02, 0x0c, 0x00, 0x00, 0x02, 0x00, 0x01], [0x67, 0x00]),
        (&[], [0x67, 0x00]),
        (&[0x00, 0xb0], [0x67, 0x00]),
        // Applications that are not simulated, and an identifier cut short.
        (&[0x00, 0xa4, 0x04, 0x0c, 0x0a, 0xd3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00], [0x6a, 0x82]),
        (&[0x00, 0xa4, 0x04, 0x0c, 0x0a, 0xd3, 0x92, 0xf0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01], [0x6a, 0x82]),
        (&[0x00, 0xa4, 0x04, 0x0c, 0x03, 0xd3, 0x92, 0x10], [0x6a, 0x82]),
        (&[0x00, 0xa4, 0x02, 0x0c, 0x02, 0x00, 0x01], [0x6a, 0x82]),
        (&[0x00, 0xa4, 0x00, 0x00], [0x6a, 0x86]),
        // Instructions and classes.
        (&[0x00, 0x88, 0x00, 0x80, 0x01, 0x00, 0x00], [0x69, 0x85]),
        (&[0x00, 0xfe, 0x00, 0x00], [0x6d, 0x00]),
        (&[0x80, 0x20, 0x00, 0x80], [0x6d, 0x00]),
        (&[0x01, 0xb0, 0x00, 0x00, 0x01], [0x68, 0x81]),
        (&[0x0c, 0xb0, 0x00, 0x00, 0x01], [0x68, 0x82]),
        (&[0xff, 0xca, 0x00, 0x00, 0x00], [0x6e, 0x00]),
        (&[0x00, 0xca, 0x00, 0xf8, 0x00], [0x6a, 0x88]),
        (&[0x00, 0xc0, 0x00, 0x00, 0x10], [0x69, 0x85]),
    ] {
        assert_eq!(card.transmit(command), status, "{command:02x?}");
    }
}

#[test]
fn announced_data_is_gone_after_another_command() {
    let mut card = card();
    card.set_behaviour(Behaviour { response_chunk: Some(4), ..Behaviour::default() });
    select_application(&mut card, Application::Text);
    select(&mut card, 5);
    assert!(card.transmit(&[0x00, 0xb0, 0x00, 0x00, 0x10]).ends_with(&[0x61, 0x0c]));
    select(&mut card, 5);
    assert_eq!(card.transmit(&[0x00, 0xc0, 0x00, 0x00, 0x0c]), [0x69, 0x85]);
}

#[test]
fn the_pin_can_be_changed() {
    let mut card = card();
    select_application(&mut card, Application::Text);
    let change = [0x00, 0x24, 0x01, 0x80, 0x04, b'8', b'7', b'6', b'5'];
    select(&mut card, 0x11);
    assert_eq!(card.transmit(&change), NOT_OPENED);
    assert_eq!(present(&mut card, 0x11, b"1234"), OK);
    assert_eq!(card.transmit(&change), OK);
    card.insert();
    select_application(&mut card, Application::Text);
    assert_eq!(present(&mut card, 0x11, b"1234"), [0x63, 0xc2]);
    assert_eq!(present(&mut card, 0x11, b"8765"), OK);
}

#[test]
fn a_card_that_is_gone_does_not_answer() {
    let mut card = card();
    select_application(&mut card, Application::Text);
    card.remove_after(2);
    assert_eq!(present(&mut card, 0x11, b"1234"), OK);
    assert_eq!(card.transmit(&[0x00, 0xb0, 0x81, 0x00, 0x01]), [0; 0]);
    assert_eq!(card.transmit(&[0x00, 0x84, 0x00, 0x00, 0x08]), [0; 0]);
    card.insert();
    assert_eq!(card.transmit(&[0x00, 0x84, 0x00, 0x00, 0x08]).len(), 10);
    // Nothing stayed selected.
    assert_eq!(card.transmit(&[0x00, 0xb0, 0x81, 0x00, 0x01]), [0x6a, 0x82]);
    card.remove();
    assert_eq!(card.transmit(&[0x00, 0xa4, 0x00, 0x00]), [0; 0]);
}

proptest! {
    /// Whatever is sent, there is an answer with a status; no file is handed out that was not opened.
    #[test]
    fn any_commands_are_answered(
        commands in prop::collection::vec(
            prop_oneof![
                prop::collection::vec(any::<u8>(), 0..12),
                (0_u8..0x20).prop_map(|id| vec![0x00, 0xa4, 0x02, 0x0c, 0x02, 0x00, id]),
                Just([&[0x00, 0xa4, 0x04, 0x0c, 0x0a][..], &Application::Text.aid()].concat()),
                any::<[u8; 3]>().prop_map(|[p1, p2, le]| vec![0x00, 0xb0, p1, p2, le]),
                any::<[u8; 2]>().prop_map(|[p1, p2]| vec![0x00, 0x20, p1, p2, 4, b'0', b'0', b'0', b'0']),
            ],
            0..40,
        ),
    ) {
        let number = request().code_a().to_vec();
        let mut card = card();
        for command in commands {
            let answer = card.transmit(&command);
            prop_assert!(answer.len() >= 2);
            prop_assert!(!answer.windows(12).any(|window| window == number));
        }
    }
}
