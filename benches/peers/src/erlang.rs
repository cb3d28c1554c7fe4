//! Erlang, with one of our modules compiled for it.

use std::error::Error;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::{env, fs, process};

/// A folder with the compiled module, which goes when this does.
pub struct Erlang {
    folder: PathBuf,
    module: &'static str,
}

impl Erlang {
    /// Compiles `source`, the text of `module`.
    ///
    /// # Errors
    /// Where `erl` or `erlc` is missing, with what `erlc` says of the module.
    pub fn with(module: &'static str, source: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let path = env::var_os("PATH").unwrap_or_default();
        for program in ["erl", "erlc"] {
            if !env::split_paths(&path).any(|folder| folder.join(program).is_file()) {
                return Err(format!("no `{program}` on the PATH").into());
            }
        }
        let erlang = Self {
            folder: env::temp_dir().join(format!("{module}-{}", process::id())),
            module,
        };
        fs::create_dir_all(&erlang.folder)?;
        let file = erlang.folder.join(format!("{module}.erl"));
        fs::write(&file, source)?;
        let mut compiler = Command::new("erlc");
        compiler.arg("-o").arg(&erlang.folder).arg(&file);
        let output = compiler.stdin(Stdio::null()).output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stdout);
            return Err(format!("erlc: {}", said.trim()).into());
        }
        Ok(erlang)
    }

    /// The module's `main` with these arguments, in an `erl` of its own with room for so many processes.
    pub fn main<T: ToString>(
        &self,
        processes: u32,
        arguments: impl IntoIterator<Item = T>,
    ) -> Command {
        let mut command = Command::new("erl");
        // Two schedulers, as the others have two workers.
        command
            .args(["-noinput", "+S", "2:2", "+P", &processes.to_string(), "-pa"])
            .arg(&self.folder)
            .args(["-run", self.module, "main"])
            .args(arguments.into_iter().map(|argument| argument.to_string()))
            .stdin(Stdio::null());
        command
    }
}

impl Drop for Erlang {
    fn drop(&mut self) {
        // A temporary folder left behind is no reason to fail the run.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
