//! Arguments to the command line, its outcome to an exit code.
fn main() {}
