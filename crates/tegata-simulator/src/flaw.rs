//! Cards that were signed although something in them is wrong.

/// What is wrong in a card that its municipality signed. Everything else about the card is right, so that a
/// verifier can only refuse it for this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Flaw {
    /// The last digit of the individual number is not its check digit; the digest is that of the wrong number.
    NumberCheckDigit,
    /// `DF31` is not the digest of EF 0001.
    NumberDigest,
    /// `DF32` is not the digest of EF 0002.
    AttributesDigest,
    /// The first offset in EF 0002 points one byte too far; no signature covers the table.
    OffsetTable,
    /// The date of birth of EF 0002 is 30 February.
    ImpossibleBirthDate,
    /// The sex of EF 0002 is the digit 5, which the standard does not have.
    UnknownSexDigit,
    /// The name in EF 0002 is not UTF-8.
    NameNotUtf8,
    /// EF 0007 is signed by the card itself in place of the municipality.
    SelfSignedCardKey,
    /// The records of the surface application hold another date of birth than the text application.
    OtherBirthDateOnSurface,
}
