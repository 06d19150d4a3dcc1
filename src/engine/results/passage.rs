//! The passage of an answer that answers a query: blocks that stand together under one heading.
//!
//! ```text
//! answer -> document::headed_blocks   paragraphs, items, code, tables, by heading
//!        -> windows                   from each block on, as many as are short together
//!        -> score                     what a window has of the query that other blocks of the answer have not
//! ```
//! Words that all blocks of an answer have are its subject, and tell no block from another. So a word weighs by how few
//! blocks have it.

use super::about_answers::{announces, is_about_the_answer};
use crate::analysis::Analyzer;
use crate::document::{Block, BlockKind, Document, HeadedBlocks, beginning, headed_blocks};
use crate::engine::model::Passage;
use crate::engine::query::{Concept, ParsedQuery, Wording};
use crate::engine::statistics::idf;
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;

/// Bytes of an answer that passages are taken from, at most: no hit may take the time of many.
const SEARCHED: usize = 64 * 1024;
/// Characters of a passage, at most, unless one block has more.
const LONGEST_PASSAGE: usize = 600;

/// Blocks of a passage, and of an answer that are looked at, at most.
const MOST_BLOCKS: usize = 16;
const MOST_SEARCHED: usize = 1_000;

// What a window scores beside the share of the query's words that it has. Found on judged passages, where figures around
// them make little difference.

/// What a word of the heading counts beside a word of the window.
const HEADING: f32 = 0.6;
/// What the share of the query's pairs of characters counts.
const PAIRS: f32 = 0.5;
/// What is taken off a window that ends by announcing what it has not.
const ANNOUNCING: f32 = 0.8;
/// What a window that fills a passage has before an empty one: little text answers little.
const FULL: f32 = 0.3;
/// What code adds. Those who ask how want to see it.
const CODE: f32 = 0.05;
/// What the end of an answer has less than its beginning.
const LATE: f32 = 0.1;

/// Finds passages for one query.
pub(crate) struct PassageFinder<'q> {
    analyzer: &'q Analyzer,
    query: &'q ParsedQuery,
    /// Indices into [`ParsedQuery::words`].
    words: FxHashMap<&'q str, usize>,
    /// Indices into [`ParsedQuery::pairs`].
    pairs: FxHashMap<&'q str, usize>,
}

/// Blocks under one heading, with what they have of the query.
struct Group {
    heading: Has,
    blocks: Vec<Told>,
}

/// A block and what it has of the query.
struct Told {
    characters: usize,
    has: Has,
    kind: BlockKind,
    has_code: bool,
    is_announcing: bool,
}

/// What a text has of the query.
struct Has {
    /// How much it has of each concept, 0 to 1.
    shares: Vec<f32>,
    /// Indices of the pairs that it has.
    pairs: FxHashSet<usize>,
}

/// How much each concept and each pair tells one block of an answer from another; each list sums up to 1, or is all 0.
struct Telling {
    concepts: Vec<f32>,
    pairs: Vec<f32>,
}

impl<'q> PassageFinder<'q> {
    pub(crate) fn new(analyzer: &'q Analyzer, query: &'q ParsedQuery) -> Self {
        let words = query.words.iter().map(|word| word.text.as_str());
        let pairs = query.pairs.iter().map(|pair| pair.text.as_str());
        Self {
            analyzer,
            query,
            words: words.zip(0..).collect(),
            pairs: pairs.zip(0..).collect(),
        }
    }

    /// The best passage of an answer; none where it has no block.
    pub(crate) fn best(&self, document: &Document) -> Option<Passage> {
        let headed = bounded(without_talk(headed_blocks(beginning(
            &document.answer,
            SEARCHED,
        ))));
        let groups: Vec<Group> = headed.iter().map(|one| self.group(one)).collect();
        let telling = self.telling(&groups);
        let all: usize = groups.iter().map(|group| group.blocks.len()).sum();
        let mut best: Option<(f32, usize, Range<usize>)> = None;
        let mut before = 0;
        for (number, group) in groups.iter().enumerate() {
            for window in windows(&group.blocks) {
                let late = (before + window.start) as f32 / all as f32;
                let blocks = &group.blocks[window.clone()];
                let score = Self::score(&telling, &group.heading, blocks) - LATE * late;
                if best.as_ref().is_none_or(|(known, ..)| score > *known) {
                    best = Some((score, number, window));
                }
            }
            before += group.blocks.len();
        }
        let (_, number, window) = best?;
        Some(passage(&headed[number], window))
    }

    fn group(&self, headed: &HeadedBlocks) -> Group {
        Group {
            heading: self.has(&headed.heading),
            blocks: headed.blocks.iter().map(|b| self.told(b)).collect(),
        }
    }

    fn told(&self, block: &Block) -> Told {
        let is_text = block.kind == BlockKind::Text;
        Told {
            characters: block.text.chars().count(),
            has: self.has(&block.text),
            kind: block.kind,
            has_code: block.kind == BlockKind::Code || block.markdown.contains("```"),
            is_announcing: is_text && announces(&block.text),
        }
    }

    fn has(&self, text: &str) -> Has {
        let reading = self.analyzer.read(text);
        let words = reading.tokens_if(|word| self.words.contains_key(word));
        let words = words.iter().map(|token| self.words[token.text.as_str()]);
        let words: FxHashSet<usize> = words.collect();
        let concepts = self.query.concepts.iter();
        let pairs = reading.pairs().into_iter();
        let pairs = pairs.filter_map(|pair| self.pairs.get(pair.text.as_str()).copied());
        Has {
            shares: concepts
                .map(|concept| self.share(concept, &words))
                .collect(),
            pairs: pairs.collect(),
        }
    }

    fn telling(&self, groups: &[Group]) -> Telling {
        let all: usize = groups.iter().map(|group| group.blocks.len()).sum();
        // What a heading says all its blocks say.
        let specificity = |has: &dyn Fn(&Has) -> bool| {
            let with = groups.iter().map(|group| {
                let is_headed = has(&group.heading);
                let blocks = group.blocks.iter();
                blocks.filter(|b| is_headed || has(&b.has)).count()
            });
            match with.sum() {
                0 => 0.0,
                with => idf(all as f32, with as f32),
            }
        };
        let concepts = self.query.concepts.iter().enumerate();
        let concepts = concepts.map(|(number, concept)| {
            let weight = if concept.is_filler {
                0.0
            } else {
                concept.weight
            };
            specificity(&|has| has.shares[number] > 0.0) * weight.sqrt()
        });
        let pairs = self.query.pairs.iter().enumerate();
        let pairs = pairs.map(|(number, pair)| {
            specificity(&|has| has.pairs.contains(&number)) * pair.idf.sqrt()
        });
        Telling {
            concepts: shares(concepts.collect()),
            pairs: shares(pairs.collect()),
        }
    }

    /// How much of a concept a text with these words has, 0 to 1.
    fn share(&self, concept: &Concept, has: &FxHashSet<usize>) -> f32 {
        let idf = |word: &usize| self.query.words[*word].idf;
        let share = |wording: &Wording| {
            let there = wording.words.iter().filter(|w| has.contains(w));
            let all: f32 = wording.words.iter().map(idf).sum();
            wording.weight.min(1.0) * there.map(idf).sum::<f32>() / all.max(f32::MIN_POSITIVE)
        };
        concept.wordings.iter().map(share).fold(0.0, f32::max)
    }

    fn score(telling: &Telling, heading: &Has, blocks: &[Told]) -> f32 {
        let concepts = telling.concepts.iter().enumerate();
        let words = concepts.map(|(number, weight)| {
            let here = blocks.iter().map(|told| told.has.shares[number]);
            weight * here.fold(HEADING * heading.shares[number], f32::max)
        });
        let pairs = telling.pairs.iter().enumerate();
        let pairs = pairs.filter(|(n, _)| blocks.iter().any(|told| told.has.pairs.contains(n)));
        let characters: usize = blocks.iter().map(|told| told.characters).sum();
        let leads_nowhere = blocks.last().is_some_and(|told| told.is_announcing);
        let has_code = blocks.iter().any(|told| told.has_code);
        words.sum::<f32>() + PAIRS * pairs.map(|(_, weight)| weight).sum::<f32>()
            - if leads_nowhere { ANNOUNCING } else { 0.0 }
            + FULL * (characters as f32 / LONGEST_PASSAGE as f32).min(1.0)
            + if has_code { CODE } else { 0.0 }
    }
}

/// The blocks without those that only speak about the answer, unless there are no others.
fn without_talk(mut headed: Vec<HeadedBlocks>) -> Vec<HeadedBlocks> {
    let is_talk = |b: &Block| b.kind == BlockKind::Text && is_about_the_answer(&b.text);
    if headed.iter().flat_map(|one| &one.blocks).all(is_talk) {
        return headed;
    }
    for one in &mut headed {
        one.blocks.retain(|block| !is_talk(block));
    }
    headed
}

/// The first blocks of an answer, as many as are looked at.
fn bounded(mut headed: Vec<HeadedBlocks>) -> Vec<HeadedBlocks> {
    let mut left = MOST_SEARCHED;
    for one in &mut headed {
        one.blocks.truncate(left);
        left -= one.blocks.len();
    }
    headed.retain(|one| !one.blocks.is_empty());
    headed
}

/// The weights as shares of their sum.
fn shares(mut weights: Vec<f32>) -> Vec<f32> {
    let sum: f32 = weights.iter().sum();
    for weight in &mut weights {
        *weight /= sum.max(f32::MIN_POSITIVE);
    }
    weights
}

/// From each block on, as many as are short together. Code and tables are never cut: behind a short text they may be longer.
fn windows(blocks: &[Told]) -> impl Iterator<Item = Range<usize>> {
    (0..blocks.len()).map(|first| {
        let mut characters = blocks[first].characters;
        let mut end = first + 1;
        while let Some(next) = blocks.get(end).filter(|_| end - first < MOST_BLOCKS) {
            let is_whole = matches!(next.kind, BlockKind::Code | BlockKind::Table);
            let may_be_longer = is_whole && characters < LONGEST_PASSAGE / 2;
            if characters + next.characters > LONGEST_PASSAGE && !may_be_longer {
                break;
            }
            characters += next.characters;
            end += 1;
        }
        first..end
    })
}

fn passage(headed: &HeadedBlocks, window: Range<usize>) -> Passage {
    let blocks = &headed.blocks[window];
    let markdown: Vec<&str> = blocks.iter().map(|block| block.markdown.as_str()).collect();
    let text: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
    Passage {
        heading: headed.heading.clone(),
        anchor: headed.anchor.clone(),
        markdown: markdown.join("\n\n"),
        text: text.join("\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::in_memory::InMemoryIndex;
    use crate::engine::pipeline::Pipeline;
    use crate::engine::tuning::Tuned;

    const ANSWER: &str = "根据您提到的问题，下面介绍怎样修改 Nacos 的端口和内存。\n\n\
        ## 修改端口\n\n打开配置文件，修改下面的一行：\n\n```properties\nserver.port=8849\n```\n\n改完以后重启服务，端口才会生效。\n\n\
        ## 修改内存\n\n编辑启动脚本里的参数：\n\n```sh\nJAVA_OPT=\"-Xms1g -Xmx1g\"\n```\n\n\
        ## 总结\n\n以上就是修改 Nacos 端口和内存的方法，希望对您有帮助。";

    fn passage(query: &str, answer: &str) -> Passage {
        let document = Document::plain("a".to_owned(), "修改 Nacos".to_owned(), answer.to_owned());
        let id = document.id.clone();
        let index = InMemoryIndex::new(&[document]);
        let tuned = Tuned::default();
        let found = Pipeline::new(&index, &tuned).passage(query, &id).unwrap();
        found.unwrap_or_else(|| panic!("no passage for {query}"))
    }

    #[test]
    fn the_part_that_is_asked_for_is_found_with_its_heading_and_whole_code() {
        let port = passage("端口怎么改", ANSWER);
        assert_eq!(
            (port.heading.as_str(), port.anchor.as_str()),
            ("修改端口", "a-修改端口")
        );
        assert!(
            port.markdown
                .contains("```properties\nserver.port=8849\n```"),
            "{port:?}"
        );
        let memory = passage("内存 Xmx", ANSWER);
        assert!(
            memory.heading == "修改内存" && memory.text.contains("-Xmx1g"),
            "{memory:?}"
        );
    }

    #[test]
    fn neither_an_opening_nor_a_closing_is_an_answer() {
        let both = passage("修改 Nacos 的端口和内存", ANSWER);
        assert!(
            !both.text.contains("根据您") && !both.text.contains("希望"),
            "{both:?}"
        );
    }

    #[test]
    fn long_code_is_whole_and_other_blocks_stay_within_the_limit() {
        let code = format!("改端口：\n\n```\n{}```\n", "port = 8848\n".repeat(100));
        let found = passage("端口", &code);
        assert!(found.markdown.starts_with("改端口") && found.markdown.ends_with("```"));
        let long = "端口的一段说明。\n\n".repeat(200);
        let found = passage("端口", &long);
        assert!(found.text.chars().count() <= LONGEST_PASSAGE + 100);
    }

    #[test]
    fn an_answer_of_one_line_is_its_own_passage() {
        assert_eq!(passage("什么", "看手册。").text, "看手册。");
    }

    #[test]
    fn a_word_that_all_blocks_have_tells_nothing() {
        let answer = "端口一：注册用。\n\n端口二：选举用。\n\n端口三：监控用，端口，端口，端口。";
        let long = answer.replace('。', &format!("。{}", "说明。".repeat(150)));
        let found = passage("端口 选举", &long);
        assert!(found.text.contains("选举"), "{found:?}");
    }
}
