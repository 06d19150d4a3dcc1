//! Documents made of parts of real ones: the shape of one answer, filled with sentences of a few others.
//!
//! A document depends only on the seed and its number. So shards can be made on all cores and written at once,
//! nothing stays in memory, and a smaller corpus is the beginning of a larger one.

use crate::material::{Block, Material, Source};
use crate::random::Random;
use anyhow::Context;
use rayon::prelude::*;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// Documents in one folder.
const SHARD: usize = 1_000;
/// Documents that one answer takes its sentences from, so that it has a subject.
const SUBJECTS: usize = 3;
/// Share of sentences that come from any other document.
const ASTRAY: f64 = 0.15;
/// Characters of an excerpt, and of a title that was cut off; the same as in real documents.
const EXCERPT: usize = 150;
const CUT_TITLE: usize = 40;

/// Writes `documents` documents below `out`.
pub(crate) fn make(from: &Path, documents: usize, out: &Path, seed: u64) -> anyhow::Result<()> {
    let material = Material::of(from)?;
    let questions = Questions::of(&material);
    anyhow::ensure!(
        documents <= questions.count(),
        "`{}` gives {} different questions: expected no more documents than that",
        from.display(),
        questions.count()
    );
    let is_empty = fs::read_dir(out).map_or(true, |mut entries| entries.next().is_none());
    anyhow::ensure!(
        is_empty,
        "`{}` is not empty: expected a new folder",
        out.display()
    );
    let shards = documents.div_ceil(SHARD);
    (0..shards).into_par_iter().try_for_each(|shard| {
        let folder = out.join(format!("{shard:05}"));
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make `{}`", folder.display()))?;
        for number in shard * SHARD..documents.min((shard + 1) * SHARD) {
            let file = folder.join(format!("bench-{number:07}.md"));
            fs::write(&file, document(number, seed, &material, &questions))
                .with_context(|| format!("cannot write `{}`", file.display()))?;
        }
        Ok(())
    })
}

/// All questions that can be made: a beginning, an end, and a tag.
struct Questions<'m> {
    material: &'m Material,
    /// An empty tag first, then each tag once.
    about: Vec<&'m str>,
}

impl<'m> Questions<'m> {
    fn of(material: &'m Material) -> Self {
        let mut about: Vec<&str> = material.tags.iter().map(String::as_str).collect();
        about.push("");
        about.sort_unstable();
        about.dedup();
        Self { material, about }
    }

    fn count(&self) -> usize {
        self.material.beginnings.len() * self.material.ends.len() * self.about.len()
    }

    /// The `number`-th question. Different numbers give different questions.
    fn at(&self, number: usize) -> String {
        let Material {
            beginnings, ends, ..
        } = self.material;
        // A stride that has no divisor in common with the count visits every combination once, and puts neighbours
        // far apart.
        let count = self.count() as u128;
        let mut stride = (count * 618 / 1000).max(1);
        while greatest_common_divisor(stride, count) != 1 {
            stride += 1;
        }
        let place = (number as u128 * stride % count) as usize;
        let (pair, about) = (
            place / self.about.len(),
            self.about[place % self.about.len()],
        );
        let beginning = &beginnings[pair % beginnings.len()];
        let end = &ends[pair / beginnings.len()];
        if about.is_empty() {
            format!("{beginning}{end}")
        } else {
            format!("{about} {beginning}{end}")
        }
    }
}

fn greatest_common_divisor(a: u128, b: u128) -> u128 {
    if b == 0 {
        a
    } else {
        greatest_common_divisor(b, a % b)
    }
}

/// A document as a file, in the format of the real ones.
fn document(number: usize, seed: u64, material: &Material, questions: &Questions<'_>) -> String {
    let mut random = Random::new(seed, number as u64);
    let shape = random.pick(&material.sources);
    let subjects: Vec<&Source> = (0..SUBJECTS)
        .map(|_| random.pick(&material.sources))
        .collect();
    let question = questions.at(number);
    let was_cut = shape.document.title.len() < shape.document.question.len();
    let title: String = if was_cut {
        question.chars().take(CUT_TITLE).collect()
    } else {
        question.clone()
    };
    let answer = answer(&shape.shape, &subjects, material, &mut random);
    let excerpt: String = answer
        .chars()
        .filter(|c| *c != '\n')
        .take(EXCERPT)
        .collect();
    let mut tags: Vec<&str> = (0..shape.document.tags.len())
        .map(|_| random.pick(&material.tags).as_str())
        .collect();
    tags.sort_unstable();
    tags.dedup();
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let tags = serde_json::Value::from(tags).to_string();
    let mut file = format!(
        "---\nid: \"bench-{number:07}\"\ntitle: {}\n",
        quoted(&title)
    );
    // Writing to a string cannot fail.
    if let Some(date) = random.pick(&material.sources).document.date {
        let _ = writeln!(file, "date: \"{date}\"");
    }
    if let Some(category) = &random.pick(&material.sources).document.category {
        let _ = writeln!(file, "category: {}", quoted(category));
    }
    let _ = write!(
        file,
        "description: {}\ntags: {tags}\nkeywords: {tags}\n---\n\n\
         ## 用户问题 ： \n {question}  \n\n---------------\n## 专家官方解答 ：\n\n{answer}\n\n\
         <font color=\"#949494\">---------------</font> \n\n\n",
        quoted(&excerpt)
    );
    let references = &shape.document.references;
    if !references.is_empty() {
        file.push_str("## 参考链接 ：\n\n");
        for reference in references {
            let _ = match &reference.url {
                Some(url) => writeln!(file, "* [{}]({url})", reference.text),
                None => writeln!(file, "* {}", reference.text),
            };
        }
    }
    let grade = number + 1;
    let _ = write!(
        file,
        "\n## <font color=\"#FF0000\">答疑服务说明：</font> \n\n\
         本内容经由技术专家审阅的用户问答的镜像生成。\n### 反馈\n\
         如问答有错漏，欢迎点：[差评](https://ai.nacos.io/user/feedbackByEnhancerGradePOJOID?enhancerGradePOJOId={grade})给我们反馈。\n"
    );
    file
}

/// An answer with a given shape and sentences of its subjects. Each line is about as long as in the shape.
fn answer(
    shape: &[Block],
    subjects: &[&Source],
    material: &Material,
    random: &mut Random,
) -> String {
    let mut text = String::new();
    for block in shape {
        match block {
            Block::Gap => {}
            Block::Heading(marks, _) => {
                let _ = write!(text, "{marks} {}", random.pick(&material.headings));
            }
            Block::Whole(_) => text.push_str(random.pick(&material.wholes).trim_end()),
            Block::Line(lead, length) => {
                text.push_str(lead);
                let mut written = 0;
                while written < *length {
                    let source = if random.happens(ASTRAY) {
                        random.pick(&material.sources)
                    } else {
                        random.pick(subjects)
                    };
                    let sentence = random.pick(&source.sentences);
                    let characters = sentence.chars().count();
                    // The last sentence exceeds the length as often as it stays below.
                    if written > 0 && written + characters / 2 > *length {
                        break;
                    }
                    text.push_str(sentence);
                    written += characters;
                }
            }
        }
        text.push('\n');
    }
    text
}
