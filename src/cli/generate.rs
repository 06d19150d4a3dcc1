//! Shell completions and man pages, made from the definition of the command line.

use super::args::Arguments;
use super::exit_code::GOOD;
use super::report;
use anyhow::Context;
use clap::CommandFactory;
use std::path::Path;

pub(super) fn completions(shell: clap_complete::Shell) -> anyhow::Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "dayi", &mut script);
    report::print(&String::from_utf8_lossy(&script))?;
    Ok(GOOD)
}

pub(super) fn man_pages(folder: Option<&Path>) -> anyhow::Result<u8> {
    let command = Arguments::command();
    if let Some(folder) = folder {
        clap_mangen::generate_to(command, folder).with_context(|| {
            format!(
                "cannot write man pages into `{}`: expected a folder this user may write",
                folder.display()
            )
        })?;
    } else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page)?;
        report::print(&String::from_utf8_lossy(&page))?;
    }
    Ok(GOOD)
}
