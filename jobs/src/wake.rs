//! Looking at the queue the moment something was enqueued.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use apalis::prelude::{PollSnapshot, PollStrategy};
use futures::StreamExt;
use muster_core::db::Wake;
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::time::{Instant, Interval, MissedTickBehavior, Sleep};
use tokio_stream::wrappers::WatchStream;

/// A worker that is just fetching when the bell rings hears it, but may have looked at the queue before the commit that
/// rang: so it looks again so much later, once or twice.
const ECHOES: [Duration; 3] = [Duration::from_millis(2), Duration::from_millis(15), Duration::from_millis(150)];

/// The channel that apalis' trigger notifies.
const CHANNEL: &str = "apalis::job::insert";

/// When a worker looks at its queue: at every ping, at its echoes, and every now and then.
pub(crate) struct WakeStrategy {
    pings: WatchStream<()>,
    tick: Interval,
    echo: Pin<Box<Sleep>>,
    echoes: std::slice::Iter<'static, Duration>,
}

impl WakeStrategy {
    pub(crate) fn new(wake: &Wake, poll: Duration) -> Self {
        let mut tick = tokio::time::interval(poll);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            pings: WatchStream::from_changes(wake.subscribe()),
            tick,
            echo: Box::pin(tokio::time::sleep(Duration::ZERO)),
            echoes: [].iter(),
        }
    }

    /// Sets the next echo, if one is left.
    fn echo(&mut self) -> bool {
        let Some(after) = self.echoes.next() else { return false };
        self.echo.as_mut().reset(Instant::now() + *after);
        true
    }
}

impl PollStrategy for WakeStrategy {
    // Whatever is answered, apalis fetches when it polls; what matters is to be polled. So each source is drained until it
    // is pending, which leaves our waker with it.
    fn poll_drive(&mut self, cx: &mut Context<'_>, _: &PollSnapshot) -> Poll<Option<()>> {
        let mut rung = false;
        while let Poll::Ready(Some(())) = self.pings.poll_next_unpin(cx) {
            rung = true;
        }
        while self.tick.poll_tick(cx).is_ready() {}
        if rung {
            self.echoes = ECHOES.iter();
            self.echo();
        }
        while self.echo.as_mut().poll(cx).is_ready() && self.echo() {}
        Poll::Ready(Some(()))
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
