//! What ranking learns from visitors: the quality of each answer, from its ratings and clicks. Quality is smoothed,
//! so that little evidence has little effect.

use super::database::{Database, PATIENT, StoreError};
use std::collections::{BTreeMap, HashMap};

/// Weight of the site's mean, in ratings: once an answer has as many ratings of its own, their share counts half.
const SMOOTHING: f64 = 10.0;
/// Weight of a click as a helpful rating, and of a skip as an unhelpful one.
const CLICK: f64 = 0.1;
/// Total weight of all clicks and skips on an answer, at most, in ratings.
const CLICKS_AT_MOST: f64 = 3.0;
/// Networks that must have rated an answer before its ratings count, so that no single visitor has an effect. If
/// visitor keys change daily, so many must have rated it on one day.
const FEWEST_NETWORKS: f64 = 3.0;
/// Clicks and skips before they count, for the same reason.
const FEWEST_CLICKS: f64 = 30.0;

/// The evidence about one answer. Each network counts once, with the mean of its ratings.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Evidence {
    /// Networks that the answer helped.
    helped: f64,
    /// Networks that rated the answer.
    rated: f64,
    /// Networks that rated the answer on the day with most ratings.
    rated_in_a_day: f64,
    /// Networks that opened the answer from a list of hits.
    clicks: f64,
    /// Networks that passed the answer over for a hit further down.
    skips: f64,
}

/// The quality of answers by document id, from -1 to 1. Answers without enough evidence are missing and count as 0.
pub type Quality = HashMap<String, f32>;

impl Evidence {
    /// Quality relative to `mean`, the site's mean share of helpful ratings: the mean of a beta distribution around
    /// `mean`, scaled so that 1 is the best and -1 the worst possible. 0 if there is too little evidence.
    fn quality(self, mean: f64) -> f32 {
        let (mut good, mut all) = (0.0, 0.0);
        if self.rated_in_a_day >= FEWEST_NETWORKS {
            good += self.helped;
            all += self.rated;
        }
        let opened = self.clicks + self.skips;
        if opened >= FEWEST_CLICKS {
            let weight = CLICK.min(CLICKS_AT_MOST / opened);
            good += weight * self.clicks;
            all += weight * opened;
        }
        let posterior = (good + SMOOTHING * mean) / (all + SMOOTHING);
        let way = if posterior > mean { 1.0 - mean } else { mean };
        ((posterior - mean) / way) as f32
    }
}

/// The site's mean share of helpful ratings. Ten imaginary ratings, seven of them helpful, prevent the first real
/// ratings from deciding alone.
fn mean(evidence: &BTreeMap<String, Evidence>) -> f64 {
    let helped: f64 = evidence.values().map(|e| e.helped).sum();
    let rated: f64 = evidence.values().map(|e| e.rated).sum();
    ((helped + 7.0) / (rated + 10.0)).clamp(0.05, 0.95)
}

/// The quality of each answer with enough evidence.
fn learn(evidence: &BTreeMap<String, Evidence>) -> Quality {
    let mean = mean(evidence);
    evidence
        .iter()
        .map(|(id, of_answer)| (id.clone(), of_answer.quality(mean)))
        .filter(|(_, quality)| *quality != 0.0)
        .collect()
}

/// The evidence by current ids. What was stored of an answer under several ids is added up.
fn renamed(
    evidence: BTreeMap<String, Evidence>,
    current: impl Fn(&str) -> Option<String>,
) -> BTreeMap<String, Evidence> {
    let mut renamed: BTreeMap<String, Evidence> = BTreeMap::new();
    for (id, of_answer) in evidence {
        let all = renamed.entry(current(&id).unwrap_or(id)).or_default();
        all.helped += of_answer.helped;
        all.rated += of_answer.rated;
        // The same day under both ids is unlikely; the same network would count twice.
        all.rated_in_a_day = all.rated_in_a_day.max(of_answer.rated_in_a_day);
        all.clicks += of_answer.clicks;
        all.skips += of_answer.skips;
    }
    renamed
}

/// What ranking learns from the store.
#[derive(Debug, Clone, Copy)]
pub struct Learning<'s> {
    pub(super) database: &'s Database,
}

impl Learning<'_> {
    /// The quality of the answers, by the ids that they have now: `current` gives the id of the answer that was stored
    /// under another one. If visitor keys `change_daily`, a visitor who returns the next day looks like another one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn quality(
        &self,
        change_daily: bool,
        current: impl Fn(&str) -> Option<String>,
    ) -> Result<Quality, StoreError> {
        Ok(learn(&renamed(self.evidence(change_daily).await?, current)))
    }

    async fn evidence(&self, change_daily: bool) -> Result<BTreeMap<String, Evidence>, StoreError> {
        let rated: Vec<(String, f64, i64, i64)> = sqlx::query_as(
            "SELECT question_id, SUM(helped), CAST(SUM(networks) AS BIGINT), MAX(networks) FROM (
                 SELECT question_id, SUM(share) AS helped, COUNT(*) AS networks FROM (
                     SELECT question_id, network, CAST(AVG(helpful) AS DOUBLE PRECISION) AS share,
                         MIN(at) / 86400000 AS day
                     FROM ratings GROUP BY question_id, network
                 ) AS of_network GROUP BY question_id, day
             ) AS of_day GROUP BY question_id",
        )
        .fetch_all(&self.database.pool.within(PATIENT))
        .await?;
        let opened: Vec<(String, i64, i64)> = sqlx::query_as(
            "SELECT question_id, clicks, skips FROM answers WHERE clicks > 0 OR skips > 0",
        )
        .fetch_all(&self.database.pool.within(PATIENT))
        .await?;
        let mut evidence: BTreeMap<String, Evidence> = BTreeMap::new();
        for (id, helped, networks, in_a_day) in rated {
            let of_answer = evidence.entry(id).or_default();
            of_answer.helped = helped;
            of_answer.rated = networks as f64;
            of_answer.rated_in_a_day = if change_daily { in_a_day } else { networks } as f64;
        }
        for (id, clicks, skips) in opened {
            let of_answer = evidence.entry(id).or_default();
            of_answer.clicks = clicks as f64;
            of_answer.skips = skips as f64;
        }
        Ok(evidence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learned(evidence: &[(&str, Evidence)]) -> Quality {
        learn(
            &evidence
                .iter()
                .map(|(id, e)| ((*id).to_owned(), *e))
                .collect(),
        )
    }

    fn rated(helped: f64, rated: f64) -> Evidence {
        Evidence {
            helped,
            rated,
            rated_in_a_day: rated,
            ..Evidence::default()
        }
    }

    #[test]
    fn the_better_answer_is_above_the_worse_and_both_within_bounds() {
        let quality = learned(&[("good", rated(30.0, 32.0)), ("bad", rated(4.0, 30.0))]);
        assert!(
            quality["good"] > 0.2 && quality["bad"] < -0.2,
            "{quality:?}"
        );
        let extreme = learned(&[("a", rated(0.0, 1e6)), ("b", rated(1e6, 1e6))]);
        assert!(
            extreme.values().all(|q| (-1.0..=1.0).contains(q)),
            "{extreme:?}"
        );
    }

    #[test]
    fn what_was_stored_under_an_old_id_counts_for_the_answer() {
        let stored = BTreeMap::from([
            ("index".to_owned(), rated(4.0, 4.0)),
            ("nacos".to_owned(), rated(2.0, 3.0)),
            ("other".to_owned(), rated(1.0, 5.0)),
        ]);
        let current = |id: &str| (id == "index").then(|| "nacos".to_owned());
        let evidence = renamed(stored, current);
        assert_eq!(evidence.keys().collect::<Vec<_>>(), ["nacos", "other"]);
        let of_answer = evidence["nacos"];
        assert_eq!((of_answer.helped, of_answer.rated), (6.0, 7.0));
        assert!((of_answer.rated_in_a_day - 4.0).abs() < f64::EPSILON);
    }

    #[test]
    fn one_or_two_networks_move_nothing() {
        assert!(learned(&[("a", rated(0.0, 1.0)), ("b", rated(2.0, 2.0))]).is_empty());
    }

    #[test]
    fn one_network_that_comes_again_every_day_moves_nothing() {
        let patient = Evidence {
            rated_in_a_day: 1.0,
            ..rated(0.0, 40.0)
        };
        assert!(learned(&[("a", patient)]).is_empty());
    }

    #[test]
    fn clicks_say_little_however_many() {
        let clicks = Evidence {
            clicks: 0.0,
            skips: 1e6,
            ..Evidence::default()
        };
        let passed_over = learned(&[("a", clicks)])["a"];
        let voted_down = learned(&[("a", rated(0.0, 4.0))])["a"];
        assert!(
            passed_over < 0.0 && passed_over > voted_down - 0.1,
            "{passed_over} {voted_down}"
        );
    }
}
