//! Who is measured: the same server, written as each of them documents it.

/// One way to write a server.
pub struct Subject {
    pub name: &'static str,
    /// The line of `Cargo.toml`; `OURS` stands for the path of this repository.
    pub dependency: &'static str,
    /// A module with a server of eight handlers and a function `uses` that calls all of them.
    pub source: &'static str,
}

impl Subject {
    /// The name of the generated crate, which no dependency of it has.
    pub fn package(&self) -> String {
        format!("servers-{}", self.name)
    }
}

/// Ours first, by hand last.
pub const SUBJECTS: [Subject; 4] = [
    Subject {
        name: "ours",
        dependency: "otp-framework = { path = \"OURS\" }",
        source: include_str!("ours.rs.txt"),
    },
    Subject {
        name: "ractor",
        dependency: "ractor = \"0.16.5\"",
        source: include_str!("ractor.rs.txt"),
    },
    Subject {
        name: "kameo",
        dependency: "kameo = \"0.22.2\"",
        source: include_str!("kameo.rs.txt"),
    },
    Subject {
        name: "hand-written",
        dependency: "",
        source: include_str!("hand_written.rs.txt"),
    },
];
