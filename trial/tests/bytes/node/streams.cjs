'use strict';
// An app of long and slow messages. `/state` tells what it noticed.

const http = require('node:http');
const { Readable } = require('node:stream');

const state = { produced: 0, received: 0, aborted: 0, held: 0 };
const polls = [];

/** A reply of so many bytes, made no faster than they are taken. */
function download(res, bytes) {
  const piece = Buffer.alloc(65536, 'x');
  let left = bytes;
  const source = new Readable({
    read() {
      const part = Math.min(left, piece.length);
      left -= part;
      state.produced += part;
      this.push(part === 0 ? null : piece.subarray(0, part));
    },
  });
  res.on('close', () => source.destroy());
  source.pipe(res);
}

const routes = {
  '/state': (req, res) => res.end(JSON.stringify(state)),
  '/reset': (req, res) => { state.produced = 0; state.received = 0; res.end('ok'); },
  '/download': (req, res, query) => {
    const bytes = Number(query.get('bytes'));
    if (query.has('length')) res.setHeader('Content-Length', bytes);
    download(res, bytes);
  },
  '/upload': (req, res) => {
    let bytes = 0;
    req.on('data', (part) => { bytes += part.length; state.received += part.length; });
    req.on('end', () => {
      res.setHeader('Trailer', 'X-Bytes');
      res.write('got ');
      res.addTrailers({ 'X-Bytes': String(bytes) });
      res.end(`${bytes} ${req.trailers['x-sum'] ?? '-'}`);
    });
  },
  '/ignore': (req) => { req.pause(); },
  '/early': (req, res) => { res.statusCode = 413; res.end('too much'); },
  '/events': (req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/event-stream' });
    const timer = setInterval(() => res.write(`data: ${process.hrtime.bigint()}\n\n`), 10);
    res.on('close', () => clearInterval(timer));
  },
  '/poll': (req, res) => {
    state.held += 1;
    polls.push(res);
    res.on('close', () => { state.held -= 1; });
  },
  '/wake': (req, res) => {
    for (const poll of polls.splice(0)) poll.end('news');
    res.end('ok');
  },
  '/hints': (req, res) => res.writeEarlyHints({ link: '</a.css>; rel=preload' }, () => {
    res.end('page');
  }),
  '/late': (req, res) => { setTimeout(() => res.end('late'), 300); },
};

function take(req, res) {
  const [path, query] = req.url.split('?');
  req.on('error', () => {});
  res.on('close', () => { if (!res.writableFinished) state.aborted += 1; });
  routes[path](req, res, new URLSearchParams(query));
}

const server = http.createServer({ requestTimeout: 0 }, take);
server.on('checkContinue', (req, res) => {
  if (req.url === '/forbidden') {
    res.statusCode = 403;
    return res.end('no');
  }
  res.writeContinue();
  take(req, res);
});
server.listen(process.env.PORT);
