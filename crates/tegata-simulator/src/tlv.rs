//! Writing BER-TLV as real cards do.

use crate::error::SimulatorError;

/// An object with a two-byte tag. Lengths from 0x80 on take three bytes (`82 00 9F`), shorter or not: real
/// cards never write `81`.
pub(crate) fn object(tag: u16, value: &[u8]) -> Result<Vec<u8>, SimulatorError> {
    with_tag(&tag.to_be_bytes(), value)
}

/// An object with a one-byte tag, as within key objects and in EF 0006.
pub(crate) fn short_object(tag: u8, value: &[u8]) -> Result<Vec<u8>, SimulatorError> {
    with_tag(&[tag], value)
}

fn with_tag(tag: &[u8], value: &[u8]) -> Result<Vec<u8>, SimulatorError> {
    let length = u16::try_from(value.len()).map_err(|_| SimulatorError::FileLength)?;
    let mut bytes = tag.to_vec();
    match u8::try_from(length) {
        Ok(short @ 0..0x80) => bytes.push(short),
        _ => {
            bytes.push(0x82);
            bytes.extend(length.to_be_bytes());
        }
    }
    bytes.extend(value);
    Ok(bytes)
}

/// An outer object that begins with the table of where its other objects stand, counted from the first byte of
/// the file.
pub(crate) fn with_offset_table(tag: u16, table_tag: u16, objects: &[Vec<u8>]) -> Result<Vec<u8>, SimulatorError> {
    let content: usize = objects.iter().map(Vec::len).sum();
    let table_length = 3 + objects.len() * 2;
    let header_length = if table_length + content < 0x80 { 3 } else { 5 };
    let mut position = header_length + table_length;
    let mut table = Vec::new();
    for each in objects {
        table.extend(u16::try_from(position).map_err(|_| SimulatorError::FileLength)?.to_be_bytes());
        position += each.len();
    }
    let mut value = object(table_tag, &table)?;
    value.extend(objects.iter().flatten());
    object(tag, &value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_as_cards_write_them() {
        assert_eq!(object(0xff10, &[1, 2]).unwrap(), [0xff, 0x10, 2, 1, 2]);
        assert_eq!(object(0xff10, &[0; 0x7f]).unwrap()[..3], [0xff, 0x10, 0x7f]);
        assert_eq!(object(0xff10, &[0; 0x80]).unwrap()[..5], [0xff, 0x10, 0x82, 0x00, 0x80]);
        assert_eq!(object(0xff10, &[0; 0x14b]).unwrap()[..5], [0xff, 0x10, 0x82, 0x01, 0x4b]);
        assert_eq!(object(0xff10, &[0; 0x10000]), Err(SimulatorError::FileLength));
    }

    #[test]
    fn offsets_count_from_the_first_byte_of_the_file() {
        let objects = [object(0xdf22, b"abc").unwrap(), object(0xdf23, b"d").unwrap()];
        let file = with_offset_table(0xff20, 0xdf21, &objects).unwrap();
        assert_eq!(file, b"\xff\x20\x11\xdf\x21\x04\x00\x0a\x00\x10\xdf\x22\x03abc\xdf\x23\x01d");
        // A long file has two more bytes before the table.
        let objects = [object(0xdf22, &[7; 0x90]).unwrap()];
        let file = with_offset_table(0xff20, 0xdf21, &objects).unwrap();
        assert_eq!(file[..12], [0xff, 0x20, 0x82, 0x00, 0x9a, 0xdf, 0x21, 0x02, 0x00, 0x0a, 0xdf, 0x22]);
    }
}
