//! The numbers of `math.random`: POSIX's lrand48, so that a seed gives the same sequence as under Redis.

use super::ffi::{Stack, lua_gettop, lua_pushnumber};

/// Largest number of the sequence.
const MAX: u32 = i32::MAX as u32;
const MASK: u64 = (1 << 48) - 1;

/// 48 bits of state.
#[derive(Debug, Clone, Copy)]
pub struct Random(u64);

impl Default for Random {
    fn default() -> Self {
        Self(0x1234_ABCD_330E)
    }
}

impl Random {
    /// The sequence that starts from `seed`.
    pub fn seeded(seed: i32) -> Self {
        Self((u64::from(seed.cast_unsigned()) << 16) | 0x330E)
    }

    /// The next 31 bits.
    pub fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(0x5_DEEC_E66D).wrapping_add(0xB) & MASK;
        (self.0 >> 17) as u32
    }
}

/// Replaces `math.random` and `math.randomseed`; `math` is on top of the stack.
pub fn install(lua: Stack<'_>) {
    lua.push_function(random);
    lua.set_field(-2, c"random");
    lua.push_function(random_seed);
    lua.set_field(-2, c"randomseed");
}

fn random(lua: Stack<'_>) -> i32 {
    let context = lua.context();
    let mut sequence = context.random.get();
    let r = f64::from(sequence.next() % MAX) / f64::from(MAX);
    context.random.set(sequence);
    let number = match lua_gettop(lua) {
        0 => r,
        1 => {
            let high = lua.check_int(1);
            if high < 1 {
                lua.bad_argument(1, c"interval is empty");
            }
            (r * f64::from(high)).floor() + 1.0
        }
        2 => {
            let (low, high) = (lua.check_int(1), lua.check_int(2));
            if low > high {
                lua.bad_argument(2, c"interval is empty");
            }
            let width = high.wrapping_sub(low).wrapping_add(1);
            (r * f64::from(width)).floor() + f64::from(low)
        }
        _ => lua.raise(format_args!("wrong number of arguments")),
    };
    lua_pushnumber(lua, number);
    1
}

fn random_seed(lua: Stack<'_>) -> i32 {
    lua.context().random.set(Random::seeded(lua.check_int(1)));
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_that_of_lrand48() {
        let mut zero = Random::seeded(0);
        assert_eq!([zero.next(), zero.next()], [366_850_414, 1_610_402_240]);
    }
}
