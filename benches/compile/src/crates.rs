//! The generated crates: one for each subject, a module for each server, in a workspace of their own.

use std::cell::Cell;
use std::fs;
use std::path::PathBuf;

use crate::Result;
use crate::subjects::Subject;

/// What stands in each file for the number that makes it new.
pub const EDITION: &str = "EDITION";

/// Where the generated crates are.
pub struct Workspace {
    pub root: PathBuf,
    servers: usize,
    /// How often something was changed, so that no change is the same as an earlier one.
    changes: Cell<usize>,
}

impl Workspace {
    /// Writes all crates.
    pub fn generate(subjects: &[Subject], servers: usize) -> Result<Self> {
        let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let root = here.join("target/generated");
        let ours = here.join("../..").canonicalize()?;
        let names: Vec<String> = subjects
            .iter()
            .map(|s| format!("\"{}\"", s.package()))
            .collect();
        fs::create_dir_all(&root)?;
        let manifest = format!(
            "[workspace]\nresolver = \"3\"\nmembers = [{}]\n\n[profile.release]\ndebug = false\n",
            names.join(", ")
        );
        fs::write(root.join("Cargo.toml"), manifest)?;
        let workspace = Workspace {
            root,
            servers,
            changes: Cell::new(0),
        };
        for subject in subjects {
            let folder = workspace.root.join(subject.package());
            fs::create_dir_all(folder.join("src"))?;
            let manifest = format!(
                "[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                 [dependencies]\n{}\n\
                 tokio = {{ version = \"1.54\", features = [\"rt-multi-thread\", \"macros\", \"sync\", \"time\"] }}\n",
                subject.package(),
                subject
                    .dependency
                    .replace("OURS", &ours.display().to_string()),
            );
            fs::write(folder.join("Cargo.toml"), manifest)?;
            for server in 0..servers {
                workspace.write(subject, server)?;
            }
            workspace.change_main(subject)?;
        }
        Ok(workspace)
    }

    /// Makes the crate new as a whole.
    pub fn change_main(&self, subject: &Subject) -> Result<()> {
        let modules = (0..self.servers).map(|n| format!("mod server_{n};\n"));
        let uses = (0..self.servers).map(|n| format!("    server_{n}::uses().await?;\n"));
        let main = format!(
            "// {}\n{}\n#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {{\n{}    Ok(())\n}}\n",
            self.next_change(),
            modules.collect::<String>(),
            uses.collect::<String>(),
        );
        fs::write(self.root.join(subject.package()).join("src/main.rs"), main)?;
        Ok(())
    }

    /// Changes the body of one handler of one server.
    pub fn change_handler(&self, subject: &Subject) -> Result<()> {
        self.write(subject, self.servers / 2)
    }

    fn write(&self, subject: &Subject, server: usize) -> Result<()> {
        let path = self
            .root
            .join(subject.package())
            .join(format!("src/server_{server}.rs"));
        let change = self.next_change().to_string();
        fs::write(path, subject.source.replace(EDITION, &change))?;
        Ok(())
    }

    fn next_change(&self) -> usize {
        self.changes.set(self.changes.get() + 1);
        self.changes.get()
    }
}
