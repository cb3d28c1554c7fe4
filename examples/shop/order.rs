//! The lines of the input.

use std::str::FromStr;

/// One line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    Nothing,
    /// Who orders how many of what.
    Order(String, Vec<(u32, String)>),
    Kill(String),
    Tree,
    Wait,
}

impl FromStr for Line {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return Ok(Self::Nothing);
        }
        if let Some(command) = line.strip_prefix('!') {
            let mut words = command.split_whitespace();
            return match (words.next(), words.next()) {
                (Some("kill"), Some(whom)) => Ok(Self::Kill(whom.to_owned())),
                (Some("tree"), None) => Ok(Self::Tree),
                (Some("wait"), None) => Ok(Self::Wait),
                _ => Err("a command is `!kill NAME`, `!tree` or `!wait`".to_owned()),
            };
        }
        let Some((customer, items)) = line.split_once(':') else {
            return Err("an order is `NAME: 2 pear, 1 fig`".to_owned());
        };
        let items = items.split(',').map(|item| {
            let (count, what) = item.trim().split_once(' ').ok_or("an item is `2 pear`")?;
            let count = count
                .parse()
                .map_err(|_| format!("`{count}` is no number"))?;
            Ok((count, what.trim().to_owned()))
        });
        let items: Result<Vec<_>, String> = items.collect();
        Ok(Self::Order(customer.trim().to_owned(), items?))
    }
}

/// An amount of cents, for people.
pub(crate) fn cents(amount: u64) -> String {
    format!("{}.{:02}", amount / 100, amount % 100)
}
