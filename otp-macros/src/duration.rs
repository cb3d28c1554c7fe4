//! Durations as literals: `5s`, `100ms`, `2m`, `1h`, `10us`.

use std::time::Duration;

use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Lit;

use crate::errors::Errors;
use crate::show::show;

/// The units, with the microseconds of each.
const UNITS: [(&str, u64); 5] = [
    ("us", 1),
    ("ms", 1_000),
    ("s", 1_000_000),
    ("m", 60_000_000),
    ("h", 3_600_000_000),
];

/// What people write for a unit, and what we call it.
const LONG_UNITS: [(&str, &[&str]); 5] = [
    ("us", &["micros", "micro", "usec", "usecs", "microseconds"]),
    ("ms", &["millis", "milli", "msec", "msecs", "milliseconds"]),
    ("s", &["sec", "secs", "second", "seconds"]),
    ("m", &["min", "mins", "minute", "minutes"]),
    ("h", &["hr", "hrs", "hour", "hours"]),
];

const FORMS: &str = "help: write it as `5s`, `100ms`, `2m`, `1h` or `10us`";

/// Reads one duration; on a mistake reports it on `value` and answers nothing.
pub(crate) fn parse(value: &TokenStream, errors: &mut Errors) -> Option<Duration> {
    let message = match understand(value) {
        Ok(micros) => return Some(Duration::from_micros(micros)),
        Err(message) => message,
    };
    errors.err(value, message);
    None
}

fn understand(value: &TokenStream) -> Result<u64, String> {
    let mut tokens: Vec<TokenTree> = value.clone().into_iter().collect();
    // A value that came through a `macro_rules!` stands in an invisible group.
    while let [TokenTree::Group(group)] = tokens.as_slice() {
        tokens = group.stream().into_iter().collect();
    }
    match tokens.as_slice() {
        [TokenTree::Literal(literal)] => from_literal(literal),
        [TokenTree::Punct(minus), TokenTree::Literal(_)] if minus.as_char() == '-' => Err(format!(
            "a duration cannot be negative\nhelp: write `{}`",
            show(&tokens[1])
        )),
        _ => Err(format!(
            "a duration is written here as one literal, which is read when the program compiles\n{FORMS}"
        )),
    }
}

fn from_literal(literal: &Literal) -> Result<u64, String> {
    match Lit::new(literal.clone()) {
        Lit::Int(int) => {
            if let Some(digits) = literal.to_string().strip_prefix("0x") {
                return Err(not_decimal(&format!("0x{digits}")));
            }
            if literal.to_string().starts_with("0b") || literal.to_string().starts_with("0o") {
                return Err(not_decimal(&literal.to_string()));
            }
            let unit = unit(int.base10_digits(), int.suffix())?;
            int.base10_parse::<u64>()
                .ok()
                .and_then(|number| number.checked_mul(unit))
                .ok_or_else(|| {
                    format!(
                        "`{literal}` is longer than a duration can be\n\
                         help: write at most `5_000_000_000h`"
                    )
                })
        }
        Lit::Float(float) => Err(format!(
            "`{literal}` is not a whole number\n{}",
            whole(float.base10_digits(), float.suffix())
        )),
        Lit::Str(string) => Err(format!(
            "a duration is a literal, not a string\n{}",
            match string.value().parse::<Literal>() {
                Ok(inner) if from_literal(&inner).is_ok() => {
                    format!("help: write `{inner}`, without the quotes")
                }
                _ => FORMS.to_owned(),
            }
        )),
        _ => Err(format!("`{literal}` is not a duration\n{FORMS}")),
    }
}

fn not_decimal(literal: &str) -> String {
    format!("`{literal}` is not a decimal number\n{FORMS}")
}

/// The microseconds of a unit.
fn unit(digits: &str, suffix: &str) -> Result<u64, String> {
    if let Some((_, micros)) = UNITS.iter().find(|(name, _)| *name == suffix) {
        return Ok(*micros);
    }
    if suffix.is_empty() {
        return Err(format!(
            "`{digits}` has no unit\nhelp: write `{digits}s` for seconds, or `{digits}ms` for milliseconds"
        ));
    }
    let known = LONG_UNITS
        .iter()
        .find(|(_, words)| words.contains(&suffix.to_lowercase().as_str()));
    Err(match (known, suffix) {
        (Some((name, _)), _) => {
            format!("`{suffix}` is not a unit of time\nhelp: write `{digits}{name}`")
        }
        (None, "ns") => {
            String::from("a timer is not as fine as nanoseconds\nhelp: write at least `1us`")
        }
        (None, "d" | "day" | "days") => format!(
            "`{suffix}` is not a unit of time\nhelp: write it in hours, as `{}h`",
            digits
                .parse::<u64>()
                .map_or(24, |days| days.saturating_mul(24))
        ),
        _ => format!(
            "`{suffix}` is not a unit of time\nhelp: the units are `us`, `ms`, `s`, `m` and `h`, as in `{digits}s`"
        ),
    })
}

/// The same duration in a smaller unit, where it is a whole number there.
fn whole(digits: &str, suffix: &str) -> String {
    let number = digits.parse::<f64>().ok();
    let unit = UNITS.iter().find(|(name, _)| *name == suffix);
    if let (Some(number), Some((_, micros))) = (number, unit) {
        #[expect(clippy::cast_precision_loss, reason = "only for a suggestion")]
        let total = number * *micros as f64;
        let fitting = UNITS.iter().rev().find(|(_, size)| {
            #[expect(clippy::cast_precision_loss, reason = "only for a suggestion")]
            let count = total / *size as f64;
            count >= 1.0 && count.fract() == 0.0 && count < 1e15
        });
        if let Some((name, size)) = fitting {
            #[expect(clippy::cast_precision_loss, reason = "only for a suggestion")]
            let count = total / *size as f64;
            return format!("help: write `{count}{name}`");
        }
    }
    FORMS.to_owned()
}

/// The constant expression of a duration, in the largest unit that is exact.
pub(crate) fn expression(duration: Duration) -> TokenStream {
    let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
    let (constructor, number) = if micros.is_multiple_of(1_000_000) {
        (quote!(from_secs), micros / 1_000_000)
    } else if micros.is_multiple_of(1_000) {
        (quote!(from_millis), micros / 1_000)
    } else {
        (quote!(from_micros), micros)
    };
    let number = Literal::u64_unsuffixed(number).into_token_stream();
    quote!(::core::time::Duration::#constructor(#number))
}

#[cfg(test)]
mod tests {
    use super::understand;

    fn micros(source: &str) -> Result<u64, String> {
        understand(&source.parse().unwrap())
    }

    #[track_caller]
    fn wrong(source: &str, help: &str) {
        let message = micros(source).unwrap_err();
        assert!(message.contains(help), "{message}");
    }

    #[test]
    fn units() {
        assert_eq!(micros("10us"), Ok(10));
        assert_eq!(micros("1_000ms"), Ok(1_000_000));
        assert_eq!(micros("5s"), Ok(5_000_000));
        assert_eq!(micros("2m"), Ok(120_000_000));
        assert_eq!(micros("1h"), Ok(3_600_000_000));
        assert_eq!(micros("0s"), Ok(0));
    }

    #[test]
    fn each_mistake_has_its_own_answer() {
        wrong("5", "`5s`");
        wrong("5sec", "`5s`");
        wrong("5Minutes", "`5m`");
        wrong("2d", "`48h`");
        wrong("5ns", "`1us`");
        wrong("5parsecs", "the units are");
        wrong("1.5s", "`1500ms`");
        wrong("1e3s", "`1000s`");
        wrong("0x5s", "not a decimal number");
        wrong("0b1s", "not a decimal number");
        wrong("-5s", "`5s`");
        wrong("\"5s\"", "`5s`, without the quotes");
        wrong("\"soon\"", "write it as");
        wrong("Duration::from_secs(5)", "one literal");
        wrong("99999999999999999999s", "longer than");
    }
}
