use super::*;

/// A text of the alphabet that is not numeric, of the given length.
fn text(length: usize) -> String {
    "HC1:"
        .chars()
        .chain("6BF+70790T9WJWG.FKY*4GO0.O1CV2 O5 N2FBBRW1*70HS8WY04AC*WIFN0AHCD8KD97TK0F90".chars().cycle())
        .take(length)
        .collect()
}

/// The format information beside the top left finder pattern (ISO/IEC 18004 §7.9): its five data
/// bits, level and mask.
fn format_information(symbol: &Symbol) -> u32 {
    let column = [(8, 0), (8, 1), (8, 2), (8, 3), (8, 4), (8, 5), (8, 7), (8, 8)];
    let row = [(7, 8), (5, 8), (4, 8), (3, 8), (2, 8), (1, 8), (0, 8)];
    let raw = column
        .iter()
        .chain(&row)
        .enumerate()
        .fold(0, |bits, (bit, &(x, y))| bits | u32::from(symbol.module(x, y)) << bit);
    (raw ^ 0b101_0100_0001_0010) >> 10
}

#[test]
fn carries_its_level_in_the_format_information() {
    for (&level, bits) in ErrorCorrection::ALL.iter().zip([0b01, 0b00, 0b11, 0b10]) {
        let symbol = Symbol::encode(&text(560), level).unwrap();
        assert_eq!(format_information(&symbol) >> 3, bits, "{level:?}");
        assert_eq!(symbol.level(), level);
    }
    assert_eq!(ErrorCorrection::default(), ErrorCorrection::Quartile);
}

#[test]
fn takes_the_smallest_version() {
    // ISO/IEC 18004 table 7, alphanumeric mode: the capacities of versions 17 to 19 at Q and of 40.
    for (length, version) in
        [(1, 1), (16, 1), (17, 2), (531, 17), (532, 18), (574, 18), (575, 19), (644, 19), (645, 20)]
    {
        let symbol = Symbol::encode(&text(length), ErrorCorrection::Quartile).unwrap();
        assert_eq!(symbol.version(), version, "{length} characters");
        assert_eq!(symbol.size(), 17 + 4 * usize::from(version));
    }
    for (&level, capacity) in ErrorCorrection::ALL.iter().zip([4296, 3391, 2420, 1852]) {
        assert_eq!(Symbol::encode(&text(capacity), level).unwrap().version(), 40);
        assert_eq!(Symbol::encode(&text(capacity + 1), level), Err(SymbolError::TooLong));
    }
}

/// An encoder by other hands makes the same symbol, but for the mask: it may rate masks otherwise.
#[test]
fn agrees_with_another_encoder() {
    use qrcode::bits::Bits;
    use qrcode::{EcLevel, QrCode, Version};

    let levels = [EcLevel::L, EcLevel::M, EcLevel::Q, EcLevel::H];
    for (length, level) in [(1, 2), (20, 0), (77, 3), (300, 1), (555, 2), (604, 2), (1093, 2), (1500, 2), (4296, 0)] {
        let text = text(length);
        let ours = Symbol::encode(&text, ErrorCorrection::ALL[level]).unwrap();
        let version = Version::Normal(i16::from(ours.version()));
        let mut bits = Bits::new(version);
        bits.push_alphanumeric_data(text.as_bytes()).unwrap();
        bits.push_terminator(levels[level]).unwrap();
        let theirs = QrCode::with_bits(bits, levels[level]).unwrap();

        let size = ours.size();
        assert_eq!(theirs.width(), size);
        let theirs = Symbol {
            size,
            version: ours.version,
            level: ours.level,
            modules: theirs.to_colors().into_iter().map(|color| color == qrcode::Color::Dark).collect(),
        };
        let masks = [&ours, &theirs].map(|symbol| format_information(symbol) & 0b111);
        let mut data_modules = 0;
        for (x, y) in (0..size).flat_map(|y| (0..size).map(move |x| (x, y))) {
            let same = ours.module(x, y) == theirs.module(x, y);
            // Where the masks differ, data modules differ just there; all other modules are equal.
            if masks.map(|mask| is_masked(mask, x, y)) == [true, false]
                || masks.map(|mask| is_masked(mask, x, y)) == [false, true]
            {
                data_modules += usize::from(!same);
            } else {
                assert!(same || is_format(size, x, y), "{length} characters, module {x}, {y}");
            }
        }
        if masks[0] != masks[1] {
            // Nothing but function patterns may agree under different masks.
            assert!(data_modules > size * size / 4, "{length} characters");
        }
    }
}

/// ISO/IEC 18004 table 10.
fn is_masked(mask: u32, x: usize, y: usize) -> bool {
    let condition = match mask {
        0 => (x + y) % 2,
        1 => y % 2,
        2 => x % 3,
        3 => (x + y) % 3,
        4 => (y / 2 + x / 3) % 2,
        5 => (x * y) % 2 + (x * y) % 3,
        6 => ((x * y) % 2 + (x * y) % 3) % 2,
        _ => ((x + y) % 2 + (x * y) % 3) % 2,
    };
    condition == 0
}

/// Where the format information stands.
fn is_format(size: usize, x: usize, y: usize) -> bool {
    (y == 8 && (x <= 8 || x + 8 >= size)) || (x == 8 && (y <= 8 || y + 8 >= size))
}

#[test]
fn digits_are_encoded_alphanumerically_too() {
    // 17 characters need version 2 in alphanumeric mode; in numeric mode, version 1 holds 27.
    assert_eq!(Symbol::encode("12345678901234567", ErrorCorrection::Quartile).unwrap().version(), 2);
}

#[test]
fn refuses_other_texts() {
    let encode = |text| Symbol::encode(text, ErrorCorrection::Quartile);
    assert_eq!(encode(""), Err(SymbolError::Empty));
    assert_eq!(encode("HC1:a"), Err(SymbolError::NotAlphanumeric { offset: 4 }));
    assert_eq!(encode("HC1:あ"), Err(SymbolError::NotAlphanumeric { offset: 4 }));
    assert_eq!(encode("HC1:\n"), Err(SymbolError::NotAlphanumeric { offset: 4 }));
    assert_eq!(SymbolError::TooLong.code(), Code::CertificateTooLarge);
    assert_eq!(SymbolError::Empty.code(), Code::ApiMisuse);
}

#[test]
fn takes_the_whole_alphabet() {
    let alphabet: String =
        (0_u8..128).map(char::from).filter(|&c| Symbol::encode(&c.to_string(), ErrorCorrection::Low).is_ok()).collect();
    assert_eq!(alphabet, " $%*+-./0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

#[test]
fn is_light_outside() {
    let symbol = Symbol::encode("HC1:", ErrorCorrection::Quartile).unwrap();
    assert!(symbol.module(0, 0), "the corner of a finder pattern");
    for (x, y) in [(21, 0), (0, 21), (usize::MAX, 0), (0, usize::MAX), (usize::MAX, usize::MAX)] {
        assert!(!symbol.module(x, y));
    }
}

#[test]
fn debug_shows_no_content() {
    let symbol = Symbol::encode("HC1:CANARY", ErrorCorrection::Quartile).unwrap();
    assert_eq!(format!("{symbol:?}"), "Symbol { version: 1, level: Quartile, size: 21, .. }");
}
