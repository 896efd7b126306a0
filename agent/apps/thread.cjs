'use strict';
// A server in a worker thread; with the argument `both`, the main thread listens first.
const http = require('http');
const { Worker, isMainThread, workerData } = require('worker_threads');

const serve = (who, port, listening) => {
  const server = http.createServer((request, response) => response.end(who));
  return server.listen(port, '127.0.0.1', () => listening(server.address().port));
};

if (isMainThread) {
  const startThread = () => new Worker(__filename, { workerData: process.argv[2] });
  if (process.argv[2] === 'both') serve('main', 3000, startThread);
  else startThread();
} else {
  const port = workerData === 'both' ? 0 : 3000;
  serve('thread', port, (at) => console.log(`thread at ${at};`));
}
