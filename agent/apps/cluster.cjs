'use strict';
// Two cluster workers on one port; every answer names the process and the addresses that it sees.
const cluster = require('cluster');
const http = require('http');

if (cluster.isPrimary) {
  cluster.on('listening', (worker, address) => console.log(`worker ${worker.id} listens on ${address.port}`));
  for (let count = 0; count < 2; count++) cluster.fork();
  process.on('SIGTERM', () => cluster.disconnect(() => process.exit(0)));
} else {
  const server = http.createServer((request, response) => {
    const { remoteAddress, localPort } = request.socket;
    response.end(JSON.stringify({ pid: process.pid, remoteAddress, localPort, address: server.address() }));
    if (request.url === '/crash') setImmediate(() => process.exit(1));
  });
  server.listen(Number(process.argv[2]));
}
