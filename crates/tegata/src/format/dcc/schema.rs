//! The fields of the schema, in the order in which they are checked.

/// What a certificate is about, as signer certificates restrict it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EntryKind {
    /// A vaccination.
    Vaccination,
    /// A test result.
    Test,
    /// A recovery.
    Recovery,
}

/// A field of a map.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) form: Form,
    pub(super) required: bool,
}

/// What a field must hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A text.
    Text,
    /// A text of `A` to `Z` and `<`.
    Transliterated,
    /// A value-set code. Leniently it can be null, as from issuers without a code for it.
    Code,
    /// A code with a capital letter: the schema's `[A-Z]{1,10}` is unanchored, so that one anywhere is enough. Leniently
    /// it can be empty.
    Country,
    /// A complete date.
    Date,
    /// A date and time.
    DateTime,
    /// A whole number from 1.
    Count,
}

const fn required(name: &'static str, form: Form) -> Field {
    Field { name, form, required: true }
}

const fn optional(name: &'static str, form: Form) -> Field {
    Field { name, form, required: false }
}

/// The name (`nam`).
pub(super) static NAME: [Field; 4] = [
    optional("fn", Form::Text),
    optional("fnt", Form::Transliterated),
    optional("gn", Form::Text),
    optional("gnt", Form::Transliterated),
];

/// A vaccination (`v`).
pub(super) static VACCINATION: [Field; 10] = [
    required("tg", Form::Code),
    required("vp", Form::Code),
    required("mp", Form::Code),
    required("ma", Form::Code),
    required("dn", Form::Count),
    required("sd", Form::Count),
    required("dt", Form::Date),
    required("co", Form::Country),
    required("is", Form::Text),
    required("ci", Form::Text),
];

/// The testing centre before 1.3.0.
pub(super) static CENTRE: [Field; 1] = [required("tc", Form::Text)];

/// A test (`t`).
pub(super) static TEST: [Field; 10] = [
    required("sc", Form::DateTime),
    required("tg", Form::Code),
    required("tt", Form::Code),
    optional("nm", Form::Text),
    optional("ma", Form::Text),
    required("tr", Form::Code),
    optional("tc", Form::Text),
    required("co", Form::Country),
    required("is", Form::Text),
    required("ci", Form::Text),
];

/// A recovery (`r`).
pub(super) static RECOVERY: [Field; 7] = [
    required("tg", Form::Code),
    required("fr", Form::Date),
    required("co", Form::Country),
    required("is", Form::Text),
    required("df", Form::Date),
    required("du", Form::Date),
    required("ci", Form::Text),
];
