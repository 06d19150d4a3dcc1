//! Memory of large blocks goes back to the system as soon as they are free, that of small ones stays for the next.
//!
//! glibc gives back blocks beyond a size which it raises, up to 32 MB, to that of the largest one that was freed
//! (mallopt(3), `M_MMAP_THRESHOLD`). A service that has indexed 100,000 documents would keep some hundred megabytes that
//! nothing is in. A size that is set stays; it is read once, when a process starts. What it then keeps of each thread's
//! free memory (`M_TRIM_THRESHOLD`) is set as well, or it would be 128 KB: compressing an answer takes a block of 1 MB,
//! and to get it anew from the system takes several times as long as to compress.

use std::os::unix::process::CommandExt;
use std::process::Command;

/// What glibc reads, for the size from which on blocks go back, and that of free memory which a thread keeps.
const SETTINGS: [&str; 2] = ["MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"];
/// Both, in bytes.
const SIZE: &str = "2097152";

/// Starts this program anew, as the same process, with the settings, unless somebody has set one. Where that cannot be done
/// everything goes on as it is.
pub(super) fn give_back_large_blocks() {
    let is_set = |name: &&str| std::env::var_os(name).is_some();
    if cfg!(not(target_env = "gnu")) || SETTINGS.iter().any(is_set) {
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
        .envs(SETTINGS.map(|name| (name, SIZE)))
        .exec();
    tracing::debug!(program = %program.display(), %error, "cannot start anew; free memory stays with the process");
}
