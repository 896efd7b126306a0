use crate::limit::redis::{Answer, Check, Value};
use config::{LimitAlgorithm, LimitMost};
use std::time::Duration;

#[test]
fn what_a_script_is_asked() {
    let rate = |count, seconds, algorithm| {
        Check::new(&LimitMost::Rate { count, period: Duration::from_secs(seconds), algorithm })
    };
    let gcra = rate(100, 60, LimitAlgorithm::Gcra { burst: 20 }).unwrap();
    assert_eq!((gcra.script, gcra.arguments), (0, ["600000.000".into(), "20".into()]));
    let window = rate(100, 60, LimitAlgorithm::Window).unwrap();
    assert_eq!((window.script, window.arguments), (1, ["100".into(), "60000000".into()]));
    assert_eq!(Check::new(&LimitMost::AtOnce(3)), None);
}

#[test]
fn what_it_answers() {
    let numbers = |numbers: &[i64]| {
        Answer::of(&Value::Array(numbers.iter().map(|number| Value::Number(*number)).collect()))
    };
    let reset = Duration::from_micros(5);
    assert_eq!(numbers(&[1, 7, 5]), Some(Answer { passes: true, remaining: 7, reset }));
    assert_eq!(numbers(&[0, -1, 5]), Some(Answer { passes: false, remaining: 0, reset }));
    assert_eq!(numbers(&[1, 7]), None);
    assert_eq!(Answer::of(&Value::Simple(b"OK".to_vec())), None);
}
