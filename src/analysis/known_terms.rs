//! A cache of the terms of short runs. Documents repeat the same words over and over; a cached run costs one cache
//! line.

use super::terms::Terms;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;

/// Slots of the cache: half a megabyte for each thread that segments documents.
const SLOTS: usize = 8_192;
/// Bytes of a run and its terms together, at most; longer ones are not cached.
const LONGEST: usize = 62;

/// A direct-mapped cache: the hash of a run gives the only slot that may hold it.
pub(super) struct KnownTerms {
    /// The number of the segmenter that made the terms.
    segmenter: u64,
    slots: Box<[Known]>,
}

/// A run and its terms, in one cache line of 64 bytes.
#[derive(Clone)]
#[repr(align(64))]
struct Known {
    /// The terms, followed by the run.
    texts: [u8; LONGEST],
    /// Length of the terms in bytes.
    terms: u8,
    /// Length of the run in bytes.
    run: u8,
}

impl Known {
    const NOTHING: Self = Self {
        texts: [0; LONGEST],
        terms: 0,
        run: 0,
    };

    /// `None` if run and terms together are too long.
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

    fn is_for(&self, run: &[u8]) -> bool {
        let behind = self.texts.get(usize::from(self.terms)..);
        usize::from(self.run) == run.len() && behind.is_some_and(|texts| texts.starts_with(run))
    }
}

impl KnownTerms {
    /// An empty cache for the segmenter with this number.
    pub(super) fn new(segmenter: u64) -> Self {
        Self {
            segmenter,
            slots: vec![Known::NOTHING; SLOTS].into(),
        }
    }

    /// Whether the terms were made by the segmenter with this number.
    pub(super) fn are_from(&self, segmenter: u64) -> bool {
        self.segmenter == segmenter
    }

    /// Appends the terms of a non-empty run to `terms`, from the cache or by `make`.
    pub(super) fn push(&mut self, run: &str, terms: &mut Terms, make: impl FnOnce(&mut Terms)) {
        let slot = FxBuildHasher.hash_one(run) as usize % SLOTS;
        let (known, run) = (&mut self.slots[slot], run.as_bytes());
        if known.is_for(run) {
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

    /// The terms appended for a run that `make` cuts into `made`, and whether `make` was called.
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
        let mut known = KnownTerms::new(1);
        let expected = "x a b ".to_owned();
        assert_eq!(
            pushed(&mut known, "ab", &["a", "b"]),
            (expected.clone(), true)
        );
        assert_eq!(pushed(&mut known, "ab", &["?"]), (expected, false));
        assert_eq!(pushed(&mut known, "a", &["a"]), ("x a ".into(), true));
        // More runs than slots: a run that replaced another in its slot is not taken for it.
        for number in 0..SLOTS * 2 {
            let run = number.to_string();
            let expected = (format!("x {run} "), true);
            assert_eq!(pushed(&mut known, &run, &[&run]), expected);
        }
    }

    #[test]
    fn what_is_too_long_is_cut_each_time() {
        let mut known = KnownTerms::new(1);
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
