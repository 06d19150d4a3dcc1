//! The API described for people, from the same OpenAPI document; no script, no other host.

use super::openapi_document;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::{Operation, ParameterIn};

/// One operation as the page shows it.
pub(in crate::web) struct DocumentedOperation {
    pub(in crate::web) method: &'static str,
    pub(in crate::web) path: String,
    pub(in crate::web) summary: String,
    pub(in crate::web) parameters: Vec<DocumentedParameter>,
    pub(in crate::web) responses: Vec<(String, String)>,
}

/// One parameter of an operation.
pub(in crate::web) struct DocumentedParameter {
    pub(in crate::web) name: String,
    pub(in crate::web) location: &'static str,
    pub(in crate::web) description: String,
}

/// All operations by path.
pub(in crate::web) fn docs_page() -> Vec<DocumentedOperation> {
    let document = openapi_document();
    let operations = document.paths.paths.into_iter().flat_map(|(path, item)| {
        let of_path = [
            ("GET", item.get),
            ("POST", item.post),
            ("PATCH", item.patch),
        ];
        of_path.map(|(method, operation)| (method, path.clone(), operation))
    });
    operations
        .filter_map(|(method, path, operation)| Some(documented(method, path, operation?)))
        .collect()
}

fn documented(method: &'static str, path: String, operation: Operation) -> DocumentedOperation {
    let parameters = operation
        .parameters
        .unwrap_or_default()
        .into_iter()
        .filter_map(inline)
        .map(|parameter| DocumentedParameter {
            location: match parameter.parameter_in {
                ParameterIn::Query | ParameterIn::QueryString => "query",
                ParameterIn::Path => "path",
                ParameterIn::Header => "header",
                ParameterIn::Cookie => "cookie",
            },
            description: parameter.description.unwrap_or_default(),
            name: parameter.name,
        });
    let responses = operation
        .responses
        .responses
        .into_iter()
        .map(|(status, response)| {
            (
                status,
                inline(response).map(|r| r.description).unwrap_or_default(),
            )
        });
    DocumentedOperation {
        method,
        path,
        summary: operation.summary.unwrap_or_default(),
        parameters: parameters.collect(),
        responses: responses.collect(),
    }
}

/// The part itself where it is written inline. The document of this API has references to schemas only.
fn inline<T>(part: RefOr<T>) -> Option<T> {
    match part {
        RefOr::T(part) => Some(part),
        RefOr::Ref(_) => None,
    }
}
