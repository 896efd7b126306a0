use crate::limit::key::Key;

fn same(a: &str, b: &str, prefix: u8) -> bool {
    Key::client(a.parse().unwrap(), prefix) == Key::client(b.parse().unwrap(), prefix)
}

#[test]
fn an_ipv6_client_is_its_network() {
    assert!(same("2001:db8::1", "2001:db8::ffff:1", 64));
    assert!(!same("2001:db8:0:1::1", "2001:db8:0:2::1", 64));
    assert!(same("2001:db8:0:1::1", "2001:db8:0:2::1", 48));
    assert!(same("2001:db8:0:1::1", "2001:db8:ffff::1", 32));
    assert!(!same("2001:db8::1", "2001:db8::2", 128));
}

#[test]
fn an_ipv4_client_is_its_address_however_it_is_written() {
    assert!(!same("192.0.2.1", "192.0.2.2", 64));
    assert!(same("192.0.2.1", "::ffff:192.0.2.1", 64));
    assert!(!same("192.0.2.1", "::", 32));
}
