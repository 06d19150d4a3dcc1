//! The listening socket until shutdown: how many connections there may be, and how slowly a client may send and read.

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

/// How long a client may take to send the head of a request, and how long a connection may be idle between two requests.
const SLOWEST_HEAD: Duration = Duration::from_secs(30);
/// Bytes of the head of a request, at most, its address included; each connection may buffer as many.
const LONGEST_HEAD: usize = 64 * 1024;
/// How long a client may go without reading any of a response.
const SLOWEST_READER: Duration = Duration::from_secs(30);
/// How long running requests may go on after shutdown began.
const LONGEST_DRAIN: Duration = Duration::from_secs(30);
/// Open connections, at most: each takes some 20 KB and a file.
const MOST_CONNECTIONS: u64 = 20_000;
/// Open files that are left for everything else.
const OTHER_FILES: u64 = 256;
/// How long to wait before the next connection when the system has no file or memory for one.
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
    let (permits, quotas) = (Arc::new(Semaphore::new(most)), ClientQuotas::new(most / 2));
    let running = GracefulShutdown::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &permits) => accepted,
            () = &mut shutdown => break,
        };
        if let Some((stream, peer, permit)) = accepted {
            let Ok(own_permit) = permit_of(peer, &quotas, &state) else {
                // Closed at once: the client has too many connections.
                continue;
            };
            let connection = connection(stream, peer, router.clone());
            let connection = running.watch(connection);
            tokio::spawn(async move {
                // A broken connection matters to its client only, and the client has gone.
                let _ = connection.await;
                drop((permit, own_permit));
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

/// Connections that the system's limit of open files allows, within sensible bounds.
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

/// The next connection, once there is a permit for it.
async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let permit = Arc::clone(permits).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, permit)),
        Err(error) => {
            // A client may go away before it is accepted. Any other error is a lack of files or memory, which may pass.
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

/// A permit from the quota of one client. A trusted proxy needs none: its connections are those of many clients.
fn permit_of(
    peer: SocketAddr,
    quotas: &ClientQuotas,
    state: &AppState,
) -> Result<Option<OwnedSemaphorePermit>, TryAcquireError> {
    if is_trusted(peer.ip(), &state.config.trusted_proxies) {
        return Ok(None);
    }
    let permits = quotas.permits_of(&network(peer.ip()));
    permits.try_acquire_owned().map(Some)
}

/// One connection until its end.
fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send {
    // Responses are written whole, so Nagle's algorithm would only delay them. If this fails, they are just slower.
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
