//! More than can be done at once: what is too much of one address is told so, and the others are served.

use crate::kit::{Place, SERVE, Service, exchange, send_over, status_of};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// Requests under way from one address, for each core: more than its share, and less than what there is for all.
const FLOOD_PER_CORE: usize = 50;
/// What somebody else asks meanwhile.
const OTHERS: usize = 20;

/// Ends the flood, also when the test has failed.
struct Ending<'a>(&'a AtomicBool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Status of a search from an address, as a proxy tells it. Who is refused is told when to come again.
fn search(server: SocketAddr, from: &str, query: &str) -> u16 {
    let request = format!(
        "GET /api/v1/search?q={query} HTTP/1.1\r\nhost: t\r\nx-forwarded-for: {from}\r\nconnection: close\r\n\r\n"
    );
    let answered = TcpStream::connect(server)
        .ok()
        .and_then(|stream| exchange(stream, &request));
    let Some((head, _)) = answered else {
        return 0;
    };
    let status = status_of(&head).unwrap();
    assert!(
        status != 503 || head.contains("\r\nretry-after: "),
        "{head}"
    );
    status
}

#[test]
fn a_flood_from_one_address_leaves_the_others_answered() {
    let place = Place::with(&[("nacos.md", "Nacos 连不上怎么办？")]);
    let service = place.serve();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    // Long, and none twice, so that each takes its time.
    let words = "nacos%E6%B3%A8%E5%86%8C".repeat(15);
    let (over, sent, refused) = (
        AtomicBool::new(false),
        AtomicUsize::new(0),
        AtomicUsize::new(0),
    );
    let others = std::thread::scope(|scope| {
        for _ in 0..cores * FLOOD_PER_CORE {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    let number = sent.fetch_add(1, Ordering::Relaxed);
                    let query = format!("{number}{words}");
                    if search(service.address, "192.0.2.1", &query) == 503 {
                        refused.fetch_add(1, Ordering::Relaxed);
                        std::thread::sleep(Duration::from_millis(20));
                    }
                }
            });
        }
        let _ending = Ending(&over);
        let is_flooded = || refused.load(Ordering::Relaxed) > 0;
        let patience = Duration::from_secs(30);
        service.wait_until(patience, "a request too many", |_| is_flooded());
        let others = (0..OTHERS).map(|number| {
            let query = format!("nacos{number}");
            search(service.address, "192.0.2.2", &query)
        });
        others.collect::<Vec<u16>>()
    });
    assert_eq!(others, [200; OTHERS]);
}

#[test]
fn one_address_leaves_connections_to_the_others() {
    let place = Place::with(&[("nacos.md", "Nacos 连不上怎么办？")]);
    std::fs::write(place.path("dayi.toml"), "trusted_proxies = []\n").unwrap();
    // As many files as one may have decide how many connections there are: 256 here.
    let dayi = place.command(SERVE);
    let mut few_files = Command::new("sh");
    few_files
        .args(["-c", "ulimit -n 512 && exec \"$0\" \"$@\""])
        .arg(dayi.get_program())
        .args(dayi.get_args())
        .current_dir(place.path(""))
        .env_clear();
    let service = Service::start(few_files);
    let taken: Vec<TcpStream> = (0..300)
        .map(|_| TcpStream::connect(service.address).unwrap())
        .collect();
    let other = from_another_address(service.address);
    // None comes where there is no place.
    other
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    let request = "GET /healthz HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n";
    let status = send_over(other, request).map(|(status, _)| status);
    assert_eq!(status, Some(200));
    drop(taken);
}

/// A connection from 127.0.0.2.
#[tokio::main(flavor = "current_thread")]
async fn from_another_address(server: SocketAddr) -> TcpStream {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let stream = socket.connect(server).await.unwrap();
    let stream = stream.into_std().unwrap();
    stream.set_nonblocking(false).unwrap();
    stream
}

#[test]
fn nothing_is_served_without_files_for_it() {
    let place = Place::with(&[("nacos.md", "Nacos 连不上怎么办？")]);
    let dayi = place.command(SERVE);
    let refused = Command::new("sh")
        .args(["-c", "ulimit -n 64 && exec \"$0\" \"$@\""])
        .arg(dayi.get_program())
        .args(dayi.get_args())
        .current_dir(place.path(""))
        .env_clear()
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(
        said.contains("64 open files") && said.contains("expected 320 at least"),
        "{said}"
    );
}
