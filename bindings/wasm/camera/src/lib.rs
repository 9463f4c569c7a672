//! The module that reads codes from images.
//!
//! The script writes an image at [`input`], calls [`read_file`] or [`read_pixels`], and reads the texts at [`output`].

#![allow(unsafe_code, reason = "the attribute that exports a function; there is no unsafe block")]

use std::sync::{Mutex, MutexGuard, PoisonError};

use tegata::codec::json::write_json_string;
use tegata_print::{FoundSymbol, Look, ReadError, read_pixels as look_at, read_symbols};

struct Instance {
    input: Vec<u8>,
    output: String,
}

/// The instance, of which a module has one: the lock is never waited for.
fn instance() -> MutexGuard<'static, Instance> {
    static INSTANCE: Mutex<Instance> = Mutex::new(Instance { input: Vec::new(), output: String::new() });
    INSTANCE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The number of this interface, as `tegata_wasm::abi` has it for the other modules: raised with every change that the
/// script has to know.
#[unsafe(no_mangle)]
pub extern "C" fn abi() -> u32 {
    1
}

/// Makes room for so many bytes of input and says where; null when there is no memory.
#[unsafe(no_mangle)]
pub extern "C" fn input(length: usize) -> *mut u8 {
    let input = &mut instance().input;
    input.clear();
    if input.try_reserve_exact(length).is_err() {
        return core::ptr::null_mut();
    }
    input.resize(length, 0);
    input.as_mut_ptr()
}

/// Where the last output is, in UTF-8.
#[unsafe(no_mangle)]
pub extern "C" fn output() -> *const u8 {
    instance().output.as_ptr()
}

/// How many bytes the last output has.
#[unsafe(no_mangle)]
pub extern "C" fn output_length() -> usize {
    instance().output.len()
}

/// Reads the input, a PNG or JPEG file. Returns 0 with an array of texts as output, 1 where no code was found, 2 where it
/// is no image that can be read.
#[unsafe(no_mangle)]
pub extern "C" fn read_file() -> i32 {
    let file = core::mem::take(&mut instance().input);
    put_out(read_symbols(&file))
}

/// Reads the input, pixels of red, green, blue and opacity, row by row, and keeps its memory for the next frame. `quick`
/// other than 0 takes one look alone. Returns as [`read_file`] does.
#[unsafe(no_mangle)]
pub extern "C" fn read_pixels(width: usize, height: usize, quick: u32) -> i32 {
    let look = if quick == 0 { Look::Thorough } else { Look::Quick };
    let found = look_at(width, height, &instance().input, look);
    put_out(found)
}

fn put_out(found: Result<Vec<FoundSymbol>, ReadError>) -> i32 {
    let symbols = match found {
        Ok(symbols) => symbols,
        Err(ReadError::NoSymbol) => return 1,
        Err(_) => return 2,
    };
    let output = &mut instance().output;
    output.clear();
    output.push('[');
    for (place, symbol) in symbols.iter().enumerate() {
        if place > 0 {
            output.push(',');
        }
        write_json_string(symbol.text(), output);
    }
    output.push(']');
    0
}
