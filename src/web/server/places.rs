//! How many connections are open at once, and which one gives way when all places are taken: the one that has said nothing
//! for longest. Thousands of connections that ask for nothing then keep nobody out.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use hyper::body::{Frame, SizeHint};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

/// The places.
#[derive(Clone)]
pub struct Places(Arc<Shared>);

struct Shared {
    free: Arc<Semaphore>,
    idle: Mutex<Idle>,
    /// Rings when a connection has become idle.
    rested: Notify,
}

/// The connections on which no request runs, whoever has waited longest first.
#[derive(Default)]
struct Idle {
    next: u64,
    waiting: BTreeMap<u64, CancellationToken>,
}

impl Shared {
    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Places {
    /// So many.
    pub fn new(places: usize) -> Self {
        Self(Arc::new(Shared {
            free: Arc::new(Semaphore::new(places)),
            idle: Mutex::default(),
            rested: Notify::new(),
        }))
    }

    /// A place for one more connection: a free one, else that of the one that has been idle for longest. While a request runs on
    /// every one of them, it waits.
    pub async fn take(&self) -> Arc<Place> {
        let free = || self.0.free.clone();
        loop {
            let rested = self.0.rested.notified();
            if let Ok(permit) = free().try_acquire_owned() {
                return self.place(permit);
            }
            let cut = self.cut();
            tokio::select! {
                Ok(permit) = free().acquire_owned() => return self.place(permit),
                () = rested, if !cut => {}
                // Nobody closes the semaphore.
                else => {}
            }
        }
    }

    /// Ends the connection that has been idle for longest, if one is.
    pub fn cut(&self) -> bool {
        let longest = self.0.idle().waiting.pop_first();
        if let Some((_, cut)) = &longest {
            cut.cancel();
        }
        longest.is_some()
    }

    fn place(&self, permit: OwnedSemaphorePermit) -> Arc<Place> {
        let place = Arc::new(Place {
            shared: self.0.clone(),
            cut: CancellationToken::new(),
            now: Mutex::default(),
            _permit: permit,
        });
        // Idle from the beginning.
        drop(place.work());
        place
    }
}

/// The place of one connection.
pub struct Place {
    shared: Arc<Shared>,
    cut: CancellationToken,
    now: Mutex<Now>,
    _permit: OwnedSemaphorePermit,
}

/// What a connection does at this moment.
#[derive(Default)]
struct Now {
    /// How much of it is work.
    work: usize,
    /// Where it stands among those that are idle, while it is.
    since: Option<u64>,
}

impl Place {
    /// Waits until the place is needed for somebody else.
    pub async fn is_needed(&self) {
        self.cut.cancelled().await;
    }

    /// Something begins that is no idling.
    pub fn work(self: &Arc<Self>) -> Work {
        let mut now = self.now();
        now.work += 1;
        self.leave(&mut now);
        drop(now);
        Work(self.clone())
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn leave(&self, now: &mut Now) {
        if let Some(since) = now.since.take() {
            self.shared.idle().waiting.remove(&since);
        }
    }

    fn rest(&self) {
        let mut now = self.now();
        now.work -= 1;
        if now.work > 0 {
            return;
        }
        let mut idle = self.shared.idle();
        let since = idle.next;
        idle.next += 1;
        idle.waiting.insert(since, self.cut.clone());
        now.since = Some(since);
        drop(idle);
        drop(now);
        self.shared.rested.notify_one();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut now = std::mem::take(&mut *self.now());
        self.leave(&mut now);
    }
}

/// Something that is no idling, until it is dropped: a request that runs, or an answer that is not sent yet.
pub struct Work(Arc<Place>);

impl Drop for Work {
    fn drop(&mut self) {
        self.0.rest();
    }
}

/// The body of an answer, and the request that runs until all of it is taken.
pub struct Written {
    body: Body,
    _work: Work,
}

impl Written {
    /// A body, and the request that it answers.
    pub fn new(body: Body, work: Work) -> Self {
        Self { body, _work: work }
    }
}

impl hyper::body::Body for Written {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
