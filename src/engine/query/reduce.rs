//! A pasted log becomes what tells: what a person wrote around it, exceptions with their messages, the cause at the end of
//! the chain. Frames, times, threads, levels, paths and addresses are left out.
//!
//! A log is recognised by the shape of its lines, in any of the forms that the common runtimes write; a text without such
//! lines stays as it is.

mod line;
mod noise;

use crate::clean_text::clean;
use line::{Line, Rank};
use std::borrow::Cow;

/// Characters of a query, at most.
pub const LONGEST_QUERY: usize = 512;
/// Characters of one message of a log, at most; what follows is data.
const LONGEST_MESSAGE: usize = 160;
/// Classes of a trace without exception, at most: the first ones are nearest to what happened.
const MOST_FRAMES: usize = 3;
/// Characters of a text that are looked at, at most. More is not read, and said to be cut.
const LONGEST_READ: usize = 64 * 1024;

/// A text after it was made a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reduced {
    /// What is searched for: one line of at most [`LONGEST_QUERY`] characters.
    pub text: String,
    /// Whether the text was a log, of which only what tells was taken.
    pub reduced: bool,
    /// Whether some of what a person wrote, or of a message, was cut because it is too long.
    pub truncated: bool,
}

/// Makes a query of a text that was typed or pasted.
pub fn reduce(text: &str) -> Reduced {
    let (text, is_cut) = match text.char_indices().nth(LONGEST_READ) {
        // The cause of a log is at its end.
        Some(_) => (both_ends(text, LONGEST_READ), true),
        None => (text.to_owned(), false),
    };
    let text = clean(&text);
    let lines = line::read(&text);
    if !lines.iter().any(Line::is_of_log) {
        return without_log(&text, is_cut);
    }
    let chosen = choose(lines);
    if chosen.is_empty() {
        return without_log(&text, is_cut);
    }
    let mut taken = String::new();
    let mut truncated = is_cut;
    for message in chosen {
        let room = LONGEST_QUERY.saturating_sub(taken.chars().count() + 1);
        if room < message.chars().count() {
            truncated = true;
        }
        let message: String = message.chars().take(room).collect();
        if !taken.is_empty() && !message.is_empty() {
            taken.push(' ');
        }
        taken.push_str(&message);
    }
    Reduced {
        text: taken,
        reduced: true,
        truncated,
    }
}

/// A text in which nothing is of a log: as it is, on one line.
fn without_log(text: &str, is_cut: bool) -> Reduced {
    let line = on_one_line(text);
    let is_long = line.chars().count() > LONGEST_QUERY;
    let text = if is_long {
        both_ends(&line, LONGEST_QUERY)
    } else {
        line.into_owned()
    };
    Reduced {
        text,
        reduced: false,
        truncated: is_cut || is_long,
    }
}

/// `text` with one space for each line break and the white space around it.
fn on_one_line(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if text.contains(['\n', '\r']) {
        let lines = text.split(['\n', '\r']).map(str::trim);
        let lines = lines.filter(|line| !line.is_empty());
        Cow::Owned(lines.collect::<Vec<_>>().join(" "))
    } else {
        Cow::Borrowed(text)
    }
}

/// The beginning and the end of a text, this many characters together: people begin with what they want and end with what
/// they ask.
fn both_ends(text: &str, most: usize) -> String {
    let all = text.chars().count();
    let half = (most - 1) / 2;
    let beginning = text.chars().take(half);
    let end = text.chars().skip(all - half);
    beginning.chain(std::iter::once(' ')).chain(end).collect()
}

/// The texts of the lines that tell most, each once, those of the highest rank first.
fn choose(lines: Vec<Line>) -> Vec<String> {
    let mut told: Vec<(Rank, String)> = Vec::new();
    let causes = lines.iter().filter(|l| l.rank == Rank::Cause).count();
    let mut cause = 0;
    for line in lines {
        let mut rank = line.rank;
        if rank == Rank::Cause {
            cause += 1;
            // The last of a chain is what went wrong; those before say who was told.
            rank = if cause == causes {
                Rank::RootCause
            } else {
                Rank::Cause
            };
        }
        let text = if rank == Rank::Person {
            line.text
        } else {
            line.text.chars().take(LONGEST_MESSAGE).collect()
        };
        let is_new = !told.iter().any(|(_, known)| *known == text);
        if is_new && text.chars().any(char::is_alphabetic) {
            told.push((rank, text));
        }
    }
    let best = told
        .iter()
        .map(|(rank, _)| *rank)
        .filter(|rank| *rank > Rank::Person)
        .min();
    told.retain(|(rank, _)| {
        *rank == Rank::Person || best.is_none_or(|best| rank.tells_beside(best))
    });
    told.sort_by_key(|(rank, _)| *rank);
    let frames = told.partition_point(|(rank, _)| *rank < Rank::Frame);
    told.truncate(frames + MOST_FRAMES);
    told.into_iter().map(|(_, text)| text).collect()
}

#[cfg(test)]
mod tests;
