//! `dayi expert`: who may sign in to `/admin`.

use super::args::ExpertCommand;
use super::exit_code::GOOD;
use super::feedback::with_store;
use super::report;
use crate::config::Config;
use crate::feedback::experts::Token;
use crate::feedback::record::{LONGEST_LABEL, trimmed};
use anyhow::Context;
use jiff::Timestamp;
use std::io::{BufRead, IsTerminal, stdin};

pub(super) fn expert(config: &Config, action: ExpertCommand) -> anyhow::Result<u8> {
    let output = match action {
        ExpertCommand::Password { name } => {
            let password = read_password()?;
            with_store(config, async |store| {
                let tokens = store.experts().set_password(&name, &password).await?;
                let said = format!("{name} can sign in at {}/admin\n", config.base_url);
                if tokens == 0 {
                    return Ok(said);
                }
                Ok(format!(
                    "{said}{tokens} of the tokens of {name} still work: `dayi expert tokens {name}` lists them\n"
                ))
            })
        }
        ExpertCommand::Token { name, label } => with_store(config, async |store| {
            let label = trimmed(&label, LONGEST_LABEL);
            let token = store.experts().new_token(&name, &label).await?;
            Ok(format!("{token}\n"))
        }),
        ExpertCommand::Tokens { name } => with_store(config, async |store| {
            let tokens = store.experts().tokens(&name).await?;
            Ok(tokens.iter().map(line).collect())
        }),
        ExpertCommand::Revoke { name, id } => with_store(config, async |store| {
            let token = store.experts().revoke(&name, &id).await?;
            Ok(format!(
                "token {} of {name} opens nothing any more\n",
                token.id
            ))
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

/// A token in the list.
fn line(token: &Token) -> String {
    let time = |at: Option<Timestamp>| {
        at.map_or("-".to_owned(), |at| {
            at.strftime("%Y-%m-%dT%H:%MZ").to_string()
        })
    };
    let Token {
        id,
        label,
        made,
        used,
    } = token;
    let line = format!("{id}  made {}  used {}  {label}", time(*made), time(*used));
    line.trim_end().to_owned() + "\n"
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
