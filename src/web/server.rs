//! The listening socket and its end: how many may be connected, and how long one may take to ask or to listen.

use super::client::is_trusted;
use super::client_quotas::ClientQuotas;
use super::router::router;
use super::state::AppState;
use crate::feedback::network;
use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

/// How long the head of a request may take, and how long a connection may rest between two requests.
const SLOWEST_HEAD: Duration = Duration::from_secs(30);
/// Bytes of the head of a request, at most, address and all; each connection may keep so many.
const LONGEST_HEAD: usize = 64 * 1024;
/// How long a reader may take none of an answer.
const SLOWEST_READER: Duration = Duration::from_secs(30);
/// How long running requests may go on after the end was asked for.
const LONGEST_DRAIN: Duration = Duration::from_secs(30);
/// Connections at once, at most: each takes some 20 KB and a file.
const MOST_CONNECTIONS: u64 = 20_000;
/// Files that are left for everything else.
const OTHER_FILES: u64 = 256;
/// How long to wait when the system has no file or memory for a connection.
const PAUSE: Duration = Duration::from_millis(100);

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error(
        "cannot listen on {address}: expected a free port of this machine, such as `--listen 127.0.0.1:8081`"
    )]
    Bind {
        /// What was asked for.
        address: SocketAddr,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

/// Takes the address; port 0 takes any free one.
///
/// # Errors
/// When the address is in use or not ours.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| ServeError::Bind { address, source })
}

/// Serves until `shutdown` is done, then lets running requests finish.
pub async fn serve(
    listener: TcpListener,
    state: AppState,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    let router = router(state.clone());
    let most = most_connections();
    let (places, of_one) = (Arc::new(Semaphore::new(most)), ClientQuotas::new(most / 2));
    let running = GracefulShutdown::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = &mut shutdown => break,
        };
        if let Some((stream, peer, place)) = accepted {
            let Ok(own_place) = place_of(peer, &of_one, &state) else {
                // Closed at once: it has enough of them open.
                continue;
            };
            let connection = connection(stream, peer, router.clone());
            let connection = running.watch(connection);
            tokio::spawn(async move {
                // A connection that breaks concerns nobody but its visitor, who has gone.
                let _ = connection.await;
                drop((place, own_place));
            });
        }
    }
    drop(listener);
    if tokio::time::timeout(LONGEST_DRAIN, running.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests did not finish in time");
    }
}

/// As many as the system lets this process have, and no more than are useful.
fn most_connections() -> usize {
    // Many systems give a process 1,024 files until it asks for more.
    let files =
        rlimit::increase_nofile_limit(MOST_CONNECTIONS + OTHER_FILES).unwrap_or_else(|error| {
            tracing::warn!(%error, "the limit of open files could not be raised");
            1_024
        });
    files
        .saturating_sub(OTHER_FILES)
        .clamp(64, MOST_CONNECTIONS) as usize
}

/// The next connection, once there is a place for it.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, place)),
        Err(error) => {
            // Gone before it was accepted; or nothing to accept it with, which takes a moment to mend.
            if !matches!(
                error.kind(),
                io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
            ) {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(PAUSE).await;
            }
            None
        }
    }
}

/// A place among the connections of one address; proxies bring those of many.
fn place_of(
    peer: SocketAddr,
    of_one: &ClientQuotas,
    state: &AppState,
) -> Result<Option<OwnedSemaphorePermit>, TryAcquireError> {
    if is_trusted(peer.ip(), &state.config.trusted_proxies.value) {
        return Ok(None);
    }
    let places = of_one.permits_of(&network(peer.ip()));
    places.try_acquire_owned().map(Some)
}

/// One connection until its end.
fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send {
    // Answers are written whole: waiting for more would only delay them. Without it they are as right.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(SLOWEST_READER));
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request: Request = request.map(axum::body::Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(SLOWEST_HEAD)
        .max_buf_size(LONGEST_HEAD)
        .serve_connection(TokioIo::new(Box::pin(stream)), service)
}
