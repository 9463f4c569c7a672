//! A photograph: JPEG 2000 (ISO/IEC 15444-1), as real cards have it.

/// Width and height in pixels.
const SIZE: (u32, u32) = (96, 128);

/// A valid JP2 file of plain grey. The comment in it makes the photographs of different holders differ.
///
/// With every wavelet coefficient zero no entropy coder is needed: the one packet is empty, and what is decoded
/// is the middle of the range.
pub(crate) fn grey_jp2(comment: &str) -> Vec<u8> {
    let (width, height) = SIZE;
    let mut header = Vec::new();
    // One component of eight bits, compressed as JPEG 2000, colour space known, no property rights.
    let image_header = [&height.to_be_bytes()[..], &width.to_be_bytes(), &[0, 1, 7, 7, 0, 0]].concat();
    header.extend(jp2_box(b"ihdr", &image_header));
    // Enumerated colour space 17: greyscale.
    header.extend(jp2_box(b"colr", &[1, 0, 0, 0, 0, 0, 17]));

    let mut file = jp2_box(b"jP  ", &[0x0d, 0x0a, 0x87, 0x0a]);
    file.extend(jp2_box(b"ftyp", b"jp2 \0\0\0\0jp2 "));
    file.extend(jp2_box(b"jp2h", &header));
    file.extend(jp2_box(b"jp2c", &codestream(comment)));
    file
}

fn codestream(comment: &str) -> Vec<u8> {
    let (width, height) = SIZE;
    let mut size = vec![0, 0];
    for number in [width, height, 0, 0, width, height, 0, 0] {
        size.extend(number.to_be_bytes());
    }
    // One component: eight bits unsigned, not subsampled.
    size.extend([0, 1, 7, 1, 1]);

    let mut stream = vec![0xff, 0x4f];
    stream.extend(segment(0x51, &size));
    // One layer, no decomposition, code blocks of 64 × 64, reversible 5/3 filter.
    stream.extend(segment(0x52, &[0, 0, 0, 1, 0, 0, 4, 4, 0, 1]));
    // No quantisation, two guard bits, exponent 8.
    stream.extend(segment(0x5c, &[0x40, 0x40]));
    stream.extend(segment(0x64, &[&[0, 1], comment.as_bytes()].concat()));
    // The only part of the only tile: this segment (12 bytes), start of data (2), an empty packet (1).
    stream.extend(segment(0x90, &[0, 0, 0, 0, 0, 15, 0, 1]));
    stream.extend([0xff, 0x93, 0x00, 0xff, 0xd9]);
    stream
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap_or(u16::MAX);
    [&[0xff, marker], &length.to_be_bytes()[..], content].concat()
}

fn jp2_box(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len() + 8).unwrap_or(u32::MAX);
    [&length.to_be_bytes()[..], kind, content].concat()
}
