//! Tasks that run beside the service as long as it runs. None may stop in silence: a task that ends or panics is
//! logged as an error and started again.

use anyhow::anyhow;
use std::time::Duration;
use tokio::task::JoinSet;

/// Pause before a task is started again, so that a task that fails at once does not fill the log.
const PAUSE: Duration = Duration::from_secs(5);

/// The running tasks; stopped when dropped.
#[derive(Default)]
pub(super) struct Background {
    supervisors: JoinSet<()>,
}

impl Background {
    /// Starts a task, and starts it again whenever it ends.
    pub(super) fn run<F>(&mut self, name: &'static str, start: impl Fn() -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.supervisors.spawn(supervise(name, PAUSE, start));
    }

    /// Waits until a task cannot be started again; the service then ends.
    pub(super) async fn failed(&mut self) -> anyhow::Error {
        match self.supervisors.join_next().await {
            Some(Err(panic)) => anyhow!(panic).context("a background task cannot be started again"),
            Some(Ok(())) => anyhow!("a background task is not watched any more"),
            None => std::future::pending().await,
        }
    }
}

/// Runs a task again and again.
async fn supervise<F>(name: &'static str, pause: Duration, start: impl Fn() -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    loop {
        // A `JoinSet` for each run catches a panic of the task, and aborts the task when this supervisor is dropped.
        let mut task = JoinSet::new();
        task.spawn(start());
        if let Some(Err(error)) = task.join_next().await {
            tracing::error!(task = name, %error, "a background task failed; it is started again");
        } else {
            tracing::error!(task = name, "a background task ended; it is started again");
        }
        tokio::time::sleep(pause).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex};

    /// The text of a log.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_task_that_panics_or_ends_is_logged_and_started_again() {
        let log = Log::default();
        let written = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(move || written.clone())
            .finish();
        let _logging = tracing::subscriber::set_default(subscriber);
        let starts = Arc::new(AtomicUsize::new(0));
        let (started, mut third) = tokio::sync::mpsc::channel(1);
        let start = move || {
            let (starts, started) = (Arc::clone(&starts), started.clone());
            async move {
                match starts.fetch_add(1, Ordering::Relaxed) {
                    0 => panic!("as it should"),
                    1 => {}
                    _ => {
                        started.send(()).await.unwrap();
                        std::future::pending::<()>().await;
                    }
                }
            }
        };
        tokio::select! {
            () = supervise("learning", Duration::ZERO, start) => unreachable!(),
            third = third.recv() => assert_eq!(third, Some(())),
        }
        let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        let lines: Vec<&str> = log.lines().collect();
        assert_eq!(lines.len(), 2, "{log}");
        assert!(
            lines[0].contains("ERROR") && lines[0].contains("a background task failed"),
            "{log}"
        );
        assert!(
            lines[0].contains("learning") && lines[0].contains("panicked"),
            "{log}"
        );
        assert!(
            lines[1].contains("ERROR") && lines[1].contains("a background task ended"),
            "{log}"
        );
    }

    #[tokio::test]
    async fn a_task_that_cannot_be_started_again_is_an_error_of_the_service() {
        let mut background = Background::default();
        background.run("learning", || -> std::future::Ready<()> {
            panic!("as it should")
        });
        let error = background.failed().await;
        assert!(
            format!("{error:#}").contains("cannot be started again"),
            "{error:#}"
        );
    }
}
