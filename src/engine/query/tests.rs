use super::*;
use std::sync::LazyLock;

const WEIGHTS: WordingWeights = WordingWeights {
    synonym: 0.7,
    meaning: 0.7,
    meaning_from: 0.45,
    learned: 0.7,
    correction: 0.8,
    homophone: 0.5,
    pinyin: 1.2,
    part: 0.8,
    product: 2.0,
    name: 1.4,
    everyday: 0.5,
    filler: 0.3,
    filler_share: 0.3,
};

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

/// Words of 1,000 documents, with the number of documents that have each.
const WORDS: &[(&str, u32)] = &[
    ("nacos", 300),
    ("配置", 200),
    ("端口", 20),
    ("8848", 2),
    ("怎么", 500),
    ("注册", 90),
    ("中心", 120),
    ("注册中心", 60),
    ("连不上", 5),
    ("脑裂", 3),
    ("关闭", 40),
];

fn parsed(text: &str) -> ParsedQuery {
    let vocabulary = Vocabulary::from_frequencies(WORDS, 1_000, &ANALYZER);
    parse(text, &ANALYZER, &vocabulary, &WEIGHTS)
}

fn concept<'q>(query: &'q ParsedQuery, typed: &str) -> &'q Concept {
    let mut concepts = query.concepts.iter();
    concepts
        .find(|c| c.typed == typed)
        .unwrap_or_else(|| panic!("{typed} is not in {query:?}"))
}

#[test]
fn rarer_words_weigh_more_and_products_more_than_their_rarity() {
    let query = parsed("nacos 配置 端口");
    let weight = |typed| concept(&query, typed).weight;
    assert!(weight("端口") > weight("配置"), "{query:?}");
    let nacos = concept(&query, "nacos");
    assert!(nacos.is_product && nacos.is_name());
    assert!((nacos.weight_factor - WEIGHTS.product).abs() < f32::EPSILON);
}

#[test]
fn a_word_that_no_document_has_is_as_specific_as_can_be() {
    let query = parsed("量子 端口");
    let unknown = concept(&query, "量子");
    assert!(unknown.wordings.is_empty(), "{unknown:?}");
    assert!((unknown.specificity - 1.0).abs() < f32::EPSILON);
    assert!(concept(&query, "端口").specificity < 1.0);
}

#[test]
fn filler_counts_at_most_its_share_unless_it_is_all_that_was_typed() {
    let query = parsed("端口 怎么");
    let how = concept(&query, "怎么");
    assert!(how.is_filler && !query.is_only_filler);
    let most = concept(&query, "端口").weight * WEIGHTS.filler_share;
    assert!(how.weight <= most + f32::EPSILON);
    let alone = parsed("怎么");
    assert!(alone.is_only_filler && !concept(&alone, "怎么").is_filler);
}

#[test]
fn a_word_typed_twice_is_one_concept() {
    assert_eq!(parsed("端口 端口").concepts.len(), 1);
}

#[test]
fn a_corrected_text_replaces_only_what_no_document_has() {
    assert_eq!(
        parsed("natcos 端口").corrected("natcos 端口").as_deref(),
        Some("nacos 端口")
    );
    assert_eq!(parsed("nacos 端口").corrected("nacos 端口"), None);
    let pinyin = "zhucezhongxin 端口";
    assert_eq!(
        parsed(pinyin).corrected(pinyin).as_deref(),
        Some("注册中心 端口")
    );
}

#[test]
fn what_was_meant_gives_the_characters_and_pairs() {
    let query = parsed("zhucezhongxin");
    assert!(query.characters.contains(&u64::from('注')), "{query:?}");
    let pairs: Vec<&str> = query.pairs.iter().map(|p| p.text.as_str()).collect();
    assert!(pairs.contains(&"注册"), "{pairs:?}");
}

#[test]
fn filler_gives_no_pairs_and_is_not_highlighted() {
    let query = parsed("端口怎么");
    assert!(
        query.pairs.iter().all(|p| !p.text.contains('怎')),
        "{query:?}"
    );
    let highlighted = query.highlighted();
    assert!(
        highlighted.contains_key("端口") && !highlighted.contains_key("怎么"),
        "{highlighted:?}"
    );
}

#[test]
fn an_everyday_wording_gets_the_terms_that_some_document_has() {
    let query = parsed("集群里冒出两个老大");
    let meant = |typed: &str| -> Vec<String> {
        let wordings = concept(&query, typed).wordings.iter();
        let meant = wordings.filter(|w| w.origin == Origin::Meaning);
        meant
            .map(|w| {
                w.words
                    .iter()
                    .map(|i| query.words[*i].text.as_str())
                    .collect()
            })
            .collect()
    };
    assert_eq!(meant("老大"), ["脑裂"]);
    let highlighted = query.highlighted();
    assert!(highlighted.contains_key("脑裂"), "{highlighted:?}");
}

#[test]
fn everyday_talk_weighs_less_than_words_of_the_field() {
    let query = parsed("老板 格子 端口");
    let factor = |typed| concept(&query, typed).weight_factor;
    assert!((factor("端口") - 1.0).abs() < f32::EPSILON);
    // Documents of a few words say little about what is left out of them, so few words are everyday talk here.
    assert!(factor("老板") <= factor("格子"), "{query:?}");
}

#[test]
fn a_question_knows_its_reverse_and_a_story_does_not() {
    assert!(!parsed("怎么关闭鉴权").opposites.is_empty());
    let story = format!("怎么关闭鉴权，{}", "我们试过很多办法，".repeat(9));
    assert!(parsed(&story).opposites.is_empty());
}

#[test]
fn every_word_is_once_in_the_query() {
    let query = parsed("注册中心连不上 注册 中心");
    let mut texts: Vec<&str> = query.words.iter().map(|w| w.text.as_str()).collect();
    texts.sort_unstable();
    let all = texts.len();
    texts.dedup();
    assert_eq!(texts.len(), all);
}

#[test]
fn an_explanation_says_where_each_wording_came_from() {
    let explanation = parsed("natcos").explanation();
    let wordings = &explanation.concepts[0].wordings;
    assert_eq!(wordings[0], ("nacos".to_owned(), Origin::Correction));
}
