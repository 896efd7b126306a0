// The least that runs a script on N cores with Node's cluster module: fork, and fork again what dies.
'use strict';
const cluster = require('node:cluster');

const [script, workers] = process.argv.slice(2);
cluster.setupPrimary({ exec: script, args: [] });
for (let count = 0; count < Number(workers); count++) cluster.fork();
cluster.on('exit', (worker) => { if (!worker.exitedAfterDisconnect) cluster.fork(); });
process.on('SIGTERM', () => process.exit(0));
