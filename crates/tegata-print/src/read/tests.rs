use proptest::prelude::*;

use super::raster::Raster;
use super::*;
use crate::{ErrorCorrection, Style, Symbol};

const TEXT: &str = "HC1:6BF+70790T9WJWG.FKY*4GO0.O1CV2 O5 N2FBBRW1*70HS8WY04AC*WIFN0AHCD8KD97TK0F90";

/// An image of grey to draw on.
#[derive(Clone)]
struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Canvas {
    fn white(width: usize, height: usize) -> Self {
        Self { width, height, pixels: vec![255; width * height] }
    }

    /// A symbol in the middle of its quiet zone.
    fn of(text: &str, module: usize) -> Self {
        let symbol = Symbol::encode(text, ErrorCorrection::Quartile).unwrap();
        let side = (symbol.size() + 8) * module;
        let mut canvas = Self::white(side, side);
        canvas.draw(text, module, 4 * module, 4 * module);
        canvas
    }

    fn draw(&mut self, text: &str, module: usize, left: usize, top: usize) {
        let symbol = Symbol::encode(text, ErrorCorrection::Quartile).unwrap();
        let side = symbol.size() * module;
        for (x, y) in (0..side).flat_map(|y| (0..side).map(move |x| (x, y))) {
            if symbol.module(x / module, y / module) {
                self.pixels[(top + y) * self.width + left + x] = 0;
            }
        }
    }

    /// A quarter turn.
    fn turned(&self) -> Self {
        let mut turned = Self::white(self.height, self.width);
        for (x, y) in (0..self.height).flat_map(|x| (0..self.width).map(move |y| (x, y))) {
            turned.pixels[y * turned.width + x] = self.pixels[x * self.width + self.width - 1 - y];
        }
        turned
    }

    fn png(&self) -> Vec<u8> {
        self.png_as(png::ColorType::Grayscale, png::BitDepth::Eight, |grey| vec![grey])
    }

    /// As PNG, each pixel as the given channels make it.
    fn png_as(&self, color: png::ColorType, depth: png::BitDepth, channels: impl Fn(u8) -> Vec<u8>) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder =
            png::Encoder::new(&mut bytes, self.width.try_into().unwrap(), self.height.try_into().unwrap());
        encoder.set_color(color);
        encoder.set_depth(depth);
        if color == png::ColorType::Indexed {
            encoder.set_palette(vec![200, 220, 255, 60, 0, 40]);
        }
        let mut writer = encoder.write_header().unwrap();
        let data: Vec<u8> = self.pixels.iter().flat_map(|&grey| channels(grey)).collect();
        writer.write_image_data(&data).unwrap();
        writer.finish().unwrap();
        bytes
    }

    fn jpeg(&self, color: jpeg_encoder::ColorType, progressive: bool, channels: impl Fn(u8) -> Vec<u8>) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 80);
        encoder.set_progressive(progressive);
        if color == jpeg_encoder::ColorType::Cmyk {
            // The decoder takes printing colours at full resolution only.
            encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_1_1);
        }
        let data: Vec<u8> = self.pixels.iter().flat_map(|&grey| channels(grey)).collect();
        encoder.encode(&data, self.width.try_into().unwrap(), self.height.try_into().unwrap(), color).unwrap();
        bytes
    }
}

fn texts(image: &[u8]) -> Vec<String> {
    read_symbols(image).unwrap().into_iter().map(FoundSymbol::into_text).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn reads_what_it_wrote(text in "[0-9A-Z $%*+./:-]{1,1500}", level in 0..3_usize, module in 1..6_u32) {
        let symbol = Symbol::encode(&text, ErrorCorrection::ALL[level]).unwrap();
        let style = Style::default().with_module_pixels(module).unwrap();
        let found = read_symbols(&symbol.to_png(&style).unwrap()).unwrap();
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(found[0].text(), text);
        prop_assert_eq!(found[0].kind(), SymbolKind::Qr);
    }

    #[test]
    fn bytes_never_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..400), start in 0..3) {
        if let Some(start) = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &[0xFF, 0xD8, 0xFF]].get(usize::try_from(start).unwrap()) {
            bytes.splice(..0, start.iter().copied());
        }
        prop_assert!(read_symbols(&bytes).is_err());
    }
}

#[test]
fn reads_every_form_of_png() {
    use png::{BitDepth, ColorType};

    let canvas = Canvas::of(TEXT, 3);
    assert_eq!(texts(&canvas.png()), [TEXT]);
    assert_eq!(texts(&canvas.png_as(ColorType::Grayscale, BitDepth::Sixteen, |grey| vec![grey, 7])), [TEXT]);
    assert_eq!(texts(&canvas.png_as(ColorType::Rgb, BitDepth::Eight, |grey| vec![grey, grey / 2, 90])), [TEXT]);
    assert_eq!(texts(&canvas.png_as(ColorType::Indexed, BitDepth::Eight, |grey| vec![u8::from(grey == 0)])), [TEXT]);
    // Black on nothing, as page descriptions export it: the colour of what is transparent is black too.
    assert_eq!(texts(&canvas.png_as(ColorType::Rgba, BitDepth::Eight, |grey| vec![0, 0, 0, 255 - grey])), [TEXT]);
    assert_eq!(texts(&canvas.png_as(ColorType::GrayscaleAlpha, BitDepth::Eight, |grey| vec![0, 255 - grey])), [TEXT]);
}

#[test]
fn reads_every_form_of_jpeg() {
    use jpeg_encoder::ColorType;

    let canvas = Canvas::of(TEXT, 4);
    for progressive in [false, true] {
        assert_eq!(texts(&canvas.jpeg(ColorType::Luma, progressive, |grey| vec![grey])), [TEXT]);
        assert_eq!(texts(&canvas.jpeg(ColorType::Rgb, progressive, |grey| vec![grey, grey, 200])), [TEXT]);
        assert_eq!(texts(&canvas.jpeg(ColorType::Cmyk, progressive, |grey| vec![0, 0, 0, 255 - grey])), [TEXT]);
    }
}

#[test]
fn reads_turned_and_negative_symbols() {
    let mut canvas = Canvas::of(TEXT, 3);
    for _ in 0..4 {
        canvas = canvas.turned();
        assert_eq!(texts(&canvas.png()), [TEXT]);
    }
    canvas.pixels.iter_mut().for_each(|grey| *grey = 255 - *grey);
    assert_eq!(texts(&canvas.png()), [TEXT]);
}

#[test]
#[allow(clippy::as_conversions, reason = "geometry of small numbers")]
fn reads_photographs() {
    let text: String = TEXT.chars().cycle().take(560).collect();
    let paper = Canvas::of(&text, 6);
    let mut noise = Noise(0x0123_4567_89AB_CDEF);
    for degrees in [-12.0_f64, -7.0, 3.0, 10.0] {
        // Turned, smaller towards the far side, darker towards the left, grainy.
        let (sine, cosine) = degrees.to_radians().sin_cos();
        let mut photo = Canvas::white(1000, 800);
        for (x, y) in (0..800).flat_map(|y| (0..1000).map(move |x| (x, y))) {
            let (right, down) = (x as f64 - 500.0, y as f64 - 400.0);
            let scale = 0.85 - 0.0001 * down;
            let from_left = (right * cosine + down * sine) * scale + paper.width as f64 / 2.0;
            let from_top = (down * cosine - right * sine) * scale + paper.height as f64 / 2.0;
            let inside =
                (0.0..paper.width as f64).contains(&from_left) && (0.0..paper.height as f64).contains(&from_top);
            let grey = if inside { paper.pixels[from_top as usize * paper.width + from_left as usize] } else { 190 };
            let light = 0.45 + 0.5 * x as f64 / 1000.0;
            let grain = noise.next(41) as f64 - 20.0;
            photo.pixels[y * 1000 + x] = ((f64::from(grey) * 0.8 + 40.0) * light + grain) as u8;
        }
        let image = photo.jpeg(jpeg_encoder::ColorType::Luma, false, |grey| vec![grey]);
        assert_eq!(texts(&image), [text.as_str()], "{degrees} degrees");
    }
}

#[test]
fn returns_all_symbols_of_a_page_in_reading_order() {
    let mut page = Canvas::white(900, 900);
    // Two lines, the left symbol of the first a little lower than the right one.
    page.draw("HC1:THIRD", 5, 100, 500);
    page.draw("HC1:SECOND", 5, 600, 100);
    page.draw("HC1:FIRST", 5, 100, 120);
    page.draw("HC1:FOURTH", 4, 600, 520);
    // A copy.
    page.draw("HC1:FIRST", 5, 350, 700);
    assert_eq!(texts(&page.png()), ["HC1:FIRST", "HC1:SECOND", "HC1:THIRD", "HC1:FOURTH"]);
}

/// An Aztec and a Data Matrix symbol, at modules of five pixels.
fn draw_other(canvas: &mut Canvas, kind: SymbolKind, text: &str, left: usize, top: usize) {
    use rxing::aztec::AztecWriter;
    use rxing::datamatrix::DataMatrixWriter;
    use rxing::{BarcodeFormat, Writer};

    let matrix = match kind {
        SymbolKind::Aztec => AztecWriter.encode(text, &BarcodeFormat::AZTEC, 0, 0),
        _ => DataMatrixWriter.encode(text, &BarcodeFormat::DATA_MATRIX, 0, 0),
    };
    let matrix = matrix.unwrap();
    for (x, y) in (0..matrix.height()).flat_map(|y| (0..matrix.width()).map(move |x| (x, y))) {
        if matrix.get(x, y) {
            let (left, top) = (left + 5 * usize::try_from(x).unwrap(), top + 5 * usize::try_from(y).unwrap());
            (top..top + 5).for_each(|row| canvas.pixels[row * canvas.width + left..][..5].fill(0));
        }
    }
}

#[test]
fn reads_aztec_and_data_matrix() {
    for kind in [SymbolKind::Aztec, SymbolKind::DataMatrix] {
        let mut canvas = Canvas::white(400, 400);
        draw_other(&mut canvas, kind, TEXT, 100, 100);
        let found = read_symbols(&canvas.png()).unwrap();
        assert_eq!(found, [FoundSymbol { text: TEXT.to_owned(), kind }]);
    }
}

#[test]
fn reads_symbols_of_several_kinds_on_one_page() {
    let long: String = TEXT.chars().cycle().take(300).collect();
    for kind in [SymbolKind::Aztec, SymbolKind::DataMatrix] {
        let mut page = Canvas::white(1000, 600);
        page.draw(TEXT, 5, 40, 60);
        draw_other(&mut page, kind, &long, 480, 60);
        let found = read_symbols(&page.png()).unwrap();
        let expected =
            [FoundSymbol { text: TEXT.into(), kind: SymbolKind::Qr }, FoundSymbol { text: long.clone(), kind }];
        assert_eq!(found, expected);
    }
}

#[test]
fn reads_symbols_of_several_sizes_and_inks_on_one_page() {
    let mut page = Canvas::white(1200, 900);
    page.draw("HC1:LARGE", 12, 60, 60);
    page.draw("HC1:SMALL", 2, 700, 80);
    page.draw("HC1:MIDDLE", 6, 60, 600);
    // In faint ink, and white on black.
    let mut faint = Canvas::white(300, 300);
    faint.draw("HC1:FAINT", 5, 40, 40);
    let mut negative = Canvas::white(300, 300);
    negative.draw("HC1:NEGATIVE", 5, 40, 40);
    for (y, row) in (0..300).map(|y| (y, y * 300..y * 300 + 300)) {
        for (x, place) in row.enumerate() {
            if faint.pixels[place] == 0 {
                page.pixels[(y + 300) * 1200 + 500 + x] = 190;
            }
            page.pixels[(y + 550) * 1200 + 800 + x] = 255 - negative.pixels[place];
        }
    }
    let found = texts(&page.png());
    for text in ["HC1:LARGE", "HC1:SMALL", "HC1:MIDDLE", "HC1:FAINT"] {
        assert!(found.iter().any(|found| found == text), "{text}: {found:?}");
    }
}

#[test]
fn reads_pixels_as_it_reads_a_file() {
    for module in [3, 12] {
        let canvas = Canvas::of(TEXT, module);
        let rgba: Vec<u8> = canvas.pixels.iter().flat_map(|&grey| [grey, grey, grey, 255]).collect();
        // Black throughout, and white where it is transparent.
        let cut_out: Vec<u8> = canvas.pixels.iter().flat_map(|&grey| [0, 0, 0, 255 - grey]).collect();
        for (pixels, look) in [(&rgba, Look::Thorough), (&rgba, Look::Quick), (&cut_out, Look::Thorough)] {
            let found = read_pixels(canvas.width, canvas.height, pixels, look).unwrap();
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].text(), TEXT);
        }
    }
    let white = vec![255; 64 * 64 * 4];
    assert_eq!(read_pixels(64, 64, &white, Look::Quick), Err(ReadError::NoSymbol));
    assert_eq!(read_pixels(64, 65, &white, Look::Thorough), Err(ReadError::Unreadable));
    assert_eq!(read_pixels(0, 0, &[], Look::Thorough), Err(ReadError::Unreadable));
    assert_eq!(read_pixels(MAX_IMAGE_SIDE + 1, 1, &white, Look::Quick), Err(ReadError::TooLarge));
    assert_eq!(read_pixels(usize::MAX, usize::MAX, &white, Look::Quick), Err(ReadError::TooLarge));
}

#[test]
fn says_what_is_wrong() {
    assert_eq!(read_symbols(b""), Err(ReadError::NotAnImage));
    assert_eq!(read_symbols(b"HC1:6BF"), Err(ReadError::NotAnImage));
    assert_eq!(read_symbols(&Canvas::white(64, 64).png()), Err(ReadError::NoSymbol));
    assert_eq!(read_symbols(&Canvas::white(1, 1).png()), Err(ReadError::NoSymbol));

    let png = Canvas::of(TEXT, 3).png();
    assert_eq!(read_symbols(&png[..png.len() / 2]), Err(ReadError::Unreadable));
    assert_eq!(read_symbols(&[0xFF, 0xD8, 0xFF, 0xE0]), Err(ReadError::Unreadable));

    assert_eq!(ReadError::NoSymbol.code(), Code::NoCodeFound);
    for error in [ReadError::NotAnImage, ReadError::Unreadable, ReadError::TooLarge] {
        assert_eq!(error.code(), Code::ImageUnreadable);
    }
}

#[test]
fn tells_images_by_their_content() {
    assert!(is_image(&Canvas::white(1, 1).png()));
    assert!(is_image(&Canvas::white(1, 1).jpeg(jpeg_encoder::ColorType::Luma, false, |grey| vec![grey])));
    assert!(!is_image(b"HC1:6BF"));
    assert!(!is_image(b"\x89PN"));
    assert!(!is_image(b""));
}

#[test]
fn refuses_large_images_by_their_header() {
    for (width, height) in [(16_385, 1), (1, 16_385), (6_325, 6_325), (u32::MAX / 2, 1)] {
        let mut png = Vec::new();
        let mut encoder = png::Encoder::new(&mut png, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.write_header().unwrap();
        // Where pixels would follow.
        png.truncate(33);
        png.extend_from_slice(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
        assert_eq!(read_symbols(&png), Err(ReadError::TooLarge), "{width} × {height}");
    }
    // A frame of 16 385 lines of one sample.
    let mut jpeg = Canvas::white(8, 8).jpeg(jpeg_encoder::ColorType::Luma, false, |grey| vec![grey]);
    let frame = jpeg.windows(2).position(|marker| marker == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 7].copy_from_slice(&16_385_u16.to_be_bytes());
    assert_eq!(read_symbols(&jpeg), Err(ReadError::TooLarge));
}

/// A source of bytes that is the same in every run.
struct Noise(u64);

impl Noise {
    fn next(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 32).unwrap() % bound
    }
}

#[test]
fn damaged_images_never_panic() {
    let canvas = Canvas::of(TEXT, 2);
    let jpeg = canvas.jpeg(jpeg_encoder::ColorType::Luma, false, |grey| vec![grey]);
    let mut noise = Noise(0x5EED_1234_5678_9ABC);
    let (mut read, mut refused) = (0, 0);
    for round in 0..1500 {
        let image = if round % 2 == 0 {
            // Rectangles of one grey, some of which the error correction makes good.
            let mut damaged = canvas.clone();
            for _ in 0..=noise.next(12) {
                let (left, top, grey) = (noise.next(canvas.width), noise.next(canvas.height), noise.next(256));
                let (right, bottom) = (left + noise.next(30), top + noise.next(30));
                for y in top..bottom.min(canvas.height) {
                    damaged.pixels[y * canvas.width..][left..right.min(canvas.width)].fill(grey.try_into().unwrap());
                }
            }
            damaged.png()
        } else {
            let mut damaged = jpeg.clone();
            for _ in 0..=noise.next(20) {
                let place = noise.next(jpeg.len());
                damaged[place] = noise.next(256).try_into().unwrap();
            }
            damaged
        };
        match read_symbols(&image) {
            Ok(_) => read += 1,
            Err(_) => refused += 1,
        }
    }
    assert!(read > 100 && refused > 100, "{read} read, {refused} refused: the damage is of no use as a test");
}

#[test]
fn refuses_what_would_be_buffered_beyond_measure() {
    // The frame of a small image says a larger size; what is buffered is judged before the first scan is read.
    let resized = |image: &[u8], marker: u8, side: u16| {
        let mut image = image.to_owned();
        let frame = image.windows(2).position(|found| found == [0xFF, marker]).unwrap();
        image[frame + 5..frame + 7].copy_from_slice(&side.to_be_bytes());
        image[frame + 7..frame + 9].copy_from_slice(&side.to_be_bytes());
        read_symbols(&image)
    };
    let jpeg =
        |color, progressive, channels: usize| Canvas::white(16, 16).jpeg(color, progressive, |_| vec![200; channels]);
    use jpeg_encoder::ColorType;
    let (sequential, progressive) = (0xC0, 0xC2);
    let color_progressive = jpeg(ColorType::Rgb, true, 3);
    assert_eq!(resized(&color_progressive, progressive, 4500), Err(ReadError::TooLarge));
    assert_ne!(resized(&color_progressive, progressive, 1000), Err(ReadError::TooLarge));
    let printing = jpeg(ColorType::Cmyk, false, 4);
    assert_eq!(resized(&printing, sequential, 4500), Err(ReadError::TooLarge));
    let photo = jpeg(ColorType::Rgb, false, 3);
    assert_ne!(resized(&photo, sequential, 4500), Err(ReadError::TooLarge));
}

#[test]
fn a_wall_of_finder_patterns_takes_no_more_than_seconds() {
    // Without bounds on the search, this image of a few kilobytes takes minutes.
    let mut wall = Canvas::white(900, 900);
    for (place, grey) in wall.pixels.iter_mut().enumerate() {
        let distance = |along: usize| (along % 9).abs_diff(4);
        let ring = distance(place % 900).max(distance(place / 900));
        *grey = if matches!(ring, 0 | 1 | 3) { 0 } else { 255 };
    }
    let started = std::time::Instant::now();
    assert_eq!(read_symbols(&wall.png()), Err(ReadError::NoSymbol));
    assert!(started.elapsed() < std::time::Duration::from_secs(30));
}

#[test]
fn reads_a_page_of_many_symbols() {
    let mut page = Canvas::white(1300, 1300);
    let written: Vec<String> = (0..36).map(|number| format!("HC1:{number:03}{TEXT}")).collect();
    for (number, text) in written.iter().enumerate() {
        page.draw(text, 3, 40 + number % 6 * 210, 40 + number / 6 * 210);
    }
    assert_eq!(texts(&page.png()), written);
}

#[test]
fn scaling_keeps_the_picture() {
    let mut canvas = Canvas::white(4, 3);
    canvas.pixels = vec![0, 100, 200, 255, 50, 50, 255, 255, 9, 9, 9, 9];
    let raster = Raster::decode(&canvas.png()).unwrap();
    let half = raster.reduced(2).unwrap();
    assert_eq!((half.width(), half.height(), half.pixels()), (2, 1, [50, 241].as_slice()));
    assert!(raster.reduced(4).is_none());
    let double = raster.doubled();
    assert_eq!((double.width(), double.height()), (8, 6));
    assert_eq!(double.pixels()[..8], [0, 25, 75, 125, 175, 214, 241, 255]);
    // A pixel of the second row is a quarter of the way to the one below.
    assert_eq!(double.pixels()[8..10], [13, 32]);

    let one_dot = Raster::new(3, 3, vec![0, 0, 0, 0, 160, 0, 0, 0, 0]).unwrap();
    assert_eq!(one_dot.smoothed().pixels(), [10, 20, 10, 20, 40, 20, 10, 20, 10]);
    let plain = Raster::new(2, 2, vec![7; 4]).unwrap();
    for same in [plain.smoothed(), plain.sharpened()] {
        assert_eq!(same.pixels(), [7; 4]);
    }
    let edge = Raster::new(4, 1, vec![100, 100, 150, 150]).unwrap().sharpened();
    assert!(edge.pixels()[1] < 100 && edge.pixels()[2] > 150, "{:?}", edge.pixels());
    let mut part = Raster::new(4, 2, vec![9; 8]).unwrap();
    part.blank(1, 1, 3, 9);
    assert_eq!(part.pixels(), [9, 9, 9, 9, 9, 255, 255, 9]);
}

#[test]
fn debug_shows_no_content() {
    let found = read_symbols(&Canvas::of("HC1:CANARY", 3).png()).unwrap();
    assert_eq!(format!("{found:?}"), "[FoundSymbol { kind: Qr, text_bytes: 10, .. }]");
}
