//! `dayi expert`: who may sign in to `/admin`.

use super::args::ExpertCommand;
use super::exit_code::GOOD;
use super::feedback::with_store;
use super::report;
use crate::config::Config;
use anyhow::Context;
use std::io::{BufRead, IsTerminal, stdin};

pub(super) fn expert(config: &Config, action: ExpertCommand) -> anyhow::Result<u8> {
    let output = match action {
        ExpertCommand::Password { name } => {
            let password = read_password()?;
            with_store(config, async |store| {
                store.experts().set_password(&name, &password).await?;
                Ok(format!("{name} can sign in at {}/admin\n", config.base_url))
            })
        }
        ExpertCommand::Token { name } => with_store(config, async |store| {
            Ok(format!("{}\n", store.experts().new_token(&name).await?))
        }),
        ExpertCommand::Remove { name } => with_store(config, async |store| {
            store.experts().remove(&name).await?;
            Ok(format!("{name} has no access any more\n"))
        }),
        ExpertCommand::List => with_store(config, async |store| {
            let names = store.experts().names().await?;
            Ok(names.into_iter().map(|name| name + "\n").collect())
        }),
    }?;
    report::print(&output)?;
    Ok(GOOD)
}

/// Reads a password from the terminal without showing it, or the first line of the standard input. It is never an
/// argument, because everybody on the machine can see arguments.
fn read_password() -> anyhow::Result<String> {
    if stdin().is_terminal() {
        return rpassword::prompt_password("Password: ").context("cannot read the password");
    }
    let mut line = String::new();
    stdin()
        .lock()
        .read_line(&mut line)
        .context("cannot read the password")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
