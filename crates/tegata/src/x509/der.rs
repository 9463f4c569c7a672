//! A small, lenient reader of DER (X.690): tag, length, value, over borrowed bytes.
//!
//! Real certificates break DER, so lengths need not be minimal and encoded defaults are no error;
//! indefinite lengths and tags above 30 are. Nothing recurses, so nesting costs nothing. The input
//! is untrusted.

use super::CertificateError;

/// Universal and context-specific tags, as the identifier octet.
pub(super) mod tag {
    pub(crate) const BOOLEAN: u8 = 0x01;
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const BIT_STRING: u8 = 0x03;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const NULL: u8 = 0x05;
    pub(crate) const OID: u8 = 0x06;
    pub(crate) const UTF8_STRING: u8 = 0x0c;
    pub(crate) const NUMERIC_STRING: u8 = 0x12;
    pub(crate) const PRINTABLE_STRING: u8 = 0x13;
    pub(crate) const T61_STRING: u8 = 0x14;
    pub(crate) const IA5_STRING: u8 = 0x16;
    pub(crate) const UTC_TIME: u8 = 0x17;
    pub(crate) const GENERALIZED_TIME: u8 = 0x18;
    pub(crate) const VISIBLE_STRING: u8 = 0x1a;
    pub(crate) const UNIVERSAL_STRING: u8 = 0x1c;
    pub(crate) const BMP_STRING: u8 = 0x1e;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const SET: u8 = 0x31;

    /// `[number]` of a primitive type, IMPLICIT.
    pub(crate) const fn context(number: u8) -> u8 {
        0x80 | number
    }

    /// `[number]` of a constructed type, IMPLICIT, or of any type, EXPLICIT.
    pub(crate) const fn context_constructed(number: u8) -> u8 {
        0xa0 | number
    }
}

/// One element: its tag, its value and all of its bytes.
#[derive(Clone, Copy)]
pub(super) struct Element<'a> {
    pub(super) tag: u8,
    pub(super) value: &'a [u8],
    /// Tag, length and value.
    pub(super) encoded: &'a [u8],
    /// Where the value starts in the outermost input.
    pub(super) offset: usize,
}

impl<'a> Element<'a> {
    /// Reads the elements inside this one; `field` names them in errors.
    pub(super) fn contents(&self, field: &'static str) -> Reader<'a> {
        Reader { rest: self.value, offset: self.offset, field }
    }

    /// The bytes of a BIT STRING and its number of unused bits.
    pub(super) fn bits(&self, field: &'static str) -> Result<(&'a [u8], u8), CertificateError> {
        match self.value.split_first() {
            Some((unused, bytes)) if *unused < 8 && (*unused == 0 || !bytes.is_empty()) => Ok((bytes, *unused)),
            _ => Err(CertificateError::Malformed { field, offset: self.offset }),
        }
    }

    /// The bytes of a BIT STRING that is a whole number of bytes.
    pub(super) fn octets_of_bits(&self, field: &'static str) -> Result<&'a [u8], CertificateError> {
        match self.bits(field)? {
            (bytes, 0) => Ok(bytes),
            _ => Err(CertificateError::Malformed { field, offset: self.offset }),
        }
    }

    /// A positive INTEGER, big-endian without leading zeros.
    pub(super) fn positive(&self, field: &'static str) -> Result<&'a [u8], CertificateError> {
        let zeros = self.value.iter().take_while(|byte| **byte == 0).count();
        let number = self.value.get(zeros..).unwrap_or_default();
        let negative = zeros == 0 && number.first().is_some_and(|byte| *byte >= 0x80);
        if number.is_empty() || negative {
            return Err(CertificateError::Malformed { field, offset: self.offset });
        }
        Ok(number)
    }

    /// A non-negative INTEGER of at most 32 bits.
    pub(super) fn small(&self, field: &'static str) -> Result<u32, CertificateError> {
        let malformed = CertificateError::Malformed { field, offset: self.offset };
        if self.value.is_empty() || self.value.first().is_some_and(|byte| *byte >= 0x80) {
            return Err(malformed);
        }
        self.value.iter().try_fold(0_u32, |number, byte| {
            number.checked_mul(256).map(|number| number | u32::from(*byte)).ok_or(malformed)
        })
    }

    /// A BOOLEAN: zero is false, everything else true (BER, X.690 §8.2.2).
    pub(super) fn boolean(&self, field: &'static str) -> Result<bool, CertificateError> {
        match self.value {
            [byte] => Ok(*byte != 0),
            _ => Err(CertificateError::Malformed { field, offset: self.offset }),
        }
    }
}

/// Reads elements one after another.
#[derive(Clone)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    /// Where `rest` starts in the outermost input.
    offset: usize,
    /// What is being read, for errors.
    field: &'static str,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(input: &'a [u8], field: &'static str) -> Self {
        Self { rest: input, offset: 0, field }
    }

    /// Names what is read from here on.
    pub(super) const fn field(&mut self, field: &'static str) -> &mut Self {
        self.field = field;
        self
    }

    pub(super) const fn error(&self) -> CertificateError {
        CertificateError::Malformed { field: self.field, offset: self.offset }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next element, of any tag.
    pub(super) fn any(&mut self) -> Result<Element<'a>, CertificateError> {
        let (tag, length, header) = header(self.rest).ok_or(self.error())?;
        let end = header.checked_add(length).ok_or(self.error())?;
        let (encoded, rest) = self.rest.split_at_checked(end).ok_or(self.error())?;
        let value = encoded.get(header..).ok_or(self.error())?;
        let element = Element { tag, value, encoded, offset: self.offset + header };
        self.rest = rest;
        self.offset += end;
        Ok(element)
    }

    /// The next element, which must have this tag.
    pub(super) fn expect(&mut self, tag: u8) -> Result<Element<'a>, CertificateError> {
        if self.rest.first() != Some(&tag) {
            return Err(self.error());
        }
        self.any()
    }

    /// The next element if it has this tag.
    pub(super) fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, CertificateError> {
        if self.rest.first() == Some(&tag) { self.any().map(Some) } else { Ok(None) }
    }

    /// Passes over one octet, such as the number of unused bits of a BIT STRING.
    pub(super) fn skip_octet(&mut self) -> Result<(), CertificateError> {
        let (_, rest) = self.rest.split_first().ok_or(self.error())?;
        self.rest = rest;
        self.offset += 1;
        Ok(())
    }

    /// Refuses anything left over.
    pub(super) const fn end(&self) -> Result<(), CertificateError> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.error()) }
    }
}

/// Tag, length of the value and length of the header.
fn header(input: &[u8]) -> Option<(u8, usize, usize)> {
    /// Enough for any length this crate accepts, with room for padding zeros.
    const MAX_LENGTH_OCTETS: usize = 8;

    let (tag, rest) = input.split_first()?;
    if tag & 0x1f == 0x1f {
        return None; // a tag of several octets: no certificate has one
    }
    let (first, rest) = rest.split_first()?;
    if *first < 0x80 {
        return Some((*tag, usize::from(*first), 2));
    }
    let octets = usize::from(first & 0x7f);
    if octets == 0 || octets > MAX_LENGTH_OCTETS {
        return None; // indefinite, or absurd
    }
    let length = rest
        .get(..octets)?
        .iter()
        .try_fold(0_usize, |length, octet| length.checked_mul(256).map(|length| length | usize::from(*octet)))?;
    Some((*tag, length, 2 + octets))
}

#[cfg(test)]
mod tests {
    use super::{CertificateError, Reader, tag};

    fn value(input: &[u8]) -> Result<Vec<u8>, CertificateError> {
        let mut reader = Reader::new(input, "test");
        let value = reader.expect(tag::OCTET_STRING)?.value.to_vec();
        reader.end()?;
        Ok(value)
    }

    #[test]
    fn lengths_need_not_be_minimal() {
        assert_eq!(value(&[4, 2, 7, 8]).unwrap(), [7, 8]);
        assert_eq!(value(&[4, 0x81, 2, 7, 8]).unwrap(), [7, 8]);
        assert_eq!(value(&[4, 0x84, 0, 0, 0, 2, 7, 8]).unwrap(), [7, 8]);
        assert_eq!(value(&[4, 0x88, 0, 0, 0, 0, 0, 0, 0, 2, 7, 8]).unwrap(), [7, 8]);
    }

    #[test]
    fn refuses_what_no_certificate_has() {
        for input in [
            &[][..],
            &[4],
            &[4, 1],
            &[4, 0x80, 0, 0],                                                 // indefinite
            &[4, 0x89, 0, 0, 0, 0, 0, 0, 0, 0, 0],                            // nine length octets
            &[4, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2], // longer than memory
            &[0x1f, 4, 0],                                                    // long tag
            &[4, 1, 7, 9],                                                    // trailing
        ] {
            assert!(value(input).is_err(), "{input:?}");
        }
    }

    #[test]
    fn integers() {
        let small = |input: &[u8]| Reader::new(input, "test").any().unwrap().small("test");
        assert_eq!(small(&[2, 1, 5]).unwrap(), 5);
        assert_eq!(small(&[2, 5, 0, 0xff, 0xff, 0xff, 0xff]).unwrap(), u32::MAX);
        assert!(small(&[2, 5, 1, 0, 0, 0, 0]).is_err());
        assert!(small(&[2, 1, 0xff]).is_err());
        assert!(small(&[2, 0]).is_err());
        let positive = |input: &[u8]| Reader::new(input, "test").any().unwrap().positive("test").map(<[u8]>::to_vec);
        assert_eq!(positive(&[2, 2, 0, 0x80]).unwrap(), [0x80]);
        assert!(positive(&[2, 1, 0x80]).is_err());
        assert!(positive(&[2, 1, 0]).is_err());
        assert!(positive(&[2, 0]).is_err());
    }

    #[test]
    fn errors_say_where() {
        let mut reader = Reader::new(&[0x30, 3, 2, 1, 5, 4, 1], "outer");
        let mut inner = reader.any().unwrap().contents("inner");
        inner.any().unwrap();
        assert_eq!(inner.any().err(), Some(CertificateError::Malformed { field: "inner", offset: 5 }));
        assert_eq!(reader.any().err(), Some(CertificateError::Malformed { field: "outer", offset: 5 }));
    }
}
