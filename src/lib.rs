pub use otp_core::*;
