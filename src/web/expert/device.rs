//! Cookies of devices: a browser from which an expert signed in has a limit of its own, so that nobody who only knows the
//! expert's name can use up the tries (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").

use crate::web::state::AppState;
use axum_extra::extract::cookie::CookieJar;
use cookie::time::Duration;
use cookie::{Cookie, SameSite};

/// Name of the cookie.
const COOKIE: &str = "dayi_device";
/// How long a browser is known after the last sign-in.
const KNOWN_FOR: Duration = Duration::days(365);

/// A browser from which this expert has signed in.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::web) struct Device {
    /// Random, another one after each sign-in.
    pub(in crate::web) id: String,
}

/// The device that the cookies tell of, if this expert has signed in from it.
pub(in crate::web) fn device(cookies: &CookieJar, name: &str, state: &AppState) -> Option<Device> {
    let key = state.feedback().ok()?.device_key;
    read(cookies.get(COOKIE)?.value(), name, &key)
}

/// The cookie of a browser from which this expert has signed in now; `None` if the system gives no random numbers.
pub(in crate::web) fn device_cookie(name: &str, state: &AppState) -> Option<Cookie<'static>> {
    let key = state.feedback().ok()?.device_key;
    let mut random = [0; 16];
    getrandom::fill(&mut random).ok()?;
    let value = written(&format!("{:032x}", u128::from_le_bytes(random)), name, &key);
    let cookie = Cookie::build((COOKIE, value))
        .path("/admin/login")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(state.config.base_url.starts_with("https://"))
        .max_age(KNOWN_FOR);
    Some(cookie.build())
}

fn written(id: &str, name: &str, key: &[u8; 32]) -> String {
    format!("{id}.{}", signature(id, name, key).to_hex())
}

fn read(value: &str, name: &str, key: &[u8; 32]) -> Option<Device> {
    let (id, signed) = value.split_once('.')?;
    // Compared in constant time.
    let is_right = blake3::Hash::from_hex(signed).ok()? == signature(id, name, key);
    is_right.then(|| Device { id: id.to_owned() })
}

fn signature(id: &str, name: &str, key: &[u8; 32]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new_keyed(key);
    hasher.update(&(id.len() as u64).to_le_bytes());
    hasher.update(id.as_bytes());
    hasher.update(name.as_bytes());
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_that_of_one_expert_and_cannot_be_made_up() {
        let value = written("7f", "li.hua", &[1; 32]);
        let device = Device { id: "7f".into() };
        assert_eq!(read(&value, "li.hua", &[1; 32]), Some(device));
        assert_eq!(read(&value, "wang", &[1; 32]), None);
        assert_eq!(read(&value, "li.hua", &[2; 32]), None);
        for other in [
            value.replace("7f.", "7e."),
            "7f.".into(),
            "7f".into(),
            String::new(),
        ] {
            assert_eq!(read(&other, "li.hua", &[1; 32]), None, "{other}");
        }
    }
}
