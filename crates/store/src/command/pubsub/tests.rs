use crate::command::oracle::{compare, pick, words};
use base::random::Random;

const LINES: &[&str] = &[
    "SUBSCRIBE one",
    "SUBSCRIBE",
    "PSUBSCRIBE o*",
    "SSUBSCRIBE one",
    "UNSUBSCRIBE",
    "PUNSUBSCRIBE",
    "PUNSUBSCRIBE o*",
    "SUNSUBSCRIBE",
    "SUNSUBSCRIBE one",
    "PUBLISH nobody message",
    "PUBLISH nobody",
    "SPUBLISH nobody message",
    "PUBSUB CHANNELS nobody*",
    "PUBSUB NUMSUB",
    "PUBSUB NUMSUB one two",
    "PUBSUB NUMPAT",
    "PUBSUB SHARDCHANNELS nobody*",
    "PUBSUB SHARDNUMSUB one",
    "PUBSUB",
    "PUBSUB OTHER",
    "GET key",
    "CLIENT ID x",
    "PING",
    "PING hello",
    "RESET",
];

#[test]
fn what_listeners_are_answered_is_what_redis_answers() {
    let make = |chance: &mut Random| words(pick(chance, LINES));
    compare("pubsub", 3_000, &[], make);
}
