//! From numbers to places.

/// The round number above all of these at which an axis ends, and the one half way: whole ones.
pub(super) fn top(most: i64) -> i64 {
    // Both ends of a step are whole numbers.
    let mut unit: i64 = 1;
    loop {
        for step in [2, 4, 6, 10, 16] {
            let top = unit.saturating_mul(step);
            if top >= most || top == i64::MAX {
                return top;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

/// Where a number lies between nought and the end of its axis, from 0 to 1.
pub(super) fn share(value: i64, of: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "pixels need no more")]
    let share = value.max(0) as f64 / of.max(1) as f64;
    share.min(1.0)
}

/// To a tenth of a unit, so that the text of a picture is short.
pub(super) fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_round_numbers_with_a_whole_half() {
        for (most, end) in [
            (0, 2),
            (2, 2),
            (3, 4),
            (5, 6),
            (7, 10),
            (11, 16),
            (17, 20),
            (128, 160),
            (161, 200),
            (999, 1000),
        ] {
            assert_eq!(top(most), end, "{most}");
            assert_eq!(top(most) % 2, 0);
        }
        assert!(top(i64::MAX) == i64::MAX);
    }
}
