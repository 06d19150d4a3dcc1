//! Paths below the content folder.

use percent_encoding::percent_decode_str;

/// The file that a path means, seen from another file: by its path below the content folder. `None` if it is outside of the
/// folder, or hidden.
pub(super) fn file_of(path: &str, from: &str) -> Option<String> {
    let path = percent_decode_str(path).decode_utf8().ok()?;
    // As editors of Windows write it.
    let path = path.replace('\\', "/");
    if path.starts_with("//") || path.chars().any(char::is_control) {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    if !path.starts_with('/') {
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        parts.extend(folder.split('/').filter(|part| !part.is_empty()));
    }
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            hidden if hidden.starts_with('.') => return None,
            part => parts.push(part),
        }
    }
    (!path.is_empty()).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_path_leads_out_of_the_folder(path in "[a./\\\\%2Ee\\x00~:]{0,30}", from in "[a/]{0,8}") {
            if let Some(file) = file_of(&path, &from) {
                prop_assert!(!file.starts_with('/') && !file.contains('\\'));
                prop_assert!(file.split('/').all(|part| !part.starts_with('.')));
            }
        }
    }
}
