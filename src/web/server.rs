//! The listening socket until shutdown: how many connections there may be, and how slowly a client may send and read.

use super::client::is_trusted;
use super::client_quotas::ClientQuotas;
use super::router::router;
use super::state::AppState;
use crate::feedback::network;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::{StatusCode, Version, header};
use axum::response::IntoResponse;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

/// Bytes of the head of a request, at most, its address included; each connection may buffer as many. A proxy takes no more
/// either, and no address of the site's own pages is half as long.
const LONGEST_HEAD: usize = 16 * 1024;
/// Open connections, at most: each takes a file and up to 32 KB, the head of a request included. All together stay below a
/// third of the memory that `deploy/dayi.service` allows.
const MOST_CONNECTIONS: u64 = 8_000;
/// Open connections for which there must be files, or nothing is served.
const LEAST_CONNECTIONS: u64 = 64;
/// Open files that are left for everything else.
const OTHER_FILES: u64 = 256;
/// How long to wait before the next connection when the system has no file or memory for one.
const PAUSE: Duration = Duration::from_millis(100);
/// How often a lack of files or memory is logged, at most.
const BETWEEN_WARNINGS: Duration = Duration::from_mins(1);

/// How slow a client may be.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// How long a client may take to send the head of a request, and how long a connection may be idle between two
    /// requests.
    pub head: Duration,
    /// How long a client may go without reading any of a response.
    pub reader: Duration,
    /// How long running requests may go on after shutdown began.
    pub drain: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        let seconds = Duration::from_secs(30);
        Self {
            head: seconds,
            reader: seconds,
            drain: seconds,
        }
    }
}

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
    /// The system allows too few open files.
    #[error(
        "cannot serve with {files} open files: expected {expected} at least, as after `ulimit -n 1024`"
    )]
    TooFewFiles {
        /// What the system allows.
        files: u64,
        /// What is needed.
        expected: u64,
    },
}

/// An address that is listened on.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    /// Connections for which the system allows files.
    most_connections: usize,
}

/// Takes the address; port 0 takes any free one.
///
/// # Errors
/// When the address is in use or not ours, or the system allows too few open files.
pub async fn bind(address: SocketAddr) -> Result<Listener, ServeError> {
    let most_connections = most_connections(allowed_files())?;
    let socket = TcpListener::bind(address)
        .await
        .map_err(|source| ServeError::Bind { address, source })?;
    Ok(Listener {
        socket,
        most_connections,
    })
}

impl Listener {
    /// The address, with the port that was taken.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }
}

/// Serves until `shutdown` is done, then lets running requests finish.
pub async fn serve(
    listener: Listener,
    state: AppState,
    patience: Patience,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    let router = router(state.clone());
    let Listener {
        socket,
        most_connections: most,
    } = listener;
    let (permits, quotas) = (Arc::new(Semaphore::new(most)), ClientQuotas::new(most / 2));
    let mut last_warning = None;
    let running = GracefulShutdown::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&socket, &permits, &mut last_warning) => accepted,
            () = &mut shutdown => break,
        };
        if let Some((stream, peer, permit)) = accepted {
            let Ok(own_permit) = permit_of(peer, &quotas, &state) else {
                // Closed at once: the client has too many connections.
                continue;
            };
            let connection = connection(stream, peer, router.clone(), patience);
            let connection = running.watch(connection);
            tokio::spawn(async move {
                // A broken connection matters to its client only, and the client has gone.
                let _ = connection.await;
                drop((permit, own_permit));
            });
        }
    }
    drop(socket);
    if tokio::time::timeout(patience.drain, running.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests did not finish in time");
    }
}

/// Open files that the system allows, after asking for as many as can be used.
fn allowed_files() -> u64 {
    // Many systems give a process 1,024 files until it asks for more.
    rlimit::increase_nofile_limit(MOST_CONNECTIONS + OTHER_FILES).unwrap_or_else(|error| {
        tracing::warn!(%error, "the limit of open files could not be raised");
        1_024
    })
}

/// Connections for which so many files suffice.
fn most_connections(files: u64) -> Result<usize, ServeError> {
    let most = files.saturating_sub(OTHER_FILES).min(MOST_CONNECTIONS);
    if most < LEAST_CONNECTIONS {
        let expected = LEAST_CONNECTIONS + OTHER_FILES;
        return Err(ServeError::TooFewFiles { files, expected });
    }
    Ok(most as usize)
}

/// The next connection, once there is a permit for it.
async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
    last_warning: &mut Option<Instant>,
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
                if last_warning.is_none_or(|warned| warned.elapsed() >= BETWEEN_WARNINGS) {
                    tracing::warn!(%error, "connections cannot be accepted");
                    *last_warning = Some(Instant::now());
                }
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
    patience: Patience,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send {
    // Responses are written whole, so Nagle's algorithm would only delay them. If this fails, they are just slower.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(patience.reader));
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let router = names_its_host(&request).then(|| router.clone());
        async {
            match router {
                Some(router) => router.oneshot(request).await,
                None => Ok(StatusCode::BAD_REQUEST.into_response()),
            }
        }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.head)
        .max_buf_size(LONGEST_HEAD)
        .serve_connection(TokioIo::new(Box::pin(stream)), service)
}

/// Whether a request names one host, as RFC 9112, 3.2 wants of HTTP/1.1; older ones may name none. Two readers of a request
/// that names two may each believe another one.
fn names_its_host(request: &Request) -> bool {
    match request.headers().get_all(header::HOST).iter().count() {
        0 => request.version() < Version::HTTP_11,
        hosts => hosts == 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_files_come_first() {
        assert!(matches!(
            most_connections(64),
            Err(ServeError::TooFewFiles { files: 64, .. })
        ));
        assert!(most_connections(319).is_err());
        assert_eq!(most_connections(320).unwrap(), 64);
        assert_eq!(most_connections(1_024).unwrap(), 768);
        assert_eq!(most_connections(u64::MAX).unwrap(), 8_000);
    }
}
