//! What visitors type: questions and pieces of them by Zipf's law, with typing errors, by sound, or about unknown
//! things. For suggestions, every prefix that is typed on the way.

use crate::material;
use crate::random::{Random, Zipf};
use anyhow::Context;
use dayi::analysis::pinyin_of;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Questions that are asked, at most: enough for Zipf's tail.
const MOST_QUESTIONS: usize = 20_000;
/// Characters of a piece of a question.
const PIECE: std::ops::RangeInclusive<usize> = 4..=14;

/// How a query was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// A whole question.
    Question,
    /// A piece of one.
    Piece,
    /// A piece with letters swapped, left out or doubled.
    Typo,
    /// A piece with a character that sounds like the right one.
    Homophone,
    /// A piece in pinyin.
    Pinyin,
    /// Something no document is about.
    Unknown,
    /// The beginning of a question, as it is being typed.
    Beginning,
}

/// Shares of the kinds among searches; the rest are whole questions.
const SHARES: [(Kind, f64); 5] = [
    (Kind::Piece, 0.40),
    (Kind::Typo, 0.10),
    (Kind::Homophone, 0.05),
    (Kind::Pinyin, 0.05),
    (Kind::Unknown, 0.10),
];

/// Parts of queries that no document about software answers.
const UNKNOWN: [&str; 12] = [
    "红烧肉",
    "怎么炖",
    "高铁退票",
    "几点开门",
    "签证材料",
    "猫粮",
    "牙疼",
    "吃什么药",
    "滑雪场",
    "门票",
    "violin lessons",
    "租房合同",
];

/// One query.
#[derive(Debug, Serialize)]
pub(crate) struct Query {
    pub(crate) kind: Kind,
    pub(crate) text: String,
}

/// Makes queries about the documents of a folder.
pub(crate) struct Stream {
    questions: Vec<Vec<char>>,
    zipf: Zipf,
    /// Characters by sound.
    by_sound: BTreeMap<String, Vec<char>>,
    seed: u64,
}

impl Stream {
    /// A stream over the questions of a folder.
    pub(crate) fn over(folder: &Path, seed: u64) -> anyhow::Result<Self> {
        let mut documents = material::read_some(folder, MOST_QUESTIONS)?;
        // The popularity of a question must not depend on its file name.
        let mut random = Random::new(seed, u64::MAX);
        for place in (1..documents.len()).rev() {
            documents.swap(place, random.below(place + 1));
        }
        let questions: Vec<Vec<char>> = documents
            .iter()
            .map(|d| d.headline().chars().collect())
            .collect();
        let mut by_sound: BTreeMap<String, Vec<char>> = BTreeMap::new();
        for c in questions.iter().flatten().filter(|c| !c.is_ascii()) {
            let alike = by_sound.entry(sound(*c)).or_default();
            if !alike.contains(c) {
                alike.push(*c);
            }
        }
        Ok(Self {
            zipf: Zipf::new(questions.len()),
            questions,
            by_sound,
            seed,
        })
    }

    /// The `number`-th search.
    pub(crate) fn search(&self, number: usize) -> Query {
        let mut random = Random::new(self.seed, number as u64);
        let mut share = random.share();
        let kind = SHARES.iter().find(|(_, of_kind)| {
            share -= of_kind;
            share < 0.0
        });
        let kind = kind.map_or(Kind::Question, |(kind, _)| *kind);
        let question = &self.questions[self.zipf.draw(&mut random)];
        let text: String = match kind {
            Kind::Question | Kind::Beginning => question.iter().collect(),
            Kind::Piece => piece(question, &mut random).iter().collect(),
            Kind::Typo => mistyped(piece(question, &mut random), &mut random),
            Kind::Homophone => self.misheard(piece(question, &mut random), &mut random),
            Kind::Pinyin => {
                pinyin_of(&piece(question, &mut random).iter().collect::<String>()).full
            }
            Kind::Unknown => format!("{}{}", random.pick(&UNKNOWN), random.pick(&UNKNOWN)),
        };
        Query { kind, text }
    }

    /// The `number`-th prefix: in Chinese, in pinyin, or by initials.
    pub(crate) fn beginning(&self, number: usize) -> Query {
        let mut random = Random::new(self.seed ^ 1, number as u64);
        let question: String = self.questions[self.zipf.draw(&mut random)].iter().collect();
        let text = match random.below(4) {
            0 => pinyin_of(&question).full,
            1 => pinyin_of(&question).initials,
            _ => question,
        };
        let letters = 1 + random.below(12);
        Query {
            kind: Kind::Beginning,
            text: text.chars().take(letters).collect(),
        }
    }

    fn misheard(&self, mut text: Vec<char>, random: &mut Random) -> String {
        let place = random.below(text.len());
        if let Some(alike) = text.get(place).and_then(|c| self.by_sound.get(&sound(*c))) {
            text[place] = *random.pick(alike);
        }
        text.into_iter().collect()
    }
}

fn sound(c: char) -> String {
    pinyin_of(c.encode_utf8(&mut [0; 4])).full
}

fn piece(question: &[char], random: &mut Random) -> Vec<char> {
    let length =
        (PIECE.start() + random.below(PIECE.end() - PIECE.start() + 1)).min(question.len());
    let start = random.below(question.len() - length + 1);
    question[start..start + length].to_vec()
}

fn mistyped(mut text: Vec<char>, random: &mut Random) -> String {
    let place = random.below(text.len().saturating_sub(1));
    match random.below(3) {
        0 if text.len() > 1 => text.swap(place, place + 1),
        1 if text.len() > 1 => {
            text.remove(place);
        }
        _ => {
            if let Some(c) = text.get(place).copied() {
                text.insert(place, c);
            }
        }
    }
    text.into_iter().collect()
}

/// Writes `count` queries; every fourth is a prefix.
pub(crate) fn write(from: &Path, count: usize, out: &Path, seed: u64) -> anyhow::Result<()> {
    let stream = Stream::over(from, seed)?;
    let unwritable = || format!("cannot write `{}`", out.display());
    let mut file = BufWriter::new(File::create(out).with_context(unwritable)?);
    for number in 0..count {
        let query = if number % 4 == 3 {
            stream.beginning(number)
        } else {
            stream.search(number)
        };
        let line = serde_json::to_string(&query)?;
        writeln!(file, "{line}").with_context(unwritable)?;
    }
    file.flush().with_context(unwritable)
}
