//! Where cards differ in their answers.

/// What the chip answers where the standard leaves a choice, so that readers can be tried against each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Behaviour {
    /// When a READ BINARY asks for more than the file still has.
    pub short_read: ShortRead,
    /// At most so many bytes of data in one answer; the rest is announced with `61xx` and handed out by GET RESPONSE.
    /// With 0 the first answer is `61xx` alone. `None`: everything at once.
    pub response_chunk: Option<u8>,
    /// A key reference without tries left.
    pub blocked: BlockedAnswer,
    /// Whether a question for the tries left of a key that was presented already is answered with `9000`, in place of
    /// the number.
    pub reports_verified: bool,
}

/// The answer to a READ BINARY that asks for more than there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShortRead {
    /// What there is, and `9000`.
    #[default]
    Success,
    /// What there is, and the warning `6282`.
    EndOfFile,
    /// Nothing, and `6Cxx` with the length to ask for.
    WrongLength,
}

/// The answer for a blocked key reference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum BlockedAnswer {
    /// `63C0` to the question for the tries left, `6984` to a value.
    #[default]
    CountThenBlocked,
    /// `63C0` to both.
    Count,
    /// `6984` to both.
    Blocked,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            short_read: ShortRead::default(),
            response_chunk: None,
            blocked: BlockedAnswer::default(),
            reports_verified: true,
        }
    }
}
