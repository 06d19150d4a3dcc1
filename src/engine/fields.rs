//! The searched fields of a document: which text is searched, apart from how an index stores it.

use std::array;
use std::ops::{Index, IndexMut};

/// A searched field. Fields of words come first, then fields of pairs of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Field {
    /// The full question.
    Question,
    /// The title, unless it is the beginning of the question.
    Title,
    /// Tags and keywords.
    Labels,
    /// The answer.
    Answer,
    /// Texts of the references.
    References,
    /// Other ways in which visitors ask the question.
    AskedAs,
    /// Pairs of characters of the headline: what a reader sees as the question.
    HeadlinePairs,
    /// Pairs of characters of the answer.
    AnswerPairs,
}

impl Field {
    /// Number of searched fields.
    pub(crate) const COUNT: usize = 8;

    /// All fields, in the order of [`index`](Self::index).
    pub(crate) const ALL: [Self; Self::COUNT] = [
        Self::Question,
        Self::Title,
        Self::Labels,
        Self::Answer,
        Self::References,
        Self::AskedAs,
        Self::HeadlinePairs,
        Self::AnswerPairs,
    ];

    /// Fields of pairs of characters.
    pub(crate) const OF_PAIRS: [Self; 2] = [Self::HeadlinePairs, Self::AnswerPairs];

    /// Fields of words.
    pub(crate) const OF_WORDS: [Self; 6] = [
        Self::Question,
        Self::Title,
        Self::Labels,
        Self::Answer,
        Self::References,
        Self::AskedAs,
    ];

    /// Number of the field, from 0.
    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

/// A set of fields.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct FieldSet(u8);

impl FieldSet {
    /// The set of these fields.
    pub(crate) fn from_fields(fields: impl IntoIterator<Item = Field>) -> Self {
        let bits = fields.into_iter().map(|field| 1 << field.index());
        Self(bits.fold(0, |all, bit: u8| all | bit))
    }

    /// The set with one more field.
    pub(crate) fn with(self, field: Field) -> Self {
        Self(self.0 | 1 << field.index())
    }

    /// The fields of the set, in order.
    pub(crate) fn iter(self) -> impl Iterator<Item = Field> {
        let has = move |field: &Field| self.0 >> field.index() & 1 == 1;
        Field::ALL.into_iter().filter(has)
    }
}

/// A value for each field.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct PerField<T>([T; Field::COUNT]);

impl<T> PerField<T> {
    /// Makes the value of each field.
    pub(crate) fn from_fn(mut value: impl FnMut(Field) -> T) -> Self {
        Self(array::from_fn(|index| value(Field::ALL[index])))
    }

    /// Makes the value of each field, or fails with the first error.
    pub(crate) fn try_from_fn<E>(mut value: impl FnMut(Field) -> Result<T, E>) -> Result<Self, E> {
        let mut values = Vec::with_capacity(Field::COUNT);
        for field in Field::ALL {
            values.push(value(field)?);
        }
        let mut values = values.into_iter();
        let mut next = || values.next().expect("one value was made for each field");
        Ok(Self(array::from_fn(|_| next())))
    }

    /// Another value for each field.
    pub(crate) fn map<U>(self, change: impl FnMut(T) -> U) -> PerField<U> {
        PerField(self.0.map(change))
    }

    /// The values in the order of the fields.
    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Field, &T)> {
        Field::ALL.into_iter().zip(&self.0)
    }
}

impl<T> Index<Field> for PerField<T> {
    type Output = T;

    fn index(&self, field: Field) -> &T {
        &self.0[field.index()]
    }
}

impl<T> IndexMut<Field> for PerField<T> {
    fn index_mut(&mut self, field: Field) -> &mut T {
        &mut self.0[field.index()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_has_its_number_in_the_list_of_all() {
        for (index, field) in Field::ALL.into_iter().enumerate() {
            assert_eq!(field.index(), index);
        }
        assert_eq!(Field::ALL[..Field::OF_WORDS.len()], Field::OF_WORDS);
    }

    #[test]
    fn a_set_gives_back_its_fields_once_and_in_order() {
        let set = FieldSet::from_fields([Field::Answer, Field::Title]).with(Field::Answer);
        assert_eq!(
            set.iter().collect::<Vec<_>>(),
            [Field::Title, Field::Answer]
        );
        assert_eq!(FieldSet::default().iter().count(), 0);
    }

    #[test]
    fn the_first_error_ends_the_making_of_values() {
        let made = PerField::try_from_fn(|field| {
            if field == Field::Labels {
                Err(field)
            } else {
                Ok(())
            }
        });
        assert_eq!(made, Err(Field::Labels));
    }
}
