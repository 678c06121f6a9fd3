//! Looking at the queue the moment something was enqueued.

use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures::StreamExt;
use muster_core::db::Wake;
use muster_core::queue::admin::CHANNEL;
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::time::{Interval, MissedTickBehavior};
use tokio_stream::wrappers::WatchStream;

/// Rings when a worker should look at its queue: at every ping, and every now and then.
pub(crate) struct Bell {
    pings: WatchStream<()>,
    tick: Interval,
    noticed: Option<Instant>,
}

impl Bell {
    pub(crate) fn new(wake: &Wake, poll: Duration) -> Self {
        let mut tick = tokio::time::interval(poll);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            pings: WatchStream::from_changes(wake.subscribe()),
            tick,
            noticed: None,
        }
    }

    /// Whether it has rung since it was last asked. If not, the task is woken when it does: both sources are drained until
    /// they are pending, which leaves the task's waker with them.
    pub(crate) fn has_rung(&mut self, cx: &mut Context<'_>) -> bool {
        let mut rung = false;
        while let Poll::Ready(Some(())) = self.pings.poll_next_unpin(cx) {
            rung = true;
            self.noticed.get_or_insert_with(Instant::now);
        }
        while self.tick.poll_tick(cx).is_ready() {
            rung = true;
        }
        rung
    }

    /// When the first ping since the last look was noticed, if there was one.
    pub(crate) fn take_noticed(&mut self) -> Option<Instant> {
        self.noticed.take()
    }
}

/// Passes on what other processes enqueue. Never ends.
pub(crate) async fn forward(pool: &PgPool, wake: &Wake) {
    loop {
        if let Err(error) = listen(pool, wake).await {
            tracing::warn!(%error, "cannot listen for new jobs, trying again");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

/// Passes on until the connection is lost.
async fn listen(pool: &PgPool, wake: &Wake) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    // What was enqueued while nobody listened rang no bell.
    wake.ping();
    while listener.try_recv().await?.is_some() {
        wake.ping();
    }
    Ok(())
}
