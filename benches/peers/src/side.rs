//! One side of a comparison: an operation, measured in batches. What counts is the time that this thread had the
//! processor, so that what else the machine does is left out but for the caches.

use std::hint::black_box;

use cpu_time::ThreadTime;

/// How long a batch takes, in microseconds: long beside the clock's grain, short beside what disturbs the machine.
const BATCH: f64 = 500.0;

/// An operation and the times of its batches.
pub(crate) struct Side {
    run: Box<dyn FnMut()>,
    batch: u32,
    /// Microseconds for one run, batch by batch.
    times: Vec<f64>,
}

impl Side {
    /// Readies an operation: warm, and with a batch of as many runs as fill it.
    pub(crate) fn new<T>(mut run: impl FnMut() -> T + 'static) -> Self {
        let mut run: Box<dyn FnMut()> = Box::new(move || drop(black_box(run())));
        (0..3).for_each(|_| run());
        let started = ThreadTime::now();
        (0..8).for_each(|_| run());
        let one = started.elapsed().as_secs_f64() * 1e6 / 8.0;
        let mut batch = 1;
        while f64::from(batch) * one < BATCH {
            batch *= 2;
        }
        Self { run, batch, times: Vec::new() }
    }

    /// Runs and times one batch.
    pub(crate) fn turn(&mut self) {
        let started = ThreadTime::now();
        (0..self.batch).for_each(|_| (self.run)());
        self.times.push(started.elapsed().as_secs_f64() * 1e6 / f64::from(self.batch));
    }

    /// The median of the batches, in microseconds for one run.
    pub(crate) fn median(&mut self) -> f64 {
        self.times.sort_by(f64::total_cmp);
        self.times[self.times.len() / 2]
    }
}
