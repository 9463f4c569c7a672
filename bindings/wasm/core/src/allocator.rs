//! A small allocator for a module of one thread: a list of free blocks for each power of two.
//!
//! Blocks are never split nor joined: what was freed serves the next of its size. So the module has at most twice the
//! memory that was in use when most of each size was, and a tenth of the code of the standard library's allocator.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr::{copy_nonoverlapping, null_mut};

/// Where memory comes from.
pub(crate) trait Pages {
    /// So many bytes more, a multiple of [`PAGE`] and aligned to [`ALIGNMENT`]; null when there are none.
    fn more(&self, bytes: usize) -> *mut u8;
}

/// The memory of a WebAssembly instance.
#[cfg(target_family = "wasm")]
pub(crate) struct Memory;

#[cfg(target_family = "wasm")]
impl Pages for Memory {
    fn more(&self, bytes: usize) -> *mut u8 {
        match core::arch::wasm32::memory_grow(0, bytes / PAGE) {
            usize::MAX => null_mut(),
            before => core::ptr::with_exposed_provenance_mut(before * PAGE),
        }
    }
}

/// The unit in which an instance's memory grows, in bytes.
pub(crate) const PAGE: usize = 1 << 16;

/// What every block is aligned to, in bytes. Nothing that is allocated here asks for more, and nothing would be given.
pub(crate) const ALIGNMENT: usize = 16;

/// As many as there are powers of two.
const CLASSES: usize = 32;

/// The allocator.
pub(crate) struct Allocator<P> {
    pages: P,
    state: UnsafeCell<State>,
}

struct State {
    /// By the logarithm of their size, the first free block, which holds the address of the next.
    free: [*mut u8; CLASSES],
    /// What no block was made of yet.
    rest: *mut u8,
    rest_bytes: usize,
}

impl<P> Allocator<P> {
    pub(crate) const fn new(pages: P) -> Self {
        let state = State { free: [null_mut(); CLASSES], rest: null_mut(), rest_bytes: 0 };
        Self { pages, state: UnsafeCell::new(state) }
    }
}

#[cfg(all(target_family = "wasm", target_feature = "atomics"))]
compile_error!("this allocator is for one thread");

// SAFETY: a module without the threads of WebAssembly has one thread.
#[cfg(target_family = "wasm")]
unsafe impl<P> Sync for Allocator<P> {}

/// The logarithm of the size of the block for a layout; none where there can be none.
fn class_of(layout: Layout) -> Option<usize> {
    if layout.align() > ALIGNMENT {
        return None;
    }
    let class = layout.size().max(ALIGNMENT).checked_next_power_of_two()?.trailing_zeros();
    usize::try_from(class).ok()
}

impl State {
    fn take(&mut self, class: usize, pages: &impl Pages) -> *mut u8 {
        let Some(first) = self.free.get_mut(class) else { return null_mut() };
        let block = *first;
        if !block.is_null() {
            // SAFETY: a free block holds the address of the next one, has room for it, and is aligned.
            *first = unsafe { block.cast::<*mut u8>().read() };
            return block;
        }
        let size = 1_usize << class;
        if self.rest_bytes < size {
            let Some(bytes) = size.checked_next_multiple_of(PAGE) else { return null_mut() };
            let more = pages.more(bytes);
            if more.is_null() {
                return more;
            }
            if self.rest.wrapping_add(self.rest_bytes) == more {
                self.rest_bytes += bytes;
            } else {
                (self.rest, self.rest_bytes) = (more, bytes);
            }
        }
        let block = self.rest;
        self.rest = block.wrapping_add(size);
        self.rest_bytes -= size;
        block
    }
}

// SAFETY: a block is as large as its class says, which is no less than its layout asks, and aligned, for pages are and
// every size is a multiple of the alignment. It is given to one at a time: it is taken off the free blocks or off what no
// block was made of. Nothing here unwinds or allocates.
unsafe impl<P: Pages> GlobalAlloc for Allocator<P> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some(class) = class_of(layout) else { return null_mut() };
        // SAFETY: there is one thread, and no other reference to the state outlives a call.
        let state = unsafe { &mut *self.state.get() };
        state.take(class, &self.pages)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as in `alloc`.
        let state = unsafe { &mut *self.state.get() };
        let Some(first) = class_of(layout).and_then(|class| state.free.get_mut(class)) else { return };
        // SAFETY: the block was allocated with this layout, so it is of this class, has room for an address, and is
        // nobody's any more.
        unsafe { block.cast::<*mut u8>().write(*first) };
        *first = block;
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller says that the size, rounded up to the alignment, is no more than `isize::MAX`.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        if class_of(wanted) == class_of(layout) {
            return block;
        }
        // SAFETY: the size is not zero, says the caller.
        let other = unsafe { self.alloc(wanted) };
        if !other.is_null() {
            // SAFETY: both have so many bytes, and are two blocks; the old one was allocated with this layout.
            unsafe {
                copy_nonoverlapping(block, other, layout.size().min(size));
                self.dealloc(block, layout);
            }
        }
        other
    }
}

#[cfg(test)]
mod tests;
