//! The API described for people, from the same OpenAPI document; no script, no other host.

use super::openapi_document;
use crate::document::escape;
use serde_json::{Map, Value};
use std::fmt::Write;

/// Prefix of the paths that experts use.
const OF_EXPERTS: &str = "/api/v1/admin";
/// What most come for, in this order, before everything else.
const FIRST: [&str; 4] = ["search", "suggest", "popular", "questions"];
/// Methods in the order in which they are shown.
const METHODS: [&str; 4] = ["get", "post", "patch", "delete"];

/// One operation as the page shows it. Texts are HTML.
pub(in crate::web) struct DocumentedOperation {
    /// Its id on the page.
    pub(in crate::web) anchor: String,
    pub(in crate::web) method: String,
    pub(in crate::web) path: String,
    pub(in crate::web) is_for_experts: bool,
    pub(in crate::web) summary: String,
    pub(in crate::web) parameters: Vec<DocumentedParameter>,
    pub(in crate::web) responses: Vec<(String, String)>,
    /// A command that sends it.
    pub(in crate::web) example: String,
}

/// One parameter of an operation, or one field of its body.
pub(in crate::web) struct DocumentedParameter {
    pub(in crate::web) name: String,
    /// Where it is sent: `query`, `path`, `header` or `body`.
    pub(in crate::web) location: String,
    pub(in crate::web) is_required: bool,
    pub(in crate::web) description: String,
}

/// All operations, those for everybody before those for experts. `service` is the address in examples.
pub(in crate::web) fn docs_page(service: &str) -> Vec<DocumentedOperation> {
    // Cannot fail: the document is made to be written as JSON.
    let document = serde_json::to_value(openapi_document()).unwrap_or_default();
    let mut operations = Vec::new();
    for (path, item) in entries(&document["paths"]) {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                operations.push(documented(&document, service, (method, path), operation));
            }
        }
    }
    operations.sort_by_key(|operation| {
        let matter = operation.path.trim_start_matches("/api/v1/");
        let first = FIRST.iter().position(|name| matter.starts_with(name));
        (operation.is_for_experts, first.unwrap_or(FIRST.len()))
    });
    operations
}

fn documented(
    document: &Value,
    service: &str,
    (method, path): (&str, &str),
    operation: &Value,
) -> DocumentedOperation {
    let sent = operation["parameters"].as_array();
    let parameters = sent.into_iter().flatten();
    let parameters = parameters.map(|parameter| DocumentedParameter {
        name: text(&parameter["name"]).to_owned(),
        location: text(&parameter["in"]).to_owned(),
        is_required: parameter["required"] == true,
        description: with_code(text(&parameter["description"])),
    });
    let mut parameters: Vec<_> = parameters.collect();
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    parameters.extend(fields(document, body));
    let responses = entries(&operation["responses"]);
    let responses = responses.map(|(status, response)| {
        let description = with_code(text(&response["description"]));
        (status.clone(), description)
    });
    let is_for_experts = path.starts_with(OF_EXPERTS);
    DocumentedOperation {
        anchor: format!(
            "{method}-{}",
            path.trim_start_matches("/api/v1/")
                .replace(['/', '{', '}'], "-")
        ),
        example: example(service, (method, path), is_for_experts, &parameters),
        method: method.to_uppercase(),
        path: path.to_owned(),
        is_for_experts,
        summary: with_code(text(&operation["summary"])),
        responses: responses.collect(),
        parameters,
    }
}

/// The fields of a body.
fn fields(document: &Value, schema: &Value) -> Vec<DocumentedParameter> {
    let schema = match text(&schema["$ref"]).strip_prefix('#') {
        Some(pointer) => document.pointer(pointer).unwrap_or(schema),
        None => schema,
    };
    let required = schema["required"].as_array();
    let is_required = |name: &str| required.is_some_and(|names| names.iter().any(|n| n == name));
    let fields = entries(&schema["properties"]).map(|(name, field)| DocumentedParameter {
        name: name.clone(),
        location: "body".to_owned(),
        is_required: is_required(name),
        description: with_code(text(&field["description"])),
    });
    fields.collect()
}

/// A command that sends an operation with what it requires, or with words to search.
fn example(
    service: &str,
    (method, path): (&str, &str),
    is_for_experts: bool,
    parameters: &[DocumentedParameter],
) -> String {
    let has = |name: &str, location: &str| {
        let mut known = parameters.iter();
        known.any(|parameter| parameter.name == name && parameter.location == location)
    };
    let mut command = String::from("curl");
    if has("q", "query") {
        command.push_str(" -G --data-urlencode 'q=nacos'");
    }
    if method != "get" && (method != "post" || !parameters.iter().any(|p| p.location == "body")) {
        let _ = write!(command, " -X {}", method.to_uppercase());
    }
    if is_for_experts {
        command.push_str(" -H 'Authorization: Bearer TOKEN'");
    }
    if parameters.iter().any(|p| p.location == "body") {
        let sent = parameters.iter().filter(|p| p.location == "body");
        let sent = sent.filter(|p| p.is_required || p.name == "q" || p.name == "question");
        let body: Map<String, Value> = sent.map(|p| (p.name.clone(), "…".into())).collect();
        let body = Value::Object(body);
        let _ = write!(command, " -H 'content-type: application/json' -d '{body}'");
    }
    format!("{command} '{service}{path}'")
}

/// Escaped text with what stands between backticks as code.
fn with_code(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for (number, part) in text.split('`').enumerate() {
        let part = escape(part);
        if number % 2 == 1 {
            let _ = write!(html, "<code>{part}</code>");
        } else {
            html.push_str(&part);
        }
    }
    html
}

fn entries(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    object.as_object().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn documented(method: &str, path: &str) -> DocumentedOperation {
        let mut all = docs_page("https://qa.example.org").into_iter();
        let found = all.find(|operation| operation.method == method && operation.path == path);
        found.unwrap()
    }

    #[test]
    fn what_everybody_uses_comes_before_what_experts_use() {
        let all = docs_page("");
        let first_of_experts = all.iter().position(|o| o.is_for_experts).unwrap();
        assert!(first_of_experts > 5 && all[0].path == "/api/v1/search");
        assert!(all[first_of_experts..].iter().all(|o| o.is_for_experts));
        assert!(all.iter().any(|o| o.method == "DELETE"));
    }

    #[test]
    fn an_example_has_what_its_operation_requires() {
        let search = documented("GET", "/api/v1/search");
        let expected = "curl -G --data-urlencode 'q=nacos' 'https://qa.example.org/api/v1/search'";
        assert_eq!(search.example, expected);
        let ask = documented("POST", "/api/v1/asks");
        assert!(
            ask.example.contains(r#"-d '{"question":"…"}'"#),
            "{}",
            ask.example
        );
        let change = documented("PATCH", "/api/v1/admin/inbox/{kind}/{id}");
        assert!(
            change
                .example
                .contains("-X PATCH -H 'Authorization: Bearer TOKEN'"),
            "{}",
            change.example
        );
    }

    #[test]
    fn code_is_marked_and_everything_else_escaped() {
        assert_eq!(
            with_code("a <b> `c<d` e"),
            "a &lt;b&gt; <code>c&lt;d</code> e"
        );
        assert_eq!(with_code("open `x"), "open <code>x</code>");
    }
}
