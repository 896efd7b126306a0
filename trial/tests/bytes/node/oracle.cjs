'use strict';
// What Node's own HTTP server makes of given bytes.
//
// In, on stdin: for each case four bytes of length (big-endian), then the bytes of one connection up to its end.
// Out, on stdout: a JSON line for each case, in order: the requests, and the fault that ended the parsing, if any.
// Each case gets a connection of its own at a real http.Server, with every listener that makes the server more
// lenient: upgrades and CONNECT are taken, and a missing Host is left to the reader of the answer.

const http = require('node:http');
const { Duplex } = require('node:stream');

class Connection extends Duplex {
  constructor(done) {
    super({ allowHalfOpen: true });
    this.seen = { requests: [], fault: null };
    this.once('close', () => {
      for (const request of this.seen.requests) request.conclude();
      done(this.seen);
    });
  }
  _read() {}
  _write(chunk, encoding, next) { next(); }
  _final(next) { next(); }
  setTimeout() { return this; }
  setNoDelay() { return this; }
  setKeepAlive() { return this; }
}

function see(req, upgrade, body = []) {
  const request = {
    method: req.method, target: req.url, version: req.httpVersion, headers: req.rawHeaders,
    trailers: [], body: '', complete: false, upgrade,
    conclude() {
      request.complete = upgrade || req.complete;
      request.trailers = req.rawTrailers;
      request.body = Buffer.concat(body).toString('hex');
    },
  };
  req.socket.seen.requests.push(request);
}

function take(req, res) {
  const body = [];
  see(req, false, body);
  req.on('data', (part) => body.push(part));
  req.on('end', () => res.end());
  req.on('error', () => {});
}

function takeOver(req, socket, head) {
  see(req, true, [head]);
  socket.destroy();
}

const server = http.createServer({ connectionsCheckingInterval: 0x7fffffff, requireHostHeader: false }, take);
server.on('checkContinue', take);
server.on('checkExpectation', take);
server.on('upgrade', takeOver);
server.on('connect', takeOver);
server.on('clientError', (error, socket) => {
  socket.seen.fault = error.code ?? String(error);
  // Not at once: what came before the fault is still on its way to its listeners.
  setImmediate(() => socket.destroy());
});
server.timeout = 0;
server.headersTimeout = 0;
server.requestTimeout = 0;
server.keepAliveTimeout = 0;

function read(bytes) {
  return new Promise((done) => {
    const connection = new Connection(done);
    server.emit('connection', connection);
    connection.push(bytes);
    connection.push(null);
  });
}

let input = Buffer.alloc(0);
let turn = Promise.resolve();
process.stdin.on('data', (chunk) => {
  input = input.length === 0 ? chunk : Buffer.concat([input, chunk]);
  while (input.length >= 4 && input.length >= 4 + input.readUInt32BE(0)) {
    const length = input.readUInt32BE(0);
    // A copy: the connection keeps it while the buffer goes on.
    const bytes = Buffer.from(input.subarray(4, 4 + length));
    input = input.subarray(4 + length);
    turn = turn.then(() => read(bytes)).then((seen) => process.stdout.write(`${JSON.stringify(seen)}\n`));
  }
});
process.stdin.on('end', () => turn.then(() => process.exit(0)));
