//! Memory of large blocks goes back to the system as soon as they are free.
//!
//! glibc does that for blocks beyond a size which it raises, up to 32 MB, to that of the largest one that was freed
//! (mallopt(3), `M_MMAP_THRESHOLD`). A service that has indexed 100,000 documents would keep some hundred megabytes that
//! nothing is in. A size that is set stays; it is read once, when a process starts.

use std::os::unix::process::CommandExt;
use std::process::Command;

/// What glibc reads, and the size in bytes from which on blocks go back.
const SETTING: &str = "MALLOC_MMAP_THRESHOLD_";
const BYTES: &str = "1048576";

/// Starts this program anew, as the same process, with the setting, unless somebody has set it. Where that cannot be done
/// everything goes on as it is.
pub(super) fn give_back_large_blocks() {
    if cfg!(not(target_env = "gnu")) || std::env::var_os(SETTING).is_some() {
        return;
    }
    let Ok(program) = std::env::current_exe() else {
        return;
    };
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_else(|| program.clone().into());
    let error = Command::new(&program)
        .arg0(name)
        .args(arguments)
        .env(SETTING, BYTES)
        .exec();
    tracing::debug!(program = %program.display(), %error, "cannot start anew; free memory stays with the process");
}
