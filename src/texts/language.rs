//! The texts of one language.

use super::identifier;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The texts of one language; cheap to clone.
#[derive(Clone)]
pub struct Texts(Arc<Language>);

struct Language {
    tag: String,
    bundle: FluentBundle<FluentResource>,
    keys: BTreeSet<String>,
    revision: u64,
}

/// The value of a variable in a text.
#[derive(Debug, Clone, Copy)]
pub enum Argument<'a> {
    /// Put in as it is.
    Text(&'a str),
    /// A number, which may choose a plural.
    Number(i64),
}

impl<'a> From<&'a str> for Argument<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Argument<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<usize> for Argument<'_> {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// Templates pass fields by reference.
impl From<&i64> for Argument<'_> {
    fn from(number: &i64) -> Self {
        Self::from(*number)
    }
}

impl From<&usize> for Argument<'_> {
    fn from(number: &usize) -> Self {
        Self::from(*number)
    }
}

impl Texts {
    /// The texts of `sources`, of which later ones replace earlier ones.
    pub(super) fn new<'a>(
        tag: &str,
        sources: impl Iterator<Item = &'a str>,
        revision: u64,
    ) -> Self {
        let mut bundle = FluentBundle::new_concurrent(identifier(tag).into_iter().collect());
        // Marks around values are for mixed directions of writing, and would be part of what scripts and tests read.
        bundle.set_use_isolating(false);
        let mut keys = BTreeSet::new();
        for source in sources {
            // Sources are checked before: what a broken one still has is used.
            let resource = FluentResource::try_new(source.to_owned());
            let resource = resource.unwrap_or_else(|(usable, _)| usable);
            keys.extend(super::references::keys(&resource));
            bundle.add_resource_overriding(resource);
        }
        Self(Arc::new(Language {
            tag: tag.to_owned(),
            bundle,
            keys,
            revision,
        }))
    }

    /// BCP 47 tag, for `lang` and `Content-Language`.
    pub fn tag(&self) -> &str {
        &self.0.tag
    }

    /// Changes with any text of any language.
    pub fn revision(&self) -> u64 {
        self.0.revision
    }

    /// All keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys.iter().map(String::as_str)
    }

    /// The text of `key`.
    pub fn text(&self, key: &str) -> String {
        self.format(key, &[])
    }

    /// The text of `key` with values for its variables.
    pub fn format(&self, key: &str, arguments: &[(&str, Argument<'_>)]) -> String {
        let bundle = &self.0.bundle;
        let message = bundle.get_message(key);
        let Some(pattern) = message.and_then(|message| message.value()) else {
            debug_assert!(false, "no text has the key `{key}`");
            return key.to_owned();
        };
        let mut values = FluentArgs::with_capacity(arguments.len());
        for (name, argument) in arguments {
            let value = match *argument {
                Argument::Text(text) => FluentValue::from(text),
                Argument::Number(number) => FluentValue::from(number),
            };
            values.set(*name, value);
        }
        // Overrides with other variables are refused when they are read; a cycle of references shows its keys.
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&values), &mut errors);
        text.into_owned()
    }
}
