//! What a line of a text is: a person's words, a message of a log, or noise.

use super::noise;
use regex::Regex;
use std::sync::LazyLock;

/// How much a line tells, the most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// Words of a person beside the log.
    Person,
    /// The last cause of a chain.
    RootCause,
    /// An exception with its message.
    Exception,
    /// A cause that has a cause.
    Cause,
    /// A message of an error, or a line without level among lines of a log.
    Error,
    Warning,
    /// Anything else that was logged.
    Information,
    /// The class of a frame: all there is of a trace that was pasted without its exception.
    Frame,
}

impl Rank {
    /// Whether a line of this rank is worth taking where the best line of the log is of rank `best`.
    pub(super) fn tells_beside(self, best: Self) -> bool {
        match best {
            Self::RootCause | Self::Exception | Self::Cause => self <= Self::Error,
            _ => self <= best,
        }
    }
}

/// A line of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) rank: Rank,
    /// What is left of it.
    pub(super) text: String,
    /// Whether it has a shape that only programs write.
    is_of_log: bool,
}

impl Line {
    pub(super) fn is_of_log(&self) -> bool {
        self.is_of_log
    }
}

/// Where a line began before the text was pasted into a field of one line.
static LOST_BREAK: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r#"(?x)
        \s+ (
            at \s+ [\w.$<>/]+ \( [^()\s]* (?:\.(?:java|kt|scala|groovy):\d+|Native\ Method|Unknown\ Source) \)
          | Caused\ by: \s
          | \.\.\. \s? \d+ \s (?:more|common)
          | File\ "[^"]+",\ line\ \d+
          | \d{4}-\d\d-\d\d [T\ ] \d\d:\d\d:\d\d
        )"#,
    )
});

/// A line of a stack: where something was called.
static FRAME: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r#"(?x) ^\s* (?:
            at \s+ (?:async\ )? [\w.$<>/@~\[\]\ -]+ \(.*            # Java, JavaScript, .NET
          | at \s+ \S+ :\d+ (?::\d+)? \)? $                         # JavaScript
          | \.\.\. \s? \d+ \s (?:more|common\ frames).*             # Java
          | (?:\|-|`-|\\-) .* \(.*:\d+\)                            # async stacks
          | Traceback\ \(most\ recent\ call\ last\).*               # Python
          | File\ "[^"]*",\ line\ \d+.*
          | goroutine\ \d+\ \[.*                                    # Go
          | (?:[\w./*()\[\]{}$-]+\.)?[\w*()$.-]+\(0x[0-9a-f].*
          | (?:[\w/*$-]+\.)+[\w*()$-]+\([^()]*\) $
          | \S+\.(?:go|rs|c|cc|cpp|py|js|ts|php|rb):\d+ (?::\d+)? (?:\s .*)? $
          | created\ by\ .*
          | \#\d+ \s .*                                             # C, PHP
          | \d+: \s+ (?:0x[0-9a-f]+|[\w:<>]+::).*                   # Rust
          | from\ \S+:\d+:in\ .*                                    # Ruby
          | (?:goroutine|rax|rip|eip|pc|sp)[\ =:]\ ?0x.*
        )"#,
    )
});

/// The class of a frame, without its package and what is inside of it.
static CLASS: LazyLock<Regex> = LazyLock::new(|| expression(r"\b([A-Z]\w+)[\w$]*\.[\w$<>]+\("));

/// `Caused by`, a thread and a package in front of an exception and its message.
static EXCEPTION: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r#"(?x) ^\s*
        (?P<cause> (?:Caused\ by|Suppressed): \s* | \[CIRCULAR\ REFERENCE:? \s* )?
        (?: Exception\ in\ thread\ "[^"]*" \s* | Unhandled\ exception\.? \s* | Uncaught \s+ )?
        (?: [\w$]+ [./] )*
        (?P<name> [A-Z][\w$]* (?:Exception|Error|Failure|Throwable|Fault|Panic|Warning) (?:\$\w+)? )
        (?: \s* : \s* (?P<message> .* ) | \s* ) $"#,
    )
});

/// Programs of Go, Rust and C end with these.
static PANIC: LazyLock<Regex> = LazyLock::new(|| {
    expression(r"^\s*(?:panic|fatal error|fatal|thread '[^']*' panicked at)\b:?\s*(?P<message>.*)$")
});

/// One thing that stands in front of a message: a time, a level, a thread, a process, a logger, marks between them.
static HEADER: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r#"(?x) ^ \s* (?:
            (?P<time> \[? \d{4}[-/.]\d{1,2}[-/.]\d{1,2} [T\ ]* \d{1,2}:\d{2}:\d{2} (?:[.,:]\d+)? \s? (?:Z|[+-]\d{2}:?\d{2})? \]?
              | \[? \d{1,2}:\d{2}:\d{2} (?:[.,]\d+)? \]?
              | \[? \d{1,2}[-/](?:\w{3}|\d{1,2})[-/]\d{4} [\ :] \d{1,2}:\d{2}:\d{2} (?:[.,]\d+)? (?:\ [+-]\d{4})? \]?
              | [A-Z][a-z]{2} \s+ \d{1,2} (?:,?\ \d{4},?)? \s \d{1,2}:\d{2}:\d{2} (?:\ [AP]M)?
              | [IWEF]\d{4} \s \d{2}:\d{2}:\d{2}\.\d+ \s+ \d+ \s \S+:\d+\]
              | time="[^"]*" )
          | (?P<level> \[? \b (?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|SEVERE|CRITICAL|NOTICE) \b \]? :?
              | \[ (?:trace|debug|info|warn|warning|error|fatal|crit|emerg|notice) \] | level=\w+ )
          | (?P<container> [\w.-]+ (?:[-_]\d+)? \s+ \| (?:\s|$) )
          | (?P<other> \[ [^\[\]]{0,100} (?:\[[^\[\]]*\])? [^\[\]]{0,40} \] | \( [^()]{1,60} \) | \d+ \s+ --- | --- | \d+ (?:\#\d+)? : (?:\ \*\d+)? | \d{1,7} \b (?:\s|$)
              | (?:[\w$-]+\.)+[\w$-]+ (?:\#\w+)? (?::\d+)? \s* (?:\[[^\[\]]*\] \s*)? (?::|-|\|) (?:\s|$) | \w+ \s+ : \s | (?:[\w$-]+\.){2,}[\w$]+ \s | [-|:>] (?:\s|$) | msg= )
        )"#,
    )
});

fn expression(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the expression is a constant")
}

/// The lines of a text, without those that tell nothing.
pub(super) fn read(text: &str) -> Vec<Line> {
    let text = LOST_BREAK.replace_all(text, "\n$1");
    let mut lines = Vec::new();
    let mut is_behind_frame = false;
    for written in text.lines() {
        let is_indented = written.starts_with([' ', '\t']);
        if FRAME.is_match(written) {
            is_behind_frame = true;
            lines.push(frame(written));
        } else if is_behind_frame && is_indented && !has_han(written) {
            // The line of code that a frame of Python shows.
        } else if !written.trim().is_empty() {
            is_behind_frame = false;
            lines.extend(read_line(written));
        }
    }
    let is_log = lines.iter().any(Line::is_of_log);
    lines.retain(|line| line.is_of_log || !line.text.is_empty());
    if is_log {
        // Between lines of a log a line without any header is one of its messages, unless a person wrote it.
        let is_message = |l: &&mut Line| l.rank == Rank::Person && !has_han(&l.text);
        for line in lines.iter_mut().filter(is_message) {
            line.rank = Rank::Error;
            line.text = noise::without(&line.text);
        }
    }
    lines
}

fn has_han(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{3400}'..='\u{9fff}'))
}

/// A frame: the class in which something was called, where the frame names one.
fn frame(written: &str) -> Line {
    let class = CLASS.captures(written).and_then(|found| found.get(1));
    Line {
        rank: Rank::Frame,
        text: class.map_or_else(String::new, |class| class.as_str().to_owned()),
        is_of_log: true,
    }
}

fn read_line(written: &str) -> Vec<Line> {
    let (message, level) = without_header(written);
    if let Some(found) = EXCEPTION.captures(message) {
        let rank = if found.name("cause").is_some() {
            Rank::Cause
        } else {
            Rank::Exception
        };
        let name = found.name("name").map_or("", |name| name.as_str());
        let message = found.name("message").map_or("", |message| message.as_str());
        let has_package = !written.trim_start().starts_with(name);
        let is_of_log =
            level.is_some() || found.name("cause").is_some() || has_package && !message.is_empty();
        return exceptions(rank, name, message, is_of_log);
    }
    if let Some(found) = PANIC.captures(message) {
        let message = found.name("message").map_or("", |message| message.as_str());
        return vec![Line {
            rank: Rank::Exception,
            text: noise::without(message),
            is_of_log: true,
        }];
    }
    match level {
        Some(rank) => vec![Line {
            rank,
            text: noise::without(message),
            is_of_log: true,
        }],
        None => vec![Line {
            rank: Rank::Person,
            text: written.trim().to_owned(),
            is_of_log: false,
        }],
    }
}

/// An exception and those that its message says it was caused by.
fn exceptions(rank: Rank, name: &str, message: &str, is_of_log: bool) -> Vec<Line> {
    const NESTED: &str = "nested exception is ";
    let mut parts = message.split(NESTED);
    let own = parts
        .next()
        .unwrap_or_default()
        .trim_end_matches([';', ' ']);
    let text = noise::without(&format!("{name} {own}"));
    let mut lines = vec![Line {
        rank,
        text,
        is_of_log,
    }];
    for nested in parts {
        let text = noise::without(nested.trim_end_matches([';', ' ']));
        lines.push(Line {
            rank: Rank::Cause,
            text,
            is_of_log: true,
        });
    }
    lines
}

/// The message behind the header of a line, and the rank of its level; `None` where the line has no header.
fn without_header(written: &str) -> (&str, Option<Rank>) {
    let mut rest = written;
    let mut level = None;
    let mut has_header = false;
    while let Some(found) = HEADER.captures(rest) {
        let is_sign = found.name("time").is_some()
            || found.name("level").is_some()
            || found.name("container").is_some();
        // Brackets and names begin many sentences: only behind a time or a level are they a header.
        if !is_sign && !has_header {
            break;
        }
        if let Some(written) = found.name("level") {
            level = level.or(Some(rank_of(written.as_str())));
        }
        has_header = true;
        rest = &rest[found.get(0).map_or(0, |whole| whole.end())..];
    }
    let rank = has_header.then(|| level.unwrap_or(Rank::Information));
    (rest.trim(), rank)
}

fn rank_of(level: &str) -> Rank {
    let level = level.to_ascii_lowercase();
    if ["error", "fatal", "severe", "crit", "emerg"]
        .iter()
        .any(|l| level.contains(l))
    {
        Rank::Error
    } else if level.contains("warn") {
        Rank::Warning
    } else {
        Rank::Information
    }
}
