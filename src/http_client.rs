//! The HTTP client for everything that this service asks of others: webhooks, models.

pub(crate) use reqwest::header;
pub(crate) use reqwest::{Client, Error as RequestError, Response, StatusCode};

use reqwest::redirect::Policy;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::Duration;

/// How long a connection may take.
const CONNECTING: Duration = Duration::from_secs(10);

/// Why the client cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot start the HTTP client")]
pub(crate) struct ClientError(#[source] Box<dyn std::error::Error + Send + Sync>);

/// A client that trusts the certificate authorities of Mozilla's list, follows no redirect, and waits for each response as
/// long as `patience`. Clones share connections.
pub(crate) fn http_client(patience: Duration) -> Result<Client, ClientError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| ClientError(Box::new(error)))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(Policy::none())
        .connect_timeout(CONNECTING)
        .timeout(patience)
        .build()
        .map_err(|error| ClientError(Box::new(error)))
}

/// What went wrong with a request, in words that name neither address nor secret.
pub(crate) fn problem_of(error: &RequestError) -> &'static str {
    if error.is_timeout() {
        "did not answer in time"
    } else if crate::error_chain(error).contains("dns error") {
        "the host is not known"
    } else if error.is_connect() || error.is_body() || error.is_decode() {
        "cannot be reached"
    } else {
        "the request failed"
    }
}

/// Reads a response, as much as `most` bytes of it; what is longer is cut. As text, whatever bytes it has.
pub(crate) async fn read_at_most(
    mut response: Response,
    most: usize,
) -> Result<String, RequestError> {
    let mut bytes = Vec::new();
    while bytes.len() < most
        && let Some(chunk) = response.chunk().await?
    {
        bytes.extend_from_slice(&chunk);
    }
    bytes.truncate(most);
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
