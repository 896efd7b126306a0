// The app of the tail and overload measurements. GET /work costs BENCH_COST_MS of processor time, whatever
// else the machine does; GET /block keeps the event loop busy for BENCH_BLOCK_MS of the clock. Replies carry
// the worker's process id. BENCH_BAD names a file: the first worker that manages to create it answers 503
// to both, at once. GET /ready costs nothing.
'use strict';
const fs = require('node:fs');
const http = require('node:http');

const cost = Number(process.env.BENCH_COST_MS || 0) * 1000;
const block = Number(process.env.BENCH_BLOCK_MS || 0);

function isBad(file) {
  if (!file) return false;
  try {
    fs.closeSync(fs.openSync(file, 'wx'));
    return true;
  } catch {
    return false;
  }
}

const bad = isBad(process.env.BENCH_BAD);

function work() {
  const began = process.cpuUsage();
  let used = 0;
  while (used < cost) {
    const since = process.cpuUsage(began);
    used = since.user + since.system;
  }
}

function stuck() {
  const until = performance.now() + block;
  while (performance.now() < until);
}

const server = http.createServer((request, response) => {
  response.setHeader('x-worker', process.pid);
  if (request.url !== '/ready') {
    if (bad) return response.writeHead(503).end();
    if (request.url === '/block') stuck();
    else work();
  }
  response.setHeader('content-type', 'text/plain');
  response.end('done');
});

server.listen(process.env.PORT);
