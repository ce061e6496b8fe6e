//! Threads that read snapshots.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Work to be done on some thread.
type Job = Box<dyn FnOnce() + Send>;

/// Who waits for a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// A person: hover, completion.
    Request,
    /// Nobody: findings. One thread is always left to requests.
    Background,
}

/// A few threads and their jobs. Dropped, it ends them after the jobs at hand, for which nobody waits; others are dropped.
pub(crate) struct Pool {
    shared: Arc<Shared>,
}

struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    requests: VecDeque<Job>,
    background: VecDeque<Job>,
    /// How many threads are at background jobs.
    busy: usize,
    /// How many may be.
    most: usize,
    closed: bool,
}

impl Queue {
    fn take(&mut self) -> Option<(Job, Urgency)> {
        if let Some(job) = self.requests.pop_front() {
            return Some((job, Urgency::Request));
        }
        if self.busy < self.most
            && let Some(job) = self.background.pop_front()
        {
            self.busy += 1;
            return Some((job, Urgency::Background));
        }
        None
    }
}

impl Pool {
    /// As many threads as are useful, at least two.
    pub(crate) fn new() -> Self {
        let count = std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 4);
        let queue = Queue { most: count - 1, ..Queue::default() };
        let shared = Arc::new(Shared { queue: Mutex::new(queue), changed: Condvar::new() });
        for number in 0..count {
            let shared = Arc::clone(&shared);
            let thread = std::thread::Builder::new().name(format!("reader-{number}")).stack_size(8 << 20);
            // Fewer threads than were wanted still do the work.
            let _ = thread.spawn(move || work(&shared));
        }
        Self { shared }
    }

    /// Adds a job. It must not panic; whoever makes it catches.
    pub(crate) fn spawn(&self, urgency: Urgency, job: impl FnOnce() + Send + 'static) {
        let mut queue = self.shared.queue.lock().unwrap_or_else(PoisonError::into_inner);
        match urgency {
            Urgency::Request => queue.requests.push_back(Box::new(job)),
            Urgency::Background => queue.background.push_back(Box::new(job)),
        }
        drop(queue);
        self.shared.changed.notify_one();
    }
}

fn work(shared: &Shared) {
    loop {
        let mut queue = shared.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let (job, urgency) = loop {
            if queue.closed {
                return;
            }
            match queue.take() {
                Some(job) => break job,
                None => queue = shared.changed.wait(queue).unwrap_or_else(PoisonError::into_inner),
            }
        };
        drop(queue);
        job();
        if urgency == Urgency::Background {
            shared.queue.lock().unwrap_or_else(PoisonError::into_inner).busy -= 1;
            shared.changed.notify_one();
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut queue = self.shared.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.closed = true;
        queue.requests.clear();
        queue.background.clear();
        drop(queue);
        self.shared.changed.notify_all();
    }
}
