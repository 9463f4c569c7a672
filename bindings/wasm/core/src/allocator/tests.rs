use core::alloc::{GlobalAlloc as _, Layout};
use core::cell::Cell;

use super::{ALIGNMENT, Allocator, PAGE, Pages};

/// Pages out of one piece of memory, with gaps where they are asked for.
struct Arena {
    start: *mut u8,
    used: Cell<usize>,
    gap: usize,
}

const ARENA: Layout = match Layout::from_size_align(64 << 20, PAGE) {
    Ok(layout) => layout,
    Err(_) => unreachable!(),
};

impl Arena {
    fn new(gap: usize) -> Self {
        // SAFETY: the layout has a size.
        let start = unsafe { std::alloc::alloc(ARENA) };
        assert!(!start.is_null());
        Self { start, used: Cell::new(0), gap }
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        // SAFETY: it was allocated so.
        unsafe { std::alloc::dealloc(self.start, ARENA) };
    }
}

impl Pages for Arena {
    fn more(&self, bytes: usize) -> *mut u8 {
        assert_eq!(bytes % PAGE, 0);
        let from = self.used.get() + self.gap;
        if from + bytes > ARENA.size() {
            return core::ptr::null_mut();
        }
        self.used.set(from + bytes);
        self.start.wrapping_add(from)
    }
}

struct Block {
    place: *mut u8,
    layout: Layout,
    mark: u8,
}

impl Block {
    /// Every byte is the block's own mark: nobody else wrote there.
    fn check(&self) {
        assert_eq!(self.place.addr() % ALIGNMENT, 0);
        // SAFETY: the block is in use.
        let bytes = unsafe { core::slice::from_raw_parts(self.place, self.layout.size()) };
        assert!(bytes.iter().all(|byte| *byte == self.mark));
    }

    fn fill(&mut self, mark: u8) {
        self.mark = mark;
        // SAFETY: the block is in use.
        unsafe { self.place.write_bytes(mark, self.layout.size()) };
    }
}

/// Blocks of all sizes come, grow, shrink and go; none ever touches another.
fn exercise(gap: usize) {
    let allocator = Allocator::new(Arena::new(gap));
    let mut blocks: Vec<Block> = Vec::new();
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for round in 0..40_000_u32 {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let mark = round.to_le_bytes()[0];
        let size = 1 + usize::try_from(random >> 32).unwrap() % (1 << (random >> 8 & 15));
        let chosen = usize::try_from(random >> 16 & 0xffff).unwrap() % blocks.len().max(1);
        match random & 3 {
            0 | 1 if blocks.len() < 200 => {
                let layout = Layout::from_size_align(size, 1 << (random >> 4 & 3)).unwrap();
                // SAFETY: the size is not zero.
                let place = unsafe { allocator.alloc(layout) };
                assert!(!place.is_null());
                let mut block = Block { place, layout, mark };
                block.fill(mark);
                blocks.push(block);
            }
            2 if !blocks.is_empty() => {
                let block = &mut blocks[chosen];
                block.check();
                let kept = block.layout.size().min(size);
                // SAFETY: the block is in use and the size not zero.
                block.place = unsafe { allocator.realloc(block.place, block.layout, size) };
                assert!(!block.place.is_null());
                block.layout = Layout::from_size_align(kept, block.layout.align()).unwrap();
                block.check();
                block.layout = Layout::from_size_align(size, block.layout.align()).unwrap();
                block.fill(mark);
            }
            _ if !blocks.is_empty() => {
                let block = blocks.swap_remove(chosen);
                block.check();
                // SAFETY: it is in use, and no more after this.
                unsafe { allocator.dealloc(block.place, block.layout) };
            }
            _ => {}
        }
    }
    blocks.iter().for_each(Block::check);
    // 200 blocks of up to 32 KiB.
    assert!(allocator.pages.used.get() < 16 << 20, "{}", allocator.pages.used.get());
}

#[test]
fn no_block_touches_another() {
    exercise(0);
    exercise(PAGE);
}

#[test]
fn what_there_is_no_memory_for_is_null() {
    let allocator = Allocator::new(Arena::new(0));
    let null = |size, alignment| {
        // SAFETY: the size is not zero.
        unsafe { allocator.alloc(Layout::from_size_align(size, alignment).unwrap()) }.is_null()
    };
    assert!(null(ARENA.size() + 1, 1));
    assert!(null(usize::MAX / 4, 1));
    assert!(null(isize::MAX.unsigned_abs(), 1));
    assert!(null(1, 2 * ALIGNMENT));
    assert!(!null(ARENA.size() / 2, 1));
    assert!(!null(1, ALIGNMENT));
}
