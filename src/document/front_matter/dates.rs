//! Days and moments as people write them. What can only mean one day is taken; anything else is not guessed at.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::Offset;

/// The day at the beginning of a text; a time of day after it is ignored.
pub(super) fn day(text: &str) -> Option<Date> {
    day_and_rest(text.trim()).map(|(day, _)| day)
}

/// The moment of a text: its day, and the time of day where it has one. In UTC, unless an offset is given.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let (day, rest) = day_and_rest(text.trim())?;
    let rest = rest.trim_start_matches(['T', 't']).trim();
    let end = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.')));
    let (time, offset) = rest.split_at(end.unwrap_or(rest.len()));
    let time = time.parse().unwrap_or(Time::midnight());
    let offset = offset_of(offset.trim()).unwrap_or(Offset::UTC);
    offset.to_timestamp(day.to_datetime(time)).ok()
}

/// A day with the year first (`2024-09-03`, `2024-9-3`, `2024/09/03`, `2024.9.3`, `2024年9月3日`, `20240903`), and what
/// follows it: nothing, or a time.
fn day_and_rest(text: &str) -> Option<(Date, &str)> {
    let (year, rest) = number(text, 4)?;
    if let Some((month, rest)) = number(rest, 2) {
        let (day, rest) = number(rest, 2)?;
        return checked(year, month, day, rest);
    }
    let separator = rest.chars().next()?;
    let (between, after) = match separator {
        '-' | '/' | '.' => (separator, ""),
        '年' => ('月', "日"),
        _ => return None,
    };
    let (month, rest) = short_number(&rest[separator.len_utf8()..])?;
    let (day, rest) = short_number(rest.strip_prefix(between)?)?;
    checked(year, month, day, rest.strip_prefix(after).unwrap_or(rest))
}

fn checked(year: i16, month: i16, day: i16, rest: &str) -> Option<(Date, &str)> {
    let day = Date::new(year, month as i8, day as i8).ok()?;
    let time_follows = rest.is_empty() || rest.starts_with(['T', 't', ' ']);
    time_follows.then_some((day, rest))
}

/// A number of exactly so many digits, and what follows.
fn number(text: &str, digits: usize) -> Option<(i16, &str)> {
    let (number, rest) = text.split_at_checked(digits)?;
    let is_number = number.bytes().all(|b| b.is_ascii_digit());
    Some((number.parse().ok().filter(|_| is_number)?, rest))
}

/// A number of one or two digits, and what follows.
fn short_number(text: &str) -> Option<(i16, &str)> {
    number(text, 2).or_else(|| number(text, 1))
}

/// An offset such as `Z`, `+08:00`, `+0800` or `+8`.
fn offset_of(text: &str) -> Option<Offset> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, rest) = short_number(rest)?;
    let (minutes, _) = number(rest.trim_start_matches(':'), 2).unwrap_or_default();
    let seconds = i32::from(hours) * 3600 + i32::from(minutes) * 60;
    Offset::from_seconds(sign * seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn a_text_that_can_only_mean_one_day_is_that_day() {
        for text in [
            "2024-09-06",
            "2024-9-6",
            "2024/09/06",
            "2024/9/6",
            "2024.09.06",
            "2024年9月6日",
            "2024年09月06",
            "20240906",
            "20240906T101500Z",
            " 2024-09-06 15:19:29 +0800 ",
            "2024-09-06T16:00:00.000Z",
            "2024-9-6 8:00",
        ] {
            assert_eq!(day(text), Some(date(2024, 9, 6)), "{text}");
        }
        for text in [
            "",
            "2024",
            "2024-09",
            "09/06/2024",
            "06.09.2024",
            "2024-02-30",
            "2024-09-065",
            "24-9-6",
            "2024-09/06",
            "2024-09-06x",
            "202409061",
            "yesterday",
            "２０２４-09-06",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn a_moment_has_its_offset() {
        for (text, utc) in [
            ("2024-09-06", "2024-09-06T00:00:00Z"),
            ("2024-09-06T23:30:00-05:00", "2024-09-07T04:30:00Z"),
            ("2024-09-06 15:19:29 +0800", "2024-09-06T07:19:29Z"),
            ("2024/9/6 15:19 +8", "2024-09-06T07:19:00Z"),
            ("2024-09-06T16:00:00.000Z", "2024-09-06T16:00:00Z"),
        ] {
            assert_eq!(moment(text), utc.parse().ok(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_day_or_none(text in "\\PC{0,12}|[0-9年月日./T:+ -]{0,24}") {
            prop_assert_eq!(moment(&text).is_some(), day(&text).is_some());
        }

        #[test]
        fn every_day_is_read_as_it_is_written(year in 1i16..=9999, month in 1i8..=12, day_of_month in 1i8..=31) {
            if let Ok(written) = Date::new(year, month, day_of_month) {
                prop_assert_eq!(day(&written.to_string()), Some(written));
                prop_assert_eq!(day(&format!("{year:04}/{month}/{day_of_month}")), Some(written));
            }
        }
    }
}
