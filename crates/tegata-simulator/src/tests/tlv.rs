//! A plain reader of the objects in card files, independent of the code that writes them.

/// An object: its tag, its bytes with the header, and its value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Object<'a> {
    pub(crate) tag: u16,
    pub(crate) whole: &'a [u8],
    pub(crate) value: &'a [u8],
}

/// The objects in a row; a tag has two bytes unless its low five bits are not all set.
pub(crate) fn objects(mut bytes: &[u8]) -> Vec<Object<'_>> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let (tag, tag_length) = if bytes[0] & 0x1f == 0x1f {
            (u16::from_be_bytes([bytes[0], bytes[1]]), 2)
        } else {
            (u16::from(bytes[0]), 1)
        };
        let (length, length_length) = match bytes[tag_length] {
            short @ 0..0x80 => (usize::from(short), 1),
            0x82 => (usize::from(u16::from_be_bytes([bytes[tag_length + 1], bytes[tag_length + 2]])), 3),
            other => panic!("length {other:02x}"),
        };
        let start = tag_length + length_length;
        found.push(Object { tag, whole: &bytes[..start + length], value: &bytes[start..start + length] });
        bytes = &bytes[start + length..];
    }
    found
}

/// The one object of a file.
pub(crate) fn outer(bytes: &[u8]) -> Object<'_> {
    let all = objects(bytes);
    assert_eq!(all.len(), 1, "one outer object");
    all[0]
}

/// The objects within the outer one.
pub(crate) fn inner(bytes: &[u8]) -> Vec<Object<'_>> {
    objects(outer(bytes).value)
}
