//! Serving connections with limits: `axum::serve` would wait for ever for a client that says nothing.

mod places;

use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request, header};
use axum::response::Response;
use futures::future::BoxFuture;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Sleep;
use tokio_util::sync::CancellationToken;

use self::places::{Place, Places, Work, Written};
use super::client::Peer;

/// What one client may take.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// How many connections are open at once; for one more, the one that has been idle for longest is closed.
    pub(super) connections: usize,
    /// How long a request's head may take, and how long a connection may be idle before it.
    pub(super) head: Duration,
    /// How long a client may take nothing of an answer.
    pub(super) stall: Duration,
    /// How long requests may still run once we are told to stop.
    pub(super) grace: Duration,
}

pub(super) const LIMITS: Limits = Limits {
    connections: 2_048,
    head: Duration::from_secs(10),
    stall: Duration::from_secs(10),
    grace: Duration::from_secs(30),
};

/// Serves until told to stop, then lets the requests that are running end.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) -> io::Result<()> {
    serve_within(LIMITS, listener, router, stop).await
}

pub(super) async fn serve_within(
    limits: Limits,
    listener: TcpListener,
    router: Router,
    stop: CancellationToken,
) -> io::Result<()> {
    let places = Places::new(limits.connections);
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(64 * 1024);
    while let Some((stream, peer, place)) = stop.run_until_cancelled(accept(&listener, &places)).await {
        let io = TokioIo::new(Guarded {
            stream,
            limit: limits.stall,
            stalled: None,
            place: place.clone(),
            unsent: None,
        });
        let service = FromPeer {
            peer: Peer(peer),
            place: place.clone(),
            inner: TowerToHyperService::new(router.clone()),
        };
        let connection = graceful.watch(http.serve_connection(io, service));
        tokio::spawn(async move {
            tokio::select! {
                // How a connection ended is the client's business; what was wrong with a request is told in its answer.
                ended = connection => if let Err(error) = ended {
                    tracing::debug!("a connection ended early: {error}");
                },
                () = place.is_needed() => tracing::debug!("an idle connection gave way"),
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.grace, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests did not end in time");
    }
    Ok(())
}

/// The next connection that there is a place for.
async fn accept(listener: &TcpListener, places: &Places) -> (TcpStream, IpAddr, Arc<Place>) {
    loop {
        let accepted = listener.accept().await.and_then(|(stream, peer)| {
            stream.set_nodelay(true)?;
            Ok((stream, peer.ip()))
        });
        match accepted {
            Ok((stream, peer)) => return (stream, peer, places.take().await),
            Err(error) => {
                // Out of file descriptors, or a client that is gone already: neither is a reason to stop serving. An idle
                // connection holds a descriptor that somebody else has a use for.
                tracing::warn!("could not accept a connection: {error}");
                if matches!(error.raw_os_error(), Some(ENFILE | EMFILE)) {
                    places.cut();
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

/// The system has no more file descriptors, on Linux as on macOS.
const ENFILE: i32 = 23;
/// This process has no more.
const EMFILE: i32 = 24;

/// Tells each request of a connection where it comes from, and the connection's place that it runs; decides whether another may
/// follow.
struct FromPeer {
    peer: Peer,
    place: Arc<Place>,
    inner: TowerToHyperService<Router>,
}

impl Service<Request<Incoming>> for FromPeer {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        request.extensions_mut().insert(self.peer);
        // hyper reads the chunks and drops a length beside them, which a proxy could have gone by. So nothing is read after chunks, as
        // RFC 9112 (6.1) asks for where both are sent.
        let is_last = request.headers().contains_key(header::TRANSFER_ENCODING);
        let work: Work = self.place.work();
        let answer = self.inner.call(request);
        Box::pin(async move {
            let mut answer: Response = answer.await?;
            if is_last {
                let close = HeaderValue::from_static("close");
                answer.headers_mut().insert(header::CONNECTION, close);
            }
            Ok(answer.map(|body| Body::new(Written::new(body, work))))
        })
    }
}

/// A connection that breaks when the client takes nothing for too long.
struct Guarded {
    stream: TcpStream,
    limit: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
    place: Arc<Place>,
    /// While something is being written: a connection whose answer is on its way is not idle.
    unsent: Option<Work>,
}

impl Guarded {
    fn sending(&mut self) {
        if self.unsent.is_none() {
            self.unsent = Some(self.place.work());
        }
    }

    fn guard<T>(&mut self, cx: &mut Context<'_>, progress: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if progress.is_ready() {
            self.stalled = None;
            return progress;
        }
        let limit = self.limit;
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        ready!(stalled.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Guarded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.sending();
        let progress = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.guard(cx, progress)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        if flushed.is_ready() {
            self.unsent = None;
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.sending();
        let progress = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.guard(cx, progress)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
