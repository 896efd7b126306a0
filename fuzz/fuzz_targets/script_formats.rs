//! What a script reads with cjson, cmsgpack and struct is refused, or once written and read again is as long as
//! before. The first byte says which of the three; for struct the format ends at the first zero.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;
use store::resp::{Reply, Version};
use store::script::{Host, Limits, Loaded, Scripts, Verdict};

const READERS: [&str; 3] = [
    "local fine, value = pcall(cjson.decode, ARGV[1])
     if not fine then return 1 end
     local fine, once = pcall(cjson.encode, value)
     if not fine then return 1 end
     return #once == #cjson.encode(cjson.decode(once))",
    "local function pack(fine, ...) return fine and select('#', ...) > 0 and cmsgpack.pack(...) end
     local once = pack(pcall(cmsgpack.unpack, ARGV[1]))
     if not once then return 1 end
     -- Nil in a table, which is also what lies too deep, is gone the next time; as a key it is refused.
     once = pack(pcall(cmsgpack.unpack, once))
     if not once then return 1 end
     return #once == #pack(true, cmsgpack.unpack(once))",
    "pcall(struct.size, ARGV[2])
     pcall(struct.unpack, ARGV[2], ARGV[1])
     pcall(struct.pack, ARGV[2], 1, 2.5, ARGV[1], -3, ARGV[1], 4)
     return 1",
];

/// Calls nothing.
struct Nobody;

impl Host for Nobody {
    fn call(&mut self, _: &[&[u8]], reply: &mut Reply) {
        reply.ok();
    }

    fn slow(&mut self) -> Verdict {
        Verdict::Go
    }

    fn log(&mut self, _: u8, _: &[u8]) {}

    fn knows(&mut self, _: &[&[u8]]) -> bool {
        false
    }
}

thread_local! {
    static SCRIPTS: RefCell<Scripts> = {
        let limits = Limits { memory_bytes_max: 16 << 20, ..Limits::default() };
        RefCell::new(Scripts::new(limits).expect("enough memory"))
    };
}

fuzz_target!(|bytes: &[u8]| {
    let Some((&first, bytes)) = bytes.split_first() else { return };
    let reader = usize::from(first) % READERS.len();
    let (data, format) = match bytes.iter().position(|&byte| byte == 0) {
        Some(end) if reader == 2 => (&bytes[end + 1..], &bytes[..end]),
        _ => (bytes, bytes),
    };
    SCRIPTS.with_borrow_mut(|scripts| {
        let sha = scripts.load(READERS[reader].as_bytes(), Loaded::ToStay).expect("it is Lua");
        let mut reply = Reply::new(Version::Resp2);
        scripts.run(sha, &[], &[data, format], &mut Nobody, &mut reply);
        let text = String::from_utf8_lossy(reply.bytes());
        // Too many values, or all memory, is an error like any other.
        let is_refused = text.contains("not enough memory") || text.contains("too many results");
        assert!(text == ":1\r\n" || is_refused, "{text}");
    });
});
