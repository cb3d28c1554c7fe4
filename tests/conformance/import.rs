//! Takes over rows that were written into the table by hand: their words, their remarks, and the tests
//! that do not name the statement themselves. Rows that say nothing are passed over. A list that was
//! pending and has an answer for each `must` is pending no more.

use std::collections::BTreeMap;

use crate::list::{List, Statement};
use crate::named_tests::{Named, split};

pub(crate) fn import(
    table: &str,
    mut lists: Vec<List>,
    shown: &BTreeMap<String, Vec<Named>>,
) -> Result<(), String> {
    for row in table.lines().filter(|line| line.starts_with("| ")) {
        let mut cells = row.trim_matches('|').splitn(3, " | ").map(str::trim);
        let (Some(id), Some(text), Some(cell)) = (cells.next(), cells.next(), cells.next()) else {
            continue;
        };
        if id == "ID" || id.starts_with("---") {
            continue;
        }
        let place = lists.iter_mut().find_map(|list| {
            let pending = list.pending.clone();
            let mut all = list.statements.iter_mut();
            let statement = all.find(|statement| statement.id == id)?;
            Some((statement, pending))
        });
        let (statement, pending) = place.ok_or_else(|| format!("no list has {id}:\n{row}"))?;
        if cell == "none yet" || Some(cell) == pending.as_deref() {
            continue;
        }
        text.clone_into(&mut statement.text);
        let (tests, words) = split(cell);
        let by_name = shown.get(id).map_or(&[][..], Vec::as_slice);
        statement.shown = tests
            .into_iter()
            .filter(|test| !by_name.contains(test))
            .collect();
        let note = words.join("; ");
        statement.note = (!note.is_empty()).then_some(note);
    }
    for mut list in lists {
        let is_open = |statement: &Statement| statement.is_open(shown);
        if !list.statements.iter().any(is_open) {
            list.pending = None;
        }
        list.write().map_err(|error| error.to_string())?;
    }
    Ok(())
}
