//! What a text refers to: variables, and other texts.

use fluent_bundle::FluentResource;
use fluent_syntax::ast::{
    CallArguments, Entry, Expression, InlineExpression, Message, Pattern, PatternElement,
};
use std::collections::BTreeSet;

/// What the value of a text refers to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct References {
    /// Names of variables.
    pub(super) variables: BTreeSet<String>,
    /// Keys of other texts.
    pub(super) texts: BTreeSet<String>,
    /// Names of functions, of which there are none.
    pub(super) functions: BTreeSet<String>,
}

impl References {
    /// The references of a message.
    pub(super) fn of_message<S: AsRef<str>>(message: &Message<S>) -> Self {
        let mut found = Self::default();
        if let Some(value) = &message.value {
            found.add_pattern(value);
        }
        found
    }

    fn add_pattern<S: AsRef<str>>(&mut self, pattern: &Pattern<S>) {
        for element in &pattern.elements {
            if let PatternElement::Placeable { expression } = element {
                self.add_expression(expression);
            }
        }
    }

    fn add_expression<S: AsRef<str>>(&mut self, expression: &Expression<S>) {
        match expression {
            Expression::Inline(inline) => self.add_inline(inline),
            Expression::Select { selector, variants } => {
                self.add_inline(selector);
                for variant in variants {
                    self.add_pattern(&variant.value);
                }
            }
        }
    }

    fn add_inline<S: AsRef<str>>(&mut self, inline: &InlineExpression<S>) {
        match inline {
            InlineExpression::VariableReference { id } => {
                self.variables.insert(id.name.as_ref().to_owned());
            }
            InlineExpression::MessageReference { id, .. } => {
                self.texts.insert(id.name.as_ref().to_owned());
            }
            InlineExpression::FunctionReference { id, arguments } => {
                self.functions.insert(id.name.as_ref().to_owned());
                self.add_arguments(arguments);
            }
            InlineExpression::TermReference { arguments, .. } => {
                if let Some(arguments) = arguments {
                    self.add_arguments(arguments);
                }
            }
            InlineExpression::Placeable { expression } => self.add_expression(expression),
            InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
        }
    }

    fn add_arguments<S: AsRef<str>>(&mut self, arguments: &CallArguments<S>) {
        for argument in &arguments.positional {
            self.add_inline(argument);
        }
        for argument in &arguments.named {
            self.add_inline(&argument.value);
        }
    }
}

/// The messages of a resource.
pub(super) fn messages(resource: &FluentResource) -> impl Iterator<Item = &Message<&str>> {
    resource.entries().filter_map(|entry| match entry {
        Entry::Message(message) => Some(message),
        _ => None,
    })
}

/// The keys of a resource.
pub(super) fn keys(resource: &FluentResource) -> impl Iterator<Item = String> {
    messages(resource).map(|message| message.id.name.to_owned())
}
