//! Writing the few JSON objects that the library does not write.

use core::fmt::Write as _;

use tegata::codec::json::write_json_string;

/// An object that is being written.
pub(crate) struct Object<'o> {
    out: &'o mut String,
    empty: bool,
}

impl<'o> Object<'o> {
    pub(crate) fn begin(out: &'o mut String) -> Self {
        out.push('{');
        Self { out, empty: true }
    }

    /// Writes a member's name and gives the place for its value.
    pub(crate) fn member(&mut self, name: &str) -> &mut String {
        if !core::mem::replace(&mut self.empty, false) {
            self.out.push(',');
        }
        write_json_string(name, self.out);
        self.out.push(':');
        self.out
    }

    pub(crate) fn string(&mut self, name: &str, value: &str) {
        write_json_string(value, self.member(name));
    }

    pub(crate) fn number(&mut self, name: &str, value: u64) {
        // Writing to a String cannot fail.
        _ = write!(self.member(name), "{value}");
    }

    pub(crate) fn boolean(&mut self, name: &str, value: bool) {
        self.member(name).push_str(if value { "true" } else { "false" });
    }

    pub(crate) fn end(self) {
        self.out.push('}');
    }
}

/// An array, each of its elements written by `write`.
pub(crate) fn array<T>(out: &mut String, items: impl IntoIterator<Item = T>, mut write: impl FnMut(&mut String, T)) {
    out.push('[');
    for (place, item) in items.into_iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(']');
}
