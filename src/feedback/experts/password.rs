//! Passwords and their hashes.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};

/// Shortest password in characters (NIST SP 800-63B asks for 8).
pub const SHORTEST_PASSWORD: usize = 10;
/// Longest password in characters, because hashing takes time.
pub const LONGEST_PASSWORD: usize = 256;

/// Why a password cannot be set.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// It has too few or too many characters.
    #[error("the password has {0} characters; expected {SHORTEST_PASSWORD} to {LONGEST_PASSWORD}")]
    Length(usize),
    /// Hashing failed.
    #[error("the password could not be hashed: {0}")]
    Hash(String),
}

/// The hash of a new password.
pub(super) fn new_hash(password: &str) -> Result<String, PasswordError> {
    let length = password.chars().count();
    if !(SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&length) {
        return Err(PasswordError::Length(length));
    }
    hashed(password)
}

/// Argon2id with the library's default parameters (OWASP's first choice) and a fresh salt.
fn hashed(password: &str) -> Result<String, PasswordError> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| PasswordError::Hash(error.to_string()))
}

/// Whether the password matches the hash. A missing hash takes the same time, so that timing does not reveal names.
pub(super) fn verified(hash: Option<&str>, password: &str) -> bool {
    let parsed = hash
        .filter(|h| !h.is_empty())
        .and_then(|h| PasswordHash::new(h).ok());
    match parsed {
        Some(parsed) if password.chars().count() <= LONGEST_PASSWORD => Argon2::default()
            .verify_password(password.as_bytes(), &parsed)
            .is_ok(),
        _ => {
            // Done only for the time it takes.
            let _ = hashed("a password nobody has");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_password_fits_its_hash() {
        let hash = hashed("correct horse battery").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(verified(Some(&hash), "correct horse battery"));
        for (hash, password) in [
            (Some(&*hash), "wrong"),
            (Some(""), ""),
            (Some("x"), "x"),
            (None, ""),
        ] {
            assert!(!verified(hash, password));
        }
    }
}
