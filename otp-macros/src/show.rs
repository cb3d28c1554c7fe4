//! Tokens as a person would write them, for messages: `Vec<u8>`, not `Vec < u8 >`.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// The tokens on one line, with the spaces that rustfmt would put.
pub(crate) fn show(tokens: impl ToTokens) -> String {
    let mut text = String::new();
    write(tokens.into_token_stream(), &mut text);
    text.trim_end().to_owned()
}

fn write(tokens: TokenStream, text: &mut String) {
    // Whether a word here would run into the word before it.
    let mut after_word = false;
    let mut after_joint = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{ ", " }"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                if after_word && matches!(group.delimiter(), Delimiter::None | Delimiter::Brace) {
                    text.push(' ');
                }
                text.push_str(open);
                let inside = text.len();
                write(group.stream(), text);
                text.truncate(text.trim_end().len().max(inside));
                text.push_str(close);
                after_word = true;
                after_joint = false;
            }
            TokenTree::Punct(punct) => {
                let alone = punct.spacing() == Spacing::Alone && !after_joint;
                match punct.as_char() {
                    ',' | ';' => text.push_str(match punct.as_char() {
                        ',' => ", ",
                        _ => "; ",
                    }),
                    ':' if alone => text.push_str(": "),
                    '+' | '=' | '@' if alone => {
                        text.push(' ');
                        text.push(punct.as_char());
                        text.push(' ');
                    }
                    '-' if punct.spacing() == Spacing::Joint => text.push_str(" -"),
                    '>' if after_joint && text.ends_with('-') => text.push_str("> "),
                    '&' | '\'' if after_word => {
                        text.push(' ');
                        text.push(punct.as_char());
                    }
                    other => text.push(other),
                }
                after_word = punct.as_char() == '>' && !text.ends_with(' ');
                after_joint = punct.spacing() == Spacing::Joint;
            }
            word => {
                if after_word {
                    text.push(' ');
                }
                text.push_str(&word.to_string());
                after_word = true;
                after_joint = false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::show;

    #[track_caller]
    fn same(source: &str) {
        let tokens: proc_macro2::TokenStream = source.parse().unwrap();
        assert_eq!(show(tokens), source);
    }

    #[test]
    fn types_are_shown_as_written() {
        same("Vec<u8>");
        same("&mut Context<Self>");
        same("&'static str");
        same("&'a mut str");
        same("HashMap<String, Vec<(u32, u32)>>");
        same("std::sync::Arc<dyn Fn(u32) -> u64 + Send>");
        same("[u8; 4]");
        same("impl Into<String>");
        same("Option<Box<dyn Error>>");
        same("(a, b)");
    }
}
