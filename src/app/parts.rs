//! The parts of the program while they run: one that dies takes the others down, in order, instead of leaving a program
//! that looks alive.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use futures::FutureExt;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::telemetry::words_of;

/// Parts that run: doors, through which people come in, and work, which ends after the doors, so that what they let in last
/// is still written down.
pub(super) struct Parts {
    stop: CancellationToken,
    stop_work: CancellationToken,
    doors: JoinSet<anyhow::Result<()>>,
    work: JoinSet<anyhow::Result<()>>,
}

impl Parts {
    /// None yet. They run until `stop`; one that ends before cancels it.
    pub(super) fn new(stop: CancellationToken) -> Self {
        Self {
            stop,
            stop_work: CancellationToken::new(),
            doors: JoinSet::new(),
            work: JoinSet::new(),
        }
    }

    /// What tells work to end.
    pub(super) fn stop_work(&self) -> CancellationToken {
        self.stop_work.clone()
    }

    /// Starts a door, which ends by the token that the parts were made with.
    pub(super) fn door<F>(&mut self, name: &'static str, part: F)
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let (told, stop) = (self.stop.clone(), self.stop.clone());
        self.doors.spawn(watched(name, part, told, stop));
    }

    /// Starts work, which ends by [`Self::stop_work`].
    pub(super) fn work<F>(&mut self, name: &'static str, part: F)
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let (told, stop) = (self.stop_work.clone(), self.stop.clone());
        self.work.spawn(watched(name, part, told, stop));
    }

    /// Waits until the program is told to stop, or a part dies; then until all have ended. The error names the part that
    /// died first.
    pub(super) async fn ended(self) -> anyhow::Result<()> {
        self.stop.cancelled().await;
        tracing::info!("stopping");
        let mut first = all(self.doors).await;
        self.stop_work.cancel();
        let worked = all(self.work).await;
        if first.is_ok() {
            first = worked;
        }
        first
    }
}

async fn all(mut parts: JoinSet<anyhow::Result<()>>) -> anyhow::Result<()> {
    let mut first = Ok(());
    while let Some(ended) = parts.join_next().await {
        let ended = ended.map_err(anyhow::Error::from).flatten();
        if first.is_ok() {
            first = ended;
        }
    }
    first
}

/// Runs a part. If it ends before it was `told` to, the others have to end too.
async fn watched(
    name: &'static str,
    part: impl Future<Output = anyhow::Result<()>>,
    told: CancellationToken,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let ended = AssertUnwindSafe(part).catch_unwind().await;
    let early = !told.is_cancelled();
    let ended = match ended {
        Ok(Ok(())) if early => Err(anyhow!("nobody told it to")),
        Ok(ended) => ended,
        Err(panic) => Err(anyhow!("it panicked: {}", words_of(panic.as_ref()))),
    };
    let ended = ended.with_context(|| format!("{name} ended"));
    if let Err(error) = &ended {
        tracing::error!("{error:#}");
    }
    stop.cancel();
    ended
}

/// Runs a future on a runtime, and so on threads, of its own, which get some time to end after it. Fails when the future
/// panics.
pub(super) fn on_own_threads<F>(
    name: &'static str,
    goodbye: Duration,
    future: F,
) -> anyhow::Result<impl Future<Output = anyhow::Result<()>> + Send + 'static>
where
    F: Future<Output = ()> + Send + 'static,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name(name)
        .enable_all()
        .build()?;
    let (done, ended) = oneshot::channel();
    std::thread::Builder::new().name(name.to_owned()).spawn(move || {
        let outcome = runtime.block_on(AssertUnwindSafe(future).catch_unwind());
        runtime.shutdown_timeout(goodbye);
        // Nobody listens once the program itself is gone.
        drop(done.send(outcome));
    })?;
    Ok(async move {
        match ended.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(panic)) => bail!("it panicked: {}", words_of(panic.as_ref())),
            Err(_) => bail!("its thread died"),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::{Arc, Mutex};

    use super::*;

    async fn error_of(parts: Parts) -> String {
        let ended = tokio::time::timeout(Duration::from_secs(10), parts.ended()).await;
        let error = ended
            .expect("the parts end in time")
            .expect_err("a part has died");
        format!("{error:#}")
    }

    #[tokio::test]
    async fn a_door_that_dies_ends_the_rest_in_order() {
        let stop = CancellationToken::new();
        let mut parts = Parts::new(stop.clone());
        let order = Arc::new(Mutex::new(Vec::new()));
        let told = [("bot", stop.clone()), ("worker", parts.stop_work())];
        let [bot, worker] = told.map(|(name, told)| {
            let order = order.clone();
            async move {
                told.cancelled().await;
                order.lock().unwrap().push(name);
                Ok(())
            }
        });
        parts.work("the worker", worker);
        parts.door("the bot", bot);
        parts.door("the pages", async { bail!("no more file descriptors") });
        assert_eq!(error_of(parts).await, "the pages ended: no more file descriptors");
        assert_eq!(*order.lock().unwrap(), ["bot", "worker"]);
        assert!(stop.is_cancelled());
    }

    #[tokio::test]
    async fn work_that_ends_by_itself_is_noticed() {
        let stop = CancellationToken::new();
        let mut parts = Parts::new(stop.clone());
        parts.door("the pages", async move {
            stop.cancelled().await;
            Ok(())
        });
        parts.work("the worker", async { Ok(()) });
        assert_eq!(error_of(parts).await, "the worker ended: nobody told it to");
    }

    #[tokio::test]
    async fn a_panic_is_no_silent_end() {
        let mut parts = Parts::new(CancellationToken::new());
        parts.work("the worker", async { panic!("out of luck") });
        assert_eq!(
            error_of(parts).await,
            "the worker ended: it panicked: out of luck"
        );

        let mut parts = Parts::new(CancellationToken::new());
        let bot = on_own_threads("test", Duration::from_secs(1), async { panic!("lost") }).unwrap();
        parts.door("the bot", bot);
        assert_eq!(error_of(parts).await, "the bot ended: it panicked: lost");
    }

    #[tokio::test]
    async fn parts_that_were_told_to_end_ended_well() {
        let stop = CancellationToken::new();
        let mut parts = Parts::new(stop.clone());
        let (until, work_until) = (stop.clone(), parts.stop_work());
        let bot = on_own_threads("test", Duration::from_secs(1), async move {
            until.run_until_cancelled(pending::<()>()).await;
        });
        parts.door("the bot", bot.unwrap());
        parts.work("the worker", async move {
            work_until.cancelled().await;
            Ok(())
        });
        stop.cancel();
        parts.ended().await.unwrap();
    }
}
