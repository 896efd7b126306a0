'use strict';
// A worker that answers with given bytes: `/12` with the twelfth reply of replies.json, `/sentinel` with a good one.
// `?bytes` writes a reply byte by byte. No HTTP server here: the replies are what none would send.

const net = require('node:net');

const replies = JSON.parse(require('node:fs').readFileSync('replies.json', 'utf8'));
const SENTINEL = 'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsentinel';

async function write(socket, bytes, piecewise) {
  const step = piecewise ? 1 : bytes.length;
  for (let at = 0; at < bytes.length && !socket.destroyed; at += step) {
    socket.write(bytes.subarray(at, at + step));
    if (piecewise) await new Promise(setImmediate);
  }
}

async function answer(socket, head) {
  const [, path, piecewise] = /^\S+ \/(\w+)(\?bytes)? /.exec(head);
  if (path === 'sentinel') return socket.write(SENTINEL);
  const reply = replies[path];
  await write(socket, Buffer.from(reply.bytes, 'hex'), piecewise);
  if (reply.ends) socket.end();
}

net.createServer({ noDelay: true }, (socket) => {
  let input = '';
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    input += chunk;
    for (let end = input.indexOf('\r\n\r\n'); end >= 0; end = input.indexOf('\r\n\r\n')) {
      answer(socket, input.slice(0, end));
      input = input.slice(end + 4);
    }
  });
}).listen(process.env.PORT);
