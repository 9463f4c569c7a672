//! The border to C: the caller's memory, the panic boundary, and the memory that is wiped.
//!
//! Handles need no unsafe code: an argument `const tegata_x *` is an `Option<&X>`, what a `_free` function takes is an
//! `Option<Box<X>>`, and an output `tegata_x **` is an `Option<&mut MaybeUninit<Option<Box<X>>>>`, all of which have
//! the layout of a C pointer. What is left are lengths that only the caller knows, and they are followed here alone.

#![allow(unsafe_code, reason = "the caller's memory is reached through raw pointers")]

use core::ffi::c_char;
use core::mem::MaybeUninit;
use core::{ptr, slice};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use tegata::{Code, Failure};

/// What an export returns when it is done.
const OK: i32 = tegata::Status::ACCEPTED_NUMBER;

/// What the closure of an export gives: nothing more to say, or a number of the outcome table.
pub trait Number {
    /// The number to return.
    fn number(self) -> i32;
}

impl Number for () {
    fn number(self) -> i32 {
        OK
    }
}

impl Number for i32 {
    fn number(self) -> i32 {
        self
    }
}

thread_local! {
    /// The failure of this thread's last call.
    static LAST: RefCell<Option<Failure>> = const { RefCell::new(None) };
    /// Whether this thread is inside a call, where a panic is this library's affair.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Every export that can fail runs in here: no panic leaves it, and a failure becomes its number.
pub fn boundary<R: Number>(call: impl FnOnce() -> Result<R, Failure>) -> i32 {
    note(None);
    match contained(call) {
        Some(Ok(done)) => done.number(),
        Some(Err(failure)) => {
            let number = failure.code().number();
            note(Some(failure));
            number
        }
        None => {
            note(Some(Code::InternalPanic.into()));
            Code::InternalPanic.number()
        }
    }
}

/// The same for an export through whose hands an individual number or a PIN goes: what it left on the stack is
/// overwritten too.
pub fn boundary_of_secrets<R: Number>(call: impl FnOnce() -> Result<R, Failure>) -> i32 {
    let number = apart(|| boundary(call));
    wipe_stack();
    number
}

/// Runs a call in a frame of its own, below the caller's, so that its variables lie where the stack is wiped.
#[inline(never)]
fn apart<R>(call: impl FnOnce() -> R) -> R {
    call()
}

/// The same for an export that returns a value and cannot fail: a panic gives the other value. It leaves the last
/// error as it is.
pub fn boundary_or<R>(otherwise: R, call: impl FnOnce() -> R) -> R {
    contained(call).unwrap_or(otherwise)
}

/// Frees a handle and wipes its memory. It leaves the last error as it is, so that a program can clean up first.
pub fn free<T>(handle: Option<Box<T>>) {
    apart(|| boundary_or((), || drop(handle)));
    wipe_stack();
}

/// Runs a call, and says nothing to anybody when it panics.
fn contained<R>(call: impl FnOnce() -> R) -> Option<R> {
    static SILENCE: Once = Once::new();
    SILENCE.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            // A message could hold what was being read, and standard error is not ours to write to.
            if !INSIDE.get() {
                others(info);
            }
        }));
    });
    let outer = INSIDE.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(call));
    // What was thrown is dropped inside, too.
    let result = panic::catch_unwind(AssertUnwindSafe(|| result.ok())).unwrap_or(None);
    INSIDE.set(outer);
    result
}

/// What header and guide promise of a handle: any number of threads may use it at once.
pub const fn shared_between_threads<T: Send + Sync>() {}

/// What they promise of the others: one thread at a time, whichever.
pub const fn moved_between_threads<T: Send>() {}

/// Keeps the failure for `tegata_last_error`.
pub fn note(failure: Option<Failure>) {
    // A thread that is ending has nobody who would ask.
    let _ = LAST.try_with(|last| last.replace(failure));
}

/// The failure of this thread's last call.
pub fn last_failure() -> Option<Failure> {
    LAST.try_with(|last| last.borrow().clone()).unwrap_or(None)
}

/// A misuse that names the argument.
pub fn misuse(code: Code, argument: &'static str) -> Failure {
    Failure::of_field(code, argument)
}

/// Sets an output to NULL or 0 before anything else happens.
pub fn cleared<T: Default>(output: Option<&mut MaybeUninit<T>>) -> Option<&mut T> {
    output.map(|place| place.write(T::default()))
}

/// An argument that must not be NULL.
pub fn required<T>(argument: Option<T>, name: &'static str) -> Result<T, Failure> {
    argument.ok_or(misuse(Code::NullArgument, name))
}

/// Hands a new handle to the caller, who owns it from here on.
pub fn hand_over<T>(output: &mut Option<Box<T>>, value: T) {
    *output = Some(Box::new(value));
}

/// A number of the caller, unless the pointer is NULL.
///
/// # Safety
/// Unless it is NULL, `pointer` points to a number.
pub unsafe fn copied(pointer: *const u64) -> Option<u64> {
    // SAFETY: the caller's promise.
    (!pointer.is_null()).then(|| unsafe { pointer.read() })
}

/// An output whose variable may have been an input before.
///
/// # Safety
/// Unless it is NULL, `pointer` points to a number that nothing else refers to as long as the result is used.
pub unsafe fn output<'a>(pointer: *mut u64) -> Option<&'a mut MaybeUninit<u64>> {
    // SAFETY: the caller's promise; any bytes make a value that may be uninitialised.
    unsafe { pointer.cast::<MaybeUninit<u64>>().as_mut() }
}

/// Bytes of the caller; NULL is allowed where the length is 0.
///
/// # Safety
/// Unless it is NULL, `start` points to `length` bytes that nobody changes while the result is used.
pub unsafe fn bytes<'a>(start: *const u8, length: usize, name: &'static str) -> Result<&'a [u8], Failure> {
    if length == 0 {
        return Ok(&[]);
    }
    if start.is_null() {
        return Err(misuse(Code::NullArgument, name));
    }
    if isize::try_from(length).is_err() {
        return Err(misuse(Code::InvalidArgument, name));
    }
    // SAFETY: not NULL, of a length that objects can have, and the caller answers for the rest.
    Ok(unsafe { slice::from_raw_parts(start, length) })
}

/// Text of the caller, which must be UTF-8.
///
/// # Safety
/// As [`bytes`].
pub unsafe fn text<'a>(start: *const c_char, length: usize, name: &'static str) -> Result<&'a str, Failure> {
    // SAFETY: the caller's promise is the same.
    let bytes = unsafe { bytes(start.cast(), length, name) }?;
    core::str::from_utf8(bytes).map_err(|_| misuse(Code::InvalidArgument, name))
}

/// A buffer of the caller, and where the length of what belongs there goes.
pub struct Buffer<'a> {
    /// Where it begins; may be NULL.
    pub start: *mut u8,
    /// How many bytes there are.
    pub capacity: usize,
    /// Where the length goes.
    pub length: Option<&'a mut MaybeUninit<usize>>,
}

impl<'a> Buffer<'a> {
    /// A buffer for text.
    pub fn of_text(start: *mut c_char, capacity: usize, length: Option<&'a mut MaybeUninit<usize>>) -> Self {
        Self { start: start.cast(), capacity, length }
    }

    /// Copies what `make` gives into the buffer. The length is always told, also where the buffer is too short; NULL
    /// with a capacity of 0 asks for nothing else.
    ///
    /// # Safety
    /// Unless it is NULL, `start` points to `capacity` bytes that may be written.
    pub unsafe fn fill<B: AsRef<[u8]>>(self, make: impl FnOnce() -> Result<B, Failure>) -> Result<(), Failure> {
        let length = required(cleared(self.length), "length")?;
        if self.start.is_null() && self.capacity > 0 {
            return Err(misuse(Code::NullArgument, "buffer"));
        }
        let content = make()?;
        let content = content.as_ref();
        *length = content.len();
        if self.start.is_null() {
            return Ok(());
        }
        if self.capacity < content.len() {
            return Err(misuse(Code::BufferTooSmall, "capacity"));
        }
        // SAFETY: the buffer has room, and memory of this library and of the caller do not overlap.
        unsafe { ptr::copy_nonoverlapping(content.as_ptr(), self.start, content.len()) };
        Ok(())
    }
}

/// A structure of options whose first member, `size`, says how much of it the caller knows.
///
/// # Safety
/// The type is `repr(C)`, begins with `size: usize`, and all its bytes may be zero.
pub unsafe trait Options: Copy {
    /// The size of the first version of the structure: where its last member ended.
    const FIRST_SIZE: usize;
}

/// Reads options: what an older program does not know is zero, and what a newer one knows beyond is refused.
///
/// # Safety
/// Unless it is NULL, `options` points to as many bytes as its member `size` says, at least to that member.
pub unsafe fn options<T: Options>(options: *const T, name: &'static str) -> Result<T, Failure> {
    if options.is_null() {
        return Err(misuse(Code::NullArgument, name));
    }
    // SAFETY: the type begins with its size, and the caller answers for there being that much.
    let size = unsafe { options.cast::<usize>().read_unaligned() };
    if size < T::FIRST_SIZE || size > size_of::<T>() {
        return Err(misuse(Code::InvalidArgument, "size"));
    }
    let mut read = MaybeUninit::<T>::zeroed();
    // SAFETY: both have `size` bytes, and the copy is a local variable.
    unsafe { ptr::copy_nonoverlapping(options.cast::<u8>(), read.as_mut_ptr().cast::<u8>(), size) };
    // SAFETY: every byte is set, and zero is allowed where the caller set none.
    Ok(unsafe { read.assume_init() })
}

/// Overwrites memory with zeros so that no compiler leaves it out.
///
/// # Safety
/// `start` points to `length` bytes that may be written.
pub unsafe fn wipe(start: *mut u8, length: usize) {
    // SAFETY: the caller's promise.
    unsafe { ptr::write_bytes(start, 0, length) };
    // SAFETY: no instruction at all, but the compiler must take it that this reads the memory.
    unsafe { core::arch::asm!("/* {0} */", in(reg) start, options(nostack, preserves_flags)) };
}

/// How much of the stack is overwritten: more than any call that handles personal data uses, and little enough for
/// threads with the smallest stacks that are usual.
const STACK_BYTES: usize = 32 * 1024;

/// Overwrites the stack below the caller, where the calls it made had their variables. Values that move leave copies
/// behind that nobody else can reach any more.
#[inline(never)]
pub fn wipe_stack() {
    let mut below = [const { MaybeUninit::<Piece>::uninit() }; STACK_BYTES / size_of::<Piece>()];
    // A length that the compiler does not know leaves the choice of instructions to `memset`.
    let length = core::hint::black_box(size_of::<Piece>());
    for piece in &mut below {
        // SAFETY: a local variable of that size.
        unsafe { wipe(piece.as_mut_ptr().cast(), length) };
    }
}

/// As much as `memset` overwrites by vectors; what is longer it overwrites byte by byte, in fifteen times as many
/// instructions.
type Piece = [u8; 2048];

/// Wipes all memory it takes back: whatever held a name, in this library or in one below it, is gone when it is freed.
/// Growing copies instead of moving, so that nothing is left behind at the old place.
pub struct WipingAllocator;

// SAFETY: the system's allocator does the work; wiping happens before memory goes back and within its bounds.
unsafe impl GlobalAlloc for WipingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is the same.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        // SAFETY: the block is still the caller's and as long as its layout says.
        unsafe { wipe(start, layout.size()) };
        // SAFETY: the caller's promise is the same.
        unsafe { System.dealloc(start, layout) }
    }
}
