//! The bounds that the compiler names when a type in a server or in a tree is not what it must be.
//!
//! Nobody implements them: each is there for every type that has what its text says. They stand apart from
//! `Send` and `Clone` only for what the compiler says of a type that lacks them.

pub use crate::machine::{AnswerType, ArgumentType, DataType, MachineEnum, MadeType};
pub use crate::process::{
    ClonedArgument, InitType, SentAnswer, SentArgument, SentFuture, TreeArgument,
};
pub use crate::supervisor::{ChildType, KeyType, ServerType};
