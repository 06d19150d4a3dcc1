//! Named numbers: an enum of names in order, and an array with a number for each.
//!
//! What ranking computes, weighs, sums up and prints is a list of such numbers. Written as a table, a new one is one entry.

/// Declares an enum of names, an array type with a number for each name, and how each number is computed from a context.
/// The array is written and read as a map from name to number, in the order of the table.
macro_rules! named_numbers {
    (
        $(#[$enum_meta:meta])* enum $Name:ident;
        $(#[$struct_meta:meta])* struct $Numbers:ident;
        from $Context:ident;
        $( $(#[$meta:meta])* $Variant:ident = $name:literal, $function:path; )+
    ) => {
        $(#[$enum_meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $Name {
            $( $(#[$meta])* $Variant, )+
        }

        impl $Name {
            /// All of them, in the order of the table.
            pub const ALL: &'static [Self] = &[$( Self::$Variant, )+];

            /// The name in settings, output and data.
            pub fn name(self) -> &'static str {
                match self {
                    $( Self::$Variant => $name, )+
                }
            }
        }

        $(#[$struct_meta])*
        #[derive(Debug, Clone, Copy, Default, PartialEq)]
        pub struct $Numbers([f32; $Name::ALL.len()]);

        impl $Numbers {
            /// Computes each number by its function.
            pub(crate) fn compute(context: &$Context<'_>) -> Self {
                Self([$( $function(context), )+])
            }

            /// The number of this name.
            pub fn get(&self, name: $Name) -> f32 {
                self.0[name as usize]
            }

            /// Replaces the number of this name.
            pub fn set(&mut self, name: $Name, number: f32) {
                self.0[name as usize] = number;
            }

            /// Names and numbers, in the order of the table.
            pub fn iter(&self) -> impl Iterator<Item = ($Name, f32)> {
                $Name::ALL.iter().copied().zip(self.0)
            }
        }

        impl serde::Serialize for $Numbers {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map(self.iter().map(|(name, number)| (name.name(), number)))
            }
        }

        impl<'de> serde::Deserialize<'de> for $Numbers {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                use serde::de::Error;
                let mut given = <std::collections::BTreeMap<String, f32>>::deserialize(deserializer)?;
                let mut numbers = Self::default();
                for name in $Name::ALL {
                    let number = given.remove(name.name());
                    numbers.set(*name, number.ok_or_else(|| D::Error::missing_field(name.name()))?);
                }
                match given.keys().next() {
                    Some(other) => Err(D::Error::custom(format_args!("unknown name `{other}`"))),
                    None => Ok(numbers),
                }
            }
        }
    };
}

pub(super) use named_numbers;
