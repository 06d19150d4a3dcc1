//! The terms of short runs: documents say the same words over and over, and each is copied out of one line of the cache.

use super::terms::Terms;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;

/// Runs that are known at once, at most: half a megabyte for each thread that cuts documents.
const PLACES: usize = 8_192;
/// Bytes of a run and its terms together; longer ones are not kept.
const LONGEST: usize = 62;

/// What the last runs were cut into, each in the one place that its hash gives it.
pub(super) struct KnownTerms {
    /// The segmenter that cut them.
    segmenter: u64,
    places: Box<[Known]>,
}

/// A run and its terms, in 64 bytes.
#[derive(Clone)]
#[repr(align(64))]
struct Known {
    /// The terms, with the run behind them.
    texts: [u8; LONGEST],
    /// Bytes of the terms, and of the run.
    terms: u8,
    run: u8,
}

impl Known {
    const NOTHING: Self = Self {
        texts: [0; LONGEST],
        terms: 0,
        run: 0,
    };

    /// Nothing where it would be too long.
    fn new(run: &[u8], terms: &[u8]) -> Option<Self> {
        let mut known = Self {
            terms: u8::try_from(terms.len()).ok()?,
            run: u8::try_from(run.len()).ok()?,
            ..Self::NOTHING
        };
        let (of_terms, rest) = known.texts.split_at_mut_checked(terms.len())?;
        of_terms.copy_from_slice(terms);
        rest.get_mut(..run.len())?.copy_from_slice(run);
        Some(known)
    }

    fn is_of(&self, run: &[u8]) -> bool {
        let behind = self.texts.get(usize::from(self.terms)..);
        usize::from(self.run) == run.len() && behind.is_some_and(|texts| texts.starts_with(run))
    }
}

impl KnownTerms {
    /// Knows nothing yet of what the segmenter of this number makes.
    pub(super) fn of(segmenter: u64) -> Self {
        Self {
            segmenter,
            places: vec![Known::NOTHING; PLACES].into(),
        }
    }

    /// Whether they are what the segmenter of this number makes.
    pub(super) fn are_of(&self, segmenter: u64) -> bool {
        self.segmenter == segmenter
    }

    /// Appends the terms of a run that is not empty to `terms`, as `make` does it.
    pub(super) fn push(&mut self, run: &str, terms: &mut Terms, make: impl FnOnce(&mut Terms)) {
        let place = FxBuildHasher.hash_one(run) as usize % PLACES;
        let (known, run) = (&mut self.places[place], run.as_bytes());
        if known.is_of(run) {
            return terms.push_first(&known.texts, known.terms.into());
        }
        let start = terms.len();
        make(terms);
        if let Some(new) = Known::new(run, terms.since(start)) {
            *known = new;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The terms of a run that is cut into `made`, and whether it had to be.
    fn pushed(known: &mut KnownTerms, run: &str, made: &[&str]) -> (String, bool) {
        let (mut terms, mut is_made) = (Terms::default(), false);
        terms.push("x");
        known.push(run, &mut terms, |terms| {
            is_made = true;
            for term in made {
                terms.push(term);
            }
        });
        (terms.as_str().to_owned(), is_made)
    }

    #[test]
    fn each_run_is_cut_once_and_every_one_has_its_own_terms() {
        let mut known = KnownTerms::of(1);
        let expected = "x a b ".to_owned();
        assert_eq!(
            pushed(&mut known, "ab", &["a", "b"]),
            (expected.clone(), true)
        );
        assert_eq!(pushed(&mut known, "ab", &["?"]), (expected, false));
        assert_eq!(pushed(&mut known, "a", &["a"]), ("x a ".into(), true));
        // More than there are places: whatever took the place of another does not stand for it.
        for number in 0..PLACES * 2 {
            let run = number.to_string();
            let expected = (format!("x {run} "), true);
            assert_eq!(pushed(&mut known, &run, &[&run]), expected);
        }
    }

    #[test]
    fn what_is_too_long_is_cut_each_time() {
        let mut known = KnownTerms::of(1);
        let (long, term) = ("a".repeat(30), "b".repeat(32));
        for _ in 0..2 {
            assert!(pushed(&mut known, &long, &[&term]).1);
        }
        assert!(pushed(&mut known, &long, &[&term[1..]]).1);
        assert!(!pushed(&mut known, &long, &[&term[1..]]).1);
        assert!(pushed(&mut known, &"a".repeat(300), &["a"]).1);
        assert_eq!(size_of::<Known>(), 64);
    }
}
