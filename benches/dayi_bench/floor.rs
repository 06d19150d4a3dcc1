//! A lower bound: how fast a response of a size can be sent by the same HTTP stack without any work.

use anyhow::Context;
use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::runtime::Runtime;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};

/// A server with a fixed response; ended when dropped.
pub(crate) struct Floor {
    pub(crate) address: SocketAddr,
    /// Runs the server.
    _runtime: Runtime,
}

impl Floor {
    /// Starts a server that responds to everything with `body`, through the same layers of tower-http as dayi.
    pub(crate) fn serve(body: String) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .context("cannot start the runtime")?;
        let bound = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
        let listener = runtime.block_on(bound).context("no free port")?;
        let address = listener.local_addr()?;
        let body = bytes_of(body);
        let headers = [
            (header::CONTENT_TYPE, "application/json"),
            (header::CACHE_CONTROL, "public, max-age=0, must-revalidate"),
        ];
        let service = Router::new()
            .fallback(move || {
                let body = body.clone();
                async move { (headers, body).into_response() }
            })
            .layer(CatchPanicLayer::new())
            .layer(PropagateRequestIdLayer::x_request_id())
            .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
            .layer(CompressionLayer::new())
            .into_make_service_with_connect_info::<SocketAddr>();
        runtime.spawn(async move {
            if let Err(error) = axum::serve(listener, service).await {
                eprintln!("the fixed response ended: {error}");
            }
        });
        Ok(Self {
            address,
            _runtime: runtime,
        })
    }
}

fn bytes_of(body: String) -> axum::body::Bytes {
    axum::body::Bytes::from(body)
}
