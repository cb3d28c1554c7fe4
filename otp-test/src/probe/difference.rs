//! The difference between two values, line by line of their `Debug`.

use std::fmt;

/// What changes from `expected` to `came`, marked with `-` and `+`; empty if they print alike.
pub(super) fn difference(expected: &dyn fmt::Debug, came: &dyn fmt::Debug) -> String {
    let (expected, came) = (format!("{expected:#?}"), format!("{came:#?}"));
    if expected == came {
        return String::new();
    }
    let old: Vec<&str> = expected.lines().collect();
    let new: Vec<&str> = came.lines().collect();
    // Longest common part of each pair of ends.
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] = if old[i] == new[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut text = String::new();
    let mut put = |sign: char, line: &str| {
        text.push_str("\n    ");
        text.push(sign);
        text.push(' ');
        text.push_str(line);
    };
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            put(' ', old[i]);
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && common[i + 1][j] >= common[i][j + 1]) {
            put('-', old[i]);
            i += 1;
        } else {
            put('+', new[j]);
            j += 1;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[derive(Debug)]
    #[allow(dead_code, reason = "printed")]
    struct Paid {
        order: u32,
        cents: u32,
    }

    #[test]
    fn only_the_lines_that_differ_are_marked() {
        let (a, b) = (
            Paid {
                order: 7,
                cents: 310,
            },
            Paid {
                order: 7,
                cents: 300,
            },
        );
        let expected = "\n      Paid {\n          order: 7,\n    -     cents: 310,\n    +     cents: 300,\n      }";
        assert_eq!(difference(&a, &b), expected);
        assert_eq!(difference(&a, &a), "");
    }

    #[test]
    fn lines_that_only_one_has_are_marked() {
        assert_eq!(
            difference(&vec![1, 2], &vec![1, 2, 3]),
            "\n      [\n          1,\n          2,\n    +     3,\n      ]"
        );
        assert_eq!(
            difference(&vec![1], &vec![2]),
            "\n      [\n    -     1,\n    +     2,\n      ]"
        );
    }
}
