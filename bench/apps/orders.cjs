// The app of the reload and footprint measurements: GET /products answers a list, POST /orders notes
// the order's id in a file that all workers share, so that an order carried out twice can be seen.
// BENCH_NOTES names that file; each worker also notes there when it began to listen. BENCH_WAIT_MS is
// how long each request waits, as for a database, so that some are always in flight.
'use strict';
const fs = require('node:fs');
const http = require('node:http');

const notes = fs.openSync(process.env.BENCH_NOTES, 'a');
const note = (...words) => fs.writeSync(notes, `${words.join(' ')}\n`);

const products = JSON.stringify(
  Array.from({ length: 20 }, (_, id) => ({ id, name: `product ${id}`, price: 100 + id })),
);

const wait = Number(process.env.BENCH_WAIT_MS);

function answer(response, status, text) {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  const reply = () => response.writeHead(status, headers).end(text);
  if (wait) setTimeout(reply, wait);
  else reply();
}

const server = http.createServer((request, response) => {
  if (request.method !== 'POST') return answer(response, 200, products);
  let text = '';
  request.on('data', (chunk) => { text += chunk; });
  request.on('end', () => {
    note('order', JSON.parse(text).id);
    answer(response, 201, text);
  });
});

server.listen(process.env.PORT, () => note('listening', process.pid, process.hrtime.bigint()));

// What PM2's documentation asks an app to do; left out, the app is as most are.
if (process.env.BENCH_GRACEFUL) {
  process.on('SIGINT', () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  });
}
