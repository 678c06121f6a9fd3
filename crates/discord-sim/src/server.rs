//! The listening side: one HTTP/1 server whose connections can be cut without an answer.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::get;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tower::ServiceExt as _;

use crate::rest::DropConnection;
use crate::shared::Shared;
use crate::{gateway, oauth, rest};

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/ws", get(gateway::connect))
        .route("/attachments/{file}/{name}", get(rest::file))
        .route("/oauth2/authorize", get(oauth::page).post(oauth::decide))
        .route("/api/oauth2/authorize", get(oauth::page).post(oauth::decide))
        .route(
            "/favicon.ico",
            get(|| async { axum::http::StatusCode::NO_CONTENT }),
        )
        .fallback(rest::handle)
        .with_state(shared)
}

/// Serves until the task is aborted, which also ends every connection.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let router = router(shared);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, router.clone()));
                }
                Err(error) => tracing::warn!("the simulated Discord could not accept a connection: {error}"),
            },
            // Finished connections are collected as they end.
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

async fn connection(stream: TcpStream, router: Router) {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let router = router.clone();
        async move { answer(router, request.map(Body::new)).await }
    });
    let served = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
    if let Err(error) = served {
        tracing::debug!("a connection to the simulated Discord ended: {error}");
    }
}

/// An error makes hyper close the connection without a word.
async fn answer(router: Router, request: Request) -> io::Result<Response> {
    let Ok(response) = router.oneshot(request).await;
    if response.extensions().get::<DropConnection>().is_some() {
        return Err(io::Error::other("dropped on purpose"));
    }
    Ok(response)
}
