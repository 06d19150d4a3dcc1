//! Returns memory of large blocks to the system as soon as they are free, and keeps that of small blocks for reuse.
//!
//! glibc returns freed blocks above a threshold, which it raises to the size of the largest block freed so far, up to
//! 32 MB (mallopt(3), `M_MMAP_THRESHOLD`). A service that has indexed 100,000 documents would hold some hundred
//! megabytes that it does not use. A threshold set from outside stays fixed, but glibc reads it only when a process
//! starts. Setting it would also lower the free memory that each thread retains (`M_TRIM_THRESHOLD`) to 128 KB, so
//! that is set as well: compressing a response takes a block of 1 MB, and getting it from the system anew takes
//! several times as long as compressing.

use std::os::unix::process::CommandExt;
use std::process::Command;

/// Variables that glibc reads: the size from which blocks are returned, and the free memory that a thread retains.
const SETTINGS: [&str; 2] = ["MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"];
/// Value of both, in bytes.
const SIZE: &str = "2097152";

/// Starts this program anew, in the same process, with these variables, unless one of them is set. If that fails, the
/// program goes on without them.
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
