//! What expansions name. Not for people: anything here may change in any release.

pub use std::any::Any;
pub use std::boxed::Box;
pub use std::clone::Clone;
pub use std::cmp::{Eq, PartialEq};
pub use std::convert::{From, Into};
pub use std::fmt::{self, Debug, Display};
pub use std::future::Future;
pub use std::hash::{Hash, Hasher};
pub use std::marker::{PhantomData, Send, Sized, Sync};
pub use std::ops::Deref;
pub use std::option::Option::{self, None, Some};
pub use std::result::Result::{self, Err, Ok};
pub use std::string::String;
pub use std::time::Duration;

pub use crate::machine::{
    AnswerType, ArgumentType, CheckedMachine, CheckedMade, CheckedSent, DataType, HasTurn,
    MachineEnum, MadeType, held, refused,
};
pub use crate::process::{
    Carried, CheckedInit, ClonedArgument, DebugText, InitNow, InitType, NoText, SentAnswer,
    SentArgument, SentFuture, StateText, TreeArgument, carry_args, carry_future, carry_state,
    carry_step,
};
pub use crate::supervisor::{
    CheckedChild, CheckedKey, CheckedServer, ChildType, KeyType, ServerType,
};
pub use crate::*;

/// A type that is not known because of a mistake.
pub trait Unknown<const MISTAKE: bool> {
    /// The type.
    type Itself;
}

/// The last step of `#[state_machine]`, for who depends on this crate and on the macros; the façade has
/// another of this name.
#[doc(hidden)]
#[macro_export]
macro_rules! __state_machine {
    ($($tokens:tt)*) => {
        ::otp_macros::__state_machine! { $($tokens)* }
    };
}
