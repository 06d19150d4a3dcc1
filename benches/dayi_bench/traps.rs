//! Texts that make a careless parser, regular expression or segmenter take quadratic or exponential time, at growing
//! sizes: four times the text should take about four times as long.

use crate::report::{Table, median};
use dayi::analysis::Analyzer;
use dayi::document::{Alone, parse};
use std::hint::black_box;
use std::time::Instant;

/// Bytes of a text; each size is four times the one before.
const SIZES: [usize; 3] = [16 * 1024, 64 * 1024, 256 * 1024];
/// Measurements of which the median counts.
const RUNS: usize = 3;

/// Name, part that comes once, part that is repeated.
const TRAPS: [(&str, &str, &str); 41] = [
    (
        "plain Chinese",
        "",
        "服务注册中心连不上怎么办？先检查端口。\n",
    ),
    ("emphasis that never ends", "", "*a **b _c "),
    ("emphasis within emphasis", "", "**x*y"),
    ("brackets that never close", "", "["),
    ("pictures that never close", "", "!["),
    ("links without an end", "", "[a](b"),
    ("links to nothing", "", "[a][b]"),
    ("definitions of links", "", "[a]: <b\n"),
    ("quotes within quotes", "", "> "),
    ("lists within lists", "", "- "),
    ("runs of backticks", "", "` `` ``` "),
    ("tildes", "", "~~a~ "),
    ("tables of one row", "| a |\n|---|\n", "| b "),
    (
        "tables of many rows",
        "| a | b |\n|---|---|\n",
        "| c | d |\n",
    ),
    ("headings", "", "# a\n"),
    ("entities", "", "&#x26;&amp"),
    ("tags that never close", "", "<b><i>"),
    ("elements within elements", "", "<div>\n"),
    ("attributes", "<a ", "href=\"x\" "),
    ("comments that never end", "", "<!-- "),
    ("declarations", "", "<![CDATA["),
    ("code in many languages", "", "```yaml\na: [\n```\n"),
    ("one long block of code", "```java\n", "/* \" // \\ */ "),
    (
        "one line of code without an end",
        "```bash\n",
        "curl -d {\"a\":\"x\"} ",
    ),
    ("comments in braces that never end", "", "{/* "),
    ("comments on one line", "", "<!-- a --> "),
    ("per cent signs", "", "%%a "),
    ("callouts that never end", "", "::: tip\n"),
    ("callouts of a line", "", "!!! note\n    甲\n"),
    ("XML that never closes", "", "<a-b>\n"),
    ("emphasis beside Chinese", "", "**甲：**乙"),
    ("footnotes", "", "[^a] \n\n[^a]: b\n\n"),
    ("bare addresses", "", "http://a.example/b)。 "),
    ("links to headings", "", "# a\n[b](#a)\n"),
    ("one long identifier", "", "a.b-c_d"),
    ("humps", "", "aAaBcD"),
    ("one word without an end", "", "x"),
    ("one Chinese word without an end", "", "的"),
    ("characters that become many", "", "\u{fdfa}"),
    ("marks upon marks", "a", "\u{301}"),
    (
        "separators",
        "",
        "专家官方解答 ：\n---------------\n参考链接 ：\n",
    ),
];

/// Measures and prints.
pub(crate) fn run() {
    let analyzer = Analyzer::new();
    let mut table = Table::new(&[
        "trap",
        "16 KB, ms",
        "64 KB, ms",
        "256 KB, ms",
        "times 4 takes times",
    ]);
    let mut worst = 0.0_f64;
    for (name, once, repeated) in TRAPS {
        let took = SIZES.map(|size| {
            let text = format!("{once}{}", repeated.repeat(size / repeated.len()));
            let runs = [0; RUNS].map(|_| milliseconds(&text, &analyzer));
            median(&runs)
        });
        let growth = took[2] / took[1];
        worst = worst.max(growth);
        table.row(name, &[took[0], took[1], took[2], growth]);
    }
    table.print("A document of a trap: read, made HTML and text of, cut into words");
    println!("worst growth: {worst:.1}, linear is 4, quadratic 16\n");
}

fn milliseconds(text: &str, analyzer: &Analyzer) -> f64 {
    let file = format!("---\ntitle: 一个问题\n---\n{text}\n");
    let started = Instant::now();
    if let Ok(document) = parse("trap.md", &file) {
        black_box(document.answer_html(&Alone));
        let answer = document.answer_text();
        black_box(analyzer.analyze(&answer));
        black_box(analyzer.read(&answer).pairs());
    }
    started.elapsed().as_secs_f64() * 1e3
}
