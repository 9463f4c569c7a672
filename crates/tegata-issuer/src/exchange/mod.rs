//! Import and export of records as CSV.
//!
//! A file has one row a dose, with the person's data repeated on each; its columns ([`Column`]) are named in Japanese
//! in the first row and stand in any order. A person of whom no dose is known has one row that says 未実施. The
//! certificates of a person stand in the last columns of their rows, one a row, newest first; where there are more
//! than doses, more rows that say 未実施 carry them.
//!
//! * **Encoding**: UTF-8 with or without a byte order mark, or CP932 (Microsoft's Shift_JIS). The first row decides
//!   which; a file that is not wholly of it is refused. Fields are parted by commas and quoted as in RFC 4180.
//! * **Dates** are `YYYYMMDD`; a date of birth may have `00` for a day, or month and day, that the register does not know.
//! * **Every row is judged** before anything counts as imported, and errors name line and column, never a value
//!   ([`RowError`]). One error, and nothing of the file is in the ledger.
//! * **An individual number** (個人番号) may stand in a file that is imported; of each only the keyed hash is left after
//!   its row. An export has no such column (C5).
//!
//! Memory is bounded: a row by [`MAX_ROW_BYTES`], a file by nothing.

mod column;
mod encoding;
mod error;
mod export;
mod field;
mod import;
mod reader;
mod row;
mod writer;

#[cfg(test)]
mod tests;

pub use column::Column;
pub use encoding::Encoding;
pub use error::{RowError, RowErrorKind};
pub use export::{ExportError, Exported, export};
pub use import::{ImportError, Imported, MAX_ROW_ERRORS, Progress, import};
pub use reader::{MAX_ROW_BYTES, ReadError, RowReader};
pub use row::{PastIssue, Row};
pub use writer::RowWriter;
