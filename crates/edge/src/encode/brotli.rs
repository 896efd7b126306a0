//! Brotli (RFC 7932).

use super::encoder::Flow;
use super::{Coding, EncodeError};
use ::brotli::enc::StandardAlloc;
use ::brotli::enc::encode::{
    BrotliEncoderOperation as Operation, BrotliEncoderParameter as Parameter,
    BrotliEncoderStateStruct as State,
};
use std::fmt;

/// The highest quality of a stream: above it a stream takes 1 MB and more.
const STREAM_QUALITY_MAX: i32 = 3;
/// The highest quality of a stream of events: above it each holds a table of 256 kB.
const EVENTS_QUALITY_MAX: i32 = 1;
/// Windows, as powers of two in bytes.
const STREAM_WINDOW: u32 = 16;
/// From quality 5 on the encoder looks for matches in another way in windows of 16 bits and less, which takes it
/// 1,500 µs for 4.5 kB in the place of 50, so small content gets no smaller window.
const WHOLE_WINDOW: u32 = 18;

const FAILED: EncodeError = EncodeError(Coding::Brotli);

/// A brotli stream.
pub(super) struct Stream(Box<State<StandardAlloc>>);

/// Encode `content` as a whole.
pub(super) fn whole(content: &[u8], level: i32, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    let mut stream = Stream::with(level.clamp(0, 11), WHOLE_WINDOW);
    let size = u32::try_from(content.len()).unwrap_or(u32::MAX);
    stream.0.set_parameter(Parameter::BROTLI_PARAM_SIZE_HINT, size);
    stream.run(content, Operation::BROTLI_OPERATION_FINISH, out)
}

impl Stream {
    /// Nothing written yet.
    pub(super) fn new(level: i32, flow: Flow) -> Self {
        let max = match flow {
            Flow::Body => STREAM_QUALITY_MAX,
            Flow::Events => EVENTS_QUALITY_MAX,
        };
        Stream::with(level.clamp(0, max), STREAM_WINDOW)
    }

    fn with(quality: i32, window: u32) -> Self {
        let mut state = State::new(StandardAlloc::default());
        state.set_parameter(Parameter::BROTLI_PARAM_QUALITY, quality.unsigned_abs());
        state.set_parameter(Parameter::BROTLI_PARAM_LGWIN, window);
        Stream(Box::new(state))
    }

    pub(super) fn push(&mut self, content: &[u8], out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.run(content, Operation::BROTLI_OPERATION_PROCESS, out)
    }

    pub(super) fn flush(&mut self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.run(&[], Operation::BROTLI_OPERATION_FLUSH, out)
    }

    pub(super) fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.run(&[], Operation::BROTLI_OPERATION_FINISH, out)
    }

    fn run(
        &mut self,
        content: &[u8],
        operation: Operation,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        let (mut left, mut at) = (content.len(), 0);
        loop {
            // Without room of ours it keeps what it writes, to be taken from where it lies.
            let (mut room, mut written) = (0, 0);
            let good = self.0.compress_stream(
                operation,
                &mut left,
                content,
                &mut at,
                &mut room,
                &mut [],
                &mut written,
                &mut None,
                &mut |_, _, _, _| (),
            );
            if !good {
                return Err(FAILED);
            }
            while self.0.has_more_output() {
                let mut len = 0;
                let output = self.0.take_output(&mut len);
                // Its length is `len`, not that of the slice.
                let at = out.len();
                out.extend_from_slice(output);
                out.truncate(at + len);
            }
            let finishes = operation == Operation::BROTLI_OPERATION_FINISH;
            if left == 0 && (!finishes || self.0.is_finished()) {
                return Ok(());
            }
        }
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("brotli::Stream")
    }
}
