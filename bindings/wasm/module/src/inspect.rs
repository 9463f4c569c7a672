//! Looking at texts without verifying them.

use tegata::codec::json::{Object, write_array};
use tegata::report::Language;
use tegata::{Code, Failure, Inspection};

use crate::buffers::{Instance, instance};

/// Opens the layers of the input, a text, and puts them out.
pub fn decode() {
    let mut instance = instance();
    let Instance { input, output, .. } = &mut *instance;
    *output = inspection(input).to_json();
}

/// Puts out who, what and when of the input, a text that was verified before: an array of `label` and `value`.
/// `language` is 1 for English and 2 for Japanese.
pub fn summarise(language: u32) {
    let mut instance = instance();
    let Instance { input, output, .. } = &mut *instance;
    output.clear();
    let language = if language == 2 { Language::Japanese } else { Language::English };
    let summary = inspection(input).summary(language);
    let lines = summary.iter().flat_map(|summary| summary.lines());
    write_array(output, lines, |out, line| {
        let mut object = Object::begin(out);
        object.string("label", line.label(language));
        object.string("value", line.value());
        object.end();
    });
}

fn inspection(text: &[u8]) -> Inspection {
    match core::str::from_utf8(text) {
        Ok(text) => Inspection::of(text),
        Err(_) => Inspection::not_a_certificate(Failure::new(Code::MissingPrefix)),
    }
}
