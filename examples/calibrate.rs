use dayi::analysis::Analyzer;
use dayi::engine::embedded::EmbeddedEngine;
use dayi::engine::{Engine, SearchQuery};
use dayi::eval::JudgedSet;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let engine = EmbeddedEngine::in_memory(Analyzer::new()).unwrap();
    engine.sync(args[1].as_ref(), &|_, _| {}).unwrap();
    for folder in &args[2..] {
        let set = JudgedSet::load(folder.as_ref()).unwrap();
        for q in &set.queries {
            let found = engine.search(&SearchQuery { text: q.text.clone(), limit: 1, ..SearchQuery::default() }).unwrap();
            let c = found.confidence.unwrap_or_default();
            let f: Vec<String> = ["qcov","cov","unk","nq","nm","words","bi","chars","focus","margin","len"].iter().zip(c.numbers()).map(|(n, v)| format!("\"{n}\":{v}")).collect();
            println!("{{\"kind\":{:?},\"text\":{:?},\"top\":{:?},{}}}", q.kind.as_deref().unwrap_or(""), q.text, found.hits.first().map_or("", |h| h.document.headline()), f.join(","));
        }
    }
}
