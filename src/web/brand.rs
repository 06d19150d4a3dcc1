//! What makes a site look like its owner's: the stylesheet with the accent colour, logo, icon and preview picture, read
//! once at start.

mod contrast;

use super::response_cache::CachedResponse;
use crate::config::{CategoryName, Colour, Config, SiteLink};
use crate::document::{Html, picture_type, render_markdown};
use contrast::{BLACK, WHITE, readable};
use serde_json::json;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;

const STYLESHEET: &str = include_str!("../../assets/dayi.css");
const ICON: &str = include_str!("../../assets/favicon.svg");
const TOUCH_ICON: &[u8] = include_bytes!("../../assets/touch-icon.png");

/// Bytes of one picture, at most: it is in memory, and in every visitor's way.
const LARGEST: u64 = 1024 * 1024;
/// The grounds that accents are read on: `--raised` of light and dark pages.
const GROUNDS: (Colour, Colour) = (Colour([0xf6, 0xf7, 0xf9]), Colour([0x1a, 0x1f, 0x29]));

/// Why a picture of the site cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BrandError {
    /// The file cannot be read.
    #[error("`{key}`: {} cannot be read; expected a picture", .path.display())]
    Unreadable {
        /// The setting that names it.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The file is no picture, by its name, or too large.
    #[error("`{key}`: {} is no picture of at most 1 MB; expected svg, png, jpg, webp or avif", .path.display())]
    Unusable {
        /// The setting that names it.
        key: &'static str,
        /// The file.
        path: PathBuf,
    },
}

/// The brand as it is served.
pub(super) struct Brand {
    pub(super) stylesheet: Asset,
    pub(super) logo: Option<Asset>,
    pub(super) icon: Asset,
    /// The icon of home screens, which take no drawings.
    pub(super) touch_icon: Option<Asset>,
    /// The picture beside links to the site.
    pub(super) picture: Option<Asset>,
    /// Links in the header.
    pub(super) links: Vec<SiteLink>,
    /// The line at the foot of pages.
    pub(super) footer: Option<Html>,
    /// Headline and sentence of the home page; empty for those of the texts.
    pub(super) title: String,
    pub(super) about: String,
    category_names: Vec<CategoryName>,
    pub(super) manifest: Arc<CachedResponse>,
}

/// A file under an address that changes with its content.
#[derive(Clone)]
pub(super) struct Asset {
    /// Where it is.
    pub(super) path: String,
    pub(super) media_type: &'static str,
    pub(super) response: Arc<CachedResponse>,
}

impl Brand {
    /// The brand that the settings describe.
    pub(super) fn load(config: &Config) -> Result<Self, BrandError> {
        let own_icon = Asset::of_setting("site.icon", &config.site_icon)?;
        let built_in = || Asset::new("icon.svg", CachedResponse::new(ICON, "image/svg+xml"));
        let touch_icon = match &own_icon {
            None => Some(Asset::new(
                "touch-icon.png",
                CachedResponse::new(TOUCH_ICON, "image/png"),
            )),
            Some(icon) if icon.media_type == "image/png" => Some(icon.clone()),
            Some(_) => None,
        };
        let stylesheet = format!("{STYLESHEET}{}", accent_rule(config.site_accent));
        let stylesheet = CachedResponse::new(stylesheet, "text/css; charset=utf-8").lasting();
        let icon = own_icon.unwrap_or_else(built_in);
        let footer = Some(&config.site_footer).filter(|line| !line.is_empty());
        Ok(Self {
            stylesheet: Asset::new("dayi.css", stylesheet),
            logo: Asset::of_setting("site.logo", &config.site_logo)?,
            picture: Asset::of_setting("site.picture", &config.site_picture)?,
            links: config.site_links.clone(),
            footer: footer.map(|line| render_markdown(line)),
            title: config.site_title.clone(),
            about: config.site_about.clone(),
            category_names: config.site_categories.clone(),
            manifest: Arc::new(manifest_of(config, [Some(&icon), touch_icon.as_ref()])),
            icon,
            touch_icon,
        })
    }

    /// The asset at a path.
    pub(super) fn at(&self, path: &str) -> Option<&Asset> {
        self.assets().find(|asset| asset.path == path)
    }

    /// The name of a category as visitors see it.
    pub(super) fn category_name<'a>(&'a self, category: &'a str) -> &'a str {
        let named = self.category_names.iter();
        let named = named.map(|known| (known.category.as_str(), known.name.as_str()));
        let mut named = named.filter(|(known, _)| *known == category);
        named.next().map_or(category, |(_, name)| name)
    }

    fn assets(&self) -> impl Iterator<Item = &Asset> {
        let always = [&self.stylesheet, &self.icon];
        let pictures = [&self.logo, &self.touch_icon, &self.picture];
        always.into_iter().chain(pictures.into_iter().flatten())
    }
}

impl Asset {
    fn new(name: &str, response: CachedResponse) -> Self {
        let version = &blake3::hash(&response.body()).to_hex()[..12];
        Self {
            path: format!("/assets/{version}/{name}"),
            media_type: response.content_type,
            response: Arc::new(response),
        }
    }

    /// The picture that a setting names; none where it is empty.
    fn of_setting(key: &'static str, path: &PathBuf) -> Result<Option<Self>, BrandError> {
        if path.as_os_str().is_empty() {
            return Ok(None);
        }
        let unusable = || BrandError::Unusable {
            key,
            path: path.clone(),
        };
        let name = path.file_name().and_then(|name| name.to_str());
        let media_type = name.and_then(picture_type).ok_or_else(unusable)?;
        let mut bytes = Vec::new();
        let read = File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes));
        read.map_err(|source| BrandError::Unreadable {
            key,
            path: path.clone(),
            source,
        })?;
        if bytes.is_empty() || bytes.len() as u64 > LARGEST {
            return Err(unusable());
        }
        let ending = name
            .and_then(|name| name.rsplit_once('.'))
            .map_or("", |(_, e)| e);
        let shown = format!(
            "{}.{}",
            key.trim_start_matches("site."),
            ending.to_lowercase()
        );
        Ok(Some(Self::new(
            &shown,
            CachedResponse::new(bytes, media_type),
        )))
    }
}

/// The rule that sets the accent; the stylesheet's own where a site has none.
fn accent_rule(accent: Option<Colour>) -> String {
    let Some(accent) = accent else {
        return String::new();
    };
    let light = readable(accent, BLACK, GROUNDS.0);
    let dark = readable(accent, WHITE, GROUNDS.1);
    format!(
        ":root{{--accent:light-dark({light},{dark});--accent-text:light-dark({light},{dark})}}\n"
    )
}

/// The manifest of the site as an application (<https://www.w3.org/TR/appmanifest/>).
fn manifest_of(config: &Config, icons: [Option<&Asset>; 2]) -> CachedResponse {
    let icons = icons.into_iter().flatten().map(|icon| {
        let mut described = json!({ "src": icon.path, "type": icon.media_type });
        if icon.media_type == "image/svg+xml" {
            described["sizes"] = "any".into();
        }
        described
    });
    let manifest = json!({
        "name": config.site_name,
        "start_url": "/",
        "display": "minimal-ui",
        "icons": icons.collect::<Vec<_>>(),
    });
    CachedResponse::new(manifest.to_string(), "application/manifest+json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_are_read_on_the_grounds_of_the_stylesheet() {
        let (light, dark) = GROUNDS;
        let raised = format!("--raised: light-dark({light}, {dark});");
        assert!(STYLESHEET.contains(&raised), "{raised}");
    }
}
