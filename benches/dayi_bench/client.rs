//! A small HTTP client: one request and one response, on a blocking or an asynchronous connection.

use anyhow::Context;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Longest wait for a connection or for a part of a response.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of the largest head of a response.
const LARGEST_HEAD: usize = 64 * 1024;

/// A query parameter, percent-encoded.
pub(crate) fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Whether the server has read its documents.
pub(crate) fn is_ready(address: SocketAddr) -> bool {
    get(address, "/readyz").is_ok_and(|(status, _)| status == 200)
}

/// Sends a GET on a new connection; returns status and body.
pub(crate) fn get(address: SocketAddr, path: &str) -> anyhow::Result<(u16, String)> {
    let (status, _, body) = exchange(address, path, "GET", "", "")?;
    Ok((status, body))
}

/// Sends a request on a new connection, with additional header lines and a body; returns status, head and body.
pub(crate) fn exchange(
    address: SocketAddr,
    path: &str,
    method: &str,
    headers: &str,
    sent: &str,
) -> anyhow::Result<(u16, String, String)> {
    let failed = || format!("cannot ask `http://{address}{path}`");
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).with_context(failed)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n{sent}",
        sent.len()
    );
    stream.write_all(request.as_bytes()).with_context(failed)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).with_context(failed)?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").with_context(failed)?;
    let status = status(head).with_context(failed)?;
    Ok((status, head.to_owned(), body.to_owned()))
}

fn status(head: &str) -> Option<u16> {
    head.split(' ').nth(1)?.parse().ok()
}

/// A connection that is reused for many requests.
pub(crate) struct Connection {
    stream: tokio::net::TcpStream,
    host: SocketAddr,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = tokio::net::TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            host: address,
        })
    }

    /// Sends a GET and reads the whole response; returns the status.
    pub(crate) async fn ask(&mut self, path: &str) -> anyhow::Result<u16> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.host);
        self.send(&request).await
    }

    /// Sends JSON on behalf of a visitor at `visitor`, as a proxy would, and reads the whole response; returns the
    /// status.
    pub(crate) async fn post(
        &mut self,
        path: &str,
        visitor: std::net::Ipv4Addr,
        json: &str,
    ) -> anyhow::Result<u16> {
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nX-Forwarded-For: {visitor}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{json}",
            self.host,
            json.len()
        );
        self.send(&request).await
    }

    async fn send(&mut self, request: &str) -> anyhow::Result<u16> {
        self.stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::with_capacity(16 * 1024);
        let head_end = loop {
            anyhow::ensure!(
                answer.len() < LARGEST_HEAD,
                "an answer without an end of its head"
            );
            self.read_into(&mut answer).await?;
            if let Some(at) = answer.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
        };
        let head = String::from_utf8_lossy(&answer[..head_end]).to_ascii_lowercase();
        let status = status(&head).context("an answer without a status")?;
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"))
            .and_then(|length| length.trim().parse::<usize>().ok());
        loop {
            let is_whole = match length {
                Some(length) => answer.len() >= head_end + length,
                // A chunked body ends with an empty chunk.
                None => answer.ends_with(b"\r\n0\r\n\r\n"),
            };
            if is_whole {
                return Ok(status);
            }
            self.read_into(&mut answer).await?;
        }
    }

    async fn read_into(&mut self, answer: &mut Vec<u8>) -> anyhow::Result<()> {
        let read = self.stream.read_buf(answer).await?;
        anyhow::ensure!(read > 0, "the server closed the connection");
        Ok(())
    }
}
