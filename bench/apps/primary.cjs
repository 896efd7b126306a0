// The least that runs a script on N cores with Node's cluster module: fork, and fork again what dies.
// SIGUSR2 replaces all workers: an old one is disconnected when a new one listens.
'use strict';
const cluster = require('node:cluster');

const [script, workers] = process.argv.slice(2);
cluster.setupPrimary({ exec: script, args: [] });
for (let count = 0; count < Number(workers); count++) cluster.fork();
cluster.on('exit', (worker) => { if (!worker.exitedAfterDisconnect) cluster.fork(); });
process.on('SIGUSR2', () => {
  for (const old of Object.values(cluster.workers)) {
    cluster.fork().once('listening', () => old.isConnected() && old.disconnect());
  }
});
process.on('SIGTERM', () => process.exit(0));
