//! Blocks of work by several threads, with the results in order and few of either in memory.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;

/// Something has ended the work before it was done.
#[derive(Debug)]
pub(super) struct Ended;

/// Reads blocks, works on them with so many threads, and takes the results in the order of the blocks.
///
/// `read` gives each block to its argument, which says whether more are wanted. Each thread has a state of its own, which
/// comes back in the end.
pub(super) fn run<B: Send, R: Send, S: Send>(
    threads: usize,
    read: impl FnOnce(&mut dyn FnMut(B) -> bool) -> Result<(), Ended> + Send,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, B) -> Result<R, Ended> + Sync,
    mut take: impl FnMut(R) -> Result<(), Ended>,
) -> Result<Vec<S>, Ended> {
    let ended = AtomicBool::new(false);
    let (send, receive) = mpsc::sync_channel::<(usize, B)>(threads);
    let receive = Mutex::new(receive);
    let (done, results) = mpsc::sync_channel::<(usize, Result<R, Ended>)>(threads);
    thread::scope(|scope| {
        let ended = &ended;
        let reader = scope.spawn(move || {
            let mut number = 0;
            let read = read(&mut |block| {
                let wanted = !ended.load(Ordering::Relaxed) && send.send((number, block)).is_ok();
                number += 1;
                wanted
            });
            drop(send);
            read
        });
        let (receive, state, work) = (&receive, &state, &work);
        let workers: Vec<_> = (0..threads.max(1))
            .map(|_| {
                let done = done.clone();
                scope.spawn(move || {
                    let mut state = state();
                    loop {
                        let next = receive.lock().unwrap_or_else(PoisonError::into_inner).recv();
                        let Ok((number, block)) = next else { return state };
                        // Once it has ended, what is left is only taken away.
                        let result = if ended.load(Ordering::Relaxed) { Err(Ended) } else { work(&mut state, block) };
                        if done.send((number, result)).is_err() {
                            return state;
                        }
                    }
                })
            })
            .collect();
        drop(done);
        let (mut waiting, mut next) = (BTreeMap::new(), 0);
        for (number, result) in results {
            waiting.insert(number, result);
            while let Some(result) = waiting.remove(&next) {
                next += 1;
                if !ended.load(Ordering::Relaxed) && result.and_then(&mut take).is_err() {
                    ended.store(true, Ordering::Relaxed);
                }
            }
        }
        let states: Vec<S> = workers.into_iter().filter_map(|it| it.join().ok()).collect();
        match reader.join() {
            Ok(Ok(())) if !ended.load(Ordering::Relaxed) && states.len() == threads.max(1) => Ok(states),
            _ => Err(Ended),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(count: u64) -> impl FnOnce(&mut dyn FnMut(u64) -> bool) -> Result<(), Ended> + Send {
        move |each| {
            let _ = (0..count).all(each);
            Ok(())
        }
    }

    #[test]
    fn results_come_in_order_and_states_come_back() {
        let mut taken = Vec::new();
        let sum = |sum: &mut u64, it: u64| {
            *sum += it;
            Ok(it * 2)
        };
        let states = run(
            3,
            read(100),
            || 0,
            sum,
            |it| {
                taken.push(it);
                Ok(())
            },
        );
        assert_eq!(taken, (0..100).map(|it| it * 2).collect::<Vec<_>>());
        assert_eq!(states.unwrap().iter().sum::<u64>(), 4_950);
    }

    #[test]
    fn an_end_is_an_end() {
        let fails = |(): &mut (), it: u64| if it == 50 { Err(Ended) } else { Ok(it) };
        let mut taken = 0;
        let ran = run(
            2,
            read(10_000),
            || (),
            fails,
            |_| {
                taken += 1;
                Ok(())
            },
        );
        assert!(ran.is_err());
        assert_eq!(taken, 50);
        assert!(run(2, |_: &mut dyn FnMut(u64) -> bool| Err(Ended), || (), |(), it| Ok(it), |_| Ok(())).is_err());
    }
}
