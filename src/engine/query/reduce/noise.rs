//! What is left out of a message: where and when it was written, and which object it is about.

use regex::{Captures, Regex};
use std::sync::LazyLock;

static NOISE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
          (?P<colour> \[ \d{1,3} (?:;\d{1,3})* m )
        | (?P<time> \b \d{4}[-/]\d{1,2}[-/]\d{1,2} (?:[T\ ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?Z?)? \b | \b \d{1,2}:\d{2}:\d{2} (?:[.,]\d+)? \b )
        | (?P<uuid> \b [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12} \b )
        | (?P<address> \b \d{1,3}(?:\.\d{1,3}){3} (?: : (?P<port>\d{1,5}) )? \b )
        | (?P<pointer> \b 0x[0-9a-f]{4,} \b | @ [0-9a-f]{5,16} \b )
        | (?P<source> \(? [\w$./-]+ \.(?:java|kt|scala|go|rs|py|js|ts|cpp|cc|c|h|php|rb|cs) : \d+ (?::\d+)? \)? )
        | (?P<url> \b https?:// [\w.-]+ (?::(?P<url_port>\d{1,5}))? (?P<rest> /[^\s,;)\]]* )? )
        | (?P<file> (?: /? \b [A-Za-z]:[\\/] | / ) (?: [\w.@$+-]+ [/\\] )+ (?P<name> [\w.@$+-]* ) )
        | (?P<class> \b (?: [a-z_][\w]* [./] ){2,} (?P<simple> [A-Z][\w$]* ) )
        | (?P<data> \b [0-9a-f]* (?:\d[a-f]+\d|[a-f]\d+[a-f]) [0-9a-f]{6,} \b | \b \d{10,} \b )",
    )
    .expect("the expression is a constant")
});

/// `message` without times, addresses, pointers, folders, packages and long numbers.
pub(super) fn without(message: &str) -> String {
    let plain = NOISE.replace_all(message, |found: &Captures<'_>| {
        // Of a file, a class and an address that which others would name too.
        let told = ["port", "url_port", "name", "simple"]
            .iter()
            .filter_map(|name| found.name(name));
        let told: Vec<&str> = told.map(|part| part.as_str()).collect();
        format!(" {} ", told.join(" "))
    });
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
