//! Command APDUs (ISO/IEC 7816-4 §5.1), short form.

/// A command, its parts taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Command<'a> {
    pub(super) class: u8,
    pub(super) instruction: u8,
    pub(super) parameters: [u8; 2],
    pub(super) data: &'a [u8],
    /// How many bytes are expected, 1 to 256; `None` when no answer is.
    pub(super) expected: Option<usize>,
}

impl<'a> Command<'a> {
    /// `None` for anything that is no short command: this card refuses extended lengths.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (&[class, instruction, p1, p2], body) = bytes.split_first_chunk::<4>()?;
        let (data, expected): (&[u8], _) = match body {
            [] => (&[], None),
            [expected] => (&[], Some(*expected)),
            // A zero here would begin an extended length.
            [0, ..] => return None,
            [length, rest @ ..] => match rest.split_at_checked(usize::from(*length))? {
                (data, []) => (data, None),
                (data, [expected]) => (data, Some(*expected)),
                _ => return None,
            },
        };
        let expected = expected.map(|length| if length == 0 { 256 } else { usize::from(length) });
        Some(Self { class, instruction, parameters: [p1, p2], data, expected })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_short_forms_and_nothing_else() {
        let parts = |bytes: &'static [u8]| Command::parse(bytes).map(|command| (command.data, command.expected));
        assert_eq!(parts(&[0, 0x20, 0, 0x80]), Some((&[][..], None)));
        assert_eq!(parts(&[0, 0xb0, 0, 0, 0]), Some((&[][..], Some(256))));
        assert_eq!(parts(&[0, 0xb0, 0, 0, 0xff]), Some((&[][..], Some(255))));
        assert_eq!(parts(&[0, 0xa4, 2, 0x0c, 2, 0, 1]), Some((&[0, 1][..], None)));
        assert_eq!(parts(&[0x80, 0x2a, 0, 0, 2, 0, 1, 0]), Some((&[0, 1][..], Some(256))));
        for bytes in [
            &[][..],
            &[0, 0xb0, 0],
            // Extended lengths, expected and of data.
            &[0, 0xb0, 0, 0, 0, 1, 0],
            &[0, 0xb0, 0, 0, 0, 0, 1, 7],
            // Data cut short, and more than an expected length behind it.
            &[0, 0xa4, 2, 0x0c, 2, 0],
            &[0, 0xa4, 2, 0x0c, 2, 0, 1, 0, 0],
        ] {
            assert_eq!(Command::parse(bytes), None, "{bytes:02x?}");
        }
    }
}
