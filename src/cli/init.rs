//! `dayi init`: the first documents and the settings of a new site. What is there already stays as it is.

mod samples;

use super::exit_code::GOOD;
use super::report;
use crate::config::{Config, DEFAULT_FILE, Layer, first_file, reachable};
use crate::document::list_files;
use anyhow::Context;
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// What was done, in the order in which it was done.
#[derive(Default)]
struct Outcome {
    made: Vec<PathBuf>,
    /// A line for each path that was there.
    left: Vec<String>,
}

/// Makes a site in `folder`. `content` and `settings` are the folder of documents and the file that flags name, `flags` all
/// that they say.
pub(super) fn init(
    folder: &Path,
    content: Option<&str>,
    settings: Option<&Path>,
    flags: Layer,
) -> anyhow::Result<u8> {
    let mut outcome = Outcome::default();
    make_folder(folder)?;
    let settings = settings.map_or_else(|| folder.join(DEFAULT_FILE), Path::to_owned);
    outcome.write(&settings, &first_file(content.unwrap_or("content")))?;
    // What is made is the folder that `dayi serve` will look for, whoever wrote the settings.
    let config = Config::load(flags, Some(&settings))?;
    let content = folder.join(&config.content);
    make_folder(&content)?;
    if has_documents_of_its_own(&content)? {
        let line = format!(
            "{} has documents already: none were added",
            content.display()
        );
        outcome.left.push(line);
    } else {
        for (name, text) in samples::SAMPLES {
            outcome.write(&content.join(name), text)?;
        }
    }
    report::print(&outcome.told(folder, &config))?;
    Ok(GOOD)
}

fn make_folder(folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| {
        let folder = folder.display();
        format!("cannot make the folder `{folder}`: expected a folder this user may write")
    })
}

/// Whether a content folder has other documents than samples, among which those of nobody would be published.
fn has_documents_of_its_own(content: &Path) -> anyhow::Result<bool> {
    let is_sample = |path: &str| samples::SAMPLES.iter().any(|(name, _)| *name == path);
    let mut files = list_files(content)?.files.into_iter();
    Ok(files.any(|file| !is_sample(&file.path)))
}

impl Outcome {
    /// Writes a file unless something of its name is there.
    fn write(&mut self, path: &Path, text: &str) -> anyhow::Result<()> {
        let unwritable = || {
            let path = path.display();
            format!("cannot write `{path}`: expected a folder this user may write")
        };
        let mut file = match OpenOptions::new().write(true).create_new(true).open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let path = path.display();
                let line = format!("{path} is there already, and was left as it is");
                self.left.push(line);
                return Ok(());
            }
            Err(error) => return Err(error).with_context(unwritable),
        };
        if let Err(error) = file.write_all(text.as_bytes()) {
            // Half a file would be taken for the whole one by the next run.
            let _ = fs::remove_file(path);
            return Err(error).with_context(unwritable);
        }
        self.made.push(path.to_owned());
        Ok(())
    }

    /// What was done and, unless all was there, what to do next.
    fn told(&self, folder: &Path, config: &Config) -> String {
        let mut text = String::new();
        for line in &self.left {
            let _ = writeln!(text, "{line}");
        }
        if self.made.is_empty() {
            return text;
        }
        let made = self.made.iter().map(|path| path.display().to_string());
        let made = made.collect::<Vec<_>>().join(", ");
        let place = if folder.as_os_str().is_empty() {
            String::new()
        } else {
            format!(", in {}", folder.display())
        };
        let (address, content) = (reachable(config.listen), config.content.display());
        let _ = write!(
            text,
            "made {made}
Next{place}:
  dayi serve                  answers at http://{address}/; documents (.md) that you put into {content} are found within seconds
  dayi check                  says what is wrong with a document
  dayi expert password NAME   adds an expert, who reads what visitors send at http://{address}/admin
"
        );
        text
    }
}
