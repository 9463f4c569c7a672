//! libtegata-simulator: cards that exist in software, so that a kiosk's program can be tried without a reader, and a
//! fault on purpose, by which tests see that none leaves the library. It is no part of what a kiosk ships.
//!
//! The header is `include/tegata_simulator.h`.

#![allow(unsafe_code, reason = "exports; see ffi.rs")]

// The very file that the library for kiosks has, so that its panic boundary is what is tried here.
#[allow(dead_code, unreachable_pub, reason = "this library uses a part of it")]
#[path = "../../src/ffi.rs"]
mod ffi;

use core::ffi::c_char;
use core::mem::MaybeUninit;

use tegata::{Code, Failure};
use tegata_simulator::{Algorithm, CardRequest, Hierarchy, SimulatedCard, SimulatorError};

use ffi::{Buffer, boundary, boundary_or, bytes, cleared, free, hand_over, misuse, required, text};

#[global_allocator]
static ALLOCATOR: ffi::WipingAllocator = ffi::WipingAllocator;

/// A simulated card in a simulated reader, and the authorities above it.
pub struct Simulator {
    card: SimulatedCard,
    authorities: String,
}

/// Who holds the card: text with lengths, NULL for what the seed says.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Holder {
    name: *const c_char,
    name_length: usize,
    address: *const c_char,
    address_length: usize,
    number: *const c_char,
    number_length: usize,
    pin: *const c_char,
    pin_length: usize,
}

/// Makes a card of a seed: `algorithm` 0 for RSA-2048 as on real cards, 1 for P-256, which is made sooner.
///
/// # Safety
/// The members of `holder` point to as many bytes as their lengths say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_simulator_new(
    seed: u64,
    algorithm: u32,
    holder: Option<&Holder>,
    simulator: Option<&mut MaybeUninit<Option<Box<Simulator>>>>,
) -> i32 {
    boundary(|| {
        let output = required(cleared(simulator), "simulator")?;
        let algorithm = match algorithm {
            0 => Algorithm::Rsa2048,
            1 => Algorithm::P256,
            _ => return Err(misuse(Code::InvalidArgument, "algorithm")),
        };
        let mut request = CardRequest::from_seed(seed);
        if let Some(holder) = holder {
            type Set = fn(CardRequest, &str) -> Result<CardRequest, SimulatorError>;
            let fields: [(*const c_char, usize, Set, &'static str); 4] = [
                (holder.name, holder.name_length, CardRequest::name, "name"),
                (holder.address, holder.address_length, CardRequest::address, "address"),
                (holder.number, holder.number_length, CardRequest::number, "number"),
                (holder.pin, holder.pin_length, CardRequest::pin, "pin"),
            ];
            for (start, length, set, name) in fields.into_iter().filter(|(start, ..)| !start.is_null()) {
                // SAFETY: the caller answers for the length.
                let value = unsafe { text(start, length, name) }?;
                request = set(request, value).map_err(|_| misuse(Code::InvalidArgument, name))?;
            }
        }
        let hierarchy = Hierarchy::generate(seed, algorithm).map_err(fault)?;
        let card = hierarchy.issue(&request).map_err(fault)?;
        hand_over(output, Simulator { card, authorities: hierarchy.authorities_json() });
        Ok(())
    })
}

/// Sends a command to the card and takes its answer.
///
/// # Safety
/// `command` points to `command_length` bytes, and `buffer` to `capacity` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_simulator_transmit(
    simulator: Option<&mut Simulator>,
    command: *const u8,
    command_length: usize,
    buffer: *mut u8,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> i32 {
    boundary(|| {
        let buffer = Buffer { start: buffer, capacity, length };
        let answer = || {
            let simulator = required(simulator, "simulator")?;
            // SAFETY: the caller answers for the length.
            Ok(simulator.card.transmit(unsafe { bytes(command, command_length, "command") }?))
        };
        // SAFETY: the caller answers for the buffer.
        unsafe { buffer.fill(answer) }
    })
}

/// Takes the card out of the reader (0) or puts it in (1).
#[unsafe(no_mangle)]
pub extern "C" fn tegata_simulator_place(simulator: Option<&mut Simulator>, placed: u32) -> i32 {
    boundary(|| {
        let simulator = required(simulator, "simulator")?;
        if placed == 0 {
            simulator.card.remove()
        } else {
            simulator.card.insert()
        }
        Ok(())
    })
}

/// The authorities that a verifier must be given to accept the card, as JSON.
///
/// # Safety
/// `buffer` points to `capacity` bytes, or is NULL where that is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_simulator_authorities(
    simulator: Option<&Simulator>,
    buffer: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> i32 {
    boundary(|| {
        let buffer = Buffer::of_text(buffer, capacity, length);
        // SAFETY: the caller answers for the buffer.
        unsafe { buffer.fill(|| Ok(&required(simulator, "simulator")?.authorities)) }
    })
}

/// Frees a simulated card.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_simulator_free(simulator: Option<Box<Simulator>>) {
    free(simulator);
}

/// Panics inside the boundary of calls that return a number: 9001 is what a program gets to see.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_simulator_panic() -> i32 {
    boundary(|| -> Result<(), Failure> { panic!("a fault on purpose") })
}

/// Panics inside the boundary of calls that return a value: 7 is what they give otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_simulator_panic_or() -> i32 {
    boundary_or(7, || panic!("a fault on purpose"))
}

/// What the last call complained of.
///
/// # Safety
/// `buffer` points to `capacity` bytes, or is NULL where that is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_simulator_last_error(
    buffer: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> i32 {
    let failure = ffi::last_failure();
    boundary(|| {
        let buffer = Buffer::of_text(buffer, capacity, length);
        // SAFETY: the caller answers for the buffer.
        unsafe { buffer.fill(|| Ok(failure.map(|failure| failure.to_string()).unwrap_or_default())) }
    })
}

fn fault(_: SimulatorError) -> Failure {
    Code::InternalError.into()
}
