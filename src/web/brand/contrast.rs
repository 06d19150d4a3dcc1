//! Colours that can be read: the contrast of WCAG 2.2 (<https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>).

use crate::config::Colour;

/// The contrast that text needs (WCAG 2.2, 1.4.3), with a little to spare for rounding.
const READABLE: f32 = 4.6;
/// Steps from a colour to black or white.
const STEPS: u8 = 20;

pub(super) const WHITE: Colour = Colour([255, 255, 255]);
pub(super) const BLACK: Colour = Colour([0, 0, 0]);

/// `colour`, moved towards `end` until text of it can be read on `ground`.
pub(super) fn readable(colour: Colour, end: Colour, ground: Colour) -> Colour {
    let steps = (0..=STEPS).map(|step| mixed(colour, end, f32::from(step) / f32::from(STEPS)));
    let mut readable = steps.skip_while(|moved| contrast(*moved, ground) < READABLE);
    readable.next().unwrap_or(end)
}

fn mixed(Colour(from): Colour, Colour(to): Colour, share: f32) -> Colour {
    let mixed = |i: usize| f32::from(from[i]) + (f32::from(to[i]) - f32::from(from[i])) * share;
    Colour([0, 1, 2].map(|i| mixed(i).round() as u8))
}

fn contrast(one: Colour, other: Colour) -> f32 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Relative luminance, from 0 to 1.
fn luminance(Colour(parts): Colour) -> f32 {
    let [r, g, b] = parts.map(|part| {
        let part = f32::from(part) / 255.0;
        if part <= 0.04045 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn contrast_is_that_of_wcag() {
        assert!((contrast(WHITE, BLACK) - 21.0).abs() < 0.01);
        // A grey that just passes on white.
        assert!((contrast(Colour([0x76, 0x76, 0x76]), WHITE) - 4.54).abs() < 0.01);
    }

    #[test]
    fn a_colour_that_can_be_read_stays() {
        let colour = Colour([0x1f, 0x5e, 0xff]);
        assert_eq!(readable(colour, BLACK, WHITE), colour);
        assert_ne!(
            readable(Colour([0xff, 0xcc, 0]), BLACK, WHITE),
            Colour([0xff, 0xcc, 0])
        );
    }

    proptest! {
        #[test]
        fn any_colour_becomes_readable_on_light_and_on_dark(parts in any::<[u8; 3]>()) {
            let (light, dark) = super::super::GROUNDS;
            for (end, ground) in [(BLACK, light), (WHITE, dark)] {
                prop_assert!(contrast(readable(Colour(parts), end, ground), ground) >= READABLE);
            }
        }
    }
}
