//! The forms in which the same server is written. Each is a template: `{change}` is a number that
//! differs from server to server.

/// A form of the crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    Ours,
    Ractor,
    Kameo,
    Enum,
}

const OURS: &str = include_str!("ours.rs.txt");
const RACTOR: &str = include_str!("ractor.rs.txt");
const KAMEO: &str = include_str!("kameo.rs.txt");
const ENUM: &str = include_str!("enum.rs.txt");

impl Peer {
    pub fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Ractor => "ractor",
            Self::Kameo => "kameo",
            Self::Enum => "enum",
        }
    }

    /// The lines below `[dependencies]`.
    pub fn dependencies(self) -> String {
        match self {
            Self::Ours => {
                let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
                format!("otp-framework = {{ path = {root:?} }}\n")
            }
            Self::Ractor => "ractor = \"0.16.5\"\n".to_owned(),
            Self::Kameo => "kameo = \"0.22.2\"\n".to_owned(),
            Self::Enum => {
                "tokio = { version = \"1.54\", features = [\"rt\", \"sync\", \"time\"] }\n"
                    .to_owned()
            }
        }
    }

    /// The source of a server.
    pub fn server(self, number: usize) -> String {
        let text = match self {
            Self::Ours => OURS,
            Self::Ractor => RACTOR,
            Self::Kameo => KAMEO,
            Self::Enum => ENUM,
        };
        text.replace("{change}", &(1_000 + number).to_string())
    }
}
