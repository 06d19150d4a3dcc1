//! A server of the chat protocol that follows a script, so that each fault of a model can be had.

use crate::kit::{Finished, Place};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a scripted model does with a request.
pub(crate) enum Reply {
    /// Says this.
    Says(&'static str),
    /// Answers this status, with a header line or none, and this body.
    Status(u16, &'static str, &'static str),
    /// Ends the connection in the middle of its answer.
    Cut,
    /// Answers nothing for this long.
    Silent(Duration),
}

/// A server of the chat protocol that follows a script: by the prompt and how often it came.
pub(crate) struct Model {
    pub(crate) url: String,
    prompts: Arc<Mutex<Vec<String>>>,
}

impl Model {
    pub(crate) fn with(script: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let prompts = Arc::new(Mutex::new(Vec::new()));
        let (heard, script) = (Arc::clone(&prompts), Arc::new(script));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (heard, script) = (Arc::clone(&heard), Arc::clone(&script));
                std::thread::spawn(move || serve_one(stream.unwrap(), &heard, &*script));
            }
        });
        Self { url, prompts }
    }

    /// How often it was asked for a document, by a word of its prompt.
    pub(crate) fn asked_for(&self, word: &str) -> usize {
        let prompts = self.prompts.lock().unwrap();
        prompts
            .iter()
            .filter(|prompt| prompt.contains(word))
            .count()
    }

    /// Runs the command with this model.
    pub(crate) fn run(&self, place: &Place, arguments: &[&str]) -> Finished {
        let mut command = place.command(arguments);
        command
            .env("DAYI_ASSISTANT_URL", &self.url)
            .env("DAYI_ASSISTANT_MODEL", "scripted")
            .env("DAYI_ASSISTANT_TIMEOUT_SECONDS", "1");
        Finished(command.output().unwrap())
    }
}

fn serve_one(
    stream: TcpStream,
    heard: &Mutex<Vec<String>>,
    script: &(dyn Fn(&str, usize) -> Reply + Sync),
) {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let request: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(request["model"], "scripted");
    let prompt = request["messages"][0]["content"]
        .as_str()
        .unwrap()
        .to_owned();
    let count = {
        let mut heard = heard.lock().unwrap();
        heard.push(prompt.clone());
        heard.iter().filter(|known| **known == prompt).count()
    };
    let (status, header, body) = match script(&prompt, count) {
        Reply::Says(text) => {
            let said = json!({"choices": [{"message": {"role": "assistant", "content": text}}]});
            (200, String::new(), said.to_string())
        }
        Reply::Status(status, header, body) => (status, header.to_owned(), body.to_owned()),
        Reply::Cut => {
            let _ = write!(
                reader.get_mut(),
                "HTTP/1.1 200 x\r\ncontent-length: 500\r\n\r\n{{\"choices\":[{{\"mess"
            );
            return;
        }
        Reply::Silent(pause) => {
            std::thread::sleep(pause);
            return;
        }
    };
    let _ = write!(
        reader.get_mut(),
        "HTTP/1.1 {status} x\r\n{header}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
}
