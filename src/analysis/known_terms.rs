//! The terms of short runs: documents say the same words over and over, and each is copied out of one line of the cache.

use arrayvec::ArrayString;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;

/// Runs that are known at once, at most: half a megabyte for each thread that cuts documents.
const PLACES: usize = 8_192;
/// Bytes of a run and its terms together; longer ones are not kept.
const LONGEST: usize = 56;

/// What the last runs were cut into, each in the one place that its hash gives it.
pub(super) struct KnownTerms {
    /// The segmenter that cut them.
    segmenter: u64,
    places: Box<[Known]>,
}

/// A run and its terms, in 64 bytes.
#[derive(Clone, Default)]
#[repr(align(64))]
struct Known {
    text: ArrayString<LONGEST>,
    /// Bytes of the run; its terms are behind it.
    run: u8,
}

impl Known {
    /// Nothing where it would be too long.
    fn new(run: &str, terms: &str) -> Option<Self> {
        let mut text = ArrayString::from(run).ok()?;
        text.try_push_str(terms).ok()?;
        let run = run.len() as u8;
        Some(Self { text, run })
    }

    fn terms_of(&self, run: &str) -> Option<&str> {
        let (known, terms) = self.text.split_at_checked(self.run.into())?;
        (known == run).then_some(terms)
    }
}

impl KnownTerms {
    /// Knows nothing yet of what the segmenter of this number makes.
    pub(super) fn of(segmenter: u64) -> Self {
        Self {
            segmenter,
            places: vec![Known::default(); PLACES].into(),
        }
    }

    /// Whether they are what the segmenter of this number makes.
    pub(super) fn are_of(&self, segmenter: u64) -> bool {
        self.segmenter == segmenter
    }

    /// Appends the terms of a run that is not empty to `terms`, as `make` does it.
    pub(super) fn push(&mut self, run: &str, terms: &mut String, make: impl FnOnce(&mut String)) {
        let place = FxBuildHasher.hash_one(run) as usize % PLACES;
        let known = &mut self.places[place];
        if let Some(found) = known.terms_of(run) {
            return terms.push_str(found);
        }
        let start = terms.len();
        make(terms);
        if let Some(new) = Known::new(run, &terms[start..]) {
            *known = new;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The terms of a run that are made of `made`, and whether they had to be.
    fn pushed(known: &mut KnownTerms, run: &str, made: &str) -> (String, bool) {
        let (mut terms, mut is_made) = ("x ".to_owned(), false);
        known.push(run, &mut terms, |terms| {
            is_made = true;
            terms.push_str(made);
        });
        (terms, is_made)
    }

    #[test]
    fn each_run_is_cut_once_and_every_one_has_its_own_terms() {
        let mut known = KnownTerms::of(1);
        assert_eq!(pushed(&mut known, "ab", "a b "), ("x a b ".into(), true));
        assert_eq!(pushed(&mut known, "ab", "?"), ("x a b ".into(), false));
        assert_eq!(pushed(&mut known, "a", "a "), ("x a ".into(), true));
        // More than there are places: whatever took the place of another does not stand for it.
        for number in 0..PLACES * 2 {
            let run = number.to_string();
            let expected = (format!("x {run} "), true);
            assert_eq!(pushed(&mut known, &run, &format!("{run} ")), expected);
        }
    }

    #[test]
    fn what_is_too_long_is_cut_each_time() {
        let mut known = KnownTerms::of(1);
        let (long, terms) = ("a".repeat(27), "b".repeat(30));
        for _ in 0..2 {
            assert!(pushed(&mut known, &long, &terms).1);
        }
        assert!(pushed(&mut known, &long, &terms[1..]).1);
        assert!(!pushed(&mut known, &long, &terms[1..]).1);
        assert_eq!(size_of::<Known>(), 64);
    }
}
